#!/usr/bin/env python3
"""A network that fails: the connection cut anywhere, the answer to COMMIT lost, a server that falls silent, latency.

A connection that is lost is no end of a run: it connects again, finds out what was done, and goes on. So a run whose connection is
cut once, anywhere, ends well, and leaves what an undisturbed run leaves.
"""
import concurrent.futures, json, pathlib, signal, sys, threading

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


def until_nobody_is_left(db):
    cluster.until(db, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database "
                  "WHERE datname = current_database())", "0")


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
        until_nobody_is_left(db)
        cluster.sql("postgres", f"DROP DATABASE {db} WITH (FORCE)")
        return problem and f"message {at}, {how}: {problem}"

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        problems = [p for p in pool.map(one, points) if p]
    assert not problems, "\n".join(problems)


def test_transactional_run_survives_a_cut_anywhere():
    cut_everywhere("plain", PLAIN)


def test_concurrent_run_survives_a_cut_anywhere():
    cut_everywhere("concurrent", CONCURRENT)


def commits(db, cut, at=2):
    """Runs with the connection cut, once, when the server says that the COMMIT of that number was done."""
    folder = cluster.folder("plain", PLAIN)
    cluster.fresh(db)
    seen = []

    def watch(m):
        tag = m.type == "C" and not m.to_server and m.body == b"COMMIT\0"
        if tag and len(seen) < at:
            seen.append(m.number)
            return cut if len(seen) == at else None
        return None

    with Proxy(socket(), on_message=watch) as p:
        r = deploy(through(p, db), folder)
        assert len(seen) == at, seen
        return r, p.connections


def test_a_commit_whose_answer_was_lost_is_looked_up_and_not_repeated():
    """The last of two that were sent together, and the first, after which the server goes on with the other."""
    for at in (2, 1):
        r, connections = commits("lost_commit", "cut", at)
        assert connections >= 2, connections
        assert [m["name"] for m in json.loads(r.stdout)["applied"]] == sorted(PLAIN), (at, r.stdout)
        assert cluster.sql("lost_commit", "SELECT count(*) FROM users") == "2"
        assert cluster.sql("lost_commit", "SELECT migration_name, count(*), count(finished_at) FROM _prisma_migrations GROUP BY 1 ORDER BY 1") == \
            "\n".join(f"{m}|1|1" for m in sorted(PLAIN))
        until_nobody_is_left("lost_commit")


def test_a_server_that_falls_silent_does_not_hold_a_run_that_is_told_to_stop():
    folder = cluster.folder("plain", PLAIN)
    cluster.fresh("silent")
    silent, over = threading.Event(), threading.Event()

    def watch(m):
        if m.to_server and b"INSERT INTO posts" in m.body:
            silent.set()
        if silent.is_set():
            over.wait(600)
            return "cut"

    with Proxy(socket(), on_message=watch) as p:
        r = spawn(inboard, "migrate", "deploy", "--migrations", folder, env=through(p, "silent"))
        assert silent.wait(tap.LIMIT)
        r.send_signal(signal.SIGTERM)
        try:
            out, err = r.communicate(timeout=tap.LIMIT)
        finally:
            over.set()
            r.kill()
        assert r.returncode not in (0, None), (out, err)
    until_nobody_is_left("silent")
    deploy({"DATABASE_URL": cluster.url("silent")}, folder)
    assert cluster.sql("silent", "SELECT count(*) FROM posts") == "2"


PATIENCE = "&tcp_user_timeout=3000"  # after so many ms of silence the server is asked on another connection


def test_a_line_that_goes_dead_is_given_up_when_the_server_waits_for_us():
    """The answers of one connection are lost from some message on; the server is well, and says so on another."""
    folder = cluster.folder("concurrent", CONCURRENT)
    _, wanted = undisturbed("dead_line", folder)
    for text in (b"INSERT INTO posts", b"CREATE INDEX CONCURRENTLY", b"pg_advisory_unlock"):
        cluster.fresh("dead_line")
        dead = []

        def watch(m):
            if m.to_server and text in m.body and not dead:
                dead.append(m.connection)
            return "drop" if m.connection in dead and not m.to_server else None

        with Proxy(socket(), on_message=watch) as p:
            env = through(p, "dead_line")
            env["DATABASE_URL"] += PATIENCE
            r = deploy(env, folder)
            assert dead and p.connections >= 2, (text, r)
        assert left("dead_line") == wanted, text
        until_nobody_is_left("dead_line")


