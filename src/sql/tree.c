#include "config.h"

#include "sql/tree.h"

#include "util/vec.h"

#include <stdlib.h>

typedef struct reader {
    inb__arena *arena;
    char *p, *end;
    INB__VEC(inb__node) nodes;
    INB__VEC(uint32_t) open; /* the objects and arrays around p */
} reader;

static void space_skip(reader *r)
{
    while (r->p < r->end && inb__is_space(*r->p)) {
        r->p++;
    }
}

static bool hex4(const char *p, const char *end, uint32_t *out)
{
    uint32_t code = 0;
    if (end - p < 4) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        char lower = (char)(c | 0x20);
        if (!inb__is_digit(c) && (lower < 'a' || lower > 'f')) {
            return false;
        }
        code = code * 16 + (uint32_t)(inb__is_digit(c) ? c - '0' : lower - 'a' + 10);
    }
    *out = code;
    return true;
}

/* One escape at the reader's place, its bytes to *to, which never overtakes the reader. */
static bool escape_read(reader *r, char **to)
{
    static const char from[] = "\"\\/bfnrt", as[] = "\"\\/\b\f\n\r\t";
    char c = r->p < r->end ? *r->p++ : '\0';
    if (c == 'u') {
        uint32_t code;
        if (!hex4(r->p, r->end, &code)) {
            return false;
        }
        r->p += 4;
        *to += inb__utf8_encode(code, *to);
        return true;
    }
    const char *known = c ? strchr(from, c) : NULL;
    if (!known) {
        return false;
    }
    *(*to)++ = as[known - from];
    return true;
}

static bool string_read(reader *r, inb__str *out)
{
    char *from = ++r->p, *to = from;
    while (r->p < r->end && *r->p != '"') {
        if (*r->p != '\\') {
            *to++ = *r->p++;
            continue;
        }
        r->p++;
        if (!escape_read(r, &to)) {
            return false;
        }
    }
    if (r->p == r->end) {
        return false;
    }
    r->p++;
    *out = (inb__str){from, (size_t)(to - from)};
    return true;
}

static bool literal_read(reader *r, inb__node *n)
{
    static const struct {
        const char *word;
        inb__node_kind kind;
    } words[] = {{"true", INB__NODE_TRUE}, {"false", INB__NODE_FALSE}, {"null", INB__NODE_NULL}};
    inb__str rest = {r->p, (size_t)(r->end - r->p)};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (inb__str_starts(rest, words[i].word)) {
            n->kind = (uint8_t)words[i].kind;
            r->p += strlen(words[i].word);
            return true;
        }
    }
    while (r->p < r->end && *r->p && strchr("+-.0123456789eE", *r->p)) {
        r->p++;
    }
    n->kind = INB__NODE_NUMBER;
    n->text = (inb__str){rest.p, (size_t)(r->p - rest.p)};
    return n->text.n > 0;
}

static bool is_object(const reader *r)
{
    return r->open.n && r->nodes.v[r->open.v[r->open.n - 1]].kind == INB__NODE_OBJECT;
}

/* A value with the key before it; what it opens stays open. */
static bool value_read(reader *r)
{
    inb__node n = {.size = 1};
    if (is_object(r)) {
        if (r->p == r->end || *r->p != '"' || !string_read(r, &n.key)) {
            return false;
        }
        space_skip(r);
        if (r->p == r->end || *r->p++ != ':') {
            return false;
        }
        space_skip(r);
    }
    if (r->p == r->end) {
        return false;
    }
    bool opens = *r->p == '{' || *r->p == '[';
    if (opens) {
        n.kind = *r->p++ == '{' ? INB__NODE_OBJECT : INB__NODE_ARRAY;
    } else if (*r->p == '"') {
        n.kind = INB__NODE_TEXT;
        if (!string_read(r, &n.text)) {
            return false;
        }
    } else if (!literal_read(r, &n)) {
        return false;
    }
    if (opens) {
        INB__VEC_ADD(r->arena, &r->open, (uint32_t)r->nodes.n);
    }
    if (!inb__str_is(n.key, "location")) { /* a quarter of all, and nobody asks */
        INB__VEC_ADD(r->arena, &r->nodes, n);
    }
    return true;
}

/* Every node but the first follows an opening or a comma; those in strings only make it more. */
static size_t nodes_at_most(const char *json, size_t n)
{
    size_t count = 1;
    for (size_t i = 0; i < n; i++) {
        count += json[i] == ',' || json[i] == '{' || json[i] == '[';
    }
    return count;
}

static bool close_read(reader *r)
{
    char want = is_object(r) ? '}' : ']';
    if (*r->p != want) {
        return false;
    }
    r->p++;
    uint32_t at = r->open.v[--r->open.n];
    r->nodes.v[at].size = (uint32_t)(r->nodes.n - at);
    return true;
}

inb__node *inb__tree_read(inb__arena *arena, char *json, size_t n)
{
    reader r = {.arena = arena, .p = json, .end = json + n};
    r.nodes.cap = nodes_at_most(json, n);
    r.nodes.v = INB__NEW_N(arena, inb__node, r.nodes.cap);
    space_skip(&r);
    if (!value_read(&r)) {
        return NULL;
    }
    while (r.open.n) {
        space_skip(&r);
        if (r.p == r.end) {
            return NULL;
        }
        if (*r.p == '}' || *r.p == ']') {
            if (!close_read(&r)) {
                return NULL;
            }
            continue;
        }
        if (*r.p == ',') {
            r.p++;
            space_skip(&r);
        }
        if (!value_read(&r)) {
            return NULL;
        }
    }
    space_skip(&r);
    return r.p == r.end ? r.nodes.v : NULL;
}

static const inb__node *member(const inb__node *n, inb__str key)
{
    if (!n || n->kind != INB__NODE_OBJECT) {
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
    return at && at->kind == INB__NODE_TRUE;
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
