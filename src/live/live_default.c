/*
 * Defaults of live columns: what the schema language has a word for, read as Prisma reads it, and
 * everything else as the expression that the server prints.
 */
#include "config.h"

#include "live/default_scan.h"
#include "live/live_model.h"

#include "util/vec.h"

typedef enum family {
    FAMILY_NONE, /* always an expression */
    FAMILY_INTEGER,
    FAMILY_NUMBER,
    FAMILY_TEXT,
    FAMILY_BOOLEAN,
    FAMILY_TIME,
    FAMILY_BYTES,
    FAMILY_ENUM
} family;

static family family_of(const inb__column_type *type)
{
    if (type->kind == INB__COLUMN_ENUM) {
        return FAMILY_ENUM;
    }
    if (type->kind == INB__COLUMN_UNSUPPORTED) {
        return FAMILY_NONE;
    }
    switch (type->native.kind) {
    case INB__NATIVE_SMALLINT:
    case INB__NATIVE_INTEGER:
    case INB__NATIVE_BIGINT:
    case INB__NATIVE_OID:
        return FAMILY_INTEGER;
    case INB__NATIVE_DECIMAL:
    case INB__NATIVE_MONEY:
    case INB__NATIVE_REAL:
    case INB__NATIVE_DOUBLE_PRECISION:
        return FAMILY_NUMBER;
    case INB__NATIVE_BOOLEAN:
        return FAMILY_BOOLEAN;
    case INB__NATIVE_BYTEA:
        return FAMILY_BYTES;
    case INB__NATIVE_DATE:
    case INB__NATIVE_TIME:
    case INB__NATIVE_TIMETZ:
    case INB__NATIVE_TIMESTAMP:
    case INB__NATIVE_TIMESTAMPTZ:
        return FAMILY_TIME;
    case INB__NATIVE_UUID:
        return FAMILY_NONE;
    default:
        return FAMILY_TEXT;
    }
}