def test_a_question_that_never_reached_the_server_is_asked_again():
    folder = cluster.folder("plain", PLAIN)
    for text in (b"pg_is_in_recovery", b"INSERT INTO posts", b"COMMIT"):
        cluster.fresh("lost_question")
        dead = []

        def watch(m):
            if m.to_server and text in m.body and not dead:
                dead.append(m.connection)
            return "drop" if m.connection in dead and m.to_server else None

        with Proxy(socket(), on_message=watch) as p:
            env = through(p, "lost_question")
            env["DATABASE_URL"] += PATIENCE
            deploy(env, folder)
            assert dead, text
        assert cluster.sql("lost_question", "SELECT count(*) FROM posts") == "2"


def test_a_server_that_falls_silent_for_good_ends_a_run():
    folder = cluster.folder("plain", PLAIN)
    cluster.fresh("silent_for_good")
    silent = threading.Event()

    def watch(m):
        if m.to_server and b"INSERT INTO posts" in m.body:
            silent.set()
        return "drop" if silent.is_set() else None

    with Proxy(socket(), on_message=watch) as p:
        env = through(p, "silent_for_good")
        env["DATABASE_URL"] += PATIENCE
        r = deploy(env, folder, "--wait=2", ok=False)
        assert silent.is_set()
        assert r.returncode == 6, r
    until_nobody_is_left("silent_for_good")
    deploy({"DATABASE_URL": cluster.url("silent_for_good")}, folder)
    assert cluster.sql("silent_for_good", "SELECT count(*) FROM posts") == "2"


def test_a_statement_may_take_longer_than_a_line_may_be_silent():
    folder = cluster.folder("slow", {"20260101000000_slow": "CREATE TABLE slow (n int);\nSELECT pg_sleep(12);\n"})
    cluster.fresh("slow")
    with Proxy(socket(), on_message=lambda m: None) as p:
        env = through(p, "slow")
        env["DATABASE_URL"] += PATIENCE
        r = json.loads(deploy(env, folder).stdout)
        assert len(r["applied"]) == 1, r
        assert p.connections >= 2  # the others only asked
    assert cluster.sql("slow", "SELECT count(*) FROM _prisma_migrations") == "1"


def test_a_history_that_is_locked_by_somebody_is_not_waited_for_without_end():
    folder = cluster.folder("plain", PLAIN)
    env = cluster.fresh("locked_history")
    deploy(env, folder)
    env["DATABASE_URL"] += PATIENCE
    with cluster.session("locked_history", "BEGIN", "LOCK TABLE _prisma_migrations"):
        r = deploy(env, folder, ok=False)
        assert r.returncode == 6, r
        assert "cannot read the state" in r.stdout and "limit" in r.stdout, r.stdout
        r = run(inboard, "migrate", "status", "--migrations", folder, env=env, ok=False)
        assert r.returncode == 64, r
    deploy(env, folder)


def test_nothing_pending_is_one_round_trip_after_connecting():
    folder = cluster.folder("plain", PLAIN)
    deploy(cluster.fresh("latency"), folder)
    passed = []
    with Proxy(socket(), delay_ms=5, on_message=lambda m: passed.append((m.to_server, m.type))) as p:
        r = json.loads(deploy(through(p, "latency"), folder).stdout)
        assert p.connections == 1
        tap.until(lambda: (True, "X") in passed, "the good-bye")  # nobody waits for it
    assert r["applied"] == [] and r["round_trips"] == 1, r
    # A server of before 14 does not say by itself whether it takes writes: libpq asks it, and that is a part of connecting.
    connected = passed.index((False, "Z"), passed.index((False, "Z")) + 1) if cluster.version < 14 else passed.index((False, "Z"))
    after = passed[connected + 1:]
    assert after.pop() == (True, "X"), after
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
