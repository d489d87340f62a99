#!/usr/bin/env python3
"""Random changes as `inboard migrate diff --zero-downtime` plans them, on a server with rows and two releases at work; and what the
embedder says of each. ZERO_SEEDS=FIRST:LAST for others than those here."""
import json, os, pathlib, shutil, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import random_schema, tap, zero
from inb import Cluster, embed, inboard, run

cluster = Cluster()
first, last = (int(n) for n in os.environ.get("ZERO_SEEDS", "1:12").split(":"))


def diff(*args):
    return run(inboard, "migrate", "diff", *args).stdout


def check_embedder(folder, init, plan):
    """What is said of each statement is what the analysis finds."""
    for i, (name, sql) in enumerate([("init", init)] + [(m["name"], m["sql"]) for m in plan]):
        d = folder / f"2020010100{i // 60:02}{i % 60:02}_{name}"
        d.mkdir(parents=True)
        (d / "migration.sql").write_text(sql)
    found = json.loads(run(embed, "--explain", "--json", "--migrations", folder).stdout)[1:]
    for m, f in zip(plan, found, strict=True):
        assert f["class"] == m["class"] and f["transactional"] == m["transactional"], (m["name"], m["class"], f["class"], m["sql"])
        assert m["phase"] != "expand" or m["class"] == "additive", m
        assert not any(s["rewrites"] for s in f["statements"]), f
    run(embed, "--migrations", folder, "-o", folder / "out.c")


def check(seed):
    folder = cluster.path(f"seed{seed}")
    folder.mkdir()
    a, b, arguments = random_schema.pair(seed)
    (folder / "a.prisma").write_text(a)
    (folder / "b.prisma").write_text(b)
    sides = ["--from-schema", folder / "a.prisma", "--to-schema", folder / "b.prisma"]
    init = diff("--from-empty", "--to-schema", folder / "a.prisma", "--script")
    plan = json.loads(diff(*sides, "--zero-downtime", *arguments, "--json"))["migrations"]
    check_embedder(folder / "migrations", init, plan)
    zero.check(cluster, f"seed{seed}", init, diff(*sides, "--script"), plan, 60)
    shutil.rmtree(folder)


for seed in range(first, last + 1):
    globals()[f"test_seed_{seed}"] = lambda seed=seed: check(seed)

tap.main(cluster.start, cluster.remove)
