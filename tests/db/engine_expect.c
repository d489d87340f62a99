#include "config.h"

#include "embed/embed_load.h"
#include "engine.h"
#include "oom.h"
#include "util/cleanup.h"
#include "util/file.h"

#include <sys/stat.h>

/* What the migration of these tests makes, and what is expected of it, agree. */
static const char made[] =
    "CREATE TYPE \"Mood\" AS ENUM ('sad', 'ok', 'very \"well\" \\');"
    "CREATE TYPE audit.kind AS ENUM ('A');"
    "CREATE TABLE users (id serial PRIMARY KEY, email varchar(254) NOT NULL, tags text[],"
    " codes varchar(3)[], price numeric(18,6) NOT NULL, at timestamptz(3) NOT NULL,"
    " on_day date, mood \"Mood\" NOT NULL, moods \"Mood\"[], place point NOT NULL, b bit(8),"
    " c char(64), plain varchar, t time(0), j jsonb, f float8);"
    "CREATE TABLE \"Odd \"\"na\\me\" (\"a b\" int NOT NULL, \"ü{,}\" text);"
    "CREATE TABLE audit.log (id bigint PRIMARY KEY, kind audit.kind NOT NULL)";

typedef struct column {
    const char *schema, *table, *name, *type, *type_schema;
    unsigned flags;
} column;

#define NN INB_EXPECTED_NOT_NULL
#define EN INB_EXPECTED_ENUM

static const column columns[] = {
    {"", "users", "id", "integer", "", NN},
    {"", "users", "email", NULL, "", NN},
    {"", "users", "tags", "text[]", "", 0},
    {"", "users", "codes", "character varying(3)[]", "", 0},
    {"", "users", "price", "numeric(18,6)", "", NN},
    {"", "users", "at", "timestamp(3) with time zone", "", NN},
    {"", "users", "on_day", "date", "", 0},
    {"", "users", "mood", "Mood", "", NN | EN},
    {"", "users", "moods", "Mood[]", "", EN},
    {"", "users", "place", "", "", NN},
    {"", "users", "b", "bit(8)", "", 0},
    {"", "users", "c", "character(64)", "", 0},
    {"", "users", "plain", "character varying", "", 0},
    {"", "users", "t", "time(0) without time zone", "", 0},
    {"", "users", "j", "jsonb", "", 0},
    {"", "users", "f", "double precision", "", 0},
    {"", "Odd \"na\\me", "a b", "integer", "", NN},
    {"", "Odd \"na\\me", "ü{,}", "text", "", 0},
    {"audit", "log", "id", "bigint", "", NN},
    {"audit", "log", "kind", "kind", "audit", NN | EN},
};

static void statements_add(inb_test_table *t, const char *sql)
{
    char one[1024];
    for (const char *end; *sql; sql = *end ? end + 1 : end) {
        end = sql + strcspn(sql, ";");
        snprintf(one, sizeof(one), "%.*s", (int)(end - sql), sql);
        inb_test_statement(t, "CREATE", one);
    }
}

/* The email's type is for the test to choose. */
static inb_test_table *expecting_email(const char *type)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_init", INB_CLASS_ADDITIVE, true);
    statements_add(t, made);
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        const column *c = &columns[i];
        inb_expected *e = inb_test_expected(t, INB_EXPECTED_COLUMN, c->schema, c->table, c->name,
                                            strcmp(c->name, "email") == 0 ? type : c->type);
        e->type_schema = inb_test_text(t, c->type_schema);
        e->flags = (uint8_t)c->flags;
    }
    /* in another order than they were made: only that they are there counts */
    inb_test_expected(t, INB_EXPECTED_LABEL, "", "Mood", "very \"well\" \\", "");
    inb_test_expected(t, INB_EXPECTED_LABEL, "", "Mood", "sad", "");
    inb_test_expected(t, INB_EXPECTED_LABEL, "", "Mood", "ok", "");
    inb_test_expected(t, INB_EXPECTED_LABEL, "audit", "kind", "A", "");
    return t;
}

static inb_test_table *expecting(void)
{
    return expecting_email("character varying(254)");
}

