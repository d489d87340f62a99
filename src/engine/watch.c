#include "config.h"

#include "engine/watch.h"

#include "engine/run.h"

#include <stdio.h>
#include <string.h>

#define ASK_EVERY_US 500000
#define SAY_EVERY_US 5000000
#define LIMIT_MS 1000

static const char blockers_sql[] =
    "SELECT pg_catalog.format('%s on %s, held by %s', l.mode,"
    " COALESCE(l.relation::regclass::text, l.locktype), "
    "pg_catalog.string_agg(pg_catalog.format('pid %s (application "
    "\"%s\", %s: %s)',"
    " a.pid, a.application_name, a.state, pg_catalog.regexp_replace(pg_catalog.left(a.query, 80), "
    "'\\s+', ' ', 'g')), ', "
    "'))"
    " FROM pg_catalog.pg_locks l JOIN LATERAL "
    "pg_catalog.unnest(pg_catalog.pg_blocking_pids(l.pid)) AS b (pid) ON true"
    " JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid"
    " WHERE l.pid = $1::integer AND NOT l.granted GROUP BY l.mode, l.relation, l.locktype LIMIT 1";

/* A statement that waits shorter than lock_timeout must be seen too. */
static int64_t ask_every(const inb__run *run)
{
    int64_t half = run->options.lock_timeout_ms * 1000 / 2;
    return half < ASK_EVERY_US ? half : ASK_EVERY_US;
}

void inb__watch_begin(inb__run *run)
{
    run->watch.on = true;
    run->watch.n = 0;
    run->watch.asked_us = inb__now_us();
}

void inb__watch_end(inb__run *run)
{
    run->watch.on = false;
}

static int watch_connect(inb__run *run)
{
    inb__pg_options options = run->connect;
    options.connect_timeout_ms = LIMIT_MS;
    options.limit_ms = LIMIT_MS;
    options.log = (inb__logger){0};
    options.cancelled = NULL;
    return inb__pg_open(&run->watch.conn, &options, NULL);
}

static void sample_add(inb__run *run, const char *text, int64_t now)
{
    inb__watch *w = &run->watch;
    if (w->n < INB__WATCH_SAMPLES) {
        w->n++;
    }
    inb__watch_sample *s = &w->samples[w->n - 1];
    int64_t waited = now - w->asked_us;
    *s = (inb__watch_sample){.at_us = now, .waited_us = waited};
    snprintf(s->text, sizeof(s->text), "%s", text);
    if (now - w->said_us >= SAY_EVERY_US) {
        w->said_us = now;
        inb__log(&run->log, INB_LOG_INFO, "waiting for %s", text);
    }
}

static void watch_ask(inb__run *run)
{
    inb__watch *w = &run->watch;
    inb_result *r = NULL;
    char pid[16];
    const char *params[] = {pid};
    snprintf(pid, sizeof(pid), "%d", run->backend_pid);
    int rc = w->conn ? 0 : watch_connect(run);
    rc = rc < 0 ? rc : inb_conn_exec(w->conn, blockers_sql, 1, params, &r, NULL);
    int64_t now = inb__now_us();
    if (rc == 0 && inb_result_rows(r) > 0 && inb_result_value(r, 0, 0)) {
        sample_add(run, inb_result_value(r, 0, 0), now);
    }
    inb_result_free(r);
    if (rc < 0) {
        inb_conn_close(w->conn);
        w->conn = NULL;
        w->on = false; /* it could only slow the run down */
    }
    w->asked_us = now;
}

bool inb__watch_tick(void *payload)
{
    inb__run *run = payload;
    inb__watch *w = &run->watch;
    if (run->options.cancelled && run->options.cancelled(run->options.cancel_payload)) {
        return true;
    }
    if (w->on && !w->busy && inb__now_us() - w->asked_us >= ask_every(run)) {
        w->busy = true;
        watch_ask(run);
        w->busy = false;
    }
    return false;
}

int64_t inb__watch_waited(const inb__run *run, int64_t from_us, int64_t to_us,
                          const char **text_out)
{
    const inb__watch *w = &run->watch;
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

void inb__watch_close(inb__run *run)
{
    inb_conn_close(run->watch.conn);
    run->watch.conn = NULL;
    run->watch.on = false;
}
