/* Scratch that frees itself: `INB__AUTO_BUF inb__buf b;` and the like. Initialise at the
 * declaration. */
#ifndef INB_UTIL_CLEANUP_H
#define INB_UTIL_CLEANUP_H

#include "util/alloc.h"
#include "util/arena.h"
#include "util/buf.h"

static inline void inb__cleanup_free(void *p)
{
    inb__free(*(void **)p);
}

#define INB__AUTO_FREE __attribute__((cleanup(inb__cleanup_free)))
#define INB__AUTO_BUF __attribute__((cleanup(inb__buf_dispose)))
#define INB__AUTO_ARENA __attribute__((cleanup(inb__arena_dispose)))

/* Gives a pointer away: the variable becomes NULL, its value is returned. */
#define INB__TAKE(p)                                                                               \
    ({                                                                                             \
        __typeof__(p) inb__taken = (p);                                                            \
        (p) = NULL;                                                                                \
        inb__taken;                                                                                \
    })

#endif
