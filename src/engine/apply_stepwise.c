/* Applies a migration that cannot be one transaction, statement by statement, and resumes one. */
#include "config.h"

#include "engine/apply_stepwise.h"

#include "engine/commit_failure.h"
#include "engine/existing_schemas.h"
#include "engine/failure.h"
#include "engine/record.h"
#include "engine/repair.h"
#include "engine/session.h"
#include "inboard/vault.h"
#include "postgres/sqlstate.h"
#include "table/table_check.h"
#include "table/table_read.h"
#include "util/text.h"

#include <string.h>

/* One non-transactional migration on its way. */
typedef struct work {
    inb__run *run;
    inb__progress *progress;
    uint32_t migration;
    const inb_migration *m;
    const char *name;
    char id[INB_UUID_BYTES];
    bool last;
    uint32_t done;  /* statements that are recorded as done */
    bool begun;     /* the next one was begun by an earlier run */
    bool as_role;   /* the session has the role that the migration's statements set */
    bool touched;   /* a statement that is done can have set one */
    uint32_t n;     /* statements that are run together, from the next one on */
    bool at_commit; /* their COMMIT was refused */
    uint32_t bad;   /* of these, from 0, the one that was refused */
    size_t report;
    int64_t began_us; /* the statement */
} work;

/* Sends a pipeline that must succeed as a whole, and rolls back what a refusal leaves open. */
static int pipe_send(work *w, inb__pg_pipe *pipe, inb_error **err)
{
    int rc = inb__pg_pipe_run(w->run->conn, pipe, err);
    return inb__record_guard_error(w->run, w->name, rc, err);
}

/*
 * A session in which nothing of this migration ran, or a statement of it failed: it becomes what
 * the statements before have made of it. They are repeated only where they set something and do
 * nothing else.
 */
static void session_queue(work *w, inb__pg_pipe *pipe)
{
    if (!w->run->clean_needed) {
        return;
    }
    w->run->clean_needed = false;
    inb__session_clean_queue(pipe, &w->run->session);
    for (uint32_t k = 0; k < w->done; k++) {
        if (inb__table_statement(w->run->table, w->migration, k)->flags & INB_STATEMENT_SETS) {
            inb__pg_pipe_add(pipe, inb__table_statement_sql(w->run->table, w->migration, k), 0,
                             NULL);
        }
    }
    if (w->touched) {
        inb__session_role_keep_queue(pipe);
    }
    inb__pg_pipe_sync(pipe);
}

/* Whether one of n statements, from k on, can leave the session with another role. */
static bool touches_role(const work *w, uint32_t k, uint32_t n)
{
    const uint32_t flags = INB_STATEMENT_RUNS_CODE | INB_STATEMENT_LEAVES_SETTINGS;
    bool touches = false;
    for (uint32_t end = k + n; k < end; k++) {
        touches = touches || inb__table_statement(w->run->table, w->migration, k)->flags & flags;
    }
    return touches;
}

/* BEGIN with its guards, after whatever the session needs. */
static void begin_queue(work *w, inb__pg_pipe *pipe, const inb__record_span *span)
{
    inb__pg_pipe_init(pipe);
    session_queue(w, pipe);
    (void)inb__record_begin_queue(pipe, w->run, span);
}

