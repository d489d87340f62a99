#!/usr/bin/env python3
"""Schemas on their way through a database: schema, SQL, database, pulled schema. A diff between the database and the schema, in either
direction, is empty; so is the one that `db pull` makes itself, from nothing or from the schema; and a second pull changes nothing. The golden
schemas, and random ones: SEEDS=FIRST:LAST for others than those here."""
import os, pathlib, re, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import random_schema, tap
from inb import Cluster, inboard, root, run

cluster = Cluster()
first, last = (int(n) for n in os.environ.get("SEEDS", "1:12").split(":"))

# Golden schemas that a bare server cannot hold, and from which version on a server can.
NOT_APPLIED = {"create-extensions": "extensions of versions that are not installed"}
SINCE = {"create-indexes": 14}
# Where a database does not say what the schema says, and why.
NOT_SAID = {"create-long-names": "PostgreSQL cuts the name of the table, which is then another",
            "index-no-operator-class": "an operator class whose name is empty",
            "many-to-many-ignored-model": "a key that may be null, which none may",
            "enum-default-not-said": "on an enum, a default that is not said is none for Prisma"}


def script(*sides):
    return run(inboard, "migrate", "diff", *sides, "--script").stdout


def spaces(text):
    return [n for part in re.findall(r"^\s*schemas\s*=\s*\[(.*?)\]", text, re.M) for n in re.findall(r'"(.*?)"', part)]


def differences(file):
    """Between the database and the schema, both ways."""
    found = ""
    for sides in (("--from-url", cluster.url("trip"), "--to-schema", file), ("--from-schema", file, "--to-url", cluster.url("trip"))):
        r = run(inboard, "migrate", "diff", *sides, "--script", "--exit-code", ok=False)
        found += "" if r.returncode == 0 else f"{sides[0]}: {r.stdout}{r.stderr}"
    return found


def pulled(file, env):
    """Twice, the second time without a change; what is wrong, "" when nothing is."""
    for turn in (1, 2):
        before = file.read_text()
        r = run(inboard, "db", "pull", "--schema", file, env=env, ok=False)
        if r.returncode == 1 and "P4001" in r.stderr:
            return ""
        if r.returncode or "would still make" in r.stderr:
            return f"{file.name}: {r.stderr}\n"
    return f"the second pull changes {file.name}\n" if file.read_text() != before else differences(file)


def round_trip(name, text):
    """What is wrong, "" when nothing is."""
    original, bare, kept = (cluster.path(f"{name}.{part}.prisma") for part in ("original", "bare", "kept"))
    original.write_text(text)
    env = cluster.fresh("trip")
    head = "".join(["CREATE EXTENSION IF NOT EXISTS citext;\n"] + [f'CREATE SCHEMA IF NOT EXISTS "{n}";\n' for n in spaces(text)])
    run("psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url("trip"), stdin=head + script("--from-empty", "--to-schema", original),
        env={"PGOPTIONS": "-c client_min_messages=error"})
    bare.write_text("\n".join(re.findall(r"^(?:datasource|generator) .*?^}\n", text, re.M | re.S)))
    kept.write_text(text)
    wrong = differences(original) + pulled(bare, env) + pulled(kept, env)
    return f"{name}: {wrong}\n" if wrong else ""


def test_golden_schemas():
    wrong = ""
    for case in sorted((root / "tests/golden/diff").iterdir()):
        if case.name in {**NOT_APPLIED, **NOT_SAID} or cluster.version < SINCE.get(case.name, 0) or not (case / "to.prisma").exists():
            continue
        wrong += round_trip(case.name, (case / "to.prisma").read_text())
    assert not wrong, wrong


def test_random_schemas():
    wrong = "".join(round_trip(f"seed{seed}", text) for seed in range(first, last + 1) for text in random_schema.pair(seed)[:2])
    assert not wrong, wrong


tap.main(cluster.start, cluster.remove)
