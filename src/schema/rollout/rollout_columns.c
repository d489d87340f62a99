/* What becomes of each column: kept, added, changed in place or replaced, and how its values are.
 */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

#define BIT(native) (1u << (INB__NATIVE_##native))

/* Types of one family whose values keep their bytes when the modifier grows or is removed. */
static bool modifier_grows(const inb__native_type *a, const inb__native_type *b)
{
    if (!b->n_args) {
        return true;
    }
    if (a->kind == INB__NATIVE_DECIMAL) {
        return a->n_args == 2 && b->n_args == 2 && b->args[0] >= a->args[0] &&
               b->args[1] == a->args[1];
    }
    return a->n_args && b->args[0] >= a->args[0];
}

/* Whether PostgreSQL changes the type without a rewrite of the table or of an index. */
static bool is_in_place(const inb__column *prev, const inb__column *next)
{
    static const unsigned growing = BIT(VARCHAR) | BIT(VARBIT) | BIT(DECIMAL) | BIT(TIMESTAMP) |
                                    BIT(TIMESTAMPTZ) | BIT(TIME) | BIT(TIMETZ);
    static const struct {
        unsigned from, to;
    } relabelled[] = {{BIT(VARCHAR) | BIT(XML), BIT(TEXT)}, {BIT(TEXT) | BIT(XML), BIT(VARCHAR)}};

    const inb__native_type *a = &prev->type.native, *b = &next->type.native;
    if (prev->arity == INB__ARITY_LIST || next->arity == INB__ARITY_LIST ||
        prev->type.kind != INB__COLUMN_NATIVE || next->type.kind != INB__COLUMN_NATIVE) {
        return false;
    }
    if (a->kind == b->kind) {
        return growing & (1u << a->kind) && modifier_grows(a, b);
    }
    for (size_t i = 0; i < sizeof(relabelled) / sizeof(relabelled[0]); i++) {
        if (relabelled[i].from & (1u << a->kind) && relabelled[i].to & (1u << b->kind)) {
            return b->n_args == 0;
        }
    }
    return false;
}

