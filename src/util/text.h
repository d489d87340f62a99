/* Text from outside: slices, UTF-8, places in a file. */
#ifndef INB_UTIL_TEXT_H
#define INB_UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A slice: bytes owned elsewhere, not NUL-terminated. */
typedef struct inb__str {
    const char *p;
    size_t n;
} inb__str;

#define INB__STR(literal) ((inb__str){(literal), sizeof(literal) - 1})
#define INB__STR_ARG(s) ((int)(s).n), ((s).p)

static inline inb__str inb__str_of(const char *s)
{
    return (inb__str){s, s ? strlen(s) : 0};
}

static inline bool inb__str_eq(inb__str a, inb__str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool inb__str_is(inb__str a, const char *s)
{
    return inb__str_eq(a, inb__str_of(s));
}

/* Byte order, as memcmp; a prefix is smaller. */
int inb__str_cmp(inb__str a, inb__str b);

bool inb__str_starts(inb__str s, const char *prefix);
bool inb__str_ends(inb__str s, const char *suffix);
inb__str inb__str_trim(inb__str s);

/* ASCII only, whatever the locale. */
bool inb__ascii_eq_nocase(inb__str a, inb__str b);
static inline char inb__ascii_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}
bool inb__is_space(char c);
static inline bool inb__is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The offset of the first byte that is not well-formed UTF-8, or is NUL; n when there is none. */
size_t inb__utf8_check(const char *p, size_t n);

/* Decodes one code point of well-formed UTF-8 and says how many bytes it has. */
uint32_t inb__utf8_decode(const char *p, size_t n, size_t *length_out);

/* Appends a code point's bytes (at most 4) to out, and says how many. */
size_t inb__utf8_encode(uint32_t code, char out[4]);

/* The lower case of a Latin, Greek, Cyrillic or Armenian letter; any other code point unchanged. */
uint32_t inb__utf8_lower(uint32_t code);

/* Line and column of an offset, both 1-based; the column counts code points. A line ends with \n.
 */
typedef struct inb__place {
    uint32_t line;
    uint32_t column;
} inb__place;
inb__place inb__place_of(const char *text, size_t n, size_t offset);

/*
 * A place that moves through one text, in either direction: a move costs the distance, and back
 * over the end of a line that line too. Initialise with {.text = text,
 * .place = {1, 1}}.
 */
typedef struct inb__cursor {
    inb__str text;
    size_t offset;
    size_t line_start; /* offset of the line's first byte */
    inb__place place;
} inb__cursor;
void inb__cursor_seek(inb__cursor *c, size_t offset);

/* Bytes [start, end) of file number `file`, of whatever list of files is meant. */
typedef struct inb__span {
    uint32_t file, start, end;
} inb__span;

/* The whole line in which offset lies, without its line ending. */
inb__str inb__line_at(const char *text, size_t n, size_t offset);

/* Lower-case hex of n bytes and a NUL into out[2 * n + 1]. */
void inb__hex(char *out, const unsigned char *bytes, size_t n);

#endif
