/*
 * Backfills between migrations: a round that stops at one lets it run without the migration lock,
 * and the next round, under the lock, writes its row in the history.
 */
#ifndef INB_ENGINE_BACKFILL_STEP_H
#define INB_ENGINE_BACKFILL_STEP_H

#include "backfill/supervise.h"
#include "engine/retry.h"
#include "engine/run.h"

/* A run of backfills alone, and what it came to. */
typedef struct inb__backfill_request {
    const char *name; /* NULL: each that is pending */
    int workers;
    int64_t retry_ms;
    bool retry_only;              /* the rows that were refused, and no window */
    int64_t target_ms;            /* of a batch, where `set` says nothing; 0: as declared */
    inb__supervise_options watch; /* but for the backfill, the connection and the log */
    void (*finished)(void *payload, const char *name, const inb__backfill_result *result);
    void *payload; /* of finished */
} inb__backfill_request;

/* The backfill of the table as its room takes it; texts are the table's and the run's. */
inb__backfill inb__backfill_of(const inb__run *run, uint32_t migration);

/* Records those that the plan lets wait, so that a program that starts does, too. Under the lock.
 */
int inb__backfill_wait(inb__run *run, const inb__plan *plan, inb_error **err)
    __attribute__((warn_unused_result));

/* The row of a backfill that was run to its end. Under the lock. */
int inb__backfill_record(inb__run *run, const inb__plan *plan, inb__progress *progress,
                         inb_error **err) __attribute__((warn_unused_result));

/*
 * Runs the backfill at which the last round stopped, when it is asked for or small. INB_EPENDING:
 * it is neither, or paused. Without the lock, but for a moment at the beginning.
 */
int inb__backfill_due(inb__run *run, inb_error **err) __attribute__((warn_unused_result));

#endif
