/* Bytes, times and counts as people read them. */
#include "config.h"

#include "backfill/amount.h"

#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct unit {
    double size;
    const char *name;
} unit;

/* In the largest unit of which there is one; one decimal below ten, where it says something. */
static inb__amount_text amount(double value, const unit *units, size_t n)
{
    inb__amount_text out;
    size_t i = 0;
    while (i + 1 < n && value >= units[i + 1].size) {
        i++;
    }
    double in_units = value / units[i].size;
    int tenths = (int)(in_units * 10 + 0.5);
    int decimals = i > 0 && in_units < 10 && tenths % 10 != 0;
    snprintf(out.text, sizeof(out.text), "%.*f %s", decimals, in_units, units[i].name);
    return out;
}

static const unit byte_units[] = {
    {1, "bytes"}, {1024, "kB"}, {1048576, "MB"}, {1073741824, "GB"}, {1099511627776, "TB"}};
#define N_BYTE_UNITS (sizeof(byte_units) / sizeof(byte_units[0]))

inb__amount_text inb__amount_bytes(int64_t bytes)
{
    return amount((double)bytes, byte_units, N_BYTE_UNITS);
}

/* In any locale, and nothing but digits with one point. */
static bool decimal_read(double *out, const char **text)
{
    double value = 0, scale = 1;
    bool point = false, any = false;
    for (const char *p = *text;; p++) {
        if (inb__is_digit(*p)) {
            any = true;
            scale = point ? scale / 10 : scale;
            value = point ? value + (*p - '0') * scale : value * 10 + (*p - '0');
        } else if (*p == '.' && !point) {
            point = true;
        } else {
            *text = p;
            *out = value;
            return any;
        }
    }
}

bool inb__amount_bytes_parse(int64_t *out, const char *text)
{
    double value = 0;
    if (!decimal_read(&value, &text)) {
        return false;
    }
    text += *text == ' ';
    for (size_t i = 0; i < N_BYTE_UNITS; i++) {
        bool is_unit = inb__ascii_eq_nocase(inb__str_of(text), inb__str_of(byte_units[i].name));
        if (is_unit || (i == 0 && !*text)) {
            value *= byte_units[i].size;
            *out = value < 9e18 ? (int64_t)(value + 0.5) : 0;
            return value < 9e18;
        }
    }
    return false;
}

inb__amount_text inb__amount_ms(int64_t ms)
{
    static const unit units[] = {
        {1, "ms"}, {1000, "s"}, {60000, "min"}, {3600000, "h"}, {86400000, "days"}};
    return amount((double)ms, units, sizeof(units) / sizeof(units[0]));
}

inb__amount_text inb__amount_count(int64_t n)
{
    char digits[24];
    inb__amount_text out;
    size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRId64, n);
    size_t to = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-') {
            out.text[to++] = ' ';
        }
        out.text[to++] = digits[i];
    }
    out.text[to] = '\0';
    return out;
}
