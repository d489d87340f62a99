/*
 * The tables of implicit many-to-many relations, whose columns A and B go by the names of models
 * and fields: one that gets another name can make the two change sides, and rows would change what
 * they say.
 */
#include "config.h"

#include "schema/diff_pairs.h"

static bool same_table(const inb__schema *s, uint32_t table, const inb__schema *o, uint32_t other)
{
    const inb__table *t = &s->tables[table], *u = &o->tables[other];
    return inb__str_eq(t->name, u->name) && inb__str_eq(s->spaces[t->space], o->spaces[u->space]);
}

static bool sides_are_known(const inb__table *t)
{
    return t->is_join && t->sides[0].field.n && t->sides[1].field.n;
}

/* The table of `to` that has the name, or NULL. */
static const inb__table *counterpart(const inb__schema *from, uint32_t table, const inb__schema *to)
{
    for (uint32_t i = 0; i < to->n_tables; i++) {
        if (same_table(from, table, to, i)) {
            return &to->tables[i];
        }
    }
    return NULL;
}

inb__join_turn inb__diff_join_turn(const inb__schema *from, uint32_t table, const inb__schema *to)
{
    const inb__table *t = &from->tables[table];
    const inb__table *u = sides_are_known(t) ? counterpart(from, table, to) : NULL;
    if (!u || !sides_are_known(u)) {
        return INB__JOIN_STAYS;
    }
    bool crossed = same_table(from, t->sides[0].table, to, u->sides[1].table) &&
                   same_table(from, t->sides[1].table, to, u->sides[0].table);
    bool straight = same_table(from, t->sides[0].table, to, u->sides[0].table) &&
                    same_table(from, t->sides[1].table, to, u->sides[1].table);
    if (!crossed || !straight) {
        return crossed ? INB__JOIN_TURNS : INB__JOIN_STAYS;
    }
    /* Of a table to itself the fields tell, where one of them keeps its name. */
    if (inb__str_eq(t->sides[0].field, u->sides[0].field) ||
        inb__str_eq(t->sides[1].field, u->sides[1].field)) {
        return INB__JOIN_STAYS;
    }
    bool moved = inb__str_eq(t->sides[0].field, u->sides[1].field) ||
                 inb__str_eq(t->sides[1].field, u->sides[0].field);
    return moved ? INB__JOIN_TURNS : INB__JOIN_UNKNOWN;
}

/* The old table with its columns on the other side: what it is after the step. */
static void table_turn(inb__arena *arena, inb__schema *s, uint32_t table)
{
    inb__table *t = &s->tables[table];
    const inb__column *was = t->columns;
    inb__join_side side = t->sides[0];
    t->columns = INB__NEW_N(arena, inb__column, 2);
    for (size_t i = 0; i < 2; i++) {
        t->columns[i] = was[1 - i];
        t->columns[i].name = was[i].name;
    }
    t->sides[0] = t->sides[1];
    t->sides[1] = side;
}

static void keys_turn(inb__schema *s, uint32_t table)
{
    inb__foreign_key *keys[2] = {NULL, NULL};
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        inb__foreign_key *f = &s->foreign_keys[i];
        if (f->table == table && f->n_columns == 1 && f->columns[0] < 2) {
            keys[f->columns[0]] = f;
        }
    }
    if (keys[0] && keys[1]) {
        inb__foreign_key a = *keys[0], b = *keys[1];
        *keys[0] = b;
        keys[0]->name = a.name;
        keys[0]->columns = a.columns;
        *keys[1] = a;
        keys[1]->name = b.name;
        keys[1]->columns = b.columns;
    }
}

const inb__schema *inb__diff_joins_turn(inb__differ *d)
{
    inb__schema *turned = NULL;
    for (uint32_t i = 0; i < d->from->n_tables; i++) {
        if (inb__diff_join_turn(d->from, i, d->to) != INB__JOIN_TURNS) {
            continue;
        }
        if (!turned) {
            turned = INB__NEW(d->arena, inb__schema);
            *turned = *d->from;
            turned->tables = INB__NEW_N(d->arena, inb__table, turned->n_tables);
            memcpy(turned->tables, d->from->tables, sizeof(inb__table) * turned->n_tables);
            turned->foreign_keys = INB__NEW_N(d->arena, inb__foreign_key, turned->n_foreign_keys);
            for (size_t k = 0; k < turned->n_foreign_keys; k++) {
                turned->foreign_keys[k] = d->from->foreign_keys[k];
            }
        }
        table_turn(d->arena, turned, i);
        keys_turn(turned, i);
        inb__diff_step(d, INB__STEP_TURN_JOIN)->prev_table = i;
    }
    return turned ? turned : d->from;
}
