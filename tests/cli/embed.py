#!/usr/bin/env python3
"""inboard-embed and `inboard sum` as their users run them: output, messages, exit status, and that the bytes do not depend on
who asks, where and when."""
import hashlib, json, os, pathlib, shutil, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2])) / "tests/support"))
import inb, tap

work = tempfile.TemporaryDirectory(prefix="inb-embed.")
top = pathlib.Path(work.name)


def folder(name, **migrations):
    """A folder of migrations; keyword names stand for folders, with a digit first: _1_init is 1_init."""
    return folder_of(name, {k.lstrip("_"): v for k, v in migrations.items()})


def folder_of(name, migrations):
    f = top / name
    shutil.rmtree(f, ignore_errors=True)
    f.mkdir(parents=True)
    for m, text in migrations.items():
        (f / m).mkdir()
        (f / m / "migration.sql").write_bytes(text if isinstance(text, bytes) else text.encode())
    return f


def embed(f, *more, ok=True, **kw):
    return inb.run(inb.embed, "--migrations", f, *more, ok=ok, **kw)


def refused(f, *more):
    r = embed(f, "-o", "-", *more, ok=False)
    assert r.returncode == 1 and not r.stdout, (r.returncode, r.stdout)
    return r.stderr.replace(str(f) + "/", "")


def explain(f):
    return json.loads(embed(f, "--explain", "--json").stdout)


def test_the_migrations_of_the_service_embed():
    out = embed(inb.root / "migrations", "-o", "-").stdout
    assert "const inb_table inboard_migrations = {" in out


def test_the_same_bytes_from_any_folder_at_any_time():
    texts = {"1_init": "CREATE TABLE t (a int);\n", "2 ü?": "-- inboard: accept contracting gone\nDROP TABLE t;", "3": ""}
    a, b = folder_of("here", texts), folder_of("there/deep", dict(reversed(texts.items())))
    os.utime(b / "3/migration.sql", (1, 1))
    one = embed(a, "-o", "-").stdout
    two = embed("deep", "-o", "-", cwd=b.parent, env={"LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo", "HOME": "/"}).stdout
    assert one == two
    assert str(top) not in one


def test_a_schema_that_the_migrations_do_not_make_is_refused():
    schema = top / "more.prisma"
    schema.write_text('datasource db {\n  provider = "postgresql"\n}\n\nmodel T {\n  a Int @id\n  b String?\n\n  @@index([b])\n}\n\nmodel U {\n  a Int @id\n}\n')
    f = folder("less", _1_init='CREATE TABLE "T" (a int PRIMARY KEY);\n')
    r = embed(f, "--schema", schema, "-o", "-", ok=False)
    assert r.returncode == 1 and not r.stdout and f'3 problems in "{schema}"' in r.stderr, r
    for line in ('ALTER TABLE "T" ADD COLUMN     "b" TEXT', 'CREATE TABLE "U"', 'CREATE INDEX "T_b_idx" ON "T"("b")'):
        assert f"{schema}: error: the migrations do not make the schema: {line} is missing\n" in r.stderr, r.stderr
    assert "`inboard migrate new NAME`" in r.stderr
    assert "inboard_migrations_expected" in embed(f, "--schema", schema, "--differs", "-o", "-").stdout
    # What nobody can see may have made it.
    seen = folder("seen", _1_init='CREATE TABLE "T" (a int PRIMARY KEY);\n-- inboard: class additive it makes the rest\nCALL make();\n')
    r = embed(seen, "--schema", schema, "-o", "-")
    assert "are unknown to the analysis" in r.stderr and "inboard_migrations_expected" in r.stdout, r.stderr
    all_of_it = 'CREATE TABLE "T" (a int PRIMARY KEY, b text);\nCREATE INDEX "T_b_idx" ON "T" (b);\nCREATE TABLE "U" (a int PRIMARY KEY);\n'
    assert embed(folder("all", _1_init=all_of_it), "--schema", schema, "-o", "-").stderr == ""


