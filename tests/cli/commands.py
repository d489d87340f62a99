#!/usr/bin/env python3
"""What all commands have in common: --help, --json, a man page, wrong usage, and an output that cannot be written."""
import json, os, pathlib, re, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import embed, inboard, root, run, undocumented

scratch = tempfile.TemporaryDirectory(prefix="inb-commands.")
COMMANDS = [w.strip() for w in re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", run(inboard, "--help").stdout, re.M)]
quiet = {"DATABASE_URL": "", "DIRECT_URL": ""}


def call(program, *words, env=quiet, **more):
    r = subprocess.run([str(program), *map(str, words)], env={**os.environ, **env}, cwd=scratch.name, text=True, stdin=subprocess.DEVNULL,
                       **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}, timeout=300)
    return r


def test_there_are_commands():
    assert "validate" in COMMANDS and "migrate deploy" in COMMANDS and "version" in COMMANDS, COMMANDS


def test_each_has_help_json_and_a_man_page_with_every_option():
    for command in COMMANDS:
        r = call(inboard, *command.split(), "--help")
        assert r.returncode == 0 and r.stderr == "" and r.stdout.startswith(f"Usage: inboard {command}"), r
        assert not r.stdout.endswith("\n\n"), f"{command}: the help ends in an empty line"
        options = re.findall(r"^ +(?:-\w, )?--([a-z-]+)", r.stdout, re.M)
        assert "json" in options, f"inboard {command} has no --json"
        pages = [root / "docs/man" / f"{name}.1" for name in (f"inboard-{command.replace(' ', '-')}", f"inboard-{command.split()[0]}", "inboard")]
        page = next(p for p in pages if p.exists())
        man = page.read_text().replace("\\-", "-")
        missing = [o for o in options if f"--{o}" not in man]
        assert not missing, f"{page.name} lacks {missing}"
        overview = (root / "docs/man/inboard.1").read_text().replace("\\-", "-")
        assert f"inboard-{command.replace(' ', '-')}" in overview or re.search(rf"\b{command}\b", overview), command


def test_wrong_usage_is_2_with_a_message_and_a_hint():
    for command in COMMANDS:
        for words in (["--no-such"], ["one", "too", "many"]):
            r = call(inboard, *command.split(), *words)
            # A status is a sum of findings, in which 2 is one of them.
            assert r.returncode == (64 if command == "migrate status" else 2) and r.stdout == "", (command, r)
            assert re.fullmatch(r"inboard: [a-z].*[^.]\n  hint: [A-Z].*\.\n", r.stderr), (command, r.stderr)


def test_help_is_there_however_it_is_asked_for():
    everything = call(inboard, "--help")
    for words in (["-h"], ["help"], ["help", "help"], ["--help"]):
        assert call(inboard, *words).stdout == everything.stdout, words
    for command in COMMANDS:
        asked = call(inboard, *command.split(), "--help")
        for r in (call(inboard, "help", *command.split()), call(inboard, *command.split(), "-h")):
            assert (r.returncode, r.stdout, r.stderr) == (0, asked.stdout, ""), (command, r)
    groups = [call(inboard, *words) for words in (["migrate", "--help"], ["help", "migrate"], ["migrate", "help"])]
    for r in groups:
        assert r.returncode == 0 and r.stderr == "" and r.stdout == groups[0].stdout, r
    listed = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", groups[0].stdout, re.M)
    assert listed == [c for c in COMMANDS if c.startswith("migrate ")], listed


def test_a_mistyped_word_is_answered_with_the_nearest():
    for words, hint in ((["valdate"], "Did you mean `inboard validate`?"), (["migrate", "deplyo"], "Did you mean `inboard migrate deploy`?"),
                        (["migrat", "status"], "Did you mean `inboard migrate status`?"), (["help", "fromat"], "Did you mean `inboard format`?"),
                        (["migrate", "xyzzy"], '"migrate" is followed by one of: dev, new, diff, '), (["migrate"], '"migrate" is followed by one of: dev, new, diff, '),
                        (["xyzzy"], "Run `inboard --help` to see the commands."), (["validate", "--shcema=x"], "Did you mean --schema?"),
                        (["migrate", "deploy", "--migration-dir", "x"], "Did you mean --migrations?")):
        r = call(inboard, *words)
        assert r.returncode == 2 and r.stdout == "" and f"\n  hint: {hint}" in r.stderr, (words, r)
    r = call(embed, "--migrationz=x")
    assert r.returncode == 2 and "Did you mean --migrations?" in r.stderr, r


