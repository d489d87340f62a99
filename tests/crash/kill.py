#!/usr/bin/env python3
"""kill -9 between any two steps of a run; then a second run must converge, with nothing done by hand.

The run is `inboard migrate deploy` behind a proxy that counts the protocol's messages that matter: from the client the start-up, a
Query, an Execute, a Sync (killed before it reaches the server), from the server a CommandComplete and a ReadyForQuery (the server has
done it, the client never hears). A first, undisturbed run says how many there are; then, for the moments among them, a fresh database,
a run that is killed there, and a second run. What the second run leaves must be what the undisturbed run left: schema, rows, history.
A moment is each COMMIT and each statement outside of a transaction, and every third message between: inside of a transaction one is
like the next. With INB_SOAK_MINUTES each message is one.
Last come kills in a row at random messages: 30 of a fixed seed (INB_SEED), or INB_SOAK_MINUTES of them.
"""
import concurrent.futures, os, pathlib, random, signal, sys, threading, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn
from proxy import Proxy

cluster = Cluster()
soak_minutes = float(os.environ.get("INB_SOAK_MINUTES", 0))

TRANSACTIONAL = {
    "20260101000000_users": """
        CREATE TABLE users (id bigserial PRIMARY KEY, email text NOT NULL);
        CREATE UNIQUE INDEX users_email_key ON users (email);
        INSERT INTO users (email) VALUES ('a@example.org'), ('b@example.org');""",
    "20260102000000_posts": """
        CREATE TABLE posts (id bigserial PRIMARY KEY, author bigint NOT NULL, title text);
        ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (id)
            DEFERRABLE INITIALLY DEFERRED;
        INSERT INTO posts (author, title) VALUES (1, 'one');""",
    "20260103000000_counters": """
        ALTER TABLE users ADD COLUMN posts_count int NOT NULL DEFAULT 0;
        UPDATE users SET posts_count = (SELECT count(*) FROM posts WHERE author = users.id);""",
}
CONCURRENT = {
    "20260201000000_items": """
        CREATE TABLE items (id bigserial PRIMARY KEY, name text NOT NULL, code int NOT NULL);
        INSERT INTO items (name, code) SELECT 'n' || g, g FROM generate_series(1, 200) g;
        CREATE TYPE kind AS ENUM ('a');""",
    "20260202000000_indexes": """
        -- inboard: no-transaction
        CREATE INDEX CONCURRENTLY items_name_idx ON items (name);
        CREATE UNIQUE INDEX CONCURRENTLY items_code_key ON items (code);
        ALTER TABLE items ADD COLUMN note text;
        ALTER TABLE items ADD CONSTRAINT items_code_check CHECK (code > 0) NOT VALID;
        ALTER TABLE items VALIDATE CONSTRAINT items_code_check;""",
    "20260203000000_more": """
        -- inboard: no-transaction
        ALTER TYPE kind ADD VALUE 'b';
        CREATE INDEX CONCURRENTLY ON items (note);
        BEGIN;
        UPDATE items SET code = code + 1000;
        UPDATE items SET note = coalesce(note, '') || 'x' WHERE code < 1010;
        COMMIT;
        DROP INDEX CONCURRENTLY items_name_idx;
        REINDEX INDEX CONCURRENTLY items_code_key;""",
    "20260204000000_after": """
        ALTER TABLE items ADD COLUMN kind kind NOT NULL DEFAULT 'b';""",
}


def history(name, migrations):
    return cluster.folder(name, {m: "\n".join(line.strip() for line in text.strip().splitlines()) + "\n" for m, text in migrations.items()})


