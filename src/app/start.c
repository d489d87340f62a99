#include "config.h"

#include "app/start.h"

#include "app/exits.h"
#include "app/json.h"
#include "app/log.h"
#include "app/smoke.h"
#include "app/store.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_bool stop;

bool app_stop_asked(void *payload)
{
    (void)payload;
    return atomic_load(&stop);
}

void app_stop_ask(void)
{
    atomic_store(&stop, true);
}

int app_refuse(inb_error *err)
{
    int status = app_exit_of(inb_error_code(err));
    app_log_error(err);
    inb_error_free(err);
    return status;
}

int app_connect(inb_conn **out, const app_settings *s, const char *purpose, int64_t wait_ms,
                inb_error **err)
{
    const inb_conn_options options = {
        .url = s->database_url,
        .application_name = purpose,
        .connect_timeout_ms = wait_ms,
        .statement_timeout_ms = s->statement_timeout_ms,
        .log = app_log_library,
        .cancelled = app_stop_asked,
    };
    return inb_conn_open(out, &options, err);
}

int app_keyring_open(inb_keyring **out, const app_settings *s, inb_error **err)
{
    if (!s->keyring) {
        *out = NULL;
        return 0;
    }
    return inb_keyring_load(out, s->keyring, err);
}

static inb_migrate_options migrate_options(const app_settings *s)
{
    bool release = s->mode == APP_MODE_MIGRATE_ONLY;
    return (inb_migrate_options){
        .url = s->database_url,
        .direct_url = s->direct_url,
        .application_name = "app",
        .application_version = INB_VERSION,
        .mode = release ? INB_MODE_RELEASE : INB_MODE_START,
        .connect_timeout_ms = s->connect_timeout_ms,
        .lock_wait_ms = s->lock_wait_ms,
        .release_wait_ms = s->wait_ms,
        .lock_timeout_ms = s->lock_timeout_ms,
        .retry_budget_ms = s->retry_budget_ms,
        .log = app_log_library,
        .cancelled = app_stop_asked,
    };
}

static void report_log(const inb_report *report)
{
    inb_report_summary sum;
    inb_report_summarize(report, &sum);
    for (size_t i = 0; i < inb_report_migrations(report); i++) {
        inb_report_migration m;
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
        inb_report_migration m;
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
    inb_report_summary sum;
    json_t *applied = applied_json(report);
    inb_report_summarize(report, &sum);
    return json_pack("{s:i, s:o, s:b, s:b, s:i, s:f}", "migrations",
                     (int)inboard_migrations.n_migrations, "applied", applied, "new_database",
                     sum.new_database, "lock_taken", sum.lock_taken, "round_trips", sum.round_trips,
                     "total_ms", (double)sum.total_us / 1000);
}

json_t *app_json_append(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item)) {
        json_decref(list);
        return NULL;
    }
    return list;
}

int app_json_print(json_t *json, inb_error **err)
{
    char *text = app_json_text(json, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    json_decref(json);
    if (!text) {
        return app_nomem(err);
    }
    puts(text);
    free(text);
    return 0;
}

int app_migrate(const app_settings *s, inb_error **err)
{
    const inb_migrate_options options = migrate_options(s);
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

static void status_bits_print(const inb_status *status)
{
    unsigned bits = inb_status_bits(status);
    static const struct {
        unsigned bit;
        const char *words;
    } names[] = {
        {INB_STATUS_PENDING, "pending"},
        {INB_STATUS_FAILED, "failed or in progress"},
        {INB_STATUS_EDITED, "edited"},
        {INB_STATUS_UNKNOWN, "unknown and not additive"},
        {INB_STATUS_OUT_OF_ORDER, "out of order"},
        {INB_STATUS_DRIFT, "drift"},
        {INB_STATUS_UNDECIDED, "could not decide"},
    };
    const char *separator = "";
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (bits & names[i].bit) {
            printf("%s%s", separator, names[i].words);
            separator = ", ";
        }
    }
    puts(bits ? "" : "up to date");
    for (size_t i = 0; i < inb_status_drift_count(status); i++) {
        printf("  %s\n", inb_status_drift_at(status, i));
    }
}

static json_t *migration_json(const inb_status_migration *m)
{
    return json_pack("{s:s, s:s, s:s?, s:s?, s:s?}", "name", m->name, "state",
                     inb_migration_state_name(m->state), "class",
                     m->class_known ? inb_class_name(m->cls) : NULL, "started_at",
                     *m->started_at ? m->started_at : NULL, "finished_at",
                     *m->finished_at ? m->finished_at : NULL);
}

static json_t *status_json(const inb_status *status)
{
    inb_status_migration m;
    json_t *list = json_array(), *drift = json_array();
    for (size_t i = 0; list && inb_status_at(status, i, &m) == 0; i++) {
        list = app_json_append(list, migration_json(&m));
    }
    for (size_t i = 0; drift && i < inb_status_drift_count(status); i++) {
        drift = app_json_append(drift, json_string(inb_status_drift_at(status, i)));
    }
    const char *holder = inb_status_lock_holder(status);
    return json_pack("{s:i, s:b, s:s?, s:o, s:o}", "status", (int)inb_status_bits(status),
                     "managed", inb_status_managed(status), "lock_holder", *holder ? holder : NULL,
                     "migrations", list, "drift", drift);
}

static void status_text_print(const inb_status *status)
{
    inb_status_migration m;
    for (size_t i = 0; i < inb_status_count(status); i++) {
        if (inb_status_at(status, i, &m) == 0) {
            printf("%-12s %-12s %s\n", inb_migration_state_name(m.state),
                   m.class_known ? inb_class_name(m.cls) : "?", m.name);
        }
    }
    if (*inb_status_lock_holder(status)) {
        printf("migration lock: %s\n", inb_status_lock_holder(status));
    }
    status_bits_print(status);
}

/* Reads and prints the status; the bits in *bits. */
static int status_show(const app_settings *s, int *bits, void (*print_text)(const inb_status *),
                       inb_error **err)
{
    const inb_migrate_options options = migrate_options(s);
    inb_status *status;
    int rc = inb_status_read(&status, &inboard_migrations, &options, err);
    if (rc) {
        return rc;
    }
    *bits = (int)inb_status_bits(status);
    if (s->json) {
        rc = app_json_print(status_json(status), err);
    } else {
        print_text(status);
    }
    inb_status_free(status);
    return rc;
}

static int status_undecided(const app_settings *s, inb_error *err)
{
    if (s->json) {
        inb_error *unsaid = NULL; /* the log has what matters */
        json_t *o = json_pack("{s:i, s:s}", "status", (int)INB_STATUS_UNDECIDED, "error",
                              inb_error_message(err));
        int rc = app_json_print(o, &unsaid);
        (void)rc;
        inb_error_free(unsaid);
    }
    return app_refuse(err);
}

int app_run_check_schema(const app_settings *s)
{
    int bits = 0;
    inb_error *err = NULL;
    if (status_show(s, &bits, status_bits_print, &err)) {
        status_undecided(s, err);
        return (int)INB_STATUS_UNDECIDED;
    }
    return bits;
}

int app_run_status(const app_settings *s)
{
    int bits = 0;
    inb_error *err = NULL;
    return status_show(s, &bits, status_text_print, &err) ? status_undecided(s, err) : APP_EXIT_OK;
}
