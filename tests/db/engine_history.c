#include "config.h"

#include "engine.h"
#include "engine/rename_applied.h"
#include "oom.h"

static inb_test_table *two(void)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_a", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE a (id int)");
    inb_test_migration(t, "20250102000000_b", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE b (id int)");
    return t;
}

static unsigned status_of(inb_test_table *t, const inb_migrate_options *o)
{
    inb_status *status = NULL;
    inb_error *err = NULL;
    int rc = inb_status_read(&status, inb_test_table_done(t), o, &err);
    ck_assert_msg(rc == 0, "%s", inb_error_message(err));
    unsigned bits = inb_status_bits(status);
    inb_status_free(status);
    return bits;
}

/* As Prisma Migrate's own CREATE TABLE leaves it in the catalogue. */
START_TEST(the_history_table_is_prismas)
{
    inb_test_table *t = two();
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(
        value(
            "SELECT string_agg(format('%s %s%s%s', attname, format_type(atttypid, atttypmod), "
            "CASE WHEN attnotnull THEN ' not null' END, ' ' || pg_get_expr(adbin, adrelid)), ', ' "
            "ORDER BY attnum) FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND "
            "adnum = attnum WHERE attrelid = '_prisma_migrations'::regclass AND attnum > 0"),
        "id character varying(36) not null, checksum character varying(64) not null, "
        "finished_at timestamp with time zone, migration_name character varying(255) not null, "
        "logs text, rolled_back_at timestamp with time zone, "
        "started_at timestamp with time zone not null now(), "
        "applied_steps_count integer not null 0");
    ck_assert_str_eq(
        value("SELECT string_agg(pg_get_indexdef(indexrelid), '; ') FROM pg_index WHERE indrelid = "
              "'_prisma_migrations'::regclass"),
        "CREATE UNIQUE INDEX _prisma_migrations_pkey ON public._prisma_migrations USING btree "
        "(id)");
    inb_test_table_free(t);
}
END_TEST

START_TEST(the_schema_of_the_url_is_used)
{
    inb_test_table *t = two();
    inb_migrate_options o = options_make();
    char url[1100];
    snprintf(url, sizeof(url), "%s&schema=it%%27s%%20%%22mine%%22", db.url);
    o.url = url;
    inb_report_summary s;
    migrate_ok(t, &o, &s);
    ck_assert_str_eq(
        value("SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r' "
              "AND "
              "relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'it''s \"mine\"')"),
        "_prisma_migrations,a,b");
    ck_assert_str_eq(
        value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"), "0");
    migrate_ok(t, &o, &s);
    ck_assert_int_eq(s.round_trips, 1);
    /* two histories in one database know nothing of each other */
    o.url = db.url;
    migrate_ok(t, &o, &s);
    ck_assert_uint_eq(s.n_applied, 2);
    ck_assert(s.new_database);
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_history_by_prisma_alone_is_one_round_trip_too)
{
    inb_test_table *t = two();
    inb_migrate_options o = options_make();
    inb_report_summary s;
    migrate_ok(t, &o, &s);
    inb_db_do(conn, "DROP SCHEMA inboard CASCADE");
    migrate_ok(t, &o, &s);
    ck_assert_int_eq(s.round_trips, 1);
    ck_assert(!s.lock_taken);
    ck_assert_uint_eq(status_of(t, &o), 0);
    inb_test_table_free(t);
}
END_TEST

START_TEST(tables_without_a_history_are_refused)
{
    inb_test_table *t = two();
    inb_migrate_options o = options_make();
    inb_error *err = NULL;
    inb_db_do(conn, "CREATE TABLE theirs ()");
    ck_assert_int_eq(inb_migrate(inb_test_table_done(t), &o, NULL, &err), INB_EHISTORY);
    ck_assert_str_eq(inb_error_prisma_code(err), "P3005");
    inb_error_free(err);
    ck_assert_str_eq(value("SELECT to_regclass('_prisma_migrations') IS NULL"), "t");
    inb_test_table_free(t);
}
END_TEST

/* A newer program's migration, which sorts behind all that an older one knows, or between. */
static const struct newer_case {
    const char *name;
    inb_class cls;
    const char *compatible; /* what its author says, or NULL */
    bool starts;            /* an older program does */
    const char *recorded;   /* the class, whether it is compatible, and the reason */
} newer_cases[] = {
    {"20250103000000_c", INB_CLASS_ADDITIVE, NULL, true, "additive t a test says so"},
    {"20250103000000_c", INB_CLASS_BLOCKING, NULL, true, "blocking t a test says so"},
    {"20250103000000_c", INB_CLASS_CONTRACTING, NULL, false, "contracting f a test says so"},
    {"20250103000000_c", INB_CLASS_CONTRACTING, "a view", true, "contracting t a view"},
    {"20250101000000_b", INB_CLASS_ADDITIVE, NULL, true, "additive t a test says so"},
    {"20250101000000_b", INB_CLASS_BLOCKING, NULL, true, "blocking t a test says so"},
    {"20250101000000_b", INB_CLASS_CONTRACTING, NULL, false, "contracting f a test says so"},
    {"20250101000000_b", INB_CLASS_CONTRACTING, "a view", true, "contracting t a view"},
};

static inb_test_table *newer_make(const struct newer_case *c)
{
    bool between = strcmp(c->name, "20250102000000_b") < 0;
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_a", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE a (id int)");
    if (!between) {
        inb_test_migration(t, "20250102000000_b", INB_CLASS_ADDITIVE, true);
        inb_test_statement(t, "CREATE TABLE", "CREATE TABLE b (id int)");
    }
    inb_test_migration(t, c->name, c->cls, true);
    inb_test_statement(t, "ALTER TABLE", "ALTER TABLE a ADD COLUMN t text");
    if (c->compatible) {
        inb_test_compatible(t, c->compatible);
    }
    if (between) {
        inb_test_migration(t, "20250102000000_b", INB_CLASS_ADDITIVE, true);
        inb_test_statement(t, "CREATE TABLE", "CREATE TABLE b (id int)");
    }
    return t;
}

