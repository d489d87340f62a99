/* Types as the parser's tree writes them. */
#ifndef INB_SQL_TYPE_NAME_H
#define INB_SQL_TYPE_NAME_H

#include "util/arena.h"
#include "util/node.h"

/* The canonical text of a TypeName node: "int4", "varchar(20)", "numeric(10,2)", "text[]",
 * "public.role". */
inb__str inb__type_name_text(inb__arena *arena, const inb__node *type_name);

/* Whether two texts name one type: a name without a schema is one in "public". */
bool inb__type_name_same(inb__str a, inb__str b);

/* serial, bigserial, smallserial: an integer with a sequence. */
bool inb__type_name_is_serial(const inb__node *type_name);

#endif
