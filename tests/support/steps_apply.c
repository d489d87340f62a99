/* What the steps of the differ make of a model, so that a test can compare it with where they lead.
 */
#include "config.h"

#include "steps_apply.h"

#include "util/map.h"
#include "util/vec.h"

/* A model in the making. What it takes over from either side is found again by name. */
typedef struct applier {
    inb__arena *arena;
    const inb__steps *steps;
    inb__map space_of, enum_of, table_of; /* a name's number and one */
    INB__VEC(inb__str) spaces;
    INB__VEC(inb__extension) extensions;
    INB__VEC(inb__enum) enums;
    INB__VEC(inb__table) tables;
    INB__VEC(inb__foreign_key) foreign_keys;
} applier;

typedef INB__VEC(inb__index) index_list;

static void number_put(inb__map *map, inb__str key, size_t number)
{
    inb__map_put(map, key, (void *)(uintptr_t)(number + 1));
}

static uint32_t number_get(const inb__map *map, inb__str key)
{
    return (uint32_t)(uintptr_t)inb__map_get(map, key) - 1;
}

static inb__str key_of(applier *a, const inb__schema *s, uint32_t space, inb__str name)
{
    return inb__str_of(inb__arena_printf(a->arena, "%.*s\x01%.*s", INB__STR_ARG(s->spaces[space]),
                                         INB__STR_ARG(name)));
}

static uint32_t space_take(applier *a, inb__str name)
{
    uint32_t there = number_get(&a->space_of, name);
    if (there == INB__SCHEMA_NONE) {
        there = (uint32_t)a->spaces.n;
        number_put(&a->space_of, name, there);
        INB__VEC_ADD(a->arena, &a->spaces, name);
    }
    return there;
}

/* ---- enums
 * ------------------------------------------------------------------------------------------- */

static void enum_take(applier *a, const inb__schema *s, const inb__enum *from)
{
    inb__enum e = *from;
    number_put(&a->enum_of, key_of(a, s, e.space, e.name), a->enums.n);
    e.space = space_take(a, s->spaces[from->space]);
    INB__VEC_ADD(a->arena, &a->enums, e);
}

/* Values keep their order and new ones go to the end; a type made anew has the order of the next
 * model. */
static void enum_alter(applier *a, const inb__step *step)
{
    const inb__enum *prev = &a->steps->from->enums[step->prev];
    inb__enum e = *prev;
    if (step->n_removed) {
        e.values = a->steps->to->enums[step->next].values;
        e.n_values = a->steps->to->enums[step->next].n_values;
    } else {
        e.values = INB__NEW_N(a->arena, inb__str, prev->n_values + step->n_added);
        memcpy(e.values, prev->values, sizeof(inb__str) * prev->n_values);
        memcpy(e.values + prev->n_values, step->added, sizeof(inb__str) * step->n_added);
        e.n_values += step->n_added;
    }
    enum_take(a, a->steps->from, &e);
}

/* ---- tables
 * ------------------------------------------------------------------------------------------ */

static inb__column column_take(applier *a, const inb__schema *s, const inb__column *from)
{
    inb__column c = *from;
    if (c.type.kind == INB__COLUMN_ENUM) {
        const inb__enum *e = &s->enums[c.type.enumeration];
        c.type.enumeration = number_get(&a->enum_of, key_of(a, s, e->space, e->name));
    }
    return c;
}

static uint32_t column_find(const inb__table *t, inb__str name)
{
    for (uint32_t i = 0; i < t->n_columns; i++) {
        if (inb__str_eq(t->columns[i].name, name)) {
            return i;
        }
    }
    return INB__SCHEMA_NONE;
}

/* False when a column of it is not there (any more). */
static bool index_take(applier *a, inb__index *out, const inb__table *t, const inb__table *from,
                       const inb__index *index)
{
    *out = *index;
    out->columns = INB__NEW_N(a->arena, inb__index_column, index->n_columns);
    for (size_t i = 0; i < index->n_columns; i++) {
        out->columns[i] = index->columns[i];
        out->columns[i].column = column_find(t, from->columns[index->columns[i].column].name);
        if (out->columns[i].column == INB__SCHEMA_NONE) {
            return false;
        }
    }
    return true;
}

static void primary_key_take(applier *a, inb__table *t, const inb__table *from)
{
    inb__index *key = INB__NEW(a->arena, inb__index);
    t->primary_key =
        from->primary_key && index_take(a, key, t, from, from->primary_key) ? key : NULL;
}

