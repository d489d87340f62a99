#!/usr/bin/env python3
"""What is changed by hand after a run is named by a status and by the next deploy: each kind of object, whatever the session's settings."""
import json, pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, root, run, undocumented

cluster = Cluster()

HISTORY = {"20260101000000_all": """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE address AS (street text, number int);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE PROCEDURE tidy() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, m mood DEFAULT 'sad', n int DEFAULT 1,
    born timestamptz DEFAULT '2001-02-03 04:05:06+07', wait interval DEFAULT '1 day 02:00', part float8 DEFAULT 0.1, raw bytea DEFAULT '\\x00ff',
    double int GENERATED ALWAYS AS (n * 2) STORED, CONSTRAINT adult CHECK (born < '2020-01-01 00:00:00+01'));
CREATE TABLE "Post" (id int GENERATED ALWAYS AS IDENTITY, author int REFERENCES users (id), likes int NOT NULL, span int4range,
    CONSTRAINT spans EXCLUDE USING gist (span WITH &&));
CREATE INDEX users_recent ON users (email) WHERE born > '2010-01-01 00:00:00+01';
CREATE VIEW happy AS SELECT id FROM users WHERE m = 'happy';
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM users;
CREATE TRIGGER seen BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION seen('token-of-a-hook');
CREATE RULE kept AS ON DELETE TO "Post" DO INSTEAD NOTHING;
ALTER TABLE "Post" ENABLE ROW LEVEL SECURITY;
CREATE POLICY liked ON "Post" FOR SELECT TO reader USING (likes > 1);
GRANT SELECT ON users TO reader;
CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE SEQUENCE numbers;
"""}

