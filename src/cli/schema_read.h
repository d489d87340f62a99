/* A schema for a command that needs a valid one. */
#ifndef INB_CLI_SCHEMA_READ_H
#define INB_CLI_SCHEMA_READ_H

#include "psl/datamodel.h"
#include "util/arena.h"
#include "util/buf.h"

/*
 * Reads and checks the schema at a path. 0, or the exit status when it cannot be read or is not
 * valid: then its errors have been printed, as text on standard error or as JSON on standard
 * output. The arena must have a landing; `report` is an empty buffer of a frame above the
 * landing's, left empty when the schema is valid.
 */
int inb__cli_schema_read(const inb__dm **out, inb__arena *arena, const char *path, bool json,
                         inb__buf *report);

#endif
