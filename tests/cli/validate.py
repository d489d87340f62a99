#!/usr/bin/env python3
"""`inboard validate`: the golden schemas get the verdicts of Prisma's engine, and what is said is said well."""
import json, pathlib, resource, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import inb, tap
from inb import inboard, root

golden = root / "tests/golden/validate"
folders = root / "tests/golden/folders"
scratch = tempfile.TemporaryDirectory(prefix="inb-validate-")
folder = pathlib.Path(scratch.name)

# Where older projects have what Prisma 8 refuses, and nothing depends on it: the verdict is our own.
OURS = {"datasource-url": [], "view-id": ["warning 14", "warning 21"]}

BAD = """datasource db {
  provider = "postgresql"
}

model Post {
\tid    Int    @id
\tgröße Strin  @unique
  author Author
}
"""


def validate(*args, stdin=None, env=None):
    p = subprocess.run([inboard, "validate", *map(str, args)], input=stdin, capture_output=True, timeout=300, env=env)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def found(path):
    code, out, err = validate("--schema", path, "--json")
    assert err == "", err
    said = json.loads(out)
    assert said["valid"] == (code == 0) and ("code" in said) == (code == 1), (code, out)
    places = sorted((d["line"], d["severity"]) for d in said["diagnostics"])
    return [f"{severity} {line}" for line, severity in places]


def test_the_command_finds_what_the_library_finds():
    """tests/unit/golden.c has all of these cases, in one process."""
    cases = sorted(golden.glob("*.prisma"))[::16]
    wrong = {}
    for case in cases:
        wanted = OURS.get(case.stem)
        if wanted is None:
            wanted = case.with_suffix(".expected").read_text().split("\n")[:-1]
        if found(case) != wanted:
            wrong[case.stem] = (wanted, found(case))
    assert not wrong, wrong


def test_the_golden_folders_get_the_engines_verdicts():
    cases = sorted(p for p in folders.iterdir() if p.is_dir())
    assert len(cases) > 5
    for case in cases:
        code, out, err = validate("--schema", case, "--json")
        said = json.loads(out)
        places = sorted((pathlib.Path(d["file"]).name, d["line"], d["severity"]) for d in said["diagnostics"])
        wanted = case.with_name(case.name + ".expected").read_text().split("\n")[:-1]
        assert [f"{severity} {file}:{line}" for file, line, severity in places] == wanted, (case.name, wanted, places, err)
        assert (code == 1) == any(one.startswith("error") for one in wanted), (case.name, code)


def test_diagnostics_have_words_of_their_own_and_a_place_in_the_text():
    for case in sorted(golden.glob("*.prisma"))[::16]:
        text = case.read_bytes()
        for d in json.loads(validate("--schema", case, "--json")[1])["diagnostics"]:
            assert d["message"] and "\n" not in d["message"] and not d["message"].endswith("."), d
            assert d["hint"] and d["hint"][0].isupper() and d["hint"][-1] in ".?" and "\n" not in d["hint"], d
            assert 0 <= d["start"] <= d["end"] <= len(text), d
            assert d["line"] == text[: d["start"]].count(b"\n") + 1, d
            assert d["end_line"] == text[: d["end"]].count(b"\n") + 1, d


