/* Indexes that are dropped, created or renamed. */
#include "config.h"

#include "schema/diff_pairs.h"

#include "util/map.h"

/* Indexes of one table that say the same but for their names and predicates. */
typedef struct group {
    INB__VEC(uint32_t) members;
} group;

typedef struct index_differ {
    inb__differ *d;
    const inb__table_pair *pair;
    const inb__table *prev, *next;
    inb__map next_groups; /* by signature */
    inb__map prev_groups;
    inb__map prev_columns; /* by columns and uniqueness only */
} index_differ;

static char *text_put(char *p, inb__str text)
{
    p = text.n ? mempcpy(p, text.p, text.n) : p;
    *p++ = '\0';
    return p;
}

/* What makes two indexes one: columns and uniqueness, and with `all` the rest that is no predicate.
 */
static inb__str signature(inb__arena *arena, const inb__table *t, const inb__index *x, bool all)
{
    size_t size = 2;
    for (size_t i = 0; i < x->n_columns; i++) {
        size += t->columns[x->columns[i].column].name.n + x->columns[i].opclass.n + 4;
    }
    char *text = inb__arena_alloc(arena, size), *p = text;
    *p++ = x->unique ? 'u' : 'i';
    *p++ = all ? (char)('0' + x->algorithm) : '0';
    for (size_t i = 0; i < x->n_columns; i++) {
        const inb__index_column *c = &x->columns[i];
        p = text_put(p, t->columns[c->column].name);
        if (all) {
            *p++ = c->sort == INB__SORT_DESC ? 'd' : 'a';
            *p++ = c->opclass_is_raw && c->opclass.n ? 'r' : 'n';
            p = text_put(p, c->opclass_is_default ? (inb__str){NULL, 0} : c->opclass);
        }
    }
    return (inb__str){text, (size_t)(p - text)};
}

static void group_add(inb__arena *arena, inb__map *map, inb__str key, uint32_t member)
{
    group *g = inb__map_get(map, key);
    if (!g) {
        g = INB__NEW(arena, group);
        inb__map_put(map, key, g);
    }
    INB__VEC_ADD(arena, &g->members, member);
}

static bool predicates_match(const inb__differ *d, const inb__index *a, const inb__index *b)
{
    if (inb__str_eq(a->predicate, b->predicate)) {
        return true;
    }
    return a->predicate.n && b->predicate.n && d->options.same_sql &&
           d->options.same_sql(a->predicate, b->predicate, d->options.payload);
}

/* The first index of a group with the same predicate; INB__SCHEMA_NONE when there is none. */
static uint32_t match_find(const inb__differ *d, const inb__map *groups, inb__str key,
                           const inb__index *x, const inb__index *others)
{
    const group *g = inb__map_get(groups, key);
    for (size_t i = 0; g && i < g->members.n; i++) {
        if (predicates_match(d, x, &others[g->members.v[i]])) {
            return g->members.v[i];
        }
    }
    return INB__SCHEMA_NONE;
}

static inb__step *index_step(const index_differ *x, inb__step_kind kind, uint32_t prev,
                             uint32_t next)
{
    inb__step *step = inb__diff_step(x->d, kind);
    step->prev = prev;
    step->next = next;
    step->prev_table = x->pair->prev;
    step->next_table = x->pair->next;
    return step;
}

/* One of its columns is dropped and recreated, which takes the index with it. */
static bool is_recreated(const index_differ *x, const inb__index *next)
{
    for (size_t i = 0; i < next->n_columns; i++) {
        const inb__column_pair *c = inb__column_of_next(x->pair, next->columns[i].column);
        if (c && c->cast == INB__CAST_NONE) {
            return true;
        }
    }
    return false;
}

static void opclasses_drop(inb__arena *arena, inb__index *x)
{
    const inb__index_column *from = x->columns;
    x->columns = INB__NEW_N(arena, inb__index_column, x->n_columns);
    for (size_t i = 0; i < x->n_columns; i++) {
        x->columns[i] = (inb__index_column){.column = from[i].column, .sort = from[i].sort};
    }
}

static bool names_opclass(const inb__table *t, inb__str index)
{
    for (size_t i = 0; i < t->n_indexes; i++) {
        const inb__index *x = &t->indexes[i];
        for (size_t c = 0; inb__str_eq(x->name, index) && c < x->n_columns; c++) {
            if (x->columns[c].opclass.n) {
                return true;
            }
        }
    }
    return false;
}

/*
 * A table as a comparison with the other side takes it. The operator class of a tree that SQL made
 * counts only where a schema names one: Prisma does not read it, so most schemas do not say it.
 */
static const inb__table *compared(const inb__differ *d, const inb__table *t,
                                  const inb__table *other)
{
    if (!d->options.written) {
        return t;
    }
    inb__table *copy = INB__NEW(d->arena, inb__table);
    *copy = *t;
    copy->indexes = INB__NEW_N(d->arena, inb__index, t->n_indexes);
    for (size_t i = 0; i < t->n_indexes; i++) {
        copy->indexes[i] = t->indexes[i];
        if (t->indexes[i].algorithm == INB__METHOD_BTREE &&
            !names_opclass(other, t->indexes[i].name)) {
            opclasses_drop(d->arena, &copy->indexes[i]);
        }
    }
    return copy;
}

