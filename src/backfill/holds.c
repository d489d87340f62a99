/* Looks at the server while a backfill runs. */
#include "config.h"

#include "backfill/holds.h"

#include "backfill/hold_queries.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/printable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MS 2000    /* of a look: a server that takes longer is not one to go on with */
#define REASON_BYTES 200 /* of what a query or an error says */

struct inb__holds {
    inb__holds_options options;
    inb__pg_options connect;
    inb__arena kept; /* texts of the options, and what the memory expects */
    inb__arena read; /* of the last look */
    inb_conn *conn;  /* NULL: lost, or not there yet */
    bool asked;      /* about waiters: the answer is on its way */
    int pids[INB__HOLDS_PIDS];
    int64_t batch_us;
    inb__hold_memory memory;
    inb__hold_look look;
    inb__hold_verdict verdict;
};

/* Where the statements of a look stand in their pipeline. */
typedef struct look_steps {
    size_t wal, sessions, query; /* query 0: there is none */
} look_steps;

static const char *kept_text(inb__holds *h, const char *text)
{
    return inb__arena_strdup(&h->kept, text ? text : "");
}

static int connection_open(inb__holds *h, inb_error **err)
{
    int rc = inb__pg_open(&h->conn, &h->connect, err);
    if (rc == 0 && *h->options.search_path) {
        const char *path[] = {h->options.search_path};
        rc = inb_conn_exec(h->conn, "SELECT pg_catalog.set_config('search_path', $1, false)", 1,
                           path, NULL, err);
    }
    return rc;
}

static void connection_drop(inb__holds *h)
{
    inb_conn_close(h->conn);
    h->conn = NULL;
    h->asked = false;
}

/* The processes that are inboard's own, as an array. */
static void pids_write(const inb__holds *h, inb__buf *out)
{
    inb__buf_char(out, '{');
    for (int i = 0; i < INB__HOLDS_PIDS; i++) {
        if (h->pids[i] > 0) {
            inb__buf_printf(out, "%s%d", out->length > 1 ? "," : "", h->pids[i]);
        }
    }
    inb__buf_char(out, '}');
}

/* A query of the user's fails for itself: what it leaves open is rolled back whatever it did. */
static look_steps steps_queue(const inb__holds *h, inb__pg_pipe *pipe, const char *pids)
{
    look_steps at = {0};
    const char *params[] = {h->options.relation, pids};
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_holds_wal), 0, NULL);
    inb__pg_pipe_sync(pipe);
    at.sessions = pipe->steps.n;
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_holds_sessions), 2, params);
    inb__pg_pipe_sync(pipe);
    if (*h->options.query) {
        inb__pg_pipe_add(pipe, INB__STR("BEGIN READ ONLY"), 0, NULL);
        at.query = pipe->steps.n;
        inb__pg_pipe_add(pipe, inb__str_of(h->options.query), 0, NULL);
        inb__pg_pipe_sync(pipe);
        inb__pg_pipe_add(pipe, INB__STR("ROLLBACK"), 0, NULL);
    }
    return at;
}

static const char *short_text(inb__holds *h, const char *text)
{
    INB__AUTO_BUF inb__buf safe;
    inb__buf_init(&safe, INB__LIMIT_MESSAGE);
    inb__printable(&safe, (inb__str){text, strnlen(text, REASON_BYTES)});
    const char *copy = inb__arena_strdup(&h->read, inb__buf_text(&safe));
    return copy ? copy : "out of memory";
}

/* Of a step that was refused, or not run. */
static const char *step_error(inb__holds *h, const inb__pg_step *step)
{
    if (step->result) {
        return "";
    }
    return step->error ? short_text(h, inb_error_message(step->error)) : "it was not answered";
}

static bool readings_take(inb__holds *h, const inb_result *r)
{
    static const char *const whats[INB__HOLD_WHATS] = {"wal", "standby",  "slot", "archive",
                                                       "xid", "snapshot", "old",  "vacuum"};
    for (int row = 0; row < inb_result_rows(r); row++) {
        int what = 0;
        while (strcmp(whats[what], inb_result_value(r, row, INB__HOLDS_WHAT)) != 0) {
            what++;
        }
        const char *name = inb_result_value(r, row, INB__HOLDS_NAME);
        const char *value = inb_result_value(r, row, INB__HOLDS_VALUE);
        const char *ms = inb_result_value(r, row, INB__HOLDS_MS);
        inb__hold_reading *reading = INB__VEC_PUSH(&h->read, &h->look.readings);
        if (!reading) {
            return false;
        }
        *reading = (inb__hold_reading){.what = (inb__hold_what)what,
                                       .name = short_text(h, name ? name : "?"),
                                       .value = value ? atoll(value) : -1,
                                       .ms = ms ? atoll(ms) : 0};
    }
    return true;
}

