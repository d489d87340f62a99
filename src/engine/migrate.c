/* inb_migrate: rounds of reading the history, deciding, and applying under the lock. */
#include "config.h"

#include "engine/apply_stepwise.h"
#include "engine/apply_transactional.h"
#include "engine/backfill_step.h"
#include "engine/citus.h"
#include "engine/confirm.h"
#include "engine/drift.h"
#include "engine/first_look.h"
#include "engine/lock.h"
#include "engine/migrate_rounds.h"
#include "engine/mismatch.h"
#include "engine/missing_extension.h"
#include "engine/objects_run.h"
#include "engine/record.h"
#include "engine/round_trip.h"
#include "engine/run.h"
#include "engine/session.h"

#include <stdio.h>
#include <string.h>

#define LOSSES_MOST 3
#define FINISHED "another process has finished the migrations"
#define RELEASE_POLL_MS 1000
#define RELEASE_SAY_US 60000000 /* how often a wait for a release job is reported */

/* What the history asks for. */
typedef enum decision {
    DECISION_DONE,     /* nothing to do */
    DECISION_WORK,     /* something to apply */
    DECISION_BLOCKED,  /* nothing that this mode may apply, but something pending */
    DECISION_ASK_LOCK, /* a migration was started: only the lock tells whether it is running now */
    DECISION_REFUSED
} decision;

/* 1 when it read a migration of the plan that was not, 0 when each was. */
static int plan_read(const inb__run *run, const inb__plan *plan, inb_error **err)
{
    int read = 0, rc = 0;
    for (size_t i = 0; rc == 0 && i < plan->n; i++) {
        uint32_t index = plan->steps[i].migration;
        if (inb__table_at(run->table, index)->flags & INB__MIGRATION_UNREAD) {
            rc = run->unread->read(run->unread->payload, index, err);
            read = 1;
        }
    }
    return rc < 0 ? rc : read;
}

/* The migration at which it stops, and those after it, may be backfills: that is what a run of
 * backfills is after. */
static int stop_read(const inb__run *run, const inb__plan *plan, inb_error **err)
{
    int read = 0, rc = 0;
    bool matters = run->policy.only_backfills && plan->stop != INB__NOT_IN_TABLE;
    for (uint32_t i = plan->stop; matters && rc == 0 && i < run->table->n_migrations; i++) {
        if (inb__table_at(run->table, i)->flags & INB__MIGRATION_UNREAD) {
            rc = run->unread->read(run->unread->payload, i, err);
            read = 1;
        }
    }
    return rc < 0 ? rc : read;
}

/* Where the plan stops for want of a confirmation, the database may have it: 1 when that was looked
 * for now. */
static int gate_read(inb__run *run, const inb__plan *plan, inb_error **err)
{
    if (plan->gate != INB__GATE_BEFORE || run->confirmed_read || !run->confirmed) {
        return 0;
    }
    int rc = inb__confirm_read(run, err);
    return rc < 0 ? rc : 1;
}

/* Under the lock the pending migrations are read, and what is in them may refuse the plan; those
 * that wait for it may find that a peer has applied them. */
static int plan_build(inb__plan *plan, inb__refusal *why, inb__run *run, inb__history *h,
                      inb_error **err)
{
    int rc = 1;
    while (rc > 0) {
        rc = inb__plan_build(plan, why, &h->arena, run->table, h, &run->policy, err);
        rc = rc < 0 || !h->locked ? rc : plan_read(run, plan, err);
        rc = rc != 0 ? rc : stop_read(run, plan, err);
        rc = rc != 0 ? rc : gate_read(run, plan, err);
    }
    return rc;
}

/* The plan lives as long as the history. */
static decision history_decide(inb__run *run, inb__history *h, inb__plan *plan, int *rc_out,
                               inb_error **err)
{
    inb__refusal why;
    int rc = plan_build(plan, &why, run, h, err);
    *rc_out = rc;
    if (rc < 0) {
        return why == INB__REFUSED_FAILED && !h->locked ? DECISION_ASK_LOCK : DECISION_REFUSED;
    }
    if (plan->n > 0 || plan->n_waiting > 0) {
        return DECISION_WORK;
    }
    return plan->stop != INB__NOT_IN_TABLE ? DECISION_BLOCKED : DECISION_DONE;
}

