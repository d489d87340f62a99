/* A second connection that asks who blocks a statement and whether a silent server is still
 * working. */
#include "config.h"

#include "engine/stall_watch.h"

#include "engine/queries.h"
#include "engine/run.h"
#include "engine/statement_progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASK_EVERY_US 500000
#define SAY_EVERY_US 5000000
#define TELL_AFTER_US 5000000
#define TELL_EVERY_US 15000000
#define LIMIT_MS 5000
#define ANSWERS_NOBODY 3 /* times the patience */

/* A statement that waits shorter than lock_timeout must be seen too. */
static int64_t ask_every(const inb__run *run)
{
    int64_t half = run->options.lock_timeout_ms * 1000 / 2;
    return half < ASK_EVERY_US ? half : ASK_EVERY_US;
}

void inb__stall_watch_begin(inb__run *run, uint32_t first, uint32_t last)
{
    inb__stall_watch *w = &run->watch;
    w->on = true;
    w->n = 0;
    w->asked_us = inb__now_us();
    w->tell_us = w->asked_us + TELL_AFTER_US;
    w->first = first;
    w->last = last;
}

void inb__stall_watch_end(inb__run *run)
{
    run->watch.on = false;
}

static int watch_connect(inb__run *run)
{
    inb__pg_options options = run->connect;
    options.connect_timeout_ms = LIMIT_MS;
    options.limit_ms = LIMIT_MS;
    options.hasty = true;
    options.log = (inb__logger){0};
    options.cancelled = NULL;
    return inb__pg_open(&run->watch.conn, &options, NULL);
}

static void sample_add(inb__run *run, const char *text, int64_t now)
{
    inb__stall_watch *w = &run->watch;
    if (w->n < INB__STALL_WATCH_SAMPLES) {
        w->n++;
    }
    inb__stall_watch_sample *s = &w->samples[w->n - 1];
    int64_t waited = now - w->asked_us;
    *s = (inb__stall_watch_sample){.at_us = now, .waited_us = waited};
    snprintf(s->text, sizeof(s->text), "%s", text);
    if (now - w->said_us >= SAY_EVERY_US) {
        w->said_us = now;
        inb__log(&run->log, INB_LOG_INFO, "waiting for %s", text);
    }
}

/* One question about the server's process; second is its other parameter, NULL: it has none. */
static int process_ask(inb__run *run, const char *sql, const char *second, inb_result **out)
{
    inb__stall_watch *w = &run->watch;
    char pid[16];
    const char *params[] = {pid, second};
    snprintf(pid, sizeof(pid), "%d", run->backend_pid);
    int rc = w->conn ? 0 : watch_connect(run);
    rc = rc < 0 ? rc : inb_conn_exec(w->conn, sql, second ? 2 : 1, params, out, NULL);
    if (rc < 0) {
        inb_conn_close(w->conn);
        w->conn = NULL;
    }
    return rc;
}

static void watch_ask(inb__run *run)
{
    inb__stall_watch *w = &run->watch;
    inb_result *r = NULL;
    int rc = process_ask(run, inb__query_stall_watch_blockers, NULL, &r);
    int64_t now = inb__now_us();
    if (rc == 0 && inb_result_rows(r) > 0 && inb_result_value(r, 0, 0)) {
        sample_add(run, inb_result_value(r, 0, 0), now);
    }
    inb_result_free(r);
    if (rc < 0) {
        w->on = false; /* it could only slow the run down */
    }
    w->asked_us = now;
}

/* How far the statement is that has been running for long; a new one gets its own five seconds. */
static void progress_tell(inb__run *run)
{
    inb__stall_watch *w = &run->watch;
    inb_result *r = NULL;
    int rc = process_ask(run, inb__query_stall_watch_progress, NULL, &r);
    int64_t now = inb__now_us();
    int64_t elapsed_us = 0;
    w->tell_us = now + TELL_EVERY_US;
    if (rc == 0 && inb_result_rows(r) > 0) {
        inb__statement_progress p = {.sql = inb_result_value(r, 0, INB__STALL_WATCH_QUERY),
                                     .elapsed_ms =
                                         atoll(inb_result_value(r, 0, INB__STALL_WATCH_ELAPSED)),
                                     .text = inb_result_value(r, 0, INB__STALL_WATCH_PROGRESS)};
        elapsed_us = p.elapsed_ms * 1000;
        if (elapsed_us < TELL_AFTER_US) {
            w->tell_us = now + TELL_AFTER_US - elapsed_us;
        } else {
            inb__statement_progress_say(&run->log, run->table, w->first, w->last, &p);
        }
    }
    inb_result_free(r);
    w->on = w->on && rc == 0;
}

/* Nothing has moved for a long time: does the server still work on the statement? */
static void silence_decide(inb__run *run, int64_t silent_us, int64_t patience_us)
{
    inb__stall_watch *w = &run->watch;
    inb_result *r = NULL;
    char patience[24];
    snprintf(patience, sizeof(patience), "%lld", (long long)patience_us / 1000);
    int rc = process_ask(run, inb__query_stall_watch_state, patience, &r);
    const char *state = rc == 0 ? inb_result_value(r, 0, 0) : NULL;
    int64_t now = inb__now_us();
    int64_t last_us = w->heard_us > now - silent_us ? w->heard_us : now - silent_us;
    if (!state) {
        if (now - last_us >= ANSWERS_NOBODY * patience_us) {
            inb__pg_abandon(run->conn, "the server stopped answering, on a second connection too");
        }
    } else if (strcmp(state, "busy") == 0) {
        w->heard_us = now;
    } else {
        inb_result *ended = NULL;
        (void)!process_ask(run, inb__query_stall_watch_terminate, run->application, &ended);
        inb_result_free(ended);
        inb__pg_abandon(run->conn, "the server is idle; its answer was lost on the way");
    }
    inb_result_free(r);
}

static void silence_watch(inb__run *run)
{
    int64_t silent_us = inb__pg_silent_us(run->conn);
    int64_t patience_us = inb__pg_patience_us(run->conn);
    int64_t now = inb__now_us();
    if (silent_us >= patience_us && now - run->watch.looked_us >= patience_us / 2) {
        run->watch.looked_us = now;
        silence_decide(run, silent_us, patience_us);
    }
}

bool inb__stall_watch_tick(void *payload)
{
    inb__run *run = payload;
    inb__stall_watch *w = &run->watch;
    if (run->options.cancelled && run->options.cancelled(run->options.cancel_payload)) {
        return true;
    }
    if (w->busy || !run->conn) {
        return false;
    }
    w->busy = true;
    if (w->on && inb__now_us() - w->asked_us >= ask_every(run)) {
        watch_ask(run);
    }
    if (w->on && inb__now_us() >= w->tell_us) {
        progress_tell(run);
    }
    if (run->backend_pid > 0) { /* until then all questions have a limit */
        silence_watch(run);
    }
    w->busy = false;
    return false;
}

int64_t inb__stall_watch_waited(const inb__run *run, int64_t from_us, int64_t to_us,
                                const char **text_out)
{
    const inb__stall_watch *w = &run->watch;
    int64_t waited = 0;
    *text_out = "";
    for (size_t i = 0; i < w->n; i++) {
        if (w->samples[i].at_us > from_us && w->samples[i].at_us <= to_us) {
            waited += w->samples[i].waited_us;
            *text_out = w->samples[i].text;
        }
    }
    return w->conn || to_us - from_us < ask_every(run) ? waited : -1;
}

void inb__stall_watch_close(inb__run *run)
{
    inb_conn_close(run->watch.conn);
    run->watch.conn = NULL;
    run->watch.on = false;
}