# What is written in a model with a field "title", and the hint that says what to write instead.
HINTS = [
    ("rank Int @uniqe", "Did you mean @unique?"),
    ("rank Int @index", "It belongs to a block, on a line of its own: @@index."),
    ("@@default(1)", "It belongs to a field: @default."),
    ("rank Int @mapp2()", "The attributes of a field are @id, @unique, @default, @updatedAt, @map, @relation, @ignore, and native types such as @db.Text."),
    ("@@index([titel])", 'Did you mean "title"?'),
    ("@@index([x])", 'Its fields are "id", "title".'),
    ("@@index([title], typ: Hash)", 'Did you mean "type"?'),
    ('@@unique([title], "x")', "Put them into one list: [a, b]."),
    ('rank Int @map("a", "b")', "Keep one of them."),
    ("rank Int @default(autoincremnt())", "Did you mean autoincrement()?"),
    ("rank Int @default(now())", "Write a value, autoincrement() or dbgenerated()."),
    ("rank Int @default([1])", "Write one value, or make the field a list: Int[]."),
    ("kind Kind @default(GODO)", 'Did you mean "GOOD"?'),
    ('kind Kind @default("GOOD")', "Write its name without quotes."),
    ("name String @default(abc)", "Write a string in quotes."),
    ("name String @map(abc)", 'Write it in quotes: "abc".'),
    ("name String @db.Varchr(10)", 'Did you mean "VarChar"?'),
    ("at DateTime @db.Zoned", 'The native types of DateTime are "Timestamp", "Timestamptz", "Date", "Time", "Timetz".'),
    ("price Decimal @db.Decimal(10)", "Write @db.Decimal, or with precision and scale @db.Decimal(10, 2)."),
    ("name String @db.Text(3)", "Write @db.Text."),
    ("rank Int @db.Text", 'Change the type of the field, or use one of "SmallInt", "Integer", "Oid".'),
    ("ip String @db.Inet\n  @@index([ip(ops: TextOps)], type: Gist)", "Write a matching one: ip(ops: InetOps)."),
    ("rank Int @id(length: 3, title: 1)", 'Use "map".'),
    ("@@map()", 'Write @@map("…").'),
]


def test_hints_say_what_to_write_instead():
    for line, hint in HINTS:
        schema = ('datasource db {\n  provider = "postgresql"\n}\nenum Kind {\n  GOOD\n}\nmodel Post {\n'
                  f"  id Int @id\n  title String\n  {line}\n}}\n")
        said = json.loads(validate("--schema", "-", "--json", stdin=schema.encode())[1])["diagnostics"]
        assert hint in [d["hint"] for d in said], (line, hint, said)


def test_a_byte_order_mark_is_named():
    f = folder / "marked.prisma"
    f.write_bytes(b"\xef\xbb\xbf" + BAD.replace("größe Strin", "g String").replace("  author Author\n", "").encode())
    code, out, err = validate("--schema", f)
    assert code == 1 and ":1:1: error: the file begins with a byte order mark" in out and "1 error" in out, (out, err)


def test_a_name_that_is_taken_names_both_files():
    copied = folder / "copied"
    (copied / "generated").mkdir(parents=True)
    (copied / "main.prisma").write_text('datasource db {\n  provider = "postgresql"\n}\nmodel Ship {\n  id Int @id\n}\n')
    (copied / "generated/schema.prisma").write_text((copied / "main.prisma").read_text())
    code, out, _ = validate("--schema", copied)
    assert code == 1, out
    for there in ("main.prisma:1:12: error", "generated/schema.prisma:1:12: note", "main.prisma:4:7: error",
                  "generated/schema.prisma:4:7: note", "move a copy of the schema to another folder"):
        assert there in out, (there, out)


def test_a_view_may_have_the_key_that_older_versions_accept():
    """It is a warning, for a view never becomes SQL; every command that reads a schema takes it."""
    code, out, _ = validate("--schema", golden / "view-id.prisma")
    assert code == 0 and out.count("has no effect") == 2 and "2 warnings\n" in out, out
    p = subprocess.run([inboard, "migrate", "diff", "--from-empty", "--to-schema", golden / "view-id.prisma", "--script"],
                       capture_output=True, text=True, timeout=300)
    assert p.returncode == 0 and p.stdout.count("CREATE TABLE") == 1 and "Berth" not in p.stdout, p
    p = subprocess.run([inboard, "docs", "--schema", golden / "view-id.prisma"], capture_output=True, text=True, timeout=300)
    assert p.returncode == 0 and "Berth" in p.stdout, p