def test_an_option_needs_its_value():
    for words in (["validate", "--schema="], ["validate", "--schema", ""], ["sum", "--migrations"]):
        r = call(inboard, *words)
        assert r.returncode == 2 and "needs a value" in r.stderr, r


def test_a_folder_that_is_not_there_is_named_with_what_to_do():
    for program, words, status in ((inboard, ["sum"], 2), (inboard, ["migrate", "deploy"], 2), (inboard, ["migrate", "status"], 64),
                                   (inboard, ["migrate", "resolve", "--applied", "x"], 2), (embed, ["-o", "x.c"], 2)):
        r = call(program, *words, "--migrations", "nowhere")
        assert r.returncode == status and '"nowhere"' in r.stderr and "--migrations" in r.stderr, r


def test_a_file_that_cannot_be_read_is_2_and_what_is_wrong_in_it_is_1():
    """The rule of inboard(1): 2 is the call, 1 what it found; --exit-code keeps 2 for a difference."""
    scrap, good = pathlib.Path(scratch.name), root / "prisma/schema.prisma"
    bad = scrap / "wrong.prisma"
    bad.write_text("model  A {\n}\n")
    (scrap / "folder/20260101000000_a").mkdir(parents=True)  # without its migration.sql: P3015
    empty = ["--from-empty", "--to-schema"]
    for program, words, path, wrong in (
            (inboard, ["validate", "--schema"], "nowhere.prisma", bad), (inboard, ["docs", "--schema"], "nowhere.prisma", bad),
            (inboard, ["migrate", "diff", *empty], "nowhere.prisma", bad), (inboard, ["format", "--check", "--schema"], "nowhere.prisma", bad),
            (inboard, ["docs", "--schema", good, "--check", "-o"], "nowhere.md", bad), (inboard, ["validate", "--schema"], scrap / "folder", bad),
            (inboard, ["sum", "--migrations"], bad, scrap / "folder"), (inboard, ["migrate", "deploy", "--migrations"], bad, scrap / "folder"),
            (inboard, ["migrate", "resolve", "--applied=x", "--migrations"], bad, scrap / "folder"),
            (embed, ["-o", "x.c", "--migrations"], bad, scrap / "folder"),
            (embed, ["-o", "x.c", "--migrations", root / "migrations", "--schema"], "nowhere.prisma", bad)):
        unread, refused = call(program, *words, path), call(program, *words, wrong)
        assert unread.returncode == 2 and pathlib.Path(path).name in unread.stderr, (words, unread)
        assert refused.returncode == 1, (words, refused)
        if program == inboard:
            said = call(program, *words, path, "--json")
            assert said.returncode == 2 and pathlib.Path(path).name in json.loads(said.stdout)["error"]["message"], said
    for path in ("nowhere.prisma", bad):
        assert call(inboard, "migrate", "diff", *empty, path, "--exit-code").returncode == 1, path
    assert call(inboard, "migrate", "diff", *empty, good, "--exit-code").returncode == 2
    for path in (bad, scrap / "folder"):
        assert call(inboard, "migrate", "status", "--migrations", path).returncode == 64, path


