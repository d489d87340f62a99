#!/usr/bin/env python3
"""Databases as they are found: encodings, settings of roles and databases, histories of other shapes, very long migrations."""
import json, os, pathlib, resource, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn

cluster = Cluster()

MIGRATIONS = {
    "20260101000000_a": "CREATE TABLE a (id int PRIMARY KEY, t text);\nINSERT INTO a VALUES (1, 'é \\n ß');\n",
    "20260102000000_b": "-- inboard: no-transaction\nCREATE INDEX CONCURRENTLY a_t ON a (t);\nALTER TABLE a ADD COLUMN x int;\n",
}
PRISMA = """(id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
    logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)"""


def deploy(env, folder, *more, **kw):
    return run(inboard, "migrate", "deploy", "--migrations", folder, *more, env=env, **kw)


def status(env, folder):
    return run(inboard, "migrate", "status", "--migrations", folder, env=env, ok=False)


def created(db, options):
    cluster.sql("postgres", f"DROP DATABASE IF EXISTS {db} WITH (FORCE)")
    cluster.sql("postgres", f"CREATE DATABASE {db} {options}")
    return {"DATABASE_URL": cluster.url(db)}


def goes_well(env, folder=None):
    """Applied, up to date, and up to date for a second run that does nothing."""
    folder = folder or cluster.folder("plain", MIGRATIONS)
    deploy(env, folder)
    r = status(env, folder)
    assert r.returncode == 0 and r.stderr == "", r
    r = json.loads(deploy(env, folder, "--json").stdout)
    assert r["applied"] == [] and r["round_trips"] == 1, r


