/* Polls for the migration lock, reports its holder, and releases it at the end of a run. */
#include "config.h"

#include "engine/lock.h"

#include "engine/first_look.h"
#include "engine/queries.h"
#include "engine/round_trip.h"
#include "engine/session.h"

#include <string.h>

#define PAUSE_LEAST_MS 25
#define PAUSE_MOST_MS 1000
#define PAUSE_PART 4 /* of the time that was waited so far */
#define READ_EVERY_US 1000000
#define REPORT_EVERY_US 5000000

int inb__run_pause(inb__run *run, int64_t ms, inb_error **err)
{
    return inb__pg_sleep(run->conn, inb__jitter(ms), err);
}

static int timeout_error(const inb__history *h, int64_t waited_us, inb_error **err)
{
    int rc = inb__error_set(err, INB_ELOCK, "the migration lock was not obtained in %.1f s",
                            (double)waited_us / 1e6);
    inb__error_detail(err, "held by %s",
                      *h->lock_holder ? h->lock_holder : "a session that this role cannot see");
    const char *pid = strncmp(h->lock_holder, "pid ", 4) == 0 ? h->lock_holder + 4 : "pid";
    inb__error_hint(err,
                    "Wait for it to finish; when it is stuck, end it with SELECT "
                    "pg_terminate_backend(%.*s).",
                    (int)strcspn(pid, ","), pid);
    inb__error_prisma(err, "P1002");
    return rc;
}

static int try_error(inb__pg_pipe *pipe, size_t step, inb_error **err)
{
    int rc = inb__session_refused(pipe, step, err);
    if (rc == INB_ESQL) {
        rc = inb__error_wrap(err, INB_ECONN, "cannot ask for the migration lock");
        inb__error_prisma(err, "P1002");
    }
    return rc;
}

/* Sends, and learns from the answer of the step whether the lock is ours. */
static int try_run(inb__run *run, inb__pg_pipe *pipe, size_t step, inb_error **err)
{
    pipe->keep = true;
    int64_t before_ms = inb__pg_limit(run->conn, inb__pg_query_limit(run->conn));
    int rc = inb__pg_pipe_run(run->conn, pipe, err);
    inb__pg_limit(run->conn, before_ms);
    if (rc == 0 && !pipe->steps.v[step].result) {
        rc = try_error(pipe, step, err);
    }
    if (rc == 0) {
        const char *taken = inb_result_value(pipe->steps.v[step].result, 0, 0);
        run->locked = taken && *taken == 't';
    }
    return rc;
}

/* With the first try the session is set up. */
static int lock_try_first(inb__run *run, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__session_queue(&pipe, &run->session);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_lock_try), 0, NULL);
    int rc = try_run(run, &pipe, pipe.steps.n - 1, err);
    rc = rc == 0 && !pipe.steps.v[0].result ? try_error(&pipe, 0, err) : rc;
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* How a wait goes on. */
typedef struct waiting {
    int64_t since_us, reported_us, read_us; /* read: all of the history, for the last time */
    int64_t prepare_us, prepare_ms; /* when it is tried next, and how long after that again */
    bool prepared;                  /* the session has what each try asks */
    bool finished;                  /* as it seems, everything is applied by now */
} waiting;

/* On a new database there is no history until the holder has made it. */
static bool prepare_due(waiting *w)
{
    int64_t now = inb__now_us();
    if (w->prepared || now < w->prepare_us) {
        return false;
    }
    w->prepare_ms = w->prepare_ms * 2 < PAUSE_MOST_MS ? w->prepare_ms * 2 : PAUSE_MOST_MS;
    w->prepare_us = now + w->prepare_ms * 1000;
    return true;
}