def test_the_schema_is_read_named_and_checked():
    f = folder("with_schema", _1_init='CREATE TYPE "E" AS ENUM (\'X\', \'Y\');\nCREATE TABLE "T" (a int PRIMARY KEY, e "E"[]);\n')
    parts = top / "parts"
    (parts / "deep").mkdir(parents=True)
    (parts / "a.prisma").write_text('datasource db {\n  provider = "postgresql"\n}\n\nmodel T {\n  a Int @id\n  e E[]\n}\n')
    (parts / "deep/e.prisma").write_text("enum E {\n  X\n  Y\n}\n")
    d, c = top / "with_schema.d", top / "with_schema.c"
    embed(f, "--schema", parts, "-o", c, "--depfile", d)
    rule = d.read_text().split("\n\n")[0]
    for path in (parts, parts / "a.prisma", parts / "deep", parts / "deep/e.prisma"):
        assert f"\n{path}:\n" in rule and f"  {path}" in rule, (path, rule)
    assert "inboard_migrations_expected[5]" in c.read_text() and str(top) not in c.read_text()
    assert "\nexpected of the database: tables 1, columns 2, enums 1, values 2\n" in embed(f, "--schema", parts, "--explain").stdout
    assert "expected" not in embed(f, "--explain").stdout
    (parts / "deep/e.prisma").write_text("enum E {\n  X\n  X\n}\n")
    r = embed(f, "--schema", parts, "-o", "-", ok=False)
    assert r.returncode == 1 and not r.stdout and f"{parts}/deep/e.prisma:3:3: error: " in r.stderr and f'1 problem in "{parts}"' in r.stderr, r
    bad = folder("bad_too", _1_init="SELEC 1;\n")
    r = embed(bad, "--schema", parts, "-o", "-", ok=False)
    assert f'2 problems in "{bad}" and "{parts}"' in r.stderr, r
    r = embed(f, "--schema", top / "nowhere.prisma", "-o", "-", ok=False)
    assert r.returncode == 2 and "nowhere.prisma" in r.stderr, r


def test_the_c_is_clean():
    f = folder_of("clean", {"1 '\"\\?": "SELECT '??/', '\\', E'\\n', $$\x01é" + "\U0001f600" * 3000 + "$$;", "2": "CREATE TABLE t (a int);"})
    for flags in (["-std=c99"], ["-std=c11", "-O2"]):
        c = top / "clean.c"
        embed(f, "-o", c, "--symbol", "my_table")
        inb.run("cc", *flags, "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", inb.root / "src/include", "-c", c, "-o", top / "clean.o")
    main = top / "main.c"
    main.write_text('#include <inboard/table.h>\n#include <stdio.h>\nextern const inb_table my_table;\nint main(void) { const inb_migration *m '
                    '= my_table.migrations; return fwrite(my_table.text + m->sql, 1, m->sql_length, stdout) != m->sql_length; }\n')
    inb.run("cc", "-I", inb.root / "src/include", main, top / "clean.o", "-o", top / "clean-program")
    out = subprocess.run([top / "clean-program"], capture_output=True).stdout
    assert out == (f / "1 '\"\\?/migration.sql").read_bytes()


def test_an_empty_folder_and_an_empty_migration():
    assert "my[1]" not in embed(folder("empty"), "-o", "-").stdout
    m = explain(folder("hollow", _1="", _2="-- only words"))
    assert [x["class"] for x in m] == ["additive"] * 2 and m[0]["statements"] == [] and m[0]["transactional"]
    assert m[0]["checksum"] == hashlib.sha256(b"").hexdigest()


def test_explain_json():
    sql = "-- é\nCREATE TABLE n (id int);\nCREATE INDEX i ON t (a);\n"
    m, = explain(folder("explain", _1_x=sql))
    assert m["name"] == "1_x" and m["class"] == "blocking" and m["transactional"] is True
    assert m["checksum"] == hashlib.sha256(sql.encode()).hexdigest()
    s = m["statements"][1]
    assert sql.encode()[s["offset"]:s["offset"] + s["length"]] == b"CREATE INDEX i ON t (a)"
    assert (s["line"], s["kind"], s["class"], s["rewrites"], s["scans"]) == (3, "CREATE INDEX", "blocking", False, True)
    assert s["locks"] == [{"relation": "t", "mode": "ShareLock"}] and s["reason"]


def test_explain_as_text():
    out = embed(folder("prose", _1="CREATE INDEX CONCURRENTLY i ON t (a);"), "--explain").stdout
    assert out == ("1: additive, not in a transaction\n  line 1: CREATE INDEX CONCURRENTLY: additive\n"
                   "      the index is built while readers and writers continue\n      locks t: ShareUpdateExclusiveLock\n      scans\n"
                   "      runs outside a transaction\n"), out


