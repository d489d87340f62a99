/* Text with places to fill in: psql's variables, so that psql can run the templates too. */
#ifndef INB_UTIL_TEMPLATE_H
#define INB_UTIL_TEMPLATE_H

#include "util/buf.h"

#include <stddef.h>

typedef struct inb__variable {
    const char *name;
    const char *text; /* quoted already, where that is needed */
} inb__variable;

/*
 * Appends the template with each :"name" and :'name' replaced by the text of that variable. What is
 * named like none of them stays as it is, and so do casts (::"char").
 */
void inb__template_fill(inb__buf *out, const char *text, const inb__variable *variables, size_t n);

#endif
