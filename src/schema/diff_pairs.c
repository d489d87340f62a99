/* Which table, column and enum of one model is which of the other. */
#include "config.h"

#include "schema/diff_pairs.h"

#include "postgres/object_name.h"
#include "util/map.h"

inb__step *inb__diff_step(inb__differ *d, inb__step_kind kind)
{
    inb__step *step = INB__VEC_PUSH(d->arena, &d->steps);
    step->kind = kind;
    step->prev = step->next = step->prev_table = step->next_table = INB__SCHEMA_NONE;
    return step;
}

/* A name as it is once SQL has made it. */
static inb__str name_made(const inb__differ *d, inb__str name)
{
    return d->options.written ? inb__name_cut(name, INB__LIMIT_IDENTIFIER) : name;
}

/* "namespace", a byte that is in no name, "name". */
static inb__str qualified(const inb__differ *d, inb__str space, inb__str name)
{
    inb__arena *arena = d->arena;
    name = name_made(d, name);
    size_t n = space.n + 1 + name.n;
    char *key = inb__arena_alloc(arena, n);
    if (space.n) {
        memcpy(key, space.p, space.n);
    }
    if (name.n) {
        memcpy(key + space.n + 1, name.p, name.n);
    }
    return (inb__str){key, n};
}

static uint32_t *none_array(inb__arena *arena, size_t n)
{
    uint32_t *a = INB__NEW_N(arena, uint32_t, n);
    memset(a, 0xff, n * sizeof(*a));
    return a;
}

/* A map has no place for the value 0, so numbers are kept with one added. */
static void number_put(inb__map *map, inb__str key, uint32_t number)
{
    inb__map_put(map, key, (void *)(uintptr_t)(number + 1));
}

static uint32_t number_get(const inb__map *map, inb__str key)
{
    return (uint32_t)(uintptr_t)inb__map_get(map, key) - 1;
}

static void enums_pair(inb__differ *d)
{
    inb__map map;
    inb__map_init(&map, d->arena);
    d->enum_of_prev = none_array(d->arena, d->from->n_enums);
    d->enum_of_next = none_array(d->arena, d->to->n_enums);
    for (uint32_t i = 0; i < d->to->n_enums; i++) {
        const inb__enum *e = &d->to->enums[i];
        number_put(&map, qualified(d, d->to->spaces[e->space], e->name), i);
    }
    for (uint32_t i = 0; i < d->from->n_enums; i++) {
        const inb__enum *e = &d->from->enums[i];
        uint32_t next = number_get(&map, qualified(d, d->from->spaces[e->space], e->name));
        d->enum_of_prev[i] = next;
        if (next != INB__SCHEMA_NONE) {
            d->enum_of_next[next] = i;
        }
    }
}

/* dbgenerated("nextval(…)"): a schema's other way to say autoincrement(). */
static bool draws_from_sequence(const inb__column *c)
{
    return c->default_value.kind == INB__DEFAULT_EXPRESSION &&
           inb__str_starts(c->default_value.sql, "nextval(");
}

/* CHAR and BIT are CHAR(1) and BIT(1) once SQL has made them. */
static inb__column as_made(const inb__differ *d, const inb__column *c)
{
    inb__column made = *c;
    inb__native_type *type = &made.type.native;
    bool one = type->kind == INB__NATIVE_CHAR || type->kind == INB__NATIVE_BIT;
    if (d->options.written && c->type.kind == INB__COLUMN_NATIVE && one && !type->n_args) {
        type->n_args = 1;
        type->args[0] = 1;
    }
    return made;
}

static inb__column_pair column_compare(const inb__differ *d, const inb__column *prev,
                                       const inb__column *next)
{
    inb__column was = as_made(d, prev), is = as_made(d, next);
    inb__column_pair pair = {.cast = inb__cast_column(d->from, &was, d->to, &is)};
    bool was_sequence = prev->default_value.kind == INB__DEFAULT_SEQUENCE;
    bool is_sequence = next->default_value.kind == INB__DEFAULT_SEQUENCE;
    bool draws = d->options.written && was_sequence && draws_from_sequence(next);
    pair.flags = (prev->arity != next->arity ? INB__COLUMN_ARITY : 0) |
                 (draws || inb__diff_defaults_match(d, prev, next) ? 0 : INB__COLUMN_DEFAULT) |
                 (pair.cast != INB__CAST_SAME ? INB__COLUMN_TYPE : 0) |
                 (was_sequence != is_sequence && !draws ? INB__COLUMN_AUTOINCREMENT : 0);
    return pair;
}

static void columns_pair(inb__differ *d, inb__table_pair *pair)
{
    const inb__table *prev = inb__pair_prev(d, pair), *next = inb__pair_next(d, pair);
    inb__map map;
    inb__map_init(&map, d->arena);
    pair->pair_of_prev = none_array(d->arena, prev->n_columns);
    pair->pair_of_next = none_array(d->arena, next->n_columns);
    pair->columns = INB__NEW_N(d->arena, inb__column_pair, prev->n_columns);
    for (uint32_t i = 0; i < next->n_columns; i++) {
        number_put(&map, name_made(d, next->columns[i].name), i);
    }
    for (uint32_t i = 0; i < prev->n_columns; i++) {
        uint32_t j = number_get(&map, name_made(d, prev->columns[i].name));
        if (j == INB__SCHEMA_NONE) {
            continue;
        }
        inb__column_pair *column = &pair->columns[pair->n_columns];
        *column = column_compare(d, &prev->columns[i], &next->columns[j]);
        column->prev = i;
        column->next = j;
        pair->pair_of_prev[i] = pair->pair_of_next[j] = (uint32_t)pair->n_columns++;
    }
}

/* Tables that are not ours: Prisma's history, and what PostGIS keeps beside the tables of users. */
bool inb__diff_table_is_ignored(const inb__table *t)
{
    static const char *const postgis[] = {"spatial_ref_sys", "geometry_columns",
                                          "geography_columns", "raster_columns",
                                          "raster_overviews"};
    for (size_t i = 0; i < sizeof(postgis) / sizeof(postgis[0]); i++) {
        if (inb__ascii_eq_nocase(t->name, inb__str_of(postgis[i]))) {
            return true;
        }
    }
    return inb__str_is(t->name, "_prisma_migrations");
}

static void tables_pair(inb__differ *d)
{
    inb__map map;
    inb__map_init(&map, d->arena);
    d->pair_of_prev = none_array(d->arena, d->from->n_tables);
    d->pair_of_next = none_array(d->arena, d->to->n_tables);
    d->tables = INB__NEW_N(d->arena, inb__table_pair, d->from->n_tables);
    for (uint32_t i = 0; i < d->to->n_tables; i++) {
        const inb__table *t = &d->to->tables[i];
        number_put(&map, qualified(d, d->to->spaces[t->space], t->name), i);
    }
    for (uint32_t i = 0; i < d->from->n_tables; i++) {
        const inb__table *t = &d->from->tables[i];
        uint32_t next = number_get(&map, qualified(d, d->from->spaces[t->space], t->name));
        if (next == INB__SCHEMA_NONE || inb__diff_table_is_ignored(t)) {
            continue;
        }
        inb__table_pair *pair = &d->tables[d->n_tables];
        pair->prev = i;
        pair->next = next;
        columns_pair(d, pair);
        d->pair_of_prev[i] = d->pair_of_next[next] = (uint32_t)d->n_tables++;
    }
}

void inb__diff_pair(inb__differ *d)
{
    enums_pair(d);
    tables_pair(d);
}
