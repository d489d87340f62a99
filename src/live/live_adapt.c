/*
 * A live model in the words of the one that it is compared with. Three things differ without a
 * difference: names that no schema can say, and that are then not its business; types and defaults
 * of one meaning with two spellings; join tables that work, however they were made.
 */
#include "config.h"

#include "live/live.h"

#include "util/json_same.h"
#include "util/map.h"

typedef struct adapter {
    inb__arena *arena;
    const inb__live_model *live;
    const inb__schema *from, *other;
    inb__schema *out;
    uint32_t *
        *column_of; /* by table and column: its new place, INB__SCHEMA_NONE where it is gone */
    const inb__table **counterparts; /* by table; NULL without one */
} adapter;

static bool same_space(const adapter *a, uint32_t space, uint32_t other)
{
    return inb__str_eq(a->from->spaces[space], a->other->spaces[other]);
}

/* ---- which table is which -------------------------------------------------------------------- */

static inb__str table_key(inb__arena *arena, const inb__schema *s, const inb__table *t)
{
    return inb__arena_join(arena, s->spaces[t->space], "\1", t->name);
}

static void counterparts_find(adapter *a)
{
    inb__map map;
    inb__map_init(&map, a->arena);
    a->counterparts = INB__NEW_N(a->arena, const inb__table *, a->from->n_tables);
    for (size_t i = 0; i < a->other->n_tables; i++) {
        inb__map_put(&map, table_key(a->arena, a->other, &a->other->tables[i]),
                     &a->other->tables[i]);
    }
    for (size_t i = 0; i < a->from->n_tables; i++) {
        a->counterparts[i] = inb__map_get(&map, table_key(a->arena, a->from, &a->from->tables[i]));
    }
}

static const inb__column *column_find(const inb__table *t, inb__str name)
{
    for (size_t i = 0; t && i < t->n_columns; i++) {
        if (inb__str_eq(t->columns[i].name, name)) {
            return &t->columns[i];
        }
    }
    return NULL;
}

/* ---- enums ----------------------------------------------------------------------------------- */

static const inb__enum *enum_find(const adapter *a, const inb__enum *e)
{
    for (size_t i = 0; i < a->other->n_enums; i++) {
        if (inb__str_eq(a->other->enums[i].name, e->name) &&
            same_space(a, e->space, a->other->enums[i].space)) {
            return &a->other->enums[i];
        }
    }
    return NULL;
}

static bool has_value(const inb__enum *e, inb__str value)
{
    for (size_t i = 0; i < e->n_values; i++) {
        if (inb__str_eq(e->values[i], value)) {
            return true;
        }
    }
    return false;
}

/* Without the labels that no value can have the name of, where the other one has not named them. */
static void enum_adapt(adapter *a, inb__enum *e)
{
    const inb__enum *other = enum_find(a, e);
    inb__str *values = INB__NEW_N(a->arena, inb__str, e->n_values);
    size_t n = 0;
    for (size_t i = 0; other && i < e->n_values; i++) {
        if (!e->values[i].n || inb__live_is_sayable(e->values[i]) ||
            has_value(other, e->values[i])) {
            values[n++] = e->values[i];
        }
    }
    if (other) {
        e->values = values;
        e->n_values = n;
    }
}

/* ---- columns --------------------------------------------------------------------------------- */

static int64_t usual_argument(inb__native native)
{
    switch (native) {
    case INB__NATIVE_CHAR:
    case INB__NATIVE_BIT:
        return 1;
    case INB__NATIVE_TIME:
    case INB__NATIVE_TIMETZ:
    case INB__NATIVE_TIMESTAMP:
    case INB__NATIVE_TIMESTAMPTZ:
        return 6;
    default:
        return 0;
    }
}

