#include "config.h"

#include "engine.h"

static inb_statement *concurrent_index(inb_test_table *t, const char *sql, const char *name)
{
    inb_statement *s = inb_test_statement(t, "CREATE INDEX CONCURRENTLY", sql);
    s->kind = INB_STATEMENT_CREATE_INDEX_CONCURRENTLY;
    s->flags |= INB_STATEMENT_NO_TRANSACTION;
    s->relation = inb_test_text(t, "big");
    s->object = inb_test_text(t, name);
    return s;
}

/* A table with rows, and then an index on it that takes no transaction. */
static inb_test_table *with_index(const char *sql, const char *name)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_big", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE big (id int, k int)");
    inb_test_statement(t, "INSERT",
                       "INSERT INTO big SELECT g, g / 2 FROM generate_series(1, 100) g");
    inb_test_migration(t, "20250102000000_index", INB_CLASS_ADDITIVE, false);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE beside (id int)");
    concurrent_index(t, sql, name);
    inb_test_statement(t, "INSERT", "INSERT INTO beside VALUES (1)");
    return t;
}

static const char *validity(const char *index)
{
    char sql[256];
    snprintf(sql, sizeof(sql),
             "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('%s')", index);
    return value(sql);
}

START_TEST(statements_are_done_one_by_one)
{
    inb_test_table *t = with_index("CREATE INDEX CONCURRENTLY i ON big (k)", "i");
    inb_migrate_options o = options_make();
    inb_report_summary s;
    migrate_ok(t, &o, &s);
    ck_assert_uint_eq(s.n_applied, 2);
    ck_assert_str_eq(validity("i"), "t");
    ck_assert_str_eq(value("SELECT count(*) FROM inboard.statements WHERE finished_at IS NOT NULL"),
                     "3");
    ck_assert_str_eq(
        value("SELECT applied_steps_count FROM _prisma_migrations WHERE migration_name = "
              "'20250102000000_index' AND finished_at IS NOT NULL"),
        "1");
    migrate_ok(t, &o, &s);
    ck_assert_int_eq(s.round_trips, 1);
    inb_test_table_free(t);
}
END_TEST

START_TEST(duplicates_are_told_and_then_it_goes_on)
{
    inb_test_table *t = with_index("CREATE UNIQUE INDEX CONCURRENTLY i ON big (k)", "i");
    inb_migrate_options o = options_make();
    inb_error *err = NULL;
    ck_assert_int_eq(migrate(t, &o, NULL, &err), INB_EMIGRATION);
    ck_assert_str_eq(inb_error_sqlstate(err), "23505");
    ck_assert_int_eq(inb_error_statement(err), 2);
    ck_assert_ptr_nonnull(strstr(inb_error_hint(err), "same key"));
    inb_error_free(err);
    ck_assert_str_eq(validity("i"), "");
    ck_assert_str_eq(
        value("SELECT logs LIKE '%unique%' FROM _prisma_migrations WHERE finished_at IS NULL"),
        "t");
    inb_db_do(conn, "DELETE FROM big WHERE id % 2 = 1");
    inb_report_summary s;
    migrate_ok(t, &o, &s);
    ck_assert_str_eq(validity("i"), "t");
    ck_assert_str_eq(value("SELECT count(*) FROM beside"), "1");
    ck_assert_str_eq(value("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL"),
                     "2");
    inb_test_table_free(t);
}
END_TEST

/* The state that a killed process leaves: a begun row, a begun statement, and an INVALID index. */
static void interrupt(void)
{
    inb_db_do(conn,
              "UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0 WHERE "
              "migration_name = '20250102000000_index'");
    inb_db_do(
        conn,
        "UPDATE inboard.migrations SET finished_at = NULL WHERE name = '20250102000000_index'");
    inb_db_do(conn, "UPDATE inboard.statements SET finished_at = NULL WHERE number = 2");
    inb_db_do(conn, "DELETE FROM inboard.statements WHERE number = 3");
    inb_db_do(conn, "DELETE FROM beside");
}

START_TEST(an_invalid_index_is_built_again)
{
    bool trap = _i == 1; /* IF NOT EXISTS takes the INVALID index for the real one */
    inb_test_table *t = with_index(trap ? "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON big (k)"
                                        : "CREATE INDEX CONCURRENTLY i ON big (k)",
                                   "i");
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    interrupt();
    inb_db_do(conn, "UPDATE pg_index SET indisvalid = false, indisready = false WHERE indexrelid = "
                    "'i'::regclass");
    inb_report_summary s;
    migrate_ok(t, &o, &s);
    ck_assert_str_eq(validity("i"), "t");
    ck_assert_str_eq(value("SELECT count(*) FROM beside"), "1");
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_finished_index_is_not_built_again)
{
    inb_test_table *t = with_index("CREATE INDEX CONCURRENTLY i ON big (k)", "i");
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    interrupt();
    char before[32];
    inb_db_value(conn, "SELECT 'i'::regclass::oid", before, sizeof(before));
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(value("SELECT 'i'::regclass::oid"), before);
    ck_assert_str_eq(value("SELECT count(*) FROM beside"), "1");
    inb_test_table_free(t);
}
END_TEST

