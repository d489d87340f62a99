#!/usr/bin/env python3
"""Behind a real PgBouncer: session pooling works, transaction and statement pooling are refused with the reason."""
import json, os, pathlib, shutil, signal, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, Session, inboard, run, spawn

PGBOUNCER = shutil.which("pgbouncer") or ("/usr/sbin/pgbouncer" if os.path.exists("/usr/sbin/pgbouncer") else None)
if not PGBOUNCER:
    print("1..0 # SKIP pgbouncer is not installed (Debian: pgbouncer)")
    sys.exit(0)

cluster = Cluster()

MIGRATIONS = {
    "20260101000000_a": "CREATE TABLE a (n int);\nINSERT INTO a SELECT generate_series(1, 10);\n",
    "20260102000000_b": "-- inboard: no-transaction\nCREATE INDEX CONCURRENTLY a_n ON a (n);\n",
    "20260103000000_c": "ALTER TABLE a ADD COLUMN note text;\n",
}


class Bouncer:
    """A PgBouncer with a socket and a configuration of its own, ended by its pid."""

    number = 0

    def __init__(self, mode, databases=None, pool=20):
        Bouncer.number += 1
        self.dir = cluster.path(f"bouncer{Bouncer.number}")
        self.dir.mkdir()
        root = os.getuid() == 0
        if root:
            shutil.chown(self.dir, "postgres")
        (self.dir / "users").write_text('"postgres" ""\n')
        (self.dir / "ini").write_text(f"""
[databases]
{databases or f"* = host={cluster.socket} port=5432"}
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = {self.dir}
auth_type = trust
auth_file = {self.dir}/users
pool_mode = {mode}
default_pool_size = {pool}
server_login_retry = 1
""")
        self.process = subprocess.Popen((["runuser", "-u", "postgres", "--"] if root else []) + [PGBOUNCER, "-q", self.dir / "ini"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        tap.until((self.dir / ".s.PGSQL.6432").exists, "pgbouncer started")

    def env(self, db, more=""):
        return {"DATABASE_URL": cluster.url(db, host=self.dir, port=6432, more=more)}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGTERM)  # the group that we made: runuser and its child
        self.process.wait()


def deploy(env, folder, *more, **kw):
    return run(inboard, "migrate", "deploy", "--migrations", folder, *more, env=env, **kw)


def applied(db):
    if cluster.sql(db, "SELECT to_regclass('_prisma_migrations')") == "":
        return []
    return cluster.sql(db, "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1").split()


def refused(db, folder, bouncer, more=""):
    r = deploy(bouncer.env(db, more), folder, ok=False)
    assert r.returncode == 6, r
    assert "pooler in transaction mode" in r.stderr, r.stderr
    assert "DIRECT_URL" in r.stderr, r.stderr
    assert applied(db) == [], applied(db)
    cluster.until_unlocked()


def test_session_pooling_works():
    cluster.fresh("session")
    folder = cluster.folder("plain", MIGRATIONS)
    with Bouncer("session") as b:
        first = json.loads(deploy(b.env("session"), folder, "--json").stdout)
        assert [m["name"] for m in first["applied"]] == sorted(MIGRATIONS), first
        second = json.loads(deploy(b.env("session"), folder, "--json").stdout)
        assert second["applied"] == [], second
    assert applied("session") == sorted(MIGRATIONS)
    cluster.until_unlocked()
    assert cluster.sql("session", "SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_n'::regclass") == "t"


def test_ten_at_once_through_session_pooling_apply_once():
    cluster.fresh("session_ten")
    folder = cluster.folder("plain", MIGRATIONS)
    with Bouncer("session") as b:
        runs = [spawn(inboard, "migrate", "deploy", "--migrations", folder, "--json", env=b.env("session_ten")) for _ in range(10)]
        results = [(p.communicate(timeout=300), p.returncode) for p in runs]
    assert [code for _, code in results] == [0] * 10, results
    assert sum(len(json.loads(out)["applied"]) for (out, _), _ in results) == len(MIGRATIONS)
    cluster.until_unlocked()


def test_a_full_pool_of_sessions_is_not_waited_for_without_end():
    env = cluster.fresh("full_pool")
    folder = cluster.folder("plain", MIGRATIONS)
    with Bouncer("session", pool=2) as b:
        holders = [Session(b.env("full_pool")["DATABASE_URL"], ["SELECT 1"]) for _ in range(2)]
        try:
            # tcp_user_timeout sets how long the engine is patient: ten seconds for what it asks
            r = deploy(b.env("full_pool", "&tcp_user_timeout=1000"), folder, "--wait=2", ok=False, timeout=300)
            assert r.returncode == 6, r
            assert applied("full_pool") == []
        finally:
            for h in holders:
                h.close()
        deploy(b.env("full_pool"), folder)
    assert applied("full_pool") == sorted(MIGRATIONS)
    cluster.until_unlocked()
    deploy(env, folder)


def test_transaction_pooling_is_refused_and_nothing_is_left():
    folder = cluster.folder("plain", MIGRATIONS)
    for pool in (1, 2, 20):
        cluster.fresh("transaction")
        with Bouncer("transaction", pool=pool) as b:
            refused("transaction", folder, b)


def test_statement_pooling_is_refused_too():
    cluster.fresh("statement")
    with Bouncer("statement") as b:
        r = deploy(b.env("statement"), cluster.folder("plain", MIGRATIONS), ok=False)
        assert r.returncode == 6, r
    assert applied("statement") == []
    cluster.until_unlocked()


def test_a_busy_transaction_pool_is_refused():
    cluster.fresh("busy")
    with Bouncer("transaction", pool=5) as b:
        load = [subprocess.Popen(["psql", "-qXAt", b.env("busy")["DATABASE_URL"], "-c", "SELECT pg_sleep(0.01)\\watch 0.01"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(4)]
        try:
            cluster.until("busy", "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(0.01)%' AND pid <> pg_backend_pid()")
            for _ in range(5):
                refused("busy", cluster.folder("plain", MIGRATIONS), b)
        finally:
            for p in load:
                p.kill()
                p.wait()


def test_ten_at_once_through_transaction_pooling_leave_no_lock():
    cluster.fresh("transaction_ten")
    folder = cluster.folder("plain", MIGRATIONS)
    with Bouncer("transaction", pool=3) as b:
        runs = [spawn(inboard, "migrate", "deploy", "--migrations", folder, env=b.env("transaction_ten")) for _ in range(10)]
        results = [(p.communicate(timeout=300), p.returncode) for p in runs]
        assert [code for _, code in results] == [6] * 10, results
        cluster.until_unlocked()
    assert applied("transaction_ten") == []


def test_nothing_pending_needs_no_lock_and_so_passes_any_pooler():
    env = cluster.fresh("up_to_date")
    folder = cluster.folder("plain", MIGRATIONS)
    deploy(env, folder)
    with Bouncer("transaction") as b:
        r = deploy(b.env("up_to_date"), folder, "--json")
        assert json.loads(r.stdout)["applied"] == [], r
    cluster.until_unlocked()


def test_a_url_that_says_pgbouncer_is_refused_unless_there_is_a_direct_one():
    cluster.fresh("says_so")
    folder = cluster.folder("plain", MIGRATIONS)
    with Bouncer("transaction") as b:
        refused("says_so", folder, b, "&pgbouncer=true")
        env = {**b.env("says_so", "&pgbouncer=true"), "DIRECT_URL": cluster.url("says_so")}
        deploy(env, folder)
    assert applied("says_so") == sorted(MIGRATIONS)


def test_sigterm_behind_session_pooling_rolls_back_and_lets_the_lock_go():
    cluster.fresh("stopped")
    folder = cluster.folder("slow", {"20260101000000_slow": "CREATE TABLE s (n int);\nSELECT pg_sleep(600);\n"})
    with Bouncer("session") as b:
        p = spawn(inboard, "migrate", "deploy", "--migrations", folder, env=b.env("stopped"))
        cluster.until("stopped", "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        p.send_signal(signal.SIGTERM)
        out, err = p.communicate(timeout=tap.LIMIT)
        assert p.returncode != 0, (out, err)
        assert cluster.sql("stopped", "SELECT to_regclass('s')") == ""
        cluster.until_unlocked()
        assert applied("stopped") == []


def test_a_pooler_without_its_server_is_waited_for_and_then_named():
    with Bouncer("session", databases="* = host=/nonexistent port=5432") as b:
        started = time.monotonic()
        r = deploy(b.env("anything"), cluster.folder("plain", MIGRATIONS), "--wait=2", ok=False)
        assert r.returncode == 6, r
        assert time.monotonic() - started > 1.5
        assert "anything" in r.stderr, r.stderr


def test_a_database_that_the_pooler_does_not_know_is_not_waited_for():
    with Bouncer("session", databases=f"known = host={cluster.socket} port=5432") as b:
        r = deploy(b.env("unknown"), cluster.folder("plain", MIGRATIONS), "--wait=3600", ok=False)
        assert r.returncode == 6, r
        assert "P1003" in r.stderr, r.stderr


tap.main(cluster.start, cluster.remove)
