/* Durations with units, as options and variables give them. */
#include "config.h"

#include "inboard/duration.h"
#include "util/error_set.h"
#include "util/text.h"

#include <string.h>

#define TEN_YEARS_MS (3652.5 * 86400 * 1000)

/* The digits at *p, which moves past them; a double holds every count of milliseconds in ten years.
 */
static double digits_read(const char **p, double scale, size_t *n)
{
    double value = 0;
    for (; inb__is_digit(**p); (*p)++, (*n)++) {
        value = scale < 1 ? value + (**p - '0') * scale : value * 10 + (**p - '0');
        scale = scale < 1 ? scale / 10 : scale;
    }
    return value;
}

/* Milliseconds, or a negative number when the text is no duration. */
static double duration_read(const char *text)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60000}, {"min", 60000}, {"h", 3600000}};
    const char *p = text;
    size_t n = 0;
    double value = digits_read(&p, 1, &n);
    if (*p == '.') {
        p++;
        value += digits_read(&p, 0.1, &n);
    }
    for (size_t i = 0; n && i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(p, units[i].name) == 0) {
            return value * units[i].ms;
        }
    }
    return -1;
}

int inb_duration_parse(int64_t *ms_out, const char *text, inb_error **err)
{
    INB__REQUIRE(err, ms_out);
    INB__REQUIRE(err, text);
    double ms = duration_read(text);
    if (ms >= 0 && ms <= TEN_YEARS_MS) {
        *ms_out = (int64_t)(ms + 0.5);
        return 0;
    }
    int rc = ms < 0 ? inb__error_set(err, INB_EINVAL, "\"%.100s\" is not a duration", text)
                    : inb__error_set(err, INB_EINVAL, "\"%.100s\" is longer than ten years", text);
    inb__error_hint(err, "Give seconds, or a number with a unit: 5, 0.5, 250ms, 2m, 1h.");
    return rc;
}