def test_output_that_cannot_be_written_is_a_failure_that_says_so():
    schema, migrations = root / "prisma/schema.prisma", root / "migrations"
    for program, words in ((inboard, ["--help"]), (inboard, ["version"]), (inboard, ["version", "--json"]), (inboard, ["docs", "--schema", schema]),
                           (inboard, ["docs", "--json", "--schema", schema]), (inboard, ["validate", "--schema", schema]),
                           (inboard, ["migrate", "diff", "--from-empty", "--to-schema", schema, "--script"]),
                           (inboard, ["sum", "--check", "--migrations", migrations]), (embed, ["--help"]), (embed, ["--version"]),
                           (embed, ["--migrations", migrations, "--explain"]), (embed, ["--migrations", migrations, "-o", "-"])):
        with open("/dev/full", "w") as full:
            r = call(program, *words, stdout=full)
        assert r.returncode == 1 and "standard output" in r.stderr, (words, r)


def test_a_stream_that_is_closed_is_not_the_next_file():
    migrations = root / "migrations"
    for program, words in ((inboard, ["version"]), (inboard, ["sum", "--check", "--migrations", migrations]), (embed, ["--migrations", migrations, "-o", "-"])):
        r = call(program, *words, preexec_fn=lambda: os.close(1))
        assert r.returncode == 1 and "standard output" in r.stderr, (words, r)
        r = call(program, *words, preexec_fn=lambda: [os.close(fd) for fd in (0, 1, 2)])
        assert r.returncode == 1, (words, r)


def test_version_says_what_is_inside():
    text, data = call(inboard, "version").stdout, json.loads(call(inboard, "version", "--json").stdout)
    assert text == f"inboard {data['inboard']} (parser of PostgreSQL {data['parser']})\n" == call(inboard, "--version").stdout


def test_docs_as_json():
    schema, out = root / "prisma/schema.prisma", pathlib.Path(scratch.name, "S.md")
    plain = call(inboard, "docs", "--schema", schema).stdout
    assert json.loads(call(inboard, "docs", "--json", "--schema", schema).stdout) == {"output": None, "current": True, "document": plain}
    assert json.loads(call(inboard, "docs", "--json", "--schema", schema, "-o", out).stdout)["output"] == str(out)
    assert out.read_text() == plain
    out.write_text("old")
    r = call(inboard, "docs", "--json", "--schema", schema, "-o", out, "--check")
    assert r.returncode == 1 and json.loads(r.stdout)["current"] is False, r
    bad = pathlib.Path(scratch.name, "bad.prisma")
    bad.write_text("model A {\n}\n")
    r = call(inboard, "docs", "--json", "--schema", bad)
    assert r.returncode == 1 and json.loads(r.stdout)["valid"] is False, r


def test_every_member_of_json_is_documented():
    schema, bad = root / "prisma/schema.prisma", pathlib.Path(scratch.name, "undocumented.prisma")
    bad.write_text("model A {\n}\n")
    unreleased = pathlib.Path(scratch.name, "unreleased")
    (unreleased / "1").mkdir(parents=True)
    (unreleased / "1/migration.sql").write_text("SELEC 1;\n")
    for words in (["validate", "--schema", schema], ["validate", "--schema", bad], ["format", "--check", "--schema", schema], ["docs", "--schema", schema],
                  ["migrate", "diff", "--from-empty", "--to-schema", schema], ["sum", "--check", "--migrations", root / "migrations"],
                  ["sum", "--migrations", unreleased], ["sum", "--migrations", "nowhere"], ["version"]):
        name = " ".join(w for w in map(str, words[:2] if words[0] == "migrate" else words[:1]))
        undocumented(f"`inboard {name}`", json.loads(call(inboard, *words, "--json").stdout))


def test_a_server_that_is_not_there_has_one_line_and_a_hint():
    env = {"DATABASE_URL": "postgresql://shop:hunter2@127.0.0.1:1/shop"}
    for command in ("deploy", "status", "resolve"):
        more = ["--applied", "x"] if command == "resolve" else []
        r = call(inboard, "migrate", command, "--wait=0.1", "--migrations", root / "migrations", *more, env=env)
        assert r.returncode == (64 if command == "status" else 6), r
        assert "hunter2" not in r.stderr and "?" not in r.stderr and "P1001" in r.stderr, r
        assert "  hint: Check host and port" in r.stderr, r


tap.main(teardown=scratch.cleanup)
