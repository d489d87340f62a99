#!/usr/bin/env python3
"""kill -9 at random moments of a backfill that must visit each row exactly once: the next run goes on, and at the end each counter is 1.

500 kills of a fixed seed (INB_SEED), or INB_SOAK_MINUTES of them, spread over tables with a composite key and with several runs at
a time. A kill that comes too late or too early is none the worse: what counts is what the rows say.
"""
import os, pathlib, random, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run

cluster = Cluster("fsync=off", "max_connections=200", "autovacuum=off")
minutes = float(os.environ.get("INB_SOAK_MINUTES", 0))
KILLS = 500
ROWS = 20000


def spawn(env, folder, *more):
    return subprocess.Popen([str(inboard), "backfill", "run", "--migrations", str(folder), *more], env={**os.environ, **env},
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def begin(db, batch):
    env = cluster.fresh(db)
    folder = cluster.folder(db, {"20260101000000_table": "CREATE TABLE t (a integer, b text, n integer NOT NULL DEFAULT 0, PRIMARY KEY (a, b));"})
    run(inboard, "migrate", "deploy", "--migrations", folder, env=env)
    cluster.sql(db, f"INSERT INTO t SELECT g % 10, 'b' || g FROM generate_series(1, {ROWS}) g; ANALYZE t")
    cluster.folder(db, {"20260201000000_fill": "-- inboard: backfill once\nUPDATE t SET n = n + 1 WHERE n >= 0;\n"})
    # begun and stopped by a row that is locked: from here on it can be set
    with cluster.session(db, "BEGIN", "SELECT FROM t WHERE a = 0 FOR UPDATE"):
        p = spawn(env, folder)
        cluster.until(db, "SELECT count(*) > 0 FROM inboard.backfill_ranges")
        p.kill()
        p.communicate()
    run(inboard, "backfill", "set", "fill", "--batch", batch, "--migrations", folder, env=env)
    return env, folder


def once(db):
    """The place is never ahead of the rows nor behind: those before it have 1, those after it 0."""
    wrong = cluster.sql(db, "SELECT count(*) FROM inboard.backfill_ranges r JOIN t ON (r.lower IS NULL OR (a, b) > (r.lower[1]::integer, r.lower[2])) "
                        "AND (a, b) <= (r.upper[1]::integer, r.upper[2]) "
                        "WHERE n <> (r.place IS NOT NULL AND (a, b) <= (r.place[1]::integer, r.place[2]))::integer")
    assert wrong == "0", f"{wrong} rows do not agree with the place of their range"


def test_each_row_is_visited_once_whenever_a_run_is_killed():
    rng = random.Random(os.environ.get("INB_SEED", "backfill"))
    kills, tables, end = 0, 0, time.monotonic() + minutes * 60
    while time.monotonic() < end if minutes else kills < KILLS:
        db = f"kill{tables % 2}"
        env, folder = begin(db, rng.choice([40, 80, 150]))
        while cluster.sql(db, "SELECT count(*) > 0 FROM inboard.backfill_ranges WHERE state = 'open'") == "t" and kills < (tables + 1) * KILLS:
            runs = [spawn(env, folder, *rng.choice([[], [], ["--workers", "2"]])) for _ in range(8)]
            time.sleep(rng.uniform(0.01, 0.12))
            for p in runs:
                p.kill()
            for p in runs:
                p.communicate()
            kills += len(runs)
            cluster.until(db, "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'inboard%'")
            once(db)
            if not minutes and kills >= KILLS:
                break
        run(inboard, "backfill", "run", "--migrations", folder, env=env)
        assert cluster.sql(db, "SELECT min(n), max(n), count(*) FROM t") == f"1|1|{ROWS}"
        tables += 1
    tap.show(f"{kills} kills, {tables} tables")


if __name__ == "__main__":
    tap.main(cluster.start, cluster.remove)
