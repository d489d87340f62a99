#include "config.h"

#include "check_main.h"
#include "sql/analyse.h"
#include "util/cleanup.h"

#include <stdio.h>

/* What is understood of a backfill when the program is built, and what is refused. */
static inb__arena arena;
static inb__catalog catalog;
static inb__diagnostics problems;
static inb__sql_script script;

static const char history[] =
    "CREATE TYPE mood AS ENUM ('ok', 'sad');"
    "CREATE DOMAIN word AS text;"
    "CREATE TYPE two AS (x int, y int);"
    "CREATE TABLE t (id bigint PRIMARY KEY, a text, b text, c text NOT NULL, n int, m int NOT NULL,"
    " flag boolean, mood mood, num numeric(10,2), u uuid, o int, at timestamptz, j jsonb, d date,"
    " dm word, l text[], k2 jsonb[], r int4range NOT NULL, ts timestamp NOT NULL, two two, k two "
    "NOT NULL,"
    " g text GENERATED ALWAYS AS (a || 'x') STORED, h text GENERATED ALWAYS AS (c || 'x') STORED);"
    "CREATE TABLE o (id int PRIMARY KEY, x text NOT NULL, y text);"
    "CREATE TABLE many (o int NOT NULL, t int NOT NULL, s text NOT NULL, PRIMARY KEY (o, t));"
    "CREATE TABLE made (id int NOT NULL UNIQUE, a text, g text PRIMARY KEY GENERATED ALWAYS AS "
    "(coalesce(a, 'x')) STORED);"
    "CREATE TABLE pair (a int, b text, v text, w int, PRIMARY KEY (a, b), UNIQUE (w));"
    "CREATE TABLE loose (k int NOT NULL, e int NOT NULL, f int, v text);"
    "CREATE UNIQUE INDEX loose_part ON loose (k) WHERE v IS NULL;"
    "CREATE UNIQUE INDEX loose_expr ON loose (abs(k));"
    "CREATE UNIQUE INDEX loose_null ON loose (f);"
    "CREATE UNIQUE INDEX loose_mixed ON loose (k, e DESC);"
    "CREATE TABLE keyed (k int NOT NULL, e int NOT NULL, v text);"
    "CREATE UNIQUE INDEX keyed_ke ON keyed (k DESC, e DESC) INCLUDE (v);"
    "CREATE TABLE deferred (k int PRIMARY KEY DEFERRABLE, v text);"
    "CREATE TABLE parent (id int PRIMARY KEY, v text);"
    "CREATE TABLE child () INHERITS (parent);"
    "CREATE TABLE part (id int, at date, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
    "CREATE TABLE part_1 PARTITION OF part DEFAULT;"
    "CREATE VIEW seen AS SELECT * FROM t;"
    "CREATE FUNCTION steady(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';"
    "CREATE FUNCTION altered(text) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1';"
    "ALTER FUNCTION altered(text) VOLATILE;"
    "ALTER FUNCTION steady(text) STRICT;"
    "CREATE FUNCTION moving(text) RETURNS text LANGUAGE sql AS 'SELECT $1';";

static void migrate(const char *sql)
{
    inb__diagnostics_init(&problems, &arena);
    inb__analyse_script(&script, &(const inb__problems){&problems, 0}, &arena, &catalog,
                        inb__str_of(inb__arena_strdup(&arena, sql)));
}

static void setup(void)
{
    inb__arena_init(&arena);
    inb__catalog_init(&catalog, &arena);
    migrate(history);
    ck_assert_uint_eq(problems.n, 0);
}

static void teardown(void)
{
    inb__arena_dispose(&arena);
}

static const inb__sql_backfill *fill(const char *options, const char *sql)
{
    if (strstr(sql, "nobody_makes_it")) {
        migrate("DO $$ BEGIN EXECUTE 'CREATE TABLE nobody_makes_it (v text)'; END $$");
    }
    migrate(inb__arena_printf(&arena, "-- inboard: backfill %s\n%s;\n", options, sql));
    return script.backfill;
}

