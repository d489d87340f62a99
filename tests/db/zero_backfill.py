#!/usr/bin/env python3
"""What happens to rows while a sequence of `inboard migrate diff --zero-downtime` is under way: values under two names, a backfill that
meets writers and is run in windows, and statements that wait for a reader."""
import json, pathlib, re, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap, zero
from inb import Cluster, Session, inboard, run, spawn

cluster = Cluster()
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'


def prepare(db, before, after, *options):
    """A database of the schema before, and the plan that leads to the one after."""
    cluster.fresh(db)
    a, b = cluster.path("a.prisma"), cluster.path("b.prisma")
    a.write_text(HEAD + before)
    b.write_text(HEAD + after)
    sides = ["--from-schema", a, "--to-schema", b]
    cluster.sql(db, run(inboard, "migrate", "diff", "--from-empty", "--to-schema", a, "--script").stdout)
    return json.loads(run(inboard, "migrate", "diff", *sides, "--zero-downtime", *options, "--json").stdout)["migrations"]


def apply(db, migrations):
    zero.psql(cluster.url(db), "".join(m["sql"] for m in migrations))


def until(db, query):
    """Waits for a state that a query finds."""
    deadline = time.monotonic() + 60
    while cluster.sql(db, query) != "t":
        assert time.monotonic() < deadline, query
        time.sleep(0.02)


USER = "model User {\n  id Int @id\n  name String? @default(\"anon\")\n  at DateTime @default(now())\n  data Json?\n  code String @default(uuid())\n}\n"


def test_a_value_is_the_same_under_either_name():
    after = USER.replace("  name ", "  whole ").replace("  at ", "  born ").replace("  data ", "  info ").replace("  code ", "  mark ")
    names = [("name", "whole"), ("at", "born"), ("data", "info"), ("code", "mark")]
    plan = prepare("names", USER, after, *(w for a, b in names for w in ("--rename", f"User.{a}={b}")))
    cluster.sql("names", """insert into "User" (id, name, data, code) values (1, 'a', '{"n": 1.0}', 'x'), (2, null, null, 'y')""")
    apply("names", [m for m in plan if m["phase"] != "contract"])

    def row(i, *wanted):
        columns = ", ".join(f"coalesce({n}::text, '-')" for pair in names for n in pair)
        got = cluster.sql("names", f'select {columns} from "User" where id = {i}').split("|")
        assert got[0::2] == got[1::2], (i, got)
        for g, w in zip(got[0::2], wanted):
            assert w is None or g == w, (i, got, wanted)

    row(1, "a", None, '{"n": 1.0}', "x")
    row(2, "-", None, "-", "y")
    for i, (columns, values, wanted) in enumerate([
            ("code", "'c'", ("anon", None, "-", "c")), ("mark", "'c'", ("anon", None, "-", "c")),
            ("name, code", "'b', 'c'", ("b", None, "-", "c")), ("whole, mark", "'b', 'c'", ("b", None, "-", "c")),
            ("name, code", "null, 'c'", ("-", None, "-", "c")), ("whole, mark", "null, 'c'", ("-", None, "-", "c")),
            ("at, code", "'2020-01-02'", None), ("born, mark", "'2020-01-02'", None),
            ("data, code", "'[1]', 'c'", ("anon", None, "[1]", "c")), ("info, mark", "'[1]', 'c'", ("anon", None, "[1]", "c"))], 10):
        if wanted is None:
            values, wanted = values + ", 'c'", ("anon", "2020-01-02 00:00:00", "-", "c")
        cluster.sql("names", f'insert into "User" (id, {columns}) values ({i}, {values})')
        row(i, *wanted)
    for change, wanted in [("name = 'n'", "n"), ("whole = 'f'", "f"), ("name = null", "-"), ("whole = 'g'", "g"), ("whole = null", "-"),
                           ("code = 'k'", "-"), ("name = 'anon'", "anon"), ("whole = 'G'", "G"), ("name = 'g'", "g")]:
        cluster.sql("names", f'update "User" set {change} where id = 10')
        row(10, wanted)
    cluster.sql("names", """update "User" set data = '{"n": 1.00}' where id = 1""")
    row(1, "a", None, '{"n": 1.00}', "x")