/* The findings of a status, a line each, with its bits before them. */
static const char *status_text(inb_test_table *t, const char *url)
{
    static char out[8192];
    inb_migrate_options o = options_make();
    inb_status *status = NULL;
    inb_error *err = NULL;
    o.url = url;
    int rc = inb_status_read(&status, inb_test_table_done(t), &o, &err);
    ck_assert_msg(rc == 0, "%s", inb_error_message(err));
    int n = snprintf(out, sizeof(out), "%u", inb_status_bits(status));
    for (size_t i = 0; i < inb_status_drift_count(status); i++) {
        n += snprintf(out + n, sizeof(out) - (size_t)n, "\n%s", inb_status_drift_at(status, i));
    }
    ck_assert_str_eq(inb_status_drift_at(status, inb_status_drift_count(status)), "");
    inb_status_free(status);
    return out;
}

/* Without inboard's own digest of the catalogue, so that only the expectation speaks. */
static inb_test_table *migrated(void)
{
    inb_test_table *t = expecting();
    inb_migrate_options o = options_make();
    inb_db_do(conn, "CREATE SCHEMA audit");
    migrate_ok(t, &o, NULL);
    inb_db_do(conn, "DROP SCHEMA inboard CASCADE");
    return t;
}

START_TEST(what_is_expected_and_there_is_no_drift)
{
    inb_test_table *t = migrated();
    ck_assert_str_eq(status_text(t, db.url), "0");
    /* whatever the search_path of the session, where the URL names the schema */
    char url[1200];
    snprintf(url, sizeof(url), "%s&schema=public&options=-csearch_path%%3Daudit", db.url);
    ck_assert_str_eq(status_text(t, url), "0");
    inb_test_table_free(t);
}
END_TEST

START_TEST(what_is_there_besides_is_no_drift)
{
    inb_test_table *t = migrated();
    inb_db_do(conn, "ALTER TABLE users ADD COLUMN more text NOT NULL DEFAULT ''");
    inb_db_do(conn, "ALTER TYPE \"Mood\" ADD VALUE 'other' BEFORE 'sad'");
    inb_db_do(conn, "CREATE TABLE besides (a int)");
    inb_db_do(conn, "ALTER TABLE users ALTER COLUMN on_day SET NOT NULL");
    ck_assert_str_eq(status_text(t, db.url), "0");
    inb_test_table_free(t);
}
END_TEST

static const struct {
    const char *sql, *says;
} changes[] = {
    {"DROP TABLE audit.log", "table \"audit\".\"log\" is missing"},
    {"DROP TABLE users", "table \"users\" is missing"},
    {"ALTER TABLE users RENAME TO \"Users\"", "table \"users\" is missing"},
    {"ALTER TABLE users DROP COLUMN email", "column \"users\".\"email\" is missing"},
    {"ALTER TABLE \"Odd \"\"na\\me\" DROP COLUMN \"ü{,}\"",
     "column \"Odd \"na\\me\".\"ü{,}\" is missing"},
    {"ALTER TABLE users ALTER COLUMN email DROP NOT NULL",
     "column \"users\".\"email\" is nullable, expected NOT NULL"},
    {"ALTER TABLE users ALTER COLUMN place DROP NOT NULL",
     "column \"users\".\"place\" is nullable, expected NOT NULL"},
    {"ALTER TABLE users ALTER COLUMN email TYPE varchar(255)",
     "column \"users\".\"email\" is of type character varying(255), expected character "
     "varying(254)"},
    {"ALTER TABLE users ALTER COLUMN email TYPE text, ALTER COLUMN email DROP NOT NULL",
     "column \"users\".\"email\" is of type text, expected character varying(254)\n"
     "column \"users\".\"email\" is nullable, expected NOT NULL"},
    {"ALTER TABLE users ALTER COLUMN price TYPE numeric(18,5)",
     "column \"users\".\"price\" is of type numeric(18,5), expected numeric(18,6)"},
    {"ALTER TABLE users ALTER COLUMN at TYPE timestamptz(6)",
     "column \"users\".\"at\" is of type timestamp(6) with time zone, expected timestamp(3) with "
     "time zone"},
    {"ALTER TABLE users ALTER COLUMN tags TYPE text USING ''",
     "column \"users\".\"tags\" is of type text, expected text[]"},
    {"ALTER TABLE users ALTER COLUMN codes TYPE varchar(4)[]",
     "column \"users\".\"codes\" is of type character varying(4)[], expected character "
     "varying(3)[]"},
    {"ALTER TABLE users ALTER COLUMN mood TYPE text",
     "column \"users\".\"mood\" is of type text, expected Mood"},
    {"ALTER TABLE users ALTER COLUMN moods TYPE audit.kind[] USING NULL",
     "column \"users\".\"moods\" is of type audit.kind[], expected Mood[]"},
    {"CREATE TYPE audit.\"Mood\" AS ENUM ('ok');"
     "ALTER TABLE users ALTER COLUMN mood TYPE audit.\"Mood\" USING 'ok'",
     "column \"users\".\"mood\" is of type audit.Mood, expected Mood"},
    {"CREATE TYPE kind AS ENUM ('A');"
     "ALTER TABLE audit.log ALTER COLUMN kind TYPE public.kind USING 'A'",
     "column \"audit\".\"log\".\"kind\" is of type kind, expected audit.kind"},
    {"CREATE TYPE public.jsonb AS ENUM ('j');"
     "ALTER TABLE users ALTER COLUMN j TYPE public.jsonb USING 'j'",
     "column \"users\".\"j\" is of type jsonb, expected jsonb"},
    {"ALTER TYPE \"Mood\" RENAME VALUE 'very \"well\" \\' TO 'well'",
     "value \"very \"well\" \\\" of enum \"Mood\" is missing"},
    {"ALTER TYPE audit.kind RENAME VALUE 'A' TO 'a'",
     "value \"A\" of enum \"audit\".\"kind\" is missing"},
    {"ALTER TABLE users DROP COLUMN mood, DROP COLUMN moods; DROP TYPE \"Mood\"",
     "column \"users\".\"mood\" is missing\ncolumn \"users\".\"moods\" is missing\n"
     "enum \"Mood\" is missing"},
    {"ALTER TABLE users ALTER COLUMN place TYPE text", ""},
};

