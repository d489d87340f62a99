#!/usr/bin/env python3
"""How long a new server process takes to parse and to plan each statement of the engine: what a start and a probe wait for.

    planning.py PSQL URL    of a database that has a history; prints milliseconds, the least of some runs, dearest first

Each statement is alone in a process, as the first that it plans, and planned for any parameters (EXPLAIN (SUMMARY) of a generic plan).
"""
import pathlib, re, subprocess, sys

SQL = pathlib.Path(__file__).resolve().parents[2] / "src/engine/sql"
RUNS = 5


def statements():
    """Name and text of each that is planned: a table is created without a plan."""
    for file in sorted(SQL.glob("*.sql")):
        for name, text in re.findall(r"^PREPARE (\w+) AS\n(.*?);$", file.read_text(), re.M | re.S):
            yield name, text


def planned(psql, url, name, text):
    """Milliseconds of the server process for parsing and planning, as it says itself."""
    n = max((int(p) for p in re.findall(r"\$(\d+)", text)), default=0)
    parameters = f"({', '.join(['NULL'] * n)})" if n else ""
    script = (f"SET plan_cache_mode = force_generic_plan;\nSET log_parser_stats = off;\nSELECT clock_timestamp() AS a \\gset\nPREPARE {name} AS\n{text};\n"
              f"SELECT extract(epoch FROM clock_timestamp() - :'a'::timestamptz) * 1000;\nEXPLAIN (SUMMARY) EXECUTE {name}{parameters};\n")
    p = subprocess.run([str(psql), "-qXAt", "-v", "ON_ERROR_STOP=1", "-v", "schema=public", url], input=script, capture_output=True, text=True)
    if p.returncode:
        return None
    return float(p.stdout.split("\n", 1)[0]), float(re.search(r"Planning Time: ([\d.]+) ms", p.stdout)[1])


def planning(psql, url):
    """(name, parsing, planning) of each, in milliseconds, dearest first."""
    rows = []
    for name, text in statements():
        runs = [planned(psql, url, name, text) for _ in range(RUNS)]
        if None not in runs:
            rows.append((name, min(r[0] for r in runs), min(r[1] for r in runs)))
    return sorted(rows, key=lambda r: -sum(r[1:]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    for name, parsing, plan in planning(*sys.argv[1:]):
        print(f"{name:36} {parsing:7.2f} + {plan:7.2f} ms")
