/* What makes relations and other objects. */
#include "config.h"

#include "sql/classifier.h"

#define REPLACES "it replaces something that existing code uses"

static void created(inb__classifier *c, inb__name name)
{
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
    const inb__relation *r = inb__relation_find(c->catalog, name);
    if (!r || r->kind == INB__RELATION_UNKNOWN) {
        return false;
    }
    inb__classify_as(c, INB_CLASS_ADDITIVE, 0,
                     "an earlier migration has made it, so nothing happens");
    return true;
}

static void columns_copy(inb__classifier *c, inb__relation *to, const inb__relation *from)
{
    for (size_t i = 0; from && i < from->columns.n; i++) {
        if (!from->columns.v[i].dropped) {
            *inb__column_touch(c->catalog, to, from->columns.v[i].name) = from->columns.v[i];
        }
    }
}

static void partition_of(inb__classifier *c, inb__relation *r, inb__relation *parent)
{
    inb__classify_lock(c, parent, INB_LOCK_ACCESS_EXCLUSIVE);
    inb__foreign_keys_lock(c, parent, INB_LOCK_SHARE_ROW_EXCLUSIVE);
    r->table = parent;
    r->is_partition = true;
    parent->partitioned = parent->has_children = true;
    columns_copy(c, r, parent);
    if (inb__node_bool(c->body, "partbound/is_default")) {
        parent->spare = r;
    } else if (parent->spare && !inb__classify_is_new(c, parent->spare)) {
        inb__classify_lock(c, parent->spare, INB_LOCK_ACCESS_EXCLUSIVE);
        inb__classify_as(c, INB_CLASS_BLOCKING, INB_STATEMENT_SCANS,
                         "the default partition is read for rows of the new one while nobody reads "
                         "or writes it");
    }
}

