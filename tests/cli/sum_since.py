#!/usr/bin/env python3
"""`inboard sum --since` and `--forget`: while a branch is in review, its migrations can change; what is released cannot."""
import json, pathlib, shutil, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import inboard, run

scratch = tempfile.TemporaryDirectory(prefix="inb-since.")
A, B, C = "20260101000000_a", "20260102000000_b", "20260103000000_c"


class Repository:
    """A repository whose branch main has released A, and whose branch of work has B and C as well, all listed."""

    def __init__(self, name):
        self.path = pathlib.Path(scratch.name, name)
        self.folder = self.path / "prisma/migrations"
        self.folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.write(A, "CREATE TABLE a (id int);\n")
        self.sum()
        self.commit("a")
        self.git("checkout", "-q", "-b", "work")
        self.write(B, "CREATE TABLE b (id int);\n")
        self.write(C, "CREATE TABLE c (id int);\n")
        self.sum()
        self.commit("b and c")

    def git(self, *words, ok=True):
        return run("git", "-C", self.path, "-c", "user.name=x", "-c", "user.email=x@example.org", *words, ok=ok)

    def commit(self, words):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", words)

    def write(self, name, sql):
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / "migration.sql").write_text(sql)

    def sum(self, *words, code=0, env=None):
        r = run(inboard, "sum", *words, cwd=self.path, ok=False, env={"INBOARD_MIGRATIONS": "", **(env or {})})
        assert r.returncode == code, r
        return r

    def refused(self, words, *parts, code=2):
        """Nothing is written, and the text says what and why."""
        before = (self.folder / "inboard.sum").read_bytes()
        said = self.sum(*words, code=code).stderr
        assert all(p in said for p in parts) and "\n  hint: " in said, said
        assert (self.folder / "inboard.sum").read_bytes() == before
        return said

    def lists(self):
        return [line.split()[0] for line in (self.folder / "inboard.sum").read_text().splitlines() if line[0].isdigit() and line.count(" ") == 2]


def test_what_was_added_since_can_be_rewritten():
    r = Repository("rewritten")
    r.write(B, "CREATE TABLE b (id bigint);\n")
    r.refused((), "the released migration was edited", code=1)
    assert "out of date" in r.sum("--check", "--since", "main", code=1).stdout
    assert r.sum("--since", "main").stdout == "prisma/migrations/inboard.sum: written, 3 migrations, 2 new\n"
    r.sum("--check"), r.sum("--check", "--since", "main")
    shutil.rmtree(r.folder / B)
    assert json.loads(r.sum("--since", "main", "--json").stdout) == {
        "file": "prisma/migrations/inboard.sum", "migrations": 2, "added": [C], "changed": True, "diagnostics": []}
    assert r.lists() == [A, C]
    r.write(C, "DROP TABLE a;\n")
    r.refused(("--since", "main"), f"{C}/migration.sql:1:1: error: DROP TABLE", code=1)


def test_what_is_released_stays_as_it_is():
    r = Repository("released")
    r.write(A, "CREATE TABLE a (id bigint);\n")
    r.refused(("--since", "main"), f"{A}/migration.sql: error: the released migration was edited", 'What "main" lists', code=1)
    shutil.rmtree(r.folder / A)
    r.refused(("--since", "main"), f'main:prisma/migrations/inboard.sum:2:1: error: the released migration "{A}" is not in the folder', code=1)
    r.refused(("--forget", A, "--since", "main"), f'"{A}" is released: main:prisma/migrations/inboard.sum lists it')
    # A list that was made smaller by hand is found by the check of a pull request.
    r.git("checkout", "-q", "work", "--", ".")
    shutil.rmtree(r.folder / A)
    (r.folder / "inboard.sum").unlink()
    r.sum()
    assert r.lists() == [B, C]
    r.refused(("--check", "--since", "main"), f'"{A}" is not in the folder', code=1)


