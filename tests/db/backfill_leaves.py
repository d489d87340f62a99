#!/usr/bin/env python3
"""What inboard-embed says of a backfill, on a server: where no written row is said to meet the predicate any more, none does."""
import json, pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, embed, run

cluster = Cluster()

INIT = """
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TYPE two AS (x int, y int);
CREATE TABLE o (id int PRIMARY KEY, x text NOT NULL, y text);
CREATE TABLE t (id bigint PRIMARY KEY, a text, b text, c text NOT NULL, n int, m int NOT NULL, flag boolean, mood mood, num numeric(10,2),
    u uuid, o int REFERENCES o (id), at timestamptz, v varchar(8), d date,
    r int4range NOT NULL DEFAULT 'empty', ts timestamp NOT NULL DEFAULT 'infinity', two two, g text GENERATED ALWAYS AS (coalesce(a, '') || 'x') STORED);
CREATE TABLE many (o int NOT NULL, t int NOT NULL, s text NOT NULL, PRIMARY KEY (o, t));
"""
ROWS = """
INSERT INTO o SELECT i, chr(96 + i), CASE WHEN i % 2 = 0 THEN 'Y' END FROM generate_series(1, 6) i;
INSERT INTO many SELECT o, t, 's' || o FROM generate_series(1, 2) o, generate_series(1, 2) t;
INSERT INTO t (id, a, b, c, n, m, flag, mood, num, o, v)
SELECT row_number() OVER (), a, b, c, n, m, flag, mood, 1.25, m, a
FROM (VALUES (NULL), (''), ('x'), ('Y'), (' Pad ')) a (a), (VALUES (NULL), ('x'), ('b')) b (b), (VALUES ('x'), ('C ')) c (c),
    (VALUES (NULL), (0), (1), (5)) n (n), (VALUES (1), (2)) m (m), (VALUES (NULL), (true), (false)) f (flag), (VALUES (NULL::mood), ('ok'), ('sad')) k (mood);
"""
STATEMENTS = """
UPDATE t SET a = c WHERE a IS NULL
UPDATE t SET a = coalesce(b, 'x') WHERE a IS NULL AND id > 5
UPDATE t SET a = b WHERE a IS NULL AND b IS NOT NULL
UPDATE t SET a = b WHERE b <> 'x' AND t.a IS NULL
UPDATE t SET a = lower(c) || '-' || upper(c) WHERE a IS NULL
UPDATE t SET a = CASE WHEN n > 1 THEN c ELSE '' END WHERE a IS NULL
UPDATE t SET n = (SELECT count(*) FROM o WHERE o.x = t.c) WHERE n IS NULL
UPDATE t SET u = gen_random_uuid() WHERE u IS NULL
UPDATE t SET at = now() WHERE at IS NULL
UPDATE t SET a = NULL WHERE a IS NOT NULL
UPDATE t SET a = NULL WHERE a = 'x'
UPDATE t SET a = greatest(b, c) WHERE a IS NULL
UPDATE t SET flag = true WHERE flag IS NOT TRUE
UPDATE t SET flag = false WHERE flag
UPDATE t SET flag = true WHERE NOT flag
UPDATE t SET flag = false WHERE flag IS NOT FALSE
UPDATE t SET flag = true WHERE flag IS UNKNOWN
UPDATE t SET flag = NULL WHERE flag IS NOT UNKNOWN
UPDATE t SET flag = b IS DISTINCT FROM c WHERE flag IS NULL
UPDATE t SET a = 'x' WHERE a <> 'x'
UPDATE t SET a = 'x' WHERE a IS DISTINCT FROM 'x'
UPDATE t SET a = 'x' WHERE a IN ('', 'Y')
UPDATE t SET a = 'x' WHERE a NOT IN ('x', 'Y')
UPDATE t SET mood = 'ok' WHERE mood = 'sad'
UPDATE t SET mood = 'ok' WHERE mood IS DISTINCT FROM 'ok'
UPDATE t SET n = 2 WHERE n < 2
UPDATE t SET n = -1 WHERE n >= 0
UPDATE t SET n = m WHERE n IS DISTINCT FROM m
UPDATE t AS q SET a = q.b || q.c WHERE q.a IS DISTINCT FROM (b || c)
UPDATE t SET a = lower(trim(a)) WHERE a <> lower(trim(a))
UPDATE t SET a = o.x FROM o WHERE o.id = t.o AND t.a IS NULL
UPDATE t SET a = o.y FROM o WHERE o.id = t.o AND t.a IS DISTINCT FROM o.y
UPDATE t SET (a, b) = (c, c) WHERE b IS NULL
UPDATE t SET a = c, n = NULL WHERE (a IS NULL OR n = 5) AND (b = '' OR a IS NULL)
UPDATE t SET b = p.c FROM t AS p WHERE p.id = t.m AND t.b IS NULL
DELETE FROM t WHERE a = 'x' -- gone
DELETE FROM t USING o WHERE o.id = t.o AND o.y IS NULL
UPDATE t SET num = m * 1.005 WHERE num IS DISTINCT FROM m * 1.005
UPDATE t SET a = a || 'x' WHERE a <> a || 'x'
UPDATE t SET a = b WHERE a IS NULL
UPDATE t SET n = lower(r) WHERE n IS NULL
UPDATE t SET a = to_char(ts, 'YYYY') WHERE a IS NULL
UPDATE t SET two = '(,)' WHERE two IS NULL
UPDATE t SET a = md5(t::text) WHERE a IS DISTINCT FROM md5(t::text)
UPDATE t SET a = g WHERE a IS DISTINCT FROM g
UPDATE t SET a = s FROM many WHERE many.t = t.m AND a IS DISTINCT FROM s
UPDATE t SET a = o.x FROM many, o WHERE many.t = t.m AND o.id = many.o AND a IS DISTINCT FROM o.x
""".strip().split("\n")
STAYING = 10 # the last


def explained():
    history = {"00_init": INIT, **{f"{i + 1:02}_fill": f"-- inboard: backfill {'once' if i >= len(STATEMENTS) - STAYING else ''}\n{s};\n" for i, s in enumerate(STATEMENTS)}}
    f = cluster.folder("history", history)
    return [m["backfill"] for m in json.loads(run(embed, "--migrations", f, "--explain", "--json").stdout)[1:]]


def count(statement, where):
    """How many rows the predicate finds before and after the statement."""
    alias = "t AS q" if " AS q" in statement else "t"
    others = re.search("(?<!DISTINCT) (?:FROM|USING) (?!t WHERE)(.+?) WHERE", statement.split("(SELECT")[0].replace("DELETE FROM", ""))
    find = f"SELECT count(*) FROM {alias}{f', {others[1]}' if others else ''} WHERE {where}"
    out = cluster.sql("leaves", f"BEGIN; {find}\n; {statement}\n; {find}\n; ROLLBACK").split("\n")
    return int(out[0]), int(out[-1])


def test_a_row_that_is_said_to_leave_does():
    cluster.fresh("leaves")
    cluster.sql("leaves", INIT + ROWS)
    found = explained()
    assert len(found) == len(STATEMENTS)
    for i, (statement, b) in enumerate(zip(STATEMENTS, found)):
        before, after = count(statement, b["where"])
        assert before > 0, f"nothing to see: {statement}"
        assert b["leaves"] == (i < len(STATEMENTS) - STAYING) and b["key"] == ["id"], (statement, b)
        assert (after == 0) == b["leaves"], (statement, before, after)


tap.main(cluster.start, cluster.remove)
