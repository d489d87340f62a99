#include "config.h"

#include "schema/zero_parts.h"

#define BIT(native) (1u << (INB_DM_NATIVE_##native))

/* ---- columns -------------------------------------------------------------------------------------- */

/* Types of one family whose values keep their bytes when the modifier grows, or goes. */
static bool modifier_grows(const inb__dm_native_type *a, const inb__dm_native_type *b)
{
    if (!b->n_args) {
        return true;
    }
    if (a->kind == INB_DM_NATIVE_DECIMAL) {
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

    const inb__dm_native_type *a = &prev->type.native, *b = &next->type.native;
    if (prev->arity == INB_DM_LIST || next->arity == INB_DM_LIST ||
        prev->type.kind != INB_COLUMN_NATIVE || next->type.kind != INB_COLUMN_NATIVE) {
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

static void conversion_set(inb__zero_column *c, inb__zero_conversion how, const char *through,
                           bool lossy)
{
    c->conversion = how;
    c->through = through;
    c->lossy = lossy;
}

/* From an enum: to another form of itself, to another that has all its labels, to text. */
static void enum_conversion(const inb__zero *z, inb__zero_column *c, const inb__column *prev,
                            const inb__column *next)
{
    const inb__dm_native_type *native = &next->type.native;
    bool was_list = prev->arity == INB_DM_LIST, is_list = next->arity == INB_DM_LIST;
    conversion_set(c, INB_ZERO_INVENT, NULL, false);
    if (next->type.kind == INB_COLUMN_ENUM) {
        bool all = labels_survive(&z->from->enums[prev->type.enumeration],
                                  &z->to->enums[next->type.enumeration]);
        bool same = !(c->flags & INB_COLUMN_TYPE);
        if (was_list == is_list && (all || same)) {
            conversion_set(c, INB_ZERO_THROUGH, "text", !all);
        } else if (was_list != is_list && same && all) {
            conversion_set(c, is_list ? INB_ZERO_TO_LIST : INB_ZERO_FIRST, NULL, false);
        }
    } else if (next->type.kind == INB_COLUMN_NATIVE && !is_list &&
               (native->kind == INB_DM_NATIVE_TEXT ||
                (native->kind == INB_DM_NATIVE_VARCHAR && !native->n_args))) {
        conversion_set(c, INB_ZERO_ASSIGN, NULL, false);
    }
}

static inb__cast element_cast(const inb__zero *z, const inb__column *prev, const inb__column *next)
{
    inb__column a = *prev, b = *next;
    a.arity = b.arity = INB_DM_OPTIONAL;
    return inb__column_cast(z->from, &a, z->to, &b);
}

static void conversion_find(const inb__zero *z, inb__zero_column *c, const inb__column *prev,
                            const inb__column *next, inb__cast cast)
{
    bool was_list = prev->arity == INB_DM_LIST, is_list = next->arity == INB_DM_LIST;
    conversion_set(c, INB_ZERO_INVENT, NULL, false);
    if (prev->type.kind == INB_COLUMN_ENUM) {
        enum_conversion(z, c, prev, next);
    } else if (cast != INB_CAST_NONE) {
        const char *through = inb__column_cast_through(prev, next);
        conversion_set(c, through ? INB_ZERO_THROUGH : INB_ZERO_ASSIGN, through,
                       cast == INB_CAST_RISKY);
    } else if (was_list != is_list) {
        inb__cast element = element_cast(z, prev, next);
        if (element == INB_CAST_SAME || element == INB_CAST_SAFE) {
            conversion_set(c, is_list ? INB_ZERO_TO_LIST : INB_ZERO_FIRST, NULL, false);
        }
    } else if (prev->type.kind == INB_COLUMN_NATIVE && next->type.kind == INB_COLUMN_NATIVE &&
               prev->type.native.kind == INB_DM_NATIVE_BOOLEAN &&
               next->type.native.kind == INB_DM_NATIVE_INTEGER && !was_list) {
        conversion_set(c, INB_ZERO_THROUGH, "integer", false);
    }
}

/* A default that is one value for all rows, so that PostgreSQL does not write them. */
static bool default_is_constant(const inb__default *d)
{
    if (d->kind == INB_DEFAULT_EXPRESSION) {
        return d->sql.n && d->sql.p[0] == '\'' && !memchr(d->sql.p, '(', d->sql.n);
    }
    return d->kind == INB_DEFAULT_VALUE || d->kind == INB_DEFAULT_LIST || d->kind == INB_DEFAULT_NOW;
}

static bool has_default(const inb__default *d)
{
    return d->kind != INB_DEFAULT_NONE && d->kind != INB_DEFAULT_UNKNOWN;
}

static inb__zero_mode mode_of_added(const inb__column *next)
{
    const inb__default *d = &next->default_value;
    if (has_default(d)) {
        return default_is_constant(d) ? INB_ZERO_ADD : INB_ZERO_ADD_LATE;
    }
    return next->arity == INB_DM_REQUIRED ? INB_ZERO_ADD_LATE : INB_ZERO_ADD;
}

static inb__zero_mode mode_of_pair(const inb__zero *z, const inb__column_pair *pair,
                                   const inb__column *prev, const inb__column *next)
{
    bool list_changes = (prev->arity == INB_DM_LIST) != (next->arity == INB_DM_LIST);
    if (next->type.kind == INB_COLUMN_ENUM && z->enum_rebuilt[next->type.enumeration]) {
        return INB_ZERO_REBUILD;
    }
    if (!(pair->flags & INB_COLUMN_TYPE) && !list_changes) {
        return INB_ZERO_KEEP;
    }
    return is_in_place(prev, next) ? INB_ZERO_IN_PLACE : INB_ZERO_REBUILD;
}

static inb__str column_base(inb__zero *z, const inb__table *t, const inb__column *c)
{
    return inb__str_of(
        inb__arena_printf(z->arena, "%.*s_%.*s", INB__STR_ARG(t->name), INB__STR_ARG(c->name)));
}

static void column_survey(inb__zero *z, inb__zero_table *t, uint32_t table, uint32_t column)
{
    const inb__table *next_table = &z->to->tables[table];
    const inb__column *next = &next_table->columns[column];
    inb__zero_column *c = &t->columns[column];
    const inb__column_pair *pair = inb__column_of_next(t->pair, column);
    c->interim = next->name;
    c->prev = pair ? pair->prev : INB__SCHEMA_NONE;
    c->flags = pair ? pair->flags : 0;
    if (!pair) {
        c->mode = mode_of_added(next);
    } else {
        const inb__column *prev = &inb__zero_prev_table(z, t)->columns[pair->prev];
        c->mode = mode_of_pair(z, pair, prev, next);
        if (c->mode == INB_ZERO_REBUILD) {
            conversion_find(z, c, prev, next, pair->cast);
        }
        c->tightens = prev->arity != INB_DM_REQUIRED;
    }
    c->tightens = next->arity == INB_DM_REQUIRED && c->mode != INB_ZERO_ADD &&
                  (c->tightens || c->mode == INB_ZERO_ADD_LATE || c->mode == INB_ZERO_REBUILD);
    inb__str base = column_base(z, next_table, next);
    if (c->mode == INB_ZERO_REBUILD) {
        t->rebuilds = true;
        c->interim = inb__zero_name(z, next->name, "_new");
        c->old = inb__zero_name(z, next->name, "_old");
        c->helper = inb__zero_name(z, base, "_sync");
    }
    if (c->tightens) {
        c->check = inb__zero_name(z, base, "_not_null");
    }
}

/* ---- indexes -------------------------------------------------------------------------------------- */

static bool contains(inb__str text, inb__str word)
{
    return word.n && memmem(text.p, text.n, word.p, word.n);
}

static bool names_rebuilt(const inb__zero *z, const inb__zero_table *t, uint32_t table,
                          inb__str predicate)
{
    const inb__table *next = &z->to->tables[table];
    for (size_t i = 0; predicate.n && i < next->n_columns; i++) {
        if (t->columns[i].mode == INB_ZERO_REBUILD && contains(predicate, next->columns[i].name)) {
            return true;
        }
    }
    return false;
}

static bool index_has_mode(const inb__zero_table *t, const inb__index *x, inb__zero_mode mode)
{
    for (size_t i = 0; i < x->n_columns; i++) {
        if (t->columns[x->columns[i].column].mode == mode) {
            return true;
        }
    }
    return false;
}

static uint32_t index_by_name(const inb__table *t, inb__str name)
{
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        if (inb__str_eq(t->indexes[i].name, name)) {
            return i;
        }
    }
    return INB__SCHEMA_NONE;
}

static const inb__step *index_step(const inb__zero *z, inb__step_kind kind, uint32_t table,
                                   uint32_t index)
{
    for (size_t i = 0; i < z->steps->n; i++) {
        const inb__step *s = &z->steps->v[i];
        if (s->kind == kind && s->next_table == table && s->next == index) {
            return s;
        }
    }
    return NULL;
}

static void index_survey(inb__zero *z, inb__zero_table *t, uint32_t table, uint32_t index)
{
    const inb__index *next = &z->to->tables[table].indexes[index];
    inb__zero_index *x = &t->indexes[index];
    const inb__step *renamed = index_step(z, INB_STEP_RENAME_INDEX, table, index);
    bool created = index_step(z, INB_STEP_CREATE_INDEX, table, index) != NULL;
    bool rebuilt = index_has_mode(t, next, INB_ZERO_REBUILD) ||
                   names_rebuilt(z, t, table, next->predicate);
    x->prev = renamed ? renamed->prev : index_by_name(inb__zero_prev_table(z, t), next->name);
    x->build = created || rebuilt;
    x->late = rebuilt || index_has_mode(t, next, INB_ZERO_ADD_LATE);
    x->after = names_rebuilt(z, t, table, next->predicate);
    x->swap = x->build && x->prev != INB__SCHEMA_NONE;
    x->interim = x->swap ? inb__zero_name(z, next->name, "_new") : next->name;
    for (size_t i = 0; x->build && next->unique && i < next->n_columns; i++) {
        t->columns[next->columns[i].column].unique = true;
    }
}

static bool same_columns(const inb__table *a, const inb__index *x, const inb__table *b,
                         const inb__index *y)
{
    bool same = x->n_columns == y->n_columns;
    for (size_t i = 0; same && i < x->n_columns; i++) {
        same = inb__str_eq(a->columns[x->columns[i].column].name,
                           b->columns[y->columns[i].column].name);
    }
    return same;
}

static void primary_key_survey(inb__zero *z, inb__zero_table *t, uint32_t table)
{
    const inb__table *prev = inb__zero_prev_table(z, t), *next = &z->to->tables[table];
    const inb__index *was = prev->primary_key, *is = next->primary_key;
    t->key_changes = (was || is) && !(was && is && same_columns(prev, was, next, is) &&
                                      !index_has_mode(t, is, INB_ZERO_REBUILD));
    if (t->key_changes && is) {
        t->key_index = inb__zero_name(z, is->name, "_new");
        for (size_t i = 0; i < is->n_columns; i++) {
            t->columns[is->columns[i].column].unique = true;
        }
    }
}

/* ---- foreign keys --------------------------------------------------------------------------------- */

static bool same_names(const inb__table *a, const uint32_t *x, const inb__table *b,
                       const uint32_t *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!inb__str_eq(a->columns[x[i]].name, b->columns[y[i]].name)) {
            return false;
        }
    }
    return true;
}

