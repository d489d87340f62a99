/* The table as C. */
#ifndef INB_EMBED_EMIT_H
#define INB_EMBED_EMIT_H

#include "inboard/table.h"
#include "util/buf.h"

/* Writes one C99 file that defines `const inb_table SYMBOL`: the same bytes for the same table,
 * whoever asks and where. */
void inb__emit_table(inb__buf *out, const inb_table *table, const char *symbol);

/* Whether a text is a C identifier (ASCII, and no keyword of C or C++). */
bool inb__emit_symbol_ok(const char *symbol);

#endif
