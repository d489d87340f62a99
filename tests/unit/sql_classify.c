#include "config.h"

#include "check_main.h"
#include "sql/analyse.h"
#include "util/cleanup.h"

#include <stdio.h>

/*
 * The facts that a server can confirm are held against one by tests/db/facts.py; here is what
 * depends on the history, on directives and on the rules of the house.
 */
static inb__arena arena;
static inb__catalog catalog;
static inb__diagnostics problems;
static inb__sql_script script;

static void setup(void)
{
    inb__arena_init(&arena);
    inb__catalog_init(&catalog, &arena);
}

static void teardown(void)
{
    inb__arena_dispose(&arena);
}

/* One more migration of the history. */
static void migrate(const char *sql)
{
    inb__diagnostics_init(&problems, &arena);
    inb__analyse_script(&script, &(const inb__problems){&problems, 0}, &arena, &catalog,
                        inb__str_of(inb__arena_strdup(&arena, sql)));
}

static const inb__sql_statement *last(void)
{
    ck_assert_uint_gt(script.statements.n, 0);
    return &script.statements.v[script.statements.n - 1];
}

static void accepted_check(void)
{
    inb__analyse_acceptance(&script, &(const inb__problems){&problems, 0}, &arena);
}

#define HAS(text)                                                                                  \
    do {                                                                                           \
        ck_assert_uint_eq(problems.n, 1);                                                          \
        ck_assert_msg(strstr(problems.v[0].message, (text)) != NULL, "%s", problems.v[0].message); \
    } while (0)

#define CODE INB_STATEMENT_RUNS_CODE
#define SETTINGS INB_STATEMENT_LEAVES_SETTINGS
#define OBJECTS INB_STATEMENT_LEAVES_OBJECTS
#define DISCARDS INB_STATEMENT_DISCARDS
#define CREATES INB_STATEMENT_CREATES
#define DROPS INB_STATEMENT_DROPS
#define SETS INB_STATEMENT_SETS
#define SESSION ((uint32_t)(CODE | SETTINGS | OBJECTS | DISCARDS | CREATES | DROPS | SETS))

static const struct {
    const char *sql;
    uint32_t flags;
} session_cases[] = {
    {"CREATE TABLE x (id int DEFAULT f(), CHECK (g(id)))", CREATES},
    {"CREATE TABLE temp_x (a int)", CREATES},
    {"CREATE TEMP TABLE x (id int)", CREATES | OBJECTS},
    {"CREATE TABLE pg_temp.x (id int)", CREATES | OBJECTS},
    {"CREATE TEMPORARY SEQUENCE s", CREATES | OBJECTS},
    {"CREATE TEMP VIEW v AS SELECT 1", CREATES | OBJECTS},
    {"CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2)", CREATES},
    {"CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (f(1)) TO (2)", CREATES | CODE},
    {"CREATE TABLE x AS SELECT 1", CREATES | CODE},
    {"CREATE TABLE x AS SELECT 1 WITH NO DATA", CREATES},
    {"CREATE TEMP TABLE x AS SELECT 1 WITH NO DATA", CREATES | OBJECTS},
    {"CREATE MATERIALIZED VIEW x AS SELECT 1", CREATES | CODE},
    {"CREATE INDEX ON t (a, b DESC)", CREATES},
    {"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", CREATES},
    {"CREATE INDEX ON t (a) WHERE b IS NULL AND a > 1", CREATES},
    {"CREATE INDEX ON t (lower(c))", CREATES},
    {"CREATE INDEX ON t (f(c))", CREATES | CODE},
    {"CREATE INDEX ON t (a) WHERE f(a)", CREATES | CODE},
    {"CREATE INDEX ON t USING bloom (a)", CREATES | CODE},
    {"CREATE FUNCTION f2() RETURNS int LANGUAGE sql AS 'SELECT 1'", CREATES},
    {"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", CREATES},
    {"CREATE EXTENSION citext", CREATES | CODE},
    {"CREATE SCHEMA a CREATE TABLE x (id int)", CREATES},
    {"CREATE SCHEMA a CREATE TABLE x (id int) CREATE INDEX ON x (f(id))", CREATES | CODE},
    {"ALTER TABLE t ADD COLUMN n int NOT NULL DEFAULT 0", 0},
    {"ALTER TABLE t ADD COLUMN n int DEFAULT f()", CODE},
    {"ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES t (b)", 0},
    {"ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)", 0},
    {"ALTER TABLE t ADD CONSTRAINT k CHECK (f(a))", CODE},
    {"ALTER TABLE t ADD CONSTRAINT k EXCLUDE USING gist (a WITH =)", CODE},
    {"ALTER TABLE t VALIDATE CONSTRAINT fk", 0},
    {"ALTER TABLE t VALIDATE CONSTRAINT ck", CODE},
    {"ALTER TABLE t ALTER COLUMN a TYPE bigint", CODE}, /* expressions of its indexes */
    {"ALTER TABLE t ALTER COLUMN a SET NOT NULL", 0},
    {"ALTER TABLE t DROP COLUMN a", 0},
    {"ALTER DOMAIN d ADD CHECK (f(VALUE))", CODE},
    {"COMMENT ON TABLE t IS 'temp'", 0},
    {"DROP TABLE t", DROPS},
    {"DROP DATABASE x", DROPS},
    {"INSERT INTO t VALUES (1)", CODE},
    {"UPDATE t SET a = 1", CODE},
    {"TRUNCATE t", CODE},
    {"SELECT set_config('a.b', 'c', false)", CODE | SETTINGS | SETS},
    {"SELECT pg_catalog.set_config('a', 'b', false), set_config('c'::text, '1', 'f')",
     CODE | SETTINGS | SETS},
    {"SELECT set_config('a.b', 'c', true)", CODE},
    {"SELECT set_config('a.b', f(), false)", CODE},
    {"SELECT set_config('a.b', 'c', false), f()", CODE},
    {"SELECT set_config('a.b', 'c', false) FROM t", CODE},
    {"DO 'BEGIN END'", CODE},
    {"REINDEX TABLE t", CODE},
    {"REFRESH MATERIALIZED VIEW v", CODE},
    {"SET search_path = a", SETTINGS | SETS},
    {"SET SESSION AUTHORIZATION x", SETTINGS | SETS},
    {"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", SETTINGS | SETS},
    {"SET TRANSACTION READ ONLY", SETTINGS},
    {"RESET ROLE", SETTINGS | SETS},
    {"SET LOCAL ROLE x", SETTINGS},
    {"RESET ALL", SETTINGS | SETS},
    {"SHOW search_path", 0},
    {"DISCARD ALL", SETTINGS | DISCARDS},
    {"DISCARD TEMP", SETTINGS | DISCARDS},
    {"LISTEN x", OBJECTS},
    {"UNLISTEN x", 0},
    {"PREPARE x AS SELECT 1", OBJECTS},
    {"DECLARE c CURSOR WITH HOLD FOR SELECT 1", CODE | OBJECTS},
    {"LOAD 'x'", CODE},
    {"LOCK TABLE t IN SHARE MODE", 0},
    {"ALTER TABLE t ADD CHECK (c IS JSON)", CODE | SETTINGS | OBJECTS}, /* newer than the parser */
};

START_TEST(what_a_statement_does_to_its_session_is_flagged)
{
    migrate("CREATE TABLE t (a int, b int UNIQUE, c text); CREATE DOMAIN d AS int;"
            "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES t (b) NOT VALID,"
            " ADD CONSTRAINT ck CHECK (a > 0) NOT VALID");
    migrate(session_cases[_i].sql);
    ck_assert_msg((last()->flags & SESSION) == session_cases[_i].flags, "%s: %x",
                  session_cases[_i].sql, last()->flags & SESSION);
}
END_TEST

/* Expressions of 16: what stands before them is read all the same. */
START_TEST(what_the_parser_does_not_know_is_known_by_its_words)
{
    static const struct {
        const char *sql, *tag, *schema, *relation, *object;
        uint32_t flags;
        inb_statement_kind kind;
    } cases[] = {
        {"CREATE INDEX CONCURRENTLY i ON t (a) WHERE c IS JSON", "CREATE INDEX CONCURRENTLY", "",
         "t", "i", INB_STATEMENT_NO_TRANSACTION, INB_STATEMENT_CREATE_INDEX_CONCURRENTLY},
        {"create Unique index /* x */ concurrently IF not EXISTS \"I \"\"i\" on only S . \"T\" (a) "
         "WHERE c IS JSON",
         "CREATE UNIQUE INDEX CONCURRENTLY", "s", "T", "I \"i",
         INB_STATEMENT_NO_TRANSACTION | INB_STATEMENT_IF_NOT_EXISTS,
         INB_STATEMENT_CREATE_INDEX_CONCURRENTLY},
        {"CREATE INDEX CONCURRENTLY ON t (a) WHERE c IS JSON", "CREATE INDEX CONCURRENTLY", "", "t",
         "", INB_STATEMENT_NO_TRANSACTION, INB_STATEMENT_CREATE_INDEX_CONCURRENTLY},
        {"CREATE INDEX i ON t (a) WHERE c IS JSON", "unknown", "", "", "", 0, INB_STATEMENT_OTHER},
        {"CREATE INDEX CONCURRENTLY i IS JSON", "unknown", "", "", "", 0, INB_STATEMENT_OTHER},
        {"VACUUM ONLY t", "VACUUM", "", "", "", INB_STATEMENT_NO_TRANSACTION, INB_STATEMENT_OTHER},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char sql[512];
        snprintf(sql, sizeof(sql), "-- inboard: class additive newer than the parser\n%s;\n",
                 cases[i].sql);
        migrate(sql);
        ck_assert_uint_eq(problems.n, 0);
        ck_assert_str_eq(last()->tag, cases[i].tag);
        ck_assert_str_eq(last()->schema, cases[i].schema);
        ck_assert_str_eq(last()->relation, cases[i].relation);
        ck_assert_str_eq(last()->object, cases[i].object);
        ck_assert_uint_eq(last()->flags & ~SESSION, cases[i].flags);
        ck_assert_int_eq(last()->kind, cases[i].kind);
        ck_assert_int_eq(script.transactional, !(cases[i].flags & INB_STATEMENT_NO_TRANSACTION));
    }
}
END_TEST

