/* Enums that are created, dropped or changed, and the columns that a changed one is in. */
#include "config.h"

#include "schema/diff_pairs.h"

#include "util/map.h"

typedef INB__VEC(inb__enum_use) use_list;

/* The values of `values` that are not in `others`, in order. */
static inb__str *values_without(inb__differ *d, const inb__enum *values, const inb__enum *others,
                                size_t *n_out)
{
    inb__map there;
    inb__map_init(&there, d->arena);
    inb__str *out = INB__NEW_N(d->arena, inb__str, values->n_values);
    for (size_t i = 0; i < others->n_values; i++) {
        inb__map_put(&there, others->values[i], d);
    }
    for (size_t i = 0; i < values->n_values; i++) {
        if (!inb__map_get(&there, values->values[i])) {
            out[(*n_out)++] = values->values[i];
        }
    }
    return out;
}

static bool has_default(const inb__column *c)
{
    return c->default_value.kind != INB__DEFAULT_NONE;
}

static void use_add(inb__differ *d, use_list *list, uint32_t prev_table, uint32_t prev_column,
                    uint32_t next_table, uint32_t next_column)
{
    inb__enum_use use = {prev_table, prev_column, next_table, next_column};
    INB__VEC_ADD(d->arena, list, use);
}

/* ---- which columns: three passes over all of them, for all enums at once
 * --------------------------- */

typedef struct usage {
    inb__differ *d;
    use_list *uses; /* by previous enum */
    use_list
        *defaults; /* by name, as Prisma does: an enum of the same name elsewhere is among them */
    inb__map by_name; /* of an altered enum's name: its list in defaults */
} usage;

static bool type_is_enum(const inb__column *c, uint32_t e)
{
    return c->type.kind == INB__COLUMN_ENUM && c->type.enumeration == e;
}

static use_list *defaults_of(const usage *u, const inb__column *prev)
{
    if (prev->type.kind != INB__COLUMN_ENUM || !has_default(prev)) {
        return NULL;
    }
    return inb__map_get(&u->by_name, u->d->from->enums[prev->type.enumeration].name);
}

static void default_add(const usage *u, uint32_t table, uint32_t column,
                        const inb__table_pair *pair, const inb__column_pair *columns)
{
    inb__differ *d = u->d;
    const inb__column *prev = &d->from->tables[table].columns[column];
    use_list *list = defaults_of(u, prev);
    if (!list) {
        return;
    }
    uint32_t next_table = INB__SCHEMA_NONE, next_column = INB__SCHEMA_NONE;
    if (columns) {
        const inb__column *next = &inb__pair_next(d, pair)->columns[columns->next];
        /* A list that was none gets its default when its table is altered. */
        if (next->type.kind == INB__COLUMN_ENUM && has_default(next) &&
            (prev->arity == INB__ARITY_LIST) == (next->arity == INB__ARITY_LIST) &&
            inb__str_eq(d->to->enums[next->type.enumeration].name,
                        d->from->enums[prev->type.enumeration].name)) {
            next_table = pair->next;
            next_column = columns->next;
        }
    }
    use_add(d, list, table, column, next_table, next_column);
}

/* Of a pair of tables the dropped columns, then the others; each by name. */
static void pair_defaults_collect(const usage *u, const inb__table_pair *pair)
{
    const inb__table *prev = inb__pair_prev(u->d, pair);
    uint32_t *order = inb__diff_columns_by_name(u->d->arena, prev);
    for (size_t i = 0; i < prev->n_columns; i++) {
        if (!inb__column_of_prev(pair, order[i])) {
            default_add(u, pair->prev, order[i], NULL, NULL);
        }
    }
    for (size_t i = 0; i < prev->n_columns; i++) {
        const inb__column_pair *columns = inb__column_of_prev(pair, order[i]);
        if (columns) {
            default_add(u, pair->prev, order[i], pair, columns);
        }
    }
}

static void defaults_collect(const usage *u)
{
    const inb__differ *d = u->d;
    for (uint32_t t = 0; t < d->from->n_tables; t++) {
        for (uint32_t c = 0; !inb__pair_of_prev(d, t) && c < d->from->tables[t].n_columns; c++) {
            default_add(u, t, c, NULL, NULL);
        }
    }
    for (size_t i = 0; i < d->n_tables; i++) {
        pair_defaults_collect(u, &d->tables[i]);
    }
}

/*
 * Columns that have the enum afterwards and are there before, in the order of the next model: of
 * the enum, or of another type. The latter are recreated by a later step, and Prisma converts them
 * all the same; a default would not go with them.
 */
