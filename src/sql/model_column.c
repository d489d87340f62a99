/* From a column of a history to one of the relational model: its type under enums and domains. */
#include "config.h"

#include "sql/model_column.h"

#include "sql/model_default.h"

#define TIME_DIGITS 6 /* of a time without a precision */
#define DOMAIN_DEPTH 16

/* The number of an enum in the model; INB__SCHEMA_NONE where it is not in it. */
static uint32_t enum_find(const inb__schema *schema, const inb__sql_enum *e)
{
    for (uint32_t i = 0; e && i < schema->n_enums; i++) {
        const inb__enum *known = &schema->enums[i];
        if (inb__str_eq(known->name, e->name.name) &&
            inb__str_eq(schema->spaces[known->space], e->name.schema)) {
            return i;
        }
    }
    return INB__SCHEMA_NONE;
}

/* What stands between the parentheses: at most two numbers. */
static void args_read(inb__native_type *type, inb__str text)
{
    for (size_t i = 0; i < text.n && type->n_args < 2; i++) {
        int64_t n = 0;
        while (i < text.n && inb__is_digit(text.p[i]) && n < INT32_MAX) {
            n = n * 10 + (text.p[i++] - '0');
        }
        type->args[type->n_args++] = n;
    }
}

/* A precision that is not written is the server's own. */
static void args_complete(inb__native_type *type, bool list)
{
    switch (type->kind) {
    case INB__NATIVE_TIMESTAMP:
    case INB__NATIVE_TIMESTAMPTZ:
    case INB__NATIVE_TIME:
    case INB__NATIVE_TIMETZ:
        if (!list && !type->n_args) {
            type->args[type->n_args++] = TIME_DIGITS;
        }
        break;
    case INB__NATIVE_DECIMAL:
        if (type->n_args == 1) {
            type->args[type->n_args++] = 0;
        }
        break;
    default:
        break;
    }
}

/* The last part of a name with its schema. */
static inb__str bare_name(inb__str type)
{
    const char *dot = type.n ? memrchr(type.p, '.', type.n) : NULL;
    return dot ? (inb__str){dot + 1, type.n - (size_t)(dot + 1 - type.p)} : type;
}

/* Under its domains, as far as the migrations made those. */
static inb__str under_domains(const inb__catalog *c, inb__str type, bool *not_null)
{
    const inb__domain *d = inb__catalog_domain_of_type(c, type);
    for (int depth = 0; d && depth < DOMAIN_DEPTH; depth++) {
        *not_null |= d->not_null;
        type = d->base;
        d = inb__catalog_domain_of_type(c, type);
    }
    return type;
}

static void type_read(const inb__catalog *c, const inb__schema *schema, inb__column *column,
                      inb__str text)
{
    bool list = column->arity == INB__ARITY_LIST;
    inb__column_type *type = &column->type;
    const char *open = text.n ? memchr(text.p, '(', text.n) : NULL;
    inb__str base = {text.p, open ? (size_t)(open - text.p) : text.n};
    type->enumeration = enum_find(schema, inb__catalog_enum_of_type(c, base));
    type->native.kind = type->enumeration == INB__SCHEMA_NONE
                            ? inb__native_of_typname(bare_name(base))
                            : INB__NATIVE_NONE;
    if (type->enumeration != INB__SCHEMA_NONE) {
        type->kind = INB__COLUMN_ENUM;
    } else if (type->native.kind != INB__NATIVE_NONE) {
        type->kind = INB__COLUMN_NATIVE;
        type->enumeration = 0;
        if (open) {
            args_read(&type->native, (inb__str){open + 1, text.n - base.n - 1});
        }
        args_complete(&type->native, list);
    } else {
        type->kind = INB__COLUMN_UNSUPPORTED;
        type->unsupported = inb__str_is(base, "char") ? base : bare_name(base);
        type->enumeration = 0;
    }
    if (inb__str_is(base, "char")) { /* "char" in quotes, a type of one byte */
        type->kind = INB__COLUMN_NATIVE;
        type->native.kind = INB__NATIVE_CHAR;
    }
}

inb__column inb__model_column(inb__arena *arena, const inb__catalog *c, const inb__schema *schema,
                              const inb__sql_column *from)
{
    inb__column column = {.name = from->name};
    bool not_null = from->not_null;
    inb__str type = under_domains(c, from->type, &not_null);
    bool list = inb__str_ends(type, "[]");
    type.n -= list ? 2 : 0;
    column.arity = list ? INB__ARITY_LIST : not_null ? INB__ARITY_REQUIRED : INB__ARITY_OPTIONAL;
    type_read(c, schema, &column, type);
    bool lost = from->fallback.kind == INB__SQL_DEFAULT_SEQUENCE &&
                !inb__catalog_relation_is_there(c, from->fallback.sequence);
    if (!lost) {
        column.default_value = inb__model_default(arena, &from->fallback, &column);
    }
    if (from->identity) {
        column.default_value.sql = INB__STR(""); /* no statement names what goes with the column */
    }
    return column;
}
