/* The types of live columns, by their names in the catalog. */
#include "config.h"

#include "live/live_model.h"

#include <stdlib.h>

static const struct {
    const char *name; /* pg_type.typname */
    inb__native native;
} builtins[] = {
    {"int2", INB__NATIVE_SMALLINT},
    {"int4", INB__NATIVE_INTEGER},
    {"int8", INB__NATIVE_BIGINT},
    {"oid", INB__NATIVE_OID},
    {"float4", INB__NATIVE_REAL},
    {"float8", INB__NATIVE_DOUBLE_PRECISION},
    {"bool", INB__NATIVE_BOOLEAN},
    {"text", INB__NATIVE_TEXT},
    {"varchar", INB__NATIVE_VARCHAR},
    {"bpchar", INB__NATIVE_CHAR},
    {"char", INB__NATIVE_CHAR},
    {"date", INB__NATIVE_DATE},
    {"bytea", INB__NATIVE_BYTEA},
    {"json", INB__NATIVE_JSON},
    {"jsonb", INB__NATIVE_JSONB},
    {"uuid", INB__NATIVE_UUID},
    {"xml", INB__NATIVE_XML},
    {"bit", INB__NATIVE_BIT},
    {"varbit", INB__NATIVE_VARBIT},
    {"numeric", INB__NATIVE_DECIMAL},
    {"money", INB__NATIVE_MONEY},
    {"time", INB__NATIVE_TIME},
    {"timetz", INB__NATIVE_TIMETZ},
    {"timestamp", INB__NATIVE_TIMESTAMP},
    {"timestamptz", INB__NATIVE_TIMESTAMPTZ},
    {"inet", INB__NATIVE_INET},
};

/* The precision of a time that has none written. */
#define TIME_PRECISION 6

static inb__native native_find(const inb__fact_column *column)
{
    if (inb__str_is(column->type_name, "citext")) {
        return INB__NATIVE_CITEXT; /* in whatever schema the extension is */
    }
    for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
        if (inb__str_is(column->type_space, "pg_catalog") &&
            inb__str_is(column->type_name, builtins[i].name)) {
            return builtins[i].native;
        }
    }
    return INB__NATIVE_NONE;
}

static bool is_time(inb__native native)
{
    return native == INB__NATIVE_TIME || native == INB__NATIVE_TIMETZ ||
           native == INB__NATIVE_TIMESTAMP || native == INB__NATIVE_TIMESTAMPTZ;
}

/* The numbers between the parentheses of "numeric(10,2)"; false for what the language cannot say.
 */
static bool args_read(inb__native_type *type, inb__str text)
{
    const char *p = text.n ? memchr(text.p, '(', text.n) : NULL;
    while (p && *p != ')' && type->n_args < 2) {
        char *end;
        type->args[type->n_args++] = strtoll(p + 1, &end, 10);
        p = end;
    }
    for (int i = 0; i < type->n_args; i++) {
        if (type->args[i] < 0) {
            return false;
        }
    }
    return type->n_args <= inb__native_max_args(type->kind) && !inb__native_range_error(type);
}

static bool native_read(inb__native_type *out, const inb__fact_column *column)
{
    inb__native_type type = {.kind = native_find(column)};
    if (type.kind == INB__NATIVE_NONE || !args_read(&type, column->type_modified)) {
        return false;
    }
    if (is_time(type.kind) && type.n_args == 0 && !column->is_list) {
        type.n_args = 1;
        type.args[0] = TIME_PRECISION;
    }
    *out = type;
    return true;
}

static bool enum_find(uint32_t *out, const inb__live_model *model, const inb__fact_column *column)
{
    for (uint32_t i = 0; i < model->schema.n_enums; i++) {
        if (model->enums[i]->oid == column->type_oid) {
            *out = i;
            return true;
        }
    }
    return false;
}

/*
 * As Prisma writes it, its name in the catalog, where that is enough; else as SQL does: with its
 * modifiers, and with its schema where that is not searched. An array is one of its elements.
 */
static inb__str unsupported_name(const inb__live_model *model, const inb__fact_column *column)
{
    if (column->domain.n && column->is_list) {
        return column->domain;
    }
    inb__str text = column->type_modified;
    if (text.p) {
        return inb__str_ends(text, "[]") ? (inb__str){text.p, text.n - 2} : text;
    }
    bool searched = inb__str_is(column->type_space, "pg_catalog") ||
                    inb__str_eq(column->type_space, model->catalogue->default_space);
    return searched ? column->type_name : column->type_written;
}

inb__column_type inb__live_column_type(const inb__live_model *model, const inb__fact_column *column)
{
    inb__column_type type = {.kind = INB__COLUMN_NATIVE};
    if (native_read(&type.native, column)) {
        return type;
    }
    if (column->type_kind == 'e' && enum_find(&type.enumeration, model, column)) {
        type.kind = INB__COLUMN_ENUM;
        return type;
    }
    type.kind = INB__COLUMN_UNSUPPORTED;
    type.unsupported = unsupported_name(model, column);
    return type;
}
