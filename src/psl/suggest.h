/* "Did you mean": the known name that is nearest to one that was written. */
#ifndef INB_PSL_SUGGEST_H
#define INB_PSL_SUGGEST_H

#include "util/text.h"

typedef struct inb__psl_suggest {
    inb__str wanted;
    inb__str best;
    size_t distance;
} inb__psl_suggest;

/* Begins a search; a name further away than a third of its length is never suggested. */
inb__psl_suggest inb__psl_suggest_for(inb__str wanted);

/* Considers one name. Names that differ only in case are nearest. */
void inb__psl_suggest_name(inb__psl_suggest *s, inb__str name);

#endif
