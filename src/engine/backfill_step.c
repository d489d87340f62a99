/* Runs a backfill between two rounds, and writes its row afterwards. */
#include "config.h"

#include "engine/backfill_step.h"

#include "backfill/backfill_queries.h"
#include "engine/citus.h"
#include "engine/lock.h"
#include "engine/queries.h"
#include "engine/record.h"
#include "inboard/vault.h"
#include "table/table_check.h"
#include "table/table_read.h"
#include "util/cleanup.h"

#include <inttypes.h>
#include <string.h>

inb__backfill inb__backfill_of(const inb__run *run, uint32_t migration)
{
    const inb_table *t = run->table;
    const inb_backfill *b = inb__table_backfill(t, migration);
    inb__backfill out = {.history = run->names.schema,
                         .name = inb__table_name(t, migration),
                         .search_path = run->names.schema_ident,
                         .schema = inb__table_text(t, b->schema),
                         .relation = inb__table_text(t, b->relation),
                         .alias = inb__table_text(t, b->alias),
                         .middle = inb__table_backfill_middle(t, b),
                         .where = inb__table_backfill_where(t, b),
                         .from = inb__table_backfill_from(t, b),
                         .flags = b->flags,
                         .n_keys = b->n_keys,
                         .target_ms = b->target_ms > 0 ? b->target_ms : INB__BACKFILL_TARGET_MS,
                         .skip_limit = b->skip_limit};
    for (uint32_t i = 0; i < b->n_keys && i < INB__BACKFILL_KEYS; i++) {
        out.keys[i] = inb__table_text(t, b->keys[i]);
    }
    return out;
}

static void row_queue(inb__pg_pipe *pipe, const inb__run *run, uint32_t migration)
{
    char checksum[65];
    const inb_migration *m = inb__table_at(run->table, migration);
    inb__hex(checksum, m->checksums[0], sizeof(m->checksums[0]));
    const char *params[] = {run->names.schema, inb__table_name(run->table, migration), checksum,
                            "pending"};
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_add), 4, params);
    if (run->backfill) { /* asked for by name or kind: an abandoned one begins anew */
        inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_renewed), 3, params);
    }
}

