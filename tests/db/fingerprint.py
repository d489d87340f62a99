#!/usr/bin/env python3
"""The fingerprint of the catalogue, by which a status is spared the comparison: whatever changes what is compared changes it."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, root, run

cluster = Cluster()

HISTORY = {"20260101000000_all": """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE users (id int PRIMARY KEY, email text, m mood DEFAULT 'sad', n int DEFAULT 1);
CREATE DOMAIN tags AS text[];
CREATE TABLE posts (id int PRIMARY KEY, author int, t tags);
ALTER TABLE posts ADD CONSTRAINT author_fk FOREIGN KEY (author) REFERENCES users (id) NOT VALID;
ALTER TABLE users ADD CONSTRAINT positive CHECK (n > 0) NOT VALID;
CREATE INDEX users_email ON users (email);
CREATE VIEW happy AS SELECT id FROM users WHERE m = 'happy';
CREATE TRIGGER seen BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION seen();
CREATE SEQUENCE kept;
"""}

CHANGES = (
    "ALTER TABLE users ALTER email SET NOT NULL", "ALTER TABLE users DROP n", "ALTER TABLE users ADD o int", "ALTER TABLE users RENAME email TO mail",
    "ALTER TABLE users ALTER n SET DEFAULT 2", "ALTER TABLE users ALTER n DROP DEFAULT", "ALTER TABLE users ALTER n TYPE bigint",
    "ALTER TABLE users RENAME TO people", "DROP TABLE posts", "CREATE TABLE more (id int)", "ALTER TYPE mood ADD VALUE 'calm'",
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", "ALTER TYPE mood RENAME TO state", "ALTER DOMAIN tags RENAME TO labels",
    "ALTER TABLE posts VALIDATE CONSTRAINT author_fk",
    "ALTER TABLE users VALIDATE CONSTRAINT positive", "ALTER TABLE posts DROP CONSTRAINT author_fk", "DROP INDEX users_email",
    "ALTER INDEX users_email RENAME TO users_mail", "CREATE UNIQUE INDEX ON users (email)", "DROP INDEX users_email; CREATE INDEX users_email ON users (n)",
    "CREATE OR REPLACE VIEW happy AS SELECT id FROM users WHERE m = 'sad'", "DROP VIEW happy",
    "CREATE OR REPLACE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 3'", "DROP FUNCTION twice(int)",
    "DROP TRIGGER seen ON users", "ALTER TRIGGER seen ON users RENAME TO looked", "CREATE SEQUENCE s", "GRANT SELECT ON users TO PUBLIC", "CREATE POLICY p ON users", "ALTER SEQUENCE kept INCREMENT 3", "ALTER TYPE mood SET SCHEMA elsewhere",
    "SET allow_system_table_mods = on; UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_email'::regclass",
)

# What is compared is the same after these; they may be compared in full.
NO_CHANGES = (
    "ALTER TABLE users ADD o int; ALTER TABLE users DROP o", "INSERT INTO users (id, email) SELECT g, g FROM generate_series(1, 100) g; ANALYZE users",
    "CREATE TEMP TABLE t (a int DEFAULT 1 PRIMARY KEY)", "TRUNCATE users CASCADE", "REINDEX TABLE users",
    "VACUUM FREEZE", "VACUUM FULL pg_catalog.pg_attribute",
)


def started():
    cluster.start()
    env = cluster.fresh("history")
    cluster.sql("history", "CREATE SCHEMA elsewhere")
    run(inboard, "migrate", "deploy", "--migrations", cluster.folder("all", HISTORY), env=env)


def status(db):
    return run(inboard, "migrate", "status", "--migrations", cluster.path("all"), env={"DATABASE_URL": cluster.url(db)}, ok=False)


def test_a_run_leaves_one_and_a_status_is_spared_the_comparison():
    assert cluster.sql("history", "SELECT fingerprint IS NOT NULL FROM inboard.histories") == "t"
    cluster.fresh("spared", "history")
    cluster.sql("spared", "UPDATE inboard.histories SET objects = objects - 'view \"happy\"'")  # which a comparison would call a change
    assert status("spared").returncode == 0
    cluster.sql("spared", "CREATE TABLE another (a int)")
    assert status("spared").returncode == 32


def test_every_change_changes_it():
    unseen = []
    for text in CHANGES:
        cluster.fresh("changed", "history")
        run("psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url("changed"), stdin=text + ";\n")
        r = status("changed")
        if r.returncode != 32:
            unseen.append((text, r.returncode, r.stdout))
    assert not unseen, unseen


def test_what_is_no_change_is_none():
    for text in NO_CHANGES:
        cluster.fresh("same", "history")
        for statement in text.split("; "):
            cluster.sql("same", statement)
        r = status("same")
        assert r.returncode == 0, (text, r)


def test_temporary_tables_and_rows_do_not_cost_it():
    cluster.fresh("busy", "history")
    cluster.sql("busy", "UPDATE inboard.histories SET objects = objects - 'view \"happy\"'")
    with cluster.session("busy", "CREATE TEMP TABLE t (a int DEFAULT 1 PRIMARY KEY, b text[])", "INSERT INTO users (id, email) VALUES (1, 'a')", "ANALYZE users"):
        assert status("busy").returncode == 0  # a comparison would not say so


def test_a_table_of_an_older_program_has_none_and_is_compared():
    cluster.fresh("older", "history")
    cluster.sql("older", "ALTER TABLE inboard.histories DROP fingerprint")
    assert status("older").returncode == 0
    more = cluster.folder("more", {**HISTORY, "20260102000000_more": "CREATE TABLE more (id int);\n"})
    run(inboard, "migrate", "deploy", "--migrations", more, env={"DATABASE_URL": cluster.url("older")})
    cluster.sql("older", "DROP TABLE more")
    r = run(inboard, "migrate", "status", "--migrations", more, env={"DATABASE_URL": cluster.url("older")}, ok=False)
    assert r.returncode == 32, r


def removed_by_join_filters(plan):
    return plan.get("Rows Removed by Join Filter", 0) * plan["Actual Loops"] + sum(map(removed_by_join_filters, plan.get("Plans", [])))


def test_it_does_not_compare_each_with_each_before_the_catalogue_is_analysed():
    cluster.fresh("many")
    cluster.sql("many", "".join(f"CREATE TABLE t{n} (id int PRIMARY KEY, a int REFERENCES t{n}, b int REFERENCES t{n}, c int REFERENCES t{n});" for n in range(100)))
    query = (root / "src/engine/sql/fingerprint.sql").read_text().replace("PREPARE fingerprint_now AS", "EXPLAIN (ANALYZE, FORMAT JSON)")
    plan = json.loads(cluster.sql("many", query))[0]["Plan"]
    assert removed_by_join_filters(plan) < 10000, plan


tap.main(started, cluster.remove)
