#!/usr/bin/env python3
"""`inboard migrate diff`: the golden cases to the byte, and what else the command says."""
import json, pathlib, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import inboard, root, run

golden = root / "tests/golden/diff"
scratch = tempfile.TemporaryDirectory(prefix="inb-diff-")
folder = pathlib.Path(scratch.name)
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'


def side(which, path):
    return [f"--{which}-schema", path] if path.exists() else [f"--{which}-empty"]


def schema(name, body, head=HEAD):
    f = folder / f"{name}.prisma"
    f.write_text(head + body)
    return f


def diff(a, b, *more):
    args = [*(["--from-schema", a] if a else ["--from-empty"]), *(["--to-schema", b] if b else ["--to-empty"])]
    return run(inboard, "migrate", "diff", *args, *more, ok=False)


def test_the_command_prints_what_the_library_renders():
    """tests/unit/golden.c has all of these cases, in one process."""
    wrong, cases = [], sorted(d for d in golden.iterdir() if d.is_dir())[::10]
    assert len(cases) >= 7, "the golden cases are not here"
    for case in cases:
        r = run(inboard, "migrate", "diff", *side("from", case / "from.prisma"), *side("to", case / "to.prisma"), "--script", ok=False)
        if r.returncode or r.stdout != (case / "expected.sql").read_text():
            wrong.append(case.name)
    assert not wrong, f"differ: {wrong}"


def test_exit_code_says_whether_there_is_a_difference():
    a, b = schema("a", "model A {\n  id Int @id\n}\n"), schema("b", "model A {\n  id Int @id\n  n  Int\n}\n")
    assert diff(a, a, "--exit-code").returncode == 0
    assert diff(a, b, "--exit-code").returncode == 2
    assert diff(a, b).returncode == 0
    assert diff(a, a).stdout == "No difference detected.\n"
    assert diff(a, a, "--script").stdout == "-- This is an empty migration.\n"


def test_older_spellings_of_the_options():
    a, b = schema("a", "model A {\n  id Int @id\n}\n"), schema("b", "model B {\n  id Int @id\n}\n")
    old = run(inboard, "migrate", "diff", "--from-schema-datamodel", a, "--to-schema-datamodel", b, "--script")
    assert old.stdout == diff(a, b, "--script").stdout and "DROP TABLE" in old.stdout


def test_prismas_options_without_a_meaning_here_say_so():
    a = schema("a", "model A {\n  id Int @id\n}\n")
    for option, hint in (("--from-local-d1", "D1 is a SQLite"), ("--to-local-d1", "PostgreSQL only"), ("--config=prisma.config.ts", "set DATABASE_URL")):
        r = run(inboard, "migrate", "diff", "--from-empty", "--to-schema", a, option, ok=False)
        assert r.returncode == 2 and f'option "{option.split("=")[0]}" is not supported' in r.stderr and hint in r.stderr, r
    assert "d1" not in run(inboard, "migrate", "diff", "--help").stdout


def test_a_side_that_is_missing_or_doubled_is_wrong_usage():
    a = schema("a", "model A {\n  id Int @id\n}\n")
    for args in (["--from-empty"], ["--to-schema", a], ["--from-empty", "--from-schema", a, "--to-empty"]):
        r = run(inboard, "migrate", "diff", *args, ok=False)
        assert r.returncode == 2 and r.stdout == "" and "hint:" in r.stderr, r


HISTORY = {
    "001_a": 'CREATE TYPE "Kind" AS ENUM (\'A\', \'B\');\nCREATE TABLE "Port" ("id" SERIAL PRIMARY KEY, "kind" "Kind" NOT NULL DEFAULT \'A\');\n',
    "002_b": 'ALTER TABLE "Port" ADD COLUMN "depth" INT NOT NULL DEFAULT -1;\nCREATE INDEX ON "Port" ("depth" DESC);\n',
}
MODEL = """
enum Kind {
  A
  B
}

model Port {
  id    Int  @id @default(autoincrement())
  kind  Kind @default(A)
  depth Int  @default(-1)

  @@index([depth(sort: Desc)])
}
"""


