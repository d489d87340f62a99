/* Whether two JSON texts say the same. */
#ifndef INB_UTIL_JSON_SAME_H
#define INB_UTIL_JSON_SAME_H

#include "util/arena.h"
#include "util/text.h"

/*
 * By value: the order and the repetition of members do not count (the last one does), 1 and 1.0 are
 * not the same. A text that is no JSON is the same as any other, because nothing can be said about
 * it. The arena must have an error exit.
 */
bool inb__json_same(inb__arena *scratch, inb__str a, inb__str b);

#endif
