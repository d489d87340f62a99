#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- what is new altogether ------------------------------------------------------------------ */

/* New values first and alone: a server takes them into use only when they are committed. */
static void enum_values_add(inb__rollout *z)
{
    inb__rollout_open(z, INB__ROLLOUT_EXPAND, "enum_values", INB__STR(""));
    inb__rollout_about(z, "adds values to enums");
    for (size_t i = 0; i < z->steps->n; i++) {
        const inb__step *s = &z->steps->v[i];
        if (s->kind != INB__STEP_ALTER_ENUM || s->n_removed) {
            continue;
        }
        const inb__enum *e = &z->to->enums[s->next];
        for (size_t k = 0; k < s->n_added; k++) {
            inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TYPE %s ADD VALUE %s",
                             inb__rollout_in_space(z, z->to->spaces[e->space], e->name),
                             inb__rollout_literal(z, s->added[k]));
            inb__rollout_after(z, "a release may write \"%.*s\"", INB__STR_ARG(s->added[k]));
        }
    }
    inb__rollout_close(z);
}

static bool extension_is_dropped(const inb__rollout *z, inb__str name)
{
    for (size_t i = 0; i < z->steps->n; i++) {
        const inb__step *s = &z->steps->v[i];
        if (s->kind == INB__STEP_DROP_EXTENSION &&
            inb__str_eq(z->from->extensions[s->prev].name, name)) {
            return true;
        }
    }
    return false;
}

static void steps_say(inb__rollout *z, inb__step_kind kind)
{
    for (size_t i = 0; i < z->steps->n; i++) {
        const inb__step *s = &z->steps->v[i];
        bool replaced = kind == INB__STEP_CREATE_EXTENSION && s->kind == kind &&
                        extension_is_dropped(z, z->to->extensions[s->next].name);
        if (s->kind == kind && !replaced) {
            inb__rollout_say(z, INB_CLASS_ADDITIVE, "%s", inb__rollout_step(z, &z->interim, *s));
        }
    }
}

static void enums_rebuild(inb__rollout *z)
{
    for (uint32_t i = 0; i < z->to->n_enums; i++) {
        if (z->enum_rebuilt[i]) {
            inb__step step = {.kind = INB__STEP_CREATE_ENUM, .next = i};
            inb__rollout_say(z, INB_CLASS_ADDITIVE, "%s", inb__rollout_step(z, &z->interim, step));
        }
    }
}

/* Everything about a table that nobody knows yet happens at once: it is empty. */
static void table_create(inb__rollout *z, uint32_t table)
{
    inb__step step = {.kind = INB__STEP_CREATE_TABLE, .next = table};
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "%s", inb__rollout_step(z, &z->interim, step));
    for (uint32_t i = 0; i < z->to->tables[table].n_indexes; i++) {
        inb__step index = {.kind = INB__STEP_CREATE_INDEX, .next = i, .next_table = table};
        inb__rollout_say(z, INB_CLASS_ADDITIVE, "%s", inb__rollout_step(z, &z->interim, index));
    }
}

static void new_things_create(inb__rollout *z)
{
    inb__rollout_open(z, INB__ROLLOUT_EXPAND, "create", INB__STR(""));
    inb__rollout_about(z, "creates what nobody uses yet");
    inb__rollout_after(z, "a release may use it");
    steps_say(z, INB__STEP_CREATE_SPACE);
    steps_say(z, INB__STEP_CREATE_EXTENSION);
    steps_say(z, INB__STEP_CREATE_ENUM);
    enums_rebuild(z);
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (!z->tables[i].pair && !inb__diff_table_is_ignored(&z->to->tables[i])) {
            table_create(z, i);
        }
    }
    for (uint32_t i = 0; i < z->to->n_foreign_keys; i++) {
        if (z->keys[i].fate == INB__ROLLOUT_KEY_WITH_TABLE) {
            inb__step step = {.kind = INB__STEP_ADD_FOREIGN_KEY, .next = i};
            inb__rollout_say(z, INB_CLASS_ADDITIVE, "%s", inb__rollout_step(z, &z->interim, step));
        }
    }
    inb__rollout_close(z);
}

/* ---- columns --------------------------------------------------------------------------------- */