/* CHAR is CHAR(1), TIMESTAMP is TIMESTAMP(6): the other one's spelling. */
static void type_adapt(inb__native_type *type, const inb__native_type *other)
{
    int64_t usual = usual_argument(type->kind);
    if (type->kind != other->kind || !usual) {
        return;
    }
    int64_t mine = type->n_args ? type->args[0] : usual;
    int64_t theirs = other->n_args ? other->args[0] : usual;
    if (mine == theirs) {
        *type = *other;
    }
}

/* Lists of documents: the server writes each in its own way. */
static bool same_documents(inb__arena *arena, const inb__default *a, const inb__default *b)
{
    bool same =
        a->kind == INB__DEFAULT_LIST && b->kind == INB__DEFAULT_LIST && a->n_values == b->n_values;
    for (size_t i = 0; same && i < a->n_values; i++) {
        same = a->values[i].kind == INB__VALUE_JSON && b->values[i].kind == INB__VALUE_JSON &&
               inb__json_same(arena, a->values[i].text, b->values[i].text);
    }
    return same;
}

/*
 * What is fixed is not for a schema to change; and the server's own text of a default says what the
 * value says that was read from it.
 */
static void default_adapt(inb__arena *arena, inb__default *d, const inb__fact_column *fact,
                          const inb__default *other)
{
    bool is_fixed = d->kind == INB__DEFAULT_UNKNOWN;
    bool is_text = other->kind == INB__DEFAULT_EXPRESSION && fact->expression.p &&
                   inb__ascii_eq_nocase(other->sql, fact->expression);
    if (is_fixed || is_text || other->kind == INB__DEFAULT_UNKNOWN ||
        same_documents(arena, d, other)) {
        *d = *other;
    }
}

static void columns_adapt(adapter *a, uint32_t table, inb__table *t)
{
    const inb__table *other = a->counterparts[table];
    inb__column *columns = INB__NEW_N(a->arena, inb__column, t->n_columns);
    size_t n = 0;
    a->column_of[table] = INB__NEW_N(a->arena, uint32_t, t->n_columns);
    for (size_t i = 0; i < t->n_columns; i++) {
        inb__column c = t->columns[i];
        const inb__column *same = column_find(other, c.name);
        a->column_of[table][i] = INB__SCHEMA_NONE;
        if (other && !same && !inb__live_is_sayable(c.name)) {
            continue;
        }
        if (same) {
            type_adapt(&c.type.native, &same->type.native);
            default_adapt(a->arena, &c.default_value, &a->live->tables[table].fact->columns[i],
                          &same->default_value);
        }
        a->column_of[table][i] = (uint32_t)n;
        columns[n++] = c;
    }
    t->columns = columns;
    t->n_columns = n;
}

/* ---- indexes --------------------------------------------------------------------------------- */

static bool columns_move(adapter *a, uint32_t table, inb__index *x)
{
    inb__index_column *columns = INB__NEW_N(a->arena, inb__index_column, x->n_columns);
    for (size_t i = 0; i < x->n_columns; i++) {
        columns[i] = x->columns[i];
        columns[i].column = a->column_of[table][x->columns[i].column];
        if (columns[i].column == INB__SCHEMA_NONE) {
            return false;
        }
    }
    x->columns = columns;
    return true;
}

static bool has_predicates(const inb__schema *s)
{
    for (size_t t = 0; t < s->n_tables; t++) {
        for (size_t i = 0; i < s->tables[t].n_indexes; i++) {
            if (s->tables[t].indexes[i].predicate.n) {
                return true;
            }
        }
    }
    return false;
}

static void indexes_adapt(adapter *a, uint32_t table, inb__table *t, bool with_partial)
{
    inb__index *indexes = INB__NEW_N(a->arena, inb__index, t->n_indexes);
    size_t n = 0;
    for (size_t i = 0; i < t->n_indexes; i++) {
        inb__index x = t->indexes[i];
        bool kept = !a->counterparts[table] || !x.predicate.n || with_partial;
        if (kept && columns_move(a, table, &x)) {
            indexes[n++] = x;
        }
    }
    t->indexes = indexes;
    t->n_indexes = n;
    if (t->primary_key) {
        inb__index *key = INB__NEW(a->arena, inb__index);
        *key = *t->primary_key;
        t->primary_key = columns_move(a, table, key) ? key : NULL;
    }
}

