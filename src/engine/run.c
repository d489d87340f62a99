/* One call of inb_migrate: its options, its connection, its names. */
#include "config.h"

#include "engine/run.h"

#include "inboard/vault.h"
#include "table/table_check.h"
#include "table/table_read.h"
#include "util/sized.h"

#include <stdio.h>
#include <string.h>

/* A primary that is lost during a run is replaced within Patroni's ttl, loop_wait and a little. */
#define FAILOVER_MS (30000 + 10000 + 20000)

static int64_t or_default(int64_t value, int64_t fallback)
{
    return value > 0 ? value : fallback;
}

static void defaults_fill(inb_migrate_options *o)
{
    o->application_name =
        o->application_name && *o->application_name ? o->application_name : "inboard";
    o->connect_timeout_ms = or_default(o->connect_timeout_ms, 30000);
    o->lock_wait_ms = or_default(o->lock_wait_ms, 60000);
    o->lock_timeout_ms = or_default(o->lock_timeout_ms, 3000);
    o->retry_budget_ms = or_default(o->retry_budget_ms, 60000);
    o->concurrent_wait_ms = or_default(o->concurrent_wait_ms, o->retry_budget_ms);
    o->backfill_inline_ms = or_default(o->backfill_inline_ms, 60000);
}

/* The run id's first eight digits tell processes apart in pg_stat_activity, and leave room for a
 * name. */
static void application_name(inb__run *run)
{
    snprintf(run->application, sizeof(run->application), "%.45s-migrate:%.8s",
             run->options.application_name, run->run_id);
}

int inb__run_init(inb__run *run, const inb_table *table, const inb_migrate_options *options,
                  inb_report *report, inb_error **err)
{
    *run = (inb__run){.table = table, .report = report, .backfill_due = INB__NOT_IN_TABLE};
    inb__arena_init(&run->arena);
    inb_migrate_options *o = &run->options;
    int rc = inb__sized_read(o, sizeof(*o), options, "inb_migrate_options", err);
    if (rc < 0) {
        return rc;
    }
    if (o->names) {
        rc = inb__sized_read(&run->means, sizeof(run->means), o->names, "inb_option_names", err);
        o->names = &run->means;
    }
    if (rc < 0) {
        return rc;
    }
    defaults_fill(o);
    run->log = (inb__logger){o->log, o->log_payload};
    const char *direct = run->options.direct_url;
    const char *url = direct && *direct ? direct : run->options.url;
    if (!url || !*url) {
        return inb__error_set(err, INB_EINVAL, "no connection URL");
    }
    rc = inb__table_check(table, err);
    rc = rc < 0 ? rc : inb_uuid_new(run->run_id, err);
    rc = rc < 0 ? rc : inb__url_parse(&run->url, url, err);
    if (rc < 0) {
        return rc;
    }
    if (run->url.ignored) {
        inb__log(&run->log, INB_LOG_WARNING,
                 "the connection URL has unknown parameters, which are ignored: %s",
                 run->url.ignored);
    }
    application_name(run);
    inb_report_summary scratch = {0};
    inb__run_report_summary(report, &scratch)->run_id = inb__run_report_text(report, run->run_id);
    run->policy = (inb__policy){.mode = o->mode,
                                .order = o->order,
                                .backfills = o->backfills,
                                .allow_unknown = o->allow_unknown,
                                .prisma_order = o->prisma_order,
                                .schema = run->url.schema,
                                .means = o->names};
    run->connect = (inb__pg_options){.url = &run->url,
                                     .application_name = run->application,
                                     .connect_timeout_ms = run->options.connect_timeout_ms,
                                     .log = run->log,
                                     .cancelled = inb__stall_watch_tick,
                                     .cancel_payload = run};
    return 0;
}

void inb__run_dispose(inb__run *run)
{
    inb__run_disconnect(run);
    inb__url_dispose(&run->url);
    inb__arena_dispose(&run->arena);
}

bool inb__run_backfills(const inb__run *run)
{
    return run->unread || run->table->n_backfills > 0;
}

const char *inb__run_above(const inb__run *run)
{
    bool every = run->policy.order == INB_ORDER_ALLOW || run->every_metadata;
    return every ? "" : inb__table_text(run->table, run->table->highest);
}

int inb__run_connect(inb__run *run, inb_error **err)
{
    inb__pg_options connect = run->connect;
    if (run->losses > 0 && connect.connect_timeout_ms < FAILOVER_MS) {
        connect.connect_timeout_ms = FAILOVER_MS;
    }
    int rc = inb__pg_open(&run->conn, &connect, err);
    if (rc < 0) {
        return rc;
    }
    run->locked = false;
    run->backend_pid = 0;
    run->clean_needed = run->prepared = false;
    inb_report_summary scratch = {0};
    inb_report_summary *summary = inb__run_report_summary(run->report, &scratch);
    summary->connections++;
    summary->connect_us += inb__pg_connect_us(run->conn);
    summary->server_version = inb__pg_server_version(run->conn);
    run->session.server_version = inb__pg_server_version(run->conn);
    if (!run->names.history) {
        rc = inb__names_init(&run->names, &run->arena, run->conn, run->url.schema, err);
        run->session.search_path = run->names.schema_ident;
        run->session.lock_timeout_ms = run->options.concurrent_wait_ms;
    }
    return rc;
}

void inb__run_disconnect(inb__run *run)
{
    inb__stall_watch_close(run);
    if (run->conn) {
        inb_report_summary scratch = {0};
        inb__run_report_summary(run->report, &scratch)->round_trips +=
            inb__pg_round_trips(run->conn);
        inb_conn_close(run->conn);
        run->conn = NULL;
        run->locked = false;
    }
}

int inb__run_cancelled(const inb__run *run, inb_error **err)
{
    return inb__pg_cancelled(run->conn) ? inb__error_set(err, INB_ECANCELLED, "stopped on request")
                                        : 0;
}
