#!/usr/bin/env python3
"""What Prisma and psql apply is applied: transactions of a file's own, their modes, byte order marks, enum values, procedures that commit."""
import hashlib, json, pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, embed, inboard, run, spawn

cluster = Cluster()
BASE = "20260101000000_base"
CHANGE = "20260102000000_change"
SERIALIZABLE = """CREATE TYPE kind AS ENUM ('a', 'b');
CREATE TABLE t (id int PRIMARY KEY, k kind NOT NULL DEFAULT 'a');
INSERT INTO t SELECT i FROM generate_series(1, 10) i;
CREATE TABLE seen (what text);
CREATE FUNCTION level() RETURNS text LANGUAGE sql AS $$ SELECT current_setting('transaction_isolation') $$;
CREATE FUNCTION strict() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('transaction_isolation') <> 'serializable' THEN RAISE 'not serializable'; END IF; INSERT INTO seen VALUES ('strict'); END $$;
"""


def deploy(db, change, ok=True, base=SERIALIZABLE, more={}):
    env = cluster.fresh(db)
    folder = cluster.folder(f"{db}_folder", {BASE: base, CHANGE: change, **more})
    r = run(inboard, "migrate", "deploy", "--migrations", folder, "--json", env=env, ok=ok)
    return json.loads(r.stdout)


