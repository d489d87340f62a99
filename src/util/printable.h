/* Text from outside, made safe for a terminal or a log. */
#ifndef INB_UTIL_PRINTABLE_H
#define INB_UTIL_PRINTABLE_H

#include "util/buf.h"
#include "util/text.h"

/*
 * Appends text with every byte that is no UTF-8, and every control character but tab, replaced by
 * U+FFFD: a name or a line of a file cannot move the cursor, change the direction of writing, or
 * start an escape sequence. A newline is a control character here.
 */
void inb__printable(inb__buf *out, inb__str text);

/* The same with newlines kept. */
void inb__printable_lines(inb__buf *out, inb__str text);

/* True for what is replaced, newline and tab aside. */
bool inb__is_control(uint32_t code);

/*
 * True when output on this descriptor may be coloured: it is a terminal that knows colours, and
 * NO_COLOR is not set.
 */
bool inb__colour_allowed(int fd);

#endif
