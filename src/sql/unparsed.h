/* Statements that the parser does not know: what their words say. */
#ifndef INB_SQL_UNPARSED_H
#define INB_SQL_UNPARSED_H

#include "sql/analyse.h"

/*
 * Whether the statement has to stand outside of a transaction, and what an interrupted run looks
 * for. A newer expression in the WHERE of CREATE INDEX CONCURRENTLY must not cost the index its
 * repair. Anything else stays as it is.
 */
void inb__unparsed_read(inb__sql_statement *s, inb__arena *arena, inb__str text);

#endif
