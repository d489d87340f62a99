#!/usr/bin/env python3
"""What holds a backfill, beside a streaming standby; VACUUM in step; what one sees of it."""
import json, os, pathlib, pty, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, Standby, inboard, run, spawn

cluster = Cluster()
standby = Standby(cluster, "replica")
TABLE = "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, m int, filler text) WITH (autovacuum_enabled = off);\n"
BACKFILL = "-- inboard: backfill\nUPDATE t SET m = n + 1 WHERE m IS NULL;\n"
NAME = "20260102000000_fill"


def made(db, rows):
    """A database with so many rows to be filled, and the folder."""
    env = cluster.fresh(db)
    run(inboard, "migrate", "deploy", "--migrations", cluster.folder(f"{db}_table", {"20260101000000_table": TABLE}), env=env)
    cluster.sql(db, f"INSERT INTO t SELECT g, g, NULL, repeat('x', 60) FROM generate_series(1, {rows}) g")
    cluster.sql(db, "VACUUM ANALYZE t")
    return env, cluster.folder(f"{db}_all", {"20260101000000_table": TABLE, NAME: BACKFILL})


def begun(env, folder, *more, command="run"):
    return spawn(inboard, "backfill", command, "--migrations", folder, "--json", *more, env=env)


def until_held(p, reason):
    """Reads lines until one says that it holds for this reason; gives that line."""
    for line in p.stderr:
        seen = json.loads(line) if line.startswith("{") else {}
        if reason in seen.get("hold", ""):
            return seen
    raise AssertionError(f"it never held for {reason!r}")


def finished(p, db):
    out, err = p.communicate(timeout=tap.LIMIT)
    assert p.returncode == 0, (out, err)
    assert cluster.sql(db, "SELECT count(*) FROM t WHERE m IS NULL OR m <> n + 1") == "0"
    return json.loads(out)["backfills"][0], err


def rows_of(db):
    return int(cluster.sql(db, "SELECT COALESCE(sum(rows), 0) FROM inboard.backfill_ranges"))


def test_it_holds_by_the_bytes_that_a_standby_is_behind_and_goes_on_when_they_are_replayed():
    env, folder = made("paused", 60000)
    cluster.until("postgres", "SELECT replay_lsn = pg_current_wal_lsn() FROM pg_stat_replication")
    standby.sql("postgres", "SELECT pg_wal_replay_pause()")
    p = begun(env, folder, "--max-lag=1MB")
    seen = until_held(p, 'standby "replica" is ')
    assert "MB behind (limit 1 MB)" in seen["hold"], seen
    before = rows_of("paused")
    assert 0 < before < 60000, before
    cluster.until("paused", f"SELECT hold LIKE '%behind%' FROM inboard.backfills WHERE name = '{NAME}'")  # for other machines
    assert "behind (limit 1 MB)" in run(inboard, "backfill", "status", "--migrations", folder, env=env).stdout
    until_held(p, 'standby "replica" is ')
    assert rows_of("paused") == before, "it went on while it held"
    standby.sql("postgres", "SELECT pg_wal_replay_resume()")
    last, err = finished(p, "paused")
    assert last["done"] and last["rows"] == 60000 and last["held_ms"] > 0, last
    assert "for the lag of a standby)" in err, err


def test_a_standby_that_is_gone_holds_and_no_lag_is_not_what_it_says():
    env, folder = made("gone", 40000)
    p = begun(env, folder, "--hold-when=SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'go'")
    until_held(p, "the query that holds the backfill says: t")  # it has begun, and has seen the standby
    standby.stop("immediate")
    with cluster.session("gone", "SELECT 1", application="go"):
        seen = until_held(p, 'standby "replica" is gone')
        assert seen["rows"] < 40000, seen
        standby.again()
        last, err = finished(p, "gone")
    assert last["rows"] == 40000 and "for a standby that is gone" in err, (last, err)
    assert "for the query" in err, err


def test_one_that_is_ignored_may_be_gone():
    env, folder = made("ignored", 1000)
    last, err = finished(begun(env, folder, "--ignore-standby=replica", "--max-lag=1kB", "--max-slot=off"), "ignored")
    assert last["held_ms"] == 0 and last["rows"] == 1000, (last, err)


def test_an_idle_primary_has_no_lag():
    """A standby that has replayed all is not late, whatever the time of the last transaction is."""
    cluster.until("postgres", "SELECT count(*) = 1 FROM pg_stat_replication WHERE state = 'streaming'")
    env, folder = made("idle", 1000)
    cluster.until("postgres", "SELECT replay_lsn = pg_current_wal_lsn() FROM pg_stat_replication")
    last, err = finished(begun(env, folder, "--max-lag=1h", "--max-lag=1GB"), "idle")
    assert last["held_ms"] == 0, (last, err)


