/* A run: its workers, pass after pass, until the predicate finds nothing; and the state it leaves.
 */
#include "config.h"

#include "backfill/backfill_hold.h"
#include "backfill/backfill_pass.h"
#include "backfill/backfill_queries.h"
#include "backfill/backfill_refused_rows.h"
#include "backfill/backfill_state.h"
#include "backfill/backfill_walk.h"
#include "util/cleanup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void worker_init(inb__worker *w, inb__walk *walk, int number)
{
    *w = (inb__worker){.walk = walk, .number = number, .wal_at = -1};
    snprintf(w->holder, sizeof(w->holder), "%.60s/%d", walk->options->run, number);
    inb__arena_init(&w->range);
    inb__arena_init(&w->places[0]);
    inb__arena_init(&w->places[1]);
    inb__pace_init(&w->pace, walk->b->target_ms);
}

static void worker_dispose(inb__worker *w)
{
    inb_conn_close(w->conn);
    inb__arena_dispose(&w->range);
    inb__arena_dispose(&w->places[0]);
    inb__arena_dispose(&w->places[1]);
}

static int walk_init(inb__walk *walk, const inb__backfill *b,
                     const inb__backfill_run_options *options, inb_error **err)
{
    pthread_mutexattr_t recursive;
    *walk = (inb__walk){.b = b,
                        .options = options,
                        .caller = pthread_self(),
                        .started_us = inb__now_us(),
                        .settings = {.target_ms = b->target_ms, .skip_limit = b->skip_limit}};
    bool good = pthread_mutexattr_init(&recursive) == 0;
    good = good && pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE) == 0;
    good = good && pthread_mutex_init(&walk->mutex, &recursive) == 0;
    walk->progress.workers = options->workers;
    return good ? 0 : inb__error_nomem(err);
}

/* One worker, from its first range to its last. */
static void *worker_run(void *payload)
{
    inb__worker *w = payload;
    inb_error *error = NULL;
    int rc = inb__walk_ranges(w, &error);
    if (rc < 0) {
        inb__walk_fail(w->walk, rc, error);
    }
    return NULL;
}