static inb__table *table_take(applier *a, const inb__schema *s, const inb__table *from)
{
    inb__table *t = INB__VEC_PUSH(a->arena, &a->tables);
    *t = (inb__table){.name = from->name, .is_join = from->is_join};
    t->space = space_take(a, s->spaces[from->space]);
    number_put(&a->table_of, key_of(a, s, from->space, from->name), a->tables.n - 1);
    return t;
}

static void columns_copy(applier *a, inb__table *t, const inb__schema *s, const inb__table *from)
{
    t->columns = INB__NEW_N(a->arena, inb__column, from->n_columns);
    for (size_t i = 0; i < from->n_columns; i++) {
        t->columns[t->n_columns++] = column_take(a, s, &from->columns[i]);
    }
}

static void table_create(applier *a, const inb__step *step)
{
    const inb__table *from = &a->steps->to->tables[step->next];
    inb__table *t = table_take(a, a->steps->to, from);
    columns_copy(a, t, a->steps->to, from);
    primary_key_take(a, t, from);
}

/* A previous column after the changes of its table; false when it is gone. What is recreated goes
 * to the end. */
static bool column_change(applier *a, const inb__step *step, uint32_t prev, inb__column *out)
{
    const inb__table *next = &a->steps->to->tables[step->next_table];
    for (size_t i = 0; i < step->n_changes; i++) {
        const inb__change *c = &step->changes[i];
        if (c->prev == prev) {
            if (c->kind != INB__CHANGE_ALTER_COLUMN) {
                return false;
            }
            *out = column_take(a, a->steps->to, &next->columns[c->next]);
        }
    }
    return true;
}

static void columns_alter(applier *a, inb__table *t, const inb__table *prev, const inb__step *step)
{
    const inb__table *next = &a->steps->to->tables[step->next_table];
    t->columns = INB__NEW_N(a->arena, inb__column, prev->n_columns + step->n_changes);
    for (uint32_t i = 0; i < prev->n_columns; i++) {
        inb__column c = column_take(a, a->steps->from, &prev->columns[i]);
        if (column_change(a, step, i, &c)) {
            t->columns[t->n_columns++] = c;
        }
    }
    for (size_t i = 0; i < step->n_changes; i++) {
        const inb__change *c = &step->changes[i];
        if (c->kind == INB__CHANGE_ADD_COLUMN || c->kind == INB__CHANGE_RECREATE_COLUMN) {
            t->columns[t->n_columns++] = column_take(a, a->steps->to, &next->columns[c->next]);
        }
    }
}

static void table_alter(applier *a, const inb__table *prev, const inb__step *step)
{
    const inb__table *next = &a->steps->to->tables[step->next_table];
    inb__table *t = table_take(a, a->steps->from, prev);
    columns_alter(a, t, prev, step);
    primary_key_take(a, t, prev);
    for (size_t i = 0; i < step->n_changes; i++) {
        switch (step->changes[i].kind) {
        case INB__CHANGE_DROP_PRIMARY_KEY:
            t->primary_key = NULL;
            break;
        case INB__CHANGE_RENAME_PRIMARY_KEY:
            t->primary_key->name = next->primary_key->name;
            break;
        case INB__CHANGE_ADD_PRIMARY_KEY:
            primary_key_take(a, t, next);
            break;
        default:
            break;
        }
    }
}

/* ---- indexes and foreign keys
 * -------------------------------------------------------------------------- */

static bool is_recreated(const inb__step *alter, uint32_t prev)
{
    for (size_t i = 0; alter && i < alter->n_changes; i++) {
        if (alter->changes[i].prev == prev && alter->changes[i].kind != INB__CHANGE_ALTER_COLUMN) {
            return true;
        }
    }
    return false;
}

/* Those of the previous table that survive, those whose columns went apart, as PostgreSQL drops
 * them together. */
