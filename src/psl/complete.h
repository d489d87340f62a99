/*
 * What Prisma's formatter adds to a schema without error: the other end of a relation that has one,
 * the scalar fields of its foreign key, and the arguments of its attribute.
 */
#ifndef INB_PSL_COMPLETE_H
#define INB_PSL_COMPLETE_H

#include "psl/datamodel.h"
#include "util/arena.h"

/* The texts of the schema's files with what is missing added, not laid out; NULL when nothing
 * is missing. `dm` comes from inb__psl_schema_check_resolve() without an error. Prisma gives the
 * field that it adds to a named relation no name, so it is not an end of that relation; `named`
 * gives it the name.
 */
inb__str *inb__psl_complete(inb__arena *arena, const inb__dm *dm, bool named);

#endif