/* Each difference is found and named, and nothing else is. */
START_TEST(a_difference_is_named)
{
    inb_test_table *t = migrated();
    char want[1024];
    const char *says = changes[_i].says;
    snprintf(want, sizeof(want), "%d%s%s", *says ? (int)INB_STATUS_DRIFT : 0, *says ? "\n" : "",
             says);
    for (const char *sql = changes[_i].sql; *sql;) {
        char one[512];
        size_t n = strcspn(sql, ";");
        snprintf(one, sizeof(one), "%.*s", (int)n, sql);
        inb_db_do(conn, one);
        sql += n + (sql[n] == ';');
    }
    ck_assert_str_eq(status_text(t, db.url), want);
    inb_test_table_free(t);
}
END_TEST

START_TEST(the_schema_of_the_url_is_the_one_compared)
{
    inb_test_table *t = expecting();
    inb_migrate_options o = options_make();
    char url[1200];
    snprintf(url, sizeof(url), "%s&schema=it%%27s%%20%%22mine%%22", db.url);
    o.url = url;
    inb_db_do(conn, "CREATE SCHEMA audit");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(status_text(t, url), "0");
    inb_db_do(conn, "CREATE TABLE public.users (id int)");
    ck_assert_str_eq(status_text(t, url), "0");
    inb_db_do(conn, "DROP SCHEMA inboard CASCADE");
    inb_db_do(conn, "ALTER TABLE \"it's \"\"mine\"\"\".users DROP COLUMN j");
    ck_assert_str_eq(status_text(t, url), "32\ncolumn \"users\".\"j\" is missing");
    inb_test_table_free(t);
}
END_TEST

START_TEST(a_type_of_an_extension_may_be_in_any_schema)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "20250101000000_init", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE", "CREATE EXTENSION citext SCHEMA elsewhere");
    inb_test_statement(t, "CREATE", "CREATE TABLE a (b elsewhere.citext, c elsewhere.citext[])");
    inb_test_expected(t, INB_EXPECTED_COLUMN, "", "a", "b", "citext");
    inb_test_expected(t, INB_EXPECTED_COLUMN, "", "a", "c", "citext[]");
    inb_migrate_options o = options_make();
    inb_db_do(conn, "CREATE SCHEMA elsewhere");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(status_text(t, db.url), "0");
    inb_test_table_free(t);
}
END_TEST

START_TEST(what_the_last_run_left_is_compared_too)
{
    inb_test_table *t = expecting();
    inb_migrate_options o = options_make();
    inb_db_do(conn, "CREATE SCHEMA audit");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(status_text(t, db.url), "0");
    inb_db_do(conn, "ALTER TABLE users DROP COLUMN j");
    ck_assert_str_eq(status_text(t, db.url), "32\ncolumn \"users\".\"j\" is gone: jsonb");
    inb_test_table_free(t);
}
END_TEST

