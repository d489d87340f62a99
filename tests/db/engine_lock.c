#include "config.h"

#include "engine.h"

#include <pthread.h>
#include <stdatomic.h>

#define TAKE "SELECT pg_advisory_lock(72707369)"
#define GIVE "SELECT pg_advisory_unlock(72707369)"

static inb_test_table *one(const char *sql)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_a", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE a (id int)");
    inb_test_migration(t, "20250102000000_b", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "SELECT", sql);
    return t;
}

/* A run in a thread of its own. */
typedef struct runner {
    pthread_t thread;
    inb_test_table *t;
    inb_migrate_options o;
    inb_report_summary summary;
    int rc;
    char message[512];
    char detail[512];
    atomic_bool stop;
    atomic_bool waits; /* it has said so */
} runner;

static bool runner_stop(void *payload)
{
    return atomic_load(&((runner *)payload)->stop);
}

static void runner_log(inb_log_level level, const char *message, void *payload)
{
    (void)level;
    if (strncmp(message, "waiting for ", 12) == 0) {
        atomic_store(&((runner *)payload)->waits, true);
    }
}

static void until_waiting(const runner *r)
{
    while (!atomic_load(&r->waits)) {
        pause_ms(10);
    }
}

static void *runner_run(void *payload)
{
    runner *r = payload;
    inb_report *report = NULL;
    inb_error *err = NULL;
    int rc = inb_report_new(&report, NULL);
    r->rc = rc < 0 ? rc : inb_migrate(inb_test_table_done(r->t), &r->o, report, &err);
    r->summary.size = sizeof(r->summary);
    inb_report_summarize(report, &r->summary);
    r->summary.run_id = NULL;
    snprintf(r->message, sizeof(r->message), "%s", inb_error_message(err));
    snprintf(r->detail, sizeof(r->detail), "%s", inb_error_detail(err));
    inb_error_free(err);
    inb_report_free(report);
    return NULL;
}

static void runner_start(runner *r, inb_test_table *t)
{
    *r = (runner){.t = t, .o = options_make()};
    r->o.release_wait_ms = 120000;
    r->o.cancelled = runner_stop;
    r->o.cancel_payload = r;
    r->o.log = runner_log;
    r->o.log_payload = r;
    ck_assert_int_eq(pthread_create(&r->thread, NULL, runner_run, r), 0);
}

#define SLEEPS                                                                                     \
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = "  \
    "'active' AND wait_event = 'PgSleep' AND pid <> pg_backend_pid())"

START_TEST(a_held_lock_is_told_with_its_holder)
{
    inb_test_table *t = one("SELECT 1");
    inb_migrate_options o = options_make();
    inb_db_do(conn, "SET application_name = 'the holder'");
    inb_db_do(conn, TAKE);
    o.lock_wait_ms = 300;
    inb_error *err = NULL;
    ck_assert_int_eq(inb_migrate(inb_test_table_done(t), &o, NULL, &err), INB_ELOCK);
    ck_assert_str_eq(inb_error_prisma_code(err), "P1002");
    ck_assert_msg(strstr(inb_error_detail(err), "the holder") != NULL, "%s", inb_error_detail(err));
    inb_error_free(err);
    ck_assert_str_eq(value("SELECT to_regclass('_prisma_migrations') IS NULL"), "t");
    inb_db_do(conn, GIVE);
    migrate_ok(t, &o, NULL);
    inb_test_table_free(t);
}
END_TEST

