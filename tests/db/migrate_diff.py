#!/usr/bin/env python3
"""The SQL of `inboard migrate diff` on a server: the golden cases, and each place of docs/DIFFERENCES.md."""
import json, os, pathlib, re, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, root, run

cluster = Cluster()
golden = root / "tests/golden/diff"
HEAD = 'datasource db {\n  provider = "postgresql"\n%s}\ngenerator g {\n  provider        = "prisma-client"\n  previewFeatures = ["partialIndexes"]\n}\n'

# Cases whose schemas name what a bare server does not have.
NOT_APPLIED = {"create-extensions": "extensions of versions that are not installed"}
# What an older server does not have, from which version on it is there, and what the server says until then.
SINCE = {"create-indexes": (14, 'operator class "timestamp_bloom_ops" does not exist')}


def script(a, b):
    args = [*(["--from-schema", a] if a else ["--from-empty"]), *(["--to-schema", b] if b else ["--to-empty"])]
    return run(inboard, "migrate", "diff", *args, "--script").stdout


def apply(db, sql):
    r = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", cluster.url(db)], input=sql, capture_output=True, text=True,
                       env={**os.environ, "PGOPTIONS": "-c client_min_messages=warning"})
    return r.stderr.strip()


def prepared(db, *schemas):
    """A database with the namespaces that the schemas list: to Prisma a listed one is there."""
    cluster.fresh(db)
    names = {n for s in schemas if s for part in re.findall(r"^\s*schemas\s*=\s*\[(.*?)\]", s.read_text(), re.M) for n in re.findall(r'"(.*?)"', part)}
    wanted = ["CREATE EXTENSION IF NOT EXISTS citext;"]
    assert apply(db, "\n".join(wanted + [f'CREATE SCHEMA IF NOT EXISTS "{n}";' for n in sorted(names)])) == ""


def test_golden_cases_run():
    wrong = {}
    for case in sorted(d for d in golden.iterdir() if d.is_dir() and d.name not in NOT_APPLIED):
        a, b = (f if f.exists() else None for f in (case / "from.prisma", case / "to.prisma"))
        prepared("golden", a, b)
        error = (apply("golden", script(None, a)) if a else "") or apply("golden", script(a, b))
        since, refusal = SINCE.get(case.name, (0, ""))
        if error if cluster.version >= since else refusal not in error:
            wrong[case.name] = error
    assert not wrong, "\n".join(f"{k}: {v}" for k, v in wrong.items())


def change(a, b, rows="", head=""):
    """Makes a database of schema a, fills it, and brings it to schema b; the script that did."""
    files = []
    for name, body in (("a", a), ("b", b)):
        f = cluster.path(f"{name}.prisma")
        f.write_text(HEAD % head + body)
        files.append(f)
    prepared("change", *files)
    made = apply("change", script(None, files[0]) + rows)
    assert made == "", made
    sql = script(*files)
    error = apply("change", sql)
    assert error == "", f"{error}\n{sql}"
    return sql


def default_of(column, table="A"):
    return cluster.sql("change", f"SELECT column_default FROM information_schema.columns WHERE table_name = '{table}' AND column_name = '{column}'")


def type_of(column, table="A"):
    return cluster.sql("change", f"SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '\"{table}\"'::regclass AND attname = '{column}'")


def indexes():
    return cluster.sql("change", "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'")


def sequences():
    return cluster.sql("change", "SELECT count(*) FROM pg_class WHERE relkind = 'S'")


def A(fields):
    return f"model A {{\n  id Int @id\n  {fields}\n}}\n"


def test_autoincrement_off_drops_its_sequence():
    change(A("n Int @default(autoincrement())\n  m Int @default(autoincrement())"), A("n Int\n  m Int"))
    assert default_of("n") == "" and sequences() == "0"


def test_autoincrement_on_and_off_again():
    sql = script_on = change(A("n Int"), A("n Int @default(autoincrement())"))
    assert "CREATE SEQUENCE a_n_seq;" in script_on and "a_n_seq" in default_of("n")
    a, b = cluster.path("a.prisma"), cluster.path("b.prisma")
    assert apply("change", script(b, a)) == "" and sequences() == "0", sql


def test_autoincrement_replaced_by_a_default():
    sql = change(A("n Int @default(autoincrement())"), A("n Int @default(3)"))
    assert re.search("SET DEFAULT 3,\n.*DROP DEFAULT;", sql)
    assert default_of("n") == "3" and sequences() == "0"