static bool queue_leave(inb__run *run, const inb__history *history)
{
    inb__plan plan;
    int rc;
    inb__history *h = (inb__history *)history;
    decision v = history_decide(run, h, &plan, &rc, NULL);
    return v != DECISION_WORK && v != DECISION_ASK_LOCK;
}

static int history_read(inb__run *run, inb__history *history, inb_error **err)
{
    const inb__round_trip_query query = {
        .names = &run->names, .above = inb__run_above(run), .backfills = inb__run_backfills(run)};
    return inb__first_look_read(history, run, &query, err);
}

/* Applies the plan, step by step or several at once, under the lock. */
static int plan_apply(inb__run *run, const inb__plan *plan, inb_error **err)
{
    inb__progress progress = {0};
    while (progress.done < plan->n) {
        int rc = inb__run_cancelled(run, err);
        if (rc < 0) {
            return rc;
        }
        const inb__plan_step *step = &plan->steps[progress.done];
        const inb_migration *m = inb__table_at(run->table, step->migration);
        rc = step->proved ? inb__backfill_record(run, plan, &progress, err)
             : inb__migration_transactional(m) && !step->row
                 ? inb__apply_transactional(run, plan, &progress, err)
                 : inb__apply_stepwise(run, plan, &progress, err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

/* Every applied migration must be in the history now. */
static int history_verify(inb__run *run, inb__history *after, inb_error **err)
{
    inb__plan plan;
    int rc;
    after->locked = true;
    decision v = history_decide(run, after, &plan, &rc, err);
    if (v == DECISION_WORK) {
        rc = inb__error_set(
            err, INB_EHISTORY, "migration \"%s\" was applied but is missing from the history",
            inb__table_text(run->table, inb__table_at(run->table, plan.steps[0].migration)->name));
        inb__error_hint(
            err, "Another session is changing _prisma_migrations; run again when it has finished.");
    }
    return rc;
}

/* Reads once more what is there now, leaves a description of the catalogue for later looks at
 * drift, and compares it with what the table expects. */
static int work_verify(inb__run *run, inb_error **err)
{
    const inb__round_trip_query query = {.names = &run->names,
                                         .above = inb__run_above(run),
                                         .backfills = inb__run_backfills(run),
                                         .fingerprint = true,
                                         .expected = run->table};
    inb__history after;
    int rc = inb__round_trip_read(&after, run->conn, &query, err);
    if (rc < 0) {
        return rc;
    }
    rc = history_verify(run, &after, err);
    if (rc == 0) {
        /* The last that the lock is for. */
        inb__objects_run_store(run, inb__history_applied(&after),
                               after.n_findings == 0 ? after.fingerprint : "");
        rc = inb__drift_check(&after, run->table, &run->log, err);
        if (rc == 0 || rc == INB_EHISTORY) {
            inb__mismatch_set(run, rc < 0);
        }
        run->compared = true;
    }
    inb__history_dispose(&after);
    return rc;
}

static int work_do(inb__run *run, const inb__history *h, const inb__plan *plan, inb_error **err)
{
    inb_report_summary scratch = {0};
    inb__run_report_summary(run->report, &scratch)->new_database |= plan->new_database;
    int rc = inb__citus_check(run, h, err);
    rc = rc == 0 && inb__record_incomplete(h, plan) ? inb__record_create(run, h, plan, err) : rc;
    rc = rc < 0 ? rc : inb__backfill_wait(run, plan, err);
    rc = rc < 0 ? rc : inb__confirm_store(run, plan, err);
    if (rc == 0) {
        inb__objects_run_warn(run, h);
        rc = plan_apply(run, plan, err);
    }
    if (rc < 0) {
        inb__missing_extension_name(run, err);
        return rc;
    }
    return work_verify(run, err);
}

/* What the plan stops at: INB_EPENDING, and whether it may be run now. A run of backfills that has
 * none left is done, whatever else is pending for a release job. */
static int stopped(inb__run *run, const inb__plan *plan, inb_error **err)
{
    if (run->policy.only_backfills && !plan->backfill_left) {
        run->backfill_due = INB__NOT_IN_TABLE;
        return 0;
    }
    run->backfill_due = plan->stop_runs ? plan->stop : INB__NOT_IN_TABLE;
    return inb__plan_pending_error(plan, run->table, &run->policy, err);
}

/* Under the lock, or after a peer has finished meanwhile. */
static int history_act(inb__run *run, inb__history *h, inb_error **err)
{
    inb__plan plan;
    int rc = 0;
    decision v = history_decide(run, h, &plan, &rc, err);
    if (v == DECISION_WORK) {
        rc = work_do(run, h, &plan, err);
    } else if (v == DECISION_DONE && !h->locked) {
        inb__log(&run->log, INB_LOG_INFO, FINISHED);
    }
    if (rc == 0 && plan.stop != INB__NOT_IN_TABLE) {
        rc = stopped(run, &plan, err);
    }
    return rc;
}

/* seen: NULL after a first look that found this session a direct one. */
static int locked_round(inb__run *run, const inb__history *seen, inb_error **err)
{
    int rc = seen ? inb__session_check(seen, err) : 0;
    if (rc == 0 && seen) {
        rc = inb__session_pooler_check(run->conn, seen, &run->connect, run->options.names, err);
    }
    inb__history h;
    bool done = false;
    rc = rc < 0 ? rc : inb__lock_wait(run, &h, queue_leave, run->in_doubt.n ? NULL : &done, err);
    if (rc < 0) {
        return rc;
    }
    if (done) {
        inb__log(&run->log, INB_LOG_INFO, FINISHED);
        return 0;
    }
    rc = seen ? 0 : inb__session_check(&h, err);
    rc = rc < 0 ? rc : inb__in_doubt_resolve(run, &h, err);
    rc = rc < 0 ? rc : history_act(run, &h, err);
    inb__history_dispose(&h);
    inb__lock_release(run);
    return rc;
}

/* What refuses may be a migration of which more is recorded than was read: one that sorts before
 * the program's last. */
static bool more_to_read(inb__run *run, const inb__history *seen)
{
    bool more = !run->every_metadata && seen->metadata_exists;
    run->every_metadata = true;
    return more;
}

/* From looking to done: INB_EPENDING when the rest is for a release job. */
static int round_run(inb__run *run, inb_error **err)
{
    inb__look look = INB__LOOK_UNSURE;
    int rc = run->conn ? 0 : inb__run_connect(run, err);
    if (rc == 0 && run->in_doubt.n == 0) {
        rc = inb__first_look(&look, run, err);
    }
    run->compared = rc == 0 && look == INB__LOOK_DONE;
    if (rc < 0 || look != INB__LOOK_UNSURE) {
        return rc == 0 && look == INB__LOOK_PENDING ? locked_round(run, NULL, err) : rc;
    }
    inb__history seen;
    rc = history_read(run, &seen, err);
    if (rc < 0) {
        return rc;
    }
    inb__plan plan;
    inb_error *refusal = NULL;
    switch (history_decide(run, &seen, &plan, &rc, &refusal)) {
    case DECISION_DONE:
        rc = inb__in_doubt_resolve(run, &seen, err);
        break;
    case DECISION_BLOCKED:
        rc = stopped(run, &plan, err);
        break;
    case DECISION_WORK:
    case DECISION_ASK_LOCK:
        rc = locked_round(run, &seen, err);
        break;
    case DECISION_REFUSED:
        if (more_to_read(run, &seen)) {
            inb_error_free(refusal);
            inb__history_dispose(&seen);
            return round_run(run, err);
        }
        if (err) {
            inb_error_free(*err);
            *err = refusal;
            refusal = NULL;
        }
        break;
    }
    inb_error_free(refusal);
    inb__history_dispose(&seen);
    return rc;
}

/* A round, and the backfill at which it stops, where that may be run; then *again. */
static int round_with_backfill(inb__run *run, bool *again, inb_error **err)
{
    run->backfill_due = INB__NOT_IN_TABLE;
    int rc = round_run(run, err);
    *again = rc == INB_EPENDING && run->backfill_due != INB__NOT_IN_TABLE;
    if (*again) {
        inb_error_free(*err);
        *err = NULL;
        rc = inb__backfill_due(run, err);
    }
    return rc;
}

static bool worth_another(inb__run *run, int rc, const inb_error *why)
{
    if (rc != INB_ECONN || !run->conn || inb_conn_alive(run->conn) || run->losses >= LOSSES_MOST) {
        return false;
    }
    run->losses += inb__pg_unanswered(run->conn) ? LOSSES_MOST : 1;
    inb__log(&run->log, INB_LOG_WARNING, "the connection was lost (%s); connecting again",
             inb_error_message(why));
    return true;
}

static int rounds_run(inb__run *run, inb_error **err)
{
    int64_t release_until = inb__now_us() + run->options.release_wait_ms * 1000, said_us = 0;
    for (;;) {
        inb_error *why = NULL;
        bool again = false;
        int rc = round_with_backfill(run, &again, &why);
        if (rc == 0 && again) {
            continue;
        }
        rc = rc == 0 && !run->compared ? inb__mismatch_check(run, &why) : rc;
        if (rc == 0 && run->drift_likely) {
            inb__objects_run_warn(run, NULL);
        }
        if (rc == INB_EPENDING && run->options.mode == INB_MODE_START &&
            inb__now_us() < release_until) {
            bool soon = said_us && inb__now_us() - said_us < RELEASE_SAY_US;
            inb__log(&run->log, soon ? INB_LOG_DEBUG : INB_LOG_INFO,
                     "waiting for a release job: %s", inb_error_message(why));
            said_us = soon ? said_us : inb__now_us();
            inb_error_free(why);
            why = NULL;
            rc = inb__run_pause(run, RELEASE_POLL_MS, &why);
            if (rc == 0) {
                continue;
            }
        }
        if (worth_another(run, rc, why)) {
            inb__run_disconnect(run);
            inb_error_free(why);
            continue;
        }
        if (rc < 0 && err) {
            *err = why;
        } else {
            inb_error_free(why);
        }
        return rc;
    }
}

/* A run of backfills looks at the history as a release job does. */
static void request_take(inb__run *run, const inb__backfill_request *request)
{
    run->backfill = request;
    if (request) {
        run->options.mode = run->policy.mode = INB_MODE_RELEASE;
        run->policy.only_backfills = true;
        run->policy.backfill_name = request->name;
    }
}

int inb__migrate_rounds(const inb_table *table, const inb__unread *unread,
                        const inb_migrate_options *options, const inb__backfill_request *request,
                        inb_report *report, inb_error **err)
{
    INB__REQUIRE(err, table);
    INB__REQUIRE(err, options);
    inb__run run;
    int64_t started = inb__now_us();
    int rc = inb__run_init(&run, table, options, report, err);
    rc = rc < 0 ? rc : inb__confirm_options(&run, err);
    run.unread = unread;
    request_take(&run, request);
    if (rc == 0) {
        rc = rounds_run(&run, err);
    }
    inb__run_leave(&run);
    inb_report_summary scratch = {0};
    inb__run_report_summary(report, &scratch)->total_us = inb__now_us() - started;
    inb__run_dispose(&run);
    return rc;
}

int inb__migrate_unread(const inb_table *table, const inb__unread *unread,
                        const inb_migrate_options *options, inb_report *report, inb_error **err)
{
    return inb__migrate_rounds(table, unread, options, NULL, report, err);
}

int inb_migrate(const inb_table *table, const inb_migrate_options *options, inb_report *report,
                inb_error **err)
{
    return inb__migrate_unread(table, NULL, options, report, err);
}