/* Another major version writes the same definitions in another way. */
START_TEST(a_description_of_another_major_version_is_not_compared)
{
    inb_test_table *t = expecting(), *next = expecting();
    inb_migrate_options o = options_make();
    inb_db_do(conn, "CREATE SCHEMA audit");
    migrate_ok(t, &o, NULL);
    ck_assert_str_eq(value("SELECT catalogue IS NULL AND objects -> '' ->> '' = "
                           "current_setting('server_version_num')::int / 10000 || ' 1' FROM "
                           "inboard.histories"),
                     "t");
    inb_db_do(conn, "UPDATE inboard.histories SET fingerprint = NULL, objects = "
                    "'{\"\": {\"\": \"12 1\"}, \"table \\\"a\\\"\": {\"\": \"\"}}'");
    ck_assert_str_eq(status_text(t, db.url), "0");
    inb_test_migration(next, "20250102000000_next", INB_CLASS_ADDITIVE, true);
    inb_test_statement(next, "CREATE", "CREATE TABLE beside (id int)");
    migrate_ok(next, &o, NULL);
    ck_assert_str_eq(status_text(next, db.url), "0");
    inb_db_do(conn, "DROP TABLE beside");
    ck_assert_str_eq(status_text(next, db.url), "32\ntable \"beside\" is gone");
    inb_test_table_free(next);
    inb_test_table_free(t);
}
END_TEST

/* 18 has NOT NULL that rows may contradict until it is validated; to an older server it is no SQL.
 */
START_TEST(not_null_that_is_not_valid_is_expected_still)
{
    inb_test_table *t = migrated();
    inb_error *err = NULL;
    inb_db_do(conn, "ALTER TABLE users ALTER price DROP NOT NULL");
    int rc = inb_conn_exec(conn, "ALTER TABLE users ADD CONSTRAINT n NOT NULL price NOT VALID", 0,
                           NULL, NULL, &err);
    ck_assert_int_eq(rc, atoi(value("SHOW server_version_num")) < 180000 ? INB_ESQL : 0);
    ck_assert_str_eq(status_text(t, db.url),
                     "32\ncolumn \"users\".\"price\" is nullable, expected NOT NULL");
    inb_db_do(conn, rc ? "ALTER TABLE users ALTER price SET NOT NULL"
                       : "ALTER TABLE users VALIDATE CONSTRAINT n");
    ck_assert_str_eq(status_text(t, db.url), "0");
    inb_error_free(err);
    inb_test_table_free(t);
}
END_TEST

/* A newer program's additive migration widens a type; this one is as good as before. */
START_TEST(a_newer_program_may_have_widened_a_type)
{
    inb_test_table *t = expecting(), *newer = expecting_email("character varying(300)");
    inb_test_migration(newer, "20250201000000_wider", INB_CLASS_ADDITIVE, true);
    inb_test_statement(newer, "ALTER TABLE", "ALTER TABLE users ALTER email TYPE varchar(300)");
    inb_migrate_options o = options_make();
    inb_db_do(conn, "CREATE SCHEMA audit");
    migrate_ok(newer, &o, NULL);
    ck_assert_str_eq(status_text(newer, db.url), "0");
    ck_assert_str_eq(status_text(t, db.url), "0");
    inb_db_do(conn, "ALTER TABLE users DROP COLUMN email");
    inb_db_do(conn, "DROP SCHEMA inboard CASCADE");
    ck_assert(strstr(status_text(t, db.url), "column \"users\".\"email\" is missing") != NULL);
    inb_test_table_free(t);
    inb_test_table_free(newer);
}
END_TEST

/* What a migration made by hand, and the schema says otherwise: what no statement minds ends no
 * run. */
