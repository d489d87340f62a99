#!/usr/bin/env python3
"""Prisma's own engine and inboard take turns on one database, and each finds the other's work in order."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, build, inboard as inboard_command, root, run, spawn

cluster = Cluster()
oracle = build / "tests/interop/engine/oracle.mjs"


def database(name):
    shadow = cluster.fresh(name + "_shadow")["DATABASE_URL"]
    return {**cluster.fresh(name), "SHADOW_DATABASE_URL": shadow}


def prisma(env, *words, ok=True):
    return run("node", oracle, *words, env=env, ok=ok)


def inboard(env, *words, ok=True):
    return run(inboard_command, *words, env=env, ok=ok)


folder = cluster.folder

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


FILLED = {
    "20260101000000_rows": "CREATE TABLE t (id bigint PRIMARY KEY, a text, b text);\n"
                           "INSERT INTO t SELECT g * 7, CASE WHEN g % 3 > 0 THEN 'v' || g END, CASE WHEN g % 11 = 0 THEN 'kept' END FROM generate_series(1, 5000) g;\n",
    "20260102000000_backfill_b": "-- inboard: backfill\nUPDATE t SET b = upper(a) WHERE b IS NULL AND a IS NOT NULL;\n",
    "20260103000000_after": "-- inboard: after backfill 20260102000000_backfill_b\nALTER TABLE t ADD CONSTRAINT filled CHECK (b IS NOT NULL OR a IS NULL) NOT VALID;\n",
}


def test_a_backfill_comes_to_the_same_with_each():
    """In windows, in one go by Prisma's engine and by psql; and where one of them has begun, the other goes on."""
    rows, first = [], "20260101000000_rows"
    for name, finish in (("windows", inboard), ("one_go", prisma), ("shared", prisma)):
        env = database(f"filled_{name}")
        inboard(env, "migrate", "deploy", "--migrations", folder(f"{name}_first", {first: FILLED[first]}))
        f = folder(name, FILLED)
        if name == "shared":
            inboard(env, "migrate", "deploy", "--migrations", f, "--backfills", "skip", ok=False)
            cluster.sql(f"filled_{name}", "UPDATE t SET b = upper(a) WHERE b IS NULL AND a IS NOT NULL AND id < 9000")
        finish(env, *(("migrate", "deploy") if finish is inboard else ("deploy",)), "--migrations", f)
        prisma_finds_it_in_order(env, f)
        inboard_finds_it_in_order(env, f)
        rows.append(cluster.sql(f"filled_{name}", "SELECT md5(string_agg(t::text, '|' ORDER BY id)), count(b) FROM t"))
    cluster.fresh("filled_psql")
    for sql in FILLED.values():
        cluster.sql("filled_psql", sql)
    rows.append(cluster.sql("filled_psql", "SELECT md5(string_agg(t::text, '|' ORDER BY id)), count(b) FROM t"))
    assert len(set(rows)) == 1, rows


def test_they_alternate():
    env = database("three")
    inboard(env, "migrate", "deploy", "--migrations", folder("three", some(1)))
    prisma(env, "deploy", "--migrations", folder("three", some(2)))
    inboard(env, "migrate", "deploy", "--migrations", folder("three", some(3)))
    f = folder("three", some(4))
    prisma(env, "deploy", "--migrations", f)
    prisma_finds_it_in_order(env, f)
    inboard_finds_it_in_order(env, f)
    assert cluster.sql("three", "SELECT count(*), count(finished_at), count(rolled_back_at) FROM _prisma_migrations") == "4|4|0"


def test_the_table_is_prisma_s_to_the_byte():
    tables = {}
    for name, maker in (("inb", inboard), ("pri", prisma)):
        env, f = database(name), folder("table", some(1))
        maker(env, *(("migrate",) if maker is inboard else ()), "deploy", "--migrations", f)
        tables[name] = [line for line in cluster.shape(name).splitlines() if "_prisma_migrations" in line]
    assert len(tables["inb"]) > 10 and tables["inb"] == tables["pri"], tables


def test_a_row_of_inboard_s_has_what_prisma_writes():
    rows = {}
    for name, maker in (("inb", inboard), ("pri", prisma)):
        env, f = database(name), folder("rows", some(1, 2))
        maker(env, *(("migrate",) if maker is inboard else ()), "deploy", "--migrations", f)
        rows[name] = cluster.sql(name, "SELECT length(id), checksum, finished_at IS NOT NULL, migration_name, logs IS NULL, rolled_back_at IS NULL, "
                               "started_at <= finished_at, applied_steps_count FROM _prisma_migrations ORDER BY migration_name")
    assert rows["inb"] == rows["pri"], rows


def test_a_failure_of_prisma_s_is_named_and_resolved_by_inboard():
    env = database("failed")
    bad = {"20260102000000_two": "CREATE TABLE broken (\n"}
    f = folder("failed", {**some(1), **bad})
    r = prisma(env, "deploy", "--migrations", f, ok=False)
    assert r.returncode == 1 and "20260102000000_two" in r.stderr, r
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
    assert cluster.sql("clean", "SELECT count(*) FROM _prisma_migrations") == "1"
    (f / "20260102000000_two/migration.sql").write_text(M["20260102000000_two"])
    assert json.loads(prisma(env, "deploy", "--migrations", f).stdout)["appliedMigrationNames"] == ["20260102000000_two"]
    inboard_finds_it_in_order(env, f)