def test_every_encoding_of_a_server_holds_what_a_migration_says():
    for name, octets in (("LATIN1", 6), ("SQL_ASCII", 8), ("UTF8", 8)):
        env = created("encoded", f"ENCODING '{name}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        goes_well(env)
        assert cluster.sql("encoded", "SELECT octet_length(t) FROM a") == str(octets), name


def test_a_character_that_the_encoding_lacks_fails_the_migration_and_leaves_nothing():
    env = created("encoded", "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    folder = cluster.folder("japanese", {"20260101000000_a": "CREATE TABLE j (t text);\nINSERT INTO j VALUES ('日本');\n"})
    r = deploy(env, folder, ok=False)
    assert r.returncode == 1 and "22P05" in r.stderr and "line 2" in r.stderr, r.stderr
    assert cluster.sql("encoded", "SELECT to_regclass('j')") == ""


SETTINGS = ["standard_conforming_strings = off", "backslash_quote = off", "datestyle = 'German, DMY'", "intervalstyle = 'sql_standard'",
            "timezone = 'Australia/Lord_Howe'", "bytea_output = 'escape'", "extra_float_digits = 0", "quote_all_identifiers = on",
            "transform_null_equals = on", "array_nulls = off", "default_transaction_isolation = 'serializable'",
            "default_transaction_deferrable = on", "row_security = off", "search_path = 'nowhere'", "client_min_messages = 'debug1'",
            "check_function_bodies = off", "client_encoding = 'LATIN1'", "enable_seqscan = off", "plan_cache_mode = force_generic_plan",
            "lc_messages = 'C'", "default_table_access_method = 'heap'"]


def test_settings_of_a_database_are_not_those_of_its_migrations():
    env = created("settings", "")
    for s in SETTINGS:
        cluster.sql("postgres", f"ALTER DATABASE settings SET {s}")
    goes_well(env)
    assert cluster.sql("settings", "SELECT octet_length(t) FROM public.a") == "8"
    assert cluster.sql("settings", "SELECT bool_and(finished_at BETWEEN now() - interval '1 hour' AND now()) FROM public._prisma_migrations") == "t"


TIMEOUTS = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]


CONSTANTS = """CREATE TABLE noted (id int PRIMARY KEY, "at" timestamptz DEFAULT '2026-01-01 12:00:00+00', span interval DEFAULT '1 year 2 mons 3 days',
    raw bytea DEFAULT '\\x00ff', path text DEFAULT 'a\\b', share float8 DEFAULT 0.1, CHECK ("at" > '2020-02-03 04:05:06+00'));
CREATE INDEX noted_at ON noted ("at") WHERE "at" > '2021-05-04 00:00:00+00' AND raw <> '\\xff';
CREATE VIEW lately AS SELECT id FROM noted WHERE "at" > '2022-06-05 00:00:00+00' AND span < '5 days 04:03:02';
"""
SHOWN = ("TimeZone=America/New_York", "DateStyle=German", "IntervalStyle=iso_8601", "bytea_output=escape", "extra_float_digits=-5",
         "quote_all_identifiers=on", "standard_conforming_strings=off")


def test_how_a_session_shows_constants_is_no_difference():
    """A monitor's role and a release job's have settings of their own, and what one leaves the other finds."""
    for setting in SHOWN:
        env = created("shown", "")
        folder = cluster.folder("shown_folder", {"20260101000000_a": CONSTANTS})
        other = {"DATABASE_URL": cluster.url("shown", more=f"&options=-c%20{setting.replace('=', '%3D')}")}
        deploy(env, folder)
        assert status(other, folder).returncode == 0, (setting, status(other, folder))
        env = created("shown", "")
        deploy(other, folder)
        assert status(env, folder).returncode == 0, (setting, status(env, folder))
        cluster.sql("shown", "ALTER TABLE noted ALTER COLUMN span SET DEFAULT '2 years'")
        assert status(other, folder).returncode != 0 and "drift" in status(other, folder).stdout, setting


def test_timeouts_of_a_role_a_database_or_a_url_do_not_end_a_migration():
    folder = cluster.folder("slow", {"20260101000000_slow": "SELECT pg_sleep(5);\nCREATE TABLE slow (n int);\n",
                                     "20260102000000_more": "-- inboard: no-transaction\nSELECT pg_sleep(5);\nVACUUM slow;\n"})
    for where in ("DATABASE", "ROLE", "URL"):
        env = created("timeouts", "")
        for t in TIMEOUTS:
            if where == "DATABASE":
                cluster.sql("postgres", f"ALTER DATABASE timeouts SET {t} = '4s'")
            elif where == "ROLE":
                cluster.sql("postgres", f"ALTER ROLE postgres IN DATABASE timeouts SET {t} = '4s'")
        if where == "URL":
            env["DATABASE_URL"] += "&options=" + "%20".join(f"-c{t}%3D4s" for t in TIMEOUTS)
        goes_well(env, folder)


def test_a_statement_timeout_of_the_role_does_not_end_a_look_at_the_history():
    """It would have to be very short indeed, but the history may be long and the server slow, or somebody locks it."""
    env = created("short", "")
    folder = cluster.folder("plain", MIGRATIONS)
    deploy(env, folder)
    holder = spawn("psql", "-qX", cluster.url("short"), "-c", "BEGIN", "-c", "LOCK TABLE _prisma_migrations", "-c", "SELECT pg_sleep(600)")
    cluster.until("short", "SELECT count(*) > 0 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = '_prisma_migrations'::regclass")
    cluster.sql("postgres", "ALTER DATABASE short SET statement_timeout = '5s'")
    look = spawn(inboard, "migrate", "deploy", "--migrations", folder, "--json", env=env)
    cluster.until("short", "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND clock_timestamp() - query_start > '5.5 s'")
    cluster.sql("short", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)' AND pid <> pg_backend_pid()")
    out, err = look.communicate(timeout=300)
    holder.communicate(timeout=300)
    assert look.returncode == 0 and json.loads(out)["applied"] == [], err
    assert status(env, folder).returncode == 0


def test_names_of_63_bytes_and_names_that_need_quotes():
    n = "n" * 63
    created("names", "")
    folder = cluster.folder("long", {
        "20260101000000_" + "é" * 100: f'CREATE TABLE "{n}" ("{n}" int PRIMARY KEY);\n',
        "20260102000000_b": f'-- inboard: no-transaction\nCREATE INDEX CONCURRENTLY "i{n * 2}" ON "{n}" ("{n}");\n'})
    for schema in (n, '"Odd \'\\$ s"', "Select", "ü"):
        goes_well({"DATABASE_URL": cluster.url("names", more="&schema=" + "".join(f"%{b:02X}" for b in schema.encode()))}, folder)


def test_a_history_of_another_shape_is_read_as_long_as_it_has_the_columns():
    for ddl in (f"CREATE TABLE _prisma_migrations {PRISMA}; ALTER TABLE _prisma_migrations ADD COLUMN more int NOT NULL DEFAULT 3",
                f"CREATE TABLE _prisma_migrations {PRISMA.replace('varchar(36)', 'uuid')}",
                f"CREATE TABLE _prisma_migrations {PRISMA.replace('varchar(255)', 'text').replace('timestamptz', 'timestamp').replace('integer', 'bigint')}"):
        env = created("shape", "")
        cluster.sql("shape", ddl)
        goes_well(env)


def test_a_table_that_is_no_history_is_named_and_no_migration_is_blamed():
    folder = cluster.folder("plain", MIGRATIONS)
    for ddl in ("CREATE TABLE _prisma_migrations (id int)", "CREATE SEQUENCE _prisma_migrations",
                f"CREATE TABLE rows_ {PRISMA}; CREATE VIEW _prisma_migrations AS SELECT * FROM rows_"):
        env = created("shape", "")
        cluster.sql("shape", ddl)
        r = deploy(env, folder, ok=False)
        assert r.returncode == 4 and "is not the table that Prisma Migrate makes" in r.stderr, r
        assert status(env, folder).returncode == 64


def test_rows_that_row_level_security_hides_are_not_pending():
    env = created("hidden", "")
    folder = cluster.folder("plain", MIGRATIONS)
    deploy(env, folder)
    cluster.sql("hidden", "CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA inboard TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA inboard TO reader;"
                          " GRANT SELECT ON _prisma_migrations TO reader; ALTER TABLE _prisma_migrations ENABLE ROW LEVEL SECURITY")
    reader = {"DATABASE_URL": cluster.url("hidden", "reader")}
    deploy(env, folder)  # the owner sees all
    for policy in ("", "CREATE POLICY p ON _prisma_migrations USING (migration_name > '20260102')",
                   "CREATE POLICY q ON _prisma_migrations TO postgres USING (true)"):
        cluster.sql("hidden", policy or "SELECT 1")
        r = deploy(reader, folder, ok=False)
        assert r.returncode == 6 and "row-level security" in r.stderr, r
        assert status(reader, folder).returncode == 64
    cluster.sql("hidden", "CREATE POLICY all_ ON _prisma_migrations FOR SELECT TO reader USING (true)")
    r = status(reader, folder)
    assert deploy(reader, folder).returncode == r.returncode == 0, r
    cluster.sql("hidden", "CREATE POLICY less ON _prisma_migrations AS RESTRICTIVE USING (migration_name > '20260102')")
    assert deploy(reader, folder, ok=False).returncode == 6
    cluster.sql("hidden", "DROP OWNED BY reader; DROP ROLE reader")


def test_a_row_that_is_kept_out_takes_its_migration_with_it():
    folder = cluster.folder("plain", MIGRATIONS)
    for what in ("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
                 "CREATE TRIGGER t BEFORE INSERT ON _prisma_migrations FOR EACH ROW EXECUTE FUNCTION f()",):
        env = created("kept_out", "")
        cluster.sql("kept_out", f"CREATE TABLE _prisma_migrations {PRISMA}; {what}")
        r = deploy(env, folder, ok=False)
        assert r.returncode == 4 and "a trigger or rule suppressed it" in r.stderr, r
        assert cluster.sql("kept_out", "SELECT to_regclass('a'), (SELECT count(*) FROM inboard.migrations)") == "|0"
        cluster.sql("kept_out", "DROP TRIGGER t ON _prisma_migrations")
        goes_well(env)


def test_the_texts_of_guards_are_for_the_engine_alone():
    """A trigger or rule that keeps rows out, or removes them once they are there: whatever writes the row, and whatever prints or keeps the error."""
    suppress = ("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
                "CREATE TRIGGER t BEFORE INSERT ON _prisma_migrations FOR EACH ROW EXECUTE FUNCTION f()")
    remove = ("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM _prisma_migrations WHERE id = NEW.id; RETURN NULL; END';"
              "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON _prisma_migrations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f()")
    plain = cluster.folder("plain", MIGRATIONS)
    stepwise = cluster.folder("stepwise", {"20260101000000_a": "CREATE TABLE a (id int);\n", "20260102000000_i": "CREATE INDEX CONCURRENTLY ON a (id);\n"})
    for trigger in (suppress, remove):
        for folder in (plain, stepwise):
            for more in ([], ["--json"]):
                env = created("guards", "")
                cluster.sql("guards", f"CREATE TABLE _prisma_migrations {PRISMA}; {trigger}")
                r = run(inboard, "migrate", "deploy", "--migrations", folder, *more, env=env, ok=False)
                assert r.returncode == 4 and "inboard: " not in r.stdout + r.stderr.replace("\ninboard: ", "\n").removeprefix("inboard: "), r
            kept = cluster.sql("guards", "SELECT DISTINCT message FROM inboard.attempts WHERE sqlstate = ''")
            assert "inboard: " not in cluster.sql("guards", "SELECT string_agg(message, ' ') FROM inboard.attempts"), kept
            assert folder == stepwise or trigger == remove or kept == "the history row was not stored", kept
            r = run(inboard, "migrate", "resolve", "--migrations", folder, "--applied", "20260101000000_a", env=env, ok=False)
            said = r.stderr.replace("inboard: the", "the")
            assert "inboard: " not in said and (trigger == remove or r.returncode == 4 and "a trigger or rule suppressed it" in said), r


def test_a_broken_table_of_inboard_s_own_is_named_as_that():
    folder, more = cluster.folder("plain", MIGRATIONS), cluster.folder("more", {**MIGRATIONS, "20260109000000_more": "CREATE TABLE more (id int);\n"})
    for ddl in ("DROP TABLE inboard.histories", "DROP TABLE inboard.statements", "ALTER TABLE inboard.migrations DROP COLUMN class",
                "ALTER TABLE inboard.statements DROP COLUMN digest", "ALTER TABLE inboard.histories DROP COLUMN initial",
                "ALTER TABLE inboard.statements DROP COLUMN number"):
        env = created("broken", "")
        deploy(env, folder)
        cluster.sql("broken", ddl)
        r = deploy(env, more, ok=False)
        assert r.returncode == 4 and "a table of inboard's own is not as inboard makes it" in r.stderr, (ddl, r)
        assert "Prisma" not in r.stderr and "out of the way" not in r.stderr and "ALTER SCHEMA inboard RENAME" in r.stderr, (ddl, r)
        cluster.sql("broken", "ALTER SCHEMA inboard RENAME TO inboard_before")
        deploy(env, more)


def test_line_endings_of_another_system_are_no_edit():
    env = created("endings", "")
    goes_well(env)
    goes_well(env, cluster.folder("crlf", {n: t.replace("\n", "\r\n") for n, t in MIGRATIONS.items()}))


def seconds(statements):
    """Processor time, which does not depend on what else runs, of applying so many INSERTs in one migration."""
    env = created("many", "")
    folder = cluster.folder("many", {"20260101000000_many": "CREATE TABLE m (n int);\n" + "INSERT INTO m VALUES (1);\n" * statements})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    deploy(env, folder, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert cluster.sql("many", "SELECT count(*) FROM m") == str(statements)
    return after.ru_utime - before.ru_utime


def test_time_grows_with_the_statements_of_a_migration_and_not_with_their_square():
    few, many = seconds(20000), seconds(160000)
    assert many < 25 * few, (few, many)  # eight times as many; their square: sixty-four


tap.main(cluster.start, cluster.remove)
