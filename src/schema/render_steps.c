/* The steps of the differ as SQL, one kind a function. */
#include "config.h"

#include "schema/render.h"

static void create_space(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    inb__buf_str(out, "CREATE SCHEMA IF NOT EXISTS ");
    inb__quote_ident(out, d->to->spaces[s->next]);
}

/* The schema of an extension need not be one of the datasource, for which there are steps. */
static void extension_space_create(inb__buf *out, const inb__steps *d, inb__str space)
{
    bool there = !space.n || inb__str_starts(space, "pg_") ||
                 inb__str_eq(space, d->to->default_space) || inb__str_is(space, "public");
    for (size_t i = 0; i < d->to->n_spaces; i++) {
        there = there || inb__str_eq(d->to->spaces[i], space);
    }
    if (!there) {
        inb__buf_str(out, "CREATE SCHEMA IF NOT EXISTS ");
        inb__quote_ident(out, space);
        inb__buf_str(out, ";\n");
    }
}

static void alter_extension(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__extension *prev = &d->from->extensions[s->prev], *next = &d->to->extensions[s->next];
    bool moves = prev->schema.n && next->schema.n && !inb__str_eq(prev->schema, next->schema);
    bool updates = prev->version.n && next->version.n && !inb__str_eq(prev->version, next->version);
    if (moves) {
        extension_space_create(out, d, next->schema);
        inb__buf_str(out, "ALTER EXTENSION ");
        inb__quote_ident(out, next->name);
        inb__buf_str(out, " SET SCHEMA ");
        inb__quote_ident(out, next->schema);
        inb__buf_str(out, updates ? ";\n" : "");
    }
    if (updates) {
        inb__buf_str(out, "ALTER EXTENSION ");
        inb__quote_ident(out, next->name);
        inb__buf_str(out, " UPDATE TO ");
        inb__quote_ident(out, next->version);
    }
}

static void create_extension(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__extension *e = &d->to->extensions[s->next];
    extension_space_create(out, d, e->schema);
    inb__buf_str(out, "CREATE EXTENSION IF NOT EXISTS ");
    inb__quote_ident(out, e->name);
    inb__buf_str(out, e->schema.n || e->version.n ? " WITH" : "");
    if (e->schema.n) {
        inb__buf_str(out, " SCHEMA ");
        inb__quote_ident(out, e->schema);
    }
    if (e->version.n) {
        inb__buf_str(out, " VERSION ");
        inb__quote_ident(out, e->version);
    }
}

static void create_enum(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__enum *e = &d->to->enums[s->next];
    inb__buf_str(out, "CREATE TYPE ");
    inb__render_name(out, d->to, d->to->spaces[e->space], e->name);
    inb__buf_str(out, " AS ENUM (");
    for (size_t i = 0; i < e->n_values; i++) {
        inb__buf_str(out, i ? ", " : "");
        inb__quote_literal(out, e->values[i]);
    }
    inb__buf_str(out, ")");
}

static void drop_enum(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__enum *e = &d->from->enums[s->prev];
    inb__buf_str(out, "DROP TYPE ");
    inb__render_name(out, d->to, d->from->spaces[e->space], e->name);
}

static void drop_foreign_key(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    inb__buf_str(out, "ALTER TABLE ");
    inb__render_table(out, d->to, d->from, d->from->foreign_keys[s->prev].table);
    inb__buf_str(out, " DROP CONSTRAINT ");
    inb__quote_ident(out, d->from->foreign_keys[s->prev].name);
}

static void drop_index(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__table *t = &d->from->tables[s->prev_table];
    inb__buf_str(out, "DROP INDEX ");
    inb__render_name(out, d->to, d->from->spaces[t->space], t->indexes[s->prev].name);
}

static void drop_table(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    inb__buf_str(out, "DROP TABLE ");
    inb__render_table(out, d->to, d->from, s->prev);
}

