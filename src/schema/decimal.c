/* Decimal numbers as text: one spelling for each, and whether two are the same. */
#include "config.h"

#include "schema/decimal.h"

#include <stdlib.h>

/* PostgreSQL's numeric has 131072 digits before the point at most, and 16383 after it. */
#define EXPONENT_MAX 131072

/* Digits in the arena, without those in front that do not count, and where the point is. */
typedef struct number {
    bool negative;
    char *digits;
    size_t n;
    long scale; /* how many of the digits are behind the point; below zero: how many zeros follow */
} number;

/* The digits that begin a text, '_' left out, and what is behind them. */
static inb__str digits_take(number *out, inb__str text, bool fraction)
{
    size_t i = 0;
    for (; i < text.n && (inb__is_digit(text.p[i]) || text.p[i] == '_'); i++) {
        if (text.p[i] == '_') {
            continue;
        }
        out->scale += fraction;
        if (out->n == 1 && out->digits[0] == '0') {
            out->n = 0;
        }
        out->digits[out->n++] = text.p[i];
    }
    return (inb__str){text.p + i, text.n - i};
}

static bool exponent_take(number *out, inb__arena *arena, inb__str text)
{
    if (!text.n) {
        return true;
    }
    if ((text.p[0] | 0x20) != 'e' || text.n == 1) {
        return false;
    }
    char *end;
    const char *digits = inb__arena_strndup(arena, text.p + 1, text.n - 1);
    long exponent = strtol(digits, &end, 10);
    if (*end || labs(exponent) > EXPONENT_MAX) {
        return false;
    }
    out->scale -= exponent;
    return true;
}

static bool number_read(number *out, inb__arena *arena, inb__str text)
{
    bool sign = text.n && (text.p[0] == '-' || text.p[0] == '+');
    *out = (number){.negative = sign && text.p[0] == '-',
                    .digits = inb__arena_alloc(arena, text.n + 1)};
    inb__str rest = digits_take(out, (inb__str){text.p + sign, text.n - sign}, false);
    if (rest.n && rest.p[0] == '.') {
        rest = digits_take(out, (inb__str){rest.p + 1, rest.n - 1}, true);
    }
    return out->n && exponent_take(out, arena, rest);
}

bool inb__decimal_plain(inb__str *out, inb__arena *arena, inb__str text)
{
    number v;
    if (!number_read(&v, arena, text)) {
        return false;
    }
    size_t scale = v.scale > 0 ? (size_t)v.scale : 0, zeros = v.scale < 0 ? (size_t)-v.scale : 0;
    size_t front = scale >= v.n ? scale - v.n + 1 : 0; /* zeros that the point needs before it */
    char *start = inb__arena_alloc(arena, v.n + zeros + front + 3), *p = start;
    bool is_zero = v.n == 1 && v.digits[0] == '0';
    if (v.negative && !is_zero) {
        *p++ = '-';
    }
    size_t whole = front + v.n - scale;
    for (size_t i = 0; i < front + v.n; i++) {
        if (i == whole) {
            *p++ = '.';
        }
        *p++ = i < front ? '0' : v.digits[i - front];
    }
    memset(p, '0', zeros);
    *out = (inb__str){start, (size_t)(p - start) + zeros};
    return true;
}

/* A number without what does not count: the sign of zero, zeros in front and behind. */
typedef struct bare {
    bool negative;
    inb__str whole, fraction;
} bare;

static bare bare_read(inb__str s)
{
    bare d = {.negative = s.n && s.p[0] == '-'};
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

bool inb__decimal_same(inb__str a, inb__str b)
{
    if (!a.n || !b.n) {
        return a.n == b.n;
    }
    bare x = bare_read(a), y = bare_read(b);
    return x.negative == y.negative && inb__str_eq(x.whole, y.whole) &&
           inb__str_eq(x.fraction, y.fraction);
}