static inb__str part(const char *options, const char *sql, size_t at, size_t n)
{
    size_t before = strlen("-- inboard: backfill \n") + strlen(options);
    ck_assert_uint_ge(at, before);
    return (inb__str){sql + at - before, n};
}

static const struct {
    const char *sql, *relation, *alias, *middle, *from, *where, *columns;
    uint32_t flags;
} parts[] = {
    {"UPDATE t SET a = 'x' WHERE a IS NULL", "t", "t", "SET a = 'x'", "", "a IS NULL", "a",
     INB_BACKFILL_LEAVES},
    {"update only public.t as q set a = q.c where q.a is null", "t", "q", "set a = q.c", "",
     "q.a is null", "a", INB_BACKFILL_LEAVES | INB_BACKFILL_ONLY},
    {"UPDATE t * z SET (a, b) = ('where', c) WHERE a IS NULL OR b IS NULL", "t", "z",
     "SET (a, b) = ('where', c)", "", "a IS NULL OR b IS NULL", "a, b", INB_BACKFILL_LEAVES},
    {"UPDATE t SET a = o.x /* FROM */ FROM o -- WHERE\n WHERE o.id = t.o AND t.a IS NULL", "t", "t",
     "SET a = o.x /* FROM */ FROM o", "o", "o.id = t.o AND t.a IS NULL", "a", INB_BACKFILL_LEAVES},
    {"UPDATE t SET flag = b IS DISTINCT FROM c WHERE flag IS NULL", "t", "t",
     "SET flag = b IS DISTINCT FROM c", "", "flag IS NULL", "flag", INB_BACKFILL_LEAVES},
    {"UPDATE t SET a = (SELECT x FROM o WHERE o.id = t.o LIMIT 1), flag = true\n WHERE NOT flag "
     "-- the rest\n  AND b = 'SET' -- end",
     "t", "t", "SET a = (SELECT x FROM o WHERE o.id = t.o LIMIT 1), flag = true", "",
     "NOT flag -- the rest\n  AND b = 'SET'", "a, flag", INB_BACKFILL_LEAVES},
    {"DELETE FROM t WHERE a = 'gone'", "t", "t", "", "", "a = 'gone'", "",
     INB_BACKFILL_DELETES | INB_BACKFILL_LEAVES},
    {"DELETE FROM ONLY t AS d USING o, pair p WHERE o.id = d.o AND p.a = o.id", "t", "d",
     "USING o, pair p", "o, pair p", "o.id = d.o AND p.a = o.id", "",
     INB_BACKFILL_DELETES | INB_BACKFILL_LEAVES | INB_BACKFILL_ONLY},
};

START_TEST(the_parts_of_a_statement_are_found_in_its_text)
{
    const char *sql = parts[_i].sql;
    const inb__sql_backfill *f = fill("by id", sql);
    ck_assert_msg(f != NULL, "%s: %s", sql, problems.n ? problems.v[0].message : "?");
    ck_assert_uint_eq(problems.n, 0);
    ck_assert_str_eq(f->relation, parts[_i].relation);
    ck_assert_str_eq(f->alias, parts[_i].alias);
    ck_assert_str_eq(f->columns, parts[_i].columns);
    ck_assert_uint_eq(f->flags, parts[_i].flags);
    const struct {
        inb__str found;
        const char *expected;
    } texts[] = {
        {part("by id", sql, f->middle, f->middle_length), parts[_i].middle},
        {part("by id", sql, f->from ? f->from : f->middle, f->from_length), parts[_i].from},
        {part("by id", sql, f->where, f->where_length), parts[_i].where},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        ck_assert_msg(inb__str_is(texts[i].found, texts[i].expected), "%s: \"%.*s\"", sql,
                      INB__STR_ARG(texts[i].found));
    }
    ck_assert_uint_eq(script.cls, INB_CLASS_BLOCKING);
    inb__analyse_acceptance(&script, &(const inb__problems){&problems, 0}, &arena);
    ck_assert_uint_eq(problems.n, 0); /* the directive says that rows are to be written */
}
END_TEST