USERS = 'CREATE TABLE "User" (id int PRIMARY KEY, a text, b text);\n'
FILL = '-- inboard: backfill target=0.2s on-error=skip:3\nUPDATE "User" SET b = \'x\', a = NULL WHERE b IS NULL;\n'


def test_a_backfill_and_its_gates_are_explained():
    history = {"20260101000000_init": USERS, "20260102000000_fill it": FILL,
               "20260103000000_drop": "-- inboard: before nobody reads it\n-- inboard: after backfill fill it\nALTER TABLE \"User\" DROP COLUMN a;\n"}
    f = folder_of("gates", history)
    first, fill, drop = explain(f)
    assert first["backfill"] is None and first["before"] is None and first["after"] is None
    assert fill["class"] == "blocking" and fill["backfill"] == {
        "schema": None, "relation": "User", "key": ["id"], "columns": "b, a", "triggers": "", "where": "b IS NULL", "deletes": False,
        "leaves": True, "once": False, "only": False, "target_ms": 200, "skip_limit": 3}, fill
    assert (drop["before"], drop["after"], drop["backfill"]) == ("nobody reads it", "20260102000000_fill it", None)
    out = embed(f, "--explain").stdout
    assert "  backfill of User by id, batches of 200 ms, 3 rows may fail\n    writes: b, a\n    where: b IS NULL\n    a row that was written" in out, out
    assert "  before: nobody reads it\n  after backfill: 20260102000000_fill it\n" in out, out
    c = embed(folder_of("gates", {k: v for k, v in history.items() if "drop" not in k}), "-o", "-").stdout
    assert "inboard_migrations_backfills[1] = {\n    {1, 0," in c, c


def test_a_gate_that_leads_nowhere_is_refused():
    after = "-- inboard: after backfill {}\nCREATE TABLE x (id int);\n"
    history = {"20260101000000_init": USERS, "20260102000000_fill": FILL, "20260103000000_fill": FILL, "20260104000000_one": FILL}
    for name, wrong in (("none", "is no migration"), ("fill", "is the name of several migrations"), ("init", "is no backfill"),
                        ("20260101000000_init", "is no backfill"), ("20260105000000_next", "is not before this migration"),
                        ("20260109000000_later", "is not before this migration")):
        f = folder_of("nogate", {**history, "20260105000000_next": after.format(name), "20260109000000_later": FILL})
        said = refused(f)
        assert f'20260105000000_next/migration.sql:1:1: error: "{name}", which it is to come after, {wrong}' in said, said
        assert "-- inboard: after backfill" in said and "whole or without its timestamp" in said, said
    for name in ("one", "20260102000000_fill"):
        embed(folder_of("somewhere", {**history, "20260105000000_next": after.format(name)}), "-o", "-")


def test_a_backfill_that_cannot_be_run_in_windows_is_refused_where_it_is_written():
    f = folder_of("windows", {"1": USERS, "2": "-- inboard: backfill\nUPDATE \"User\" SET b = a\n WHERE b IS NULL;\n"})
    said = refused(f)
    assert "2/migration.sql:3:8: error: a row that the backfill wrote may meet its WHERE again\n" in said, said
    assert "WHERE b IS NULL;" in said and "or write `once`" in said, said


def test_what_the_release_before_works_with_is_compatible():
    accept = "-- inboard: accept contracting x\n"
    drops = ("DROP TABLE t;\n", "DROP TABLE u;\n")
    both = drops[0] + "-- inboard: compatible {}\n" + drops[1]
    for sql, compatible, reason in ((accept + drops[0], False, None),
                                    ("CREATE TABLE n (id int);\n", True, None),
                                    ("-- inboard: accept blocking x\nCREATE INDEX i ON t (a);\n", True, None),
                                    ("-- inboard: class contracting x\nDO '';\n", False, None),
                                    ("-- inboard: class blocking x\nDO '';\n", True, None),
                                    (accept + "-- inboard: compatible nobody reads t\n" + drops[0], True, "nobody reads t"),
                                    (accept + both.format("nobody reads u"), False, None),
                                    (accept + "CREATE TABLE n ();\n-- inboard: compatible nobody reads t\n" + drops[0], True, "nobody reads t"),
                                    (accept + "-- inboard: compatible nobody reads\n" + both.format("the view has gone"), True, "nobody reads")):
        f = folder("compatible", _1=sql)
        m, = explain(f)
        assert (m["compatible"], m["compatible_reason"]) == (compatible, reason), (sql, m["compatible"], m["compatible_reason"])
        embed(f, "-o", "-")
        text = embed(f, "--explain").stdout.splitlines()
        assert text[0] == f"1: {m['class']}" + ("" if m["class"] != "contracting" else ", compatible" if compatible else ", breaking"), text
        assert text[1] == f"  compatible: {reason}" if reason else "compatible" not in text[1], text


