/* What a backfill looks at, read from a real server. */
#include "config.h"

#include "backfill/holds.h"
#include "engine.h"
#include "pg/url.h"

static inb__url url;
static inb__pg_options connect_options;
static inb__holds *holds;
static inb_error *err;
static char said[1024];

static void say(inb_log_level level, const char *message, void *payload)
{
    (void)payload;
    if (level == INB_LOG_WARNING) {
        snprintf(said, sizeof(said), "%s", message);
    }
}

static void setup(void)
{
    engine_up();
    said[0] = '\0';
    inb_db_do(conn, "CREATE TABLE t (id int PRIMARY KEY, n int)");
    inb_db_do(conn, "INSERT INTO t SELECT generate_series(1, 1000)");
}

static void teardown(void)
{
    inb__holds_close(holds);
    holds = NULL;
    inb__url_dispose(&url);
    inb_error_free(err);
    err = NULL;
    engine_down();
}

static int open_as(const char *role, const char *query, bool lag_demanded)
{
    ck_assert_int_eq(inb__url_parse(&url, db.url, NULL), 0);
    ck_assert_int_eq(inb__url_set(&url, "user", role, NULL), 0);
    connect_options = (inb__pg_options){.url = &url, .application_name = "holds"};
    inb__holds_options options = {.connect = &connect_options,
                                  .relation = "public.t",
                                  .search_path = "public",
                                  .query = query,
                                  .limits = inb__hold_limits_default(),
                                  .lag_demanded = lag_demanded,
                                  .log = {say, NULL}};
    return inb__holds_open(&holds, &options, &err);
}

static void open_ok(const char *query)
{
    ck_assert_msg(open_as("postgres", query, true) == 0, "%s", inb_error_message(err));
    ck_assert_str_eq(said, "");
}

static const char *look(void)
{
    return inb__holds_look(holds)->reason;
}

static const inb__hold_reading *reading(inb__hold_what what)
{
    return inb__hold_reading_of(inb__holds_last(holds), what);
}

START_TEST(a_server_at_rest_does_not_hold)
{
    open_ok("");
    ck_assert_str_eq(look(), "");
    ck_assert_int_gt(reading(INB__HOLD_WAL)->value, 0);
    ck_assert_int_gt(reading(INB__HOLD_XID)->value, 0);
    ck_assert_ptr_null(reading(INB__HOLD_STANDBY));
}
END_TEST

START_TEST(the_query_of_the_user_holds)
{
    inb_db_do(conn, "CREATE TABLE switch (reason text)");
    open_ok("SELECT reason FROM switch");
    ck_assert_str_eq(look(), "");
    inb_db_do(conn, "INSERT INTO switch VALUES ('office hours')");
    ck_assert_str_eq(look(), "the query that holds the backfill says: office hours");
    inb_db_do(conn, "UPDATE switch SET reason = 'false'");
    ck_assert_str_eq(look(), "");
    inb_db_do(conn, "DROP TABLE switch");
    ck_assert_str_eq(look(), "the query that holds the backfill failed: relation \"switch\" does "
                             "not exist");
}
END_TEST

START_TEST(a_query_that_cannot_be_run_refuses_to_begin)
{
    ck_assert_int_eq(open_as("postgres", "SELECT nothing_here", false), INB_EINVAL);
    ck_assert_str_eq(inb_error_message(err), "the query that holds the backfill is refused: column "
                                             "\"nothing_here\" does not exist");
}
END_TEST

START_TEST(a_query_that_writes_is_refused)
{
    ck_assert_int_eq(open_as("postgres", "DELETE FROM t RETURNING id", false), INB_EINVAL);
    ck_assert_ptr_nonnull(strstr(inb_error_message(err), "read-only"));
    ck_assert_str_eq(value("SELECT count(*) FROM t"), "1000");
}
END_TEST

