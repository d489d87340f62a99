#include "config.h"

#include "schema/render.h"

/* ---- pieces
 * ----------------------------------------------------------------------------------------- */

void inb__render_space(inb__buf *out, const inb__schema *view, inb__str space)
{
    if (!view->default_space.p || !inb__str_eq(space, view->default_space)) {
        inb__quote_ident(out, space);
        inb__buf_char(out, '.');
    }
}

void inb__render_name(inb__buf *out, const inb__schema *view, inb__str space, inb__str name)
{
    inb__render_space(out, view, space);
    inb__quote_ident(out, name);
}

void inb__render_table(inb__buf *out, const inb__schema *view, const inb__schema *s, uint32_t table)
{
    const inb__table *t = &s->tables[table];
    inb__render_name(out, view, s->spaces[t->space], t->name);
}

void inb__render_type(inb__buf *out, const inb__schema *s, const inb__column *c, bool serial)
{
    const inb__column_type *t = &c->type;
    const char *name = NULL;
    switch (t->kind) {
    case INB__COLUMN_NATIVE:
        name = serial ? inb__native_serial(t->native.kind) : NULL;
        if (name) {
            inb__buf_str(out, name);
        } else {
            inb__native_sql(out, &t->native);
        }
        break;
    case INB__COLUMN_ENUM:
        inb__render_name(out, s, s->spaces[s->enums[t->enumeration].space],
                         s->enums[t->enumeration].name);
        break;
    case INB__COLUMN_UNSUPPORTED:
        inb__buf_add(out, t->unsupported.p, t->unsupported.n);
        break;
    }
    if (c->arity == INB__ARITY_LIST) {
        inb__buf_str(out, "[]");
    }
}

/* A fraction of a second without zeros at its end, filled up to thousandths, millionths or
 * billionths. */
static void fraction_render(inb__buf *out, inb__str digits)
{
    while (digits.n && digits.p[digits.n - 1] == '0') {
        digits.n--;
    }
    if (digits.n) {
        size_t width = (digits.n + 2) / 3 * 3;
        inb__buf_printf(out, ".%.*s", INB__STR_ARG(digits));
        inb__buf_fill(out, '0', width - digits.n);
    }
}

/* "2020-01-02T03:04:05.678+02:00": date, time and offset apart, the offset always in hours and
 * minutes. */
static void datetime_render(inb__buf *out, inb__str text)
{
    const size_t date = strlen("2020-01-02"), time = strlen("03:04:05");
    if (text.n <= date + 1 + time) {
        inb__quote_literal(out, text);
        return;
    }
    inb__str rest = {text.p + date + 1 + time, text.n - date - 1 - time};
    size_t digits = 0;
    if (rest.p[0] == '.') {
        while (1 + digits < rest.n && inb__is_digit(rest.p[1 + digits])) {
            digits++;
        }
    }
    size_t fraction = digits ? 1 + digits : 0;
    inb__str zone = {rest.p + fraction, rest.n - fraction};
    bool utc = zone.n < strlen("+00:00") || inb__str_is(zone, "-00:00");
    inb__buf_printf(out, "'%.*s %.*s", (int)date, text.p, (int)time, text.p + date + 1);
    fraction_render(out, (inb__str){rest.p + 1, digits});
    inb__buf_printf(out, " %.*s'", utc ? 6 : (int)zone.n, utc ? "+00:00" : zone.p);
}

static void value_render(inb__buf *out, const inb__value *v)
{
    switch (v->kind) {
    case INB__VALUE_INT:
    case INB__VALUE_BIGINT:
    case INB__VALUE_DECIMAL:
    case INB__VALUE_BOOLEAN:
        inb__buf_add(out, v->text.p, v->text.n);
        break;
    case INB__VALUE_BYTES:
        inb__quote_base64(out, v->text);
        break;
    case INB__VALUE_DATETIME:
        datetime_render(out, v->text);
        break;
    default:
        inb__quote_literal(out, v->text);
    }
}