/* No row, NULL, false, zero and nothing mean: go on. Anything else holds, and is the reason. */
static const char *query_says(inb__holds *h, const inb_result *r)
{
    static const char *const nothing[] = {"", "f", "false", "0"};
    const char *value = inb_result_value(r, 0, 0);
    for (size_t i = 0; value && i < sizeof(nothing) / sizeof(nothing[0]); i++) {
        value = strcmp(value, nothing[i]) == 0 ? NULL : value;
    }
    return value ? short_text(h, value) : "";
}

static void look_clear(inb__holds *h)
{
    inb__arena_clear(&h->read);
    h->look = (inb__hold_look){.at_us = inb__now_us(),
                               .wal_error = "",
                               .sessions_error = "",
                               .query = "",
                               .query_error = ""};
}

/* Nothing can be read: every group says so. */
static void look_fail(inb__holds *h, const char *why)
{
    const char *text = short_text(h, why);
    h->look.wal_error = h->look.sessions_error = text;
    h->look.query_error = *h->options.query ? text : "";
    connection_drop(h);
}

static void pipe_take(inb__holds *h, const inb__pg_pipe *pipe, const look_steps *at)
{
    const inb__pg_step *steps = pipe->steps.v;
    h->look.wal_error = step_error(h, &steps[at->wal]);
    h->look.sessions_error = step_error(h, &steps[at->sessions]);
    if (at->query > 0) {
        h->look.query_error = step_error(h, &steps[at->query]);
        h->look.query = query_says(h, steps[at->query].result);
    }
    if (!readings_take(h, steps[at->wal].result) || !readings_take(h, steps[at->sessions].result)) {
        h->look.sessions_error = "out of memory";
    }
}

/* The answer about waiters that the look before has asked for, while batches ran. */
static int64_t waiters_take(inb__holds *h)
{
    inb_result *r = NULL;
    int64_t n = 0;
    if (h->asked && inb__pg_finish(h->conn, &r, NULL) == 0) {
        n = atoll(inb_result_value(r, 0, 0));
    }
    inb_result_free(r);
    h->asked = false;
    return n;
}

static void waiters_ask(inb__holds *h, const char *pids)
{
    char half[32];
    const char *params[] = {half, pids};
    int64_t us = h->batch_us / 2 < 250000 ? h->batch_us / 2 : 250000;
    snprintf(half, sizeof(half), "%lld.%06lld", (long long)us / 1000000, (long long)us % 1000000);
    h->asked = inb__pg_start(h->conn, inb__query_holds_waiters, 2, params, NULL) == 0;
}

static void look_take(inb__holds *h)
{
    look_clear(h);
    inb_error *err = NULL;
    int rc = h->conn ? 0 : connection_open(h, &err);
    INB__AUTO_BUF inb__buf pids;
    inb__buf_init(&pids, INB__LIMIT_MESSAGE);
    pids_write(h, &pids);
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    pipe.keep = true;
    if (rc == 0) {
        h->look.waiters = waiters_take(h);
        look_steps at = steps_queue(h, &pipe, inb__buf_text(&pids));
        rc = inb__pg_pipe_run(h->conn, &pipe, &err);
        if (rc == 0) {
            pipe_take(h, &pipe, &at);
            waiters_ask(h, inb__buf_text(&pids));
        }
    }
    if (rc < 0) {
        look_fail(h, inb_error_message(err));
    }
    inb_error_free(err);
    inb__pg_pipe_dispose(&pipe);
}

const inb__hold_verdict *inb__holds_look(inb__holds *h)
{
    look_take(h);
    inb__hold_decide(&h->verdict, &h->memory, &h->look, &h->options.limits);
    return &h->verdict;
}

const inb__hold_look *inb__holds_last(const inb__holds *h)
{
    return &h->look;
}

