#!/usr/bin/env python3
"""Prisma's own engine and inboard take turns on one database, and each finds the other's work in order."""
import json, os, pathlib, shutil, subprocess, sys, tempfile

root = pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2]))
build = pathlib.Path(os.environ.get("top_builddir", root / "build"))
sys.path.insert(0, str(root / "tests/support"))
import tap

work = tempfile.TemporaryDirectory(prefix="inb-turns.")
os.chmod(work.name, 0o755)
cluster = pathlib.Path(work.name, "cluster")
oracle = build / "tests/interop/engine/oracle.mjs"
state = {}


def run(*command, env=None, ok=True):
    r = subprocess.run([str(c) for c in command], env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=120)
    assert not ok or r.returncode == 0, f"{command}: exit {r.returncode}\n{r.stdout[-3000:]}\n{r.stderr[-3000:]}"
    return r


def setup():
    run(root / "tests/support/pg", "start", cluster)
    state["socket"] = (cluster / "socket").read_text().strip()


def teardown():
    run(root / "tests/support/pg", "remove", cluster, ok=False)
    work.cleanup()


def url(db):
    return f"postgresql:///{db}?host={state['socket']}&user=postgres"


def sql(db, text):
    return run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", url(db), "-c", text).stdout.strip()


def database(name):
    sql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    sql("postgres", f"CREATE DATABASE {name}")
    sql("postgres", f"DROP DATABASE IF EXISTS {name}_shadow WITH (FORCE)")
    sql("postgres", f"CREATE DATABASE {name}_shadow")
    return {"DATABASE_URL": url(name), "SHADOW_DATABASE_URL": url(name + "_shadow")}


def prisma(env, *words, ok=True):
    return run("node", oracle, *words, env=env, ok=ok)


def inboard(env, *words, ok=True):
    return run(build / "inboard", *words, env=env, ok=ok)


def folder(name, migrations):
    f = pathlib.Path(work.name, name)
    for m, text in migrations.items():
        (f / m).mkdir(parents=True, exist_ok=True)
        (f / m / "migration.sql").write_text(text)
    (f / "migration_lock.toml").write_text('provider = "postgresql"\n')
    return f


M = {
    "20260101000000_one": 'CREATE TABLE "a" ("id" INTEGER NOT NULL, CONSTRAINT "a_pkey" PRIMARY KEY ("id"));\n',
    "20260102000000_two": 'ALTER TABLE "a" ADD COLUMN "b" TEXT;\nCREATE INDEX "a_b_idx" ON "a"("b");\n',
    "20260103000000_three": 'CREATE TABLE "c" ("id" SERIAL PRIMARY KEY);\r\nINSERT INTO "c" DEFAULT VALUES;\r\n',
    "20260104000000_four": 'ALTER TABLE "c" ADD COLUMN "d" INTEGER NOT NULL DEFAULT 1;\n',
}


def some(*numbers):
    return {name: M[name] for n, name in enumerate(sorted(M), 1) if n in numbers}


def diagnosis(env, migrations):
    return json.loads(prisma(env, "status", "--migrations", migrations, ok=False).stdout)


def prisma_finds_it_in_order(env, migrations):
    d = diagnosis(env, migrations)
    assert d["hasMigrationsTable"] and not d["failedMigrationNames"] and not d["editedMigrationNames"], d
    assert not d.get("history") and not d.get("drift") and not d.get("errorInUnappliedMigration"), d
    assert json.loads(prisma(env, "deploy", "--migrations", migrations).stdout)["appliedMigrationNames"] == []


def inboard_finds_it_in_order(env, migrations):
    r = inboard(env, "migrate", "status", "--migrations", migrations, "--json")
    states = {m["name"]: m["state"] for m in json.loads(r.stdout)["migrations"]}
    assert set(states.values()) == {"applied"} and len(states) == len(list(migrations.glob("*/migration.sql"))), r.stdout
    r = inboard(env, "migrate", "deploy", "--migrations", migrations, "--json")
    assert json.loads(r.stdout)["applied"] == [], r.stdout


def test_what_inboard_wrote_is_up_to_date_and_unedited_for_prisma():
    env, f = database("one"), folder("one", M)
    inboard(env, "migrate", "deploy", "--migrations", f)
    prisma_finds_it_in_order(env, f)


def test_what_prisma_wrote_is_up_to_date_and_unedited_for_inboard():
    env, f = database("two"), folder("two", M)
    assert len(json.loads(prisma(env, "deploy", "--migrations", f).stdout)["appliedMigrationNames"]) == 4
    inboard_finds_it_in_order(env, f)


def test_they_alternate():
    env = database("three")
    inboard(env, "migrate", "deploy", "--migrations", folder("three", some(1)))
    prisma(env, "deploy", "--migrations", folder("three", some(2)))
    inboard(env, "migrate", "deploy", "--migrations", folder("three", some(3)))
    f = folder("three", some(4))
    prisma(env, "deploy", "--migrations", f)
    prisma_finds_it_in_order(env, f)
    inboard_finds_it_in_order(env, f)
    assert sql("three", "SELECT count(*), count(finished_at), count(rolled_back_at) FROM _prisma_migrations") == "4|4|0"


