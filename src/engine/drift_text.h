/* A difference between the catalogue and the expectation, in words. */
#ifndef INB_ENGINE_DRIFT_TEXT_H
#define INB_ENGINE_DRIFT_TEXT_H

#include "engine/history.h"

/* One row of inb__sql_differences. */
typedef struct inb__difference {
    bool relation_missing, name_missing, nullable;
    const char *actual; /* NULL: as expected */
    const char *state;  /* "INVALID", "NOT VALID", NULL */
} inb__difference;

/* Up to two findings, texts in the arena (which has an error exit); how many. None when a default
 * only looks different. */
size_t inb__drift_describe(inb__finding out[2], inb__arena *arena, const inb_table *table,
                           const inb_expected *e, const inb__difference *d);

/*
 * Whether a default's expression is another value than the expected literal: true only when it is a
 * literal itself, cast or not, of a different value.
 */
bool inb__drift_default_differs(const char *expected, const char *actual);

#endif