static const struct {
    const char *options, *sql, *key;
} keys[] = {
    {"", "DELETE FROM t WHERE a = ''", "id"},
    {"", "DELETE FROM pair WHERE v = ''", "a,b"},
    {"by b, a", "DELETE FROM pair WHERE v = ''", "a,b"},
    {"", "UPDATE pair SET a = 1 WHERE a IS NULL", ""},
    {"", "DELETE FROM loose WHERE v = ''", ""},
    {"", "DELETE FROM keyed WHERE v = ''", "k,e"},
    {"", "UPDATE made SET a = 'y' WHERE a IS NULL", "id"},
    {"", "DELETE FROM made WHERE a IS NULL", "g"},
    {"by k,e", "DELETE FROM keyed WHERE v = ''", "k,e"},
    {"", "DELETE FROM deferred WHERE v = ''", ""},
    {"", "DELETE FROM parent WHERE v = ''", ""},
    {"", "DELETE FROM ONLY parent WHERE v = ''", "id"},
    {"", "DELETE FROM part WHERE v = ''", "id,at"},
    {"", "DELETE FROM nobody_makes_it WHERE v = ''", ""},
    {"by \"ID\"", "DELETE FROM quoted WHERE v = ''", "ID"},
};

START_TEST(the_key_is_one_that_a_walk_can_be_made_by)
{
    migrate("CREATE TABLE quoted (\"ID\" int PRIMARY KEY, v text)");
    const inb__sql_backfill *f = fill(keys[_i].options, keys[_i].sql);
    ck_assert_msg(f != NULL, "%s: %s", keys[_i].sql, problems.n ? problems.v[0].message : "?");
    char found[64] = "";
    for (size_t i = 0; i < f->n_keys; i++) {
        snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s", i ? "," : "",
                 f->keys[i]);
    }
    ck_assert_str_eq(found, keys[_i].key);
}
END_TEST