/* On the same columns of the same table. */
static bool same_subject(const inb__zero *z, const inb__foreign_key *g, const inb__foreign_key *f)
{
    const inb__zero_table *t = &z->tables[f->table];
    return t->pair && t->pair->prev == g->table && g->n_columns == f->n_columns &&
           same_names(&z->from->tables[g->table], g->columns, &z->to->tables[f->table], f->columns,
                      f->n_columns);
}

static bool same_key(const inb__zero *z, const inb__foreign_key *g, const inb__foreign_key *f)
{
    const inb__zero_table *r = &z->tables[f->references];
    return same_subject(z, g, f) && r->pair && r->pair->prev == g->references &&
           g->on_delete == f->on_delete && g->on_update == f->on_update &&
           same_names(&z->from->tables[g->references], g->referenced,
                      &z->to->tables[f->references], f->referenced, f->n_columns);
}

/* The same set of columns, whatever the order. */
static bool covers(const inb__table *t, const inb__index *x, const inb__table *other,
                   const uint32_t *columns, size_t n)
{
    if (!x || !x->unique || x->predicate.n || x->n_columns != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        bool found = false;
        for (size_t k = 0; k < n && !found; k++) {
            found = inb__str_eq(t->columns[x->columns[k].column].name,
                                other->columns[columns[i]].name);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static bool index_is_dropped(const inb__zero *z, uint32_t table, uint32_t index)
{
    for (size_t i = 0; i < z->steps->n; i++) {
        const inb__step *s = &z->steps->v[i];
        if (s->kind == INB_STEP_DROP_INDEX && s->prev_table == table && s->prev == index) {
            return true;
        }
    }
    return false;
}

/* A foreign key hangs on a unique index: one that goes can only go in the moment in which the key is made anew. */
static bool hangs_on_going(inb__zero *z, const inb__foreign_key *f)
{
    const inb__zero_table *r = &z->tables[f->references];
    const inb__table *next = &z->to->tables[f->references];
    bool hangs = false;
    if (!r->pair) {
        return false;
    }
    const inb__table *prev = inb__zero_prev_table(z, r);
    if (r->key_changes && (covers(prev, prev->primary_key, next, f->referenced, f->n_columns) ||
                           covers(next, next->primary_key, next, f->referenced, f->n_columns))) {
        hangs = true;
    }
    for (uint32_t i = 0; i < prev->n_indexes; i++) {
        if (covers(prev, &prev->indexes[i], next, f->referenced, f->n_columns) &&
            index_is_dropped(z, r->pair->prev, i)) {
            z->index_in_switch[r->pair->prev][i] = true;
            hangs = true;
        }
    }
    return hangs;
}

static bool is_touched(inb__zero *z, const inb__foreign_key *f)
{
    bool touched = hangs_on_going(z, f);
    for (size_t i = 0; i < f->n_columns; i++) {
        const inb__zero_table *t = &z->tables[f->table], *r = &z->tables[f->references];
        touched = touched || (t->pair && t->columns[f->columns[i]].mode == INB_ZERO_REBUILD) ||
                  (r->pair && r->columns[f->referenced[i]].mode == INB_ZERO_REBUILD);
    }
    return touched;
}

/* What it refers to is unique already. */
static bool is_ready(const inb__zero *z, const inb__foreign_key *f)
{
    const inb__zero_table *r = &z->tables[f->references];
    const inb__table *next = &z->to->tables[f->references];
    if (!r->pair) {
        return true;
    }
    const inb__table *prev = inb__zero_prev_table(z, r);
    bool ready = covers(prev, prev->primary_key, next, f->referenced, f->n_columns);
    for (size_t i = 0; i < prev->n_indexes && !ready; i++) {
        ready = covers(prev, &prev->indexes[i], next, f->referenced, f->n_columns);
    }
    return ready;
}

static uint32_t key_find(const inb__zero *z, const inb__foreign_key *f,
                         bool (*same)(const inb__zero *, const inb__foreign_key *,
                                      const inb__foreign_key *))
{
    for (uint32_t i = 0; i < z->from->n_foreign_keys; i++) {
        if (z->key_gone[i] && same(z, &z->from->foreign_keys[i], f)) {
            return i;
        }
    }
    return INB__SCHEMA_NONE;
}

static void key_survey(inb__zero *z, uint32_t i)
{
    const inb__foreign_key *f = &z->to->foreign_keys[i];
    inb__zero_key *k = &z->keys[i];
    bool touched = is_touched(z, f);
    bool kept = k->prev != INB__SCHEMA_NONE;
    if (!kept) {
        k->prev = key_find(z, f, same_subject);
    }
    if (k->prev != INB__SCHEMA_NONE) {
        z->key_gone[k->prev] = false;
    }
    if (touched) {
        k->fate = INB_ZERO_KEY_SWITCH;
    } else if (kept) {
        bool same = inb__str_eq(z->from->foreign_keys[k->prev].name, f->name);
        k->fate = same ? INB_ZERO_KEY_KEEP : INB_ZERO_KEY_RENAME;
    } else if (k->prev != INB__SCHEMA_NONE) {
        k->fate = INB_ZERO_KEY_REPLACE;
    } else {
        bool with_table = !z->tables[f->table].pair && is_ready(z, f);
        k->fate = with_table ? INB_ZERO_KEY_WITH_TABLE : INB_ZERO_KEY_ADD;
    }
}

static void keys_survey(inb__zero *z)
{
    z->keys = INB__NEW_N(z->arena, inb__zero_key, z->to->n_foreign_keys);
    z->key_gone = INB__NEW_N(z->arena, bool, z->from->n_foreign_keys);
    memset(z->key_gone, true, z->from->n_foreign_keys);
    for (uint32_t i = 0; i < z->to->n_foreign_keys; i++) {
        z->keys[i].prev = key_find(z, &z->to->foreign_keys[i], same_key);
        if (z->keys[i].prev != INB__SCHEMA_NONE) {
            z->key_gone[z->keys[i].prev] = false;
        }
    }
    for (uint32_t i = 0; i < z->to->n_foreign_keys; i++) {
        key_survey(z, i);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------ */

/* `to` with the names that hold before the switch. */
static void mid_build(inb__zero *z)
{
    const inb__schema *to = z->to;
    z->mid = *to;
    z->mid.enums = INB__NEW_N(z->arena, inb__enum, to->n_enums);
    for (size_t i = 0; i < to->n_enums; i++) {
        z->mid.enums[i] = to->enums[i];
        if (z->enum_rebuilt[i]) {
            z->mid.enums[i].name = inb__zero_name(z, to->enums[i].name, "_new");
            z->enum_old[i] = inb__zero_name(z, to->enums[i].name, "_old");
        }
    }
    z->mid.tables = INB__NEW_N(z->arena, inb__table, to->n_tables);
    for (size_t i = 0; i < to->n_tables; i++) {
        inb__table *t = &z->mid.tables[i];
        *t = to->tables[i];
        t->columns = INB__NEW_N(z->arena, inb__column, t->n_columns);
        t->indexes = INB__NEW_N(z->arena, inb__index, t->n_indexes);
        for (size_t k = 0; k < t->n_columns; k++) {
            t->columns[k] = to->tables[i].columns[k];
            t->columns[k].name = z->tables[i].pair ? z->tables[i].columns[k].interim : t->columns[k].name;
        }
        for (size_t k = 0; k < t->n_indexes; k++) {
            t->indexes[k] = to->tables[i].indexes[k];
            t->indexes[k].name = z->tables[i].pair ? z->tables[i].indexes[k].interim : t->indexes[k].name;
        }
    }
    z->interim = (inb__steps){.from = z->from, .to = &z->mid};
}

static void table_survey(inb__zero *z, uint32_t table)
{
    const inb__table *next = &z->to->tables[table];
    inb__zero_table *t = &z->tables[table];
    t->pair = inb__pair_of_next(&z->pairs, table);
    t->name = inb__zero_in_space(z, z->to->spaces[next->space], next->name);
    t->columns = INB__NEW_N(z->arena, inb__zero_column, next->n_columns);
    t->indexes = INB__NEW_N(z->arena, inb__zero_index, next->n_indexes);
    if (!t->pair) {
        return;
    }
    for (uint32_t i = 0; i < next->n_columns; i++) {
        column_survey(z, t, table, i);
    }
    for (uint32_t i = 0; i < next->n_indexes; i++) {
        index_survey(z, t, table, i);
    }
    primary_key_survey(z, t, table);
}

void inb__zero_survey(inb__zero *z)
{
    z->pairs = (inb__differ){.arena = z->arena, .from = z->from, .to = z->to};
    inb__differ_pair(&z->pairs);
    z->enum_rebuilt = INB__NEW_N(z->arena, bool, z->to->n_enums);
    z->enum_old = INB__NEW_N(z->arena, inb__str, z->to->n_enums);
    for (size_t i = 0; i < z->steps->n; i++) {
        const inb__step *s = &z->steps->v[i];
        if (s->kind == INB_STEP_ALTER_ENUM && s->n_removed) {
            z->enum_rebuilt[s->next] = true;
        }
    }
    z->index_now = INB__NEW_N(z->arena, inb__str *, z->from->n_tables);
    z->index_in_switch = INB__NEW_N(z->arena, bool *, z->from->n_tables);
    for (size_t i = 0; i < z->from->n_tables; i++) {
        const inb__table *t = &z->from->tables[i];
        z->index_now[i] = INB__NEW_N(z->arena, inb__str, t->n_indexes);
        z->index_in_switch[i] = INB__NEW_N(z->arena, bool, t->n_indexes);
        for (size_t k = 0; k < t->n_indexes; k++) {
            z->index_now[i][k] = t->indexes[k].name;
        }
    }
    z->tables = INB__NEW_N(z->arena, inb__zero_table, z->to->n_tables);
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        table_survey(z, i);
    }
    keys_survey(z);
    mid_build(z);
}
