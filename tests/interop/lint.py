#!/usr/bin/env python3
"""Each finding of squawk, on the scripts of the golden cases and the examples of the rules' pages: found, or explained here."""
import collections, json, pathlib, re, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import build, inboard, root, run

SQUAWK = build / "tests/interop/engine/node_modules/@squawk-cli/linux-x64/bin/squawk"
PAGES = sorted((root / "docs/rules").glob("*.md"))

# Which rules of ours have a name of squawk's, as their pages say.
OURS = collections.defaultdict(set)
for page in PAGES:
    for name in re.findall(r"`squawk ([\w-]+)`", page.read_text()):
        OURS[name].add(page.stem)

REFUSED = {"refused"}
EXPLAINED = {
    "require-lock-timeout": "the engine sets lock_timeout for each migration",
    "require-statement-timeout": "the engine holds locks within its own limits",
    "require-timeout-settings": "both of the above",
    "require-table-schema": "the engine pins search_path",
    "prefer-robust-stmts": "a migration is one transaction, or its statements are resumed one by one",
}


def explained(name, line, statement):
    """What squawk says of a statement for a reason that is not one here."""
    if name in ("prefer-bigint-over-int", "prefer-bigint-over-smallint"):
        column = re.search(r'"([^"]+)"|(?<=COLUMN )(\w+)|(\w+)', line)[0]
        key = "PRIMARY KEY" in line.upper() or re.search(rf'PRIMARY KEY \({re.escape(column)}\)', statement)
        return not key  # of columns that are no key there is no finding
    if name == "adding-required-field":
        return re.search(r"\b(SMALL|BIG)?SERIAL\b", statement, re.I)  # it has a default: its sequence
    if name == "ban-concurrent-index-creation-in-transaction":
        return "-- inboard: no-transaction" in statement  # it is told that a transaction is there, and there is none
    return False


def findings(sql):
    file = place / "m.sql"
    file.write_text(sql)
    theirs = run(SQUAWK, "--reporter", "json", "--assume-in-transaction", file, ok=False)
    ours = run(inboard, "lint", file, "--json", "--notes", cwd=place, ok=False)
    return json.loads(theirs.stdout), json.loads(ours.stdout)["diagnostics"]


def unfound(sql):
    theirs, ours = findings(sql)
    lines = sql.splitlines()
    for t in theirs:
        name, line = t["rule_name"], t["line"] + 1
        at = [o for o in ours if o["line"] and o["line"] <= line + 1 and line - 1 <= o["end_line"]]
        statement = "\n".join(lines[max(0, line - 2):line + 8])
        known = OURS[name] | (REFUSED if name in ("transaction-nesting", "identifier-too-long", "syntax-error", "ban-concurrent-index-creation-in-transaction",
                                                  "ban-uncommitted-transaction", "ban-duplicate-column-assignments") else set())
        if name not in EXPLAINED and not {o["code"] for o in at} & known and not explained(name, lines[t["line"]], statement):
            yield name, line, statement, [o["code"] for o in at]


def all_found(texts):
    seen = 0
    for where, sql in texts:
        assert not (left := list(unfound(sql))), (where, left)
        seen += 1
    return seen


def test_golden_scripts():
    assert all_found((p, p.read_text()) for p in sorted((root / "tests/golden").glob("diff/*/expected.sql"))) > 50


def test_examples_of_the_pages():
    def examples():
        for page in PAGES:
            yield page.stem, re.findall(r"```sql\n(.*?)```", page.read_text(), re.S)[0]
    assert all_found(examples()) == len(PAGES)


def test_names_are_names_of_squawks():
    """A name that squawk does not have would excuse nothing."""
    refused = run(SQUAWK, "--exclude", "no-such-rule", "/dev/null", ok=False)
    assert refused.returncode == 2 and "invalid rule name" in refused.stderr, refused
    for name in OURS:
        run(SQUAWK, "--exclude", name, "/dev/null")


with tempfile.TemporaryDirectory(prefix="inb-test.") as made:
    place = pathlib.Path(made)
    tap.main()
