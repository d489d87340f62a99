/* What becomes of the values when a column changes its type. */
#ifndef INB_SCHEMA_CAST_H
#define INB_SCHEMA_CAST_H

#include "schema/model.h"

typedef enum inb__cast {
    INB__CAST_SAME,  /* no change */
    INB__CAST_SAFE,  /* every value has its counterpart */
    INB__CAST_ZONED, /* the same, by the time zone of the session */
    INB__CAST_RISKY, /* a value may be cut, or the cast may fail */
    INB__CAST_NONE   /* not castable: the column is dropped and recreated */
} inb__cast;

/* From the type of one column to that of another; enums are the same when name and namespace are.
 */
inb__cast inb__cast_column(const inb__schema *from, const inb__column *prev, const inb__schema *to,
                           const inb__column *next);

/*
 * The type through which PostgreSQL has to be told to cast, because it has no cast of its own for
 * an assignment: "text", "numeric", … NULL when none is needed. Neither column or both are lists.
 */
const char *inb__cast_column_through(const inb__column *prev, const inb__column *next);

/* Between native types, neither of them in a list. */
inb__cast inb__cast_native(const inb__native_type *from, const inb__native_type *to);

#endif