static void older_refused(inb_test_table *old, inb_migrate_options *o)
{
    inb_error *err = NULL;
    ck_assert_int_eq(inb_migrate(inb_test_table_done(old), o, NULL, &err), INB_EHISTORY);
    const char *const said[] = {"recorded as compatible: contracting, breaking: a test says so; ",
                                "applied 20", " by version 2.0"};
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        ck_assert_msg(strstr(inb_error_detail(err), said[i]) != NULL, "%s", inb_error_detail(err));
    }
    inb_error_free(err);
}

START_TEST(an_older_program_starts_on_what_was_compatible)
{
    const struct newer_case *c = &newer_cases[_i];
    inb_test_table *old = two();
    inb_test_table *newer = newer_make(c);
    inb_migrate_options o = options_make();
    inb_report_summary s;
    o.mode = INB_MODE_RELEASE;
    o.application_version = "2.0";
    migrate_ok(newer, &o, NULL);
    ck_assert_str_eq(
        value("SELECT concat_ws(' ', class, compatible, reason) FROM inboard.migrations "
              "WHERE name NOT IN ('20250101000000_a', '20250102000000_b')"),
        c->recorded);
    for (o.mode = INB_MODE_START; o.mode <= INB_MODE_RELEASE; o.mode++) {
        if (c->starts) {
            migrate_ok(old, &o, &s);
            ck_assert(!s.lock_taken);
            ck_assert_uint_eq(status_of(old, &o), 0);
        } else {
            older_refused(old, &o);
            ck_assert_uint_eq(status_of(old, &o), INB_STATUS_UNKNOWN);
            o.allow_unknown = true;
            migrate_ok(old, &o, &s);
            o.allow_unknown = false;
        }
    }
    inb_test_table_free(old);
    inb_test_table_free(newer);
}
END_TEST

/* As inboard made its table before it recorded whether a migration is compatible. */
START_TEST(an_older_layout_is_read_by_class_and_upgraded_by_the_next_run)
{
    inb_class cls = _i == 0 ? INB_CLASS_BLOCKING : INB_CLASS_CONTRACTING;
    const struct newer_case c = {"20250103000000_c", cls, "not recorded", false, ""};
    inb_test_table *old = two();
    inb_test_table *newer = newer_make(&c);
    inb_migrate_options o = options_make();
    inb_report_summary s;
    o.mode = INB_MODE_RELEASE;
    migrate_ok(newer, &o, NULL);
    inb_db_do(conn, "ALTER TABLE inboard.migrations DROP COLUMN compatible, DROP COLUMN reason");
    ck_assert_uint_eq(status_of(newer, &o), 0);
    migrate_ok(newer, &o, &s);
    ck_assert_int_eq(s.round_trips, 2); /* the catalogue has changed, and nothing that counts */
    if (cls == INB_CLASS_CONTRACTING) {
        migrate_refused(old, &o, INB_EHISTORY, "is not recorded as compatible");
    } else {
        migrate_ok(old, &o, NULL);
    }
    inb_test_table_free(newer);
    newer = newer_make(&c);
    inb_test_migration(newer, "20250104000000_d", INB_CLASS_CONTRACTING, false);
    inb_test_statement(newer, "CREATE TABLE", "CREATE TABLE d (id int)");
    inb_test_compatible(newer, "nobody reads it");
    migrate_ok(newer, &o, &s);
    ck_assert_uint_eq(s.n_applied, 1);
    ck_assert_str_eq(
        value("SELECT string_agg(concat_ws(' ', compatible, reason), ',' ORDER BY name) "
              "FROM inboard.migrations"),
        ",,,t nobody reads it");
    inb_test_table_free(old);
    inb_test_table_free(newer);
}
END_TEST

