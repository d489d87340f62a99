/*
 * Whether a list of fields is a key of a model, or the beginning of an index: asked for every
 * relation, and answered in the time that it takes to read the list.
 */
#ifndef INB_PSL_KEY_LOOKUP_H
#define INB_PSL_KEY_LOOKUP_H

#include "psl/datamodel.h"
#include "util/map.h"

/* What the indexes and the primary key of a model have, as bits. */
typedef enum inb__psl_key_kind {
    INB__PSL_KEY_PREFIX = 1 << 0, /* one begins with the fields */
    INB__PSL_KEY_UNIQUE = 1 << 1, /* a unique index has exactly the fields */
    INB__PSL_KEY_PRIMARY = 1 << 2 /* the primary key has exactly the fields */
} inb__psl_key_kind;

typedef struct inb__psl_key_lookup {
    inb__arena *arena;
    inb__map nodes;
    bool *built; /* by model */
} inb__psl_key_lookup;

void inb__psl_key_lookup_init(inb__psl_key_lookup *keys, inb__arena *arena, size_t n_models);

/* Bits of inb__psl_key_kind for the fields in this order. The model's indexes must be complete. */
unsigned inb__psl_key_lookup_find(inb__psl_key_lookup *keys, const inb__dm_model *m,
                                  inb__dm_field *const *fields, size_t n);

/* The same for the fields in any order; without PREFIX. */
unsigned inb__psl_key_lookup_find_set(inb__psl_key_lookup *keys, const inb__dm_model *m,
                                      inb__dm_field *const *fields, size_t n);

#endif
