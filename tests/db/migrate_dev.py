#!/usr/bin/env python3
"""`inboard migrate dev` on a server: the whole step, and everything that can be wrong before it."""
import contextlib, json, os, pathlib, pty, re, signal, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, spawn, undocumented

cluster = Cluster()
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
PORT = HEAD + "model Port {\n  id   Int    @id @default(autoincrement())\n  name String\n}\n"
SHIP = PORT + "\nmodel Ship {\n  id Int @id\n}\n"
LOCK = "SELECT pg_advisory_lock(72707369)"


class Project:
    """A folder with a schema, and a database of the same name."""

    def __init__(self, name, schema=PORT, begun=True):
        self.db, self.env = name, cluster.fresh(name)
        self.path = cluster.path(name)
        (self.path / "prisma").mkdir(parents=True)
        self.folder = self.path / "prisma/migrations"
        self.says(schema)
        if begun:
            self.dev("--name", "init")

    def says(self, schema):
        (self.path / "prisma/schema.prisma").write_text(schema)

    def command(self, *words, code=0, env=None):
        r = run(inboard, *words, cwd=self.path, env={**self.env, "INBOARD_MIGRATIONS": "", **(env or {})}, ok=False)
        assert r.returncode == code, r
        return r

    def dev(self, *words, code=0, env=None):
        return self.command("migrate", "dev", *words, code=code, env=env)

    def refused(self, code, *parts, words=(), env=None):
        """Says it as text with a hint and as JSON with the error, and changes nothing."""
        before = self.names(), self.rows()
        said = self.dev(*words, code=code, env=env).stderr
        assert all(p in said for p in parts) and "\n  hint: " in said, said
        answer = json.loads(self.dev(*words, "--json", code=code, env=env).stdout)
        undocumented("`inboard migrate dev`", answer)
        assert answer["error"]["message"] in said
        assert before == (self.names(), self.rows())
        return answer

    def rows(self):
        """Of the history, wherever it is."""
        table = self.sql("SELECT max(oid::regclass::text) FROM pg_class WHERE relname = '_prisma_migrations'")
        return self.sql(f"SELECT count(*) FROM {table}") if table else None

    def managed(self):
        return self.sql("SELECT count(*) FROM pg_class WHERE relname = '_prisma_migrations'") == "1"

    def has(self, name, sql):
        (self.folder / name).mkdir(parents=True)
        (self.folder / name / "migration.sql").write_text(sql)

    def names(self):
        return sorted(f.name for f in self.folder.iterdir() if f.is_dir()) if self.folder.exists() else []

    def last(self):
        return (self.folder / self.names()[-1] / "migration.sql").read_text()

    def sql(self, text):
        return cluster.sql(self.db, text)

    def is_done(self):
        """The database, its migrations and the schema are one."""
        assert json.loads(self.dev("--json").stdout) == {"findings": [], "drift": None, "reset": False, "applied": [], "migrations": [], "docs": None}
        self.command("migrate", "status")
        for side in (("--from-url", self.env["DATABASE_URL"]), ("--from-migrations", self.folder)):
            self.command("migrate", "diff", *side, "--to-schema", "prisma/schema.prisma", "--exit-code")


def on_terminal(p, answers, *words, code=0):
    """The command on a terminal of its own; what it said there."""
    parent, child = pty.openpty()
    process = subprocess.Popen([inboard, "migrate", "dev", *words], cwd=p.path, env={**os.environ, **p.env}, stdin=child, stdout=subprocess.PIPE, stderr=child)
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
    assert process.returncode == code, (process.returncode, said)
    return said.decode()


def test_the_first_migration_begins_folder_and_history():
    p = Project("first", begun=False)
    p.refused(2, "the name of the migration is missing", "--name")
    assert not p.folder.exists() and not p.managed()
    r = p.dev("--name", "add ports")
    assert re.fullmatch(r"prisma/migrations/\d{14}_add_ports/migration\.sql\n1 migration applied\n", r.stdout), r.stdout
    assert p.last().startswith("-- CreateTable") and (p.folder / "migration_lock.toml").exists()
    assert p.dev().stdout == "The database has what the schema says: nothing to do.\n"
    p.is_done()
    p.says(SHIP)
    answer = json.loads(p.dev("--name", "ships", "--json").stdout)
    undocumented("`inboard migrate dev`", answer)
    assert [m["name"] for m in answer["applied"]] == [p.names()[-1]] == [m["name"] for m in answer["migrations"]], answer
    p.is_done()


