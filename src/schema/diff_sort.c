/* The order of the steps: by kind, and tables in the order of the models. */
#include "config.h"

#include "schema/diff_pairs.h"

#include <stdlib.h>

typedef struct sort_key {
    uint32_t v[3];
} sort_key;

/* The numbers by which steps of one kind are ordered. One that is missing comes first. */
static sort_key key_of(const inb__step *s)
{
    switch (s->kind) {
    case INB__STEP_DROP_INDEX:
    case INB__STEP_RENAME_INDEX:
        return (sort_key){{s->prev_table + 1, s->prev + 1, s->next + 1}};
    case INB__STEP_TURN_JOIN:
    case INB__STEP_ALTER_TABLE:
        return (sort_key){{s->prev_table + 1, s->next_table + 1, 0}};
    case INB__STEP_CREATE_INDEX:
        return (sort_key){{s->prev_table + 1, s->next_table + 1, s->next + 1}};
    default:
        return (sort_key){{s->prev + 1, s->next + 1, 0}};
    }
}

/* In the order of the kinds, but for what must be before another one. */
static int rank(const inb__step *s)
{
    return s->kind == INB__STEP_DROP_FOREIGN_KEY && s->early ? 2 * INB__STEP_ALTER_ENUM - 1
                                                             : 2 * (int)s->kind;
}

static int step_order(const void *a, const void *b)
{
    const inb__step *x = a, *y = b;
    if (rank(x) != rank(y)) {
        return rank(x) < rank(y) ? -1 : 1;
    }
    sort_key m = key_of(x), n = key_of(y);
    for (size_t i = 0; i < 3; i++) {
        if (m.v[i] != n.v[i]) {
            return m.v[i] < n.v[i] ? -1 : 1;
        }
    }
    return 0;
}

static bool alter_adds_key(const inb__step *alter)
{
    return alter->n_changes &&
           alter->changes[alter->n_changes - 1].kind == INB__CHANGE_ADD_PRIMARY_KEY;
}

/*
 * A unique index on just the columns of the primary key that its table did not have: until the key
 * is there, the index is what keeps the rows apart.
 */
static bool index_is_replaced(const inb__differ *d, const inb__step *drop, const inb__step *alter)
{
    const inb__table *prev = &d->from->tables[drop->prev_table];
    const inb__index *index = &prev->indexes[drop->prev];
    if (!alter || !index->unique || prev->primary_key || !alter_adds_key(alter)) {
        return false;
    }
    const inb__index *key = d->to->tables[alter->next_table].primary_key;
    const inb__table_pair *pair = inb__pair_of_prev(d, drop->prev_table);
    if (key->n_columns != index->n_columns) {
        return false;
    }
    for (size_t i = 0; i < key->n_columns; i++) {
        const inb__column_pair *c = inb__column_of_prev(pair, index->columns[i].column);
        if (!c || c->next != key->columns[i].column || c->cast == INB__CAST_NONE) {
            return false;
        }
    }
    return true;
}

/* Both run by table, so those that follow an alteration of it are next in line: the last first. */
static size_t moved_count(const inb__step *moved, size_t n, uint32_t table)
{
    size_t count = 0;
    while (count < n && moved[count].prev_table == table) {
        count++;
    }
    return count;
}

static bool drops_indexes(const inb__differ *d)
{
    size_t i = 0;
    while (i < d->steps.n && d->steps.v[i].kind != INB__STEP_DROP_INDEX) {
        i++;
    }
    return i < d->steps.n;
}

static void replaced_indexes_move(inb__differ *d)
{
    const inb__step **alters = INB__NEW_N(d->arena, const inb__step *, d->from->n_tables);
    for (size_t i = 0; i < d->steps.n; i++) {
        if (d->steps.v[i].kind == INB__STEP_ALTER_TABLE) {
            alters[d->steps.v[i].prev_table] = &d->steps.v[i];
        }
    }
    inb__step *moved = INB__NEW_N(d->arena, inb__step, d->steps.n);
    inb__step *out = INB__NEW_N(d->arena, inb__step, d->steps.n);
    size_t n_moved = 0, n = 0;
    for (size_t i = 0; i < d->steps.n; i++) {
        const inb__step *s = &d->steps.v[i];
        if (s->kind == INB__STEP_DROP_INDEX && index_is_replaced(d, s, alters[s->prev_table])) {
            moved[n_moved++] = *s;
            continue;
        }
        out[n++] = *s;
        if (s->kind == INB__STEP_ALTER_TABLE) {
            size_t follow = moved_count(moved, n_moved, s->prev_table);
            for (size_t k = follow; k-- > 0;) {
                out[n++] = moved[k];
            }
            moved += follow;
            n_moved -= follow;
        }
    }
    d->steps.v = out;
}

void inb__diff_sort(inb__differ *d)
{
    if (d->steps.n) {
        qsort(d->steps.v, d->steps.n, sizeof(inb__step), step_order);
        if (drops_indexes(d)) {
            replaced_indexes_move(d);
        }
    }
}
