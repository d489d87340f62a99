/* Recognises JSON, base64, timestamps and decimal numbers. */
#include "config.h"

#include "psl/literal.h"

#include "util/limits.h"

/* ---- JSON ------------------------------------------------------------------------------------ */

typedef struct json_text {
    const char *p, *end;
} json_text;

static void json_space(json_text *t)
{
    while (t->p < t->end && (*t->p == ' ' || *t->p == '\t' || *t->p == '\n' || *t->p == '\r')) {
        t->p++;
    }
}

static bool json_char(json_text *t, char c)
{
    if (t->p < t->end && *t->p == c) {
        t->p++;
        return true;
    }
    return false;
}

static int hex_digit(char c)
{
    return inb__is_digit(c)                     ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

static bool json_hex4(json_text *t, unsigned *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        int digit = t->p < t->end ? hex_digit(*t->p++) : -1;
        if (digit < 0) {
            return false;
        }
        *out = *out * 16 + (unsigned)digit;
    }
    return true;
}

/* After the backslash. Half of a surrogate pair is not text. */
static bool json_escape(json_text *t)
{
    unsigned high, low;
    if (t->p == t->end) {
        return false;
    }
    char c = *t->p++;
    if (c != 'u') {
        return memchr("\"\\/bfnrt", c, 8) != NULL;
    }
    if (!json_hex4(t, &high)) {
        return false;
    }
    if (high >= 0xdc00 && high <= 0xdfff) {
        return false;
    }
    if (high < 0xd800 || high > 0xdbff) {
        return true;
    }
    return json_char(t, '\\') && json_char(t, 'u') && json_hex4(t, &low) && low >= 0xdc00 &&
           low <= 0xdfff;
}

static bool json_string(json_text *t)
{
    if (!json_char(t, '"')) {
        return false;
    }
    while (t->p < t->end && *t->p != '"') {
        unsigned char c = (unsigned char)*t->p++;
        if (c < 0x20 || (c == '\\' && !json_escape(t))) {
            return false;
        }
    }
    return json_char(t, '"');
}

static bool digits_skip(json_text *t)
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
static bool json_exponent(json_text *t, int *out)
{
    *out = 0;
    if (t->p == t->end || (*t->p | 32) != 'e') {
        return true;
    }
    t->p++;
    bool negative = json_char(t, '-');
    if (!negative) {
        json_char(t, '+');
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

static bool json_number(json_text *t)
{
    int exponent;
    json_char(t, '-');
    const char *start = t->p;
    if (!json_char(t, '0') && !digits_skip(t)) {
        return false;
    }
    if (json_char(t, '.') && !digits_skip(t)) {
        return false;
    }
    const char *end = t->p;
    return json_exponent(t, &exponent) && number_is_finite(start, end, exponent);
}

static bool json_word(json_text *t, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(t->end - t->p) < n || memcmp(t->p, word, n) != 0) {
        return false;
    }
    t->p += n;
    return true;
}

static bool json_scalar(json_text *t)
{
    switch (t->p < t->end ? *t->p : '\0') {
    case '"':
        return json_string(t);
    case 't':
        return json_word(t, "true");
    case 'f':
        return json_word(t, "false");
    case 'n':
        return json_word(t, "null");
    default:
        return json_number(t);
    }
}

/* A key and its colon, where an object begins or continues. */
static bool json_key(json_text *t)
{
    json_space(t);
    if (!json_string(t)) {
        return false;
    }
    json_space(t);
    return json_char(t, ':');
}

/* Without recursion: `open` holds the closing bracket of each level. The depth is that of Prisma's
 * own reader. */
bool inb__psl_literal_is_json(inb__str text)
{
    json_text t = {text.p, text.p + text.n};
    char open[INB__LIMIT_NESTING];
    size_t depth = 0;
    for (;;) {
        json_space(&t);
        bool list = t.p < t.end && *t.p == '[';
        if (list || (t.p < t.end && *t.p == '{')) {
            t.p++;
            if (depth + 1 >= sizeof(open)) {
                return false;
            }
            open[depth++] = list ? ']' : '}';
            json_space(&t);
            if (t.p == t.end || *t.p != open[depth - 1]) {
                if (!list && !json_key(&t)) {
                    return false;
                }
                continue;
            }
        } else if (!json_scalar(&t)) {
            return false;
        }
        for (json_space(&t); depth && json_char(&t, open[depth - 1]); json_space(&t)) {
            depth--;
        }
        if (depth == 0) {
            return t.p == t.end;
        }
        if (!json_char(&t, ',') || (open[depth - 1] == '}' && !json_key(&t))) {
            return false;
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
static bool number_read(json_text *t, int count, int low, int high, int *out)
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

static bool date_read(json_text *t)
{
    int year, month, day;
    return number_read(t, 4, 0, 9999, &year) && json_char(t, '-') &&
           number_read(t, 2, 1, 12, &month) && json_char(t, '-') &&
           number_read(t, 2, 1, month_days(year, month), &day);
}

static bool time_read(json_text *t)
{
    int n;
    if (!number_read(t, 2, 0, 23, &n) || !json_char(t, ':') || !number_read(t, 2, 0, 59, &n) ||
        !json_char(t, ':') || !number_read(t, 2, 0, 60, &n)) {
        return false;
    }
    return !json_char(t, '.') || digits_skip(t);
}

/* A sign; the minus may be the typographic one, U+2212. */
static bool sign_read(json_text *t)
{
    return json_char(t, '+') || json_char(t, '-') || json_word(t, "\xe2\x88\x92");
}

static bool zone_read(json_text *t)
{
    int n;
    if (json_char(t, 'Z') || json_char(t, 'z')) {
        return true;
    }
    return sign_read(t) && number_read(t, 2, 0, 23, &n) && json_char(t, ':') &&
           number_read(t, 2, 0, 59, &n);
}

bool inb__psl_literal_is_datetime(inb__str text)
{
    json_text t = {text.p, text.p + text.n};
    return date_read(&t) && (json_char(&t, 'T') || json_char(&t, 't') || json_char(&t, ' ')) &&
           time_read(&t) && zone_read(&t) && t.p == t.end;
}

/* ---- decimal --------------------------------------------------------------------------------- */

/* An exponent of 64 bits, to the end of the text. */
static bool exponent_read(json_text *t)
{
    bool negative = json_char(t, '-');
    if (!negative) {
        json_char(t, '+');
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
    json_text t = {text.p, text.p + text.n};
    size_t digits = 0, points = 0;
    if (!json_char(&t, '-')) {
        json_char(&t, '+');
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
