/* inb_backfill_run and inb_backfill_retry: the rounds of migrating, for backfills alone. */
#include "config.h"

#include "engine/backfill_api.h"

#include "engine/backfill_control.h"
#include "engine/migrate_rounds.h"
#include "inboard/backfills.h"
#include "table/table_read.h"
#include "util/sized.h"

typedef struct listener {
    inb_backfill_progress_cb progress;
    void *payload;
} listener;

static void progress_pass(void *payload, const inb__backfill_view *view)
{
    const listener *l = payload;
    const inb__backfill_progress *p = view->progress;
    const inb_backfill_progress out = {.size = sizeof(out),
                                       .name = p->name,
                                       .state = view->done ? "done" : "running",
                                       .hold = p->hold ? p->hold : "",
                                       .rows = p->rows,
                                       .looked = p->looked,
                                       .estimate = p->estimate,
                                       .batches = p->batches,
                                       .wal_bytes = p->wal,
                                       .refused = p->failed,
                                       .held_us = p->held_us,
                                       .elapsed_us = p->elapsed_us,
                                       .pass = p->pass,
                                       .workers = p->workers,
                                       .message = "",
                                       .batch_rows = p->size,
                                       .left_ms = view->left_ms,
                                       .vacuums = view->vacuums,
                                       .rows_per_second = view->rate,
                                       .done = view->done};
    l->progress(&out, l->payload);
}

/* 0: the default stays; negative: not looked at. */
static void limit_set(int64_t *limit, int64_t given)
{
    *limit = given > 0 ? given : given < 0 ? 0 : *limit;
}

inb__supervise_options inb__backfill_watch(const inb_backfill_options *o)
{
    inb__supervise_options out = inb__supervise_defaults();
    limit_set(&out.limits.lag_bytes, o->max_lag_bytes);
    limit_set(&out.limits.lag_ms, o->max_lag_ms);
    limit_set(&out.limits.slot_bytes, o->max_slot_bytes);
    limit_set(&out.limits.wal_rate, o->max_wal_rate);
    limit_set(&out.limits.snapshot_ms, o->max_snapshot_ms);
    limit_set(&out.line_ms, o->line_ms);
    out.limits.ignored = o->ignored_standbys;
    out.lag_demanded = o->max_lag_bytes > 0 || o->max_lag_ms > 0;
    out.query = o->hold_when ? o->hold_when : "";
    out.no_vacuum = o->no_vacuum;
    return out;
}

/* The one that is asked for is there; of a migration that is read, whether it is one is known. */
static int name_check(const inb_table *table, const char *given, const char **name, inb_error **err)
{
    *name = inb__backfill_name(table, given, err);
    if (!*name) {
        return INB_EINVAL;
    }
    const inb_migration *m = inb__table_at(table, inb__table_find(table, *name));
    if (m->backfill || m->flags & INB__MIGRATION_UNREAD) {
        return 0;
    }
    int rc = inb__error_set(err, INB_EINVAL, "migration \"%s\" is not a backfill", *name);
    inb__error_hint(err, "Give the name of a folder whose migration is one.");
    return rc;
}

int inb__backfill_run_unread(const inb_table *table, const inb__unread *unread,
                             const inb_migrate_options *options,
                             const inb__backfill_request *request, inb_error **err)
{
    inb__backfill_request q = *request;
    int rc = q.name ? name_check(table, q.name, &q.name, err) : 0;
    return rc < 0 ? rc : inb__migrate_rounds(table, unread, options, &q, NULL, err);
}

static int run(const inb_table *table, const inb_migrate_options *options,
               const inb_backfill_options *more, bool retry_only, inb_error **err)
{
    INB__REQUIRE(err, table);
    INB__REQUIRE(err, options);
    inb_backfill_options o = {0};
    int rc = more ? inb__sized_read(&o, sizeof(o), more, "inb_backfill_options", err) : 0;
    if (rc < 0) {
        return rc;
    }
    listener l = {o.progress, o.progress_payload};
    inb__backfill_request request = {.name = o.name,
                                     .workers = (int)o.workers,
                                     .retry_ms = o.retry_ms,
                                     .retry_only = retry_only,
                                     .target_ms = o.target_ms,
                                     .watch = inb__backfill_watch(&o)};
    request.watch.seen = o.progress ? progress_pass : NULL;
    request.watch.payload = &l;
    return inb__backfill_run_unread(table, NULL, options, &request, err);
}

int inb_backfill_run(const inb_table *table, const inb_migrate_options *options,
                     const inb_backfill_options *more, inb_error **err)
{
    return run(table, options, more, false, err);
}

int inb_backfill_retry(const inb_table *table, const inb_migrate_options *options,
                       const inb_backfill_options *more, inb_error **err)
{
    return run(table, options, more, true, err);
}
