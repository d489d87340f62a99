/* Plans without applying. */
#include "config.h"

#include "engine/preview.h"

#include "engine/confirm.h"
#include "engine/first_look.h"

#include <string.h>

static int reconcile(inb__reconciliation *out, const inb__run *run, inb__history *h,
                     inb_error **err)
{
    if (INB__ARENA_ERROR_EXIT(&h->arena)) {
        inb__arena_error_exit_clear(&h->arena);
        return inb__error_nomem(err);
    }
    inb__reconcile(out, &h->arena, run->table, h);
    inb__arena_error_exit_clear(&h->arena);
    return 0;
}

/* What is pending, and nothing else of a folder, is read. */
static int pending_read(const inb__run *run, const inb__reconciliation *reconciled, inb_error **err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < reconciled->n; i++) {
        const inb__entry *e = &reconciled->entries[i];
        bool applied = e->state == INB_STATE_APPLIED || e->state == INB_STATE_EDITED;
        if (e->migration != INB__NOT_IN_TABLE && !applied &&
            inb__table_at(run->table, e->migration)->flags & INB__MIGRATION_UNREAD) {
            rc = run->unread->read(run->unread->payload, e->migration, err);
        }
    }
    return rc;
}

/* A backfill that the run would do is taken for done, so that what follows it is planned too. */
static int backfill_suppose(inb__history *h, const inb_table *table, uint32_t migration,
                            inb_error **err)
{
    size_t n = h->n_backfills;
    inb__history_backfill *rows = inb__arena_alloc(&h->arena, (n + 1) * sizeof(*rows));
    char *checksum = inb__arena_alloc(&h->arena, 65);
    if (!rows || !checksum) {
        return inb__error_nomem(err);
    }
    size_t kept = 0;
    const char *name = inb__table_name(table, migration);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(h->backfills[i].name, name) != 0) {
            rows[kept++] = h->backfills[i];
        }
    }
    inb__hex(checksum, inb__table_at(table, migration)->checksums[0], 32);
    rows[kept++] = (inb__history_backfill){name, checksum, "done"};
    h->backfills = rows;
    h->n_backfills = kept;
    return 0;
}

static int plan_build(inb__plan *plan, const inb__run *run, inb__history *h, inb_error **err)
{
    inb__refusal why;
    int rc = inb__plan_build(plan, &why, &h->arena, run->table, h, &run->policy, err);
    while (rc == 0 && plan->stop_runs) {
        rc = backfill_suppose(h, run->table, plan->stop, err);
        rc = rc < 0 ? rc : inb__plan_build(plan, &why, &h->arena, run->table, h, &run->policy, err);
    }
    return rc;
}

static int preview(inb__run *run, inb__history *h, inb__preview_cb tell, void *payload,
                   inb_error **err)
{
    inb__reconciliation reconciled;
    inb__plan plan;
    int rc = reconcile(&reconciled, run, h, err);
    rc = rc < 0 ? rc : pending_read(run, &reconciled, err);
    rc = rc < 0 ? rc : inb__confirm_read(run, err);
    rc = rc < 0 ? rc : plan_build(&plan, run, h, err);
    if (rc < 0) {
        return rc;
    }
    tell(&(const inb__preview){run->table, &reconciled, &plan, run->confirmed}, payload);
    return plan.stop == INB__NOT_IN_TABLE
               ? 0
               : inb__plan_pending_error(&plan, run->table, &run->policy, err);
}

int inb__migrate_preview(const inb_table *table, const inb__unread *unread,
                         const inb_migrate_options *options, inb__preview_cb tell, void *payload,
                         inb_error **err)
{
    inb__run run;
    inb__history h;
    int rc = inb__run_init(&run, table, options, NULL, err);
    rc = rc < 0 ? rc : inb__confirm_options(&run, err);
    run.unread = unread;
    rc = rc < 0 ? rc : inb__run_connect(&run, err);
    if (rc == 0) {
        const inb__round_trip_query query = {
            .names = &run.names, .above = "", .backfills = inb__run_backfills(&run)};
        rc = inb__first_look_read(&h, &run, &query, err);
        if (rc == 0) {
            rc = preview(&run, &h, tell, payload, err);
            inb__history_dispose(&h);
        }
    }
    inb__run_dispose(&run);
    return rc;
}