static int commit_send(work *w, inb__pg_pipe *pipe, inb_error **err)
{
    inb__pg_pipe_add(pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = pipe_send(w, pipe, err);
    inb__pg_pipe_dispose(pipe);
    return rc;
}

static int migration_start(work *w, inb_error **err)
{
    int rc = inb_uuid_new(w->id, err);
    if (rc < 0) {
        return rc;
    }
    const inb__record_row row = {.id = w->id, .migration = w->migration};
    inb__pg_pipe pipe;
    begin_queue(w, &pipe, NULL);
    inb__record_started_queue(&pipe, w->run, &row);
    return commit_send(w, &pipe, err);
}

static int migration_finish(work *w, inb_error **err)
{
    const inb__record_row row = {.id = w->id, .migration = w->migration, .last = w->last};
    inb__pg_pipe pipe;
    begin_queue(w, &pipe, NULL);
    inb__record_finished_queue(&pipe, w->run, &row);
    return commit_send(w, &pipe, err);
}

static int changed_error(const work *w, uint32_t number, inb_error **err)
{
    int rc = inb__error_set(
        err, INB_EHISTORY,
        "migration \"%s\" is partly applied, and its statement %u has changed since it ran",
        w->name, number);
    inb__error_hint(err,
                    "Restore the statements that are done; the statements after them may change.");
    inb__error_place(err, w->name, (int)number, 0, 0);
    return rc;
}

/* The statements that were done must be the first ones of the file, unchanged. */
static int migration_resume(work *w, const inb__history_row *row, inb_error **err)
{
    strncpy(w->id, row->id, sizeof(w->id) - 1);
    for (size_t i = 0; i < row->n_statements; i++) {
        const inb__statement_row *s = &row->statements[i];
        if (!s->done) {
            w->begun = s->number == w->done + 1;
            continue;
        }
        char hex[65];
        if (s->number != w->done + 1 || s->number > w->m->n_statements) {
            return changed_error(w, s->number, err);
        }
        inb__hex(hex, inb__table_statement(w->run->table, w->migration, w->done)->digest, 32);
        if (strcmp(hex, s->digest) != 0) {
            return changed_error(w, s->number, err);
        }
        w->done++;
    }
    w->run->clean_needed = w->run->clean_needed || w->done > 0;
    w->touched = touches_role(w, 0, w->done);
    inb__log(&w->run->log, INB_LOG_INFO, "resuming migration \"%s\" at statement %u of %u", w->name,
             w->done + 1, w->m->n_statements);
    return 0;
}

/* k: of those that are run together, from 0; ended_us: when it was done. */
static int statement_report(work *w, uint32_t k, int64_t duration_us, int64_t ended_us,
                            inb_error **err)
{
    const inb_statement *st = inb__table_statement(w->run->table, w->migration, w->done + k);
    inb_report_statement r = {
        .number = (int)(w->done + k) + 1, .line = (int)st->line, .duration_us = duration_us};
    r.lock_wait_us =
        inb__stall_watch_waited(w->run, ended_us - duration_us, ended_us, &r.blocked_by);
    inb_report_migration *numbers = inb__run_report_migration(w->run->report, w->report);
    if (numbers) {
        numbers->duration_us += duration_us;
    }
    return inb__run_report_statement(w->run->report, w->report, &r, err);
}

/* The statements from the next one on that are one transaction: one, a block of the file's own, or
 * what follows a SET TRANSACTION outside of a block, as far as the server goes on without COMMIT.
 */
static uint32_t together_count(const work *w)
{
    const inb_statement *first = inb__table_statement(w->run->table, w->migration, w->done);
    uint32_t most = w->m->n_statements - w->done, n = 1;
    bool block = first->kind == INB_STATEMENT_BEGIN;
    bool opens = !block && first->flags & INB_STATEMENT_OPENS;
    while ((block || opens) && n < most && first[n - 1].kind != INB_STATEMENT_COMMIT) {
        bool apart =
            first[n].kind == INB_STATEMENT_BEGIN || first[n].flags & INB_STATEMENT_NO_TRANSACTION;
        if (opens && apart) {
            break;
        }
        n++;
    }
    return n;
}

/* Which statement was refused: the error has the step, counted from 1. */
static void refused_note(work *w, size_t first, size_t last, const inb_error *refusal)
{
    size_t step = (size_t)inb_error_statement(refusal);
    w->at_commit = step == last;
    uint32_t k =
        step > first
            ? inb__table_sent(w->run->table, w->migration, w->done, step - first - 1) - w->done
            : 0;
    w->bad = k < w->n ? k : 0;
}

static int together_report(work *w, const inb__pg_pipe *pipe, size_t first, inb_error **err)
{
    int64_t at = inb__now_us();
    int rc = 0;
    for (size_t i = pipe->steps.n; i-- > first;) {
        at -= pipe->steps.v[i].duration_us;
    }
    for (uint32_t k = 0; rc == 0 && k < w->n; k++) {
        if (inb__table_is_sent(w->run->table, w->migration, w->done + k)) {
            int64_t duration_us = pipe->steps.v[first++].duration_us;
            at += duration_us;
            rc = statement_report(w, k, duration_us, at, err);
        }
    }
    return rc;
}

/* Statements and their states in one transaction. */
static int statements_in_tx(work *w, inb_error **err)
{
    const inb_table *table = w->run->table;
    inb__pg_pipe pipe;
    const inb__record_span span = {w->migration, w->done, w->n};
    begin_queue(w, &pipe, &span);
    if (w->touched) {
        inb__session_role_again_queue(&pipe);
    }
    pipe.timed = true;
    size_t first = pipe.steps.n;
    for (uint32_t k = w->done; k < w->done + w->n; k++) {
        if (inb__table_is_sent(table, w->migration, k)) {
            inb__pg_pipe_add(&pipe, inb__existing_schemas_sql(w->run, w->migration, k), 0, NULL);
        }
    }
    if (w->touched || touches_role(w, w->done, w->n)) {
        inb__session_role_keep_queue(&pipe);
    }
    for (uint32_t k = w->done; k < w->done + w->n; k++) {
        inb__record_statement_queue(&pipe, w->id, k + 1,
                                    inb__table_statement(table, w->migration, k)->digest, true);
    }
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = pipe_send(w, &pipe, err);
    if (rc == 0) {
        rc = together_report(w, &pipe, first, err);
    } else if (rc == INB_ESQL) {
        refused_note(w, first, pipe.steps.n, *err);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* indexes: those of the table of a nameless one that starts, else NULL. */
static int state_write(work *w, const inb_statement *st, bool done, const char *indexes,
                       inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    session_queue(w, &pipe);
    if (w->as_role) {
        inb__session_role_keep_queue(&pipe);
        inb__pg_pipe_sync(&pipe);
        w->as_role = false;
    }
    (void)inb__record_begin_queue(&pipe, w->run, NULL);
    inb__record_statement_queue(&pipe, w->id, w->done + 1, st->digest, done);
    if (indexes) {
        inb__record_statement_existing_queue(&pipe, w->id, w->done + 1, indexes);
    }
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    if (!done && w->touched) {
        inb__session_role_again_queue(&pipe);
    }
    w->as_role = !done && (w->touched || touches_role(w, w->done, 1));
    int rc = pipe_send(w, &pipe, err);
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

static int state_mark(work *w, const inb_statement *st, bool done, inb_error **err)
{
    inb_result *r = NULL;
    const char *indexes = NULL;
    int rc = done ? 0 : inb__repair_existing(&r, &indexes, w->run, st, err);
    rc = rc < 0 ? rc : state_write(w, st, done, indexes, err);
    inb_result_free(r);
    return rc;
}

/* What is left of the statement is looked for in the session that the statements before made. */
static int session_restore(work *w, inb_error **err)
{
    if (!w->run->clean_needed) {
        return 0;
    }
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    session_queue(w, &pipe);
    int rc = pipe_send(w, &pipe, err);
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* A statement outside of any transaction, its state before and after. */
static int statement_alone(work *w, const inb_statement *st, inb__str sql, inb_error **err)
{
    bool already = false;
    int64_t started = inb__now_us();
    const inb__repair_place place = {w->id, w->done + 1};
    int rc = session_restore(w, err);
    rc = rc < 0 ? rc : inb__repair_before(&already, w->run, st, &place, w->begun, err);
    if (rc == 0 && !already) {
        rc = state_mark(w, st, false, err);
        rc = rc < 0 ? rc : inb__pg_simple(w->run->conn, sql, NULL, err);
        if (rc == INB_ESQL && w->begun && err &&
            inb__repair_was_done(st, inb_error_sqlstate(*err))) {
            inb_error_free(*err);
            *err = NULL;
            rc = 0;
        }
    }
    rc = rc < 0 ? rc : state_mark(w, st, true, err);
    int64_t now = inb__now_us();
    return rc < 0 ? rc : statement_report(w, 0, now - started, now, err);
}

/* Records why a statement was refused. Where nothing of it is left, its own record goes: the next
 * run then begins it as if it had never been begun. */
static void statement_note(work *w, bool leftovers, const inb_error *why)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    if (!leftovers) {
        inb__record_statement_undo_queue(&pipe, w->id, w->done + 1);
    }
    inb__record_logs_queue(&pipe, w->run, w->id, inb_error_message(why));
    inb_error *ignored = NULL;
    if (inb__pg_pipe_run(w->run->conn, &pipe, &ignored) < 0) {
        inb__log(&w->run->log, INB_LOG_WARNING,
                 "the state of migration \"%s\" was not recorded: %s", w->name,
                 inb_error_message(ignored));
    }
    inb_error_free(ignored);
    inb__pg_pipe_dispose(&pipe);
}

/* What the server refused: cleaned up, recorded; 0 when it is to be tried again. */
static int statement_refused(work *w, const inb_statement *st, inb_error **err)
{
    inb__record_attempt attempt = {
        .migration = w->migration, .statement = (int)(w->done + w->bad) + 1, .error = *err};
    attempt.duration_us = inb__now_us() - w->began_us;
    (void)inb__stall_watch_waited(w->run, w->began_us, inb__now_us(), &attempt.blocked_by);
    attempt.at_commit = w->at_commit;
    if (w->at_commit && w->n > 1) {
        attempt.statement = 0;
        inb__commit_failure_note(w->run->table, &attempt, w->done, w->n);
    }
    inb__failure_record(w->run, &attempt);
    bool alone = (st->flags & INB_STATEMENT_NO_TRANSACTION) != 0;
    bool waited =
        alone && inb__sqlstate_is(inb_error_sqlstate(*err), INB__SQLSTATE_LOCK_NOT_AVAILABLE);
    if (alone && !waited) {
        const inb__repair_place place = {w->id, w->done + 1};
        inb__repair_after(w->run, st, &place);
    }
    statement_note(w, waited, *err);
    w->begun = waited;
    w->as_role = false;
    if (waited && w->progress->retry_since_us == 0) {
        w->progress->retry_since_us = w->began_us; /* the wait itself used the budget up */
    }
    if (inb__retry_possible(inb_error_sqlstate(*err))) {
        inb_error *waiting = NULL;
        int rc = inb__retry_pause(w->run, w->progress, w->name, *err, &waiting);
        if (rc != INB_ESQL) {
            inb_error_free(*err);
            *err = waiting;
            return rc;
        }
    }
    return inb__failure_resumable_error(w->run, &attempt, w->done, waited, err);
}

static int statement_run(work *w, inb_error **err)
{
    const inb_statement *st = inb__table_statement(w->run->table, w->migration, w->done);
    inb__str sql = inb__table_statement_sql(w->run->table, w->migration, w->done);
    bool alone = (st->flags & INB_STATEMENT_NO_TRANSACTION) != 0;
    inb_error *why = NULL;
    w->n = together_count(w);
    w->bad = 0;
    w->at_commit = false;
    w->began_us = inb__now_us();
    inb__stall_watch_begin(w->run, w->migration, w->migration);
    int rc = w->done > 0 ? 0 : inb__existing_schemas_look(w->run, w->migration, &why);
    rc = rc < 0 ? rc : alone ? statement_alone(w, st, sql, &why) : statements_in_tx(w, &why);
    inb__stall_watch_end(w->run);
    if (rc == 0) {
        w->touched = w->touched || touches_role(w, w->done, w->n);
        w->done += w->n;
        w->begun = false;
        w->progress->retries = 0;
        w->progress->retry_since_us = 0;
    } else if (rc == INB_ESQL) {
        rc = statement_refused(w, st, &why);
    } else if (rc == INB_ECANCELLED) {
        rc = inb__error_wrap(
            &why, INB_ECANCELLED,
            "stopped at statement %u of migration \"%s\"; the next run resumes there", w->done + 1,
            w->name);
    }
    if (rc < 0 && err) {
        *err = why;
    } else {
        inb_error_free(why);
    }
    return rc;
}

static int statements_run(work *w, inb_error **err)
{
    while (w->done < w->m->n_statements) {
        int rc = inb__run_cancelled(w->run, err);
        rc = rc < 0 ? rc : statement_run(w, err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

static void migration_done(work *w)
{
    inb_report_summary scratch = {0};
    inb_report_migration *numbers = inb__run_report_migration(w->run->report, w->report);
    inb__run_report_summary(w->run->report, &scratch)->n_applied++;
    if (numbers) {
        numbers->finished = true;
    }
    inb__log(&w->run->log, INB_LOG_INFO, "applied migration \"%s\"", w->name);
    w->progress->done++;
}

int inb__apply_stepwise(inb__run *run, const inb__plan *plan, inb__progress *progress,
                        inb_error **err)
{
    const inb__plan_step *step = &plan->steps[progress->done];
    const inb_migration *m = inb__table_at(run->table, step->migration);
    work w = {.run = run,
              .progress = progress,
              .migration = step->migration,
              .m = m,
              .name = inb__table_text(run->table, m->name),
              .last = progress->done + 1 == plan->n && plan->stop == INB__NOT_IN_TABLE};
    int rc = inb__table_check_migration(run->table, step->migration, err);
    rc = rc < 0
             ? rc
             : inb__run_report_begin(&w.report, run->report, w.name, (inb_class)m->cls, false, err);
    if (rc < 0) {
        return rc;
    }
    inb_report_migration *numbers = inb__run_report_migration(run->report, w.report);
    if (numbers) {
        numbers->resumed = step->row != NULL;
    }
    inb__log(&run->log, INB_LOG_INFO, "applying migration \"%s\" statement by statement", w.name);
    rc = step->row ? migration_resume(&w, step->row, err) : migration_start(&w, err);
    rc = rc < 0 ? rc : statements_run(&w, err);
    rc = rc < 0 ? rc : migration_finish(&w, err);
    run->clean_needed = true;
    run->prepared = false;
    if (rc == 0) {
        migration_done(&w);
    }
    return rc;
}
