#!/usr/bin/env python3
"""`inboard migrate diff --zero-downtime` without a server: every golden case as the embedder sees it. tests/db/zero_downtime.py has
the same cases on a server."""
import json, pathlib, re, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import embed, inboard, root, run

scratch = tempfile.TemporaryDirectory(prefix="inb-zero-")
cases = [d for kind in ("diff", "zero") for d in sorted((root / "tests/golden" / kind).iterdir()) if (d / "from.prisma").exists()]

# What lets readers and writers through.
GENTLE = {"AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock"}


def diff(*args, ok=True):
    return run(inboard, "migrate", "diff", *args, ok=ok)


def sides(case):
    return ["--from-schema", case / "from.prisma", *(["--to-schema", case / "to.prisma"] if (case / "to.prisma").exists() else ["--to-empty"])]


def plan_of(case):
    more = (case / "arguments").read_text().split() if (case / "arguments").exists() else []
    return json.loads(diff(*sides(case), "--zero-downtime", *more, "--json").stdout)["migrations"]


def folder_of(case, plan):
    folder = pathlib.Path(scratch.name, f"{case.parent.name}-{case.name}")
    init = diff("--from-empty", "--to-schema", case / "from.prisma", "--script").stdout
    for i, (name, sql) in enumerate([("init", init)] + [(m["name"], m["sql"]) for m in plan]):
        d = folder / f"2020010100{i // 60:02}{i % 60:02}_{name}"
        d.mkdir(parents=True)
        (d / "migration.sql").write_text(sql)
    return folder


def check(case):
    plan = plan_of(case)
    folder = folder_of(case, plan)
    found = json.loads(run(embed, "--explain", "--json", "--migrations", folder).stdout)[1:]
    for m, f in zip(plan, found, strict=True):
        classes = [(s["class"], s["reason"]) for s in f["statements"]]
        assert f["class"] == m["class"], (m["name"], m["class"], classes, m["sql"])
        assert f["transactional"] == m["transactional"], (m["name"], m["sql"])
        for s in f["statements"]:
            assert not s["rewrites"], (m["name"], s)
            assert not s["scans"] or all(l["mode"] in GENTLE for l in s["locks"]), (m["name"], s)
        if m["phase"] == "expand":
            assert {s["class"] for s in f["statements"]} == {"additive"}, (m["name"], classes)
        if m["phase"] != "expand" and m["class"] != "additive":
            assert f"-- inboard: accept {m['class']} " in m["sql"], m["sql"]
    # What moves rows is declared, so that it can be run in windows, and what comes behind it waits.
    for i, m in enumerate(plan):
        assert ("\n-- inboard: backfill" in m["sql"]) == m["backfill"] == ("_fill_" in m["name"]), m["sql"]
        waits = i > 0 and "_fill_" in plan[i - 1]["name"]
        assert (f"\n-- inboard: after backfill {plan[i - 1]['name']}\n" in m["sql"]) == waits, m["sql"]
        assert (f"\n-- inboard: before {m['before']}\n" in m["sql"]) == bool(m["before"]), m["sql"]
        assert "\nUPDATE " not in m["sql"] or "_fill_" in m["name"] or "DO $" in m["sql"], m["sql"]
    # The running release restarts until the first migration that asks something of it: what is contracting before that one says so.
    until = next((i for i, m in enumerate(plan) if m["before"]), len(plan))
    for i, (m, f) in enumerate(zip(plan, found, strict=True)):
        assert f["compatible"] == m["compatible"] == (m["class"] != "contracting" or i < until), (i, until, m["name"], m["sql"])
        assert bool(f["compatible_reason"]) == (m["class"] == "contracting" and i < until), (m["name"], f["compatible_reason"])
    phases = [m["phase"] for m in plan]
    assert phases == sorted(phases, key=["expand", "backfill", "contract"].index), phases
    assert len({m["name"] for m in plan}) == len(plan), [m["name"] for m in plan]
    # What nobody has accepted would be refused here.
    run(embed, "--migrations", folder, "-o", folder / "out.c")


