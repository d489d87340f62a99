#!/usr/bin/env python3
"""`inboard migrate new`: what it writes, what it asks, what it refuses."""
import json, os, pathlib, pty, re, resource, signal, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import build, inboard, run

scratch = tempfile.TemporaryDirectory(prefix="inb-new-")
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
PORT = HEAD + "model Port {\n  id   Int    @id @default(autoincrement())\n  name String\n}\n"


class Project:
    """A folder with prisma/schema.prisma."""

    def __init__(self, name, schema=PORT):
        self.path = pathlib.Path(scratch.name) / name
        (self.path / "prisma").mkdir(parents=True)
        self.migrations = self.path / "prisma/migrations"
        self.says(schema)

    def says(self, schema):
        (self.path / "prisma/schema.prisma").write_text(schema)

    def new(self, *words, ok=True):
        r = run(inboard, "migrate", "new", *words, cwd=self.path, ok=False)
        assert (r.returncode == 0) == ok, r.stdout + r.stderr
        return r

    def has(self, name, sql):
        (self.migrations / name).mkdir(parents=True)
        (self.migrations / name / "migration.sql").write_text(sql)

    def names(self):
        return sorted(f.name for f in self.migrations.iterdir() if f.is_dir())

    def last(self):
        return (self.migrations / self.names()[-1] / "migration.sql").read_text()

    def is_complete(self):
        args = ("migrate", "diff", "--from-migrations", self.migrations, "--to-schema", self.path / "prisma/schema.prisma")
        return run(inboard, *args, "--exit-code", ok=False).returncode == 0


def begun(name, **words):
    p = Project(name)
    p.new("init")
    return p


def test_the_first_migration_begins_the_history():
    p = Project("first")
    r = p.new("addPorts & Ships")
    assert re.fullmatch(r"prisma/migrations/\d{14}_add_ports_ships/migration\.sql\n", r.stdout), r.stdout
    assert p.last().startswith('-- CreateTable\nCREATE TABLE "Port" (\n'), p.last()
    assert 'provider = "postgresql"\n' in (p.migrations / "migration_lock.toml").read_text() and p.is_complete()


def test_nothing_to_write_writes_nothing():
    p = begun("nothing")
    r = p.new("more")
    assert r.stdout == "The migrations make the schema: nothing to write.\n" and len(p.names()) == 1
    assert json.loads(p.new("more", "--json").stdout) == {"migrations": []}


def test_warnings_lead_and_directives_precede_what_they_accept():
    p = begun("warnings")
    p.says(PORT.replace("name String", "size Int @unique"))
    p.new("size")
    text = p.last()
    assert text.startswith("/*\n  Warnings:\n\n  - ") and "\n\n*/\n-- AlterTable\n-- inboard: accept contracting " in text, text
    assert "-- CreateIndex\n-- inboard: accept blocking " in text, text
    r = run(build / "inboard-embed", "--migrations", p.migrations, "-o", p.path / "table.c", ok=False)
    assert r.returncode == 0, r.stderr
    assert p.is_complete()


def test_no_name_ends_the_comment_of_the_warnings():
    names = ('a*/ DROP TABLE \\"Port\\"; --', "a/*", "a\\nb", "a*/*/")
    p = Project("comment", PORT.replace("String\n", f'String @map("{names[0]}")\n'))
    p.new("init")
    for name in names[1:]:
        p.says(PORT.replace("String\n", f'String @map("{name}")\n'))
        p.new("next")
        head = p.last().split("\n*/\n")[0]
        assert "DROP TABLE" not in p.last().replace(head, "").replace('"a*/ DROP TABLE', ""), p.last()
        assert head.count("*/") == 0 and head.count("/*") == 1 and "\nb" not in head, p.last()
        assert p.is_complete(), p.last()
    p.says(PORT.replace("String\n", 'String @map("a\\nDROP TABLE x; --")\n'))
    p.new("line")
    p.says(PORT.replace("String\n", 'Int @map("a\\nDROP TABLE x; --")\n'))
    for name in p.new("lines", "--zero-downtime").stdout.split():
        head = (p.path / name).read_text().split("\n\n")[0].splitlines()
        assert all(line.startswith("-- ") for line in head), head


def test_a_run_that_was_killed_leaves_no_migration():
    p = begun("killed")
    (p.migrations / ".inboard-a1b2c3").mkdir()
    p.new("more", "--empty")
    assert run(build / "inboard-embed", "--migrations", p.migrations, "-o", p.path / "t.c").returncode == 0


def test_a_rename_is_never_guessed():
    p = begun("rename")
    p.says(PORT.replace("name String", "title String"))
    r = p.new("title")
    assert "--rename Port.name=title" in r.stderr and "DROP COLUMN" in p.last(), r.stderr
    assert p.last().index("--rename Port.name=title\n") < p.last().index("\n*/\n"), p.last()
    p = begun("named")
    p.says(PORT.replace("name String", "title String"))
    r = p.new("title", "--rename", "Port.name=title")
    assert r.stderr == "" and 'RENAME COLUMN "name" TO "title";\n' in p.last() and "DROP" not in p.last(), p.last()
    assert p.is_complete()
    p.says(PORT.replace("name String", "title String").replace("Port", "Harbour"))
    p.new("harbour", "--rename-table", "Port=Harbour")
    assert 'ALTER TABLE "Port" RENAME TO "Harbour";\n' in p.last() and "DROP" not in p.last() and p.is_complete(), p.last()
    assert "no" in p.new("wrong", "--rename", "Port.a=b", ok=False).stderr