def history(name, migrations):
    f = folder / name
    for m, text in migrations.items():
        (f / m).mkdir(parents=True, exist_ok=True)
        (f / m / "migration.sql").write_text(text)
    return f


def between(*args):
    return run(inboard, "migrate", "diff", *args, ok=False)


def test_a_history_makes_its_schema_without_a_server():
    f, s = history("history", HISTORY), schema("port", MODEL)
    for args in (("--from-migrations", f, "--to-schema", s), ("--from-schema", s, "--to-migrations", f), ("--from-migrations", f, "--to-migrations", f)):
        r = between(*args, "--exit-code", "--script")
        assert (r.returncode, r.stdout, r.stderr) == (0, "-- This is an empty migration.\n", ""), r.stdout + r.stderr
    r = between("--from-migrations", f, "--to-schema", schema("deeper", MODEL.replace("@default(-1)", "@default(-2)")), "--exit-code", "--script")
    assert (r.returncode, r.stdout) == (2, '-- AlterTable\nALTER TABLE "Port" ALTER COLUMN "depth" SET DEFAULT -2;\n'), r.stdout


def test_what_the_analysis_cannot_see_is_named_with_its_place():
    f = history("unseen", {**HISTORY, "003_c": "SELECT 1;\n\nDO $$ BEGIN EXECUTE 'DROP TABLE x'; END $$;\n"})
    r = between("--from-migrations", f, "--to-schema", schema("port", MODEL), "--exit-code")
    assert r.returncode == 0 and f"{f}/003_c/migration.sql:3: warning: DO: " in r.stderr, r.stderr


BLOCKS = """DO $$ BEGIN
  CREATE TYPE "Kind" AS ENUM ('A', 'B');
EXCEPTION WHEN duplicate_object THEN null;
END $$;
DO $$ BEGIN
  CREATE TYPE "Kind" AS ENUM ('Z');
EXCEPTION WHEN duplicate_object OR duplicate_table THEN RAISE NOTICE 'there';
END $$;
DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'Port') THEN CREATE TABLE "Port" ("id" SERIAL PRIMARY KEY); END IF; END $$;
DO $$ BEGIN ALTER TABLE "Port" ADD COLUMN "kind" "Kind" NOT NULL DEFAULT 'A'; END $$;
DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT "id" FROM "Port" LOOP UPDATE "Port" SET "kind" = 'B' WHERE "id" = r."id" AND lower('A') = 'a'; END LOOP;
END $$;
DO $$ BEGIN CREATE TYPE "New" AS ENUM ('a'); CREATE TYPE "Kind" AS ENUM ('Z'); EXCEPTION WHEN duplicate_object THEN null; END $$;
DO $$ BEGIN ALTER TABLE "Port" ADD COLUMN "kind" int; ALTER TABLE "Port" ADD COLUMN "new" int; EXCEPTION WHEN duplicate_column THEN null; END $$;
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'Kind') THEN CREATE TYPE "Kind" AS ENUM ('Z'); CREATE TABLE "Never" ("id" int); END IF;
  CREATE TABLE IF NOT EXISTS "Port" ("id" int);
END $$;
"""
UNKNOWN = ("DO $$ BEGIN EXECUTE 'DROP TABLE x'; END $$;", "DO $$ BEGIN PERFORM make(1); END $$;", "DO $$ BEGIN UPDATE t SET a = make(1); END $$;",
           "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM t) THEN CREATE TABLE z (id int); END IF; END $$;", "DO $$ BEGIN ALTER TABLE t OWNER TO u; END $$;",
           "DO $$ BEGIN PERFORM set_config('search_path', 'z', false); END $$;", "DO $$ BEGIN SET search_path = z; END $$;",
           "DO $$ BEGIN CREATE TABLE z (id int); EXCEPTION WHEN others THEN CREATE TABLE y (id int); END $$;",
           "DO $$ BEGIN CREATE TABLE z (id int); EXCEPTION WHEN duplicate_table THEN CREATE TABLE y (id int); END $$;",
           "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'y') THEN CREATE TABLE z (id int); END IF; END $$;",
           "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'y') THEN CREATE TABLE z (id int); END IF; END $$;")


