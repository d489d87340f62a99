/* Trying again after a refusal that passes by itself, within the retry budget. */
#ifndef INB_ENGINE_RETRY_H
#define INB_ENGINE_RETRY_H

#include "engine/run.h"

/* Steps of the plan that have been applied, and where a lost connection leaves a question. */
typedef struct inb__progress {
    size_t done;            /* steps of the plan */
    int64_t retry_since_us; /* when the first retryable refusal in a row happened, 0: none */
    int retries;
} inb__progress;

/* True for SQLSTATEs of a server that is not there: one of those that a cluster's coordinator asks,
 * or this one, going down. Neither the migration nor the data is at fault. */
bool inb__retry_lost_server(const char *sqlstate);

/* True for SQLSTATEs after which the same statement can succeed: lock_timeout, deadlock,
 * serialization, a lost server. */
bool inb__retry_possible(const char *sqlstate);

/* Sleeps before a retry; INB_ESQL when the budget is spent. *error is the refusal. */
int inb__retry_pause(inb__run *run, inb__progress *progress, const char *name,
                     const inb_error *refusal, inb_error **err) __attribute__((warn_unused_result));

#endif
