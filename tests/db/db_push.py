#!/usr/bin/env python3
"""`inboard db push`: what it changes, what it refuses and asks about, and that it changes all or nothing."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn, undocumented

cluster = Cluster()
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'
ONE = "model User {\n  id Int @id\n  name String?\n}\n"
ROLE = "enum Role {\n  A\n  B\n}\n"


def env(db, user="postgres", more=""):
    return {"DATABASE_URL": cluster.url(db, user, more=more), "DIRECT_URL": ""}


def push(db, schema, *more, ok=True, url=None, head=HEAD):
    file = cluster.path("schema.prisma")
    file.write_text(head + schema)
    return run(inboard, "db", "push", "--schema", file, *more, env=url or env(db), ok=ok, stdin="")


def columns(db, table="User"):
    return cluster.sql(db, f"SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute WHERE attrelid = '\"{table}\"'::regclass AND attnum > 0 AND NOT attisdropped")


def test_it_makes_what_the_schema_says_and_then_nothing():
    cluster.fresh("made")
    r = push("made", ROLE + ONE.replace("}", "  posts Post[]\n}") +
             "model Post {\n  id Int @id\n  role Role @default(A)\n  user User @relation(fields: [userId], references: [id])\n  userId Int\n}\n")
    assert "changes pushed" in r.stdout and columns("made", "Post") == "id role userId", r
    file = cluster.path("schema.prisma")
    assert run(inboard, "migrate", "diff", "--from-url", cluster.url("made"), "--to-schema", file, "--script").stdout == "-- This is an empty migration.\n"
    r = run(inboard, "db", "push", "--schema", file, env=env("made"))
    assert r.stdout == "the database is what the schema says\n", r
    assert cluster.sql("made", "SELECT to_regclass('_prisma_migrations') IS NULL AND to_regnamespace('inboard') IS NULL") == "t"


def test_as_json():
    cluster.fresh("json")
    r = json.loads(push("json", ONE, "--json").stdout)
    undocumented("`inboard db push`", r)
    assert r["pushed"] and r["steps"][0]["step"] == "CreateTable" and r["dropped"] == [] and "CREATE TABLE" in r["sql"], r
    assert not json.loads(push("json", ONE, "--json").stdout)["pushed"]


def test_a_missing_database_and_a_schema_of_the_url_are_created():
    cluster.sql("postgres", "DROP DATABASE IF EXISTS absent")
    r = push("absent", ONE, url=env("absent", more="&schema=mine"))
    assert "the database was created" in r.stderr and cluster.sql("absent", "SELECT to_regclass('mine.\"User\"') IS NOT NULL") == "t", r
    assert "is what the schema says" in push("absent", ONE, url=env("absent", more="&schema=mine")).stdout


def test_what_loses_rows_is_listed_and_refused():
    cluster.fresh("lossy")
    push("lossy", ONE + "model Gone {\n  id Int @id\n}\n")
    less = "model User {\n  id Int @id\n}\n"
    cluster.sql("lossy", """INSERT INTO "User" VALUES (1, 'a'), (2, NULL)""")
    r = push("lossy", less, ok=False)
    assert r.returncode == 2 and "can lose rows or values" in r.stderr and '"name"' in r.stderr and "--accept-data-loss" in r.stderr, r
    assert "Gone" not in r.stderr and columns("lossy") == "id name"
    r = push("lossy", ONE.replace("name", "title"), ok=False)
    assert r.returncode == 2 and 'Is the column "title" of "User" the column "name" under a new name? A push would drop it.' in r.stderr, r
    push("lossy", less, "--accept-data-loss")
    assert columns("lossy") == "id" and cluster.sql("lossy", "SELECT to_regclass('\"Gone\"') IS NULL") == "t"


def test_without_rows_nothing_is_lost():
    cluster.fresh("empty")
    push("empty", ONE)
    push("empty", "model User {\n  id Int @id\n  must String\n}\n")
    assert columns("empty") == "id must"


def test_what_the_rows_do_not_allow_is_refused_or_reset():
    cluster.fresh("rows")
    push("rows", ONE)
    cluster.sql("rows", 'INSERT INTO "User" VALUES (1)')
    more = ONE.replace("}", "  must String\n}")
    for words in ((), ("--accept-data-loss",)):
        r = push("rows", more, *words, ok=False)
        assert r.returncode == 1 and "do not allow the changes" in r.stderr and '"must"' in r.stderr and "--force-reset" in r.stderr, r
    r = push("rows", more, "--force-reset")
    assert r.stdout.startswith("dropped 1 table\n") and columns("rows") == "id must name", r
    assert {"type": "table", "name": 'public."User"'} in json.loads(push("rows", more, "--force-reset", "--json").stdout)["dropped"]


def test_a_change_that_the_server_refuses_leaves_nothing():
    cluster.fresh("refused")
    push("refused", ONE)
    cluster.sql("refused", """INSERT INTO "User" VALUES (1, 'a'), (2, 'a')""")
    r = push("refused", ONE.replace("name String?", "name String? @unique\n  more Int?"), "--accept-data-loss", ok=False)
    assert r.returncode == 1 and "refused and rolled back" in r.stderr and "23505" in r.stderr and columns("refused") == "id name", r


def test_a_new_value_of_an_enum_that_is_used_at_once():
    cluster.fresh("enums")
    push("enums", ROLE + "model T {\n  id Int @id\n  role Role @default(A)\n}\n")
    push("enums", ROLE.replace("B", "B\n  C") + "model T {\n  id Int @id\n  role Role @default(C)\n  more Int?\n}\n")
    cluster.sql("enums", 'INSERT INTO "T" (id) VALUES (1)')
    assert cluster.sql("enums", 'SELECT role FROM "T"') == "C"


def test_production_wants_its_name_for_a_loss():
    cluster.fresh("busy")
    push("busy", ONE)
    cluster.sql("busy", "INSERT INTO \"User\" VALUES (1, 'a')")
    sessions = [cluster.session("busy") for _ in range(10)]
    try:
        push("busy", ONE.replace("}", "  more Int?\n}"))
        for words in (("--accept-data-loss",), ("--force-reset",)):
            r = push("busy", "model User {\n  id Int @id\n}\n", *words, ok=False)
            assert r.returncode == 2 and 'the database "busy" looks like production' in r.stderr and "--force" in r.stderr, r
        assert columns("busy") == "id more name"
        push("busy", "model User {\n  id Int @id\n}\n", "--accept-data-loss", "--force")
        assert columns("busy") == "id"
        cluster.sql("busy", "CREATE TABLE _prisma_migrations (id int)")
        r = push("busy", ONE, ok=False)
        assert r.returncode == 2 and "looks like production" in r.stderr and "has a migration history" in r.stderr, r
    finally:
        for s in sessions:
            s.close()


def test_a_history_is_warned_of():
    cluster.fresh("managed")
    folder = cluster.folder("migrations", {"20200101000000_a": 'CREATE TABLE "User" (id INTEGER NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY (id));'})
    run(inboard, "migrate", "deploy", "--migrations", folder, env=env("managed"))
    r = push("managed", ONE)
    assert "has a migration history" in r.stderr and columns("managed") == "id name", r


def test_it_waits_for_the_lock_of_migrations():
    cluster.fresh("locked")
    with cluster.session("locked", "SELECT pg_advisory_lock(72707369)") as holder:
        r = push("locked", ONE, "--lock-wait", "1", ok=False)
        assert r.returncode == 5 and "migration lock was not obtained" in r.stderr, r
        p = spawn(inboard, "db", "push", "--schema", cluster.path("schema.prisma"), env=env("locked"))
        cluster.until("locked", "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = 'locked' AND application_name LIKE 'inboard-migrate:%'")
        holder.run('CREATE TABLE "User" (id INTEGER NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY (id))')
    out, err = p.communicate()
    assert p.returncode == 4 and "the database has changed since it was read" in err and columns("locked") == "id", (out, err)


def test_a_table_that_is_in_use():
    cluster.fresh("used")
    push("used", ONE)
    with cluster.session("used", "BEGIN", 'LOCK TABLE "User" IN ACCESS SHARE MODE'):
        r = push("used", ONE.replace("}", "  more Int?\n}"), "--lock-timeout", "0.1", ok=False)
    assert r.returncode == 5 and "another session uses what is to be changed" in r.stderr and columns("used") == "id name", r


def test_a_count_that_waits_for_a_lock_can_be_stopped():
    cluster.fresh("counted")
    push("counted", ONE)
    cluster.sql("counted", "INSERT INTO \"User\" VALUES (1, 'a')")
    cluster.path("schema.prisma").write_text(HEAD + ONE.replace("  name String?\n", ""))
    with cluster.session("counted", "BEGIN", 'LOCK TABLE "User"'):
        p = spawn(inboard, "db", "push", "--schema", cluster.path("schema.prisma"), env=env("counted"))
        cluster.until("counted", "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'inboard' AND wait_event_type = 'Lock'")
        p.terminate()
        out, err = p.communicate(timeout=60)
    assert p.returncode == 1 and "57014" in err and columns("counted") == "id name", (out, err)


def test_wrong_schemas():
    r = push("postgres", "model X {\n", ok=False)
    assert r.returncode == 1 and "schema.prisma" in r.stderr, r
    r = run(inboard, "db", "push", "--schema", "nowhere.prisma", env=env("postgres"), ok=False)
    assert r.returncode == 2, r
    r = push(None, ONE, ok=False, url={"DATABASE_URL": "", "DIRECT_URL": ""})
    assert r.returncode == 2 and "DATABASE_URL is not set" in r.stderr, r


tap.main(cluster.start, cluster.remove)
