#!/usr/bin/env python3
"""inboard migrate deploy, status and resolve: every condition that has a code of Prisma's is told apart, in text and in JSON."""
import json, os, pathlib, re, signal, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, build, inboard, root, run, spawn, undocumented

cluster = Cluster()
A, B = "20260101000000_a", "20260102000000_b"
PLAIN = {A: "CREATE TABLE a (id int);\n", B: "CREATE TABLE b (id int);\n"}


def migrate(command, folder, env, *more):
    return run(inboard, "migrate", command, "--migrations", folder, *more, env=env, ok=False)


def code(result):
    """The error's Prisma code, as JSON has it; the exit status."""
    return json.loads(result.stdout)["error"]["prisma_code"], result.returncode


def test_deploy_and_status_agree():
    env, folder = cluster.fresh("d1"), cluster.folder("plain", PLAIN)
    before = migrate("status", folder, env)
    assert before.returncode == 1 and "pending" in before.stdout, before
    done = migrate("deploy", folder, env)
    assert done.returncode == 0 and "2 applied in " in done.stdout, done
    for name in (A, B):
        assert (done.stdout + done.stderr).count(name) == 1 and f'applied migration "{name}" in ' in done.stderr, done
    again = migrate("deploy", folder, env)
    assert again.stdout.endswith("nothing is pending\n") and again.stderr == "", again
    after = migrate("status", folder, env, "--json")
    undocumented("`inboard migrate status`", json.loads(after.stdout))
    assert after.returncode == 0 and [m["state"] for m in json.loads(after.stdout)["migrations"]] == ["applied"] * 2, after


def test_a_folder_without_the_history_of_the_database_is_not_up_to_date():
    """Moved, or looked for in the wrong place: neither status nor deploy takes it for the right one."""
    env, folder = cluster.fresh("strange"), cluster.folder("plain", PLAIN)
    assert migrate("deploy", folder, env).returncode == 0
    empty, other = cluster.folder("empty", {}), cluster.folder("other", {"20260103000000_other": "CREATE TABLE other (id int);\n"})
    for wrong, words, status in ((empty, "has no migration, the database has 2", 8), (other, "has none of the 2 applied migrations of the database", 9)):
        r = migrate("status", wrong, env)
        assert r.returncode == status and words in r.stdout and "--migrations" in r.stdout and "up to date" not in r.stdout, r
        assert "unknown" in json.loads(migrate("status", wrong, env, "--json").stdout)["findings"]
        r = migrate("deploy", wrong, env)
        assert r.returncode == 4 and "2 applied migrations, none of which is known here" in r.stderr, r
    assert cluster.sql("strange", "SELECT to_regclass('other') IS NULL") == "t"
    assert migrate("deploy", other, env, "--allow-unknown").returncode == 0
    assert migrate("status", folder, env).returncode == 0, "a history with more than the folder has is another matter"


def test_an_older_folder_is_told_what_is_recorded_of_what_it_lacks():
    env = cluster.fresh("older")
    drops = {"20260103000000_view": "-- inboard: accept contracting x\n-- inboard: compatible a view keeps it\nALTER TABLE b RENAME TO c;\n",
             "20260104000000_drop": "-- inboard: accept contracting nobody reads it\nDROP TABLE c;\n"}
    old, newer = cluster.folder("older", PLAIN), cluster.folder("newer", {**PLAIN, **drops})
    for folder in (old, newer):
        run(inboard, "sum", "--adopt", "--migrations", folder)
    assert migrate("deploy", old, env).returncode == 0
    shown = migrate("status", newer, env).stdout
    assert "20260103000000_view  (contracting, compatible)\n" in shown and "20260104000000_drop  (contracting, breaking)\n" in shown, shown
    assert migrate("deploy", newer, env).returncode == 0
    r = migrate("deploy", old, env)
    assert r.returncode == 4 and r.stderr.count("20260103000000_view") == 0, r
    assert '"20260104000000_drop" was applied by a newer program and is not recorded as compatible: contracting, breaking: ' in r.stderr, r
    assert "--allow-unknown" in r.stderr, r
    r = migrate("status", old, env, "--json")
    found = {m["name"]: (m["state"], m["class"], m["compatible"], m["reason"]) for m in json.loads(r.stdout)["migrations"]}
    assert r.returncode == 8 and found["20260103000000_view"] == ("unknown", "contracting", True, "a view keeps it"), found
    assert found["20260104000000_drop"][:3] == ("unknown-unsafe", "contracting", False), found
    assert "20260104000000_drop  (contracting, breaking)" in migrate("status", old, env).stdout
    assert migrate("deploy", old, env, "--allow-unknown").returncode == 0


