/* Foreign keys that are dropped, added or renamed. */
#include "config.h"

#include "schema/diff_pairs.h"

/* The foreign keys of each table: those of table t are at list[start[t]] to list[start[t + 1]]. */
typedef struct by_table {
    uint32_t *start, *list;
} by_table;

static by_table keys_by_table(inb__arena *arena, const inb__schema *s)
{
    by_table b = {INB__NEW_N(arena, uint32_t, s->n_tables + 2),
                  INB__NEW_N(arena, uint32_t, s->n_foreign_keys)};
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        b.start[s->foreign_keys[i].table + 2]++;
    }
    for (size_t t = 2; t < s->n_tables + 2; t++) {
        b.start[t] += b.start[t - 1];
    }
    for (uint32_t i = 0; i < s->n_foreign_keys; i++) {
        b.list[b.start[s->foreign_keys[i].table + 1]++] = i;
    }
    return b;
}

static bool keys_match(const inb__differ *d, const inb__table_pair *pair, const inb__foreign_key *a,
                       const inb__foreign_key *b)
{
    const inb__table_pair *references = inb__pair_of_prev(d, a->references);
    if (!references || references->next != b->references || a->n_columns != b->n_columns ||
        a->on_delete != b->on_delete || a->on_update != b->on_update) {
        return false;
    }
    for (size_t i = 0; i < a->n_columns; i++) {
        const inb__column_pair *column = inb__column_of_prev(pair, a->columns[i]);
        const inb__column_pair *referenced = inb__column_of_prev(references, a->referenced[i]);
        if (!column || column->next != b->columns[i] || column->flags & INB__COLUMN_TYPE ||
            !referenced || referenced->next != b->referenced[i]) {
            return false;
        }
    }
    return true;
}

/* The key that it refers to goes, or a column of it: PostgreSQL lets neither go before the foreign
 * key. */
static bool key_must_give_way(const inb__differ *d, const inb__foreign_key *a)
{
    const inb__table_pair *references = inb__pair_of_prev(d, a->references);
    return inb__diff_unique_key_goes(d, references, a->referenced, a->n_columns);
}

static bool is_recreated(const inb__differ *d, uint32_t enumeration)
{
    for (size_t i = 0; i < d->steps.n; i++) {
        const inb__step *s = &d->steps.v[i];
        if (s->kind == INB__STEP_ALTER_ENUM && s->n_removed && s->prev == enumeration) {
            return true;
        }
    }
    return false;
}

/* One of its columns is of an enum that is recreated: the two sides change one after the other. */
static bool is_on_recreated_enum(const inb__differ *d, const inb__foreign_key *f)
{
    const inb__table *t = &d->from->tables[f->table];
    for (size_t i = 0; i < f->n_columns; i++) {
        const inb__column_type *type = &t->columns[f->columns[i]].type;
        if (type->kind == INB__COLUMN_ENUM && is_recreated(d, type->enumeration)) {
            return true;
        }
    }
    return false;
}

static void key_drop(inb__differ *d, uint32_t prev)
{
    bool early = is_on_recreated_enum(d, &d->from->foreign_keys[prev]);
    inb__step *step = inb__diff_step(d, INB__STEP_DROP_FOREIGN_KEY);
    step->prev = prev;
    step->early = early;
}

/* What is NULL in every row refers to nothing. */
static bool is_empty(const inb__differ *d, const inb__table_pair *pair, uint32_t column)
{
    const inb__column_pair *c = inb__column_of_next(pair, column);
    return (!c || c->cast == INB__CAST_NONE) &&
           inb__pair_next(d, pair)->columns[column].default_value.kind == INB__DEFAULT_NONE;
}

/* Another key on the same columns refers to the same. */
static bool keys_hold_same(const inb__differ *d, const inb__table_pair *pair,
                           const inb__foreign_key *a, const inb__foreign_key *b)
{
    const inb__table_pair *references = inb__pair_of_prev(d, a->references);
    if (!references || references->next != b->references || a->n_columns != b->n_columns) {
        return false;
    }
    for (size_t i = 0; i < a->n_columns; i++) {
        const inb__column_pair *column = inb__column_of_prev(pair, a->columns[i]);
        const inb__column_pair *referenced = inb__column_of_prev(references, a->referenced[i]);
        if (!column || column->next != b->columns[i] || column->cast == INB__CAST_NONE ||
            !referenced || referenced->next != b->referenced[i] ||
            referenced->cast == INB__CAST_NONE) {
            return false;
        }
    }
    return true;
}

