/*
 * Applying transactional migrations: each one transaction, statements, then its finished row, then
 * COMMIT, so that the row is there if and only if the migration is. Several go in one round trip,
 * as segments of a pipeline: what follows a refused one finds its transaction failed and open, and
 * so is refused too.
 */
#ifndef INB_ENGINE_APPLY_H
#define INB_ENGINE_APPLY_H

#include "engine/run.h"
#include "engine/store.h"

/* Steps of the plan that have been applied, and where a lost connection leaves a question. */
typedef struct inb__progress {
    size_t done;            /* steps of the plan */
    int64_t retry_since_us; /* when the first retryable refusal in a row happened, 0: none */
    int retries;
} inb__progress;

/*
 * Applies steps from progress->done on, as many as go together (all of them transactional), and
 * moves progress->done. Retries after lock timeouts, deadlocks and serialization failures within
 * the budget, sleeping outside any transaction. INB_EMIGRATION (P3018), INB_ELOCK, INB_ECORRUPT,
 * and what a lost connection or a stop gives.
 */
int inb__apply_transactional(inb__run *run, const inb__plan *plan, inb__progress *progress,
                             inb_error **err) __attribute__((warn_unused_result));

/*
 * After a lost connection: finds out what became of the migration whose COMMIT was not answered.
 * Its row says that it was committed; when the lock is ours again its transaction is over, and the
 * server is asked how it ended.
 */
int inb__apply_doubt_settle(inb__run *run, const inb__history *history, inb_error **err)
    __attribute__((warn_unused_result));

/* True for SQLSTATEs after which the same statement can succeed: lock_timeout, deadlock,
 * serialization. */
bool inb__apply_retryable(const char *sqlstate);

/* Sleeps before a retry; INB_ESQL when the budget is spent. *error is the refusal. */
int inb__apply_backoff(inb__run *run, inb__progress *progress, const char *name,
                       const inb_error *refusal, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * The error of a migration, INB_EMIGRATION with P3018, from the server's refusal at *err: its place
 * in the file, the line itself, what was in the way, what to do.
 */
int inb__apply_error(const inb__run *run, const inb__store_attempt *attempt, inb_error **err)
    __attribute__((warn_unused_result));

/* Rolls back what is open and records the failed attempt, in one round trip; never asks to be
 * cancelled. */
void inb__apply_record(inb__run *run, const inb__store_attempt *attempt);

/* True when a migration may leave the session other than it found it. */
bool inb__apply_leaves_session(const inb_table *table, uint32_t migration);

/* True when it may leave more than settings: see inb__session_leave_queue. */
bool inb__apply_leaves_objects(const inb_table *table, uint32_t migration);

#endif
