/* Decimal numbers as text: how a default of one is written, and whether two are one number. */
#ifndef INB_SCHEMA_DECIMAL_H
#define INB_SCHEMA_DECIMAL_H

#include "util/arena.h"

/*
 * A number as SQL writes it: "007", "-0.00", "1.50e1" and "1_0" become "7", "0.00", "15.0" and
 * "10". The text may have a sign, '_' between its digits and an exponent. False for what is no
 * number, or has more digits than PostgreSQL's numeric.
 */
bool inb__decimal_plain(inb__str *out, inb__arena *arena, inb__str text);

/* Whether two texts without exponent are the same number. */
bool inb__decimal_same(inb__str a, inb__str b);

#endif
