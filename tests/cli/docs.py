#!/usr/bin/env python3
"""`inboard docs`: the document that is checked in is the one that the schema gives, and what the document says holds together."""
import pathlib, re, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import inboard, root, run

schema = root / "prisma/schema.prisma"
scratch = tempfile.TemporaryDirectory(prefix="inb-docs-")
folder = pathlib.Path(scratch.name)

ODD = """
datasource db {
  provider = "postgresql"
  schemas  = ["public", "a b"]
}
generator g {
  provider        = "prisma-client"
  previewFeatures = ["views"]
}
/// What it is | and
/// what it is not.
model Diagram {
  id     Int    @id @default(autoincrement())
  note   String @default(uuid()) @map("a \\"q\\" % | `t`")
  kinds  Kind[] @default([A])
  others Other[]
  peer   Peer?
  @@map("Tables")
  @@schema("public")
}
model Other {
  id   Int @id
  box  Unsupported("box")?
  /// In a cell | a bar.
  seen DateTime @updatedAt
  all  Diagram[]
  @@index([seen(sort: Desc)], type: Brin, map: "other | seen")
  @@map("tables")
  @@schema("a b")
}
model Peer {
  id Int     @id
  d  Diagram @relation(fields: [id], references: [id], onDelete: Cascade)
  @@schema("public")
}
view Shown {
  id Int @unique
  @@schema("public")
}
enum Kind {
  A @map("1|2")
  /// What | ever.
  B
  @@map("diagram")
  @@schema("public")
}
"""


def docs(*args, stdin=None):
    p = subprocess.run([inboard, "docs", *map(str, args)], input=stdin, capture_output=True, text=True, timeout=300)
    return p.returncode, p.stdout, p.stderr


def anchors(text):
    """The anchors that a reader of Markdown gives the headings."""
    taken, out = {}, []
    for line in text.splitlines():
        if re.match(r"#+ ", line):
            slug = "".join(c if re.match(r"[\w-]", c) else "-" if c == " " else "" for c in line.lstrip("# ").lower())
            n = taken.get(slug, 0)
            taken[slug] = n + 1
            out.append(f"{slug}-{n}" if n else slug)
    return out


def cells(line):
    return re.split(r"(?<!\\)\|", line)[1:-1]


def holds_together(text):
    known = anchors(text)
    links = re.findall(r"\]\(#([^)]*)\)", text)
    assert links and not set(links) - set(known), set(links) - set(known)
    head = None
    for line in text.splitlines():
        if line.startswith("|"):
            head = head or len(cells(line))
            assert len(cells(line)) == head, line
        else:
            head = None


def diagram_parses(text):
    """The part of Mermaid's grammar of an entity relationship diagram that we write."""
    lines = re.search(r"```mermaid\n(.*?)```", text, re.S)[1].splitlines()
    assert lines[0] == "erDiagram"
    name, inside = r'"[^"%\\\r\n]+"', False
    for line in lines[1:]:
        if inside:
            inside = line != "    }"
            ok = not inside or re.fullmatch(r" {8}[A-Za-z_]\w*(\[\])? [A-Za-z_]\w*( (PK|FK|UK)(, (PK|FK|UK))*)?", line)
        else:
            inside = bool(re.fullmatch(f" {{4}}{name} {{", line) and line.endswith("{"))
            ok = inside or re.fullmatch(f" {{4}}{name} (\\|\\||\\|o)--(o\\||o{{) {name} : {name}", line)
        assert ok, line
    assert not inside


def test_the_document_is_up_to_date():
    code, out, err = docs("--schema", schema, "-o", root / "docs/db/SCHEMA.md", "--check")
    assert (code, out, err) == (0, "", ""), err


def test_every_table_and_column_of_the_schema_is_there():
    _, out, _ = docs("--schema", schema)
    for model in re.findall(r"^model \w+ \{.*?^\}", schema.read_text(), re.S | re.M):
        table = re.search(r'@@map\("(\w+)"\)', model)[1]
        section = re.search(rf"^### {table}\n.*?(?=^##|\Z)", out, re.S | re.M)[0]
        for column in re.findall(r'@map\("(\w+)"\)', model.replace("@@map", "")):
            assert f"| `{column}` |" in section, (table, column)
        for words in re.findall(r"^  /// (.*)\n  \w", model, re.M):
            assert words in section, words


def test_links_and_tables_hold_together_and_the_diagram_parses():
    for text in (docs("--schema", schema)[1], docs("--schema", "-", stdin=ODD)[1]):
        holds_together(text)
        diagram_parses(text)


