/*
 * A migration's statements, found by PostgreSQL's lexical rules as psql applies them, before any of
 * them is parsed: so each is parsed, understood and forgotten for itself, and one wrong statement
 * does not hide the others.
 */
#ifndef INB_SQL_SPLIT_H
#define INB_SQL_SPLIT_H

#include "util/text.h"
#include "util/vec.h"

#include <stdint.h>

typedef enum inb__piece_kind {
    INB__PIECE_STATEMENT,
    INB__PIECE_META_COMMAND, /* a backslash command, to the end of its line */
    INB__PIECE_COPY_DATA     /* COPY … FROM STDIN with the rows after it */
} inb__piece_kind;

/* Small, because a file can have half a million of them. */
typedef struct inb__piece {
    uint32_t offset,
        length;        /* its own bytes: no comment or space around it, no closing semicolon */
    uint8_t kind;      /* inb__piece_kind */
    bool unterminated; /* a string, a quoted name or a comment in it is not closed: no server takes
                          that */
} inb__piece;

typedef INB__VEC(inb__piece) inb__pieces;

/* Splits a text of less than 4 GB that has a NUL after its last byte. */
void inb__split_text(inb__pieces *out, inb__arena *arena, inb__str text);

#endif