static const char *const leaving[] = {
    "UPDATE t SET a = c WHERE a IS NULL",
    "UPDATE t SET a = coalesce(b, 'x') WHERE a IS NULL AND id > 5",
    "UPDATE t SET a = b WHERE a IS NULL AND b IS NOT NULL",
    "UPDATE t SET a = b WHERE b <> 'x' AND t.a IS NULL",
    "UPDATE t SET a = steady(b) WHERE a IS NULL AND steady(b) IS NOT NULL",
    "UPDATE t SET a = lower(c) || '-' || upper(c) WHERE a IS NULL",
    "UPDATE t SET a = CASE WHEN n > 1 THEN c ELSE '' END WHERE a IS NULL",
    "UPDATE t SET n = (SELECT count(*) FROM o WHERE o.x = t.c) WHERE n IS NULL",
    "UPDATE t SET u = gen_random_uuid() WHERE u IS NULL",
    "UPDATE t SET at = now() WHERE at IS NULL",
    "UPDATE t SET n = m + 1 WHERE n IS NULL",
    "UPDATE t SET a = NULL WHERE a IS NOT NULL",
    "UPDATE t SET a = NULL WHERE a = 'x'",
    "UPDATE t SET flag = true WHERE flag IS NOT TRUE",
    "UPDATE t SET flag = false WHERE flag",
    "UPDATE t SET flag = true WHERE NOT flag",
    "UPDATE t SET flag = false WHERE flag = true",
    "UPDATE t SET a = 'x' WHERE a <> 'x'",
    "UPDATE t SET a = 'x' WHERE 'x' <> a",
    "UPDATE t SET a = 'x' WHERE a IS DISTINCT FROM 'x'",
    "UPDATE t SET a = 'x' WHERE a = 'y'",
    "UPDATE t SET a = 'x' WHERE a IN ('y', 'z')",
    "UPDATE t SET a = 'x' WHERE a NOT IN ('x', 'z')",
    "UPDATE t SET mood = 'ok' WHERE mood = 'sad'",
    "UPDATE t SET mood = 'ok'::mood WHERE mood = 'sad'::mood",
    "UPDATE t SET mood = 'ok' WHERE mood <> 'ok'",
    "UPDATE t SET n = 2 WHERE n < 2",
    "UPDATE t SET n = -1 WHERE n >= 0",
    "UPDATE t SET n = 2 WHERE n = 1",
    "UPDATE t SET a = b WHERE a IS DISTINCT FROM b",
    "UPDATE t AS q SET a = q.b || q.c WHERE q.a IS DISTINCT FROM (b || c)",
    "UPDATE t SET n = m WHERE n IS DISTINCT FROM m",
    "UPDATE t SET c = lower(trim(c)) WHERE c <> lower(trim(c))",
    "UPDATE t SET a = x FROM o WHERE o.id = t.o AND t.a IS NULL AND x IS NOT NULL",
    "UPDATE t SET a = o.y FROM pair p, o WHERE p.w = t.o AND o.id = p.a AND a IS DISTINCT FROM o.y",
    "UPDATE t SET a = k.s FROM many k WHERE k.t = t.m AND k.o = 1 AND a IS DISTINCT FROM k.s",
    "UPDATE t SET a = h WHERE a IS DISTINCT FROM h",
    "UPDATE t SET n = (j->>'x')::int WHERE n IS NULL AND j->>'x' IS NOT NULL",
    "UPDATE t SET a = upper(coalesce(b, c)) WHERE a IS NULL",
    "UPDATE t SET dm = c WHERE dm IS NULL",
    "UPDATE t SET a = lower(dm) WHERE a IS NULL AND dm IS NOT NULL",
    "UPDATE t SET n = l[1]::int WHERE n IS NULL AND l[1] IS NOT NULL",
    "UPDATE t SET a = 'x' WHERE a IS NULL AND b <> 'now'",
    "UPDATE t SET a = o.x FROM o WHERE o.id = t.o AND t.a IS DISTINCT FROM o.x",
    "UPDATE t SET a = c, n = NULL WHERE (a IS NULL OR n = 4) AND (b = '' OR a IS NULL)",
    "UPDATE t SET (a, b) = (c, c) WHERE b IS NULL",
    "UPDATE t SET b = p.c FROM t AS p WHERE p.id = t.m AND t.b IS NULL",
    "UPDATE t SET a = b, n = m WHERE a IS NULL AND b IS NOT NULL OR n IS NULL",
    "UPDATE t SET a = coalesce(a, c), u = b::uuid WHERE a IS NULL OR (u IS NULL AND b IS NOT NULL)",
    "UPDATE t SET a = CASE WHEN b IS NOT NULL THEN c END WHERE a IS NULL AND b IS NOT NULL",
};

START_TEST(a_row_that_was_written_is_seen_to_leave_the_predicate)
{
    const inb__sql_backfill *f = fill("", leaving[_i]);
    ck_assert_msg(f != NULL, "%s: %s", leaving[_i], problems.n ? problems.v[0].message : "?");
    ck_assert_uint_eq(f->flags, INB_BACKFILL_LEAVES);
}
END_TEST

