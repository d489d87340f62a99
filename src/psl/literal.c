/* Recognises JSON, base64, timestamps and decimal numbers. */
#include "config.h"

#include "psl/literal.h"

#include "util/json_reader.h"
#include "util/limits.h"

/* ---- JSON ------------------------------------------------------------------------------------ */

typedef struct cursor {
    const char *p, *end;
} cursor;

static bool byte_take(cursor *t, char c)
{
    if (t->p < t->end && *t->p == c) {
        t->p++;
        return true;
    }
    return false;
}

static bool digits_skip(cursor *t)
{
    const char *start = t->p;
    while (t->p < t->end && inb__is_digit(*t->p)) {
        t->p++;
    }
    return t->p > start;
}

#define EXPONENT_MAX 100000

/* The exponent, if there is one; a larger number is cut to EXPONENT_MAX, which gives the same
 * result. */
static bool exponent_take(cursor *t, int *out)
{
    *out = 0;
    if (t->p == t->end || (*t->p | 32) != 'e') {
        return true;
    }
    t->p++;
    bool negative = byte_take(t, '-');
    if (!negative) {
        byte_take(t, '+');
    }
    const char *start = t->p;
    for (; t->p < t->end && inb__is_digit(*t->p); t->p++) {
        *out = *out < EXPONENT_MAX ? *out * 10 + (*t->p - '0') : EXPONENT_MAX;
    }
    *out = negative ? -*out : *out;
    return t->p > start;
}

/* Whether a double can hold the digits between start and end, times ten to the exponent: it ends
 * at 1.797…e308. */
static bool number_is_finite(const char *start, const char *end, int exponent)
{
    static const char most[] = "17976931348623158";
    const char *point = memchr(start, '.', (size_t)(end - start));
    const char *p = start;
    while (p < end && !(*p >= '1' && *p <= '9')) {
        p++;
    }
    ptrdiff_t whole = (point ? point : end) - p; /* digits before the point, or less than none */
    if (p == end || whole + (whole < 0) + exponent < 309) {
        return true;
    }
    if (whole + (whole < 0) + exponent > 309) {
        return false;
    }
    for (const char *m = most; *m; m++, p++) {
        p += p < end && *p == '.';
        char digit = p < end ? *p : '0';
        if (digit != *m) {
            return digit < *m;
        }
    }
    return true;
}

static bool word_take(cursor *t, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(t->end - t->p) < n || memcmp(t->p, word, n) != 0) {
        return false;
    }
    t->p += n;
    return true;
}

/* JSON itself has no largest number, but Prisma's reader has. */
static bool number_fits(inb__str number)
{
    cursor t = {number.p, number.p + number.n};
    int exponent;
    byte_take(&t, '-');
    const char *start = t.p;
    while (t.p < t.end && (inb__is_digit(*t.p) || *t.p == '.')) {
        t.p++;
    }
    const char *end = t.p;
    return exponent_take(&t, &exponent) && number_is_finite(start, end, exponent);
}

/* The depth is that of Prisma's own reader. */
bool inb__psl_literal_is_json(inb__str text)
{
    inb__json_reader r;
    inb__json_reader_init(&r, text, INB__LIMIT_NESTING - 1);
    for (;;) {
        inb__json_event e = inb__json_reader_next(&r);
        bool fits = e != INB__JSON_NUMBER || number_fits(r.text);
        if (!fits || e == INB__JSON_ERROR || e == INB__JSON_END) {
            return fits && e == INB__JSON_END;
        }
    }
}

/* ---- base64 ---------------------------------------------------------------------------------- */

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = memchr(digits, c, 64);
    return at ? (int)(at - digits) : -1;
}

/* With all its padding, and nothing in the bits that padding leaves over. */
bool inb__psl_literal_is_base64(inb__str text)
{
    if (text.n % 4) {
        return false;
    }
    size_t n = text.n, padding = 0;
    while (padding < 2 && n && text.p[n - 1] == '=') {
        n--;
        padding++;
    }
    for (size_t i = 0; i < n; i++) {
        if (base64_digit(text.p[i]) < 0) {
            return false;
        }
    }
    int unused = padding == 2 ? 15 : padding == 1 ? 3 : 0;
    return n == 0 ? padding == 0 : (base64_digit(text.p[n - 1]) & unused) == 0;
}

/* ---- date and time --------------------------------------------------------------------------- */

/* `count` digits as a number between low and high. */
static bool number_read(cursor *t, int count, int low, int high, int *out)
{
    *out = 0;
    for (int i = 0; i < count; i++) {
        if (t->p == t->end || !inb__is_digit(*t->p)) {
            return false;
        }
        *out = *out * 10 + (*t->p++ - '0');
    }
    return *out >= low && *out <= high;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool date_read(cursor *t)
{
    int year, month, day;
    return number_read(t, 4, 0, 9999, &year) && byte_take(t, '-') &&
           number_read(t, 2, 1, 12, &month) && byte_take(t, '-') &&
           number_read(t, 2, 1, month_days(year, month), &day);
}

static bool time_read(cursor *t)
{
    int n;
    if (!number_read(t, 2, 0, 23, &n) || !byte_take(t, ':') || !number_read(t, 2, 0, 59, &n) ||
        !byte_take(t, ':') || !number_read(t, 2, 0, 60, &n)) {
        return false;
    }
    return !byte_take(t, '.') || digits_skip(t);
}

/* A sign; the minus may be the typographic one, U+2212. */
static bool sign_read(cursor *t)
{
    return byte_take(t, '+') || byte_take(t, '-') || word_take(t, "\xe2\x88\x92");
}

static bool zone_read(cursor *t)
{
    int n;
    if (byte_take(t, 'Z') || byte_take(t, 'z')) {
        return true;
    }
    return sign_read(t) && number_read(t, 2, 0, 23, &n) && byte_take(t, ':') &&
           number_read(t, 2, 0, 59, &n);
}

bool inb__psl_literal_is_datetime(inb__str text)
{
    cursor t = {text.p, text.p + text.n};
    return date_read(&t) && (byte_take(&t, 'T') || byte_take(&t, 't') || byte_take(&t, ' ')) &&
           time_read(&t) && zone_read(&t) && t.p == t.end;
}

/* ---- decimal --------------------------------------------------------------------------------- */

/* An exponent of 64 bits, to the end of the text. */
static bool exponent_read(cursor *t)
{
    bool negative = byte_take(t, '-');
    if (!negative) {
        byte_take(t, '+');
    }
    const char *start = t->p;
    uint64_t n = 0, most = (uint64_t)INT64_MAX + negative;
    for (; t->p < t->end && inb__is_digit(*t->p); t->p++) {
        uint64_t digit = (uint64_t)(*t->p - '0');
        if (n > (most - digit) / 10) {
            return false;
        }
        n = n * 10 + digit;
    }
    return t->p > start && t->p == t->end;
}

/* Digits with a point anywhere and "_" between them, the first character being a digit. */
bool inb__psl_literal_is_decimal(inb__str text)
{
    cursor t = {text.p, text.p + text.n};
    size_t digits = 0, points = 0;
    if (!byte_take(&t, '-')) {
        byte_take(&t, '+');
    }
    for (; t.p < t.end && (*t.p | 32) != 'e'; t.p++) {
        points += *t.p == '.';
        digits += inb__is_digit(*t.p);
        if (!inb__is_digit(*t.p) && *t.p != '.' && (*t.p != '_' || digits == 0)) {
            return false;
        }
    }
    if (digits == 0 || points > 1) {
        return false;
    }
    if (t.p == t.end) {
        return true;
    }
    t.p++;
    return exponent_read(&t);
}