static bool labels_survive(const inb__enum *prev, const inb__enum *next)
{
    for (size_t i = 0; i < prev->n_values; i++) {
        bool found = false;
        for (size_t k = 0; k < next->n_values && !found; k++) {
            found = inb__str_eq(prev->values[i], next->values[k]);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

/* ---- conversions ----------------------------------------------------------------------------- */

static void conversion_set(inb__rollout_column *c, inb__rollout_conversion how, const char *through,
                           bool lossy)
{
    c->conversion = how;
    c->through = through;
    c->lossy = lossy;
}

static bool is_textual(const inb__column_type *t)
{
    static const unsigned textual = BIT(TEXT) | BIT(VARCHAR) | BIT(CHAR) | BIT(CITEXT);
    return t->kind == INB__COLUMN_NATIVE && textual & (1u << t->native.kind);
}

/* From one enum to another, or to another form of itself: by label. */
static void enum_conversion(const inb__rollout *p, inb__rollout_column *c,
                            const inb__column_type *a, const inb__column_type *b)
{
    bool all = labels_survive(&p->from->enums[a->enumeration], &p->to->enums[b->enumeration]);
    conversion_set(c, INB__ROLLOUT_CAST, "text", !all);
}

/* Casts that PostgreSQL has when they are written, and Prisma's table of casts does not know. */
static bool explicit_cast(const inb__native_type *a, const inb__native_type *b,
                          const char **through)
{
    static const struct {
        unsigned from, to;
        const char *through;
    } casts[] = {
        {BIT(BOOLEAN), BIT(INTEGER), NULL},
        {BIT(BOOLEAN), BIT(SMALLINT) | BIT(BIGINT), "integer"},
        {BIT(INTEGER), BIT(BOOLEAN), NULL},
        {BIT(SMALLINT) | BIT(BIGINT), BIT(BOOLEAN), "integer"},
        {BIT(JSONB),
         BIT(SMALLINT) | BIT(INTEGER) | BIT(BIGINT) | BIT(DECIMAL) | BIT(REAL) |
             BIT(DOUBLE_PRECISION) | BIT(BOOLEAN),
         NULL},
    };
    for (size_t i = 0; i < sizeof(casts) / sizeof(casts[0]); i++) {
        if (casts[i].from & (1u << a->kind) && casts[i].to & (1u << b->kind)) {
            *through = casts[i].through;
            return true;
        }
    }
    return false;
}

/* Of values, or of the elements of lists, for which Prisma's table has no cast. */
static void type_conversion(const inb__rollout *p, inb__rollout_column *c,
                            const inb__column_type *a, const inb__column_type *b)
{
    const char *through;
    if (a->kind == INB__COLUMN_ENUM && b->kind == INB__COLUMN_ENUM) {
        enum_conversion(p, c, a, b);
    } else if (is_textual(a) || is_textual(b)) {
        bool fits = !is_textual(a) && b->native.n_args == 0 && b->native.kind != INB__NATIVE_CHAR;
        conversion_set(c, INB__ROLLOUT_CAST, "text", !fits);
    } else if (a->kind == INB__COLUMN_NATIVE && b->kind == INB__COLUMN_NATIVE &&
               explicit_cast(&a->native, &b->native, &through)) {
        conversion_set(c, INB__ROLLOUT_CAST, through, a->native.kind != INB__NATIVE_BOOLEAN);
    } else {
        conversion_set(c, INB__ROLLOUT_NONE, NULL, false);
    }
}

/* The cast of an assignment where Prisma's table has one, and else what PostgreSQL has. */
static void value_conversion(const inb__rollout *p, inb__rollout_column *c, const inb__column *prev,
                             const inb__column *next, inb__cast cast)
{
    bool opaque =
        prev->type.kind == INB__COLUMN_UNSUPPORTED || next->type.kind == INB__COLUMN_UNSUPPORTED;
    if (cast == INB__CAST_NONE || (opaque && cast != INB__CAST_SAME) ||
        prev->type.kind == INB__COLUMN_ENUM) {
        type_conversion(p, c, &prev->type, &next->type);
        return;
    }
    const char *through = inb__cast_column_through(prev, next);
    conversion_set(c, through ? INB__ROLLOUT_CAST : INB__ROLLOUT_ASSIGN, through,
                   cast == INB__CAST_RISKY);
    c->zoned = cast == INB__CAST_ZONED;
}

static void conversion_find(const inb__rollout *p, inb__rollout_column *c, const inb__column *prev,
                            const inb__column *next, inb__cast cast)
{
    bool was_list = prev->arity == INB__ARITY_LIST, is_list = next->arity == INB__ARITY_LIST;
    if (was_list == is_list) {
        value_conversion(p, c, prev, next, cast);
        return;
    }
    if (was_list && is_textual(&next->type)) {
        conversion_set(c, INB__ROLLOUT_CAST, "text", next->type.native.n_args != 0);
        return;
    }
    inb__column a = *prev, b = *next;
    a.arity = b.arity = INB__ARITY_OPTIONAL;
    c->to_list = is_list;
    c->first = was_list;
    value_conversion(p, c, &a, &b, inb__cast_column(p->from, &a, p->to, &b));
}

/* A default that is one value for all rows, so that PostgreSQL does not write them. */
static bool default_is_constant(const inb__default *d)
{
    if (d->kind == INB__DEFAULT_EXPRESSION) {
        return d->sql.n && d->sql.p[0] == '\'' && !memchr(d->sql.p, '(', d->sql.n);
    }
    return d->kind == INB__DEFAULT_VALUE || d->kind == INB__DEFAULT_LIST ||
           d->kind == INB__DEFAULT_NOW;
}

bool inb__rollout_default_is_shared(const inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    return c->renamed &&
           default_is_constant(&inb__rollout_prev_table(p, t)->columns[c->prev].default_value);
}

static bool has_default(const inb__default *d)
{
    return d->kind != INB__DEFAULT_NONE && d->kind != INB__DEFAULT_UNKNOWN;
}

static inb__rollout_mode mode_of_added(const inb__column *next)
{
    const inb__default *d = &next->default_value;
    if (has_default(d)) {
        return default_is_constant(d) ? INB__ROLLOUT_ADD : INB__ROLLOUT_ADD_LATE;
    }
    return next->arity == INB__ARITY_REQUIRED ? INB__ROLLOUT_ADD_LATE : INB__ROLLOUT_ADD;
}

static inb__rollout_mode mode_of_pair(const inb__rollout *p, const inb__column_pair *pair,
                                      const inb__column *prev, const inb__column *next)
{
    bool list_changes = (prev->arity == INB__ARITY_LIST) != (next->arity == INB__ARITY_LIST);
    if (next->type.kind == INB__COLUMN_ENUM && p->enum_rebuilt[next->type.enumeration]) {
        return INB__ROLLOUT_REBUILD;
    }
    if (!(pair->flags & INB__COLUMN_TYPE) && !list_changes) {
        return INB__ROLLOUT_KEEP;
    }
    return is_in_place(prev, next) ? INB__ROLLOUT_IN_PLACE : INB__ROLLOUT_REBUILD;
}

static inb__str column_base(inb__rollout *p, const inb__table *t, const inb__column *c)
{
    return inb__str_of(
        inb__arena_printf(p->arena, "%.*s_%.*s", INB__STR_ARG(t->name), INB__STR_ARG(c->name)));
}

/* ---- columns that go ------------------------------------------------------------------------- */

bool inb__rollout_column_hinders(const inb__rollout_table *t, const inb__table *prev,
                                 uint32_t column)
{
    const inb__column *c = &prev->columns[column];
    return !inb__column_of_prev(t->pair, column) && c->arity == INB__ARITY_REQUIRED &&
           c->default_value.kind == INB__DEFAULT_NONE;
}

static bool index_has(const inb__index *x, uint32_t column)
{
    for (size_t i = 0; x && i < x->n_columns; i++) {
        if (x->columns[i].column == column) {
            return true;
        }
    }
    return false;
}

/* Rows differ in it, or it refers to other rows. */
static bool is_bound(const inb__schema *s, uint32_t table, uint32_t column)
{
    const inb__table *t = &s->tables[table];
    bool bound = index_has(t->primary_key, column);
    for (size_t i = 0; i < t->n_indexes; i++) {
        bound = bound || (t->indexes[i].unique && index_has(&t->indexes[i], column));
    }
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        const inb__foreign_key *f = &s->foreign_keys[i];
        for (size_t k = 0; f->table == table && k < f->n_columns; k++) {
            bound = bound || f->columns[k] == column;
        }
    }
    return bound;
}

const inb__fragment *inb__rollout_column_neutral(inb__rollout *p, uint32_t prev_table,
                                                 uint32_t column)
{
    const inb__column *c = &p->from->tables[prev_table].columns[column];
    if (is_bound(p->from, prev_table, column)) {
        return NULL;
    }
    if (c->type.kind == INB__COLUMN_ENUM) {
        const inb__enum *e = &p->from->enums[c->type.enumeration];
        return e->n_values ? inb__fragment_literal(p->arena, e->values[0]) : NULL;
    }
    return inb__rollout_invent(p, c, NULL);
}

/* ---- columns that stay or come --------------------------------------------------------------- */

void inb__rollout_column_survey(inb__rollout *p, inb__rollout_table *t, uint32_t table,
                                uint32_t column)
{
    const inb__table *next_table = &p->to->tables[table];
    const inb__column *next = &next_table->columns[column];
    inb__rollout_column *c = &t->columns[column];
    const inb__column_pair *pair = inb__column_of_next(t->pair, column);
    c->interim = next->name;
    c->prev = pair ? pair->prev : INB__SCHEMA_NONE;
    c->flags = pair ? pair->flags : 0;
    if (!pair) {
        c->mode = mode_of_added(next);
    } else {
        const inb__column *prev = &inb__rollout_prev_table(p, t)->columns[pair->prev];
        const inb__rename *rename = inb__renames_find(p->renames, t->pair->prev, pair->prev);
        c->mode = rename ? INB__ROLLOUT_REBUILD : mode_of_pair(p, pair, prev, next);
        if (rename) {
            c->renamed = true;
            c->before = c->old = rename->was;
            conversion_set(c, INB__ROLLOUT_ASSIGN, NULL, false);
        } else if (c->mode == INB__ROLLOUT_REBUILD) {
            conversion_find(p, c, prev, next, pair->cast);
        }
        c->tightens = prev->arity != INB__ARITY_REQUIRED;
    }
    c->tightens =
        next->arity == INB__ARITY_REQUIRED && c->mode != INB__ROLLOUT_ADD &&
        (c->tightens || c->mode == INB__ROLLOUT_ADD_LATE || c->mode == INB__ROLLOUT_REBUILD);
    inb__str base = column_base(p, next_table, next);
    if (c->mode == INB__ROLLOUT_REBUILD) {
        t->rebuilds = true;
        if (!c->renamed) {
            c->interim = inb__rollout_name(p, next->name, "_new");
            c->before = next->name;
            c->old = inb__rollout_name(p, next->name, "_old");
        }
    }
    if (c->mode == INB__ROLLOUT_REBUILD && c->conversion != INB__ROLLOUT_NONE) {
        c->kept = inb__rollout_name(p, base, "_kept_check");
    }
    if (c->tightens) {
        /* not "_not_null": 18 and newer name the constraint so that NOT NULL itself is there */
        c->check = inb__rollout_name(p, base, "_not_null_check");
    }
}
