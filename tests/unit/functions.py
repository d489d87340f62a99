#!/usr/bin/env python3
"""The size of functions: lines, decisions, parameters; and the lines of files. The limits are a little over the worst that there was when
they were set, so nothing gets worse; CONTRIBUTING.md shows them. The layout is clang-format's: a function begins and ends with a brace in
column 0."""
import os, pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap

root = pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2]))

LIMITS = {"lines": 60, "decisions": 25, "parameters": 8, "file": 520}


def bare(text):
    """The text without comments, strings and character constants; line ends stay."""
    def blank(match):
        return " " + "\n" * match[0].count("\n")
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', blank, text, flags=re.S)


def parameters(head):
    """Of a function's head, up to its brace: what stands between the commas of the last outer parentheses."""
    depth, parts, inside = 0, [], ""
    for c in head:
        if c == ")":
            depth -= 1
            if depth == 0:
                parts.append(inside)
        if depth == 1 and c == ",":
            inside += "\0"
        elif depth >= 1:
            inside += c
        if c == "(":
            if depth == 0:
                inside = ""
            depth += 1
    last = parts[0].strip() if parts else "void"
    return 0 if last in ("void", "") else last.count("\0") + 1


def functions(text):
    """(name, line, {lines, decisions, parameters}) of each. A decision is what McCabe counts: if, loops, case, && || ?:, and one."""
    lines = bare(text).split("\n")
    begin = None
    for n, line in enumerate(lines):
        if line.rstrip() == "{":
            begin = n
        elif line.rstrip() == "}" and begin is not None:
            top = begin - 1
            while top > 0 and lines[top - 1].strip() and not lines[top - 1].startswith(("}", "#")) and not lines[top - 1].rstrip().endswith(";"):
                top -= 1
            head, body = " ".join(lines[top:begin]), "\n".join(lines[begin:n + 1])
            name = re.search(r"(\w+) ?\(", head)
            decisions = 1 + len(re.findall(r"\b(?:if|for|while|case)\b|&&|\|\||\?", body))
            yield name[1] if name else head.strip(), begin + 1, {"lines": n - begin + 1, "decisions": decisions, "parameters": parameters(head)}
            begin = None


def over(limits, files):
    """What is over a limit, in words; and the worst of each that there is, with its place."""
    found, worst = [], {}
    for path in files:
        text = path.read_text()
        place = path.relative_to(root) if path.is_relative_to(root) else path
        sizes = [(f"{place}:{line} {name}", size) for name, line, size in functions(text)]
        for where, size in sizes + [(str(place), {"file": text.count("\n")})]:
            for what, n in size.items():
                worst[what] = max(worst.get(what, (0, "")), (n, where))
                if n > limits[what]:
                    found.append(f"{where}: {n} {'lines' if what == 'file' else what}, the limit is {limits[what]}")
    return found, worst


def test_functions_and_files_keep_the_limits():
    found, worst = over(LIMITS, sorted(root.glob("src/**/*.c")))
    for what, (n, where) in worst.items():
        tap.show(f"most {what}: {n}, {where}")
    assert not found, "\n".join(found)


def test_the_limits_are_in_CONTRIBUTING():
    text = " ".join((root / "CONTRIBUTING.md").read_text().split())
    wanted = "{lines} lines, {decisions} decisions and {parameters} parameters a function, {file} lines a file".format(**LIMITS)
    assert wanted in text, wanted


PLANTED = '''/* if (a && b) { */
static const char *name = "if (a && b) {";

static int long_one(int a, char *b, int (*c)(int, int), void *d)
{
    if (a && b || c) { /* if */
        return a ? 1 : 2;
    }
    switch (a) {
    case '?':
        break;
    case 2:
        break;
    }
    return 0;
}

int none(void)
{
    return 0;
}
'''


def test_what_is_counted():
    got = [(name, size) for name, _, size in functions(PLANTED)]
    assert got == [("long_one", {"lines": 12, "decisions": 7, "parameters": 4}), ("none", {"lines": 3, "decisions": 1, "parameters": 0})], got


if __name__ == "__main__":
    tap.main()