static void indexes_keep(applier *a, uint32_t table, index_list *list, const inb__step *alter)
{
    const inb__table *prev = &a->steps->from->tables[table];
    uint32_t out = number_get(&a->table_of, key_of(a, a->steps->from, prev->space, prev->name));
    for (uint32_t i = 0; out != INB__SCHEMA_NONE && i < prev->n_indexes; i++) {
        inb__index x;
        bool gone = !index_take(a, &x, &a->tables.v[out], prev, &prev->indexes[i]);
        for (size_t c = 0; !gone && c < x.n_columns; c++) {
            gone = is_recreated(alter, prev->indexes[i].columns[c].column);
        }
        for (size_t s = 0; !gone && s < a->steps->n; s++) {
            const inb__step *step = &a->steps->v[s];
            if (step->prev_table != table || step->prev != i) {
                continue;
            }
            if (step->kind == INB__STEP_DROP_INDEX) {
                gone = true;
            } else if (step->kind == INB__STEP_RENAME_INDEX) {
                x.name = a->steps->to->tables[step->next_table].indexes[step->next].name;
            }
        }
        if (!gone) {
            INB__VEC_ADD(a->arena, &list[out], x);
        }
    }
}

static void indexes_create(applier *a, index_list *list)
{
    const inb__schema *to = a->steps->to;
    for (size_t i = 0; i < a->steps->n; i++) {
        const inb__step *step = &a->steps->v[i];
        if (step->kind == INB__STEP_CREATE_INDEX) {
            const inb__table *next = &to->tables[step->next_table];
            uint32_t out = number_get(&a->table_of, key_of(a, to, next->space, next->name));
            inb__index x;
            if (index_take(a, &x, &a->tables.v[out], next, &next->indexes[step->next])) {
                INB__VEC_ADD(a->arena, &list[out], x);
            }
        }
    }
}

static void indexes_apply(applier *a, const inb__step **alters)
{
    index_list *lists = INB__NEW_N(a->arena, index_list, a->tables.n);
    for (uint32_t t = 0; t < a->steps->from->n_tables; t++) {
        indexes_keep(a, t, lists, alters[t]);
    }
    indexes_create(a, lists);
    for (size_t t = 0; t < a->tables.n; t++) {
        a->tables.v[t].indexes = lists[t].v;
        a->tables.v[t].n_indexes = lists[t].n;
    }
}

static uint32_t *columns_find(applier *a, const inb__table *t, const inb__table *from,
                              const uint32_t *columns, size_t n)
{
    uint32_t *out = INB__NEW_N(a->arena, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        out[i] = column_find(t, from->columns[columns[i]].name);
    }
    return out;
}

static inb__foreign_key *foreign_key_take(applier *a, const inb__schema *s,
                                          const inb__foreign_key *from)
{
    const inb__table *t = &s->tables[from->table], *r = &s->tables[from->references];
    inb__foreign_key f = *from;
    f.table = number_get(&a->table_of, key_of(a, s, t->space, t->name));
    f.references = number_get(&a->table_of, key_of(a, s, r->space, r->name));
    f.columns = columns_find(a, &a->tables.v[f.table], t, from->columns, f.n_columns);
    f.referenced = columns_find(a, &a->tables.v[f.references], r, from->referenced, f.n_columns);
    INB__VEC_ADD(a->arena, &a->foreign_keys, f);
    return &a->foreign_keys.v[a->foreign_keys.n - 1];
}

static void foreign_keys_apply(applier *a)
{
    const inb__steps *steps = a->steps;
    const inb__step **what = INB__NEW_N(a->arena, const inb__step *, steps->from->n_foreign_keys);
    for (size_t i = 0; i < steps->n; i++) {
        if (steps->v[i].kind == INB__STEP_DROP_FOREIGN_KEY ||
            steps->v[i].kind == INB__STEP_RENAME_FOREIGN_KEY) {
            what[steps->v[i].prev] = &steps->v[i];
        }
    }
    for (size_t i = 0; i < steps->from->n_foreign_keys; i++) {
        if (!what[i]) {
            foreign_key_take(a, steps->from, &steps->from->foreign_keys[i]);
        } else if (what[i]->kind == INB__STEP_RENAME_FOREIGN_KEY) {
            foreign_key_take(a, steps->from, &steps->from->foreign_keys[i])->name =
                steps->to->foreign_keys[what[i]->next].name;
        }
    }
    for (size_t i = 0; i < steps->n; i++) {
        if (steps->v[i].kind == INB__STEP_ADD_FOREIGN_KEY) {
            foreign_key_take(a, steps->to, &steps->to->foreign_keys[steps->v[i].next]);
        }
    }
}

/* ---- all of it
 * ----------------------------------------------------------------------------------------- */