void inb__holds_worker(inb__holds *h, int worker, int pid, int64_t batch_us)
{
    if (worker >= 0 && worker < INB__HOLDS_PIDS) {
        h->pids[worker] = pid;
        h->batch_us = batch_us > 0 ? batch_us : h->batch_us;
    }
}

/* What the role is not shown. */
static int role_check(inb__holds *h, inb_error **err)
{
    inb_result *r = NULL;
    int rc = inb_conn_exec(h->conn, inb__query_holds_role, 0, NULL, &r, err);
    if (rc < 0) {
        return rc;
    }
    bool sees = strcmp(inb_result_value(r, 0, INB__HOLDS_ROLE_SEES), "t") == 0;
    const char *name = inb_result_value(r, 0, INB__HOLDS_ROLE_NAME);
    if (!sees && h->options.lag_demanded) {
        rc = inb__error_set(err, INB_EPERM, "role \"%s\" cannot see the lag of standbys", name);
        inb__error_hint(err, "Grant it pg_monitor, or leave out the limit of the lag.");
    } else if (!sees) {
        inb__log(&h->options.log, INB_LOG_WARNING,
                 "role \"%s\" cannot see the lag of standbys, or VACUUM and snapshots of other "
                 "roles, so the backfill does not hold for them; GRANT pg_monitor TO it shows them",
                 name);
    }
    inb_result_free(r);
    return rc;
}

static int first_look(inb__holds *h, inb_error **err)
{
    look_take(h);
    const inb__hold_look *look = &h->look;
    if (!h->conn) {
        return inb__error_set(err, INB_ECONN, "%s", look->wal_error);
    }
    if (*look->query_error) {
        inb__error_set(err, INB_EINVAL, "the query that holds the backfill is refused: %s",
                       look->query_error);
        inb__error_hint(err, "Give one SELECT with one value: false, 0, NULL or no row to go on, "
                             "anything else to hold.");
        return INB_EINVAL;
    }
    if (*look->wal_error && h->options.lag_demanded) {
        return inb__error_set(err, INB_EPERM, "the lag of standbys cannot be seen: %s",
                              look->wal_error);
    }
    if (*look->wal_error) {
        inb__log(&h->options.log, INB_LOG_WARNING,
                 "the server does not show its WAL and standbys, so the backfill does not hold for "
                 "them: %s",
                 look->wal_error);
    }
    if (*look->sessions_error) {
        inb__log(&h->options.log, INB_LOG_WARNING,
                 "the server does not show sessions and VACUUM, so the backfill does not hold for "
                 "them: %s",
                 look->sessions_error);
    }
    return inb__hold_expect(&h->memory, &h->kept, look, &h->options.limits) ? 0
                                                                            : inb__error_nomem(err);
}

int inb__holds_open(inb__holds **out, const inb__holds_options *options, inb_error **err)
{
    inb__holds *h = inb__calloc(1, sizeof(*h));
    if (!h) {
        return inb__error_nomem(err);
    }
    inb__arena_init(&h->kept);
    inb__arena_init(&h->read);
    h->options = *options;
    h->connect = *options->connect;
    h->connect.limit_ms = LIMIT_MS;
    h->connect.log = (inb__logger){0};
    h->connect.cancelled = NULL;
    h->options.connect = &h->connect;
    h->options.relation = kept_text(h, options->relation);
    h->options.search_path = kept_text(h, options->search_path);
    h->options.query = kept_text(h, options->query);
    h->connect.application_name = kept_text(h, options->connect->application_name);
    int rc = h->options.relation && h->options.search_path && h->options.query &&
                     h->connect.application_name
                 ? connection_open(h, err)
                 : inb__error_nomem(err);
    h->connect.connect_timeout_ms = LIMIT_MS; /* from now on */
    rc = rc < 0 ? rc : role_check(h, err);
    rc = rc < 0 ? rc : first_look(h, err);
    if (rc < 0) {
        inb__holds_close(h);
        return rc;
    }
    *out = h;
    return 0;
}

void inb__holds_close(inb__holds *h)
{
    if (h) {
        inb_conn_close(h->conn);
        inb__arena_dispose(&h->kept);
        inb__arena_dispose(&h->read);
        inb__free(h);
    }
}
