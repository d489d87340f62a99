/* Whether a row of a backfill meets one row of a table in FROM and no other, and whether a value is
 * the same once the row is written. */
#include "config.h"

#include "sql/sql_backfill.h"

/* Whether a condition that the predicate joins with AND sets alias.column equal to something that
 * is not of that table. */
static bool is_equated(const inb__backfilling *b, inb__str alias, inb__str column)
{
    const inb__node *where = inb__node_at(b->body, "whereClause");
    const inb__node *conditions = inb__node_at(where, "BoolExpr/args");
    bool all = !conditions || inb__node_is(where, "BoolExpr/boolop", "AND_EXPR");
    INB__NODE_WALK(n, all ? where : NULL)
    {
        bool top = n == inb__node_at(where, "A_Expr");
        INB__NODE_EACH(condition, conditions)
        {
            top = top || n == inb__node_at(condition, "A_Expr");
        }
        inb__name op = inb__classify_name_of_list(inb__node_at(n, "name"));
        if (!top || !inb__node_is(n, "kind", "AEXPR_OP") || !inb__str_is(op.name, "=")) {
            continue;
        }
        const inb__node *sides[] = {inb__node_at(n, "lexpr"), inb__node_at(n, "rexpr")};
        for (size_t i = 0; i < 2; i++) {
            inb__name ref = inb__backfill_column_ref(inb__node_at(sides[i], "ColumnRef"));
            bool key = inb__str_eq(ref.schema, alias) && inb__str_eq(ref.name, column);
            inb__name other = inb__backfill_column_ref(inb__node_at(sides[1 - i], "ColumnRef"));
            if (key &&
                (inb__node_at(sides[1 - i], "A_Const") ||
                 (inb__node_at(sides[1 - i], "ColumnRef") && !inb__str_eq(other.schema, alias)))) {
                return true;
            }
        }
    }
    return false;
}

static bool all_equated(const inb__backfilling *b, inb__str alias, const inb__strs *columns)
{
    bool all = columns->n > 0;
    for (size_t i = 0; all && i < columns->n; i++) {
        all = is_equated(b, alias, columns->v[i]);
    }
    return all;
}

static bool by_constraint(const inb__backfilling *b, inb__str alias, const inb__relation *r)
{
    for (size_t i = 0; i < r->constraints.n; i++) {
        const inb__constraint *k = &r->constraints.v[i];
        bool unique = k->kind == INB__CONSTRAINT_PRIMARY_KEY || k->kind == INB__CONSTRAINT_UNIQUE;
        if (unique && !k->dropped && all_equated(b, alias, &k->columns)) {
            return true;
        }
    }
    return false;
}

static bool by_index(const inb__backfilling *b, inb__str alias, const inb__relation *r)
{
    const inb__map *relations = &b->c->catalog->relations;
    for (size_t i = 0; i < relations->n; i++) {
        const inb__relation *index = relations->entries[i].value;
        bool unique = index && index->kind == INB__RELATION_INDEX && index->table == r &&
                      index->unique && !index->computed && index->predicate.n == 0;
        bool all = unique && index->columns.n > 0;
        for (size_t k = 0; all && k < index->columns.n; k++) {
            all = is_equated(b, alias, index->columns.v[k].name);
        }
        if (all) {
            return true;
        }
    }
    return false;
}

bool inb__backfill_joins_once(const inb__backfilling *b, const inb__node *n)
{
    inb__name ref = inb__backfill_column_ref(n);
    const inb__node *from = inb__node_at(b->body, "fromClause");
    INB__NODE_EACH(item, from)
    {
        const inb__node *range = inb__node_at(item, "RangeVar");
        inb__str alias = inb__node_text(range, "alias/aliasname");
        alias = alias.n ? alias : inb__node_text(range, "relname");
        if (range && ref.schema.n && inb__str_eq(alias, ref.schema)) {
            const inb__relation *r = inb__classify_relation(b->c, item);
            return by_constraint(b, alias, r) || by_index(b, alias, r);
        }
    }
    return false;
}

bool inb__backfill_independent(const inb__backfilling *b, const inb__node *value)
{
    INB__NODE_WALK(n, value)
    {
        bool column = inb__str_is(n->key, "ColumnRef");
        inb__str own = column ? inb__backfill_column(b, n) : INB__STR("");
        bool changes = inb__str_is(n->key, "FuncCall") &&
                       inb__functions_stability(b->c, n) != INB__STABILITY_STEADY;
        if ((column && own.n == 0 && !inb__backfill_joins_once(b, n)) ||
            inb__catalog_strs_have(&b->written, own) || changes || inb__str_is(n->key, "SubLink") ||
            inb__str_is(n->key, "SQLValueFunction")) {
            return false;
        }
    }
    return true;
}
