/* Applies transactional migrations, several in one round trip, and finds out what a lost COMMIT
 * did. */
#include "config.h"

#include "engine/apply_transactional.h"

#include "engine/commit_failure.h"
#include "engine/existing_schemas.h"
#include "engine/failure.h"
#include "engine/hint.h"
#include "engine/queries.h"
#include "engine/record.h"
#include "engine/session.h"
#include "inboard/vault.h"
#include "table/table_check.h"
#include "table/table_read.h"
#include "util/limits.h"

#include <string.h>

#define BATCH_BYTES (256u * 1024)
#define PREPARED_FROM                                                                              \
    8 /* migrations in a batch: for fewer, preparing is not worth its messages                     \
       */

/* One migration's segment of the pipeline. */
typedef struct item {
    uint32_t migration;
    const char *name;
    char id[INB_UUID_BYTES];
    size_t begin, guard, first, end, finish, commit; /* steps; end: after the last statement's */
    bool done;
} item;

typedef struct batch {
    inb__pg_pipe pipe;
    item items[INB__BATCH_MIGRATIONS];
    size_t n;
    size_t bytes;
    bool prepares;
    bool unsure; /* the last one may have changed the session, or released its locks */
    int64_t sent_us;
} batch;

/* A function can leave anything in the session. */
#define OBJECTS (INB_STATEMENT_RUNS_CODE | INB_STATEMENT_LEAVES_OBJECTS)
#define SESSION (OBJECTS | INB_STATEMENT_LEAVES_SETTINGS)

static bool joins(const inb__run *run, const batch *b, const inb__plan_step *step)
{
    const inb_migration *m = inb__table_at(run->table, step->migration);
    return inb__migration_transactional(m) && b->n < INB__BATCH_MIGRATIONS &&
           (b->n == 0 || (b->bytes + m->sql_length <= BATCH_BYTES &&
                          !inb__existing_schemas_matter(run->table, step->migration)));
}

static void statements_queue(inb__run *run, inb__pg_pipe *pipe, uint32_t migration)
{
    const inb_migration *m = inb__table_at(run->table, migration);
    for (uint32_t k = 0; k < m->n_statements; k++) {
        if (inb__table_is_sent(run->table, migration, k)) {
            inb__pg_pipe_add(pipe, inb__existing_schemas_sql(run, migration, k), 0, NULL);
        }
    }
}

static int item_queue(inb__run *run, batch *b, const inb__plan_step *step, bool last,
                      inb_error **err)
{
    item *it = &b->items[b->n];
    const inb_migration *m = inb__table_at(run->table, step->migration);
    *it = (item){.migration = step->migration, .name = inb__table_text(run->table, m->name)};
    int rc = inb__table_check_migration(run->table, step->migration, err);
    rc = rc < 0 ? rc : inb_uuid_new(it->id, err);
    if (rc < 0) {
        return rc;
    }
    uint32_t flags = inb__table_flags(run->table, step->migration);
    bool plain = !(flags & SESSION);
    bool prepared = plain && (run->prepared || b->prepares);
    const inb__record_guard guard = {.after = b->n > 0 ? b->items[b->n - 1].id : NULL,
                                     .same_session = b->n > 0 && !b->unsure,
                                     .prepared = prepared};
    const inb__record_span span = {.migration = step->migration, .n = m->n_statements};
    const inb__record_row row = {
        .id = it->id, .migration = step->migration, .last = last, .prepared = prepared};
    it->begin = b->pipe.steps.n;
    if (prepared && !run->prepared) {
        inb__record_prepare_queue(&b->pipe, run);
        run->prepared = true;
    }
    it->guard = inb__record_next_queue(&b->pipe, run, &span, &guard);
    it->first = b->pipe.steps.n;
    statements_queue(run, &b->pipe, step->migration);
    it->end = b->pipe.steps.n;
    if (!plain) {
        inb__session_role_reset_queue(&b->pipe);
    }
    it->finish = b->pipe.steps.n;
    inb__record_finish_queue(&b->pipe, run, &row);
    it->commit = b->pipe.steps.n - 1;
    inb__pg_pipe_sync(&b->pipe);
    if (flags & OBJECTS) {
        inb__session_leave_queue(&b->pipe);
    }
    if (!plain) {
        inb__session_clean_queue(&b->pipe, &run->session);
        run->prepared = false;
    }
    b->unsure = !plain;
    b->n++;
    b->bytes += m->sql_length;
    return 0;
}

