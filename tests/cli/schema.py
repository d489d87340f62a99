#!/usr/bin/env python3
"""The commands that read schemas, with what they can meet outside of a schema: no file, a folder, standard input, a full disk, a
closed pipe, wrong words. What they say of good and bad schemas is in the tests of each."""
import os, pathlib, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import inboard

scratch = tempfile.TemporaryDirectory(prefix="inb-schema-")
folder = pathlib.Path(scratch.name)
GOOD = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel A {\n  id Int @id\n}\n'
BAD = "model A {\n  id Int @id\n  b  B\n}\n"
good, bad, parts = folder / "good.prisma", folder / "bad.prisma", folder / "parts"
good.write_text(GOOD)
bad.write_text(BAD)
parts.mkdir()
(parts / "a.prisma").write_text(GOOD)
(parts / "b.prisma").write_text("model B {\n  id Int @id\n}\n")
(parts / "notes.txt").write_text("not a schema\n")

# Each command with a schema at PATH: how it takes the path, and whether it says the schema's errors on standard output.
COMMANDS = {
    "validate": lambda p: ["validate", "--schema", p],
    "format": lambda p: ["format", "--check", "--schema", p],
    "docs": lambda p: ["docs", "--schema", p],
    "diff": lambda p: ["migrate", "diff", "--from-empty", "--to-schema", p, "--script"],
    "zero": lambda p: ["migrate", "diff", "--from-schema", p, "--to-empty", "--zero-downtime"],
}


def call(*words, stdin=None, **more):
    p = subprocess.run([str(w) for w in (inboard, *words)], input=stdin, stdout=more.get("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
                       text=True, timeout=300)
    return p.returncode, p.stdout, p.stderr


def each(check):
    for name, words in COMMANDS.items():
        try:
            check(name, words)
        except AssertionError as e:
            raise AssertionError(f"{name}: {e}") from e


def test_a_good_schema_is_no_error():
    def check(name, words):
        code, _, err = call(*words(good))
        assert (code, err) == (0, ""), (code, err)
    each(check)


def test_standard_input_is_read_from_a_hyphen():
    def check(name, words):
        assert call(*words("-"), stdin=GOOD)[1].replace("- is", "") == call(*words(good))[1].replace(f"{good} is", "")
    each(check)


def test_a_folder_is_all_its_schemas():
    def check(name, words):
        code, out, err = call(*words(parts))
        assert (code, err) == (0, ""), (code, err)
        assert name not in ("docs", "diff") or ("A" in out and "B" in out), out
    each(check)


def test_no_such_file_names_it():
    def check(name, words):
        code, out, err = call(*words(folder / "none.prisma"))
        assert code == 2 and out == "" and "none.prisma" in err and err.count("\n") <= 3, (code, out, err)
    each(check)


def test_a_schema_that_is_not_valid_is_1_and_has_its_place():
    def check(name, words):
        code, out, err = call(*words(bad))
        assert name == "format" or (code == 1 and "bad.prisma:3" in out + err), (code, out, err)
    each(check)


def test_bytes_that_are_no_text_are_refused():
    (folder / "nul.prisma").write_bytes(b"model A {\0}\n")
    (folder / "latin.prisma").write_bytes(b"// caf\xe9\n" + GOOD.encode())

    def check(name, words):
        for f in ("nul.prisma", "latin.prisma"):
            code, out, err = call(*words(folder / f))
            assert code in (1, 2) and f in out + err, (f, code, out, err)
    each(check)


def test_another_encoding_is_named_and_nothing_is_written():
    """A byte of Windows-1252 in a comment, UTF-16, a byte order mark: which place, what to do, the file as it was."""
    good = "model A {\n  id Int @id\n  // caf\u00e9\n}\n"
    for name, text, said in (
            ("latin", good.encode("cp1252"), ("byte 0xe9 in line 3, column 9", "Save the file as UTF-8.")),
            ("wide", good.encode("utf-16"), ("in line 1, column 1", "It looks like UTF-16")),
            ("cut", good.encode()[:-4], ("byte 0xc3 in line 3, column 9", "Save the file as UTF-8.")),
            ("zero", good.encode() + b"\0", ("has a NUL byte in line 5, column 1",))):
        path = folder / f"{name}.prisma"
        path.write_bytes(text)

        def check(command, words):
            code, out, err = call(*words(path))
            assert code == 1 and out == "" and all(one in err for one in said), (name, command, code, out, err)
            assert path.read_bytes() == text, (name, command)
        each(check)
        assert call("format", "--schema", path)[0] == 1 and path.read_bytes() == text, name
    path = folder / "marked.prisma"
    path.write_bytes(b"\xef\xbb\xbf" + good.encode())
    code, out, _ = call("validate", "--schema", path)
    assert code == 1 and ":1:1: error: the file begins with a byte order mark" in out, (code, out)


def test_wrong_words_are_2_and_say_which():
    for words in (["validate", "--nope"], ["format", "--nope"], ["docs", "--nope"], ["migrate", "diff", "--nope"], ["docs", "extra"],
                  ["migrate", "diff", "extra"], ["docs", "--schema"], ["migrate", "diff", "--to-empty"]):
        code, out, err = call(*words)
        assert (code, out) == (2, "") and err.startswith("inboard: "), (words, code, out, err)


def test_a_full_disk_is_an_error():
    if not os.path.exists("/dev/full"):
        return

    def check(name, words):
        if name == "format":
            return  # --check prints nothing
        with open("/dev/full", "w") as full:
            code, _, err = call(*words(good), stdout=full)
        assert code == 1 and err.startswith("inboard: "), (code, err)
    each(check)


def test_a_closed_pipe_is_an_error_and_no_signal():
    def check(name, words):
        if name == "format":
            return
        r, w = os.pipe()
        os.close(r)
        code, _, err = call(*words(good), stdout=w)
        os.close(w)
        assert code == 1 and err.startswith("inboard: "), (code, err)
    each(check)


def test_an_output_that_cannot_be_written_is_an_error():
    target = folder / "missing" / "out"
    for words in (["docs", "--schema", good, "-o", target], ["migrate", "diff", "--from-empty", "--to-schema", good, "-o", target]):
        code, out, err = call(*words)
        assert (code, out) == (1, "") and str(target) in err, (code, out, err)


def test_help_is_on_standard_output():
    for words in (["validate"], ["format"], ["docs"], ["migrate", "diff"]):
        code, out, err = call(*words, "--help")
        assert (code, err) == (0, "") and out.startswith(f"Usage: inboard {' '.join(words)}"), (words, out, err)


tap.main(teardown=scratch.cleanup)