static bool is_proven(const inb__differ *d, const by_table *prev, const inb__table_pair *pair,
                      const inb__foreign_key *b)
{
    bool proven = false;
    for (size_t i = 0; i < b->n_columns; i++) {
        proven = proven || is_empty(d, pair, b->columns[i]);
    }
    for (uint32_t i = prev->start[pair->prev]; i < prev->start[pair->prev + 1]; i++) {
        proven = proven || keys_hold_same(d, pair, &d->from->foreign_keys[prev->list[i]], b);
    }
    return proven;
}

static void key_add(inb__differ *d, const by_table *prev, uint32_t next)
{
    const inb__foreign_key *f = &d->to->foreign_keys[next];
    const inb__table_pair *pair = inb__pair_of_next(d, f->table);
    inb__step *step = inb__diff_step(d, INB__STEP_ADD_FOREIGN_KEY);
    step->next = next;
    step->prev_table = pair ? pair->prev : INB__SCHEMA_NONE;
    step->proven = pair && is_proven(d, prev, pair, f);
}

static void pair_diff(inb__differ *d, const by_table *keys, uint32_t prev, uint32_t next,
                      bool both_joins)
{
    const inb__foreign_key *a = &d->from->foreign_keys[prev], *b = &d->to->foreign_keys[next];
    if (key_must_give_way(d, a) || is_on_recreated_enum(d, a)) {
        key_drop(d, prev);
        key_add(d, keys, next);
    } else if (!both_joins && !inb__str_eq(a->name, b->name)) {
        inb__step *step = inb__diff_step(d, INB__STEP_RENAME_FOREIGN_KEY);
        step->prev = prev;
        step->next = next;
    }
}

/* A table of Prisma's many-to-many relations, by its looks. */
static bool is_join_table(const inb__table *t)
{
    return t->n_columns == 2 && inb__str_is(t->columns[0].name, "A") &&
           inb__str_is(t->columns[1].name, "B");
}

/* Of the next keys that match: the one of the same name, else the first that nobody has. */
static uint32_t match_find(const inb__differ *d, const inb__table_pair *pair, uint32_t prev,
                           const by_table *next, const bool *taken, bool by_name)
{
    const inb__foreign_key *a = &d->from->foreign_keys[prev];
    for (uint32_t i = next->start[pair->next]; i < next->start[pair->next + 1]; i++) {
        const inb__foreign_key *b = &d->to->foreign_keys[next->list[i]];
        if (!taken[next->list[i]] && (!by_name || inb__str_eq(a->name, b->name)) &&
            keys_match(d, pair, a, b)) {
            return next->list[i];
        }
    }
    return INB__SCHEMA_NONE;
}

static void table_diff(inb__differ *d, const inb__table_pair *pair, const by_table *prev,
                       const by_table *next, bool *prev_done, bool *next_taken)
{
    bool joins = is_join_table(inb__pair_prev(d, pair)) && is_join_table(inb__pair_next(d, pair));
    for (int by_name = 1; by_name >= 0; by_name--) {
        for (uint32_t i = prev->start[pair->prev]; i < prev->start[pair->prev + 1]; i++) {
            uint32_t key = prev->list[i];
            uint32_t match = prev_done[key] ? INB__SCHEMA_NONE
                                            : match_find(d, pair, key, next, next_taken, by_name);
            if (match != INB__SCHEMA_NONE) {
                prev_done[key] = next_taken[match] = true;
                pair_diff(d, prev, key, match, joins);
            }
        }
    }
}

void inb__diff_foreign_keys(inb__differ *d)
{
    by_table prev = keys_by_table(d->arena, d->from), next = keys_by_table(d->arena, d->to);
    bool *prev_done = INB__NEW_N(d->arena, bool, d->from->n_foreign_keys);
    bool *next_taken = INB__NEW_N(d->arena, bool, d->to->n_foreign_keys);
    for (size_t i = 0; i < d->n_tables; i++) {
        table_diff(d, &d->tables[i], &prev, &next, prev_done, next_taken);
    }
    for (uint32_t i = 0; i < d->from->n_foreign_keys; i++) {
        if (!prev_done[i]) {
            key_drop(d, i);
        }
    }
    for (uint32_t i = 0; i < d->to->n_foreign_keys; i++) {
        if (!next_taken[i]) {
            key_add(d, &prev, i);
        }
    }
}