def test_explain_json_has_one_shape():
    m, = explain(folder("shape", _1="-- inboard: class additive x\nDROP TABLE t;\nDO '';\nNEWER THAN ALL;\n"))
    assert list(m) == ["name", "checksum", "class", "compatible", "compatible_reason", "transactional", "released", "before",
                       "after", "backfill", "statements",
                       "notes"], list(m)
    for s in m["statements"]:
        assert list(s) == ["line", "offset", "length", "kind", "resume", "class", "locks", "rewrites", "scans", "transaction", "sent",
                           "reason"], list(s)
        assert all(list(l) == ["relation", "mode"] for l in s["locks"])


def test_offsets_cover_exactly_the_statement():
    parts = ["-- é\n/* ; */", "SELECT 'ü;\r\n'", ";;\r\n\t", "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END", " ; -- x\n",
             "SELECT $a$;$a$ /* in */ , 1", " /* after */ ;", "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM u; DELETE FROM v)", "\n"]
    for tail in ("", ";NEWER THAN ALL;"):
        sql = "".join(parts) + tail
        m, = explain(folder("offsets", _1="-- inboard: class additive x\n-- inboard: accept contracting x\n" + sql))
        text = (top / "offsets/1/migration.sql").read_bytes()
        assert text.decode() == "-- inboard: class additive x\n-- inboard: accept contracting x\n" + sql
        got = [text[s["offset"]:s["offset"] + s["length"]].decode() for s in m["statements"]]
        assert got == parts[1::2] + (["NEWER THAN ALL"] if tail else []), got
        assert [s["line"] for s in m["statements"]] == [1 + text[:s["offset"]].count(b"\n") for s in m["statements"]]


def test_notes_say_what_is_no_reason_to_refuse():
    f = folder("notes", _1="CREATE TABLE a (x int);\nCREATE TABLE b (x int);\nCREATE INDEX i ON a (x);\n",
               _2="-- inboard: accept blocking x\nSET lock_timeout = 1;\nSET LOCAL lock_timeout = 1;\nALTER TABLE a ADD COLUMN y int;\n"
                  "ALTER TABLE b ADD COLUMN y int;\nSELECT set_config('work_mem', '1MB', false), set_config('work_mem', '1MB', true);\n",
               _3="-- inboard: no-transaction\nALTER TABLE a ADD COLUMN z int;\nALTER TABLE b ADD COLUMN z int;\n",
               _4="ALTER INDEX i RENAME TO k;\nALTER TABLE a ADD COLUMN w int;\nCOMMENT ON TABLE b IS 'x';\n")
    found = [[(n["line"], n["message"].split(":")[0]) for n in m["notes"]] for m in explain(f)]
    lasts = "the setting lasts for the session"
    assert found == [[], [(2, lasts), (6, lasts), (5, "one transaction locks 2 tables in AccessExclusiveLock (a, b) until its end"),
                          (1, "the directive has no effect")], [], []], found
    assert "  note, line 2: the setting lasts" in embed(f, "--explain").stdout
    assert embed(f, "-o", top / "notes.c").stderr == ""


def test_explain_says_what_it_can_of_what_is_refused():
    r = embed(folder("half", _1="SELEC 1;\nSELECT 2;"), "--explain", "--json", ok=False)
    assert r.returncode == 1 and len(json.loads(r.stdout)[0]["statements"]) == 2 and ":1:1: error:" in r.stderr


