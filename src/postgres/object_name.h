/* The names of objects: their length, and those that the server chooses. */
#ifndef INB_POSTGRES_OBJECT_NAME_H
#define INB_POSTGRES_OBJECT_NAME_H

#include "util/text.h"

#define INB__LIMIT_IDENTIFIER 63u /* PostgreSQL's NAMEDATALEN - 1, in bytes */
#define INB__NAME_SIZE (INB__LIMIT_IDENTIFIER + 1)

/* At most `limit` bytes of text, cut at the border of a character, as the server cuts names. */
inb__str inb__name_cut(inb__str text, size_t limit);

/*
 * "first_second_label" as the server makes names for sequences ("table", "column", "seq") and for
 * indexes and constraints without one; when it is too long, the longer of the two gives way. An
 * empty second part is left out. The server adds a number when the name is taken.
 */
void inb__name_choose(char out[INB__NAME_SIZE], inb__str first, inb__str second, const char *label);

#endif
