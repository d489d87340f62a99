#!/usr/bin/env python3
"""What a stranger put in the place of the history runs nothing: not for who reads it, not for who migrates, not as a superuser."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run

cluster = Cluster()
PLAIN = {"20260101000000_a": "CREATE TABLE a (id int);\n"}
COLUMNS = """id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,
    rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0"""
HISTORY = f"CREATE TABLE public._prisma_migrations ({COLUMNS})"
VALUES = """''::varchar(36) AS id, ''::varchar(64) AS checksum, now() AS finished_at, ''::varchar(255) AS migration_name, NULL::text AS logs,
    NULL::timestamptz AS rolled_back_at, now() AS started_at, 0 AS applied_steps_count"""
# Each leaves a row in loot with the role that ran it.
CODE = """CREATE FUNCTION public.evil() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO aside.loot VALUES (current_user); RETURN true; END $$;
    CREATE FUNCTION public.evil_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO aside.loot VALUES (current_user); RETURN NEW; END $$;"""
TRIGGER = "CREATE TRIGGER t BEFORE INSERT ON public._prisma_migrations FOR EACH ROW EXECUTE FUNCTION public.evil_row()"
PLANTED = {
    "trigger": (f"{HISTORY}; {TRIGGER}", "belongs to role \"stranger\""),
    "rule": (f"{HISTORY}; CREATE RULE r AS ON INSERT TO public._prisma_migrations DO ALSO SELECT public.evil()", "belongs to role \"stranger\""),
    "default": (HISTORY.replace("logs text", "logs text, x boolean DEFAULT public.evil()"), "belongs to role \"stranger\""),
    "view": (f"CREATE VIEW public._prisma_migrations AS SELECT {VALUES} WHERE public.evil()", "it is a view of role \"stranger\""),
    "materialized view": (f"CREATE MATERIALIZED VIEW public._prisma_migrations AS SELECT {VALUES}", "it is a materialized view"),
    "policy": (f"{HISTORY}; ALTER TABLE public._prisma_migrations ENABLE ROW LEVEL SECURITY;"
               " CREATE POLICY p ON public._prisma_migrations USING (public.evil())", ""),
    "type": (f"CREATE TYPE public.mood AS ENUM ('x'); CREATE FUNCTION public.cast_(public.mood) RETURNS text LANGUAGE plpgsql AS"
             f" $$ BEGIN INSERT INTO aside.loot VALUES (current_user); RETURN ''; END $$;"
             f" CREATE CAST (public.mood AS text) WITH FUNCTION public.cast_ AS IMPLICIT; {HISTORY.replace('logs text', 'logs public.mood')};"
             " INSERT INTO public._prisma_migrations VALUES ('1', '', NULL, 'm', 'x')", ""),
    "inboard's own": (f"CREATE SCHEMA inboard; GRANT ALL ON SCHEMA inboard TO PUBLIC; CREATE VIEW inboard.histories AS SELECT ''::text AS history,"
                      f" false AS initial, ''::text AS catalogue, 0::bigint AS catalogue_rows WHERE public.evil(); GRANT ALL ON inboard.histories TO PUBLIC;"
                      " CREATE TABLE inboard.migrations (); GRANT ALL ON inboard.migrations TO PUBLIC", "role \"stranger\""),
}


def planted(what):
    cluster.sql("postgres", "DROP DATABASE IF EXISTS plant WITH (FORCE)")
    cluster.sql("postgres", "CREATE DATABASE plant OWNER migrator")
    cluster.sql("plant", "CREATE SCHEMA aside; GRANT USAGE ON SCHEMA aside TO PUBLIC; CREATE TABLE aside.loot (who text); GRANT ALL ON aside.loot TO PUBLIC; GRANT ALL ON SCHEMA public TO PUBLIC;"
                         " GRANT CREATE ON DATABASE plant TO stranger")
    cluster.sql("plant", CODE + what + "; GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC", user="stranger")


def loot():
    return cluster.sql("plant", "SELECT string_agg(DISTINCT who, ', ') FROM aside.loot")


def inboard_run(verb, user, folder):
    return run(inboard, "migrate", *verb, "--migrations", folder, "--json", env={"DATABASE_URL": cluster.url("plant", user)}, ok=False)


VERBS = (["status"], ["deploy"], ["resolve", "--applied", "20260101000000_a"])


def test_nothing_that_was_planted_runs():
    folder = cluster.folder("plain", PLAIN)
    for role in ("stranger", "migrator", "reader"):
        cluster.sql("postgres", f"CREATE ROLE {role} LOGIN")
    for name, (sql, reason) in PLANTED.items():
        planted(sql)
        for user in ("migrator", "postgres"):
            for verb in VERBS:
                r = inboard_run(verb, user, folder)
                assert r.returncode in (4, 6, 64), (name, user, verb, r)
                error = json.loads(r.stdout)["error"]
                assert reason in error["message"] and error["hint"], (name, user, verb, error)
        assert loot() == "", (name, loot())
        assert cluster.sql("plant", "SELECT to_regclass('public.a')") == "", name


def test_who_cannot_create_reads_the_table_of_another_role_and_runs_nothing():
    """The application's role of docs/ROLES.md; here the stranger granted what it could."""
    folder = cluster.folder("plain", PLAIN)
    for name, (sql, _) in PLANTED.items():
        planted(sql)
        cluster.sql("plant", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        inboard_run(["status"], "reader", folder)
        inboard_run(["deploy"], "reader", folder)
        assert loot() == "", (name, loot())


def test_a_trigger_on_a_table_of_ones_own_is_as_foreign_as_its_function():
    folder = cluster.folder("plain", PLAIN)
    planted("SELECT 1")
    assert inboard_run(["deploy"], "migrator", folder).returncode == 0
    cluster.sql("plant", "GRANT TRIGGER ON _prisma_migrations TO stranger", user="migrator")
    cluster.sql("plant", TRIGGER, user="stranger")
    more = cluster.folder("more", {**PLAIN, "20260102000000_b": "CREATE TABLE b (id int);\n"})
    assert inboard_run(["status"], "migrator", folder).returncode == 0  # reading runs no trigger
    r = inboard_run(["deploy"], "migrator", more)
    error = json.loads(r.stdout)["error"]
    assert r.returncode == 4 and "trigger \"t\"" in error["message"] and "DROP TRIGGER t ON public._prisma_migrations" in error["hint"], r
    assert loot() == ""
    cluster.sql("plant", "DROP TRIGGER t ON public._prisma_migrations", user="migrator")
    assert inboard_run(["deploy"], "migrator", more).returncode == 0


def test_owners_that_are_trusted():
    folder = cluster.folder("plain", PLAIN)
    more = cluster.folder("more", {**PLAIN, "20260102000000_b": "CREATE TABLE b (id int);\n"})
    owners = ("ALTER TABLE _prisma_migrations OWNER TO {o}; ALTER SCHEMA inboard OWNER TO {o}; ALTER TABLE inboard.histories OWNER TO {o};"
              "ALTER TABLE inboard.migrations OWNER TO {o}; ALTER TABLE inboard.statements OWNER TO {o}; ALTER TABLE inboard.attempts OWNER TO {o};"
              "GRANT ALL ON SCHEMA inboard TO PUBLIC; GRANT ALL ON _prisma_migrations, inboard.histories, inboard.migrations, inboard.statements,"
              "inboard.attempts TO PUBLIC; GRANT ALL ON ALL SEQUENCES IN SCHEMA inboard TO PUBLIC")
    cluster.sql("postgres", "CREATE ROLE team; CREATE ROLE deployer LOGIN; GRANT team TO deployer")
    for owner, user, good in (("migrator", "deployer", True),   # the database's owner
                              ("postgres", "deployer", True),   # a superuser
                              ("team", "deployer", True),       # a role that it is a member of
                              ("team", "migrator", False),
                              ("team", "postgres", False),      # a superuser is a member of what was granted to it
                              ("deployer", "postgres", False)):
        planted("SELECT 1")
        assert inboard_run(["deploy"], "migrator", folder).returncode == 0
        cluster.sql("plant", owners.format(o=owner))
        r, s = inboard_run(["status"], user, folder), inboard_run(["deploy"], user, more)
        assert (r.returncode, s.returncode) == ((0, 0) if good else (64, 4)), (owner, user, r, s)
    cluster.sql("postgres", "GRANT team TO postgres")
    planted("SELECT 1")
    inboard_run(["deploy"], "migrator", folder)
    cluster.sql("plant", owners.format(o="team"))
    assert inboard_run(["deploy"], "postgres", more).returncode == 0
    cluster.sql("postgres", "REVOKE team FROM postgres")


def test_reading_is_read_only_and_one_round_trip():
    folder = cluster.folder("plain", PLAIN)
    planted("SELECT 1")
    inboard_run(["deploy"], "migrator", folder)
    r = json.loads(inboard_run(["deploy"], "migrator", folder).stdout)
    assert r["round_trips"] == 1, r


tap.main(cluster.start, cluster.remove)
