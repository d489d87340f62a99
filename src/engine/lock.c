/* Polls for the migration lock, reports its holder, and releases it at the end of a run. */
#include "config.h"

#include "engine/lock.h"

#include "engine/queries.h"

#include "engine/round_trip.h"

#include <string.h>

#define PAUSE_FIRST_MS 25
#define PAUSE_MOST_MS 1000
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

/* One try, with the history in the same round trip; the session is set up with the first. */
static int lock_try(inb__run *run, inb__history *history, bool first, inb_error **err)
{
    const inb__round_trip_query query = {.names = &run->names,
                                         .above = inb__run_above(run),
                                         .lock = true,
                                         .session = first ? &run->session : NULL,
                                         .holder = true};
    int rc = inb__round_trip_read(history, run->conn, &query, err);
    if (rc == 0) {
        run->locked = history->locked;
        run->backend_pid = history->backend_pid;
    }
    return rc;
}

static void holder_report(inb__run *run, const inb__history *h, int64_t since, int64_t *reported)
{
    int64_t now = inb__now_us();
    if (now - *reported >= REPORT_EVERY_US) {
        *reported = now;
        inb__log(&run->log, INB_LOG_INFO, "waiting for the migration lock for %.1f s, held by %s",
                 (double)(now - since) / 1e6,
                 *h->lock_holder ? h->lock_holder : "a session that this role cannot see");
    }
}

static int lock_poll(inb__run *run, inb__history *history, inb__lock_leave_cb leave, int64_t since,
                     inb_error **err)
{
    int64_t pause = PAUSE_FIRST_MS;
    int64_t reported = since - REPORT_EVERY_US + 1000000; /* the first after a second */
    for (bool first = true;; first = false) {
        int rc = lock_try(run, history, first, err);
        if (rc < 0) {
            return rc;
        }
        if (history->locked || leave(run, history)) {
            return 0;
        }
        int64_t left_us = run->deadline_us - inb__now_us();
        holder_report(run, history, since, &reported);
        if (left_us <= 0) {
            rc = timeout_error(history, inb__now_us() - since, err);
        }
        inb__history_dispose(history);
        if (rc == 0) {
            rc = inb__run_pause(run, pause * 1000 < left_us ? pause : left_us / 1000 + 1, err);
        }
        if (rc < 0) {
            return rc;
        }
        pause = pause * 2 < PAUSE_MOST_MS ? pause * 2 : PAUSE_MOST_MS;
    }
}

int inb__lock_wait(inb__run *run, inb__history *history, inb__lock_leave_cb leave, inb_error **err)
{
    int64_t since = inb__now_us();
    run->deadline_us = since + run->options.lock_wait_ms * 1000;
    int rc = lock_poll(run, history, leave, since, err);
    inb_report_summary scratch = {0};
    inb_report_summary *summary = inb__run_report_summary(run->report, &scratch);
    summary->lock_wait_us += inb__now_us() - since;
    summary->lock_taken = summary->lock_taken || run->locked;
    return rc;
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
    const char *released = rc == 0 ? inb_result_value(r, 0, 0) : NULL;
    if (rc == 0 && (!released || *released != 't')) {
        inb__log(&run->log, INB_LOG_WARNING,
                 "the migration lock was already lost when it was released");
    }
    inb_result_free(r);
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
