#!/usr/bin/env python3
"""Every refusal of the engine about history, ownership and rights is said once, or named by a test elsewhere: the texts are taken from
src/engine, so one that is added without a test fails the last test here."""
import pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, root, run

cluster = Cluster()
A, B = "20260101000000_a", "20260102000000_b"
PLAIN = {A: "CREATE TABLE a (id int);\n"}
MORE = {**PLAIN, B: "CREATE TABLE b (id int);\n"}
COLUMNS = """id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,
    rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0"""
HISTORY = f"CREATE TABLE _prisma_migrations ({COLUMNS})"
said = []

# Said where it takes a pooler, a standby or another server to say it: the words that a test there looks for.
ELSEWHERE = {
    "the connection goes through a pooler in transaction mode": ("tests/db/pgbouncer.py", "pooler in transaction mode"),
    "the pooler has no free server connection": ("tests/db/pgbouncer.py", "pooler"),
    "the server is a standby": ("tests/db/access.py", "standby"),
    "the session is read-only": ("tests/db/access.py", "read-only"),
}
# What no server of the tests gives: one older than 13, and a fault of no kind.
NEVER = {"server version %d is too old", "%s is not what it should be"}


def refused(db, files, code, *command, user="postgres", more="", released=False):
    """What the command says about the database."""
    folder = cluster.folder(f"{db}-{len(said)}", files)
    if released:
        run(inboard, "sum", "--adopt", "--migrations", folder)
    verb = command or ("deploy",)
    r = run(inboard, "migrate", *verb, "--migrations", folder, env={"DATABASE_URL": cluster.url(db, user) + more}, ok=False)
    assert r.returncode == code, r
    assert "  hint: " in r.stderr, r
    said.append(r.stderr)
    return r.stderr


def fresh(db, sql="SELECT 1", deployed=None):
    cluster.fresh(db)
    if deployed:
        run(inboard, "migrate", "deploy", "--migrations", cluster.folder(f"{db}-first", deployed), env={"DATABASE_URL": cluster.url(db)})
    cluster.sql(db, sql)


def roles():
    cluster.sql("postgres", "CREATE ROLE stranger LOGIN; CREATE ROLE guest LOGIN")


