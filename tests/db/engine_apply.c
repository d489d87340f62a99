#include "config.h"

#include "check_main.h"
#include "db.h"
#include "inboard.h"
#include "table.h"

#include <stdarg.h>

static inb_db db;
static inb_conn *conn;
static char seen[1024];

static void up(void)
{
    inb_db_create(&db);
    conn = inb_db_open(db.url);
}

static void down(void)
{
    inb_conn_close(conn);
    inb_db_drop(&db);
}

static const char *value(const char *sql)
{
    return inb_db_value(conn, sql, seen, sizeof(seen));
}

static void log_line(inb_log_level level, const char *message, void *payload)
{
    (void)payload;
    fprintf(stderr, "# %d %s\n", (int)level, message);
}

static inb_migrate_options options_make(void)
{
    return (inb_migrate_options){.url = db.url,
                                 .application_name = "test",
                                 .application_version = "1.2.3",
                                 .lock_wait_ms = 10000,
                                 .log = getenv("VERBOSE") ? log_line : NULL};
}

static inb_test_table *three(void)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_a", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE a (id int PRIMARY KEY)");
    inb_test_statement(t, "CREATE INDEX", "CREATE INDEX a_i ON a (id)");
    inb_test_migration(t, "20250102000000_b", INB_CLASS_CONTRACTING, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE b (id int REFERENCES a)");
    inb_test_statement(t, "INSERT", "INSERT INTO a VALUES (1)");
    inb_test_migration(t, "20250103000000_c", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "ALTER TABLE", "ALTER TABLE b ADD COLUMN t text");
    return t;
}

static void migrate_ok(inb_test_table *t, const inb_migrate_options *o, inb_report_summary *out)
{
    inb_report *report = NULL;
    inb_error *err = NULL;
    ck_assert_int_eq(inb_report_new(&report, NULL), 0);
    int rc = inb_migrate(inb_test_table_done(t), o, report, &err);
    ck_assert_msg(rc == 0, "%d %s; %s; %s", rc, inb_error_message(err), inb_error_detail(err),
                  inb_error_message(inb_error_cause(err)));
    inb_report_summarize(report, out);
    out->run_id = NULL;
    inb_report_free(report);
}

START_TEST(new_database_gets_everything)
{
    inb_test_table *t = three();
    inb_migrate_options o = options_make();
    inb_report_summary s;
    migrate_ok(t, &o, &s);
    ck_assert_uint_eq(s.n_applied, 3);
    ck_assert(s.new_database);
    ck_assert(s.lock_taken);
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL "
                           "AND applied_steps_count = 1 AND logs IS NULL"),
                     "3");
    ck_assert_str_eq(value("SELECT string_agg(name || class || program_version, ',' ORDER BY name) "
                           "FROM inboard.migrations"),
                     "20250101000000_aadditive1.2.3,20250102000000_bcontracting1.2.3,"
                     "20250103000000_cadditive1.2.3");
    ck_assert_str_eq(value("SELECT initial FROM inboard.histories"), "f");
    ck_assert_str_eq(value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0");
    inb_test_table_free(t);
}
END_TEST

START_TEST(nothing_pending_is_one_round_trip)
{
    inb_test_table *t = three();
    inb_migrate_options o = options_make();
    inb_report_summary s;
    migrate_ok(t, &o, &s);
    migrate_ok(t, &o, &s);
    ck_assert_int_eq(s.round_trips, 1);
    ck_assert(!s.lock_taken);
    ck_assert_uint_eq(s.n_applied, 0);
    inb_test_table_free(t);
}
END_TEST

int main(int argc, char **argv)
{
    (void)argc;
    inb_db_main(argv);
    Suite *suite = suite_create("engine_apply");
    TCase *c = tcase_create("apply");
    tcase_add_checked_fixture(c, up, down);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, new_database_gets_everything);
    tcase_add_test(c, nothing_pending_is_one_round_trip);
    suite_add_tcase(suite, c);
    return inb_check_main(suite);
}
