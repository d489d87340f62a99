/* What one statement does: the table of rules applied to the parser's tree. */
#ifndef INB_SQL_CLASSIFY_H
#define INB_SQL_CLASSIFY_H

#include "sql/classifier.h"

/* Fills in kind, class, flags, texts and locks of a statement, and takes what it does into the
 * catalogue. */
void inb__classify_statement(inb__classifier *c, const inb__node *node);

#endif