def test_about_a_history_that_is_not_there_or_not_one():
    roles()
    fresh("tables", "CREATE TABLE theirs (id int)")
    refused("tables", PLAIN, 4)
    fresh("view", "CREATE VIEW _prisma_migrations AS SELECT 1 AS id")
    refused("view", PLAIN, 4)
    fresh("ours", deployed=PLAIN)
    cluster.sql("ours", "DROP TABLE inboard.attempts; CREATE VIEW inboard.attempts AS SELECT 1 AS attempt")
    refused("ours", MORE, 4)
    fresh("two", "ALTER DATABASE two SET search_path = other, public; CREATE SCHEMA other", deployed=PLAIN)
    refused("two", PLAIN, 4)
    fresh("gone", f"{HISTORY}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM _prisma_migrations WHERE id = NEW.id;"
                  " RETURN NULL; END'; CREATE CONSTRAINT TRIGGER t AFTER INSERT ON _prisma_migrations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                  " EXECUTE FUNCTION f()")
    assert "missing from the history" in refused("gone", PLAIN, 4)


def test_about_owners():
    give = "GRANT ALL ON SCHEMA public TO PUBLIC;"
    fresh("owner", give)
    cluster.sql("owner", f"{HISTORY}; GRANT ALL ON _prisma_migrations TO PUBLIC", user="stranger")
    refused("owner", PLAIN, 4, user="guest")
    fresh("typed", give)
    cluster.sql("typed", f"CREATE TYPE mood AS ENUM ('x'); {HISTORY.replace('logs text', 'logs mood')}; GRANT SELECT ON _prisma_migrations TO PUBLIC",
                user="stranger")
    cluster.sql("typed", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    refused("typed", PLAIN, 64, "status", user="guest")
    fresh("trigger", f"{give} GRANT CREATE, CONNECT ON DATABASE trigger TO guest")
    cluster.sql("trigger", "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'", user="stranger")
    cluster.sql("trigger", f"{HISTORY}; CREATE TRIGGER t BEFORE INSERT ON _prisma_migrations FOR EACH ROW EXECUTE FUNCTION f()", user="guest")
    refused("trigger", PLAIN, 4, user="guest")
    fresh("policy", "REVOKE CREATE ON SCHEMA public FROM PUBLIC", deployed=PLAIN)
    cluster.sql("policy", "GRANT USAGE ON SCHEMA inboard TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA public, inboard TO PUBLIC;"
                          "ALTER TABLE inboard.migrations OWNER TO stranger; ALTER TABLE inboard.migrations ENABLE ROW LEVEL SECURITY")
    refused("policy", PLAIN, 64, "status", user="guest")


def test_about_rights():
    fresh("unread", "REVOKE ALL ON _prisma_migrations FROM PUBLIC", deployed=PLAIN)
    refused("unread", PLAIN, 6, user="guest")
    fresh("bare", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    refused("bare", PLAIN, 6, user="guest")
    fresh("hidden", deployed=PLAIN)
    cluster.sql("hidden", "GRANT SELECT ON _prisma_migrations TO PUBLIC; ALTER TABLE _prisma_migrations ENABLE ROW LEVEL SECURITY")
    refused("hidden", PLAIN, 6, user="guest")
    fresh("unknown", deployed={**MORE})
    cluster.sql("unknown", "GRANT SELECT ON _prisma_migrations TO PUBLIC")
    refused("unknown", PLAIN, 6, user="guest", released=True)
    fresh("older", "ALTER TABLE inboard.migrations DROP COLUMN compatible, DROP COLUMN reason; ALTER TABLE inboard.histories DROP COLUMN fingerprint", deployed=PLAIN)
    cluster.sql("older", "GRANT ALL ON SCHEMA public, inboard TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA public, inboard TO PUBLIC")
    hint = refused("older", MORE, 6, user="guest")
    cluster.sql("older", re.search(r"ALTER TABLE .*", hint)[0])  # all that the owner has to do
    r = run(inboard, "migrate", "deploy", "--migrations", cluster.folder("older-more", MORE), env={"DATABASE_URL": cluster.url("older", "guest")})
    assert "not stored" not in r.stderr, r
    assert cluster.sql("older", "SELECT fingerprint IS NOT NULL FROM inboard.histories") == "t"


def test_about_half_a_migration_that_has_changed():
    fresh("half")
    text = "-- inboard: no-transaction\nCREATE TABLE t (id int);\nCREATE INDEX CONCURRENTLY j ON t (nope);\n"
    refused("half", {A: text}, 1)
    assert "has changed since it ran" in refused("half", {A: text.replace("(id int)", "(id bigint)")}, 4)


# ---- none is left out ---------------------------------------------------------------------------------------------

CALL = re.compile(r'inb__error_(?:set|wrap)\(\s*err,\s*(?:INB_EHISTORY|INB_EPERM),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')


def texts():
    """The refusals of src/engine, as printf has them."""
    for file in sorted((root / "src/engine").glob("*.c")):
        for found in CALL.finditer(file.read_text()):
            yield file.name, "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1))).replace('\\"', '"')


def test_each_refusal_of_the_engine_is_said_here_or_named_by_a_test():
    tests = "\n".join(p.read_text() for kind in ("*.py", "*.c") for p in (root / "tests").rglob(kind) if p.name != "refusals.py")
    all_texts, missing = list(texts()), []
    for file, text in all_texts:
        parts = [re.escape(p) for p in re.split(r"%(?:[-.*\d]|z|l)*[a-z]", text)]
        here = any(re.search(".+?".join(parts), s) for s in said)
        words = max(re.split(r'%(?:[-.*\d]|z|l)*[a-z]|"', text), key=len).strip(" :,;")
        other, look = ELSEWHERE.get(text, (None, ""))
        there = other and look in (root / other).read_text()
        if text not in NEVER and not here and not there and not (len(words) > 12 and words in tests):
            missing.append(f"{file}: {text}")
    assert len(all_texts) > 25 and not missing, missing


tap.main(cluster.start, cluster.remove)