def test_text_shows_the_line_and_marks_the_bytes():
    file = folder / "bad.prisma"
    file.write_text(BAD)
    code, out, err = validate("--schema", file)
    assert (code, err) == (1, ""), err
    shown = f"""{file}:7:8: error: unknown type "Strin" [P1012]
    7 | \tgröße Strin  @unique
      | \t      ^^^^^
  hint: Did you mean "String"?
"""
    assert shown in out, out
    assert out.endswith("\n2 errors (P1012)\n") and "\033" not in out, out
    assert out.index(":7:8") < out.index(":8:10"), "not in the order of the text"
    embed = inb.run(inb.embed, "--migrations", root / "migrations", "--schema", file, "-o", "-", ok=False)
    findings = out[:out.rindex("2 errors")]
    assert embed.returncode == 1 and embed.stderr.startswith(findings), (findings, embed.stderr)
    docs = inb.run(inboard, "docs", "--schema", file, ok=False)
    assert docs.returncode == 1 and docs.stderr == out, (docs.stderr, out)


def test_a_valid_schema_says_so_and_its_warnings():
    code, out, _ = validate("--schema", root / "prisma/schema.prisma")
    assert code == 0 and out.endswith("schema.prisma is valid\n"), out
    old = 'datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\ngenerator g {\n  provider = "x"\n  previewFeatures = ["metrics"]\n}\n'
    code, out, _ = validate("--schema", "-", stdin=old.encode())
    assert code == 0 and "no longer needed" in out and "1 warning\n" in out, out


def test_a_generator_knows_the_datasource_of_its_own_file_only():
    datasource = 'datasource db {\n  provider = "postgresql"\n}\n'
    generator = 'generator g {\n  provider = "prisma-client"\n  previewFeatures = ["fullTextSearchPostgres"]\n}\n'
    together, apart = folder / "together", folder / "apart"
    for path in (together, apart):
        path.mkdir()
    (together / "base.prisma").write_text(datasource + generator)
    (apart / "base.prisma").write_text(datasource)
    (apart / "generators.prisma").write_text(generator)
    assert validate("--schema", together)[0] == 0
    code, out, err = validate("--schema", apart)
    assert code == 1 and "fullTextSearchPostgres" in out and "generators.prisma:3" in out, (out, err)


def test_standard_input_and_a_folder():
    assert validate("--schema", "-", stdin=BAD.encode())[0] == 1
    many = folder / "many"
    many.mkdir()
    (many / "a.prisma").write_text('datasource db {\n  provider = "postgresql"\n}\nmodel A {\n  id Int @id\n  bs B[]\n}\n')
    (many / "b.prisma").write_text("model B {\n  id Int @id\n  aId Int\n  a A @relation(fields: [aId], references: [id])\n}\n")
    assert validate("--schema", many)[0] == 0
    (many / "c.prisma").write_text("model B {\n  id Int @id\n  x Foo\n}\n")
    said = json.loads(validate("--schema", many, "--json")[1])["diagnostics"]
    assert {(pathlib.Path(d["file"]).name, d["line"]) for d in said} >= {("c.prisma", 1), ("c.prisma", 3)}, said


def test_wrong_usage_is_told_apart():
    assert validate("--nope")[0] == 2
    assert validate("word")[0] == 2
    code, out, err = validate("--schema", folder / "none.prisma")
    assert code not in (0,) and out == "" and "none.prisma" in err, (code, err)


def test_a_great_schema_is_checked_in_no_time():
    """Of the processor's, which does not depend on what else runs."""
    models = ['datasource db {\n  provider = "postgresql"\n}\nmodel Hub {\n  id Int @id\n']
    models += [f"  m{i} M{i}[]\n" for i in range(3000)] + ["}\n"]
    models += [f"model M{i} {{\n  id Int @id\n  hubId Int\n  hub Hub @relation(fields: [hubId], references: [id])\n  @@index([hubId])\n}}\n"
               for i in range(3000)]
    file = folder / "great.prisma"
    file.write_text("".join(models))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    p = subprocess.run([inboard, "validate", "--schema", file], capture_output=True, timeout=300)
    assert p.returncode == 0, p.stdout[-300:]
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert seconds < 10, seconds


DATASOURCE = 'datasource db {\n  provider = "postgresql"\n}\n'


def model(lines, name="A"):
    return f"model {name} {{\n  id Int @id\n" + "\n".join("  " + line for line in lines) + "\n}\n"