def deploy(db, folder, **kw):
    return run(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": cluster.url(db)}, **kw)


def left(db):
    """All that a run leaves and that must not depend on how often it was killed."""
    rest = cluster.sql(db, """
        SELECT migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NULL FROM _prisma_migrations
            ORDER BY migration_name, started_at;
        SELECT 'invalid index: ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid OR NOT indisready;
        SELECT query_to_xml(format('SELECT * FROM %s ORDER BY 1', oid::regclass), true, true, '') FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations' ORDER BY relname""")
    return cluster.shape(db), rest


class Counter:
    """Counts the messages that matter; those of a third connection, which looks who blocks a statement that takes long, do not."""

    def __init__(self):
        self.n = 0

    def counts(self, m):
        if m.connection > 2 or m.type not in (("", "Q", "E", "S") if m.to_server else ("C", "Z")):
            return False
        self.n += 1
        return True


def run_killed(db, folder, at):
    """One run that is killed at message number `at`. Returns False when the run ended before that."""
    ready, hit, victim, counter = threading.Event(), threading.Event(), {}, Counter()

    def watch(m):
        if not counter.counts(m) or counter.n != at:
            return None
        ready.wait()
        hit.set()
        os.kill(victim["pid"], signal.SIGKILL)
        return "cut"

    with Proxy(f"{cluster.socket}/.s.PGSQL.5432", on_message=watch) as proxy:
        p = spawn(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": cluster.url(db, host="127.0.0.1", port=proxy.port)})
        victim["pid"] = p.pid
        ready.set()
        p.communicate(timeout=300)
    return hit.is_set()


def messages_of(folder, db):
    """How many messages an undisturbed run has, and which of them are moments."""
    cluster.fresh(db)
    counter, moments = Counter(), []

    def watch(m):
        if counter.counts(m) and (soak_minutes > 0 or m.type in ("", "Q") or m.body == b"COMMIT\0" or counter.n % 3 == 0):
            moments.append(counter.n)

    with Proxy(f"{cluster.socket}/.s.PGSQL.5432", on_message=watch) as proxy:
        run(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": cluster.url(db, host="127.0.0.1", port=proxy.port)})
        return counter.n, moments


def converges(db, folder, expected, at):
    cluster.fresh(db)
    hit = run_killed(db, folder, at)
    second = deploy(db, folder, ok=False)
    assert second.returncode == 0, f"killed at message {at}: the second run: {second.stderr[-3000:]}"
    got = left(db)
    for what, g, e in zip(("schema", "history, indexes or rows"), got, expected):
        assert g == e, f"killed at message {at}: {what} differ:\n{g}\n-- expected:\n{e}"
    return hit


def every_step(name, migrations):
    folder = history(name, migrations)
    total, moments = messages_of(folder, f"kill_{name}")
    expected = left(f"kill_{name}")
    assert "invalid index" not in expected[1], expected[1]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        hits = list(pool.map(lambda at: converges(f"kill_{name}_{threading.get_ident()}", folder, expected, at), moments))
    print(f"# {total} messages, {sum(hits)} kills", flush=True)
    # The count of start-up packets can differ by one between runs; nearly every kill must have happened.
    assert sum(hits) >= len(hits) - 4, (sum(hits), len(hits))


def test_transactional_history_killed_at_every_moment():
    every_step("transactional", TRANSACTIONAL)


def test_concurrent_history_killed_at_every_moment():
    every_step("concurrent", CONCURRENT)


def run_until(db, folder, reached):
    """Starts a run, waits until `reached()` is true, kills it."""
    p = spawn(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": cluster.url(db)})

    def now():
        assert p.poll() is None, f"the run ended before the moment came: {p.communicate()[1][-2000:]}"
        return reached()
    try:
        tap.until(now, "the moment")
    finally:
        p.kill()
        p.communicate()


PHASES = {
    "waiting for writers before build": (["BEGIN", "INSERT INTO big VALUES (1001, 'x')"], None),
    "building index": ([], None),
    "waiting for writers before validation": ([], ["BEGIN", "INSERT INTO big VALUES (1001, 'x')"]),
    "waiting for old snapshots": ([], ["BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM pg_class"]),
}


def test_concurrent_index_killed_in_each_of_its_phases():
    folder = history("phases", {"20260301000000_index": """
        -- inboard: no-transaction
        CREATE INDEX CONCURRENTLY big_slow_idx ON big (slow(id));"""})
    for phase, (before, during) in PHASES.items():
        db = "kill_phase"
        cluster.fresh(db)
        # The table is there before the history: what the index is built on must hold rows that are not indexed before we let it go on.
        cluster.sql(db, "CREATE SCHEMA helper; CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, "
                "finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, "
                "started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0);"
                "CREATE TABLE big (id int, name text); INSERT INTO big SELECT g, 'x' FROM generate_series(1, 200) g;"
                "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock_shared(4242);"
                "PERFORM pg_advisory_unlock_shared(4242); RETURN $1; END $$;")

        def phase_now():
            return cluster.sql(db, "SELECT phase FROM pg_stat_progress_create_index")
        gate = cluster.session(db, "SELECT pg_advisory_lock(4242)")
        sessions = [gate]
        try:
            if before:
                sessions.append(cluster.session(db, *before))

            def reached():
                now = phase_now()
                if during and len(sessions) == 1 and now.startswith("building index"):
                    sessions.append(cluster.session(db, *during))
                    gate.close()
                return now.startswith(phase)
            run_until(db, folder, reached)
        finally:
            for s in sessions:
                s.close()
        r = deploy(db, folder, ok=False)
        assert r.returncode == 0, f"{phase}: {r.stderr[-3000:]}"
        assert cluster.sql(db, "SELECT count(*), bool_and(indisvalid) FROM pg_index WHERE indrelid = 'big'::regclass") == "1|t", phase
        assert cluster.sql(db, "SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL") == "1", phase


def test_duplicates_under_a_unique_index_are_named_and_the_run_goes_on_when_they_are_gone():
    folder = history("duplicates", {"20260401000000_t": "CREATE TABLE dup (a int); INSERT INTO dup VALUES (1), (1), (2);",
                                    "20260402000000_u": "-- inboard: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY dup_a_key ON dup (a);"})
    cluster.fresh("kill_dup")
    r = deploy("kill_dup", folder, ok=False)
    assert r.returncode == 1 and "23505" in r.stderr and "dup_a_key" in r.stderr, r
    r = deploy("kill_dup", folder, ok=False)
    assert r.returncode != 0, "duplicates are still there"
    cluster.sql("kill_dup", "DELETE FROM dup WHERE ctid IN (SELECT min(ctid) FROM dup WHERE a = 1)")
    deploy("kill_dup", folder)
    assert cluster.sql("kill_dup", "SELECT indisvalid FROM pg_index WHERE indexrelid = 'dup_a_key'::regclass") == "t"


def test_server_restarted_in_the_middle():
    own = Cluster()
    own.start()
    try:
        body = ("CREATE TABLE r1 (a int);\nSELECT pg_sleep(CASE WHEN EXISTS (SELECT FROM s.awake) THEN 0 ELSE 600 END);\n"
                "CREATE TABLE r2 (a int);")
        for name, head in (("tx", ""), ("notx", "-- inboard: no-transaction\n")):
            folder, env = history(f"restart_{name}", {f"20260501000000_{name}": head + body}), own.fresh(name)
            own.sql(name, "CREATE SCHEMA s; CREATE TABLE s.awake ()")
            p = spawn(inboard, "migrate", "deploy", "--migrations", folder, env=env)
            own.until(name, "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
            own.sql(name, "INSERT INTO s.awake DEFAULT VALUES")
            own.stop("immediate")
            own.start()
            out, err = p.communicate(timeout=300)
            assert p.returncode in (0, 1, 6), (p.returncode, err)
            run(inboard, "migrate", "deploy", "--migrations", folder, env=env)
            assert own.sql(name, "SELECT count(*) FROM pg_tables WHERE tablename ~ '^r[12]$'") == "2"
            assert own.sql(name, "SELECT count(*), count(finished_at) FROM _prisma_migrations WHERE rolled_back_at IS NULL") == "1|1"
    finally:
        own.remove()


def test_killed_again_and_again_at_random_messages():
    folders = {n: history(n, m) for n, m in (("transactional", TRANSACTIONAL), ("concurrent", CONCURRENT))}
    expected, totals = {}, {}
    for n, folder in folders.items():
        totals[n], _ = messages_of(folder, "kill_soak")
        expected[n] = left("kill_soak")
    seed = int(os.environ.get("INB_SEED", 1))
    print(f"# seed {seed}", flush=True)
    random.seed(seed)
    end, kills = time.monotonic() + 60 * soak_minutes, 0
    while kills < 30 or time.monotonic() < end:
        n = random.choice(list(folders))
        cluster.fresh("kill_soak")
        for _ in range(random.randint(1, 3)):  # more than one kill in a row
            run_killed("kill_soak", folders[n], random.randint(1, totals[n]))
            kills += 1
        deploy("kill_soak", folders[n])
        assert left("kill_soak") == expected[n]
    print(f"# {kills} random kills", flush=True)


tap.main(cluster.start, cluster.remove)