for case in cases:
    globals()[f"test_{case.parent.name}_{case.name}"] = lambda case=case: check(case)


def test_the_script_is_the_migrations_one_after_the_other():
    case = root / "tests/golden/zero/serial-key-grows"
    plan = plan_of(case)
    script = diff(*sides(case), "--zero-downtime", "--script").stdout
    assert script == "\n".join(f"-- Migration: {m['name']}\n{m['sql']}" for m in plan)


def test_the_text_names_each_migration_under_its_phase():
    case = root / "tests/golden/zero/serial-key-grows"
    text, at = diff(*sides(case), "--zero-downtime").stdout, 0
    for m in plan_of(case):
        at = text.index(f" {m['name']} (", at)
        assert text.rindex(m["phase"].capitalize() + ":", 0, at) >= 0
        for said in (m["about"], m["before"], m["review"]):
            assert not said or said in text[at:], said


def test_folders_hold_the_migrations_in_their_order():
    case, folder = root / "tests/golden/zero/serial-key-grows", pathlib.Path(scratch.name, "folders")
    (folder / "20200101000000_init").mkdir(parents=True)
    (folder / "20200101000000_init/migration.sql").write_text(diff("--from-empty", "--to-schema", case / "from.prisma", "--script").stdout)
    diff(*sides(case), "--zero-downtime", "--migrations", folder)
    there = sorted(folder.iterdir())[1:]
    assert [d.name[15:] for d in there] == [m["name"] for m in plan_of(case)]
    # A backfill that others wait for is named as its folder is: there may be another of that name in a year.
    sql = [(d / "migration.sql").read_text() for d in there]
    waited = re.findall("^-- inboard: after backfill (.*)$", "".join(sql), re.M)
    assert waited and set(waited) <= {d.name for d in there}, waited
    assert [re.sub(r"(after backfill )\d{14}_", r"\1", s) for s in sql] == [m["sql"] for m in plan_of(case)]
    run(embed, "--migrations", folder, "-o", pathlib.Path(scratch.name, "folders.c"))
    # They are later than a second run would begin.
    again = diff(*sides(case), "--zero-downtime", "--migrations", folder, ok=False)
    assert again.returncode == 2 and "later than now" in again.stderr, again.stderr
    assert sorted(folder.iterdir())[1:] == there


def test_folders_are_written_all_or_none():
    case, folder = root / "tests/golden/zero/serial-key-grows", pathlib.Path(scratch.name, "all-or-none")
    folder.mkdir()
    # Every file of the sequence fits but the last ones: a limit on the size of files.
    sizes = [len(m["sql"].encode()) for m in plan_of(case)]
    script = "import resource, os, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (%d, %d)); os.execv(sys.argv[1], sys.argv[1:])"
    limit = max(sizes) - 1
    failed = run(sys.executable, "-c", script % (limit, limit), inboard, "migrate", "diff", *sides(case), "--zero-downtime",
                 "--migrations", folder, ok=False)
    assert failed.returncode != 0 and list(folder.iterdir()) == [], (failed.stderr, list(folder.iterdir()))
    # A name that is no time counts as well: it is in the order of the history.
    (folder / "zzz").mkdir()
    later = diff(*sides(case), "--zero-downtime", "--migrations", folder, ok=False)
    assert later.returncode == 2 and '"zzz"' in later.stderr, later.stderr
    assert [d.name for d in folder.iterdir()] == ["zzz"]


def test_folders_need_the_sequence_and_a_place():
    case = root / "tests/golden/zero/serial-key-grows"
    assert diff(*sides(case), "--migrations", scratch.name, ok=False).returncode == 2
    missing = diff(*sides(case), "--zero-downtime", "--migrations", pathlib.Path(scratch.name, "none"), ok=False)
    assert missing.returncode == 2 and "none" in missing.stderr, missing.stderr


RENAME_FROM = """datasource db {
  provider = "postgresql"
}
enum Kind {
  A
  B
}
model User {
  id   Int    @id
  name String
  age  Int
  kind Kind
  @@map("users")
}
"""
RENAME_TO = RENAME_FROM.replace("  name ", "  full ").replace("  age  Int", "  years BigInt").replace("  B\n", "  C\n").replace("  kind ", "  sort ")


