#!/usr/bin/env python3
"""`inboard migrate reset`: what goes, what stays, what is refused, what is asked; and a run that dies in the middle."""
import json, os, pathlib, pty, select, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn, undocumented

cluster = Cluster("max_connections=40")
A, B = "20200101000000_a", "20200102000000_b"
FILES = {A: "CREATE TYPE mood AS ENUM ('x'); CREATE TABLE a (id INTEGER PRIMARY KEY, m mood);",
         B: "CREATE TABLE b (id SERIAL PRIMARY KEY, a_id INTEGER REFERENCES a (id));"}


def env(db, user="postgres", more=""):
    return {"DATABASE_URL": cluster.url(db, user, more=more), "DIRECT_URL": ""}


def folder(name="migrations", files=FILES):
    return cluster.folder(name, files)


def reset(db, *more, ok=True, user="postgres", files=None, url=""):
    words = ("--force",) if not more or more[0] != "ask" else ()
    return run(inboard, "migrate", "reset", *words, "--migrations", files or folder(), *(w for w in more if w != "ask"), env=env(db, user, url), ok=ok,
               cwd=cluster.work.name, stdin="")


def deployed(db):
    cluster.fresh(db)
    run(inboard, "migrate", "deploy", "--migrations", folder(), env=env(db))


def relations(db, schema="public"):
    return cluster.sql(db, f"SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'v', 'p', 'm')")


# One of each kind that a schema can hold.
KINDS = """CREATE VIEW v AS SELECT * FROM a; CREATE MATERIALIZED VIEW mv AS SELECT 1 AS one; CREATE SEQUENCE s; CREATE TYPE pair AS (x int, y int);
CREATE DOMAIN age AS int CHECK (VALUE > 0); CREATE TYPE span AS RANGE (subtype = int); CREATE FUNCTION f(x age) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(x pair) LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int);
CREATE FUNCTION eq(pair, pair) RETURNS boolean LANGUAGE sql AS 'SELECT true'; CREATE OPERATOR === (leftarg = pair, rightarg = pair, function = eq);
CREATE COLLATION c FROM "C"; CREATE TEXT SEARCH CONFIGURATION ts (COPY = pg_catalog.simple); CREATE STATISTICS st ON id, m FROM a;
CREATE TABLE parted (id int) PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (10); CREATE TABLE kid () INHERITS (a);
CREATE TABLE "odd ""name; DROP" (id int GENERATED ALWAYS AS IDENTITY); CREATE FUNCTION setof_a() RETURNS SETOF a LANGUAGE sql AS 'SELECT * FROM a';
CREATE OPERATOR FAMILY fam USING btree; CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION tg()"""


def test_what_stands_in_the_schema_goes_and_the_migrations_are_applied_again():
    deployed("kinds")
    before = cluster.shape("kinds")
    cluster.sql("kinds", KINDS)
    cluster.sql("kinds", "INSERT INTO inboard.backfills (history, name, checksum, state) VALUES ('public', 'old', '', 'done'), ('other', 'old', '', 'done')")
    r = reset("kinds")
    assert "the migration history" in r.stdout and "1 aggregate," in r.stdout and "2 migrations applied" in r.stdout, r
    assert relations("kinds") == "_prisma_migrations a b" and cluster.shape("kinds") == before
    assert cluster.sql("kinds", "SELECT string_agg(history, ' ') FROM inboard.backfills") == "other"
    assert cluster.sql("kinds", "SELECT count(*) FROM inboard.migrations") == "2" and cluster.sql("kinds", "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace") == "0"
    assert cluster.sql("kinds", "SELECT count(*) FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype <> 'b' AND typrelid = 0") == "1"
    run(inboard, "migrate", "status", "--migrations", folder(), env=env("kinds"))


