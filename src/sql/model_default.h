/* What the migrations say of a column's default, as the relational model has it. */
#ifndef INB_SQL_MODEL_DEFAULT_H
#define INB_SQL_MODEL_DEFAULT_H

#include "schema/model.h"
#include "sql/catalog.h"

/* The default of a column whose type and arity are known. */
inb__default inb__model_default(inb__arena *arena, const inb__sql_default *from,
                                const inb__column *column);

#endif
