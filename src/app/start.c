/* Start-up: migrates, then runs what must hold before the service listens. */
#include "config.h"

#include "app/start.h"

#include "app/json_text.h"
#include "app/log_line.h"
#include "app/smoke_checks.h"
#include "app/storage.h"

#include <stdio.h>

static void report_log(const inb_report *report)
{
    inb_report_summary sum = {.size = sizeof(sum)};
    inb_report_summarize(report, &sum);
    for (size_t i = 0; i < inb_report_migrations(report); i++) {
        inb_report_migration m = {.size = sizeof(m)};
        if (inb_report_migration_at(report, i, &m) == 0 && m.finished) {
            app_log(INB_LOG_DEBUG, "applied %s class=%s statements=%zu attempts=%d ms=%.1f%s",
                    m.name, inb_class_name(m.cls), m.n_statements, m.attempts,
                    (double)m.duration_us / 1000, m.resumed ? " resumed" : "");
        }
    }
    app_log(INB_LOG_INFO, "database ready migrations=%u applied=%zu round_trips=%d ms=%.1f",
            inboard_migrations.n_migrations, sum.n_applied, sum.round_trips,
            (double)sum.total_us / 1000);
}

/* NULL when memory is out, as all that gives JSON here; a list is whole, or is none. */
static json_t *applied_json(const inb_report *report)
{
    json_t *applied = json_array();
    for (size_t i = 0; i < inb_report_migrations(report) && applied; i++) {
        inb_report_migration m = {.size = sizeof(m)};
        if (inb_report_migration_at(report, i, &m) != 0 || !m.finished) {
            continue;
        }
        applied = app_json_append(applied, json_pack("{s:s, s:s, s:b, s:i, s:f}", "name", m.name,
                                                     "class", inb_class_name(m.cls), "resumed",
                                                     m.resumed, "attempts", m.attempts,
                                                     "duration_ms", (double)m.duration_us / 1000));
    }
    return applied;
}

static json_t *report_json(const inb_report *report)
{
    inb_report_summary sum = {.size = sizeof(sum)};
    json_t *applied = applied_json(report);
    inb_report_summarize(report, &sum);
    return json_pack("{s:i, s:o, s:b, s:b, s:i, s:f}", "migrations",
                     (int)inboard_migrations.n_migrations, "applied", applied, "new_database",
                     sum.new_database, "lock_taken", sum.lock_taken, "round_trips", sum.round_trips,
                     "total_ms", (double)sum.total_us / 1000);
}

int app_migrate(const app_settings *s, inb_error **err)
{
    const inb_migrate_options options = app_migrate_options(s);
    inb_report *report;
    int rc = inb_report_new(&report, err);
    if (rc) {
        return rc;
    }
    rc = inb_migrate(&inboard_migrations, &options, report, err);
    if (rc == 0) {
        report_log(report);
        rc = s->json ? app_json_print(report_json(report), err) : 0;
    }
    inb_report_free(report);
    return rc;
}

int app_gates(const app_settings *s, const inb_keyring *keyring, inb_error **err)
{
    inb_conn *conn;
    size_t opened = 0;
    int rc = app_connect(&conn, s, "app-gates", s->connect_timeout_ms, err);
    if (rc) {
        return rc;
    }
    rc = app_connectors_open_all(&opened, conn, keyring, err);
    if (rc == 0) {
        app_log(INB_LOG_INFO, "sealed configuration opened connectors=%zu", opened);
        rc = app_smoke_run(conn, err);
    }
    inb_conn_close(conn);
    return rc;
}
