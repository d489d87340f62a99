/*
 * The one layout of a schema, Prisma's own to the byte: columns aligned, attributes in order, block
 * attributes at the end, comments where they were. Invalid lines stay as they are. Formatted text
 * does not change when it is formatted again.
 */
#ifndef INB_PSL_FORMAT_H
#define INB_PSL_FORMAT_H

#include "psl/ast.h"
#include "psl/schema_error.h"
#include "util/arena.h"

/* The text of a parsed file in its layout, ending with a line ending. The arena must have an error
 * exit (util/arena.h). */
inb__str inb__psl_format_file(inb__arena *arena, const inb__psl_file *file);

/*
 * Parses a schema and formats its files, one text each. To a schema without an error it adds what
 * its relations lack (complete.h): what Prisma would add if that is all, else with the relations'
 * names, else nothing, so that a second run changes nothing. `diagnostics` gets the parser's
 * errors; the lines they are about stay as they are.
 */
inb__str *inb__psl_format_schema(inb__arena *arena, inb__psl_schema *schema,
                                 inb__diagnostics *diagnostics);

#endif