def test_blocks_that_make_one_thing_are_seen():
    f = history("blocks", {"001_a": BLOCKS, "002_b": HISTORY["002_b"]})
    r = between("--from-migrations", f, "--to-schema", schema("port", MODEL), "--exit-code", "--script")
    assert (r.returncode, r.stderr) == (0, ""), r.stdout + r.stderr
    for i, text in enumerate(UNKNOWN):
        r = between("--from-migrations", history(f"unknown{i}", {"001_a": text}), "--to-empty")
        assert "001_a/migration.sql:1: warning: DO: " in r.stderr, (text, r.stderr)


PARTLY = {
    "SELECT INTO": 'SELECT 1 AS x INTO y;',
    "CREATE TABLE": 'CREATE TABLE y OF "Point";',
    "ALTER TABLE DETACH PARTITION": 'CREATE TABLE y PARTITION OF p DEFAULT; ALTER TABLE p DETACH PARTITION y;',
    "DROP FUNCTION": "DROP FUNCTION f() CASCADE;",
    "DROP OWNED": "DROP OWNED BY y;",
    "ROLLBACK": "BEGIN; CREATE TABLE y (id int); ROLLBACK;",
    "ROLLBACK TO SAVEPOINT": "BEGIN; SAVEPOINT s; CREATE TABLE y (id int); ROLLBACK TO SAVEPOINT s; COMMIT;",
}
BEFORE = """CREATE TYPE "Point" AS (x int);
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE d (id int PRIMARY KEY DEFAULT f());
CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
"""


def test_what_is_known_in_part_is_named_too():
    for i, (tag, text) in enumerate(PARTLY.items()):
        f = history(f"partly{i}", {"001_a": BEFORE, "002_b": text})
        r = between("--from-migrations", f, "--to-empty")
        assert f"002_b/migration.sql:1: warning: {tag}: " in r.stderr, (text, r.stderr)
    f = history("gone", {"001_a": "SELECT 1 AS x INTO y;", "002_b": "DROP TABLE y;"})
    assert between("--from-migrations", f, "--to-empty", "--exit-code").stderr == ""


COPIED = """CREATE TABLE b (id int PRIMARY KEY, x int, k int UNIQUE, g int GENERATED ALWAYS AS (x + 1) STORED);
CREATE INDEX ON b (x);
CREATE TABLE t (LIKE b INCLUDING ALL);
ALTER TABLE b RENAME x TO y;
ALTER TABLE b RENAME k TO l;
ALTER TABLE t RENAME id TO ident;
ALTER TABLE t DROP COLUMN x CASCADE;
"""
PLAIN = """CREATE TABLE b (id int PRIMARY KEY, y int, l int CONSTRAINT b_k_key UNIQUE, g int GENERATED ALWAYS AS (y + 1) STORED);
CREATE INDEX b_x_idx ON b (y);
CREATE TABLE t (ident int PRIMARY KEY, k int UNIQUE);
"""


def test_a_copy_of_a_table_shares_nothing_with_it():
    a, b = history("copied", {"001_a": COPIED}), history("plain", {"001_a": PLAIN})
    r = between("--from-migrations", a, "--to-migrations", b, "--exit-code", "--script")
    assert (r.returncode, r.stderr) == (0, ""), r.stdout + r.stderr


def test_a_default_is_not_written_at_any_length():
    """BETWEEN names its value twice: nested, it doubles at every level."""
    value = "true"
    for _ in range(20):
        value = f"(({value}) BETWEEN false AND true)"
    f = history("long", {"001_a": f"CREATE TABLE a (id int PRIMARY KEY, b bool DEFAULT {value});"})
    r = between("--from-empty", "--to-migrations", f, "--script")
    assert r.returncode == 0 and '"a" (' in r.stdout and len(r.stdout) < 1 << 20, (r.stderr, len(r.stdout))