def test_deploy_applies_what_inboard_sum_lists():
    env, folder = cluster.fresh("released"), cluster.folder("released", PLAIN)
    run(inboard, "sum", "--migrations", folder)
    new = folder / "20260103000000_c"
    new.mkdir()
    (new / "migration.sql").write_text("CREATE TABLE c (id int);\n")
    r = migrate("deploy", folder, env)
    assert r.returncode == 1 and f"{new}/migration.sql: error: the migration is not listed in inboard.sum" in r.stderr and "--unreleased" in r.stderr, r
    said = json.loads(migrate("deploy", folder, env, "--json").stdout)
    assert [d["file"] for d in said["diagnostics"]] == [f"{new}/migration.sql"] and "not released" in said["error"]["message"], said
    assert cluster.sql("released", "SELECT to_regclass('_prisma_migrations') IS NULL") == "t"
    assert migrate("status", folder, env).returncode == 1
    assert migrate("deploy", folder, env, "--unreleased").returncode == 0
    run(inboard, "sum", "--migrations", folder)
    assert migrate("deploy", folder, env).returncode == 0


def deployed(folder, env, *more):
    """The names that were applied, and how many migrations were parsed."""
    r = migrate("deploy", folder, env, "--json", *more)
    said = json.loads(r.stdout)
    assert r.returncode == 0, r
    undocumented("`inboard migrate deploy`", said)
    return [m["name"] for m in said["applied"]], said["analysed"]


def classes(folder, env):
    return {m["name"]: m["class"] for m in json.loads(migrate("status", folder, env, "--json").stdout)["migrations"]}


def test_only_what_is_pending_is_parsed():
    """Of what is applied the names and checksums say all; `inboard.sum` has the class of each too."""
    index = {"20260103000000_c": "CREATE INDEX i ON a (id);\n"}
    for name, listed in (("plain", False), ("listed", True)):
        env, folder = cluster.fresh(f"parsed_{name}"), cluster.folder(f"parsed-{name}", PLAIN)
        if listed:
            run(inboard, "sum", "--migrations", folder)
        assert classes(folder, env) == {A: "additive", B: "additive"}
        assert deployed(folder, env) == ([A, B], 2)
        assert deployed(folder, env) == ([], 0)
        cluster.folder(f"parsed-{name}", {m: "-- inboard: accept blocking it is small\n" + text for m, text in index.items()})
        if listed:
            run(inboard, "sum", "--migrations", folder)
        assert classes(folder, env) == {A: "additive", B: "additive", **dict.fromkeys(index, "blocking")}
        assert deployed(folder, env) == (list(index), 1)
        cluster.sql(f"parsed_{name}", "DELETE FROM inboard.migrations; INSERT INTO _prisma_migrations SELECT gen_random_uuid()::text, checksum, finished_at, migration_name "
                    "|| '_rolled_back', logs, now(), started_at, applied_steps_count FROM _prisma_migrations")
        assert deployed(folder, env) == ([], 0)
        known = classes(folder, env)
        assert known == ({A: "additive", B: "additive", **dict.fromkeys(index, "blocking")} if listed else dict.fromkeys([A, B, *index])), known