int inb__backfill_wait(inb__run *run, const inb__plan *plan, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    for (size_t i = 0; i < plan->n_waiting; i++) {
        row_queue(&pipe, run, plan->waiting[i]);
        inb__log(&run->log, INB_LOG_INFO, "backfill \"%s\" is left pending",
                 inb__table_name(run->table, plan->waiting[i]));
    }
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

static int recorded_report(inb__run *run, const char *name, inb_class cls, int64_t us,
                           inb_error **err)
{
    size_t index = 0;
    inb_report_summary scratch = {0};
    int rc = inb__run_report_begin(&index, run->report, name, cls, true, err);
    inb_report_migration *numbers = rc == 0 ? inb__run_report_migration(run->report, index) : NULL;
    if (numbers) {
        numbers->finished = true;
        numbers->duration_us = us;
        numbers->n_statements = 1;
    }
    inb__run_report_summary(run->report, &scratch)->n_applied++;
    inb__log(&run->log, INB_LOG_INFO, "applied migration \"%s\", a backfill that is done", name);
    return rc;
}

int inb__backfill_record(inb__run *run, const inb__plan *plan, inb__progress *progress,
                         inb_error **err)
{
    char id[INB_UUID_BYTES];
    uint32_t migration = plan->steps[progress->done].migration;
    const inb_migration *m = inb__table_at(run->table, migration);
    const char *name = inb__table_name(run->table, migration);
    int64_t started = inb__now_us();
    int rc = inb_uuid_new(id, err);
    if (rc < 0) {
        return rc;
    }
    const inb__record_row row = {.id = id,
                                 .migration = migration,
                                 .last = progress->done + 1 == plan->n &&
                                         plan->stop == INB__NOT_IN_TABLE};
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    (void)inb__record_begin_queue(&pipe, run, NULL);
    inb__record_finish_queue(&pipe, run, &row);
    rc = inb__pg_pipe_run(run->conn, &pipe, err);
    inb__pg_pipe_dispose(&pipe);
    if (rc == INB_ESQL) {
        return inb__record_guard_error(run, name, rc, err);
    }
    if (rc == 0) {
        progress->done++;
        rc = recorded_report(run, name, (inb_class)m->cls, inb__now_us() - started, err);
    }
    return rc;
}

static bool never(inb__run *run, const inb__history *history)
{
    (void)run;
    (void)history;
    return false;
}

/* The statement that was begun must be the one that goes on. */
static int edited_check(const inb__run *run, const inb__history *h, uint32_t migration,
                        inb_error **err)
{
    const char *name = inb__table_name(run->table, migration);
    const inb__history_backfill *b = inb__history_backfill_find(h, name);
    if (!b || strcmp(b->state, "abandoned") == 0 ||
        inb__table_has_checksum(run->table, migration, b->checksum)) {
        return 0;
    }
    int rc =
        inb__error_set(err, INB_EHISTORY, "backfill \"%s\" was edited after it was begun", name);
    inb__error_hint(err, "Restore the file; or abandon the backfill and run it again, from its "
                         "first row.");
    inb__error_place(err, name, 0, 0, 0);
    return rc;
}

static int row_add(inb__run *run, const inb__history *h, uint32_t migration, inb_error **err)
{
    const inb__plan plan = {0};
    int rc = inb__citus_check(run, h, err);
    rc = rc < 0 ? rc : edited_check(run, h, migration, err);
    if (rc == 0 && inb__record_incomplete(h, &plan)) {
        rc = inb__record_create(run, h, &plan, err);
    }
    if (rc < 0) {
        return rc;
    }
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    row_queue(&pipe, run, migration);
    rc = inb__pg_pipe_run(run->conn, &pipe, err);
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* Whether it is still to be run, and its row in inboard.backfills. */
static int begin_locked(inb__run *run, uint32_t migration, bool *due, inb_error **err)
{
    inb__history h;
    const char *name = inb__table_name(run->table, migration);
    int rc = inb__lock_wait(run, &h, never, NULL, err);
    if (rc < 0) {
        return rc;
    }
    *due = true;
    for (size_t i = 0; i < h.n_rows; i++) {
        *due = *due && !(strcmp(h.rows[i].name, name) == 0 && inb__history_row_applied(&h.rows[i]));
    }
    rc = *due ? row_add(run, &h, migration, err) : 0;
    inb__history_dispose(&h);
    inb__lock_release(run);
    return rc;
}

/* A large one is not run in passing. */
static int size_check(inb__run *run, uint32_t migration, const inb__backfill *b, inb_error **err)
{
    inb__backfill_estimate e;
    if (run->backfill) {
        return 0;
    }
    int rc = inb__backfill_estimate_read(&e, b, run->conn, err);
    if (rc < 0 || e.seconds * 1000 < run->options.backfill_inline_ms) {
        return rc;
    }
    const inb__plan plan = {.stop = migration};
    rc = inb__plan_pending_error(&plan, run->table, &run->policy, err);
    if (e.rows >= 0) {
        inb__error_detail(err,
                          "Its table has about %" PRId64 " rows; that may take %" PRId64
                          " s, and more than %" PRId64 " s is not run in passing.",
                          e.rows, e.seconds, run->options.backfill_inline_ms / 1000);
    } else {
        inb__error_detail(err,
                          "Its table has %" PRId64 " MB; that may take %" PRId64
                          " s, and more than %" PRId64 " s is not run in passing.",
                          e.bytes >> 20, e.seconds, run->options.backfill_inline_ms / 1000);
    }
    return rc;
}

/* What it came to is said however it ended, unless it never began. */
static void finished_say(const inb__run *run, inb__supervise *watch, const inb__backfill *b,
                         inb__backfill_result *r)
{
    const inb__backfill_request *q = run->backfill;
    r->total.name = b->name;
    if (r->done || r->total.batches > 0) {
        inb__supervise_final(watch, &r->total, r->done);
    }
    if (q && q->finished) {
        q->finished(q->payload, b->name, r);
    }
}

static inb__supervise_options watch_options(const inb__run *run, const inb__backfill *b)
{
    const inb__backfill_request *q = run->backfill;
    inb__supervise_options out = q ? q->watch : inb__supervise_defaults();
    out.backfill = b;
    out.connect = &run->connect;
    out.log = run->log;
    return out;
}

/* An error of the server says nothing of who sent the statement. */
static int failed_name(const inb__backfill *b, inb_error **err)
{
    const char *state = err && *err ? inb_error_sqlstate(*err) : "";
    int rc = inb__error_wrap(err, INB_EMIGRATION, "backfill \"%s\" failed: %s", b->name,
                             err && *err ? inb_error_message(*err) : "");
    inb__error_sqlstate(err, state);
    inb__error_place(err, b->name, 1, 0, 0);
    return rc;
}

static int due_run(inb__run *run, const inb__backfill *b, inb_error **err)
{
    const inb__backfill_request *q = run->backfill;
    const inb__supervise_options watching = watch_options(run, b);
    inb__supervise *watch = NULL;
    int rc = inb__supervise_begin(&watch, &watching, err);
    if (rc < 0) {
        return rc;
    }
    inb__backfill_run_options options = {.connect = run->connect,
                                         .run = run->run_id,
                                         .workers = q ? q->workers : 1,
                                         .retry_ms = q ? q->retry_ms : run->options.retry_budget_ms,
                                         .retry_only = q && q->retry_only,
                                         .log = run->log,
                                         .cancelled = run->options.cancelled,
                                         .cancel_payload = run->options.cancel_payload,
                                         .hooks = inb__supervise_hooks(watch)};
    inb__backfill_result result = {0};
    rc = inb__backfill_run(b, &options, &result, err);
    finished_say(run, watch, b, &result);
    inb__supervise_end(watch);
    if (rc == 0 && !result.done) {
        rc = inb__error_set(err, INB_EPENDING, "backfill \"%s\" has rows left", b->name);
        inb__error_hint(err, "None is refused any more. Run it, which goes on where it was.");
    }
    return rc == INB_ESQL ? failed_name(b, err) : rc;
}

int inb__backfill_due(inb__run *run, inb_error **err)
{
    uint32_t migration = run->backfill_due;
    bool due = false;
    int rc = run->conn ? 0 : inb__run_connect(run, err);
    rc = rc < 0 ? rc : inb__table_check_migration(run->table, migration, err);
    if (rc < 0) {
        return rc;
    }
    inb__backfill b = inb__backfill_of(run, migration);
    if (run->backfill && run->backfill->target_ms > 0) {
        b.target_ms = run->backfill->target_ms;
    }
    rc = size_check(run, migration, &b, err);
    rc = rc < 0 ? rc : begin_locked(run, migration, &due, err);
    if (rc < 0 || !due) {
        return rc;
    }
    inb__run_disconnect(run);
    return due_run(run, &b, err);
}
