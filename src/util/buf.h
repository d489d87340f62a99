/*
 * A growable byte buffer with a hard maximum. A failure (out of memory, over the maximum) is
 * sticky: later appends do nothing, and the caller asks once at the end. The contents are always
 * NUL-terminated.
 */
#ifndef INB_UTIL_BUF_H
#define INB_UTIL_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct inb__buf {
    char *data;
    size_t length;
    size_t capacity;
    size_t maximum;
    bool failed;
    int (*drain)(void *payload, const char *bytes, size_t n);
    void *payload;
} inb__buf;

void inb__buf_init(inb__buf *b, size_t maximum);
void inb__buf_dispose(inb__buf *b);

/*
 * From now on the buffer hands on what it holds each time that this is much, and so stays small;
 * the last of it when inb__buf_drain() is called. A function that does not return 0 makes it fail.
 */
void inb__buf_drain_to(inb__buf *b, int (*drain)(void *payload, const char *bytes, size_t n),
                       void *payload);
void inb__buf_drain(inb__buf *b);
void inb__buf_clear(inb__buf *b);

void inb__buf_add(inb__buf *b, const void *bytes, size_t n);
static inline void inb__buf_str(inb__buf *b, const char *s)
{
    inb__buf_add(b, s, strlen(s));
}
void inb__buf_char(inb__buf *b, char c);
void inb__buf_fill(inb__buf *b, char c, size_t n);
void inb__buf_printf(inb__buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void inb__buf_vprintf(inb__buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Takes back what was appended after the first `length` bytes. */
void inb__buf_truncate(inb__buf *b, size_t length);

/* The contents, "" when there are none; valid until the next append. */
const char *inb__buf_text(const inb__buf *b);

/* Gives the contents away (free with inb__free) and empties the buffer; NULL when it failed. */
char *inb__buf_take(inb__buf *b) __attribute__((warn_unused_result));

#endif
