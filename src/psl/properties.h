/* The `key = value` lines of a datasource or a generator, taken one by one. */
#ifndef INB_PSL_PROPERTIES_H
#define INB_PSL_PROPERTIES_H

#include "psl/checker.h"

typedef struct inb__psl_properties {
    const inb__psl_block *block;
    inb__map map; /* key -> inb__psl_property, the last of several */
    bool *taken;
    size_t next; /* where inb__psl_properties_next() continues */
} inb__psl_properties;

/* False when a key has no value, which is reported: nothing can be said about the block then. */
bool inb__psl_properties_open(inb__psl_properties *p, inb__psl_checker *c,
                              const inb__psl_block *block);

const inb__psl_property *inb__psl_properties_take(inb__psl_properties *p, const char *key);

/* What was not taken, one at a time; NULL at the end. */
const inb__psl_property *inb__psl_properties_next(inb__psl_properties *p);

#endif
