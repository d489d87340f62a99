/* The name that is nearest to one that was mistyped: "Did you mean …?" of every program. */
#ifndef INB_UTIL_NEAREST_H
#define INB_UTIL_NEAREST_H

#include "util/text.h"

typedef struct inb__nearest {
    inb__str wanted;
    inb__str best; /* best.n is 0 while no name is near enough */
    size_t distance;
} inb__nearest;

/* Begins a search; a name further away than a third of its length is never suggested. */
inb__nearest inb__nearest_to(inb__str wanted);

/* Considers one name, which must outlive the search. Names that differ only in case are nearest. */
void inb__nearest_consider(inb__nearest *n, inb__str name);

#endif
