/* Expressions of the parser's tree as text. */
#ifndef INB_SQL_EXPR_TEXT_H
#define INB_SQL_EXPR_TEXT_H

#include "util/arena.h"
#include "util/node.h"

/*
 * An expression as PostgreSQL prints it, but without the casts that it adds where the types of
 * columns and functions ask for them. NULL for a kind of expression that is not known here.
 */
const char *inb__expr_text(inb__arena *arena, const inb__node *expression);

/*
 * The same in a form for comparing, in which an expression as an author writes it and as a server
 * prints it are the same bytes: literals are without their casts and in quotes, columns without a
 * cast to text, IN is "= ANY". NULL when the text is no expression, or of a kind that is not known.
 * The arena must have an error exit.
 */
const char *inb__expr_canonical(inb__arena *arena, inb__str sql);

/* Whether two expressions say the same, as their author or a server writes them; the payload is the
 * arena. */
bool inb__expr_same(inb__str a, inb__str b, void *arena);

#endif