START_TEST(a_domain_or_a_wider_type_serves_as_well)
{
    static const struct {
        const char *actual, *expected;
        int rc; /* 1: a warning */
    } cases[] = {
        {"short", "character varying(9)", 0},
        {"short", "text", INB_EHISTORY},
        {"short", "character varying(8)", 1},
        {"short", "character varying(10)", INB_EHISTORY},
        {"short", "integer", INB_EHISTORY},
        {"text", "character varying(9)", 1},
        {"varchar", "text", 1},
        {"varchar(9)[]", "character varying(3)[]", 1},
        {"varchar(9)", "character varying(3)[]", INB_EHISTORY},
        {"numeric(12,2)", "numeric(9,2)", 1},
        {"numeric", "numeric(9,2)", 1},
        {"numeric(12,3)", "numeric(9,2)", INB_EHISTORY},
        {"numeric(9,2)", "numeric", INB_EHISTORY},
        {"timestamp", "timestamp(3) without time zone", 1},
        {"timestamptz", "timestamp(6) with time zone", 0},
        {"timestamptz(6)", "timestamp with time zone", 0},
        {"time(3)", "time(6) without time zone", INB_EHISTORY},
        {"timestamptz", "timestamp(6) without time zone", INB_EHISTORY},
        {"char(9)", "character(3)", INB_EHISTORY},
        {"bigint", "integer", INB_EHISTORY},
        {"serial_mood", "Mood", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char sql[100];
        snprintf(sql, sizeof(sql), "CREATE TABLE a (b %s)", cases[i].actual);
        inb_test_table *t = inb_test_table_new();
        inb_test_migration(t, "20250101000000_init", INB_CLASS_ADDITIVE, true);
        inb_test_statement(t, "CREATE TABLE", sql);
        inb_expected *e =
            inb_test_expected(t, INB_EXPECTED_COLUMN, "", "a", "b", cases[i].expected);
        e->flags = strcmp(cases[i].expected, "Mood") == 0 ? INB_EXPECTED_ENUM : 0;
        inb_migrate_options o = options_make();
        inb_error *err = NULL;
        static const char *const before[] = {
            "DROP SCHEMA IF EXISTS inboard, public CASCADE",
            "CREATE SCHEMA public",
            "CREATE DOMAIN short AS varchar(9) CHECK (value <> '')",
            "CREATE TYPE \"Mood\" AS ENUM ('ok')",
            "CREATE DOMAIN serial_mood AS \"Mood\"",
        };
        for (size_t k = 0; k < sizeof(before) / sizeof(before[0]); k++) {
            inb_db_do(conn, before[k]);
        }
        int rc = migrate(t, &o, NULL, &err);
        ck_assert_msg(rc == (cases[i].rc < 0 ? cases[i].rc : 0), "%s for %s: %s", cases[i].actual,
                      cases[i].expected, err ? inb_error_message(err) : "no error");
        ck_assert_msg((strcmp(status_text(t, db.url), "0") == 0) == (cases[i].rc == 0), "%s for %s",
                      cases[i].actual, cases[i].expected);
        inb_error_free(err);
        inb_test_table_free(t);
    }
}
END_TEST

START_TEST(nothing_is_expected_while_a_migration_is_pending)
{
    inb_test_table *t = expecting();
    ck_assert_str_eq(status_text(t, db.url), "1");
    inb_test_table_free(t);
}
END_TEST

/* A schema that the migrations do not lead to: the run that applies them says so, all of it; what
 * was applied stays applied. */
START_TEST(migrating_ends_with_a_comparison)
{
    inb_test_table *t = expecting();
    inb_test_expected(t, INB_EXPECTED_COLUMN, "", "users", "forgotten", "text");
    inb_test_expected(t, INB_EXPECTED_COLUMN, "", "nowhere", "a", "text");
    inb_test_expected(t, INB_EXPECTED_COLUMN, "", "nowhere", "b", "text");
    inb_migrate_options o = options_make();
    inb_error *err = NULL;
    inb_report_summary s;
    inb_db_do(conn, "CREATE SCHEMA audit");
    ck_assert_int_eq(migrate(t, &o, &s, &err), INB_EHISTORY);
    ck_assert_uint_eq(s.n_applied, 1);
    ck_assert_str_eq(inb_error_message(err),
                     "the database is not what this program expects: column "
                     "\"users\".\"forgotten\" is missing, and more");
    ck_assert_str_eq(inb_error_detail(err), "column \"users\".\"forgotten\" is missing\n"
                                            "table \"nowhere\" is missing");
    ck_assert_str_ne(inb_error_hint(err), "");
    inb_error_free(err);
    ck_assert_str_eq(status_text(t, db.url), "32\ncolumn \"users\".\"forgotten\" is missing\n"
                                             "table \"nowhere\" is missing");
    inb_test_table_free(t);
}
END_TEST

/* A start compares nothing when nothing is pending, but for what has ended a run before. */
START_TEST(what_was_different_is_different_until_it_is_not)
{
    inb_test_table *t = expecting(), *other = expecting();
    inb_test_expected(t, INB_EXPECTED_COLUMN, "", "users", "forgotten", "text");
    inb_migrate_options o = options_make();
    inb_report_summary s;
    inb_db_do(conn, "CREATE SCHEMA audit");
    migrate_refused(t, &o, INB_EHISTORY, "column \"users\".\"forgotten\" is missing");
    o.mode = INB_MODE_RELEASE;
    migrate_refused(t, &o, INB_EHISTORY, "column \"users\".\"forgotten\" is missing");
    o.mode = INB_MODE_START;
    migrate_refused(t, &o, INB_EHISTORY, "column \"users\".\"forgotten\" is missing");
    /* another program expects no such column */
    migrate_ok(other, &o, &s);
    ck_assert_uint_eq(s.round_trips, 1);
    inb_db_do(conn, "ALTER TABLE users ADD COLUMN forgotten text");
    migrate_ok(t, &o, &s);
    ck_assert_uint_gt(s.round_trips, 1);
    migrate_ok(t, &o, &s);
    ck_assert_uint_eq(s.round_trips, 1);
    inb_test_table_free(t);
    inb_test_table_free(other);
}
END_TEST

/* At start-up the rest is for the release job: nothing is expected yet. */
START_TEST(what_is_left_to_a_release_job_is_not_missed)
{
    inb_test_table *t = expecting();
    inb_migrate_options o = options_make();
    inb_db_do(conn, "CREATE SCHEMA audit");
    migrate_ok(t, &o, NULL);
    inb_test_table *next = expecting();
    inb_test_migration(next, "20250201000000_a", INB_CLASS_ADDITIVE, true);
    inb_test_statement(next, "ALTER TABLE", "ALTER TABLE users ADD COLUMN first int");
    inb_test_migration(next, "20250202000000_b", INB_CLASS_CONTRACTING, true);
    inb_test_statement(next, "ALTER TABLE", "ALTER TABLE users ADD COLUMN second int");
    inb_test_expected(next, INB_EXPECTED_COLUMN, "", "users", "first", "integer");
    inb_test_expected(next, INB_EXPECTED_COLUMN, "", "users", "second", "integer");
    migrate_refused(next, &o, INB_EPENDING, "20250202000000_b");
    o.mode = INB_MODE_RELEASE;
    migrate_ok(next, &o, NULL);
    inb_test_table_free(t);
    inb_test_table_free(next);
}
END_TEST

/* Every type of the language, with its SQL as migrate diff writes it. */
static const struct {
    const char *type, *sql;
} types[] = {
    {"Boolean", "BOOLEAN"},
    {"Boolean[]", "BOOLEAN[]"},
    {"String", "TEXT"},
    {"String[]", "TEXT[]"},
    {"String @db.VarChar(7)", "VARCHAR(7)"},
    {"String[] @db.VarChar(7)", "VARCHAR(7)[]"},
    {"String @db.VarChar", "VARCHAR"},
    {"String @db.Char(7)", "CHAR(7)"},
    {"String @db.Char", "CHAR"},
    {"String[] @db.Char", "CHAR[]"},
    {"String @db.Bit(3)", "BIT(3)"},
    {"String @db.Bit", "BIT"},
    {"String @db.VarBit(3)", "VARBIT(3)"},
    {"String @db.VarBit", "VARBIT"},
    {"String @db.Uuid", "UUID"},
    {"String @db.Xml", "XML"},
    {"String @db.Inet", "INET"},
    {"Int", "INTEGER"},
    {"Int @db.SmallInt", "SMALLINT"},
    {"Int @db.Oid", "OID"},
    {"Int[]", "INTEGER[]"},
    {"Int @default(autoincrement())", "SERIAL"},
    {"BigInt", "BIGINT"},
    {"Float", "DOUBLE PRECISION"},
    {"Float @db.Real", "REAL"},
    {"Decimal", "DECIMAL(65,30)"},
    {"Decimal @db.Decimal", "DECIMAL"},
    {"Decimal @db.Decimal(9, 0)", "DECIMAL(9,0)"},
    {"Decimal[] @db.Decimal(9, 2)", "DECIMAL(9,2)[]"},
    {"Decimal @db.Money", "MONEY"},
    {"DateTime", "TIMESTAMP(3)"},
    {"DateTime[]", "TIMESTAMP(3)[]"},
    {"DateTime @db.Timestamp", "TIMESTAMP"},
    {"DateTime @db.Timestamptz(0)", "TIMESTAMPTZ(0)"},
    {"DateTime @db.Timestamptz", "TIMESTAMPTZ"},
    {"DateTime @db.Time(6)", "TIME(6)"},
    {"DateTime @db.Time", "TIME"},
    {"DateTime @db.Timetz(2)", "TIMETZ(2)"},
    {"DateTime @db.Timetz", "TIMETZ"},
    {"DateTime @db.Date", "DATE"},
    {"Json", "JSONB"},
    {"Json @db.Json", "JSON"},
    {"Bytes", "BYTEA"},
    {"Bytes[]", "BYTEA[]"},
    {"Feeling", "\"feeling\""},
    {"Feeling[]", "\"feeling\"[]"},
    {"Unsupported(\"circle\")", "CIRCLE"},
    {"Unsupported(\"interval\")[]", "INTERVAL[]"},
};

#define N_TYPES (sizeof(types) / sizeof(types[0]))

/* Table and enum names that PostgreSQL cuts to 63 bytes. */
#define LONG "a_name_that_is_longer_than_the_sixty_three_bytes_that_the_server_keeps"
#define LONG_E "e_" LONG

static void folder_write(const char *dir)
{
    INB__AUTO_BUF inb__buf sql;
    INB__AUTO_BUF inb__buf schema;
    char path[256];
    inb__buf_init(&sql, 65536);
    inb__buf_init(&schema, 65536);
    inb__buf_str(&sql, "CREATE TYPE \"feeling\" AS ENUM ('a b');\n"
                       "CREATE TYPE \"" LONG_E "\" AS ENUM ('x');\n"
                       "CREATE TABLE \"" LONG "\" (\"id\" INTEGER NOT NULL PRIMARY KEY, "
                       "\"" LONG "\" \"" LONG_E "\");\n"
                       "CREATE TABLE \"t\" (\"id\" INTEGER NOT NULL PRIMARY KEY");
    inb__buf_str(&schema, "datasource db {\n  provider = \"postgresql\"\n}\n"
                          "enum Feeling {\n  AB @map(\"a b\")\n  @@map(\"feeling\")\n}\n"
                          "enum LongE {\n  x\n  @@map(\"" LONG_E "\")\n}\n"
                          "model Long {\n  id Int @id\n  e LongE? @map(\"" LONG "\")\n"
                          "  @@map(\"" LONG "\")\n}\nmodel T {\n  id Int @id\n");
    for (size_t i = 0; i < N_TYPES; i++) {
        bool list = strstr(types[i].type, "[]") != NULL;
        inb__buf_printf(&sql, ",\n    \"c%zu\" %s%s", i, types[i].sql, list ? "" : " NOT NULL");
        inb__buf_printf(&schema, "  c%zu %s\n", i, types[i].type);
    }
    inb__buf_str(&sql, ");\n");
    inb__buf_str(&schema, "  @@map(\"t\")\n}\n");
    ck_assert(!sql.failed && !schema.failed);
    snprintf(path, sizeof(path), "%s/1_init/migration.sql", dir);
    ck_assert_int_eq(inb__file_write(path, (inb__str){sql.data, sql.length}, NULL), 0);
    snprintf(path, sizeof(path), "%s/schema.prisma", dir);
    ck_assert_int_eq(inb__file_write(path, (inb__str){schema.data, schema.length}, NULL), 0);
}

/* Each column becomes one of another type, and each but those of a type that is not compared is
 * found. */
static void types_change(const inb_table *table)
{
    char sql[256], want[128];
    inb_migrate_options o = options_make();
    inb_status *status = NULL;
    for (size_t i = 0; i < N_TYPES; i++) {
        snprintf(sql, sizeof(sql),
                 "ALTER TABLE t DROP COLUMN c%zu, ADD COLUMN c%zu macaddr NOT NULL", i, i);
        inb_db_do(conn, sql);
    }
    inb_db_do(conn, "DROP SCHEMA inboard CASCADE");
    ck_assert_int_eq(inb_status_read(&status, table, &o, NULL), 0);
    size_t found = 0;
    for (size_t i = 0; i < N_TYPES; i++) {
        if (strncmp(types[i].type, "Unsupported", 11) != 0) {
            const char *says = inb_status_drift_at(status, found++);
            snprintf(want, sizeof(want), "column \"t\".\"c%zu\" is of type macaddr, expected ", i);
            ck_assert_msg(strncmp(says, want, strlen(want)) == 0, "%s: %s", types[i].type, says);
        }
    }
    /* and the default of the one that counts, which went with its column */
    ck_assert_uint_eq(inb_status_drift_count(status), found + 1);
    inb_status_free(status);
}

/* What inboard-embed makes of a schema is what a server says of the tables. */
START_TEST(every_type_is_expected_as_the_server_prints_it)
{
    char dir[] = "/tmp/inb-db-expect.XXXXXX", path[256], schema[256];
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/1_init", dir);
    snprintf(schema, sizeof(schema), "%s/schema.prisma", dir);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    folder_write(dir);
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__embed embed;
    inb_error *err = NULL;
    /* a new migration may not have the name of 72 bytes, a released one does */
    const inb__embed_options load = {.dir = dir, .schema = schema, .adopt = true};
    ck_assert_msg(inb__embed_load(&embed, &arena, &load, &err) == 0, "%s",
                  embed.problems.n ? embed.problems.v[0].message : inb_error_message(err));
    unlink(schema);
    snprintf(path, sizeof(path), "%s/1_init/migration.sql", dir);
    unlink(path);
    snprintf(path, sizeof(path), "%s/1_init", dir);
    rmdir(path);
    rmdir(dir);
    ck_assert_uint_eq(embed.table.n_expected, 2 + 1 + N_TYPES + 2 + 3); /* two keys, a default */
    inb_migrate_options o = options_make();
    int rc = inb_migrate(&embed.table, &o, NULL, &err);
    ck_assert_msg(rc == 0, "%s; %s", inb_error_message(err), inb_error_detail(err));
    types_change(&embed.table);
}
END_TEST

START_TEST(a_damaged_expectation_is_refused)
{
    inb_test_table *t = expecting();
    inb_migrate_options o = options_make();
    const inb_table *whole = inb_test_table_done(t);
    inb_expected rows[64];
    ck_assert_uint_lt(whole->n_expected, 64);
    for (int i = 0; i < 3; i++) {
        inb_table damaged = *whole;
        inb_error *err = NULL;
        memcpy(rows, whole->expected, whole->n_expected * sizeof(rows[0]));
        damaged.expected = rows;
        damaged.n_expected -= i == 0;
        rows[1].type += i == 1 ? 1 : 0;
        rows[2].name = i == 2 ? whole->text_length : rows[2].name;
        ck_assert_int_eq(inb_migrate(&damaged, &o, NULL, &err), INB_ECORRUPT);
        inb_error_free(err);
    }
    inb_test_table_free(t);
}
END_TEST

START_TEST(memory_may_run_out_while_comparing)
{
    inb_test_table *t = migrated();
    inb_db_do(conn, "ALTER TABLE users DROP COLUMN email");
    inb_db_do(conn, "DROP TABLE audit.log");
    const inb_table *table = inb_test_table_done(t);
    inb_migrate_options o = options_make();
    INB_OOM_LOOP(oom)
    {
        inb_status *status = NULL;
        inb_error *err = NULL;
        int rc = inb_status_read(&status, table, &o, &err);
        if (rc == 0) {
            ck_assert_uint_eq(inb_status_drift_count(status), 2);
            inb_status_free(status);
            INB_OOM_DONE(oom);
        } else {
            ck_assert_int_eq(rc, INB_ENOMEM);
        }
        inb_error_free(err);
    }
    inb_test_table_free(t);
}
END_TEST

static void tests_add(TCase *c)
{
    tcase_add_test(c, what_is_expected_and_there_is_no_drift);
    tcase_add_test(c, what_is_there_besides_is_no_drift);
    tcase_add_loop_test(c, a_difference_is_named, 0, sizeof(changes) / sizeof(changes[0]));
    tcase_add_test(c, the_schema_of_the_url_is_the_one_compared);
    tcase_add_test(c, a_type_of_an_extension_may_be_in_any_schema);
    tcase_add_test(c, what_the_last_run_left_is_compared_too);
    tcase_add_test(c, a_description_of_another_major_version_is_not_compared);
    tcase_add_test(c, not_null_that_is_not_valid_is_expected_still);
    tcase_add_test(c, a_newer_program_may_have_widened_a_type);
    tcase_add_test(c, a_domain_or_a_wider_type_serves_as_well);
    tcase_add_test(c, nothing_is_expected_while_a_migration_is_pending);
    tcase_add_test(c, migrating_ends_with_a_comparison);
    tcase_add_test(c, what_was_different_is_different_until_it_is_not);
    tcase_add_test(c, what_is_left_to_a_release_job_is_not_missed);
    tcase_add_test(c, every_type_is_expected_as_the_server_prints_it);
    tcase_add_test(c, a_damaged_expectation_is_refused);
    tcase_add_test(c, memory_may_run_out_while_comparing);
}

int main(int argc, char **argv)
{
    (void)argc;
    return engine_main(argv, "engine_expect", tests_add);
}