def test_what_is_not_listed_is_checked_against_all_that_the_others_make():
    env, folder = cluster.fresh("unlisted"), cluster.folder("unlisted", PLAIN)
    run(inboard, "sum", "--migrations", folder)
    assert deployed(folder, env) == ([A, B], 2)
    cluster.folder("unlisted", {"20260103000000_c": "CREATE TABLE c (id int);\n"})
    assert deployed(folder, env, "--unreleased") == (["20260103000000_c"], 3)
    cluster.folder("unlisted", {"20260104000000_d": "CREATE TABLE a (id int);\n"})
    r = migrate("deploy", folder, env, "--unreleased")
    assert r.returncode == 1 and "20260104000000_d/migration.sql:1:1" in r.stderr and "fails" in r.stderr, r


def test_what_is_pending_is_refused_before_anything_is_applied_wherever_it_is():
    """The first of two pending ones is fine; nothing of it is there afterwards. What no text can have is refused in an applied file too."""
    env, folder = cluster.fresh("late"), cluster.folder("late", PLAIN)
    assert deployed(folder, env) == ([A, B], 2)
    cluster.folder("late", {"20260103000000_c": "CREATE TABLE c (id int);\n", "20260104000000_d": "CREATE TABLE d (id int);\nROLLBACK;\n"})
    r = migrate("deploy", folder, env, "--json")
    said = json.loads(r.stdout)
    assert r.returncode == 1 and said["error"]["migration"] == "20260104000000_d" and said["error"]["line"] == 2 and said["analysed"] == 2, r
    assert cluster.sql("late", "SELECT to_regclass('c') IS NULL, count(*) FROM _prisma_migrations") == "t|2"
    cluster.folder("late", {A: b"SELECT 1;\0"})
    r = migrate("deploy", folder, env)
    assert r.returncode == 1 and "a NUL byte" in r.stderr, r


def test_the_folder_is_found_where_it_usually_is():
    env, folder = cluster.fresh("places"), cluster.folder("plain", PLAIN)
    with tempfile.TemporaryDirectory(prefix="inb-places.") as top:
        def said(**more):
            return run(inboard, "migrate", "status", "--json", env={**env, "INBOARD_MIGRATIONS": "", **more}, cwd=top, ok=False)

        def names(**more):
            return [m["name"] for m in json.loads(said(**more).stdout)["migrations"]]

        r = said()
        assert r.returncode == 64 and "prisma/migrations" in r.stdout and "--migrations" in r.stdout, r
        assert names(INBOARD_MIGRATIONS=str(folder)) == [A, B]
        for place, name in (("migrations", "1_beside"), ("prisma/migrations", "1_in_prisma")):
            migration = pathlib.Path(top, place, name)
            migration.mkdir(parents=True)
            (migration / "migration.sql").write_text("SELECT 1;\n")
            assert names() == [name]
        assert names(INBOARD_MIGRATIONS="migrations") == ["1_beside"]
        r = run(inboard, "sum", "--check", cwd=top, env={"INBOARD_MIGRATIONS": ""}, ok=False)
        assert "prisma/migrations/inboard.sum" in r.stdout, r


def test_a_failure_says_each_thing_once():
    env = cluster.fresh("once")
    r = migrate("deploy", cluster.folder("once", {A: "CREATE TABLE a (id int);\nINSERT INTO a VALUES ('x');\n"}), env)
    assert r.returncode == 1 and r.stderr == (
        f'inboard: P3018: migration "{A}" failed at line 2: invalid input syntax for type integer: "x" [22P02]\n'
        "  at: column 23, statement 2\n  detail: INSERT INTO a VALUES ('x');\n"
        "  hint: The migration was rolled back; correct its file, or the data, and run again.\n"), r.stderr
    deferred = "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (id int REFERENCES a DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO b VALUES (1);\n"
    r = migrate("deploy", cluster.folder("deferred", {A: deferred}), env)
    assert r.returncode == 1 and r.stderr.count("b_id_fkey") == r.stderr.count("is not present in table") == r.stderr.count("[23503]") == 1, r.stderr
    double = {A: "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1), (1);\n", B: "CREATE UNIQUE INDEX CONCURRENTLY i ON a (id);\n"}
    r = migrate("deploy", cluster.folder("double", double), env)
    assert r.returncode == 1 and r.stderr.count("could not create unique index") == r.stderr.count("is duplicated") == 1, r.stderr
    assert "\n          Key (id)=(1) is duplicated.\n" in r.stderr, r.stderr
    escape = migrate("deploy", cluster.folder("escape", {A: "SELECT 1 AS \x1b[31m;\n"}), cluster.fresh("escape"))
    assert escape.returncode == 1 and "\x1b" not in escape.stderr + escape.stdout, escape


