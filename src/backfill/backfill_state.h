/* The row of a backfill and those of its ranges, as a run reads and writes them. */
#ifndef INB_BACKFILL_BACKFILL_STATE_H
#define INB_BACKFILL_BACKFILL_STATE_H

#include "backfill/backfill_worker.h"

/* Queues reading how the backfill is set now, and its sums; the first step of that. */
size_t inb__state_queue(inb__pg_pipe *pipe, const inb__walk *walk);
/* Takes in the answers. The mutex is held. False: there is no such row. */
bool inb__state_take(inb__walk *walk, const inb__pg_pipe *pipe, size_t at);

/* Reads it in a round trip of its own. INB_EPENDING: it was abandoned. The mutex is not held. */
int inb__state_read(inb__worker *w, inb_error **err) __attribute__((warn_unused_result));

/* One statement about the tables of backfills, in a transaction of its own. */
int inb__state_write(inb__worker *w, const char *query, int n, const char *const *params,
                     int64_t *affected_out, inb_error **err) __attribute__((warn_unused_result));

/* The state in which the backfill is left, and why. */
int inb__state_set(inb__worker *w, const char *state, const char *sqlstate, const char *message,
                   inb_error **err) __attribute__((warn_unused_result));

/* INB_EPENDING: somebody has paused or abandoned it. */
int inb__state_stopped(const inb__walk *walk, inb_error **err) __attribute__((warn_unused_result));

#endif