static void staying_collect(const usage *u)
{
    inb__differ *d = u->d;
    for (uint32_t t = 0; t < d->to->n_tables; t++) {
        const inb__table_pair *pair = inb__pair_of_next(d, t);
        for (uint32_t c = 0; pair && c < d->to->tables[t].n_columns; c++) {
            const inb__column_pair *columns = inb__column_of_next(pair, c);
            const inb__column *next = &d->to->tables[t].columns[c];
            uint32_t e = next->type.kind == INB__COLUMN_ENUM
                             ? d->enum_of_next[next->type.enumeration]
                             : INB__SCHEMA_NONE;
            if (!columns || e == INB__SCHEMA_NONE) {
                continue;
            }
            const inb__column *prev = &inb__pair_prev(d, pair)->columns[columns->prev];
            if (type_is_enum(prev, e) || !has_default(prev)) {
                use_add(d, &u->uses[e], pair->prev, columns->prev, t, c);
            }
        }
    }
}

/* Columns that have the enum now and are dropped, or get another type, by a later step. */
static void leaving_collect(const usage *u)
{
    inb__differ *d = u->d;
    for (uint32_t t = 0; t < d->from->n_tables; t++) {
        const inb__table_pair *pair = inb__pair_of_prev(d, t);
        for (uint32_t c = 0; c < d->from->tables[t].n_columns; c++) {
            const inb__column *prev = &d->from->tables[t].columns[c];
            if (prev->type.kind != INB__COLUMN_ENUM) {
                continue;
            }
            const inb__column_pair *columns = pair ? inb__column_of_prev(pair, c) : NULL;
            uint32_t e = prev->type.enumeration, after = d->enum_of_prev[e];
            if (after == INB__SCHEMA_NONE ||
                (columns &&
                 type_is_enum(&inb__pair_next(d, pair)->columns[columns->next], after))) {
                continue;
            }
            use_add(d, &u->uses[e], t, c, INB__SCHEMA_NONE, INB__SCHEMA_NONE);
        }
    }
}

static void usage_collect(usage *u, size_t first_step)
{
    inb__differ *d = u->d;
    u->uses = INB__NEW_N(d->arena, use_list, d->from->n_enums);
    u->defaults = INB__NEW_N(d->arena, use_list, d->from->n_enums);
    inb__map_init(&u->by_name, d->arena);
    for (size_t i = first_step; i < d->steps.n; i++) {
        const inb__step *step = &d->steps.v[i];
        if (step->kind == INB__STEP_ALTER_ENUM) {
            inb__map_put(&u->by_name, d->from->enums[step->prev].name, &u->defaults[step->prev]);
        }
    }
    defaults_collect(u);
    staying_collect(u);
    leaving_collect(u);
    for (size_t i = first_step; i < d->steps.n; i++) {
        inb__step *step = &d->steps.v[i];
        if (step->kind == INB__STEP_ALTER_ENUM && step->n_removed) {
            const use_list *defaults = inb__map_get(&u->by_name, d->from->enums[step->prev].name);
            step->uses = u->uses[step->prev].v;
            step->n_uses = u->uses[step->prev].n;
            step->defaults = defaults->v;
            step->n_defaults = defaults->n;
        }
    }
}

/* The values that were there stay where they are, and new ones come behind them. */
static bool order_differs(const inb__enum *prev, const inb__enum *next, const inb__str *added,
                          size_t n_added)
{
    size_t n = prev->n_values;
    for (size_t i = 0; i < next->n_values && i < n + n_added; i++) {
        inb__str value = i < n ? prev->values[i] : added[i - n];
        if (!inb__str_eq(value, next->values[i])) {
            return true;
        }
    }
    return false;
}

static bool enum_alter(inb__differ *d, uint32_t prev, uint32_t next)
{
    const inb__enum *a = &d->from->enums[prev], *b = &d->to->enums[next];
    size_t n_added = 0, n_removed = 0;
    inb__str *added = values_without(d, b, a, &n_added);
    inb__str *removed = values_without(d, a, b, &n_removed);
    if (!n_removed && order_differs(a, b, added, n_added)) {
        INB__VEC_ADD(d->arena, &d->disordered, prev);
    }
    if (!n_added && !n_removed) {
        return false;
    }
    inb__step *step = inb__diff_step(d, INB__STEP_ALTER_ENUM);
    step->prev = prev;
    step->next = next;
    step->added = added;
    step->n_added = n_added;
    step->removed = removed;
    step->n_removed = n_removed;
    return n_removed > 0;
}

void inb__diff_enums(inb__differ *d)
{
    size_t first_step = d->steps.n;
    bool any_removed = false;
    for (uint32_t i = 0; i < d->from->n_enums; i++) {
        if (d->enum_of_prev[i] == INB__SCHEMA_NONE) {
            inb__diff_step(d, INB__STEP_DROP_ENUM)->prev = i;
        } else {
            any_removed |= enum_alter(d, i, d->enum_of_prev[i]);
        }
    }
    for (uint32_t i = 0; i < d->to->n_enums; i++) {
        if (d->enum_of_next[i] == INB__SCHEMA_NONE) {
            inb__diff_step(d, INB__STEP_CREATE_ENUM)->next = i;
        }
    }
    if (any_removed) {
        usage u = {.d = d};
        usage_collect(&u, first_step);
    }
}