static int batch_queue(inb__run *run, batch *b, const inb__plan *plan, size_t from, inb_error **err)
{
    inb__pg_pipe_init(&b->pipe);
    b->pipe.keep = true;
    b->pipe.timed = true;
    b->n = b->bytes = 0;
    b->unsure = false;
    b->prepares = plan->n - from >= PREPARED_FROM;
    if (run->clean_needed) {
        inb__session_leave_queue(&b->pipe);
        inb__session_clean_queue(&b->pipe, &run->session);
        run->clean_needed = run->prepared = false;
    }
    int rc = inb__existing_schemas_look(run, plan->steps[from].migration, err);
    for (size_t i = from; rc == 0 && i < plan->n && joins(run, b, &plan->steps[i]); i++) {
        bool last = i + 1 == plan->n && plan->stop == INB__NOT_IN_TABLE;
        rc = item_queue(run, b, &plan->steps[i], last, err);
    }
    if (rc == 0 && b->pipe.failed) {
        rc = inb__error_nomem(err); /* the items' places are wrong */
    }
    return rc;
}

static int64_t item_duration(const batch *b, const item *it)
{
    int64_t us = 0;
    for (size_t i = it->begin; i <= it->commit; i++) {
        us += b->pipe.steps.v[i].duration_us;
    }
    return us;
}

/* When a step was begun: answers come one after another from the time of sending. */
static int64_t step_began(const batch *b, size_t step)
{
    int64_t at = b->sent_us;
    for (size_t i = 0; i < step; i++) {
        at += b->pipe.steps.v[i].duration_us;
    }
    return at;
}

/* The answers of one migration go into the report, whether it is done or not. */
static int item_report(inb__run *run, const batch *b, const item *it, inb_error **err)
{
    const inb_migration *m = inb__table_at(run->table, it->migration);
    size_t index;
    int rc = inb__run_report_begin(&index, run->report, it->name, m->cls, true, err);
    int64_t began = step_began(b, it->first);
    uint32_t k = 0; /* the statement of a step */
    for (size_t i = it->first; rc == 0 && i < it->end; i++, k++) {
        const inb__pg_step *step = &b->pipe.steps.v[i];
        if (!step->result && !step->error) {
            break;
        }
        k = inb__table_sent(run->table, it->migration, k, 0);
        inb_report_statement st = {
            .number = (int)k + 1,
            .line = (int)inb__table_statement(run->table, it->migration, k)->line,
            .duration_us = step->duration_us};
        st.lock_wait_us =
            inb__stall_watch_waited(run, began, began + step->duration_us, &st.blocked_by);
        began += step->duration_us;
        rc = inb__run_report_statement(run->report, index, &st, err);
    }
    inb_report_migration *numbers = rc == 0 ? inb__run_report_migration(run->report, index) : NULL;
    if (numbers) {
        numbers->finished = it->done;
        numbers->duration_us = item_duration(b, it);
    }
    return rc;
}

static bool item_done(const batch *b, const item *it)
{
    const inb_result *commit = b->pipe.steps.v[it->commit].result;
    return commit && strcmp(inb__result_tag(commit), "COMMIT") == 0;
}

/* Counts what was committed; *first_open is the first item that was not, or n. */
static int batch_count(inb__run *run, batch *b, inb__progress *progress, size_t *first_open,
                       inb_error **err)
{
    inb_report_summary scratch = {0};
    inb_report_summary *summary = inb__run_report_summary(run->report, &scratch);
    size_t i = 0;
    for (; i < b->n && item_done(b, &b->items[i]); i++) {
        item *it = &b->items[i];
        it->done = true;
        progress->done++;
        progress->retries = 0;
        progress->retry_since_us = 0;
        summary->n_applied++;
        inb__log(&run->log, INB_LOG_INFO, "applied migration \"%s\" in %.1f ms", it->name,
                 (double)item_duration(b, it) / 1000);
        int rc = item_report(run, b, it, err);
        if (rc < 0) {
            return rc;
        }
    }
    *first_open = i;
    return 0;
}

/* The step of an item that was refused, or SIZE_MAX. */
static size_t refused_step(const batch *b, const item *it)
{
    for (size_t i = it->begin; i <= it->commit; i++) {
        if (b->pipe.steps.v[i].error) {
            return i;
        }
    }
    return SIZE_MAX;
}

static int lock_lost_error(const item *it, inb_error **err)
{
    inb__record_guard_drop(err);
    int rc = inb__error_wrap(err, INB_ELOCK, "the migration lock was lost before migration \"%s\"",
                             it->name);
    inb__error_hint(err, "Look for pg_advisory_unlock_all or DISCARD ALL in the migration before "
                         "it, and run again.");
    inb__error_place(err, it->name, 0, 0, 0);
    return rc;
}

static bool text_has(const inb_error *e, const char *text)
{
    return strstr(inb_error_message(e), text) != NULL;
}

