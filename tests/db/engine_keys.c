/* Keys, indexes, foreign keys, checks and defaults that a schema expects, on a real server. */
#include "config.h"

#include "embed/embed_load.h"
#include "engine.h"
#include "engine/drift_text.h"
#include "schema/diff.h"
#include "schema_text.h"
#include "util/cleanup.h"
#include "util/file.h"

#include <glob.h>
#include <sys/stat.h>

static const char schema_text[] =
    "datasource db {\n  provider = \"postgresql\"\n  schemas  = [\"public\", \"audit\"]\n}\n"
    "enum Mood {\n  SAD\n  OK @map(\"o'k\")\n  @@schema(\"public\")\n}\n"
    "model User {\n"
    "  id Int @id @default(autoincrement())\n"
    "  email String @unique(map: \"users_email\") @db.VarChar(99)\n"
    "  name String @default(\"it's\")\n"
    "  age Int @default(-1)\n"
    "  big BigInt @default(9007199254740993)\n"
    "  price Decimal @default(1.50) @db.Decimal(10, 2)\n"
    "  active Boolean @default(true)\n"
    "  mood Mood @default(OK)\n"
    "  at DateTime @default(now())\n"
    "  ref String @default(dbgenerated(\"gen_random_uuid()\")) @db.Uuid\n"
    "  tags String[] @default([\"a\"])\n"
    "  posts Post[]\n  logs Log[]\n  friends User[] @relation(\"f\")\n  befriended User[] "
    "@relation(\"f\")\n"
    "  @@index([name, age(sort: Desc)])\n"
    "  @@index([ref], type: Hash)\n"
    "  @@index([tags], type: Gin)\n"
    "  @@schema(\"public\")\n  @@map(\"users\")\n}\n"
    "model Post {\n  a Int\n  b Int\n  author Int?\n"
    "  user User? @relation(fields: [author], references: [id], onDelete: Cascade)\n"
    "  @@id([b, a])\n  @@unique([a, author])\n  @@schema(\"public\")\n  @@map(\"Odd "
    "\\\"p\\\"\")\n}\n"
    "model Log {\n  id Int @id\n  by Int\n"
    "  user User @relation(fields: [by], references: [id], onDelete: Restrict, onUpdate: "
    "NoAction)\n"
    "  @@schema(\"audit\")\n  @@map(\"log\")\n}\n";

/* After what the differ makes of the schema: checks, which only SQL can say. */
static const char more_sql[] =
    "ALTER TABLE \"users\" ADD CONSTRAINT \"age_ok\" CHECK (age > -2);\n"
    "ALTER TABLE \"users\" ADD CONSTRAINT \"later\" CHECK (price > 0) NOT VALID;\n"
    "ALTER TABLE \"users\" ADD CONSTRAINT \"gone\" CHECK (big > 0);\n"
    "ALTER TABLE \"users\" DROP CONSTRAINT \"gone\";\n"
    "ALTER TABLE \"users\" ADD CONSTRAINT \"old\" CHECK (big > 1);\n"
    "ALTER TABLE \"users\" RENAME CONSTRAINT \"old\" TO \"new\";\n"
    "ALTER TABLE \"users\" ADD CHECK (big > 2);\n";

