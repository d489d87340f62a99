#!/usr/bin/env python3
"""Where a database lives: a URL without a schema goes where the session's search_path leads, as Prisma does."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run

cluster = Cluster()
PLAIN = {"20260101000000_a": 'CREATE TABLE "A" (id int PRIMARY KEY);\n'}
MORE = {**PLAIN, "20260102000000_b": 'CREATE INDEX ON "A" (id);\n'}


def created(setup):
    cluster.sql("postgres", "DROP DATABASE IF EXISTS place WITH (FORCE)")
    cluster.sql("postgres", "CREATE DATABASE place")
    cluster.sql("place", "CREATE SCHEMA fleet AUTHORIZATION lodger; GRANT CREATE ON DATABASE place TO lodger; GRANT CREATE ON SCHEMA public TO lodger;"
                         + setup)


def go(verb, folder, user="lodger", more=""):
    return run(inboard, "migrate", *verb.split(), "--migrations", folder, "--json", env={"DATABASE_URL": cluster.url("place", user, more=more)}, ok=False)


def places():
    return cluster.sql("place", "SELECT string_agg(schemaname || '.' || tablename, ' ' ORDER BY tablename COLLATE \"C\") FROM pg_tables WHERE tablename IN ('A', '_prisma_migrations')")


def test_the_search_path_of_role_database_and_options_is_followed():
    cluster.sql("postgres", "CREATE ROLE lodger LOGIN")
    folder, more = cluster.folder("plain", PLAIN), cluster.folder("more", MORE)
    for setup, parameters in (("ALTER ROLE lodger IN DATABASE place SET search_path = fleet, public", ""),
                              ("ALTER DATABASE place SET search_path = fleet, public", ""),
                              ("ALTER DATABASE place SET search_path = nowhere, fleet", ""),
                              ("CREATE SCHEMA lodger AUTHORIZATION lodger; ALTER SCHEMA fleet RENAME TO f2; ALTER SCHEMA lodger RENAME TO fleet;"
                               "ALTER DATABASE place SET search_path = fleet", ""),
                              ("SELECT 1", "&options=-csearch_path%3Dfleet"),
                              ("REVOKE ALL ON SCHEMA public FROM PUBLIC, lodger; ALTER DATABASE place SET search_path = fleet", "")):
        created(setup)
        first = go("deploy", folder, more=parameters)
        assert first.returncode == 0, (setup, first)
        assert places() == "fleet.A fleet._prisma_migrations", (setup, places())
        assert go("status", folder, more=parameters).returncode == 0, setup
        again = json.loads(go("deploy", folder, more=parameters).stdout)
        assert again["applied"] == [] and again["round_trips"] == 2, (setup, again)
        assert go("deploy", more, more=parameters).returncode == 0, setup


def test_a_schema_in_the_url_decides():
    created("ALTER DATABASE place SET search_path = fleet, public")
    assert go("deploy", cluster.folder("plain", PLAIN), more="&schema=public").returncode == 0
    assert places() == "public.A public._prisma_migrations", places()


def test_a_role_with_the_name_of_inboards_own_schema():
    cluster.sql("postgres", "CREATE ROLE inboard LOGIN")
    created("GRANT CREATE ON DATABASE place TO inboard; GRANT CREATE ON SCHEMA public TO inboard")
    for verb in ("deploy", "status", "deploy"):  # the first makes the schema, which "$user" then leads to
        assert go(verb, cluster.folder("plain", PLAIN), user="inboard").returncode == 0, verb
    assert go("deploy", cluster.folder("more", MORE), user="inboard").returncode == 0
    assert places() == "public.A public._prisma_migrations", places()


def test_without_a_place_it_is_public():
    for path in ("nowhere", "pg_catalog", "''", '"$user", public'):
        created(f"ALTER DATABASE place SET search_path = {path}")
        assert go("deploy", cluster.folder("plain", PLAIN)).returncode == 0, path
        assert places() == "public.A public._prisma_migrations", (path, places())


def test_a_history_in_public_is_not_left_behind():
    """The path was changed after the first deploy, or the role has a schema of its own name: applying all again would be wrong."""
    folder = cluster.folder("plain", PLAIN)
    created("SELECT 1")
    assert go("deploy", folder).returncode == 0
    cluster.sql("place", "ALTER DATABASE place SET search_path = fleet, public")
    for verb, status in (("status", 64), ("deploy", 4), ("resolve --applied 20260101000000_a", 4)):
        r = go(verb, folder)
        error = json.loads(r.stdout)["error"]
        assert r.returncode == status and '"fleet"' in error["message"] and "schema=public" in error["hint"], r
    assert places() == "public.A public._prisma_migrations", places()
    assert go("deploy", folder, more="&schema=public").returncode == 0


def test_an_extension_in_another_schema_is_named():
    for i, statement in enumerate(['CREATE TABLE "A" ("n" CITEXT)', "CREATE TABLE b AS SELECT uuid_generate_v4() AS c",
                                   "CREATE TABLE c (d text); CREATE INDEX ON c USING gin (d gin_trgm_ops)", "CREATE TABLE d (e nowhere)"]):
        env = cluster.fresh("extended")
        cluster.sql("extended", 'CREATE SCHEMA fleet; CREATE EXTENSION citext; CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION pg_trgm')
        folder = cluster.folder(f"extended{i}", {"1_a": statement + ";\n"})
        r = run(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": env["DATABASE_URL"] + "&schema=fleet"}, ok=False)
        name = ["citext", "uuid-ossp", "pg_trgm", None][i]
        assert r.returncode == 1 and (f'hint: Extension "{name}" is in schema "public"' in r.stderr) == (name is not None), r.stderr


tap.main(cluster.start, cluster.remove)
