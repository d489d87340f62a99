/* The tables of PostgreSQL's types and operator classes as the schema language names them. */
#ifndef INB_PSL_SCALAR_TYPES_H
#define INB_PSL_SCALAR_TYPES_H

#include "psl/datamodel.h"

/* The inb__dm_scalar of a name, or -1. */
int inb__scalar_find(inb__str name);

typedef struct inb__native_info {
    const char *name;
    inb__dm_scalar scalar; /* the only scalar that it goes with */
} inb__native_info;

/* The inb__native of a name, INB__NATIVE_NONE when there is none. */
inb__native inb__native_find(inb__str name);
const inb__native_info *inb__native_info_of(inb__native kind);

/* Reads arguments as they are written; false when they are not the whole numbers that the type
 * takes. */
bool inb__native_parse(inb__native_type *out, inb__native kind, const inb__str *args, size_t n);

const inb__opclass *inb__psl_opclass_find(inb__str name);

/*
 * Whether an index of this kind can be made over a column; native is NONE where nothing is written,
 * scalar -1 where the column is an enum or Unsupported, opclass NULL where nothing is written.
 */
bool inb__psl_opclass_fits(inb__index_method algorithm, const inb__opclass *opclass,
                           inb__native native, int scalar, bool is_list);

/* The first `max` classes that an index of this kind can have over a column of the type. */
size_t inb__psl_opclass_list(inb__str *out, size_t max, inb__index_method algorithm,
                             const inb__dm_type *type, bool is_list);

/* "BTree", "SpGist", … and back (-1 when it is none). */
const char *inb__algorithm_name(inb__index_method algorithm);
int inb__algorithm_find(inb__str name);

#endif