def relations(n, forward, back):
    return model([forward % {"i": i} for i in range(n)]) + model([back % {"i": i} for i in range(n)], "B")


# Texts of n parts each of which once cost as much as all parts before it.
GROWING = {
    "a doc comment": lambda n: "\n".join("/// line" for _ in range(n)) + "\n" + model([]),
    "a doc comment of a field": lambda n: model(["/// line"] * n + ["a Int"]),
    "comments of several lines": lambda n: "/* line */\n" * n + model([]),
    "one attribute, repeated": lambda n: model(["a Int " + "@map(\"x\") " * n]),
    "indexes": lambda n: model([f"@@index([id], map: \"i{i}\")" for i in range(n)]),
    "arguments": lambda n: model(["a Int @map(" + ", ".join(f"n{i}: 1" for i in range(n)) + ")"]),
    "an index of many fields": lambda n: model([f"f{i} Int" for i in range(n)] + ["@@index([" + ", ".join(f"f{i}" for i in range(n)) + "])"]),
    "unique fields": lambda n: model([f"f{i} Int @unique" for i in range(n)]),
    "keys": lambda n: model([f"f{i} Int @id" for i in range(n)]),
    "models of one name": lambda n: model([]) * n,
    "unknown types": lambda n: "".join(model([f"f Mode{i}x"], f"Model{i}") for i in range(n)),
    "unknown values": lambda n: "enum E {\n" + "\n".join(f"  V{i}" for i in range(n)) + "\n}\n" + model([f"f{i} E @default(W{i})" for i in range(n)]),
    "types in types": lambda n: "".join(f"type T{i} {{\n  a T{i + 1}\n}}\n" for i in range(n)) + f"type T{n} {{\n  a Int\n}}\n",
    "types in a circle": lambda n: "".join(f"type T{i} {{\n  a T{(i + 1) % n}\n}}\n" for i in range(n)),
    "ambiguous relations": lambda n: relations(n, "r%(i)d B", "s%(i)d A[]"),
    "references to unique fields": lambda n: relations(n, "x%(i)d Int\n  r%(i)d B @relation(\"n%(i)d\", fields: [x%(i)d], references: [u%(i)d])",
                                                       "u%(i)d Int @unique\n  s%(i)d A[] @relation(\"n%(i)d\")"),
    "one to one": lambda n: relations(n, "x%(i)d Int @unique\n  r%(i)d B @relation(\"n%(i)d\", fields: [x%(i)d], references: [id])",
                                      "s%(i)d A? @relation(\"n%(i)d\")"),
    "relations that lack everything": lambda n: relations(n, "r%(i)d B @relation(\"n%(i)d\")", "u%(i)d Int"),
    "arguments of an extension": lambda n: "datasource x {\n  provider = \"postgresql\"\n  extensions = [e(" + ", ".join(f"a{i}: 1" for i in range(n)) + ")]\n}\n",
    "keys of a datasource": lambda n: "datasource x {\n" + "\n".join(f"  k{i} = 1" for i in range(n)) + "\n}\n",
    "open blocks": lambda n: "".join(f"model A{i} {{\n" for i in range(n)),
}
FORMATTED = ("a doc comment", "ambiguous relations", "relations that lack everything", "open blocks")


def seconds_of(command, text):
    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    before = spent()
    p = subprocess.run([inboard, *command, "--schema", "-"], input=text.encode(), capture_output=True, timeout=600)
    assert p.returncode in (0, 1), (p.returncode, p.stderr[-300:])
    return spent() - before


def test_time_grows_with_the_size_and_not_with_its_square():
    """Four times the text costs four times the processor time, with room for noise; a square would be sixteen times."""
    for name, text in GROWING.items():
        small, great = (DATASOURCE + text(n) for n in (8000, 32000))
        for command in (["validate", "--json"], ["format"])[: 2 if name in FORMATTED else 1]:
            once, four = seconds_of(command, small), seconds_of(command, great)
            assert four < 8 * once + 0.5, (name, command, once, four)


tap.main(teardown=scratch.cleanup)