static inb__value_kind value_kind(const inb__column_type *type)
{
    if (type->kind == INB__COLUMN_ENUM) {
        return INB__VALUE_ENUM;
    }
    switch (family_of(type)) {
    case FAMILY_INTEGER:
        return type->native.kind == INB__NATIVE_BIGINT ? INB__VALUE_BIGINT : INB__VALUE_INT;
    case FAMILY_NUMBER:
        return INB__VALUE_DECIMAL;
    case FAMILY_BOOLEAN:
        return INB__VALUE_BOOLEAN;
    case FAMILY_TIME:
        return INB__VALUE_DATETIME;
    case FAMILY_BYTES:
        return INB__VALUE_BYTES;
    default:
        return type->native.kind == INB__NATIVE_JSON || type->native.kind == INB__NATIVE_JSONB
                   ? INB__VALUE_JSON
                   : INB__VALUE_STRING;
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool is_whole(inb__str text)
{
    return text.n && !memchr(text.p, '.', text.n);
}

/* A text that is nothing but a number; zero has no sign. */
static bool number_is(inb__arena *arena, inb__str text, bool whole, inb__str *out)
{
    inb__default_scan s = {arena, text.p, text.p + text.n};
    inb__str digits;
    bool negative = inb__scan_char(&s, '-');
    if (!inb__scan_number(&s, &digits) || !inb__scan_end(&s) || (whole && !is_whole(digits))) {
        return false;
    }
    bool zero = strspn(inb__arena_strndup(arena, digits.p, digits.n), "0.") == digits.n;
    *out = negative && !zero ? inb__arena_join(arena, INB__STR("-"), "", digits) : digits;
    return true;
}

/* 7, -7, '7'::bigint; of numbers with a point also (1.5)::double precision. */
static bool number_scan(inb__default_scan *s, bool whole, inb__str *out)
{
    inb__str text;
    if (inb__scan_quoted(s, &text)) {
        inb__scan_casts(s);
        return number_is(s->arena, text, whole, out);
    }
    bool parenthesis = !whole && inb__scan_char(s, '(');
    const char *start = s->p;
    (void)inb__scan_char(s, '-');
    if (!inb__scan_number(s, &text) ||
        !number_is(s->arena, (inb__str){start, (size_t)(s->p - start)}, whole, out)) {
        return false;
    }
    if (parenthesis && !inb__scan_char(s, ')')) {
        return false;
    }
    if (!whole) {
        inb__scan_casts(s);
    }
    return true;
}

static bool text_scan(inb__default_scan *s, inb__str *out)
{
    bool found = inb__scan_quoted(s, out);
    inb__scan_casts(s);
    return found;
}

static bool boolean_scan(inb__default_scan *s, inb__str *out)
{
    bool yes = inb__scan_word(s, "true") || inb__scan_word(s, "t");
    if (!yes && !inb__scan_word(s, "false") && !inb__scan_word(s, "f")) {
        return false;
    }
    *out = yes ? INB__STR("true") : INB__STR("false");
    return true;
}

static int hex_value(char c)
{
    return inb__is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* '\x0a0b' as base64, which is how the schema language writes bytes. */
static bool bytes_scan(inb__default_scan *s, inb__str *out)
{
    inb__str text;
    if (!text_scan(s, &text) || !inb__str_starts(text, "\\x") || text.n % 2) {
        return false;
    }
    size_t n = (text.n - 2) / 2;
    char *to = inb__arena_alloc(s->arena, n * 2 + 4), *p = to;
    for (size_t i = 0; i < n; i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++) {
            const char *hex = text.p + 2 + 2 * (i + k);
            int byte = i + k < n ? hex_value(hex[0]) * 16 + hex_value(hex[1]) : 0;
            if (byte < 0) {
                return false;
            }
            bits = bits << 8 | (uint32_t)byte;
        }
        for (size_t k = 0; k < 4; k++) {
            *p++ = i + k > n ? '=' : base64_digits[bits >> (18 - 6 * k) & 63];
        }
    }
    *out = (inb__str){to, (size_t)(p - to)};
    return true;
}

static bool value_scan(inb__default_scan *s, family f, inb__str *out)
{
    switch (f) {
    case FAMILY_INTEGER:
        return number_scan(s, true, out);
    case FAMILY_NUMBER:
        return number_scan(s, false, out);
    case FAMILY_TEXT:
    case FAMILY_ENUM:
        return text_scan(s, out);
    case FAMILY_BOOLEAN:
        return boolean_scan(s, out);
    case FAMILY_BYTES:
        return bytes_scan(s, out);
    default:
        return false;
    }
}

/* ---- lists ----------------------------------------------------------------------------------- */

typedef INB__VEC(inb__value) value_list;

static bool item_add(inb__default_scan *s, value_list *list, const inb__column_type *type,
                     inb__str text)
{
    family f = family_of(type);
    inb__str value = text;
    if ((f == FAMILY_INTEGER || f == FAMILY_NUMBER) &&
        !number_is(s->arena, text, f == FAMILY_INTEGER, &value)) {
        return false;
    }
    if (f == FAMILY_BOOLEAN) {
        inb__default_scan word = {s->arena, text.p, text.p + text.n};
        if (!boolean_scan(&word, &value)) {
            return false;
        }
    }
    inb__value item = {.kind = value_kind(type), .text = value};
    INB__VEC_ADD(s->arena, list, item);
    return true;
}

/* "text" of an array literal, a backslash before what it takes as it is. */
static bool element_quoted_scan(inb__default_scan *s, inb__str *out)
{
    if (!inb__scan_char(s, '"')) {
        return false;
    }
    char *text = inb__arena_alloc(s->arena, (size_t)(s->end - s->p) + 1), *to = text;
    while (s->p < s->end && *s->p != '"') {
        s->p += *s->p == '\\' && s->p + 1 < s->end;
        *to++ = *s->p++;
    }
    *out = (inb__str){text, (size_t)(to - text)};
    return inb__scan_char(s, '"');
}

/* A bare element: a number or a word; what else it can be is left to the expression. */
static bool element_bare_scan(inb__default_scan *s, inb__str *out)
{
    const char *start = s->p;
    bool found = (inb__scan_char(s, '-') && inb__scan_number(s, out)) || inb__scan_number(s, out) ||
                 inb__scan_identifier(s, out);
    if (!found || inb__ascii_eq_nocase(*out, INB__STR("null"))) {
        return false;
    }
    for (size_t i = 0; i < out->n; i++) {
        if ((unsigned char)out->p[i] >= 0x80) {
            return false;
        }
    }
    while (start < s->p && inb__is_space(*start)) {
        start++;
    }
    *out = (inb__str){start, (size_t)(s->p - start)};
    return true;
}

/* {a,"b c"}: the text of an array. */
static bool literal_list_scan(inb__arena *arena, inb__str text, value_list *list,
                              const inb__column_type *type)
{
    inb__default_scan s = {arena, text.p, text.p + text.n};
    family f = family_of(type);
    inb__str item;
    if (!inb__scan_char(&s, '{')) {
        return false;
    }
    if (inb__scan_char(&s, '}')) {
        return inb__scan_end(&s);
    }
    do {
        if (f == FAMILY_NONE || f == FAMILY_TIME || f == FAMILY_BYTES ||
            !(element_quoted_scan(&s, &item) || element_bare_scan(&s, &item)) ||
            !item_add(&s, list, type, item)) {
            return false;
        }
    } while (inb__scan_char(&s, ','));
    return inb__scan_char(&s, '}') && inb__scan_end(&s);
}

/* ARRAY['a'::text, 'b'::text] */
static bool array_scan(inb__default_scan *s, value_list *list, const inb__column_type *type)
{
    family f = family_of(type);
    (void)inb__scan_char(s, '(');
    if (!inb__scan_word(s, "array") || !inb__scan_char(s, '[')) {
        return false;
    }
    if (inb__scan_char(s, ']')) {
        return true;
    }
    do {
        inb__str text;
        if (!value_scan(s, f, &text) || !item_add(s, list, type, text)) {
            return false;
        }
    } while (inb__scan_char(s, ','));
    return inb__scan_char(s, ']');
}

static bool list_read(inb__arena *arena, inb__default *out, inb__str text,
                      const inb__column_type *type)
{
    inb__default_scan s = {arena, text.p, text.p + text.n};
    value_list list = {0};
    inb__str literal;
    bool found;
    if (inb__scan_quoted(&s, &literal)) {
        inb__scan_casts(&s);
        found = inb__scan_end(&s) && literal_list_scan(arena, literal, &list, type);
    } else {
        found = array_scan(&s, &list, type);
    }
    if (found) {
        *out = (inb__default){.kind = INB__DEFAULT_LIST, .values = list.v, .n_values = list.n};
    }
    return found;
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* nextval('s'::regclass), nextval(('s'::text)::regclass) */
static bool is_sequence(inb__arena *arena, inb__str text)
{
    inb__default_scan s = {arena, text.p, text.p + text.n};
    inb__str name;
    if (!inb__scan_word(&s, "nextval") || !inb__scan_char(&s, '(')) {
        return false;
    }
    bool inner = inb__scan_char(&s, '(');
    if (!inb__scan_quoted(&s, &name)) {
        return false;
    }
    inb__scan_casts(&s);
    if (inner && !inb__scan_char(&s, ')')) {
        return false;
    }
    inb__scan_casts(&s);
    return inb__scan_char(&s, ')') && inb__scan_end(&s);
}

/* now(), CURRENT_TIMESTAMP, CURRENT_TIMESTAMP::date */
static bool is_now(inb__arena *arena, inb__str text)
{
    inb__default_scan s = {arena, text.p, text.p + text.n};
    if (!inb__scan_word(&s, "now") && !inb__scan_word(&s, "current_timestamp")) {
        return false;
    }
    if (inb__scan_char(&s, '(') && !inb__scan_char(&s, ')')) {
        return false;
    }
    inb__scan_casts(&s);
    return inb__scan_end(&s);
}

/* NULL, NULL::text; not NULLIF(1, 2) */
static bool is_null(inb__arena *arena, inb__str text)
{
    inb__default_scan s = {arena, text.p, text.p + text.n};
    if (!inb__scan_word(&s, "null")) {
        return false;
    }
    inb__scan_casts(&s);
    return inb__scan_end(&s);
}

static bool scalar_read(inb__arena *arena, inb__default *out, inb__str text,
                        const inb__column_type *type)
{
    inb__default_scan s = {arena, text.p, text.p + text.n};
    family f = family_of(type);
    if (f == FAMILY_TIME && is_now(arena, text)) {
        *out = (inb__default){.kind = INB__DEFAULT_NOW};
        return true;
    }
    if (f == FAMILY_INTEGER && type->native.kind != INB__NATIVE_OID && is_sequence(arena, text)) {
        *out = (inb__default){.kind = INB__DEFAULT_SEQUENCE};
        return true;
    }
    inb__str value;
    if (!value_scan(&s, f, &value) || !inb__scan_end(&s)) {
        return false;
    }
    inb__value *v = INB__NEW(arena, inb__value);
    *v = (inb__value){.kind = value_kind(type), .text = value};
    *out = (inb__default){.kind = INB__DEFAULT_VALUE, .values = v, .n_values = 1};
    return true;
}

inb__default inb__live_column_default(inb__arena *arena, const inb__fact_column *column,
                                      const inb__column_type *type)
{
    inb__default out = {.kind = INB__DEFAULT_NONE};
    if (column->identity && family_of(type) == FAMILY_INTEGER) {
        out.kind = INB__DEFAULT_SEQUENCE;
        return out;
    }
    if (column->generated || (!column->expression.p && column->domain_default)) {
        out.kind = INB__DEFAULT_UNKNOWN;
        return out;
    }
    inb__str text = column->expression;
    if (!text.p || is_null(arena, text)) {
        return out;
    }
    if (!(column->is_list ? list_read : scalar_read)(arena, &out, text, type)) {
        out = (inb__default){.kind = INB__DEFAULT_EXPRESSION, .sql = text};
    }
    return out;
}
