/* What is wrong with a migration: the checks collect all of it, a caller prints it or does not
 * care. */
#ifndef INB_SQL_PROBLEM_H
#define INB_SQL_PROBLEM_H

#include "util/vec.h"

#include <stddef.h>

typedef struct inb__problem {
    size_t offset;       /* bytes, from the text's first */
    const char *message; /* one line, lower case, no full stop */
    const char *hint;    /* a full sentence that says what to write instead */
} inb__problem;

typedef INB__VEC(inb__problem) inb__problems;

/* Adds one; hint belongs to the caller and must live as long as the arena. */
void inb__problem_add(inb__problems *problems, inb__arena *arena, size_t offset, const char *hint,
                      const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
