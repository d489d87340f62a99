#!/usr/bin/env python3
"""Releases side by side while a sequence of `inboard migrate diff --zero-downtime` is applied: after every step the program of the old
release and that of the new one are started on the database, as the engine starts them, and do all that they do with rows."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap, zero
from inb import Cluster, build, embed, inboard, root, run

cluster = Cluster()
SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel User {\n  id   Int    @id\n  name String\n}\n'


def diff(*args):
    return run(inboard, "migrate", "diff", *args).stdout


class Change:
    """A sequence, and the programs that know the first so many of its migrations."""

    def __init__(self, name, a, b, *options):
        self.name, self.env = name, cluster.fresh(name)
        self.plain = cluster.fresh(f"{name}_plain")["DATABASE_URL"]
        sides = ["--from-schema", a, "--to-schema", b]
        init = "CREATE EXTENSION IF NOT EXISTS citext;\n\n" + diff("--from-empty", "--to-schema", a, "--script")
        self.plan = json.loads(diff(*sides, "--zero-downtime", *options, "--json"))["migrations"]
        self.names = ["20200101000000_init"] + [f"20200102{i:06}_{m['name']}" for i, m in enumerate(self.plan)]
        self.sql = [init] + [m["sql"] for m in self.plan]
        zero.psql(self.plain, init + diff(*sides, "--script"))
        self.programs = {}

    def folder(self, n):
        """The migrations of a release: the first, and n of the sequence."""
        return cluster.folder(f"{self.name}-{n}", dict(zip(self.names[:n + 1], self.sql)))

    def starts(self, n):
        """What the program of a release says when it starts: None when it serves."""
        if n not in self.programs:
            self.programs[n] = cluster.path(f"{self.name}-{n}.so")
            run(embed, "--migrations", self.folder(n), "-o", cluster.path("table.c"))
            run("gcc", "-shared", "-fPIC", "-I", root / "src/include", "-I", build / "src/include", "-o", self.programs[n], cluster.path("table.c"))
        r = run(build / "tests/db/release", self.programs[n], env=self.env, ok=False)
        assert r.returncode in (0, 3, 4), r
        return (r.returncode, r.stdout) if r.returncode else None

    def deploy(self, n):
        folder = self.folder(n)
        run(inboard, "sum", "--adopt", "--migrations", folder)
        confirm = ["--confirm", self.names[n]] if n and self.plan[n - 1]["before"] else []
        if confirm:  # what is not confirmed waits
            r = run(inboard, "migrate", "deploy", "--migrations", folder, env=self.env, ok=False)
            assert r.returncode == 3 and self.plan[n - 1]["before"] in r.stderr, r
        run(inboard, "migrate", "deploy", "--migrations", folder, *confirm, env=self.env)

    def run(self):
        until = next((i for i, m in enumerate(self.plan) if m["before"]), len(self.plan))
        since = max([i + 1 for i, m in enumerate(self.plan) if m["after"]], default=0)
        wall = next((i for i, m in enumerate(self.plan) if not m["compatible"]), len(self.plan))
        assert 0 < until <= wall < len(self.plan), (self.name, until, wall)
        self.deploy(0)
        url = self.env["DATABASE_URL"]
        before, after = zero.labels(url), zero.labels(self.plain)
        kept = {k: [v for v in before.get(k, after.get(k)) if v in after.get(k, before.get(k))] for k in before | after}
        old, new = zero.Release(url, kept), zero.Release(self.plain, kept)
        zero.convertible(old, new)
        zero.psql(url, old.fill(50))
        row = 51
        for i, m in enumerate(self.plan):
            self.deploy(i + 1)
            assert self.starts(i + 1) is None, (self.name, i, m["name"])
            for release, n, works, lives in ((old, 0, i < until, i < wall), (new, since, i + 1 >= since, i < max(since, wall))):
                if n > i + 1:
                    continue  # not built yet
                said = self.starts(n)
                assert (said is None) == lives, (self.name, i, m["name"], n, said)
                assert lives or (said[0] == 4 and f"{self.plan[max(wall, n)]['name']}\"" in said[1] and "by a newer program" in said[1]), said
                if works:
                    zero.psql(url, release.work(row))
                    row += 2
        assert zero.catalogue(url) == zero.catalogue(self.plain)


def test_the_example_of_the_document():
    a, b = cluster.path("a.prisma"), cluster.path("b.prisma")
    a.write_text(SCHEMA)
    b.write_text(SCHEMA.replace("  name ", "  fullName "))
    Change("example", a, b, "--rename", "User.name=fullName").run()


for case in ("table-renames", "conversions"):
    def one(case=case):
        there = root / "tests/golden/zero" / case
        options = (there / "arguments").read_text().split() if (there / "arguments").exists() else []
        Change(case.replace("-", "_"), there / "from.prisma", there / "to.prisma", *options).run()
    globals()["test_" + case.replace("-", "_")] = one

tap.main(cluster.start, cluster.remove)
