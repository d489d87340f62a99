/* The table of the native types: names in the catalogue and in SQL, modifiers and their ranges. */
#include "config.h"

#include "postgres/native_type.h"

#include <stdio.h>

static const struct {
    const char *sql, *serial;
    /* format_type(): the name, the name when no length is written, what follows the modifiers. */
    const char *format, *format_bare, *format_tail;
    int max_args;
    const char *label;
    const char *typname; /* pg_type's */
} natives[INB__NATIVES] = {
    [INB__NATIVE_NONE] = {"", NULL, "", NULL, "", 0, "", ""},
    [INB__NATIVE_SMALLINT] = {"SMALLINT", "SMALLSERIAL", "smallint", NULL, "", 0, "SmallInt",
                              "int2"},
    [INB__NATIVE_INTEGER] = {"INTEGER", "SERIAL", "integer", NULL, "", 0, "Integer", "int4"},
    [INB__NATIVE_BIGINT] = {"BIGINT", "BIGSERIAL", "bigint", NULL, "", 0, "BigInt", "int8"},
    [INB__NATIVE_DECIMAL] = {"DECIMAL", NULL, "numeric", NULL, "", 2, "Decimal", "numeric"},
    [INB__NATIVE_MONEY] = {"MONEY", NULL, "money", NULL, "", 0, "Money", "money"},
    [INB__NATIVE_INET] = {"INET", NULL, "inet", NULL, "", 0, "Inet", "inet"},
    [INB__NATIVE_OID] = {"OID", NULL, "oid", NULL, "", 0, "Oid", "oid"},
    [INB__NATIVE_CITEXT] = {"CITEXT", NULL, "citext", NULL, "", 0, "Citext", "citext"},
    [INB__NATIVE_REAL] = {"REAL", NULL, "real", NULL, "", 0, "Real", "float4"},
    [INB__NATIVE_DOUBLE_PRECISION] = {"DOUBLE PRECISION", NULL, "double precision", NULL, "", 0,
                                      "DoublePrecision", "float8"},
    [INB__NATIVE_VARCHAR] = {"VARCHAR", NULL, "character varying", NULL, "", 1, "VarChar",
                             "varchar"},
    [INB__NATIVE_CHAR] = {"CHAR", NULL, "character", "character(1)", "", 1, "Char", "bpchar"},
    [INB__NATIVE_TEXT] = {"TEXT", NULL, "text", NULL, "", 0, "Text", "text"},
    [INB__NATIVE_BYTEA] = {"BYTEA", NULL, "bytea", NULL, "", 0, "ByteA", "bytea"},
    [INB__NATIVE_TIMESTAMP] = {"TIMESTAMP", NULL, "timestamp", NULL, " without time zone", 1,
                               "Timestamp", "timestamp"},
    [INB__NATIVE_TIMESTAMPTZ] = {"TIMESTAMPTZ", NULL, "timestamp", NULL, " with time zone", 1,
                                 "Timestamptz", "timestamptz"},
    [INB__NATIVE_DATE] = {"DATE", NULL, "date", NULL, "", 0, "Date", "date"},
    [INB__NATIVE_TIME] = {"TIME", NULL, "time", NULL, " without time zone", 1, "Time", "time"},
    [INB__NATIVE_TIMETZ] = {"TIMETZ", NULL, "time", NULL, " with time zone", 1, "Timetz", "timetz"},
    [INB__NATIVE_BOOLEAN] = {"BOOLEAN", NULL, "boolean", NULL, "", 0, "Boolean", "bool"},
    [INB__NATIVE_BIT] = {"BIT", NULL, "bit", "bit(1)", "", 1, "Bit", "bit"},
    [INB__NATIVE_VARBIT] = {"VARBIT", NULL, "bit varying", NULL, "", 1, "VarBit", "varbit"},
    [INB__NATIVE_UUID] = {"UUID", NULL, "uuid", NULL, "", 0, "Uuid", "uuid"},
    [INB__NATIVE_XML] = {"XML", NULL, "xml", NULL, "", 0, "Xml", "xml"},
    [INB__NATIVE_JSON] = {"JSON", NULL, "json", NULL, "", 0, "Json", "json"},
    [INB__NATIVE_JSONB] = {"JSONB", NULL, "jsonb", NULL, "", 0, "JsonB", "jsonb"},
};

bool inb__native_eq(const inb__native_type *a, const inb__native_type *b)
{
    if (a->kind != b->kind || a->n_args != b->n_args) {
        return false;
    }
    for (int i = 0; i < a->n_args; i++) {
        if (a->args[i] != b->args[i]) {
            return false;
        }
    }
    return true;
}

int inb__native_max_args(inb__native kind)
{
    return natives[kind].max_args;
}

const char *inb__native_range_error(const inb__native_type *type)
{
    if (type->n_args == 0) {
        return NULL;
    }
    switch (type->kind) {
    case INB__NATIVE_DECIMAL:
        if (type->args[1] > type->args[0]) {
            return "the scale cannot be larger than the precision";
        }
        return type->args[0] < 1 || type->args[0] > 1000 ? "the precision goes from 1 to 1000"
                                                         : NULL;
    case INB__NATIVE_BIT:
    case INB__NATIVE_VARBIT:
        return type->args[0] == 0 ? "the length is at least 1" : NULL;
    case INB__NATIVE_TIMESTAMP:
    case INB__NATIVE_TIMESTAMPTZ:
    case INB__NATIVE_TIME:
    case INB__NATIVE_TIMETZ:
        return type->args[0] > 6 ? "the precision goes from 0 to 6" : NULL;
    default:
        return NULL;
    }
}

inb__native inb__native_of_typname(inb__str typname)
{
    for (int i = 1; i < INB__NATIVES; i++) {
        if (inb__str_is(typname, natives[i].typname)) {
            return (inb__native)i;
        }
    }
    return INB__NATIVE_NONE;
}

const char *inb__native_label(inb__native kind)
{
    return natives[kind].label;
}

void inb__native_sql(inb__buf *out, const inb__native_type *type)
{
    inb__buf_str(out, natives[type->kind].sql);
    for (int i = 0; i < type->n_args; i++) {
        inb__buf_printf(out, "%s%lld", i ? "," : "(", (long long)type->args[i]);
    }
    if (type->n_args) {
        inb__buf_char(out, ')');
    }
}

const char *inb__native_serial(inb__native kind)
{
    return natives[kind].serial;
}

void inb__native_format(char out[INB__NATIVE_FORMAT_SIZE], const inb__native_type *type)
{
    const char *name = natives[type->kind].format, *tail = natives[type->kind].format_tail;
    const char *bare = natives[type->kind].format_bare;
    if (type->n_args == 0) {
        snprintf(out, INB__NATIVE_FORMAT_SIZE, "%s%s", bare ? bare : name, tail);
    } else if (type->n_args == 1) {
        snprintf(out, INB__NATIVE_FORMAT_SIZE, "%s(%lld)%s", name, (long long)type->args[0], tail);
    } else {
        snprintf(out, INB__NATIVE_FORMAT_SIZE, "%s(%lld,%lld)%s", name, (long long)type->args[0],
                 (long long)type->args[1], tail);
    }
}