static void create_table(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__table *t = &d->to->tables[s->next];
    inb__buf_str(out, "CREATE TABLE ");
    inb__render_table(out, d->to, d->to, s->next);
    inb__buf_str(out, " (\n");
    for (size_t i = 0; i < t->n_columns; i++) {
        inb__buf_str(out, i ? ",\n    " : "    ");
        inb__render_column(out, d->to, &t->columns[i]);
    }
    if (t->primary_key) {
        inb__buf_str(out, ",\n\n    CONSTRAINT ");
        inb__quote_ident(out, t->primary_key->name);
        inb__buf_str(out, " PRIMARY KEY ");
        inb__render_columns(out, t, t->primary_key, ",");
    }
    inb__buf_str(out, "\n)");
}

static void create_index(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    inb__render_index(out, d->to, s->next_table, s->next, "");
}

static void key_columns(inb__buf *out, const inb__table *t, const uint32_t *columns, size_t n)
{
    inb__buf_char(out, '(');
    for (size_t i = 0; i < n; i++) {
        inb__buf_str(out, i ? ", " : "");
        inb__quote_ident(out, t->columns[columns[i]].name);
    }
    inb__buf_char(out, ')');
}

static void add_foreign_key(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__foreign_key *f = &d->to->foreign_keys[s->next];
    inb__buf_str(out, "ALTER TABLE ");
    inb__render_table(out, d->to, d->to, f->table);
    inb__buf_str(out, " ADD CONSTRAINT ");
    inb__quote_ident(out, f->name);
    inb__buf_str(out, " FOREIGN KEY ");
    key_columns(out, &d->to->tables[f->table], f->columns, f->n_columns);
    inb__buf_str(out, " REFERENCES ");
    inb__render_table(out, d->to, d->to, f->references);
    key_columns(out, &d->to->tables[f->references], f->referenced, f->n_columns);
    inb__buf_printf(out, " ON DELETE %s ON UPDATE %s", inb__ref_action_sql(f->on_delete),
                    inb__ref_action_sql(f->on_update));
}

static void rename_foreign_key(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    inb__buf_str(out, "ALTER TABLE ");
    inb__render_table(out, d->to, d->to, d->to->foreign_keys[s->next].table);
    inb__buf_str(out, " RENAME CONSTRAINT ");
    inb__quote_ident(out, d->from->foreign_keys[s->prev].name);
    inb__buf_str(out, " TO ");
    inb__quote_ident(out, d->to->foreign_keys[s->next].name);
}

static void rename_index(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__table *prev = &d->from->tables[s->prev_table];
    const inb__table *next = &d->to->tables[s->next_table];
    inb__buf_str(out, "ALTER INDEX ");
    inb__render_name(out, d->to, d->to->spaces[next->space], prev->indexes[s->prev].name);
    inb__buf_str(out, " RENAME TO ");
    inb__quote_ident(out, next->indexes[s->next].name);
}

static void join_column_rename(inb__buf *out, const inb__steps *d, uint32_t table, const char *from,
                               const char *to)
{
    inb__buf_str(out, "ALTER TABLE ");
    inb__render_table(out, d->to, d->from, table);
    inb__buf_printf(out, " RENAME COLUMN \"%s\" TO \"%s\";\n", from, to);
}

static void join_constraint(inb__buf *out, const inb__steps *d, uint32_t table, const char *verb,
                            inb__str name)
{
    inb__buf_str(out, "ALTER TABLE ");
    inb__render_table(out, d->to, d->from, table);
    inb__buf_printf(out, " %s CONSTRAINT ", verb);
    inb__quote_ident(out, name);
}

/* Keys and indexes name columns, so they are dropped before and created after. */
static void join_objects_drop(inb__buf *out, const inb__steps *d, uint32_t table)
{
    const inb__table *t = &d->from->tables[table];
    for (uint32_t i = 0; i < d->from->n_foreign_keys; i++) {
        if (d->from->foreign_keys[i].table == table) {
            join_constraint(out, d, table, "DROP", d->from->foreign_keys[i].name);
            inb__buf_str(out, ";\n");
        }
    }
    for (size_t i = 0; i < t->n_indexes; i++) {
        inb__buf_str(out, "DROP INDEX ");
        inb__render_name(out, d->to, d->from->spaces[t->space], t->indexes[i].name);
        inb__buf_str(out, ";\n");
    }
    if (t->primary_key) {
        join_constraint(out, d, table, "DROP", t->primary_key->name);
        inb__buf_str(out, ";\n");
    }
}