def test_the_schema_stays_with_its_owner_grants_and_default_privileges():
    deployed("granted")
    cluster.sql("granted", "GRANT USAGE ON SCHEMA public TO pg_monitor; COMMENT ON SCHEMA public IS 'ours';"
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor")
    schema = """SELECT concat(oid, nspowner, nspacl, obj_description(oid, 'pg_namespace'), (SELECT defaclacl FROM pg_default_acl))
        FROM pg_namespace WHERE nspname = 'public'"""
    before = cluster.sql("granted", schema)
    reset("granted")
    assert cluster.sql("granted", schema) == before
    assert cluster.sql("granted", "SELECT has_table_privilege('pg_monitor', 'a', 'SELECT')") == "t"


def test_as_json_it_names_each_object():
    deployed("names")
    answer = json.loads(reset("names", "--json").stdout)
    undocumented("`inboard migrate reset`", answer)
    assert {"type": "table", "name": "public.a"} in answer["dropped"] and {"type": "type", "name": "public.mood"} in answer["dropped"], answer
    assert [m["name"] for m in answer["applied"]] == [A, B] and len(answer["dropped"]) == 4, answer


def test_extensions_stay_unless_they_are_asked_for():
    deployed("extended")
    cluster.sql("extended", "CREATE EXTENSION citext; CREATE TABLE c (name citext)")
    r = reset("extended")
    assert "kept the extensions citext\n" in r.stdout and cluster.sql("extended", "SELECT count(*) FROM pg_extension WHERE extname = 'citext'") == "1", r
    plain = cluster.folder("extensions", {A: "CREATE EXTENSION citext;"})
    r = reset("extended", files=plain, ok=False)
    assert r.returncode == 1 and "The extensions citext stayed" in r.stderr and "--drop-extensions" in r.stderr, r
    reset("extended", "--drop-extensions", files=plain)
    assert "1 extension" in reset("extended", "--drop-extensions").stdout
    assert cluster.sql("extended", "SELECT count(*) FROM pg_extension WHERE extname = 'citext'") == "0"


def test_what_stands_elsewhere_is_not_taken_along():
    deployed("other")
    cluster.sql("other", "CREATE SCHEMA more; CREATE TABLE more.theirs (id int REFERENCES public.a, m public.mood); CREATE VIEW more.seen AS SELECT id FROM public.a")
    r = reset("other", ok=False)
    assert r.returncode == 2 and "outside of the schemas depend" in r.stderr, r
    assert "table column more.theirs.m" in r.stderr and "table constraint theirs_id_fkey on more.theirs" in r.stderr and "on more.seen" in r.stderr, r
    assert relations("other") == "_prisma_migrations a b" and relations("other", "more") == "seen theirs"
    schema = cluster.path("more.prisma")
    schema.write_text('datasource db {\n  provider = "postgresql"\n  schemas = ["public", "more"]\n}\n')
    reset("other", "--schema", schema)
    assert relations("other") == "_prisma_migrations a b" and relations("other", "more") == ""


def test_a_schema_of_the_url_alone():
    cluster.fresh("named")
    cluster.sql("named", "CREATE TABLE public.stays (id int)")
    for _ in range(2):
        reset("named", url="&schema=mine")
    assert relations("named") == "stays" and relations("named", "mine") == "_prisma_migrations a b"


def test_a_missing_database_is_created():
    cluster.sql("postgres", "DROP DATABASE IF EXISTS absent")
    r = reset("absent", "ask")
    assert "the database was created" in r.stderr and relations("absent") == "_prisma_migrations a b", r


def test_owners_are_named_where_a_right_is_missing():
    cluster.sql("postgres", "DROP ROLE IF EXISTS dev; CREATE ROLE dev LOGIN")
    deployed("owned")
    cluster.sql("owned", "GRANT ALL ON ALL TABLES IN SCHEMA public TO dev; GRANT ALL ON SCHEMA public TO dev; GRANT USAGE ON SCHEMA inboard TO dev;"
                "GRANT SELECT ON ALL TABLES IN SCHEMA inboard TO dev")
    r = reset("owned", ok=False, user="dev")
    assert r.returncode == 6 and "belong to another role" in r.stderr and "of the role postgres" in r.stderr and "OWNER TO" in r.stderr, r
    assert relations("owned") == "_prisma_migrations a b"


def test_nothing_is_done_where_nobody_can_be_asked():
    deployed("asked")
    r = reset("asked", "ask", ok=False)
    assert r.returncode == 2 and "nobody is there to confirm it" in r.stderr and "--force" in r.stderr, r
    assert cluster.sql("asked", "SELECT count(*) FROM _prisma_migrations") == "2"


def on_a_terminal(db, answer):
    """The exit status, and what was on the terminal."""
    leader, follower = pty.openpty()
    p = subprocess.Popen([inboard, "migrate", "reset", "--migrations", folder()], env={**os.environ, **env(db)}, cwd=cluster.work.name,
                         stdin=follower, stdout=subprocess.PIPE, stderr=follower)
    os.close(follower)
    said, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([leader], [], [], 1)[0]:
            try:
                piece = os.read(leader, 4096)
            except OSError:
                break
            said += piece
            if not piece:
                break
            if answer is not None and said.rstrip().endswith((b"[y/N]", b"reset it:")):
                os.write(leader, answer.encode() + b"\n")
                answer = None
    p.stdout.read()
    p.stdout.close()
    os.close(leader)
    return p.wait(60), said.decode()


def test_on_a_terminal_it_asks():
    deployed("terminal")
    status, said = on_a_terminal("terminal", "n")
    assert status == 1 and "2 tables" in said and "nothing was changed" in said, said
    status, said = on_a_terminal("terminal", "y")
    assert status == 0, said
    sessions = [cluster.session("terminal") for _ in range(10)]
    try:
        for answer, expected in (("y", 1), ("terminals", 1), ("terminal", 0)):
            status, said = on_a_terminal("terminal", answer)
            assert status == expected and "looks like production" in said and "10 other sessions are connected" in said, said
        r = reset("terminal", "ask", ok=False)
        assert r.returncode == 2 and 'the database "terminal" looks like production' in r.stderr and "10 other sessions" in r.stderr, r
        reset("terminal")
    finally:
        for s in sessions:
            s.close()


def test_a_table_that_is_in_use():
    deployed("used")
    with cluster.session("used", "BEGIN", "LOCK TABLE b IN ACCESS SHARE MODE"):
        r = reset("used", "--lock-timeout", "0.1", ok=False)
    assert r.returncode == 5 and "another session uses what is to be dropped" in r.stderr and relations("used") == "_prisma_migrations a b", r


def test_what_a_killed_run_left_the_next_one_finishes():
    deployed("killed")
    with cluster.session("killed", "BEGIN", "LOCK TABLE b IN ACCESS SHARE MODE") as holder:
        p = spawn(inboard, "migrate", "reset", "--force", "--lock-timeout", "600", "--migrations", folder(), env=env("killed"), cwd=cluster.work.name)
        cluster.until("killed", "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = 'killed' AND cardinality(pg_blocking_pids(pid)) > 0")
        p.kill()
        p.communicate()
    cluster.until("killed", "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = 'killed' AND application_name LIKE 'inboard-migrate%'")
    assert relations("killed") in ("_prisma_migrations a b", "")  # one transaction: nothing went, or all did
    cluster.sql("killed", "DROP TABLE IF EXISTS _prisma_migrations; CREATE TABLE IF NOT EXISTS b (id int)")  # as between two transactions
    r = run(inboard, "migrate", "deploy", "--migrations", folder(), env=env("killed"), ok=False)
    assert r.returncode == 4 and "P3005" in r.stderr, r
    reset("killed")
    assert relations("killed") == "_prisma_migrations a b"


def test_more_tables_than_the_server_has_locks_for():
    small = Cluster("max_locks_per_transaction=10", "max_connections=10", "autovacuum=off", "archive_mode=on", "archive_command=true")
    small.start()
    try:
        small.fresh("many")
        url = {"DATABASE_URL": small.url("many"), "DIRECT_URL": ""}
        small.sql("many", "DO $$ BEGIN FOR i IN 1..600 LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY)', i);"
                  " IF i % 50 = 0 THEN COMMIT; END IF; END LOOP; END $$")
        r = run(inboard, "migrate", "reset", "--migrations", folder(), env=url, cwd=cluster.work.name, ok=False, stdin="")
        assert r.returncode == 2 and "looks like production" in r.stderr and "its server archives WAL" in r.stderr, r
        r = run(inboard, "migrate", "reset", "--force", "--migrations", folder(), env=url, cwd=cluster.work.name)
        assert "600 tables" in r.stdout and small.sql("many", "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace") == "3", r
    finally:
        small.remove()


tap.main(cluster.start, cluster.remove)