/* How a transaction ended: "committed", "aborted", or "" when the server does not know. */
static void xact_status(inb_conn *conn, const char *xid, char out[16])
{
    inb_result *r = NULL;
    out[0] = '\0';
    if (*xid && inb_conn_exec(conn, inb__query_record_xact_status, 1, &xid, &r, NULL) == 0) {
        const char *status = inb_result_value(r, 0, 0);
        strncpy(out, status ? status : "", 15);
        out[15] = '\0';
    }
    inb_result_free(r);
}

/* The same for the transaction of a migration. */
static void item_status(inb__run *run, const batch *b, const item *it, char out[16])
{
    const inb_result *guard = b->pipe.steps.v[it->guard].result;
    const char *xid = guard ? inb_result_value(guard, 0, 0) : NULL;
    xact_status(run->conn, xid ? xid : "", out);
}

/*
 * A migration with a COMMIT of its own has left its first part behind. An open row says so to
 * every tool, Prisma's included, so that nothing is applied twice before a person has looked.
 */
static int inner_commit_error(inb__run *run, const item *it, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    const inb__record_row row = {.id = it->id, .migration = it->migration};
    inb__record_failed_queue(
        &pipe, run, &row, "the migration contains COMMIT: the statements before it were committed");
    inb_error *ignored = NULL;
    if (inb__pg_pipe_run(run->conn, &pipe, &ignored) < 0) {
        inb__log(&run->log, INB_LOG_ERROR, "migration \"%s\" could not be marked as failed: %s",
                 it->name, inb_error_message(ignored));
    }
    inb_error_free(ignored);
    inb__pg_pipe_dispose(&pipe);
    int rc = inb__error_wrap(err, INB_EMIGRATION,
                             "migration \"%s\" ends its own transaction, and the statements before "
                             "its COMMIT were committed",
                             it->name);
    inb__error_prisma(err, "P3018");
    inb__hint_set(err, INB__HINT_ENDED, run->options.names, run->names.history, it->name);
    inb__error_place(err, it->name, 0, 0, 0);
    return rc;
}

static int inner_rollback_error(const item *it, inb_error **err)
{
    inb__record_guard_drop(err);
    int rc =
        inb__error_wrap(err, INB_EMIGRATION, "migration \"%s\" ends its own transaction", it->name);
    inb__error_prisma(err, "P3018");
    inb__error_hint(err, "Remove BEGIN, COMMIT and ROLLBACK from the file: the migration already "
                         "is one transaction.");
    inb__error_place(err, it->name, 0, 0, 0);
    return rc;
}

/* The refusal of an item, rolled back and recorded; 0 when it is to be tried again. */
static int item_refused(inb__run *run, batch *b, const item *it, inb__progress *progress,
                        inb_error **err)
{
    size_t at = refused_step(b, it);
    if (at == SIZE_MAX) {
        return inb__error_set(err, INB_EMIGRATION, "migration \"%s\" was not committed", it->name);
    }
    const inb_error *refusal = b->pipe.steps.v[at].error;
    int statement = at >= it->first && at < it->end
                        ? (int)inb__table_sent(run->table, it->migration, 0, at - it->first) + 1
                        : 0;
    bool ended = at >= it->end && text_has(refusal, INB__GUARD_ENDED);
    char status[16];
    const char *blocked_by = "";
    int64_t began = step_began(b, at);
    (void)inb__stall_watch_waited(run, began, began + b->pipe.steps.v[at].duration_us, &blocked_by);
    inb__record_attempt attempt = {.migration = it->migration,
                                   .statement = statement,
                                   .error = refusal,
                                   .blocked_by = blocked_by,
                                   .duration_us = item_duration(b, it)};
    if (at == it->commit) {
        uint32_t n = inb__table_at(run->table, it->migration)->n_statements;
        inb__commit_failure_note(run->table, &attempt, 0, n);
    }
    inb__failure_record(run, &attempt);
    int rc = item_report(run, b, it, err);
    if (rc < 0) {
        return rc;
    }
    if (at == it->guard && text_has(refusal, INB__GUARD_LOCK)) {
        inb__step_error_take(&b->pipe, at, err);
        return lock_lost_error(it, err);
    }
    if (text_has(refusal, INB__GUARD_ROW) || text_has(refusal, INB__GUARD_ORDER)) {
        rc = inb__step_error_take(&b->pipe, at, err);
        return inb__record_guard_error(run, it->name, rc, err);
    }
    item_status(run, b, it, status);
    if (strcmp(status, "committed") == 0) {
        inb__step_error_take(&b->pipe, at, err);
        return inner_commit_error(run, it, err);
    }
    if (!ended && inb__retry_possible(inb_error_sqlstate(refusal))) {
        rc = inb__retry_pause(run, progress, it->name, refusal, err);
        if (rc != INB_ESQL) {
            return rc;
        }
    }
    inb__step_error_take(&b->pipe, at, err);
    return ended ? inner_rollback_error(it, err) : inb__failure_error(run, &attempt, err);
}

