/* The rows that were refused by their data, taken once more. */
#ifndef INB_BACKFILL_BACKFILL_REFUSED_ROWS_H
#define INB_BACKFILL_BACKFILL_REFUSED_ROWS_H

#include "backfill/backfill_worker.h"

/* Each alone. Those that are written, and those that need not be any more, are not recorded any
 * longer. */
int inb__refused_rows_retry(inb__worker *w, inb_error **err) __attribute__((warn_unused_result));

#endif