bool inb__render_default(inb__buf *out, const inb__schema *s, const inb__column *c)
{
    const inb__default *d = &c->default_value;
    switch (d->kind) {
    case INB__DEFAULT_VALUE:
        value_render(out, &d->values[0]);
        return true;
    case INB__DEFAULT_LIST:
        inb__buf_str(out, "ARRAY[");
        for (size_t i = 0; i < d->n_values; i++) {
            inb__buf_str(out, i ? ", " : "");
            value_render(out, &d->values[i]);
        }
        inb__buf_str(out, "]::");
        inb__render_type(out, s, c, false);
        return true;
    case INB__DEFAULT_NOW:
        inb__buf_str(out, "CURRENT_TIMESTAMP");
        return true;
    case INB__DEFAULT_EXPRESSION:
        inb__buf_add(out, d->sql.p, d->sql.n);
        return true;
    default:
        return false;
    }
}

void inb__render_column(inb__buf *out, const inb__schema *s, const inb__column *c)
{
    inb__quote_ident(out, c->name);
    inb__buf_char(out, ' ');
    inb__render_type(out, s, c, c->default_value.kind == INB__DEFAULT_SEQUENCE);
    inb__buf_str(out, c->arity == INB__ARITY_REQUIRED ? " NOT NULL" : "");
    size_t before = out->length;
    inb__buf_str(out, " DEFAULT ");
    if (!inb__render_default(out, s, c)) {
        inb__buf_truncate(out, before);
    }
}

void inb__render_columns(inb__buf *out, const inb__table *t, const inb__index *x,
                         const char *separator)
{
    inb__buf_char(out, '(');
    for (size_t i = 0; i < x->n_columns; i++) {
        inb__buf_str(out, i ? separator : "");
        inb__quote_ident(out, t->columns[x->columns[i].column].name);
    }
    inb__buf_char(out, ')');
}

/* ---- steps
 * ------------------------------------------------------------------------------------------ */

static void create_space(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    inb__buf_str(out, "CREATE SCHEMA IF NOT EXISTS ");
    inb__quote_ident(out, d->to->spaces[s->next]);
}

static void drop_extension(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    inb__buf_str(out, "DROP EXTENSION ");
    inb__quote_ident(out, d->from->extensions[s->prev].name);
}

static void create_extension(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__extension *e = &d->to->extensions[s->next];
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

static void index_columns(inb__buf *out, const inb__table *t, const inb__index *x)
{
    inb__buf_char(out, '(');
    for (size_t i = 0; i < x->n_columns; i++) {
        const inb__index_column *c = &x->columns[i];
        inb__buf_str(out, i ? ", " : "");
        inb__quote_ident(out, t->columns[c->column].name);
        inb__buf_str(out, c->opclass.p ? " " : "");
        inb__buf_add(out, c->opclass.p, c->opclass.n);
        inb__buf_str(out, inb__sort_order_sql(c->sort));
    }
    inb__buf_char(out, ')');
}

void inb__render_index(inb__buf *out, const inb__schema *s, uint32_t table, uint32_t index,
                       const char *how)
{
    const inb__table *t = &s->tables[table];
    const inb__index *x = &t->indexes[index];
    inb__buf_printf(out, "CREATE %sINDEX %s", x->unique ? "UNIQUE " : "", how);
    inb__quote_ident(out, x->name);
    inb__buf_str(out, " ON ");
    inb__render_table(out, s, s, table);
    if (x->algorithm != INB__METHOD_BTREE) {
        inb__buf_printf(out, " USING %s ", inb__index_method_sql(x->algorithm));
    }
    index_columns(out, t, x);
    if (x->predicate.n) {
        bool enclosed = x->predicate.p[0] == '(' && x->predicate.p[x->predicate.n - 1] == ')';
        inb__buf_printf(out, enclosed ? " WHERE %.*s" : " WHERE (%.*s)",
                        INB__STR_ARG(x->predicate));
    }
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

static const struct {
    const char *name;
    void (*render)(inb__buf *out, const inb__steps *steps, const inb__step *step);
    bool is_list; /* it renders any number of statements, each with its semicolon */
} step_kinds[INB__STEPS] = {
    [INB__STEP_CREATE_SPACE] = {"CreateSchema", create_space, false},
    [INB__STEP_DROP_EXTENSION] = {"DropExtension", drop_extension, false},
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