/* A folder with one migration, made of the schema, and what inboard-embed would make of it. */
static int embed_make(inb__embed *embed, inb__arena *arena, const char *text, const char *more,
                      inb_error **err)
{
    char dir[] = "/tmp/inb-db-keys.XXXXXX", path[256], schema_path[256];
    inb__schema model, empty;
    inb__steps steps;
    INB__AUTO_BUF inb__buf sql;
    inb__buf_init(&sql, 1 << 20);
    INB__AUTO_ARENA inb__arena scratch;
    inb__arena_init(&scratch);
    if (INB__ARENA_ERROR_EXIT(&scratch)) {
        ck_abort_msg("memory");
    }
    if (!schema_of(&model, &scratch, text)) {
        return INB_EINVAL;
    }
    inb__schema_empty(&empty);
    inb__schema_diff(&steps, &scratch, &empty, &model, NULL);
    inb__render_steps(&sql, &steps);
    inb__buf_str(&sql, more);
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/1_init", dir);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    snprintf(path, sizeof(path), "%s/1_init/migration.sql", dir);
    ck_assert_int_eq(inb__file_write(path, inb__str_of(inb__buf_text(&sql)), NULL), 0);
    snprintf(schema_path, sizeof(schema_path), "%s/schema.prisma", dir);
    ck_assert_int_eq(inb__file_write(schema_path, inb__str_of(text), NULL), 0);
    const inb__embed_options load = {
        .dir = dir, .schema = schema_path, .policy = INB__EMBED_EXPLAIN, .adopt = true};
    int rc = inb__embed_load(embed, arena, &load, err);
    unlink(schema_path);
    unlink(path);
    snprintf(path, sizeof(path), "%s/1_init", dir);
    rmdir(path);
    rmdir(dir);
    return rc;
}

/* The findings of a status, a line each. */
static const char *findings(const inb_table *table, const char *url)
{
    static char out[8192];
    inb_migrate_options o = options_make();
    o.url = url;
    inb_status *status = NULL;
    inb_error *err = NULL;
    int rc = inb_status_read(&status, table, &o, &err);
    ck_assert_msg(rc == 0, "%s", inb_error_message(err));
    int n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < inb_status_drift_count(status); i++) {
        n += snprintf(out + n, sizeof(out) - (size_t)n, "%s%s", i ? "\n" : "",
                      inb_status_drift_at(status, i));
    }
    ck_assert_int_eq(inb_status_bits(status), n ? INB_STATUS_DRIFT : 0);
    inb_status_free(status);
    return out;
}

static void do_all(const char *sql)
{
    while (*sql) {
        char one[1024];
        size_t n = strcspn(sql, ";");
        snprintf(one, sizeof(one), "%.*s", (int)n, sql);
        inb_db_do(conn, one);
        sql += n + (sql[n] == ';');
    }
}

static inb__arena arena;
static inb__embed embed;

/* The schema's tables in the test's database, and what is expected of them. */
static void keys_up(void)
{
    engine_up();
    inb_error *err = NULL;
    inb__arena_init(&arena);
    int rc = embed_make(&embed, &arena, schema_text, more_sql, &err);
    ck_assert_msg(rc == 0, "%d %s %s", rc, inb_error_message(err),
                  embed.problems.n ? embed.problems.v[0].message : "");
    inb_migrate_options o = options_make();
    rc = inb_migrate(&embed.table, &o, NULL, &err);
    ck_assert_msg(rc == 0, "%s; %s", inb_error_message(err), inb_error_detail(err));
    ck_assert_str_eq(findings(&embed.table, db.url), "");
    inb_db_do(conn, "DROP SCHEMA inboard CASCADE");
}

static void keys_down(void)
{
    inb__arena_dispose(&arena);
    engine_down();
}

