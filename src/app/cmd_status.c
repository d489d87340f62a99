/* app --check-schema and app --status: the state of the database's history, read only. */
#include "config.h"

#include "app/exits.h"
#include "app/json_text.h"
#include "app/modes.h"
#include "app/program.h"

#include <stdio.h>

/* The findings, as text and by the names that `inboard migrate status --json` gives them too. */
static const struct {
    unsigned bit;
    const char *words;
    const char *key;
} findings[] = {
    {INB_STATUS_PENDING, "pending", "pending"},
    {INB_STATUS_FAILED, "failed or in progress", "failed"},
    {INB_STATUS_EDITED, "edited", "edited"},
    {INB_STATUS_UNKNOWN, "unknown and breaking", "unknown"},
    {INB_STATUS_OUT_OF_ORDER, "out of order", "out_of_order"},
    {INB_STATUS_DRIFT, "drift", "drift"},
    {INB_STATUS_UNDECIDED, "could not decide", "undecided"},
};

#define N_FINDINGS (sizeof(findings) / sizeof(*findings))

static void status_bits_print(const inb_status *status)
{
    unsigned bits = inb_status_bits(status);
    const char *separator = "";
    for (size_t i = 0; i < N_FINDINGS; i++) {
        if (bits & findings[i].bit) {
            printf("%s%s", separator, findings[i].words);
            separator = ", ";
        }
    }
    puts(bits ? "" : "up to date");
    for (size_t i = 0; i < inb_status_drift_count(status); i++) {
        printf("  %s\n", inb_status_drift_at(status, i));
    }
}

static json_t *findings_json(unsigned bits)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < N_FINDINGS; i++) {
        if (bits & findings[i].bit) {
            list = app_json_append(list, json_string(findings[i].key));
        }
    }
    return list;
}

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

static json_t *migration_json(const inb_status_migration *m)
{
    json_t *compatible = m->class_known ? json_boolean(m->compatible) : json_null();
    return json_pack(
        "{s:s, s:s, s:s?, s:o, s:s?, s:s?, s:s?, s:s?, s:s?}", "name", m->name, "state",
        inb_migration_state_name(m->state), "class", m->class_known ? inb_class_name(m->cls) : NULL,
        "compatible", compatible, "reason", m->class_known ? text_or_null(m->reason) : NULL,
        "started_at", text_or_null(m->started_at), "finished_at", text_or_null(m->finished_at),
        "logs", text_or_null(m->logs), "application_version", text_or_null(m->application_version));
}

static json_t *changes_json(const inb_status *status)
{
    inb_status_change c = {.size = sizeof(c)};
    json_t *list = json_array();
    for (size_t i = 0; list && inb_status_change_at(status, i, &c) == 0; i++) {
        list = app_json_append(list, json_pack("{s:s?, s:s?, s:s, s:s?, s:s?}", "kind",
                                               text_or_null(c.kind), "object",
                                               text_or_null(c.object), "change", c.change, "was",
                                               text_or_null(c.was), "now", text_or_null(c.now)));
    }
    return list;
}

static json_t *status_json(const inb_status *status)
{
    inb_status_migration m = {.size = sizeof(m)};
    json_t *list = json_array(), *drift = json_array();
    for (size_t i = 0; list && inb_status_at(status, i, &m) == 0; i++) {
        list = app_json_append(list, migration_json(&m));
    }
    for (size_t i = 0; drift && i < inb_status_drift_count(status); i++) {
        drift = app_json_append(drift, json_string(inb_status_drift_at(status, i)));
    }
    const char *holder = inb_status_lock_holder(status);
    return json_pack("{s:i, s:o, s:b, s:s?, s:o, s:o, s:o}", "status", (int)inb_status_bits(status),
                     "findings", findings_json(inb_status_bits(status)), "managed",
                     inb_status_managed(status), "lock_holder", *holder ? holder : NULL,
                     "migrations", list, "drift", drift, "changes", changes_json(status));
}

static void status_text_print(const inb_status *status)
{
    inb_status_migration m = {.size = sizeof(m)};
    for (size_t i = 0; i < inb_status_count(status); i++) {
        if (inb_status_at(status, i, &m) == 0) {
            bool breaking = m.class_known && !m.compatible;
            printf("%-12s %-12s %s%s\n", inb_migration_state_name(m.state),
                   m.class_known ? inb_class_name(m.cls) : "?", m.name,
                   breaking ? " (breaking)" : "");
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
    const inb_migrate_options options = app_migrate_options(s);
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

/* An error as `inboard --json` prints it; docs/JSON.md has the members. */
static json_t *error_json(const inb_error *err)
{
    const inb_error *cause = inb_error_cause(err);
    return json_pack("{s:i, s:s?, s:s?, s:s, s:s?, s:s?, s:s?, s:i, s:i, s:i, s:o}", "code",
                     inb_error_code(err), "prisma_code", text_or_null(inb_error_prisma_code(err)),
                     "sqlstate", text_or_null(inb_error_sqlstate(err)), "message",
                     inb_error_message(err), "detail", text_or_null(inb_error_detail(err)), "hint",
                     text_or_null(inb_error_hint(err)), "migration",
                     text_or_null(inb_error_migration(err)), "statement", inb_error_statement(err),
                     "line", inb_error_line(err), "column", inb_error_column(err), "cause",
                     cause ? error_json(cause) : json_null());
}

static int status_undecided(const app_settings *s, inb_error *err)
{
    if (s->json) {
        inb_error *unsaid = NULL; /* the log has what matters */
        json_t *o = json_pack("{s:i, s:o, s:o}", "status", (int)INB_STATUS_UNDECIDED, "findings",
                              findings_json(INB_STATUS_UNDECIDED), "error", error_json(err));
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
