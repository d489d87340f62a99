/* Operator classes by their names in the schema language. */
#ifndef INB_PSL_OPCLASS_H
#define INB_PSL_OPCLASS_H

#include "psl/datamodel.h"

/* The class of "JsonbPathOps", NULL when it is none; and back, NULL when the language has no name
 * for it. */
const inb__opclass *inb__psl_opclass_find(inb__str name);
const char *inb__psl_opclass_name(const inb__opclass *opclass);

/*
 * Whether an index of this kind can be made over a column; native is NONE where nothing is written,
 * scalar -1 where the column is an enum or Unsupported, opclass NULL where nothing is written.
 */
bool inb__psl_opclass_fits(inb__index_method method, const inb__opclass *opclass,
                           inb__native native, int scalar, bool is_list);

/* The first `max` classes that an index of this kind can have over a column of the type. */
size_t inb__psl_opclass_list(inb__str *out, size_t max, inb__index_method method,
                             const inb__dm_type *type, bool is_list);

#endif