def test_P3005_and_the_baseline():
    env, folder = cluster.fresh("d2"), cluster.folder("plain", PLAIN)
    cluster.sql("d2", "CREATE TABLE a (id int)")
    refused = migrate("deploy", folder, env, "--json")
    assert code(refused) == ("P3005", 4)
    undocumented("`inboard migrate deploy`", json.loads(refused.stdout))
    assert migrate("resolve", folder, env, "--applied", A).stdout == f"marked {A} as applied\n"
    assert cluster.sql("d2", "SELECT migration_name, applied_steps_count, logs = '', started_at = finished_at FROM _prisma_migrations") == f"{A}|0|t|t"
    assert migrate("deploy", folder, env).returncode == 0
    assert cluster.sql("d2", "SELECT to_regclass('b') IS NOT NULL") == "t"
    assert migrate("status", folder, env).returncode == 0


LEGACY = """CREATE TYPE "Kind" AS ENUM ('a', 'b');
CREATE TABLE customers (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE, kind "Kind" NOT NULL DEFAULT 'a');
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer bigint REFERENCES customers, "At" timestamptz DEFAULT now());
CREATE VIEW recent AS SELECT * FROM orders WHERE "At" > '2026-01-01';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."At" := now(); RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE OF customer ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE MATERIALIZED VIEW counted AS SELECT customer, count(*) AS n FROM orders GROUP BY 1;
CREATE UNIQUE INDEX ON counted (customer);"""


def test_a_dump_becomes_the_baseline_as_the_page_says():
    """The commands of docs/FROM_PRISMA.md as they are; what comes of them is the same on an empty database, and the next migration builds."""
    block = re.search(r"<!-- baseline -->\n```sh\n(.*?)```", (root / "docs/FROM_PRISMA.md").read_text(), re.S)[1]
    env = cluster.fresh("legacy")
    cluster.sql("legacy", LEGACY)
    dumper = int(re.search(r"PostgreSQL\) (\d+)", run("pg_dump", "--version").stdout)[1])
    if dumper < cluster.version:  # it refuses a newer server, so a dump of the same by hand is what is left to take
        block = re.sub(r"pg_dump [^|]*\|\n\s*grep [^>]*", "printf '%s' \"$LEGACY\" ", block)
    work = cluster.path("legacy_work")
    work.mkdir()
    (work / "pg_service.conf").write_text(f"[shop]\nhost={cluster.socket}\ndbname=legacy\nuser=postgres\n")
    more = {"PGSERVICEFILE": work / "pg_service.conf", "PATH": f"{build}:{os.environ['PATH']}", "LEGACY": LEGACY}
    run("bash", "-e", "-o", "pipefail", "-c", block, cwd=work, env={**env, **{k: str(v) for k, v in more.items()}})
    before = cluster.shape("legacy")
    assert cluster.sql("legacy", "SELECT count(*) FROM _prisma_migrations") == "1"
    new = cluster.fresh("legacy_new")
    run(inboard, "migrate", "deploy", "--migrations", work / "migrations", env=new)
    assert sorted(cluster.shape("legacy_new").splitlines()) == sorted(before.splitlines())
    (work / "migrations/20260201000000_next").mkdir()
    (work / "migrations/20260201000000_next/migration.sql").write_text("ALTER TABLE orders ADD COLUMN note text;\n")
    run(inboard, "sum", "--migrations", work / "migrations")
    for e in (env, new):
        run(inboard, "migrate", "deploy", "--migrations", work / "migrations", env=e)
        assert run(inboard, "migrate", "status", "--migrations", work / "migrations", env=e).returncode == 0
    assert sorted(cluster.shape("legacy_new").splitlines()) == sorted(cluster.shape("legacy").splitlines()) != sorted(before.splitlines())


