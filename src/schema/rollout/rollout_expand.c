/* The expand phase: what is new is created; nothing that exists changes. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- what is new altogether ------------------------------------------------------------------ */

static bool is_added(const inb__step *s, inb__str value)
{
    for (size_t i = 0; i < s->n_added; i++) {
        if (inb__str_eq(s->added[i], value)) {
            return true;
        }
    }
    return false;
}

/*
 * A value where the schema has it, as its enum is ordered by that: behind the one before it, which
 * is there by now, or before the first that was there. At the end nothing has to be said.
 */
static const inb__fragment *enum_value_add(inb__rollout *p, const inb__step *s, inb__str value)
{
    const inb__enum *e = &p->to->enums[s->next];
    const inb__fragment *type = inb__rollout_in_space(p, p->to->spaces[e->space], e->name);
    const inb__fragment *added = inb__fragment_literal(p->arena, value);
    size_t at = 0, old;
    while (!inb__str_eq(e->values[at], value)) {
        at++;
    }
    for (old = at + 1; old < e->n_values && is_added(s, e->values[old]); old++) {
    }
    if (old == e->n_values) {
        return inb__rollout_sql_enum_value_add(p->arena, type, added);
    }
    if (at > 0) {
        return inb__rollout_sql_enum_value_add_after(
            p->arena, type, added, inb__fragment_literal(p->arena, e->values[at - 1]));
    }
    return inb__rollout_sql_enum_value_add_before(p->arena, type, added,
                                                  inb__fragment_literal(p->arena, e->values[old]));
}

/* New values first and alone: a server takes them into use only when they are committed. */
static void enum_values_add(inb__rollout *p)
{
    inb__rollout_open(p, INB__ROLLOUT_EXPAND, "enum_values", INB__STR(""));
    inb__rollout_note(p, INB__SENTENCE_ADDS_ENUM_VALUES);
    for (size_t i = 0; i < p->steps->n; i++) {
        const inb__step *s = &p->steps->v[i];
        if (s->kind != INB__STEP_ALTER_ENUM || s->n_removed) {
            continue;
        }
        for (size_t k = 0; k < s->n_added; k++) {
            inb__rollout_say(p, INB_CLASS_ADDITIVE, enum_value_add(p, s, s->added[k]));
            inb__rollout_note_of(p, INB__SENTENCE_MAY_WRITE, s->added[k]);
        }
    }
    inb__rollout_close(p);
}

static void steps_say(inb__rollout *p, inb__step_kind kind)
{
    for (size_t i = 0; i < p->steps->n; i++) {
        const inb__step *s = &p->steps->v[i];
        if (s->kind == kind) {
            inb__rollout_step(p, INB_CLASS_ADDITIVE, p->interim, *s);
        }
    }
}

static void enums_rebuild(inb__rollout *p)
{
    for (uint32_t i = 0; i < p->to->n_enums; i++) {
        if (p->enum_rebuilt[i]) {
            inb__step step = {.kind = INB__STEP_CREATE_ENUM, .next = i};
            inb__rollout_step(p, INB_CLASS_ADDITIVE, p->interim, step);
        }
    }
}

/* Everything about a table that nobody knows yet happens at once: it is empty. */
static void table_create(inb__rollout *p, uint32_t table)
{
    inb__step step = {.kind = INB__STEP_CREATE_TABLE, .next = table};
    inb__rollout_step(p, INB_CLASS_ADDITIVE, p->interim, step);
    for (uint32_t i = 0; i < p->to->tables[table].n_indexes; i++) {
        inb__step index = {.kind = INB__STEP_CREATE_INDEX, .next = i, .next_table = table};
        inb__rollout_step(p, INB_CLASS_ADDITIVE, p->interim, index);
    }
}

