/* The relations that have the rows of a backfill's table, one by one: itself, its partitions, its
 * children; from the catalogue alone. */
#ifndef INB_BACKFILL_BACKFILL_RELATIONS_H
#define INB_BACKFILL_BACKFILL_RELATIONS_H

#include "backfill/backfill.h"
#include "util/arena.h"

typedef struct inb__leaf {
    const char *name; /* SQL text with the schema */
    bool keyed;       /* it has a unique index by which the key can be walked */
    int64_t rows;     /* about, -1: unknown */
    int64_t pages;
    int64_t per_page; /* rows to a page, at least 1 */
} inb__leaf;

typedef struct inb__leaves {
    inb__leaf *v;
    size_t n;
    int block_size;
    int64_t deadlock_ms;
} inb__leaves;

/* INB_EMIGRATION: there is no such table, or one of them cannot be walked. Lives in the arena. */
int inb__leaves_read(inb__leaves *out, inb__arena *arena, inb_conn *conn, const inb__backfill *b,
                     inb_error **err) __attribute__((warn_unused_result));

/* All of them. */
inb__backfill_estimate inb__leaves_estimate(const inb__leaves *leaves);

#endif