static void join_objects_create(inb__buf *out, const inb__steps *d, uint32_t table)
{
    const inb__table *t = &d->from->tables[table];
    const inb__steps turned = {.from = d->from, .to = d->from};
    if (t->primary_key) {
        join_constraint(out, d, table, "ADD", t->primary_key->name);
        inb__buf_str(out, " PRIMARY KEY ");
        inb__render_columns(out, t, t->primary_key, ", ");
        inb__buf_str(out, ";\n");
    }
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        inb__render_index(out, d->from, table, i, "");
        inb__buf_str(out, ";\n");
    }
    for (uint32_t i = 0; i < d->from->n_foreign_keys; i++) {
        if (d->from->foreign_keys[i].table == table) {
            add_foreign_key(out, &turned, &(inb__step){.next = i});
            inb__buf_str(out, ";\n");
        }
    }
}

static void turn_join(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    join_objects_drop(out, d, s->prev_table);
    join_column_rename(out, d, s->prev_table, "A", "A_turning");
    join_column_rename(out, d, s->prev_table, "B", "A");
    join_column_rename(out, d, s->prev_table, "A_turning", "B");
    join_objects_create(out, d, s->prev_table);
}

static const struct {
    const char *name;
    void (*render)(inb__buf *out, const inb__steps *steps, const inb__step *step);
    bool is_list; /* it renders any number of statements, each with its semicolon */
} step_kinds[INB__STEPS] = {
    [INB__STEP_TURN_JOIN] = {"TurnJoinTable", turn_join, true},
    [INB__STEP_CREATE_SPACE] = {"CreateSchema", create_space, false},
    [INB__STEP_ALTER_EXTENSION] = {"AlterExtension", alter_extension, false},
    [INB__STEP_CREATE_EXTENSION] = {"CreateExtension", create_extension, false},
    [INB__STEP_CREATE_ENUM] = {"CreateEnum", create_enum, false},
    [INB__STEP_ALTER_ENUM] = {"AlterEnum", inb__render_alter_enum, true},
    [INB__STEP_DROP_FOREIGN_KEY] = {"DropForeignKey", drop_foreign_key, false},
    [INB__STEP_DROP_INDEX] = {"DropIndex", drop_index, false},
    [INB__STEP_ALTER_TABLE] = {"AlterTable", inb__render_alter_table, true},
    [INB__STEP_DROP_TABLE] = {"DropTable", drop_table, false},
    [INB__STEP_DROP_ENUM] = {"DropEnum", drop_enum, false},
    [INB__STEP_CREATE_TABLE] = {"CreateTable", create_table, false},
    [INB__STEP_CREATE_INDEX] = {"CreateIndex", create_index, false},
    [INB__STEP_RENAME_FOREIGN_KEY] = {"RenameForeignKey", rename_foreign_key, false},
    [INB__STEP_ADD_FOREIGN_KEY] = {"AddForeignKey", add_foreign_key, false},
    [INB__STEP_RENAME_INDEX] = {"RenameIndex", rename_index, false},
};

const char *inb__render_step_name(inb__step_kind kind)
{
    return step_kinds[kind].name;
}

void inb__render_step(inb__buf *out, const inb__steps *steps, const inb__step *step)
{
    step_kinds[step->kind].render(out, steps, step);
    inb__buf_str(out, step_kinds[step->kind].is_list ? "" : ";\n");
}

void inb__render_statement(inb__buf *out, const inb__steps *steps, const inb__step *step)
{
    step_kinds[step->kind].render(out, steps, step);
}

void inb__render_steps(inb__buf *out, const inb__steps *steps)
{
    for (size_t i = 0; i < steps->n; i++) {
        const inb__step *step = &steps->v[i];
        inb__buf_str(out, i ? "\n-- " : "-- ");
        inb__buf_str(out, inb__render_step_name(step->kind));
        inb__buf_char(out, '\n');
        inb__render_step(out, steps, step);
    }
    if (!steps->n) {
        inb__buf_str(out, "-- This is an empty migration.\n");
    }
}
