#!/usr/bin/env python3
"""What the server refuses at COMMIT, deferred constraints and triggers, is told with the line that caused it, where one can be told."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run

cluster = Cluster()
BASE = "20260101000000_base"
CHANGE = "20260102000000_change"
HEAD = """CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int UNIQUE DEFERRABLE INITIALLY DEFERRED, parent_id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE other (i int);
INSERT INTO parent VALUES (1), (2);
INSERT INTO child VALUES (1, 1);
CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'too late'; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON other DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.i = 99) EXECUTE FUNCTION late();
"""
BLOCK = "CREATE INDEX CONCURRENTLY i ON other (i);\n"
# What a file says, the line that is named (0: none), and what the detail says of several.
CASES = (
    ("-- x\nINSERT INTO other VALUES (1);\nINSERT INTO child VALUES (2, 7);\n", 3, ""),
    ("INSERT INTO child VALUES (2, 2);\nINSERT INTO other VALUES (1);\nINSERT INTO child VALUES (3, 7);\n", 0, "lines 1, 3"),
    ("INSERT INTO other VALUES (1);\nUPDATE child SET id = 1;\nINSERT INTO child VALUES (1, 1);\n", 0, "lines 2, 3"),
    ("INSERT INTO other VALUES (1);\nINSERT INTO child VALUES (1, 1);\n", 2, ""),
    ("INSERT INTO other VALUES (1);\nDELETE FROM parent WHERE id = 1;\n", 2, ""),
    ("CREATE TABLE made (i int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO other VALUES (1);\nINSERT INTO made VALUES (7);\n", 3, ""),
    ("INSERT INTO other VALUES (1);\nDO $$ BEGIN INSERT INTO child VALUES (2, 7); END $$;\n", 2, ""),
    ("INSERT INTO child VALUES (2, 2);\nDO $$ BEGIN INSERT INTO child VALUES (3, 7); END $$;\n", 0, "lines 1, 2"),
    ("INSERT INTO child VALUES (2, 2);\nINSERT INTO other VALUES (99);\n", 0, ""),
    ("BEGIN;\nINSERT INTO other VALUES (1);\nINSERT INTO child VALUES (2, 7);\nCOMMIT;\n", 3, ""),
    (BLOCK + "BEGIN;\nINSERT INTO other VALUES (1);\nINSERT INTO child VALUES (2, 7);\nCOMMIT;\n", 4, ""),
    (BLOCK + "BEGIN;\nINSERT INTO child VALUES (2, 2);\nINSERT INTO child VALUES (3, 7);\nCOMMIT;\n", 0, "lines 3, 4"),
    (BLOCK + "INSERT INTO other VALUES (1);\nINSERT INTO child VALUES (2, 7);\n", 3, ""),
    (BLOCK + "INSERT INTO other VALUES (99);\n", 2, ""),
)


def test_the_line_is_named():
    env = cluster.fresh("lines")
    run(inboard, "migrate", "deploy", "--migrations", cluster.folder("lines_first", {BASE: HEAD}), env=env)
    for text, line, several in CASES:
        copy = cluster.fresh("lines_copy", "lines")
        folder = cluster.folder("lines_folder", {BASE: HEAD, CHANGE: text})
        r = run(inboard, "migrate", "deploy", "--migrations", folder, "--json", env=copy, ok=False)
        e = json.loads(r.stdout)["error"]
        assert r.returncode == 1 and e["migration"] == CHANGE and (e["line"] or 0) == line, (text, e)
        assert " at COMMIT" in e["message"] and (f"because of line {line}" in e["message"]) == (line > 0), (text, e)
        assert (several in e["detail"]) if several else ("lines" not in (e["detail"] or "")), (text, e)
        assert "interrupted" not in r.stdout + r.stderr, r.stderr
        if line:
            assert text.split("\n")[line - 1].rstrip(";") in e["detail"], (text, e)
        assert cluster.sql("lines_copy", "SELECT statement FROM inboard.attempts") == ("0" if not line else str(e["statement"])), e


def test_a_mistake_is_not_called_interrupted():
    """Nothing is interrupted where a unique index meets duplicates."""
    env = cluster.fresh("duplicates")
    folder = cluster.folder("duplicates_folder", {BASE: HEAD + "INSERT INTO other VALUES (5), (5);\n", CHANGE: "CREATE UNIQUE INDEX CONCURRENTLY u ON other (i);\n"})
    r = run(inboard, "migrate", "deploy", "--migrations", folder, env=env, ok=False)
    assert r.returncode == 1 and "interrupted" not in r.stdout + r.stderr and "what an unfinished statement left" in r.stderr, r.stderr


tap.main(cluster.start, cluster.remove)
