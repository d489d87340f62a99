#!/usr/bin/env python3
"""`inboard migrate resolve --applied-through`: a whole history as the baseline of a database that has what it makes, and only then."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, undocumented

cluster = Cluster()
A, B, C = "20200101000000_a", "20200102000000_b", "20200103000000_c"
FILES = {A: "CREATE TYPE mood AS ENUM ('x', 'y');\nCREATE TABLE a (id INTEGER PRIMARY KEY, m mood DEFAULT 'x');\nCREATE INDEX a_m ON a (m) WHERE m = 'y';",
         B: "CREATE TABLE b (id SERIAL PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id));\nCREATE INDEX b_a ON b (a_id);",
         C: "ALTER TABLE a ADD COLUMN more TEXT NOT NULL DEFAULT '';\nDROP TABLE b;"}


def env(db, more=""):
    return {"DATABASE_URL": cluster.url(db, more=more), "DIRECT_URL": ""}


def resolve(db, *words, ok=True, files=FILES, url=None):
    return run(inboard, "migrate", "resolve", *words, "--migrations", cluster.folder(f"folder-{len(files)}-{hash(str(files))}", files), env=url or env(db),
               ok=ok, cwd=cluster.work.name)


def older(db, *names, schema=None):
    """A database that has what these migrations make, and no history."""
    cluster.fresh(db)
    for name in names:
        cluster.sql(db, (f"CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path = {schema}; " if schema else "") + FILES[name])


def applied(db, schema="public"):
    return cluster.sql(db, f"SELECT string_agg(migration_name, ' ' ORDER BY migration_name) FROM {schema}._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL")


def test_a_database_that_has_it_all():
    older("whole", A, B, C)
    r = json.loads(resolve("whole", "--applied-through", C, "--json").stdout)
    undocumented("`inboard migrate resolve`", r)
    assert r == {"migration": C, "marked": "applied", "count": 3} and applied("whole") == f"{A} {B} {C}"
    assert run(inboard, "migrate", "deploy", "--migrations", cluster.folder(f"folder-3-{hash(str(FILES))}", FILES), env=env("whole")).stdout.endswith("nothing is pending\n")
    r = resolve("whole", "--applied-through", C, ok=False)
    assert r.returncode == 4 and "P3008" in r.stderr, r


def test_a_part_of_the_history_and_the_rest_is_pending():
    older("part", A, B)
    r = resolve("part", "--applied-through", B)
    assert r.stdout == f"marked 2 migrations up to {B} as applied\n" and applied("part") == f"{A} {B}", r
    run(inboard, "migrate", "deploy", "--migrations", cluster.folder(f"folder-3-{hash(str(FILES))}", FILES), env=env("part"))
    assert applied("part") == f"{A} {B} {C}" and cluster.sql("part", "SELECT to_regclass('b') IS NULL") == "t"


def test_one_that_is_applied_already_is_left_as_it_is():
    older("begun", A, B)
    resolve("begun", "--applied", A)
    first = cluster.sql("begun", "SELECT id FROM _prisma_migrations")
    assert "marked 1 migration up to" in resolve("begun", "--applied-through", B).stdout
    assert cluster.sql("begun", f"SELECT id FROM _prisma_migrations WHERE migration_name = '{A}'") == first


def test_what_is_lacking_is_named_and_nothing_is_recorded():
    for i, (change, *said) in enumerate((("DROP TABLE b", "Added tables", "- b"), ("ALTER TABLE a DROP COLUMN m", "`a` table", "`m`"),
                                         ("ALTER TABLE b ALTER a_id DROP NOT NULL", "`a_id`"), ("DROP INDEX b_a", "a_id"), ("ALTER TABLE a ALTER m SET DEFAULT 'y'", "`m`"),
                                         ("ALTER TABLE b DROP CONSTRAINT b_a_id_fkey", "foreign key"), ("ALTER TABLE b ALTER a_id TYPE bigint", "`a_id`"),
                                         ("DROP INDEX a_m", "(m)"), ("ALTER TABLE b DROP CONSTRAINT b_pkey", "primary key"), ("ALTER TYPE mood RENAME VALUE 'y' TO 'z'", "mood"))):
        older("lacks", A, B)
        cluster.sql("lacks", change)
        r = resolve("lacks", "--applied-through", B, ok=False)
        assert r.returncode == 4 and f'does not have what the migrations up to "{B}" make' in r.stderr and "--applied" in r.stderr, (change, r)
        assert all(s in r.stderr for s in said), (change, said, r.stderr)
        assert cluster.sql("lacks", "SELECT to_regclass('_prisma_migrations') IS NULL") == "t", change


def test_what_is_there_besides_is_mentioned():
    older("more", A, B)
    cluster.sql("more", "CREATE TABLE besides (id int); ALTER TABLE a ADD COLUMN extra int")
    r = resolve("more", "--applied-through", B)
    assert "has more than the migrations make" in r.stderr and "besides" in r.stderr and "extra" in r.stderr and applied("more") == f"{A} {B}", r


def test_what_the_analysis_cannot_see_is_said_or_compared_in_a_shadow():
    files = {A: FILES[A], B: "DO $$ BEGIN EXECUTE 'ALTER TABLE a ADD COLUMN seen TEXT'; END $$;"}
    older("unseen", A)
    r = resolve("unseen", "--applied-through", B, "--shadow", files=files, ok=False)
    assert r.returncode == 4 and "`seen`" in r.stderr, r
    r = resolve("unseen", "--applied-through", B, files=files)
    assert "was not compared; --shadow compares it" in r.stderr and f"{B}/migration.sql:1: warning: DO" in r.stderr and applied("unseen") == f"{A} {B}", r


def test_a_schema_of_the_url_and_those_of_a_datasource():
    older("named", A, B, schema="mine")
    resolve("named", "--applied-through", B, url=env("named", "&schema=mine"))
    assert applied("named", "mine") == f"{A} {B}"
    files = {A: 'CREATE SCHEMA "one"; CREATE SCHEMA "two"; CREATE TABLE "one".t (id INTEGER PRIMARY KEY); CREATE TABLE "two".t (id INTEGER PRIMARY KEY);'}
    schema = cluster.path("two.prisma")
    schema.write_text('datasource db {\n  provider = "postgresql"\n  schemas = ["one", "two"]\n}\n')
    cluster.fresh("several")
    cluster.sql("several", files[A])
    cluster.sql("several", "DROP TABLE two.t")
    r = resolve("several", "--applied-through", A, "--schema", schema, files=files, ok=False)
    assert r.returncode == 4 and "Added tables\n" in r.stderr, r
    cluster.sql("several", "CREATE TABLE two.t (id INTEGER PRIMARY KEY)")
    resolve("several", "--applied-through", A, "--schema", schema, files=files)


def test_wrong_usage():
    cluster.fresh("usage")
    r = resolve("usage", "--applied-through", "20990101000000_x", ok=False)
    assert r.returncode == 2 and "P3017" in r.stderr, r
    for words, said in (([], "none of --applied"), (["--applied", A, "--applied-through", B], "exclude each other"), (["--applied", A, "--shadow"], "are for --applied-through")):
        r = resolve("usage", *words, ok=False)
        assert r.returncode == 2 and said in r.stderr, (words, r)


tap.main(cluster.start, cluster.remove)