def renamed(*options, **kw):
    a, b = pathlib.Path(scratch.name, "a.prisma"), pathlib.Path(scratch.name, "b.prisma")
    a.write_text(RENAME_FROM)
    b.write_text(RENAME_TO)
    return diff("--from-schema", a, "--to-schema", b, "--zero-downtime", "--json", *options, **kw)


def test_a_rename_is_said():
    plan = json.loads(renamed("--rename", "users.name=full").stdout)["migrations"]
    sql = "\n".join(m["sql"] for m in plan)
    assert 'NEW."full" := NEW."name"' in sql and 'NEW."name" := NEW."full"' in sql, sql
    assert json.loads(renamed("--rename", "public.users.name=full").stdout)["migrations"] == plan


def test_a_rename_that_cannot_be_true_is_refused():
    for options, said in [(["--rename", "name=full"], "TABLE.OLD=NEW"),
                          (["--rename", "users.name"], "TABLE.OLD=NEW"),
                          (["--rename", "users.=full"], "TABLE.OLD=NEW"),
                          (["--rename", "User.name=full"], 'no table "User" in the old schema'),
                          (["--rename", "other.users.name=full"], 'no table "other.users"'),
                          (["--rename", "users.nome=full"], 'no column "nome" in the old schema'),
                          (["--rename", "users.name=whole"], 'no column "whole" in the new schema'),
                          (["--rename", "users.id=full"], '"id" is also in the new schema'),
                          (["--rename", "users.name=id"], '"id" is also in the old schema'),
                          (["--rename", "users.age=years"], "of different types: integer and bigint"),
                          (["--rename", "users.kind=sort"], '"kind" cannot be renamed while its enum "Kind" loses values'),
                          (["--rename", "users.name=full", "--rename", "users.name=full"], '"name" is renamed twice'),
                          (["--rename-table", "users"], "OLD=NEW"),
                          (["--rename-table", "people=users"], 'no table "people"'),
                          (["--rename-table", "users=people"], 'no table "people" in the new schema'),
                          (["--rename-table", "users=users"], '"users" is also in the new schema')]:
        r = renamed(*options, ok=False)
        assert r.returncode == 2, (options, r.returncode, r.stdout, r.stderr)
        assert said in json.loads(r.stdout)["error"]["message"], (options, said, r.stdout)
    case = root / "tests/golden/zero/renames"
    assert diff(*sides(case), "--rename", "User.name=fullName", "--script", ok=False).returncode == 2


def test_the_example_of_the_document_is_true():
    text = (root / "docs/ZERO_DOWNTIME.md").read_text()
    command, shown = text.split("```\n$ ", 1)[1].split("\n```", 1)[0].split("\n", 1)
    schema = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel User {\n  id   Int    @id\n  name String\n}\n'
    folder = pathlib.Path(scratch.name, "example")
    folder.mkdir()
    (folder / "old.prisma").write_text(schema)
    (folder / "new.prisma").write_text(schema.replace("  name ", "  fullName "))
    assert command.startswith("inboard "), command
    assert run(inboard.resolve(), *command.split()[1:], cwd=folder).stdout == shown + "\n"


def test_no_difference_is_no_migration():
    case = root / "tests/golden/diff/no-change"
    assert plan_of(case) == []
    assert diff(*sides(case), "--zero-downtime").stdout == "No difference.\n"
    assert diff(*sides(case), "--zero-downtime", "--script").stdout == "-- This is an empty migration.\n"
    assert diff(*sides(case), "--zero-downtime", "--exit-code", ok=False).returncode == 0


def test_a_new_database_needs_no_phases():
    case = root / "tests/golden/diff/create-relations"
    out = diff("--from-empty", "--to-schema", case / "to.prisma", "--zero-downtime", "--json", "--exit-code", ok=False)
    assert out.returncode == 2, out.stderr
    assert [(m["name"], m["class"]) for m in json.loads(out.stdout)["migrations"]] == [("expand_create", "additive")]


tap.main(teardown=scratch.cleanup)