def test_the_database_is_created_where_it_is_missing():
    p = Project("created", begun=False)
    cluster.sql("postgres", "DROP DATABASE created")
    assert "the database was created" in p.dev("--name", "init").stderr
    p.is_done()


def test_a_count_that_waits_for_a_lock_can_be_stopped():
    p = Project("counted", schema=PORT + "model Beside {\n  id Int @id\n}\n")
    p.sql('INSERT INTO "Beside" VALUES (1)')
    p.says(PORT)
    before = p.names()
    with cluster.session("counted", "BEGIN", 'LOCK TABLE "Beside"'):
        process = spawn(inboard, "migrate", "dev", "--name", "less", cwd=p.path, env={**p.env, "INBOARD_MIGRATIONS": ""})
        cluster.until("counted", "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'inboard' AND wait_event_type = 'Lock'")
        process.terminate()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "57014" in err and p.names() == before, (out, err)


def test_a_name_cannot_write_to_the_terminal():
    p = Project("escapes")
    p.has("20990101000000_odd", 'CREATE TABLE "odd\x1b[2J" (id INTEGER PRIMARY KEY);\nINSERT INTO "odd\x1b[2J" VALUES (1);\n')
    r = p.dev("--name", "less", code=1)
    assert 'table "odd\ufffd[2J" is dropped' in r.stderr and "\x1b" not in r.stderr, r
    p.sql('DROP TABLE "odd\x1b[2J"')
    r = p.dev(code=4)
    assert "  - odd\ufffd[2J" in r.stderr and "\x1b" not in r.stderr, r


def test_create_only_writes_and_leaves_the_rest_to_the_next_run():
    p = Project("created_only")
    p.says(SHIP)
    p.dev("--create-only", "--name", "ships")
    assert p.sql("SELECT to_regclass('\"Ship\"') IS NULL") == "t" and len(p.names()) == 2
    (p.folder / p.names()[-1] / "migration.sql").write_text(p.last() + "INSERT INTO \"Ship\" VALUES (7);\n")
    p.dev()
    assert p.sql('SELECT id FROM "Ship"') == "7"
    p.is_done()
    p.dev("--create-only", "--name", "by hand")
    assert p.last() == "-- This is an empty migration.\n" and "1 migration applied" in p.dev().stdout
    p.is_done()


def test_a_rename_is_never_guessed():
    p = Project("renamed")
    p.sql("INSERT INTO \"Port\" (name) VALUES ('Kiel')")
    p.says(PORT.replace("name String", "title String"))
    p.refused(1, 'Is the column "title" of "Port" the column "name" under a new name?', "--rename Port.name=title", words=("--name", "title"))
    p.dev("--name", "title", "--rename", "Port.name=title")
    assert p.sql('SELECT title FROM "Port"') == "Kiel"
    p.is_done()


def test_rows_are_not_lost_without_a_word():
    p = Project("rows")
    p.says(PORT.replace("  name String\n", ""))
    p.dev("--name", "no_rows")  # an empty table has nothing to lose
    p.says(PORT.replace("name String", "size Int?"))
    p.dev("--name", "size")
    p.sql('INSERT INTO "Port" (size) VALUES (1), (NULL)')
    p.says(PORT.replace("  name String\n", ""))
    p.refused(1, 'warning: column "size" of table "Port" is dropped with all its values: it has 1 value', "--accept-data-loss", words=("--name", "x"))
    p.says(PORT.replace("name String", "size Int?\n  more Int"))
    p.refused(1, "cannot be applied to the rows", "--create-only", words=("--name", "x", "--accept-data-loss"))
    p.says(PORT.replace("  name String\n", ""))
    p.dev("--name", "x", "--accept-data-loss")
    assert "it has 1 value" not in p.last() and p.last().startswith("/*\n  Warnings:"), p.last()
    p.is_done()
    # A renamed table is counted under the name that it has.
    p.says(PORT.replace("name String\n", "size Int @default(1)\n"))
    p.dev("--name", "again")
    p.says(PORT.replace("  name String\n", "").replace("Port", "Harbour"))
    words = ("--name", "x", "--rename-table", "Port=Harbour")
    p.refused(1, 'column "size" of table "Harbour" is dropped with all its values: it has 2 values', words=words)
    p.dev(*words, "--accept-data-loss")
    p.is_done()


