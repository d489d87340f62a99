/* What one statement does: the table of facts applied to the parser's tree. */
#ifndef INB_SQL_CLASSIFY_H
#define INB_SQL_CLASSIFY_H

#include "sql/analyse.h"
#include "sql/tree.h"

/* Fills in kind, class, flags, texts and locks of a statement, and takes what it does into the
 * catalogue. With `separate` each statement of the migration commits for itself. */
void inb__classify_statement(inb__sql_statement *s, inb__arena *arena, inb__catalog *catalog,
                             const inb__node *node, bool separate);

#endif