/* The connection was lost while this item was being applied: the server may have gone on with those
 * after it. */
static void in_doubt_note(inb__run *run, const batch *b, size_t open)
{
    const inb_result *guard = b->pipe.steps.v[b->items[open].guard].result;
    const char *xid = guard ? inb_result_value(guard, 0, 0) : NULL;
    inb__in_doubt *doubt = &run->in_doubt;
    *doubt = (inb__in_doubt){.n = 0};
    strncpy(doubt->xid, xid ? xid : "", sizeof(doubt->xid) - 1);
    for (size_t i = open; i < b->n; i++) {
        inb__in_doubt_one *one = &doubt->all[doubt->n++];
        memcpy(one->id, b->items[i].id, sizeof(one->id));
        one->migration = b->items[i].migration;
    }
}

static bool row_is_there(const inb__history *h, const char *id)
{
    for (size_t i = 0; i < h->n_rows; i++) {
        if (strcmp(h->rows[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* Its durations were lost with the connection. */
static int in_doubt_report(inb__run *run, const inb__in_doubt_one *one, inb_error **err)
{
    size_t index;
    inb_report_summary scratch = {0};
    const char *name = inb__table_name(run->table, one->migration);
    inb_class cls = (inb_class)inb__table_at(run->table, one->migration)->cls;
    inb__run_report_summary(run->report, &scratch)->n_applied++;
    inb__log(&run->log, INB_LOG_INFO,
             "migration \"%s\" was committed before the connection was lost", name);
    int rc = inb__run_report_begin(&index, run->report, name, cls, true, err);
    inb_report_migration *numbers = rc == 0 ? inb__run_report_migration(run->report, index) : NULL;
    if (numbers) {
        numbers->finished = true;
    }
    return rc;
}

int inb__in_doubt_resolve(inb__run *run, const inb__history *h, inb_error **err)
{
    const inb__in_doubt doubt = run->in_doubt;
    size_t i = 0;
    int rc = 0;
    run->in_doubt.n = 0;
    while (rc == 0 && i < doubt.n && row_is_there(h, doubt.all[i].id)) {
        rc = in_doubt_report(run, &doubt.all[i++], err);
    }
    if (rc < 0 || i > 0 || doubt.n == 0) {
        return rc;
    }
    const char *name = inb__table_name(run->table, doubt.all[0].migration);
    char status[16];
    xact_status(run->conn, doubt.xid, status);
    if (strcmp(status, "committed") != 0) {
        inb__log(&run->log, INB_LOG_INFO,
                 "migration \"%s\" was not committed before the connection was lost", name);
        return 0;
    }
    item it = {.migration = doubt.all[0].migration, .name = name};
    memcpy(it.id, doubt.all[0].id, sizeof(it.id));
    return inner_commit_error(run, &it, err);
}

/* Commits count, also when the connection was lost or the caller stopped the rest. */
static int batch_run(inb__run *run, batch *b, inb__progress *progress, inb_error **err)
{
    size_t open = 0;
    b->sent_us = inb__now_us();
    inb__stall_watch_begin(run, b->items[0].migration, b->items[b->n - 1].migration);
    int ran = inb__pg_pipe_run(run->conn, &b->pipe, err);
    inb__stall_watch_end(run);
    int counted = batch_count(run, b, progress, &open, ran < 0 ? NULL : err);
    if (ran == INB_ECONN && open < b->n) {
        in_doubt_note(run, b, open);
    }
    if (ran == INB_ECANCELLED && open < b->n) {
        return inb__error_wrap(err, INB_ECANCELLED,
                               "stopped during migration \"%s\"; it was rolled back",
                               b->items[open].name);
    }
    if (ran < 0 || counted < 0) {
        return ran < 0 ? ran : counted;
    }
    return open < b->n ? item_refused(run, b, &b->items[open], progress, err) : 0;
}

int inb__apply_transactional(inb__run *run, const inb__plan *plan, inb__progress *progress,
                             inb_error **err)
{
    batch b;
    int rc = batch_queue(run, &b, plan, progress->done, err);
    if (rc == 0) {
        inb__log(&run->log, INB_LOG_DEBUG, "sending %zu migrations from \"%s\"", b.n,
                 b.items[0].name);
        rc = batch_run(run, &b, progress, err);
    }
    inb__pg_pipe_dispose(&b.pipe);
    return rc;
}