START_TEST(an_interrupted_first_bring_up_goes_on)
{
    inb_test_table *t = two();
    inb_test_migration(t, "20250103000000_c", INB_CLASS_CONTRACTING, true);
    inb_test_statement(t, "DROP TABLE", "DROP TABLE a");
    inb_test_statement(t, "SELECT", "SELECT 1 / (count(*) - 1) FROM go");
    inb_migrate_options o = options_make();
    inb_report_summary s;
    migrate_refused(t, &o, INB_EMIGRATION, "\"go\" does not exist");
    ck_assert_str_eq(value("SELECT initial FROM inboard.histories"), "t");
    inb_db_do(conn, "CREATE TABLE go ()");
    migrate_ok(t, &o, &s);
    ck_assert_uint_eq(s.n_applied, 1);
    ck_assert_str_eq(value("SELECT initial FROM inboard.histories"), "f");
    inb_test_table_free(t);
}
END_TEST

START_TEST(drift_is_seen)
{
    inb_test_table *t = two();
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    ck_assert_uint_eq(status_of(t, &o), 0);
    inb_db_do(conn, "INSERT INTO a VALUES (1)");
    inb_db_do(conn, "ANALYZE a");
    inb_db_do(conn, "CREATE SCHEMA beside CREATE TABLE beside.x ()");
    ck_assert_uint_eq(status_of(t, &o), 0);
    inb_db_do(conn, "ALTER TABLE a ALTER COLUMN id SET DEFAULT 7");
    ck_assert_uint_eq(status_of(t, &o), INB_STATUS_DRIFT);
    inb_db_do(conn, "ALTER TABLE a ALTER COLUMN id DROP DEFAULT");
    ck_assert_uint_eq(status_of(t, &o), 0);
    inb_db_do(conn, "CREATE TYPE mood AS ENUM ('ok')");
    ck_assert_uint_eq(status_of(t, &o), INB_STATUS_DRIFT);
    inb_test_table_free(t);
}
END_TEST

START_TEST(one_look_tells_everything)
{
    inb_test_table *t = two();
    inb_migrate_options o = options_make();
    ck_assert_uint_eq(status_of(t, &o), INB_STATUS_PENDING);
    migrate_ok(t, &o, NULL);
    inb_test_table *more = inb_test_table_new();
    inb_test_migration(more, "20250101000000_a", INB_CLASS_ADDITIVE, true);
    inb_test_statement(more, "CREATE TABLE", "CREATE TABLE a (id bigint)");
    inb_test_migration(more, "20250101500000_between", INB_CLASS_ADDITIVE, true);
    inb_test_statement(more, "CREATE TABLE", "CREATE TABLE c (id int)");
    inb_db_do(conn, "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', "
                    "'y', '20250104_f')");
    ck_assert_uint_eq(status_of(more, &o), INB_STATUS_PENDING | INB_STATUS_FAILED |
                                               INB_STATUS_EDITED | INB_STATUS_OUT_OF_ORDER);
    inb_db_do(conn, "UPDATE inboard.migrations SET compatible = false");
    ck_assert_uint_eq(status_of(more, &o), INB_STATUS_PENDING | INB_STATUS_FAILED |
                                               INB_STATUS_EDITED | INB_STATUS_OUT_OF_ORDER |
                                               INB_STATUS_UNKNOWN);
    inb_test_table_free(t);
    inb_test_table_free(more);
}
END_TEST

