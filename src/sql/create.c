/* What makes relations and other objects. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/type_name.h"

#define LIKE_CONSTRAINTS 4 /* CREATE_TABLE_LIKE_CONSTRAINTS of the parser's tree */
#define HINT_EXISTS "Remove it, or drop the object first."
#define REPLACES "existing code uses the replaced object"

static void created(inb__classifier *c, inb__name name)
{
    inb__catalog_name_made(c->catalog, name.name);
    inb__classify_kind(c, INB_STATEMENT_CREATE_RELATION, (inb__name){name.schema, INB__STR("")},
                       name.name);
}

bool inb__create_exists_already(inb__classifier *c, inb__name name, const char *flag)
{
    if (!inb__node_bool(c->body, flag)) {
        return false;
    }
    c->s->flags |= INB_STATEMENT_IF_NOT_EXISTS;
    const inb__relation *there = inb__catalog_relation_find(c->catalog, name);
    if (!there || there->kind == INB__RELATION_UNKNOWN) {
        return false;
    }
    inb__classify_as(c, INB_CLASS_ADDITIVE, 0,
                     "an earlier migration created it, so nothing happens");
    return true;
}

void inb__create_must_be_new(inb__classifier *c, inb__name name)
{
    const inb__relation *r = inb__catalog_relation_find(c->catalog, name);
    if (r && !inb__node_bool(c->body, "if_not_exists")) {
        if (r->born) {
            inb__classify_fails(c, HINT_EXISTS, "relation \"%.*s\" already exists",
                                INB__STR_ARG(name.name));
        } else if (r->needed && r->kind == INB__RELATION_UNKNOWN) {
            inb__classify_fails(c, "Let it sort before them, or write IF NOT EXISTS.",
                                "statements before this one need \"%.*s\" already",
                                INB__STR_ARG(name.name));
        }
    }
}

/* The columns of another table: a partition, and a table that inherits, have their defaults too. */
static void columns_copy(inb__classifier *c, inb__relation *to, const inb__relation *from)
{
    for (size_t i = 0; from && i < from->columns.n; i++) {
        if (!from->columns.v[i].dropped) {
            *inb__catalog_column_touch(c->catalog, to, from->columns.v[i].name) =
                from->columns.v[i];
        }
    }
}

/* A CHECK goes to every table that has its columns from this one, a foreign key to partitions. */
static void constraints_copy(inb__classifier *c, inb__relation *to, const inb__relation *from,
                             bool foreign)
{
    for (size_t i = 0; i < from->constraints.n; i++) {
        inb__constraint k = from->constraints.v[i];
        bool goes =
            k.kind == INB__CONSTRAINT_CHECK || (k.kind == INB__CONSTRAINT_FOREIGN_KEY && foreign);
        if (goes && !k.dropped) {
            k.born = inb__catalog_born(c->catalog);
            k.inherited = true;
            INB__VEC_ADD(c->arena, &to->constraints, k);
        }
    }
}

static void partition_of(inb__classifier *c, inb__relation *r, inb__relation *parent)
{
    inb__classify_lock(c, parent, INB_LOCK_ACCESS_EXCLUSIVE);
    inb__constraint_parents_lock(c, parent, false, INB_LOCK_SHARE_ROW_EXCLUSIVE);
    r->table = parent;
    r->is_partition = true;
    parent->partitioned = parent->has_children = true;
    columns_copy(c, r, parent);
    constraints_copy(c, r, parent, true);
    if (inb__node_bool(c->body, "partbound/is_default")) {
        parent->spare = r;
    } else if (parent->spare && !inb__classify_is_new(c, parent->spare)) {
        inb__classify_lock(c, parent->spare, INB_LOCK_ACCESS_EXCLUSIVE);
        inb__classify_as(
            c, INB_CLASS_BLOCKING, INB_STATEMENT_SCANS,
            "the default partition is scanned for rows of the new one while reads and writes wait");
    }
}

