/*
 * Writes JSON into a buffer, with commas, nesting and escapes: two-space indentation, members in
 * the order of the calls, UTF-8 without control characters whatever the input. JSON from outside is
 * read by a library.
 */
#ifndef INB_UTIL_JSON_H
#define INB_UTIL_JSON_H

#include "util/buf.h"
#include "util/text.h"

#include <stdint.h>

typedef struct inb__json {
    inb__buf *out;
    int depth;
    bool first;
    bool after_key;
    bool compact;
} inb__json;

void inb__json_init(inb__json *j, inb__buf *out);
/* The same on one line, for logs and JSON lines. */
void inb__json_init_compact(inb__json *j, inb__buf *out);

void inb__json_object(inb__json *j);
void inb__json_object_end(inb__json *j);
void inb__json_array(inb__json *j);
void inb__json_array_end(inb__json *j);
void inb__json_key(inb__json *j, const char *key);

void inb__json_str(inb__json *j, inb__str s);
void inb__json_string(inb__json *j, const char *s); /* NULL writes null */
void inb__json_int(inb__json *j, int64_t n);
void inb__json_double(inb__json *j, double n, int decimals);
void inb__json_bool(inb__json *j, bool b);
void inb__json_null(inb__json *j);

/* A key with its value. */
void inb__json_member(inb__json *j, const char *key, const char *s);
void inb__json_member_str(inb__json *j, const char *key, inb__str s);
void inb__json_member_int(inb__json *j, const char *key, int64_t n);
void inb__json_member_bool(inb__json *j, const char *key, bool b);

#endif