/* Each of them can meet its predicate again, or nobody can tell. */
static const char *const staying[] = {
    "UPDATE t SET a = b WHERE a IS NULL",
    "UPDATE t SET n = m + 1 WHERE n > 1",
    "UPDATE t SET b = c WHERE a IS NULL",
    "UPDATE t SET a = steady(c) WHERE a IS NULL",
    "UPDATE t SET a = c WHERE a IS NULL OR b IS NULL",
    "UPDATE t SET num = m * 1.005 WHERE num IS DISTINCT FROM m * 1.005",
    "UPDATE t SET d = at WHERE d IS DISTINCT FROM at",
    "UPDATE t SET a = a || 'x' WHERE a <> a || 'x'",
    "UPDATE t SET a = lower(upper(a)) WHERE a <> lower(upper(a))",
    "UPDATE t SET a = md5(a) WHERE a <> md5(a)",
    "UPDATE t SET a = gen_random_uuid()::text WHERE a <> gen_random_uuid()::text",
    "UPDATE t SET a = o.y FROM o WHERE o.x = t.c AND t.a IS DISTINCT FROM o.y",
    "UPDATE t SET a = o.y FROM o WHERE o.id = t.o AND t.a IS NULL",
    "UPDATE t SET a = o.x FROM pair p LEFT JOIN o ON o.id = p.a WHERE p.a = t.o AND t.a IS NULL",
    "UPDATE t SET n = 2 WHERE n < 3",
    "UPDATE t SET n = '01' WHERE n = '1'",
    "UPDATE t SET a = 'x' WHERE a IN ('x', 'y')",
    "UPDATE t SET a = 'x' WHERE a NOT IN ('y')",
    "UPDATE t SET a = 'x' WHERE b = 'y'",
    "UPDATE t SET n = (j->>'n')::int WHERE n IS NULL",
    "UPDATE t SET n = j::int WHERE n IS NULL AND j IS NOT NULL",
    "UPDATE t SET n = (j->'x')::int WHERE n IS NULL AND j->'x' IS NOT NULL",
    "UPDATE t SET n = coalesce(j, '1')::int WHERE n IS NULL",
    "UPDATE t SET n = to_jsonb(c)::int WHERE n IS NULL",
    "UPDATE t SET n = k2[1]::int WHERE n IS NULL AND k2[1] IS NOT NULL",
    "UPDATE t SET n = lower(r) WHERE n IS NULL",
    "UPDATE t SET n = upper(r * '[1,2]') WHERE n IS NULL",
    "UPDATE t SET a = to_char(ts, 'YYYY') WHERE a IS NULL",
    "UPDATE t SET two = '(,)' WHERE two IS NULL",
    "UPDATE t SET two = k WHERE two IS NULL",
    "UPDATE t SET a = md5(t::text) WHERE a IS DISTINCT FROM md5(t::text)",
    "UPDATE t SET a = g WHERE a IS DISTINCT FROM g",
    "UPDATE t SET a = s FROM many WHERE many.t = t.m AND a IS DISTINCT FROM s",
    "UPDATE t SET a = o.y FROM many, o WHERE many.t = t.m AND o.id = many.o AND a IS DISTINCT FROM "
    "o.y",
    "UPDATE t SET a = o.y FROM o, pair p WHERE o.id = p.w AND p.w = o.id AND a IS DISTINCT FROM "
    "o.y",
    "UPDATE t SET a = o.x FROM o WHERE o.id = y AND t.a IS DISTINCT FROM o.x",
    "UPDATE t SET a = s FROM many k (t, o) WHERE k.o = m AND k.t = 1 AND a IS DISTINCT FROM k.s",
    "UPDATE t SET n = (SELECT m FROM o WHERE o.x = t.c) WHERE n IS NULL",
    "UPDATE t SET flag = true WHERE flag IS NOT FALSE",
    "UPDATE t SET (a, b) = (SELECT x, x FROM o WHERE o.id = t.o) WHERE b IS NULL",
    "UPDATE t SET a = b, b = c WHERE a IS NULL AND b IS NOT NULL OR b IS NULL",
    "UPDATE t SET a = b, n = m WHERE a IS NULL OR b IS NOT NULL AND n IS NULL",
    "UPDATE t SET a = CASE WHEN b IS NULL THEN c END WHERE a IS NULL AND b IS NOT NULL",
};

