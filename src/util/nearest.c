/* The distance between names, and the nearest of those considered. */
#include "config.h"

#include "util/nearest.h"

/* Longer names are not suggested, and nothing is suggested for one. */
#define NAME_LENGTH 64

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
    size_t rows[3][NAME_LENGTH + 1];
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

inb__nearest inb__nearest_to(inb__str wanted)
{
    return (inb__nearest){wanted, {NULL, 0}, wanted.n / 3 + 1};
}

void inb__nearest_consider(inb__nearest *n, inb__str name)
{
    size_t apart = name.n > n->wanted.n ? name.n - n->wanted.n : n->wanted.n - name.n;
    if (name.n > NAME_LENGTH || n->wanted.n > NAME_LENGTH || apart >= n->distance) {
        return;
    }
    size_t distance = distance_of(n->wanted, name, n->distance);
    if (distance < n->distance) {
        n->distance = distance;
        n->best = name;
    }
}