/* Somebody has renamed it, or applied the new one, since the question was asked. */
START_TEST(a_rename_is_of_what_is_applied)
{
    inb_test_table *t = two();
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    const inb__folder_name gone = {"20250101000000_x", "20250101000000_y"};
    const inb__folder_name taken = {"20250101000000_a", "20250102000000_b"};
    const inb__folder_name *wrong[] = {&gone, &taken};
    for (size_t i = 0; i < 2; i++) {
        inb_error *err = NULL;
        int rc = inb__rename_applied(inb_test_table_done(t), &o, wrong[i], 1, &err);
        ck_assert_int_eq(rc, INB_EHISTORY);
        ck_assert(strstr(inb_error_message(err), "\" has changed meanwhile"));
        inb_error_free(err);
    }
    ck_assert_str_eq(value("SELECT string_agg(migration_name, ',' ORDER BY 1) FROM "
                           "_prisma_migrations"),
                     "20250101000000_a,20250102000000_b");
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_damaged_table_is_refused)
{
    inb_test_table *t = two();
    inb_migrate_options o = options_make();
    inb_table damaged = *inb_test_table_done(t);
    inb_error *err = NULL;
    damaged.digest[7] ^= 1;
    ck_assert_int_eq(inb_migrate(&damaged, &o, NULL, &err), INB_ECORRUPT);
    inb_error_free(err);
    err = NULL;
    damaged = *inb_test_table_done(t);
    damaged.format++;
    ck_assert_int_eq(inb_migrate(&damaged, &o, NULL, &err), INB_ECORRUPT);
    inb_error_free(err);
    ck_assert_str_eq(value("SELECT to_regclass('_prisma_migrations') IS NULL"), "t");
    inb_test_table_free(t);
}
END_TEST

/* Memory runs out at every allocation of a run in turn: the lock is nobody's, and what is there is
 * whole. */
static void out_of_memory(inb_test_table *t, bool fresh, const char *found)
{
    inb_migrate_options o = options_make();
    const inb_table *table = inb_test_table_done(t);
    inb__alloc_fail(-1, 0);
    INB_OOM_LOOP(oom)
    {
        inb_error *err = NULL;
        inb_report *report = NULL;
        int rc = inb_report_new(&report, &err);
        rc = rc < 0 ? rc : inb_migrate(table, &o, report, &err);
        inb__alloc_fail(-1, 0);
        ck_assert_msg(rc == 0 || rc == INB_ENOMEM, "allocation %ld: %d %s", oom.n, rc,
                      inb_error_message(err));
        inb_error_free(err);
        inb_report_free(report);
        lock_gone(rc);
        if (fresh) {
            /* whatever was left, the next run finishes it */
            migrate_ok(t, &o, NULL);
            ck_assert_str_eq(
                value("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b', 'i')"), found);
            ck_assert_str_eq(value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
            inb_db_do(conn, "DROP SCHEMA IF EXISTS inboard CASCADE");
            inb_db_do(conn, "DROP TABLE IF EXISTS a, b, _prisma_migrations");
        }
        if (rc == 0) {
            INB_OOM_DONE(oom);
        }
    }
}

START_TEST(memory_may_run_out_while_looking)
{
    inb_test_table *t = two();
    inb_migrate_options o = options_make();
    migrate_ok(t, &o, NULL);
    out_of_memory(t, false, "2");
    inb_test_table_free(t);
}
END_TEST

/* Two that are transactions, sent together, and one that goes statement by statement. */
START_TEST(memory_may_run_out_while_applying)
{
    inb_test_table *t = two();
    inb_test_migration(t, "20250103000000_i", INB_CLASS_ADDITIVE, false);
    inb_statement *s =
        inb_test_statement(t, "CREATE INDEX CONCURRENTLY", "CREATE INDEX CONCURRENTLY i ON a (id)");
    s->kind = INB_STATEMENT_CREATE_INDEX_CONCURRENTLY;
    s->flags |= INB_STATEMENT_NO_TRANSACTION;
    s->relation = inb_test_text(t, "a");
    s->object = inb_test_text(t, "i");
    inb_test_statement(t, "ALTER TABLE", "ALTER TABLE b ADD COLUMN t text");
    out_of_memory(t, true, "3");
    inb_test_table_free(t);
}
END_TEST

static void tests_add(TCase *c)
{
    tcase_add_test(c, the_history_table_is_prismas);
    tcase_add_test(c, the_schema_of_the_url_is_used);
    tcase_add_test(c, a_history_by_prisma_alone_is_one_round_trip_too);
    tcase_add_test(c, tables_without_a_history_are_refused);
    tcase_add_loop_test(c, an_older_program_starts_on_what_was_compatible, 0,
                        sizeof(newer_cases) / sizeof(newer_cases[0]));
    tcase_add_loop_test(c, an_older_layout_is_read_by_class_and_upgraded_by_the_next_run, 0, 2);
    tcase_add_test(c, an_interrupted_first_bring_up_goes_on);
    tcase_add_test(c, drift_is_seen);
    tcase_add_test(c, one_look_tells_everything);
    tcase_add_test(c, a_rename_is_of_what_is_applied);
    tcase_add_test(c, a_damaged_table_is_refused);
    tcase_add_test(c, memory_may_run_out_while_looking);
    tcase_add_test(c, memory_may_run_out_while_applying);
}

int main(int argc, char **argv)
{
    (void)argc;
    return engine_main(argv, "engine_history", tests_add);
}
