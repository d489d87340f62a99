#!/usr/bin/env python3
"""docs/FROM_PRISMA.md is true: its blocks run as they are, and each command and option that it names exists. (The block of a baseline is run by
migrate.py.)"""
import os, pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, build, inboard, root, run

cluster = Cluster()
text = (root / "docs/FROM_PRISMA.md").read_text()
SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel Port {\n  id   Int    @id @default(autoincrement())\n  name String\n}\n'
INIT = '-- CreateTable\nCREATE TABLE "Port" (\n    "id" SERIAL NOT NULL,\n    "name" TEXT NOT NULL,\n\n    CONSTRAINT "Port_pkey" PRIMARY KEY ("id")\n);\n'
OLD = {"20240101000000_init": INIT, "20240201000000_gone": 'ALTER TABLE "Port" ADD COLUMN "gone" TEXT;\nALTER TABLE "Port" DROP COLUMN "gone";\n'}
# The commands that Prisma's CLI has.
COMMANDS = ["init", "dev", "generate", "studio", "validate", "format", "version", "debug", "mcp", "platform", "db pull", "db push", "db seed",
            "db execute", "migrate dev", "migrate deploy", "migrate status", "migrate resolve", "migrate reset", "migrate diff"]


def block(name):
    return re.search(rf"<!-- {name} -->\n```sh\n(.*?)```", text, re.S)[1]


def project(name):
    """A repository as Prisma leaves it, with a database that has its migrations; what the commands need."""
    path = cluster.path(name)
    for m, sql in OLD.items():
        (path / "prisma/migrations" / m).mkdir(parents=True)
        (path / "prisma/migrations" / m / "migration.sql").write_text(sql)
    (path / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    (path / "prisma/schema.prisma").write_text(SCHEMA)
    env = {**cluster.fresh(name), "PATH": f"{build}:{os.environ['PATH']}", "GIT_CONFIG_GLOBAL": "/dev/null"}
    run(inboard, "migrate", "deploy", cwd=path, env=env)
    return path, env


def schema_edit(path):
    (path / "prisma/schema.prisma").write_text(SCHEMA.replace("  name String\n", "  name String\n  note String?\n"))
    run(inboard, "format", cwd=path)


def test_the_first_hour():
    path, env = project("hour")
    before = run("sh", "-c", "cat prisma/migrations/2024*/migration.sql", cwd=path).stdout
    refused = run(inboard, "sum", cwd=path, ok=False)
    assert refused.returncode == 1 and "hint: Are these migrations applied to a database? Then do not edit them: run `inboard sum --adopt`" in refused.stderr
    assert refused.stderr.count("hint: ") == 1, refused.stderr
    for line in block("first hour").splitlines():
        if "migrate dev" in line:
            schema_edit(path)
        run("sh", "-ec", line, cwd=path, env=env)
    assert cluster.sql("hour", "SELECT count(*) FROM _prisma_migrations") == "3"
    assert cluster.sql("hour", "SELECT count(*) FROM information_schema.columns WHERE column_name = 'note'") == "1"
    assert before == run("sh", "-c", "cat prisma/migrations/2024*/migration.sql", cwd=path).stdout
    assert len((path / "prisma/migrations/inboard.sum").read_text().splitlines()) == 5


def test_in_ci():
    path, env = project("ci")
    run(inboard, "sum", "--adopt", cwd=path)
    git = ["git", "-C", path, "-c", "user.name=n", "-c", "user.email=e@example.org"]
    run(*git, "init", "-q", env=env)
    run(*git, "add", ".", env=env)
    run(*git, "commit", "-qm", "all", env=env)
    run(*git, "update-ref", "refs/remotes/origin/main", "HEAD", env=env)
    lines = block("pull request").splitlines()

    def checked():
        return [run("sh", "-c", line, cwd=path, env=env, ok=False).returncode for line in lines]

    def expect(*wanted):
        found = checked()
        assert found == list(wanted), (found, wanted)

    expect(0, 0, 0, 0)
    schema_edit(path)
    expect(0, 0, 2, 0)
    run(inboard, "migrate", "new", "note", cwd=path)
    expect(0, 0, 0, 1)
    run(inboard, "sum", cwd=path)
    expect(0, 0, 0, 0)
    (path / "prisma/migrations/20240101000000_init/migration.sql").write_text(INIT + "-- touched\n")
    assert checked()[3] == 1
    (path / "prisma/migrations/20240101000000_init/migration.sql").write_text(INIT)
    for turn in range(2):
        run("sh", "-ec", block("deployment"), cwd=path, env=env)
    assert cluster.sql("ci", "SELECT count(*) FROM _prisma_migrations") == "3"


def test_each_command_and_option_of_inboard_exists():
    commands = set(re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", run(inboard, "--help").stdout, re.M))
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)```", text, re.S | re.M))
    calls = re.findall(r"`inboard ([a-z][^`]*)`", text) + re.findall(r"\binboard ([a-z][^&\n]*)", re.sub(r" +#.*", "", blocks))
    assert len(calls) > 20, calls
    for call in calls:
        words = call.split()
        command = next((c for c in (" ".join(words[:2]), words[0]) if c in commands), None)
        assert command, f"no command `inboard {call}`"
        helped = run(inboard, *command.split(), "--help").stdout
        for option in re.findall(r"(?<=\s)--[a-z][\w-]*", call):
            assert re.search(rf"{option}[ =\n]", helped), (call, option)


def test_each_command_of_prisma_has_its_row():
    rows = "\n".join(re.findall(r"^\| (`prisma .*?) \|", text, re.M))
    missing = [c for c in COMMANDS if not re.search(rf"`prisma {c}[` ]", rows)]
    assert not missing, missing


tap.main(cluster.start, cluster.remove)