def test_P3008_P3011_P3012_P3017():
    env, folder = cluster.fresh("d3"), cluster.folder("plain", PLAIN)
    assert migrate("deploy", folder, env).returncode == 0
    assert code(migrate("resolve", folder, env, "--json", "--applied", A)) == ("P3008", 4)
    assert code(migrate("resolve", folder, env, "--json", "--rolled-back", A)) == ("P3012", 4)
    assert code(migrate("resolve", folder, env, "--json", "--rolled-back", "nothing")) == ("P3011", 4)
    assert code(migrate("resolve", folder, env, "--json", "--applied", "nothing")) == ("P3017", 2)


def test_P3009_and_both_ways_out():
    env, folder = cluster.fresh("d4"), cluster.folder("plain", PLAIN)
    assert migrate("deploy", folder, env).returncode == 0
    failed = f"UPDATE _prisma_migrations SET finished_at = NULL, logs = 'what went wrong' WHERE migration_name = '{B}'"
    cluster.sql("d4", failed)
    assert code(migrate("deploy", folder, env, "--json")) == ("P3009", 4)
    status = migrate("status", folder, env)
    assert status.returncode == 2 and "what went wrong" in status.stdout, status
    assert migrate("resolve", folder, env, "--applied", B).returncode == 0
    assert migrate("deploy", folder, env).returncode == 0
    assert cluster.sql("d4", f"SELECT count(*), count(rolled_back_at) FROM _prisma_migrations WHERE migration_name = '{B}'") == "2|1"
    cluster.sql("d4", "DELETE FROM _prisma_migrations WHERE rolled_back_at IS NOT NULL")
    cluster.sql("d4", failed)
    cluster.sql("d4", "DROP TABLE b")
    assert migrate("resolve", folder, env, "--rolled-back", B).returncode == 0
    assert migrate("status", folder, env).returncode == 1
    assert migrate("deploy", folder, env).returncode == 0
    assert cluster.sql("d4", "SELECT to_regclass('b') IS NOT NULL") == "t"


def test_P3015_P3019():
    env = cluster.fresh("d5")
    folder = cluster.folder("hollow", PLAIN)
    (folder / "20260103000000_c").mkdir()
    assert code(migrate("deploy", folder, env, "--json"))[0] == "P3015"
    folder = cluster.folder("mysql", PLAIN, lock='provider = "mysql"\n')
    refused = migrate("deploy", folder, env, "--json")
    assert code(refused)[0] == "P3019" and refused.returncode != 0
    assert cluster.sql("d5", "SELECT to_regclass('_prisma_migrations') IS NULL") == "t"


def test_P3018_with_its_place():
    env = cluster.fresh("d6")
    folder = cluster.folder("bad", {**PLAIN, "20260103000000_c": "CREATE TABLE c (id int);\n-- ü\nALTER TABLE nowhere\n  ADD COLUMN x int;\n"})
    refused = migrate("deploy", folder, env, "--json")
    error = json.loads(refused.stdout)["error"]
    assert (refused.returncode, error["prisma_code"], error["sqlstate"], error["statement"], error["line"]) == (1, "P3018", "42P01", 2, 3), error
    report = json.loads(refused.stdout)
    assert [m["name"] for m in report["applied"]] == [A, B] and report["found"] == 3 and report["run"], report
    unfinished = report["unfinished"][0]
    assert unfinished["name"] == "20260103000000_c" and len(unfinished["statements"]) == 2 and unfinished["attempts"] == 1, report
    text = migrate("deploy", folder, env)
    assert text.stdout == "" and "applied migration" in refused.stderr and "ALTER TABLE nowhere" in text.stderr, text
    assert cluster.sql("d6", "SELECT count(*), to_regclass('c') IS NULL FROM _prisma_migrations") == "2|t"
    (folder / "20260103000000_c/migration.sql").write_text("CREATE TABLE c (id int);\n")
    assert migrate("deploy", folder, env).returncode == 0


