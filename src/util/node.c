/* Makes a tree of JSON, and looks things up in it by their path. */
#include "config.h"

#include "util/node.h"

#include "util/vec.h"

#include <stdlib.h>

/* Every node but the first follows an opening or a comma; those in strings only make it more. */
static size_t nodes_at_most(const char *json, size_t n)
{
    size_t count = 1;
    for (size_t i = 0; i < n; i++) {
        count += json[i] == ',' || json[i] == '{' || json[i] == '[';
    }
    return count;
}

inb__node *inb__node_read(inb__arena *arena, char *json, size_t n, uint32_t depth_max,
                          const char *without)
{
    INB__VEC(uint32_t) open = {0};
    inb__json_reader r;
    inb__node *nodes = INB__NEW_N(arena, inb__node, nodes_at_most(json, n));
    uint32_t count = 0;
    inb__json_reader_init_decoding(&r, json, n, depth_max);
    inb__json_event e = inb__json_reader_next(&r);
    while (nodes && e != INB__JSON_END && e != INB__JSON_ERROR) {
        if (e == INB__JSON_CLOSE) {
            uint32_t at = open.v[--open.n];
            nodes[at].size = count - at;
        } else {
            bool opens = e == INB__JSON_OBJECT || e == INB__JSON_ARRAY;
            if (opens) {
                INB__VEC_ADD(arena, &open, count);
            }
            if (opens || !without || !inb__str_is(r.key, without)) {
                nodes[count++] = (inb__node){r.key, r.text, 1, (uint8_t)e};
            }
        }
        e = inb__json_reader_next(&r);
    }
    return e == INB__JSON_END ? nodes : NULL;
}

static const inb__node *member(const inb__node *n, inb__str key)
{
    if (!n || n->kind != INB__JSON_OBJECT) {
        return NULL;
    }
    INB__NODE_EACH(child, n)
    {
        if (inb__str_eq(child->key, key)) {
            return child;
        }
    }
    return NULL;
}

const inb__node *inb__node_at(const inb__node *n, const char *path)
{
    while (n && *path) {
        size_t length = strcspn(path, "/");
        n = member(n, (inb__str){path, length});
        path += length;
        path += *path == '/';
    }
    return n;
}

inb__str inb__node_text(const inb__node *n, const char *path)
{
    const inb__node *at = inb__node_at(n, path);
    return at ? at->text : (inb__str){"", 0};
}

int64_t inb__node_int(const inb__node *n, const char *path)
{
    inb__str text = inb__node_text(n, path);
    char digits[24] = "";
    memcpy(digits, text.p ? text.p : "", text.n < sizeof(digits) ? text.n : 0);
    return strtoll(digits, NULL, 10);
}

bool inb__node_bool(const inb__node *n, const char *path)
{
    const inb__node *at = inb__node_at(n, path);
    return at && at->kind == INB__JSON_TRUE;
}

bool inb__node_is(const inb__node *n, const char *path, const char *text)
{
    return inb__str_is(inb__node_text(n, path), text);
}

size_t inb__node_count(const inb__node *n)
{
    size_t count = 0;
    if (n) {
        INB__NODE_EACH(child, n)
        {
            count++;
        }
    }
    return count;
}

const inb__node *inb__node_inner(const inb__node *n)
{
    return inb__node_first(n);
}
