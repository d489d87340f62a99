#!/usr/bin/env python3
"""A SET holds for the rest of its file, also where the file is applied statement by statement, retried or resumed; and no longer."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn

cluster = Cluster()

ROLES = """DO $$ BEGIN CREATE ROLE seen_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE seen_login LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT ALL ON SCHEMA public TO seen_owner, seen_login;
CREATE SCHEMA other; CREATE TABLE other.t (i int); CREATE TABLE t (i int);
GRANT ALL ON SCHEMA other TO seen_owner; ALTER TABLE other.t OWNER TO seen_owner"""
FIRST = "20260101000000_first"
SEEN = ("SELECT concat_ws('|', current_user, session_user, current_setting('work_mem'), current_setting('search_path'), "
        "current_setting('lock_timeout'), current_setting('statement_timeout')) AS seen")


def deploy(env, folder, *more, **kw):
    return run(inboard, "migrate", "deploy", "--migrations", folder, "--json", *more, env=env, **kw)


def prepared(db):
    env = cluster.fresh(db)
    cluster.sql(db, ROLES)
    run(inboard, "migrate", "resolve", "--migrations", cluster.folder(f"{db}_first", {FIRST: "SELECT 1;\n"}), "--applied", FIRST, env=env)
    return env


def folder_of(db, text, more={}):
    return cluster.folder(f"{db}_folder", {FIRST: "SELECT 1;\n", "20260102000000_sets": "-- inboard: no-transaction\n" + text, **more})


SETS = """SET SESSION work_mem = '77MB';
SELECT set_config('statement_timeout', '33min', false);
SET lock_timeout = '44s';
SET search_path = other, public;
SET ROLE seen_owner;
"""


def test_what_is_set_holds_for_the_rest_of_the_file_and_no_longer():
    env = prepared("holds")
    folder = folder_of("holds", SETS + f"CREATE TABLE public.one AS {SEEN};\nCREATE INDEX CONCURRENTLY t_i ON t (i);\nCREATE TABLE public.two AS {SEEN};\n"
                       "SET LOCAL work_mem = '1MB';\nRESET statement_timeout;\nRESET ROLE;\n" + f"CREATE TABLE public.three AS {SEEN};\n",
                       {"20260103000000_next": f"CREATE TABLE next AS {SEEN};\n"})
    deploy(env, folder)
    seen = "seen_owner|postgres|77MB|other, public|44s|33min"
    assert cluster.sql("holds", "SELECT seen FROM one") == cluster.sql("holds", "SELECT seen FROM two") == seen
    assert cluster.sql("holds", "SELECT tableowner FROM pg_tables WHERE tablename IN ('one', 'two') GROUP BY 1") == "seen_owner"
    assert cluster.sql("holds", "SELECT indrelid::regclass FROM pg_index WHERE indexrelid = 'other.t_i'::regclass") == "other.t"
    assert cluster.sql("holds", "SELECT seen FROM three") == "postgres|postgres|77MB|other, public|44s|0"
    after = cluster.sql("holds", "SELECT seen FROM next").split("|")
    assert after[:4] == ["postgres", "postgres", "4MB", '"public"'] and after[4] == "3s", after


def test_a_session_authorization_holds_too():
    env = prepared("authorization_holds")
    folder = folder_of("authorization_holds", f"SET SESSION AUTHORIZATION seen_login;\nCREATE TABLE one AS {SEEN};\nVACUUM one;\nCREATE TABLE two AS {SEEN};\n"
                       f"RESET SESSION AUTHORIZATION;\nCREATE TABLE three AS {SEEN};\n")
    deploy(env, folder)
    for table, user in (("one", "seen_login"), ("two", "seen_login"), ("three", "postgres")):
        assert cluster.sql("authorization_holds", f"SELECT split_part(seen, '|', 1) || split_part(seen, '|', 2) FROM {table}") == user * 2, table


def test_a_run_that_resumes_repeats_what_was_set():
    env = prepared("resumes")
    bad = folder_of("resumes", SETS + "CREATE INDEX CONCURRENTLY t_i ON t (i, missing);\n")
    assert deploy(env, bad, ok=False).returncode == 1
    good = folder_of("resumes", SETS + f"CREATE INDEX CONCURRENTLY t_i ON t (i);\nCREATE TABLE public.one AS {SEEN};\n")
    r = json.loads(deploy(env, good).stdout)
    assert r["applied"][0]["resumed"] and r["applied"][0]["statements"][0]["number"] == 6, r
    assert cluster.sql("resumes", "SELECT seen FROM one") == "seen_owner|postgres|77MB|other, public|44s|33min"
    assert cluster.sql("resumes", "SELECT indrelid::regclass FROM pg_index WHERE indexrelid = 'other.t_i'::regclass") == "other.t"


def test_a_killed_index_build_is_repaired_where_the_path_led():
    env = prepared("killed_build")
    folder = folder_of("killed_build", SETS + "CREATE INDEX CONCURRENTLY t_i ON t (i);\n" + f"CREATE TABLE public.one AS {SEEN};\n")
    with cluster.session("killed_build", "BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM other.t", "LOCK other.t IN ROW EXCLUSIVE MODE"):
        r = spawn(inboard, "migrate", "deploy", "--migrations", folder, env=env)
        cluster.until("killed_build", "SELECT count(*) > 0 FROM pg_stat_activity WHERE query ~ '^CREATE INDEX CONC' AND cardinality(pg_blocking_pids(pid)) > 0")
        r.kill()
        r.communicate()
    cluster.until_unlocked()
    deploy(env, folder)
    assert cluster.sql("killed_build", "SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ' ') FROM pg_index "
                       "WHERE indrelid IN ('other.t'::regclass, 't'::regclass)") == "other.t_i true"
    assert cluster.sql("killed_build", "SELECT seen FROM one") == "seen_owner|postgres|77MB|other, public|44s|33min"


def test_a_retry_repeats_what_was_set():
    env = prepared("retries")
    folder = folder_of("retries", SETS.replace("SET lock_timeout = '44s';\n", "SET lock_timeout = '100ms';\n") +
                       f"ALTER TABLE t ADD COLUMN j int;\nCREATE TABLE public.one AS {SEEN};\n")
    with cluster.session("retries", "BEGIN", "LOCK other.t") as holder:
        r = spawn(inboard, "migrate", "deploy", "--migrations", folder, "--retry=300", env=env)
        cluster.until("retries", "SELECT count(*) > 1 FROM inboard.attempts")  # its own lock_timeout, not 3 s
        holder.run("COMMIT")
        out, err = r.communicate(timeout=tap.LIMIT)
    assert r.returncode == 0, (out, err)
    assert cluster.sql("retries", "SELECT seen FROM one") == "seen_owner|postgres|77MB|other, public|100ms|33min"
    assert cluster.sql("retries", "SELECT string_agg(attrelid::regclass::text, ' ') FROM pg_attribute WHERE attname = 'j'") == "other.t"


def test_reset_all_is_no_end_of_the_transaction():
    """In a file, in a DO block and in what is applied statement by statement; the next migration has the engine's settings."""
    for i, text in enumerate(("RESET ALL;\nCREATE TABLE one (i int);\n", "CREATE TABLE one (i int);\nDO $$ BEGIN EXECUTE 'RESET ALL'; END $$;\n",
                              "-- inboard: no-transaction\nRESET ALL;\nCREATE TABLE one (i int);\nCREATE INDEX CONCURRENTLY one_i ON one (i);\n")):
        env = cluster.fresh("reset_all")
        folder = cluster.folder(f"reset_all_{i}", {FIRST: "SELECT 1;\n", "20260102000000_reset": text, "20260103000000_next": f"CREATE TABLE next AS {SEEN};\n"})
        deploy(env, folder)
        assert cluster.sql("reset_all", "SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL") == "3", text
        assert cluster.sql("reset_all", "SELECT to_regclass('one') IS NOT NULL") == "t"
        assert cluster.sql("reset_all", "SELECT split_part(seen, '|', 4) || split_part(seen, '|', 5) FROM next") == '"public"3s', text


tap.main(cluster.start, cluster.remove)
