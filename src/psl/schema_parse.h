/*
 * From text to syntax tree. The parser accepts any text: an invalid line is reported and
 * skipped, so one run reports every error. Its time grows with the size of the text, its stack
 * does not (INB__LIMIT_NESTING).
 */
#ifndef INB_PSL_SCHEMA_PARSE_H
#define INB_PSL_SCHEMA_PARSE_H

#include "psl/ast.h"
#include "psl/schema_error.h"
#include "util/arena.h"
#include "util/error_set.h"

/*
 * Reads a schema: a file, "-" for standard input, or a folder with all files *.prisma below it. The
 * result has the files in the byte order of their paths, not parsed yet. A file that is not UTF-8
 * or holds a NUL byte is refused.
 */
int inb__psl_schema_files_read(inb__psl_schema *out, inb__arena *arena, const char *path,
                               inb_error **err) __attribute__((warn_unused_result));

/* A schema of one text, not parsed yet; path is only for show. */
void inb__psl_schema_files_text(inb__psl_schema *out, inb__arena *arena, const char *path,
                                inb__str text);

/*
 * Parses the files of a schema: fills their items and the schema's blocks, makes them the sources
 * of the empty list `diagnostics`, and adds syntax errors to it. The arena must have an error exit
 * (util/arena.h).
 */
void inb__psl_schema_parse(inb__psl_schema *schema, inb__arena *arena,
                           inb__diagnostics *diagnostics);

#endif