def test_autoincrement_of_another_type():
    change("model A {\n  id Int @id @default(autoincrement())\n}\n", "model A {\n  id BigInt @id @default(autoincrement())\n}\n")
    assert type_of("id") == "bigint"
    assert cluster.sql("change", "SELECT data_type FROM pg_sequences") == "bigint"


def test_autoincrement_under_odd_names():
    change(A('n Int @map("Na-me x")\n  @@map("Tab le")'), A('n Int @default(autoincrement()) @map("Na-me x")\n  @@map("Tab le")'))
    change(A('n Int\n  @@schema("Bb")'), A('n Int @default(autoincrement())\n  @@schema("Bb")'), head='  schemas = ["Bb"]\n')
    assert sequences() == "1"


def test_primary_key_replaced_and_renamed():
    sql = change("model A {\n  id Int @id\n  b Int\n}\n", 'model A {\n  id Int\n  b Int @id(map: "foo")\n}\n')
    assert indexes() == "foo" and "RENAME" not in sql


def test_renamed_index_of_a_recreated_column():
    change(A('n Int\n  @@index([n])'), A('n DateTime?\n  @@index([n], map: "other")'))
    assert indexes() == "A_pkey other"


def test_equal_indexes_of_a_recreated_column():
    both = '@@index([n], map: "one")\n  @@index([n], map: "two")'
    change(A(f"n Int?\n  {both}"), A(f"n DateTime?\n  {both}"))
    assert indexes() == "A_pkey one two"


E1, E2 = "enum E {\n  a\n  b\n}\n", "enum E {\n  b\n}\n"


def test_enum_loses_a_value_while_columns_come_go_and_change():
    gone = "model Gone {\n  id Int @id\n  e E @default(b)\n}\n"
    change(E1 + A("stays E @default(b)\n  goes E @default(a)\n  turns E?\n  all E[] @default([b])") + gone,
           E2 + A("stays E @default(b)\n  turns Int?\n  comes E @default(b)\n  all E[] @default([b])"),
           "INSERT INTO \"A\" (id, turns) VALUES (1, 'a');\n")
    assert cluster.sql("change", 'SELECT stays, "all", comes FROM "A"') == "b|{b}|b"
    assert cluster.sql("change", "SELECT string_agg(typname, ' ') FROM pg_type WHERE typtype = 'e'") == "E"


def test_enum_loses_a_value_while_a_column_with_a_default_becomes_one():
    change(E1 + A('e E\n  f String @default("x")\n  g String?'), E2 + A("e E\n  f E @default(b)\n  g E?"),
           "INSERT INTO \"A\" (id, e, g) VALUES (1, 'b', 'b');\n")
    assert cluster.sql("change", 'SELECT e, f FROM "A"') == "b|b" and type_of("g") == "\"E\""


def test_enum_becomes_a_list_and_back():
    rows = "INSERT INTO \"A\" (id, e, f, g) VALUES (1, 'a', NULL, '{b,a}'), (2, 'b', 'a', NULL);\n"
    change(E1 + A("e E @default(a)\n  f E?\n  g E[] @default([a])"), E1 + A("e E[] @default([b])\n  f E[]\n  g E? @default(b)"), rows)
    assert cluster.sql("change", 'SELECT e, f, g FROM "A" ORDER BY id') == "{a}||b\n{b}|{a}|"
    assert default_of("e") == "ARRAY['b'::\"E\"]" and default_of("g") == "'b'::\"E\""


def test_enum_becomes_a_list_and_loses_a_value():
    change(E1 + A("e E @default(a)"), E2 + A("e E[] @default([b])"), "INSERT INTO \"A\" (id, e) VALUES (1, 'b');\n")
    assert cluster.sql("change", 'SELECT e FROM "A"') == "{b}" and default_of("e") == "ARRAY['b'::\"E\"]"


def test_casts_that_postgresql_has_to_be_told():
    change(A('a String @default("1") @db.Citext\n  b Decimal? @db.Money\n  c DateTime? @db.Timestamp(3)\n  d String[] @db.Citext'),
           A("a Int @default(1)\n  b BigInt?\n  c DateTime? @db.Timetz\n  d Int[]"),
           "INSERT INTO \"A\" VALUES (1, '42', '17.00', '2020-01-02 03:04:05', '{7,8}');\n")
    assert cluster.sql("change", 'SELECT a, b, d FROM "A"') == "42|17|{7,8}" and default_of("a") == "1"