def test_baselines_of_either_are_known_to_the_other():
    for name, first, second in (("base_i", inboard, prisma), ("base_p", prisma, inboard)):
        env, f = database(name), folder("base", some(1, 2))
        cluster.sql(name, M["20260101000000_one"])
        words = ("migrate",) if second is inboard else ()
        r = second(env, *words, "deploy", "--migrations", f, ok=False)
        assert r.returncode != 0 and "P3005" in r.stderr, r
        first(env, *(("migrate",) if first is inboard else ()), "resolve", "--applied", "20260101000000_one", "--migrations", f)
        second(env, *words, "deploy", "--migrations", f)
        prisma_finds_it_in_order(env, f)
        inboard_finds_it_in_order(env, f)


def test_both_wait_for_one_lock():
    env, f = database("lock"), folder("lock", {"20260101000000_slow": "SELECT pg_advisory_lock_shared(4242);\nCREATE TABLE slow (a int);\n"})
    locks = "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = {} AND {}"
    with cluster.session("lock", "SELECT pg_advisory_lock(4242)"):
        first = spawn(inboard_command, "migrate", "deploy", "--migrations", f, env=env)
        cluster.until("lock", locks.format(4242, "NOT granted"))
        second = spawn("node", oracle, "deploy", "--migrations", f, env=env)
        cluster.until("lock", locks.format(72707369, "NOT granted"))
    assert json.loads(second.communicate(timeout=300)[0])["appliedMigrationNames"] == []
    assert first.communicate(timeout=300) and first.returncode == 0
    assert cluster.sql("lock", "SELECT count(*) FROM _prisma_migrations") == "1"


# What Prisma's differ writes when an enum loses a value, alone and among other statements.
def without(values, default):
    return f"""-- AlterEnum
BEGIN;
CREATE TYPE "Role_new" AS ENUM ({values});
ALTER TABLE "a" ALTER COLUMN "r" DROP DEFAULT;
ALTER TABLE "a" ALTER COLUMN "r" TYPE "Role_new" USING ("r"::text::"Role_new");
ALTER TYPE "Role" RENAME TO "Role_old";
ALTER TYPE "Role_new" RENAME TO "Role";
DROP TYPE "Role_old";
ALTER TABLE "a" ALTER COLUMN "r" SET DEFAULT '{default}';
COMMIT;
"""


OWN = {
    "20260101000000_one": "CREATE TYPE \"Role\" AS ENUM ('A', 'B', 'C');\nCREATE TABLE \"a\" (\"id\" INTEGER, \"r\" \"Role\" DEFAULT 'C');\n",
    "20260102000000_two": without("'A', 'B'", "B"),
    "20260103000000_three": "CREATE TABLE \"b\" (\"id\" INTEGER);\n" + without("'A'", "A") + "ALTER TABLE \"b\" ADD COLUMN \"c\" TEXT;\n",
    "20260104000000_four": "BEGIN;\nINSERT INTO \"a\" VALUES (1);\nCOMMIT;\nSTART TRANSACTION;\nDROP TABLE \"b\";\nEND;\n",
}
# Prisma's client from 7.4 on sends statements one by one and applies these; its engine alone sends a file as one and cannot.
APART = {
    "20260105000000_five": "ALTER TYPE \"Role\" ADD VALUE 'D';\nALTER TABLE \"a\" ALTER COLUMN \"r\" SET DEFAULT 'D';\n",
    "20260106000000_six": "CREATE TABLE \"d\" (\"id\" INTEGER);\nCREATE INDEX CONCURRENTLY \"d_id\" ON \"d\"(\"id\");\nBEGIN;\nINSERT INTO \"a\" VALUES (1);\nCOMMIT;\n",
}


def test_transactions_of_a_file_s_own_in_either_half():
    dumps = {}
    for name, makers in (("own_ii", (inboard, inboard)), ("own_pp", (prisma, prisma)), ("own_ip", (inboard, prisma)), ("own_pi", (prisma, inboard))):
        env = database(name)
        for half, maker in enumerate(makers, 1):
            f = folder(name, dict(list(OWN.items())[:2 * half]))
            maker(env, *(("migrate",) if maker is inboard else ()), "deploy", "--migrations", f)
        inboard_finds_it_in_order(env, f)
        prisma_finds_it_in_order(env, f)
        assert cluster.sql(name, "SELECT count(*), count(finished_at), min(applied_steps_count) FROM _prisma_migrations") == "4|4|1"
        rows = (f"SELECT '{t}', r FROM {t} r ORDER BY r::text" for t in cluster.sql(name, "SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND "
                "relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations' ORDER BY 1").splitlines())
        dumps[name] = cluster.shape(name) + cluster.sql(name, ";".join(rows))
    assert len(set(dumps.values())) == 1, dumps


def test_statements_that_are_no_transaction_together_after_prisma_s():
    env = database("apart")
    prisma(env, "deploy", "--migrations", folder("apart", OWN))
    f = folder("apart", APART)
    inboard(env, "migrate", "deploy", "--migrations", f)
    assert cluster.sql("apart", "SELECT string_agg(r::text, ',' ORDER BY r) FROM a") == "A,D"
    inboard_finds_it_in_order(env, f)
    assert json.loads(prisma(env, "deploy", "--migrations", f).stdout)["appliedMigrationNames"] == []


def test_the_service_s_migrations_yield_its_schema_exactly():
    env = database("own")
    r = prisma(env, "diff", "--from-migrations", root / "migrations", "--to-schema", root / "prisma/schema.prisma", "--exit-code", "--script", ok=False)
    assert r.returncode == 0, r.stdout + r.stderr


tap.main(cluster.start, cluster.remove)
