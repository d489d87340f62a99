/*
 * A growable array in an arena, typed by its declaration:
 *
 *     INB__VEC(field) fields = {0};
 *     field *f = INB__VEC_PUSH(arena, &fields);
 *     for (size_t i = 0; i < fields.n; i++) use(&fields.v[i]);
 *
 * INB__VEC_PUSH appends a zeroed element; NULL when out of memory (see arena.h).
 *
 * A push may move the elements: keep indexes or pointers to separately allocated things, not &v[i].
 */
#ifndef INB_UTIL_VEC_H
#define INB_UTIL_VEC_H

#include "util/arena.h"

#define INB__VEC(type)                                                                             \
    struct {                                                                                       \
        type *v;                                                                                   \
        size_t n, cap;                                                                             \
    }

#define INB__VEC_PUSH(arena, vec)                                                                  \
    ((__typeof__((vec)->v))inb__vec_push((arena), (void **)&(vec)->v, &(vec)->n, &(vec)->cap,      \
                                         sizeof(*(vec)->v)))

/* Makes room for so many elements, where it is known how many there will be. */
#define INB__VEC_RESERVE(arena, vec, count)                                                        \
    inb__vec_reserve((arena), (void **)&(vec)->v, &(vec)->cap, (count), sizeof(*(vec)->v))

/* Appends a value (an lvalue or rvalue of the element's type); out of memory drops it. */
#define INB__VEC_ADD(arena, vec, value)                                                            \
    do {                                                                                           \
        __typeof__((vec)->v) inb__vec_slot = INB__VEC_PUSH((arena), (vec));                        \
        if (inb__vec_slot) {                                                                       \
            *inb__vec_slot = (value);                                                              \
        }                                                                                          \
    } while (0)

/* Bytes allocated by the first push; a larger element gets room for one. */
#define INB__VEC_FIRST 64

static inline void inb__vec_reserve(inb__arena *a, void **v, size_t *cap, size_t want, size_t size)
{
    void *grown = want > *cap ? inb__arena_grow(a, *v, *cap * size, want * size) : NULL;
    if (grown) {
        *v = grown;
        *cap = want;
    }
}

static inline void *inb__vec_push(inb__arena *a, void **v, size_t *n, size_t *cap, size_t size)
{
    if (*n == *cap) {
        size_t want = *cap ? *cap * 2 : size < INB__VEC_FIRST ? INB__VEC_FIRST / size : 1;
        void *grown = inb__arena_grow(a, *v, *cap * size, want * size);
        if (!grown) {
            return NULL;
        }
        *v = grown;
        *cap = want;
    }
    return (char *)*v + size * (*n)++;
}

#endif
