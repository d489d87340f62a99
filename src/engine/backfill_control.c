/* Pauses, resumes, abandons and sets backfills: rows that their workers read. */
#include "config.h"

#include "engine/backfill_control.h"

#include "backfill/backfill_queries.h"
#include "engine/first_look.h"
#include "engine/lock.h"
#include "engine/queries.h"
#include "engine/session.h"
#include "inboard/backfills.h"
#include "table/table_read.h"
#include "util/sized.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *inb__backfill_name(const inb_table *table, const char *name, inb_error **err)
{
    size_t n = 0;
    uint32_t at = inb__table_find_called(table, name, &n);
    if (n == 1) {
        return inb__table_name(table, at);
    }
    inb__error_set(err, INB_EINVAL,
                   n ? "several migrations are called \"%s\"" : "there is no migration \"%s\"",
                   name);
    inb__error_hint(err, "Give the name of its folder, whole%s.",
                    n ? "" : " or without its timestamp");
    return NULL;
}

int inb__backfill_open(inb__run *run, inb__history *history, inb_error **err)
{
    const inb__round_trip_query query = {.names = &run->names, .above = "", .backfills = true};
    int rc = inb__run_connect(run, err);
    rc = rc < 0 ? rc : inb__first_look_read(history, run, &query, err);
    if (rc == 0) {
        rc = inb__session_check(history, err);
        if (rc < 0) {
            inb__history_dispose(history);
        }
    }
    return rc;
}

/* The statements of one wish, in one transaction; the first says by a row that it was granted. */
typedef struct wish {
    const char *what; /* "paused" */
    const char *query;
    int n;
    const char *params[5];
    const char *const *then; /* queries with $1 history, $2 name; ended by NULL */
} wish;

static int refused(const inb__history *h, const char *name, const char *what, inb_error **err)
{
    const inb__history_backfill *b = inb__history_backfill_find(h, name);
    int rc =
        b ? inb__error_set(err, INB_EINVAL, "backfill \"%s\" is %s and cannot be %s", name,
                           b->state, what)
          : inb__error_set(err, INB_EINVAL, "backfill \"%s\" was not begun on this database", name);
    inb__error_place(err, name, 0, 0, 0);
    return rc;
}

static int wish_send(inb__run *run, const inb__history *h, const char *name, const wish *w,
                     inb_error **err)
{
    const char *key[] = {run->names.schema, name};
    inb__pg_pipe pipe;
    if (!inb__history_backfill_find(h, name)) {
        return refused(h, name, w->what, err);
    }
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, INB__STR("BEGIN"), 0, NULL);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_history_local_settings), 0, NULL);
    inb__pg_pipe_add(&pipe, inb__str_of(w->query), w->n, w->params);
    size_t at = pipe.steps.n - 1;
    for (const char *const *q = w->then; q && *q; q++) {
        inb__pg_pipe_add(&pipe, inb__str_of(*q), 2, key);
    }
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    if (rc == 0 && inb_result_rows(pipe.steps.v[at].result) == 0) {
        rc = refused(h, name, w->what, err);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* The first two parameters are the history and the name. */
static int wish_do(const inb_table *table, const inb_migrate_options *options, const char *given,
                   wish *w, inb_error **err)
{
    inb__run run;
    inb__history h;
    const char *name = inb__backfill_name(table, given, err);
    if (!name) {
        return INB_EINVAL;
    }
    int rc = inb__run_init(&run, table, options, NULL, err);
    rc = rc < 0 ? rc : inb__backfill_open(&run, &h, err);
    if (rc == 0) {
        w->params[0] = run.names.schema;
        w->params[1] = name;
        rc = wish_send(&run, &h, name, w, err);
        inb__history_dispose(&h);
    }
    inb__run_leave(&run);
    inb__run_dispose(&run);
    return rc;
}

static int state_wish(const inb_table *table, const inb_migrate_options *options, const char *name,
                      wish *w, inb_error **err)
{
    INB__REQUIRE(err, table);
    INB__REQUIRE(err, options);
    INB__REQUIRE(err, name);
    w->query = inb__query_backfill_command;
    w->n = 5;
    return wish_do(table, options, name, w, err);
}

int inb_backfill_pause(const inb_table *table, const inb_migrate_options *options, const char *name,
                       const char *by, inb_error **err)
{
    wish w = {.what = "paused",
              .params = {NULL, NULL, "paused", by ? by : "", "{pending,running,failed,paused}"}};
    return state_wish(table, options, name, &w, err);
}

int inb_backfill_resume(const inb_table *table, const inb_migrate_options *options,
                        const char *name, const char *by, inb_error **err)
{
    wish w = {.what = "resumed",
              .params = {NULL, NULL, "running", by ? by : "", "{paused,running}"}};
    return state_wish(table, options, name, &w, err);
}

int inb_backfill_abandon(const inb_table *table, const inb_migrate_options *options,
                         const char *name, const char *by, inb_error **err)
{
    static const char *const forget[] = {inb__query_backfill_ranges_remove,
                                         inb__query_backfill_rows_remove, NULL};
    wish w = {.what = "abandoned",
              .params = {NULL, NULL, "abandoned", by ? by : "", "{pending,running,failed,paused}"},
              .then = forget};
    return state_wish(table, options, name, &w, err);
}

/* NULL: as it is. */
static const char *setting(char out[24], int64_t value)
{
    snprintf(out, 24, "%" PRId64, value < 0 ? (int64_t)-1 : value);
    return value ? out : NULL;
}

int inb_backfill_set(const inb_table *table, const inb_migrate_options *options, const char *name,
                     const inb_backfill_settings *settings, inb_error **err)
{
    INB__REQUIRE(err, table);
    INB__REQUIRE(err, options);
    INB__REQUIRE(err, name);
    INB__REQUIRE(err, settings);
    inb_backfill_settings s;
    char target[24], rows[24], skip[24];
    int rc = inb__sized_read(&s, sizeof(s), settings, "inb_backfill_settings", err);
    if (rc < 0) {
        return rc;
    }
    wish w = {.what = "set",
              .query = inb__query_backfill_set,
              .n = 5,
              .params = {NULL, NULL, setting(target, s.target_ms), setting(rows, s.batch_rows),
                         setting(skip, s.skip_limit)}};
    return wish_do(table, options, name, &w, err);
}
