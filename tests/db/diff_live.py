#!/usr/bin/env python3
"""`inboard migrate diff` with a live database on a side: what differs is found and its script removes it; what no schema can say, and what
means the same in other words, is no difference; each spelling of Prisma's options."""
import os, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run

cluster = Cluster()
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'
quiet = {"DATABASE_URL": "", "DIRECT_URL": ""}


def database(sql, db="live"):
    cluster.fresh(db)
    run("psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url(db), stdin=sql, env={"PGOPTIONS": "-c client_min_messages=error"})
    return cluster.url(db)


def schema(text, name="live.prisma"):
    file = cluster.path(name)
    file.write_text(HEAD + text)
    return file


def diff(*sides, env=quiet, ok=True):
    return run(inboard, "migrate", "diff", *sides, "--script", env=env, ok=ok).stdout


def test_a_difference_is_found_and_its_script_removes_it():
    url = database("""CREATE TYPE "E" AS ENUM ('a', 'b'); CREATE TABLE "T" (id SERIAL PRIMARY KEY, gone INTEGER, n VARCHAR(3), e "E");
        CREATE INDEX "T_n_idx" ON "T" (n); CREATE TABLE "Old" (id INTEGER PRIMARY KEY, t INTEGER REFERENCES "T" (id));""")
    file = schema("enum E {\n  a\n  c\n}\nmodel T {\n  id Int @id @default(autoincrement())\n  n String? @db.VarChar(9)\n  e E? @default(c)\n"
                  "  made DateTime @default(now())\n  u U[]\n}\nmodel U {\n  id Int @id\n  t Int\n  to T @relation(fields: [t], references: [id])\n\n  @@index([t])\n}\n")
    script = diff("--from-url", url, "--to-schema", file)
    for part in ('DROP TABLE "Old"', 'CREATE TABLE "U"', 'DROP COLUMN "gone"', 'ADD COLUMN     "made"', 'DROP INDEX "T_n_idx"', 'SET DATA TYPE VARCHAR(9)'):
        assert part in script, (part, script)
    run("psql", "-qX", "-v", "ON_ERROR_STOP=1", url, stdin=script)
    r = run(inboard, "migrate", "diff", "--from-url", url, "--to-schema", file, "--exit-code")
    assert r.stdout == "No difference detected.\n", r.stdout
    assert run(inboard, "migrate", "diff", "--from-empty", "--to-url", url, "--exit-code", ok=False).returncode == 2


def test_a_database_made_of_the_script_of_another_is_like_it():
    url = database("""CREATE TYPE "E" AS ENUM ('a b', 'b"c'); CREATE TABLE "T" (id BIGSERIAL PRIMARY KEY, "d""e" "E" DEFAULT 'a b', l TEXT[] DEFAULT '{a}', at TIMESTAMPTZ DEFAULT now());
        CREATE UNIQUE INDEX "by it" ON "T" ("d""e", at DESC) WHERE id > 3; CREATE TABLE "日本" (id INTEGER PRIMARY KEY REFERENCES "T" (id) ON DELETE CASCADE);""")
    other = database(diff("--from-empty", "--to-url", url), "other")
    r = run(inboard, "migrate", "diff", "--from-url", url, "--to-url", other, "--exit-code", ok=False)
    assert r.returncode == 0, r.stdout


def test_a_table_without_columns_is_there_where_the_schema_says_it():
    url = database('CREATE TABLE "Empty" (); CREATE TABLE a (id INTEGER PRIMARY KEY);')
    for text, says in (("", ""), ("model Empty {\n  @@ignore\n}\n", ""), ("model Empty2 {\n  @@ignore\n}\n", 'CREATE TABLE "Empty2" (')):
        script = diff("--from-url", url, "--to-schema", schema("model a {\n  id Int @id\n}\n" + text))
        assert "Empty\"" not in script and says in script, script


def test_what_a_history_makes_is_what_the_server_has():
    """Each column of a folder's migration, and each predicate, by itself, so that a failure names it."""
    defaults = [("BOOLEAN", d) for d in ("true", "'yes'", "'off'", "NOT false", "(1 < 2)", "(1 IS DISTINCT FROM 2)")]
    defaults += [("INTEGER", d) for d in ("1", "-3", "'7'", "1 + 2 * 3", "GREATEST(1, 2)", "LEAST(1, 2)", "COALESCE(NULL, 4)", "NULLIF(1, 2)",
                                          "CASE WHEN 1 > 2 THEN 1 ELSE 2 END", "CASE 1 WHEN 2 THEN 3 END", "length('abc')")]
    defaults += [("TEXT", d) for d in ("'it''s'", "'back\\\\slash'", "lower('X')", "'a' || 'b'", "CURRENT_USER", "(CURRENT_DATE)::text", "('a' COLLATE \"C\")")]
    defaults += [("BYTEA", "'\\x0aff'"), ("BYTEA", "''"), ("NUMERIC(9,2)", "1.50"), ("DOUBLE PRECISION", "1e3"), ("BIT(3)", "B'101'"), ("JSONB", "'{\"a\": [1]}'"),
                 ("TIMESTAMP(3)", "CURRENT_TIMESTAMP"), ("TIMESTAMPTZ", "now()"), ("DATE", "'2020-01-01'"), ("TIMESTAMP", "now() + '1 day'::interval"),
                 ("TEXT[]", "'{a,\"b c\"}'"), ("TEXT[]", "ARRAY['a', 'b']"), ("INTEGER[]", "ARRAY[1, -2]"), ("TEXT[]", "'{}'"), ("UUID", "gen_random_uuid()"),
                 ("\"E\"", "'a'"), ("\"E\"[]", "'{a,b}'")]
    predicates = ("n > 3", "n IS NULL", "n IS NOT NULL AND s = 'x'", "n IN (1, 2)", "n NOT IN (1, 2)", "n BETWEEN 1 AND 2", "n NOT BETWEEN 1 AND 2", "b", "NOT b", "b IS TRUE",
                  "b IS NOT FALSE", "b IS UNKNOWN", "s LIKE 'a%'", "s ILIKE 'a%'", "n = ANY (ARRAY[1, 2])", "n <> ALL (ARRAY[1])", "n IS DISTINCT FROM 1",
                  "n IS NOT DISTINCT FROM 1", "-n > 1", "lower(s) = 'a' OR b", "CASE WHEN b THEN n > 1 ELSE n < 2 END", "s COLLATE \"C\" = 'a'", "COALESCE(n, 1) = 2")
    sql = "CREATE TYPE \"E\" AS ENUM ('a', 'b');\n"
    sql += "".join(f"CREATE TABLE d{i} (id INTEGER PRIMARY KEY, c {of} DEFAULT ({value}));\n" for i, (of, value) in enumerate(defaults))
    sql += "".join(f"CREATE TABLE p{i} (n INTEGER PRIMARY KEY, s TEXT, b BOOLEAN);\nCREATE INDEX p{i}_s ON p{i} (s) WHERE {p};\n" for i, p in enumerate(predicates))
    folder = cluster.folder("written", {"20260101000000_a": sql})
    script = diff("--from-migrations", folder, "--to-url", database(sql))
    assert script == "-- This is an empty migration.\n", script + repr(list(enumerate(defaults))) + repr(list(enumerate(predicates)))


def test_what_means_the_same_is_no_difference():
    url = database("""CREATE TABLE t (id INTEGER PRIMARY KEY, c CHAR, b BIT, ts TIMESTAMP, g INTEGER GENERATED ALWAYS AS (1 + 1) STORED, low TEXT DEFAULT lower('X'),
            "日" INTEGER, s TEXT); CREATE INDEX expr ON t (lower(s)); CREATE INDEX part ON t (s) WHERE id > 3; CREATE INDEX kanji ON t ("日");
        CREATE TABLE "_prisma_migrations" (id INTEGER); CREATE TABLE none (); CREATE TYPE mood AS ENUM ('ok', '7'); CREATE EXTENSION citext;""")
    file = schema("enum mood {\n  ok\n}\nmodel t {\n  id Int @id\n  c String? @db.Char\n  b String? @db.Bit\n  ts DateTime? @db.Timestamp\n  g Int?\n"
                  "  low String? @default(dbgenerated(\"lower('X')\"))\n  s String?\n}\n")
    for sides in (("--from-url", url, "--to-schema", file), ("--from-schema", file, "--to-url", url)):
        assert diff(*sides) == "-- This is an empty migration.\n", diff(*sides)


def test_every_spelling_names_the_database():
    url = database("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    file = schema("model t {\n  id Int @id\n}\n")
    env = {**quiet, "DATABASE_URL": url}
    for side in (["--from-url", url], ["--from-schema-datasource", file], ["--from-config-datasource"]):
        assert diff(*side, "--to-schema", file, env=env) == "-- This is an empty migration.\n", side
    named = cluster.path("named.prisma")
    named.write_text('datasource db {\n  provider = "postgresql"\n  url      = env("THE_URL")\n}\n')
    assert 'CREATE TABLE "public"."t"' in diff("--from-empty", "--to-schema-datasource", named, env={**quiet, "THE_URL": url})


def test_the_schemas_of_the_other_side_are_read():
    url = database("CREATE SCHEMA one; CREATE TABLE one.t (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY)")
    file = cluster.path("one.prisma")
    file.write_text('datasource db {\n  provider = "postgresql"\n  schemas  = ["one"]\n}\nmodel t {\n  id Int @id\n\n  @@schema("one")\n}\n')
    assert diff("--from-url", url, "--to-schema", file) == "-- This is an empty migration.\n"
    assert diff("--from-url", url + "&schema=one", "--to-empty").count("DROP TABLE") == 1


def test_refusals():
    file = schema("model t {\n  id Int @id\n}\n")
    for sides, status, words in ((["--from-url", cluster.url("not_there"), "--to-schema", file], 6, "P1003"),
                                 (["--from-config-datasource", "--to-schema", file], 2, "DATABASE_URL is not set"),
                                 (["--from-url", "mysql://x/y", "--to-schema", file], 2, "P1013"),
                                 (["--from-url", "x", "--from-empty", "--to-schema", file], 2, "given more than once")):
        r = run(inboard, "migrate", "diff", *sides, env=quiet, ok=False)
        assert r.returncode == status and words in r.stderr and "hint: " in r.stderr, (sides, r)


tap.main(cluster.start, cluster.remove)