START_TEST(nobody_waits_inside_the_server)
{
    inb_test_table *t = one("SELECT 1");
    runner r;
    inb_db_do(conn, TAKE);
    runner_start(&r, t);
    until_waiting(&r);
    ck_assert_str_eq(
        value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"), "0");
    inb_db_do(conn, GIVE);
    pthread_join(r.thread, NULL);
    ck_assert_msg(r.rc == 0, "%s", r.message);
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_waiter_leaves_when_a_peer_is_done)
{
    inb_test_table *t = one("SELECT pg_sleep(0.5)");
    runner first, second;
    runner_start(&first, t);
    until(SLEEPS);
    inb_test_table *same = one("SELECT pg_sleep(0.5)");
    runner_start(&second, same);
    pthread_join(first.thread, NULL);
    pthread_join(second.thread, NULL);
    ck_assert_msg(first.rc == 0, "%s", first.message);
    ck_assert_msg(second.rc == 0, "%s", second.message);
    ck_assert_uint_eq(first.summary.n_applied, 2);
    ck_assert_uint_eq(second.summary.n_applied, 0);
    inb_test_table_free(t);
    inb_test_table_free(same);
}
END_TEST

START_TEST(a_stop_rolls_back_and_releases)
{
    inb_test_table *t = one("SELECT pg_sleep(600)");
    runner r;
    runner_start(&r, t);
    until(SLEEPS);
    atomic_store(&r.stop, true);
    pthread_join(r.thread, NULL);
    ck_assert_msg(r.rc == INB_ECANCELLED, "%d %s", r.rc, r.message);
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations"), "1");
    /* where the machine is too busy to take the cancel in time, the session's end lets it go */
    until("SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid"
          " FROM pg_database WHERE datname = current_database())");
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_lost_connection_is_no_end)
{
    inb_db_do(conn, "CREATE SCHEMA s");
    inb_db_do(conn, "CREATE TABLE s.awake ()");
    inb_test_table *t =
        one("SELECT pg_sleep(CASE WHEN EXISTS (SELECT FROM s.awake) THEN 0 ELSE 600 END)");
    runner r;
    runner_start(&r, t);
    until(SLEEPS);
    inb_db_do(conn, "INSERT INTO s.awake DEFAULT VALUES");
    inb_db_do(conn,
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
              "AND datname = current_database()");
    pthread_join(r.thread, NULL);
    ck_assert_msg(r.rc == 0, "%d %s", r.rc, r.message);
    ck_assert_int_eq(r.summary.connections, 2);
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL"),
                     "2");
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations"), "2");
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_concurrent_index_suffers_no_waiters)
{
    inb_test_table *tables[4];
    runner runners[4];
    for (int i = 0; i < 4; i++) {
        tables[i] = one("SELECT 1");
        inb_test_migration(tables[i], "20250103000000_c", INB_CLASS_ADDITIVE, false);
        inb_statement *s = inb_test_statement(tables[i], "CREATE INDEX CONCURRENTLY",
                                              "CREATE INDEX CONCURRENTLY i ON a (id)");
        s->kind = INB_STATEMENT_CREATE_INDEX_CONCURRENTLY;
        s->flags |= INB_STATEMENT_NO_TRANSACTION;
        s->relation = inb_test_text(tables[i], "a");
        s->object = inb_test_text(tables[i], "i");
        runner_start(&runners[i], tables[i]);
    }
    size_t applied = 0;
    for (int i = 0; i < 4; i++) {
        pthread_join(runners[i].thread, NULL);
        ck_assert_msg(runners[i].rc == 0, "%s; %s", runners[i].message, runners[i].detail);
        applied += runners[i].summary.n_applied;
        inb_test_table_free(tables[i]);
    }
    ck_assert_uint_eq(applied, 3);
    ck_assert_str_eq(value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"),
                     "t");
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations"), "3");
}
END_TEST

