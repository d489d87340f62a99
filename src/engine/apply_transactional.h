/*
 * Applying transactional migrations: each one transaction, statements, then its finished row, then
 * COMMIT, so that the row is there if and only if the migration is. Several go in one round trip,
 * as segments of a pipeline: what follows a refused one finds its transaction failed and open, and
 * so is refused too.
 */
#ifndef INB_ENGINE_APPLY_TRANSACTIONAL_H
#define INB_ENGINE_APPLY_TRANSACTIONAL_H

#include "engine/retry.h"

/*
 * Applies steps from progress->done on, as many as go together (all of them transactional), and
 * moves progress->done. Retries after lock timeouts, deadlocks and serialization failures within
 * the budget, sleeping outside any transaction. INB_EMIGRATION (P3018), INB_ELOCK, INB_ECORRUPT,
 * and what a lost connection or a stop gives.
 */
int inb__apply_transactional(inb__run *run, const inb__plan *plan, inb__progress *progress,
                             inb_error **err) __attribute__((warn_unused_result));

/*
 * After a lost connection: finds out how the migration whose COMMIT was not answered has ended.
 * Its row says that it was committed; when the lock is ours again its transaction is over, and the
 * server is asked how it ended.
 */
int inb__in_doubt_resolve(inb__run *run, const inb__history *history, inb_error **err)
    __attribute__((warn_unused_result));

#endif
