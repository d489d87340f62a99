/*
 * An arena: memory that is allocated piece by piece and freed as one.
 *
 * Out of memory has two forms. Without an error exit every function returns NULL. A room whose
 * whole work is in one arena (it holds no connection, file or lock) sets an error exit at its entry
 * point, and then no call inside returns NULL:
 *
 *     inb__arena a;
 *     inb__arena_init(&a);
 *     if (INB__ARENA_ERROR_EXIT(&a)) {
 *         inb__arena_dispose(&a);
 *         return inb__error_nomem(err);
 *     }
 *
 * The exit is a setjmp(): the function that sets it must outlive its use, and clears it with
 * inb__arena_error_exit_clear() before it returns with the arena alive. Locals that change after it
 * was set and are read in its branch must be volatile.
 */
#ifndef INB_UTIL_ARENA_H
#define INB_UTIL_ARENA_H

#include "util/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct inb__arena_block inb__arena_block;

typedef struct inb__arena {
    inb__arena_block *blocks;
    char *next;
    char *end;
    bool exit_set;
    bool held; /* out of memory is NULL for now, whatever error exit there is */
    struct inb__arena *parent, *subs, *next_sub;
    jmp_buf exit;
} inb__arena;

#define INB__ARENA_ERROR_EXIT(a) ((a)->exit_set = true, setjmp((a)->exit) != 0)

void inb__arena_init(inb__arena *a);
void inb__arena_dispose(inb__arena *a);
void inb__arena_error_exit_clear(inb__arena *a);

/*
 * An arena for what is needed for a while, in another one: out of memory takes the error exit of
 * that one, whose end is its end too.
 */
inb__arena *inb__arena_sub(inb__arena *parent) __attribute__((warn_unused_result));

/* Forgets everything in it, but not the arena: for one that is used again and again. */
void inb__arena_clear(inb__arena *a);

/* Zeroed memory, aligned for any type. */
void *inb__arena_alloc(inb__arena *a, size_t size) __attribute__((warn_unused_result));

/* Grows the block at p from old_size to new_size, in place when it is the last one; new bytes are
 * zero. */
void *inb__arena_grow(inb__arena *a, void *p, size_t old_size, size_t new_size)
    __attribute__((warn_unused_result));

char *inb__arena_strdup(inb__arena *a, const char *s) __attribute__((warn_unused_result));
char *inb__arena_strndup(inb__arena *a, const char *s, size_t n)
    __attribute__((warn_unused_result));
/* `head`, `between` and `tail` as one text, with a NUL behind it. */
inb__str inb__arena_join(inb__arena *a, inb__str head, const char *between, inb__str tail)
    __attribute__((warn_unused_result));
char *inb__arena_printf(inb__arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), warn_unused_result));
char *inb__arena_vprintf(inb__arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0), warn_unused_result));

#define INB__NEW(a, type) ((type *)inb__arena_alloc((a), sizeof(type)))
#define INB__NEW_N(a, type, n) ((type *)inb__arena_alloc((a), sizeof(type) * (size_t)(n)))

#endif