def test_a_role_that_cannot_see_standbys_is_told_and_refused_where_a_lag_is_demanded():
    env, folder = made("blind", 1000)
    cluster.sql("blind", "CREATE ROLE filler LOGIN; ALTER TABLE t OWNER TO filler; ALTER TABLE _prisma_migrations OWNER TO filler;"
                "GRANT ALL ON SCHEMA public TO filler; GRANT CREATE ON DATABASE blind TO filler; ALTER SCHEMA inboard OWNER TO filler;"
                "DO $$ DECLARE r regclass; BEGIN FOR r IN SELECT oid FROM pg_class WHERE relnamespace = 'inboard'::regnamespace AND relkind = 'r' "
                "LOOP EXECUTE format('ALTER TABLE %s OWNER TO filler', r); END LOOP; END $$")
    env["DATABASE_URL"] = cluster.url("blind", user="filler")
    r = run(inboard, "backfill", "run", "--migrations", folder, "--max-lag=64MB", env=env, ok=False)
    assert r.returncode == 6 and 'role "filler" cannot see the lag of standbys' in r.stderr and "pg_monitor" in r.stderr, r
    last, err = finished(begun(env, folder), "blind")
    assert 'role "filler" cannot see the lag of standbys, or VACUUM and snapshots of other roles' in err, err


def test_the_backfill_gives_way_and_never_the_application():
    """The application holds a row in the middle of the first window and then wants one that the window has: a deadlock, if nobody gives way."""
    env, folder = made("victim", 5000)
    with cluster.session("victim", "BEGIN", "UPDATE t SET n = n WHERE id = 300", application="app") as app:
        p = begun(env, folder)
        cluster.until("victim", "SELECT count(*) > 0 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()")
        app.run("UPDATE t SET n = n WHERE id = 1", "COMMIT")
        last, err = finished(p, "victim")
    assert last["rows"] == 5000 and "deadlock" not in (cluster.dir / "server.log").read_text(), err


def test_vacuum_in_step_keeps_the_growth_under_half_of_what_the_one_update_causes():
    def size(db):
        return int(cluster.sql(db, "SELECT pg_relation_size('t')"))

    env, folder = made("swept", 150000)
    cluster.fresh("one", "swept")
    before = size("swept")
    _, err = finished(begun(env, folder, "--ignore-standby=replica"), "swept")
    cluster.sql("one", BACKFILL)
    assert "VACUUM in step" in err and size("swept") - before < (size("one") - before) / 2, (before, size("swept"), size("one"), err)
    env, folder = made("unswept", 55000)
    _, err = finished(begun(env, folder, "--no-vacuum"), "unswept")
    assert "VACUUM" not in err, err


def test_an_old_snapshot_is_named_as_what_keeps_vacuum_from_its_work():
    env, folder = made("kept", 55000)
    with cluster.session("kept", "BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT 1", application="report"):
        last, err = finished(begun(env, folder), "kept")
        assert "VACUUM in step waits: session " in err and 'application "report"' in err and "VACUUM in step," not in err, err


def test_a_snapshot_over_its_limit_holds_and_a_query_that_cannot_be_run_refuses():
    env, folder = made("snapshot", 1000)
    r = run(inboard, "backfill", "run", "--migrations", folder, "--hold-when=SELECT 1 / 0", env=env, ok=False)
    assert r.returncode == 2 and "the query that holds the backfill is refused: division by zero" in r.stderr, r
    with cluster.session("snapshot", "BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT 1", application="report"):
        p = begun(env, folder, "--max-snapshot=1ms")
        assert "(limit 1 ms)" in until_held(p, "has kept VACUUM from removing old rows for")["hold"]
    finished(p, "snapshot")


def test_the_file_of_metrics_is_whole_and_ends_with_the_end():
    env, folder = made("metrics", 20000)
    file = cluster.path("backfill.prom")
    p = begun(env, folder, "--metrics-file", file)
    while p.poll() is None:
        text = file.read_text() if file.exists() else ""
        assert not text or text.endswith("\n") and f'inboard_backfill_done{{migration="{NAME}"}} ' in text, text
        time.sleep(0.05)
    finished(p, "metrics")
    text = file.read_text()
    for name, value in (("rows_total", 20000), ("done", 1), ("holds", 0), ("refused_rows", 0)):
        assert f'inboard_backfill_{name}{{migration="{NAME}"}} {value}\n' in text, text
    assert [f.name for f in file.parent.glob("backfill.prom*")] == ["backfill.prom"]


def test_on_a_terminal_a_line_is_rewritten_and_lines_of_the_log_stand_alone():
    env, folder = made("terminal", 5000)
    os.environ["DATABASE_URL"], shown = env["DATABASE_URL"], []

    def read(fd):
        shown.append(os.read(fd, 4096))
        return shown[-1]

    with open(os.devnull, "w") as nowhere:
        kept = os.dup(1)
        os.dup2(nowhere.fileno(), 1)  # where pty.spawn copies it to
        try:
            status = pty.spawn([str(inboard), "backfill", "run", "--migrations", str(folder)], read)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
    text = b"".join(shown).decode()
    assert status == 0 and text.startswith("[") and "] 100 %  5 000 rows" in text and "batch " in text, text
    assert f'\r\x1b[Kbackfill "{NAME}": 5 000 rows in ' in text, text


def test_limits_that_are_none_are_refused():
    env, folder = made("limits", 1)
    for option, said in (("--max-lag=12", '--max-lag: "12" is neither a size nor a time'), ("--max-slot=much", '--max-slot: "much" is not a size'),
                         ("--max-wal-rate=0MB", '--max-wal-rate: "0MB" is not a size'), ("--target=soon", '"soon"')):
        r = run(inboard, "backfill", "run", "--migrations", folder, option, env=env, ok=False)
        assert r.returncode == 2 and said in r.stderr, (option, r)


def start():
    cluster.start()
    standby.start()


def remove():
    standby.remove()
    cluster.remove()


tap.main(start, remove)
