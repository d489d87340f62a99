/* Literals by the type of their column: what a text is in a number's column, a date's, an enum's.
 */
#include "config.h"

#include "sql/model_default.h"

#include "schema/decimal.h"
#include "sql/written_default.h"

/* Of what kind a value of each type is; of the others a text. */
static const struct {
    inb__native native;
    inb__value_kind kind;
} value_kinds[] = {
    {INB__NATIVE_SMALLINT, INB__VALUE_INT},
    {INB__NATIVE_INTEGER, INB__VALUE_INT},
    {INB__NATIVE_OID, INB__VALUE_INT},
    {INB__NATIVE_BIGINT, INB__VALUE_BIGINT},
    {INB__NATIVE_REAL, INB__VALUE_DECIMAL},
    {INB__NATIVE_DOUBLE_PRECISION, INB__VALUE_DECIMAL},
    {INB__NATIVE_DECIMAL, INB__VALUE_DECIMAL},
    {INB__NATIVE_MONEY, INB__VALUE_DECIMAL},
    {INB__NATIVE_BOOLEAN, INB__VALUE_BOOLEAN},
    {INB__NATIVE_JSON, INB__VALUE_JSON},
    {INB__NATIVE_JSONB, INB__VALUE_JSON},
    {INB__NATIVE_BYTEA, INB__VALUE_BYTES},
    {INB__NATIVE_TIMESTAMP, INB__VALUE_DATETIME},
    {INB__NATIVE_TIMESTAMPTZ, INB__VALUE_DATETIME},
    {INB__NATIVE_DATE, INB__VALUE_DATETIME},
    {INB__NATIVE_TIME, INB__VALUE_DATETIME},
    {INB__NATIVE_TIMETZ, INB__VALUE_DATETIME},
};

static inb__value_kind value_kind(const inb__column *column)
{
    if (column->type.kind == INB__COLUMN_ENUM) {
        return INB__VALUE_ENUM;
    }
    for (size_t i = 0; i < sizeof(value_kinds) / sizeof(value_kinds[0]); i++) {
        if (column->type.native.kind == value_kinds[i].native) {
            return value_kinds[i].kind;
        }
    }
    return INB__VALUE_STRING;
}

static bool boolean_of(inb__str *out, inb__str text)
{
    static const char *const yes[] = {"true", "t", "yes", "y", "on", "1"};
    static const char *const no[] = {"false", "f", "no", "n", "off", "0"};
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (inb__ascii_eq_nocase(text, inb__str_of(yes[i])) ||
            inb__ascii_eq_nocase(text, inb__str_of(no[i]))) {
            bool is = inb__ascii_eq_nocase(text, inb__str_of(yes[i]));
            *out = is ? INB__STR("true") : INB__STR("false");
            return true;
        }
    }
    return false;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;
    return inb__is_digit(c) ? c - '0' : at ? (int)(at - digits) : -1;
}

/* The bytes of '\x0a0b', and of a text without backslashes; false for another form. */
static bool bytes_of(inb__arena *arena, inb__str *out, inb__str text)
{
    if (!inb__str_starts(text, "\\x")) {
        *out = text;
        return text.n == 0 || !memchr(text.p, '\\', text.n);
    }
    size_t n = text.n / 2 - 1;
    char *to = inb__arena_alloc(arena, n + 1);
    for (size_t i = 0; i < n; i++) {
        int high = hex_digit(text.p[2 + 2 * i]), low = hex_digit(text.p[3 + 2 * i]);
        if (high < 0 || low < 0) {
            return false;
        }
        to[i] = (char)(high << 4 | low);
    }
    *out = (inb__str){to, n};
    return text.n % 2 == 0;
}

static bool base64_of(inb__arena *arena, inb__str *out, inb__str text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    inb__str bytes;
    if (!bytes_of(arena, &bytes, text)) {
        return false;
    }
    size_t length = 0;
    char *to = inb__arena_alloc(arena, (bytes.n + 2) / 3 * 4 + 1);
    for (size_t i = 0; i < bytes.n; i += 3) {
        uint32_t bits = 0;
        for (size_t k = i; k < i + 3; k++) {
            bits = bits << 8 | (k < bytes.n ? (unsigned char)bytes.p[k] : 0);
        }
        for (size_t k = 0; k < 4; k++) {
            to[length++] = i + k > bytes.n ? '=' : letters[bits >> (18 - 6 * k) & 63];
        }
    }
    *out = (inb__str){to, length};
    return true;
}

