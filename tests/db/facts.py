#!/usr/bin/env python3
"""Holds the table of facts against a server: every case of tests/golden/sql/facts-cases.sql is run in a transaction on the
tables of facts-base.sql, and what the server locked, rewrote and read is compared with what `inboard-embed --explain` says. On the
server whose parser inboard has, facts-wide.sql too."""
import json, os, pathlib, re, sys, tempfile

sys.path.insert(0, str(pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2])) / "tests/support"))
import inb, tap

golden = inb.root / "tests/golden/sql"
base = (golden / "facts-base.sql").read_text()
PARSER = 15


def cases_of(name):
    """(class, statement, setup): the setup is a migration between the base and the statement's own, or empty."""
    for line in (golden / name).read_text().splitlines():
        if line.strip() and not line.startswith("--"):
            cls, text = (p.strip() for p in line.split("|", 1))
            before, _, statement = text.rpartition(" => ")
            yield cls, statement, before


cases = list(cases_of("facts-cases.sql"))

ORDER = ["AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
         "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"]
# Rows are read and written by these; only what changes the schema is held to "scans".
ROWS = ("TABLE", "COPY", "CREATE TEMP TABLE n AS", "DROP", "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "EXPLAIN", "TRUNCATE", "ANALYZE", "CREATE TABLE n AS", "DO",
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


def explain(case):
    """What the embedder says of a statement, alone after the base and its setup."""
    _, statement, before = case
    with tempfile.TemporaryDirectory() as work:
        for name, text in (("1_base", base), ("2_before", before), ("3_case", statement + ";\n")):
            folder = pathlib.Path(work, name)
            folder.mkdir()
            (folder / "migration.sql").write_text(text)
        r = inb.run(inb.embed, "--explain", "--json", "--migrations", work, ok=False)
        assert r.stdout, f"{statement}: {r.stderr}"
        found = json.loads(r.stdout)[2]["statements"]
        assert len(found) == 1, statement
        return found[0]


RELATIONS = """SELECT c.oid, c.relkind, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
    pg_relation_filenode(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'other', 'third') AND c.relkind IN ('r', 'p', 'v', 'm', 'i', 'I', 'S', 'f')"""


def script(tried):
    parts = []
    for _, statement, _ in tried:
        parts.append(f"""\\echo @case
BEGIN;
SELECT 'before', oid, pg_stat_get_xact_numscans(oid) FROM pg_class WHERE relkind IN ('r', 'm', 'p');
{statement};
\\echo @state :SQLSTATE
SELECT 'lock', l.relation, l.mode FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation';
SELECT 'file', oid, pg_relation_filenode(oid) FROM pg_class WHERE relkind IN ('r', 'm', 'p', 'i');
SELECT 'scan', oid, pg_stat_get_xact_numscans(oid) FROM pg_class WHERE relkind IN ('r', 'm', 'p');
ROLLBACK;
""")
    return "".join(parts)


def note(seen, known, what, oid, value):
    """One line of what the server tells, of relations that were there before."""
    _, name, file = known[oid]
    if what == "lock":
        old = seen["locks"].get(name)
        if old is None or ORDER.index(value) > ORDER.index(old):
            seen["locks"][name] = value
    elif what == "file" and value != file:
        seen["rewritten"].add(name)
    elif what == "before":
        seen["before"][name] = value
    elif what == "scan" and value != seen["before"].get(name):
        seen["scanned"].add(name)


def observe(db, tried):
    """For each case: SQLSTATE, locks, relations with another file, relations read, by name; and the kinds of relations there are."""
    known = {}
    for line in cluster.sql(db, RELATIONS).splitlines():
        oid, kind, name, file = line.split("|")
        known[oid] = (kind, name, file)
    kinds = {name: kind for kind, name, _ in known.values()}
    out = inb.run("psql", "-qXAt", cluster.url(db), stdin=script(tried), timeout=600).stdout
    seen = []
    for line in out.splitlines():
        f = line.split("|")
        if line.startswith("@case"):
            seen.append({"state": None, "locks": {}, "before": {}, "rewritten": set(), "scanned": set(), "kinds": kinds})
        elif line.startswith("@state"):
            seen[-1]["state"] = line.split()[1]
        elif len(f) == 3 and f[1] in known:
            note(seen[-1], known, *f)
    assert len(seen) == len(tried), out[-2000:]
    return seen


def observe_all():
    cluster.fresh("facts")
    inb.run("psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url("facts"), "-f", golden / "facts-base.sql")
    seen = iter(observe("facts", [c for c in cases if not c[2]]))
    for case in cases:
        if not case[2]:
            yield next(seen)
            continue
        cluster.fresh("setup", template="facts")
        cluster.sql("setup", case[2])
        yield from observe("setup", [case])


facts = {}


def setup():
    cluster.start()
    if cluster.version == PARSER:
        cases.extend(cases_of("facts-wide.sql"))
    facts["seen"] = list(observe_all())
    facts["said"] = [explain(case) for case in cases]


def complain(check):
    wrong = []
    for case, said, seen in zip(cases, facts["said"], facts["seen"]):
        message = check(case, said, seen)
        if message:
            wrong.append(f"{case[2]} => {case[1]}: {message}" if case[2] else f"{case[1]}: {message}")
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
        actual = {n: m for n, m in seen["locks"].items() if seen["kinds"][n] in "rpmvf" or n in expected}
        return None if actual == expected else f"said {expected}, took {actual}"
    complain(check)


def test_rewrites():
    def check(case, said, seen):
        if not tried(seen) or case[1].startswith("REINDEX"):
            return None
        rewritten = {n for n in seen["rewritten"] if seen["kinds"][n] in "rmp"}
        return None if bool(rewritten) == said["rewrites"] else f"said {said['rewrites']}, rewrote {rewritten}"
    complain(check)


def test_scans():
    def check(case, said, seen):
        if not tried(seen) or (case[1].startswith(ROWS) and not said["scans"]) or said["rewrites"]:
            return None
        return None if bool(seen["scanned"]) == said["scans"] else f"said {said['scans']}, read {seen['scanned']}"
    complain(check)


def test_classes():
    complain(lambda case, said, seen: None if said["class"] == case[0] else f"said {said['class']} ({said['reason']})")


def test_every_statement_has_a_reason_and_a_kind():
    complain(lambda case, said, seen: None if said["reason"] and said["kind"] else "has none")


tap.main(setup, cluster.remove)
