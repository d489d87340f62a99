/* Expressions of SQL that say the same in other words. */
#ifndef INB_SQL_SQL_EXPR_H
#define INB_SQL_SQL_EXPR_H

#include "util/arena.h"
#include "util/text.h"

/*
 * An expression in a form in which two that say the same are the same bytes: "(a>1)" and "A > 1"
 * are not, because Prisma takes names by their letters, but "(a>1)", "\"a\" > 1" and "a >
 * 1::numeric" are. What does not count: space, comments, parentheses without effect, the case of
 * keywords, quotes around names, a literal's cast. NULL when it is no expression. The arena must
 * have an error exit.
 */
const char *inb__sql_expr_normalize(inb__arena *arena, inb__str expr);

/* Whether a column's name is in an expression: not in a text or comment of it, and not as the name
 * of a function or of a cast's type. */
bool inb__sql_expr_names(inb__str expr, inb__str column);

/* Whether two expressions have one such form; the payload is the arena. */
bool inb__sql_expr_same(inb__str a, inb__str b, void *arena);

#endif
