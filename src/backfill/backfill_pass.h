/* Passes over the table: their ranges, and the proof at their end. */
#ifndef INB_BACKFILL_BACKFILL_PASS_H
#define INB_BACKFILL_BACKFILL_PASS_H

#include "backfill/backfill_worker.h"

/* Where no pass was begun yet: begins the first, over every relation. */
int inb__pass_first(inb__worker *w, inb_error **err) __attribute__((warn_unused_result));

/* Cuts open ranges that nobody holds, so that each worker has one. */
int inb__pass_cut(inb__worker *w, int workers, inb_error **err) __attribute__((warn_unused_result));

/*
 * Each range is at its end: looks whether the predicate finds nothing. Where it finds rows, another
 * pass is begun over the relations that have them, and *done is false. INB_EMIGRATION: so many
 * passes have not come to an end.
 */
int inb__pass_proof(inb__worker *w, bool *done, inb_error **err)
    __attribute__((warn_unused_result));

#endif
