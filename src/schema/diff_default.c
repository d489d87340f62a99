/* Whether two defaults of a column say the same. */
#include "config.h"

#include "schema/diff_pairs.h"

#include "schema/decimal.h"
#include "schema/render.h"
#include "util/cleanup.h"
#include "util/json_same.h"
#include "util/limits.h"

static bool either(const inb__value *a, const inb__value *b, inb__value_kind kind)
{
    return a->kind == kind || b->kind == kind;
}

/* Both of two kinds, which one each. */
static bool among(const inb__value *a, const inb__value *b, inb__value_kind x, inb__value_kind y)
{
    return (a->kind == x || a->kind == y) && (b->kind == x || b->kind == y);
}

/*
 * PostgreSQL writes a time in its own way, so that its text says nothing; a document may have been
 * written as a text. In a list Prisma takes a BigInt for another number than an Int, and a document
 * by its bytes.
 */
static bool values_match(inb__arena *scratch, const inb__value *a, const inb__value *b,
                         bool in_list)
{
    if (either(a, b, INB__VALUE_DATETIME)) {
        return true;
    }
    bool is_document = either(a, b, INB__VALUE_JSON) && !(in_list && a->kind == b->kind);
    if (is_document && among(a, b, INB__VALUE_JSON, INB__VALUE_STRING)) {
        return inb__json_same(scratch, a->text, b->text);
    }
    if (a->kind != b->kind && !among(a, b, INB__VALUE_STRING, INB__VALUE_ENUM) &&
        (in_list || !among(a, b, INB__VALUE_INT, INB__VALUE_BIGINT))) {
        return false;
    }
    bool is_number = either(a, b, INB__VALUE_INT) || either(a, b, INB__VALUE_BIGINT) ||
                     either(a, b, INB__VALUE_DECIMAL);
    return is_number ? inb__decimal_same(a->text, b->text) : inb__str_eq(a->text, b->text);
}

static bool lists_match(inb__arena *scratch, const inb__default *prev, const inb__default *next)
{
    if (prev->n_values != next->n_values) {
        return false;
    }
    for (size_t i = 0; i < prev->n_values; i++) {
        if (!values_match(scratch, &prev->values[i], &next->values[i], true)) {
            return false;
        }
    }
    return true;
}

static bool is_datetime(const inb__column *c)
{
    switch (c->type.native.kind) {
    case INB__NATIVE_TIMESTAMP:
    case INB__NATIVE_TIMESTAMPTZ:
    case INB__NATIVE_DATE:
    case INB__NATIVE_TIME:
    case INB__NATIVE_TIMETZ:
        return c->type.kind == INB__COLUMN_NATIVE;
    default:
        return false;
    }
}

static bool is_time(const inb__default *d)
{
    return d->kind == INB__DEFAULT_VALUE && d->values[0].kind == INB__VALUE_DATETIME;
}

static bool is_sql(const inb__default *d)
{
    return d->kind == INB__DEFAULT_EXPRESSION || d->kind == INB__DEFAULT_UNKNOWN;
}

/* A point in time cannot be compared with what PostgreSQL makes of it, in a list or not. */
static bool times_match(const inb__column *prev, const inb__column *next)
{
    const inb__default *a = &prev->default_value, *b = &next->default_value;
    if (is_time(a) || is_time(b)) {
        return a->kind != INB__DEFAULT_NONE && b->kind != INB__DEFAULT_NONE;
    }
    bool list_and_sql =
        (a->kind == INB__DEFAULT_LIST && is_sql(b)) || (is_sql(a) && b->kind == INB__DEFAULT_LIST);
    return list_and_sql && (is_datetime(prev) || is_datetime(next));
}

/* What follows DEFAULT, in the arena: the buffer is gone before anything can take the error exit.
 */
static const char *default_sql(inb__arena *arena, const inb__schema *s, const inb__column *c)
{
    INB__AUTO_BUF inb__buf text;
    inb__buf_init(&text, INB__LIMIT_FILE);
    bool held = arena->held;
    arena->held = true;
    char *copy = inb__render_default(&text, s, c) && !text.failed
                     ? inb__arena_strndup(arena, inb__buf_text(&text), text.length)
                     : NULL;
    arena->held = held;
    return copy;
}

/* Two that are no values of one kind: a cast, a function in its other spelling. */
static bool sql_matches(const inb__differ *d, const inb__column *prev, const inb__column *next)
{
    const char *a = default_sql(d->arena, d->from, prev);
    const char *b = default_sql(d->arena, d->to, next);
    return a && b && d->options.same_sql &&
           d->options.same_sql(inb__str_of(a), inb__str_of(b), d->options.payload);
}

static bool match(const inb__differ *d, const inb__column *prev, const inb__column *next)
{
    inb__arena *scratch = d->arena;
    const inb__default *a = &prev->default_value, *b = &next->default_value;
    if (b->kind == INB__DEFAULT_UNKNOWN || a->kind == INB__DEFAULT_UNKNOWN ||
        b->kind == INB__DEFAULT_SEQUENCE) {
        return true; /* nothing to compare with; a sequence is a change of its own */
    }
    if (a->kind == INB__DEFAULT_SEQUENCE && b->kind == INB__DEFAULT_NONE) {
        return true;
    }
    if (times_match(prev, next)) {
        return true;
    }
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case INB__DEFAULT_VALUE:
        return values_match(scratch, &a->values[0], &b->values[0], false);
    case INB__DEFAULT_LIST:
        return lists_match(scratch, a, b);
    case INB__DEFAULT_EXPRESSION:
        return inb__ascii_eq_nocase(a->sql, b->sql);
    default:
        return true;
    }
}

bool inb__diff_defaults_match(const inb__differ *d, const inb__column *prev,
                              const inb__column *next)
{
    return match(d, prev, next) || (d->options.written && sql_matches(d, prev, next));
}
