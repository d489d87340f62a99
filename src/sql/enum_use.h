/*
 * Values that a migration adds to enums that were there before, and the statements of it that use
 * them: the server takes a new value only when what added it has been committed (55P04).
 */
#ifndef INB_SQL_ENUM_USE_H
#define INB_SQL_ENUM_USE_H

#include "sql/classifier.h"

typedef struct inb__enum_value {
    inb__str type, label;
    size_t used_by; /* the first statement that uses it, SIZE_MAX when none does */
    bool seen;      /* and says so: otherwise it runs code that is not read */
} inb__enum_value;

typedef INB__VEC(inb__enum_value) inb__enum_values;

/* Takes the value that a statement adds, or notes which of the values before it the statement uses.
 */
void inb__enum_use_read(inb__enum_values *values, inb__classifier *c, const inb__node *node,
                        size_t statement);

/* The first of the values that is used; NULL when none is. */
const inb__enum_value *inb__enum_use_first(const inb__enum_values *values);

#endif