/* As a killed process leaves it: done, in the middle of it, before it. */
START_TEST(an_index_without_a_name_is_built_once)
{
    inb_test_table *t = with_index("CREATE INDEX CONCURRENTLY ON big (k)", "");
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(validity("big_k_idx"), "t");
    interrupt();
    char before[32];
    inb_db_value(conn, "SELECT 'big_k_idx'::regclass::oid", before, sizeof(before));
    if (_i == 1) {
        inb_db_do(conn, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
                        "'big_k_idx'::regclass");
    } else if (_i == 2) {
        inb_db_do(conn, "DROP INDEX big_k_idx");
    }
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(value("SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass"), "1");
    ck_assert_str_eq(validity("big_k_idx"), "t");
    if (_i == 0) {
        ck_assert_str_eq(value("SELECT 'big_k_idx'::regclass::oid"), before);
    }
    ck_assert_str_eq(value("SELECT count(*) FROM beside"), "1");
    inb_test_table_free(t);
}
END_TEST

START_TEST(an_index_of_somebody_else_is_let_be)
{
    inb_test_table *t = with_index("CREATE UNIQUE INDEX CONCURRENTLY ON big (k)", "");
    inb_migrate_options o = options_make();
    migrate_refused(t, &o, INB_EMIGRATION, "could not create unique index");
    ck_assert_str_eq(value("SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass"), "0");
    inb_db_do(conn, "CREATE INDEX big_id_idx ON big (id)");
    inb_db_do(conn, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
                    "'big_id_idx'::regclass");
    migrate_refused(t, &o, INB_EMIGRATION, "could not create unique index");
    ck_assert_str_eq(validity("big_id_idx"), "f");
    inb_db_do(conn, "DELETE FROM big WHERE id % 2 = 1");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(validity("big_id_idx"), "f");
    ck_assert_str_eq(validity("big_k_idx"), "t");
    inb_test_table_free(t);
}
END_TEST

START_TEST(an_index_that_was_not_begun_is_built)
{
    inb_test_table *t = with_index("CREATE INDEX CONCURRENTLY i ON big (k)", "i");
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    interrupt();
    inb_db_do(conn, "DROP INDEX i");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(validity("i"), "t");
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_changed_prefix_is_refused)
{
    inb_test_table *t = with_index("CREATE INDEX CONCURRENTLY i ON big (k)", "i");
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    interrupt();
    inb_db_do(conn, "UPDATE inboard.statements SET digest = repeat('0', 64) WHERE number = 1");
    migrate_refused(t, &o, INB_EHISTORY, "its statement 1 has changed");
    inb_test_table_free(t);
}
END_TEST

START_TEST(what_was_begun_is_finished_at_start_whatever_its_class)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_big", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE big (id int, k int)");
    inb_test_migration(t, "20250102000000_index", INB_CLASS_CONTRACTING, false);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE beside (id int)");
    concurrent_index(t, "CREATE INDEX CONCURRENTLY i ON big (k)", "i");
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    interrupt();
    inb_db_do(conn, "DROP INDEX i");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(validity("i"), "t");
    inb_test_table_free(t);
}
END_TEST

/* ---- statements of other kinds, interrupted in a way that only the catalogue knows of ---- */

/* A reader in a transaction keeps a detach waiting until it gives up, half done; or not begun, when
 * the time was too short for that. */
static void leave_pending_detach(void)
{
    const char *pending = "SELECT inhdetachpending FROM pg_inherits";
    inb_conn *other = inb_db_open(db.url);
    inb_db_do(conn, "BEGIN");
    inb_db_do(conn, "SELECT * FROM parts");
    for (int ms = 300; strcmp(value(pending), "t") != 0; ms *= 2) {
        char timeout[64];
        inb_error *err = NULL;
        ck_assert_int_lt(ms, 60000);
        snprintf(timeout, sizeof(timeout), "SET statement_timeout = %d", ms);
        inb_db_do(other, timeout);
        ck_assert_int_eq(inb_conn_exec(other, "ALTER TABLE parts DETACH PARTITION one CONCURRENTLY",
                                       0, NULL, NULL, &err),
                         INB_ESQL);
        inb_error_free(err);
    }
    inb_conn_close(other);
    inb_db_do(conn, "COMMIT");
}