/* ---- join tables ----------------------------------------------------------------------------- */

/* The table that the only foreign key of the column refers to. */
static const inb__table *side_of(const inb__schema *s, uint32_t table, uint32_t column)
{
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        const inb__foreign_key *f = &s->foreign_keys[i];
        if (f->table == table && f->n_columns == 1 && f->columns[0] == column) {
            return &s->tables[f->references];
        }
    }
    return NULL;
}

static bool pair_is_unique(const inb__table *t)
{
    bool unique = t->primary_key && t->primary_key->n_columns == 2;
    for (size_t i = 0; i < t->n_indexes; i++) {
        unique = unique || (t->indexes[i].unique && t->indexes[i].n_columns == 2 &&
                            !t->indexes[i].predicate.n);
    }
    return unique;
}

static uint32_t number_of(const inb__schema *s, const inb__table *t)
{
    return (uint32_t)(t - s->tables);
}

/* Both join the same two tables in the same order, each pair once. */
static bool joins_alike(const adapter *a, uint32_t table)
{
    const inb__table *t = &a->from->tables[table], *other = a->counterparts[table];
    if (!other || !other->is_join || t->n_columns != 2 || !pair_is_unique(t) ||
        !inb__str_is(t->columns[0].name, "A") || !inb__str_is(t->columns[1].name, "B")) {
        return false;
    }
    for (uint32_t i = 0; i < 2; i++) {
        const inb__table *mine = side_of(a->from, table, i);
        const inb__table *theirs = &a->other->tables[other->sides[i].table];
        if (!mine || a->counterparts[number_of(a->from, mine)] != theirs ||
            !inb__native_eq(&t->columns[i].type.native, &other->columns[i].type.native)) {
            return false;
        }
    }
    return true;
}

/* A column of a join table is never null, says the schema language. */
static void join_take(adapter *a, uint32_t table, inb__table *t)
{
    const inb__table *other = a->counterparts[table];
    for (size_t i = 0; i < 2; i++) {
        t->columns[i].arity = other->columns[i].arity;
    }
    t->primary_key = other->primary_key;
    t->indexes = other->indexes;
    t->n_indexes = other->n_indexes;
}

static const inb__foreign_key *join_key(const adapter *a, uint32_t table, uint32_t column)
{
    uint32_t other = number_of(a->other, a->counterparts[table]);
    for (size_t i = 0; i < a->other->n_foreign_keys; i++) {
        const inb__foreign_key *f = &a->other->foreign_keys[i];
        if (f->table == other && f->n_columns == 1 && f->columns[0] == column) {
            return f;
        }
    }
    return NULL;
}

/* ---- foreign keys ---------------------------------------------------------------------------- */

static bool numbers_move(adapter *a, uint32_t table, uint32_t **columns, size_t n)
{
    uint32_t *moved = INB__NEW_N(a->arena, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        moved[i] = a->column_of[table][(*columns)[i]];
        if (moved[i] == INB__SCHEMA_NONE) {
            return false;
        }
    }
    *columns = moved;
    return true;
}

static bool same_numbers(const uint32_t *x, const uint32_t *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i]) {
            return false;
        }
    }
    return true;
}

/* A second key of the same columns says nothing that the first does not. */
static bool is_repeated(const inb__schema *s, const inb__foreign_key *f)
{
    for (const inb__foreign_key *g = f; g-- > s->foreign_keys && g->table == f->table;) {
        if (g->references == f->references && g->n_columns == f->n_columns &&
            same_numbers(g->columns, f->columns, f->n_columns) &&
            same_numbers(g->referenced, f->referenced, f->n_columns)) {
            return true;
        }
    }
    return false;
}

