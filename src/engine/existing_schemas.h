/* CREATE SCHEMA IF NOT EXISTS of a schema that exists, for which the server asks for a right. */
#ifndef INB_ENGINE_EXISTING_SCHEMAS_H
#define INB_ENGINE_EXISTING_SCHEMAS_H

#include "engine/run.h"

/* Whether a migration begins with CREATE SCHEMA IF NOT EXISTS. */
bool inb__existing_schemas_matter(const inb_table *table, uint32_t migration);

/*
 * Asks the server, when they matter, which of the schemas at the head of the migration exist: one
 * round trip. Nothing may come between this and sending the migration.
 */
int inb__existing_schemas_look(inb__run *run, uint32_t migration, inb_error **err)
    __attribute__((warn_unused_result));

/* What is sent for a statement: itself, or a statement that does nothing for one that would. */
inb__str inb__existing_schemas_sql(const inb__run *run, uint32_t migration, uint32_t statement);

#endif
