/* What is wrong with one migration's text: findings of a list, placed by their offset. */
#ifndef INB_SQL_PROBLEM_H
#define INB_SQL_PROBLEM_H

#include "util/diagnostic.h"

typedef struct inb__problems {
    inb__diagnostics *list;
    uint32_t file; /* the text's number in the list's sources */
} inb__problems;

/* Adds an error at an offset of the text, with its hint or NULL. */
void inb__problem_add(const inb__problems *problems, size_t offset, const char *hint,
                      const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