/* The other one is a database too, and has it. */
static bool has_key(const adapter *a, const inb__foreign_key *f)
{
    for (size_t i = 0; i < a->other->n_foreign_keys; i++) {
        const inb__foreign_key *g = &a->other->foreign_keys[i];
        if (&a->other->tables[g->table] == a->counterparts[f->table] &&
            inb__str_eq(g->name, f->name)) {
            return true;
        }
    }
    return false;
}

static void keys_adapt(adapter *a, const bool *joins)
{
    inb__schema *s = a->out;
    inb__foreign_key *keys = INB__NEW_N(a->arena, inb__foreign_key, s->n_foreign_keys);
    size_t n = 0;
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        inb__foreign_key f = a->from->foreign_keys[i];
        bool unsaid =
            is_repeated(a->from, &a->from->foreign_keys[i]) || !inb__live_types_match(a->from, &f);
        if ((unsaid && a->counterparts[f.table] && !has_key(a, &f)) ||
            !numbers_move(a, f.table, &f.columns, f.n_columns) ||
            !numbers_move(a, f.references, &f.referenced, f.n_columns)) {
            continue;
        }
        const inb__foreign_key *other = joins[f.table] ? join_key(a, f.table, f.columns[0]) : NULL;
        if (other) {
            f.on_delete = other->on_delete;
            f.on_update = other->on_update;
            f.name = other->name;
        }
        keys[n++] = f;
    }
    s->foreign_keys = keys;
    s->n_foreign_keys = n;
}

/* Of the extensions only those that the other one names, and of these what it says. */
static void extensions_adapt(adapter *a)
{
    const inb__catalogue *c = a->live->catalogue;
    a->out->extensions = INB__NEW_N(a->arena, inb__extension, a->other->n_extensions);
    for (size_t i = 0; i < a->other->n_extensions; i++) {
        const inb__extension *other = &a->other->extensions[i];
        for (size_t k = 0; k < c->n_extensions; k++) {
            if (inb__str_eq(c->extensions[k].name, other->name)) {
                a->out->extensions[a->out->n_extensions++] =
                    (inb__extension){.name = other->name,
                                     .schema = c->extensions[k].space,
                                     .version = c->extensions[k].version};
            }
        }
    }
}

/* Tables without columns, which are the last and which a schema hardly ever says. */
static void empty_leave_out(adapter *a)
{
    inb__schema *s = a->out;
    size_t n = 0;
    for (size_t i = 0; i < s->n_tables; i++) {
        if (s->tables[i].n_columns || a->counterparts[i]) {
            s->tables[n++] = s->tables[i];
        }
    }
    s->n_tables = n;
}

void inb__live_adapt(inb__schema *out, inb__arena *arena, const inb__live_model *live,
                     const inb__schema *other)
{
    adapter a = {.arena = arena, .live = live, .from = &live->schema, .other = other, .out = out};
    *out = live->schema;
    counterparts_find(&a);
    a.column_of = INB__NEW_N(arena, uint32_t *, out->n_tables);
    out->tables = INB__NEW_N(arena, inb__table, out->n_tables);
    out->enums = INB__NEW_N(arena, inb__enum, out->n_enums);
    bool with_partial = has_predicates(other);
    bool *joins = INB__NEW_N(arena, bool, out->n_tables);
    for (size_t i = 0; i < out->n_enums; i++) {
        out->enums[i] = live->schema.enums[i];
        enum_adapt(&a, &out->enums[i]);
    }
    for (uint32_t i = 0; i < out->n_tables; i++) {
        out->tables[i] = live->schema.tables[i];
        columns_adapt(&a, i, &out->tables[i]);
        indexes_adapt(&a, i, &out->tables[i], with_partial);
        joins[i] = joins_alike(&a, i);
        if (joins[i]) {
            join_take(&a, i, &out->tables[i]);
        }
    }
    keys_adapt(&a, joins);
    extensions_adapt(&a);
    empty_leave_out(&a);
}