def test_a_sequence_goes_over_to_the_column_that_takes_the_place():
    before = 'model T {\n  id Int @id @default(autoincrement())\n  name String\n  @@map("it\'s 100%s T")\n}\n'
    table = '"it\'s 100%s T"'
    for db, after, options in [("serial", before.replace("id Int", "id BigInt"), []), ("named", before.replace("  id ", "  nr "), ["--rename", "it's 100%s T.id=nr"]),
                               ("identity", before.replace("id Int", "id BigInt"), [])]:
        plan = prepare(db, before, after, *options)
        if db == "identity":
            cluster.sql(db, f"""alter table {table} alter id drop default; drop sequence "it's 100%s T_id_seq";
                                alter table {table} alter id add generated always as identity""")
        cluster.sql(db, f"insert into {table} (name) values ('a'), ('b')")
        apply(db, plan)
        key = "nr" if db == "named" else "id"
        assert cluster.sql(db, f"insert into {table} (name) values ('c') returning {key}") == "3", db
        assert cluster.sql(db, f"select attidentity from pg_attribute where attrelid = '\"it''s 100%s T\"'::regclass and attname = '{key}'") == ("a" if db == "identity" else ""), db
        assert cluster.sql(db, "select count(*) from pg_sequences") == "1", db


def test_a_sequence_that_the_migrations_name_is_named():
    after = cluster.path("after.prisma")
    after.write_text(HEAD + "model T {\n  id BigInt @id @default(autoincrement())\n  name String\n}\n")
    for db, kind, plain in (("known", "SERIAL", True), ("known_identity", "INTEGER GENERATED ALWAYS AS IDENTITY", False)):
        init = f'CREATE TABLE "T" ("id" {kind} NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "T_pkey" PRIMARY KEY ("id"));\n'
        folder = cluster.folder(db, {"20200101000000_init": init})
        plan = json.loads(run(inboard, "migrate", "diff", "--from-migrations", folder, "--to-schema", after, "--zero-downtime", "--json").stdout)["migrations"]
        assert any("DO $" in m["sql"] for m in plan) != plain, db
        cluster.fresh(db)
        zero.psql(cluster.url(db), init + """insert into "T" (name) values ('a'), ('b');""")
        apply(db, plan)
        assert cluster.sql(db, """insert into "T" (name) values ('c') returning id""") == "3", db
        assert cluster.sql(db, "select string_agg(sequencename || ' ' || data_type, ',') from pg_sequences") == "T_id_seq bigint", db


