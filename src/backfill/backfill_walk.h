/* A worker at its ranges: window after window, and what becomes of those that are refused. */
#ifndef INB_BACKFILL_BACKFILL_WALK_H
#define INB_BACKFILL_BACKFILL_WALK_H

#include "backfill/backfill_worker.h"

/* Until each range of the pass is at its end, by whichever worker of whichever run, or the run is
 * to end. INB_EMIGRATION: rows were refused by their data, more than may be. */
int inb__walk_ranges(inb__worker *w, inb_error **err) __attribute__((warn_unused_result));

/* The rows that were refused are more than may be. INB_EMIGRATION says so. */
int inb__walk_refused(const inb__walk *walk, inb_error **err) __attribute__((warn_unused_result));

#endif