static void refused(const char *message)
{
    ck_assert_msg(problems.n == 1 && strstr(problems.v[0].message, message), "%zu: %s", problems.n,
                  problems.n ? problems.v[0].message : "");
    ck_assert_ptr_nonnull(problems.v[0].hint);
}

START_TEST(a_row_that_may_stay_is_visited_once)
{
    const char *sql = staying[_i];
    if (fill("", sql)) {
        ck_abort_msg("%s", sql);
    }
    if (!strstr(problems.v[0].message, "is volatile")) {
        refused("a row that the backfill wrote may meet its WHERE again");
        const inb__sql_backfill *f = fill("once", sql);
        ck_assert_msg(f != NULL, "%s: %s", sql, problems.n ? problems.v[0].message : "?");
        ck_assert_uint_eq(f->flags, INB_BACKFILL_ONCE);
    }
}
END_TEST

static const struct {
    const char *options, *sql, *message, *at;
} refusals[] = {
    {"", "UPDATE t SET a = ''", "a backfill without WHERE", "UPDATE"},
    {"", "DELETE FROM t", "a backfill without WHERE", "DELETE"},
    {"", "INSERT INTO t (id, c, m) VALUES (1, '', 1)", "INSERT cannot be run as a backfill",
     "INSERT"},
    {"", "CREATE TABLE x (id int)", "CREATE TABLE cannot be run as a backfill", "CREATE"},
    {"", "UPDATE t SET a = c WHERE a IS NULL; SELECT 1", "one statement, and this file has 2",
     "SELECT"},
    {"", "WITH x AS (SELECT 1) UPDATE t SET a = c WHERE a IS NULL", "WITH in a backfill", "WITH"},
    {"", "UPDATE t SET a = c WHERE a IS NULL RETURNING id", "RETURNING in a backfill", "RETURNING"},
    {"", "UPDATE t SET a = c WHERE CURRENT OF cur", "WHERE CURRENT OF in a backfill", "CURRENT"},
    {"", "UPDATE db.public.t SET a = c WHERE a IS NULL", "qualified with a database", ""},
    {"", "UPDATE seen SET a = c WHERE a IS NULL", "\"seen\" is a view", "seen"},
    {"", "UPDATE public.t SET a = public.t.c WHERE a IS NULL", "qualified with a schema", NULL},
    {"", "DELETE FROM t WHERE at < now()", "depends on the time: now()", "now"},
    {"", "DELETE FROM t WHERE d + 5 < 'today'", "depends on the time", NULL},
    {"", "DELETE FROM t WHERE at BETWEEN '2020-01-01' AND 'now'", "depends on the time", NULL},
    {"", "DELETE FROM t WHERE d < 'today'", "depends on the time", NULL},
    {"", "DELETE FROM t WHERE d NOT IN ('2020-01-01', 'Tomorrow')", "depends on the time", NULL},
    {"", "DELETE FROM t WHERE a < timestamptz 'now'::text", "depends on the time", NULL},
    {"", "UPDATE t SET at = 'now' WHERE at IS DISTINCT FROM 'now'", "depends on the time", NULL},
    {"", "DELETE FROM t WHERE d < CURRENT_DATE", "depends on the time", NULL},
    {"", "DELETE FROM t WHERE age(at) > '1 year'", "depends on the time: age()", "age"},
    {"", "DELETE FROM t WHERE random() < 0.5", "is volatile: random()", "random"},
    {"", "DELETE FROM t WHERE moving(a) = ''", "is volatile: moving()", "moving"},
    {"", "DELETE FROM t WHERE altered(a) = ''", "is volatile: altered()", "altered"},
    {"", "DELETE FROM t WHERE elsewhere(a) = ''",
     "whether the function \"elsewhere\" in the predicate is volatile is unknown", "elsewhere"},
    {"", "DELETE FROM t WHERE xmin = '1'", "the system column \"xmin\" changes", "xmin"},
    {"", "DELETE FROM t WHERE id IN (SELECT id FROM o LIMIT 5)", "LIMIT in a backfill", "LIMIT"},
    {"", "DELETE FROM t WHERE id IN (SELECT id FROM o OFFSET 5)", "OFFSET in a backfill", "OFFSET"},
    {"", "DELETE FROM t WHERE id IN (SELECT id FROM o FOR UPDATE SKIP LOCKED)",
     "a locking clause in a backfill", "FOR"},
    {"", "UPDATE t SET a = (SELECT max(a) FROM t) WHERE a IS NULL", "can read its own result",
     NULL},
    {"", "UPDATE t SET a = p.a FROM t p WHERE p.id = t.m AND t.a IS NULL",
     "can read its own result", NULL},
    {"", "UPDATE t SET a = p.g FROM t p WHERE p.id = t.m AND t.a IS NULL",
     "can read its own result", NULL},
    {"by g", "UPDATE made SET a = 'y' WHERE a IS NULL",
     "the backfill writes \"g\", a column of the key", NULL},
    {"", "UPDATE t SET a = (SELECT max(s.b) FROM seen s WHERE a IS NULL) WHERE a IS NULL",
     "can read its own result", NULL},
    {"", "DELETE FROM t USING t d WHERE d.c = t.c AND d.id < t.id", "can read its own result",
     NULL},
    {"by a", "DELETE FROM t WHERE b = ''", "(a) is no key of \"t\" that can be walked by", "--"},
    {"by id, a", "DELETE FROM t WHERE b = ''", "(id, a) is no key of \"t\"", "--"},
    {"by k", "DELETE FROM loose WHERE v = ''", "(k) is no key of \"loose\"", "--"},
    {"by k, e", "DELETE FROM loose WHERE v = ''", "(k, e) is no key of \"loose\"", "--"},
    {"by k", "DELETE FROM deferred WHERE v = ''", "(k) is no key of \"deferred\"", "--"},
    {"by id", "DELETE FROM parent WHERE v = ''", "inherit from \"parent\" do not have its key",
     "--"},
    {"by id", "DELETE FROM nobody_makes_it WHERE v = ''", "no migration makes \"nobody_makes_it\"",
     "--"},
    {"by id", "UPDATE t SET id = 5, a = c WHERE a IS NULL", "a column of the key that it walks by",
     "id = 5"},
    {"once", "UPDATE loose SET v = v || 'x' WHERE k > 1", "`once` needs a key", "--"},
    {"once by id, at", "UPDATE part SET v = v || 'x', at = '2020-01-01' WHERE id > 1",
     "a column of the key that it walks by", NULL},
};

