/* PostgreSQL's keywords. */
#ifndef INB_POSTGRES_KEYWORD_H
#define INB_POSTGRES_KEYWORD_H

#include "util/text.h"

/*
 * Whether a word in small letters is a keyword that cannot be used as every kind of name
 * (reserved, or reserved for columns, functions or types), so that quote_ident() quotes it.
 */
bool inb__keyword_is_special(inb__str word);

#endif