START_TEST(what_the_migration_made_itself_is_new)
{
    static const char *const later[] = {
        "CREATE INDEX ON t (a)",
        "ALTER TABLE t ADD COLUMN n int NOT NULL",
        "DROP TABLE t",
        "UPDATE t SET a = 1",
        "DELETE FROM t",
        "ALTER TABLE t ALTER COLUMN a TYPE bigint",
        "ALTER TABLE t RENAME TO u",
        "TRUNCATE t",
        "ALTER TABLE t ADD CHECK (a > 0)",
        "LOCK TABLE t",
        "ALTER TABLE t SET UNLOGGED",
        "ALTER TABLE t ALTER a SET NOT NULL",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "INSERT INTO t SELECT 1",
    };
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate(inb__arena_printf(&arena, "CREATE TABLE t (a int); %s;", later[i]));
        ck_assert_msg(script.cls == INB_CLASS_ADDITIVE, "%s: %s", later[i], last()->reason);
        ck_assert_uint_eq(last()->locks.n, 0);
        /* In the next migration it is not new any more. */
        inb__catalog_init(&catalog, &arena);
        migrate("CREATE TABLE t (a int);");
        migrate(later[i]);
        bool rows = strncmp(later[i], "INSERT", 6) == 0;
        ck_assert_msg(rows || script.cls != INB_CLASS_ADDITIVE, "%s is additive", later[i]);
        ck_assert_uint_gt(last()->locks.n, 0);
    }
}
END_TEST

START_TEST(a_new_table_keeps_being_new_under_another_name)
{
    migrate("CREATE TABLE t (a int);");
    migrate(
        "CREATE TABLE u (a int); DROP TABLE t; ALTER TABLE u RENAME TO t; CREATE INDEX ON t (a);");
    ck_assert_int_eq(last()->cls, INB_CLASS_ADDITIVE);
    ck_assert_int_eq(script.cls, INB_CLASS_CONTRACTING);
}
END_TEST

/* What one migration makes is new in it, whatever it is and whatever name it has by then. */
START_TEST(everything_that_a_migration_makes_is_new_in_it)
{
    static const char *const made[] = {
        "CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA s; DROP TABLE s.t",
        "CREATE SCHEMA s; CREATE TABLE s.t (a int); ALTER SCHEMA s RENAME TO r; DROP TABLE r.t",
        "SET search_path = s; CREATE TABLE t (a int); DROP TABLE s.t",
        "SET search_path = s, public; CREATE TABLE t (a int); RESET search_path; DROP TABLE s.t",
        "CREATE TABLE t (a int); CREATE TABLE u (LIKE t); ALTER TABLE t RENAME TO v; DROP TABLE v, "
        "u",
        "CREATE TEMP TABLE t (a int); INSERT INTO t SELECT 1; DROP TABLE t",
        "CREATE FOREIGN TABLE t (a int) SERVER s; ALTER FOREIGN TABLE t ADD COLUMN b int",
        "CREATE VIEW t AS SELECT 1 AS a; ALTER VIEW t OWNER TO x; DROP VIEW t",
        "CREATE MATERIALIZED VIEW t AS SELECT 1 AS a; REFRESH MATERIALIZED VIEW t",
        "CREATE TABLE t (a serial); SELECT setval('t_a_seq', 5)",
        "CREATE TABLE t (a serial); SELECT setval(pg_get_serial_sequence('t', 'a'), 5)",
        "CREATE SEQUENCE \"S\"; SELECT setval('\"S\"'::regclass, 5)",
        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS ''; ALTER FUNCTION f(int) OWNER TO x; "
        "REVOKE ALL ON FUNCTION f(int) FROM PUBLIC; ALTER FUNCTION f(int) RENAME TO g; "
        "ALTER FUNCTION g(int) STABLE; DROP FUNCTION g(int)",
        "CREATE TYPE t AS ENUM ('a'); ALTER TYPE t RENAME TO u; ALTER TYPE u RENAME VALUE 'a' TO "
        "'b'; "
        "DROP TYPE u",
        "CREATE TYPE t AS (a int); ALTER TYPE t RENAME ATTRIBUTE a TO b; ALTER TYPE t ADD "
        "ATTRIBUTE c "
        "int",
        "CREATE DOMAIN d AS int; ALTER DOMAIN d SET NOT NULL; ALTER DOMAIN d OWNER TO x",
        "CREATE ROLE x; ALTER ROLE x LOGIN; ALTER ROLE x SET work_mem = '1MB'",
        "CREATE SCHEMA s; REVOKE ALL ON ALL TABLES IN SCHEMA s FROM x; ALTER SCHEMA s OWNER TO x",
        "CREATE TABLE t (a int); REVOKE ALL ON t FROM x",
        "CREATE TYPE t; CREATE CAST (t AS int) WITHOUT FUNCTION",
        "CREATE TEXT SEARCH CONFIGURATION t (copy = simple); ALTER TEXT SEARCH CONFIGURATION t ADD "
        "MAPPING FOR word WITH simple",
        "CREATE PUBLICATION p; ALTER PUBLICATION p SET (publish = 'insert')",
    };
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate(made[i]);
        for (size_t k = 0; k < script.statements.n; k++) {
            const inb__sql_statement *s = &script.statements.v[k];
            ck_assert_msg(s->cls == INB_CLASS_ADDITIVE, "%s: %s: %s", made[i], s->tag, s->reason);
            ck_assert_msg(s->locks.n == 0, "%s: %s", made[i], s->tag);
        }
    }
}
END_TEST