/* DETACH CONCURRENTLY came with 14: of an older server it is the syntax error that is reported. */
START_TEST(a_pending_detach_is_finalized)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_parts", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE parts (id int) PARTITION BY RANGE (id)");
    inb_test_statement(t, "CREATE TABLE",
                       "CREATE TABLE one PARTITION OF parts FOR VALUES FROM (0) TO (9)");
    inb_test_migration(t, "20250102000000_detach", INB_CLASS_CONTRACTING, false);
    inb_statement *s =
        inb_test_statement(t, "ALTER TABLE", "ALTER TABLE parts DETACH PARTITION one CONCURRENTLY");
    s->kind = INB_STATEMENT_DETACH_CONCURRENTLY;
    s->flags |= INB_STATEMENT_NO_TRANSACTION;
    s->relation = inb_test_text(t, "parts");
    s->object = inb_test_text(t, "one");
    inb_migrate_options o = options_make();
    o.mode = INB_MODE_RELEASE;
    inb_test_table *first = inb_test_table_new();
    inb_test_migration(first, "20250101000000_parts", INB_CLASS_ADDITIVE, true);
    inb_test_statement(first, "CREATE TABLE",
                       "CREATE TABLE parts (id int) PARTITION BY RANGE (id)");
    inb_test_statement(first, "CREATE TABLE",
                       "CREATE TABLE one PARTITION OF parts FOR VALUES FROM (0) TO (9)");
    migrate_ok(first, &o, NULL);
    if (atoi(value("SHOW server_version_num")) < 140000) {
        migrate_refused(t, &o, INB_EMIGRATION, "syntax error");
        migrate_refused(t, &o, INB_EMIGRATION, "syntax error");
        ck_assert_str_eq(value("SELECT count(*) FROM pg_inherits"), "1");
    } else {
        leave_pending_detach();
        migrate_ok(t, &o, NULL);
        ck_assert_str_eq(value("SELECT count(*) FROM pg_inherits"), "0");
    }
    inb_test_table_free(first);
    inb_test_table_free(t);
}
END_TEST

START_TEST(what_reindex_left_is_dropped)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_big", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE big (id int, k int)");
    inb_test_statement(t, "CREATE INDEX", "CREATE INDEX i ON big (k)");
    inb_test_migration(t, "20250102000000_index", INB_CLASS_ADDITIVE, false);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE beside (id int)");
    inb_statement *s = inb_test_statement(t, "REINDEX", "REINDEX INDEX CONCURRENTLY i");
    s->kind = INB_STATEMENT_REINDEX_CONCURRENTLY;
    s->flags |= INB_STATEMENT_NO_TRANSACTION;
    s->object = inb_test_text(t, "i");
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    interrupt();
    inb_db_do(conn, "CREATE INDEX i_ccnew ON big (k)");
    inb_db_do(conn,
              "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i_ccnew'::regclass");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(
        value("SELECT string_agg(indexrelid::regclass::text, ',') FROM pg_index WHERE indrelid = "
              "'big'::regclass AND indisvalid"),
        "i");
    ck_assert_str_eq(value("SELECT to_regclass('i_ccnew') IS NULL"), "t");
    inb_test_table_free(t);
}
END_TEST

START_TEST(an_index_is_dropped_once)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_big", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE big (id int, k int)");
    inb_test_statement(t, "CREATE INDEX", "CREATE INDEX i ON big (k)");
    inb_test_migration(t, "20250102000000_index", INB_CLASS_ADDITIVE, false);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE beside (id int)");
    inb_statement *s =
        inb_test_statement(t, "DROP INDEX CONCURRENTLY", "DROP INDEX CONCURRENTLY i");
    s->kind = INB_STATEMENT_DROP_INDEX_CONCURRENTLY;
    s->flags |= INB_STATEMENT_NO_TRANSACTION;
    s->object = inb_test_text(t, "i");
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(validity("i"), "");
    interrupt();
    if (_i == 1) {
        inb_db_do(conn, "CREATE INDEX i ON big (k)");
    }
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(validity("i"), "");
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_statement_that_drops_the_lock_stops_one_run_only)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_big", INB_CLASS_ADDITIVE, false);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE big (id int)");
    inb_statement *s = inb_test_statement(t, "DISCARD", "DISCARD ALL");
    s->flags |= INB_STATEMENT_NO_TRANSACTION;
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE beside (id int)");
    inb_migrate_options o = options_make();
    migrate_refused(t, &o, INB_ELOCK, "the migration lock was lost in migration");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(value("SELECT to_regclass('beside') IS NOT NULL"), "t");
    inb_test_table_free(t);
}
END_TEST

static void tests_add(TCase *c)
{
    tcase_add_test(c, a_statement_that_drops_the_lock_stops_one_run_only);
    tcase_add_loop_test(c, an_index_is_dropped_once, 0, 2);
    tcase_add_test(c, statements_are_done_one_by_one);
    tcase_add_test(c, duplicates_are_told_and_then_it_goes_on);
    tcase_add_loop_test(c, an_invalid_index_is_built_again, 0, 2);
    tcase_add_test(c, a_finished_index_is_not_built_again);
    tcase_add_loop_test(c, an_index_without_a_name_is_built_once, 0, 3);
    tcase_add_test(c, an_index_of_somebody_else_is_let_be);
    tcase_add_test(c, an_index_that_was_not_begun_is_built);
    tcase_add_test(c, a_changed_prefix_is_refused);
    tcase_add_test(c, what_was_begun_is_finished_at_start_whatever_its_class);
    tcase_add_test(c, a_pending_detach_is_finalized);
    tcase_add_test(c, what_reindex_left_is_dropped);
}

int main(int argc, char **argv)
{
    (void)argc;
    return engine_main(argv, "engine_resume", tests_add);
}