/* A literal as a value of the column's type; false where it is none. */
static bool value_of(inb__arena *arena, inb__value *out, const inb__column *column,
                     inb__sql_default_kind written, inb__str text)
{
    out->kind = value_kind(column);
    out->text = text;
    switch (out->kind) {
    case INB__VALUE_INT:
    case INB__VALUE_BIGINT:
    case INB__VALUE_DECIMAL:
        return written != INB__SQL_DEFAULT_BOOLEAN && inb__decimal_plain(&out->text, arena, text);
    case INB__VALUE_BOOLEAN:
        return written != INB__SQL_DEFAULT_NUMBER && boolean_of(&out->text, text);
    case INB__VALUE_BYTES:
        return base64_of(arena, &out->text, text);
    case INB__VALUE_STRING:
        return written == INB__SQL_DEFAULT_TEXT || written == INB__SQL_DEFAULT_BITS;
    default:
        return written == INB__SQL_DEFAULT_TEXT;
    }
}

/* A literal that is no value of the schema language, as SQL has it. */
static inb__str literal_sql(inb__arena *arena, const inb__sql_default *from)
{
    if (from->kind != INB__SQL_DEFAULT_TEXT && from->kind != INB__SQL_DEFAULT_BITS) {
        return from->text;
    }
    const char *prefix = from->kind == INB__SQL_DEFAULT_BITS ? "B" : "";
    char *text = inb__arena_alloc(arena, 2 * from->text.n + 4), *to = stpcpy(text, prefix);
    inb__str inside = from->text;
    *to++ = '\'';
    for (size_t i = 0; i < inside.n; i++) {
        *to++ = inside.p[i];
        if (inside.p[i] == '\'') {
            *to++ = '\'';
        }
    }
    *to++ = '\'';
    return (inb__str){text, (size_t)(to - text)};
}

static bool list_of(inb__arena *arena, inb__default *out, const inb__sql_default *from,
                    const inb__column *column)
{
    inb__strs items = from->items;
    if (from->kind == INB__SQL_DEFAULT_TEXT) {
        items = (inb__strs){0};
        if (!inb__written_default_items(arena, &items, from->text)) {
            return false;
        }
    } else if (from->kind != INB__SQL_DEFAULT_LIST) {
        return false;
    }
    out->kind = INB__DEFAULT_LIST;
    out->n_values = items.n;
    out->values = INB__NEW_N(arena, inb__value, items.n);
    for (size_t i = 0; i < items.n; i++) {
        if (!value_of(arena, &out->values[i], column, INB__SQL_DEFAULT_TEXT, items.v[i])) {
            return false;
        }
    }
    return true;
}

static inb__default expression(inb__str sql)
{
    return (inb__default){.kind = INB__DEFAULT_EXPRESSION, .sql = sql};
}

static bool is_literal(inb__sql_default_kind kind)
{
    return kind >= INB__SQL_DEFAULT_TEXT && kind <= INB__SQL_DEFAULT_BITS;
}

static inb__default literal_default(inb__arena *arena, const inb__sql_default *from,
                                    const inb__column *column)
{
    inb__default out = {0};
    inb__value value;
    if (column->type.kind != INB__COLUMN_UNSUPPORTED &&
        value_of(arena, &value, column, from->kind, from->text)) {
        out = (inb__default){.kind = INB__DEFAULT_VALUE, .n_values = 1};
        out.values = INB__NEW(arena, inb__value);
        *out.values = value;
        return out;
    }
    return expression(literal_sql(arena, from));
}

inb__default inb__model_default(inb__arena *arena, const inb__sql_default *from,
                                const inb__column *column)
{
    inb__default list = {0};
    bool time = value_kind(column) == INB__VALUE_DATETIME;
    if (column->arity == INB__ARITY_LIST && list_of(arena, &list, from, column)) {
        return list;
    }
    if (is_literal(from->kind)) {
        return column->arity == INB__ARITY_LIST ? expression(literal_sql(arena, from))
                                                : literal_default(arena, from, column);
    }
    switch (from->kind) {
    case INB__SQL_DEFAULT_NONE:
        return (inb__default){.kind = INB__DEFAULT_NONE};
    case INB__SQL_DEFAULT_NOW:
        return time ? (inb__default){.kind = INB__DEFAULT_NOW} : expression(from->text);
    case INB__SQL_DEFAULT_SEQUENCE:
        return (inb__default){.kind = INB__DEFAULT_SEQUENCE, .sql = from->sequence->name.name};
    case INB__SQL_DEFAULT_EXPRESSION:
        return expression(from->text);
    default:
        return (inb__default){.kind = INB__DEFAULT_UNKNOWN};
    }
}
