/* The pieces of SQL that several steps share: names, types, defaults, columns, indexes. */
#include "config.h"

#include "schema/render.h"

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