static const struct {
    const char *sql, *says;
} changes[] = {
    /* indexes */
    {"DROP INDEX users_email", "unique index \"users_email\" of table \"users\" is missing: btree "
                               "(\"email\")"},
    {"ALTER INDEX users_email RENAME TO other", ""},
    {"DROP INDEX users_email; ALTER TABLE users ADD CONSTRAINT another UNIQUE (email)", ""},
    {"DROP INDEX users_email; CREATE INDEX users_email ON users (email)",
     "unique index \"users_email\" of table \"users\" is btree (\"email\"), expected btree "
     "(\"email\")"},
    {"DROP INDEX users_email; CREATE UNIQUE INDEX users_email ON users (email) WHERE active",
     "unique index \"users_email\" of table \"users\" is unique btree (\"email\") WHERE ..., "
     "expected btree (\"email\")"},
    {"DROP INDEX users_email; CREATE UNIQUE INDEX users_email ON users (lower(email))",
     "unique index \"users_email\" of table \"users\" is unique btree (...), expected btree "
     "(\"email\")"},
    {"DROP INDEX users_name_age_idx; CREATE INDEX ON users (name, age)",
     "index \"users_name_age_idx\" of table \"users\" is btree (\"name\", \"age\"), expected btree "
     "(\"name\", \"age\" DESC)"},
    {"DROP INDEX users_name_age_idx; CREATE INDEX x ON users (name, age DESC) INCLUDE (big)", ""},
    {"DROP INDEX users_ref_idx; CREATE INDEX x ON users (ref)",
     "index \"users_ref_idx\" of table \"users\" is missing: hash (\"ref\")"},
    {"DROP INDEX users_tags_idx", "index \"users_tags_idx\" of table \"users\" is missing: gin "
                                  "(\"tags\")"},
    {"UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_ref_idx'::regclass",
     "index \"users_ref_idx\" of table \"users\" is INVALID"},
    {"UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_ref_idx'::regclass;"
     "CREATE INDEX spare ON users USING hash (ref)",
     ""},
    /* keys */
    {"ALTER TABLE \"Odd \"\"p\"\"\" DROP CONSTRAINT \"Odd \"\"p\"\"_pkey\"",
     "primary key \"Odd \"p\"_pkey\" of table \"Odd \"p\"\" is missing: btree (\"b\", \"a\")"},
    {"ALTER TABLE \"Odd \"\"p\"\"\" DROP CONSTRAINT \"Odd \"\"p\"\"_pkey\", ADD PRIMARY KEY (a, b)",
     "primary key \"Odd \"p\"_pkey\" of table \"Odd \"p\"\" is primary key btree (\"a\", \"b\"), "
     "expected btree (\"b\", \"a\")"},
    {"ALTER TABLE \"Odd \"\"p\"\"\" RENAME CONSTRAINT \"Odd \"\"p\"\"_pkey\" TO pk", ""},
    /* foreign keys */
    {"ALTER TABLE \"Odd \"\"p\"\"\" DROP CONSTRAINT \"Odd \"\"p\"\"_author_fkey\"",
     "foreign key \"Odd \"p\"_author_fkey\" of table \"Odd \"p\"\" is missing: (\"author\") "
     "REFERENCES \"users\" (\"id\") ON DELETE CASCADE ON UPDATE CASCADE"},
    {"ALTER TABLE \"Odd \"\"p\"\"\" DROP CONSTRAINT \"Odd \"\"p\"\"_author_fkey\";"
     "ALTER TABLE \"Odd \"\"p\"\"\" ADD CONSTRAINT x FOREIGN KEY (author) REFERENCES users ON "
     "UPDATE CASCADE",
     "foreign key \"Odd \"p\"_author_fkey\" of table \"Odd \"p\"\" is (\"author\") REFERENCES "
     "\"users\" (\"id\") ON DELETE NO ACTION ON UPDATE CASCADE, expected (\"author\") REFERENCES "
     "\"users\" (\"id\") ON DELETE CASCADE ON UPDATE CASCADE"},
    {"ALTER TABLE audit.log DROP CONSTRAINT log_by_fkey;"
     "ALTER TABLE audit.log ADD CONSTRAINT x FOREIGN KEY (by) REFERENCES users ON DELETE RESTRICT",
     ""},
    {"ALTER TABLE audit.log DROP CONSTRAINT log_by_fkey;"
     "ALTER TABLE audit.log ADD CONSTRAINT x FOREIGN KEY (by) REFERENCES users ON DELETE RESTRICT "
     "NOT VALID",
     "foreign key \"log_by_fkey\" of table \"audit\".\"log\" is NOT VALID"},
    /* checks */
    {"ALTER TABLE users DROP CONSTRAINT age_ok", "check \"age_ok\" of table \"users\" is missing"},
    {"ALTER TABLE users DROP CONSTRAINT age_ok; ALTER TABLE users ADD CONSTRAINT age_ok CHECK (age "
     "> -3) NOT VALID",
     "check \"age_ok\" of table \"users\" is NOT VALID"},
    {"ALTER TABLE users VALIDATE CONSTRAINT later", ""},
    {"ALTER TABLE users DROP CONSTRAINT later", "check \"later\" of table \"users\" is missing"},
    {"ALTER TABLE users DROP CONSTRAINT \"new\"", "check \"new\" of table \"users\" is missing"},
    {"ALTER TABLE users DROP CONSTRAINT users_big_check", ""},
    /* defaults */
    {"ALTER TABLE users ALTER id DROP DEFAULT", "column \"users\".\"id\" has no default"},
    {"ALTER TABLE users ALTER id DROP DEFAULT; ALTER TABLE users ALTER id ADD GENERATED ALWAYS AS "
     "IDENTITY",
     ""},
    {"ALTER TABLE users ALTER name DROP DEFAULT",
     "column \"users\".\"name\" has no default, expected 'it''s'"},
    {"ALTER TABLE users ALTER name SET DEFAULT 'its'",
     "column \"users\".\"name\" has the default 'its'::text, expected 'it''s'"},
    {"ALTER TABLE users ALTER name SET DEFAULT 'it' || '''s'", ""},
    {"ALTER TABLE users ALTER age SET DEFAULT 1",
     "column \"users\".\"age\" has the default 1, expected -1"},
    {"ALTER TABLE users ALTER age SET DEFAULT '-1'", ""},
    {"ALTER TABLE users ALTER age SET DEFAULT -1::smallint", ""},
    {"ALTER TABLE users ALTER big SET DEFAULT 9007199254740992",
     "column \"users\".\"big\" has the default '9007199254740992'::bigint, expected "
     "9007199254740993"},
    {"ALTER TABLE users ALTER price SET DEFAULT 01.500", ""},
    {"ALTER TABLE users ALTER price SET DEFAULT 1.51",
     "column \"users\".\"price\" has the default 1.51, expected 1.50"},
    {"ALTER TABLE users ALTER active SET DEFAULT false",
     "column \"users\".\"active\" has the default false, expected true"},
    {"ALTER TABLE users ALTER active SET DEFAULT 1 > 0", ""},
    {"ALTER TABLE users ALTER mood SET DEFAULT 'SAD'",
     "column \"users\".\"mood\" has the default 'SAD'::public.\"Mood\", expected 'o''k'"},
    {"ALTER TABLE users ALTER at SET DEFAULT now() + interval '1 day'", ""},
    {"ALTER TABLE users ALTER at DROP DEFAULT", "column \"users\".\"at\" has no default"},
    {"ALTER TABLE users ALTER ref SET DEFAULT '00000000-0000-0000-0000-000000000000'", ""},
    {"ALTER TABLE users ALTER tags DROP DEFAULT", "column \"users\".\"tags\" has no default"},
    {"ALTER TABLE users ALTER email SET DEFAULT 'x'", ""},
    /* what is gone takes its parts with it, and is named once */
    {"DROP TABLE audit.log", "table \"audit\".\"log\" is missing"},
};

