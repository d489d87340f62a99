/*
 * PostgreSQL's lexical rules, enough of them to find where a token ends: strings of every kind,
 * dollar quotes, nested comments, quoted names. standard_conforming_strings is taken to be on.
 */
#ifndef INB_SQL_LEX_H
#define INB_SQL_LEX_H

#include "util/arena.h"
#include "util/text.h"

typedef enum inb__token_kind {
    INB__TOKEN_END,
    INB__TOKEN_SPACE,
    INB__TOKEN_LINE_COMMENT, /* to the end of its line, the line ending not included */
    INB__TOKEN_BLOCK_COMMENT,
    INB__TOKEN_WORD,        /* a keyword or a name without quotes */
    INB__TOKEN_QUOTED_NAME, /* "…", U&"…" */
    INB__TOKEN_STRING,      /* '…', E'…', U&'…', B'…', X'…', N'…', $$…$$ */
    INB__TOKEN_NUMBER,
    INB__TOKEN_PARAMETER, /* $1 */
    INB__TOKEN_OPERATOR,
    INB__TOKEN_PUNCTUATION, /* one of ( ) [ ] , ; : . */
    INB__TOKEN_BACKSLASH,   /* what psql takes as a command of its own */
    INB__TOKEN_OTHER        /* a byte that starts nothing */
} inb__token_kind;

typedef struct inb__token {
    inb__token_kind kind;
    size_t offset, length;
    bool unterminated; /* a string, quoted name or comment that the text ends in */
} inb__token;

/* The length of the byte order mark that a text begins with, 0 without one: space, as for psql. */
size_t inb__lex_mark(inb__str text);

/* The token at an offset of the text; INB__TOKEN_END at its end. */
inb__token inb__lex(inb__str text, size_t offset);

/* The next token that is neither space nor comment. */
inb__token inb__lex_significant(inb__str text, size_t offset);

static inline inb__str inb__lex_text(inb__str text, inb__token t)
{
    return (inb__str){text.p + t.offset, t.length};
}

/* Whether a token is the keyword (in any case), or the one character. */
bool inb__lex_is_word(inb__str text, inb__token t, const char *word);
bool inb__lex_is_char(inb__str text, inb__token t, char c);

/* A name as the catalogue has it: in lower case, or what is between its quotes. False for another
 * token, and for U&"…", which nobody writes. */
bool inb__lex_name(const char **out, inb__arena *arena, inb__str text, inb__token t);

#endif
