/* Compares JSON by what it says. */
#include "config.h"

#include "util/json_same.h"

#include "util/limits.h"
#include "util/node.h"

#include <stdlib.h>

/* The last member of a name counts. */
static const inb__node *member_last(const inb__node *object, inb__str key)
{
    const inb__node *last = NULL;
    INB__NODE_EACH(n, object)
    {
        last = inb__str_eq(n->key, key) ? n : last;
    }
    return last;
}

/* Written with a point or an exponent it is a double, otherwise an integer. */
static bool is_real(inb__str number)
{
    for (size_t i = 0; i < number.n; i++) {
        if (strchr(".eE", number.p[i])) {
            return true;
        }
    }
    return false;
}

static bool numbers_same(inb__str a, inb__str b)
{
    char x[64], y[64];
    if (!is_real(a) || !is_real(b) || a.n >= sizeof(x) || b.n >= sizeof(y)) {
        return inb__str_eq(a, b);
    }
    memcpy(x, a.p, a.n);
    memcpy(y, b.p, b.n);
    x[a.n] = y[b.n] = '\0';
    return strtod(x, NULL) == strtod(y, NULL);
}

static bool nodes_same(const inb__node *a, const inb__node *b);

static bool members_in(const inb__node *a, const inb__node *b, bool equal)
{
    INB__NODE_EACH(n, a)
    {
        const inb__node *other = member_last(b, n->key);
        if (!other || (equal && !nodes_same(member_last(a, n->key), other))) {
            return false;
        }
    }
    return true;
}

static bool items_same(const inb__node *a, const inb__node *b)
{
    const inb__node *x = inb__node_first(a), *y = inb__node_first(b);
    while (x && y && nodes_same(x, y)) {
        x = inb__node_next(a, x);
        y = inb__node_next(b, y);
    }
    return !x && !y;
}

static bool nodes_same(const inb__node *a, const inb__node *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case INB__JSON_NUMBER:
        return numbers_same(a->text, b->text);
    case INB__JSON_OBJECT:
        return members_in(a, b, true) && members_in(b, a, false);
    case INB__JSON_ARRAY:
        return items_same(a, b);
    default:
        return inb__str_eq(a->text, b->text);
    }
}

static const inb__node *text_read(inb__arena *arena, inb__str text)
{
    char *copy = inb__arena_strndup(arena, text.p ? text.p : "", text.n);
    return inb__node_read(arena, copy, text.n, INB__LIMIT_NESTING, NULL);
}

bool inb__json_same(inb__arena *scratch, inb__str a, inb__str b)
{
    const inb__node *x = text_read(scratch, a), *y = text_read(scratch, b);
    return !x || !y || nodes_same(x, y);
}