def test_checks_that_are_deferred_are_named_where_they_are_in_the_way():
    tables = "CREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE k (id int, p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n"
    change = "INSERT INTO p VALUES (1);\nINSERT INTO k VALUES (1, 1);\n{}ALTER TABLE k ADD COLUMN note text;\n"
    env, folder = cluster.fresh("deferred"), cluster.folder("deferred_folder", {A: tables, B: change.format("")})
    error = json.loads(migrate("deploy", folder, env, "--json").stdout)["error"]
    assert (error["sqlstate"], error["line"]) == ("55006", 3) and "SET CONSTRAINTS ALL IMMEDIATE" in error["hint"], error
    (folder / B / "migration.sql").write_text(change.format("SET CONSTRAINTS ALL IMMEDIATE;\n"))
    assert migrate("deploy", folder, env).returncode == 0


ENUM = """-- AlterEnum
BEGIN;
CREATE TYPE "Role_new" AS ENUM ('A');
ALTER TABLE "a" ALTER COLUMN "r" TYPE "Role_new" USING ("r"::text::"Role_new");
ALTER TYPE "Role" RENAME TO "Role_old";
ALTER TYPE "Role_new" RENAME TO "Role";
DROP TYPE "Role_old";
COMMIT;
"""
START = {A: "CREATE TYPE \"Role\" AS ENUM ('A', 'B');\nCREATE TABLE a (id int, r \"Role\");\n"}
LABELS = "SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = '\"Role\"'::regtype"


def history(db):
    """How many rows, how many finished; how many of the migrations inboard holds for one transaction."""
    return cluster.sql(db, "SELECT count(*), count(p.finished_at), count(*) FILTER (WHERE m.transactional) FROM _prisma_migrations p LEFT JOIN inboard.migrations m USING (id)")


def test_a_transaction_of_the_file_s_own_is_a_part_of_ours():
    env, folder = cluster.fresh("t1"), cluster.folder("enum", {**START, B: ENUM + "CREATE TABLE after (id int);\n"})
    done = json.loads(migrate("deploy", folder, env, "--json").stdout)
    assert [s["number"] for s in done["applied"][1]["statements"]] == [2, 3, 4, 5, 6, 8], done
    assert cluster.sql("t1", LABELS) == "A" and history("t1") == "2|2|2"


def test_what_follows_a_commit_of_the_file_s_own_takes_it_back_with_it():
    env, folder = cluster.fresh("t2"), cluster.folder("enum-bad", {**START, B: ENUM + "SELECT 1/0;\n"})
    refused = migrate("deploy", folder, env, "--json")
    error = json.loads(refused.stdout)["error"]
    assert (refused.returncode, error["sqlstate"], error["statement"], error["line"]) == (1, "22012", 8, 9), error
    assert cluster.sql("t2", LABELS) == "A,B" and history("t2") == "1|1|1"
    (folder / B / "migration.sql").write_text(ENUM)
    assert migrate("deploy", folder, env).returncode == 0
    assert cluster.sql("t2", LABELS) == "A"


