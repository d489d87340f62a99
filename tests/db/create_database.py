#!/usr/bin/env python3
"""`inboard migrate deploy --create-database`: a database that is missing is made, by one of several; what is refused."""
import pathlib, signal, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn

cluster = Cluster()
FILES = {"20200101000000_a": "CREATE TABLE a (id INTEGER PRIMARY KEY);"}


def deploy(db, *more, user="postgres", ok=True, url=None):
    return run(inboard, "migrate", "deploy", "--migrations", cluster.folder("migrations", FILES), *more,
               env={"DATABASE_URL": url or cluster.url(db, user), "DIRECT_URL": ""}, ok=ok)


def absent(db):
    cluster.sql("postgres", f'DROP DATABASE IF EXISTS "{db}"')


def test_it_is_created_only_when_it_is_asked_for():
    absent("absent")
    r = deploy("absent", "--wait", "1", ok=False)
    assert r.returncode == 6 and "P1003" in r.stderr, r
    r = deploy("absent", "--create-database")
    assert "the database was created" in r.stderr and "1 applied" in r.stdout, r
    r = deploy("absent", "--create-database")
    assert "created" not in r.stderr and "nothing is pending" in r.stdout, r


def test_the_server_is_waited_for_and_the_wait_can_be_stopped():
    env = {"DATABASE_URL": cluster.url("absent", port=1), "DIRECT_URL": ""}
    schema = cluster.folder("schema", {})
    (pathlib.Path(schema) / "schema.prisma").write_text('datasource db {\n  provider = "postgresql"\n}\n')
    folder = cluster.folder("migrations", FILES)
    for words in (["migrate", "deploy", "--create-database", "--migrations", folder], ["migrate", "reset", "--migrations", folder],
                  ["migrate", "dev", "--migrations", folder, "--schema", schema], ["db", "push", "--schema", schema]):
        p = spawn(inboard, *words, env=env)
        line = p.stderr.readline()
        p.send_signal(signal.SIGTERM)
        err = p.communicate(timeout=60)[1]
        assert line.startswith("waiting for the database: "), (words, line, err)
        assert p.returncode == 1 and "stopped while waiting for the database" in err, (words, err)


def test_its_name_may_be_any():
    url = cluster.url("It's%20%22one%22%3B%20DROP")
    assert "the database was created" in run(inboard, "migrate", "deploy", "--create-database", "--migrations", cluster.folder("migrations", FILES),
                                             env={"DATABASE_URL": url, "DIRECT_URL": ""}).stderr
    assert cluster.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'It''s \"one\"; DROP'") == "1"


def test_of_several_at_once_one_creates_it():
    folder = cluster.folder("migrations", FILES)
    for _ in range(3):
        absent("raced")
        all_of = [spawn(inboard, "migrate", "deploy", "--create-database", "--migrations", folder,
                        env={"DATABASE_URL": cluster.url("raced"), "DIRECT_URL": ""}) for _ in range(4)]
        ends = [(*p.communicate(), p.returncode) for p in all_of]
        assert all(e[2] == 0 for e in ends), ends
        assert sum("the database was created" in e[1] for e in ends) == 1, ends
        assert cluster.sql("raced", "SELECT count(*) FROM _prisma_migrations") == "1"
        cluster.sql("postgres", "DROP DATABASE raced WITH (FORCE)")


def test_without_postgres_it_is_made_from_template1():
    absent("second")
    cluster.sql("template1", "ALTER DATABASE postgres ALLOW_CONNECTIONS false")
    try:
        assert "the database was created" in deploy("second", "--create-database").stderr
        cluster.sql("second", "ALTER DATABASE template1 ALLOW_CONNECTIONS false")
        r = deploy("third", "--create-database", ok=False)
        assert r.returncode == 6 and 'the database "third" is missing and cannot be created' in r.stderr and "template1" in r.stderr, r
    finally:
        for name in ("postgres", "template1"):
            cluster.sql("second", f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_a_right_that_is_missing_is_named():
    absent("forbidden")
    cluster.sql("postgres", "CREATE ROLE plain LOGIN")
    r = deploy("forbidden", "--create-database", user="plain", ok=False)
    assert r.returncode == 6 and 'the role "plain" may not create the database "forbidden"' in r.stderr, r
    assert "P1010" in r.stderr and "CREATEDB" in r.stderr, r


tap.main(cluster.start, cluster.remove)