static void parents_take(inb__classifier *c, inb__relation *r)
{
    const inb__node *parents = inb__node_at(c->body, "inhRelations");
    bool partition = inb__node_at(c->body, "partbound") != NULL;
    INB__NODE_EACH(n, parents)
    {
        inb__relation *parent = inb__classify_relation(c, n);
        inb__relation_needed(c, parent);
        if (partition) {
            partition_of(c, r, parent);
        } else {
            inb__classify_lock(c, parent, INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
            r->table = parent;
            parent->has_children = true;
            columns_copy(c, r, parent);
            constraints_copy(c, r, parent, false);
        }
    }
}

static void partition_key_take(inb__classifier *c, inb__relation *r)
{
    const inb__node *elements = inb__node_at(c->body, "partspec/partParams");
    INB__NODE_EACH(n, elements)
    {
        inb__str name = inb__node_text(n, "PartitionElem/name");
        if (name.n) {
            INB__VEC_ADD(c->arena, &r->partition_key, inb__catalog_keep(c->catalog, name));
        }
        inb__constraint_expression_columns(c, &r->partition_key,
                                           inb__node_at(n, "PartitionElem/expr"));
    }
}

static void elements_take(inb__classifier *c, inb__relation *r)
{
    const inb__node *elements = inb__node_at(c->body, "tableElts");
    INB__NODE_EACH(n, elements)
    {
        const inb__node *inner = inb__node_inner(n);
        if (inb__str_is(inner->key, "ColumnDef")) {
            inb__str column = inb__node_text(inner, "colname");
            if (r->complete && inb__catalog_column_find(r, column)) {
                inb__classify_fails(c, "Remove one of them.",
                                    "column \"%.*s\" is specified more than once",
                                    INB__STR_ARG(column));
            }
            inb__constraint_column_take(c, r, inner);
        } else if (inb__str_is(inner->key, "Constraint")) {
            inb__constraint_take(c, r, inner, INB__STR(""));
        } else if (inb__str_is(inner->key, "TableLikeClause")) {
            inb__relation *like = inb__classify_relation(c, inb__node_at(inner, "relation"));
            inb__relation_needed(c, like);
            inb__classify_lock(c, like, INB_LOCK_ACCESS_SHARE);
            columns_copy(c, r, like);
            r->complete = r->complete && like->complete;
            if (inb__node_int(inner, "options") & LIKE_CONSTRAINTS) {
                constraints_copy(c, r, like, false);
            }
            inb__create_like(c, r, like, inb__node_int(inner, "options"));
        }
    }
}

static void written_created(inb__classifier *c, const inb__node *range_var)
{
    created(c, (inb__name){inb__node_text(range_var, "schemaname"),
                           inb__node_text(range_var, "relname")});
}

void inb__create_foreign_table(inb__classifier *c)
{
    c->body = inb__node_at(c->body, "base");
    inb__name name = inb__classify_name(inb__node_at(c->body, "relation"));
    inb__create_table(c);
    inb__catalog_relation_touch(c->catalog, name)->foreign = true;
}

void inb__create_table(inb__classifier *c)
{
    inb__name name = inb__classify_name(inb__node_at(c->body, "relation"));
    written_created(c, inb__node_at(c->body, "relation"));
    if (inb__create_exists_already(c, name, "if_not_exists")) {
        return;
    }
    inb__create_must_be_new(c, name);
    c->catalog->uncertain = inb__node_bool(c->body, "if_not_exists");
    inb__relation *r = inb__catalog_relation_create(c->catalog, name, INB__RELATION_TABLE);
    r->complete = !inb__node_at(c->body, "inhRelations") && !inb__node_at(c->body, "ofTypename");
    r->partitioned = inb__node_at(c->body, "partspec") != NULL;
    partition_key_take(c, r);
    r->tablespace = inb__catalog_keep(c->catalog, inb__node_text(c->body, "tablespacename"));
    r->of_type = inb__catalog_keep(
        c->catalog, inb__type_name_text(c->scratch, inb__node_at(c->body, "ofTypename")));
    parents_take(c, r);
    elements_take(c, r);
    if (r->of_type.n) {
        inb__classify_unseen(c, r, "the columns of the table are those of its type");
    }
    c->catalog->uncertain = false;
}

/* A continuous aggregate of TimescaleDB: filling it takes transactions of its own. */
static bool is_continuous(const inb__node *into)
{
    const inb__node *options = inb__node_at(into, "options");
    bool continuous = false;
    INB__NODE_EACH(n, options)
    {
        continuous = continuous || (inb__node_is(n, "DefElem/defnamespace", "timescaledb") &&
                                    inb__node_is(n, "DefElem/defname", "continuous"));
    }
    return continuous;
}

void inb__create_table_as(inb__classifier *c)
{
    bool view = inb__node_is(c->body, "objtype", "OBJECT_MATVIEW");
    const inb__node *into = inb__node_at(c->body, "into");
    inb__name name = inb__classify_name(inb__node_at(into, "rel"));
    c->s->tag = view ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
    written_created(c, inb__node_at(into, "rel"));
    if (inb__create_exists_already(c, name, "if_not_exists")) {
        if (!view) {
            inb__query_reads(c, inb__node_at(c->body, "query"), INB__REACH_NAMED);
        }
        return;
    }
    inb__relation *r = inb__catalog_relation_create(
        c->catalog, name, view ? INB__RELATION_MATVIEW : INB__RELATION_TABLE);
    bool filled = !inb__node_bool(into, "skipData");
    if (!view) {
        inb__classify_unseen(c, r, "the columns of the table are those of a query");
    }
    c->s->flags |= filled && is_continuous(into) ? INB_STATEMENT_NO_TRANSACTION : 0;
    inb__query_view_sources(c, r, inb__node_at(c->body, "query"),
                            filled ? INB__REACH_RUN : INB__REACH_NAMED);
    if (c->s->locks.n && filled) {
        inb__classify_as(c, INB_CLASS_BLOCKING, INB_STATEMENT_SCANS,
                         "rows of existing tables are copied: the time grows with their size");
    }
}

void inb__create_view(inb__classifier *c)
{
    inb__name name = inb__classify_name(inb__node_at(c->body, "view"));
    bool replace = inb__node_bool(c->body, "replace");
    inb__relation *old = replace && c->catalog->partial
                             ? inb__catalog_relation_touch(c->catalog, name)
                             : inb__catalog_relation_find(c->catalog, name);
    written_created(c, inb__node_at(c->body, "view"));
    if (replace && old) {
        inb__classify_lock(c, old, INB_LOCK_ACCESS_EXCLUSIVE);
        inb__query_view_sources(c, old, inb__node_at(c->body, "query"), INB__REACH_NAMED);
        c->s->tag = "CREATE OR REPLACE VIEW";
        if (!inb__classify_is_new(c, old)) {
            inb__classify_as(c, INB_CLASS_CONTRACTING, 0, REPLACES);
        }
        return;
    }
    inb__relation *r = inb__catalog_relation_create(c->catalog, name, INB__RELATION_VIEW);
    inb__query_view_sources(c, r, inb__node_at(c->body, "query"), INB__REACH_NAMED);
}

void inb__create_sequence(inb__classifier *c)
{
    inb__name name = inb__classify_name(inb__node_at(c->body, "sequence"));
    written_created(c, inb__node_at(c->body, "sequence"));
    if (!inb__create_exists_already(c, name, "if_not_exists")) {
        c->catalog->uncertain = inb__node_bool(c->body, "if_not_exists");
        inb__catalog_relation_create(c->catalog, name, INB__RELATION_SEQUENCE);
        c->catalog->uncertain = false;
    }
    inb__object_owned_by(c);
}

/* Where a statement keeps the name of what it makes; a NULL kind is in the statement, too. */
static const struct {
    const char *node, *kind, *path;
} object_names[] = {
    {"CompositeTypeStmt", "OBJECT_TYPE", "typevar"},
    {"CreateAmStmt", "OBJECT_ACCESS_METHOD", "amname"},
    {"CreateConversionStmt", "OBJECT_CONVERSION", "conversion_name"},
    {"CreateDomainStmt", "OBJECT_TYPE", "domainname"},
    {"CreateEnumStmt", "OBJECT_TYPE", "typeName"},
    {"CreateEventTrigStmt", "OBJECT_EVENT_TRIGGER", "trigname"},
    {"CreateExtensionStmt", "OBJECT_EXTENSION", "extname"},
    {"CreateFdwStmt", "OBJECT_FDW", "fdwname"},
    {"CreateForeignServerStmt", "OBJECT_FOREIGN_SERVER", "servername"},
    {"CreateOpClassStmt", "OBJECT_OPCLASS", "opclassname"},
    {"CreateOpFamilyStmt", "OBJECT_OPFAMILY", "opfamilyname"},
    {"CreatePublicationStmt", "OBJECT_PUBLICATION", "pubname"},
    {"CreateRangeStmt", "OBJECT_TYPE", "typeName"},
    {"CreateRoleStmt", "OBJECT_ROLE", "role"},
    {"CreateSchemaStmt", "OBJECT_SCHEMA", "schemaname"},
    {"CreateStatsStmt", "OBJECT_STATISTIC_EXT", "defnames"},
    {"CreateSubscriptionStmt", "OBJECT_SUBSCRIPTION", "subname"},
    {"DefineStmt", NULL, "defnames"},
};

static void schema_elements(inb__classifier *c)
{
    const inb__node *outer = c->body;
    const inb__node *elements = inb__node_at(outer, "schemaElts");
    INB__NODE_EACH(n, elements)
    {
        c->nested(c, n);
    }
    c->body = outer;
    c->s->tag = "CREATE SCHEMA";
}

static void domain_take(inb__classifier *c, inb__name name)
{
    inb__domain *d = inb__catalog_domain_create(c->catalog, name);
    d->collation = inb__catalog_keep(
        c->catalog, inb__constraint_collation(c, inb__node_at(c->body, "collClause")));
    d->base = inb__catalog_keep(c->catalog,
                                inb__type_name_text(c->scratch, inb__node_at(c->body, "typeName")));
    const inb__node *constraints = inb__node_at(c->body, "constraints");
    INB__NODE_EACH(n, constraints)
    {
        const inb__node *k = inb__node_at(n, "Constraint");
        d->checked |=
            inb__constraint_is(k, "CONSTR_CHECK") || inb__constraint_is(k, "CONSTR_NOTNULL");
        d->not_null |= inb__constraint_refuses_null(c, k);
        if (inb__constraint_is(k, "CONSTR_DEFAULT")) {
            inb__constraint_domain_default(c, d, inb__node_at(k, "raw_expr"));
        }
    }
}

static void enum_take(inb__classifier *c, inb__name name)
{
    inb__sql_enum *e = inb__catalog_enum_create(c->catalog, name);
    const inb__node *values = inb__node_at(c->body, "vals");
    INB__NODE_EACH(n, values)
    {
        INB__VEC_ADD(c->arena, &e->values,
                     inb__catalog_keep(c->catalog, inb__node_text(n, "String/sval")));
    }
}

/* The object that the statement makes, which IF NOT EXISTS makes only when it is not there. */
static void object_take(inb__classifier *c, size_t row)
{
    const inb__node *named = inb__node_at(c->body, object_names[row].path);
    const char *kind = object_names[row].kind;
    inb__name name = inb__classify_name_of_list(named);
    if (inb__node_at(named, "relname")) {
        name = inb__classify_name(named);
    } else if (name.name.n == 0) {
        name.name = inb__node_text(named, "");
    }
    kind = kind ? kind : inb__object_kind(c, inb__node_text(c->body, "kind"));
    c->s->tag = object_names[row].kind
                    ? c->s->tag
                    : inb__object_tag(c, "CREATE", inb__node_text(c->body, "kind"));
    if (inb__str_is(c->body->key, "CreateExtensionStmt")) {
        inb__relation_extension(c, name.name);
    }
    if (inb__str_is(c->body->key, "CreateSchemaStmt") && name.name.n &&
        !inb__node_at(c->body, "schemaElts")) {
        const inb__name nothing = {INB__STR(""), INB__STR("")};
        inb__classify_kind(c, INB_STATEMENT_CREATE_SCHEMA, nothing, name.name);
    }
    if (inb__node_bool(c->body, "if_not_exists")) {
        c->s->flags |= INB_STATEMENT_IF_NOT_EXISTS;
        if (inb__catalog_object_is_known(c->catalog, kind, name)) {
            return;
        }
    }
    if (inb__catalog_object_is_certain(c->catalog, kind, name)) {
        inb__classify_fails(c, HINT_EXISTS, "\"%.*s\" already exists", INB__STR_ARG(name.name));
    }
    c->catalog->uncertain = inb__node_bool(c->body, "if_not_exists");
    inb__catalog_object_create(c->catalog, kind, name);
    c->catalog->uncertain = false;
    if (inb__str_is(c->body->key, "CreateDomainStmt")) {
        domain_take(c, name);
    } else if (inb__str_is(c->body->key, "CreateEnumStmt")) {
        enum_take(c, name);
    }
}

void inb__create_object(inb__classifier *c)
{
    for (size_t i = 0; i < sizeof(object_names) / sizeof(object_names[0]); i++) {
        if (inb__str_is(c->body->key, object_names[i].node)) {
            object_take(c, i);
        }
    }
    if (inb__str_is(c->body->key, "CreateSchemaStmt")) {
        schema_elements(c);
    }
}

/* A cast between types of which one is new changes no expression that exists. */
void inb__create_cast(inb__classifier *c)
{
    static const char *const ends[] = {"sourcetype/names", "targettype/names"};
    bool is_new = false;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        inb__name type = inb__classify_name_of_list(inb__node_at(c->body, ends[i]));
        is_new |= inb__catalog_object_is_new(c->catalog, "OBJECT_TYPE", type);
    }
    if (!is_new) {
        inb__classify_as(c, INB_CLASS_CONTRACTING, 0,
                         "a cast can change what existing expressions mean");
    }
}

void inb__create_statistics(inb__classifier *c)
{
    inb__create_object(c);
    const inb__node *relations = inb__node_at(c->body, "relations");
    INB__NODE_EACH(n, relations)
    {
        inb__classify_lock(c, inb__classify_relation(c, n), INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
    }
}
