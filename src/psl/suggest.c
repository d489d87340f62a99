#include "config.h"

#include "psl/suggest.h"

#define SUGGEST_MAX 64

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Levenshtein's distance without regard to case, given up as soon as it must reach `limit`. */
static size_t distance_of(inb__str a, inb__str b, size_t limit)
{
    size_t row[SUGGEST_MAX + 1];
    for (size_t k = 0; k <= b.n; k++) {
        row[k] = k;
    }
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0], least = row[0] = i;
        for (size_t k = 1; k <= b.n; k++) {
            size_t replace = diagonal + (lower(a.p[i - 1]) != lower(b.p[k - 1]));
            size_t other = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;
            diagonal = row[k];
            row[k] = replace < other ? replace : other;
            least = row[k] < least ? row[k] : least;
        }
        if (least >= limit) {
            return limit;
        }
    }
    return row[b.n];
}

inb__suggest inb__suggest_for(inb__str wanted)
{
    return (inb__suggest){wanted, {NULL, 0}, wanted.n / 3 + 1};
}

void inb__suggest_name(inb__suggest *s, inb__str name)
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