def test_foreign_keys_rely_on_a_key_that_is_replaced():
    b = "model B {\n  id Int @id\n  a A @relation(fields: [id], references: [id])\n}\n"
    change("model A {\n  id Int @id\n  x Int\n  b B?\n}\n" + b, "model A {\n  id Int @unique\n  x Int\n  b B?\n  @@id([id, x])\n}\n" + b)
    assert cluster.sql("change", "SELECT count(*) FROM pg_constraint WHERE contype = 'f'") == "1"
    change("model A {\n  id Int @unique\n  x Int\n  b B?\n}\n" + b, "model A {\n  id Int @id\n  x Int\n  b B?\n}\n" + b)
    assert cluster.sql("change", "SELECT count(*) FROM pg_constraint WHERE contype = 'f'") == "1"


def test_foreign_keys_to_a_table_that_moves():
    a = 'model A {\n  id Int @id\n  b B[]\n  @@schema("%s")\n}\nmodel B {\n  id Int @id\n  aId Int\n  a A @relation(fields: [aId], references: [id])\n  @@schema("one")\n}\n'
    change(a % "one", a % "two", head='  schemas = ["one", "two"]\n')
    assert cluster.sql("change", "SELECT confrelid::regclass FROM pg_constraint WHERE contype = 'f'") == 'two."A"'


def extended(extensions, where=""):
    """Schemas and a database with extensions, and a column that uses one."""
    return HEAD.replace("partialIndexes", "postgresqlExtensions") % f"  extensions = [{extensions}]\n{where}" + \
        "model A {\n  id Int @id\n  n String @db.Citext\n}\n"


def extension_change(a, b, where=""):
    files = []
    for name, extensions in (("a", a), ("b", b)):
        f = cluster.path(f"{name}.prisma")
        f.write_text(extended(extensions, where))
        files.append(f)
    plan = run(inboard, "migrate", "diff", "--from-schema", files[0], "--to-schema", files[1], "--zero-downtime", "--script").stdout
    for sql in (script(*files), plan):
        cluster.fresh("change")
        assert apply("change", script(None, files[0])) == "" and apply("change", sql) == "", sql
    return json.loads(run(inboard, "migrate", "diff", "--from-schema", files[0], "--to-schema", files[1], "--json").stdout)


def extension():
    return cluster.sql("change", "SELECT extversion, extnamespace::regnamespace FROM pg_extension WHERE extname = 'citext'")


def test_an_extension_in_use_gets_another_version_and_schema():
    answer = extension_change('citext(version: "1.5", schema: "public")', 'citext(version: "1.6", schema: "Far off")')
    assert extension() == '1.6|"Far off"' and answer["warnings"][0]["code"] == "ExtensionChange", answer
    assert type_of("n") == '"Far off".citext'
    extension_change('citext(version: "1.5")', 'citext(version: "1.6")')
    assert extension() == "1.6|public"


def test_the_schema_of_an_extension_is_made():
    for where in ("", '  schemas = ["public", "ext"]\n'):
        f = cluster.path("a.prisma")
        text = extended('uuid_ossp(map: "uuid-ossp", schema: "ext")', where).replace("n String @db.Citext", "n Int")
        f.write_text(text if not where else text.replace("n Int\n", 'n Int\n  @@schema("public")\n'))
        cluster.fresh("change")
        assert apply("change", script(None, f)) == "", script(None, f)
        assert cluster.sql("change", "SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'uuid-ossp'") == "ext"


def test_an_extension_of_which_nothing_was_said_stays():
    answer = extension_change("citext", 'citext(schema: "ext")')
    assert not answer["steps"] and [(w["code"], w["extension"]) for w in answer["warnings"]] == [("ExtensionUnchanged", "citext")], answer
    assert not extension_change('citext(schema: "public")', "citext")["warnings"]


def test_underscores_in_a_decimal():
    change(A("n Int"), A('n Int\n  d Decimal @default("1_000.5_0")'))
    assert default_of("d") == "1000.50"


def test_quotes_in_names():
    change(A("n Int"), 'enum E {\n  a @map("it\'s")\n  @@map("e\\"e")\n}\n' + A('n E @default(a) @map("n\\"n")\n  @@index([n])\n  @@map("a\\"a")'))
    assert cluster.sql("change", 'INSERT INTO "a""a" (id) VALUES (1) RETURNING "n""n"') == "it's"


tap.main(cluster.start, cluster.remove)