START_TEST(what_cannot_be_run_in_windows_is_refused)
{
    const char *sql = refusals[_i].sql;
    fill(refusals[_i].options, sql);
    refused(refusals[_i].message);
    ck_assert_ptr_null(script.backfill);
    if (refusals[_i].at && *refusals[_i].at) {
        const char *text =
            inb__arena_printf(&arena, "-- inboard: backfill %s\n%s;\n", refusals[_i].options, sql);
        const char *at = strstr(text, refusals[_i].at);
        ck_assert_uint_eq(problems.v[0].span.start, (uint32_t)(at - text));
    }
}
END_TEST

static const struct {
    const char *directive, *message;
} directives[] = {
    {"-- inboard: backfill by", "has no column after \"by\" but \"\""},
    {"-- inboard: backfill by 5", "has no column after \"by\" but \"5\""},
    {"-- inboard: backfill by id, id", "repeats the column \"id\""},
    {"-- inboard: backfill by a,b,c,d,e,f,g,h,i", "has too many columns at \"i\""},
    {"-- inboard: backfill by id by id", "repeats \"by\""},
    {"-- inboard: backfill once once", "repeats \"once\""},
    {"-- inboard: backfill target=soon", "has the target \"soon\""},
    {"-- inboard: backfill target=9ms", "has the target \"9ms\""},
    {"-- inboard: backfill target=11s", "has the target \"11s\""},
    {"-- inboard: backfill target=1s target=1s", "repeats \"target=1s\""},
    {"-- inboard: backfill on-error=skip", "has on-error \"skip\""},
    {"-- inboard: backfill on-error=skip:0", "has on-error \"skip:0\""},
    {"-- inboard: backfill on-error=skip:9999999", "has on-error \"skip:9999999\""},
    {"-- inboard: backfill on-error=skip:1x", "has on-error \"skip:1x\""},
    {"-- inboard: backfill fast", "has the unknown option \"fast\""},
    {"-- inboard: backfill\n-- inboard: backfill", "duplicate directive"},
    {"-- inboard: backfill\n-- inboard: no-transaction", "\"no-transaction\" together"},
    {"-- inboard: before", "directive \"before\" has no sentence"},
    {"-- inboard: after", "directive \"after\" names no backfill"},
    {"-- inboard: after fill", "directive \"after\" names no backfill"},
    {"-- inboard: after backfill", "directive \"after\" names no backfill"},
    {"-- inboard before the release", "without the colon"},
    {"SELECT 1;\n-- inboard: before it", "of the whole migration after its first statement"},
};

