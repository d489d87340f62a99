/* Which range a worker works on: leases in the rows of the ranges. */
#ifndef INB_BACKFILL_BACKFILL_CLAIM_H
#define INB_BACKFILL_BACKFILL_CLAIM_H

#include "backfill/backfill_worker.h"

typedef enum inb__claimed {
    INB__CLAIMED_RANGE, /* it has one */
    INB__CLAIMED_WAIT,  /* others have what is left */
    INB__CLAIMED_NONE   /* each range is at its end */
} inb__claimed;

/* One that is open and free: nobody's, its own of before a lost connection, that of a holder whose
 * process of the server is gone, or whose lease has run out. */
int inb__claim(inb__claimed *out, inb__worker *w, inb_error **err)
    __attribute__((warn_unused_result));

/* Gives it back with what was counted; done: it is at its end. */
int inb__claim_release(inb__worker *w, bool done, inb_error **err)
    __attribute__((warn_unused_result));

#endif