/* Costs the server some microseconds: the lock, and how much is applied. */
static int lock_try_again(inb__run *run, waiting *w, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    bool prepares = prepare_due(w), counts = w->prepared || prepares;
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_lock_try), 0, NULL);
    inb__pg_pipe_sync(&pipe);
    if (prepares) {
        inb__pg_pipe_add(&pipe, INB__STR("DEALLOCATE ALL"), 0, NULL);
        inb__first_look_prepare_queue(&pipe, run);
        inb__pg_pipe_sync(&pipe);
    }
    size_t prepared = pipe.steps.n - 1;
    if (counts) {
        inb__first_look_count_queue(&pipe, run);
    }
    int rc = try_run(run, &pipe, 0, err);
    if (rc == 0 && counts) {
        w->prepared = pipe.steps.v[prepared].result != NULL;
        w->finished = inb__first_look_counted(run, pipe.steps.v[pipe.steps.n - 1].result);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* All of it, as it is now: under the lock, or to see whether to go on waiting, and for whom. */
static int history_read(inb__run *run, inb__history *history, inb_error **err)
{
    const inb__round_trip_query query = {.names = &run->names,
                                         .above = inb__run_above(run),
                                         .writes = true,
                                         .holder = !run->locked,
                                         .backfills = inb__run_backfills(run)};
    int rc = inb__round_trip_read(history, run->conn, &query, err);
    if (rc == 0) {
        history->locked = run->locked;
        run->backend_pid = history->backend_pid;
    }
    return rc;
}

static void holder_report(inb__run *run, const inb__history *h, waiting *w)
{
    int64_t now = inb__now_us();
    if (now - w->reported_us >= REPORT_EVERY_US) {
        w->reported_us = now;
        inb__log(&run->log, INB_LOG_INFO, "waiting for the migration lock for %.1f s, held by %s",
                 (double)(now - w->since_us) / 1e6,
                 *h->lock_holder ? h->lock_holder : "a session that this role cannot see");
    }
}

/* 1: the wait is over, with a history; 0: it goes on. */
static int history_look(inb__run *run, inb__history *history, inb__lock_leave_cb leave, waiting *w,
                        inb_error **err)
{
    bool late = inb__now_us() >= run->deadline_us;
    if (!run->locked && !late && inb__now_us() - w->read_us < READ_EVERY_US) {
        return 0;
    }
    w->read_us = inb__now_us();
    int rc = history_read(run, history, err);
    if (rc < 0 || run->locked || leave(run, history)) {
        return rc < 0 ? rc : 1;
    }
    holder_report(run, history, w);
    rc = late ? timeout_error(history, inb__now_us() - w->since_us, err) : 0;
    inb__history_dispose(history);
    return rc;
}

/* The longer the holder has been at it, the longer it may still take. */
static int64_t pause_ms(const inb__run *run, const waiting *w)
{
    int64_t now = inb__now_us(), left = (run->deadline_us - now) / 1000 + 1;
    int64_t ms = (now - w->since_us) / 1000 / PAUSE_PART;
    ms = ms < PAUSE_LEAST_MS ? PAUSE_LEAST_MS : ms > PAUSE_MOST_MS ? PAUSE_MOST_MS : ms;
    return ms < left ? ms : left > 0 ? left : 0;
}

static int lock_poll(inb__run *run, inb__history *history, inb__lock_leave_cb leave, bool *done,
                     inb_error **err)
{
    waiting w = {.since_us = inb__now_us(), .prepare_ms = PAUSE_LEAST_MS};
    w.read_us = w.since_us;
    w.reported_us = w.since_us - REPORT_EVERY_US + 1000000; /* the first after a second */
    int rc = lock_try_first(run, err);
    for (;;) {
        inb__look look = INB__LOOK_UNSURE;
        if (rc == 0 && !run->locked && done && w.finished) {
            rc = inb__first_look(&look, run, err);
        }
        if (rc < 0 || look == INB__LOOK_DONE) {
            *(done ? done : &(bool){false}) = look == INB__LOOK_DONE;
            return rc;
        }
        rc = history_look(run, history, leave, &w, err);
        if (rc != 0) {
            return rc < 0 ? rc : 0;
        }
        rc = inb__run_pause(run, pause_ms(run, &w), err);
        rc = rc < 0 ? rc : lock_try_again(run, &w, err);
    }
}

int inb__lock_wait(inb__run *run, inb__history *history, inb__lock_leave_cb leave, bool *done,
                   inb_error **err)
{
    int64_t since = inb__now_us();
    run->deadline_us = since + run->options.lock_wait_ms * 1000;
    int rc = lock_poll(run, history, leave, done, err);
    inb_report_summary scratch = {0};
    inb_report_summary *summary = inb__run_report_summary(run->report, &scratch);
    summary->lock_wait_us += inb__now_us() - since;
    summary->lock_taken = summary->lock_taken || run->locked;
    return rc;
}

size_t inb__lock_release_queue(inb__pg_pipe *pipe)
{
    inb__pg_pipe_sync(pipe);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_lock_release), 0, NULL);
    return pipe->steps.n - 1;
}

void inb__lock_released(inb__run *run, const inb_result *answer)
{
    const char *released = answer ? inb_result_value(answer, 0, 0) : NULL;
    if (answer && (!released || *released != 't')) {
        inb__log(&run->log, INB_LOG_WARNING,
                 "the migration lock was already lost when it was released");
    }
    run->locked = run->locked && !answer;
}

void inb__lock_release(inb__run *run)
{
    if (!run->locked || !run->conn || !inb_conn_alive(run->conn)) {
        run->locked = false;
        return;
    }
    inb_result *r = NULL;
    inb__pg_shield(run->conn, true);
    int64_t before_ms = inb__pg_limit(run->conn, inb__pg_query_limit(run->conn));
    int rc = inb_conn_exec(run->conn, inb__query_lock_release, 0, NULL, &r, NULL);
    inb__lock_released(run, rc == 0 ? r : NULL);
    inb_result_free(r);
    if (rc == INB_ENOMEM) { /* nothing was sent, and without its answer it takes no memory */
        rc = inb_conn_exec(run->conn, inb__query_lock_release, 0, NULL, NULL, NULL);
    }
    (void)rc; /* a lock that is not released ends with the session */
    inb__pg_limit(run->conn, before_ms);
    inb__pg_shield(run->conn, false);
    run->locked = false;
}

void inb__run_leave(inb__run *run)
{
    if (run->conn && inb_conn_alive(run->conn)) {
        inb__pg_shield(run->conn, true);
        inb__pg_limit(run->conn, inb__pg_query_limit(run->conn));
        if (inb__pg_transaction(run->conn) != INB__PG_TX_IDLE) {
            int rc = inb_conn_exec(run->conn, "ROLLBACK", 0, NULL, NULL, NULL);
            (void)rc; /* closing the connection rolls back too */
        }
        inb__lock_release(run);
    }
    inb__run_disconnect(run);
}