def test_every_problem_is_reported_with_its_place():
    text = refused(folder("wrong", _1="BEGIN;\nDROP TABLE t;\n\tSELECT é FROM FROM x;\n", _2="\\d t\nCREATE INDEX ON t (a);\nCOMMIT;\n"))
    assert text == """1/migration.sql:1:1: error: BEGIN inside a migration
    1 | BEGIN;
      | ^
  hint: Remove it: a migration already runs in one transaction. If each statement must commit separately, write `-- inboard: no-transaction` at the top.
1/migration.sql:2:1: error: DROP TABLE is contracting: code that uses it breaks
    2 | DROP TABLE t;
      | ^
  hint: Rewrite it to be additive (see docs/CLASSES.md), or accept it on the line before it: `-- inboard: accept contracting REASON`.
1/migration.sql:3:16: error: the parser of PostgreSQL 15 refuses this: syntax error at or near "FROM"
    3 | \tSELECT é FROM FROM x;
      | \t              ^
  hint: If a newer server accepts it, write `-- inboard: class CLASS REASON` before the statement or at the top of the file.
2/migration.sql:1:1: error: psql meta-command "\\d t" is not SQL
    1 | \\d t
      | ^
  hint: Write the SQL itself: only psql runs backslash commands.
2/migration.sql:2:1: error: CREATE INDEX is blocking: writers wait while the index is built
    2 | CREATE INDEX ON t (a);
      | ^
  hint: Rewrite it to be additive (see docs/CLASSES.md), or accept it on the line before it: `-- inboard: accept blocking REASON`.
2/migration.sql:3:1: error: COMMIT inside a migration
    3 | COMMIT;
      | ^
  hint: Remove it: a migration already runs in one transaction. If each statement must commit separately, write `-- inboard: no-transaction` at the top.
inboard-embed: 6 problems in "%s"
  hint: Do not edit a migration that is applied to a database: `inboard sum --adopt` lists such a history as it is.
""" % (top / "wrong"), text


def test_bytes_that_are_no_text():
    assert "1/migration.sql:2:3: error: a NUL byte" in refused(folder("nul", _1=b"SELECT 1;\nSE\0LECT 1;"))
    text = refused(folder("latin", _1=b"SELECT '\xe9';"))
    assert "1/migration.sql:1:9: error: invalid UTF-8" in text and "SELECT '\ufffd';" in text
    assert "\x1b" not in refused(folder("escape", _1="SELECT \x1b[31m;"))
    assert "1/migration.sql:1:1: error: a byte order mark" in refused(folder("bom", _1=b"\xef\xbb\xbfSELECT 1;"))


def test_folders_that_are_no_migrations():
    f = folder("odd")
    (f / "1_x").mkdir()
    (f / "README").write_text("x")
    assert refused(f).startswith("1_x/migration.sql: error: the folder has no migration.sql [P3015]\n")
    f = folder("mysql", _1="SELECT 1")
    (f / "migration_lock.toml").write_text('# x\nprovider = "mysql"\n')
    assert "migration_lock.toml:2:1: error: these migrations are not for PostgreSQL" in refused(f)
    (f / "migration_lock.toml").write_text("# nothing\n")
    assert "migration_lock.toml:1:1: error: no line names the provider" in refused(f)
    r = embed(top / "nowhere", "-o", "-", ok=False)
    assert r.returncode == 2 and "No such file" in r.stderr


def test_every_folder_that_cannot_be_read_is_told():
    f = folder("mixed", _1="SELECT 1;", _5="SELEC 5;")
    for name in "234":
        (f / name).mkdir()
    (f / "2/migration.sql").mkdir()
    os.mkfifo(f / "3/migration.sql")
    text = refused(f)
    for place in ("2/migration.sql: error: migration.sql is not a regular file", "3/migration.sql: error: migration.sql is not a regular file",
                  "4/migration.sql: error: the folder has no migration.sql", "5/migration.sql:1:1: error: "):
        assert place in text, (place, text)


def test_newer_syntax_is_named_and_there_is_a_way_on():
    sql = "ALTER TABLE t ADD COLUMN b int GENERATED ALWAYS AS (a) VIRTUAL;\nSELECT ';';\n"
    text = refused(folder("newer", _1=sql))
    assert "the parser of PostgreSQL 15 refuses this" in text and "-- inboard: class" in text
    m, = explain(folder("newer", _1="-- inboard: class additive virtual columns are not stored\n" + sql))
    assert [s["class"] for s in m["statements"]] == ["additive", "additive"]
    embed(folder("newer", _1="-- inboard: class additive virtual columns are not stored\n" + sql), "-o", "-")


