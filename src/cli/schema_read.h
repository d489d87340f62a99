/* A schema for a command that needs one. */
#ifndef INB_CLI_SCHEMA_READ_H
#define INB_CLI_SCHEMA_READ_H

#include "psl/datamodel.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/diagnostic.h"

/*
 * Reads and checks the schema at a path. 0, or the exit status when it cannot be read or is not
 * valid: then its errors have been printed, as text on standard error or as JSON on standard
 * output. The arena must have an error exit.
 */
int inb__cli_schema_read(const inb__dm **out, inb__arena *arena, const char *path, bool json);

/*
 * What is wrong with a schema: as text, the findings and a line that counts them, nothing when
 * there are none; as JSON, {"valid": …, "code": "P1012" where it is not, "diagnostics": […]}.
 */
void inb__cli_schema_report(inb__buf *out, const inb__diagnostics *list, bool json, bool colour);

/* The most that a report may be. */
#define INB__CLI_REPORT_MAX ((size_t)1024 * 1024 * 1024)

#endif