def test_odd_names_are_told_apart():
    code, out, err = docs("--schema", "-", stdin=ODD)
    assert code == 0, err
    for wanted in ("- [Diagram](#diagram)", "  - [Tables](#tables-1)", "  - [diagram](#diagram-1)", "### a b.tables",
                   '| `` a "q" % \\| `t` `` | `note` | `TEXT` | no | by the client: `uuid()` |',
                   "| `kinds` | `kinds` | `diagram[]` | yes | `ARRAY['1\\|2']::\"diagram\"[]` |",
                   "| `seen` | `seen` | `TIMESTAMP(3)` | no | by the client: the time of the change | In a cell \\| a bar. |",
                   "| `other \\| seen` | `seen` descending | BRIN | all |", "The pairs of a many-to-many relation.",
                   "## Views", "### Shown", "| `id` | `id` | `INTEGER` | no | from a sequence |",
                   '"Tables" ||--o| "Peer" : "Peer_id_fkey"', "| Relation | To | How many | Description |"):
        assert wanted in out, (wanted, out)


def test_the_same_schema_gives_the_same_bytes_from_anywhere():
    copy = folder / "copy.prisma"
    copy.write_text(schema.read_text())
    assert docs("--schema", copy)[1] == docs("--schema", schema)[1]


def test_check_tells_an_old_document_and_says_what_to_do():
    old = folder / "OLD.md"
    assert docs("--schema", schema, "-o", old)[0] == 0
    assert docs("--schema", schema, "-o", old, "--check")[0] == 0
    old.write_text(old.read_text().replace("BTREE", "HASH", 1))
    code, out, err = docs("--schema", schema, "-o", old, "--check")
    assert (code, out) == (1, "") and f"inboard docs -o {old}" in err, err
    assert "HASH" in old.read_text(), "--check wrote"


def test_wrong_usage_and_wrong_input_are_told_apart():
    assert docs("--check", "--schema", schema)[0] == 2
    assert docs("--schema", folder / "none.prisma")[0] == 2
    assert docs("--schema", schema, "-o", folder / "no" / "where.md")[0] == 1
    code, out, err = docs("--schema", "-", stdin="model A {\n}\n")
    assert (code, out) == (1, "") and "model A" in err, err
    assert docs("--schema", schema, "-o", folder / "none.md", "--check")[0] == 2


PAGES = [root / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "tests/golden/README.md")] + sorted((root / "docs").glob("**/*.md"))


def paths_in(text, rooms):
    """What a page names in this tree: src/…, tests/…, docs/… anywhere, and ROOM/FILE in code quotes."""
    found = re.findall(r"(?<![\w/.$<-])((?:src|tests|docs)/[\w./*-]*[\w*])", text)
    quoted = re.findall(r"`([\w./*-]+)`", text)
    return found + [f"src/{q}" for q in quoted if q.split("/")[0] in rooms and re.search(r"/.*\.(c|h|sql)$", q)]


def test_every_path_that_a_page_names_exists():
    rooms = {d.name for d in (root / "src").iterdir() if d.is_dir()}
    wrong = [f"{page.relative_to(root)}: {path}" for page in PAGES for path in paths_in(page.read_text(), rooms)
             if not any([*root.glob(path), *root.glob(f"{path}.c"), *page.parent.glob(path)])]
    assert not wrong, "\n".join(wrong)
    assert paths_in("see `util/none.c`, src/x/*.c and (docs/A.md).", {"util"}) == ["src/x/*.c", "docs/A.md", "src/util/none.c"]


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        text = page.read_text()
        for link, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text):
            target = page.parent / link if link else page
            assert target.exists(), f"{page.relative_to(root)}: {link}"
            assert not anchor or anchor in anchors(target.read_text()), f"{page.relative_to(root)}: {link}#{anchor}"


def test_a_diagram_is_not_larger_than_mermaid_draws():
    head = 'datasource db {\n  provider = "postgresql"\n}\n'
    columns = "".join(f"  someColumn{j} String\n" for j in range(9))
    for models, shown in [(20, "all"), (250, "keys"), (3000, "none")]:
        large = folder / "large.prisma"
        large.write_text(head + "".join(f"model Model{i} {{\n  id Int @id\n{columns}}}\n" for i in range(models)))
        text = run(inboard, "docs", "--schema", large).stdout
        diagram = text.partition("```mermaid\n")[2].partition("```")[0]
        assert len(diagram) <= 50000, (models, len(diagram))
        assert ("someColumn1" in diagram, "PK" in diagram) == {"all": (True, True), "keys": (False, True), "none": (False, False)}[shown], models
        assert ("Only the columns of keys" in text, "There is no diagram" in text) == (shown == "keys", shown == "none"), models


tap.main(teardown=scratch.cleanup)
