/* Bytes, times and counts as people read them. */
#include "config.h"

#include "backfill/amount.h"

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

inb__amount_text inb__amount_bytes(int64_t bytes)
{
    static const unit units[] = {
        {1, "bytes"}, {1024, "kB"}, {1048576, "MB"}, {1073741824, "GB"}, {1099511627776, "TB"}};
    return amount((double)bytes, units, sizeof(units) / sizeof(units[0]));
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
