#!/usr/bin/env python3
"""`inboard db execute` and `inboard db seed`: SQL and commands, their transactions, environments and refusals."""
import json, os, pathlib, pty, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn, undocumented

cluster = Cluster()
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'


def env(db):
    return {"DATABASE_URL": cluster.url(db), "DIRECT_URL": ""}


def execute(db, sql, *more, ok=True, url=None):
    file = cluster.path("script.sql")
    file.write_text(sql)
    return run(inboard, "db", "execute", "--file", file, *more, env=url or env(db), ok=ok, stdin="")


def rows(db, table="t"):
    return cluster.sql(db, f"SELECT count(*) FROM {table}")


def test_a_file_and_standard_input_are_executed():
    cluster.fresh("scripts")
    r = execute("scripts", "CREATE TABLE t (id int); INSERT INTO t VALUES (1);\nDO $$ BEGIN RAISE WARNING 'hello'; END $$; SELECT 1", "--json")
    answer = json.loads(r.stdout)
    undocumented("`inboard db execute`", answer)
    assert answer == {"statements": 4} and "hello" in r.stderr and rows("scripts") == "1", r
    r = run(inboard, "db", "execute", "--stdin", "--url", cluster.url("scripts"), env={"DATABASE_URL": "", "DIRECT_URL": ""}, stdin="INSERT INTO t VALUES (2)")
    assert r.stdout == "1 statement executed\n" and rows("scripts") == "2", r
    schema = cluster.path("named.prisma")
    schema.write_text('datasource db {\n  provider = "postgresql"\n  url = env("ITS_OWN_URL")\n}\n')
    run(inboard, "db", "execute", "--stdin", "--schema", schema, env={"DATABASE_URL": "", "DIRECT_URL": "", "ITS_OWN_URL": cluster.url("scripts")},
        stdin="INSERT INTO t VALUES (3)")
    assert rows("scripts") == "3"


def test_it_is_one_transaction_unless_it_says_otherwise():
    cluster.fresh("whole")
    cluster.sql("whole", "CREATE TABLE t (id int PRIMARY KEY)")
    r = execute("whole", "INSERT INTO t VALUES (1);\n\n-- über\nINSERT INTO t VALUES (2); INSERT INTO t VALUES (1);", ok=False)
    assert r.returncode == 1 and "23505" in r.stderr and "line 4" in r.stderr and "statement 3" in r.stderr and rows("whole") == "0", r
    r = execute("whole", "-- ü\nSELECT 1;\n  SELECT 'ü', nothing FROM t;", ok=False)
    assert r.returncode == 1 and "line 3, column 15" in r.stderr, r
    execute("whole", "BEGIN; INSERT INTO t VALUES (1); COMMIT; BEGIN; INSERT INTO t VALUES (2); ROLLBACK;")
    assert rows("whole") == "1"
    execute("whole", "CREATE INDEX CONCURRENTLY i ON t (id); CREATE INDEX CONCURRENTLY k ON t (id)")
    r = execute("whole", "CREATE INDEX CONCURRENTLY l ON t (id);\nCREATE INDEX CONCURRENTLY m\n  ON t (missing)", ok=False)
    assert r.returncode == 1 and "line 2" in r.stderr and cluster.sql("whole", "SELECT to_regclass('l')") == "l", r
    r = execute("whole", "BEGIN; INSERT INTO t VALUES (7)", ok=False)
    assert r.returncode == 1 and "ends inside a transaction" in r.stderr and rows("whole") == "1", r


def test_the_schema_of_the_url_is_searched():
    cluster.fresh("elsewhere")
    cluster.sql("elsewhere", "CREATE SCHEMA mine")
    execute("elsewhere", "CREATE TABLE t (id int)", url={"DATABASE_URL": cluster.url("elsewhere", more="&schema=mine"), "DIRECT_URL": ""})
    assert cluster.sql("elsewhere", "SELECT to_regclass('mine.t')") == "mine.t"


def test_what_only_psql_can_do_is_refused_with_its_line():
    cluster.fresh("psql")
    r = execute("psql", "SELECT 1;\n\\set x 1\n", ok=False)
    assert r.returncode == 1 and "script.sql:2: a backslash command is for psql" in r.stderr, r
    r = execute("psql", "CREATE TABLE t (id int);\nCOPY t FROM STDIN;\n1\n\\.\n", ok=False)
    assert r.returncode == 1 and ":2: COPY … FROM STDIN" in r.stderr and cluster.sql("psql", "SELECT to_regclass('t') IS NULL") == "t", r


def test_a_nul_byte_hides_nothing_of_a_file():
    cluster.fresh("nul")
    r = execute("nul", "CREATE TABLE t (id int);\n\0 CREATE TABLE u (id int);", ok=False)
    assert r.returncode == 1 and "script.sql:2: a NUL byte" in r.stderr and cluster.sql("nul", "SELECT to_regclass('t') IS NULL") == "t", r


