/* What makes relations and other objects. */
#include "config.h"

#include "postgres/object_name.h"
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

/* IF NOT EXISTS, and the history has made it: then nothing happens. */
static bool exists_already(inb__classifier *c, inb__name name, const char *flag)
{
    if (!inb__node_bool(c->body, flag)) {
        return false;
    }
    c->s->flags |= INB_STATEMENT_IF_NOT_EXISTS;
    if (!inb__catalog_relation_find(c->catalog, name)) {
        return false;
    }
    inb__classify_as(c, INB_CLASS_ADDITIVE, 0,
                     "an earlier migration created it, so nothing happens");
    return true;
}

/* A name that a migration has given to a relation, and no later one taken away. */
static void relation_must_be_new(inb__classifier *c, inb__name name)
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
            for (size_t i = 0; i < r->columns.n; i++) {
                r->columns.v[i].reads.n = 0; /* a copy is generated only where that is asked for */
            }
            r->complete = r->complete && like->complete;
            if (inb__node_int(inner, "options") & LIKE_CONSTRAINTS) {
                constraints_copy(c, r, like, false);
            }
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
    inb__create_table(c);
}

void inb__create_table(inb__classifier *c)
{
    inb__name name = inb__classify_name(inb__node_at(c->body, "relation"));
    written_created(c, inb__node_at(c->body, "relation"));
    if (exists_already(c, name, "if_not_exists")) {
        return;
    }
    relation_must_be_new(c, name);
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
    c->catalog->uncertain = false;
}

void inb__create_table_as(inb__classifier *c)
{
    bool view = inb__node_is(c->body, "objtype", "OBJECT_MATVIEW");
    const inb__node *into = inb__node_at(c->body, "into");
    inb__name name = inb__classify_name(inb__node_at(into, "rel"));
    c->s->tag = view ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
    written_created(c, inb__node_at(into, "rel"));
    if (exists_already(c, name, "if_not_exists")) {
        if (!view) {
            inb__query_reads(c, inb__node_at(c->body, "query"), INB__REACH_NAMED);
        }
        return;
    }
    inb__relation *r = inb__catalog_relation_create(
        c->catalog, name, view ? INB__RELATION_MATVIEW : INB__RELATION_TABLE);
    bool filled = !inb__node_bool(into, "skipData");
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
    if (!exists_already(c, name, "if_not_exists")) {
        c->catalog->uncertain = inb__node_bool(c->body, "if_not_exists");
        inb__catalog_relation_create(c->catalog, name, INB__RELATION_SEQUENCE);
        c->catalog->uncertain = false;
    }
    inb__object_owned_by(c);
}

/* The name that the server gives an index without one. */
static inb__str index_name(inb__classifier *c, const inb__relation *table)
{
    inb__str given = inb__node_text(c->body, "idxname");
    if (given.n) {
        return given;
    }
    const char *columns = "";
    const inb__node *params = inb__node_at(c->body, "indexParams");
    INB__NODE_EACH(n, params)
    {
        inb__str column = inb__node_text(n, "IndexElem/name");
        column = column.n ? column : INB__STR("expr");
        columns = inb__arena_printf(c->arena, "%s%s%.*s", columns, *columns ? "_" : "",
                                    INB__STR_ARG(column));
    }
    char name[INB__NAME_SIZE];
    inb__name_choose(name, table->name.name, inb__str_of(columns), "idx");
    return inb__str_of(inb__arena_strdup(c->arena, name));
}

static void index_columns(inb__classifier *c, inb__relation *index)
{
    const inb__node *params = inb__node_at(c->body, "indexParams");
    INB__NODE_EACH(n, params)
    {
        inb__str name = inb__node_text(n, "IndexElem/name");
        if (name.n) {
            inb__catalog_column_touch(c->catalog, index, name);
        }
        inb__constraint_expression_columns(c, &index->uses, inb__node_at(n, "IndexElem/expr"));
    }
    inb__constraint_expression_columns(c, &index->uses, inb__node_at(c->body, "whereClause"));
}