def test_on_a_terminal_it_asks():
    p = Project("asked")
    p.sql("INSERT INTO \"Port\" (name) VALUES ('Kiel')")
    p.says(PORT.replace("name String", "title String"))
    said = on_terminal(p, "y\ntitle\n")
    assert "under a new name? [y/N]" in said and "The name of the migration:" in said, said
    assert p.sql('SELECT title FROM "Port"') == "Kiel" and p.names()[-1].endswith("_title")
    p.says(PORT.replace("  name String\n", ""))
    said = on_terminal(p, "n\n", "--name", "drop", code=1)
    assert "apply it all the same? [y/N]" in said and "--accept-data-loss" in said and len(p.names()) == 2, said
    on_terminal(p, "y\n", "--name", "drop")
    p.is_done()


def test_an_edited_migration():
    p = Project("edited")
    (p.folder / p.names()[0] / "migration.sql").write_text(p.last() + "SELECT 1;\n")
    answer = p.refused(4, f'migration "{p.names()[0]}" was edited after it was applied', "Restore the file", "--reset")
    assert answer["findings"] == [{"kind": "edited", "migration": p.names()[0], "renamed": None}], answer
    p.refused(4, "was edited", words=("--create-only", "--name", "x"))
    (p.folder / p.names()[0] / "migration.sql").write_text(p.last().replace("SELECT 1;\n", ""))
    p.is_done()
    # Released, it is refused before any database is asked.
    p.command("sum")
    (p.folder / p.names()[0] / "migration.sql").write_text(p.last() + "SELECT 1;\n")
    assert "the released migration was edited" in p.dev(code=1).stderr


def test_a_failed_migration():
    """One of Prisma's tools: what inboard could not apply leaves nothing behind, and is corrected and run again."""
    p = Project("failed")
    p.sql("INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) VALUES ('1', repeat('0', 64), '20300101000000_bad', 'oh')")
    p.has("20300101000000_bad", "SELECT 1;\n")
    answer = p.refused(4, 'migration "20300101000000_bad" was started and did not finish', "inboard migrate resolve")
    assert answer["error"]["prisma_code"] == "P3009" and answer["findings"][0]["kind"] == "failed", answer
    p.command("migrate", "resolve", "--rolled-back", "20300101000000_bad")
    p.dev()
    p.is_done()
    p.has("20300102000000_wrong", 'INSERT INTO "Nothing" VALUES (1);\n')
    said = p.dev(code=1).stderr
    assert "20300102000000_wrong" in said and 'relation "Nothing" does not exist' in said, said
    (p.folder / "20300102000000_wrong/migration.sql").write_text("INSERT INTO \"Port\" (name) VALUES ('x');\n")
    p.dev()
    p.is_done()


def test_a_run_that_is_under_way():
    p = Project("running")
    p.sql("INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('1', repeat('0', 64), '20300101000000_now')")
    p.has("20300101000000_now", "SELECT 1;\n")
    with cluster.session(p.db, LOCK):
        assert p.refused(5, "is being applied by another run", "Wait for it", words=("--reset",))["findings"][0]["kind"] == "running"
    cluster.until_unlocked()


def test_migrations_that_are_missing_and_branches_that_diverge():
    p = Project("branches")
    p.says(SHIP)
    p.dev("--name", "ships")
    init, ships = p.names()
    (p.folder / ships).rename(p.path / "kept")
    answer = p.refused(4, f'migration "{ships}" is applied and not in the folder\n', "Restore its folder")
    assert answer["findings"] == [{"kind": "missing", "migration": ships, "renamed": None}], answer
    p.has("20300101000000_other", 'CREATE TABLE "Other" ("id" INTEGER PRIMARY KEY);\n')
    answer = p.refused(4, "is applied and not in the folder, which has others to apply", "merge the branch",
                       f'The last that both have is "{init}"; the folder goes on with "20300101000000_other".')
    assert answer["findings"] == [{"kind": "diverged", "migration": ships, "renamed": None}], answer
    # Merged: the other branch's migration sorts before one that is applied here, and is applied all the same.
    (p.path / "kept").rename(p.folder / ships)
    (p.folder / "20300101000000_other").rename(p.folder / (init[:14] + "_z_other"))
    p.says(SHIP + "\nmodel Other {\n  id Int @id\n}\n")
    assert p.dev().stdout == "1 migration applied\n"
    p.is_done()


