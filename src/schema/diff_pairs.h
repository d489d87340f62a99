/* Inside the differ: what of one model is what of the other. */
#ifndef INB_SCHEMA_DIFF_PAIRS_H
#define INB_SCHEMA_DIFF_PAIRS_H

#include "schema/diff.h"
#include "util/vec.h"

/* A column that both sides have, and what differs. */
typedef struct inb__column_pair {
    uint32_t prev, next;
    unsigned flags;
    inb__cast cast;
} inb__column_pair;

typedef struct inb__table_pair {
    uint32_t prev, next;
    inb__column_pair *columns; /* in the order of the previous table */
    size_t n_columns;
    uint32_t *pair_of_prev; /* by column: its place in columns, or INB__SCHEMA_NONE */
    uint32_t *pair_of_next;
} inb__table_pair;

typedef struct inb__differ {
    inb__arena *arena;
    const inb__schema *from, *to;
    inb__diff_options options;
    inb__table_pair *tables; /* in the order of the previous model */
    size_t n_tables;
    uint32_t *pair_of_prev; /* by table: its place in tables, or INB__SCHEMA_NONE */
    uint32_t *pair_of_next;
    uint32_t *enum_of_prev; /* by enum: its counterpart, or INB__SCHEMA_NONE */
    uint32_t *enum_of_next;
    bool **index_goes; /* by table pair and previous index, filled by inb__diff_indexes */
    INB__VEC(inb__step) steps;
    INB__VEC(uint32_t) disordered; /* as in inb__steps */
    INB__VEC(uint32_t) unchanged;
} inb__differ;

void inb__diff_pair(inb__differ *d);

/* Whether the columns of a join table of `from` change sides. */
typedef enum inb__join_turn {
    INB__JOIN_STAYS,
    INB__JOIN_TURNS,
    INB__JOIN_UNKNOWN /* of a self relation: both of its fields have other names */
} inb__join_turn;
inb__join_turn inb__diff_join_turn(const inb__schema *from, uint32_t table, const inb__schema *to);

/* `from` as it is when those that change sides have done so, with a step for each. */
const inb__schema *inb__diff_joins_turn(inb__differ *d);

/* A table that no step touches. */
bool inb__diff_table_is_ignored(const inb__table *t);

/* A new step of a kind, its numbers INB__SCHEMA_NONE. Valid until the next one is added. */
inb__step *inb__diff_step(inb__differ *d, inb__step_kind kind);

/* The pair of tables of a previous table, NULL when it is dropped. */
static inline const inb__table_pair *inb__pair_of_prev(const inb__differ *d, uint32_t table)
{
    return d->pair_of_prev[table] == INB__SCHEMA_NONE ? NULL : &d->tables[d->pair_of_prev[table]];
}

static inline const inb__table_pair *inb__pair_of_next(const inb__differ *d, uint32_t table)
{
    return d->pair_of_next[table] == INB__SCHEMA_NONE ? NULL : &d->tables[d->pair_of_next[table]];
}

/* A column's pair by its number in the previous table (or the next), NULL when it is dropped
 * (added). */
static inline const inb__column_pair *inb__column_of_prev(const inb__table_pair *t, uint32_t column)
{
    uint32_t i = t->pair_of_prev[column];
    return i == INB__SCHEMA_NONE ? NULL : &t->columns[i];
}

static inline const inb__column_pair *inb__column_of_next(const inb__table_pair *t, uint32_t column)
{
    uint32_t i = t->pair_of_next[column];
    return i == INB__SCHEMA_NONE ? NULL : &t->columns[i];
}

/* The primary key of a pair's previous table is dropped: it goes or changes. */
bool inb__diff_primary_key_goes(const inb__differ *d, const inb__table_pair *pair);

/* The previous table has another unique index on these columns, in any order, that is dropped. */
bool inb__diff_unique_key_goes(const inb__differ *d, const inb__table_pair *pair,
                               const uint32_t *columns, size_t n);

/* The columns of a table in the byte order of their names. */
uint32_t *inb__diff_columns_by_name(inb__arena *arena, const inb__table *t);

bool inb__diff_defaults_match(const inb__differ *d, const inb__column *prev,
                              const inb__column *next);

/* Each adds the steps of its subject. */
void inb__diff_enums(inb__differ *d);
void inb__diff_tables(inb__differ *d);
void inb__diff_indexes(inb__differ *d);
void inb__diff_foreign_keys(inb__differ *d);

/* Puts the steps into their order. */
void inb__diff_sort(inb__differ *d);

static inline const inb__table *inb__pair_prev(const inb__differ *d, const inb__table_pair *p)
{
    return &d->from->tables[p->prev];
}

static inline const inb__table *inb__pair_next(const inb__differ *d, const inb__table_pair *p)
{
    return &d->to->tables[p->next];
}

#endif