/* "c" TYPE, nullable and without a default: what takes no time on a table of any size. */
static void column_add_bare(inb__rollout *z, uint32_t table, uint32_t column)
{
    inb__column c = *inb__rollout_mid(z, table, column);
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s ADD COLUMN %s %s",
                     z->tables[table].name, inb__rollout_quote(z, c.name),
                     inb__rollout_type(z, &c));
}

static void column_add(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__column *c = inb__rollout_mid(z, table, column);
    size_t before = z->sql->length;
    inb__render_column(z->sql, &z->mid, c);
    const char *definition = inb__rollout_take(z, before);
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s ADD COLUMN %s", z->tables[table].name,
                     definition);
    inb__rollout_about(z, "adds \"%.*s\"", INB__STR_ARG(c->name));
    inb__rollout_after(z, "a release may write \"%.*s\"", INB__STR_ARG(c->name));
}

static void column_add_sequence(inb__rollout *z, uint32_t table, const inb__column *c)
{
    const char *owner = z->tables[table].name;
    const char *name = inb__rollout_in_mid(
        z, table, inb__sequence_serial_name(z->arena, &z->to->tables[table], c));
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "CREATE SEQUENCE %s AS %s OWNED BY %s.%s", name,
                     inb__rollout_type(z, c), owner, inb__rollout_quote(z, c->name));
    inb__rollout_say(z, INB_CLASS_ADDITIVE,
                     "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT nextval(%s)", owner,
                     inb__rollout_quote(z, c->name), inb__rollout_literal(z, inb__str_of(name)));
}

/* New rows have the default at once, those that exist when they are backfilled. */
static void column_add_late(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__column *c = &z->to->tables[table].columns[column];
    const char *value = inb__rollout_default(z, &z->mid, c);
    column_add_bare(z, table, column);
    if (c->default_value.kind == INB__DEFAULT_SEQUENCE) {
        column_add_sequence(z, table, c);
    } else if (value) {
        inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                         z->tables[table].name, inb__rollout_quote(z, c->name), value);
    }
    inb__rollout_about(z, "adds \"%.*s\", empty in the rows that exist", INB__STR_ARG(c->name));
    inb__rollout_after(z, "a release may write \"%.*s\"", INB__STR_ARG(c->name));
}

/* A default that comes or changes: only rows to come have it. */
static void default_set(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__column *next = &z->to->tables[table].columns[column];
    const char *value = inb__rollout_default(z, z->to, next);
    if (value) {
        inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                         z->tables[table].name, inb__rollout_quote(z, next->name), value);
        inb__rollout_about(z, "gives \"%.*s\" its default", INB__STR_ARG(next->name));
        inb__rollout_after(z, "a release may leave \"%.*s\" to its default",
                           INB__STR_ARG(next->name));
    }
}

void inb__rollout_sequence_begin(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__table *t = &z->to->tables[table];
    const inb__column *c = &t->columns[column];
    const inb__rollout_table *zt = &z->tables[table];
    const char *name;
    if (zt->renamed || zt->columns[column].renamed) {
        name = inb__rollout_in_mid(z, table, inb__sequence_serial_name(z->arena, t, c));
    } else {
        size_t before = z->sql->length;
        inb__sequence_new_name(z->sql, z->to, z->mid.spaces[z->mid.tables[table].space], t, c);
        name = inb__rollout_take(z, before);
    }
    const char *table_name = z->tables[table].name, *column_name = inb__rollout_quote(z, c->name);
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "CREATE SEQUENCE %s", name);
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER SEQUENCE %s OWNED BY %s.%s", name, table_name,
                     column_name);
    inb__rollout_opaque(z, INB_CLASS_ADDITIVE, "the sequence is new",
                        "SELECT setval(%s, max(%s)) FROM %s",
                        inb__rollout_literal(z, inb__str_of(name)), column_name, table_name);
    inb__rollout_say(z, INB_CLASS_ADDITIVE,
                     "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT nextval(%s)", table_name,
                     column_name, inb__rollout_literal(z, inb__str_of(name)));
    inb__rollout_about(z, "numbers \"%.*s\" from a sequence", INB__STR_ARG(c->name));
    inb__rollout_review(z,
                        "how far behind the highest number the sequence of \"%.*s\" begins: a "
                        "release that writes its own goes on meanwhile",
                        INB__STR_ARG(c->name));
    inb__rollout_after(z, "a release may leave \"%.*s\" to its default", INB__STR_ARG(c->name));
}