START_TEST(a_difference_is_named)
{
    do_all(changes[_i].sql);
    ck_assert_str_eq(findings(&embed.table, db.url), changes[_i].says);
}
END_TEST

static char logged[4096];

static void log_keep(inb_log_level level, const char *message, void *payload)
{
    (void)payload;
    if (level == INB_LOG_WARNING) {
        size_t n = strlen(logged);
        snprintf(logged + n, sizeof(logged) - n, "%s\n", message);
    }
}

/* A table without what is expected of it besides its column. */
static inb_test_table *lacking(inb_expected_kind kind, const char *name, const char *type)
{
    inb_test_table *t = inb_test_table_new();
    inb_test_migration(t, "1_init", INB_CLASS_ADDITIVE, true);
    inb_test_statement(t, "CREATE TABLE", "CREATE TABLE a (b int)");
    inb_test_expected(t, kind, "", "a", name, type);
    return t;
}

START_TEST(what_only_slows_is_a_warning_and_what_fails_is_a_refusal)
{
    static const struct {
        inb_expected_kind kind;
        const char *name, *type;
        int rc;
    } cases[] = {
        {INB_EXPECTED_INDEX, "x", "btree (\"b\")", 0},
        {INB_EXPECTED_FOREIGN_KEY, "x", "(\"b\") REFERENCES \"a\" (\"b\")", 0},
        {INB_EXPECTED_CHECK, "x", "", 0},
        {INB_EXPECTED_UNIQUE, "x", "btree (\"b\")", INB_EHISTORY},
        {INB_EXPECTED_PRIMARY_KEY, "x", "btree (\"b\")", INB_EHISTORY},
        {INB_EXPECTED_DEFAULT, "b", "1", INB_EHISTORY},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb_migrate_options o = options_make();
        inb_error *err = NULL;
        inb_test_table *t = lacking(cases[i].kind, cases[i].name, cases[i].type);
        inb_db_do(conn, "DROP SCHEMA IF EXISTS inboard CASCADE");
        inb_db_do(conn, "DROP TABLE IF EXISTS a, _prisma_migrations");
        o.log = log_keep;
        logged[0] = '\0';
        ck_assert_int_eq(migrate(t, &o, NULL, &err), cases[i].rc);
        const char *says = cases[i].rc ? inb_error_message(err) : logged;
        ck_assert_ptr_nonnull(strstr(says, findings(inb_test_table_done(t), db.url)));
        ck_assert(cases[i].rc == 0 || !*logged);
        inb_error_free(err);
        inb_test_table_free(t);
    }
}
END_TEST