/* The other way round: what only bears the name of something new was there before. */
START_TEST(what_was_there_before_is_not_new)
{
    static const struct {
        const char *before, *sql;
    } cases[] = {
        {"CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS ''",
         "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS ''; DROP FUNCTION f(text)"},
        {"CREATE SCHEMA s", "CREATE SCHEMA IF NOT EXISTS s; DROP SCHEMA s"},
        {"CREATE TABLE t (a int); CREATE INDEX i ON t (a)",
         "CREATE INDEX IF NOT EXISTS i ON t (a); DROP INDEX i"},
        {"CREATE TABLE t (a int)", "CREATE TEMP TABLE t (a int); DROP TABLE public.t"},
        {"CREATE TABLE s.t (a int)", "CREATE TABLE t (a int); SET search_path = s; DROP TABLE t"},
        {"CREATE TABLE t (a int)",
         "CREATE TABLE s.t (a int); ALTER TABLE t RENAME TO u; DROP TABLE u"},
        {"CREATE TEMP TABLE t (a int)", "ALTER TABLE t DROP COLUMN a"},
        {"COMMENT ON TABLE t IS 'x'", "CREATE TABLE IF NOT EXISTS t (a int); DROP TABLE t"},
        {"CREATE SEQUENCE s", "CREATE TABLE t (a serial); SELECT setval('s', 1)"},
        {"CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql AS ''", "SELECT lower('x')"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate(cases[i].before);
        migrate(cases[i].sql);
        ck_assert_msg(last()->cls == INB_CLASS_CONTRACTING, "%s: %s", cases[i].sql, last()->reason);
    }
}
END_TEST

/* A WITH query's name hides a table only where it is seen. */
START_TEST(a_name_of_with_hides_a_table_where_it_is_seen)
{
    static const struct {
        const char *sql;
        size_t locks;
        inb_class cls;
    } cases[] = {
        {"WITH t AS (SELECT 1 AS a) SELECT * FROM t", 0, INB_CLASS_ADDITIVE},
        {"WITH t AS (SELECT * FROM t) SELECT * FROM t", 1, INB_CLASS_ADDITIVE},
        {"WITH t AS (SELECT * FROM t) INSERT INTO u SELECT * FROM t", 2, INB_CLASS_BLOCKING},
        {"WITH RECURSIVE t AS (SELECT 1 AS a UNION SELECT a FROM t) SELECT * FROM t", 0,
         INB_CLASS_ADDITIVE},
        {"WITH w AS (SELECT * FROM t), t AS (SELECT 1 AS a) SELECT * FROM w, t", 1,
         INB_CLASS_ADDITIVE},
        {"WITH t AS (SELECT 1 AS a), w AS (SELECT * FROM t) SELECT * FROM w", 0,
         INB_CLASS_ADDITIVE},
        {"SELECT * FROM (WITH t AS (SELECT 1 AS a) SELECT * FROM t) x, t", 1, INB_CLASS_ADDITIVE},
        {"WITH t AS (SELECT 1 AS a) SELECT * FROM public.t", 1, INB_CLASS_ADDITIVE},
        {"WITH a AS (SELECT 1 AS a), b AS (INSERT INTO u SELECT * FROM a RETURNING a) SELECT * "
         "FROM b",
         1, INB_CLASS_ADDITIVE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate("CREATE TABLE t (a int); CREATE TABLE u (a int);");
        migrate(cases[i].sql);
        ck_assert_msg(last()->locks.n == cases[i].locks, "%s: %zu", cases[i].sql, last()->locks.n);
        ck_assert_msg(last()->cls == cases[i].cls, "%s: %s", cases[i].sql, last()->reason);
    }
}
END_TEST

/* docs/CLASSES.md: what breaks code is contracting, what refuses data is not. */
START_TEST(what_refuses_null_breaks_code_and_what_refuses_a_value_does_not)
{
    static const struct {
        const char *sql;
        inb_class cls;
    } cases[] = {
        {"ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", INB_CLASS_ADDITIVE},
        {"ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", INB_CLASS_BLOCKING},
        {"ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID", INB_CLASS_CONTRACTING},
        {"ALTER TABLE t ADD CONSTRAINT c CHECK (id IS NOT NULL) NOT VALID", INB_CLASS_ADDITIVE},
        {"ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES t NOT VALID",
         INB_CLASS_ADDITIVE},
        {"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", INB_CLASS_ADDITIVE},
        {"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a) NULLS NOT DISTINCT", INB_CLASS_CONTRACTING},
        {"CREATE UNIQUE INDEX CONCURRENTLY i ON t (id, a) NULLS NOT DISTINCT", INB_CLASS_ADDITIVE},
        {"ALTER TABLE t ADD COLUMN n int CHECK (n IS NOT NULL)", INB_CLASS_CONTRACTING},
        {"ALTER TABLE t ADD COLUMN n int DEFAULT 1 CHECK (n IS NOT NULL)", INB_CLASS_BLOCKING},
        {"ALTER TABLE t ADD COLUMN n full_only", INB_CLASS_CONTRACTING},
        {"ALTER TABLE t ADD COLUMN n int UNIQUE", INB_CLASS_BLOCKING},
        {"ALTER TABLE t ADD COLUMN n int DEFAULT 1 UNIQUE", INB_CLASS_CONTRACTING},
        {"ALTER DOMAIN any_int ADD CHECK (value > 0) NOT VALID", INB_CLASS_ADDITIVE},
        {"ALTER DOMAIN any_int ADD CHECK (value IS NOT NULL) NOT VALID", INB_CLASS_CONTRACTING},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate("CREATE TABLE t (id int PRIMARY KEY, a int); CREATE DOMAIN any_int AS int; CREATE "
                "DOMAIN "
                "full_only AS int NOT NULL;");
        migrate(cases[i].sql);
        ck_assert_msg(last()->cls == cases[i].cls, "%s: %s", cases[i].sql, last()->reason);
    }
}
END_TEST

START_TEST(a_relation_has_one_name)
{
    migrate("CREATE TABLE public.t (a int); CREATE TABLE \"S\".\"t.u\" (a int);");
    migrate("ALTER TABLE t ADD COLUMN b int; ALTER TABLE PUBLIC.t ADD COLUMN c int; ALTER TABLE "
            "\"S\".\"t.u\" ADD COLUMN b int;");
    static const char *const names[] = {"t", "t", "S.t.u"};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(script.statements.v[i].locks.n, 1);
        ck_assert_str_eq(script.statements.v[i].locks.v[0].relation, names[i]);
    }
    ck_assert_str_eq(script.statements.v[1].schema, "public"); /* a resume asks as it was written */
}
END_TEST

START_TEST(a_table_that_may_exist_is_not_new)
{
    migrate("CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX i ON t (a);");
    ck_assert_int_eq(script.cls, INB_CLASS_BLOCKING);
    migrate("CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX ON t (a);");
    ck_assert_int_eq(script.cls, INB_CLASS_BLOCKING);
    migrate("CREATE TABLE IF NOT EXISTS u (a int PRIMARY KEY); DELETE FROM u;");
    ck_assert_int_eq(script.cls, INB_CLASS_CONTRACTING);
    migrate("CREATE SCHEMA IF NOT EXISTS s; DROP SCHEMA s;");
    ck_assert_int_eq(script.cls, INB_CLASS_CONTRACTING);
    migrate("CREATE TABLE w (a int); CREATE INDEX i ON w (a); DELETE FROM w;");
    ck_assert_int_eq(script.cls, INB_CLASS_ADDITIVE);
}
END_TEST

static const struct {
    const char *sql;
    inb_class cls;
} held_cases[] = {
    {"ALTER TABLE small ADD x int; ALTER TABLE big VALIDATE CONSTRAINT c;", INB_CLASS_BLOCKING},
    {"ALTER TABLE big VALIDATE CONSTRAINT c; ALTER TABLE small ADD x int;", INB_CLASS_ADDITIVE},
    {"ALTER TABLE big ADD x int, VALIDATE CONSTRAINT c;", INB_CLASS_BLOCKING},
    {"CREATE TABLE n (a int REFERENCES small); ALTER TABLE big VALIDATE CONSTRAINT c;",
     INB_CLASS_BLOCKING},
    {"ALTER TABLE small ADD x int; SELECT count(*) FROM big;", INB_CLASS_BLOCKING},
    {"ALTER TABLE small ADD x int; INSERT INTO small VALUES ((SELECT max(id) FROM big), 1);",
     INB_CLASS_BLOCKING},
    {"ALTER TABLE small ADD x int; ANALYZE big;", INB_CLASS_BLOCKING},
    {"ALTER TABLE small ADD x int; SELECT pg_sleep(10);", INB_CLASS_BLOCKING},
    {"ALTER TABLE small ADD x int; SELECT 1; INSERT INTO small VALUES (1);", INB_CLASS_ADDITIVE},
    {"COMMENT ON TABLE small IS 'x'; ANALYZE big;", INB_CLASS_ADDITIVE},
    {"-- inboard: no-transaction\nALTER TABLE small ADD x int; ALTER TABLE big VALIDATE CONSTRAINT "
     "c;",
     INB_CLASS_ADDITIVE},
};

START_TEST(a_strong_lock_is_brief_only_when_nothing_slow_follows)
{
    migrate("CREATE TABLE big (id int, v int); CREATE TABLE small (id int PRIMARY KEY);"
            "ALTER TABLE big ADD CONSTRAINT c CHECK (v > 0) NOT VALID;");
    migrate(held_cases[_i].sql);
    ck_assert_msg(script.cls == held_cases[_i].cls, "%s: %d, %s", held_cases[_i].sql, script.cls,
                  script.reason);
}
END_TEST

START_TEST(the_schema_is_a_part_of_the_name)
{
    migrate("CREATE TABLE other.t (a int); CREATE INDEX ON t (a);");
    ck_assert_int_eq(script.cls, INB_CLASS_BLOCKING);
    ck_assert_str_eq(last()->locks.v[0].relation, "t");
    migrate("CREATE TABLE public.v (a int); CREATE INDEX ON v (a);");
    ck_assert_int_eq(script.cls, INB_CLASS_ADDITIVE);
    migrate("CREATE INDEX ON other.t (a);");
    ck_assert_str_eq(last()->locks.v[0].relation, "other.t");
}
END_TEST

START_TEST(a_check_of_an_earlier_migration_proves_not_null)
{
    migrate("CREATE TABLE t (a int, b int);");
    migrate("ALTER TABLE t ADD CONSTRAINT a_set CHECK (a IS NOT NULL AND b > 0) NOT VALID;");
    migrate("ALTER TABLE t ALTER a SET NOT NULL;");
    ck_assert_int_eq(script.cls, INB_CLASS_CONTRACTING);
    ck_assert_uint_eq(last()->flags & INB_STATEMENT_SCANS, INB_STATEMENT_SCANS);
    migrate("ALTER TABLE t ALTER a DROP NOT NULL;");
    migrate("ALTER TABLE t VALIDATE CONSTRAINT a_set;");
    migrate("ALTER TABLE t ALTER a SET NOT NULL;");
    ck_assert_int_eq(script.cls, INB_CLASS_ADDITIVE);
    ck_assert_uint_eq(last()->flags & INB_STATEMENT_SCANS, 0);
    migrate("ALTER TABLE t ALTER b SET NOT NULL;");
    ck_assert_int_eq(script.cls, INB_CLASS_CONTRACTING);
}
END_TEST

START_TEST(the_check_that_helped_can_go)
{
    migrate("CREATE TABLE t (a int, CONSTRAINT a_set CHECK (a IS NOT NULL), CONSTRAINT a_more "
            "CHECK (a > 0));");
    migrate("ALTER TABLE t DROP CONSTRAINT a_set;");
    ck_assert_int_eq(script.cls, INB_CLASS_CONTRACTING);
    migrate("ALTER TABLE t ADD CONSTRAINT a_set CHECK (a IS NOT NULL);");
    migrate("ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t DROP CONSTRAINT a_set;");
    ck_assert_int_eq(script.cls, INB_CLASS_ADDITIVE);
    migrate("ALTER TABLE t DROP CONSTRAINT a_more;");
    ck_assert_int_eq(script.cls, INB_CLASS_CONTRACTING);
}
END_TEST

START_TEST(validating_under_the_lock_that_added_blocks)
{
    const char *both = "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID; ALTER TABLE t "
                       "VALIDATE CONSTRAINT k;";
    migrate("CREATE TABLE t (a int);");
    migrate(both);
    ck_assert_int_eq(last()->cls, INB_CLASS_BLOCKING);
    migrate("ALTER TABLE t DROP CONSTRAINT k;");
    migrate(inb__arena_printf(&arena, "-- inboard: no-transaction\n%s", both));
    ck_assert_int_eq(last()->cls, INB_CLASS_ADDITIVE);
    ck_assert(!script.transactional);
}
END_TEST

START_TEST(an_unknown_function_is_volatile_and_opaque)
{
    migrate("CREATE TABLE t (a int);");
    migrate("ALTER TABLE t ADD COLUMN b int DEFAULT my_own();");
    ck_assert_int_eq(script.cls, INB_CLASS_BLOCKING);
    migrate("ALTER TABLE t ADD COLUMN c timestamptz DEFAULT other.now();");
    ck_assert_int_eq(script.cls, INB_CLASS_BLOCKING);
    migrate("INSERT INTO t VALUES (my_own());");
    ck_assert(last()->opaque);
    ck_assert_int_eq(script.cls, INB_CLASS_CONTRACTING);
}
END_TEST

START_TEST(facts_for_a_resume_are_kept)
{
    migrate("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I x\" ON s.t (a)");
    ck_assert_int_eq(last()->kind, INB_STATEMENT_CREATE_INDEX_CONCURRENTLY);
    ck_assert_str_eq(last()->schema, "s");
    ck_assert_str_eq(last()->relation, "t");
    ck_assert_str_eq(last()->object, "I x");
    ck_assert_uint_eq(last()->flags & INB_STATEMENT_IF_NOT_EXISTS, INB_STATEMENT_IF_NOT_EXISTS);
    ck_assert(!script.transactional);
    ck_assert_uint_eq(problems.n, 0);
    migrate("DROP INDEX CONCURRENTLY s.i");
    ck_assert_int_eq(last()->kind, INB_STATEMENT_DROP_INDEX_CONCURRENTLY);
    ck_assert_str_eq(last()->object, "i");
    migrate("ALTER TYPE s.e ADD VALUE IF NOT EXISTS 'x'");
    ck_assert_int_eq(last()->kind, INB_STATEMENT_ADD_ENUM_VALUE);
    ck_assert_str_eq(last()->relation, "e");
    ck_assert_str_eq(last()->object, "x");
    migrate("ALTER TABLE s.t VALIDATE CONSTRAINT k");
    ck_assert_int_eq(last()->kind, INB_STATEMENT_VALIDATE_CONSTRAINT);
    ck_assert_str_eq(last()->object, "k");
    migrate("ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int");
    ck_assert_int_eq(last()->kind, INB_STATEMENT_OTHER);
    migrate("REINDEX INDEX CONCURRENTLY i");
    ck_assert_int_eq(last()->kind, INB_STATEMENT_REINDEX_CONCURRENTLY);
}
END_TEST

START_TEST(a_hazard_needs_its_own_class_accepted)
{
    migrate("-- inboard: accept contracting nobody uses it\nDROP TABLE t; CREATE INDEX ON u (a);");
    accepted_check();
    HAS("CREATE INDEX is blocking");
    migrate("SELECT 1;\n-- inboard: accept blocking it is small\nCREATE INDEX ON u (a);\nCREATE "
            "INDEX ON u (b);");
    accepted_check();
    HAS("CREATE INDEX is blocking");
    ck_assert_str_eq(script.statements.v[2].tag, "CREATE INDEX");
    ck_assert_uint_eq(problems.v[0].span.start, script.statements.v[2].offset);
    migrate("-- inboard: accept blocking it is small\n\nCREATE INDEX ON u (a);\nCREATE INDEX ON u "
            "(b);");
    accepted_check();
    ck_assert_uint_eq(problems.n, 0);
}
END_TEST

START_TEST(a_class_speaks_only_for_what_is_not_seen)
{
    migrate("-- inboard: class additive it only logs\nDO $$ BEGIN NULL; END $$;");
    accepted_check();
    ck_assert_uint_eq(problems.n, 0);
    ck_assert_int_eq(script.cls, INB_CLASS_ADDITIVE);
    ck_assert_str_eq(script.reason, "it only logs");
    migrate("SELECT 1;\n-- inboard: class additive I say so\nDROP TABLE t;");
    HAS("the class of DROP TABLE is known");
    migrate("-- inboard: class blocking new words of a newer server\nALTER TABLE t FROBNICATE; "
            "DROP TABLE t;");
    ck_assert_uint_eq(problems.n, 0);
    ck_assert_int_eq(script.statements.v[0].cls, INB_CLASS_BLOCKING);
    ck_assert_int_eq(script.statements.v[1].cls, INB_CLASS_CONTRACTING);
}
END_TEST

START_TEST(directives_that_say_nothing_are_refused)
{
    static const struct {
        const char *sql, *message;
    } wrong[] = {
        {"-- inboard: acept blocking x\nSELECT 1;", "unknown directive \"acept\""},
        {"-- inboard:\nSELECT 1;", "unknown directive \"\""},
        {"-- Inboard: Accept blocking x\nSELECT 1;", "unknown directive \"Accept\""},
        {"-- inboard: accept\nSELECT 1;", "names no class"},
        {"-- inboard: accept risky x\nSELECT 1;", "unknown class \"risky\""},
        {"-- inboard: accept blocking\nSELECT 1;", "gives no reason"},
        {"-- inboard: accept blocking  \nSELECT 1;", "gives no reason"},
        {"-- inboard: class additive\nSELECT 1;", "gives no reason"},
        {"-- inboard: accept additive x\nSELECT 1;", "has no effect"},
        {"SELECT 1; -- inboard: accept blocking x\nSELECT 2;", "on the line of a statement"},
        {"SELECT 1;\n-- inboard: accept blocking x\n", "no statement follows"},
        {"SELECT\n-- inboard: accept blocking x\n1;", "inside a statement"},
        {"/* inboard: accept blocking x */ SELECT 1;", "a directive is a comment of the form"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        migrate(wrong[i].sql);
        ck_assert_msg(problems.n == 1, "%s: %zu problems", wrong[i].sql, problems.n);
        ck_assert_msg(strstr(problems.v[0].message, wrong[i].message) != NULL, "%s",
                      problems.v[0].message);
    }
    migrate("-- inboard is nice\n-- inboards: x\nSELECT '-- inboard: x';");
    ck_assert_uint_eq(problems.n, 0);
}
END_TEST

/* b and c: the halves of a block, which are not sent; B: BEGIN with modes; s: other modes at the
 * head;
 * -: not sent; u: unfit; n: takes no transaction; .: all else. */
static char opener(const inb__sql_statement *s)
{
    return s->kind == INB_STATEMENT_BEGIN ? 'B' : 's';
}

static const char *shape(void)
{
    static char text[16];
    size_t i = 0;
    for (; i < script.statements.n; i++) {
        const inb__sql_statement *s = &script.statements.v[i];
        bool unsent = (s->flags & INB_STATEMENT_UNSENT) != 0;
        bool opens = (s->flags & INB_STATEMENT_OPENS) != 0;
        text[i] = s->kind == INB_STATEMENT_UNFIT                         ? 'u'
                  : opens                                                ? opener(s)
                  : unsent && s->kind == INB_STATEMENT_BEGIN             ? 'b'
                  : unsent && s->kind == INB_STATEMENT_COMMIT            ? 'c'
                  : unsent                                               ? '-'
                  : !unsent && (s->flags & INB_STATEMENT_NO_TRANSACTION) ? 'n'
                                                                         : '.';
    }
    text[i] = '\0';
    return text;
}

START_TEST(a_transaction_of_the_file_s_own_is_the_engine_s)
{
    static const struct {
        const char *sql, *shape;
        bool transactional;
    } cases[] = {
        {"SELECT 1; SELECT 2;", "..", true},
        {"BEGIN; SELECT 1; COMMIT;", "b.c", true},
        {"START TRANSACTION; SELECT 1; END;", "b.c", true},
        {"SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3; BEGIN; COMMIT", ".b.c.bc", true},
        {"BEGIN; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a);", "b.cn", false},
        {"-- inboard: no-transaction\nBEGIN; SELECT 1; COMMIT;", "b.c", false},
        {"BEGIN; SET LOCAL work_mem = '1MB'; COMMIT;", "b.c", true},
        {"BEGIN; SET LOCAL work_mem = '1MB'; COMMIT; SELECT 1", "b.c.", false},
        {"BEGIN; CREATE TEMP TABLE x (a int) ON COMMIT DROP; COMMIT; SELECT 1", "b.c.", false},
        {"BEGIN; SELECT 1;", "u.", false},
        {"SELECT 1; COMMIT;", ".c", true},
        {"SELECT 1; COMMIT; SELECT 2;", ".c.", false},
        {"COMMIT; SELECT 1;", "c.", true},
        {"SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT; COMMIT", ".cb.cc", false},
        {"BEGIN; BEGIN; COMMIT;", "bbc", true},
        {"BEGIN; BEGIN READ ONLY; COMMIT;", "buc", false},
        {"BEGIN; SELECT 1; ROLLBACK;", "u.u", false},
        {"BEGIN; SAVEPOINT s; ROLLBACK TO s; RELEASE s; COMMIT;", "b...c", true},
        {"SAVEPOINT s; RELEASE s;", "uu", false},
        {"BEGIN; SELECT 1; COMMIT AND CHAIN; COMMIT;", "b.uc", false},
        {"BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT;", "B.c", true},
        {"SELECT 1; BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT;", ".B.c", false},
        {"SET work_mem = '1MB'; START TRANSACTION DEFERRABLE; SELECT 1; COMMIT;", ".B.c", true},
        {"BEGIN READ ONLY; SELECT 1; COMMIT;", "b.c", true},
        {"BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY; SELECT 1; COMMIT;", "b.c", true},
        {"BEGIN ISOLATION LEVEL SERIALIZABLE, READ WRITE; SELECT 1; COMMIT;", "B.c", true},
        {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1;", "s.", true},
        {"SET LOCAL transaction_isolation = 'serializable'; SELECT 1;", "s.", true},
        {"LOCK t; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1;", ".s.", true},
        {"SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;", ".-", true},
        {"SET TRANSACTION READ ONLY; SELECT 1;", "-.", true},
        {"BEGIN; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1; COMMIT;", "bs.c", true},
        {"BEGIN; SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; COMMIT;", "b.uc", false},
        {"SELECT 1; BEGIN; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; COMMIT;", ".bsc", false},
        {"SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; SELECT 1;", "..", true},
        {"BEGIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT;", "buc", false},
        {"SELECT 1;\n\\d t\nSELECT 2;", ".u.", false},
        {"SELECT 1; COPY t FROM STDIN;\n1\n\\.\nSELECT 2;", ".u.", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate(cases[i].sql);
        ck_assert_msg(strcmp(shape(), cases[i].shape) == 0, "%s: %s", cases[i].sql, shape());
        ck_assert_msg(script.transactional == cases[i].transactional, "%s", cases[i].sql);
        ck_assert_msg(script.unfit == (strchr(cases[i].shape, 'u') != NULL), "%s", cases[i].sql);
        bool control = strpbrk(cases[i].shape, "bBcsu") != NULL;
        ck_assert_msg(!control || problems.n > 0, "%s is not refused in a new one", cases[i].sql);
    }
}
END_TEST

START_TEST(code_that_is_not_read_may_use_a_value)
{
    static const struct {
        const char *sql;
        bool used, seen;
    } cases[] = {
        {"-- inboard: class additive x\nDO $$ BEGIN UPDATE t SET r = 'b'; END $$;", true, true},
        {"-- inboard: class additive x\nDO $$ BEGIN EXECUTE 'UPDATE t SET r = ''b'''; END $$;",
         true, true},
        {"-- inboard: class additive x\nDO $$ BEGIN PERFORM f(); END $$;", true, false},
        {"-- inboard: class additive x\nDO $$ BEGIN CREATE ROLE reader; END $$;", false, false},
        {"-- inboard: class additive x\nSELECT f();", true, false},
        {"-- inboard: class additive x\nINSERT INTO t (n) VALUES (f());", true, false},
        {"-- inboard: class additive x\nCALL p();", true, false},
        {"SELECT lower('B');", false, false},
        {"INSERT INTO t (n) VALUES ('x');", false, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate("CREATE TYPE role AS ENUM ('a'); CREATE TABLE t (r role, n text);");
        migrate(inb__arena_printf(&arena, "ALTER TYPE role ADD VALUE 'b';\n%s", cases[i].sql));
        ck_assert_msg(script.transactional != cases[i].used, "%s", cases[i].sql);
        ck_assert_msg(problems.n == cases[i].used, "%s", cases[i].sql);
        if (cases[i].used && cases[i].seen) {
            HAS("the value \"b\" is added to its enum and used in one transaction");
        } else if (cases[i].used) {
            HAS("what this runs may use it");
        }
    }
}
END_TEST

START_TEST(extensions_that_migrations_call_are_known)
{
    static const char tables[] =
        "CREATE TABLE t (id int, at timestamptz); CREATE TABLE \"T u\" (id int);";
    static const struct {
        const char *sql, *locks;
        inb_class cls;
        uint32_t flags;
    } cases[] = {
        {"SELECT create_distributed_table('t', 'id')", "t ExclusiveLock", INB_CLASS_BLOCKING,
         INB_STATEMENT_SCANS},
        {"SELECT pg_catalog.create_distributed_table('public.T', 'id')", "t ExclusiveLock",
         INB_CLASS_BLOCKING, INB_STATEMENT_SCANS},
        {"SELECT create_reference_table('\"T u\"'::regclass)", "T u ExclusiveLock",
         INB_CLASS_BLOCKING, INB_STATEMENT_SCANS},
        {"SELECT create_reference_table(relname) FROM t", "t AccessShareLock", INB_CLASS_BLOCKING,
         INB_STATEMENT_SCANS},
        {"SELECT undistribute_table('t')", "t AccessExclusiveLock", INB_CLASS_BLOCKING,
         INB_STATEMENT_REWRITES},
        {"SELECT alter_distributed_table('t', shard_count => 6)", "t AccessExclusiveLock",
         INB_CLASS_BLOCKING, INB_STATEMENT_REWRITES},
        {"SELECT citus_add_local_table_to_metadata('t')", "t AccessExclusiveLock",
         INB_CLASS_BLOCKING, 0},
        {"SELECT create_distributed_table_concurrently('t', 'id')", "t ShareUpdateExclusiveLock",
         INB_CLASS_BLOCKING, INB_STATEMENT_SCANS | INB_STATEMENT_NO_TRANSACTION},
        {"SELECT create_distributed_function('f(int)')", "", INB_CLASS_ADDITIVE, 0},
        {"SELECT * FROM create_hypertable('t', by_range('at'))", "t AccessExclusiveLock",
         INB_CLASS_BLOCKING, INB_STATEMENT_SCANS},
        {"SELECT add_compression_policy(hypertable => 't', compress_after => INTERVAL '7 days')",
         "t AccessShareLock", INB_CLASS_BLOCKING, 0},
        {"CALL add_columnstore_policy('t', after => INTERVAL '7 days')", "t AccessShareLock",
         INB_CLASS_BLOCKING, 0},
        {"CALL refresh_continuous_aggregate('t', NULL, NULL)", "t RowExclusiveLock",
         INB_CLASS_BLOCKING, INB_STATEMENT_NO_TRANSACTION},
        {"SELECT partman.create_parent(p_parent_table := 'public.t', p_control := 'at')",
         "t AccessExclusiveLock", INB_CLASS_BLOCKING, 0},
        {"SELECT partman.run_maintenance('public.t')", "t AccessExclusiveLock", INB_CLASS_BLOCKING,
         0},
        {"CALL partman.run_maintenance_proc()", "", INB_CLASS_BLOCKING,
         INB_STATEMENT_NO_TRANSACTION},
        {"CREATE TABLE n (id int); SELECT create_distributed_table('n', 'id')", "",
         INB_CLASS_ADDITIVE, 0},
        {"CREATE TABLE n (at date); SELECT create_hypertable('public.n', 'at')", "",
         INB_CLASS_ADDITIVE, 0},
        {"CREATE MATERIALIZED VIEW m WITH (timescaledb.continuous) AS SELECT 1 AS a", "",
         INB_CLASS_ADDITIVE, INB_STATEMENT_NO_TRANSACTION},
        {"CREATE MATERIALIZED VIEW m WITH (timescaledb.continuous) AS SELECT 1 AS a WITH NO DATA",
         "", INB_CLASS_ADDITIVE, 0},
        {"CREATE FUNCTION create_parent(text) RETURNS int LANGUAGE sql AS 'SELECT 1';"
         "SELECT create_parent('t')",
         "", INB_CLASS_CONTRACTING, 0},
    };
    const uint32_t seen =
        INB_STATEMENT_SCANS | INB_STATEMENT_REWRITES | INB_STATEMENT_NO_TRANSACTION;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate(tables);
        migrate(cases[i].sql);
        const inb__sql_statement *s = &script.statements.v[script.statements.n - 1];
        const char *locks = "";
        for (size_t k = 0; k < s->locks.n; k++) {
            locks =
                inb__arena_printf(&arena, "%s%s%s %s", locks, k ? " " : "", s->locks.v[k].relation,
                                  inb_lock_mode_name(s->locks.v[k].mode));
        }
        ck_assert_msg(strcmp(locks, cases[i].locks) == 0, "%s: %s", cases[i].sql, locks);
        ck_assert_msg(s->cls == cases[i].cls, "%s: %s", cases[i].sql, inb_class_name(s->cls));
        ck_assert_msg((s->flags & seen) == cases[i].flags, "%s: %x", cases[i].sql, s->flags & seen);
    }
}
END_TEST

START_TEST(functions_of_the_server_have_its_volatility)
{
    static const struct {
        const char *call;
        inb_class column, select; /* as the default of a new column, and called for itself */
    } cases[] = {
        {"abs(1)", INB_CLASS_ADDITIVE, INB_CLASS_ADDITIVE},
        {"abbrev('10.0.0.0/8'::cidr)", INB_CLASS_ADDITIVE, INB_CLASS_ADDITIVE}, /* the first */
        {"xpath_exists('a', '<a/>')", INB_CLASS_ADDITIVE, INB_CLASS_ADDITIVE},
        {"pg_catalog.jsonb_path_query_first('[]', '$')", INB_CLASS_ADDITIVE, INB_CLASS_ADDITIVE},
        {"(now() AT TIME ZONE 'utc')", INB_CLASS_ADDITIVE, INB_CLASS_ADDITIVE},
        {"clock_timestamp()", INB_CLASS_BLOCKING, INB_CLASS_ADDITIVE},
        {"gen_random_uuid()", INB_CLASS_BLOCKING, INB_CLASS_ADDITIVE},
        {"public.uuid_generate_v4()", INB_CLASS_BLOCKING, INB_CLASS_ADDITIVE},
        {"pg_reload_conf()", INB_CLASS_BLOCKING, INB_CLASS_CONTRACTING},
        {"lo_unlink(1)", INB_CLASS_BLOCKING, INB_CLASS_CONTRACTING},
        {"table_to_xml('t', true, true, '')", INB_CLASS_BLOCKING, INB_CLASS_CONTRACTING},
        {"public.abs(1)", INB_CLASS_BLOCKING, INB_CLASS_CONTRACTING},
        {"ab()", INB_CLASS_BLOCKING, INB_CLASS_CONTRACTING},
        {"zzz()", INB_CLASS_BLOCKING, INB_CLASS_CONTRACTING},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate("CREATE TABLE t (id int);");
        migrate(inb__arena_printf(&arena, "ALTER TABLE t ADD x text DEFAULT %s;", cases[i].call));
        ck_assert_msg(script.cls == cases[i].column, "%s: %s", cases[i].call,
                      inb_class_name(script.cls));
        migrate(inb__arena_printf(&arena, "SELECT %s;", cases[i].call));
        ck_assert_msg(script.cls == cases[i].select, "%s: %s", cases[i].call,
                      inb_class_name(script.cls));
    }
}
END_TEST

START_TEST(a_directive_is_for_one_statement)
{
    static const struct {
        const char *sql, *shape;
    } cases[] = {
        {"-- inboard: no-transaction\nVALUES (1); VALUES (2);", ".."},
        {"-- inboard: no-transaction statement\nVALUES (1); VALUES (2);", "n."},
        {"VALUES (1);\n-- inboard: no-transaction\nVALUES (2); VALUES (3);", ".n."},
        {"VALUES (1);\n-- inboard: no-transaction statement\nVALUES (2);", ".n"},
        {"-- inboard: no-transaction\n-- inboard: no-transaction statement\nVALUES (1); VALUES "
         "(2);",
         "n."},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate(cases[i].sql);
        ck_assert_msg(strcmp(shape(), cases[i].shape) == 0, "%s: %s", cases[i].sql, shape());
        ck_assert(!script.transactional);
        ck_assert_uint_eq(problems.n, 0);
    }
}
END_TEST

START_TEST(a_procedure_that_commits_runs_alone)
{
    static const struct {
        const char *sql;
        bool alone;
    } cases[] = {
        {"CALL commits();", true},
        {"CALL public.commits();", true},
        {"CALL rolls();", true},
        {"CALL indirect(1);", true},
        {"CALL plain();", false},
        {"CALL speaks();", false},
        {"CALL unknown();", false},
        {"-- inboard: no-transaction\nCALL unknown();", true},
        {"-- inboard: no-transaction\nCALL plain();", false},
        {"DO $$ BEGIN CALL commits(); END $$;", true},
        {"DO $$ BEGIN CALL \"public\" . Commits (); END $$;", true},
        {"DO $$ BEGIN CALL \"Commits\"(); CALL plain(); END $$;", false},
        {"DO $$ BEGIN UPDATE t SET a = 1; COMMIT; END $$;", true},
        {"DO LANGUAGE plpython3u 'plpy.commit()';", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate("CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;"
                "CREATE OR REPLACE PROCEDURE rolls() LANGUAGE plpgsql AS "
                "'BEGIN ROLLBACK AND CHAIN; END';"
                "CREATE PROCEDURE plain() LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$;"
                "CREATE PROCEDURE speaks() LANGUAGE plpgsql AS $$ BEGIN /* COMMIT; */ "
                "RAISE NOTICE 'COMMIT;'; END $$;"
                "CREATE PROCEDURE indirect(n int) LANGUAGE plpgsql AS $$ BEGIN CALL commits(); END "
                "$$;");
        migrate(cases[i].sql);
        bool alone = (script.statements.v[0].flags & INB_STATEMENT_NO_TRANSACTION) != 0;
        ck_assert_msg(alone == cases[i].alone, "%s", cases[i].sql);
    }
}
END_TEST

START_TEST(a_value_is_used_after_it_was_committed)
{
    static const char history[] =
        "CREATE TYPE role AS ENUM ('a'); CREATE TABLE t (r role, \"all\" role[], n text);"
        "CREATE TABLE other (n text);";
    static const struct {
        const char *sql;
        bool used;
    } cases[] = {
        {"ALTER TYPE role ADD VALUE 'b'; ALTER TABLE t ALTER r SET DEFAULT 'b';", true},
        {"ALTER TYPE role ADD VALUE 'b'; INSERT INTO t (r) VALUES ('b');", true},
        {"ALTER TYPE public.role ADD VALUE 'b'; UPDATE t SET n = 'x' WHERE r = 'b';", true},
        {"ALTER TYPE role ADD VALUE 'b'; ALTER TABLE other ADD x role DEFAULT 'b';", true},
        {"ALTER TYPE role ADD VALUE 'b'; SELECT 'b'::\"public\".\"role\";", true},
        {"ALTER TYPE role ADD VALUE 'b'; CREATE TABLE u (r role[] DEFAULT ARRAY['b']::role[]);",
         true},
        {"ALTER TYPE role ADD VALUE 'b'; ALTER TABLE t ALTER r SET DEFAULT 'a';", false},
        {"ALTER TYPE role ADD VALUE 'b'; INSERT INTO other VALUES ('b');", false},
        {"ALTER TYPE role ADD VALUE 'b'; ALTER TYPE role ADD VALUE 'c' AFTER 'b';", false},
        {"INSERT INTO t (r) VALUES ('b'); ALTER TYPE role ADD VALUE 'b';", false},
        {"CREATE TYPE k AS ENUM (); ALTER TYPE k ADD VALUE 'b'; SELECT 'b'::k;", false},
        {"ALTER TYPE role ADD VALUE 'b'; ALTER TABLE t ALTER \"all\" SET DEFAULT '{a,b}';", true},
        {"ALTER TYPE role ADD VALUE 'b'; ALTER TYPE role RENAME TO old; UPDATE t SET r = 'b';",
         true},
        {"ALTER TYPE role ADD VALUE 'b'; ALTER TYPE role SET SCHEMA s; SELECT 'b'::s.role;", true},
        {"ALTER TYPE role ADD VALUE 'b'; ALTER TYPE role RENAME TO old; CREATE TYPE role AS ENUM "
         "('b');"
         "SELECT 'b'::role;",
         false},
        {"ALTER TYPE role ADD VALUE 'b'; UPDATE t SET n = 'x' WHERE r::text = 'b';", false},
        {"ALTER TYPE role ADD VALUE 'b'; UPDATE t SET n = 'b'::text WHERE r = 'a';", false},
        {"ALTER TYPE role ADD VALUE 'b'; UPDATE t SET r = 'b' WHERE r::text = 'b';", true},
        {"ALTER TYPE role ADD VALUE 'b'; CREATE FUNCTION f() RETURNS role LANGUAGE sql AS "
         "'SELECT ''b''::role';",
         true},
        {"ALTER TYPE role ADD VALUE 'b'; CREATE FUNCTION f() RETURNS role AS $$ SELECT 'b'::role $$"
         " LANGUAGE SQL;",
         true},
        {"ALTER TYPE role ADD VALUE 'b'; CREATE FUNCTION f() RETURNS role LANGUAGE sql AS "
         "$$ SELECT 'bb'::role $$;",
         false},
        {"ALTER TYPE role ADD VALUE 'b'; CREATE FUNCTION f() RETURNS role LANGUAGE plpgsql AS "
         "$$ BEGIN RETURN 'b'; END $$;",
         false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__catalog_init(&catalog, &arena);
        migrate(history);
        migrate(cases[i].sql);
        ck_assert_msg(script.transactional != cases[i].used, "%s", cases[i].sql);
        ck_assert_msg(problems.n == cases[i].used, "%s", cases[i].sql);
        if (cases[i].used) {
            HAS("the value \"b\" is added to its enum and used in one transaction");
            ck_assert_uint_gt(problems.v[0].span.start, 0);
        }
    }
    inb__catalog_init(&catalog, &arena);
    migrate(history);
    migrate("CREATE TYPE role_new AS ENUM ('a'); ALTER TABLE t ALTER r TYPE role_new;"
            "ALTER TYPE role RENAME TO role_old; ALTER TYPE public.role_new RENAME TO role;");
    migrate("ALTER TYPE role ADD VALUE 'b'; ALTER TABLE t ALTER r SET DEFAULT 'b';");
    HAS("used in one transaction");
    inb__catalog_init(&catalog, &arena);
    migrate(history);
    migrate(inb__arena_printf(&arena, "-- inboard: no-transaction\n%s", cases[0].sql));
    ck_assert_uint_eq(problems.n, 0);
    ck_assert(!script.transactional);
}
END_TEST

START_TEST(what_must_not_ship_is_refused)
{
    static const struct {
        const char *sql, *message;
    } wrong[] = {
        {"BEGIN;", "BEGIN inside"},
        {"commit", "COMMIT inside"},
        {"SAVEPOINT a", "SAVEPOINT inside"},
        {"COPY t FROM stdin", "COPY FROM STDIN"},
        {"COPY t TO stdout", "COPY TO STDOUT"},
        {"\\copy t from x", "psql meta-command"},
        {"SELECT 1; VACUUM t;", "VACUUM cannot run in a transaction"},
        {"DISCARD ALL", "DISCARD ALL releases the migration lock"},
        {"SELECT pg_advisory_unlock_all()", "pg_advisory_unlock_all() releases"},
        {"SELECT 1 WHERE pg_catalog.pg_advisory_unlock_all () IS NULL",
         "pg_advisory_unlock_all() releases"},
        {"SELECT pg_advisory_unlock(72707369)", "pg_advisory_unlock(72707369) releases"},
        {"DO $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$",
         "pg_advisory_unlock_all() releases"},
        {"DO $$ BEGIN EXECUTE 'DISCARD ALL'; END $$", "DISCARD ALL releases"},
        {"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_unlock_all()'",
         "releases the migration lock"},
        {"CREATE ROLE r PASSWORD 'x'", "a password in plain text"},
        {"ALTER USER r WITH ENCRYPTED PASSWORD 'md5abc'", "a password in plain text"},
        {"DO $$ BEGIN CREATE ROLE r PASSWORD 'x'; END $$", "a password in plain text"},
        {"INSERT INTO c VALUES ('postgres://u:p4ss@h/d')", "a URL with its password"},
        {"SELECT dblink('host=h user=u password=p')", "a connection string with its password"},
        {"-- AKIAIOSFODNN7EXAMPLE\nSELECT 1", "an AWS access key"},
        {"INSERT INTO k VALUES ('-----BEGIN RSA PRIVATE KEY-----')", "a private key"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        migrate(wrong[i].sql);
        ck_assert_msg(problems.n == 1, "%s: %zu problems", wrong[i].sql, problems.n);
        ck_assert_msg(strstr(problems.v[0].message, wrong[i].message) != NULL, "%s",
                      problems.v[0].message);
        ck_assert_ptr_nonnull(problems.v[0].hint);
    }
}
END_TEST

static const struct {
    const char *sql, *message; /* NULL: it can succeed */
} fail_cases[] = {
    {"ALTER TABLE a ADD COLUMN v int;", "column \"v\" of relation \"a\" already exists"},
    {"ALTER TABLE a ADD COLUMN IF NOT EXISTS v int;", NULL},
    {"ALTER TABLE a DROP COLUMN w; ALTER TABLE a ADD COLUMN w int;", NULL},
    {"CREATE TABLE a (x int);", "relation \"a\" already exists"},
    {"DROP TABLE a CASCADE; CREATE TABLE a (x int);", NULL},
    {"CREATE TABLE n (x int, x text);", "specified more than once"},
    {"CREATE TYPE st AS ENUM ('c');", "\"st\" already exists"},
    {"DROP TYPE st; CREATE TYPE st AS ENUM ('c');", NULL},
    {"ALTER TABLE a ALTER COLUMN nope SET NOT NULL;", "\"nope\" of relation \"a\" does not exist"},
    {"ALTER TABLE a DROP COLUMN IF EXISTS nope;", NULL},
    {"ALTER TABLE other ALTER COLUMN nope SET NOT NULL;", "creates \"other\""},
    {"ALTER TABLE IF EXISTS other ALTER COLUMN nope SET NOT NULL;", NULL},
    {"CREATE INDEX ON other (x);", "creates \"other\""},
    {"INSERT INTO other VALUES (1);", "creates \"other\""},
    {"UPDATE a SET v = o.v FROM other o;", "creates \"other\""},
    {"WITH other AS (SELECT 1 AS x) DELETE FROM a USING other;", NULL},
    {"DELETE FROM other;", "creates \"other\""},
    {"SELECT * FROM a JOIN other ON true;", "creates \"other\""},
    {"CREATE VIEW n AS SELECT * FROM other;", "creates \"other\""},
    {"CREATE TABLE n (x int REFERENCES other (id));", "creates \"other\""},
    {"CREATE TABLE n (x int REFERENCES n (x), UNIQUE (x));", NULL},
    {"CREATE TABLE n PARTITION OF other DEFAULT;", "creates \"other\""},
    {"CREATE TABLE n (LIKE other);", "creates \"other\""},
    {"CREATE TRIGGER n AFTER INSERT ON other EXECUTE FUNCTION f();", "creates \"other\""},
    {"CREATE POLICY n ON other USING (true);", "creates \"other\""},
    {"TRUNCATE other;", "creates \"other\""},
    {"DROP TABLE other;", "creates \"other\""},
    {"DROP TABLE IF EXISTS other; CREATE TABLE other (x int);", NULL},
    {"ALTER TABLE a RENAME TO other; ALTER TABLE other ADD COLUMN x int;", NULL},
    {"CREATE TEMP TABLE other AS SELECT 1 AS x; INSERT INTO a SELECT x FROM other;", NULL},
    {"SELECT 1 AS x INTO other; DELETE FROM other;", NULL},
    {"SET search_path = app; CREATE TABLE other (x int); RESET search_path; DELETE FROM other;",
     NULL},
    {"ALTER TABLE auth.users ADD COLUMN x int;", NULL},
    {"CREATE SCHEMA app; ALTER TABLE app.users ADD COLUMN x int;", "creates \"users\""},
    {"SELECT * FROM pg_class, information_schema.tables;", NULL},
    {"ALTER TABLE a_id_seq OWNER TO CURRENT_USER;", NULL},
    {"CREATE EXTENSION postgis; DELETE FROM layer;", NULL},
    {"CREATE EXTENSION \"uuid-ossp\"; DELETE FROM other;", "creates \"other\""},
    {"IMPORT FOREIGN SCHEMA s FROM SERVER t INTO public; DELETE FROM other;", NULL},
    {"DO 'BEGIN END'; CREATE INDEX ON other (x);", NULL},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY m;", "has no unique index"},
    {"CREATE UNIQUE INDEX ON m (v); REFRESH MATERIALIZED VIEW CONCURRENTLY m;", NULL},
    {"CREATE UNIQUE INDEX ON m ((v + 1)); REFRESH MATERIALIZED VIEW CONCURRENTLY m;",
     "has no unique index"},
    {"CREATE UNIQUE INDEX ON m (v) WHERE v > 0; REFRESH MATERIALIZED VIEW CONCURRENTLY m;",
     "has no unique index"},
    {"CREATE INDEX ON m (v); REFRESH MATERIALIZED VIEW CONCURRENTLY m;", "has no unique index"},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY m WITH NO DATA;", "cannot be used together"},
    {"REFRESH MATERIALIZED VIEW m;", NULL},
    {"ALTER TABLE g ALTER COLUMN k TYPE bigint;", "in the partition key"},
    {"ALTER TABLE g DROP COLUMN k;", "in the partition key"},
    {"ALTER TABLE g RENAME COLUMN k TO l; ALTER TABLE g ALTER COLUMN l TYPE bigint;",
     "in the partition key"},
    {"ALTER TABLE g ALTER COLUMN b TYPE bigint;", "the generated column \"b2\" uses"},
    {"ALTER TABLE g DROP COLUMN b;", NULL},
    {"ALTER TABLE g DROP COLUMN b CASCADE;", NULL},
    {"ALTER TABLE g DROP COLUMN b2; ALTER TABLE g ALTER COLUMN b TYPE bigint;", NULL},
    {"ALTER TABLE g ALTER COLUMN b TYPE bigint, DROP COLUMN b2;", NULL},
    {"ALTER TABLE g ALTER COLUMN b2 DROP EXPRESSION; ALTER TABLE g ALTER COLUMN b TYPE bigint;",
     NULL},
    {"CREATE TABLE n (LIKE g); ALTER TABLE n ALTER COLUMN b TYPE bigint;", NULL},
    {"ALTER TABLE g ALTER COLUMN c TYPE bigint;", "the trigger \"gt\" uses"},
    {"ALTER TABLE g ALTER COLUMN d TYPE bigint;", "the trigger \"gt\" uses"},
    {"DROP TRIGGER gt ON g; ALTER TABLE g ALTER COLUMN c TYPE bigint;", NULL},
    {"ALTER TRIGGER gt ON g RENAME TO gu; ALTER TABLE g ALTER COLUMN c TYPE bigint;",
     "the trigger \"gu\" uses"},
    {"CREATE OR REPLACE TRIGGER gt AFTER INSERT ON g EXECUTE FUNCTION f(); "
     "ALTER TABLE g ALTER COLUMN c TYPE bigint;",
     NULL},
    {"ALTER TABLE g ALTER COLUMN e TYPE bigint;", NULL},
    {"CREATE TABLE n (a int);\n-- Down Migration\nDROP TABLE n;", "for another tool"},
    {"CREATE TABLE n (a int);\n---- create above / drop below ----\nDROP TABLE n;",
     "for another tool"},
    {"CREATE TABLE ${schema}.n (a int);", "a placeholder of another tool"},
    {"DELETE FROM _prisma_migrations_backup;", "creates \"_prisma_migrations_backup\""},
    {"ALTER TABLE a ALTER COLUMN v TYPE varchar(40);", "which the view \"av\" uses"},
    {"DROP VIEW av; ALTER TABLE a ALTER COLUMN v TYPE varchar(40);", NULL},
    {"ALTER TABLE a ALTER COLUMN w TYPE varchar(40);", NULL},
    {"ALTER TABLE a DROP COLUMN v;", "cannot drop column \"v\""},
    {"ALTER TABLE a DROP COLUMN v CASCADE;", NULL},
    {"DROP TABLE a;", "the view \"av\" depends on \"a\""},
    {"DROP TABLE a CASCADE;", NULL},
    {"DROP INDEX a_pkey;", "requires the index"},
    {"DROP INDEX a_w;", NULL},
    {"ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX a_w;", "has an expression or a predicate"},
    {"ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX a_p;", "is not unique"},
    {"ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX a_u;", NULL},
    {"CREATE INDEX CONCURRENTLY i ON pt (v);", "cannot be created CONCURRENTLY"},
    {"CREATE INDEX i ON ONLY pt (v);", NULL},
    {"SELECT unknown(); ALTER TABLE a ADD COLUMN v int;", NULL},
    {"INSERT INTO _prisma_migrations (id) VALUES ('x');", "tables of the migration history"},
    {"TRUNCATE a, _prisma_migrations;", "tables of the migration history"},
    {"DROP TABLE public._prisma_migrations;", "tables of the migration history"},
    {"CREATE SCHEMA inboard;", "tables of the migration history"},
    {"DROP SCHEMA inboard CASCADE;", "tables of the migration history"},
    {"CREATE TABLE inboard.x (a int);", "tables of the migration history"},
    {"SELECT * FROM _prisma_migrations;", NULL},
    {"GRANT SELECT ON _prisma_migrations TO public;", NULL},
    {"CREATE TABLE n (a int);\n-- migrate:down\nDROP TABLE n;", "for another tool"},
    {"CREATE TABLE n (a int);\n-- +goose Down\nDROP TABLE n;", "for another tool"},
    {"-- migrate:downtime is short\nSELECT 1;", NULL},
    {"CREATE TABLE n (a234567890123456789012345678901234567890123456789012345678901234 int);",
     "a name of 64 bytes"},
    {"CREATE TABLE n (a23456789012345678901234567890123456789012345678901234567890123 int);", NULL},
};

START_TEST(what_must_fail_is_refused)
{
    migrate(
        "CREATE TYPE st AS ENUM ('a'); CREATE TABLE a (id int PRIMARY KEY, v varchar(20), "
        "w varchar(20)); CREATE VIEW av AS SELECT v FROM a; "
        "CREATE UNIQUE INDEX a_w ON a (lower(w)); CREATE INDEX a_p ON a (w); "
        "CREATE UNIQUE INDEX a_u ON a (w); "
        "CREATE TABLE pt (id int, v int) PARTITION BY RANGE (id); "
        "CREATE MATERIALIZED VIEW m AS SELECT id AS v FROM a; "
        "CREATE TABLE g (k int, b int, b2 int GENERATED ALWAYS AS (b * 2) STORED, c int, d int, "
        "e int) PARTITION BY LIST (k); CREATE TRIGGER gt AFTER UPDATE OF c ON g FOR EACH ROW "
        "WHEN (new.d > 1) EXECUTE FUNCTION f();");
    ck_assert_uint_eq(problems.n, 0);
    migrate(fail_cases[_i].sql);
    const char *message = problems.n ? problems.v[0].message : NULL;
    bool right = fail_cases[_i].message ? message && strstr(message, fail_cases[_i].message)
                                        : message == NULL;
    ck_assert_msg(right, "%s: %s", fail_cases[_i].sql, message ? message : "no problem");
}
END_TEST

/* Migrations of a database that had tables before the first of them. */
START_TEST(what_was_there_before_is_no_failure)
{
    migrate("CREATE TABLE n (x int); ALTER TABLE legacy ADD COLUMN y int;");
    ck_assert_uint_eq(problems.n, 0);
    migrate("CREATE INDEX ON older (x); CREATE TABLE IF NOT EXISTS older (x int);");
    ck_assert_uint_eq(problems.n, 0);
    migrate("CREATE TABLE legacy (x int);");
    HAS("statements before this one need \"legacy\" already");
}
END_TEST

START_TEST(what_only_looks_like_it_ships)
{
    static const char *const fine[] = {
        "INSERT INTO notes VALUES ('never call pg_advisory_unlock_all()')",
        "-- DISCARD ALL would drop the lock\nSELECT 1",
        "SELECT pg_advisory_unlock(1)",
        "DISCARD PLANS",
        "CREATE ROLE r PASSWORD NULL",
        "ALTER ROLE r PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5'",
        "INSERT INTO c VALUES ('https://example.org:443/a@b', 'postgres://u@h/d')",
        "INSERT INTO c VALUES ('postgres://:@h')",
        "CREATE TABLE u (password text, begin_at date, \"commit\" text)",
        "INSERT INTO k VALUES ('-----BEGIN PUBLIC KEY-----', 'MAKIAIOSFODNN7EXAMPLE', 'AKIA')",
        "INSERT INTO c VALUES ('host=h user=u password=')",
        "VACUUM t",
        "-- inboard: no-transaction\nSELECT 1; VACUUM t;",
    };
    for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
        migrate(fine[i]);
        ck_assert_msg(problems.n == 0, "%s: %s", fine[i], problems.n ? problems.v[0].message : "");
    }
}
END_TEST

START_TEST(lines_and_offsets_are_the_statements_own)
{
    const char *sql = "-- é\n\n  SELECT 1;\r\n/* x\n */ SELECT 'ü';\n";
    migrate(sql);
    ck_assert_uint_eq(script.statements.n, 2);
    ck_assert_uint_eq(script.statements.v[0].line, 3);
    ck_assert_uint_eq(script.statements.v[1].line, 5);
    ck_assert_uint_eq(script.statements.v[1].length, strlen("SELECT 'ü'"));
    ck_assert_int_eq(
        strncmp(sql + script.statements.v[1].offset, "SELECT 'ü'", script.statements.v[1].length),
        0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sql_classify");
    TCase *t = tcase_create("classify");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_the_migration_made_itself_is_new);
    tcase_add_test(t, a_new_table_keeps_being_new_under_another_name);
    tcase_add_test(t, everything_that_a_migration_makes_is_new_in_it);
    tcase_add_test(t, what_was_there_before_is_not_new);
    tcase_add_test(t, a_name_of_with_hides_a_table_where_it_is_seen);
    tcase_add_test(t, what_refuses_null_breaks_code_and_what_refuses_a_value_does_not);
    tcase_add_test(t, a_relation_has_one_name);
    tcase_add_test(t, a_table_that_may_exist_is_not_new);
    tcase_add_loop_test(t, a_strong_lock_is_brief_only_when_nothing_slow_follows, 0,
                        (int)(sizeof(held_cases) / sizeof(held_cases[0])));
    tcase_add_test(t, the_schema_is_a_part_of_the_name);
    tcase_add_loop_test(t, what_a_statement_does_to_its_session_is_flagged, 0,
                        (int)(sizeof(session_cases) / sizeof(session_cases[0])));
    tcase_add_test(t, what_the_parser_does_not_know_is_known_by_its_words);
    tcase_add_test(t, a_check_of_an_earlier_migration_proves_not_null);
    tcase_add_test(t, the_check_that_helped_can_go);
    tcase_add_test(t, validating_under_the_lock_that_added_blocks);
    tcase_add_test(t, an_unknown_function_is_volatile_and_opaque);
    tcase_add_test(t, facts_for_a_resume_are_kept);
    tcase_add_test(t, a_hazard_needs_its_own_class_accepted);
    tcase_add_test(t, a_class_speaks_only_for_what_is_not_seen);
    tcase_add_test(t, directives_that_say_nothing_are_refused);
    tcase_add_test(t, a_transaction_of_the_file_s_own_is_the_engine_s);
    tcase_add_test(t, a_value_is_used_after_it_was_committed);
    tcase_add_test(t, code_that_is_not_read_may_use_a_value);
    tcase_add_test(t, a_procedure_that_commits_runs_alone);
    tcase_add_test(t, extensions_that_migrations_call_are_known);
    tcase_add_test(t, functions_of_the_server_have_its_volatility);
    tcase_add_test(t, a_directive_is_for_one_statement);
    tcase_add_test(t, what_must_not_ship_is_refused);
    tcase_add_loop_test(t, what_must_fail_is_refused, 0,
                        (int)(sizeof(fail_cases) / sizeof(fail_cases[0])));
    tcase_add_test(t, what_was_there_before_is_no_failure);
    tcase_add_test(t, what_only_looks_like_it_ships);
    tcase_add_test(t, lines_and_offsets_are_the_statements_own);
    suite_add_tcase(suite, t);
    return inb_check_main(suite);
}
