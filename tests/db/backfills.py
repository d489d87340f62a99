#!/usr/bin/env python3
"""Backfills on a server: windows by every kind of key, rows that are refused, several runs, passes, settings, and what ends a run."""
import json, os, pathlib, re, sys, threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn, undocumented
from proxy import Proxy

cluster = Cluster("log_statement=none", "autovacuum=off", "max_connections=60")
FILL = "20260201000000_fill"


def begin(db, schema, rows, fill):
    """A database with the table and its rows, at which the backfill is pending: its environment, and its folder."""
    env = cluster.fresh(db)
    folder = cluster.folder(db, {"20260101000000_table": schema})
    run(inboard, "migrate", "deploy", "--migrations", folder, env=env)
    cluster.sql(db, rows)
    cluster.folder(db, {FILL: fill})
    return env, folder


def backfill(env, folder, *words, ok=True):
    verb, *more = words or ("run",)
    return run(inboard, "backfill", verb, "--migrations", folder, *more, env=env, ok=ok)


def told(env, folder):
    answer = json.loads(backfill(env, folder, "status", "--json").stdout)
    undocumented("inboard backfill status", answer)
    [one] = answer["backfills"]
    return one


def recorded(db):
    return cluster.sql(db, f"SELECT count(*) FROM _prisma_migrations WHERE migration_name = '{FILL}' AND finished_at IS NOT NULL") == "1"


def plans(db, folder, env):
    """What the server did for each statement of the windows, from its log."""
    cluster.sql(db, f"ALTER DATABASE {db} SET session_preload_libraries = 'auto_explain'; ALTER DATABASE {db} SET auto_explain.log_min_duration = 0;"
                f"ALTER DATABASE {db} SET auto_explain.log_analyze = on; ALTER DATABASE {db} SET auto_explain.log_timing = off")
    log = cluster.dir / "server.log"
    before = log.stat().st_size
    backfill(env, folder)
    return log.read_bytes()[before:].decode(errors="replace")


KEYS = {
    "bigint": ("id bigint PRIMARY KEY", "g::bigint * 1000003 % 1600000000", ["id"]),
    "numeric": ("id numeric(20, 4) PRIMARY KEY", "g * 1.0001", ["id"]),
    "uuid": ("id uuid PRIMARY KEY", "md5(g::text)::uuid", ["id"]),
    "text": ("id text COLLATE \"C\" PRIMARY KEY", "'k\"{},\\ ' || g", ["id"]),
    "time": ("id timestamptz PRIMARY KEY", "timestamptz '2026-01-01 00:00:00.000123+01' + g * interval '1 s'", ["id"]),
    "double": ("id double precision PRIMARY KEY", "g / 3.0", ["id"]),
    "composite": ("a integer, id uuid, PRIMARY KEY (a, id)", "g % 7, md5(g::text)::uuid", ["a", "id"]),
    "descending": ("id bigint NOT NULL", "g", ["id"]),
    "words": ("a text, id bigint, PRIMARY KEY (a, id)", "chr(97 + g % 26), g", ["a", "id"]),
}


def test_each_kind_of_key_is_walked_by_its_index():
    for kind, (columns, values, keys) in KEYS.items():
        index = "CREATE UNIQUE INDEX t_down ON t (id DESC);" if kind == "descending" else ""
        db = f"keys_{kind}"
        env, folder = begin(db, f"CREATE TABLE t ({columns}, n integer NOT NULL DEFAULT 0, v text); {index}",
                            f"INSERT INTO t SELECT {values} FROM generate_series(1, 5000) g; ANALYZE t",
                            "-- inboard: backfill\nUPDATE t SET v = 'x', n = n + 1 WHERE v IS NULL -- the end\n;\n")
        log = plans(db, folder, env)
        got = cluster.sql(db, "SELECT min(n), max(n), count(*) FROM t WHERE v = 'x'")
        assert got == "1|1|5000", (kind, got, log[-3000:])
        updates = re.findall(r"Query Text: UPDATE ONLY.*?(?=Query Text|LOG:  |\Z)", log, re.S)
        assert len(updates) >= 4, (kind, len(updates))
        for plan in updates:
            assert "Index Cond" in plan and "Seq Scan" not in plan and "Bitmap" not in plan, (kind, plan)
            filters = re.findall(r"Filter: (.*)", plan)
            assert not any(re.search(rf"\b{k}\b", f) for f in filters for k in keys), (kind, plan)
        assert recorded(db) and told(env, folder)["state"] == "done"