START_TEST(only_a_literal_is_another_default)
{
    static const struct {
        const char *expected, *actual;
        bool differs;
    } cases[] = {
        {"1", "1", false},
        {"1", "(1)::bigint", false},
        {"1", "'1'::numeric(10,2)", false},
        {"1", "2", true},
        {"1", "(2)::bigint", true},
        {"1", "1 + 1", false},
        {"1", "(1 + 1)", false},
        {"1", "nextval('s'::regclass)", false},
        {"-1", "'-1'::integer", false},
        {"-1", "(-1)", false},
        {"-1", "1", true},
        {"0", "'-0'::integer", false},
        {"100", "10", true},
        {"0.10", ".1", false},
        {"10", "1e1", false},
        {"true", "true", false},
        {"true", "false", true},
        {"true", "'t'::boolean", false},
        {"'a'", "'a'::text", false},
        {"'a'", "'b'::character varying(3)", true},
        {"'a'", "'b'::public.\"My type\"", true},
        {"'a'", "('b'::text || 'c'::text)", false},
        {"'a'", "lower('A'::text)", false},
        {"'a'", "E'b\\\\c'::text", false},
        {"'a'", "CASE WHEN true THEN 'a'::text ELSE 'b'::text END", false},
        {"'it''s'", "'it''s'::text", false},
        {"''", "''::text", false},
        {"''", "'x'::text", true},
        {"", "1", false},
        {"1", "", false},
        {"1", "'", false},
        {"'", "'a'", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_msg(inb__drift_default_differs(cases[i].expected, cases[i].actual) ==
                          cases[i].differs,
                      "%s and %s", cases[i].expected, cases[i].actual);
    }
}
END_TEST

/* Whatever a schema says, the tables that the differ makes of it are what it expects. */
START_TEST(what_the_differ_makes_is_what_is_expected)
{
    const char *source = getenv("top_srcdir");
    char pattern[4096];
    size_t compared = 0;
    glob_t found;
    snprintf(pattern, sizeof(pattern), "%s/tests/golden/diff/*/to.prisma", source ? source : ".");
    ck_assert_int_eq(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        inb_migrate_options o = options_make();
        inb__str text;
        inb__embed one;
        inb_error *err = NULL;
        INB__AUTO_ARENA inb__arena scratch;
        inb__arena_init(&scratch);
        ck_assert_int_eq(inb__file_read(&text, &scratch, found.gl_pathv[i], 1 << 20, NULL), 0);
        const char *copy = inb__arena_strndup(&scratch, text.p, text.n);
        char url[1200]; /* a schema of its own, which is quicker than a database */
        snprintf(url, sizeof(url), "%s&schema=s%zu", db.url, i);
        o.url = url;
        int rc = embed_make(&one, &scratch, copy, "", &err);
        rc = rc < 0 ? rc : inb_migrate(&one.table, &o, NULL, &err);
        ck_assert_msg(rc != INB_EHISTORY, "%s: %s\n%s", found.gl_pathv[i], inb_error_message(err),
                      inb_error_detail(err));
        if (rc == 0) { /* not: an extension that is not installed here, a schema that is no more */
            ck_assert_msg(strcmp(findings(&one.table, url), "") == 0, "%s: %s", found.gl_pathv[i],
                          findings(&one.table, url));
            compared++;
        }
        inb_error_free(err);
    }
    globfree(&found);
    ck_assert_uint_gt(compared, 60);
}
END_TEST

/* Before Prisma 6 a unique index kept the rows of a join table apart, and still does where nobody
 * migrated. */
START_TEST(the_unique_index_of_an_older_join_table_is_its_key)
{
    static const char schema[] = "datasource db {\n  provider = \"postgresql\"\n}\n"
                                 "model Role {\n  id Int @id\n  users User[]\n}\n"
                                 "model User {\n  id Int @id\n  roles Role[]\n}\n";
    static const struct {
        const char *sql;
        int rc;
    } cases[] = {
        {"ALTER TABLE \"_RoleToUser\" DROP CONSTRAINT \"_RoleToUser_AB_pkey\";\n"
         "CREATE UNIQUE INDEX \"_RoleToUser_AB_unique\" ON \"_RoleToUser\" (\"A\", \"B\");\n",
         0},
        {"ALTER TABLE \"_RoleToUser\" DROP CONSTRAINT \"_RoleToUser_AB_pkey\";\n"
         "CREATE INDEX i ON \"_RoleToUser\" (\"A\", \"B\");\n",
         INB_EHISTORY},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb_migrate_options o = options_make();
        inb__embed one;
        inb_error *err = NULL;
        INB__AUTO_ARENA inb__arena scratch;
        inb__arena_init(&scratch);
        char url[1200];
        snprintf(url, sizeof(url), "%s&schema=joins%zu", db.url, i);
        o.url = url;
        ck_assert_int_eq(embed_make(&one, &scratch, schema, cases[i].sql, &err), 0);
        ck_assert_int_eq(inb_migrate(&one.table, &o, NULL, &err), cases[i].rc);
        ck_assert_int_eq(*findings(&one.table, url) == '\0', cases[i].rc == 0);
        inb_error_free(err);
    }
}
END_TEST

static void tests_add(TCase *c)
{
    tcase_set_timeout(c, 300);
    tcase_add_test(c, what_only_slows_is_a_warning_and_what_fails_is_a_refusal);
    tcase_add_test(c, only_a_literal_is_another_default);
    tcase_add_test(c, what_the_differ_makes_is_what_is_expected);
    tcase_add_test(c, the_unique_index_of_an_older_join_table_is_its_key);
}

int main(int argc, char **argv)
{
    (void)argc;
    inb_db_main(argv);
    Suite *suite = suite_create("engine_keys");
    TCase *keys = tcase_create("keys");
    tcase_add_checked_fixture(keys, keys_up, keys_down);
    tcase_set_timeout(keys, 300);
    tcase_add_loop_test(keys, a_difference_is_named, 0, sizeof(changes) / sizeof(changes[0]));
    suite_add_tcase(suite, keys);
    TCase *plain = tcase_create("plain");
    tcase_add_checked_fixture(plain, engine_up, engine_down);
    tests_add(plain);
    suite_add_tcase(suite, plain);
    return inb_check_main(suite);
}
