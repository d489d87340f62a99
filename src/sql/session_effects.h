/* What a statement does to the session that runs it, which the engine cleans up behind it. */
#ifndef INB_SQL_SESSION_EFFECTS_H
#define INB_SQL_SESSION_EFFECTS_H

#include "sql/classifier.h"

/*
 * Adds the flags INB_STATEMENT_RUNS_CODE, …_LEAVES_SETTINGS, …_LEAVES_OBJECTS, …_DISCARDS,
 * …_CREATES and …_DROPS to a classified statement. What cannot be ruled out is flagged. An
 * operator, a cast or an operator class is taken for PostgreSQL's own: none of them sets anything
 * in practice, and an operator class takes a superuser to make.
 */
void inb__session_effects_add(inb__classifier *c, const inb__node *node);

/* Those of a statement that the parser does not take. */
#define INB__SESSION_EFFECTS_UNKNOWN                                                               \
    (INB_STATEMENT_RUNS_CODE | INB_STATEMENT_LEAVES_SETTINGS | INB_STATEMENT_LEAVES_OBJECTS)

#endif