def test_a_folder_that_was_renamed():
    """A merge brings a released migration that sorts after ours, which gets a later time; its text is the same."""
    p = Project("moved")
    p.says(SHIP)
    p.dev("--name", "ships")
    init, ships = p.names()
    (p.folder / ships).rename(p.folder / "20300102000000_ships")
    p.has("20300101000000_other", "SELECT 1;\n")
    answer = p.refused(4, f'migration "{ships}" is applied, and its folder has another name now', "20300102000000_ships", "--renamed")
    assert answer["findings"] == [{"kind": "renamed", "migration": ships, "renamed": "20300102000000_ships"}], answer
    assert "Record the new name in the history? [y/N]" in on_terminal(p, "n\nn\n", code=4)
    r = p.dev("--renamed")
    assert f'recorded "{ships}" as "20300102000000_ships"' in r.stderr and r.stdout == "1 migration applied\n", r
    assert p.sql("SELECT string_agg(name, ',' ORDER BY name) FROM inboard.migrations") == ",".join(p.names())
    p.is_done()
    (p.folder / "20300102000000_ships").rename(p.folder / "20300103000000_ships")
    on_terminal(p, "y\n")
    p.is_done()
    # Two of one text are two.
    for name in ("20300104000000_a", "20300105000000_b"):
        p.has(name, "SELECT 2;\n")
    p.dev()
    (p.folder / "20300104000000_a").rename(p.folder / "20300106000000_a")
    (p.folder / "20300105000000_b").rename(p.path / "kept")
    assert [f["kind"] for f in p.refused(4, "another name now")["findings"]] == ["renamed", "missing"]
    p.refused(4, "is applied, and its folder has another name now", words=("--renamed",))
    (p.path / "kept").rename(p.folder / "20300107000000_b")
    p.dev("--renamed")
    p.is_done()


def test_everything_that_is_wrong_is_told():
    p = Project("several")
    p.says(SHIP)
    p.dev("--name", "ships")
    first, second = p.names()
    (p.folder / first / "migration.sql").write_text("SELECT 1;\n")
    (p.folder / second).rename(p.path / "kept")
    answer = p.refused(4, f'"{first}" was edited after it was applied\n', f'"{second}" is applied and not in the folder\n')
    assert [f["kind"] for f in answer["findings"]] == ["edited", "missing"], answer


DRIFT = {
    "table": ("CREATE TABLE hand (id int PRIMARY KEY)", "DROP TABLE hand", "hand"),
    "no table": ('DROP TABLE "Log"', 'CREATE TABLE "Log" ("id" INTEGER NOT NULL, CONSTRAINT "Log_pkey" PRIMARY KEY ("id"))', "Removed tables"),
    "column": ('ALTER TABLE "Ship" ADD hand int', 'ALTER TABLE "Ship" DROP hand', "Added column `hand`"),
    "type": ('ALTER TABLE "Ship" ALTER size TYPE bigint', 'ALTER TABLE "Ship" ALTER size TYPE int', "Altered column `size`"),
    "not null": ('ALTER TABLE "Ship" ALTER size DROP NOT NULL', 'ALTER TABLE "Ship" ALTER size SET NOT NULL', "Altered column `size`"),
    "default": ('ALTER TABLE "Ship" ALTER size SET DEFAULT 4', 'ALTER TABLE "Ship" ALTER size SET DEFAULT 3', "Altered column `size`"),
    "index": ('DROP INDEX "Ship_size_idx"', 'CREATE INDEX "Ship_size_idx" ON "Ship"(size)', "Removed index"),
    "unique": ('CREATE UNIQUE INDEX hand ON "Ship" (size)', "DROP INDEX hand", "Added unique index"),
    "foreign key": ('ALTER TABLE "Ship" DROP CONSTRAINT "Ship_port_fkey"', 'ALTER TABLE "Ship" ADD CONSTRAINT "Ship_port_fkey" FOREIGN KEY (port) '
                    'REFERENCES "Port"(id) ON DELETE RESTRICT ON UPDATE CASCADE', "foreign key"),
    "primary key": ('ALTER TABLE "Log" DROP CONSTRAINT "Log_pkey"', 'ALTER TABLE "Log" ADD CONSTRAINT "Log_pkey" PRIMARY KEY (id)', "primary key"),
    "enum": ("ALTER TYPE \"Kind\" ADD VALUE 'hand'", None, "`Kind` enum"),
}


