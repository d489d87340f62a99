#!/usr/bin/env python3
"""Holds the table of facts against a server: every case of tests/golden/sql/facts-cases.sql is run in a transaction on the
tables of facts-base.sql, and what the server locked, rewrote and read is compared with what `inboard-embed --explain` says."""
import json, os, pathlib, re, sys, tempfile

sys.path.insert(0, str(pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2])) / "tests/support"))
import inb, tap

golden = inb.root / "tests/golden/sql"
base = (golden / "facts-base.sql").read_text()
cases = [tuple(p.strip() for p in line.split("|", 1)) for line in (golden / "facts-cases.sql").read_text().splitlines()
         if line.strip() and not line.startswith("--")]

ORDER = ["AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
         "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"]
# Rows are read and written by these; only what changes the schema is held to "scans".
ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "EXPLAIN", "TRUNCATE", "ANALYZE", "CREATE TABLE n AS", "DO",
        "CREATE MATERIALIZED", "REFRESH", "LOCK", "CLUSTER", "DROP TABLE", "REINDEX")

# Syntax that came after 13, and with which version; an older server does not know it.
SINCE = {"ALTER TABLE t ALTER COLUMN c SET COMPRESSION pglz": 14, "ALTER TABLE parted DETACH PARTITION parted_1 CONCURRENTLY": 14,
         "MERGE INTO nopk USING parent ON x = id WHEN MATCHED THEN UPDATE SET y = 2": 15}
# What servers do differently, because no build knows which one it will meet: how the statement begins, the relation, the versions of
# which it is not true, and the lock that these take; None for none.
OTHERWISE = [("ALTER TABLE parted DETACH PARTITION parted_1", "parted_1", range(13, 14), "ShareUpdateExclusiveLock"),
             *((words, relation, range(18, 100), "AccessShareLock") for words in ("GRANT SELECT", "GRANT USAGE", "REVOKE SELECT")
               for relation in ("t", "v", "sq"))]

cluster = inb.Cluster("wal_level=logical", "log_min_messages=fatal")


def explain(statements):
    """What the embedder says of each statement, each alone after the base."""
    out = []
    for _, s in statements:
        with tempfile.TemporaryDirectory() as work:
            for name, text in (("1_base", base), ("2_case", s + ";\n")):
                folder = pathlib.Path(work, name)
                folder.mkdir()
                (folder / "migration.sql").write_text(text)
            r = inb.run(inb.embed, "--explain", "--json", "--migrations", work, ok=False)
            assert r.stdout, f"{s}: {r.stderr}"
            m = json.loads(r.stdout)[1]
            assert len(m["statements"]) == 1, s
            out.append(m["statements"][0])
    return out


RELATIONS = """SELECT c.oid, c.relkind, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
    pg_relation_filenode(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'other') AND c.relkind IN ('r', 'p', 'v', 'm', 'i', 'I', 'S', 'f')"""


def script():
    parts = []
    for i, (_, s) in enumerate(cases):
        parts.append(f"""\\echo @case {i}
BEGIN;
SELECT 'before', oid, pg_stat_get_xact_numscans(oid) FROM pg_class WHERE relkind IN ('r', 'm', 'p');
{s};
\\echo @state :SQLSTATE
SELECT 'lock', l.relation, l.mode FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation';
SELECT 'file', oid, pg_relation_filenode(oid) FROM pg_class WHERE relkind IN ('r', 'm', 'p', 'i');
SELECT 'scan', oid, pg_stat_get_xact_numscans(oid) FROM pg_class WHERE relkind IN ('r', 'm', 'p');
ROLLBACK;
""")
    return "".join(parts)


def observe():
    """For each case: SQLSTATE, locks, relations with another file, relations read, by name."""
    cluster.fresh("facts")
    inb.run("psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url("facts"), "-f", golden / "facts-base.sql")
    known = {}
    for line in cluster.sql("facts", RELATIONS).splitlines():
        oid, kind, name, file = line.split("|")
        known[oid] = (kind, name, file)
    out = inb.run("psql", "-qXAt", cluster.url("facts"), stdin=script(), timeout=300).stdout
    seen = []
    for line in out.splitlines():
        if line.startswith("@case"):
            seen.append({"state": None, "locks": {}, "before": {}, "rewritten": set(), "scanned": set()})
        elif line.startswith("@state"):
            seen[-1]["state"] = line.split()[1]
        else:
            f = line.split("|")
            if len(f) != 3 or f[1] not in known:
                continue
            kind, name, file = known[f[1]]
            if f[0] == "lock":
                old = seen[-1]["locks"].get(name)
                if old is None or ORDER.index(f[2]) > ORDER.index(old):
                    seen[-1]["locks"][name] = f[2]
            elif f[0] == "file" and f[2] != file:
                seen[-1]["rewritten"].add(name)
            elif f[0] == "before":
                seen[-1]["before"][name] = f[2]
            elif f[0] == "scan" and f[2] != seen[-1]["before"].get(name):
                seen[-1]["scanned"].add(name)
    return seen, {name: kind for kind, name, _ in known.values()}


facts = {}


def setup():
    cluster.start()
    facts["seen"], facts["kinds"] = observe()
    facts["said"] = explain(cases)


def complain(check):
    wrong = []
    for case, said, seen in zip(cases, facts["said"], facts["seen"]):
        message = check(case, said, seen)
        if message:
            wrong.append(f"{case[1]}: {message}")
    assert not wrong, f"{len(wrong)} of {len(cases)}:\n" + "\n".join(wrong)


def tried(seen):
    return seen["state"] == "00000"


def test_every_case_runs_or_is_refused_in_a_transaction():
    def check(case, said, seen):
        expected = ("00000", "25001") if cluster.version >= SINCE.get(case[1], 0) else ("42601",)
        return None if seen["state"] in expected else f"SQLSTATE {seen['state']}"
    complain(check)


def test_what_cannot_run_in_a_transaction_is_known():
    complain(lambda case, said, seen: None if seen["state"] == "42601" or said["transaction"] == (seen["state"] != "25001")
             else f"said {said['transaction']}")


def test_locks():
    def check(case, said, seen):
        if not tried(seen):
            return None
        expected = {l["relation"]: l["mode"] for l in said["locks"]}
        for begins, relation, versions, mode in OTHERWISE:
            named = re.search(rf"\b{relation}\b", case[1])
            if case[1].startswith(begins) and named and cluster.version in versions:
                expected[relation] = mode
        kinds = facts["kinds"]
        actual = {n: m for n, m in seen["locks"].items() if kinds[n] in "rpmvf" or n in expected}
        return None if actual == expected else f"said {expected}, took {actual}"
    complain(check)


def test_rewrites():
    def check(case, said, seen):
        if not tried(seen) or case[1].startswith("REINDEX"):
            return None
        rewritten = {n for n in seen["rewritten"] if facts["kinds"][n] in "rmp"}
        return None if bool(rewritten) == said["rewrites"] else f"said {said['rewrites']}, rewrote {rewritten}"
    complain(check)


def test_scans():
    def check(case, said, seen):
        if not tried(seen) or case[1].startswith(ROWS) or said["rewrites"]:
            return None
        return None if bool(seen["scanned"]) == said["scans"] else f"said {said['scans']}, read {seen['scanned']}"
    complain(check)


def test_classes():
    complain(lambda case, said, seen: None if said["class"] == case[0] else f"said {said['class']} ({said['reason']})")


def test_every_statement_has_a_reason_and_a_kind():
    complain(lambda case, said, seen: None if said["reason"] and said["kind"] else "has none")


tap.main(setup, cluster.remove)
