/* A worker's connection, and the end of all of them. */
#include "config.h"

#include "backfill/backfill_worker.h"

#include "backfill/backfill_queries.h"
#include "backfill/backfill_session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SLICE_MS 100
#define FAILOVER_MS 60000 /* as long as a cluster takes to have a new primary */
#define LOSSES_MOST 20    /* without a batch between them */
#define LOSS_PAUSE_MS 1000
#define BATCH_GRACE_US 5000000 /* of the batch at hand, when the run is to end */

bool inb__walk_stops(inb__walk *walk)
{
    const inb__backfill_run_options *o = walk->options;
    if (pthread_equal(walk->caller, pthread_self()) && o->cancelled && !atomic_load(&walk->stop) &&
        o->cancelled(o->cancel_payload)) {
        atomic_store(&walk->stop_us, inb__now_us());
        atomic_store(&walk->stop, true);
    }
    return atomic_load(&walk->stop);
}

void inb__walk_sleep(inb__walk *walk, int64_t ms)
{
    for (; ms > 0 && !inb__walk_stops(walk); ms -= SLICE_MS) {
        int64_t slice = ms < SLICE_MS ? ms : SLICE_MS;
        struct timespec t = {.tv_nsec = slice * 1000000};
        nanosleep(&t, NULL);
    }
}

void inb__walk_fail(inb__walk *walk, int rc, inb_error *error)
{
    pthread_mutex_lock(&walk->mutex);
    if (walk->rc == 0) {
        walk->rc = rc;
        walk->error = error;
        error = NULL;
    }
    pthread_mutex_unlock(&walk->mutex);
    inb_error_free(error);
    atomic_store(&walk->stop, true);
}

/* Of a connection: the batch at hand may end, for a while. */
static bool cancel_due(void *payload)
{
    inb__walk *walk = payload;
    (void)inb__walk_stops(walk);
    long long since = atomic_load(&walk->stop_us);
    return since > 0 && inb__now_us() - since > BATCH_GRACE_US;
}

/* Notices of one worker at a time. */
static void log_pass(inb_log_level level, const char *message, void *payload)
{
    inb__walk *walk = payload;
    pthread_mutex_lock(&walk->mutex);
    inb__log(&walk->options->log, level, "%s", message);
    pthread_mutex_unlock(&walk->mutex);
}

static int process_read(inb__worker *w, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__session_read_begin(&pipe, w->conn, w->walk->b, false);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_process), 0, NULL);
    size_t at = pipe.steps.n - 1;
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = inb__session_run(w->conn, &pipe, err);
    if (rc == 0) {
        const char *since = inb_result_value(pipe.steps.v[at].result, 0, 1);
        const char *pid = inb_result_value(pipe.steps.v[at].result, 0, 0);
        snprintf(w->pid, sizeof(w->pid), "%s", pid ? pid : "0");
        snprintf(w->since, sizeof(w->since), "%s", since ? since : "");
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

int inb__worker_connect(inb__worker *w, inb_error **err)
{
    if (w->conn && inb_conn_alive(w->conn)) {
        return 0;
    }
    inb__pg_options options = w->walk->options->connect;
    options.cancelled = cancel_due;
    options.cancel_payload = w->walk;
    options.log = (inb__logger){log_pass, w->walk};
    if (w->conn) {
        options.connect_timeout_ms = FAILOVER_MS;
    }
    inb_conn_close(w->conn);
    w->conn = NULL;
    w->wal_at = -1;
    int rc = inb__pg_open(&w->conn, &options, err);
    return rc < 0 ? rc : process_read(w, err);
}

int inb__worker_lost(inb__worker *w, int rc, inb_error **err)
{
    if (rc != INB_ECONN || w->losses++ >= LOSSES_MOST || inb__walk_stops(w->walk)) {
        return rc;
    }
    pthread_mutex_lock(&w->walk->mutex);
    inb__log(&w->walk->options->log, INB_LOG_WARNING,
             "backfill \"%s\": the connection was lost (%s); connecting again", w->walk->b->name,
             err && *err ? inb_error_message(*err) : "no reason is known");
    pthread_mutex_unlock(&w->walk->mutex);
    if (err) {
        inb_error_free(*err);
        *err = NULL;
    }
    inb__walk_sleep(w->walk, inb__jitter(LOSS_PAUSE_MS / (w->losses > 1 ? 1 : 10)));
    return 0;
}

inb__window inb__worker_window(const inb__worker *w)
{
    return (inb__window){.leaf = w->leaf,
                         .keyed = w->keyed,
                         .block_size = w->walk->block_size,
                         .server_version = w->walk->server_version,
                         .after = w->after,
                         .through = w->through};
}
