#!/usr/bin/env python3
"""kill -9 between any two steps of a run; then a second run must converge, with nothing done by hand.

The run is `inboard migrate deploy` behind a proxy that counts the protocol's messages. A first, undisturbed run says how many
there are; then, for each of them, a fresh database, a run that is killed when that message passes (before it reaches the other
side, or just after), and a second run. What the second run leaves must be what the undisturbed run left: schema, rows, history.
Last come kills in a row at random messages: 30 of a fixed seed (INB_SEED), or INB_SOAK_MINUTES of them.
"""
import concurrent.futures, os, pathlib, random, re, signal, subprocess, sys, tempfile, threading, time

root = pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2]))
build = pathlib.Path(os.environ.get("top_builddir", root / "build"))
sys.path.insert(0, str(root / "tests/support"))
import tap
from proxy import Proxy

inboard = build / "inboard"
pg = root / "tests/support/pg"
work = tempfile.TemporaryDirectory(prefix="inb-kill.")
os.chmod(work.name, 0o755)
cluster = pathlib.Path(work.name, "cluster")
state = {}

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
        DROP INDEX CONCURRENTLY items_name_idx;
        REINDEX INDEX CONCURRENTLY items_code_key;""",
    "20260204000000_after": """
        ALTER TABLE items ADD COLUMN kind kind NOT NULL DEFAULT 'b';""",
}


def run(*command, ok=True, env=None, timeout=120):
    r = subprocess.run([str(c) for c in command], env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=timeout)
    assert not ok or r.returncode == 0, f"{command}: exit {r.returncode}\n{r.stdout[-3000:]}\n{r.stderr[-3000:]}"
    return r


def url(db, host=None, port=None):
    return f"postgresql:///{db}?user=postgres&host={host or state['socket']}" + (f"&port={port}" if port else "")


def sql(db, text):
    return run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", url(db), "-c", text).stdout.strip()


def history(name, migrations):
    folder = pathlib.Path(work.name, name)
    if not folder.exists():
        for m, text in migrations.items():
            (folder / m).mkdir(parents=True)
            (folder / m / "migration.sql").write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n")
        (folder / "migration_lock.toml").write_text('provider = "postgresql"\n')
    return folder


def setup():
    state["url"] = run(pg, "start", cluster).stdout.strip()
    state["socket"] = (cluster / "socket").read_text().strip()


def teardown():
    run(pg, "remove", cluster, ok=False)
    work.cleanup()


def fresh(db):
    sql("postgres", f"DROP DATABASE IF EXISTS {db} WITH (FORCE)")
    sql("postgres", f"CREATE DATABASE {db}")


def deploy(db, folder, **kw):
    return run(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": url(db)}, **kw)


def left(db):
    """All that a run leaves and that must not depend on how often it was killed."""
    dump = run("pg_dump", "--schema-only", "--schema=public", "--no-owner", url(db)).stdout
    dump = re.sub(r"^(--.*|\\(un)?restrict.*|\s*)\n", "", dump, flags=re.M)
    rows = sql(db, "SELECT migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NULL FROM _prisma_migrations "
                   "ORDER BY migration_name, started_at")
    invalid = sql(db, "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid OR NOT indisready")
    data = "\n".join(sql(db, f"SELECT * FROM {t} ORDER BY 1") for t in
                     sql(db, "SELECT format('%I', relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                             "AND relname <> '_prisma_migrations' ORDER BY 1").split())
    return dump, rows, invalid, data


def run_killed(db, folder, at, how):
    """One run that is killed when message number `at` passes. Returns False when the run ended before that."""
    ready, hit, victim = threading.Event(), threading.Event(), {}

    def watch(m):
        if m.number != at:
            return None
        ready.wait()
        hit.set()
        os.kill(victim["pid"], signal.SIGKILL)
        return "cut after" if how == "after" else "close client"

    with Proxy(f"{state['socket']}/.s.PGSQL.5432", on_message=watch) as proxy:
        p = subprocess.Popen([str(inboard), "migrate", "deploy", "--migrations", str(folder)], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env={**os.environ, "DATABASE_URL": url(db, "127.0.0.1", proxy.port)})
        victim["pid"] = p.pid
        ready.set()
        p.wait(timeout=60)
    return hit.is_set()


def messages_of(folder, db):
    fresh(db)
    with Proxy(f"{state['socket']}/.s.PGSQL.5432", on_message=lambda m: None) as proxy:
        run(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": url(db, "127.0.0.1", proxy.port)})
        return proxy.messages


def converges(db, folder, expected, at, how):
    fresh(db)
    hit = run_killed(db, folder, at, how)
    second = deploy(db, folder, ok=False)
    assert second.returncode == 0, f"killed {how} message {at}: the second run: {second.stderr[-3000:]}"
    got = left(db)
    for what, g, e in zip(("schema", "history", "invalid indexes", "data"), got, expected):
        assert g == e, f"killed {how} message {at}: {what} differ:\n{g}\n-- expected:\n{e}"
    return hit


def every_step(name, migrations, stride=1):
    folder = history(name, migrations)
    total = messages_of(folder, f"kill_{name}")
    expected = left(f"kill_{name}")
    assert expected[2] == "", expected[2]
    steps = [(at, how) for at in range(1, total + 1, stride) for how in ("before", "after")]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        hits = list(pool.map(lambda s: converges(f"kill_{name}_{s[0] % 2}_{s[1]}_{threading.get_ident() % 1000}", folder, expected, *s), steps))
    print(f"# {total} messages, {sum(hits)} kills", flush=True)
    # The start-up packets' count can differ by one between runs; nearly every kill must have happened.
    assert sum(hits) >= len(hits) - 4, (sum(hits), len(hits))


def test_transactional_history_killed_at_every_message():
    every_step("transactional", TRANSACTIONAL)


def test_concurrent_history_killed_at_every_message():
    every_step("concurrent", CONCURRENT)


def run_until(db, folder, reached):
    """Starts a run, waits until `reached()` is true, kills it."""
    p = subprocess.Popen([str(inboard), "migrate", "deploy", "--migrations", str(folder)], stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, text=True, env={**os.environ, "DATABASE_URL": url(db)})
    deadline = time.monotonic() + 60
    while not reached():
        if p.poll() is not None or time.monotonic() > deadline:
            p.kill()
            raise AssertionError(f"the run ended before the moment came: {p.communicate()[1][-2000:]}")
        time.sleep(0.005)
    p.kill()
    p.communicate()


class Session:
    """A psql that stays open, to hold a lock or a snapshot."""

    def __init__(self, db, *statements):
        self.p = subprocess.Popen(["psql", "-qXAt", url(db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for s in statements:
            self.p.stdin.write(s + ";\n")
        self.p.stdin.write("\\echo ready\n")
        self.p.stdin.flush()
        while self.p.stdout.readline().strip() != "ready":
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.p.stdin.close()
        self.p.stdout.read()
        self.p.wait()


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
        fresh(db)
        # The table is there before the history: what the index is built on must hold rows that are slow to index.
        sql(db, "CREATE SCHEMA helper; CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, "
                "finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, "
                "started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0);"
                "CREATE TABLE big (id int, name text); INSERT INTO big SELECT g, 'x' FROM generate_series(1, 200) g;"
                "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.005); RETURN $1; END $$;")

        def phase_now():
            return sql(db, "SELECT phase FROM pg_stat_progress_create_index")
        sessions = []
        try:
            if before:
                sessions.append(Session(db, *before))

            def reached():
                now = phase_now()
                if during and not sessions and now.startswith("building index"):
                    sessions.append(Session(db, *during))
                return now.startswith(phase)
            run_until(db, folder, reached)
        finally:
            for s in sessions:
                s.__exit__()
        r = deploy(db, folder, ok=False)
        assert r.returncode == 0, f"{phase}: {r.stderr[-3000:]}"
        assert sql(db, "SELECT count(*), bool_and(indisvalid) FROM pg_index WHERE indrelid = 'big'::regclass") == "1|t", phase
        assert sql(db, "SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL") == "1", phase


def test_duplicates_under_a_unique_index_are_named_and_the_run_goes_on_when_they_are_gone():
    folder = history("duplicates", {"20260401000000_t": "CREATE TABLE dup (a int); INSERT INTO dup VALUES (1), (1), (2);",
                                    "20260402000000_u": "-- inboard: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY dup_a_key ON dup (a);"})
    fresh("kill_dup")
    r = deploy("kill_dup", folder, ok=False)
    assert r.returncode == 1 and "23505" in r.stderr and "dup_a_key" in r.stderr, r
    r = deploy("kill_dup", folder, ok=False)
    assert r.returncode != 0, "duplicates are still there"
    sql("kill_dup", "DELETE FROM dup WHERE ctid IN (SELECT min(ctid) FROM dup WHERE a = 1)")
    deploy("kill_dup", folder)
    assert sql("kill_dup", "SELECT indisvalid FROM pg_index WHERE indexrelid = 'dup_a_key'::regclass") == "t"


def test_server_restarted_in_the_middle():
    own = pathlib.Path(work.name, "restarted")
    run(pg, "start", own)
    socket = (own / "socket").read_text().strip()
    try:
        for name, body in (("tx", "CREATE TABLE r1 (a int); SELECT pg_sleep(1.5); CREATE TABLE r2 (a int);"),
                           ("notx", "-- inboard: no-transaction\nCREATE TABLE r3 (a int);\nSELECT pg_sleep(1.5);\nCREATE TABLE r4 (a int);")):
            folder = history(f"restart_{name}", {f"20260501000000_{name}": body})
            env = {"DATABASE_URL": f"postgresql:///postgres?user=postgres&host={socket}&schema={name}"}
            run("psql", "-qX", f"postgresql:///postgres?user=postgres&host={socket}", "-c", f"create schema {name}")
            p = subprocess.Popen([str(inboard), "migrate", "deploy", "--migrations", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 text=True, env={**os.environ, **env})
            time.sleep(0.7)
            run(pg, "stop", own, "immediate")
            run(pg, "start", own)
            out, err = p.communicate(timeout=60)
            assert p.returncode in (0, 1, 6), (p.returncode, err)
            run(inboard, "migrate", "deploy", "--migrations", folder, env=env)
            r = run(inboard, "migrate", "status", "--migrations", folder, env=env)
            tables = run("psql", "-qXAt", f"postgresql:///postgres?user=postgres&host={socket}", "-c",
                         f"select count(*) from pg_tables where schemaname = '{name}' and tablename like 'r_'").stdout.strip()
            assert tables == "2", (name, tables, r.stdout)
    finally:
        run(pg, "remove", own, ok=False)


def test_killed_again_and_again_at_random_messages():
    minutes = float(os.environ.get("INB_SOAK_MINUTES", 0))
    folders = {n: history(n, m) for n, m in (("transactional", TRANSACTIONAL), ("concurrent", CONCURRENT))}
    expected, totals = {}, {}
    for n, folder in folders.items():
        totals[n] = messages_of(folder, "kill_soak")
        expected[n] = left("kill_soak")
    seed = int(os.environ.get("INB_SEED", 1))
    print(f"# seed {seed}", flush=True)
    random.seed(seed)
    end, kills = time.monotonic() + 60 * minutes, 0
    while kills < 30 or time.monotonic() < end:
        n = random.choice(list(folders))
        fresh("kill_soak")
        for _ in range(random.randint(1, 3)):  # more than one kill in a row
            run_killed("kill_soak", folders[n], random.randint(1, totals[n]), random.choice(("before", "after")))
            kills += 1
        deploy("kill_soak", folders[n])
        assert left("kill_soak") == expected[n]
    print(f"# {kills} random kills", flush=True)


tap.main(setup, teardown)