def test_what_no_migration_can_have_is_refused_before_anything_is_applied():
    env = cluster.fresh("unfit")
    for bad, word in (("CREATE TABLE b (id int);\nSAVEPOINT b;\n", "SAVEPOINT"), ("BEGIN;\nCREATE TABLE b (id int);\n", "BEGIN"),
                      ("BEGIN;\nCREATE TABLE b (id int);\nROLLBACK;\n", "BEGIN"), ("COPY a FROM STDIN;\n1\n\\.\n", "COPY FROM STDIN"),
                      ("CREATE TABLE b (id int);\n\\d b\n", "psql command")):
        folder = cluster.folder("unfit", {**PLAIN, B: bad})
        refused = migrate("deploy", folder, env, "--json")
        error = json.loads(refused.stdout)["error"]
        assert refused.returncode == 1 and error["prisma_code"] == "P3018" and word in error["message"], error
        assert error["migration"] == B and error["line"] and "resolve --applied" in error["hint"], error
    assert cluster.sql("unfit", "SELECT to_regclass('_prisma_migrations') IS NULL, to_regclass('a') IS NULL") == "t|t"
    assert migrate("resolve", folder, env, "--applied", A).returncode == 0
    assert migrate("resolve", folder, env, "--applied", B).returncode == 0
    assert migrate("deploy", folder, env).returncode == 0, "what is applied is looked at by nobody"


def test_a_block_in_a_file_that_takes_no_transaction_is_one():
    mixed = "CREATE INDEX CONCURRENTLY i ON a (id);\n" + ENUM + "INSERT INTO a VALUES (1, 'A');\n"
    env, folder = cluster.fresh("t3"), cluster.folder("mixed", {**START, B: mixed.replace("DROP TYPE", "SELECT 1/0;\nDROP TYPE")})
    refused = migrate("deploy", folder, env, "--json")
    error = json.loads(refused.stdout)["error"]
    assert (error["sqlstate"], error["statement"], error["line"]) == ("22012", 7, 8) and "1 of 10 statements are done" in error["hint"], error
    assert cluster.sql("t3", LABELS) == "A,B" and cluster.sql("t3", "SELECT count(*) FROM inboard.statements") == "1"
    (folder / B / "migration.sql").write_text(mixed)
    resumed = json.loads(migrate("deploy", folder, env, "--json").stdout)["applied"][0]
    assert resumed["resumed"] and [s["number"] for s in resumed["statements"]] == [3, 4, 5, 6, 7, 9], resumed
    assert cluster.sql("t3", LABELS) == "A" and history("t3") == "2|2|1"
    assert cluster.sql("t3", "SELECT count(*), count(finished_at) FROM inboard.statements") == "9|9"


def test_statements_for_and_against_a_transaction_are_mixed_as_prisma_does():
    env = cluster.fresh("t4")
    folder = cluster.folder("both", {**PLAIN, B: "CREATE TABLE b (id int);\nCREATE INDEX CONCURRENTLY i ON b (id);\nINSERT INTO b VALUES (1), (1);\n"
                                              "CREATE UNIQUE INDEX CONCURRENTLY u ON b (id);\nDROP INDEX CONCURRENTLY i;\n"})
    refused = migrate("deploy", folder, env, "--json")
    assert json.loads(refused.stdout)["error"]["sqlstate"] == "23505", refused
    cluster.sql("t4", "DELETE FROM b")
    assert migrate("deploy", folder, env).returncode == 0
    assert cluster.sql("t4", "SELECT to_regclass('i') IS NULL, (SELECT indisvalid FROM pg_index WHERE indexrelid = 'u'::regclass)") == "t|t"