static void new_things_create(inb__rollout *p)
{
    inb__rollout_open(p, INB__ROLLOUT_EXPAND, "create", INB__STR(""));
    inb__rollout_note(p, INB__SENTENCE_CREATES);
    inb__rollout_note(p, INB__SENTENCE_MAY_USE_OBJECTS);
    steps_say(p, INB__STEP_CREATE_SPACE);
    steps_say(p, INB__STEP_CREATE_EXTENSION);
    steps_say(p, INB__STEP_CREATE_ENUM);
    enums_rebuild(p);
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (!p->tables[i].pair && !inb__diff_table_is_ignored(&p->to->tables[i])) {
            table_create(p, i);
        }
    }
    for (uint32_t i = 0; i < p->to->n_foreign_keys; i++) {
        if (p->keys[i].fate == INB__ROLLOUT_KEY_WITH_TABLE) {
            inb__step step = {.kind = INB__STEP_ADD_FOREIGN_KEY, .next = i};
            inb__rollout_step(p, INB_CLASS_ADDITIVE, p->interim, step);
        }
    }
    inb__rollout_close(p);
}

/* ---- columns --------------------------------------------------------------------------------- */

/* "c" TYPE, nullable and without a default: what takes no time on a table of any size. */
static void column_add_bare(inb__rollout *p, uint32_t table, uint32_t column)
{
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_column_add_bare(
                         p->arena, p->tables[table].sql, inb__rollout_column_name(p, table, column),
                         inb__rollout_type(p, inb__rollout_mid(p, table, column))));
}

static void column_add(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__column *c = inb__rollout_mid(p, table, column);
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_column_add(p->arena, p->tables[table].sql,
                                                 inb__fragment_column(p->arena, p->mid, c)));
    inb__rollout_note_of(p, INB__SENTENCE_ADDS, c->name);
    inb__rollout_note_of(p, INB__SENTENCE_MAY_WRITE, c->name);
}

static void default_say(inb__rollout *p, uint32_t table, inb__str column,
                        const inb__fragment *value)
{
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_default_set(p->arena, p->tables[table].sql,
                                                  inb__rollout_ident(p, column), value));
}

static void column_add_sequence(inb__rollout *p, uint32_t table, const inb__column *c)
{
    const inb__fragment *name = inb__rollout_in_mid(
        p, table, inb__sequence_serial_name(p->arena, &p->to->tables[table], c));
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_sequence_create_typed(p->arena, name, inb__rollout_type(p, c),
                                                            p->tables[table].sql,
                                                            inb__rollout_ident(p, c->name)));
    default_say(p, table, c->name, inb__rollout_sql_nextval(p->arena, name));
}

/* New rows have the default at once, those that exist when they are backfilled. */
static void column_add_late(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__column *c = &p->to->tables[table].columns[column];
    const inb__fragment *value = inb__rollout_constant(p, c);
    column_add_bare(p, table, column);
    if (c->default_value.kind == INB__DEFAULT_SEQUENCE) {
        column_add_sequence(p, table, c);
    } else if (value) {
        default_say(p, table, c->name, value);
    }
    inb__rollout_note_of(p, INB__SENTENCE_ADDS_EMPTY, c->name);
    inb__rollout_note_of(p, INB__SENTENCE_MAY_WRITE, c->name);
}

/* A default that comes or changes: only rows to come have it. */
static void default_set(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__column *next = &p->to->tables[table].columns[column];
    const inb__fragment *value = inb__fragment_default(p->arena, p->to, next);
    if (value) {
        default_say(p, table, next->name, value);
        inb__rollout_note_of(p, INB__SENTENCE_SETS_DEFAULT, next->name);
        inb__rollout_note_of(p, INB__SENTENCE_MAY_NEED_DEFAULT, next->name);
    }
}

/* A column that keeps its rows gets a sequence. */
static bool sequence_comes(const inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    bool stays = c->mode == INB__ROLLOUT_IN_PLACE || c->mode == INB__ROLLOUT_KEEP;
    return stays && c->flags & INB__COLUMN_AUTOINCREMENT &&
           p->to->tables[table].columns[column].default_value.kind == INB__DEFAULT_SEQUENCE;
}

