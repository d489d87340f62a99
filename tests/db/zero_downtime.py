#!/usr/bin/env python3
"""`inboard migrate diff --zero-downtime` on a server: on a database with rows the sequence of migrations ends where the plain script
ends, and both releases do all that they do with rows after every migration after which they are said to work.

The cases are tests/golden/diff and tests/golden/zero. tests/cli/zero_downtime.py has what needs no server."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap, zero
from inb import Cluster, inboard, root, run

cluster = Cluster()
# What to do with these rows is for their author to say: the plain script refuses them too, so here there are none.
REFUSED = {"foreign-key-to-new-table", "primary-key-single-to-compound", "indexes-partial"}
# What the plain script leaves as Prisma does: an old default that it does not compare, an index that has an equal.
BETTER = {"column-defaults-not-compared", "index-doubled-on-recreated-column"}
golden = [d for kind in ("diff", "zero") for d in sorted((root / "tests/golden" / kind).iterdir())
          if (d / "from.prisma").exists() and d.name not in BETTER]


def diff(*args):
    return run(inboard, "migrate", "diff", *args).stdout


def sides(case, to="to.prisma"):
    return ["--from-schema", case / "from.prisma", "--to-schema", case / to] if (case / to).exists() else \
           ["--from-schema", case / "from.prisma", "--to-empty"]


# ---- one case -----------------------------------------------------------------------------------------------------

def init_sql(case):
    """The database before; a type that a schema only names comes from an extension."""
    return "CREATE EXTENSION IF NOT EXISTS citext;\n\n" + diff("--from-empty", "--to-schema", case / "from.prisma", "--script")


def arguments(case):
    """What the schemas alone do not say: --rename and the like."""
    there = case / "arguments"
    return there.read_text().split() if there.exists() else []


def plan_of(case):
    return json.loads(diff(*sides(case), "--zero-downtime", *arguments(case), "--json"))["migrations"]


def check_case(case):
    name = f"{case.parent.name}_{case.name}".replace("-", "_")[:50]
    zero.check(cluster, name, init_sql(case), diff(*sides(case), "--script"), plan_of(case), 0 if case.name in REFUSED else 300)


for case in golden:
    def one(case=case):
        check_case(case)
    globals()["test_" + case.parent.name + "_" + case.name.replace("-", "_")] = one


def test_the_engine_deploys_what_is_written_as_folders():
    case, plain = root / "tests/golden/zero/table-renames", cluster.fresh("plain")["DATABASE_URL"]
    env = cluster.fresh("deployed")
    folder = cluster.folder("folders", {"20200101000000_init": init_sql(case)})
    run(inboard, "migrate", "deploy", "--migrations", folder, env=env)
    zero.psql(env["DATABASE_URL"], zero.Release(env["DATABASE_URL"], zero.labels(env["DATABASE_URL"])).fill(300))
    diff(*sides(case), "--zero-downtime", *arguments(case), "--migrations", folder)
    gates = [m["name"] for m in plan_of(case) if m["before"]]
    for name in gates:  # it stops in front of each, and goes on
        r = run(inboard, "migrate", "deploy", "--migrations", folder, env=env, ok=False)
        assert r.returncode == 3 and f"_{name}" in r.stderr, r
        run(inboard, "migrate", "deploy", "--migrations", folder, "--confirm", name, env=env, ok=name == gates[-1])
    zero.psql(plain, init_sql(case) + diff(*sides(case), "--script"))
    assert zero.catalogue(env["DATABASE_URL"]) == zero.catalogue(plain)


if __name__ == "__main__":
    tap.main(cluster.start, cluster.remove)