static void column_change(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &z->tables[table].columns[column];
    bool sequence =
        z->to->tables[table].columns[column].default_value.kind == INB__DEFAULT_SEQUENCE;
    if (c->mode == INB__ROLLOUT_IN_PLACE) {
        inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s ALTER COLUMN %s SET DATA TYPE %s",
                         z->tables[table].name, inb__rollout_quote(z, c->interim),
                         inb__rollout_type(z, inb__rollout_mid(z, table, column)));
        inb__rollout_about(z, "widens \"%.*s\" without a rewrite", INB__STR_ARG(c->interim));
        inb__rollout_after(z, "a release may use all of \"%.*s\"", INB__STR_ARG(c->interim));
    }
    if (c->flags & INB__COLUMN_DEFAULT) {
        default_set(z, table, column);
    }
    if (c->flags & INB__COLUMN_AUTOINCREMENT && sequence) {
        inb__rollout_sequence_begin(z, table, column);
    }
}

static void column_expand(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &z->tables[table].columns[column];
    switch (c->mode) {
    case INB__ROLLOUT_ADD:
        column_add(z, table, column);
        break;
    case INB__ROLLOUT_ADD_LATE:
        column_add_late(z, table, column);
        break;
    case INB__ROLLOUT_REBUILD:
        column_add_bare(z, table, column);
        inb__rollout_about(z, "adds \"%.*s\", which will take the place of \"%.*s\"",
                           INB__STR_ARG(c->interim), INB__STR_ARG(c->before));
        break;
    case INB__ROLLOUT_IN_PLACE:
    case INB__ROLLOUT_KEEP:
        column_change(z, table, column);
    }
}

/* Who does not know a column any more cannot write it, and those who do know it go on reading it.
 */
static void columns_spare(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__table *prev = inb__rollout_prev_table(z, t);
    for (uint32_t i = 0; i < prev->n_columns; i++) {
        const char *value = inb__rollout_column_hinders(t, prev, i)
                                ? inb__rollout_column_neutral(z, t->pair->prev, i)
                                : NULL;
        if (!value) {
            continue;
        }
        inb__str name = prev->columns[i].name;
        inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                         t->name, inb__rollout_quote(z, name), value);
        inb__rollout_about(z, "gives \"%.*s\" a default until it goes", INB__STR_ARG(name));
        inb__rollout_after(z, "a release may leave out \"%.*s\"", INB__STR_ARG(name));
        inb__rollout_review(
            z,
            "what a release that still reads \"%.*s\" finds in rows of one that does "
            "not know it: the value here is a guess",
            INB__STR_ARG(name));
    }
}

/* ---- indexes --------------------------------------------------------------------------------- */

static void indexes_build(inb__rollout *z, uint32_t table)
{
    const inb__table *t = &z->to->tables[table];
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        const inb__rollout_index *x = &z->tables[table].indexes[i];
        if (!x->build || x->late || x->after || t->indexes[i].unique) {
            continue;
        }
        inb__rollout_open(z, INB__ROLLOUT_EXPAND, "index", x->interim);
        inb__rollout_about(z, "builds an index while the table is written to");
        inb__rollout_build_index(z, table, i);
        inb__rollout_close(z);
    }
}

void inb__rollout_expand(inb__rollout *z)
{
    enum_values_add(z);
    new_things_create(z);
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (!z->tables[i].pair) {
            continue;
        }
        /* One table a migration: two locks in one transaction can meet in a deadlock. */
        inb__rollout_open(z, INB__ROLLOUT_EXPAND, "columns", z->to->tables[i].name);
        for (uint32_t k = 0; k < z->to->tables[i].n_columns; k++) {
            column_expand(z, i, k);
        }
        columns_spare(z, i);
        inb__rollout_close(z);
        inb__rollout_table_view(z, i);
    }
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].pair) {
            indexes_build(z, i);
        }
    }
}
