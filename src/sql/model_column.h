/* A column that the migrations made, as the relational model has it. */
#ifndef INB_SQL_MODEL_COLUMN_H
#define INB_SQL_MODEL_COLUMN_H

#include "schema/model.h"
#include "sql/catalog.h"

/* With its type, arity and default; the schema's enums are known. */
inb__column inb__model_column(inb__arena *arena, const inb__catalog *c, const inb__schema *schema,
                              const inb__sql_column *from);

#endif
