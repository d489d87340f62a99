/* VACUUM in step with a backfill, on a real server. */
#include "config.h"

#include "backfill/holds.h"
#include "backfill/vacuum_step.h"
#include "engine.h"
#include "pg/url.h"
#include "util/cleanup.h"
#include "util/limits.h"

#define ROWS 200000
#define BATCH 50000

static inb__url url;
static inb__pg_options connect_options;
static inb__holds *holds;
static inb__vacuum_step *step;
static char said[1024];
static int times_said;

static void say(inb_log_level level, const char *message, void *payload)
{
    (void)payload;
    if (level == INB_LOG_WARNING) {
        times_said++;
        snprintf(said, sizeof(said), "%s", message);
    }
}

static void setup(void)
{
    engine_up();
    said[0] = '\0';
    times_said = 0;
    inb_db_do(
        conn,
        "CREATE TABLE t (id int PRIMARY KEY, n int, filler text) WITH (autovacuum_enabled = off)");
    inb_db_do(conn,
              "INSERT INTO t SELECT g, NULL, repeat('x', 40) FROM generate_series(1, 200000) g");
    inb_db_do(conn, "VACUUM ANALYZE t");
}

static void teardown(void)
{
    inb__vacuum_step_close(step);
    step = NULL;
    inb__holds_close(holds);
    holds = NULL;
    inb__url_dispose(&url);
    engine_down();
}

static void open_as(const char *role)
{
    inb__logger log = {say, NULL};
    ck_assert_int_eq(inb__url_parse(&url, db.url, NULL), 0);
    connect_options = (inb__pg_options){.url = &url, .application_name = "holds"};
    inb__holds_options options = {.connect = &connect_options,
                                  .relation = "t",
                                  .search_path = "public",
                                  .query = "",
                                  .limits = inb__hold_limits_default()};
    ck_assert_int_eq(inb__holds_open(&holds, &options, NULL), 0);
    ck_assert_int_eq(inb__url_set(&url, "user", role, NULL), 0);
    ck_assert_int_eq(inb__vacuum_step_open(&step, &connect_options, "public", &log, NULL), 0);
}

static void go(int64_t changed)
{
    inb__holds_worker(holds, INB__HOLDS_VACUUM, inb__vacuum_step_pid(step), 0);
    inb__holds_look(holds);
    inb__vacuum_step_go(step, "t", changed, inb__holds_last(holds));
}

static void until_vacuums(int n)
{
    time_t end = time(NULL) + 120;
    while (inb__vacuum_step_count(step) < n) {
        ck_assert_msg(time(NULL) < end, "no VACUUM came: %s", said);
        pause_ms(10);
        go(0);
    }
}

static void batch(int number)
{
    char sql[200];
    snprintf(sql, sizeof(sql), "UPDATE t SET n = id WHERE id > %d AND id <= %d", number * BATCH,
             (number + 1) * BATCH);
    inb_db_do(conn, sql);
    go(BATCH);
}

static double size(void)
{
    return atof(value("SELECT pg_relation_size('t')"));
}

START_TEST(it_is_due_after_a_twentieth_and_at_least_50_000_rows)
{
    ck_assert(!inb__vacuum_step_is_due(49999, 100000));
    ck_assert(inb__vacuum_step_is_due(50000, 100000));
    ck_assert(inb__vacuum_step_is_due(50000, -1));
    ck_assert(!inb__vacuum_step_is_due(50000, 2000000));
    ck_assert(inb__vacuum_step_is_due(100000, 2000000));
}
END_TEST

START_TEST(the_statement_is_that_of_the_version)
{
    INB__AUTO_BUF inb__buf sql;
    inb__buf_init(&sql, INB__LIMIT_MESSAGE);
    inb__vacuum_step_sql(&sql, "\"a b\"", 130005);
    ck_assert_str_eq(inb__buf_text(&sql), "VACUUM (TRUNCATE off, SKIP_LOCKED) \"a b\"");
    inb__buf_clear(&sql);
    inb__vacuum_step_sql(&sql, "t", 140000);
    ck_assert_str_eq(inb__buf_text(&sql),
                     "VACUUM (TRUNCATE off, SKIP_LOCKED, INDEX_CLEANUP auto) t");
}
END_TEST

