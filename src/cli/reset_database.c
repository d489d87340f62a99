/* Resets a database: asks, takes the migration lock, drops. */
#include "config.h"

#include "cli/reset_database.h"

#include "cli/database_create.h"
#include "cli/production_guard.h"
#include "engine/confirm.h"
#include "engine/record.h"
#include "engine/under_lock.h"
#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <inttypes.h>
#include <stdio.h>

#define SPACES_MAX 256

/* The schemas of a request, with the one of the URL. */
typedef struct spaces {
    inb__str v[SPACES_MAX];
    size_t n;
} spaces;

static int spaces_collect(spaces *out, const inb__reset_request *request, const char *of_url,
                          inb_error **err)
{
    out->n = 0;
    if (request->n_spaces >= SPACES_MAX) {
        return inb__error_set(err, INB_ELIMIT, "the datasource lists more than %d schemas",
                              SPACES_MAX - 1);
    }
    bool there = false;
    for (size_t i = 0; i < request->n_spaces; i++) {
        there = there || inb__str_is(request->spaces[i], of_url);
        out->v[out->n++] = request->spaces[i];
    }
    if (!there) {
        out->v[out->n++] = inb__str_of(of_url);
    }
    return 0;
}

static int plan_read(inb__reset_plan *out, inb_conn *conn, const inb__reset_request *request,
                     const char *of_url, inb_error **err)
{
    spaces list;
    int rc = spaces_collect(&list, request, of_url, err);
    rc = rc < 0 ? rc : inb__reset_read(out, conn, list.v, list.n, request->extensions, err);
    return rc < 0 ? rc : inb__reset_check(out, err);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static int ask(const inb__production_facts *facts, const inb__reset_plan *plan, bool always,
               bool force, inb_error **err)
{
    INB__AUTO_BUF inb__buf what;
    inb__buf_init(&what, INB__LIMIT_MESSAGE);
    inb__buf_printf(&what, "Dropped from database \"%s\": ", facts->database);
    inb__reset_text(&what, plan);
    inb__buf_str(&what, ".");
    const inb__guard guard = {
        .verb = "reset it", .what = inb__buf_text(&what), .always = always, .force = force};
    return inb__production_guard(facts, &guard, err);
}

int inb__reset_confirm(const inb__reset_request *request, bool force, inb_error **err)
{
    const inb_migrate_options *o = request->options;
    const inb_conn_options connect = {
        .size = sizeof(connect),
        .url = inb__cli_migrating_url(o),
        .application_name = "inboard",
        .connect_timeout_ms = o->connect_timeout_ms,
        .log = o->log,
        .cancelled = o->cancelled,
    };
    inb_conn *conn = NULL;
    inb__reset_plan plan = {NULL};
    inb__production_facts facts;
    int rc = inb_conn_open(&conn, &connect, err);
    rc = rc < 0 ? rc : inb__production_read(&facts, conn, err);
    rc = rc < 0 ? rc : plan_read(&plan, conn, request, facts.schema, err);
    rc = rc < 0 ? rc : ask(&facts, &plan, !request->asked, force, err);
    inb__reset_dispose(&plan);
    inb_conn_close(conn);
    return rc;
}

/* ---- doing ----------------------------------------------------------------------------------- */

static int drop_some(inb__run *run, const inb__history *h, const inb__reset_plan *plan,
                     size_t first, size_t n, inb_error **err)
{
    char timeout[64];
    inb__pg_pipe pipe;
    snprintf(timeout, sizeof(timeout), "SET LOCAL lock_timeout = %" PRId64,
             run->options.lock_timeout_ms);
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, INB__STR("BEGIN"), 0, NULL);
    inb__pg_pipe_add(&pipe, INB__STR("SET LOCAL client_min_messages = warning"), 0, NULL);
    inb__pg_pipe_add(&pipe, inb__str_of(timeout), 0, NULL);
    if (first == 0 && h->metadata_exists) {
        inb__record_forget_queue(&pipe, run, h);
        inb__confirm_forget_queue(&pipe, run);
    }
    inb__reset_queue(&pipe, plan, first, n);
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    inb__pg_pipe_dispose(&pipe);
    if (rc == INB_ESQL && inb__pg_transaction(run->conn) != INB__PG_TX_IDLE) {
        int end = inb_conn_exec(run->conn, "ROLLBACK", 0, NULL, NULL, NULL);
        (void)end; /* a lost connection rolls back too */
    }
    return rc;
}

/* Whether it was refused for this. */
static bool refused_as(int rc, const inb_error *err, const char *state)
{
    return rc == INB_ESQL && inb__sqlstate_is(inb_error_sqlstate(err), state);
}

/* All at once, or as many as the server has locks for. */
static int drop_all(inb__run *run, const inb__history *h, const inb__reset_plan *plan,
                    inb_error **err)
{
    size_t n = inb__reset_count(plan), at_once = n, i = 0;
    inb_error *why = NULL;
    int rc = inb__confirm_find(run, &why);
    while (rc == 0 && i < n) {
        size_t some = n - i < at_once ? n - i : at_once;
        rc = drop_some(run, h, plan, i, some, &why);
        if (some > 1 && refused_as(rc, why, INB__SQLSTATE_OUT_OF_MEMORY)) {
            inb_error_free(why);
            why = NULL;
            rc = 0;
            at_once = some / 2;
        } else {
            i += some;
        }
    }
    if (refused_as(rc, why, INB__SQLSTATE_LOCK_NOT_AVAILABLE)) {
        rc = inb__error_wrap(&why, INB_ELOCK, "another session uses what is to be dropped");
        inb__error_hint(&why, "Stop the programs that are connected to the database, and run "
                              "again.");
    }
    *err = why;
    return rc;
}

typedef struct resetting {
    const inb__reset_request *request;
    inb__reset_plan *plan;
} resetting;

static int reset_do(inb__run *run, const inb__history *h, void *payload, inb_error **err)
{
    resetting *r = payload;
    int rc = plan_read(r->plan, run->conn, r->request, run->names.schema, err);
    return rc < 0 ? rc : drop_all(run, h, r->plan, err);
}

int inb__reset_database(inb__reset_plan *out, const inb__reset_request *request, inb_error **err)
{
    resetting r = {request, out};
    *out = (inb__reset_plan){NULL};
    int rc = inb__under_lock(request->table, request->options, reset_do, &r, err);
    if (rc < 0) {
        inb__reset_dispose(out);
    }
    return rc;
}
