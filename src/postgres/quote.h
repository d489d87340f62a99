/*
 * Names, literals and array elements as SQL text. Literals are for a server with
 * standard_conforming_strings on, which every supported version has by default; for a value on a
 * connection use a parameter, or inb__pg_quote_literal, which asks libpq.
 */
#ifndef INB_POSTGRES_QUOTE_H
#define INB_POSTGRES_QUOTE_H

#include "util/buf.h"
#include "util/text.h"

/* "name", a quote in it doubled. */
void inb__quote_ident(inb__buf *out, inb__str name);

/* "name_suffix": both in one pair of quotes. */
void inb__quote_ident_with(inb__buf *out, inb__str name, const char *suffix);

/* name, or "na me" where PostgreSQL's quote_ident() quotes it too: for text that people read. */
void inb__quote_ident_readable(inb__buf *out, inb__str name);

/* 'text', a quote in it doubled. */
void inb__quote_literal(inb__buf *out, inb__str text);

/* '\x0a0b' of base64; as much as is base64. */
void inb__quote_base64(inb__buf *out, inb__str base64);

/* "text", an element of an array literal: quotes and backslashes have a backslash before them. */
void inb__quote_element(inb__buf *out, inb__str text);

/*
 * Into memory of the caller's: what `quote` encloses, each of its own doubled, without a NUL.
 * Returns the end. It needs INB__QUOTED_SIZE(n) bytes at most.
 */
#define INB__QUOTED_SIZE(n) (2 * (n) + 2)
char *inb__quote_put(char *out, char quote, inb__str text);

#endif
