#include "config.h"

#include "schema/diff_pairs.h"

#include "schema/json_same.h"

/* A decimal number without what does not count: the sign of zero, zeros in front and behind. */
typedef struct decimal {
    bool negative;
    inb__str whole, fraction;
} decimal;

static decimal decimal_read(inb__str s)
{
    decimal d = {.negative = s.n && s.p[0] == '-'};
    size_t i = d.negative || (s.n && s.p[0] == '+');
    while (i < s.n && s.p[i] == '0') {
        i++;
    }
    const char *point = memchr(s.p + i, '.', s.n - i);
    size_t end = point ? (size_t)(point - s.p) : s.n;
    d.whole = (inb__str){s.p + i, end - i};
    if (point) {
        d.fraction = (inb__str){point + 1, s.n - end - 1};
    }
    while (d.fraction.n && d.fraction.p[d.fraction.n - 1] == '0') {
        d.fraction.n--;
    }
    d.negative = d.negative && (d.whole.n || d.fraction.n);
    return d;
}

static bool numbers_match(inb__str a, inb__str b)
{
    if (!a.n || !b.n) {
        return a.n == b.n;
    }
    decimal x = decimal_read(a), y = decimal_read(b);
    return x.negative == y.negative && inb__str_eq(x.whole, y.whole) &&
           inb__str_eq(x.fraction, y.fraction);
}

static bool is_text(inb__value_kind kind)
{
    return kind == INB_VALUE_STRING || kind == INB_VALUE_ENUM;
}

static bool values_match(const inb__value *prev, const inb__value *next)
{
    if (prev->kind == INB_VALUE_DATETIME && next->kind == INB_VALUE_DATETIME) {
        return true; /* PostgreSQL writes a time in its own way: the text says nothing */
    }
    if (prev->kind != next->kind) {
        return is_text(prev->kind) && is_text(next->kind) && inb__str_eq(prev->text, next->text);
    }
    return prev->kind == INB_VALUE_NUMBER ? numbers_match(prev->text, next->text)
                                          : inb__str_eq(prev->text, next->text);
}

static bool lists_match(const inb__default *prev, const inb__default *next)
{
    if (prev->n_values != next->n_values) {
        return false;
    }
    for (size_t i = 0; i < prev->n_values; i++) {
        if (!values_match(&prev->values[i], &next->values[i])) {
            return false;
        }
    }
    return true;
}

static bool is_datetime(const inb__column *c)
{
    switch (c->type.native.kind) {
    case INB_DM_NATIVE_TIMESTAMP:
    case INB_DM_NATIVE_TIMESTAMPTZ:
    case INB_DM_NATIVE_DATE:
    case INB_DM_NATIVE_TIME:
    case INB_DM_NATIVE_TIMETZ:
        return c->type.kind == INB_COLUMN_NATIVE;
    default:
        return false;
    }
}

static bool is_value(const inb__default *d, inb__value_kind kind)
{
    return d->kind == INB_DEFAULT_VALUE && d->values[0].kind == kind;
}

/* A point in time cannot be compared with what PostgreSQL makes of it, in a list or not. */
static bool times_match(const inb__column *prev, const inb__column *next)
{
    const inb__default *a = &prev->default_value, *b = &next->default_value;
    if (is_value(a, INB_VALUE_DATETIME) || is_value(b, INB_VALUE_DATETIME)) {
        return a->kind != INB_DEFAULT_NONE && b->kind != INB_DEFAULT_NONE;
    }
    bool list_and_sql = (a->kind == INB_DEFAULT_LIST && b->kind == INB_DEFAULT_EXPRESSION) ||
                        (a->kind == INB_DEFAULT_EXPRESSION && b->kind == INB_DEFAULT_LIST);
    return list_and_sql && is_datetime(prev) && is_datetime(next);
}

bool inb__defaults_match(inb__arena *scratch, const inb__column *prev, const inb__column *next)
{
    const inb__default *a = &prev->default_value, *b = &next->default_value;
    if (b->kind == INB_DEFAULT_UNKNOWN || b->kind == INB_DEFAULT_SEQUENCE) {
        return true; /* nothing to compare with; a sequence is a change of its own */
    }
    if (a->kind == INB_DEFAULT_SEQUENCE && b->kind == INB_DEFAULT_NONE) {
        return true;
    }
    if (times_match(prev, next)) {
        return true;
    }
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case INB_DEFAULT_VALUE:
        if (is_value(a, INB_VALUE_JSON) && is_value(b, INB_VALUE_JSON)) {
            return inb__json_same(scratch, a->values[0].text, b->values[0].text);
        }
        return values_match(&a->values[0], &b->values[0]);
    case INB_DEFAULT_LIST:
        return lists_match(a, b);
    case INB_DEFAULT_EXPRESSION:
        return inb__ascii_eq_nocase(a->sql, b->sql);
    default:
        return true;
    }
}
