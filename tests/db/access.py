#!/usr/bin/env python3
"""Who may migrate what: the roles of docs/ROLES.md, read-only sessions, standbys."""
import json, os, pathlib, re, signal, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, root, run, spawn

cluster = Cluster()
PLAIN = {"20260101000000_a": "CREATE TABLE a (id int);\n", "20260102000000_b": "CREATE TABLE b (id int);\n"}


def documented(n):
    return re.findall(r"```sql\n(.*?)```", (root / "docs/ROLES.md").read_text(), re.S)[n]


def deploy(folder, url, *more, direct=None):
    env = {"DATABASE_URL": url, "DIRECT_URL": direct or ""}
    return run(inboard, "migrate", "deploy", "--migrations", folder, "--json", "--wait=60", *more, env=env, ok=False)


def error(result):
    return json.loads(result.stdout)["error"]


def test_the_documented_rights_are_enough():
    cluster.fresh("roles")
    folder = cluster.folder("plain", PLAIN)
    cluster.sql("roles", documented(0))
    done = deploy(folder, cluster.url("roles", "shop_migrator"))
    assert done.returncode == 0, done
    cluster.sql("roles", documented(1))
    seen = deploy(folder, cluster.url("roles", "shop_app"))
    assert seen.returncode == 0 and json.loads(seen.stdout)["applied"] == [], seen
    status = run(inboard, "migrate", "status", "--migrations", folder, env={"DATABASE_URL": cluster.url("roles", "shop_app")}, ok=False)
    assert status.returncode == 0, status
    cluster.sql("roles", "INSERT INTO a VALUES (1)", user="shop_app")
    assert cluster.sql("roles", "SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname IN ('public', 'inboard')") == "shop_migrator"


def test_the_documented_rights_are_enough_for_what_diff_writes():
    """It begins with CREATE SCHEMA IF NOT EXISTS, for which PostgreSQL wants CREATE on the database even when the schema is there."""
    cluster.fresh("roles_diff")
    cluster.sql("roles_diff", re.sub(r"CREATE ROLE [^;]*;", "", documented(0)))
    schema = cluster.path("access.prisma")
    schema.write_text('datasource db {\n  provider = "postgresql"\n}\nmodel A {\n  id Int @id\n}\n')
    written = run(inboard, "migrate", "diff", "--from-empty", f"--to-schema={schema}", "--script").stdout
    assert 'CREATE SCHEMA IF NOT EXISTS "public"' in written, written
    url = cluster.url("roles_diff", "shop_migrator")
    for name, sql in (("first", written),
                      ("stepwise", "-- inboard: no-transaction\n" + written.replace('"A', '"B') + 'CREATE INDEX CONCURRENTLY ON "B" (id);\n'),
                      ("another", 'CREATE SCHEMA IF NOT EXISTS "public";\nCREATE SCHEMA IF NOT EXISTS inboard;\nCREATE TABLE c (id int);\n')):
        cluster.sql("roles_diff", "DROP TABLE IF EXISTS _prisma_migrations; DROP TABLE IF EXISTS \"A\", \"B\", c; DELETE FROM inboard.histories"
                    if name != "first" else "SELECT 1")
        done = deploy(cluster.folder(name, {"20260101000000_" + name: sql}), url)
        assert done.returncode == 0, (name, done)
    assert cluster.sql("roles_diff", "SELECT to_regclass('c')") == "c"
    refused = deploy(cluster.folder("new", {"20260101000000_another": 'CREATE SCHEMA IF NOT EXISTS "public";\nCREATE SCHEMA IF NOT EXISTS inboard;\n'
                                            'CREATE TABLE c (id int);\n', "20260103000000_new": "CREATE SCHEMA IF NOT EXISTS fresh;\n"}), url)
    assert refused.returncode == 1 and error(refused)["message"], refused
    assert "permission denied for database" in refused.stdout, refused.stdout


