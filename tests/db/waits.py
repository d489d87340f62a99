#!/usr/bin/env python3
"""Waits of a statement outside of a transaction: for older transactions, which have a limit, and for another server, which is no silence."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn

cluster = Cluster()
publisher = Cluster("wal_level=logical")

TABLE = "CREATE TABLE big (id int, note text);\nINSERT INTO big SELECT n, n FROM generate_series(1, 100) n;\n"
PARTITIONED = ("CREATE TABLE parts (id int) PARTITION BY RANGE (id);\n"
               "CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);\nINSERT INTO parts VALUES (1);\n")


def deploy(env, folder, *more, **kw):
    return run(inboard, "migrate", "deploy", "--migrations", folder, "--json", *more, env=env, **kw)


def gives_up(db, first, statement, holder):
    """Whatever holds a snapshot ends the statement after its limit; the next run repairs what is left and completes it."""
    env = cluster.fresh(db)
    folder = cluster.folder(f"{db}_folder", {"20260101000000_first": first})
    deploy(env, folder)
    cluster.folder(f"{db}_folder", {"20260102000000_second": f"-- inboard: no-transaction\n{statement};\n"})
    with cluster.session(db, "BEGIN ISOLATION LEVEL REPEATABLE READ", holder):
        for _ in range(2):  # also the repair of what is left has a limit
            r = deploy(env, folder, "--concurrent-wait=1", "--retry=1", ok=False)
            assert r.returncode == 1, r
            e = json.loads(r.stdout)["error"]
            assert e["sqlstate"] == "55P03" and "older" in e["hint"], e
            assert "waiting for " in r.stderr and "idle in transaction" in r.stderr, r.stderr
    deploy(env, folder)
    assert cluster.sql(db, "SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0"


def test_an_index_does_not_wait_for_an_older_transaction_without_end():
    gives_up("waits_named", TABLE, "CREATE INDEX CONCURRENTLY big_id ON big (id)", "SELECT count(*) FROM big")
    assert cluster.sql("waits_named", "SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass") == "1"


def test_an_index_without_a_name_is_recognised_by_the_next_run():
    gives_up("waits_nameless", TABLE, "CREATE INDEX CONCURRENTLY ON big (id)", "SELECT count(*) FROM big")
    assert cluster.sql("waits_nameless", "SELECT string_agg(indexrelid::regclass::text, ' ') FROM pg_index WHERE indrelid = 'big'::regclass") == "big_id_idx"


def test_the_kin_of_an_index_build_have_the_limit_too():
    gives_up("waits_drop", TABLE + "CREATE INDEX big_id ON big (id);\n", "DROP INDEX CONCURRENTLY big_id", "SELECT count(*) FROM big")
    assert cluster.sql("waits_drop", "SELECT count(*) FROM pg_class WHERE relname = 'big_id'") == "0"
    gives_up("waits_reindex", TABLE + "CREATE INDEX big_id ON big (id);\n", "REINDEX INDEX CONCURRENTLY big_id", "SELECT count(*) FROM big")
    assert cluster.sql("waits_reindex", "SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass") == "1"
    if cluster.version >= 14:
        gives_up("waits_detach", PARTITIONED, "ALTER TABLE parts DETACH PARTITION part_1 CONCURRENTLY", "SELECT count(*) FROM parts")
        assert cluster.sql("waits_detach", "SELECT count(*) FROM pg_inherits WHERE inhparent = 'parts'::regclass") == "0"


def test_a_wait_for_another_server_is_no_silence():
    """CREATE SUBSCRIPTION waits for a transaction of the publisher; the server's process then waits for the publisher, not for us."""
    publisher.fresh("source")
    publisher.sql("source", "CREATE TABLE t (i int); CREATE PUBLICATION p FOR TABLE t")
    env = cluster.fresh("waits_subscription")
    env["DATABASE_URL"] += "&tcp_user_timeout=1000"  # after so many ms of silence the server is asked on another connection
    folder = cluster.folder("subscription", {
        "20260101000000_table": "CREATE TABLE t (i int);\n",
        "20260102000000_subscribe": "-- inboard: no-transaction\n"
            f"CREATE SUBSCRIPTION s CONNECTION 'host={publisher.socket} dbname=source user=postgres' PUBLICATION p;\n"})
    with publisher.session("source", "BEGIN", "INSERT INTO t VALUES (1)") as holder:
        r = spawn(inboard, "migrate", "deploy", "--migrations", folder, env=env)
        publisher.until("source", "SELECT count(*) > 0 FROM pg_replication_slots WHERE slot_name = 's'")
        for _ in range(3):  # it is asked again and again, and waits all the same
            asked = cluster.sql("waits_subscription", "SELECT COALESCE(max(query_start), 'epoch') FROM pg_stat_activity WHERE query ~ 'ClientWrite' AND pid <> pg_backend_pid()")
            cluster.until("waits_subscription", f"SELECT count(*) > 0 FROM pg_stat_activity WHERE query ~ 'ClientWrite' AND pid <> pg_backend_pid() AND query_start > '{asked}'")
        assert r.poll() is None
        holder.run("COMMIT")
        out, err = r.communicate(timeout=tap.LIMIT)
    assert r.returncode == 0 and "lost" not in err, (out, err)
    assert cluster.sql("waits_subscription", "SELECT count(*) FROM pg_subscription") == "1"
    cluster.sql("waits_subscription", "DROP SUBSCRIPTION s")


def test_a_statement_that_takes_long_says_how_far_it_is():
    """Both ways of applying. The index is of a function that sleeps until the line was read."""
    env = cluster.fresh("long")
    first = (TABLE + "CREATE SEQUENCE gate;\n"
             "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN\n"
             "WHILE (SELECT last_value = 1 FROM public.gate) LOOP PERFORM pg_sleep(0.05); END LOOP; RETURN $1; END $$;\n")
    deploy(env, cluster.folder("long_first", {"20260101000000_first": first}))
    concurrently = "-- inboard: no-transaction\nCREATE INDEX CONCURRENTLY big_slow\n    ON big (slow(id));\n"
    for name, text, said in (("20260102000000_plain", "SELECT 1;\nCREATE INDEX ON big (slow(id)) WHERE 'secret' <> 'x';\n",
                              "statement 2: CREATE INDEX ON big (slow(id)) WHERE '...' <> '...'"),
                             ("20260103000000_outside", concurrently, "statement 1: CREATE INDEX CONCURRENTLY big_slow ON big (slow(id))")):
        cluster.sql("long", "SELECT setval('gate', 1)")
        r = spawn(inboard, "migrate", "deploy", "--migrations", cluster.folder("long_first", {name: text}), env=env)
        line = next((text for text in r.stderr if "has been running for" in text), "")
        cluster.sql("long", "SELECT setval('gate', 2)")
        _, err = r.communicate(timeout=tap.LIMIT)
        assert r.returncode == 0, err
        assert f'migration "{name}", {said} has been running for ' in line and " s: " in line and "building index" in line, line


def start():
    cluster.start()
    publisher.start()


def remove():
    cluster.remove()
    publisher.remove()


tap.main(start, remove)
