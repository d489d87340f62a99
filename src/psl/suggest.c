#include "config.h"

#include "psl/suggest.h"

#define SUGGEST_MAX 64

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool is_swapped(inb__str a, inb__str b, size_t i, size_t k)
{
    return i > 1 && k > 1 && lower(a.p[i - 1]) == lower(b.p[k - 2]) &&
           lower(a.p[i - 2]) == lower(b.p[k - 1]);
}

/* Levenshtein's distance without regard to case, two letters that changed places counting as one
 * mistake; given up as soon as it must reach `limit`. */
static size_t distance_of(inb__str a, inb__str b, size_t limit)
{
    size_t rows[3][SUGGEST_MAX + 1];
    for (size_t k = 0; k <= b.n; k++) {
        rows[0][k] = k;
    }
    for (size_t i = 1; i <= a.n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        size_t least = row[0] = i;
        for (size_t k = 1; k <= b.n; k++) {
            size_t replace = above[k - 1] + (lower(a.p[i - 1]) != lower(b.p[k - 1]));
            row[k] = least_of(replace, least_of(row[k - 1], above[k]) + 1);
            if (is_swapped(a, b, i, k)) {
                row[k] = least_of(row[k], second[k - 2] + 1);
            }
            least = least_of(least, row[k]);
        }
        if (least >= limit) {
            return limit;
        }
    }
    return rows[a.n % 3][b.n];
}

inb__psl_suggest inb__psl_suggest_for(inb__str wanted)
{
    return (inb__psl_suggest){wanted, {NULL, 0}, wanted.n / 3 + 1};
}

void inb__psl_suggest_name(inb__psl_suggest *s, inb__str name)
{
    size_t apart = name.n > s->wanted.n ? name.n - s->wanted.n : s->wanted.n - name.n;
    if (name.n > SUGGEST_MAX || s->wanted.n > SUGGEST_MAX || apart >= s->distance) {
        return;
    }
    size_t distance = distance_of(s->wanted, name, s->distance);
    if (distance < s->distance) {
        s->distance = distance;
        s->best = name;
    }
}
