#!/usr/bin/env python3
"""inboard trace: what statements take in a shadow, told as it was foretold; and a prediction that is wrong is found."""
import json, pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, root, run

cluster = Cluster()
BASE = """CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE TABLE u (id int PRIMARY KEY, t_id int);
CREATE TYPE mood AS ENUM ('a', 'b');
INSERT INTO t SELECT i, 'x', i FROM generate_series(1, 50) i;
"""


def trace(scripts, *options, json_=True, ok=True, env=None):
    folder = cluster.folder(f"trace_{len(list(cluster.path('.').iterdir()))}", {f"2026010100000{i}_m": s for i, s in enumerate(scripts)})
    r = run(inboard, "trace", "--migrations", folder, *(["--json"] if json_ else []), *options, env={"DATABASE_URL": cluster.url("main"), **(env or {})}, ok=ok)
    return json.loads(r.stdout) if json_ and r.stdout else r


def of(said, migration=1):
    return [s for s in said["statements"] if s["migration"] == f"2026010100000{migration}_m"]


def test_the_services_own_migrations():
    said = json.loads(run(inboard, "trace", "--all", "--json", "--migrations", root / "migrations", env={"DATABASE_URL": cluster.url("main")}).stdout)
    assert said["wrong"] == 0 and len(said["statements"]) > 20, said
    assert sum(s["watched"] for s in said["statements"]) > 20


def test_what_is_taken_is_what_was_foretold():
    said = trace([BASE, "ALTER TABLE t ADD COLUMN c int;\nALTER TABLE t ALTER b TYPE bigint;\nUPDATE t SET a = 'y' WHERE id < 11;\nCREATE TABLE n (id int);"], "--all")
    assert said["wrong"] == 0, said
    add, retype, update, new = of(said)
    assert add["taken"] == {"locks": [{"relation": "t", "mode": "AccessExclusiveLock"}], "rewrites": False, "scans": False}, add
    assert retype["taken"]["rewrites"] and retype["foretold"]["rewrites"] and update["rows"] == 10 and update["wal"] > 0, (retype, update)
    assert new["taken"]["locks"] == [] and add["milliseconds"] > 0


def test_each_statement_of_its_own():
    said = trace([BASE, "CREATE INDEX CONCURRENTLY i ON t (b);", "-- inboard: no-transaction\nALTER TABLE t ADD COLUMN c int;\nVACUUM t;\nALTER TYPE mood ADD VALUE 'c';\nALTER TABLE u ADD COLUMN c int;"], "--all")
    assert said["wrong"] == 0, said
    assert [s["watched"] for s in of(said, 1)] == [False] and [s["watched"] for s in of(said, 2)] == [True, False, True, True], said
    assert of(said, 2)[3]["taken"]["locks"] == [{"relation": "u", "mode": "AccessExclusiveLock"}], said


def test_no_migration_has_the_session_of_the_one_before():
    """As pg_dump writes it, and roles and cursors."""
    said = trace([BASE, "SELECT pg_catalog.set_config('search_path', '', false);\nSET ROLE pg_monitor;", "ALTER TABLE t ADD COLUMN c int;"], "--all")
    assert said["wrong"] == 0 and of(said, 2)[0]["taken"]["locks"] == [{"relation": "t", "mode": "AccessExclusiveLock"}], said


def test_only_the_chosen_ones():
    scripts = [BASE, "ALTER TABLE t ADD COLUMN c int;", "ALTER TABLE t ADD COLUMN d int;"]
    assert {s["migration"] for s in trace(scripts, "20260101000002_m")["statements"]} == {"20260101000002_m"}
    assert {s["migration"] for s in trace(scripts)["statements"]} == {f"2026010100000{i}_m" for i in range(3)}


def test_a_wrong_prediction_is_found():
    """An author's word about what the analysis cannot see foretells no lock."""
    said = trace([BASE, "-- inboard: class additive nothing to see\nDO $$ BEGIN EXECUTE 'ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid()'; END $$;"], "--all", ok=False)
    assert said["wrong"] == 1, said
    wrong = of(said)[0]["wrong"]
    assert 'takes AccessExclusiveLock on "t", and no lock was foretold' in wrong and 'rewrites "t", which was not foretold' in wrong, wrong
    r = trace([BASE, "-- inboard: class additive nothing to see\nDO $$ BEGIN EXECUTE 'LOCK u'; END $$;"], "--all", json_=False, ok=False)
    assert r.returncode == 1 and r.stdout.endswith("5 statements traced, 1 not as foretold\n"), r
    assert re.search(r"^      took AccessExclusiveLock on u$", r.stdout, re.M) and 'wrong: takes AccessExclusiveLock on "u", and no lock was foretold' in r.stdout, r


def test_nothing_is_left_behind():
    assert cluster.sql("main", "SELECT count(*) FROM pg_database WHERE datname LIKE 'inboard_shadow%'") == "0"
    assert cluster.sql("main", "SELECT count(*) FROM pg_class WHERE relname IN ('t', 'n', '_prisma_migrations')") == "0"
    cluster.fresh("given")
    assert trace([BASE], "--shadow-database-url", cluster.url("given"))["wrong"] == 0
    assert cluster.sql("given", "SELECT count(*) FROM pg_class WHERE relname = 't'") == "0"


def test_refusals():
    r = trace([BASE, "INSERT INTO t VALUES (1);"], "--all", json_=False, ok=False)
    assert r.returncode == 1 and "inboard: 20260101000001_m: line 1: INSERT\n  cause: duplicate key value" in r.stderr, r
    assert trace([BASE, "ALTER TABLE"], "--all", json_=False, ok=False).returncode == 1
    assert trace([BASE], "none", json_=False, ok=False).returncode == 2
    r = trace([BASE], "--all", "--pending", json_=False, ok=False)
    assert r.returncode == 2 and "chosen twice" in r.stderr, r
    r = trace([BASE], json_=False, ok=False, env={"DATABASE_URL": "postgresql://127.0.0.1:1/x?connect_timeout=1"})
    assert r.returncode == 6 and "The statement fails" not in r.stderr, r


def start():
    cluster.start()
    cluster.fresh("main")


tap.main(start, cluster.remove)
