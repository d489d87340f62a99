/* What must not ship, whatever its author accepts. */
#ifndef INB_SQL_REFUSE_H
#define INB_SQL_REFUSE_H

#include "sql/analyse.h"
#include "sql/problem.h"
#include "sql/split.h"
#include "util/node.h"

/* One statement: transaction control, what drops the engine's lock, rows that a client would have
 * to send. */
void inb__refuse_statement(const inb__problems *problems, inb__str text, const inb__piece *piece,
                           const inb__node *node);

/* What is wrong with words, wherever they are: names that are too long, sections for other tools.
 */
void inb__refuse_words(const inb__problems *problems, inb__str text);

/* Passwords and keys anywhere in the text, comments included. */
void inb__secret_scan(const inb__problems *problems, inb__str text);

#endif