/* Which of several equal indexes got a new name is anybody's guess: only one that is alone is
 * renamed. */
static void prev_diff(index_differ *x, bool *goes)
{
    inb__differ *d = x->d;
    for (uint32_t i = 0; i < x->prev->n_indexes; i++) {
        const inb__index *prev = &x->prev->indexes[i];
        uint32_t j = match_find(d, &x->next_groups, signature(d->arena, x->prev, prev, true), prev,
                                x->next->indexes);
        if (j == INB__SCHEMA_NONE) {
            index_step(x, INB__STEP_DROP_INDEX, i, INB__SCHEMA_NONE);
            goes[i] = true;
            continue;
        }
        const group *same =
            inb__map_get(&x->prev_columns, signature(d->arena, x->prev, prev, false));
        const inb__index *next = &x->next->indexes[j];
        goes[i] = is_recreated(x, next);
        if (same->members.n == 1 && !inb__str_eq(prev->name, next->name) && !goes[i]) {
            index_step(x, INB__STEP_RENAME_INDEX, i, j);
        }
    }
}

/*
 * Whether an index that the previous table has too is to be made again. It went with its column;
 * and of several that are alike the first comes back, unless there were several before as well.
 */
static bool comes_back(index_differ *x, uint32_t i, uint32_t prev)
{
    inb__arena *arena = x->d->arena;
    const inb__index *was = &x->prev->indexes[prev];
    if (!is_recreated(x, &x->next->indexes[i])) {
        return false;
    }
    const group *before = inb__map_get(&x->prev_columns, signature(arena, x->prev, was, false));
    return before->members.n > 1 ||
           match_find(x->d, &x->next_groups, signature(arena, x->prev, was, true), was,
                      x->next->indexes) == i;
}

static void next_diff(index_differ *x)
{
    inb__differ *d = x->d;
    for (uint32_t i = 0; i < x->next->n_indexes; i++) {
        const inb__index *next = &x->next->indexes[i];
        uint32_t j = match_find(d, &x->prev_groups, signature(d->arena, x->next, next, true), next,
                                x->prev->indexes);
        bool is_new = j == INB__SCHEMA_NONE;
        if (is_new || comes_back(x, i, j)) {
            index_step(x, INB__STEP_CREATE_INDEX, INB__SCHEMA_NONE, i)->recreated = !is_new;
        }
    }
}

static void table_diff(inb__differ *d, const inb__table_pair *pair, bool *goes)
{
    const inb__table *prev = inb__pair_prev(d, pair), *next = inb__pair_next(d, pair);
    index_differ x = {
        .d = d, .pair = pair, .prev = compared(d, prev, next), .next = compared(d, next, prev)};
    inb__map_init(&x.next_groups, d->arena);
    inb__map_init(&x.prev_groups, d->arena);
    inb__map_init(&x.prev_columns, d->arena);
    for (uint32_t i = 0; i < x.prev->n_indexes; i++) {
        const inb__index *index = &x.prev->indexes[i];
        group_add(d->arena, &x.prev_groups, signature(d->arena, x.prev, index, true), i);
        group_add(d->arena, &x.prev_columns, signature(d->arena, x.prev, index, false), i);
    }
    for (uint32_t i = 0; i < x.next->n_indexes; i++) {
        group_add(d->arena, &x.next_groups, signature(d->arena, x.next, &x.next->indexes[i], true),
                  i);
    }
    prev_diff(&x, goes);
    next_diff(&x);
}

void inb__diff_indexes(inb__differ *d)
{
    d->index_goes = INB__NEW_N(d->arena, bool *, d->n_tables);
    for (size_t i = 0; i < d->n_tables; i++) {
        d->index_goes[i] = INB__NEW_N(d->arena, bool, d->from->tables[d->tables[i].prev].n_indexes);
        table_diff(d, &d->tables[i], d->index_goes[i]);
    }
    for (uint32_t t = 0; t < d->to->n_tables; t++) {
        if (inb__pair_of_next(d, t) || inb__diff_table_is_ignored(&d->to->tables[t])) {
            continue;
        }
        for (uint32_t i = 0; i < d->to->tables[t].n_indexes; i++) {
            inb__step *step = inb__diff_step(d, INB__STEP_CREATE_INDEX);
            step->next_table = t;
            step->next = i;
        }
    }
}

static bool same_columns(const inb__index *x, const uint32_t *columns, size_t n)
{
    if (x->n_columns != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        bool found = false;
        for (size_t j = 0; j < n && !found; j++) {
            found = x->columns[i].column == columns[j];
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

bool inb__diff_unique_key_goes(const inb__differ *d, const inb__table_pair *pair,
                               const uint32_t *columns, size_t n)
{
    const inb__table *t = inb__pair_prev(d, pair);
    const bool *goes = d->index_goes[pair - d->tables];
    if (t->primary_key && same_columns(t->primary_key, columns, n)) {
        return inb__diff_primary_key_goes(d, pair);
    }
    for (size_t i = 0; i < t->n_indexes; i++) {
        const inb__index *x = &t->indexes[i];
        if (x->unique && !x->predicate.n && goes[i] && same_columns(x, columns, n)) {
            return true;
        }
    }
    return false;
}
