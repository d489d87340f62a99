/* Diagnostics as people and as programs read them; every command that reads a schema uses these. */
#ifndef INB_PSL_SCHEMA_REPORT_H
#define INB_PSL_SCHEMA_REPORT_H

#include "psl/diagnostic.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json.h"

/*
 * In the order of the text, each diagnostic with its place, its line and a mark under the bytes it
 * is about, then a line that counts them; nothing when there are none. The arena is for scratch and
 * must have a landing.
 */
void inb__psl_schema_report_text(inb__buf *out, inb__arena *arena, const inb__psl_schema *schema,
                                 const inb__psl_diagnostics *diagnostics, bool colour);

/*
 * The members "code", where there is an error, and "diagnostics" of an object that the caller has
 * opened: an array of {severity, file, line, column, end_line, end_column, start, end, message,
 * hint}. Lines and columns count from 1, columns in characters; start and end are byte offsets.
 */
void inb__psl_schema_report_json(inb__json *j, inb__arena *arena, const inb__psl_schema *schema,
                                 const inb__psl_diagnostics *diagnostics);

#endif