def test_a_folder_that_is_no_history():
    r = between("--from-migrations", folder / "nowhere", "--to-empty")
    assert r.returncode == 2 and "nowhere" in r.stderr and "hint:" in r.stderr, r.stderr
    history("broken", {"001_a": "SELECT 1;"})
    (folder / "broken/001_a/migration.sql").unlink()
    r = between("--from-migrations", folder / "broken", "--to-empty")
    assert r.returncode == 1 and "P3015" in r.stderr + r.stdout, r.stderr


def test_standard_input_is_one_side_only():
    r = run(inboard, "migrate", "diff", "--from-schema", "-", "--to-schema", "-", "--script", ok=False)
    assert r.returncode == 2 and r.stdout == "" and "standard input" in r.stderr, r


def test_a_schema_without_datasource_is_no_empty_database():
    a, nothing = schema("a", "model A {\n  id Int @id\n}\n"), schema("nothing", "", head="")
    for r in (diff(a, nothing, "--script", "--exit-code"), diff(nothing, a, "--script")):
        assert r.returncode == 1 and r.stdout == "" and "nothing.prisma" in r.stderr and "hint:" in r.stderr, r
    piped = subprocess.run([inboard, "migrate", "diff", "--from-schema", a, "--to-schema", "-", "--script"], input="", capture_output=True,
                           text=True)
    assert piped.returncode == 1 and piped.stdout == "" and "standard input" in piped.stderr, piped


def test_json_is_one_document_and_one_line_end():
    a, b = schema("a", "model A {\n  id Int @id\n}\n"), schema("b", "model A {\n  id Nothing\n}\n")
    for out in (diff(None, a, "--json").stdout, diff(None, b, "--json").stdout, diff(None, folder / "missing.prisma", "--json").stdout):
        assert out.endswith("}\n") and json.loads(out), out


def test_a_schema_that_is_not_valid():
    bad = schema("bad", "model A {\n  id Nothing @id\n}\n")
    r = diff(None, bad, "--script", "--exit-code")
    assert r.returncode == 1 and r.stdout == "" and "Nothing" in r.stderr, r
    j = json.loads(diff(None, bad, "--json").stdout)
    assert j["valid"] is False and j["diagnostics"][0]["line"] == 5, j
    missing = diff(None, folder / "missing.prisma")
    assert missing.returncode == 2 and "missing.prisma" in missing.stderr, missing


def test_output_goes_to_a_file():
    b, out = schema("b", "model B {\n  id Int @id\n}\n"), folder / "out.sql"
    r = diff(None, b, "--script", "-o", out, "--exit-code")
    assert r.returncode == 2 and r.stdout == "" and 'CREATE TABLE "B"' in out.read_text(), r


def test_the_summary():
    case = golden / "many-changes-in-order"
    text = diff(case / "from.prisma", case / "to.prisma").stdout
    for line in ("[+] Added enums\n  - Added\n", "[+] Added tables\n  - Alpha\n  - Bravo\n  - _AlphaToBravo\n", "[-] Removed tables\n  - Oscar\n",
                 "[*] Changed the `Unit` enum\n  [+] Added variant `LB`\n",
                 "[*] Changed the `Zulu` table\n  [-] Removed unique index on columns (old)\n  [-] Removed column `old`\n  [+] Added column `added`\n"
                 "  [+] Added column `young`\n  [+] Added unique index on columns (young)\n"):
        assert line in text, (line, text)
    assert text.index("`Alpha` table") < text.index("`Mike` table") < text.index("`Zulu` table")
    assert "Warnings:" in text and 'table "Oscar" is dropped with all its rows' in text, text


