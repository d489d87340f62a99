#!/usr/bin/env python3
"""A network that fails: the connection cut anywhere, the answer to COMMIT lost, a server that falls silent, latency.

A connection that is lost is no end of a run: it connects again, finds out what was done, and goes on. So a run whose connection is
cut once, anywhere, ends well, and leaves what an undisturbed run leaves.
"""
import concurrent.futures, json, pathlib, signal, sys, threading, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn
from proxy import Proxy

cluster = Cluster()

PLAIN = {
    "20260101000000_users": "CREATE TABLE users (id bigserial PRIMARY KEY, email text);\nINSERT INTO users (email) VALUES ('a'), ('b');\n",
    "20260102000000_posts": "CREATE TABLE posts (id bigserial PRIMARY KEY, author bigint REFERENCES users (id));\n"
                            "INSERT INTO posts (author) SELECT id FROM users;\n",
}
CONCURRENT = {
    **PLAIN,
    "20260103000000_index": "-- inboard: no-transaction\nCREATE INDEX CONCURRENTLY posts_author ON posts (author);\n"
                            "ALTER TABLE posts ADD COLUMN note text;\n",
}


def through(proxy, db):
    return {"DATABASE_URL": f"postgresql://postgres@127.0.0.1:{proxy.port}/{db}?sslmode=disable&gssencmode=disable"}


def deploy(env, folder, *more, **kw):
    return run(inboard, "migrate", "deploy", "--migrations", folder, "--json", *more, env=env, **kw)


def socket():
    return f"{cluster.socket}/.s.PGSQL.5432"


def left(db):
    rows = cluster.sql(db, "SELECT migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NULL FROM _prisma_migrations ORDER BY 1, started_at")
    data = cluster.sql(db, "SELECT * FROM users ORDER BY 1") + cluster.sql(db, "SELECT id, author FROM posts ORDER BY 1")
    return cluster.shape(db), rows, data


def nobody_is_left(db):
    for _ in range(100):
        if cluster.sql("postgres", f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = '{db}')") == "0":
            return True
        time.sleep(0.05)
    return False


def undisturbed(db, folder):
    cluster.fresh(db)
    with Proxy(socket(), on_message=lambda m: None) as p:
        deploy(through(p, db), folder)
        return p.messages, left(db)


def cut_once(db, folder, at, how):
    cluster.fresh(db)
    with Proxy(socket(), on_message=lambda m: how if m.number == at else None) as p:
        return deploy(through(p, db), folder, ok=False)


POINTS = 16


def cut_everywhere(name, migrations):
    """A cut at so many messages from the first to the last, before one is passed on or just after."""
    folder = cluster.folder(name, migrations)
    messages, wanted = undisturbed(name, folder)
    assert messages > POINTS, messages
    points = sorted({1 + (messages - 1) * i // (POINTS - 1) for i in range(POINTS)})

    def one(at):
        db, how = f"{name}_{at}", ("cut", "cut after")[points.index(at) % 2]
        r = cut_once(db, folder, at, how)
        got = left(db) if r.returncode == 0 else None
        problem = None
        if r.returncode != 0:
            problem = f"exit {r.returncode}: {r.stderr}"
        elif got != wanted:
            problem = f"left {got}"
        elif not nobody_is_left(db):
            problem = "the lock is still held"
        cluster.sql("postgres", f"DROP DATABASE {db} WITH (FORCE)")
        return problem and f"message {at}, {how}: {problem}"

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        problems = [p for p in pool.map(one, points) if p]
    assert not problems, "\n".join(problems)


def test_transactional_run_survives_a_cut_anywhere():
    cut_everywhere("plain", PLAIN)


def test_concurrent_run_survives_a_cut_anywhere():
    cut_everywhere("concurrent", CONCURRENT)


def commits(db, cut):
    """Runs with the connection cut, once, when the server says that the second COMMIT was done."""
    folder = cluster.folder("plain", PLAIN)
    cluster.fresh(db)
    seen = []

    def watch(m):
        tag = m.type == "C" and not m.to_server and m.body == b"COMMIT\0"
        if tag and len(seen) < 2:
            seen.append(m.number)
            return cut if len(seen) == 2 else None
        return None

    with Proxy(socket(), on_message=watch) as p:
        r = deploy(through(p, db), folder)
        assert len(seen) == 2, seen
        return r, p.connections


def test_a_commit_whose_answer_was_lost_is_looked_up_and_not_repeated():
    r, connections = commits("lost_commit", "cut")
    assert connections >= 2, connections
    assert [m["name"] for m in json.loads(r.stdout)["applied"]] == sorted(PLAIN), r.stdout
    assert cluster.sql("lost_commit", "SELECT count(*) FROM users") == "2"
    assert cluster.sql("lost_commit", "SELECT migration_name, count(*), count(finished_at) FROM _prisma_migrations GROUP BY 1 ORDER BY 1") == \
        "\n".join(f"{m}|1|1" for m in sorted(PLAIN))
    assert nobody_is_left("lost_commit")


def test_a_server_that_falls_silent_does_not_hold_a_run_that_is_told_to_stop():
    folder = cluster.folder("plain", PLAIN)
    cluster.fresh("silent")
    silent, over = threading.Event(), threading.Event()

    def watch(m):
        if m.to_server and b"INSERT INTO posts" in m.body:
            silent.set()
        if silent.is_set():
            over.wait(60)
            return "cut"

    with Proxy(socket(), on_message=watch) as p:
        r = spawn(inboard, "migrate", "deploy", "--migrations", folder, env=through(p, "silent"))
        assert silent.wait(20)
        started = time.monotonic()
        r.send_signal(signal.SIGTERM)
        try:
            out, err = r.communicate(timeout=45)
        finally:
            over.set()
            r.kill()
        assert r.returncode not in (0, None), (out, err)
        assert time.monotonic() - started < 40
    assert nobody_is_left("silent")
    deploy({"DATABASE_URL": cluster.url("silent")}, folder)
    assert cluster.sql("silent", "SELECT count(*) FROM posts") == "2"


def test_nothing_pending_is_one_round_trip_after_connecting():
    folder = cluster.folder("plain", PLAIN)
    deploy(cluster.fresh("latency"), folder)
    passed = []
    with Proxy(socket(), delay_ms=5, on_message=lambda m: passed.append((m.to_server, m.type))) as p:
        r = json.loads(deploy(through(p, "latency"), folder).stdout)
        assert p.connections == 1
    assert r["applied"] == [] and r["round_trips"] == 1, r
    # A server of before 14 does not say by itself whether it takes writes: libpq asks it, and that is a part of connecting.
    connected = passed.index((False, "Z"), passed.index((False, "Z")) + 1) if cluster.version < 14 else passed.index((False, "Z"))
    after = passed[connected + 1:]
    assert after.pop() == (True, "X"), after  # the good-bye
    directions = [to_server for to_server, _ in after]
    assert directions == sorted(directions, reverse=True), after  # all questions, and then all answers


def test_round_trips_do_not_grow_with_the_statements_of_a_migration():
    few, many = ({f"2026010{n}000000_m": "".join(f"CREATE TABLE t{n}_{i} (a int);\n" for i in range(size)) for n in (1, 2, 3)} for size in (1, 40))
    counts = []
    for name, migrations in (("few", few), ("many", many)):
        cluster.fresh(name)
        with Proxy(socket(), delay_ms=2, on_message=lambda m: None) as p:
            counts.append(json.loads(deploy(through(p, name), cluster.folder(name, migrations)).stdout)["round_trips"])
    assert counts[0] == counts[1], counts


tap.main(cluster.start, cluster.remove)
