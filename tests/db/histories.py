#!/usr/bin/env python3
"""What analysis alone says a history makes, and what a server has after it: random schemas and what becomes of them, in the differ's
statements and in those of the zero-downtime planner, there and back. After each migration the two are one, in either direction.
HISTORY_SEEDS=FIRST:LAST for others than those here."""
import json, os, pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import random_schema, tap
from inb import Cluster, inboard, run

cluster = Cluster()
unseen = []
first, last = (int(n) for n in os.environ.get("HISTORY_SEEDS", "1:6").split(":"))
QUIET = {"PGOPTIONS": "-c client_min_messages=error"}


class Unseen(Exception):
    """A statement whose effect the analysis names as unknown: nothing is to be compared from there on."""


class History:
    """A folder of migrations, and a database to which each is applied as it is written."""

    def __init__(self, name):
        self.folder, self.name, self.n = cluster.path(name), name, 0
        self.folder.mkdir()
        cluster.fresh("history")

    def add(self, sql, what):
        self.n += 1
        made = self.folder / f"{20260101000000 + self.n}_{what}"
        made.mkdir()
        (made / "migration.sql").write_text(sql)
        run("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", made / "migration.sql", cluster.url("history"), env=QUIET)
        url = cluster.url("history")
        for sides in (("--from-migrations", self.folder, "--to-url", url), ("--from-url", url, "--to-migrations", self.folder)):
            r = run(inboard, "migrate", "diff", *sides, "--script", "--exit-code", ok=False)
            if re.search(r"migration\.sql:\d+: warning: ", r.stderr):
                raise Unseen(self.name)
            assert r.returncode == 0, f"{self.name}, {made.name}, {sides[0]}:\n{r.stdout}{r.stderr}\n{sql}"

    def change(self, files, what, *arguments):
        """As one migration, or as a sequence where there are arguments."""
        sides = ["--from-schema", files[0], "--to-schema", files[1]] if files[0] else ["--from-empty", "--to-schema", files[1]]
        if not arguments:
            self.add(run(inboard, "migrate", "diff", *sides, "--script").stdout, what)
            return
        for m in json.loads(run(inboard, "migrate", "diff", *sides, *arguments, "--json").stdout)["migrations"]:
            self.add(m["sql"], m["name"])


def files_of(name, *texts):
    files = [cluster.path(f"{name}_{i}.prisma") for i in range(len(texts))]
    for file, text in zip(files, texts):
        file.write_text(text)
    return files


def check(seed):
    a, b, renames = random_schema.pair(seed)
    files = files_of(f"calm{seed}", a, b)
    h = History(f"calm{seed}")
    h.change((None, files[0]), "init")
    try:
        h.change(files, "there", "--zero-downtime", *renames)
        h.change(files[::-1], "back")
    except Unseen as e:
        unseen.append(str(e))
    files = files_of(f"wild{seed}", *random_schema.wild_pair(seed)[:2])
    h = History(f"wild{seed}")
    h.add("CREATE EXTENSION citext;\n", "extension")
    h.change((None, files[0]), "init")
    h.change(files, "there")
    h.change(files[::-1], "back")


for seed in range(first, last + 1):
    globals()[f"test_seed_{seed}"] = lambda seed=seed: check(seed)


def test_most_sequences_are_seen_to_their_end():
    """One that hands a sequence over to another column is not: its block asks the server what it is."""
    assert len(unseen) <= (last - first + 1) / 2, unseen


tap.main(cluster.start, cluster.remove)
