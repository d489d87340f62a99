/* Types as ALTER COLUMN TYPE sees them. */
#ifndef INB_SQL_TYPE_NAME_H
#define INB_SQL_TYPE_NAME_H

#include "sql/tree.h"
#include "util/arena.h"

typedef enum inb__type_change {
    INB__TYPE_SAME,   /* nothing happens to a row: the bytes stay, and no value is refused */
    INB__TYPE_WIDENS, /* the table is rewritten; every value keeps its meaning */
    INB__TYPE_NARROWS /* the table is rewritten or checked; values can change or be refused, or we
                         do not know */
} inb__type_change;

/* The canonical text of a TypeName node: "int4", "varchar(20)", "numeric(10,2)", "text[]",
 * "public.role". */
inb__str inb__type_name_text(inb__arena *arena, const inb__node *type_name);

/* Whether two texts name one type: a name without a schema is one in "public". */
bool inb__type_name_same(inb__str a, inb__str b);

/* What a change does. Either may be "", unknown. */
inb__type_change inb__type_name_change(inb__str from, inb__str to);

/* serial, bigserial, smallserial: an integer with a sequence. */
bool inb__type_name_is_serial(const inb__node *type_name);

#endif