def test_sparse_keys_cost_no_empty_windows():
    env, folder = begin("sparse", "CREATE TABLE t (id bigint PRIMARY KEY, v text)",
                        "INSERT INTO t SELECT g * 160000::bigint FROM generate_series(1, 10000) g; ANALYZE t",
                        "-- inboard: backfill target=10s\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    backfill(env, folder, "run")
    one = told(env, folder)
    assert one["rows"] == 10000 and one["batches"] <= 20, one


def test_a_table_without_a_key_is_walked_by_ctid_until_nothing_is_found():
    env, folder = begin("no_key", "CREATE TABLE t (u integer UNIQUE, v text, w integer NOT NULL DEFAULT 0)",
                        "INSERT INTO t SELECT NULLIF(g % 5000, 0), NULL FROM generate_series(1, 4999) g; INSERT INTO t VALUES (NULL), (NULL)",
                        "-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    stop = threading.Event()

    def writers():
        while not stop.is_set():
            cluster.sql("no_key", "UPDATE t SET w = w + 1 WHERE u IN (SELECT 1 + (random() * 4998)::integer FROM generate_series(1, 50))")

    thread = threading.Thread(target=writers)
    thread.start()
    try:
        backfill(env, folder)
    finally:
        stop.set()
        thread.join()
    assert cluster.sql("no_key", "SELECT count(*) FROM t WHERE v IS NULL") == "0" and recorded("no_key")
    assert cluster.sql("no_key", "SELECT bool_or(keyed) FROM inboard.backfill_ranges") == "f"


def test_once_visits_each_row_once():
    env, folder = begin("once", "CREATE TABLE t (id bigint PRIMARY KEY, n integer NOT NULL)", "INSERT INTO t SELECT g, g FROM generate_series(1, 3000) g",
                        "-- inboard: backfill once\nUPDATE t SET n = n + 1 WHERE n > 0;\n")
    backfill(env, folder, "run", "--workers", "3")
    assert cluster.sql("once", "SELECT count(*) FROM t WHERE n <> id + 1") == "0" and recorded("once")
    assert backfill(env, folder).stdout == "no backfill is pending\n"
    assert cluster.sql("once", "SELECT count(*) FROM t WHERE n <> id + 1") == "0"


def test_rows_are_deleted_in_windows_and_beside_other_tables():
    env, folder = begin("deletes", "CREATE TABLE t (id bigint PRIMARY KEY, v text, k integer); CREATE TABLE o (k integer PRIMARY KEY, name text NOT NULL)",
                        "INSERT INTO o SELECT g, 'n' || g FROM generate_series(0, 9) g; INSERT INTO t SELECT g, NULL, g % 20 FROM generate_series(1, 2000) g",
                        "-- inboard: backfill\nDELETE FROM t AS x WHERE x.k >= 10;\n")
    backfill(env, folder)
    assert cluster.sql("deletes", "SELECT count(*), max(k) FROM t") == "1000|9"
    cluster.folder("deletes", {"20260202000000_join": "-- inboard: backfill\nUPDATE t SET v = o.name FROM o WHERE o.k = t.k AND t.v IS NULL;\n"})
    backfill(env, folder, "run", "join")
    assert cluster.sql("deletes", "SELECT count(*) FROM t JOIN o USING (k) WHERE v = name") == "1000"


def test_partitions_are_walked_one_by_one_also_one_that_comes_later():
    env, folder = begin("parts", "CREATE TABLE p (id bigint, k integer, v text, PRIMARY KEY (k, id)) PARTITION BY RANGE (k);"
                        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
                        "CREATE TABLE p2 (v text, gone integer, k integer NOT NULL, id bigint NOT NULL); ALTER TABLE p2 DROP COLUMN gone;"
                        "ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (10) TO (20);"
                        "CREATE TABLE late (id bigint NOT NULL, k integer NOT NULL, v text);",
                        "INSERT INTO p SELECT g, g % 20, NULL FROM generate_series(1, 4000) g; INSERT INTO late SELECT g, 25, NULL FROM generate_series(1, 500) g",
                        "-- inboard: backfill\nUPDATE p SET v = 'x' WHERE v IS NULL;\n")
    # one row of the first partition holds the walk until the other one is attached
    with cluster.session("parts", "BEGIN", "SELECT FROM p WHERE k = 9 AND id = 9 FOR UPDATE") as holder:
        p = spawn(inboard, "backfill", "run", "--migrations", folder, env=env)
        cluster.until("parts", "SELECT count(*) > 0 FROM inboard.backfill_ranges WHERE holder IS NOT NULL")
        cluster.sql("parts", "ALTER TABLE p ATTACH PARTITION late FOR VALUES FROM (20) TO (30)")
        holder.run("COMMIT")
        out, err = p.communicate(timeout=120)
    assert p.returncode == 0, err
    assert cluster.sql("parts", "SELECT count(*), count(v) FROM p") == "4500|4500"
    assert cluster.sql("parts", "SELECT count(DISTINCT leaf) FROM inboard.backfill_ranges") == "3"


def test_children_and_what_is_no_table():
    env, folder = begin("children", "CREATE TABLE t (id bigint PRIMARY KEY, v text); CREATE TABLE c () INHERITS (t);",
                        "INSERT INTO t SELECT g FROM generate_series(1, 700) g; INSERT INTO c SELECT g FROM generate_series(1, 300) g",
                        "-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    backfill(env, folder)
    assert cluster.sql("children", "SELECT count(*), count(v) FROM t") == "1000|1000"
    assert cluster.sql("children", "SELECT string_agg(leaf || ' ' || keyed, ', ' ORDER BY leaf) FROM inboard.backfill_ranges") == "public.c false, public.t false"


def test_a_refused_row_is_found_by_halving_and_the_rest_is_done():
    env, folder = begin("bad", "CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL, n integer)",
                        "INSERT INTO t SELECT g, g::text FROM generate_series(1, 20000) g; UPDATE t SET a = 'secret' WHERE id = 17001",
                        "-- inboard: backfill\nUPDATE t SET n = coalesce(a::integer, 0) WHERE n IS NULL;\n")
    r = backfill(env, folder, ok=False)
    assert r.returncode == 1 and "1 row was refused by its data" in r.stderr and "the row 17001 of public.t was refused (22P02)" in r.stderr, r
    one = told(env, folder)
    assert one["state"] == "failed" and [(x["key"], x["sqlstate"], x["message"]) for x in one["rows_refused"]] == \
        [("{17001}", "22P02", "invalid input syntax for type integer")], one
    assert not recorded("bad") and "secret" not in cluster.sql("bad", "SELECT * FROM inboard.backfill_rows")
    # on it goes after so many, and the rest is done; the row is what keeps it from being done
    backfill(env, folder, "set", "fill", "--skip", "1")
    r = backfill(env, folder, ok=False)
    assert r.returncode == 1 and cluster.sql("bad", "SELECT string_agg(id::text, ',') FROM t WHERE n IS NULL") == "17001", r
    cluster.sql("bad", "UPDATE t SET a = '7' WHERE id = 17001")
    r = backfill(env, folder, "retry", "fill")
    assert recorded("bad") and cluster.sql("bad", "SELECT n FROM t WHERE id = 17001") == "7" and told(env, folder)["rows_refused"] == []


def test_the_key_of_a_refused_row_cannot_write_to_the_terminal():
    env, folder = begin("escapes", "CREATE TABLE t (id text PRIMARY KEY, n integer CHECK (n < 1))", "INSERT INTO t VALUES (chr(27) || '[2J' || chr(10) || 'forged')",
                        "-- inboard: backfill\nUPDATE t SET n = 1 WHERE n IS NULL;\n")
    backfill(env, folder, ok=False)
    assert "\x1b" in told(env, folder)["rows_refused"][0]["key"]
    [line] = [x for x in backfill(env, folder, "status").stdout.split("\n") if "forged" in x]
    assert line.startswith("    refused: ") and "\x1b" not in line, line


def test_what_is_told_of_a_refusal_has_no_value():
    """Wherever in the server's message the value stands."""
    env, folder = begin("values", "CREATE TYPE \"Mood\" AS ENUM ('glad'); CREATE TABLE t (id bigint PRIMARY KEY, a text, n integer, m \"Mood\", d date)",
                        "INSERT INTO t VALUES (1, '77700000000'), (2, '777: \"x'), (3, '777: \"x'), (4, '777x')",
                        "-- inboard: backfill on-error=skip:9\nUPDATE t SET n = coalesce(CASE WHEN id < 3 THEN a::integer END, 0), m = CASE WHEN id = 3 THEN a::\"Mood\" END, "
                        "d = CASE WHEN id = 4 THEN to_date(a, 'YYYYMon') END WHERE n IS NULL;\n")
    r = backfill(env, folder, ok=False)
    assert r.returncode == 1 and "4 rows were refused" in r.stderr and "777" not in r.stderr, r
    assert [x["message"] for x in told(env, folder)["rows_refused"]] == [
        'value "..." is out of range for type integer', "invalid input syntax for type integer", 'invalid input value for enum "Mood"',
        'invalid value "..."'], told(env, folder)


def test_halving_costs_a_handful_of_statements():
    env, folder = begin("halving", "CREATE TABLE t (id bigint PRIMARY KEY, n integer, m integer CHECK (m < 9999))",
                        "INSERT INTO t SELECT g, g, NULL FROM generate_series(1, 16000) g; UPDATE t SET n = 9999 WHERE id = 8001; "
                        "UPDATE t SET n = 1 WHERE n > 9999", "-- inboard: backfill target=10s on-error=skip:5\nUPDATE t SET m = coalesce(n, 0) WHERE m IS NULL;\n")
    cluster.sql("halving", "UPDATE t SET n = 1 WHERE n = 9999 AND id <> 8001")
    r = backfill(env, folder, ok=False)
    assert r.returncode == 1 and cluster.sql("halving", "SELECT string_agg(id::text, ',') FROM t WHERE m IS NULL") == "8001", r
    assert told(env, folder)["batches"] < 40, told(env, folder)


def test_the_backfill_gives_way_and_never_the_application():
    env, folder = begin("locks", "CREATE TABLE t (id bigint PRIMARY KEY, v text)", "INSERT INTO t SELECT g FROM generate_series(1, 2000) g",
                        "-- inboard: backfill target=20ms\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    with cluster.session("locks", "BEGIN", "SELECT FROM t WHERE id = 1500 FOR UPDATE") as holder:
        p = spawn(inboard, "backfill", "run", "--migrations", folder, env=env)
        cluster.until("locks", "SELECT count(*) > 0 FROM t WHERE v = 'x'")
        cluster.until("locks", "SELECT count(*) = 0 FROM t WHERE v IS NULL AND id < 1400")
        holder.run("UPDATE t SET v = 'y' WHERE id = 1501")  # what the window may have locked is free again
        holder.run("COMMIT")
        out, err = p.communicate(timeout=120)
    assert p.returncode == 0, err
    assert cluster.sql("locks", "SELECT count(*) FROM t WHERE v IS NULL") == "0"
    log = (cluster.dir / "server.log").read_text(errors="replace")
    assert "deadlock detected" not in log


def test_the_limits_of_a_role_do_not_end_it():
    env, folder = begin("limits", "CREATE TABLE t (id bigint PRIMARY KEY, v text); CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
                        "$$ BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END $$; CREATE TRIGGER slow BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION slow()",
                        "INSERT INTO t SELECT g FROM generate_series(1, 200) g", "-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    cluster.sql("limits", "ALTER DATABASE limits SET statement_timeout = '50ms'; ALTER DATABASE limits SET default_transaction_isolation = 'serializable'")
    backfill(env, folder)
    assert recorded("limits")


def test_two_runs_and_workers_share_a_table():
    env, folder = begin("share", "CREATE TABLE t (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
                        "INSERT INTO t SELECT g FROM generate_series(1, 30000) g; ANALYZE t", "-- inboard: backfill once\nUPDATE t SET n = n + 1 WHERE n >= 0;\n")
    runs = [spawn(inboard, "backfill", "run", "--migrations", folder, "--workers", "3", env=env) for _ in range(2)]
    for p in runs:
        out, err = p.communicate(timeout=120)
        assert p.returncode == 0, err
    assert cluster.sql("share", "SELECT min(n), max(n), count(*) FROM t") == "1|1|30000"
    assert int(cluster.sql("share", "SELECT count(*) FROM inboard.backfill_ranges")) >= 3
    assert cluster.sql("share", "SELECT sum(rows) FROM inboard.backfill_ranges") == "30000"


def test_ranges_that_two_runs_make_at_once_have_numbers_of_their_own():
    env, folder = begin("cuts", "CREATE TABLE t (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
                        "INSERT INTO t SELECT g FROM generate_series(1, 30000) g; ANALYZE t", "-- inboard: backfill once\nUPDATE t SET n = n + 1 WHERE n >= 0;\n")
    with cluster.session("cuts", "BEGIN", "SELECT FROM t WHERE id = 5 FOR UPDATE") as holder:
        p = spawn(inboard, "backfill", "run", "--migrations", folder, env=env)
        cluster.until("cuts", "SELECT count(*) > 0 FROM inboard.backfill_ranges WHERE holder IS NOT NULL")
        p.terminate()
        p.communicate(timeout=60)
        holder.run("COMMIT")
    # another one makes a range, and has not yet committed it, when this one comes to it
    number = "INSERT INTO inboard.backfill_ranges SELECT (jsonb_populate_record(NULL::inboard.backfill_ranges, to_jsonb(r) || " \
        "'{\"number\": 2, \"state\": \"done\", \"rows\": 0}')).* FROM inboard.backfill_ranges r"
    waits = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = 'cuts' AND wait_event_type = 'Lock' AND query LIKE '%{}%'"
    with cluster.session("cuts", "BEGIN", "LOCK TABLE t") as table, cluster.session("cuts") as other:
        p = spawn(inboard, "backfill", "run", "--workers", "2", "--migrations", folder, env=env)
        cluster.until("cuts", waits.format("pg_relation_size"))
        other.run("BEGIN; SELECT FROM inboard.backfills FOR NO KEY UPDATE; " + number)
        table.run("COMMIT")
        cluster.until("cuts", waits.format("inboard.backfill"))
        other.run("COMMIT")
        out, err = p.communicate(timeout=120)
    assert p.returncode == 0, err
    assert cluster.sql("cuts", "SELECT min(n), max(n) FROM t") == "1|1"
    assert cluster.sql("cuts", "SELECT count(*) FROM inboard.backfill_ranges") == "3"


def test_a_dead_workers_range_goes_on_at_its_place():
    env, folder = begin("dead", "CREATE TABLE t (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
                        "INSERT INTO t SELECT g FROM generate_series(1, 20000) g", "-- inboard: backfill once\nUPDATE t SET n = n + 1 WHERE n >= 0;\n")
    with cluster.session("dead", "BEGIN", "SELECT FROM t WHERE id = 9000 FOR UPDATE"):
        p = spawn(inboard, "backfill", "run", "--migrations", folder, env=env)
        cluster.until("dead", "SELECT count(*) > 0 FROM t WHERE n = 1")
        p.kill()
        p.communicate()
    backfill(env, folder)
    assert cluster.sql("dead", "SELECT min(n), max(n) FROM t") == "1|1" and recorded("dead")


def test_a_lost_answer_to_commit_is_looked_up():
    env, folder = begin("lost", "CREATE TABLE t (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
                        "INSERT INTO t SELECT g FROM generate_series(1, 6000) g", "-- inboard: backfill once\nUPDATE t SET n = n + 1 WHERE n >= 0;\n")
    cuts = []

    def on_message(m):
        # the third and the sixth batch: once before the server hears COMMIT, once after it has done it
        if not m.to_server and m.type == "C" and m.body.startswith(b"UPDATE ") and m.body != b"UPDATE 1\0":
            cuts.append(m.number)
            return "cut" if len(cuts) == 3 else None
        if m.to_server and m.type == "S" and len(cuts) == 6:
            cuts.append(m.number)
            return "cut after"
        return None

    with Proxy(f"{cluster.socket}/.s.PGSQL.5432", on_message=on_message) as proxy:
        url = {"DATABASE_URL": f"postgresql://postgres@127.0.0.1:{proxy.port}/lost?sslmode=disable"}
        r = backfill(url, folder)
    assert len(cuts) > 6 and r.stderr.count("the connection was lost") == 2, (cuts, r.stderr)
    assert cluster.sql("lost", "SELECT min(n), max(n) FROM t") == "1|1" and recorded("lost")


def test_inserts_do_not_prolong_it_and_endless_ones_are_told():
    env, folder = begin("inserts", "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text); CREATE FUNCTION more() RETURNS trigger "
                        "LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t (v) SELECT CASE WHEN current_setting('t.filled', true) = 'on' THEN 'x' END; RETURN NULL; END $$; "
                        "CREATE TRIGGER more AFTER UPDATE ON t FOR EACH STATEMENT EXECUTE FUNCTION more()",
                        "INSERT INTO t SELECT FROM generate_series(1, 2000) g", "-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    cluster.sql("inserts", "ALTER DATABASE inserts SET t.filled = 'off'")
    r = backfill(env, folder, ok=False)
    assert r.returncode == 1 and "after 10 passes its predicate still finds rows in public.t" in r.stderr, r
    cluster.sql("inserts", "ALTER DATABASE inserts SET t.filled = 'on'; UPDATE inboard.backfills SET pass = 1")
    backfill(env, folder)
    assert cluster.sql("inserts", "SELECT count(*) FROM t WHERE v IS NULL") == "0" and recorded("inserts")
    # what it changed, it changed in all passes
    one = told(env, folder)
    assert str(one["rows"]) == cluster.sql("inserts", "SELECT sum(rows) FROM inboard.backfill_ranges"), one


def test_an_edited_statement_does_not_go_on():
    env, folder = begin("edited", "CREATE TABLE t (id bigint PRIMARY KEY, v text)", "INSERT INTO t SELECT g FROM generate_series(1, 3000) g",
                        "-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    cluster.sql("edited", "ALTER TABLE t ADD CHECK (id < 2500 OR v IS NULL)")
    assert backfill(env, folder, ok=False).returncode == 1
    cluster.folder("edited", {FILL: "-- inboard: backfill\nUPDATE t SET v = 'y' WHERE v IS NULL;\n"})
    r = backfill(env, folder, ok=False)
    assert r.returncode == 4 and f'backfill "{FILL}" was edited after it was begun' in r.stderr, r
    backfill(env, folder, "abandon", "fill")
    assert told(env, folder)["state"] == "abandoned" and told(env, folder)["rows_refused"] == []
    cluster.sql("edited", "ALTER TABLE t DROP CONSTRAINT t_check")
    backfill(env, folder)
    assert cluster.sql("edited", "SELECT count(*) FROM t WHERE v = 'y'") != "0" and recorded("edited")


def test_a_run_takes_no_part_in_another_statement_that_was_begun_anew():
    env, folder = begin("anew", "CREATE TABLE t (id bigint PRIMARY KEY, v text)", "INSERT INTO t SELECT g FROM generate_series(1, 5000) g",
                        "-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    with cluster.session("anew", "BEGIN", "SELECT FROM t WHERE id = 700 FOR UPDATE") as holder:
        p = spawn(inboard, "backfill", "run", "--migrations", folder, env=env)
        cluster.until("anew", "SELECT count(*) > 0 FROM t WHERE v = 'x'")
        cluster.sql("anew", "BEGIN; UPDATE inboard.backfills SET checksum = repeat('0', 64); UPDATE inboard.backfill_ranges SET place = NULL, holder = NULL; COMMIT")
        before = cluster.sql("anew", "SELECT count(*) FROM t WHERE v = 'x'")
        holder.run("COMMIT")
        out, err = p.communicate(timeout=120)
    assert p.returncode == 3 and "is abandoned" in err and "it begins anew" in err and "resume" not in err, err
    assert int(before) < 700 and cluster.sql("anew", "SELECT count(*) FROM t WHERE v = 'x'") == before


def test_what_is_set_and_paused_counts_from_the_next_batch_on():
    env, folder = begin("steer", "CREATE TABLE t (id bigint PRIMARY KEY, v text)", "INSERT INTO t SELECT g FROM generate_series(1, 5000) g",
                        "-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    for verb in ("pause", "resume", "abandon"):
        r = backfill(env, folder, verb, "fill", ok=False)
        assert r.returncode == 2 and "was not begun on this database" in r.stderr, r
    r = backfill(env, folder, "pause", "nothing", ok=False)
    assert r.returncode == 2 and 'there is no migration "nothing"' in r.stderr, r
    with cluster.session("steer", "BEGIN", "SELECT FROM t WHERE id = 700 FOR UPDATE") as holder:
        p = spawn(inboard, "backfill", "run", "fill", "--migrations", folder, env=env)
        cluster.until("steer", "SELECT count(*) > 0 FROM inboard.backfill_ranges WHERE holder IS NOT NULL")
        backfill(env, folder, "pause", "fill")
        backfill(env, folder, "set", "fill", "--batch", "100")
        holder.run("COMMIT")
    cluster.until("steer", "SELECT hold LIKE 'paused by %' FROM inboard.backfills")
    one = told(env, folder)
    assert one["state"] == "paused" and one["hold"].startswith("paused by ") and one["rows"] < 5000, one
    r = backfill(env, folder, ok=False)  # another run does not go on over the wish
    assert r.returncode == 3 and "is paused, by " in r.stderr and "inboard backfill resume" in r.stderr, r
    backfill(env, folder, "resume", "fill")
    out, err = p.communicate(timeout=120)
    assert p.returncode == 0 and recorded("steer"), err
    one = told(env, folder)
    assert one["batches"] >= 40 and one["held_ms"] > 0, one
    r = backfill(env, folder, "abandon", "fill", ok=False)
    assert r.returncode == 2 and "is done and cannot be abandoned" in r.stderr, r
    assert told(env, folder)["rows"] == 5000  # a wish that is refused changes nothing


def test_a_stop_ends_it_after_its_batch():
    env, folder = begin("stop", "CREATE TABLE t (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
                        "INSERT INTO t SELECT g FROM generate_series(1, 3000) g", "-- inboard: backfill once\nUPDATE t SET n = n + 1 WHERE n >= 0;\n")
    with cluster.session("stop", "BEGIN", "SELECT FROM t WHERE id = 900 FOR UPDATE"):
        p = spawn(inboard, "backfill", "run", "--migrations", folder, env=env)
        cluster.until("stop", "SELECT count(*) > 0 FROM t WHERE n = 1")
        p.terminate()
        out, err = p.communicate(timeout=60)
    assert p.returncode != 0 and "stopped on request" in err, err
    assert cluster.sql("stop", "SELECT count(holder) FROM inboard.backfill_ranges") == "0"
    backfill(env, folder)
    assert cluster.sql("stop", "SELECT min(n), max(n) FROM t") == "1|1"


def test_a_release_job_runs_small_ones_stops_at_others_or_leaves_them():
    env, folder = begin("deploy", "CREATE TABLE t (id bigint PRIMARY KEY, v text)", "INSERT INTO t SELECT g FROM generate_series(1, 2000) g",
                        "-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    cluster.folder("deploy", {"20260301000000_next": "CREATE TABLE after (id integer PRIMARY KEY);"})

    def deploy(*more):
        return run(inboard, "migrate", "deploy", "--migrations", folder, *more, env=env, ok=False)

    r = deploy("--backfills", "often")
    assert r.returncode == 2 and "--backfills is inline, wait or skip" in r.stderr, r
    r = deploy("--backfills", "wait")
    assert r.returncode == 3 and f'backfill "{FILL}" is pending' in r.stderr and "inboard backfill run" in r.stderr, r
    # 12 million rows, as the catalogue has it, are not run in passing
    cluster.sql("deploy", "UPDATE pg_class SET reltuples = 12e6, relpages = pg_relation_size('t') / 8192 WHERE relname = 't'")
    r = deploy()
    assert r.returncode == 3 and "Its table has about 12000000 rows" in r.stderr, r
    r = deploy("--backfills", "skip")
    assert r.returncode == 0 and "is left pending" in r.stderr and cluster.sql("deploy", "SELECT to_regclass('after')") == "after", r
    assert told(env, folder)["state"] == "pending" and not recorded("deploy")
    r = deploy("--backfills", "skip")
    assert r.returncode == 0 and "nothing is pending" in r.stdout, r  # out of order it is not
    cluster.sql("deploy", "ANALYZE t")
    r = deploy()
    assert r.returncode == 0 and recorded("deploy") and "2 000 rows in " in r.stderr, r
    assert cluster.sql("deploy", "SELECT count(*) FROM t WHERE v IS NULL") == "0"
    # a new database has no rows to spare: it is applied as it is
    fresh = cluster.fresh("deploy_new")
    run(inboard, "migrate", "deploy", "--migrations", folder, env=fresh)
    assert recorded("deploy_new") and cluster.sql("deploy_new", "SELECT count(*) FROM inboard.backfills") == "0"


def test_psql_comes_to_the_same_rows():
    fill = "-- inboard: backfill\nUPDATE t SET v = coalesce(upper(a), '') WHERE v IS NULL AND id % 3 <> 0;\n"
    env, folder = begin("same", "CREATE TABLE t (id bigint PRIMARY KEY, a text, v text)", "INSERT INTO t SELECT g, 'a' || g FROM generate_series(1, 3000) g", fill)
    cluster.fresh("same_psql", "same")
    backfill(env, folder)
    cluster.sql("same_psql", fill)
    rows = "SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM t"
    assert cluster.sql("same", rows) == cluster.sql("same_psql", rows)


def test_what_no_window_can_do_ends_it():
    env, folder = begin("ever", "CREATE TABLE t (id bigint PRIMARY KEY, v text)", "INSERT INTO t SELECT g FROM generate_series(1, 100) g",
                        "-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    cluster.sql("ever", "ALTER TABLE t DROP COLUMN v")
    r = backfill(env, folder, ok=False)
    assert r.returncode == 1 and "cannot be run on public.t" in r.stderr and "42703" in r.stderr, r
    cluster.sql("ever", "DROP TABLE t")
    r = backfill(env, folder, "run", "--json", ok=False)
    answer = json.loads(r.stdout)
    undocumented("inboard backfill run", answer)
    assert r.returncode == 1 and "cannot be read" in answer["error"]["message"], r


def test_a_batch_is_one_round_trip():
    env, folder = begin("trips", "CREATE TABLE t (id bigint PRIMARY KEY, v text)", "INSERT INTO t SELECT g FROM generate_series(1, 10000) g",
                        "-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n")
    counted = []
    for rows in (1000, 100):
        cluster.sql("trips", "UPDATE t SET v = NULL; DELETE FROM _prisma_migrations WHERE migration_name LIKE '%fill'")
        cluster.sql("trips", "DELETE FROM inboard.backfills") if cluster.sql("trips", "SELECT count(*) FROM inboard.backfills") != "0" else None
        cluster.sql("trips", f"INSERT INTO inboard.backfills (history, name, checksum, state, batch_rows) SELECT 'public', '{FILL}', "
                    f"encode(sha256('{(folder / FILL / 'migration.sql').read_text()}'::text::bytea), 'hex'), 'pending', {rows}".replace("'-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n'", "$$-- inboard: backfill\nUPDATE t SET v = 'x' WHERE v IS NULL;\n$$"))
        with Proxy(f"{cluster.socket}/.s.PGSQL.5432") as proxy:
            backfill({"DATABASE_URL": f"postgresql://postgres@127.0.0.1:{proxy.port}/trips?sslmode=disable"}, folder)
            counted.append(proxy.round_trips)
    # Two each would be 180; what looks each half second, however long the run takes, is beside them.
    assert counted[1] - counted[0] <= 90 + 30, counted


def test_what_keeps_a_run_from_its_windows_is_named():
    env, folder = begin("refuses", "CREATE TABLE t (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)", "INSERT INTO t SELECT g FROM generate_series(1, 100) g",
                        "-- inboard: backfill once\nUPDATE t SET n = n + 1 WHERE n >= 0;\n")

    def refused(status, words, *command):
        r = backfill(env, folder, *command, ok=False)
        assert r.returncode == status and words in r.stderr, (words, r)

    refused(2, 'there is no migration "nothing"', "run", "nothing")
    refused(2, "no backfill is named", "pause")
    cluster.folder("refuses", {"20260115000000_between": "CREATE TABLE between_them (id integer);", "20260115000001_between": "CREATE TABLE more (id integer);"})
    for verb in ("run", "pause"):
        refused(2, 'several migrations are called "between"', verb, "between")
    refused(3, 'migration "20260115000000_between" is pending, and no backfill after it can run', "run")
    run(inboard, "migrate", "deploy", "--migrations", folder, "--backfills", "skip", env=env)
    cluster.sql("refuses", "ALTER TABLE t DROP CONSTRAINT t_pkey")
    refused(1, "visits each row once, and public.t has no unique index on its key to walk by", "run")
    cluster.sql("refuses", "ALTER TABLE t ADD PRIMARY KEY (id)")
    with cluster.session("refuses", "BEGIN", "SELECT FROM t WHERE id = 50 FOR UPDATE"):
        refused(5, "was kept from public.t for ", "run", "--retry", "0.2")
    cluster.folder("refuses", {"20270101000000_later": "CREATE TABLE later (id integer);"})
    backfill(env, folder)  # what comes after the last of them is the release job's
    assert cluster.sql("refuses", "SELECT min(n), max(n) FROM t") == "1|1"
    assert cluster.sql("refuses", "SELECT to_regclass('later') IS NULL") == "t"


def test_a_retry_takes_no_window():
    env, folder = begin("retries", "CREATE TABLE t (id bigint PRIMARY KEY, n integer, m integer CHECK (m < 1000))",
                        "INSERT INTO t SELECT g, CASE WHEN g = 10 THEN 1000 ELSE 1 END FROM generate_series(1, 2000) g",
                        "-- inboard: backfill\nUPDATE t SET m = coalesce(n, 0) WHERE m IS NULL;\n")
    assert backfill(env, folder, ok=False).returncode == 1
    r = backfill(env, folder, "retry", ok=False)
    assert r.returncode == 1 and "1 row was refused by its data" in r.stderr, r
    cluster.sql("retries", "UPDATE t SET n = 2 WHERE id = 10")
    left = cluster.sql("retries", "SELECT count(*) FROM t WHERE m IS NULL")
    r = backfill(env, folder, "retry", ok=False)
    assert r.returncode == 3 and "has rows left" in r.stderr, r
    assert int(left) > 1 and cluster.sql("retries", "SELECT count(*) FROM t WHERE m IS NULL") == str(int(left) - 1)
    backfill(env, folder)
    assert recorded("retries") and cluster.sql("retries", "SELECT m FROM t WHERE id = 10") == "2"


def test_a_partition_that_is_elsewhere_is_named():
    env, folder = begin("foreign_part", "CREATE TABLE p (id bigint NOT NULL, v text) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)",
                        "INSERT INTO p SELECT g FROM generate_series(1, 50) g; CREATE FOREIGN DATA WRAPPER f; CREATE SERVER s FOREIGN DATA WRAPPER f; "
                        "CREATE FOREIGN TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200) SERVER s",
                        "-- inboard: backfill\nUPDATE p SET v = 'x' WHERE v IS NULL;\n")
    r = backfill(env, folder, ok=False)
    assert r.returncode == 1 and "cannot walk public.p2, which is not a table" in r.stderr, r
    cluster.sql("foreign_part", "ALTER TABLE p DETACH PARTITION p2")
    backfill(env, folder)
    assert cluster.sql("foreign_part", "SELECT count(v) FROM p") == "50"


if __name__ == "__main__":
    tap.main(cluster.start, cluster.remove)