def test_a_script_leads_with_its_warnings_or_says_them_aside():
    a, b = schema("wa", 'model A {\n  id Int @id\n  n  Int? @map("a\\n*/b")\n}\n'), schema("wb", "model A {\n  id Int @id\n}\n")
    plain = diff(a, b, "--script")
    assert plain.stdout.startswith("-- AlterTable\n") and plain.stderr.startswith('warning: column "') and plain.stderr.count("\n") == 1, plain
    led = diff(a, b, "--script", "--warnings")
    head = "/*\n  Warnings:\n\n  - column"
    assert led.stdout.startswith(head) and led.stdout.endswith("\n\n*/\n" + plain.stdout) and led.stdout.count("*/") == 2 and not led.stderr, led
    assert diff(b, b, "--script", "--warnings").stdout == "-- This is an empty migration.\n" and not diff(b, a, "--script").stderr
    for more in ([], ["--script", "--json"], ["--script", "--zero-downtime"]):
        r = diff(a, b, "--warnings", *more)
        assert r.returncode == 2 and "--warnings needs --script" in r.stderr + r.stdout and "have them anyway" in r.stderr + r.stdout, r


def test_json_has_steps_sql_and_what_is_destroyed():
    a = schema("ja", "enum E {\n  x\n  y\n}\nmodel A {\n  id Int @id\n  t String\n  n Int?\n  e E\n  o Int?\n}\nmodel Gone {\n  id Int @id\n}\n")
    b = schema("jb", "enum E {\n  x\n}\nmodel A {\n  id BigInt @id\n  t String @db.VarChar(3)\n  n Int\n  e E\n  o DateTime\n  r Int\n  u String @default(uuid()) @unique\n}\n")
    j = json.loads(diff(a, b, "--json").stdout)
    assert [s["step"] for s in j["steps"]] == ["AlterEnum", "AlterTable", "DropTable", "CreateIndex"], j
    assert j["steps"][1]["changes"][0] == {"change": "DropPrimaryKey"} and j["steps"][2]["table"] == "Gone"
    assert j["sql"] == diff(a, b, "--script").stdout
    assert all(s["sql"] in j["sql"] for s in j["steps"])
    codes = lambda key: sorted(c["code"] for c in j[key])
    assert codes("warnings") == ["EnumValueRemoval", "NonEmptyTableDrop", "PrimaryKeyChange", "RiskyCast", "UniqueConstraintAddition"], j
    assert codes("unexecutable") == ["AddedRequiredFieldToTable", "AddedRequiredFieldToTable", "AddedRequiredFieldToTableWithPrismaLevelDefault",
                                     "MadeOptionalFieldRequired"], j
    drop = next(w for w in j["warnings"] if w["code"] == "NonEmptyTableDrop")
    assert drop["table"] == "Gone" and drop["schema"] == "public" and drop["rows"] is None and drop["step"] == 2, drop


def test_equal_predicates_are_no_difference():
    head = HEAD + 'generator g {\n  provider        = "prisma-client"\n  previewFeatures = ["partialIndexes"]\n}\n'
    body = "model A {\n  id Int @id\n  b Boolean\n  s String?\n  @@index([id], where: %s)\n}\n"
    same = [('raw("id > 1")', 'raw("(id>1)")'), ('raw("\\"b\\" = true")', "{ b: true }"), ('raw("s IS NULL")', 'raw("s is null")'),
            ('raw("s = \'x\'")', 'raw("s = (\'x\'::text)::character varying")'), ('raw("b != true")', "{ b: { not: true } }"),
            ('raw("(id > 1 AND b) OR s IS NULL")', 'raw("((id > 1) AND b) OR (s IS NULL)")')]
    other = [('raw("id > 1")', 'raw("id > 2")'), ('raw("(id > 1 OR b) AND s IS NULL")', 'raw("id > 1 OR b AND s IS NULL")'),
             ('raw("id > 1")', 'raw("ID > 1")'), ('raw("s = \'x\'")', 'raw("s = \'X\'")'), ('raw("not sql (")', 'raw("not  sql (")')]
    for x, y in same + other:
        r = diff(schema("wa", body % x, head), schema("wb", body % y, head), "--exit-code")
        assert r.returncode == (0 if (x, y) in same else 2), (x, y, r)


tap.main()