def test_a_refusal_names_the_file_and_no_migration():
    r = execute("postgres", "SELECT 1;\nSELECT 1/0;", ok=False)
    assert r.returncode == 1 and "script.sql:2: division by zero [22012]" in r.stderr and "migration" not in r.stderr, r
    r = execute("postgres", "SELECT 1;\nSELECT 1/0;", "--json", ok=False)
    error = json.loads(r.stdout)["error"]
    assert error["migration"] is None and (error["line"], error["statement"], error["sqlstate"]) == (2, 2, "22012"), error


def test_wrong_usage():
    for words, said in (([], "neither --file nor --stdin"), (["--file", "x", "--stdin"], "exclude each other"), (["--file", "nowhere.sql"], "nowhere.sql")):
        r = run(inboard, "db", "execute", *words, env=env("postgres"), ok=False, stdin="")
        assert r.returncode == 2 and said in r.stderr and "hint" in r.stderr or "nowhere" in r.stderr, r


def test_production_is_asked_about_before_more_than_adding():
    cluster.fresh("busy")
    cluster.sql("busy", "CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
    sessions = [cluster.session("busy") for _ in range(10)]
    try:
        execute("busy", "CREATE TABLE more (id int); SELECT 1")
        for sql in ("SELECT 1;\nDROP TABLE t", "DELETE FROM t", "TRUNCATE t", "UPDATE t SET id = 2"):
            r = execute("busy", sql, ok=False)
            assert r.returncode == 2 and "looks like production" in r.stderr and "--force" in r.stderr and rows("busy") == "1", r
        leader, follower = pty.openpty()
        file = cluster.path("drop.sql")
        file.write_text("SELECT 1;\nDROP TABLE t;\n")
        for answer, status in (b"no\n", 1), (b"busy\n", 0):
            os.write(leader, answer)
            p = subprocess.run([inboard, "db", "execute", "--file", file], env={**os.environ, **env("busy")}, stdin=follower, stdout=subprocess.PIPE, stderr=follower)
            assert p.returncode == status, p
        said = os.read(leader, 65536).decode()
        assert "line 2: DROP TABLE" in said and "Type its name to execute it" in said, said
        os.close(leader), os.close(follower)
        assert execute("busy", "DROP TABLE more", "--force").returncode == 0
    finally:
        for s in sessions:
            s.close()


# ---- seeds ----

def project(name, **files):
    """A folder with a schema, and what else a seed may be in."""
    folder = cluster.path(name)
    for path, text in {"prisma/schema.prisma": HEAD, **{k.replace("__", "/"): v for k, v in files.items()}}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def seed(folder, db, *more, ok=True, url=None):
    return run(inboard, "db", "seed", *more, env=url or env(db), cwd=folder, ok=ok, stdin="")


def test_a_file_of_sql_beside_the_schema():
    cluster.fresh("seeded")
    cluster.sql("seeded", "CREATE TABLE t (id int PRIMARY KEY)")
    folder = project("sql", **{"prisma__seed.sql": "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;\nINSERT INTO t VALUES (2) ON CONFLICT DO NOTHING;\n"})
    for _ in range(2):
        assert seed(folder, "seeded").stdout == "seeded with prisma/seed.sql\n" and rows("seeded") == "2"
    r = seed(cluster.path("."), "seeded", "--schema", folder / "prisma/schema.prisma", "--json")
    answer = json.loads(r.stdout)
    undocumented("`inboard db seed`", answer)
    assert answer == {"file": str(folder / "prisma/seed.sql"), "command": None}, answer
    (folder / "prisma/seed.sql").write_text("INSERT INTO t VALUES (3);\nINSERT INTO t VALUES (1);\n")
    r = seed(folder, "seeded", ok=False)
    assert r.returncode == 1 and "line 2" in r.stderr and "prisma/seed.sql" in r.stderr and rows("seeded") == "2", r


SHOW = 'import json, os, sys; json.dump([sys.argv[1:], os.environ.get("DATABASE_URL"), os.environ.get("DIRECT_URL")], open("said.json", "w"));'


def test_a_command_gets_the_url_in_its_environment_and_not_as_a_word():
    folder = project("command", **{"package.json": json.dumps({"name": "x", "prisma": {"schema": "y", "seed": f"{sys.executable} show.py a\\ b {{\"c\":1}}"}}),
                                   "show.py": SHOW, "prisma__seed.sql": "SELECT nothing"})
    secret = "postgresql://u:hidden@localhost/x"
    said = lambda: json.loads((folder / "said.json").read_text())
    r = seed(folder, None, "--", "more", "--json", url={"DATABASE_URL": secret, "DIRECT_URL": "postgresql://direct/x"})
    assert r.stdout.startswith("seeded with ") and said() == [["a b", '{"c":1}', "more", "--json"], secret, "postgresql://direct/x"], (r, said())
    seed(folder, None, "--url", "postgresql://other/x", url={"DATABASE_URL": secret, "DIRECT_URL": "postgresql://direct/x"})
    assert said() == [["a b", '{"c":1}'], "postgresql://other/x", "postgresql://other/x"], said()
    seed(folder, None, url={"DATABASE_URL": "", "DIRECT_URL": "postgresql://direct/x"})
    assert said()[1] == "postgresql://direct/x"
    (folder / "show.py").write_text("print('from the seed')")
    r = seed(folder, None, "--json", url={"DATABASE_URL": secret, "DIRECT_URL": ""})
    assert json.loads(r.stdout)["command"] and "from the seed" in r.stderr and "hidden" not in r.stdout + r.stderr, r
    (folder / "show.py").write_text("raise SystemExit(7)")
    r = seed(folder, None, ok=False, url={"DATABASE_URL": secret, "DIRECT_URL": ""})
    assert r.returncode == 1 and "the seed command of package.json ended with status 7" in r.stderr and "hidden" not in r.stderr, r


def test_the_configuration_of_prisma_7_and_its_programs():
    config = """import { defineConfig } from "prisma/config"; // seed: "wrong"
export default defineConfig({ schema: "prisma/schema.prisma", seed: "wrong", datasource: { url: env("X") },
  /* migrations: { seed: 'wrong' } */
  migrations: { path: 'x', "seed": `show-seed it\\'s`, },
});"""
    folder = project("config", **{"prisma.config.ts": config, "package.json": '{"prisma": {"seed": "wrong"}}', "node_modules__.bin__show-seed": "#!/bin/sh\necho \"$1\" >said\n"})
    (folder / "node_modules/.bin/show-seed").chmod(0o755)
    seed(folder, "postgres")
    assert (folder / "said").read_text() == "it's\n"
    (folder / "prisma.config.ts").write_text(config.replace("`show-seed it\\'s`", "process.env.SEED"))
    r = seed(folder, "postgres", ok=False)
    assert r.returncode == 2 and "the seed of prisma.config.ts is not written as a text" in r.stderr, r
    (folder / "prisma.config.ts").write_text(config.replace("`show-seed it\\'s`", "'no-such-program x'"))
    r = seed(folder, "postgres", ok=False)
    assert r.returncode == 1 and 'cannot start the seed command "no-such-program" of prisma.config.ts' in r.stderr, r
    (folder / "prisma.config.ts").write_text(config.replace("`show-seed it\\'s`", "'  '"))
    r = seed(folder, "postgres", ok=False)
    assert r.returncode == 2 and "the seed command of prisma.config.ts is empty" in r.stderr, r


def test_a_signal_reaches_the_command():
    folder = project("signal", **{"package.json": json.dumps({"prisma": {"seed": f"{sys.executable} wait.py"}}),
                                  "wait.py": "import signal\nopen('there', 'w').close()\nsignal.pause()"})
    p = spawn(inboard, "db", "seed", env=env("postgres"), cwd=folder)
    tap.until((folder / "there").exists, "the command runs")
    p.terminate()
    out, err = p.communicate(timeout=60)
    assert p.returncode == 1 and "ended with status 143" in err, (out, err)


def test_without_a_seed_nothing_is_done():
    r = seed(project("none"), "postgres", url={"DATABASE_URL": "", "DIRECT_URL": ""})
    assert r.returncode == 0 and r.stdout.startswith("there is no seed"), r


def test_a_package_json_that_is_none_is_no_answer():
    r = seed(project("broken", **{"package.json": '{"name": "x",, "prisma": {"seed": "x"}}'}), "postgres", ok=False)
    assert r.returncode == 2 and "package.json is not valid JSON" in r.stderr, r


def test_a_reset_seeds():
    cluster.fresh("again")
    folder = project("again", **{"prisma__migrations__20200101000000_a__migration.sql": "CREATE TABLE t (id int);", "prisma__seed.sql": "INSERT INTO t VALUES (1)"})
    r = run(inboard, "migrate", "reset", "--force", env=env("again"), cwd=folder)
    assert "seeded with prisma/seed.sql" in r.stdout and rows("again") == "1", r
    r = run(inboard, "migrate", "reset", "--force", "--skip-seed", env=env("again"), cwd=folder)
    assert "seeded" not in r.stdout and rows("again") == "0", r
    (folder / "prisma/seed.sql").write_text("INSERT INTO nowhere VALUES (1)")
    r = run(inboard, "migrate", "reset", "--force", env=env("again"), cwd=folder, ok=False)
    assert r.returncode == 1 and "nowhere" in r.stderr and rows("again") == "0", r


tap.main(cluster.start, cluster.remove)