def test_what_is_not_closed_is_no_newer_syntax():
    for sql, line, column, what in (("SELECT 1;\nSELECT 'a;\nSELECT 2;", 2, 8, "a string is not closed"), ("DO $a$ x $b$;", 1, 4, "a dollar-quoted string"),
                                    ('SELECT "a;', 1, 8, "a quoted name"), ("SELECT 1;\n/* a /* b */\nDROP TABLE t;", 2, 1, 'a comment that "/*" opens')):
        for head in ("", "-- inboard: class additive not seen\n"):
            text = refused(folder("open", _1=head + sql))
            assert f"1/migration.sql:{line + bool(head)}:{column}: error: {what}" in text and "1 problem in" in text, text


def test_what_only_psql_takes_is_named():
    text = refused(folder("psql", _1="SELECT :'name';\n\\copy t from 'x'\nSELECT 1 \\gset\n"))
    assert "1/migration.sql:1:8: error: a psql variable is not SQL" in text and "3 problems in" in text, text
    embed(folder("cast", _1="SELECT '1'::int, (ARRAY[1, 2])[1:2];"), "-o", "-")


def test_a_message_is_one_line():
    text = refused(folder("near", _1="SELECT 1 'a\nb';"))
    assert "error: the parser of PostgreSQL 15 refuses this: syntax error at or near \"'a…\n    1 | SELECT 1 'a\n" in text, text


def test_settings_under_which_the_analysis_would_be_wrong():
    for sql in ("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SET LOCAL transaction_read_only = on", "SET standard_conforming_strings = off",
                "SET standard_conforming_strings TO 0"):
        assert "1/migration.sql:1:1: error: " in refused(folder("setting", _1=sql + ";")), sql
    embed(folder("setting", _1="SET standard_conforming_strings = on;\nSET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE;"), "-o", "-")


def test_directives_that_say_nothing_are_refused():
    drop = "DROP TABLE t;\n"
    for sql, line, what in (("-- inboard accept contracting x\n" + drop, 1, 'a directive without the colon after "inboard"'),
                            ("-- inboard: accept contracting a\n-- inboard: accept contracting b\n" + drop, 2, "duplicate directive"),
                            ("-- inboard: class additive a\n-- inboard: class blocking b\nDO '';", 2, "duplicate directive"),
                            ("SELECT 1;\n-- inboard: no-transaction\n-- inboard: no-transaction statement\nVACUUM t;", 3, "duplicate directive"),
                            ("-- inboard: accept contracting a\n-- inboard: compatible\n" + drop, 2, 'directive "compatible" gives no reason'),
                            ("-- inboard: compatible a\nCREATE TABLE n ();", 1, 'directive "compatible" has no effect: nothing here is contracting'),
                            ("-- inboard: acept contracting a\n" + drop, 1, 'unknown directive "acept"')):
        text = refused(folder("directive", _1=sql))
        assert f"1/migration.sql:{line}:1: error: {what}" in text, text
    embed(folder("directive", _1="-- inboard is a migration engine\n---- inboard: accept contracting a\n-- inboard: accept blocking b\n" + drop), "-o", "-")


def test_what_is_refused_is_not_said_to_be_a_hazard_too():
    text = refused(folder("once", _1="COPY t FROM STDIN;\nSELECT pg_advisory_unlock((72707369));\nSELECT \"pg_advisory_unlock_all\"();\n"))
    assert text.count(" error: ") == 3 and text.count("releases the migration lock") == 2, text


def test_wrong_usage():
    for words in ((), ("--migrations", "x"), ("--migrations", "x", "-o", "a", "--explain"), ("--nonsense",), ("--migrations", "x", "-o", "a", "b"),
                  ("--migrations", "x", "-o", "-", "--symbol", "a-b"), ("--migrations", "x", "-o", "-", "--json")):
        r = inb.run(inb.embed, *words, ok=False)
        assert r.returncode == 2 and r.stderr.startswith("inboard-embed: "), (words, r)


def test_help_and_version():
    assert "--depfile" in inb.run(inb.embed, "--help").stdout
    assert "parser of PostgreSQL 15" in inb.run(inb.embed, "--version").stdout


