#!/usr/bin/env python3
"""What inboard-embed refuses because it must fail does fail on a server, and what is like it and succeeds there is not refused."""
import pathlib, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, embed

cluster = Cluster()
FIRST = """CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TABLE a (id int PRIMARY KEY, v varchar(20), w varchar(20), x int);
CREATE VIEW av AS SELECT v FROM a;
CREATE UNIQUE INDEX a_lower ON a (lower(w));
CREATE INDEX a_plain ON a (w);
CREATE UNIQUE INDEX a_unique ON a (x);
CREATE MATERIALIZED VIEW m AS SELECT id AS k FROM a;
CREATE TABLE g (k int, b int, b2 int GENERATED ALWAYS AS (b * 2) STORED, c int, d int, e int) PARTITION BY LIST (k);
CREATE TRIGGER gt AFTER UPDATE OF c ON g FOR EACH ROW WHEN (new.d > 1) EXECUTE FUNCTION f();
"""

FAILS = [
    "CREATE TABLE a (z int)", "CREATE TABLE n (z int, z int)", "ALTER TABLE a ADD COLUMN v int", "ALTER TABLE a ALTER COLUMN nope SET NOT NULL",
    "ALTER TABLE a ALTER COLUMN v TYPE varchar(40)", "ALTER TABLE a DROP COLUMN v", "DROP TABLE a", "DROP INDEX a_pkey",
    "ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX a_lower", "ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX a_plain",
    "CREATE INDEX CONCURRENTLY ON g (e)", "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "CREATE UNIQUE INDEX ON m ((k + 1));\nREFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "CREATE UNIQUE INDEX ON m (k) WHERE k > 0;\nREFRESH MATERIALIZED VIEW CONCURRENTLY m", "REFRESH MATERIALIZED VIEW CONCURRENTLY m WITH NO DATA",
    "ALTER TABLE g ALTER COLUMN k TYPE bigint", "ALTER TABLE g DROP COLUMN k", "ALTER TABLE g DROP COLUMN k CASCADE",
    "ALTER TABLE g ALTER COLUMN b TYPE bigint", "ALTER TABLE g ALTER COLUMN c TYPE bigint", "ALTER TABLE g DROP COLUMN c",
    "ALTER TABLE g ALTER COLUMN d TYPE bigint", "ALTER TABLE other ADD COLUMN z int", "CREATE INDEX ON other (z)", "INSERT INTO other VALUES (1)",
    "DELETE FROM a USING other", "SELECT * FROM a JOIN other ON true", "CREATE VIEW n AS SELECT * FROM other",
    "CREATE TABLE n (z int REFERENCES other (id))", "CREATE TABLE n (LIKE other)", "CREATE TABLE n PARTITION OF other DEFAULT",
    "CREATE TABLE n () INHERITS (other)", "CREATE TRIGGER n AFTER INSERT ON other EXECUTE FUNCTION f()", "CREATE POLICY n ON other USING (true)",
    "TRUNCATE other", "DROP TABLE other", "CREATE SCHEMA s;\nALTER TABLE s.users ADD COLUMN z int",
]
SUCCEEDS = [
    "CREATE TABLE IF NOT EXISTS a (z int)", "ALTER TABLE a ADD COLUMN IF NOT EXISTS v int", "DROP VIEW av;\nALTER TABLE a ALTER COLUMN v TYPE varchar(40)",
    "ALTER TABLE a DROP COLUMN v CASCADE", "DROP TABLE a CASCADE;\nCREATE TABLE a (z int)", "ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX a_unique",
    "CREATE INDEX ON ONLY g (e)", "CREATE UNIQUE INDEX ON m (k);\nREFRESH MATERIALIZED VIEW CONCURRENTLY m", "REFRESH MATERIALIZED VIEW m",
    "ALTER TABLE g RENAME COLUMN k TO l;\nALTER TABLE g ALTER COLUMN e TYPE bigint", "ALTER TABLE g DROP COLUMN b CASCADE",
    "ALTER TABLE g DROP COLUMN b2;\nALTER TABLE g ALTER COLUMN b TYPE bigint", "ALTER TABLE g ALTER COLUMN b TYPE bigint, DROP COLUMN b2",
    "ALTER TABLE g ALTER COLUMN b2 DROP EXPRESSION;\nALTER TABLE g ALTER COLUMN b TYPE bigint", "CREATE TABLE n (LIKE g);\nALTER TABLE n ALTER COLUMN b TYPE bigint",
    "DROP TRIGGER gt ON g;\nALTER TABLE g ALTER COLUMN c TYPE bigint", "ALTER TABLE IF EXISTS other ADD COLUMN z int", "DROP TABLE IF EXISTS other",
    "WITH other AS (SELECT 1 AS z) DELETE FROM a USING other", "WITH RECURSIVE other AS (SELECT 1 AS z UNION SELECT z FROM other) INSERT INTO a (id) SELECT z FROM other",
    "CREATE TABLE n (z int UNIQUE REFERENCES n (z))", "ALTER TABLE a RENAME TO other;\nALTER TABLE other ADD COLUMN z int",
    "CREATE TEMP TABLE other AS SELECT 1 AS z;\nINSERT INTO a (id) SELECT z FROM other", "SELECT 1 AS z INTO other;\nDELETE FROM other",
    "CREATE SCHEMA s;\nSET search_path = s;\nCREATE TABLE other (z int);\nRESET search_path;\nDELETE FROM s.other", "SELECT count(*) FROM pg_class, information_schema.tables",
    "CREATE RECURSIVE VIEW n (z) AS SELECT 1 UNION SELECT z + 1 FROM n WHERE z < 5", "DO $$ BEGIN CREATE TABLE other (z int); END $$;\nDELETE FROM other",
]


def is_refused(n, statement):
    folder = cluster.folder(f"case_{n}", {"20260101000000_first": FIRST, "20260102000000_next": f"-- inboard: no-transaction\n{statement};\n"})
    said = subprocess.run([embed, "--migrations", folder, "--explain"], capture_output=True, text=True).stderr
    return " fails: " in said, said


def succeeds(statement):
    cluster.fresh("must_fail_case", "must_fail")
    return subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url("must_fail_case")], input=statement, capture_output=True, text=True).returncode == 0


def compare(statements, works):
    cluster.fresh("must_fail")
    cluster.sql("must_fail", FIRST)
    wrong = []
    for n, statement in enumerate(statements):
        refused, said = is_refused(n, statement)
        if succeeds(statement) is not works or refused is works:
            wrong.append(f"{statement}: refused {refused}\n{said}")
    assert not wrong, "\n".join(wrong)


def test_what_is_refused_fails():
    compare(FAILS, False)


def test_what_is_like_it_and_succeeds_is_not_refused():
    compare(SUCCEEDS, True)


tap.main(cluster.start, cluster.remove)