def test_a_value_that_does_not_fit_stops_the_change_and_no_release():
    row = "model T {\n  id Int @id\n  n String?\n  u String?\n}\n"
    for bad, state in (("x", "22P02"), ("-1", "23514")):
        db = f"unfit_{state.lower()}"
        plan = prepare(db, row, row.replace("n String?", 'n Unsupported("positive")?').replace("u String?", "u String? @db.Uuid"))
        assert '"n" (text to positive), "u" (text to uuid)' in " ".join(m["review"] or "" for m in plan)
        cluster.sql(db, f"""create domain positive as integer check (value > 0); insert into "T" (id, n) values (1, '5'), (2, '{bad}')""")
        fill = next(i for i, m in enumerate(plan) if m["backfill"])
        apply(db, plan[:fill])
        cluster.sql(db, f"""insert into "T" (id, n, u) values (3, '{bad}', 'y'); update "T" set n = '{bad}' where id = 3""")
        assert cluster.sql(db, 'select n_new, u_new from "T" where id = 3') == "|"
        r = run("psql", "-X", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", cluster.url(db), "-c", plan[fill]["sql"], ok=False)
        assert r.returncode != 0 and f"ERROR:  {state}:" in r.stderr, r.stderr
        # Nor does it end where somebody leaves the rows out.
        cluster.sql(db, """delete from "T" where id = 2; update "T" set u = null where id = 3; alter table "T" disable trigger user""")
        left = next(i for i, m in enumerate(plan) if "_validate_" in m["name"])
        apply(db, plan[fill + 1:left])
        assert zero.psql(cluster.url(db), plan[left]["sql"], ok=False) is None
        assert cluster.sql(db, 'select count(n) from "T"') == "2"


def test_a_row_that_does_not_fit_is_named_and_taken_again():
    row = "model T {\n  id Int @id\n  n String?\n}\n"
    plan = prepare("refused", row, row.replace("n String?", "n Int?"))
    init = run(inboard, "migrate", "diff", "--from-empty", "--to-schema", cluster.path("a.prisma"), "--script").stdout
    files = {"20200101000000_init": init}
    files |= {f"2020010200000{i}_{m['name']}": m["sql"] for i, m in enumerate(plan)}
    confirm = [w for m in plan if m["before"] for w in ("--confirm", m["name"])]
    folder, env = cluster.folder("refused", files), {"DATABASE_URL": cluster.url("refused")}
    run(inboard, "migrate", "resolve", "--applied", "20200101000000_init", "--migrations", folder, env=env)
    cluster.sql("refused", """insert into "T" select i, case when i = 400 then 'x' else i::text end from generate_series(1, 1000) i""")
    fill = next(name for name in files if "_fill_" in name)
    r = run(inboard, "migrate", "deploy", "--migrations", folder, env=env, ok=False)
    assert r.returncode == 1 and fill in r.stderr, r
    told = run(inboard, "backfill", "status", "--migrations", folder, env=env, ok=False).stdout
    assert "400" in told and "22P02" in told, told
    assert int(cluster.sql("refused", 'select count(n_new) from "T"')) >= 399
    # The author decides; and no row is asked for twice.
    cluster.sql("refused", """update "T" set n = '-400' where id = 400""")
    r = run(inboard, "backfill", "retry", fill, "--migrations", folder, env=env, ok=False)
    assert r.returncode == 3 and "None is refused any more" in r.stderr, r
    assert "a backfill that is done" in run(inboard, "backfill", "run", fill, "--migrations", folder, env=env).stderr
    run(inboard, "migrate", "deploy", *confirm, "--migrations", folder, env=env)
    assert cluster.sql("refused", 'select count(*), sum(n) from "T"') == f"1000|{sum(range(1001)) - 800}"


def test_a_backfill_gives_the_same_in_windows_and_again():
    """Its statement with a window of keys, as it is run in windows: what is killed starts again, rows that somebody moves or adds are found."""
    row = "model T {\n  a Int\n  b String\n  n Int\n  pad String\n  %s\n  @@id([a, b])\n}\n"
    plan = prepare("windows", row % "m Int?", row.replace("n Int\n", "n BigInt\n") % "m Int @unique")
    cluster.sql("windows", """insert into "T" select i, 'b' || i, i, repeat('x', 200), case when i > 5000 then null else i end from generate_series(1, 20000) i""")
    fill = next(i for i, m in enumerate(plan) if "_fill_" in m["name"])
    apply("windows", plan[:fill])
    update = re.search(r"^UPDATE [^;]*(?=;$)", plan[fill]["sql"], re.M).group()
    head, predicate = update.split("\nWHERE ")
    window = f'{head}\nWHERE ({predicate})\n  AND "a" > %d AND "a" <= %d'
    cluster.sql("windows", window % (4000, 9000))
    with cluster.session("windows", "begin", 'select 1 from "T" where a = 15000 for update'):
        filling = spawn("psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url("windows", more="&application_name=filling"), "-c", window % (9000, 16000))
        until("windows", "select exists (select from pg_stat_activity where application_name = 'filling' and wait_event_type = 'Lock')")
        # Whoever writes elsewhere does not wait.
        cluster.sql("windows", """insert into "T" (a, b, n, pad, m) values (300, 'new', 7, '', 30000), (30000, 'new', 7, '', 30001); update "T" set n = n + 1 where a = 18000""")
        cluster.sql("windows", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'filling'")
        out, err = filling.communicate(timeout=300)
        assert filling.returncode != 0 and "terminating connection" in err, err
    assert cluster.sql("windows", 'select count(*) from "T" where n_new is not null and m is not null') == "5002"
    cluster.sql("windows", window % (9000, 16000))
    for left in (8000, 0):
        assert run("psql", "-X", "-v", "ON_ERROR_STOP=1", cluster.url("windows"), "-c", update).stdout == f"UPDATE {left}\n"
    assert cluster.sql("windows", 'select count(*), count(m), count(distinct m), count(*) filter (where n_new = n) from "T"') == "|".join(["20002"] * 4)
    apply("windows", plan[fill + 1:])
    assert cluster.sql("windows", "select count(*) from pg_class where relkind = 'S'") == "0"


def test_expanding_waits_for_a_reader_and_lets_others_pass():
    plan = prepare("reader", USER, USER.replace("}\n", "  more Int?\n  @@index([name])\n}\n"))
    init = run(inboard, "migrate", "diff", "--from-empty", "--to-schema", cluster.path("a.prisma"), "--script").stdout
    folder = cluster.folder("reader", {"20200101000000_init": init})
    env = {"DATABASE_URL": cluster.url("reader")}
    run(inboard, "migrate", "resolve", "--applied", "20200101000000_init", "--migrations", folder, env=env)
    cluster.folder("reader", {f"202001020000{i:02}_{m['name']}": m["sql"] for i, m in enumerate(plan)})
    with cluster.session("reader", "begin", 'select count(*) from "User"') as reader:
        deploy = spawn(inboard, "migrate", "deploy", "--migrations", folder, env=env)
        waiting = """select exists (select from pg_locks where relation = '"User"'::regclass and mode = 'AccessExclusiveLock' and not granted)"""
        until("reader", waiting)
        # It gives way before those who come after it have waited for long, and comes back.
        run("psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url("reader"), "-c", 'insert into "User" (id, code) values (1, \'c\')')
        until("reader", waiting)
        assert deploy.poll() is None
        reader.run("commit")
    out, err = deploy.communicate(timeout=120)
    assert deploy.returncode == 0, err
    assert cluster.sql("reader", """select count(*) from pg_index where indrelid = '"User"'::regclass and indisvalid""") == "2"


tap.main(cluster.start, cluster.remove)