def test_the_dependency_file_is_read_by_make():
    f = folder_of("de ps", {"1 a$b": "SELECT 1;", "2#x:y": "SELECT 2;", "3\\*;a=b|c?": "SELECT 3;", "4\n%[~](z)": "SELECT 4;"})
    c, d = top / "deps.c", top / "deps.d"
    (top / "Makefile").write_text(f"-include {d}\n{c}:\n\t'{inb.embed}' --migrations '{f}' -o {c} --depfile {d}\n")
    make = lambda: inb.run("make", "-C", top, "-q", c, ok=False).returncode
    assert make() == 1
    inb.run("make", "-C", top, c)
    os.utime(c)
    assert make() == 0
    for name in os.listdir(f):
        os.utime(f / name / "migration.sql", (2**32, 2**32))
        assert make() == 1, name
        os.utime(f / name / "migration.sql", (1, 1))
        assert make() == 0, name
    os.utime(c, (1, 1))
    inb.run("make", "-C", top, c)
    assert make() == 0
    shutil.rmtree(f / "1 a$b")
    inb.run("make", "-C", top, c)


def sum_run(f, *more, ok=True):
    return inb.run(inb.inboard, "sum", "--migrations", f, *more, ok=ok)


ODD = {"1 a b ": "SELECT 1;", "2 #ü\\n": "SELECT 2;", "3\nx": "SELECT 3;", "digest": "SELECT 4;"}


def test_sum_lists_and_reads_back_odd_names():
    f = folder_of("odds", ODD)
    assert sum_run(f, "--check", ok=False).returncode == 1 and not (f / "inboard.sum").exists()
    sum_run(f)
    lines = (f / "inboard.sum").read_bytes().split(b"\n")
    assert lines[1] == b"1 a b  " + hashlib.sha256(b"SELECT 1;").hexdigest().encode() + b" additive"
    assert lines[3].startswith(b"3\\x0ax ")
    above = b"\n".join(lines[:-2]) + b"\n"
    assert lines[-2] == b"digest " + hashlib.sha256(above).hexdigest().encode()
    assert "0 new" in sum_run(f, "--check").stdout
    assert all(m["released"] for m in explain(f))
    assert json.loads(sum_run(f, "--json").stdout)["added"] == []


def test_sum_checks_what_is_new_and_adopts_what_is_old():
    f = folder("adopted", _1="CREATE TABLE t (a int);", _2="DROP TABLE t;\nBEGIN;")
    r = sum_run(f, ok=False)
    assert r.returncode == 1 and "DROP TABLE is contracting" in r.stderr and not (f / "inboard.sum").exists()
    # They may be applied somewhere: nobody is told to edit them.
    assert r.stderr.count("hint:") == 1 and "inboard sum --adopt" in r.stderr and "do not edit" in r.stderr, r
    said = json.loads(sum_run(f, "--json", ok=False).stdout)
    assert "--adopt" in said["error"]["hint"] and all(d["hint"] is None for d in said["diagnostics"]), said
    assert "inboard sum --adopt" in refused(f)
    found = json.loads(sum_run(f, "--json", ok=False).stdout)["diagnostics"]
    assert [(p["line"], p["column"]) for p in found] == [(1, 1), (2, 1)]
    sum_run(f, "--adopt")
    embed(f, "-o", "-")
    (f / "3").mkdir()
    (f / "3/migration.sql").write_text("DROP TABLE x;")
    assert "3/migration.sql:1:1: error: DROP TABLE" in refused(f)


def test_a_released_history_cannot_change():
    texts = {"2": "SELECT 2;\n", "4": "SELECT 4;\n"}
    f = folder_of("released", texts)
    sum_run(f)
    (f / "2/migration.sql").write_bytes(b"SELECT 2;\r\n")
    embed(f, "-o", "-")
    sum_run(f, "--check")
    (f / "2/migration.sql").write_text("SELECT 3;\n")
    assert "2/migration.sql: error: the released migration was edited" in refused(f)
    shutil.rmtree(f / "2")
    assert 'inboard.sum:2:1: error: the released migration "2" is not in the folder' in refused(f)
    (f / "2").mkdir()
    (f / "2/migration.sql").write_text(texts["2"])
    (f / "3").mkdir()
    (f / "3/migration.sql").write_text("SELECT 3;")
    assert '3/migration.sql: error: the new migration sorts before "4", which is released' in refused(f)