def psql(db, change, base=SERIALIZABLE):
    """The same by psql, each statement for itself or all in one implicit transaction."""
    cluster.fresh(db)
    cluster.sql(db, base)
    path = cluster.path(f"{db}.sql")
    path.write_bytes(change if isinstance(change, bytes) else change.encode())
    run("psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url(db), "-f", path)


def rows(db):
    return cluster.sql(db, "SELECT string_agg(what, ' ' ORDER BY what) FROM seen")


def applied(db):
    return cluster.sql(db, "SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL")


def again(db):
    """A second run finds nothing to do."""
    r = run(inboard, "migrate", "deploy", "--migrations", cluster.path(f"{db}_folder"), "--json", env={"DATABASE_URL": cluster.url(db)})
    assert json.loads(r.stdout)["applied"] == [], r.stdout


# What a file says, and whether it is one transaction all the same.
COMMITS = {
    "ALTER TYPE kind ADD VALUE 'c';\nCOMMIT;\nUPDATE t SET k = 'c' WHERE id = 1;\n": False,
    "ALTER TYPE kind ADD VALUE 'c';\nEND;\nINSERT INTO t VALUES (11, 'c');\nCOMMIT;\nALTER TABLE t ALTER k SET DEFAULT 'c';\n": False,
    "ALTER TYPE kind ADD VALUE 'c';\nCOMMIT;\nBEGIN;\nUPDATE t SET k = 'c' WHERE id = 1;\nCOMMIT;\n": False,
    "BEGIN;\nALTER TYPE kind ADD VALUE 'c';\nCOMMIT;\nCOMMIT;\nUPDATE t SET k = 'c' WHERE id = 1;\n": False,
    "INSERT INTO seen VALUES ('x');\nCOMMIT;\nALTER TABLE t ADD COLUMN n int;\nINSERT INTO seen VALUES ('y');\n": False,
    "INSERT INTO seen VALUES ('x');\nCOMMIT;\n": True,
    "COMMIT;\nINSERT INTO seen VALUES ('x');\n": True,
    "BEGIN;\nBEGIN;\nINSERT INTO seen VALUES ('x');\nCOMMIT;\nCOMMIT;\n": True,
    "BEGIN;\nINSERT INTO seen VALUES ('x');\nSAVEPOINT s;\nINSERT INTO seen VALUES ('gone');\nROLLBACK TO s;\nRELEASE s;\nCOMMIT;\n": True,
    "BEGIN;\nINSERT INTO seen VALUES ('x');\nSAVEPOINT s;\nINSERT INTO seen VALUES ('gone');\nROLLBACK TO s;\nCOMMIT;\nCREATE INDEX CONCURRENTLY i ON t (k);\n": False,
}


def test_a_commit_of_the_file_s_own_is_as_in_psql():
    for i, (text, transactional) in enumerate(COMMITS.items()):
        r = deploy("commits", text)
        assert applied("commits") == "2" and r["applied"][1]["transactional"] == transactional, (text, r)
        psql("commits_psql", text)
        for query in ("SELECT string_agg(id || k::text, ' ' ORDER BY id) FROM t", "SELECT string_agg(what, ' ' ORDER BY what) FROM seen"):
            assert cluster.sql("commits", query) == cluster.sql("commits_psql", query), (text, query)
        again("commits")


def test_a_commit_keeps_what_is_before_it():
    """A failure after it: what was committed stays, and the next run resumes after it."""
    bad = "ALTER TYPE kind ADD VALUE 'c';\nINSERT INTO seen VALUES ('x');\nCOMMIT;\nUPDATE t SET k = 'd' WHERE id = 1;\n"
    r = deploy("commit_fails", bad, ok=False)
    assert r["error"]["line"] == 4 and "resumes" in r["error"]["hint"], r
    assert rows("commit_fails") == "x"
    cluster.folder("commit_fails_folder", {CHANGE: bad.replace("'d'", "'c'")})
    again_ = json.loads(run(inboard, "migrate", "deploy", "--migrations", cluster.path("commit_fails_folder"), "--json",
                            env={"DATABASE_URL": cluster.url("commit_fails")}).stdout)
    assert again_["applied"][0]["resumed"] and rows("commit_fails") == "x", again_
    assert cluster.sql("commit_fails", "SELECT k FROM t WHERE id = 1") == "c"


# What a file says, what its statements see, and whether it is one transaction.
LEVEL = "INSERT INTO seen SELECT level();\n"
MODES = {
    f"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nSELECT strict();\n{LEVEL}": ("serializable strict", True),
    f"SET LOCAL TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE;\n{LEVEL}": ("serializable", True),
    f"SET transaction_isolation = 'repeatable read';\n{LEVEL}": ("repeatable read", True),
    f"SET LOCAL lock_timeout = '1s';\nLOCK TABLE t;\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\n{LEVEL}": ("serializable", True),
    f"BEGIN ISOLATION LEVEL SERIALIZABLE;\nSELECT strict();\n{LEVEL}COMMIT;\n": ("serializable strict", True),
    f"START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE;\n{LEVEL}COMMIT;\n": ("repeatable read", True),
    f"BEGIN;\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\n{LEVEL}END;\n": ("serializable", True),
    f"{LEVEL}BEGIN ISOLATION LEVEL SERIALIZABLE;\n{LEVEL}COMMIT;\n{LEVEL}": ("read committed read committed serializable", False),
    f"BEGIN ISOLATION LEVEL SERIALIZABLE;\n{LEVEL}COMMIT;\nBEGIN;\nSET TRANSACTION ISOLATION LEVEL REPEATABLE READ;\n{LEVEL}COMMIT;\n": (
        "repeatable read serializable", False),
    f"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nSELECT strict();\nCOMMIT;\n{LEVEL}": ("read committed strict", False),
    f"BEGIN ISOLATION LEVEL SERIALIZABLE;\n{LEVEL}COMMIT;\nCREATE INDEX CONCURRENTLY i ON t (k);\n{LEVEL}": ("read committed serializable", False),
    f"{LEVEL}SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\n": ("read committed", True),
    f"SET TRANSACTION READ ONLY;\n{LEVEL}": ("read committed", True),
    f"BEGIN READ ONLY;\nSELECT 1;\nCOMMIT;\n{LEVEL}": ("read committed", True),
    f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE;\n{LEVEL}": ("read committed", True),
}


def test_a_transaction_has_the_modes_that_its_file_gives_it():
    for text, (seen, transactional) in MODES.items():
        r = deploy("modes", text, more={"20260103000000_next": LEVEL.replace("level()", "'next ' || level()")})
        assert rows("modes") == " ".join(sorted((seen + ",next read committed").replace("repeatable read", "repeatable_read").replace(
            "read committed", "read_committed").replace("next ", "next_").replace(",", " ").split())).replace("_", " "), (text, rows("modes"))
        assert applied("modes") == "3" and r["applied"][1]["transactional"] == transactional, (text, r)
        again("modes")


def test_a_serialization_failure_is_tried_again():
    env = cluster.fresh("serial")
    first = cluster.folder("serial_first", {BASE: SERIALIZABLE + "CREATE FUNCTION wait() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_xact_lock(1)';\n"})
    run(inboard, "migrate", "deploy", "--migrations", first, env=env)
    folder = cluster.folder("serial_folder", {BASE: (first / BASE / "migration.sql").read_text(),
                                              CHANGE: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;\nSELECT wait();\nUPDATE t SET k = 'b';\n"})
    with cluster.session("serial", "BEGIN", "SELECT pg_advisory_xact_lock(1)", "UPDATE t SET k = 'a' WHERE id = 1") as holder:
        r = spawn(inboard, "migrate", "deploy", "--migrations", folder, "--json", env=env)
        cluster.until("serial", "SELECT count(*) > 0 FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0")
        holder.run("COMMIT")
        out, err = r.communicate(timeout=tap.LIMIT)
    assert r.returncode == 0, (out, err)
    assert cluster.sql("serial", "SELECT DISTINCT k FROM t") == "b"
    assert cluster.sql("serial", "SELECT sqlstate FROM inboard.attempts") == "40001"


def test_what_no_server_takes_is_refused_before_anything_is_applied():
    for text, why in (("BEGIN;\nSELECT 1;\n", "no COMMIT follows"), ("SELECT 1;\nROLLBACK;\n", "transaction control"), ("SAVEPOINT s;\n", "no transaction of the file is open"),
                      ("BEGIN;\nSELECT 1;\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nCOMMIT;\n", "came before it"),
                      ("BEGIN;\nBEGIN ISOLATION LEVEL SERIALIZABLE;\nCOMMIT;\n", "already open"), ("BEGIN;\nCOMMIT AND CHAIN;\nCOMMIT;\n", "transaction control")):
        r = deploy("refused", text, ok=False)
        assert why in json.dumps(r["error"]), (text, r)
        assert cluster.sql("refused", "SELECT to_regclass('t') IS NULL") == "t", text


def test_a_new_migration_with_any_of_it_is_refused_when_it_is_built():
    for text in [*COMMITS, *(t for t in MODES if "SESSION CHAR" not in t), b"\xef\xbb\xbfSELECT 1;\n"]:
        folder = cluster.folder("built", {CHANGE: text})
        r = run(embed, "--migrations", folder, "-o", cluster.path("built.c"), ok=False)
        assert r.returncode == 1 and "/migration.sql:" in r.stderr, (text, r)


ENUM = SERIALIZABLE + """CREATE TABLE u (ks kind[]);
CREATE FUNCTION late() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET k = 'c'; END $$;
CREATE PROCEDURE later() LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET k = 'c'; END $$;
"""
# Uses of a value that the file adds, behind code or not, and what is there afterwards.
USED = "SELECT count(*) FROM t WHERE k = 'c'"
USES = {
    "DO $$ BEGIN UPDATE t SET k = 'c'; END $$;": (USED, "10"),
    "DO $$ BEGIN EXECUTE 'UPDATE t SET k = ''c'' '; END $$;": (USED, "10"),
    "DO $$ BEGIN PERFORM late(); END $$;": (USED, "10"),
    "SELECT late();": (USED, "10"),
    "CALL later();": (USED, "10"),
    "CREATE FUNCTION f() RETURNS kind LANGUAGE sql AS $$ SELECT 'c'::kind $$;\nUPDATE t SET k = f();": (USED, "10"),
    "CREATE FUNCTION f() RETURNS kind LANGUAGE plpgsql AS $$ BEGIN RETURN 'c'; END $$;\nUPDATE t SET k = f();": (USED, "10"),
    "ALTER TABLE u ALTER ks SET DEFAULT '{a,c}';\nINSERT INTO u DEFAULT VALUES;": ("SELECT ks FROM u", "{a,c}"),
    "ALTER TYPE kind RENAME TO kind_old;\nUPDATE t SET k = 'c';": (USED, "10"),
    "ALTER TYPE kind RENAME VALUE 'c' TO 'd';\nUPDATE t SET k = 'd';": ("SELECT count(*) FROM t WHERE k = 'd'", "10"),
    "CREATE SCHEMA s;\nALTER TYPE kind SET SCHEMA s;\nUPDATE t SET k = 'c';": (USED, "10"),
}


def test_an_enum_value_is_used_behind_code():
    for use, (query, answer) in USES.items():
        text = f"ALTER TYPE kind ADD VALUE 'c';\n{use}\n"
        r = deploy("behind", text, base=ENUM)
        assert cluster.sql("behind", query) == answer and not r["applied"][1]["transactional"], (use, r)
        again("behind")
        accepted = "-- inboard: class additive it is a test\n-- inboard: accept blocking it is a test\n-- inboard: accept contracting it is a test\n"
        folder = cluster.folder("behind_built", {BASE: ENUM, CHANGE: accepted + text})
        (folder / "inboard.sum").unlink(missing_ok=True)
        refused = run(embed, "--migrations", folder, "-o", cluster.path("built.c"), ok=False)
        assert refused.returncode == 1 and re.search('the value "[cd]" is added to its enum', refused.stderr), (use, refused.stderr)


def test_what_uses_no_new_value_stays_one_transaction():
    for use in ("DO $$ BEGIN CREATE TABLE made (i int); END $$;", "CREATE FUNCTION f() RETURNS kind LANGUAGE plpgsql AS $$ BEGIN RETURN 'c'; END $$;",
                "UPDATE t SET id = id WHERE k::text = 'c';", "UPDATE t SET k = 'b';", "SELECT lower('C');"):
        assert deploy("unused", f"ALTER TYPE kind ADD VALUE 'c';\n{use}\n", base=ENUM)["applied"][1]["transactional"], use


COMMITTING = """CREATE TABLE t (id int PRIMARY KEY, done bool);
INSERT INTO t SELECT i FROM generate_series(1, 100) i;
CREATE TABLE seen (what text);
CREATE PROCEDURE fill(step int) LANGUAGE plpgsql AS $$ BEGIN
    LOOP UPDATE t SET done = true WHERE id IN (SELECT id FROM t WHERE done IS NULL LIMIT step); EXIT WHEN NOT FOUND; COMMIT; END LOOP; END $$;
CREATE PROCEDURE through() LANGUAGE plpgsql AS $$ BEGIN CALL fill(7); END $$;
CREATE PROCEDURE plain() LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET done = true; END $$;
"""


def test_a_procedure_that_commits_runs_outside_of_a_block():
    for call in ("CALL fill(10);", "CALL public.fill(10);", "CALL through();", "DO $$ BEGIN CALL fill(10); END $$;", "CALL plain();",
                 "INSERT INTO seen VALUES ('before');\nCALL fill(10);\nINSERT INTO seen VALUES ('after');",
                 "-- inboard: no-transaction\nCALL fill(10);\nINSERT INTO seen VALUES ('after');"):
        r = deploy("commits", call + "\n", base=COMMITTING)
        assert cluster.sql("commits", "SELECT count(*) FROM t WHERE done") == "100", (call, r)
        assert rows("commits") == ("after before" if "before" in call else "after" if "after" in call else ""), call
        again("commits")
    r = deploy("commits", "CREATE PROCEDURE own() LANGUAGE plpgsql AS $$ BEGIN CALL fill(9); COMMIT; END $$;\nCALL own();\n", base=COMMITTING)
    assert cluster.sql("commits", "SELECT count(*) FROM t WHERE done") == "100", r


def test_a_procedure_that_commits_runs_again_after_a_failure():
    r = deploy("commits", "CALL fill(0);\nSELECT nothing;\n", ok=False, base=COMMITTING)
    assert r["error"]["line"] == 2, r
    cluster.folder("commits_folder", {CHANGE: "CALL fill(0);\nCALL fill(3);\n"})
    r = json.loads(run(inboard, "migrate", "deploy", "--migrations", cluster.path("commits_folder"), "--json", env={"DATABASE_URL": cluster.url("commits")}).stdout)
    assert r["applied"][0]["resumed"] and cluster.sql("commits", "SELECT count(*) FROM t WHERE done") == "100", r


def test_a_byte_order_mark_is_not_sent():
    mark = b"\xef\xbb\xbf"
    for i, text in enumerate((b"INSERT INTO seen VALUES ('x');\n", b"\r\n-- a comment\r\nINSERT INTO seen VALUES ('x');\r\n", b"/* x */INSERT INTO seen VALUES ('x')",
                              b"-- inboard: no-transaction\nCREATE INDEX CONCURRENTLY i ON t (k);\nINSERT INTO seen VALUES ('x');\n")):
        r = deploy("mark", mark + text, more={"20260103000000_only": mark, "20260104000000_comment": mark + b"-- nothing\n"})
        assert rows("mark") == "x" and applied("mark") == "4", (text, r)
        assert r["applied"][1]["transactional"] == (b"CONCURRENTLY" not in text), r
        assert cluster.sql("mark", f"SELECT checksum FROM _prisma_migrations WHERE migration_name = '{CHANGE}'") == hashlib.sha256(mark + text).hexdigest()
        again("mark")
        folder = cluster.path("mark_folder")
        run(inboard, "sum", "--adopt", "--migrations", folder)
        out = run(embed, "--explain", "--json", "--migrations", folder).stdout
        assert "INSERT" in out or "CREATE" in out, out
        (folder / "inboard.sum").unlink()
    r = deploy("mark", mark + b"SELECT nothing FROM t;\n", ok=False)
    assert r["error"]["line"] == 1 and "nothing" in r["error"]["message"], r


tap.main(cluster.start, cluster.remove)