START_TEST(a_directive_that_says_nothing_is_refused)
{
    migrate(inb__arena_printf(&arena, "%s\nUPDATE t SET a = c WHERE a IS NULL;\n",
                              directives[_i].directive));
    refused(directives[_i].message);
}
END_TEST

START_TEST(options_and_gates_are_read)
{
    migrate("-- inboard: before no running release reads \"a\"\n"
            "-- inboard: after backfill 20260101000000_some thing \n"
            "--inboard:backfill by \"id\" target=0.25s on-error=skip:7 once\n"
            "UPDATE t SET b = 'x' WHERE a = '';");
    ck_assert_uint_eq(problems.n, 0);
    ck_assert_str_eq(script.before, "no running release reads \"a\"");
    ck_assert_str_eq(script.after->reason, "20260101000000_some thing");
    ck_assert_uint_eq(script.backfill->target_ms, 250);
    ck_assert_uint_eq(script.backfill->skip_limit, 7);
    ck_assert_uint_eq(script.backfill->flags, INB_BACKFILL_ONCE);
    ck_assert_str_eq(script.backfill->keys[0], "id");
    migrate("-- inboard: backfill on-error=stop\nUPDATE t SET a = c WHERE a IS NULL;");
    ck_assert_uint_eq(script.backfill->target_ms, INB_BACKFILL_TARGET_MS);
    ck_assert_uint_eq(script.backfill->skip_limit, 0);
    ck_assert_ptr_null(script.before);
    ck_assert_ptr_null(script.after);
}
END_TEST

#define LOOP(test, cases) tcase_add_loop_test(t, test, 0, (int)(sizeof(cases) / sizeof((cases)[0])))

int main(void)
{
    Suite *suite = suite_create("sql_backfill");
    TCase *t = tcase_create("backfill");
    tcase_add_checked_fixture(t, setup, teardown);
    LOOP(the_parts_of_a_statement_are_found_in_its_text, parts);
    LOOP(the_key_is_one_that_a_walk_can_be_made_by, keys);
    LOOP(a_row_that_was_written_is_seen_to_leave_the_predicate, leaving);
    LOOP(a_row_that_may_stay_is_visited_once, staying);
    LOOP(what_cannot_be_run_in_windows_is_refused, refusals);
    LOOP(a_directive_that_says_nothing_is_refused, directives);
    tcase_add_test(t, options_and_gates_are_read);
    suite_add_tcase(suite, t);
    return inb_check_main(suite);
}