def test_a_sum_that_was_written_by_hand_is_refused():
    f = folder("byhand", _1="SELECT 1;", _2="SELECT 2;")
    sum_run(f)
    good = (f / "inboard.sum").read_text()
    for old, new in (("additive", "blocking"), ("\n1 ", "\n0 "), ("digest ", "digest  "), (good.splitlines()[1] + "\n", "")):
        (f / "inboard.sum").write_text(good.replace(old, new, 1))
        assert "inboard.sum:" in refused(f), (old, new)
    (f / "inboard.sum").write_text(good.replace("2 ", "<<<<<<< ours\n2 ", 1))
    (f / "2/migration.sql").write_text("DROP TABLE x;")
    text = refused(f)
    assert "inboard.sum:3:1: error: a merge conflict" in text and "1 problem in" in text, text
    (f / "2/migration.sql").write_text("SELECT 2;")
    r = embed(f, "--sum", f / "nowhere", "-o", "-", ok=False)
    assert r.returncode == 2 and "nowhere" in r.stderr, r
    swapped = good.splitlines()
    swapped[1], swapped[2] = swapped[2], swapped[1]
    (f / "inboard.sum").write_text("\n".join(swapped) + "\n")
    assert "out of order" in refused(f)
    (f / "inboard.sum").write_bytes(good.replace("\n", "\r\n").encode())
    embed(f, "-o", "-")


def test_two_branches_conflict():
    f = folder("repo/migrations", _1="SELECT 1;")
    git = lambda *w, ok=True: inb.run("git", "-C", f.parent, "-c", "user.name=x", "-c", "user.email=x@example.org", *w, ok=ok)
    git("init", "-q", "-b", "main")
    sum_run(f)
    git("add", "-A"), git("commit", "-qm", "1")
    for branch in ("left", "right"):
        git("checkout", "-q", "-b", branch, "main")
        (f / f"2_{branch}").mkdir()
        (f / f"2_{branch}/migration.sql").write_text("SELECT 2;")
        sum_run(f)
        git("add", "-A"), git("commit", "-qm", branch)
    assert git("merge", "left", ok=False).returncode == 1


def test_a_link_out_of_the_folder_is_refused():
    f = folder("linked", _1="CREATE TABLE t (a int);\n", _2="")
    outside = top / "outside.sql"
    outside.write_text("CREATE TABLE secret (a int);\n")
    (f / "2/migration.sql").unlink()
    (f / "2/migration.sql").symlink_to(outside)
    text = refused(f)
    assert "2/migration.sql: error: migration.sql is a link to a file outside the folder of migrations" in text, text
    (f / "2/migration.sql").unlink()
    (f / "2/migration.sql").symlink_to("../shared.sql")
    (f / "shared.sql").write_text("CREATE TABLE u (a int);\n")
    embed(f, "-o", "-")


def test_names_are_printed_without_control_characters():
    f = folder_of("control", {"1_\x1b[31m": 'CREATE TABLE "t\x1b[0m" (a int);\n', "2": 'ALTER TABLE "t\x1b[0m" ALTER COLUMN a TYPE text;\n'})
    assert "\x1b" not in refused(f)
    text = embed(f, "--explain").stdout
    assert "1_\ufffd[31m: additive" in text and "locks t\ufffd[0m: " in text and "\x1b" not in text, text


def test_memory_does_not_grow_with_the_statements():
    rows = (f"INSERT INTO account (id, name, at) VALUES ({i}, 'name of number {i}', '2025-01-01 00:00:00');\n" for i in range(55000))
    f = folder("large", _1_init="CREATE TABLE account (id int PRIMARY KEY, name text, at timestamp);\n" + "".join(rows))
    assert (f / "1_init/migration.sql").stat().st_size > 5_000_000
    out = top / "large.c"
    env = {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1"}
    pid = os.posix_spawn(inb.embed, [str(inb.embed), "--migrations", str(f), "-o", str(out)], env)
    _, status, used = os.wait4(pid, 0)
    assert status == 0 and used.ru_maxrss < 100 * 1024, (status, used.ru_maxrss)
    assert out.stat().st_size > 10_000_000
    written = out.stat().st_ino
    embed(f, "-o", out)
    assert out.stat().st_ino == written, "the same bytes were written again"
    assert [p.name for p in top.glob("large.c*")] == ["large.c"]


def test_no_name_of_the_parser_is_exported():
    for program in (inb.embed, inb.inboard):
        libtool = program.parent / ".libs" / program.name
        names = inb.run("nm", "-D", "--defined-only", libtool if libtool.exists() else program).stdout
        found = [l for l in names.splitlines() if any(w in l for w in (" pg_query", " palloc", " protobuf_c", " progname", " pfree"))]
        assert not found, found[:5]


tap.main(teardown=work.cleanup)
