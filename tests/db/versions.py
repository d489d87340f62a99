#!/usr/bin/env python3
"""What depends on the server's version: syntax that the parser here does not know, limits that a role brings along, and rights.

Each test says what every version does, so none is skipped on any: ./dev check runs them on the oldest, the newest and Debian's."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, embed, inboard, run, spawn

cluster = Cluster()
BASE = """CREATE TABLE t (id int PRIMARY KEY, a int, b int, c text);
CREATE TABLE s (id int PRIMARY KEY, n int GENERATED ALWAYS AS (id * 2) STORED);
INSERT INTO t VALUES (1, 2, 3, '{}');
INSERT INTO s VALUES (2);
"""
# Syntax that came after the parser's 15: since, class, the SQL of a migration, and what is true after it.
NEWER = [
    (16, "additive", "CREATE TABLE n (c text STORAGE EXTERNAL);", "SELECT attstorage = 'e' FROM pg_attribute WHERE attrelid = 'n'::regclass AND attname = 'c'"),
    (16, "additive", "ALTER TABLE t ADD COLUMN n int DEFAULT 1_000;", "SELECT n = 1000 FROM t"),
    (16, "blocking", "ALTER TABLE t ADD CHECK (c IS JSON);", "SELECT count(*) = 1 FROM pg_constraint WHERE conrelid = 't'::regclass AND contype = 'c'"),
    (16, "additive", "INSERT INTO s SELECT x FROM (SELECT 0x1F AS x);", "SELECT n = 62 FROM s WHERE id = 31"),
    (17, "contracting", "ALTER TABLE s ALTER COLUMN n SET EXPRESSION AS (id * 3);", "SELECT n = 6 FROM s"),
    (17, "additive", "ALTER TABLE t ALTER COLUMN a SET STATISTICS DEFAULT;", "SELECT true"),
    (17, "contracting", "MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE;", "SELECT count(*) = 0 FROM t"),
    (17, "additive", "CREATE VIEW n AS SELECT * FROM JSON_TABLE('[1, 2]'::jsonb, '$[*]' COLUMNS (x int PATH '$'));", "SELECT sum(x) = 3 FROM n"),
    (18, "additive", "ALTER TABLE t ADD COLUMN n int GENERATED ALWAYS AS (a + b) VIRTUAL;", "SELECT n = 5 FROM t"),
    (18, "additive", "ALTER TABLE t ADD COLUMN n int GENERATED ALWAYS AS (a + b);", "SELECT n = 5 FROM t"),
    (18, "additive", "ALTER TABLE t ADD CHECK (a > 10) NOT ENFORCED;", "SELECT NOT conenforced FROM pg_constraint WHERE conrelid = 't'::regclass AND contype = 'c'"),
    (18, "contracting", "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT n;",
     "SELECT convalidated FROM pg_constraint WHERE conname = 'n'"),
    (18, "additive", "CREATE EXTENSION btree_gist;\nCREATE TABLE n (id int, valid tsrange, PRIMARY KEY (id, valid WITHOUT OVERLAPS));", "SELECT true"),
    # No transaction block takes this one, so it goes statement by statement.
    (18, "additive", "-- inboard: no-transaction\nALTER TABLE t ADD COLUMN n int;\nVACUUM ONLY t;", "SELECT count(n) = 0 FROM t"),
]
FIRST, SECOND = "20260101000000_base", "20260102000000_newer"


def deploy(db, folder, user="postgres", *more, ok=True):
    return run(inboard, "migrate", "deploy", "--migrations", folder, "--json", *more, env={"DATABASE_URL": cluster.url(db, user)}, ok=ok)


def error(result):
    return json.loads(result.stdout)["error"]


def explained(folder):
    r = run(embed, "--explain", "--json", "--migrations", folder, ok=False)
    return r.stderr, json.loads(r.stdout)[-1]


def newer(since, cls, sql, true):
    """Refused where the program is built, unless its author says what it does; then applied by whatever server knows it."""
    bare = cluster.folder("bare", {FIRST: BASE, SECOND: sql + "\n"})
    said, _ = explained(bare)
    assert f"{SECOND}/migration.sql:" in said and "the parser of PostgreSQL 15 refuses this" in said and "-- inboard: class" in said, said
    folder = cluster.folder("newer", {FIRST: BASE, SECOND: f"-- inboard: class {cls} the parser does not know it\n{sql}\n"})
    said, migration = explained(folder)
    assert not said and migration["class"] == cls, (said, migration)
    cluster.fresh("newer")
    r = deploy("newer", folder, ok=False)
    if cluster.version >= since:
        assert r.returncode == 0, r
        assert cluster.sql("newer", true) == "t"
        assert run(inboard, "migrate", "status", "--migrations", folder, env={"DATABASE_URL": cluster.url("newer")}).returncode == 0
    else:
        assert r.returncode == 1 and error(r)["sqlstate"] in ("42601", "0A000") and error(r)["migration"] == SECOND, r
        assert [m["name"] for m in json.loads(r.stdout)["applied"]] == [FIRST], r


for number, case in enumerate(NEWER):
    def one(case=case):
        newer(*case)
    globals()[f"test_syntax_of_{case[0]}_{number}"] = one


def test_an_index_of_newer_syntax_is_repaired():
    folder = cluster.folder("repair", {FIRST: BASE + "INSERT INTO t VALUES (2, 2, 3, '{}');\n", SECOND:
                            "-- inboard: class additive it is built while all go on\nCREATE UNIQUE INDEX CONCURRENTLY i ON t (a) WHERE c IS JSON;\n"})
    cluster.fresh("repair")
    r = deploy("repair", folder, ok=False)
    assert r.returncode == 1 and error(r)["sqlstate"] == ("23505" if cluster.version >= 16 else "42601"), r
    there = "SELECT coalesce(string_agg(indisvalid::text, ','), 'none') FROM pg_index WHERE indexrelid = to_regclass('i')"
    assert cluster.sql("repair", there) == "none"
    if cluster.version >= 16:
        # As a killed run leaves it: INVALID, under its name.
        run("psql", "-qX", cluster.url("repair"), "-c", "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", ok=False)
        assert cluster.sql("repair", there) == "false"
        cluster.sql("repair", "DELETE FROM t WHERE id = 2")
        deploy("repair", folder)
        assert cluster.sql("repair", there) == "true"


LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout", "transaction_timeout")


def test_limits_of_a_role_or_a_database_do_not_end_a_migration():
    cluster.fresh("limits")
    cluster.sql("limits", "CREATE ROLE hurried LOGIN SUPERUSER")
    known = cluster.sql("limits", f"SELECT name FROM pg_settings WHERE name IN {LIMITS} ORDER BY name").split()
    assert len(known) == 3 + (cluster.version >= 14) + (cluster.version >= 17), known
    for name in known:
        limit = "200ms" if name == "idle_session_timeout" else "2s"  # which a busy machine may need before they are set aside
        cluster.sql("postgres", f"ALTER ROLE hurried SET {name} = '{limit}'; ALTER DATABASE limits SET {name} = '{limit}'")
    folder = cluster.folder("limits", {
        "20260101000000_one": "CREATE TABLE t (a int);\nDO $$ BEGIN PERFORM pg_sleep(2.5); END $$;\nINSERT INTO t VALUES (1);\n",
        "20260102000000_two": "-- inboard: no-transaction\nCREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
                              "$$ BEGIN PERFORM pg_sleep(2.5); RETURN $1; END $$;\nCREATE INDEX CONCURRENTLY i ON t (slow(a));\n"})
    # While it waits for its turn the session is idle for longer than idle_session_timeout, and lives.
    with cluster.session("limits", "SET idle_session_timeout = 0" if cluster.version >= 14 else "SELECT 1", "SELECT pg_advisory_lock(72707369)") as holder:
        p = spawn(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": cluster.url("limits", "hurried")})
        cluster.until("postgres", "SELECT count(*) > 0 FROM pg_stat_activity WHERE usename = 'hurried' AND state = 'idle' AND "
                      "clock_timestamp() - state_change > interval '400ms'")
        holder.close()
        out, err = p.communicate(timeout=300)
    assert p.returncode == 0, (out, err)
    cluster.until("postgres", "SELECT count(*) FROM pg_stat_activity WHERE usename = 'hurried'", "0")


def test_creating_in_public_takes_a_right_that_15_no_longer_gives_to_all():
    cluster.fresh("rights")
    cluster.sql("rights", "CREATE ROLE plain LOGIN; CREATE SCHEMA inboard AUTHORIZATION plain")
    folder = cluster.folder("rights", {FIRST: "CREATE TABLE a (id int);\n"})
    r = deploy("rights", folder, "plain", ok=False)
    if cluster.version >= 15:
        assert r.returncode == 6 and error(r)["cause"]["sqlstate"] == "42501" and "GRANT USAGE, CREATE" in error(r)["hint"], r
        cluster.sql("rights", "GRANT CREATE ON SCHEMA public TO plain")
        r = deploy("rights", folder, "plain")
    assert r.returncode == 0 and cluster.sql("rights", "SELECT tableowner FROM pg_tables WHERE tablename = 'a'") == "plain"


def test_a_member_that_inherits_nothing_migrates_as_the_role_it_sets():
    """16 moved INHERIT from the role to each membership, and asks for SET; both ways end in SET ROLE."""
    cluster.fresh("members")
    cluster.sql("members", "CREATE ROLE keeper; CREATE ROLE deployer LOGIN NOINHERIT; ALTER ROLE deployer SET role = keeper; "
                           "GRANT CREATE, USAGE ON SCHEMA public TO keeper; CREATE SCHEMA inboard AUTHORIZATION keeper; GRANT keeper TO deployer"
                           + (" WITH INHERIT FALSE, SET TRUE" if cluster.version >= 16 else ""))
    folder = cluster.folder("members", {FIRST: "CREATE TABLE a (id int);\nSET ROLE deployer;\n", SECOND: "CREATE TABLE b (id int);\n",
                                        "20260103000000_alone": "-- inboard: no-transaction\nCREATE INDEX CONCURRENTLY i ON b (id);\n"})
    for name in (FIRST, SECOND):  # in one run, and in one that goes on
        deploy("members", folder, "deployer")
    owners = "SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname IN ('public', 'inboard')"
    assert cluster.sql("members", owners) == "keeper"


def test_maintain_is_enough_to_maintain_from_17_on():
    cluster.fresh("maintain")
    cluster.sql("maintain", "CREATE ROLE cleaner LOGIN; CREATE TABLE big (id int); CREATE INDEX big_id ON big (id); CREATE SCHEMA inboard AUTHORIZATION cleaner; "
                            "CREATE SCHEMA own AUTHORIZATION cleaner" + ("; GRANT MAINTAIN ON big TO cleaner" if cluster.version >= 17 else ""))
    folder = cluster.folder("maintain", {FIRST: "REINDEX TABLE CONCURRENTLY public.big;\n"})
    url = cluster.url("maintain", "cleaner", more="&schema=own")
    r = run(inboard, "migrate", "deploy", "--migrations", folder, "--json", env={"DATABASE_URL": url}, ok=False)
    assert r.returncode == 0 if cluster.version >= 17 else error(r)["sqlstate"] == "42501", r


tap.main(cluster.start, cluster.remove)
