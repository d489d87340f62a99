/* Tables that are created, dropped or altered, column by column. */
#include "config.h"

#include "schema/diff_pairs.h"

#include <stdlib.h>

typedef INB__VEC(inb__change) change_list;

static void change_add(inb__differ *d, change_list *list, inb__change_kind kind, uint32_t prev,
                       uint32_t next)
{
    inb__change *c = INB__VEC_PUSH(d->arena, list);
    c->kind = kind;
    c->prev = prev;
    c->next = next;
}

/* ---- the primary key
 * -------------------------------------------------------------------------------- */

static bool primary_keys_differ(const inb__differ *d, const inb__table_pair *pair)
{
    const inb__table *prev = inb__pair_prev(d, pair), *next = inb__pair_next(d, pair);
    const inb__index *a = prev->primary_key, *b = next->primary_key;
    if (a->n_columns != b->n_columns) {
        return true;
    }
    for (size_t i = 0; i < a->n_columns; i++) {
        const inb__column_pair *columns = inb__column_of_prev(pair, a->columns[i].column);
        if (!columns || columns->next != b->columns[i].column ||
            columns->flags & INB__COLUMN_TYPE) {
            return true;
        }
    }
    return false;
}

bool inb__diff_primary_key_goes(const inb__differ *d, const inb__table_pair *pair)
{
    const inb__index *prev = inb__pair_prev(d, pair)->primary_key;
    const inb__index *next = inb__pair_next(d, pair)->primary_key;
    return prev && (!next || primary_keys_differ(d, pair));
}

/* ---- the columns
 * ------------------------------------------------------------------------------------ */

static int column_order(const void *a, const void *b, void *table)
{
    const inb__column *columns = ((const inb__table *)table)->columns;
    return inb__str_cmp(columns[*(const uint32_t *)a].name, columns[*(const uint32_t *)b].name);
}

uint32_t *inb__diff_columns_by_name(inb__arena *arena, const inb__table *t)
{
    uint32_t *order = INB__NEW_N(arena, uint32_t, t->n_columns);
    for (uint32_t i = 0; i < t->n_columns; i++) {
        order[i] = i;
    }
    if (t->n_columns) {
        qsort_r(order, t->n_columns, sizeof(*order), column_order, (void *)t);
    }
    return order;
}

/* The columns of a table that have no pair, by name. */
static uint32_t *columns_alone(inb__differ *d, const inb__table *t, const uint32_t *pair_of,
                               size_t *n_out)
{
    uint32_t *alone = inb__diff_columns_by_name(d->arena, t);
    size_t n = 0;
    for (size_t i = 0; i < t->n_columns; i++) {
        if (pair_of[alone[i]] == INB__SCHEMA_NONE) {
            alone[n++] = alone[i];
        }
    }
    *n_out = n;
    return alone;
}

static void columns_diff(inb__differ *d, const inb__table_pair *pair, change_list *list)
{
    size_t n;
    uint32_t *alone = columns_alone(d, inb__pair_prev(d, pair), pair->pair_of_prev, &n);
    for (size_t i = 0; i < n; i++) {
        change_add(d, list, INB__CHANGE_DROP_COLUMN, alone[i], INB__SCHEMA_NONE);
    }
    alone = columns_alone(d, inb__pair_next(d, pair), pair->pair_of_next, &n);
    for (size_t i = 0; i < n; i++) {
        change_add(d, list, INB__CHANGE_ADD_COLUMN, INB__SCHEMA_NONE, alone[i]);
    }
    for (size_t i = 0; i < pair->n_columns; i++) {
        const inb__column_pair *c = &pair->columns[i];
        if (!c->flags) {
            continue;
        }
        bool recreate = c->cast == INB__CAST_NONE;
        change_add(d, list, recreate ? INB__CHANGE_RECREATE_COLUMN : INB__CHANGE_ALTER_COLUMN,
                   c->prev, c->next);
        list->v[list->n - 1].flags = c->flags;
        list->v[list->n - 1].cast = c->cast;
    }
}

static void table_alter(inb__differ *d, const inb__table_pair *pair)
{
    const inb__index *prev = inb__pair_prev(d, pair)->primary_key;
    const inb__index *next = inb__pair_next(d, pair)->primary_key;
    bool goes = inb__diff_primary_key_goes(d, pair);
    change_list list = {0};
    if (goes) {
        change_add(d, &list, INB__CHANGE_DROP_PRIMARY_KEY, INB__SCHEMA_NONE, INB__SCHEMA_NONE);
    } else if (prev && next && !inb__str_eq(prev->name, next->name)) {
        change_add(d, &list, INB__CHANGE_RENAME_PRIMARY_KEY, INB__SCHEMA_NONE, INB__SCHEMA_NONE);
    }
    columns_diff(d, pair, &list);
    if (next && (!prev || goes)) {
        change_add(d, &list, INB__CHANGE_ADD_PRIMARY_KEY, INB__SCHEMA_NONE, INB__SCHEMA_NONE);
    }
    if (list.n) {
        inb__step *step = inb__diff_step(d, INB__STEP_ALTER_TABLE);
        step->prev_table = pair->prev;
        step->next_table = pair->next;
        step->changes = list.v;
        step->n_changes = list.n;
    }
}

void inb__diff_tables(inb__differ *d)
{
    for (uint32_t i = 0; i < d->from->n_tables; i++) {
        if (!inb__pair_of_prev(d, i) && !inb__diff_table_is_ignored(&d->from->tables[i])) {
            inb__diff_step(d, INB__STEP_DROP_TABLE)->prev = i;
        }
    }
    for (uint32_t i = 0; i < d->to->n_tables; i++) {
        if (!inb__pair_of_next(d, i) && !inb__diff_table_is_ignored(&d->to->tables[i])) {
            inb__diff_step(d, INB__STEP_CREATE_TABLE)->next = i;
        }
    }
    for (size_t i = 0; i < d->n_tables; i++) {
        table_alter(d, &d->tables[i]);
    }
}