def test_an_enum_s_value_is_added_and_used_in_one_file():
    used = "ALTER TYPE \"Role\" ADD VALUE 'C';\nALTER TABLE a ALTER r SET DEFAULT 'C';\nINSERT INTO a (id) VALUES (1);\n"
    env, folder = cluster.fresh("t5"), cluster.folder("value", {**START, B: used + "SELECT 1/0;\n"})
    assert json.loads(migrate("deploy", folder, env, "--json").stdout)["error"]["sqlstate"] == "22012"
    (folder / B / "migration.sql").write_text(used)
    assert migrate("deploy", folder, env).returncode == 0
    assert cluster.sql("t5", "SELECT string_agg(r::text, ',') FROM a") == "C" and history("t5") == "2|2|1"
    behind = {**START, B: "ALTER TYPE \"Role\" ADD VALUE 'C';\nDO $$ BEGIN INSERT INTO a VALUES (1, 'C'); END $$;\n"}
    assert migrate("deploy", cluster.folder("behind", behind), cluster.fresh("t5")).returncode == 0
    assert cluster.sql("t5", "SELECT string_agg(r::text, ',') FROM a") == "C" and history("t5") == "2|2|1"
    hidden = {**START, B: "ALTER TYPE \"Role\" ADD VALUE 'C';\nDO $$ BEGIN INSERT INTO a VALUES (1, chr(67)::\"Role\"); END $$;\n"}
    refused = migrate("deploy", cluster.folder("hidden", hidden), cluster.fresh("t6"), "--json")
    error = json.loads(refused.stdout)["error"]
    assert error["sqlstate"] == "55P04" and "committed" in error["hint"], error
    assert history("t6") == "1|1|1"


def test_an_edit_is_seen_by_status_and_tolerated_by_deploy_as_prisma_does():
    env, folder = cluster.fresh("d7"), cluster.folder("edited", PLAIN)
    assert migrate("deploy", folder, env).returncode == 0
    (folder / A / "migration.sql").write_text("CREATE TABLE a (id bigint);\n")
    assert migrate("deploy", folder, env).returncode == 0
    assert migrate("status", folder, env).returncode == 4
    (folder / A / "migration.sql").write_bytes(PLAIN[A].replace("\n", "\r\n").encode())
    assert migrate("status", folder, env).returncode == 0, "other line endings are no edit"


def test_progress_does_not_go_to_the_database_when_standard_error_is_closed():
    """Descriptor 2 is free then, and would be the connection's."""
    env, folder = cluster.fresh("closed"), cluster.folder("closed", {f"2026010100000{n}_t": f"CREATE TABLE t{n} (id INT);\n" for n in range(5)})
    for streams in ((2,), (0, 2), (0, 1, 2)):
        r = subprocess.run([str(inboard), "migrate", "deploy", "--migrations", str(folder)], env={**os.environ, **env},
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=lambda: [os.close(fd) for fd in streams])
        assert r.returncode == (1 if 1 in streams else 0), (streams, r)
    assert cluster.sql("closed", "SELECT count(finished_at) FROM _prisma_migrations") == "5"


def test_usage():
    env, folder = cluster.fresh("d8"), cluster.folder("plain", PLAIN)
    assert migrate("deploy", folder, {"DATABASE_URL": "", "DIRECT_URL": ""}).returncode == 2
    assert migrate("resolve", folder, env).returncode == 2
    assert migrate("resolve", folder, env, "--applied", A, "--rolled-back", A).returncode == 2
    assert migrate("deploy", folder, env, "--url", "postgresql:///x").returncode == 2, "a URL is no argument: everybody sees those"
    unreachable = {"DATABASE_URL": "postgresql://u:secret-word@127.0.0.1:1/x"}
    for command, status in (("deploy", 6), ("status", 64)):
        r = migrate(command, folder, unreachable, "--wait=0.2")
        assert r.returncode == status and "secret-word" not in r.stdout + r.stderr, r


def test_a_signal_rolls_back_and_says_so():
    env, folder = cluster.fresh("d9"), cluster.folder("slow", {A: "CREATE TABLE a (id int);\nSELECT pg_sleep(600);\n"})
    p = spawn(inboard, "migrate", "deploy", "--migrations", folder, env=env)
    cluster.until("d9", "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    p.send_signal(signal.SIGTERM)
    _, err = p.communicate(timeout=tap.LIMIT)
    assert p.returncode == 1 and "it was rolled back" in err, (p.returncode, err)
    assert cluster.sql("d9", "SELECT count(*), to_regclass('a') IS NULL FROM _prisma_migrations") == "0|t"
    assert cluster.sql("d9", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0"


tap.main(cluster.start, cluster.remove)
