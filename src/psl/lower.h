/*
 * The second half of parsing: visits the lines of the tree, attaches what belongs to each
 * (documentation, unescaped strings), listing what has meaning and reporting syntax errors, in
 * the order of the text.
 */
#ifndef INB_PSL_LOWER_H
#define INB_PSL_LOWER_H

#include "psl/ast.h"
#include "psl/schema_error.h"

void inb__psl_lower(inb__psl_schema *schema, inb__arena *arena, inb__diagnostics *diagnostics);

/* The text of a string expression between its quotes, unescaped; says what is wrong with its
 * escapes. */
inb__str inb__psl_unescape(inb__arena *arena, inb__str quoted, inb__span span,
                           inb__diagnostics *diagnostics);

#endif
