#!/usr/bin/env python3
"""`migrate diff --from-program`: the migrations that a program has built in, however it was linked."""
import pathlib, random, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import build, embed, inboard, root, run

work = tempfile.TemporaryDirectory(prefix="inb-program.")
top = pathlib.Path(work.name)
FIRST = 'CREATE TABLE "visits" (\n    "id" INTEGER NOT NULL,\n\n    CONSTRAINT "visits_pkey" PRIMARY KEY ("id")\n);\n'
SECOND = 'ALTER TABLE "visits" ADD COLUMN "note" TEXT;\nCREATE TABLE "more" ("id" INTEGER NOT NULL);\n'


def table(name, migrations, symbol=None):
    """A C file of these migrations."""
    for m, text in migrations.items():
        (top / name / m).mkdir(parents=True)
        (top / name / m / "migration.sql").write_text(text)
    (top / name).mkdir(exist_ok=True)
    run(embed, "--migrations", top / name, "-o", top / f"{name}.c", *(["--symbol", symbol] if symbol else []))
    return top / f"{name}.c"


def program(name, *parts):
    """What the compiler makes of it: gcc or clang, its options, C files."""
    cc, *rest = parts
    run(cc, "-I", root / "src/include", "-I", build / "src/include", "-o", top / name, *rest)
    return top / name


def diff(*args):
    return run(inboard, "migrate", "diff", *args, ok=False)


one = table("one", {"1_init": FIRST})
two = table("two", {"1_init": FIRST, "2_more": SECOND}, "other")
main = top / "main.c"
main.write_text("int main(void)\n{\n    return 0;\n}\n")


def test_each_way_of_linking():
    ways = {"pie": ["gcc", "-pie", "-fPIE"], "fixed": ["gcc", "-no-pie", "-fno-pie"], "static": ["gcc", "-static"],
            "stripped": ["gcc", "-s", "-O2"], "shared.so": ["gcc", "-shared", "-fPIC"], "clang": ["clang", "-g"],
            "packed": ["gcc", "-pie", "-fPIE", "-Wl,-z,pack-relative-relocs"]}
    wanted = diff("--from-empty", "--to-migrations", top / "two", "--script").stdout
    for name, command in ways.items():
        p = program(name, *command, two, main)
        assert diff("--from-empty", "--to-program", p, "--script").stdout == wanted and '"note" TEXT' in wanted, name
        assert diff("--from-program", p, "--to-migrations", top / "two", "--exit-code").returncode == 0, name


def test_two_releases_are_compared():
    p, q = program("old", "gcc", one, main), program("new", "gcc", two, main)
    r = diff("--from-program", p, "--to-program", q, "--script", "--exit-code")
    assert r.returncode == 2 and '"visits" ADD COLUMN     "note" TEXT;' in r.stdout, r
    schema = top / "s.prisma"
    schema.write_text('datasource db {\n  provider = "postgresql"\n}\n\nmodel visits {\n  id Int @id\n}\n')
    assert diff("--from-program", p, "--to-schema", schema, "--exit-code").returncode == 0
    assert diff("--from-program", q, "--to-schema", schema, "--exit-code").returncode == 2


def test_what_a_statement_does_not_tell_is_named_with_the_program():
    unseen = table("unseen", {"1_do": "-- inboard: accept contracting it is so\nSELECT unknown_function();\n"})
    r = diff("--from-empty", "--to-program", program("dark", "gcc", unseen, main))
    assert f"{top}/dark/1_do/migration.sql:2: warning: " in r.stderr, r


def test_a_program_without_migrations_is_empty():
    p = program("none", "gcc", table("none_yet", {}), main)
    assert diff("--from-program", p, "--to-empty", "--exit-code").returncode == 0


def refused(path, *words, status=1):
    r = diff("--from-program", path, "--to-empty")
    assert r.returncode == status and not r.stdout and all(w in r.stderr for w in words), r


def test_what_has_no_table_is_refused():
    refused(top / "absent", "cannot open", status=2)
    refused(main, "is no program of this kind of machine", "no script that starts it", status=2)
    refused(program("bare", "gcc", main), "has no embedded table", "linked with what inboard-embed of this version wrote", status=2)
    refused(program("both", "gcc", one, two, main), "has more than one embedded table", "Give the folder of migrations instead", status=2)
    again = table("again", {"1_init": FIRST}, "again")
    assert diff("--from-program", program("twice", "gcc", one, again, main), "--to-migrations", top / "one", "--exit-code").returncode == 0
    kind = bytearray(program("kind", "gcc", one, main).read_bytes())
    kind[4] = 3 - kind[4]  # EI_CLASS: 32 bits for 64
    (top / "kind").write_bytes(kind)
    refused(top / "kind", "is no program of this kind of machine", status=2)
    r = diff("--from-program", top / "bare", "--from-empty", "--to-empty")
    assert r.returncode == 2 and "--from-… is given more than once" in r.stderr and "--from-program FILE" in r.stderr, r


def test_damage_is_found():
    whole = program("whole", "gcc", two, main).read_bytes()
    for text in (b'ADD COLUMN "note"', b"2_more\0"):
        assert whole.count(text) == 1
        (top / "hurt").write_bytes(whole.replace(text, text.replace(b"o", b"0")))
        refused(top / "hurt", "the embedded migrations are damaged", "Rebuild the program")


def test_a_hostile_file_ends_nothing():
    whole = program("soft", "gcc", "-s", two, main).read_bytes()
    pick = random.Random(7)
    for turn in range(150):
        bad = bytearray(whole[:pick.randrange(len(whole))] if turn % 3 == 0 else whole)
        headers = range(min(len(bad), 64 + 14 * 56)) if turn % 2 else range(len(bad))
        for _ in range(pick.choice((1, 3, 30))):
            if headers:
                bad[pick.choice(headers)] = pick.choice((0, 1, 2, 0x7f, 0xff, pick.randrange(256)))
        (top / "bad").write_bytes(bad)
        r = diff("--from-program", top / "bad", "--to-empty", "--script")
        assert r.returncode in (0, 1, 2) and (r.returncode == 0 or "hint: " in r.stderr), (turn, r)


tap.main()
