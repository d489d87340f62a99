/*
 * The one JSON reader of the tools: strict, without recursion and without memory of its own. It
 * gives one event after the other; util/node.h makes a tree of them.
 *
 * libinboard's sealed values have a scanner of their own (vault/envelope.c), which takes less than
 * JSON, and the service uses jansson.
 */
#ifndef INB_UTIL_JSON_READER_H
#define INB_UTIL_JSON_READER_H

#include "util/text.h"

#include <stdint.h>

typedef enum inb__json_event {
    INB__JSON_END,
    INB__JSON_OBJECT, /* one begins, and so does … */
    INB__JSON_ARRAY,  /* … this */
    INB__JSON_CLOSE,  /* the last of them that is open ends */
    INB__JSON_TEXT,
    INB__JSON_NUMBER,
    INB__JSON_TRUE,
    INB__JSON_FALSE,
    INB__JSON_NULL,
    INB__JSON_ERROR /* the text is not JSON, or nested too deep */
} inb__json_event;

#define INB__JSON_DEPTH_MAX (128u * 1024)

typedef struct inb__json_reader {
    inb__str key, text; /* of the value: its name in the object around it; a text or a number */
    const char *p, *end;
    const char *start;
    char *writable; /* the same as start, where strings may be decoded in place */
    uint32_t depth, depth_max;
    bool first, started;
    uint64_t objects[INB__JSON_DEPTH_MAX / 64]; /* a bit a level: whether it is an object */
} inb__json_reader;

/* Strings are checked, and left as they are written. */
void inb__json_reader_init(inb__json_reader *r, inb__str text, uint32_t depth_max);

/* Strings are decoded: the text is overwritten, and must live as long as what was read of it. */
void inb__json_reader_init_decoding(inb__json_reader *r, char *text, size_t n, uint32_t depth_max);

/* The next event. After INB__JSON_END and INB__JSON_ERROR there is none. */
inb__json_event inb__json_reader_next(inb__json_reader *r);

#endif