def test_drift_of_each_kind():
    p = Project("drifted", HEAD + """model Port {
  id    Int    @id @default(autoincrement())
  ships Ship[]
}
model Ship {
  id   Int  @id
  size Int  @default(3)
  port Int
  kind Kind
  at   Port @relation(fields: [port], references: [id])
  @@index([size])
}
model Log {
  id Int @id
}
enum Kind {
  cargo
}
""")
    for kind, (do, undo, words) in DRIFT.items():
        p.sql(do)
        r = p.dev(code=4)
        assert words in r.stderr and "the database is not what its migrations make: 1 change\n" in r.stderr, (kind, r.stderr)
        if undo:
            p.sql(undo)
            assert "nothing to do" in p.dev().stdout, kind


def test_what_no_schema_says_is_a_warning():
    p = Project("functions")
    p.sql("CREATE FUNCTION hand() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    r = p.dev()
    assert 'warning: drift: function "hand"() is new' in r.stderr and "nothing to do" in r.stdout, r
    p.sql("DROP FUNCTION hand()")
    assert "warning" not in p.dev().stderr


def test_drift_is_kept_or_undone_and_does_not_keep_a_migration_from_being_written():
    p = Project("kept")
    p.sql('ALTER TABLE "Port" ADD hand int')
    answer = p.refused(4, "Added column `hand`", "Undo what was changed", "inboard db pull", "--reset")
    assert "Added column `hand`" in answer["drift"] and answer["findings"] == [], answer
    p.says(SHIP)
    r = p.dev("--create-only", "--name", "ships")
    assert "warning: the database is not what its migrations make" in r.stderr and 'CREATE TABLE "Ship"' in p.last() and "hand" not in p.last(), r
    assert p.sql("SELECT to_regclass('\"Ship\"') IS NULL") == "t"
    # As the hint says.
    (p.folder / p.names()[-1] / "migration.sql").unlink()
    (p.folder / p.names()[-1]).rmdir()
    p.says(PORT)
    p.command("db", "pull")
    p.command("migrate", "new", "hand")
    p.command("migrate", "resolve", "--applied", p.names()[-1])
    p.is_done()


def test_a_database_without_a_history():
    p = Project("unmanaged", begun=False)
    p.sql("CREATE TABLE theirs (id int PRIMARY KEY)")
    answer = p.refused(4, "the database is not empty and has no migration history", "inboard db pull", words=("--name", "init"))
    assert answer["error"]["prisma_code"] == "P3005", answer
    p.command("db", "pull")
    p.command("migrate", "new", "baseline")
    p.refused(4, "the database has what the migrations make, and no migration history", f"inboard migrate resolve --applied-through {p.names()[0]}")
    p.command("migrate", "resolve", "--applied-through", p.names()[0])
    p.is_done()


def test_nothing_is_emptied_without_a_yes():
    p = Project("again")
    p.sql("INSERT INTO \"Port\" (name) VALUES ('Kiel'); ALTER TABLE \"Port\" ADD hand int")
    said = on_terminal(p, "n\n", code=4)
    assert "the database is not what its migrations make" in said and "reset it? [y/N]" in said and p.sql('SELECT count(*) FROM "Port"') == "1", said
    assert p.sql("SELECT count(*) FROM information_schema.columns WHERE column_name = 'hand'") == "1"
    assert "reset it? [y/N]" in on_terminal(p, "y\n") and p.sql('SELECT count(*) FROM "Port"') == "0"
    p.is_done()
    (p.folder / p.names()[0] / "migration.sql").write_text(p.last() + "INSERT INTO \"Port\" (name) VALUES ('Bremen');\n")
    answer = json.loads(p.dev("--reset", "--json").stdout)
    undocumented("`inboard migrate dev`", answer)
    assert answer["reset"] and [m["name"] for m in answer["applied"]] == p.names() and p.sql('SELECT name FROM "Port"') == "Bremen", answer
    p.has("20300101000000_pending", "SELECT 1;\n")
    p.sql('ALTER TABLE "Port" ADD hand int')
    assert p.dev("--reset").stdout == "2 migrations applied\n"
    p.dev("--reset")  # where nothing demands it, nothing is emptied
    p.sql("INSERT INTO \"Port\" (name) VALUES ('Kiel')")
    p.dev("--reset")
    assert p.sql('SELECT count(*) FROM "Port"') == "2"
    # What looks like production is not emptied by an option of every day.
    (p.folder / p.names()[-1] / "migration.sql").write_text("SELECT 2;\n")
    with contextlib.ExitStack() as others:
        for _ in range(10):
            others.enter_context(cluster.session(p.db))
        assert "looks like production" in p.dev("--reset", code=2).stderr and p.sql('SELECT count(*) FROM "Port"') == "2"
        p.dev("--reset", "--force")
    p.is_done()


HIDDEN = "DO $$ BEGIN EXECUTE 'CREATE TABLE \"Port\" (\"id\" SERIAL PRIMARY KEY, \"name\" TEXT NOT NULL)'; END $$;\n"


def test_what_analysis_cannot_see_is_read_from_a_shadow():
    p = Project("shadowed", begun=False)
    p.has("20260101000000_hidden", HIDDEN)
    assert p.dev().stdout == "1 migration applied\n"
    assert "nothing to do" in p.dev().stdout
    p.sql('ALTER TABLE "Port" ADD hand int')
    p.refused(4, "Added column `hand`")
    p.sql('ALTER TABLE "Port" DROP hand')
    p.says(SHIP)
    p.dev("--name", "ships")
    assert 'CREATE TABLE "Ship"' in p.last() and "Port" not in p.last(), p.last()
    assert cluster.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE '%shadow%' AND datname <> 'shadowed'") == "0"
    cluster.sql("postgres", "CREATE ROLE dev_plain LOGIN")
    cluster.sql(p.db, "GRANT ALL ON SCHEMA public, inboard TO dev_plain; GRANT ALL ON ALL TABLES IN SCHEMA public, inboard TO dev_plain")
    env = {"DATABASE_URL": cluster.url(p.db, "dev_plain")}
    p.refused(6, 'the role "dev_plain" may not create a shadow database', "--shadow-database-url", env=env)
    shadow = cluster.fresh("given_shadow")["DATABASE_URL"]
    cluster.sql("given_shadow", "ALTER SCHEMA public OWNER TO dev_plain; ALTER DATABASE given_shadow OWNER TO dev_plain")
    assert "nothing to do" in p.dev("--shadow-database-url", shadow.replace("user=postgres", "user=dev_plain"), env=env).stdout


def test_rights_that_are_missing_are_named():
    cluster.sql("postgres", "CREATE ROLE dev_reader LOGIN")
    p = Project("rights")
    cluster.sql(p.db, "REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public, inboard TO dev_reader; GRANT SELECT ON ALL TABLES IN SCHEMA public, inboard TO dev_reader")
    env = {"DATABASE_URL": cluster.url(p.db, "dev_reader")}
    assert "nothing to do" in p.dev(env=env).stdout  # looking needs no more
    p.says(SHIP)
    assert "permission denied for schema public" in p.dev("--name", "ships", env=env, code=1).stderr
    p.dev()  # the folder stays: who may applies it
    p.is_done()
    assert "P1001" in p.dev("--wait", "0", code=6, env={"DATABASE_URL": "postgresql://127.0.0.1:1/x"}).stderr
    assert "DATABASE_URL is not set" in p.dev(code=2, env={"DATABASE_URL": "", "DIRECT_URL": ""}).stderr


def started(p, *words):
    return spawn(inboard, "migrate", "dev", *words, cwd=p.path, env={**p.env, "INBOARD_MIGRATIONS": ""})


def killed(process):
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_killed_between_writing_and_applying():
    p = Project("killed")
    p.says(SHIP)
    with cluster.session(p.db, LOCK):
        process = started(p, "--name", "ships")
        tap.until(lambda: len(p.names()) == 2 and not [f for f in p.folder.iterdir() if f.name.startswith(".inboard")], "the folder is there")
        killed(process)
    cluster.until_unlocked()
    assert p.sql("SELECT to_regclass('\"Ship\"') IS NULL") == "t"
    assert p.dev().stdout == "1 migration applied\n" and len(p.names()) == 2
    p.is_done()


def test_killed_while_it_applies():
    p = Project("applying")
    p.says(PORT.replace("name String", "name String\n  size Int?"))
    with cluster.session(p.db, "BEGIN", 'LOCK TABLE "Port" IN ACCESS SHARE MODE') as holder:
        process = started(p, "--name", "size")
        cluster.until(p.db, "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0")
        killed(process)
    cluster.until_unlocked()
    assert p.dev().stdout == "1 migration applied\n"
    p.is_done()


def test_killed_outside_of_a_transaction():
    p = Project("concurrent")
    p.has("20300101000000_index", 'CREATE INDEX CONCURRENTLY "Port_name_idx" ON "Port"("name");\n')
    p.says(PORT.replace("name String\n", "name String\n\n  @@index([name])\n"))
    with cluster.session(p.db, "BEGIN", 'LOCK TABLE "Port" IN ROW EXCLUSIVE MODE'):
        process = started(p)
        cluster.until(p.db, "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0 "
                      "AND query LIKE 'CREATE INDEX CONCURRENTLY%'")
        killed(process)
    cluster.until_unlocked()
    assert p.sql("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NULL") == "1"
    assert p.dev().stdout == "1 migration applied\n"
    p.is_done()


def test_the_list_of_what_is_released_is_left_alone():
    p = Project("unreleased")
    p.command("sum")
    listed = (p.folder / "inboard.sum").read_bytes()
    p.says(SHIP)
    p.dev("--name", "ships")
    assert (p.folder / "inboard.sum").read_bytes() == listed
    assert "is not released" in p.command("migrate", "deploy", code=1).stderr
    p.is_done()


def test_what_is_generated_is_generated_again():
    p = Project("generated", begun=False)
    assert "SCHEMA.md\n" in p.dev("--name", "init", "--docs", "SCHEMA.md").stdout
    assert (p.path / "SCHEMA.md").read_text() == p.command("docs").stdout
    p.says(SHIP)
    assert json.loads(p.dev("--name", "ships", "--json", env={"INBOARD_DOCS": "SCHEMA.md"}).stdout)["docs"] == "SCHEMA.md"
    p.command("docs", "--check", "-o", "SCHEMA.md")
    assert p.dev("--docs", "SCHEMA.md").stdout == "The database has what the schema says: nothing to do.\n"
    assert "nowhere" in p.dev("--docs", "nowhere/SCHEMA.md", code=1).stderr


def test_other_schemas():
    p = Project("spaces", HEAD.replace('"postgresql"\n', '"postgresql"\n  schemas  = ["one", "two"]\n') +
                "model A {\n  id Int @id\n\n  @@schema(\"one\")\n}\n\nmodel B {\n  id Int @id\n\n  @@schema(\"two\")\n}\n")
    assert "nothing to do" in p.dev().stdout
    p.sql('ALTER TABLE two."B" ADD hand int')
    p.refused(4, "Added column `hand`")
    p = Project("elsewhere", begun=False)
    p.env["DATABASE_URL"] += "&schema=there"
    p.dev("--name", "init")
    assert p.sql("SELECT to_regclass('there.\"Port\"') IS NOT NULL") == "t"
    assert "nothing to do" in p.dev().stdout
    p.sql('ALTER TABLE there."Port" ADD hand int')
    p.refused(4, "1 change\n", "Added column `hand`")
    p.sql('ALTER TABLE there."Port" DROP hand')
    p.sql("INSERT INTO there.\"Port\" (name) VALUES ('Kiel')")
    p.says(PORT.replace("  name String\n", ""))
    p.refused(1, "it has 1 value", words=("--name", "x"))
    p.dev("--name", "x", "--accept-data-loss")
    p.command("migrate", "diff", "--from-url", p.env["DATABASE_URL"], "--to-schema", "prisma/schema.prisma", "--exit-code")
    (p.folder / p.names()[0] / "migration.sql").write_text((p.folder / p.names()[0] / "migration.sql").read_text() + "SELECT 1;\n")
    p.dev("--reset")
    assert p.sql('SELECT count(*) FROM there."Port"') == "0"


def test_zero_downtime_as_a_sequence():
    p = Project("sequence")
    p.sql("INSERT INTO \"Port\" (name) VALUES ('Kiel')")
    p.says(PORT.replace("name String", "title String"))
    p.dev("--name", "title", "--rename", "Port.name=title", "--zero-downtime")
    assert len(p.names()) > 2 and p.sql('SELECT title FROM "Port"') == "Kiel"
    p.is_done()
    # Pending ones that wait for a word that nobody has to give here.
    p.has("20300101000000_gated", "-- inboard: before no release reads it\nSELECT 1;\n")
    assert p.dev().stdout == "1 migration applied\n"
    p.is_done()


tap.main(cluster.start, cluster.remove)