static void parents_take(inb__classifier *c, inb__relation *r)
{
    const inb__node *parents = inb__node_at(c->body, "inhRelations");
    bool partition = inb__node_at(c->body, "partbound") != NULL;
    INB__NODE_EACH(n, parents)
    {
        inb__relation *parent = inb__relation_of(c, n);
        if (partition) {
            partition_of(c, r, parent);
        } else {
            inb__classify_lock(c, parent, INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
            r->table = parent;
            parent->has_children = true;
            columns_copy(c, r, parent);
        }
    }
}

static void elements_take(inb__classifier *c, inb__relation *r)
{
    const inb__node *elements = inb__node_at(c->body, "tableElts");
    INB__NODE_EACH(n, elements)
    {
        const inb__node *inner = inb__node_inner(n);
        if (inb__str_is(inner->key, "ColumnDef")) {
            inb__column_take(c, r, inner);
        } else if (inb__str_is(inner->key, "Constraint")) {
            inb__constraint_take(c, r, inner, INB__STR(""));
        } else if (inb__str_is(inner->key, "TableLikeClause")) {
            inb__relation *like = inb__relation_of(c, inb__node_at(inner, "relation"));
            inb__classify_lock(c, like, INB_LOCK_ACCESS_SHARE);
            columns_copy(c, r, like);
        }
    }
}

void inb__fact_create_table(inb__classifier *c)
{
    inb__name name = inb__name_of(inb__node_at(c->body, "relation"));
    created(c, name);
    if (exists_already(c, name, "if_not_exists")) {
        return;
    }
    inb__relation *r = inb__relation_create(c->catalog, name, INB__RELATION_TABLE);
    r->partitioned = inb__node_at(c->body, "partspec") != NULL;
    parents_take(c, r);
    elements_take(c, r);
}

void inb__fact_create_table_as(inb__classifier *c)
{
    bool view = inb__node_is(c->body, "objtype", "OBJECT_MATVIEW");
    const inb__node *into = inb__node_at(c->body, "into");
    inb__name name = inb__name_of(inb__node_at(into, "rel"));
    c->s->tag = view ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
    created(c, name);
    if (exists_already(c, name, "if_not_exists")) {
        return;
    }
    inb__relation *r =
        inb__relation_create(c->catalog, name, view ? INB__RELATION_VIEW : INB__RELATION_TABLE);
    bool filled = !inb__node_bool(into, "skipData");
    inb__classify_view_sources(c, r, inb__node_at(c->body, "query"), filled);
    if (c->s->locks.n && filled) {
        inb__classify_as(
            c, INB_CLASS_BLOCKING, INB_STATEMENT_SCANS,
            "rows of existing tables are copied, which takes as long as they are large");
    }
}

void inb__fact_create_view(inb__classifier *c)
{
    inb__name name = inb__name_of(inb__node_at(c->body, "view"));
    inb__relation *old = inb__relation_find(c->catalog, name);
    created(c, name);
    if (inb__node_bool(c->body, "replace") && old && old->kind != INB__RELATION_UNKNOWN) {
        inb__classify_lock(c, old, INB_LOCK_ACCESS_EXCLUSIVE);
        inb__classify_view_sources(c, old, inb__node_at(c->body, "query"), false);
        c->s->tag = "CREATE OR REPLACE VIEW";
        if (!inb__classify_is_new(c, old)) {
            inb__classify_as(c, INB_CLASS_CONTRACTING, 0, REPLACES);
        }
        return;
    }
    inb__relation *r = inb__relation_create(c->catalog, name, INB__RELATION_VIEW);
    inb__classify_view_sources(c, r, inb__node_at(c->body, "query"), false);
}

void inb__fact_create_sequence(inb__classifier *c)
{
    inb__name name = inb__name_of(inb__node_at(c->body, "sequence"));
    created(c, name);
    if (!exists_already(c, name, "if_not_exists")) {
        inb__relation_create(c->catalog, name, INB__RELATION_SEQUENCE);
    }
    inb__classify_owned_by(c);
}

/* The name that the server gives an index without one. */
static inb__str index_name(inb__classifier *c, const inb__relation *table)
{
    inb__str given = inb__node_text(c->body, "idxname");
    if (given.n) {
        return given;
    }
    const char *text = inb__classify_text(c, table->name.name);
    const inb__node *params = inb__node_at(c->body, "indexParams");
    INB__NODE_EACH(n, params)
    {
        inb__str column = inb__node_text(n, "IndexElem/name");
        column = column.n ? column : INB__STR("expr");
        text = inb__arena_printf(c->arena, "%s_%.*s", text, INB__STR_ARG(column));
    }
    return inb__str_of(inb__arena_printf(c->arena, "%s_idx", text));
}

static void index_columns(inb__classifier *c, inb__relation *index)
{
    const inb__node *params = inb__node_at(c->body, "indexParams");
    INB__NODE_EACH(n, params)
    {
        inb__str name = inb__node_text(n, "IndexElem/name");
        if (name.n) {
            inb__column_touch(c->catalog, index, name);
        }
    }
}

void inb__fact_create_index(inb__classifier *c)
{
    inb__relation *table = inb__relation_of(c, inb__node_at(c->body, "relation"));
    inb__str given = inb__node_text(c->body, "idxname");
    bool concurrent = inb__node_bool(c->body, "concurrent");
    bool unique = inb__node_bool(c->body, "unique");
    bool only = table->partitioned && !inb__node_bool(c->body, "relation/inh");
    c->s->tag = concurrent
                    ? (unique ? "CREATE UNIQUE INDEX CONCURRENTLY" : "CREATE INDEX CONCURRENTLY")
                    : (unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX");
    inb__classify_kind(
        c, concurrent ? INB_STATEMENT_CREATE_INDEX_CONCURRENTLY : INB_STATEMENT_CREATE_RELATION,
        table->name, given);
    c->s->flags |= inb__node_bool(c->body, "if_not_exists") ? INB_STATEMENT_IF_NOT_EXISTS : 0;
    c->s->flags |= concurrent ? INB_STATEMENT_NO_TRANSACTION : 0;
    inb__relation *index = inb__relation_create(
        c->catalog, (inb__name){table->name.schema, index_name(c, table)}, INB__RELATION_INDEX);
    index->table = table;
    index_columns(c, index);
    if (inb__classify_is_new(c, table)) {
        return;
    }
    if (concurrent) {
        inb__classify_lock(c, table, INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
        inb__classify_as(c, INB_CLASS_ADDITIVE, INB_STATEMENT_SCANS,
                         "the index is built while readers and writers go on");
    } else if (only) {
        inb__classify_lock(c, table, INB_LOCK_SHARE);
        inb__classify_as(c, INB_CLASS_ADDITIVE, 0, "on a partitioned table alone nothing is built");
    } else {
        if (table->partitioned) {
            inb__classify_lock_all(c, table, INB_LOCK_SHARE);
        }
        inb__classify_lock(c, table, INB_LOCK_SHARE);
        inb__classify_as(c, INB_CLASS_BLOCKING, INB_STATEMENT_SCANS,
                         "writers wait while the table is read and the index is built");
    }
}

static const struct {
    const char *node, *kind, *path;
} object_names[] = {
    {"CreateEnumStmt", "OBJECT_TYPE", "typeName"},
    {"CreateRangeStmt", "OBJECT_TYPE", "typeName"},
    {"CreateDomainStmt", "OBJECT_TYPE", "domainname"},
    {"DefineStmt", NULL, "defnames"},
};

static void schema_elements(inb__classifier *c)
{
    const inb__node *outer = c->body;
    const inb__node *elements = inb__node_at(outer, "schemaElts");
    INB__NODE_EACH(n, elements)
    {
        inb__classify_node(c, n);
    }
    c->body = outer;
    c->s->tag = "CREATE SCHEMA";
}

void inb__fact_create_object(inb__classifier *c)
{
    const inb__node *body = c->body;
    c->s->flags |= inb__node_bool(body, "if_not_exists") ? INB_STATEMENT_IF_NOT_EXISTS : 0;
    for (size_t i = 0; i < sizeof(object_names) / sizeof(object_names[0]); i++) {
        if (inb__str_is(body->key, object_names[i].node)) {
            const char *kind = object_names[i].kind;
            kind = kind ? kind : inb__classify_text(c, inb__node_text(body, "kind"));
            inb__object_create(c->catalog, kind,
                               inb__name_of_list(inb__node_at(body, object_names[i].path)));
        }
    }
    if (inb__str_is(body->key, "CompositeTypeStmt")) {
        inb__object_create(c->catalog, "OBJECT_TYPE", inb__name_of(inb__node_at(body, "typevar")));
    } else if (inb__str_is(body->key, "CreateDomainStmt") && inb__node_at(body, "constraints")) {
        inb__object_create(c->catalog, "checked domain",
                           inb__name_of_list(inb__node_at(body, "domainname")));
    } else if (inb__str_is(body->key, "CreateExtensionStmt")) {
        inb__object_create(c->catalog, "OBJECT_EXTENSION",
                           (inb__name){.name = inb__node_text(body, "extname")});
    } else if (inb__str_is(body->key, "CreateSchemaStmt")) {
        inb__object_create(c->catalog, "OBJECT_SCHEMA",
                           (inb__name){.name = inb__node_text(body, "schemaname")});
        schema_elements(c);
    }
}

void inb__fact_create_function(inb__classifier *c)
{
    inb__name name = inb__name_of_list(inb__node_at(c->body, "funcname"));
    bool procedure = inb__node_bool(c->body, "is_procedure");
    bool known = inb__object_is_known(c->catalog, "OBJECT_FUNCTION", name);
    c->s->tag = procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
    if (known && inb__node_bool(c->body, "replace") &&
        !inb__object_is_new(c->catalog, "OBJECT_FUNCTION", name)) {
        c->s->tag = procedure ? "CREATE OR REPLACE PROCEDURE" : "CREATE OR REPLACE FUNCTION";
        inb__classify_as(c, INB_CLASS_CONTRACTING, 0, REPLACES);
        return;
    }
    inb__object_create(c->catalog, "OBJECT_FUNCTION", name);
}

void inb__fact_create_statistics(inb__classifier *c)
{
    const inb__node *relations = inb__node_at(c->body, "relations");
    INB__NODE_EACH(n, relations)
    {
        inb__classify_lock(c, inb__relation_of(c, n), INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
    }
}

void inb__fact_create_publication(inb__classifier *c)
{
    const inb__node *objects = inb__node_at(c->body, "pubobjects");
    INB__NODE_EACH(n, objects)
    {
        const inb__node *table = inb__node_at(n, "PublicationObjSpec/pubtable/relation");
        if (table) {
            inb__classify_lock(c, inb__relation_of(c, table), INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
        }
    }
}
