#!/usr/bin/env python3
"""Citus, simulated on a plain server: its catalogues, its settings and its refusals under their names. The history stays an ordinary table,
a worker is named as one, and what Citus has made of a history is refused with the command that undoes it."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run

cluster = Cluster()
A, B = "20260101000000_a", "20260102000000_b"
PLAIN = {A: "CREATE TABLE a (id int);\n"}
MORE = {**PLAIN, B: "CREATE TABLE b (id int);\n"}
SETTINGS = "concat_ws(' ', current_setting('citus.enable_schema_based_sharding', true), current_setting('citus.use_citus_managed_tables', true))"


def migrate(command, folder, env, *more):
    return run(inboard, "migrate", command, "--migrations", folder, *more, env=env, ok=False)


def catalogues(db, group):
    """As on a node of a cluster; in pg_catalog, where Citus has them."""
    cluster.sql(db, "SET allow_system_table_mods = on; CREATE TABLE pg_catalog.pg_dist_local_group (groupid integer);"
                    "CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass, partmethod \"char\", partkey text, colocationid integer,"
                    f" repmodel \"char\", autoconverted boolean); INSERT INTO pg_catalog.pg_dist_local_group VALUES ({group})")


def test_around_the_creation_of_its_tables_and_only_there_the_settings_are_off():
    env = cluster.fresh("settings")
    cluster.sql("settings", f"CREATE SCHEMA seen; CREATE TABLE seen.ddl (object text, settings text);"
                            "CREATE FUNCTION seen.note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen.ddl"
                            f" SELECT object_identity, {SETTINGS} FROM pg_event_trigger_ddl_commands(); END $$;"
                            "CREATE EVENT TRIGGER note ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE SCHEMA') EXECUTE FUNCTION seen.note()")
    cluster.sql("settings", "ALTER DATABASE settings SET citus.enable_schema_based_sharding = on;"
                            "ALTER DATABASE settings SET citus.use_citus_managed_tables = on")
    url = env["DATABASE_URL"] + ("&" if "?" in env["DATABASE_URL"] else "?") + "schema=tenant"
    r = migrate("deploy", cluster.folder("settings", {A: "CREATE TABLE a (id int);\nCREATE SCHEMA theirs;\n"}), {"DATABASE_URL": url})
    assert r.returncode == 0, r
    seen = dict(line.split("|") for line in cluster.sql("settings", "SELECT DISTINCT object, settings FROM seen.ddl").splitlines())
    ours = {k: v for k, v in seen.items() if k in ("tenant", "inboard") or k.startswith("inboard.") or k.endswith("_prisma_migrations")}
    made = {"inboard", "tenant", "tenant._prisma_migrations"} | {f"inboard.{t}" for t in ("histories", "migrations", "statements", "attempts")}
    assert made < set(ours), seen
    assert set(ours.values()) == {"off off"}, seen
    assert {v for k, v in seen.items() if k in ("tenant.a", "theirs")} == {"on on"}, seen
    plain = cluster.fresh("placeholders")
    assert migrate("deploy", cluster.folder("plain", PLAIN), plain).returncode == 0
    assert cluster.sql("placeholders", "SELECT count(*) FROM inboard.migrations") == "1"


def test_a_worker_is_named_as_one():
    env, folder = cluster.fresh("worker"), cluster.folder("plain", PLAIN)
    catalogues("worker", 3)
    r = migrate("deploy", folder, env)
    assert r.returncode == 6 and "the server is a worker of a Citus cluster" in r.stderr and "coordinator" in r.stderr, r
    assert cluster.sql("worker", "SELECT to_regclass('_prisma_migrations') IS NULL AND to_regnamespace('inboard') IS NULL") == "t"
    cluster.sql("worker", "UPDATE pg_catalog.pg_dist_local_group SET groupid = 0")
    assert migrate("deploy", folder, env).returncode == 0


def test_a_worker_that_refuses_is_named_and_its_hint_kept():
    env, folder = cluster.fresh("refuses"), cluster.folder("plain", PLAIN)
    cluster.sql("refuses", "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                           "'operation is not allowed on this node' USING HINT = 'Connect to the coordinator and run it again.', ERRCODE = 'XX000';"
                           " END $$; CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION refuse()")
    cluster.sql("refuses", "CREATE SCHEMA other")
    r = migrate("deploy", folder, env, "--json")
    error = json.loads(r.stdout)["error"]
    assert r.returncode == 6 and error["message"] == "the server is a worker of a Citus cluster", r
    assert error["hint"] == "Connect to the coordinator and run it again. Point the URL at the coordinator of the cluster.", error
    assert error["cause"]["message"] == "operation is not allowed on this node", error


def test_a_history_that_citus_has_distributed_is_refused_with_the_command_that_undoes_it():
    env, folder, more = cluster.fresh("tables"), cluster.folder("plain", PLAIN), cluster.folder("more", MORE)
    assert migrate("deploy", folder, env).returncode == 0
    catalogues("tables", 0)
    ours = "public._prisma_migrations"
    for table, row, words, undo in (
            (ours, "'h', 'id', 1, 's'", f"{ours} is a distributed table of Citus", f"SELECT undistribute_table('{ours}')"),
            (ours, "'n', NULL, 1, 't'", f"{ours} is a reference table of Citus", f"SELECT undistribute_table('{ours}')"),
            (ours, "'n', NULL, 0, 's'", f"{ours} is a table that Citus manages", f"SELECT undistribute_table('{ours}')"),
            ("inboard.attempts", "'n', NULL, 2, 's'", "inboard.attempts is in a schema that Citus has distributed",
             "SELECT citus_schema_undistribute('inboard')"),
            ("inboard.statements", "'n', NULL, 0, 's'", "inboard.statements is a table that Citus manages",
             "SELECT undistribute_table('inboard.statements')")):
        cluster.sql("tables", f"DELETE FROM pg_catalog.pg_dist_partition; INSERT INTO pg_catalog.pg_dist_partition VALUES ('{table}', {row}, false)")
        for r in (migrate("deploy", more, env), migrate("resolve", more, env, "--applied", B)):
            assert r.returncode == 4 and words in r.stderr and undo in r.stderr, r
    assert cluster.sql("tables", "SELECT count(*) FROM _prisma_migrations") == "1"
    cluster.sql("tables", f"DELETE FROM pg_catalog.pg_dist_partition; INSERT INTO pg_catalog.pg_dist_partition VALUES ('{ours}', 'n', NULL, 5, 's', false)")
    assert migrate("deploy", more, env).returncode == 0, "in a distributed schema the history is on one node with its tables"


tap.main(cluster.start, cluster.remove)
