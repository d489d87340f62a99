/*
 * The tokens of the schema language: a cursor over the text of one file. Each function either
 * takes a token and moves the cursor after it, or leaves the cursor and returns false.
 */
#ifndef INB_PSL_SCAN_H
#define INB_PSL_SCAN_H

#include "psl/ast.h"

typedef struct inb__psl_scan {
    const char *text;
    uint32_t at, n;
    uint32_t file;
    /* The first "*" "/" at or after `searched` is at `close` (n: there is none), so no text is
     * searched twice. */
    uint32_t searched, close;
} inb__psl_scan;

void inb__psl_scan_init(inb__psl_scan *s, uint32_t file, inb__str text);

/* Spaces and tabs, and what else Unicode calls a space separator; not line endings. */
void inb__psl_scan_skip_space(inb__psl_scan *s);

/* One line ending: \n, \r\n or \r. */
bool inb__psl_scan_newline(inb__psl_scan *s);

/* To the next line ending, which is not taken, or to the end. */
void inb__psl_scan_skip_line(inb__psl_scan *s);

/* Exactly this text; inline, for most literals are one byte long. */
static inline bool inb__psl_scan_take(inb__psl_scan *s, const char *literal)
{
    size_t n = strlen(literal);
    if (s->n - s->at < n || memcmp(s->text + s->at, literal, n) != 0) {
        return false;
    }
    s->at += (uint32_t)n;
    return true;
}

/* A name: letters, ASCII digits, "_" and "-", the first a letter or a digit. */
bool inb__psl_scan_ident(inb__psl_scan *s, inb__psl_ident *out);

/* Names joined by dots; dots may also end it or follow each other. */
bool inb__psl_scan_path(inb__psl_scan *s, inb__psl_ident *out);

/* "-"? digits ("." digits)? */
bool inb__psl_scan_number(inb__psl_scan *s);

/* A string with its quotes: JSON's, except that what follows a backslash is looked at later. */
bool inb__psl_scan_string(inb__psl_scan *s);

/* One comment of any kind, from its first slash; a line comment's line ending is not part of it. */
bool inb__psl_scan_comment(inb__psl_scan *s, inb__psl_comment_line *out);

/* Without what Unicode calls white space at its ends, line endings included. */
inb__str inb__psl_scan_trim(inb__str text);

/* The next byte, NUL at the end. */
static inline char inb__psl_scan_peek(const inb__psl_scan *s)
{
    return s->at < s->n ? s->text[s->at] : '\0';
}

static inline inb__span inb__psl_scan_since(const inb__psl_scan *s, uint32_t start)
{
    return (inb__span){s->file, start, s->at};
}

static inline inb__str inb__psl_scan_slice(const inb__psl_scan *s, uint32_t start)
{
    return (inb__str){s->text + start, s->at - start};
}

/* Whether a code point beyond ASCII is a letter (letters.c). */
bool inb__psl_letters_contain(uint32_t code);

#endif
