/* Pieces of SQL text: identifiers, literals, qualified names. */
#ifndef INB_SCHEMA_SQL_TEXT_H
#define INB_SCHEMA_SQL_TEXT_H

#include "util/buf.h"
#include "util/text.h"

/* "name", a quote in it doubled. */
void inb__sql_ident(inb__buf *out, inb__str name);

/* 'text', a quote in it doubled. */
void inb__sql_literal(inb__buf *out, inb__str text);

/* '\x0a0b' of base64; as much as is base64. */
void inb__sql_bytes(inb__buf *out, inb__str base64);

#endif
