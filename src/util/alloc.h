/* Memory allocation of every room, so that a test can make any allocation fail. */
#ifndef INB_UTIL_ALLOC_H
#define INB_UTIL_ALLOC_H

#include <stddef.h>

/* As malloc, calloc, realloc and strdup; NULL when out of memory. Only calloc zeroes. */
void *inb__malloc(size_t size) __attribute__((malloc, warn_unused_result));
void *inb__calloc(size_t count, size_t size) __attribute__((malloc, warn_unused_result));
void *inb__realloc(void *p, size_t size) __attribute__((warn_unused_result));
char *inb__strdup(const char *s) __attribute__((malloc, warn_unused_result));
char *inb__strndup(const char *s, size_t n) __attribute__((malloc, warn_unused_result));

/* Frees memory of the functions above; NULL is fine. */
void inb__free(void *p);

/*
 * For memory that another library allocates (libsodium's guarded pages), so that it counts and
 * fails like the rest: call the first one before allocating, do not allocate when it returns 0, and
 * call the second one after freeing.
 */
int inb__alloc_foreign(void) __attribute__((warn_unused_result));
void inb__alloc_foreign_gone(void);

/*
 * For tests: the allocation number `countdown` (0 is the next one) fails, once, or with `forever`
 * that one and all after it. A negative number ends the campaign. Not thread-safe.
 */
void inb__alloc_fail(long countdown, int forever);

/* For tests: how many blocks are allocated now, and how many allocations were asked for since the
 * start. */
long inb__alloc_live(void);
long inb__alloc_count(void);

#endif
