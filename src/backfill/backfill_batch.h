/* One batch: its window's statement and its place in one transaction, and in the same round trip
 * the end of the next window. */
#ifndef INB_BACKFILL_BACKFILL_BATCH_H
#define INB_BACKFILL_BACKFILL_BATCH_H

#include "backfill/backfill_worker.h"

/* What a refusal means. */
typedef enum inb__refused {
    INB__REFUSED_BATCH_AGAIN, /* the same window, smaller: locks, timeouts, serialization */
    INB__REFUSED_BATCH_DATA,  /* a row cannot be written so */
    INB__REFUSED_BATCH_LEASE, /* the range is another worker's now */
    INB__REFUSED_BATCH_GONE,  /* the relation does not exist any more */
    INB__REFUSED_BATCH_EVER   /* no window can be written */
} inb__refused;

inb__refused inb__batch_refused(const inb_error *why);

typedef struct inb__batch {
    int64_t rows, us, wal; /* wal -1: not known */
    bool tail;             /* it was the last window of its range */
} inb__batch;

/* Looks for the end of the window, where it is not known yet. False in *any_out: the range is at
 * its end. */
int inb__batch_end_find(inb__worker *w, bool *any_out, inb_error **err)
    __attribute__((warn_unused_result));

/* What the server says, without the value that it quotes. */
void inb__batch_message(char *out, size_t size, const inb_error *why);

/* Does the window and steps behind it. INB_ESQL: nothing was done. */
int inb__batch_do(inb__worker *w, inb__batch *out, inb_error **err)
    __attribute__((warn_unused_result));

/* Steps behind a window of one row, which is recorded as refused. */
int inb__batch_skip(inb__worker *w, const inb_error *why, inb_error **err)
    __attribute__((warn_unused_result));

#endif
