/* CREATE INDEX: its name, its columns, and who waits for it. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/expr_text.h"

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
        inb__name call =
            inb__classify_name_of_list(inb__node_at(n, "IndexElem/expr/FuncCall/funcname"));
        column = column.n ? column : call.name.n ? call.name : INB__STR("expr");
        columns = inb__arena_printf(c->arena, "%s%s%.*s", columns, *columns ? "_" : "",
                                    INB__STR_ARG(column));
    }
    return inb__catalog_name_choose(c->catalog, table->name.schema, table->name.name,
                                    inb__str_of(columns), "idx");
}

static void index_column(inb__classifier *c, inb__relation *index, const inb__node *element)
{
    inb__sql_column *column =
        inb__catalog_column_touch(c->catalog, index, inb__node_text(element, "name"));
    inb__name opclass = inb__classify_name_of_list(inb__node_at(element, "opclass"));
    column->opclass = inb__catalog_keep(c->catalog, opclass.name);
    column->sort =
        inb__node_is(element, "ordering", "SORTBY_DESC") ? INB__SORT_DESC : INB__SORT_NONE;
}

static void index_columns(inb__classifier *c, inb__relation *index)
{
    const inb__node *params = inb__node_at(c->body, "indexParams");
    INB__NODE_EACH(n, params)
    {
        inb__str name = inb__node_text(n, "IndexElem/name");
        if (name.n) {
            index_column(c, index, inb__node_at(n, "IndexElem"));
        }
        index->computed |= name.n == 0;
        inb__constraint_expression_columns(c, &index->uses, inb__node_at(n, "IndexElem/expr"));
    }
    inb__constraint_expression_columns(c, &index->uses, inb__node_at(c->body, "whereClause"));
}

/* What the relational model asks of an index. */
static void index_describe(inb__classifier *c, inb__relation *index)
{
    const inb__node *where = inb__node_at(c->body, "whereClause");
    inb__str method = inb__node_text(c->body, "accessMethod");
    index->method =
        inb__str_is(method, "btree") ? INB__STR("") : inb__catalog_keep(c->catalog, method);
    if (where) {
        const char *predicate = inb__expr_text(c->scratch, where);
        index->predicate = inb__catalog_keep(c->catalog, inb__str_of(predicate ? predicate : "?"));
    }
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
    if (inb__create_exists_already(c, name, "if_not_exists")) {
        inb__classify_lock(c, table, concurrent ? INB_LOCK_SHARE_UPDATE_EXCLUSIVE : INB_LOCK_SHARE);
        return;
    }
    if (given.n) {
        inb__create_must_be_new(c, name);
    }
    inb__relation *index = inb__catalog_relation_create(c->catalog, name, INB__RELATION_INDEX);
    index->table = table;
    index->unique = unique;
    index_columns(c, index);
    index_describe(c, index);
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
