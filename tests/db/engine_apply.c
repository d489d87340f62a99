#include "config.h"

#include "engine.h"

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

/* One table with one statement after two good migrations. */
static inb_test_table *three_and_flagged(const char *tag, const char *sql, uint32_t flags)
{
    inb_test_table *t = three();
    inb_test_migration(t, "20250104000000_d", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE d (id int)");
    inb_test_statement(t, tag, sql)->flags |= flags;
    inb_test_migration(t, "20250105000000_e", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE e (id int)");
    return t;
}

static inb_test_table *three_and(const char *tag, const char *sql)
{
    return three_and_flagged(tag, sql, 0);
}

START_TEST(a_failed_statement_leaves_nothing)
{
    inb_test_table *t = three_and("SELECT", "SELECT\n  'ä' || nowhere.x");
    inb_migrate_options o = options_make();
    inb_error *err = NULL;
    ck_assert_int_eq(migrate(t, &o, NULL, &err), INB_EMIGRATION);
    ck_assert_str_eq(inb_error_prisma_code(err), "P3018");
    ck_assert_str_eq(inb_error_sqlstate(err), "42P01");
    ck_assert_str_eq(inb_error_migration(err), "20250104000000_d");
    ck_assert_int_eq(inb_error_statement(err), 2);
    ck_assert_int_eq(inb_error_line(err), 3);
    ck_assert_int_eq(inb_error_column(err), 10);
    inb_error_free(err);
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations"), "3");
    ck_assert_str_eq(value("SELECT to_regclass('d') IS NULL AND to_regclass('e') IS NULL"), "t");
    ck_assert_str_eq(value("SELECT name || statement || sqlstate FROM inboard.attempts"),
                     "20250104000000_d242P01");
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_deferred_constraint_fails_at_commit)
{
    inb_test_table *t =
        three_and("ALTER TABLE", "ALTER TABLE b ADD CONSTRAINT late FOREIGN KEY (id) "
                                 "REFERENCES a DEFERRABLE INITIALLY DEFERRED");
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE e2 (id int)");
    inb_test_migration(t, "20250106000000_f", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "ALTER TABLE", "ALTER TABLE b ADD COLUMN u int");
    inb_test_statement(t, "INSERT", "INSERT INTO b VALUES (99)");
    inb_test_migration(t, "20250107000000_g", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE g (id int)");
    inb_migrate_options o = options_make();
    inb_error *err = NULL;
    ck_assert_int_eq(migrate(t, &o, NULL, &err), INB_EMIGRATION);
    ck_assert_str_eq(inb_error_sqlstate(err), "23503");
    ck_assert_str_eq(inb_error_migration(err), "20250106000000_f");
    inb_error_free(err);
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations"), "5");
    ck_assert_str_eq(value("SELECT to_regclass('g') IS NULL"), "t");
    inb_test_table_free(t);
}
END_TEST

START_TEST(an_embedded_commit_is_found)
{
    inb_test_table *t = three_and("COMMIT", "COMMIT");
    inb_migrate_options o = options_make();
    migrate_refused(t, &o, INB_EMIGRATION, "ends its own transaction, and the statements");
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NULL AND "
                           "migration_name = '20250104000000_d' AND logs LIKE '%COMMIT%'"),
                     "1");
    ck_assert_str_eq(value("SELECT to_regclass('e') IS NULL"), "t");
    migrate_refused(t, &o, INB_EHISTORY, "was started and did not finish");
    inb_test_table_free(t);
}
END_TEST

START_TEST(an_embedded_rollback_is_found)
{
    inb_test_table *t = three_and("ROLLBACK", "ROLLBACK");
    inb_migrate_options o = options_make();
    migrate_refused(t, &o, INB_EMIGRATION, "ends its own transaction");
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations"), "3");
    ck_assert_str_eq(value("SELECT to_regclass('d') IS NULL AND to_regclass('e') IS NULL"), "t");
    inb_test_table_free(t);
}
END_TEST

static void lock_dropped(const char *sql)
{
    inb_test_table *t = three_and("SELECT", sql);
    inb_migrate_options o = options_make();
    migrate_refused(t, &o, INB_ELOCK, "lock was lost before migration \"20250105000000_e\"");
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations"), "4");
    ck_assert_str_eq(value("SELECT to_regclass('e') IS NULL"), "t");
    inb_test_table_free(t);
}

START_TEST(a_dropped_lock_is_found)
{
    lock_dropped("SELECT pg_advisory_unlock_all()");
}
END_TEST

/* Each leaves the session other than it found it; the next migration must not notice. */
static const struct {
    const char *tag, *sql;
    uint32_t flags;
} leaks[] = {
    {"SET", "SET ROLE leaky", 0},
    {"SET", "SET SESSION AUTHORIZATION leaky", 0},
    {"SET", "SET search_path = elsewhere", 0},
    {"SELECT", "SELECT set_config('search_path', '', false)", 0},
    {"SET", "SET statement_timeout = '1h'", 0},
    {"SET", "SET lock_timeout = '1h'", 0},
    {"SET", "SET default_transaction_read_only = on", 0},
    {"SET", "SET standard_conforming_strings = off", 0},
    {"DO", "DO $$BEGIN PERFORM set_config('search_path', 'elsewhere', false); END$$", 0},
    {"CREATE TABLE AS", "CREATE TABLE filled AS SELECT set_config('role', 'leaky', false)",
     INB_STATEMENT_RUNS_CODE},
    {"CREATE MATERIALIZED VIEW",
     "CREATE MATERIALIZED VIEW filled AS SELECT set_config('search_path', 'elsewhere', false)",
     INB_STATEMENT_RUNS_CODE},
    {"ALTER TABLE",
     "ALTER TABLE a ADD x text DEFAULT set_config('search_path', 'elsewhere', false)",
     INB_STATEMENT_REWRITES | INB_STATEMENT_RUNS_CODE},
};

/* Everything that a session can hold, and then a look at what it holds. */
START_TEST(what_a_migration_holds_is_let_go_of)
{
    static const char *const holding[][2] = {
        {"CREATE TABLE", "CREATE TEMP TABLE tt (n int)"},
        {"SELECT", "SELECT pg_advisory_lock(42), pg_advisory_lock(-1), pg_advisory_lock(1, -2), "
                   "pg_advisory_lock_shared(-3, 4), pg_advisory_lock_shared(8589934592)"},
        {"LISTEN", "LISTEN x"},
        {"PREPARE", "PREPARE p AS SELECT 1"},
        {"DECLARE CURSOR", "DECLARE c CURSOR WITH HOLD FOR SELECT 1"},
    };
    inb_test_table *t = inb_test_table_new();
    inb_migrate_options o = options_make();
    inb_test_migration(t, "20250101000000_a", INB_CLASS_ADDITIVE, true);
    for (size_t i = 0; i < sizeof(holding) / sizeof(holding[0]); i++) {
        inb_test_statement(t, holding[i][0], holding[i][1]);
    }
    inb_test_migration(t, "20250102000000_b", INB_CLASS_ADDITIVE, true);
    inb_test_statement(
        t, "CREATE TABLE AS",
        "CREATE TABLE held AS SELECT concat_ws(' ', to_regclass('tt'),"
        " (SELECT string_agg(name, ',') FROM pg_prepared_statements WHERE name <> ''),"
        " (SELECT string_agg(name, ',') FROM pg_cursors WHERE name <> ''),"
        " (SELECT string_agg(c, ',') FROM pg_listening_channels() c),"
        " (SELECT string_agg(objid::text, ',') FROM pg_locks WHERE pid ="
        " pg_backend_pid() AND locktype = 'advisory')) AS what");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(value("SELECT what FROM held"), "72707369");
    inb_test_table_free(t);
}
END_TEST

START_TEST(nothing_leaks_into_the_next_migration)
{
    inb_test_table *t = three_and_flagged(leaks[_i].tag, leaks[_i].sql, leaks[_i].flags);
    inb_test_migration(t, "20250106000000_f", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE",
                       "CREATE TABLE timeouts AS SELECT setting FROM pg_settings"
                       " WHERE name IN ('statement_timeout', 'lock_timeout')");
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE f (t text DEFAULT 'a\\b')");
    inb_migrate_options o = options_make();
    inb_db_do(conn,
              "DO $$BEGIN CREATE ROLE leaky; EXCEPTION WHEN duplicate_object OR unique_violation"
              " THEN NULL; END$$");
    inb_db_do(conn, "CREATE SCHEMA elsewhere");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations"), "6");
    ck_assert_str_eq(value("SELECT max(setting::int) < 3600000 FROM timeouts"), "t");
    ck_assert_str_eq(value("SELECT relowner::regrole FROM pg_class WHERE relname = 'e'"),
                     "postgres");
    ck_assert_str_eq(value("SELECT relnamespace::regnamespace FROM pg_class WHERE relname = 'f'"),
                     "public");
    inb_test_table_free(t);
}
END_TEST

START_TEST(start_stops_at_what_is_not_additive)
{
    inb_test_table *first = inb_test_table_new();
    inb_test_migration(first, "20250101000000_a", INB_CLASS_ADDITIVE, true);
    inb_test_statement(first, "CREATE TABLE", "CREATE TABLE a (id int PRIMARY KEY)");
    inb_test_statement(first, "CREATE INDEX", "CREATE INDEX a_i ON a (id)");
    inb_migrate_options o = options_make();
    migrate_ok(first, &o, NULL);
    inb_test_table *t = three();
    inb_report_summary s;
    inb_error *err = NULL;
    ck_assert_int_eq(migrate(t, &o, &s, &err), INB_EPENDING);
    ck_assert_str_eq(inb_error_migration(err), "20250102000000_b");
    ck_assert(!s.lock_taken);
    inb_error_free(err);
    o.mode = INB_MODE_RELEASE;
    migrate_ok(t, &o, &s);
    ck_assert_uint_eq(s.n_applied, 2);
    inb_test_table_free(first);
    inb_test_table_free(t);
}
END_TEST

/* Lets the table go when it was waited for some times. */
static bool busy_in_vain(void *payload)
{
    bool *busy = payload;
    if (*busy &&
        strcmp(value("SELECT count(*) >= 3 FROM inboard.attempts WHERE sqlstate = '55P03'"), "t") ==
            0) {
        *busy = false;
        inb_db_do(conn, "COMMIT");
    }
    return false;
}

START_TEST(a_lock_timeout_is_tried_again)
{
    inb_migrate_options o = options_make();
    inb_test_table *first = three();
    migrate_ok(first, &o, NULL);
    inb_db_do(conn, "CREATE SCHEMA s");
    inb_db_do(conn, "CREATE TABLE s.busy ()");
    inb_db_do(conn, "BEGIN");
    inb_db_do(conn, "LOCK TABLE s.busy IN ACCESS SHARE MODE");
    inb_test_table *t = three_and("ALTER TABLE", "ALTER TABLE s.busy ADD COLUMN t int");
    o.lock_timeout_ms = 100;
    o.retry_budget_ms = 1;
    migrate_refused(t, &o, INB_EMIGRATION, "lock timeout");
    bool busy = true;
    o.retry_budget_ms = 120000;
    o.cancelled = busy_in_vain;
    o.cancel_payload = &busy;
    migrate_ok(t, &o, NULL);
    ck_assert(!busy);
    inb_test_table_free(first);
    inb_test_table_free(t);
}
END_TEST

static void tests_add(TCase *c)
{
    tcase_add_test(c, new_database_gets_everything);
    tcase_add_test(c, nothing_pending_is_one_round_trip);
    tcase_add_test(c, a_failed_statement_leaves_nothing);
    tcase_add_test(c, a_deferred_constraint_fails_at_commit);
    tcase_add_test(c, an_embedded_commit_is_found);
    tcase_add_test(c, an_embedded_rollback_is_found);
    tcase_add_test(c, a_dropped_lock_is_found);
    tcase_add_test(c, what_a_migration_holds_is_let_go_of);
    tcase_add_loop_test(c, nothing_leaks_into_the_next_migration, 0,
                        (int)(sizeof(leaks) / sizeof(leaks[0])));
    tcase_add_test(c, start_stops_at_what_is_not_additive);
    tcase_add_test(c, a_lock_timeout_is_tried_again);
}

int main(int argc, char **argv)
{
    (void)argc;
    return engine_main(argv, "engine_apply", tests_add);
}
