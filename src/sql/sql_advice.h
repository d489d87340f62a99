/* What an author should know of a migration that is no reason to refuse it. */
#ifndef INB_SQL_SQL_ADVICE_H
#define INB_SQL_SQL_ADVICE_H

#include "sql/analyse.h"
#include "util/node.h"

/* Takes the notes of a script that is analysed: its statements, classes and lines are known. */
void inb__sql_advice_take(inb__sql_script *script, inb__arena *arena, inb__str text);

/* Whether the statement leaves a setting in the session. */
bool inb__sql_advice_sets(const inb__sql_statement *s, const inb__node *node);

/* Whether a statement that the directive speaks for is of the class. */
bool inb__sql_advice_meets(const inb__sql_script *script, const inb__directive *d, inb_class cls);

#endif
