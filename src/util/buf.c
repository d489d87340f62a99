/* Growable byte buffers with a hard maximum. */
#include "config.h"

#include "util/buf.h"

#include "util/alloc.h"

#include <stdio.h>
#include <string.h>

void inb__buf_init(inb__buf *b, size_t maximum)
{
    *b = (inb__buf){.maximum = maximum};
}

void inb__buf_dispose(inb__buf *b)
{
    inb__free(b->data);
    inb__buf_init(b, b->maximum);
}

void inb__buf_clear(inb__buf *b)
{
    b->length = 0;
    b->failed = false;
    if (b->data) {
        b->data[0] = '\0';
    }
}

#define DRAINED 65536u /* bytes, from which on a buffer is handed on */

static void hand_on(inb__buf *b)
{
    if (!b->failed && b->length) {
        b->failed = b->drain(b->payload, b->data, b->length) != 0;
        b->length = 0;
        b->data[0] = '\0';
    }
}

static inline void hand_on_when_full(inb__buf *b)
{
    if (b->drain && b->length >= DRAINED) {
        hand_on(b);
    }
}

void inb__buf_drain_to(inb__buf *b, int (*drain)(void *payload, const char *bytes, size_t n),
                       void *payload)
{
    b->drain = drain;
    b->payload = payload;
}

void inb__buf_drain(inb__buf *b)
{
    if (b->drain) {
        hand_on(b);
    }
}

/* Room for n bytes more and the NUL. */
static bool reserve(inb__buf *b, size_t n)
{
    if (b->failed || n > b->maximum || b->length > b->maximum - n) {
        b->failed = true;
        return false;
    }
    size_t need = b->length + n + 1;
    if (need <= b->capacity) {
        return true;
    }
    size_t want = b->capacity ? b->capacity : 64;
    while (want < need) {
        want += want / 2 + 64;
    }
    char *grown = inb__realloc(b->data, want);
    if (!grown) {
        b->failed = true;
        return false;
    }
    b->data = grown;
    b->capacity = want;
    return true;
}

void inb__buf_add(inb__buf *b, const void *bytes, size_t n)
{
    hand_on_when_full(b);
    if (n == 0 || !reserve(b, n)) {
        return;
    }
    memcpy(b->data + b->length, bytes, n);
    b->length += n;
    b->data[b->length] = '\0';
}

void inb__buf_char(inb__buf *b, char c)
{
    hand_on_when_full(b);
    if (reserve(b, 1)) {
        b->data[b->length++] = c;
        b->data[b->length] = '\0';
    }
}

void inb__buf_fill(inb__buf *b, char c, size_t n)
{
    hand_on_when_full(b);
    if (n == 0 || !reserve(b, n)) {
        return;
    }
    memset(b->data + b->length, c, n);
    b->length += n;
    b->data[b->length] = '\0';
}

/* Formatted at once where there is room already, and a second time only where there was not. */
void inb__buf_vprintf(inb__buf *b, const char *fmt, va_list ap)
{
    hand_on_when_full(b);
    va_list again;
    va_copy(again, ap);
    size_t room = b->capacity - b->length;
    int n = vsnprintf(room ? b->data + b->length : NULL, room, fmt, ap);
    if (n < 0) {
        b->failed = true;
    } else if (reserve(b, (size_t)n)) {
        if ((size_t)n >= room) {
            vsnprintf(b->data + b->length, (size_t)n + 1, fmt, again);
        }
        b->length += (size_t)n;
    }
    if (b->failed && b->data) {
        b->data[b->length] = '\0';
    }
    va_end(again);
}

void inb__buf_printf(inb__buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    inb__buf_vprintf(b, fmt, ap);
    va_end(ap);
}

void inb__buf_truncate(inb__buf *b, size_t length)
{
    if (length < b->length) {
        b->length = length;
        b->data[length] = '\0';
    }
}

const char *inb__buf_text(const inb__buf *b)
{
    return b->data ? b->data : "";
}

char *inb__buf_take(inb__buf *b)
{
    if (!b->failed && !b->data) {
        reserve(b, 0);
    }
    if (b->failed) {
        return NULL;
    }
    char *data = b->data;
    data[b->length] = '\0';
    b->data = NULL;
    inb__buf_dispose(b);
    return data;
}