START_TEST(what_prisma_is_running_now_is_not_failed)
{
    inb_test_table *t = one("SELECT 1");
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    inb_db_do(conn, TAKE);
    inb_db_do(conn,
              "UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%_b'");
    inb_status *status = NULL;
    ck_assert_int_eq(inb_status_read(&status, inb_test_table_done(t), &o, NULL), 0);
    inb_status_migration m = {.size = sizeof(m)};
    ck_assert_int_eq(inb_status_at(status, 1, &m), 0);
    ck_assert_int_eq(m.state, INB_STATE_RUNNING);
    ck_assert_uint_eq(inb_status_bits(status), INB_STATUS_FAILED);
    ck_assert_str_ne(inb_status_lock_holder(status), "");
    inb_status_free(status);
    runner r;
    runner_start(&r, t);
    until_waiting(&r);
    inb_db_do(conn, "UPDATE _prisma_migrations SET finished_at = now()");
    pthread_join(r.thread, NULL);
    ck_assert_msg(r.rc == 0, "%s", r.message);
    inb_db_do(conn,
              "UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%_b'");
    inb_db_do(conn, GIVE);
    migrate_refused(t, &o, INB_EHISTORY, "was started and did not finish");
    ck_assert_int_eq(inb_status_read(&status, inb_test_table_done(t), &o, NULL), 0);
    ck_assert_int_eq(inb_status_at(status, 1, &m), 0);
    ck_assert_int_eq(m.state, INB_STATE_FAILED);
    inb_status_free(status);
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_start_waits_for_a_release_job)
{
    inb_test_table *base = one("SELECT 1");
    inb_migrate_options o = options_make();
    migrate_ok(base, &o, NULL);
    inb_test_table *t = one("SELECT 1");
    inb_test_migration(t, "20250103000000_c", INB_CLASS_CONTRACTING, true);
    inb_test_statement(t, "ALTER TABLE", "ALTER TABLE a DROP COLUMN id");
    runner r;
    runner_start(&r, t);
    until_waiting(&r);
    o.mode = INB_MODE_RELEASE;
    migrate_ok(t, &o, NULL);
    pthread_join(r.thread, NULL);
    ck_assert_msg(r.rc == 0, "%s", r.message);
    inb_test_table_free(base);
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_wait_is_measured_and_its_blocker_named)
{
    inb_test_table *t = one("LOCK TABLE s.busy IN ACCESS EXCLUSIVE MODE");
    inb_migrate_options o = options_make();
    inb_db_do(conn, "CREATE SCHEMA s");
    inb_db_do(conn, "CREATE TABLE s.busy ()");
    inb_db_do(conn, "SET application_name = 'the blocker'");
    inb_db_do(conn, "BEGIN");
    inb_db_do(conn, "SELECT 'secret' FROM s.busy");
    inb_error *err = NULL;
    inb_report *report = NULL;
    inb_report_statement st = {.size = sizeof(st)};
    o.retry_budget_ms = 1;
    /* The wait is looked at from a second connection while it lasts: until it lasts long enough. */
    for (o.lock_timeout_ms = 400; o.lock_timeout_ms < 60000; o.lock_timeout_ms *= 4) {
        inb_error_free(err);
        inb_report_free(report);
        err = NULL;
        report = NULL;
        ck_assert_int_eq(inb_report_new(&report, NULL), 0);
        ck_assert_int_eq(inb_migrate(inb_test_table_done(t), &o, report, &err), INB_EMIGRATION);
        ck_assert_str_eq(inb_error_sqlstate(err), "55P03");
        size_t second = o.lock_timeout_ms == 400; /* the first migration is in the first report */
        ck_assert_int_eq(inb_report_statement_at(report, second, 0, &st), 0);
        if (*st.blocked_by) {
            break;
        }
    }
    ck_assert_msg(strstr(inb_error_detail(err), "AccessExclusiveLock on s.busy, held by pid") !=
                      NULL,
                  "%s", inb_error_detail(err));
    ck_assert_ptr_nonnull(strstr(inb_error_detail(err), "the blocker"));
    ck_assert_ptr_nonnull(strstr(inb_error_detail(err), "SELECT '...' FROM s.busy"));
    ck_assert_int_gt(st.lock_wait_us, 100000);
    ck_assert_ptr_nonnull(strstr(st.blocked_by, "the blocker"));
    inb_db_do(conn, "COMMIT");
    ck_assert_str_eq(value("SELECT bool_or(blocked_by LIKE '%the blocker%') FROM inboard.attempts"),
                     "t");
    inb_error_free(err);
    inb_report_free(report);
    inb_test_table_free(t);
}
END_TEST

static void tests_add(TCase *c)
{
    tcase_add_test(c, a_wait_is_measured_and_its_blocker_named);
    tcase_add_test(c, a_held_lock_is_told_with_its_holder);
    tcase_add_test(c, nobody_waits_inside_the_server);
    tcase_add_test(c, a_waiter_leaves_when_a_peer_is_done);
    tcase_add_test(c, a_stop_rolls_back_and_releases);
    tcase_add_test(c, a_lost_connection_is_no_end);
    tcase_add_test(c, a_concurrent_index_suffers_no_waiters);
    tcase_add_test(c, what_prisma_is_running_now_is_not_failed);
    tcase_add_test(c, a_start_waits_for_a_release_job);
}

int main(int argc, char **argv)
{
    (void)argc;
    return engine_main(argv, "engine_lock", tests_add);
}