def test_a_pending_migration_is_refused_to_the_application():
    folder = cluster.folder("more", {**PLAIN, "20260103000000_c": "CREATE TABLE c (id int);\n"})
    refused = deploy(folder, cluster.url("roles", "shop_app"))
    assert refused.returncode in (1, 6) and error(refused)["hint"], refused
    assert cluster.sql("roles", "SELECT count(*) FROM _prisma_migrations") == "2"


def test_without_the_own_schema_the_missing_right_is_named():
    cluster.fresh("bare")
    cluster.sql("bare", "GRANT USAGE, CREATE ON SCHEMA public TO shop_migrator")
    refused = deploy(cluster.folder("plain", PLAIN), cluster.url("bare", "shop_migrator"))
    assert refused.returncode == 6, refused
    assert "CREATE SCHEMA inboard AUTHORIZATION \"shop_migrator\"" in error(refused)["hint"], refused.stdout
    assert cluster.sql("bare", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"


def test_a_history_that_may_not_be_read_is_not_an_unmanaged_database():
    cluster.sql("roles", "CREATE ROLE stranger LOGIN")
    cluster.sql("roles", "GRANT USAGE ON SCHEMA public TO stranger")
    refused = deploy(cluster.folder("plain", PLAIN), cluster.url("roles", "stranger"))
    assert refused.returncode == 6, refused
    assert "GRANT SELECT ON" in error(refused)["hint"], refused.stdout
    status = run(inboard, "migrate", "status", "--migrations", cluster.path("plain"), env={"DATABASE_URL": cluster.url("roles", "stranger")}, ok=False)
    assert status.returncode == 64, status


def test_a_read_only_role_is_refused_before_the_lock():
    cluster.fresh("readonly")
    cluster.sql("readonly", "CREATE ROLE reader LOGIN SUPERUSER")
    cluster.sql("readonly", "ALTER ROLE reader SET default_transaction_read_only = on")
    refused = deploy(cluster.folder("plain", PLAIN), cluster.url("readonly", "reader"), "--wait=3")
    assert refused.returncode == 6 and "read-only" in error(refused)["message"], refused
    assert "default_transaction_read_only off" in error(refused)["hint"], "it is the primary: the setting is what is in the way"
    assert cluster.sql("readonly", "SELECT to_regclass('_prisma_migrations') IS NULL") == "t"


# Whoever may create in "public" can offer a closer match than pg_catalog's, where a call's types are not exact.
HOSTILE_FUNCTIONS = ("pg_try_advisory_lock(integer)", "pg_advisory_unlock(integer)", "quote_literal(name)", "starts_with(name, text)",
                     "set_config(name, text, boolean)", "format(text, name)", "format(text, name, name)", "format(text, regclass, regclass)",
                     "format(text, \"char\", name)", "format(text, boolean, text)", "round(double precision)", "concat(text, integer)")
HOSTILE_OPERATORS = (("=", "oid", "integer"), ("=", "oid", "regclass"), ("=", "varchar", "varchar"), ("=", "varchar", "text"), ("=", "smallint", "bigint"),
                     ("~", "name", "name"), ("!~", "name", "name"), ("||", "text", "integer"), ("||", "integer", "integer"), ("<>", "varchar", "varchar"))


def hostile(db):
    body = "LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$"
    text = [f"CREATE FUNCTION public.{f} RETURNS boolean {body}" for f in HOSTILE_FUNCTIONS]
    for n, (name, left, right) in enumerate(HOSTILE_OPERATORS):
        text.append(f"CREATE FUNCTION public.trap{n}({left}, {right}) RETURNS boolean {body}")
        text.append(f"CREATE OPERATOR public.{name} (FUNCTION = public.trap{n}, LEFTARG = {left}, RIGHTARG = {right})")
    cluster.sql(db, "; ".join(text))


def test_what_others_put_into_public_is_not_run_by_a_superuser():
    cluster.fresh("hostile")
    hostile("hostile")
    slow = "20260103000000_alone"
    migrations = {**PLAIN, slow: "CREATE TABLE h (a int);\nCREATE INDEX CONCURRENTLY ON h (a);\nCREATE INDEX CONCURRENTLY i ON h (a);\nREINDEX INDEX CONCURRENTLY i;\n"
                                 "DROP INDEX CONCURRENTLY i;\n"}
    env = {"DATABASE_URL": cluster.url("hostile")}
    done = deploy(cluster.folder("hostile", migrations), env["DATABASE_URL"])
    assert done.returncode == 0 and "hijacked" not in done.stderr, done
    bad = cluster.folder("hostile", {"20260104000000_bad": "CREATE TABLE j (a int);\nCREATE UNIQUE INDEX CONCURRENTLY ON h (a, (1 / a));\n"})
    cluster.sql("hostile", "INSERT INTO h VALUES (0)")
    refused = deploy(bad, env["DATABASE_URL"])
    assert refused.returncode == 1 and error(refused)["sqlstate"] == "22012" and "hijacked" not in refused.stderr, refused
    for words in (("status",), ("resolve", "--rolled-back", "20260104000000_bad"), ("resolve", "--applied", "20260104000000_bad"), ("status",)):
        r = run(inboard, "migrate", *words, "--migrations", bad, env=env, ok=False)
        assert "hijacked" not in r.stdout + r.stderr, r
    assert r.returncode == 0, r


class Standby:
    """A standby of the cluster, on a socket folder of its own: a copy of the stopped primary."""

    def __init__(self):
        self.dir, self.bin = cluster.path("standby"), (cluster.dir / "bindir").read_text().strip()
        self.dir.mkdir()
        os.chmod(self.dir, 0o777)
        self.owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []

    def __enter__(self):
        cluster.stop()
        run(*self.owner, "cp", "-a", cluster.dir / "data", self.dir / "data")
        cluster.start()
        run(*self.owner, "touch", self.dir / "data/standby.signal")
        run(*self.owner, f"{self.bin}/pg_ctl", "-D", self.dir / "data", "-w", "-s", "-l", self.dir / "log", "-o",
            f"-k {self.dir} -c listen_addresses='' -c max_connections=200 -c primary_conninfo='host={cluster.socket} user=postgres'", "start")
        return self

    def promote(self):
        run(*self.owner, f"{self.bin}/pg_ctl", "-D", self.dir / "data", "-w", "-s", "promote")

    def __exit__(self, *_):
        run(*self.owner, f"{self.bin}/pg_ctl", "-D", self.dir / "data", "-w", "-s", "-m", "immediate", "stop")


def test_a_standby_is_refused_for_migrating_and_read_by_status():
    cluster.fresh("copied")
    folder = cluster.folder("plain", PLAIN)
    assert deploy(folder, cluster.url("copied")).returncode == 0
    with Standby() as standby:
        url = cluster.url("copied", host=standby.dir)
        more = cluster.folder("more", {**PLAIN, "20260103000000_c": "CREATE TABLE c (id int);\n"})
        refused = deploy(more, url, "--wait=1")
        assert refused.returncode == 6 and "primary" in error(refused)["hint"], refused
        status = run(inboard, "migrate", "status", "--migrations", folder, env={"DATABASE_URL": url}, ok=False)
        assert status.returncode == 0, status
        both = cluster.url("copied", host=f"{standby.dir},{cluster.socket}")
        assert deploy(more, both).returncode == 0, "the primary is found behind the standby"
        last = cluster.folder("last", {**PLAIN, "20260103000000_c": "CREATE TABLE c (id int);\n", "20260104000000_d": "CREATE TABLE d (id int);\n"})
        waiting = spawn(inboard, "migrate", "deploy", "--migrations", last, "--wait=300", env={"DATABASE_URL": url})
        for _ in range(3):  # it says so every 5 s
            assert "waiting for the database" in waiting.stderr.readline()
        standby.promote()
        assert waiting.wait(tap.LIMIT) == 0, waiting.stderr.read()


tap.main(cluster.start, cluster.remove)