# What is done by hand, in three databases, and the lines that say so.
BY_HAND = (
    (('ALTER TABLE "Post" DROP likes CASCADE', 'column "Post"."likes" is gone: integer NOT NULL',
      'policy "liked" on table "Post" is gone: permissive SELECT TO reader USING (likes > 1)'),
     ('ALTER TABLE users ADD o int DEFAULT 3', 'column "users"."o" is new: integer'),
     ('ALTER TABLE users ALTER email DROP NOT NULL', 'column "users"."email" has changed from text NOT NULL to text'),
     ('ALTER TABLE users ALTER n SET DEFAULT 2', 'default of column "users"."n" has changed from 1 to 2'),
     ("ALTER TABLE users ALTER m SET DEFAULT 'happy'", 'default of column "users"."m" has changed'),
     ('CREATE TABLE more (id int PRIMARY KEY)', 'table "more" is new'),
     ('ALTER TABLE users FORCE ROW LEVEL SECURITY', 'table "users" has changed to row security forced'),
     ('ALTER TABLE users DROP CONSTRAINT users_email_key', 'unique constraint "users_email_key" of table "users" is gone: UNIQUE (email)'),
     ('ALTER TABLE "Post" ADD PRIMARY KEY (id)', 'primary key "Post_pkey" of table "Post" is new: PRIMARY KEY (id)'),
     ('ALTER TABLE "Post" DROP CONSTRAINT "Post_author_fkey"',
      'foreign key "Post_author_fkey" of table "Post" is gone: FOREIGN KEY (author) REFERENCES public.users(id)'),
     ("ALTER TYPE mood ADD VALUE 'calm' BEFORE 'happy'", 'value "calm" of enum "mood" is new'),
     ('DROP TYPE address', 'type "address" is gone: "street" text, "number" integer'),
     ('ALTER DOMAIN positive SET NOT NULL', 'domain "positive" has changed from integer CHECK ((VALUE > 0)) to integer NOT NULL CHECK ((VALUE > 0))'),
     ('ALTER SEQUENCE numbers INCREMENT 5',
      'sequence "numbers" has changed from bigint, start 1, increment 1, from 1 to 9223372036854775807, cache 1 to bigint, start 1, increment 5, from 1 to 9223372036854775807, cache 1'),
     ("CREATE OR REPLACE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 3'", 'function "twice"(integer) has changed'),
     ('DROP PROCEDURE tidy', 'procedure "tidy"() is gone'),
     ('DROP TRIGGER seen ON users', 'trigger "seen" on table "users" is gone: enabled'),
     ("CREATE OR REPLACE VIEW happy AS SELECT id FROM users WHERE m = 'sad'", 'view "happy" has changed'),
     ('GRANT UPDATE ON users TO reader', 'grant to "reader" on table "users" has changed from SELECT to SELECT, UPDATE'),),
    (('ALTER TABLE "Post" ALTER author TYPE bigint', 'column "Post"."author" has changed from integer to bigint'),
     ('ALTER TABLE users ALTER n DROP DEFAULT', 'default of column "users"."n" is gone: 1'),
     ('ALTER TABLE users ALTER double DROP EXPRESSION', 'column "users"."double" has changed from integer GENERATED ALWAYS AS STORED to integer',
      'expression of column "users"."double" is gone: (n * 2)'),
     ('ALTER TABLE "Post" DISABLE ROW LEVEL SECURITY', 'table "Post" has changed from row security'),
     ('ALTER TABLE "Post" DROP CONSTRAINT spans', 'exclusion constraint "spans" of table "Post" is gone: EXCLUDE USING gist (span WITH &&)'),
     ('ALTER TABLE users DROP CONSTRAINT adult', 'check constraint "adult" of table "users" is gone: CHECK ((born < \'...\'::timestamp with time zone))'),
     ('DROP INDEX users_recent', 'index "users_recent" of table "users" is gone: USING btree (email) WHERE (born > \'...\'::timestamp with time zone)'),
     ('CREATE UNIQUE INDEX ON users (n)', 'index "users_n_idx" of table "users" is new: UNIQUE USING btree (n)'),
     ("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", 'value "blue" of enum "mood" is new', 'value "sad" of enum "mood" is gone',
      'default of column "users"."m" has changed'),
     ("CREATE TYPE size AS ENUM ('s')", 'enum "size" is new'),
     ('DROP SEQUENCE numbers', 'sequence "numbers" is gone: bigint, start 1, increment 1, from 1 to 9223372036854775807, cache 1'),
     ('DROP FUNCTION twice(int)', 'function "twice"(integer) is gone: integer'),
     ('DROP AGGREGATE total(int)', 'aggregate "total"(integer) is gone: integer'),
     ('ALTER TABLE users DISABLE TRIGGER seen', 'trigger "seen" on table "users" has changed from enabled to disabled'),
     ('DROP VIEW happy', 'view "happy" is gone'),
     ('DROP MATERIALIZED VIEW counted', 'materialized view "counted" is gone'),
     ('DROP RULE kept ON "Post"', 'rule "kept" on table "Post" is gone: enabled'),
     ('ALTER POLICY liked ON "Post" USING (likes > 2)',
      'policy "liked" on table "Post" has changed from permissive SELECT TO reader USING (likes > 1) to permissive SELECT TO reader USING (likes > 2)'),
     ('REVOKE ALL ON users FROM reader', 'grant to "reader" on table "users" is gone: SELECT'),
     ('GRANT SELECT (email) ON users TO PUBLIC', 'grant to PUBLIC on column "users"."email" is new: SELECT'),
     ('GRANT CREATE ON SCHEMA public TO reader', 'grant to "reader" on schema "public" is new: CREATE'),),
    (('DROP TABLE "Post"', 'table "Post" is gone: row security'),
     ("SET allow_system_table_mods = on; UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_recent'::regclass",
      'index "users_recent" of table "users" has changed from USING btree (email) WHERE (born > \'...\'::timestamp with time zone) to USING btree (email) WHERE (born > \'...\'::timestamp with time zone) INVALID'),
     ('REVOKE EXECUTE ON FUNCTION twice(int) FROM PUBLIC', 'grant to PUBLIC on function "twice"(integer) is gone: EXECUTE'),),
)

NO_DRIFT = (
    "CREATE EXTENSION citext", "GRANT SELECT ON _prisma_migrations TO reader", "GRANT UPDATE ON users TO reader; REVOKE UPDATE ON users FROM reader",
    "INSERT INTO users (email) VALUES ('a'); SELECT nextval('numbers'); REFRESH MATERIALIZED VIEW counted; ANALYZE",
    "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01'); DROP TABLE events_1", "CREATE SCHEMA aside; CREATE TABLE aside.a (b int)",
)


def started():
    cluster.start()
    cluster.sql("postgres", "CREATE ROLE reader LOGIN; CREATE ROLE monitor LOGIN")
    env = cluster.fresh("history")
    run(inboard, "migrate", "deploy", "--migrations", cluster.folder("all", HISTORY), env=env)


