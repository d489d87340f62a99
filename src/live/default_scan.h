/* Reading the text of a default as PostgreSQL deparses it. */
#ifndef INB_LIVE_DEFAULT_SCAN_H
#define INB_LIVE_DEFAULT_SCAN_H

#include "util/arena.h"
#include "util/text.h"

typedef struct inb__default_scan {
    inb__arena *arena;
    const char *p, *end;
} inb__default_scan;

/* Each takes what it names, with the white space before it, or leaves the place and gives false. */
bool inb__scan_char(inb__default_scan *s, char c);
bool inb__scan_word(inb__default_scan *s, const char *word); /* in any case */
bool inb__scan_identifier(inb__default_scan *s, inb__str *out);
bool inb__scan_number(inb__default_scan *s, inb__str *out); /* digits[.digits] */
bool inb__scan_quoted(inb__default_scan *s, inb__str *out); /* 'text', unescaped */

/* Casts, as many as there are: ::character varying(10)[]. */
void inb__scan_casts(inb__default_scan *s);

bool inb__scan_end(inb__default_scan *s);

#endif
