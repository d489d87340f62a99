/* What the tests of the engine on a real server share: a database a test, and inb_migrate with a
 * verdict. */
#ifndef INB_TESTS_ENGINE_H
#define INB_TESTS_ENGINE_H

#include "check_main.h"
#include "db.h"
#include "inboard.h"
#include "table.h"

#include <time.h>

static inb_db db;
static inb_conn *conn;
static char seen[4096];

static inline void engine_up(void)
{
    inb_db_create(&db);
    conn = inb_db_open(db.url);
}

static inline void engine_down(void)
{
    inb_conn_close(conn);
    inb_db_drop(&db);
}

/* The first value of a statement, until the next call. */
static inline const char *value(const char *sql)
{
    return inb_db_value(conn, sql, seen, sizeof(seen));
}

static inline void engine_log(inb_log_level level, const char *message, void *payload)
{
    (void)payload;
    fprintf(stderr, "# %d %s\n", (int)level, message);
}

static inline inb_migrate_options options_make(void)
{
    return (inb_migrate_options){.size = sizeof(inb_migrate_options),
                                 .url = db.url,
                                 .application_name = "test",
                                 .application_version = "1.2.3",
                                 .lock_wait_ms = 120000,
                                 .connect_timeout_ms = 120000,
                                 .log = getenv("VERBOSE") ? engine_log : NULL};
}

static inline void pause_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* Waits until a statement's value is true: what others do is looked for, never hoped for. */
static inline void until(const char *sql)
{
    time_t end = time(NULL) + 120;
    while (strcmp(value(sql), "t") != 0) {
        ck_assert_msg(time(NULL) < end, "never true: %s", sql);
        pause_ms(10);
    }
}

/* What a run came to: one that is done has let the migration lock go. */
static inline void lock_gone(int rc)
{
    const char *no_lock =
        "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'test-%')";
    if (rc == 0) {
        ck_assert_str_eq(value(no_lock), "t");
    } else {
        until(no_lock); /* a run that failed may leave it to the end of its session */
    }
}

/* Runs and tells; *err is the caller's. */
static inline int migrate(inb_test_table *t, const inb_migrate_options *o, inb_report_summary *out,
                          inb_error **err)
{
    inb_report *report = NULL;
    ck_assert_int_eq(inb_report_new(&report, NULL), 0);
    int rc = inb_migrate(inb_test_table_done(t), o, report, err);
    if (out) {
        out->size = sizeof(*out);
        ck_assert_int_eq(inb_report_summarize(report, out), 0);
        out->run_id = NULL;
    }
    inb_report_free(report);
    lock_gone(rc);
    return rc;
}

static inline void migrate_ok(inb_test_table *t, const inb_migrate_options *o,
                              inb_report_summary *out)
{
    inb_error *err = NULL;
    int rc = migrate(t, o, out, &err);
    ck_assert_msg(rc == 0, "%d %s; %s; %s", rc, inb_error_message(err), inb_error_detail(err),
                  inb_error_message(inb_error_cause(err)));
}

/* It must fail with this code and a message that has this text in it. */
static inline void migrate_refused(inb_test_table *t, const inb_migrate_options *o, int code,
                                   const char *text)
{
    inb_error *err = NULL;
    int rc = migrate(t, o, NULL, &err);
    ck_assert_msg(rc == code, "%d %s; %s", rc, inb_error_message(err), inb_error_detail(err));
    ck_assert_msg(strstr(inb_error_message(err), text) != NULL, "%s", inb_error_message(err));
    inb_error_free(err);
}

static inline int engine_main(char **argv, const char *name, void (*add)(TCase *))
{
    inb_db_main(argv);
    Suite *suite = suite_create(name);
    TCase *c = tcase_create(name);
    tcase_add_checked_fixture(c, engine_up, engine_down);
    add(c);
    suite_add_tcase(suite, c);
    return inb_check_main(suite);
}

#endif