START_TEST(a_lost_connection_holds_until_there_is_another)
{
    open_ok("");
    ck_assert_str_eq(look(), "");
    inb_db_do(
        conn,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holds'");
    until("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'holds'");
    ck_assert_ptr_nonnull(strstr(look(), "cannot be looked at any more"));
    ck_assert_str_eq(look(), "");
}
END_TEST

START_TEST(a_session_that_waits_behind_a_batch_is_seen)
{
    char get[256];
    open_ok("");
    inb_conn *other = inb_db_open(db.url);
    inb_db_value(conn, "SELECT pg_backend_pid()", get, sizeof(get));
    /* the last that there can be, beside VACUUM in step */
    inb__holds_worker(holds, INB__BACKFILL_WORKERS - 1, atoi(get), 20000);
    inb__holds_worker(holds, INB__HOLDS_VACUUM, 0, 0);
    ck_assert_str_eq(look(), "");
    inb_db_do(conn, "BEGIN");
    inb_db_do(conn, "UPDATE t SET n = 1 WHERE id = 1");
    ck_assert_int_eq(inb__pg_start(other, "UPDATE t SET n = 2 WHERE id = 1", -1, NULL, NULL), 0);
    until("SELECT count(*) = 1 FROM pg_locks WHERE NOT granted");
    inb__holds_look(holds); /* takes what was asked before the wait, and asks */
    inb__holds_look(holds); /* the first that sees it */
    ck_assert_str_eq(look(), "1 session waits for locks of the backfill, at two looks in a row");
    inb_db_do(conn, "COMMIT");
    ck_assert_int_eq(inb__pg_finish(other, NULL, NULL), 0);
    look();
    ck_assert_str_eq(look(), "");
    inb_conn_close(other);
}
END_TEST

START_TEST(the_oldest_snapshot_is_named)
{
    open_ok("");
    inb_conn *other = inb_db_open(db.url);
    inb_db_do(other, "SET application_name = 'reports'");
    inb_db_do(other, "BEGIN ISOLATION LEVEL REPEATABLE READ");
    inb_db_do(other, "SELECT 1");
    inb_db_do(conn, "UPDATE t SET n = 1 WHERE id = 1");
    inb_db_do(conn, "UPDATE t SET n = 1 WHERE id = 1");
    ck_assert_str_eq(look(), "");
    ck_assert_int_ge(reading(INB__HOLD_SNAPSHOT)->value, 2);
    ck_assert_ptr_nonnull(strstr(reading(INB__HOLD_SNAPSHOT)->name, "application \"reports\""));
    ck_assert_ptr_nonnull(strstr(reading(INB__HOLD_OLD)->name, "idle in transaction"));
    inb_conn_close(other);
    until("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'reports'");
    look();
    ck_assert(!reading(INB__HOLD_SNAPSHOT) ||
              !strstr(reading(INB__HOLD_SNAPSHOT)->name, "reports"));
}
END_TEST

START_TEST(a_foreign_VACUUM_is_seen_while_it_runs)
{
    open_ok("");
    inb_conn *other = inb_db_open(db.url);
    inb_db_do(conn, "INSERT INTO t SELECT generate_series(1001, 200000)");
    inb_db_do(conn, "DELETE FROM t WHERE id % 2 = 0");
    inb_db_do(other, "SET vacuum_cost_delay = 100");
    inb_db_do(other, "SET vacuum_cost_limit = 1");
    ck_assert_int_eq(inb__pg_start(other, "VACUUM (TRUNCATE off) t", -1, NULL, NULL), 0);
    until("SELECT count(*) = 1 FROM pg_stat_progress_vacuum");
    ck_assert(!inb__pg_is_answered(other));
    ck_assert_ptr_nonnull(strstr(look(), "VACUUM of t has been running for"));
    inb__pg_stop(other);
    inb_error *stopped = NULL;
    ck_assert_int_eq(inb__pg_finish(other, NULL, &stopped), INB_ESQL);
    ck_assert_str_eq(inb_error_sqlstate(stopped), "57014");
    inb_error_free(stopped);
    ck_assert_str_eq(look(), "");
    inb_conn_close(other);
}
END_TEST

START_TEST(a_role_that_sees_nothing_is_told_so)
{
    inb_db_do(conn,
              "DO $$ BEGIN CREATE ROLE blind LOGIN; EXCEPTION WHEN duplicate_object THEN END $$");
    ck_assert_msg(open_as("blind", "", false) == 0, "%s", inb_error_message(err));
    ck_assert_ptr_nonnull(strstr(said, "role \"blind\" cannot see the lag of standbys"));
    ck_assert_str_eq(look(), "");
    inb__holds_close(holds);
    holds = NULL;
    inb__url_dispose(&url);
    ck_assert_int_eq(open_as("blind", "", true), INB_EPERM);
    ck_assert_str_eq(inb_error_message(err), "role \"blind\" cannot see the lag of standbys");
    ck_assert_ptr_nonnull(strstr(inb_error_hint(err), "pg_monitor"));
}
END_TEST

static void tests_add(TCase *c)
{
    tcase_add_test(c, a_server_at_rest_does_not_hold);
    tcase_add_test(c, the_query_of_the_user_holds);
    tcase_add_test(c, a_query_that_cannot_be_run_refuses_to_begin);
    tcase_add_test(c, a_query_that_writes_is_refused);
    tcase_add_test(c, a_lost_connection_holds_until_there_is_another);
    tcase_add_test(c, a_session_that_waits_behind_a_batch_is_seen);
    tcase_add_test(c, the_oldest_snapshot_is_named);
    tcase_add_test(c, a_foreign_VACUUM_is_seen_while_it_runs);
    tcase_add_test(c, a_role_that_sees_nothing_is_told_so);
}

int main(int argc, char **argv)
{
    (void)argc;
    inb_db_main(argv);
    Suite *suite = suite_create("backfill_holds");
    TCase *c = tcase_create("backfill_holds");
    tcase_add_checked_fixture(c, setup, teardown);
    tests_add(c);
    suite_add_tcase(suite, c);
    return inb_check_main(suite);
}
