#!/usr/bin/env python3
"""What a cluster of servers answers with, on one server: errors that tell of a node that is lost."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run

cluster = Cluster()

# As a coordinator answers while a worker is away: the first calls fail. A sequence keeps its count through a rollback.
NODE = """CREATE SEQUENCE asked;
CREATE FUNCTION on_a_worker(times int, state text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN IF nextval('asked') <= times THEN RAISE EXCEPTION 'connection to the remote node failed' USING ERRCODE = state; END IF; END $$;
"""
STATES = ("08006", "08003", "57P01", "57P03", "53300")


def deploy(env, folder, *more, **kw):
    return run(inboard, "migrate", "deploy", "--migrations", folder, "--json", *more, env=env, **kw)


def prepared(db, statement, directive=""):
    env = cluster.fresh(db)
    cluster.sql(db, NODE)
    return env, cluster.folder(f"{db}_folder", {"20260101000000_one": f"{directive}CREATE TABLE one (i int);\n{statement};\nINSERT INTO one VALUES (1);\n"})


def adopted(env, db, folder):
    """The schema has objects and no history: a first migration is baselined, so that deploy begins."""
    cluster.folder(folder.name, {"20250101000000_node": "SELECT 1;\n"})
    run(inboard, "migrate", "resolve", "--migrations", folder, "--applied", "20250101000000_node", env=env)


def test_a_node_that_is_lost_is_asked_again():
    for directive in ("", "-- inboard: no-transaction\n"):
        for state in STATES:
            env, folder = prepared("lost_node", f"SELECT on_a_worker(2, '{state}')", directive)
            adopted(env, "lost_node", folder)
            deploy(env, folder)
            assert cluster.sql("lost_node", "SELECT last_value FROM asked") == "3", state
            assert cluster.sql("lost_node", "SELECT count(*) FROM one") == "1", state


def test_a_node_that_stays_lost_is_no_failed_migration():
    for directive in ("", "-- inboard: no-transaction\n"):
        env, folder = prepared("stays_lost", "SELECT on_a_worker(100000, '08006')", directive)
        adopted(env, "stays_lost", folder)
        r = deploy(env, folder, "--retry=1", ok=False)
        e = json.loads(r.stdout)["error"]
        assert r.returncode == 6 and e["sqlstate"] == "08006", (r, e)
        assert e["prisma_code"] == "P1017" and "correct" not in e["hint"] and "when the server is back" in e["hint"], e
        cluster.sql("stays_lost", "SELECT setval('asked', 1000000)")
        deploy(env, folder)
        assert cluster.sql("stays_lost", "SELECT count(*) FROM one") == "1"


tap.main(cluster.start, cluster.remove)
