/* The empty model, and a model printed line by line. */
#include "config.h"

#include "schema/model.h"

#include "postgres/quote.h"

void inb__schema_empty(inb__schema *out)
{
    *out = (inb__schema){0};
}

static const char *const value_kinds[] = {
    [INB__VALUE_STRING] = "string",   [INB__VALUE_INT] = "int",
    [INB__VALUE_BIGINT] = "bigint",   [INB__VALUE_DECIMAL] = "decimal",
    [INB__VALUE_BOOLEAN] = "boolean", [INB__VALUE_ENUM] = "enum",
    [INB__VALUE_JSON] = "json",       [INB__VALUE_DATETIME] = "datetime",
    [INB__VALUE_BYTES] = "bytes",
};

static void name_print(inb__buf *out, const char *before, inb__str name)
{
    inb__buf_str(out, before);
    inb__quote_ident(out, name);
}

static void default_print(inb__buf *out, const inb__default *d)
{
    static const char *const kinds[] = {
        [INB__DEFAULT_NONE] = "",
        [INB__DEFAULT_VALUE] = " default value",
        [INB__DEFAULT_LIST] = " default list",
        [INB__DEFAULT_NOW] = " default now",
        [INB__DEFAULT_SEQUENCE] = " default sequence",
        [INB__DEFAULT_EXPRESSION] = " default expression",
        [INB__DEFAULT_UNKNOWN] = " default unknown",
    };
    inb__buf_str(out, kinds[d->kind]);
    for (size_t i = 0; i < d->n_values; i++) {
        inb__buf_printf(out, "%s %s ", i ? "," : "", value_kinds[d->values[i].kind]);
        inb__quote_literal(out, d->values[i].text);
    }
    if (d->sql.n) {
        inb__buf_char(out, ' ');
        inb__quote_literal(out, d->sql);
    }
}

static void column_print(inb__buf *out, const inb__schema *s, const inb__column *c)
{
    name_print(out, "  column ", c->name);
    inb__buf_char(out, ' ');
    if (c->type.kind == INB__COLUMN_ENUM) {
        const inb__enum *e = &s->enums[c->type.enumeration];
        name_print(out, "enum ", s->spaces[e->space]);
        inb__buf_char(out, '.');
    }
    inb__column_type_name(out, s, c);
    inb__buf_str(out, c->arity == INB__ARITY_REQUIRED ? " required" : "");
    default_print(out, &c->default_value);
    inb__buf_str(out, c->client_default ? " filled by the client\n" : "\n");
}

static void index_print(inb__buf *out, const inb__table *t, const inb__index *x, const char *what)
{
    static const char *const sorts[] = {
        [INB__SORT_NONE] = "", [INB__SORT_ASC] = " asc", [INB__SORT_DESC] = " desc"};
    name_print(out, what, x->name);
    inb__buf_printf(out, "%s %s (", x->unique ? " unique" : "",
                    inb__index_method_sql(x->algorithm));
    for (size_t i = 0; i < x->n_columns; i++) {
        const inb__index_column *c = &x->columns[i];
        name_print(out, i ? ", " : "", t->columns[c->column].name);
        inb__buf_printf(out, "%s%.*s%s", c->opclass.n ? " " : "", INB__STR_ARG(c->opclass),
                        sorts[c->sort]);
    }
    inb__buf_char(out, ')');
    if (x->predicate.n) {
        inb__buf_str(out, " where ");
        inb__quote_literal(out, x->predicate);
    }
    inb__buf_char(out, '\n');
}

static void table_print(inb__buf *out, const inb__schema *s, const inb__table *t)
{
    name_print(out, "table ", s->spaces[t->space]);
    name_print(out, ".", t->name);
    inb__buf_str(out, t->is_join ? " join\n" : "\n");
    for (size_t i = 0; i < t->n_columns; i++) {
        column_print(out, s, &t->columns[i]);
    }
    if (t->primary_key) {
        index_print(out, t, t->primary_key, "  primary key ");
    }
    for (size_t i = 0; i < t->n_indexes; i++) {
        index_print(out, t, &t->indexes[i], "  index ");
    }
}

static void columns_print(inb__buf *out, const inb__table *t, const uint32_t *columns, size_t n)
{
    inb__buf_str(out, " (");
    for (size_t i = 0; i < n; i++) {
        name_print(out, i ? ", " : "", t->columns[columns[i]].name);
    }
    inb__buf_char(out, ')');
}

static void foreign_key_print(inb__buf *out, const inb__schema *s, const inb__foreign_key *f)
{
    const inb__table *t = &s->tables[f->table], *r = &s->tables[f->references];
    name_print(out, "foreign key ", f->name);
    name_print(out, " of ", s->spaces[t->space]);
    name_print(out, ".", t->name);
    columns_print(out, t, f->columns, f->n_columns);
    name_print(out, " to ", s->spaces[r->space]);
    name_print(out, ".", r->name);
    columns_print(out, r, f->referenced, f->n_columns);
    inb__buf_printf(out, " on delete %s on update %s\n", inb__ref_action_sql(f->on_delete),
                    inb__ref_action_sql(f->on_update));
}

static void head_print(inb__buf *out, const inb__schema *s)
{
    for (size_t i = 0; i < s->n_spaces; i++) {
        name_print(out, "schema ", s->spaces[i]);
        bool is_default = s->default_space.p && inb__str_eq(s->default_space, s->spaces[i]);
        inb__buf_str(out, is_default ? " default\n" : "\n");
    }
    for (size_t i = 0; i < s->n_extensions; i++) {
        const inb__extension *e = &s->extensions[i];
        name_print(out, "extension ", e->name);
        name_print(out, " schema ", e->schema);
        name_print(out, " version ", e->version);
        inb__buf_char(out, '\n');
    }
    for (size_t i = 0; i < s->n_enums; i++) {
        const inb__enum *e = &s->enums[i];
        name_print(out, "enum ", s->spaces[e->space]);
        name_print(out, ".", e->name);
        for (size_t v = 0; v < e->n_values; v++) {
            inb__buf_str(out, v ? ", " : " ");
            inb__quote_literal(out, e->values[v]);
        }
        inb__buf_char(out, '\n');
    }
}

void inb__schema_print(const inb__schema *schema, inb__buf *out)
{
    head_print(out, schema);
    for (size_t i = 0; i < schema->n_tables; i++) {
        table_print(out, schema, &schema->tables[i]);
    }
    for (size_t i = 0; i < schema->n_foreign_keys; i++) {
        foreign_key_print(out, schema, &schema->foreign_keys[i]);
    }
}
