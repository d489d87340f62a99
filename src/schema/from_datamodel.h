/* The relational model of a datamodel: where the schema language ends and the database begins. */
#ifndef INB_SCHEMA_FROM_DATAMODEL_H
#define INB_SCHEMA_FROM_DATAMODEL_H

#include "psl/datamodel.h"
#include "schema/model.h"

/* The model of a valid datamodel. The arena must have an error exit (util/arena.h). */
void inb__schema_from_datamodel(inb__schema *out, inb__arena *arena, const inb__dm *dm);

/* The type and the arity of one scalar field, as a column has them. */
inb__column_type inb__schema_field_type(const inb__dm_field *f);
inb__arity inb__schema_field_arity(const inb__dm_field *f);

/* A `where:` as SQL: "done" = true AND "size" IS NULL; n is 0 when there is none. */
inb__str inb__predicate_sql(inb__arena *arena, const inb__dm_where *where);

#endif