static void spaces_apply(applier *a)
{
    for (size_t i = 0; i < a->steps->from->n_spaces; i++) {
        space_take(a, a->steps->from->spaces[i]);
    }
    for (size_t i = 0; i < a->steps->n; i++) {
        if (a->steps->v[i].kind == INB__STEP_CREATE_SPACE) {
            space_take(a, a->steps->to->spaces[a->steps->v[i].next]);
        }
    }
}

static void extensions_apply(applier *a)
{
    const inb__schema *from = a->steps->from, *to = a->steps->to;
    for (size_t i = 0; i < from->n_extensions; i++) {
        INB__VEC_ADD(a->arena, &a->extensions, from->extensions[i]);
    }
    for (size_t i = 0; i < a->steps->n; i++) {
        const inb__step *s = &a->steps->v[i];
        if (s->kind == INB__STEP_ALTER_EXTENSION) {
            inb__extension *e = &a->extensions.v[s->prev];
            const inb__extension *next = &to->extensions[s->next];
            e->schema = e->schema.n && next->schema.n ? next->schema : e->schema;
            e->version = e->version.n && next->version.n ? next->version : e->version;
        } else if (s->kind == INB__STEP_CREATE_EXTENSION) {
            INB__VEC_ADD(a->arena, &a->extensions, to->extensions[s->next]);
        }
    }
}

/* The step of each kind by what it is about, NULL where there is none. */
static const inb__step **steps_by_prev(applier *a, inb__step_kind kind, size_t n)
{
    const inb__step **by = INB__NEW_N(a->arena, const inb__step *, n);
    for (size_t i = 0; i < a->steps->n; i++) {
        const inb__step *s = &a->steps->v[i];
        if (s->kind == kind) {
            by[kind == INB__STEP_ALTER_TABLE ? s->prev_table : s->prev] = s;
        }
    }
    return by;
}

static void enums_apply(applier *a)
{
    const inb__schema *from = a->steps->from;
    const inb__step **drops = steps_by_prev(a, INB__STEP_DROP_ENUM, from->n_enums);
    const inb__step **alters = steps_by_prev(a, INB__STEP_ALTER_ENUM, from->n_enums);
    for (size_t i = 0; i < from->n_enums; i++) {
        if (alters[i]) {
            enum_alter(a, alters[i]);
        } else if (!drops[i]) {
            enum_take(a, from, &from->enums[i]);
        }
    }
    for (size_t i = 0; i < a->steps->n; i++) {
        if (a->steps->v[i].kind == INB__STEP_CREATE_ENUM) {
            enum_take(a, a->steps->to, &a->steps->to->enums[a->steps->v[i].next]);
        }
    }
}

static void tables_apply(applier *a)
{
    const inb__schema *from = a->steps->from;
    const inb__step **drops = steps_by_prev(a, INB__STEP_DROP_TABLE, from->n_tables);
    const inb__step **alters = steps_by_prev(a, INB__STEP_ALTER_TABLE, from->n_tables);
    for (size_t i = 0; i < from->n_tables; i++) {
        if (alters[i]) {
            table_alter(a, &from->tables[i], alters[i]);
        } else if (!drops[i]) {
            inb__table *t = table_take(a, from, &from->tables[i]);
            columns_copy(a, t, from, &from->tables[i]);
            primary_key_take(a, t, &from->tables[i]);
        }
    }
    for (size_t i = 0; i < a->steps->n; i++) {
        if (a->steps->v[i].kind == INB__STEP_CREATE_TABLE) {
            table_create(a, &a->steps->v[i]);
        }
    }
    indexes_apply(a, alters);
}

void inb__steps_apply(inb__schema *out, inb__arena *arena, const inb__steps *steps)
{
    applier a = {.arena = arena, .steps = steps};
    inb__map_init(&a.space_of, arena);
    inb__map_init(&a.enum_of, arena);
    inb__map_init(&a.table_of, arena);
    spaces_apply(&a);
    extensions_apply(&a);
    enums_apply(&a);
    tables_apply(&a);
    foreign_keys_apply(&a);
    *out = (inb__schema){
        .default_space = steps->to->default_space,
        .spaces = a.spaces.v,
        .n_spaces = a.spaces.n,
        .extensions = a.extensions.v,
        .n_extensions = a.extensions.n,
        .enums = a.enums.v,
        .n_enums = a.enums.n,
        .tables = a.tables.v,
        .n_tables = a.tables.n,
        .foreign_keys = a.foreign_keys.v,
        .n_foreign_keys = a.foreign_keys.n,
    };
}