def by_hand(db, text, template="history"):
    cluster.fresh(db, template)
    run("psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url(db), stdin=text + ";\n")


def status(db, *more, user="postgres", **kw):
    return run(inboard, "migrate", "status", "--migrations", cluster.path("all"), *more, env={"DATABASE_URL": cluster.url(db, user, **kw)}, ok=False)


def drift(r):
    return re.findall(r"^drift: (.*)$", r.stdout, re.M)


def test_each_kind_is_named():
    for group in BY_HAND:
        by_hand("changed", ";\n".join(text for text, *_ in group))
        r = status("changed")
        said, expected = set(drift(r)), {line for _, *lines in group for line in lines}
        assert r.returncode == 32 and said == expected, (said - expected, expected - said, r.stderr)


def test_what_others_make_is_no_drift():
    for text in NO_DRIFT:
        by_hand("same", text)
        r = status("same")
        assert r.returncode == 0, (text, r)
        stored = cluster.sql("same", "SELECT objects::text FROM inboard.histories")
        assert "events_1" not in stored and "token-of-a-hook" not in stored and "2010-01-01" not in stored, stored


def test_partitions_of_jobs_leave_the_probe_as_cheap_as_it_was():
    by_hand("jobs", NO_DRIFT[4])
    cluster.sql("jobs", "UPDATE inboard.histories SET objects = objects - 'view \"happy\"'")  # what a comparison would name
    assert status("jobs").returncode == 0
    cluster.sql("jobs", "CREATE TABLE more (a int)")
    assert 'view "happy" is new' in drift(status("jobs"))


def test_settings_of_the_session_make_no_difference():
    settings = {"TimeZone": "'Asia/Tokyo'", "DateStyle": "'German, DMY'", "IntervalStyle": "iso_8601", "extra_float_digits": "-3", "bytea_output": "escape",
                "quote_all_identifiers": "on", "search_path": "aside, public", "standard_conforming_strings": "off"}
    by_hand("settings", "CREATE SCHEMA aside; GRANT USAGE ON SCHEMA inboard TO monitor; GRANT SELECT ON ALL TABLES IN SCHEMA inboard, public TO monitor")
    before = drift(status("settings"))
    for name, value in settings.items():
        cluster.sql("settings", f"ALTER ROLE monitor SET {name} = {value}")
    try:
        r = status("settings", user="monitor", more="&schema=public")
        assert r.returncode == 32 and drift(r) == before and len(before) == 5, (r, before)
        assert all(line.startswith('grant to "monitor" on ') for line in before), before
    finally:
        cluster.sql("settings", "ALTER ROLE monitor RESET ALL")


def test_json_names_each_change():
    by_hand("json", 'ALTER TABLE "Post" DROP author; GRANT UPDATE ON users TO reader; DROP VIEW happy')
    r = status("json", "--json")
    answer = json.loads(r.stdout)
    undocumented("`inboard migrate status`", answer)
    assert [(c["kind"], c["object"], c["change"], c["was"], c["now"]) for c in answer["changes"]] == [
        ("column", 'column "Post"."author"', "gone", "integer", None),
        ("foreign key", 'foreign key "Post_author_fkey" of table "Post"', "gone", "FOREIGN KEY (author) REFERENCES public.users(id)", None),
        ("grant", 'grant to "reader" on table "users"', "changed", "SELECT", "SELECT, UPDATE"), ("view", 'view "happy"', "gone", None, None)], answer
    assert len(answer["drift"]) == 4 and answer["findings"] == ["drift"]


def test_deploy_repeats_it_and_then_it_is_what_was_left():
    by_hand("deploy", 'ALTER TABLE "Post" DROP author')
    env = {"DATABASE_URL": cluster.url("deploy")}
    gone = 'column "Post"."author" is gone: integer'
    for _ in range(2):  # nothing is pending: it stays
        r = run(inboard, "migrate", "deploy", "--migrations", cluster.path("all"), env=env)
        assert f"warning: drift: {gone}\n" in r.stderr and "nothing is pending" in r.stdout, r
    more = cluster.folder("more", {**HISTORY, "20260102000000_more": "CREATE TABLE more (id int);\n"})
    r = run(inboard, "migrate", "deploy", "--json", "--migrations", more, env=env)
    answer = json.loads(r.stdout)
    undocumented("`inboard migrate deploy`", answer)
    assert answer["drift"][0] == gone and len(answer["applied"]) == 1, answer
    r = run(inboard, "migrate", "status", "--migrations", more, env=env)
    assert "up to date" in r.stdout, r
    r = run(inboard, "migrate", "deploy", "--json", "--migrations", more, env=env)
    assert json.loads(r.stdout)["drift"] == [] and r.stderr == "", r


def test_many_are_counted():
    by_hand("many", "DO $$ BEGIN FOR i IN 1..230 LOOP EXECUTE format('CREATE TABLE many_%s ()', i); END LOOP; END $$")
    lines = drift(status("many"))
    assert len(lines) == 201 and lines[-1] == "and 30 more", lines[-3:]
    r = run(inboard, "migrate", "deploy", "--migrations", cluster.path("all"), env={"DATABASE_URL": cluster.url("many")})
    assert r.stderr.count("warning: drift: ") == 21, r.stderr


def test_resolve_leaves_a_description():
    by_hand("resolved", "CREATE TABLE more (id int)")
    more = cluster.folder("more", {**HISTORY, "20260102000000_more": "CREATE TABLE more (id int);\n"})
    env = {"DATABASE_URL": cluster.url("resolved")}
    run(inboard, "migrate", "resolve", "--applied", "20260102000000_more", "--migrations", more, env=env)
    check = ("migrate", "status", "--migrations", more)
    assert "up to date" in run(inboard, *check, env=env).stdout
    assert cluster.sql("resolved", "SELECT fingerprint IS NOT NULL FROM inboard.histories") == "t"
    cluster.sql("resolved", "DROP TABLE more")
    assert drift(run(inboard, *check, env=env, ok=False)) == ['table "more" is gone']


def test_what_an_unfinished_migration_left_is_no_drift():
    cluster.fresh("half", "history")
    steps = cluster.folder("steps", {**HISTORY, "20260102000000_steps": "-- inboard: no-transaction\nCREATE TABLE half (id int);\nSELECT 1/0;\n"})
    env = {"DATABASE_URL": cluster.url("half")}
    assert run(inboard, "migrate", "deploy", "--migrations", steps, env=env, ok=False).returncode == 1
    r = run(inboard, "migrate", "status", "--migrations", steps, env=env, ok=False)
    assert r.returncode == 2, r
    run(inboard, "migrate", "resolve", "--rolled-back", "20260102000000_steps", "--migrations", steps, env=env)
    r = run(inboard, "migrate", "status", "--migrations", steps, env=env, ok=False)
    assert r.returncode == 33 and drift(r) == ['table "half" is new'], r


def digest(db):
    """What an older inboard stored: by the statement of it that there still is."""
    text = re.search(r"^PREPARE history_catalogue AS\n(.*?);\n", (root / "src/engine/sql/history.sql").read_text(), re.S | re.M)[1].replace("$1", "'public'")
    return run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", cluster.url(db), stdin=f"SET search_path = ''; SET TimeZone = UTC; SET extra_float_digits = 1;\n{text};\n").stdout.strip()


def test_what_an_older_inboard_left_says_what_it_said():
    cluster.fresh("older", "history")
    cluster.sql("older", f"ALTER TABLE inboard.histories DROP objects, DROP fingerprint; UPDATE inboard.histories SET catalogue = '{digest('older')}'")
    assert status("older").returncode == 0
    cluster.sql("older", "GRANT UPDATE ON users TO reader")  # which it did not look at
    assert status("older").returncode == 0
    cluster.sql("older", 'ALTER TABLE "Post" DROP author')
    r = status("older", "--json")
    assert json.loads(r.stdout)["drift"] == ["the catalogue has changed since the last run"], r
    assert json.loads(r.stdout)["changes"] == [{"kind": None, "object": None, "change": "changed", "was": None, "now": None}], r
    more = cluster.folder("more", {**HISTORY, "20260102000000_more": "CREATE TABLE more (id int);\n"})
    r = run(inboard, "migrate", "deploy", "--migrations", more, env={"DATABASE_URL": cluster.url("older")})
    assert "warning: drift: the catalogue has changed since the last run" in r.stderr, r
    cluster.sql("older", "DROP TABLE more")
    r = run(inboard, "migrate", "status", "--migrations", more, env={"DATABASE_URL": cluster.url("older")}, ok=False)
    assert r.returncode == 32 and drift(r) == ['table "more" is gone'], r


def test_an_older_inboard_after_a_newer_one_leaves_what_it_knows():
    cluster.fresh("back", "history")
    cluster.sql("back", f"UPDATE inboard.histories SET catalogue = '{digest('back')}', fingerprint = NULL, objects = objects - 'view \"happy\"'")
    assert status("back").returncode == 0


def test_a_schema_is_compared_too():
    file = cluster.path("schema.prisma")
    file.write_text('datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\nmodel users {\n  id Int @id @default(autoincrement())\n'
                    "  email String @unique\n  more String?\n}\n")
    r = status("history", "--schema", file)
    assert r.returncode == 32 and drift(r) == ['column "users"."more" is missing'], r
    by_hand("wanted", "ALTER TABLE users ADD more text; ALTER TABLE users DROP email")
    r = status("wanted", "--schema", file)
    assert r.returncode == 32 and 'column "users"."email" is gone: text NOT NULL' in drift(r), r
    assert 'column "users"."email" is missing' not in drift(r) and 'column "users"."more" is new: text' in drift(r), r
    file.write_text("model {")
    r = status("history", "--schema", file)
    assert r.returncode == 64 and "schema.prisma" in r.stderr, r


tap.main(started, cluster.remove)
