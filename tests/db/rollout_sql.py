#!/usr/bin/env python3
"""The planner's SQL (src/schema/rollout/rollout.sql) is one script that psql runs as it is, on every supported server."""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, root, run

cluster = Cluster()
script = root / "src/schema/rollout/rollout.sql"


def test_psql_runs_it_and_nothing_is_left():
    url = cluster.fresh("templates")["DATABASE_URL"]
    for _ in range(2):
        run("psql", "-qX", "-v", "ON_ERROR_STOP=1", url, "-f", script)
        assert cluster.sql("templates", "select count(*) from pg_namespace where nspname like 'shop%'") == "0"


def test_each_statement_is_a_template():
    # What psql runs in between only makes the example: it is marked as that, and makes no statement of the planner's.
    part, planned = "example", 0
    for line in script.read_text().splitlines():
        if line.startswith(("-- template:", "-- expression:", "-- example")):
            part = line.split()[1].rstrip(":")
            planned += part != "example"
        assert part != "example" or "CONCURRENTLY" not in line, line
    assert planned > 60, planned


tap.main(cluster.start, cluster.remove)
