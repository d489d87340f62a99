#!/usr/bin/env python3
"""Many programs at once on one database: one applies, the others wait without harm, and a held lock is explained."""
import hashlib, json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn

cluster = Cluster()


def deploy(folder, env, *more):
    return spawn(inboard, "migrate", "deploy", "--migrations", folder, "--json", *more, env=env)


def finished(processes):
    out = []
    for p in processes:
        stdout, stderr = p.communicate(timeout=300)
        out.append((p.returncode, json.loads(stdout) if stdout.strip() else None, stderr))
    return out


def until_waiting(p):
    assert any("waiting for the migration lock" in line for line in p.stderr), "it did not wait"


def applied(result):
    return [m["name"] for m in result[1]["applied"]]


def by_prisma(db, migrations):
    """Applies them as Prisma Migrate does, its table included, at once and without the lock."""
    text = ["CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, "
            "migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), "
            "applied_steps_count INTEGER NOT NULL DEFAULT 0);\n"]
    for name, sql in migrations.items():
        text.append(f"{sql}INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES "
                    f"(gen_random_uuid(), '{hashlib.sha256(sql.encode()).hexdigest()}', now(), '{name}', 1);\n")
    run("psql", "-qX1", "-v", "ON_ERROR_STOP=1", cluster.url(db), stdin="".join(text))


PLAIN = {f"202601{n:02d}000000_m{n}": f"CREATE TABLE t{n} (a int);\nCREATE INDEX t{n}_idx ON t{n} (a);\n" for n in range(1, 11)}
SLOW_INDEX = {
    "20260201000000_table": "CREATE TABLE big (id int);\nINSERT INTO big SELECT generate_series(1, 300);\n"
                            "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
                            "$$ BEGIN PERFORM pg_sleep(0.003); RETURN $1; END $$;\n",
    "20260202000000_index": "-- inboard: no-transaction\nCREATE INDEX CONCURRENTLY big_idx ON big (slow(id));\n",
}


def test_of_twenty_that_start_at_once_on_a_new_database_exactly_one_applies():
    env, folder = cluster.fresh("twenty"), cluster.folder("plain", PLAIN)
    results = finished([deploy(folder, env) for _ in range(20)])
    assert [r[0] for r in results] == [0] * 20, results
    assert sorted(len(applied(r)) for r in results) == [0] * 19 + [10], [applied(r) for r in results]
    assert cluster.sql("twenty", "SELECT count(*), count(DISTINCT migration_name), count(finished_at) FROM _prisma_migrations") == "10|10|10"
    cluster.until_unlocked()


def test_a_concurrent_index_is_built_while_replicas_wait():
    env, folder = cluster.fresh("cic"), cluster.folder("slow", SLOW_INDEX)
    results = finished([deploy(folder, env) for _ in range(4)])
    assert [r[0] for r in results] == [0] * 4, results
    assert sorted(len(applied(r)) for r in results) == [0, 0, 0, 2]
    assert cluster.sql("cic", "SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid = 'big'::regclass") == "t"


def test_a_held_lock_is_waited_for_and_its_holder_is_named():
    env, folder = cluster.fresh("held"), cluster.folder("plain", PLAIN)
    with cluster.session("held", "SELECT pg_advisory_lock(72707369)", application="somebody-else") as holder:
        pid = cluster.sql("held", "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")
        results = finished([deploy(folder, env, "--lock-wait=1.5")])
        code, out, err = results[0]
        assert code == 5, results
        said = json.dumps(out) + err
        assert pid in said and "somebody-else" in said and f"pg_terminate_backend({pid})" in said, said
        waiting = deploy(folder, env, "--lock-wait=600")
        until_waiting(waiting)
        holder.close()
        assert finished([waiting])[0][0] == 0
    assert cluster.sql("held", "SELECT count(finished_at) FROM _prisma_migrations") == "10"


def test_a_waiter_leaves_the_queue_when_a_peer_has_finished_though_the_lock_is_still_held():
    env, folder = cluster.fresh("early"), cluster.folder("plain", PLAIN)
    with cluster.session("early", "SELECT pg_advisory_lock(72707369)"):
        waiter = deploy(folder, env, "--lock-wait=600")
        until_waiting(waiter)
        by_prisma("early", PLAIN)  # which may be told to skip the lock
        code, out, err = finished([waiter])[0]
        assert code == 0 and out["applied"] == [], (code, out, err)


def test_nothing_pending_never_touches_the_lock():
    env, folder = cluster.fresh("idle"), cluster.folder("plain", PLAIN)
    run(inboard, "migrate", "deploy", "--migrations", folder, env=env)
    with cluster.session("idle", "SELECT pg_advisory_lock(72707369)"):
        r = run(inboard, "migrate", "deploy", "--migrations", folder, "--json", env=env)
        report = json.loads(r.stdout)
        assert report["applied"] == [] and report["round_trips"] == 1, report


tap.main(cluster.start, cluster.remove)
