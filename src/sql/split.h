/*
 * A migration's statements. The parser finds them; where it does not take the whole text,
 * PostgreSQL's lexical rules cut it and the parser is asked for each piece, so that one wrong
 * statement does not hide the others.
 */
#ifndef INB_SQL_SPLIT_H
#define INB_SQL_SPLIT_H

#include "sql/parser.h"
#include "util/vec.h"

typedef enum inb__piece_kind {
    INB__PIECE_STATEMENT,
    INB__PIECE_META_COMMAND, /* a backslash command, to the end of its line */
    INB__PIECE_COPY_DATA     /* COPY … FROM STDIN with the rows after it */
} inb__piece_kind;

typedef struct inb__piece {
    inb__piece_kind kind;
    size_t offset, length; /* its own bytes: no comment or space around it, no closing semicolon */
    const inb__node *node; /* {"CreateStmt": {…}}; NULL when the parser does not take it */
    size_t base;           /* what to add to a location inside node */
    inb__parser_fault fault; /* why it does not, the offset from the text's first byte */
    bool unterminated; /* because a string, a quoted name or a comment is not closed: no server
                          takes that */
} inb__piece;

typedef INB__VEC(inb__piece) inb__pieces;

/* Splits a text that has a NUL after its last byte. Fails only for want of memory. */
int inb__split_text(inb__pieces *out, inb__arena *arena, inb__str text)
    __attribute__((warn_unused_result));

#endif