def test_a_conflict_is_resolved_from_what_is_released():
    r = Repository("conflict")
    r.git("checkout", "-q", "main")
    r.write("20260102120000_theirs", "CREATE TABLE theirs (id int);\n")
    r.sum()
    r.commit("theirs")
    r.git("checkout", "-q", "work")
    said = r.refused(("--since", "main"), '"20260102120000_theirs" is not in the folder', "merge it first", code=1)
    assert r.git("merge", "main", ok=False).returncode == 1
    r.refused((), "a merge conflict", code=1)
    r.refused(("--forget", B, "--since", "main"), "a merge conflict", "`inboard sum --since`", code=1)
    r.refused(("--since", "main"), f'{B}/migration.sql: error: the new migration sorts before "20260102120000_theirs"', code=1)
    (r.folder / B).rename(r.folder / "20260104000000_b")
    r.sum("--since", "main")
    assert r.lists() == [A, "20260102120000_theirs", C, "20260104000000_b"]
    r.sum("--check")


def test_an_entry_is_forgotten():
    r = Repository("forgotten")
    assert r.sum("--forget", C, "--since", "main").stdout == "prisma/migrations/inboard.sum: written, 2 migrations, 1 forgotten\n"
    assert r.lists() == [A, B] and (r.folder / C).is_dir()
    r.write(C, "CREATE TABLE c (id bigint);\n")
    r.sum()
    assert r.lists() == [A, B, C]
    r.refused(("--forget", B, "--since", "main"), f'"{B}" sorts before "{C}", which stays listed')
    said = json.loads(r.sum("--forget", B, "--forget", C, "--since", "main", "--json").stdout)
    assert said == {"file": "prisma/migrations/inboard.sum", "migrations": 1, "added": [], "forgotten": [B, C], "changed": True, "diagnostics": []}
    assert r.lists() == [A]
    r.sum()
    shutil.rmtree(r.folder / B)
    r.sum("--forget", B, "--since", "main")
    assert r.lists() == [A, C]
    r.sum("--check")


def test_without_a_commit_the_default_branch_of_origin_says_what_is_released():
    r = Repository("cloned")
    r.refused(("--forget", C), 'git finds no commit "origin/HEAD" for "prisma/migrations"', "--since")
    r.git("checkout", "-q", "main")
    run("git", "clone", "-q", r.path, pathlib.Path(scratch.name, "clone"))
    clone = object.__new__(Repository)
    clone.path = pathlib.Path(scratch.name, "clone")
    clone.folder = clone.path / "prisma/migrations"
    clone.git("checkout", "-q", "work")
    clone.sum("--forget", C)
    assert clone.lists() == [A, B]
    clone.refused(("--forget", A), f"origin/HEAD:prisma/migrations/inboard.sum lists it")


def test_what_cannot_be_found_out_is_refused():
    r = Repository("wrong")
    for words, parts in ((("--since", "nowhere"), ['git finds no commit "nowhere"']), (("--since", "--output=x"), ['git finds no commit "--output=x"']),
                         (("--forget", "x", "--since", "main"), ['"prisma/migrations/inboard.sum" does not list "x"']),
                         (("--forget", C, "--check"), ["--forget takes neither --check nor --adopt"]),
                         (("--forget", C, "--adopt"), ["--forget takes neither --check nor --adopt"])):
        r.refused(words, *parts)
    assert not (r.path / "x").exists()
    r.git("checkout", "-q", "--orphan", "bare")
    r.git("rm", "-q", "-r", "--cached", ".")
    r.git("commit", "-q", "--allow-empty", "-m", "nothing")
    for words in (("--since", "bare"), ("--forget", C, "--since", "bare")):
        r.refused(words, '"bare" has no inboard.sum in "prisma/migrations"')
    shutil.rmtree(r.path / ".git")
    said = r.refused(("--since", "main"), 'git finds no commit "main"')
    assert "not a git repository" in said, said
    r.sum("--since", "main", code=2, env={"PATH": "/nowhere"})
    assert "cannot run git" in r.sum("--since", "main", code=2, env={"PATH": "/nowhere"}).stderr


tap.main(lambda: None, scratch.cleanup)
