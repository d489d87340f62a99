/* Whether a row of a backfill meets one row of a table in FROM and no other, and whether a value is
 * the same once the row is written. */
#include "config.h"

#include "sql/sql_backfill.h"

#define JOINS_MAX 3 /* tables in FROM, each found by a column of the next */

static bool joins_once(const inb__backfilling *b, const inb__node *column_ref, int joins);

const inb__node *inb__backfill_range(const inb__backfilling *b, inb__str alias)
{
    const inb__node *from = inb__node_at(b->body, "fromClause");
    INB__NODE_EACH(item, from)
    {
        const inb__node *range = inb__node_at(item, "RangeVar");
        inb__str own = inb__node_text(range, "alias/aliasname");
        own = own.n ? own : inb__node_text(range, "relname");
        if (range && alias.n && inb__str_eq(own, alias)) {
            return inb__node_at(range, "alias/colnames") ? NULL : item;
        }
    }
    return NULL;
}

/* A constant, a column of the statement's own table, or one of another table in FROM of which a
 * row meets one row. */
static bool is_one_value(const inb__backfilling *b, const inb__node *n, int joins)
{
    const inb__node *ref = inb__node_at(n, "ColumnRef");
    inb__str own = inb__backfill_column(b, ref);
    bool is_own = own.n && (inb__backfill_column_ref(ref).schema.n ||
                            inb__catalog_column_find(b->table, own));
    return inb__node_at(n, "A_Const") || is_own || (ref && own.n == 0 && joins_once(b, ref, joins));
}

/* Whether the condition sets alias.column equal to one value. */
static bool equates(const inb__backfilling *b, const inb__node *condition, inb__name column,
                    int joins)
{
    const inb__node *compared = inb__node_at(condition, "A_Expr");
    inb__name op = inb__classify_name_of_list(inb__node_at(compared, "name"));
    const inb__node *sides[] = {inb__node_at(compared, "lexpr"), inb__node_at(compared, "rexpr")};
    bool plain = inb__node_is(compared, "kind", "AEXPR_OP") && inb__str_is(op.name, "=");
    for (size_t i = 0; plain && i < 2; i++) {
        inb__name ref = inb__backfill_column_ref(inb__node_at(sides[i], "ColumnRef"));
        if (inb__str_eq(ref.schema, column.schema) && inb__str_eq(ref.name, column.name) &&
            is_one_value(b, sides[1 - i], joins)) {
            return true;
        }
    }
    return false;
}

/* Whether a condition that the predicate joins with AND does. */
static bool is_equated(const inb__backfilling *b, inb__str alias, inb__str column, int joins)
{
    const inb__node *where = inb__node_at(b->body, "whereClause");
    const inb__name name = {alias, column};
    bool equated = equates(b, where, name, joins);
    if (inb__node_is(where, "BoolExpr/boolop", "AND_EXPR")) {
        INB__NODE_EACH(condition, inb__node_at(where, "BoolExpr/args"))
        {
            equated = equated || equates(b, condition, name, joins);
        }
    }
    return equated;
}

static bool by_constraint(const inb__backfilling *b, inb__str alias, const inb__relation *r,
                          int joins)
{
    for (size_t i = 0; i < r->constraints.n; i++) {
        const inb__constraint *k = &r->constraints.v[i];
        bool unique = k->kind == INB__CONSTRAINT_PRIMARY_KEY || k->kind == INB__CONSTRAINT_UNIQUE;
        bool all = unique && !k->dropped && k->columns.n > 0;
        for (size_t c = 0; all && c < k->columns.n; c++) {
            all = is_equated(b, alias, k->columns.v[c], joins);
        }
        if (all) {
            return true;
        }
    }
    return false;
}

static bool by_index(const inb__backfilling *b, inb__str alias, const inb__relation *r, int joins)
{
    const inb__map *relations = &b->c->catalog->relations;
    for (size_t i = 0; i < relations->n; i++) {
        const inb__relation *index = relations->entries[i].value;
        bool unique = index && index->kind == INB__RELATION_INDEX && index->table == r &&
                      index->unique && !index->computed && index->predicate.n == 0;
        bool all = unique && index->columns.n > 0;
        for (size_t k = 0; all && k < index->columns.n; k++) {
            all = is_equated(b, alias, index->columns.v[k].name, joins);
        }
        if (all) {
            return true;
        }
    }
    return false;
}

/* Tables that inherit have no key of their parent's. */
static bool joins_once(const inb__backfilling *b, const inb__node *column_ref, int joins)
{
    inb__str alias = inb__backfill_column_ref(column_ref).schema;
    const inb__node *range = inb__backfill_range(b, alias);
    const inb__relation *r = range ? inb__classify_relation(b->c, range) : NULL;
    return r && joins > 0 && (r->partitioned || !r->has_children) &&
           (by_constraint(b, alias, r, joins - 1) || by_index(b, alias, r, joins - 1));
}

/* Not the row as a whole, a column of another table without its name, or what is written. */
static bool is_kept_column(const inb__backfilling *b, inb__str name)
{
    bool alone = b->table->kind == INB__RELATION_UNKNOWN && !inb__node_at(b->body, "fromClause") &&
                 !inb__str_eq(name, b->alias);
    return (alone || inb__catalog_column_find(b->table, name)) && !inb__backfill_writes(b, name);
}

bool inb__backfill_independent(const inb__backfilling *b, const inb__node *value)
{
    INB__NODE_WALK(n, value)
    {
        bool column = inb__str_is(n->key, "ColumnRef");
        inb__str own = column ? inb__backfill_column(b, n) : INB__STR("");
        bool changes = inb__str_is(n->key, "FuncCall") &&
                       inb__functions_stability(b->c, n) != INB__STABILITY_STEADY;
        bool kept = own.n ? is_kept_column(b, own) : !column || joins_once(b, n, JOINS_MAX);
        if (!kept || changes || inb__str_is(n->key, "SubLink") ||
            inb__str_is(n->key, "SQLValueFunction")) {
            return false;
        }
    }
    return true;
}