def on_terminal(p, answers, *words):
    """The command on a terminal of its own; what it said."""
    parent, child = pty.openpty()
    process = subprocess.Popen([inboard, "migrate", "new", *words], cwd=p.path, stdin=child, stdout=subprocess.PIPE, stderr=child)
    os.close(child)
    os.write(parent, answers.encode())
    process.communicate(timeout=tap.LIMIT)
    said = b""
    try:
        while chunk := os.read(parent, 4096):
            said += chunk
    except OSError:
        pass  # the terminal's other end is closed
    os.close(parent)
    assert process.returncode == 0, said
    return said.decode()


def test_on_a_terminal_it_asks():
    p = begun("asked")
    p.says(PORT.replace("name String", "title String"))
    said = on_terminal(p, "y\n", "title")
    assert 'Is the column "title" of "Port" the column "name" under a new name?' in said, said
    assert "RENAME COLUMN" in p.last() and p.is_complete(), p.last()
    p = begun("denied")
    p.says(PORT.replace("name String", "title String"))
    on_terminal(p, "\n", "title")
    assert "--rename" not in p.last() and "DROP COLUMN" in p.last() and p.is_complete(), p.last()


def test_zero_downtime_writes_the_sequence():
    p = begun("sequence")
    p.says(PORT.replace("name String", "title String"))
    r = p.new("title", "--rename", "Port.name=title", "--zero-downtime")
    assert len(r.stdout.splitlines()) > 1 and len(p.names()) == 1 + len(r.stdout.splitlines()), r.stdout
    assert p.names() == sorted(p.names()), p.names()
    assert re.fullmatch(r"\d{14}_title_expand_\w+", p.names()[1]) and re.fullmatch(r"\d{14}_title_contract_\w+", p.names()[-1]), p.names()
    p = Project("long", PORT.replace("Port", "P" * 60))
    p.new("init")
    p.says(PORT.replace("Port", "P" * 60).replace("name String", "size Int"))
    p.new("n" * 200, "--zero-downtime")
    assert max(len(n) for n in p.names()) == 255 and p.names()[-1].endswith("_contract_drop_columns_" + "p" * 60), p.names()


def test_a_sequence_is_seen_by_the_next_one():
    """Its backfill is a plain UPDATE, and a key that replaces another outlives the old column."""
    for name, schema in (("followed", PORT.replace("@default(autoincrement())", "")), ("counted", PORT)):
        p = Project(name, schema)
        p.new("init")
        p.says(schema.replace("Int ", "BigInt "))
        p.new("big", "--zero-downtime")
        assert any("\nUPDATE " in (p.migrations / n / "migration.sql").read_text() for n in p.names())
        r = p.new("more")
        assert r.stdout == "The migrations make the schema: nothing to write.\n" and r.stderr == "", r.stdout + r.stderr


def test_an_update_that_is_composed_is_seen_when_it_is_one():
    update = "DO $b$ DECLARE leaf {}; BEGIN EXECUTE 'UPDATE ONLY ' || leaf || $u$ SET id = {} $u$ USING 1; END $b$;\n"
    for i, (kind, value, seen) in enumerate((("regclass", "1", True), ("text", "1", False), ("regclass", "f()", False),
                                             ("regclass", "1; DROP TABLE t", False))):
        p = Project(f"composed{i}")
        p.has("20260101000000_do", update.format(kind, value))
        assert ("warning: DO: " in p.new("port", ok=seen).stderr) != seen, (kind, value)


def test_an_empty_one():
    p = begun("empty")
    p.new("by hand", "--empty")
    assert p.last() == "-- This is an empty migration.\n" and p.names()[-1].endswith("_by_hand")


def test_what_cannot_be_seen_is_named_and_refused():
    p = Project("unseen")
    p.has("20260101000000_do", "SELECT 1;\nDO $$ BEGIN EXECUTE 'CREATE TABLE x (id int)'; END $$;\n")
    r = p.new("port", ok=False)
    assert r.returncode == 1 and "20260101000000_do/migration.sql:2: warning: DO: " in r.stderr and "--accept-unseen" in r.stderr, r.stderr
    assert p.names() == ["20260101000000_do"]
    r = p.new("port", "--accept-unseen")
    assert "migration.sql:2: warning: DO: " in r.stderr and 'CREATE TABLE "Port"' in p.last(), r.stderr


def test_each_sorts_after_what_is_there():
    p = begun("order")
    for i in range(3):
        p.new(f"n{i}", "--empty")
    assert [n[15:] for n in p.names()] == ["init", "n0", "n1", "n2"], p.names()
    p.has("29990101000000_far", "SELECT 1;")
    assert "dated later than now" in p.new("late", "--empty", ok=False).stderr


def test_a_full_disk_leaves_nothing():
    def full(bytes_):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))

    p = Project("full")
    for room, begun_ in ((0, False), (100, True)):
        r = subprocess.run([inboard, "migrate", "new", "port"], cwd=p.path, capture_output=True, text=True, preexec_fn=lambda: full(room))
        assert r.returncode == 2 and "cannot write" in r.stderr, (r.returncode, r.stderr)
        assert p.migrations.exists() == begun_
    assert [f.name for f in p.migrations.iterdir()] == ["migration_lock.toml"]
    p.new("port")


def test_usage():
    p = begun("usage")
    for words in ((), ("a", "b"), ("a", "--name", "b"), ("!!",), ("a", "--empty", "--zero-downtime")):
        r = p.new(*words, ok=False)
        assert r.returncode == 2 and "hint:" in r.stderr, (words, r.stderr)
    p.says("model {")
    assert p.new("a", ok=False).returncode == 1
    assert p.new("a", "--schema", "nowhere", ok=False).returncode == 2


tap.main()
