/* Arenas: memory allocated in blocks and freed together. */
#include "config.h"

#include "util/arena.h"

#include "util/alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_MIN 4096
#define BLOCK_MAX (1024 * 1024)
#define BLOCK_KEPT (64 * 1024) /* by an arena that is cleared */

struct inb__arena_block {
    inb__arena_block *older;
    size_t size;
    max_align_t data[];
};

void inb__arena_init(inb__arena *a)
{
    memset(a, 0, sizeof(*a));
}

static void blocks_free(inb__arena_block *b)
{
    while (b) {
        inb__arena_block *older = b->older;
        inb__free(b);
        b = older;
    }
}

void inb__arena_dispose(inb__arena *a)
{
    for (inb__arena *sub = a->subs; sub; sub = sub->next_sub) {
        blocks_free(sub->blocks);
    }
    blocks_free(a->blocks);
    inb__arena_init(a);
}

inb__arena *inb__arena_sub(inb__arena *parent)
{
    inb__arena *sub = INB__NEW(parent, inb__arena);
    if (sub) {
        sub->parent = parent;
        sub->next_sub = parent->subs;
        parent->subs = sub;
    }
    return sub;
}

void inb__arena_clear(inb__arena *a)
{
    inb__arena_block *last = a->blocks;
    if (!last) {
        return;
    }
    blocks_free(last->older);
    last->older = NULL;
    if (last->size > BLOCK_KEPT) {
        blocks_free(last);
        a->blocks = NULL;
        a->next = a->end = NULL;
        return;
    }
    memset(last->data, 0, (size_t)(a->next - (char *)last->data));
    a->next = (char *)last->data;
}

void inb__arena_error_exit_clear(inb__arena *a)
{
    a->exit_set = false;
}

static void *out_of_memory(inb__arena *a)
{
    for (inb__arena *with = a; with && !with->held; with = with->parent) {
        if (with->exit_set) {
            longjmp(with->exit, 1);
        }
    }
    return NULL;
}

static bool block_add(inb__arena *a, size_t size)
{
    size_t want = a->blocks ? a->blocks->size * 2 : BLOCK_MIN;
    if (want > BLOCK_MAX) {
        want = BLOCK_MAX;
    }
    if (want < size) {
        want = size;
    }
    if (want > SIZE_MAX - sizeof(inb__arena_block)) {
        return false;
    }
    inb__arena_block *block = inb__calloc(1, sizeof(*block) + want);
    if (!block) {
        return false;
    }
    block->older = a->blocks;
    block->size = want;
    a->blocks = block;
    a->next = (char *)block->data;
    a->end = a->next + want;
    return true;
}

static size_t rounded(size_t size)
{
    size_t align = _Alignof(max_align_t);
    return (size + align - 1) & ~(align - 1);
}

void *inb__arena_alloc(inb__arena *a, size_t size)
{
    if (size > SIZE_MAX / 2) {
        return out_of_memory(a);
    }
    size = rounded(size ? size : 1);
    if ((size_t)(a->end - a->next) < size && !block_add(a, size)) {
        return out_of_memory(a);
    }
    void *p = a->next;
    a->next += size;
    return p;
}

void *inb__arena_grow(inb__arena *a, void *p, size_t old_size, size_t new_size)
{
    if (p && new_size < SIZE_MAX / 2) {
        size_t had = rounded(old_size ? old_size : 1);
        size_t want = rounded(new_size ? new_size : 1);
        bool last = (char *)p + had == a->next;
        if (last && want >= had && (size_t)(a->end - a->next) >= want - had) {
            a->next += want - had;
            return p;
        }
    }
    void *grown = inb__arena_alloc(a, new_size);
    if (grown && p) {
        memcpy(grown, p, old_size < new_size ? old_size : new_size);
    }
    return grown;
}

char *inb__arena_strndup(inb__arena *a, const char *s, size_t n)
{
    char *copy = inb__arena_alloc(a, n + 1);
    if (copy && n) {
        memcpy(copy, s, n);
    }
    return copy;
}

char *inb__arena_strdup(inb__arena *a, const char *s)
{
    return inb__arena_strndup(a, s, strlen(s));
}

inb__str inb__arena_join(inb__arena *a, inb__str head, const char *between, inb__str tail)
{
    size_t n = head.n + strlen(between);
    char *text = inb__arena_alloc(a, n + tail.n + 1);
    if (!text) {
        return (inb__str){NULL, 0};
    }
    if (head.n) {
        memcpy(text, head.p, head.n);
    }
    memcpy(text + head.n, between, n - head.n);
    if (tail.n) {
        memcpy(text + n, tail.p, tail.n);
    }
    return (inb__str){text, n + tail.n};
}

char *inb__arena_vprintf(inb__arena *a, const char *fmt, va_list ap)
{
    char short_text[256];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(short_text, sizeof(short_text), fmt, ap);
    char *s = n < 0 ? out_of_memory(a) : inb__arena_alloc(a, (size_t)n + 1);
    if (s && (size_t)n < sizeof(short_text)) {
        memcpy(s, short_text, (size_t)n);
    } else if (s) {
        vsnprintf(s, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    return s;
}

char *inb__arena_printf(inb__arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = inb__arena_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}
