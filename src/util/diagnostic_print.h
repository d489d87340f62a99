/* Findings as people, editors and programs read them. */
#ifndef INB_UTIL_DIAGNOSTIC_PRINT_H
#define INB_UTIL_DIAGNOSTIC_PRINT_H

#include "util/buf.h"
#include "util/diagnostic.h"
#include "util/json.h"

#include <stdio.h>

/*
 * In the list's order (sort it first), each as
 *
 *     PATH:LINE:COLUMN: error: MESSAGE [CODE]
 *         7 | the line, or the part of a long one that is around the place
 *           |     ^^^^
 *       hint: HINT
 *
 * with its notes behind it, and what to write instead under "  instead:". Lines and columns count
 * from 1, columns in characters. Text from outside is made printable (util/printable.h).
 */
void inb__diagnostics_text(inb__buf *out, const inb__diagnostics *list, bool colour);

/* The same, straight to a stream, coloured where that is allowed (inb__colour_allowed). */
void inb__diagnostics_print(FILE *stream, const inb__diagnostics *list);

/* "2 errors, 1 warning" without a line's end; nothing for an empty list. */
void inb__diagnostics_count(inb__buf *out, const inb__diagnostics *list);

/*
 * The member "diagnostics" of an object that the caller has opened: an array, in the list's order,
 * of {"severity": "error", "warning" or "note", "code": text or null, "file": text or null, "line",
 * "column", "end_line", "end_column", "start", "end": numbers or null, "message": text, "hint":
 * text or null, "instead": text or null, "notes": an array of {"file", "line", "column",
 * "message"}}. Start and end are offsets in bytes; what has no place in a text has null for each of
 * the six. docs/JSON.md.
 */
void inb__diagnostics_json(inb__json *j, const inb__diagnostics *list);

#endif