static void column_change(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    if (c->mode == INB__ROLLOUT_IN_PLACE) {
        inb__rollout_say(p, INB_CLASS_ADDITIVE,
                         inb__rollout_sql_type_set(
                             p->arena, p->tables[table].sql, inb__rollout_ident(p, c->interim),
                             inb__rollout_type(p, inb__rollout_mid(p, table, column))));
        inb__rollout_note_of(p, INB__SENTENCE_WIDENS, c->interim);
        inb__rollout_note_of(p, INB__SENTENCE_MAY_USE_RANGE, c->interim);
    }
    if (c->flags & INB__COLUMN_DEFAULT) {
        default_set(p, table, column);
    }
    if (sequence_comes(p, table, column)) {
        inb__rollout_sequence_default(p, table, column);
    }
}

static void column_expand(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    switch (c->mode) {
    case INB__ROLLOUT_ADD:
        column_add(p, table, column);
        break;
    case INB__ROLLOUT_ADD_LATE:
        column_add_late(p, table, column);
        break;
    case INB__ROLLOUT_REBUILD:
        column_add_bare(p, table, column);
        inb__rollout_note_of(p, INB__SENTENCE_ADDS_REPLACEMENT, c->interim, c->before);
        if (c->conversion == INB__ROLLOUT_NONE) {
            inb__rollout_note_types(p, INB__SENTENCE_DECIDE_CONVERSION, table, column);
        }
        break;
    case INB__ROLLOUT_IN_PLACE:
    case INB__ROLLOUT_KEEP:
        column_change(p, table, column);
    }
}

/* Who does not know a column any more cannot write it, and those who do know it go on reading it.
 */
static void columns_spare(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__table *prev = inb__rollout_prev_table(p, t);
    for (uint32_t i = 0; i < prev->n_columns; i++) {
        const inb__fragment *value = inb__rollout_column_hinders(t, prev, i)
                                         ? inb__rollout_column_neutral(p, t->pair->prev, i)
                                         : NULL;
        if (value) {
            default_say(p, table, prev->columns[i].name, value);
            inb__rollout_note_of(p, INB__SENTENCE_SETS_INTERIM_DEFAULT, prev->columns[i].name);
            inb__rollout_note_of(p, INB__SENTENCE_MAY_OMIT, prev->columns[i].name);
            inb__rollout_note_of(p, INB__SENTENCE_DECIDE_INTERIM_DEFAULT, prev->columns[i].name);
        }
    }
}

/* ---- indexes --------------------------------------------------------------------------------- */

static void indexes_build(inb__rollout *p, uint32_t table)
{
    const inb__table *t = &p->to->tables[table];
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        const inb__rollout_index *x = &p->tables[table].indexes[i];
        if (!x->build || x->late || x->after || t->indexes[i].unique) {
            continue;
        }
        inb__rollout_open(p, INB__ROLLOUT_EXPAND, "index", x->interim);
        inb__rollout_note(p, INB__SENTENCE_BUILDS_INDEX);
        inb__rollout_index_build(p, table, i);
        inb__rollout_close(p);
    }
}

void inb__rollout_expand(inb__rollout *p)
{
    enum_values_add(p);
    new_things_create(p);
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (!p->tables[i].pair) {
            continue;
        }
        /* One table a migration: two locks in one transaction can meet in a deadlock. */
        inb__rollout_open(p, INB__ROLLOUT_EXPAND, "columns", p->to->tables[i].name);
        /* The table is read before anything in this transaction locks it for all others. */
        for (uint32_t k = 0; k < p->to->tables[i].n_columns; k++) {
            if (sequence_comes(p, i, k)) {
                inb__rollout_sequence_create(p, i, k);
            }
        }
        for (uint32_t k = 0; k < p->to->tables[i].n_columns; k++) {
            column_expand(p, i, k);
        }
        columns_spare(p, i);
        inb__rollout_close(p);
        inb__rollout_table_view(p, i);
    }
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (p->tables[i].pair) {
            indexes_build(p, i);
        }
    }
}
