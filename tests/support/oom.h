/*
 * Every allocation failing in turn, once and from then on:
 *
 *     INB_OOM_LOOP(inb_oom) {
 *         inb_error *err = NULL;
 *         int rc = thing_new(&out, &err);
 *         if (rc == 0) { thing_free(out); INB_OOM_DONE(inb_oom); }
 *         else { ck_assert_int_eq(rc, INB_ENOMEM); inb_error_free(err); }
 *     }
 *
 * The body must free all it made: after each round the number of live blocks is compared.
 * INB_OOM_DONE in a round whose failing allocation was never reached ends the loop.
 */
#ifndef INB_TESTS_OOM_H
#define INB_TESTS_OOM_H

#include "util/alloc.h"

#include <check.h>

typedef struct inb_oom {
    long n;
    int forever;
    long live;
    long count;
    int done;
    int started;
} inb_oom;

static inline int inb_oom_next(inb_oom *o)
{
    long asked = inb__alloc_count() - o->count;
    inb__alloc_fail(-1, 0);
    if (o->started) {
        ck_assert_msg(inb__alloc_live() == o->live, "allocation %ld failing (%s) leaks %ld blocks",
                      o->n, o->forever ? "from then on" : "once", inb__alloc_live() - o->live);
        if (o->done && asked <= o->n) {
            if (o->forever) {
                return 0;
            }
            o->forever = 1;
            o->n = -1;
        }
        ck_assert_int_lt(o->n, 1000000);
        o->n++;
    }
    o->started = 1;
    o->done = 0;
    o->live = inb__alloc_live();
    o->count = inb__alloc_count();
    inb__alloc_fail(o->n, o->forever);
    return 1;
}

#define INB_OOM_LOOP(name) for (inb_oom name = {0}; inb_oom_next(&name);)
#define INB_OOM_DONE(name) ((name).done = 1)

#endif
