#include "config.h"

#include "psl/types.h"

static const char *const scalar_names[INB_DM_SCALARS] = {
    [INB_DM_STRING] = "String",     [INB_DM_BOOLEAN] = "Boolean", [INB_DM_INT] = "Int",
    [INB_DM_BIGINT] = "BigInt",     [INB_DM_FLOAT] = "Float",     [INB_DM_DECIMAL] = "Decimal",
    [INB_DM_DATETIME] = "DateTime", [INB_DM_JSON] = "Json",       [INB_DM_BYTES] = "Bytes",
};

int inb__scalar_find(inb__str name)
{
    for (int i = 0; i < INB_DM_SCALARS; i++) {
        if (inb__str_is(name, scalar_names[i])) {
            return i;
        }
    }
    return -1;
}

const char *inb__dm_scalar_name(inb__dm_scalar scalar)
{
    return scalar_names[scalar];
}

/* ---- native types ---------------------------------------------------------------------------- */

static const inb__native_info natives[INB_DM_NATIVES] = {
    [INB_DM_NATIVE_SMALLINT] = {"SmallInt", INB_DM_INT, 0},
    [INB_DM_NATIVE_INTEGER] = {"Integer", INB_DM_INT, 0},
    [INB_DM_NATIVE_BIGINT] = {"BigInt", INB_DM_BIGINT, 0},
    [INB_DM_NATIVE_DECIMAL] = {"Decimal", INB_DM_DECIMAL, 2},
    [INB_DM_NATIVE_MONEY] = {"Money", INB_DM_DECIMAL, 0},
    [INB_DM_NATIVE_INET] = {"Inet", INB_DM_STRING, 0},
    [INB_DM_NATIVE_OID] = {"Oid", INB_DM_INT, 0},
    [INB_DM_NATIVE_CITEXT] = {"Citext", INB_DM_STRING, 0},
    [INB_DM_NATIVE_REAL] = {"Real", INB_DM_FLOAT, 0},
    [INB_DM_NATIVE_DOUBLE_PRECISION] = {"DoublePrecision", INB_DM_FLOAT, 0},
    [INB_DM_NATIVE_VARCHAR] = {"VarChar", INB_DM_STRING, 1},
    [INB_DM_NATIVE_CHAR] = {"Char", INB_DM_STRING, 1},
    [INB_DM_NATIVE_TEXT] = {"Text", INB_DM_STRING, 0},
    [INB_DM_NATIVE_BYTEA] = {"ByteA", INB_DM_BYTES, 0},
    [INB_DM_NATIVE_TIMESTAMP] = {"Timestamp", INB_DM_DATETIME, 1},
    [INB_DM_NATIVE_TIMESTAMPTZ] = {"Timestamptz", INB_DM_DATETIME, 1},
    [INB_DM_NATIVE_DATE] = {"Date", INB_DM_DATETIME, 0},
    [INB_DM_NATIVE_TIME] = {"Time", INB_DM_DATETIME, 1},
    [INB_DM_NATIVE_TIMETZ] = {"Timetz", INB_DM_DATETIME, 1},
    [INB_DM_NATIVE_BOOLEAN] = {"Boolean", INB_DM_BOOLEAN, 0},
    [INB_DM_NATIVE_BIT] = {"Bit", INB_DM_STRING, 1},
    [INB_DM_NATIVE_VARBIT] = {"VarBit", INB_DM_STRING, 1},
    [INB_DM_NATIVE_UUID] = {"Uuid", INB_DM_STRING, 0},
    [INB_DM_NATIVE_XML] = {"Xml", INB_DM_STRING, 0},
    [INB_DM_NATIVE_JSON] = {"Json", INB_DM_JSON, 0},
    [INB_DM_NATIVE_JSONB] = {"JsonB", INB_DM_JSON, 0},
};

inb__dm_native inb__native_find(inb__str name)
{
    for (int i = INB_DM_NATIVE_NONE + 1; i < INB_DM_NATIVES; i++) {
        if (inb__str_is(name, natives[i].name)) {
            return (inb__dm_native)i;
        }
    }
    return INB_DM_NATIVE_NONE;
}

const inb__native_info *inb__native_info_of(inb__dm_native kind)
{
    return &natives[kind];
}

const char *inb__dm_native_name(inb__dm_native kind)
{
    return natives[kind].name ? natives[kind].name : "";
}

inb__dm_native_type inb__dm_native_default(inb__dm_scalar scalar)
{
    static const inb__dm_native_type defaults[INB_DM_SCALARS] = {
        [INB_DM_STRING] = {INB_DM_NATIVE_TEXT, 0, {0}},
        [INB_DM_BOOLEAN] = {INB_DM_NATIVE_BOOLEAN, 0, {0}},
        [INB_DM_INT] = {INB_DM_NATIVE_INTEGER, 0, {0}},
        [INB_DM_BIGINT] = {INB_DM_NATIVE_BIGINT, 0, {0}},
        [INB_DM_FLOAT] = {INB_DM_NATIVE_DOUBLE_PRECISION, 0, {0}},
        [INB_DM_DECIMAL] = {INB_DM_NATIVE_DECIMAL, 2, {65, 30}},
        [INB_DM_DATETIME] = {INB_DM_NATIVE_TIMESTAMP, 1, {3}},
        [INB_DM_JSON] = {INB_DM_NATIVE_JSONB, 0, {0}},
        [INB_DM_BYTES] = {INB_DM_NATIVE_BYTEA, 0, {0}},
    };
    return defaults[scalar];
}

/* What Prisma stores as an unsigned number of 32 bits. */
static bool argument_parse(inb__str text, int64_t *out)
{
    uint64_t n = 0;
    size_t i = text.n && text.p[0] == '+';
    if (i == text.n) {
        return false;
    }
    for (; i < text.n; i++) {
        if (!inb__is_digit(text.p[i])) {
            return false;
        }
        n = n * 10 + (uint64_t)(text.p[i] - '0');
        if (n > UINT32_MAX) {
            return false;
        }
    }
    *out = (int64_t)n;
    return true;
}

bool inb__native_parse(inb__dm_native_type *out, inb__dm_native kind, const inb__str *args,
                       size_t n)
{
    inb__dm_native_type type = {.kind = kind};
    size_t max = (size_t)natives[kind].max_args;
    if (max == 0) {
        *out = type;
        return true;
    }
    if (n != 0 && n != max) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!argument_parse(args[i], &type.args[i])) {
            return false;
        }
    }
    type.n_args = (int)n;
    *out = type;
    return true;
}

const char *inb__native_range_error(const inb__dm_native_type *type)
{
    if (type->n_args == 0) {
        return NULL;
    }
    switch (type->kind) {
    case INB_DM_NATIVE_DECIMAL:
        if (type->args[1] > type->args[0]) {
            return "the scale cannot be larger than the precision";
        }
        return type->args[0] < 1 || type->args[0] > 1000 ? "the precision goes from 1 to 1000"
                                                         : NULL;
    case INB_DM_NATIVE_BIT:
    case INB_DM_NATIVE_VARBIT:
        return type->args[0] == 0 ? "the length is at least 1" : NULL;
    case INB_DM_NATIVE_TIMESTAMP:
    case INB_DM_NATIVE_TIMESTAMPTZ:
    case INB_DM_NATIVE_TIME:
    case INB_DM_NATIVE_TIMETZ:
        return type->args[0] > 6 ? "the precision goes from 0 to 6" : NULL;
    default:
        return NULL;
    }
}
