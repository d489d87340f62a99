/* What keeps a worker from its next batch: a pause, a hold, the end of the run; and what is shown
 * meanwhile. */
#ifndef INB_BACKFILL_BACKFILL_HOLD_H
#define INB_BACKFILL_BACKFILL_HOLD_H

#include "backfill/backfill_worker.h"

/*
 * Waits until nothing holds the backfill, renewing the lease. 0 also when the run is to end.
 * INB_EPENDING: it was abandoned.
 */
int inb__hold_wait(inb__worker *w, inb_error **err) __attribute__((warn_unused_result));

/* Shows how far it is. The mutex is held. */
void inb__hold_progress(inb__worker *w);

#endif