/* All of them; this thread's is the first. */
static int workers_run(inb__worker *workers, int n, inb_error **err)
{
    inb__walk *walk = workers[0].walk;
    pthread_t threads[INB__BACKFILL_WORKERS];
    int started = 1;
    while (started < n &&
           pthread_create(&threads[started], NULL, worker_run, &workers[started]) == 0) {
        started++;
    }
    worker_run(&workers[0]);
    for (int i = 1; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    int rc = walk->rc;
    if (rc < 0) {
        *err = walk->error;
        walk->error = NULL;
        walk->rc = 0;
    }
    return rc < 0 || !inb__walk_stops(walk)
               ? rc
               : inb__error_set(err, INB_ECANCELLED, "stopped on request");
}

/* Before the first range. */
static int run_begin(inb__worker *w, inb_error **err)
{
    inb__walk *walk = w->walk;
    int rc = inb__state_read(w, err);
    rc = rc < 0 ? rc : inb__state_stopped(walk, err);
    if (rc == 0 && strcmp(walk->state, "done") == 0) {
        return 0;
    }
    rc = rc < 0 ? rc : inb__state_set(w, "running", "", "", err);
    rc = rc < 0 || walk->progress.failed == 0 ? rc : inb__refused_rows_retry(w, err);
    return rc == 0 && walk->progress.failed > walk->settings.skip_limit
               ? inb__walk_refused(walk, err)
               : rc;
}

/* A pass, or what is left of it. */
static int pass_run(inb__worker *workers, int n, bool *done, inb_error **err)
{
    inb__worker *w = &workers[0];
    inb__walk *walk = w->walk;
    int rc = inb__worker_connect(w, err);
    walk->server_version = rc == 0 ? inb__pg_server_version(w->conn) : 0;
    walk->pass = walk->progress.pass;
    rc = rc < 0 ? rc : inb__pass_first(w, err);
    rc = rc < 0 ? rc : inb__state_read(w, err);
    walk->pass = walk->progress.pass;
    rc = rc < 0 || n < 2 ? rc : inb__pass_cut(w, n, err);
    rc = rc < 0 ? rc : workers_run(workers, n, err);
    rc = rc < 0 ? rc : inb__state_read(w, err);
    if (rc == 0 && walk->progress.failed > 0) {
        rc = inb__walk_refused(walk, err);
    }
    rc = rc < 0 ? rc : inb__pass_proof(w, done, err);
    return rc < 0 ? rc : inb__state_read(w, err);
}

/* The rows that were refused were all that was asked for, and windows are left. */
static bool is_only_retried(const inb__walk *walk)
{
    return walk->options->retry_only && (walk->progress.pass == 0 || walk->open > 0);
}

static int run_all(inb__worker *workers, int n, bool *done, inb_error **err)
{
    inb__worker *w = &workers[0];
    bool begun = false;
    int rc = 0;
    while (rc == 0 && !*done) {
        rc = begun ? 0 : run_begin(w, err);
        begun = begun || rc == 0;
        *done = rc == 0 && strcmp(w->walk->state, "done") == 0;
        if (rc == 0 && !*done && is_only_retried(w->walk)) {
            return 0;
        }
        rc = rc < 0 || *done ? rc : pass_run(workers, n, done, err);
        rc = rc == 0 && !*done && inb__walk_stops(w->walk)
                 ? inb__error_set(err, INB_ECANCELLED, "stopped on request")
                 : inb__worker_lost(w, rc, err);
    }
    return rc;
}

/* The state that is left; nothing where the connection is gone or it was only stopped. */
static int run_end(inb__worker *w, int rc, bool done, inb_error **err)
{
    inb__walk *walk = w->walk;
    char ms[24];
    const char *held[] = {walk->b->history, walk->b->name, "", ms};
    snprintf(ms, sizeof(ms), "%" PRId64, walk->held_us / 1000);
    if (!w->conn || !inb_conn_alive(w->conn)) {
        return rc;
    }
    if (walk->held_us > 0 || *walk->hold_stored) {
        int noted = inb__state_write(w, inb__query_backfill_held, 4, held, NULL, NULL);
        (void)noted; /* nothing rests on it */
    }
    if (rc == 0 && done) {
        rc = inb__state_set(w, "done", "", "", err);
        return rc < 0 ? rc : inb__state_read(w, err);
    }
    if (rc < 0 && rc != INB_ECANCELLED && rc != INB_EPENDING && rc != INB_ECONN) {
        int noted = inb__state_set(w, "failed", err ? inb_error_sqlstate(*err) : "",
                                   err ? inb_error_message(*err) : "", NULL);
        (void)noted; /* the error itself is what counts */
    }
    return rc;
}

int inb__backfill_run(const inb__backfill *backfill, const inb__backfill_run_options *options,
                      inb__backfill_result *out, inb_error **err)
{
    inb__walk walk;
    inb_error *why = NULL;
    int n = options->workers < 1                       ? 1
            : options->workers < INB__BACKFILL_WORKERS ? options->workers
                                                       : INB__BACKFILL_WORKERS;
    inb__worker *workers = inb__calloc((size_t)n, sizeof(*workers));
    int rc = workers ? walk_init(&walk, backfill, options, err) : inb__error_nomem(err);
    if (rc < 0) {
        inb__free(workers);
        return rc;
    }
    for (int i = 0; i < n; i++) {
        worker_init(&workers[i], &walk, i);
    }
    bool done = false;
    rc = run_all(workers, n, &done, &why);
    rc = run_end(&workers[0], rc, done, &why);
    *out = (inb__backfill_result){.total = walk.progress, .done = rc == 0 && done};
    out->total.elapsed_us = inb__now_us() - walk.started_us;
    out->total.name = out->total.leaf = out->total.hold = "";
    for (int i = 0; i < n; i++) {
        worker_dispose(&workers[i]);
    }
    pthread_mutex_destroy(&walk.mutex);
    inb__free(workers);
    if (rc < 0 && err) {
        *err = INB__TAKE(why);
    }
    inb_error_free(why);
    return rc;
}
