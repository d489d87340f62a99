/* When a refused migration is tried again, and after which pause. */
#include "config.h"

#include "engine/retry.h"

#include "engine/lock.h"
#include "postgres/sqlstate.h"

#define BACKOFF_FIRST_MS 200
#define BACKOFF_MOST_MS 10000

bool inb__retry_lost_server(const char *sqlstate)
{
    return inb__sqlstate_in(sqlstate, INB__SQLCLASS_CONNECTION) ||
           inb__sqlstate_in(sqlstate, INB__SQLCLASS_SHUTDOWN) ||
           inb__sqlstate_is(sqlstate, INB__SQLSTATE_TOO_MANY_CONNECTIONS);
}

bool inb__retry_possible(const char *sqlstate)
{
    static const char *const states[] = {INB__SQLSTATE_LOCK_NOT_AVAILABLE,
                                         INB__SQLSTATE_DEADLOCK_DETECTED,
                                         INB__SQLSTATE_SERIALIZATION_FAILURE};
    return inb__sqlstate_among(sqlstate, states, sizeof(states) / sizeof(states[0])) ||
           inb__retry_lost_server(sqlstate);
}

int inb__retry_pause(inb__run *run, inb__progress *progress, const char *name,
                     const inb_error *refusal, inb_error **err)
{
    int64_t now = inb__now_us();
    if (progress->retry_since_us == 0) {
        progress->retry_since_us = now;
    }
    int64_t spent_ms = (now - progress->retry_since_us) / 1000;
    int64_t left_ms = run->options.retry_budget_ms - spent_ms;
    if (left_ms <= 0) {
        return INB_ESQL;
    }
    int shift = progress->retries < 6 ? progress->retries : 6;
    int64_t pause = (int64_t)BACKOFF_FIRST_MS << shift;
    pause = pause < BACKOFF_MOST_MS ? pause : BACKOFF_MOST_MS;
    pause = pause < left_ms ? pause : left_ms;
    progress->retries++;
    inb__log(&run->log, INB_LOG_WARNING,
             "migration \"%s\" was rolled back (%s), attempt %d follows: %s", name,
             inb_error_sqlstate(refusal), progress->retries + 1, inb_error_message(refusal));
    return inb__run_pause(run, pause, err);
}
