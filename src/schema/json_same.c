#include "config.h"

#include "schema/json_same.h"

#include "util/limits.h"
#include "util/map.h"

#include <stdlib.h>

typedef enum node_kind { LITERAL, INTEGER, REAL, STRING, ARRAY, OBJECT } node_kind;

typedef struct node node;
struct node {
    node_kind kind;
    inb__str text; /* LITERAL, INTEGER as written; STRING decoded */
    double real;   /* REAL */
    node *first, *last, *next;
    size_t n;
    inb__map members; /* OBJECT */
};

typedef struct reader {
    inb__arena *arena;
    const char *p, *end;
    unsigned depth;
} reader;

static node *value_read(reader *r);

static void space_skip(reader *r)
{
    while (r->p < r->end && inb__is_space(*r->p)) {
        r->p++;
    }
}

static bool byte_take(reader *r, char c)
{
    space_skip(r);
    if (r->p < r->end && *r->p == c) {
        r->p++;
        return true;
    }
    return false;
}

static node *node_new(reader *r, node_kind kind)
{
    node *n = INB__NEW(r->arena, node);
    n->kind = kind;
    return n;
}

static bool hex4_read(reader *r, uint32_t *out)
{
    uint32_t code = 0;
    if (r->end - r->p < 4) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        char c = *r->p++;
        int digit = inb__is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
        if (digit < 0 || digit > 15) {
            return false;
        }
        code = code << 4 | (uint32_t)digit;
    }
    *out = code;
    return true;
}

/* After "\u": one code point, of two escapes when the first is half of one. */
static bool code_read(reader *r, char **out)
{
    uint32_t code, low;
    if (!hex4_read(r, &code)) {
        return false;
    }
    if (code >= 0xd800 && code < 0xdc00) {
        if (r->end - r->p < 6 || r->p[0] != '\\' || r->p[1] != 'u') {
            return false;
        }
        r->p += 2;
        if (!hex4_read(r, &low) || low < 0xdc00 || low > 0xdfff) {
            return false;
        }
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    *out += inb__utf8_encode(code, *out);
    return true;
}

static bool escape_read(reader *r, char **out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (r->p == r->end) {
        return false;
    }
    char c = *r->p++;
    if (c == 'u') {
        return code_read(r, out);
    }
    const char *found = c ? strchr(from, c) : NULL;
    if (!found) {
        return false;
    }
    *(*out)++ = to[found - from];
    return true;
}

/* After the opening quote. */
static node *string_read(reader *r)
{
    node *n = node_new(r, STRING);
    char *text = inb__arena_alloc(r->arena, (size_t)(r->end - r->p) + 4), *out = text;
    while (r->p < r->end && *r->p != '"') {
        char c = *r->p++;
        if (c != '\\') {
            *out++ = c;
        } else if (!escape_read(r, &out)) {
            return NULL;
        }
    }
    if (!byte_take(r, '"')) {
        return NULL;
    }
    n->text = (inb__str){text, (size_t)(out - text)};
    return n;
}

static node *number_read(reader *r)
{
    const char *start = r->p;
    node_kind kind = INTEGER;
    while (r->p < r->end && (inb__is_digit(*r->p) || strchr("+-.eE", *r->p))) {
        kind = strchr(".eE", *r->p) ? REAL : kind;
        r->p++;
    }
    if (r->p == start) {
        return NULL;
    }
    node *n = node_new(r, kind);
    n->text = (inb__str){start, (size_t)(r->p - start)};
    n->real = strtod(inb__arena_strndup(r->arena, start, n->text.n), NULL);
    return n;
}

static node *literal_read(reader *r)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);
        if ((size_t)(r->end - r->p) >= n && memcmp(r->p, words[i], n) == 0) {
            node *literal = node_new(r, LITERAL);
            literal->text = (inb__str){words[i], n};
            r->p += n;
            return literal;
        }
    }
    return NULL;
}

static node *array_read(reader *r)
{
    node *array = node_new(r, ARRAY);
    if (byte_take(r, ']')) {
        return array;
    }
    do {
        node *item = value_read(r);
        if (!item) {
            return NULL;
        }
        *(array->last ? &array->last->next : &array->first) = item;
        array->last = item;
        array->n++;
    } while (byte_take(r, ','));
    return byte_take(r, ']') ? array : NULL;
}

static node *object_read(reader *r)
{
    node *object = node_new(r, OBJECT);
    inb__map_init(&object->members, r->arena);
    if (byte_take(r, '}')) {
        return object;
    }
    do {
        node *key = byte_take(r, '"') ? string_read(r) : NULL;
        node *value = key && byte_take(r, ':') ? value_read(r) : NULL;
        if (!value) {
            return NULL;
        }
        inb__map_set(&object->members, key->text, value);
    } while (byte_take(r, ','));
    return byte_take(r, '}') ? object : NULL;
}

static node *value_read(reader *r)
{
    node *n;
    if (r->depth == INB__LIMIT_NESTING) {
        return NULL;
    }
    r->depth++;
    if (byte_take(r, '"')) {
        n = string_read(r);
    } else if (byte_take(r, '[')) {
        n = array_read(r);
    } else if (byte_take(r, '{')) {
        n = object_read(r);
    } else {
        n = literal_read(r);
        n = n ? n : number_read(r);
    }
    r->depth--;
    return n;
}

static node *text_read(inb__arena *arena, inb__str text)
{
    reader r = {.arena = arena, .p = text.p, .end = text.p + text.n};
    node *n = value_read(&r);
    space_skip(&r);
    return r.p == r.end ? n : NULL;
}

static bool nodes_same(const node *a, const node *b);

static bool objects_same(const node *a, const node *b)
{
    if (a->members.n != b->members.n) {
        return false;
    }
    for (size_t i = 0; i < a->members.n; i++) {
        const node *other = inb__map_get(&b->members, a->members.entries[i].key);
        if (!other || !nodes_same(a->members.entries[i].value, other)) {
            return false;
        }
    }
    return true;
}

static bool nodes_same(const node *a, const node *b)
{
    if (a->kind != b->kind || a->n != b->n) {
        return false;
    }
    switch (a->kind) {
    case REAL:
        return a->real == b->real;
    case OBJECT:
        return objects_same(a, b);
    case ARRAY:
        a = a->first;
        b = b->first;
        while (a && nodes_same(a, b)) {
            a = a->next;
            b = b->next;
        }
        return !a;
    default:
        return inb__str_eq(a->text, b->text);
    }
}

bool inb__json_same(inb__arena *scratch, inb__str a, inb__str b)
{
    const node *x = text_read(scratch, a), *y = text_read(scratch, b);
    return !x || !y || nodes_same(x, y);
}