/* NULLS NOT DISTINCT lets one row be without a value: code that never gives one breaks at the
 * second.
 */
static bool takes_one_null(inb__classifier *c, const inb__relation *table)
{
    bool proven = false;
    const inb__node *params = inb__node_at(c->body, "indexParams");
    INB__NODE_EACH(n, params)
    {
        inb__str name = inb__node_text(n, "IndexElem/name");
        proven |= name.n == 0 || inb__catalog_column_proven(table, name);
    }
    return inb__node_bool(c->body, "nulls_not_distinct") && inb__node_bool(c->body, "unique") &&
           !proven && !inb__node_at(c->body, "whereClause");
}

static void index_hazards(inb__classifier *c, inb__relation *table, bool concurrent)
{
    bool only = table->partitioned && !inb__classify_inherits(inb__node_at(c->body, "relation"));
    if (takes_one_null(c, table)) {
        inb__classify_as(
            c, INB_CLASS_CONTRACTING, 0,
            "only one row can be NULL there: a second INSERT that omits the column fails");
    }
    if (concurrent) {
        inb__classify_lock(c, table, INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
        inb__classify_as(c, INB_CLASS_ADDITIVE, INB_STATEMENT_SCANS,
                         "the index is built while readers and writers continue");
    } else if (only) {
        inb__classify_lock(c, table, INB_LOCK_SHARE);
        inb__classify_as(c, INB_CLASS_ADDITIVE, 0,
                         "ON ONLY a partitioned table, no index is built");
    } else {
        if (table->partitioned) {
            inb__classify_lock_all(c, table, INB_LOCK_SHARE);
        }
        inb__classify_lock(c, table, INB_LOCK_SHARE);
        inb__classify_as(c, INB_CLASS_BLOCKING, INB_STATEMENT_SCANS,
                         "writers wait while the index is built");
    }
}

void inb__create_index(inb__classifier *c)
{
    const inb__node *range = inb__node_at(c->body, "relation");
    inb__relation *table = inb__classify_relation(c, range);
    inb__relation_needed(c, table);
    inb__str given = inb__node_text(c->body, "idxname");
    bool concurrent = inb__node_bool(c->body, "concurrent");
    bool unique = inb__node_bool(c->body, "unique");
    c->s->tag = concurrent
                    ? (unique ? "CREATE UNIQUE INDEX CONCURRENTLY" : "CREATE INDEX CONCURRENTLY")
                    : (unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX");
    inb__classify_kind(
        c, concurrent ? INB_STATEMENT_CREATE_INDEX_CONCURRENTLY : INB_STATEMENT_CREATE_RELATION,
        inb__classify_name(range), given);
    c->s->flags |= concurrent ? INB_STATEMENT_NO_TRANSACTION : 0;
    inb__name name = {table->name.schema, index_name(c, table)};
    if (exists_already(c, name, "if_not_exists")) {
        inb__classify_lock(c, table, concurrent ? INB_LOCK_SHARE_UPDATE_EXCLUSIVE : INB_LOCK_SHARE);
        return;
    }
    if (given.n) {
        relation_must_be_new(c, name);
    }
    inb__relation *index = inb__catalog_relation_create(c->catalog, name, INB__RELATION_INDEX);
    index->table = table;
    index->unique = unique;
    index_columns(c, index);
    if (concurrent && table->partitioned &&
        inb__classify_inherits(inb__node_at(c->body, "relation"))) {
        inb__classify_fails(c,
                            "Create it ON ONLY the table, CONCURRENTLY on each partition, and "
                            "attach those with ALTER INDEX … ATTACH PARTITION.",
                            "an index on a partitioned table cannot be created CONCURRENTLY");
    }
    if (!inb__classify_is_new(c, table)) {
        index_hazards(c, table, concurrent);
    }
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