def test_the_table_is_prisma_s_to_the_byte():
    tables = {}
    for name, maker in (("inb", inboard), ("pri", prisma)):
        env, f = database(name), folder("table", some(1))
        maker(env, *(("migrate",) if maker is inboard else ()), "deploy", "--migrations", f)
        tables[name] = run("pg_dump", "--schema-only", "--table=_prisma_migrations", url(name)).stdout.split("SELECT pg_catalog.set_config")[1]
        tables[name] = [line for line in tables[name].splitlines() if not line.startswith(("\\", "-- Dumped"))]
    assert tables["inb"] == tables["pri"], tables


def test_a_row_of_inboard_s_has_what_prisma_writes():
    rows = {}
    for name, maker in (("inb", inboard), ("pri", prisma)):
        env, f = database(name), folder("rows", some(1, 2))
        maker(env, *(("migrate",) if maker is inboard else ()), "deploy", "--migrations", f)
        rows[name] = sql(name, "SELECT length(id), checksum, finished_at IS NOT NULL, migration_name, logs IS NULL, rolled_back_at IS NULL, "
                               "started_at <= finished_at, applied_steps_count FROM _prisma_migrations ORDER BY migration_name")
    assert rows["inb"] == rows["pri"], rows


def test_a_failure_of_prisma_s_is_named_and_resolved_by_inboard():
    env = database("failed")
    bad = {"20260102000000_two": "CREATE TABLE broken (\n"}
    f = folder("failed", {**some(1), **bad})
    r = prisma(env, "deploy", "--migrations", f, ok=False)
    assert r.returncode == 1 and "P3018" in r.stderr, r
    r = inboard(env, "migrate", "deploy", "--migrations", f, ok=False)
    assert r.returncode == 4 and "P3009" in r.stderr and "20260102000000_two" in r.stderr, r
    inboard(env, "migrate", "resolve", "--rolled-back", "20260102000000_two", "--migrations", f)
    (f / "20260102000000_two/migration.sql").write_text(M["20260102000000_two"])
    inboard(env, "migrate", "deploy", "--migrations", f)
    assert json.loads(prisma(env, "deploy", "--migrations", f).stdout)["appliedMigrationNames"] == []


def test_a_failure_of_inboard_s_leaves_prisma_nothing_to_resolve():
    env = database("clean")
    f = folder("clean", {**some(1), "20260102000000_two": "CREATE TABLE x (a int);\nSELECT 1/0;\n"})
    r = inboard(env, "migrate", "deploy", "--migrations", f, ok=False)
    assert r.returncode == 1 and "P3018" in r.stderr and "22012" in r.stderr, r
    d = diagnosis(env, f)
    assert d["failedMigrationNames"] == [] and d["editedMigrationNames"] == [], d
    assert sql("clean", "SELECT count(*) FROM _prisma_migrations") == "1"
    (f / "20260102000000_two/migration.sql").write_text(M["20260102000000_two"])
    assert json.loads(prisma(env, "deploy", "--migrations", f).stdout)["appliedMigrationNames"] == ["20260102000000_two"]
    inboard_finds_it_in_order(env, f)


def test_baselines_of_either_are_known_to_the_other():
    for name, first, second in (("base_i", inboard, prisma), ("base_p", prisma, inboard)):
        env, f = database(name), folder("base", some(1, 2))
        sql(name, M["20260101000000_one"])
        words = ("migrate",) if second is inboard else ()
        r = second(env, *words, "deploy", "--migrations", f, ok=False)
        assert r.returncode != 0 and "P3005" in r.stderr, r
        first(env, *(("migrate",) if first is inboard else ()), "resolve", "--applied", "20260101000000_one", "--migrations", f)
        second(env, *words, "deploy", "--migrations", f)
        prisma_finds_it_in_order(env, f)
        inboard_finds_it_in_order(env, f)


def test_both_wait_for_one_lock():
    env, f = database("lock"), folder("lock", {"20260101000000_slow": "SELECT pg_sleep(1);\nCREATE TABLE slow (a int);\n"})
    first = subprocess.Popen([str(build / "inboard"), "migrate", "deploy", "--migrations", str(f)], env={**os.environ, **env},
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while sql("lock", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 72707369 AND granted") == "0":
        assert first.poll() is None
    assert json.loads(prisma(env, "deploy", "--migrations", f).stdout)["appliedMigrationNames"] == []
    assert first.wait() == 0
    assert sql("lock", "SELECT count(*) FROM _prisma_migrations") == "1"


def test_the_service_s_migrations_yield_its_schema_exactly():
    env = database("own")
    r = prisma(env, "diff", "--from-migrations", root / "migrations", "--to-schema", root / "prisma/schema.prisma", "--exit-code", "--script", ok=False)
    assert r.returncode == 0, r.stdout + r.stderr


tap.main(setup, teardown)
