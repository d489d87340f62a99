#!/usr/bin/env python3
"""The engine's .sql files are what psql can run, on whatever version the server has; and how they become C."""
import pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, root, run

cluster = Cluster()
AWK = root / "src/sql_to_c.awk"
FILES = sorted((root / "src").glob("*/sql/*.sql"))


def test_psql_runs_every_file():
    cluster.fresh("files")
    record = root / "src/engine/sql/record.sql"  # first: it makes the tables that the others read
    cluster.sql("files", "SET allow_system_table_mods = on; CREATE TABLE pg_catalog.pg_dist_local_group (groupid integer);"
                "CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass, partmethod \"char\", repmodel \"char\", colocationid integer)")
    server = int(cluster.sql("files", "SHOW server_version_num")) // 10000
    cluster.sql("files", "CREATE TABLE described (top text, part text, description text)")  # in the place of objects_now
    for file in [record] + [f for f in FILES if f != record]:
        since = re.search(r"_(\d+)$", file.stem)
        if since and int(since.group(1)) > server:
            continue
        db = "files"
        if file.name == "shadow.sql":  # it empties its database
            db = "emptied"
            cluster.fresh(db)
        run("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-v", "schema=of it's \"own\"", "-v", "objects=described", cluster.url(db), "-f", file)
    assert cluster.sql("files", "SELECT count(*) FROM \"of it's \"\"own\"\"\"._prisma_migrations") == "0"
    assert len(FILES) >= 7


def to_c(text):
    file = cluster.path("file.sql")
    file.write_text(text)
    return run("awk", "-f", AWK, file, ok=False)


def test_a_query_is_one_line_and_text_stays_as_it_is():
    r = to_c('-- a\n\nPREPARE x_one AS\n-- b\nSELECT \'\\?\',\n    "c";\n-- name: x_two\nDO $$\nBEGIN;\n\n  -- d\nEND $$;\n')
    assert r.returncode == 0, r
    assert r.stdout.split("\n\n", 1)[1] == (
        'extern const char inb__query_x_one[];\nconst char inb__query_x_one[] =\n    "SELECT \'\\\\\\?\',"\n    " \\"c\\"";\n\n'
        'extern const char inb__query_x_two[];\nconst char inb__query_x_two[] =\n    "DO $$"\n    "\\nBEGIN;"\n    "\\n"\n'
        '    "\\n  -- d"\n    "\\nEND $$";\n'), r.stdout


def test_what_is_no_statement_with_a_name_is_refused_with_its_place():
    for text, said in (("SELECT 1;\n", "file.sql:1: a statement without a name"), ("PREPARE x_a AS\nSELECT 1\n", "file.sql:1: x_a has no end"),
                       ("PREPARE x_a (int) AS\nSELECT 1;\n", "file.sql:1: expected: PREPARE NAME AS"),
                       ("-- name: x-a\nSELECT 1;\n", "file.sql:1: not a name: x-a"),
                       ("-- name: x_a\nA;\n\n-- name: x_a\nB;\n", "file.sql:4: x_a is there twice")):
        r = to_c(text)
        assert r.returncode == 1 and said in r.stderr, (text, r)


tap.main(cluster.start, cluster.remove)