START_TEST(the_table_grows_by_a_part)
{
    open_as("postgres");
    double before = size();
    go(0);
    for (int i = 0; i < ROWS / BATCH; i++) {
        batch(i);
        until_vacuums(i + 1);
    }
    ck_assert_msg(size() < before * 1.5, "%.0f, %.0f before", size(), before);
    inb_db_do(conn, "UPDATE t SET n = n + 1"); /* what one statement does */
    ck_assert_msg(size() > before * 1.7, "%.0f, %.0f before", size(), before);
    ck_assert_str_eq(said, "");
}
END_TEST

/* Workers at two tables tell of them by turns. */
START_TEST(rows_are_counted_of_each_table)
{
    open_as("postgres");
    inb_db_do(conn, "CREATE TABLE u (id int)");
    for (int i = 0; i < 5; i++) {
        inb__holds_look(holds);
        inb__vacuum_step_go(step, "t", BATCH / 5, inb__holds_last(holds));
        inb__vacuum_step_go(step, "u", 1, inb__holds_last(holds));
    }
    ck_assert_int_gt(inb__vacuum_step_pid(step), 0);
    until_vacuums(1);
    until("SELECT vacuum_count = 2 FROM pg_stat_user_tables WHERE relname = 't'");
}
END_TEST

START_TEST(a_snapshot_that_keeps_the_rows_is_named_and_awaited)
{
    open_as("postgres");
    go(0);
    inb_conn *other = inb_db_open(db.url);
    inb_db_do(other, "SET application_name = 'reports'");
    inb_db_do(other, "BEGIN ISOLATION LEVEL REPEATABLE READ");
    inb_db_do(other, "SELECT 1");
    batch(0);
    batch(1);
    go(0);
    ck_assert_int_eq(inb__vacuum_step_count(step), 0);
    ck_assert_int_eq(times_said, 1);
    ck_assert_ptr_nonnull(strstr(said, "VACUUM in step waits: session "));
    ck_assert_ptr_nonnull(strstr(said, "application \"reports\""));
    inb_conn_close(other);
    until_vacuums(1);
}
END_TEST

START_TEST(a_role_that_may_not_is_told_once)
{
    inb_db_do(conn,
              "DO $$ BEGIN CREATE ROLE sweeper LOGIN; EXCEPTION WHEN duplicate_object THEN END $$");
    open_as("sweeper");
    go(0);
    batch(0);
    batch(1);
    ck_assert_int_eq(times_said, 1);
    ck_assert_str_eq(said,
                     "VACUUM in step is left out: the role is not the owner of the table; the "
                     "table may grow by what is written");
    ck_assert_int_eq(inb__vacuum_step_count(step), 0);
}
END_TEST

START_TEST(one_that_is_under_way_ends_with_the_run)
{
    open_as("postgres");
    go(0);
    inb_db_do(conn, "ALTER ROLE postgres SET vacuum_cost_delay = 100");
    inb_db_do(conn, "ALTER ROLE postgres SET vacuum_cost_limit = 1");
    batch(0);
    until("SELECT count(*) = 1 FROM pg_stat_progress_vacuum");
    go(0);
    ck_assert_ptr_null(
        inb__hold_reading_of(inb__holds_last(holds), INB__HOLD_VACUUM)); /* its own */
    inb__vacuum_step_close(step);
    step = NULL;
    inb_db_do(conn, "ALTER ROLE postgres RESET ALL");
    until("SELECT count(*) = 0 FROM pg_stat_progress_vacuum");
}
END_TEST

static void tests_add(TCase *c)
{
    tcase_add_test(c, it_is_due_after_a_twentieth_and_at_least_50_000_rows);
    tcase_add_test(c, the_statement_is_that_of_the_version);
    tcase_add_test(c, the_table_grows_by_a_part);
    tcase_add_test(c, rows_are_counted_of_each_table);
    tcase_add_test(c, a_snapshot_that_keeps_the_rows_is_named_and_awaited);
    tcase_add_test(c, a_role_that_may_not_is_told_once);
    tcase_add_test(c, one_that_is_under_way_ends_with_the_run);
}

int main(int argc, char **argv)
{
    (void)argc;
    inb_db_main(argv);
    Suite *suite = suite_create("backfill_vacuum");
    TCase *c = tcase_create("backfill_vacuum");
    tcase_add_checked_fixture(c, setup, teardown);
    tests_add(c);
    suite_add_tcase(suite, c);
    return inb_check_main(suite);
}
