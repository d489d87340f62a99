#!/usr/bin/env python3
"""No script that `inboard migrate diff` writes fails on rows, or changes or loses a value of theirs, without a warning; and no plan of
`--zero-downtime` without a "to decide". KEPT_SEEDS=FIRST:LAST for other random pairs than those here."""
import json, os, pathlib, random, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import random_schema, rows, tap, zero
from inb import Cluster, inboard, root, run

cluster = Cluster()
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'


def diff(*args):
    return run(inboard, "migrate", "diff", *args).stdout


def model(i, kind):
    base, _, native = kind.partition(" ")
    return f"model T{i} {{\n  id Int @id\n  c{i} {base}? {native}\n}}\n"


def retyped(db, pairs):
    """A database with a table for each pair of types, filled with values of the first; the two schemas."""
    sides = []
    for side, name in enumerate("ab"):
        f = cluster.path(f"{db}_{name}.prisma")
        f.write_text(HEAD + rows.ENUMS + "".join(model(i, p[side]) for i, p in enumerate(pairs)))
        sides.append(f)
    url = cluster.fresh(db)["DATABASE_URL"]
    zero.psql(url, f"alter database {db} set timezone = 'Europe/Paris'")
    zero.psql(url, "create extension citext;\n" + diff("--from-empty", "--to-schema", sides[0], "--script") + "".join(
        f'insert into "T{i}" values ' + ", ".join(f"({n}, {rows.literal(v)})" for n, v in enumerate(rows.KINDS[a])) + ";\n"
        for i, (a, _) in enumerate(pairs)))
    return url, ["--from-schema", sides[0], "--to-schema", sides[1]]


def values_of(pairs, types, numbers):
    return [(f"T{i}", f"c{i}", types[f"T{i}", f"c{i}"], str(n), v) for i in numbers for n, v in enumerate(rows.KINDS[pairs[i][0]])]


# Each pair of types, in a fixed order that is not theirs; KEPT_ALL=1 takes them all.
PAIRS = [(a, b) for a in rows.KINDS for b in [*rows.KINDS, *rows.WIDTHS] if a != b]
everything = bool(os.environ.get("KEPT_ALL"))


def some(pairs, n):
    return pairs if everything else random.Random(1).sample(pairs, n)


def test_a_script_that_changes_a_type_says_what_it_loses():
    pairs = some(PAIRS, 700)
    url, sides = retyped("types", pairs)
    types = rows.types_of(url)
    answer = json.loads(diff(*sides, "--json"))
    warned = {w["table"]: w["code"] for w in answer["warnings"] + answer["unexecutable"]}
    failed = rows.steps_run(url, [s["sql"] for s in answer["steps"]])
    number = [int(s["table"][1:]) for s in answer["steps"]]
    wrong = [(pairs[number[i]], "fails", why) for i, why in failed.items() if warned.get(f"T{number[i]}") != "RiskyCast"]
    # What fails on rows runs without them.
    zero.psql(url, "".join(f'truncate "T{number[i]}";\n' for i in failed))
    again = rows.steps_run(url, [answer["steps"][i]["sql"] for i in failed])
    wrong += [(pairs[number[list(failed)[i]]], "cannot run", why) for i, why in again.items()]
    silent = [i for i in range(len(pairs)) if f"T{i}" not in warned]
    wrong += [(pairs[int(v[0][1:])], "changes", v[4]) for v in rows.changed(url, values_of(pairs, types, silent))]
    assert len(silent) > 50
    assert not wrong, "\n".join(map(str, wrong))


def test_a_plan_that_changes_a_type_says_what_it_loses():
    pairs = some([(a, b) for a, b in PAIRS if b in rows.KINDS], 120)
    url, sides = retyped("plans", pairs)
    types = rows.types_of(url)
    plan = json.loads(diff(*sides, "--zero-downtime", "--json"))["migrations"]
    said = " ".join(m["review"] or "" for m in plan)
    wrong, emptied = [], set()

    def repair(at, why):
        kind, i = re.fullmatch(r"(backfill_fill|contract_validate)_t(\d+)", plan[at]["name"]).groups()
        assert int(i) not in emptied, (pairs[int(i)], why)
        # A label that the other enum does not have is what the migration's query looks for.
        if f'"c{i}"' not in said + (plan[at]["check"] or ""):
            wrong.append((pairs[int(i)], kind, why))
        emptied.add(int(i))
        zero.psql(url, f'truncate "T{i}"')

    rows.plan_run(url, plan, repair)
    silent = [i for i in range(len(pairs)) if f'"c{i}"' not in said and i not in emptied]
    wrong += [(pairs[int(v[0][1:])], "changes", v[4]) for v in rows.changed(url, values_of(pairs, types, silent))]
    assert len(silent) > 10
    assert not wrong, "\n".join(map(str, wrong))


# ---- whole schemas ------------------------------------------------------------------------------------------------



def listed(schema):
    """The namespaces that a schema lists: to Prisma such a one is there."""
    lists = re.findall(r"^\s*schemas\s*=\s*\[(.*?)\]", schema.read_text(), re.M) if schema else []
    return [n for names in lists for n in re.findall(r'"(.*?)"', names)]


def script_check(name, a, b):
    """A script between two schemas, on a database with rows."""
    url = cluster.fresh(name)["DATABASE_URL"]
    zero.psql(url, "create extension if not exists citext;\n" + diff("--from-empty", "--to-schema", a, "--script") + "".join(
        f"create schema if not exists {zero.quote(n)};\n" for n in listed(b)))
    rows.fill(url, 20)
    wrong = rows.script_check(url, json.loads(diff("--from-schema", a, *(["--to-schema", b] if b else ["--to-empty"]), "--json")))
    zero.psql(cluster.url(), f"drop database {name}")
    assert not wrong, "\n".join(wrong)


for kind in ("diff", "zero"):
    for case in sorted((root / "tests/golden" / kind).iterdir()):
        if (case / "from.prisma").exists():
            to = case / "to.prisma"
            globals()[f"test_golden_{kind}_{case.name.replace('-', '_')}"] = lambda case=case, to=to: script_check(
                "golden", case / "from.prisma", to if to.exists() else None)


def wild_sides(seed):
    sides = [cluster.path(f"seed{seed}_{side}.prisma") for side in "ab"]
    for path, text in zip(sides, random_schema.wild_pair(seed)):
        path.write_text(text)
    return sides


def seed_check(seed):
    script_check(f"seed{seed}", *wild_sides(seed))


def plan_check(seed):
    """A plan between two schemas, on a database with rows."""
    a, b = wild_sides(seed)
    name, sides = f"plan{seed}", ["--from-schema", a, "--to-schema", b, "--json"]
    url = cluster.fresh(name)["DATABASE_URL"]
    zero.psql(url, "create extension if not exists citext;\n" + diff("--from-empty", "--to-schema", a, "--script"))
    rows.fill(url, 20)
    wrong = rows.plan_check(url, json.loads(diff(*sides)), json.loads(diff(*sides, "--zero-downtime"))["migrations"])
    zero.psql(cluster.url(), f"drop database {name}")
    assert not wrong, "\n".join(wrong)


first, last = (int(n) for n in os.environ.get("KEPT_SEEDS", "1:25").split(":"))
for seed in range(first, last + 1):
    globals()[f"test_seed_{seed}"] = lambda seed=seed: seed_check(seed)
    globals()[f"test_wild_{seed}"] = lambda seed=seed: plan_check(seed)

tap.main(cluster.start, cluster.remove)
