#!/usr/bin/env python3
"""Shadow databases of `inboard migrate diff`: made, used, removed; what a killed run left; what is refused."""
import os, pathlib, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run

cluster = Cluster()
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'


def folder():
    return cluster.folder("migrations", {"20200101000000_a": 'CREATE TABLE t (id INTEGER PRIMARY KEY);',
                                         "20200102000000_b": "DO $$ BEGIN EXECUTE 'ALTER TABLE t ADD COLUMN seen TEXT'; END $$;"})


def schema():
    file = cluster.path("shadow.prisma")
    file.write_text(HEAD + "model t {\n  id Int @id\n  seen String?\n}\n")
    return file


def diff(*more, url=None, ok=True):
    return run(inboard, "migrate", "diff", "--from-migrations", folder(), "--to-schema", schema(), "--script", *more,
               env={"DATABASE_URL": url or cluster.url("main"), "DIRECT_URL": ""}, ok=ok)


def shadows():
    return cluster.sql("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'inboard\\_shadow%'")


def test_what_the_analysis_cannot_see_a_shadow_shows():
    cluster.fresh("main")
    assert "ADD COLUMN" in diff().stdout
    assert diff("--shadow").stdout == "-- This is an empty migration.\n"
    assert shadows() == "" and cluster.sql("main", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"


def test_what_a_dead_run_left_is_removed_and_a_living_one_is_not():
    cluster.fresh("main")
    dead, alive = ("inboard_shadow_" + c * 32 for c in "0a")
    for name in (dead, alive):
        cluster.sql("postgres", f"CREATE DATABASE {name}")
    cluster.sql("postgres", "CREATE DATABASE inboard_shadow_of_mine")
    with cluster.session("main", f"SELECT pg_advisory_lock(72707370, hashtext('{alive}'))"):
        assert diff("--shadow").stdout == "-- This is an empty migration.\n"
        assert shadows().split() == ["inboard_shadow_of_mine", alive] or sorted(shadows().split()) == sorted(["inboard_shadow_of_mine", alive]), shadows()
    cluster.sql("postgres", f"DROP DATABASE {alive}")
    cluster.sql("postgres", "DROP DATABASE inboard_shadow_of_mine")


def test_a_right_that_is_missing_is_named():
    cluster.fresh("main")
    cluster.sql("postgres", "DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN")
    r = diff("--shadow", url=cluster.url("main", user="plain"), ok=False)
    assert r.returncode == 6 and 'the role "plain" may not create a shadow database' in r.stderr and "CREATEDB" in r.stderr and "P3014" in r.stderr, r


def test_a_given_one_is_emptied_before_and_after():
    cluster.fresh("main")
    cluster.fresh("given")
    for _ in range(2):
        assert diff("--shadow-database-url", cluster.url("given")).stdout == "-- This is an empty migration.\n"
        assert cluster.sql("given", "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^pg_'") == \
            "inboard_shadow information_schema public"
        cluster.sql("given", "CREATE TABLE left_by_a_killed_run (id INTEGER); CREATE SCHEMA more CREATE TABLE t (id INTEGER)")
    assert shadows() == ""


def test_what_is_refused():
    cluster.fresh("main")
    cluster.fresh("given")
    cluster.sql("given", "CREATE TABLE precious (id INTEGER)")
    r = diff("--shadow-database-url", cluster.url("main") + "&connect_timeout=9", ok=False)
    assert r.returncode == 2 and "the shadow database is the main database" in r.stderr, r
    r = diff("--shadow-database-url", cluster.url("given"), ok=False)
    assert r.returncode == 2 and "not empty" in r.stderr and cluster.sql("given", "SELECT count(*) FROM precious") == "0", r
    for precious in ("FUNCTION f() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'", "TYPE e AS ENUM ('a')", "DOMAIN d AS INTEGER"):
        cluster.fresh("given")
        cluster.sql("given", f"CREATE {precious}")
        r = diff("--shadow-database-url", cluster.url("given"), ok=False)
        assert r.returncode == 2 and "not empty" in r.stderr, (precious, r)
    cluster.fresh("given")
    cluster.sql("given", "CREATE EXTENSION hstore; CREATE EXTENSION pg_stat_statements") # an image's own: with tables, functions and types
    assert diff("--shadow-database-url", cluster.url("given")).returncode == 0
    cluster.fresh("given")
    with cluster.session("given", "SELECT pg_advisory_lock(72707370, 0)"):
        r = diff("--shadow-database-url", cluster.url("given"), ok=False)
        assert r.returncode == 5 and "another run uses the shadow database" in r.stderr, r


def test_migrations_that_do_not_build_everything_are_told():
    cluster.fresh("main")
    f = cluster.folder("broken", {"20200101000000_a": "ALTER TABLE missing ADD COLUMN a INTEGER;"})
    r = run(inboard, "migrate", "diff", "--from-migrations", f, "--to-empty", "--shadow", env={"DATABASE_URL": cluster.url("main"), "DIRECT_URL": ""}, ok=False)
    assert r.returncode == 1 and "P3006" in r.stderr and "missing" in r.stderr, r
    assert shadows() == ""


tap.main(cluster.start, cluster.remove)
