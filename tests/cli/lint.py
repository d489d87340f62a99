#!/usr/bin/env python3
"""inboard lint: each rule by the examples of its page, acceptances, which migrations, the forms, and what it refuses."""
import json, pathlib, re, shutil, subprocess, sys, xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, root, run

cluster = Cluster()
RULES = root / "docs/RULES.md"
SETUP = re.search(r"```sql\n(.*?)```", RULES.read_text(), re.S)[1]
PAGES = {p.stem: p.read_text() for p in sorted((root / "docs/rules").glob("*.md"))}
LATER = re.compile(r"^-- in the next migration.*\n", re.M)


def examples(page):
    return re.findall(r"```sql\n(.*?)```", page, re.S)


def folder(name, *scripts):
    place = cluster.path(name)
    shutil.rmtree(place, ignore_errors=True)
    for i, sql in enumerate(scripts):
        (place / f"2026010100000{i}_m").mkdir(parents=True)
        (place / f"2026010100000{i}_m/migration.sql").write_text(sql)
    return place


def lint(place, *options, env=None):
    return run(inboard, "lint", "--migrations", place, *options, ok=False, env={"GITHUB_ACTIONS": "", "GITLAB_CI": "", **(env or {})})


def found(place, *options):
    return json.loads(lint(place, "--json", "--notes", "--all", *options).stdout)["diagnostics"]


def of_later(said):
    return [d for d in said if "20260101000000_m" not in d["file"]]


def hazards():
    return [(rule, page) for rule, page in PAGES.items() if "An acceptance of its class" in page]


def test_each_rule_finds_what_its_page_says():
    for rule, page in PAGES.items():
        bad, good = examples(page)
        said = of_later(found(folder("bad", SETUP, bad)))
        assert rule in {d["code"] for d in said}, (rule, said)
        said = of_later(found(folder("good", SETUP, *LATER.split(good))))
        assert rule not in {d["code"] for d in said} or rule == "attach-scans", (rule, said)
        assert not [d for d in said if d["code"] == "refused"], (rule, said)


def test_what_is_written_instead_runs_on_a_server():
    """The second example of each page about a hazard, after the setup."""
    for rule, page in hazards():
        place = folder("run", SETUP, *LATER.split(examples(page)[1]))
        r = run(inboard, "migrate", "deploy", "--migrations", place, env=cluster.fresh("rules", "ruled"), ok=False)
        assert r.returncode == 0, (rule, r)


def test_instead_is_found_no_more():
    """What the findings themselves propose, for each page: its statements give the finding no more, and a server takes them."""
    proposed = 0
    for rule, page in PAGES.items():
        bad = examples(page)[0]
        for d in of_later(found(folder("bad", SETUP, bad))):
            if d["code"] != rule or not d["instead"] or "…" in d["instead"] or "inboard migrate new" in d["instead"]:
                continue
            steps = [s for s in re.split(r"^-- in .*\n", d["instead"], flags=re.M) if s.strip()]
            before = "\n".join(l for l in bad.splitlines() if "VALIDATE" not in l) if rule == "validate-same-transaction" else ""
            before = bad if rule in ("foreign-key-no-index", "index-duplicate") else before
            place = folder("instead", SETUP, *([before] if before else []), *steps)
            said = [x for x in of_later(found(place)) if "20260101000001_m" not in x["file"] or not before]
            assert rule not in {x["code"] for x in said} or rule == "foreign-key-no-index", (rule, d["instead"], said)
            r = run(inboard, "migrate", "deploy", "--migrations", place, env=cluster.fresh("instead", "ruled"), ok=False)
            assert r.returncode == 0, (rule, d["instead"], r)
            proposed += 1
    assert proposed >= 11, proposed


def test_rules_and_pages_are_the_same():
    listed = {line.split()[0] for line in run(inboard, "lint", "--explain", "all").stdout.splitlines()}
    assert listed == set(PAGES) and len(listed) == 55, listed ^ set(PAGES)
    table = re.findall(r"^\| \[([\w-]+)\]\(rules/\1\.md\) \| (error|warning|note) \| (blocking|contracting|) \| (.*) \|$", RULES.read_text(), re.M)
    assert [t[0] for t in table] == [line.split()[0] for line in run(inboard, "lint", "--explain", "all").stdout.splitlines()]
    for rule, severity, cls, title in table:
        page = PAGES[rule]
        assert run(inboard, "lint", "--explain", rule).stdout == page, rule
        assert f"Severity: {severity}." in page and title.lower() == page.splitlines()[2].rstrip(".").lower(), rule
        assert (f"of its class, {cls}, covers it" in page) == bool(cls), rule
    r = run(inboard, "lint", "--explain", "nothing", ok=False)
    assert r.returncode == 2 and 'there is no rule "nothing"' in r.stderr, r


def test_acceptances():
    index = "CREATE INDEX orders_user_id_idx ON orders (user_id);\n"
    for comment in ("-- inboard: allow index-not-concurrent five rows", "-- inboard: accept blocking five rows", "-- squawk-ignore require-concurrent-index-creation",
                    "-- squawk-ignore ban-drop-table, require-concurrent-index-creation", "-- squawk-ignore-file", "-- atlas:nolint PG101", "-- eugene: ignore E6"):
        place = folder("accepted", SETUP, f"{comment}\n{index}")
        assert not of_later(found(place)), comment
        said = json.loads(lint(place, "--json", "--accepted", "--all").stdout)["diagnostics"]
        assert [d["code"] for d in said] == ["index-not-concurrent"] and said[0]["notes"][0]["message"].startswith("accepted: "), said
    for comment in ("-- squawk-ignore ban-drop-table", "-- atlas:nolint DS102", "-- inboard: accept contracting five rows"):
        place = folder("other", SETUP, f"{comment}\n{index}")
        assert "index-not-concurrent" in {d["code"] for d in of_later(found(place))}, comment
    place = folder("whole", SETUP, f"-- squawk-ignore-file ban-drop-table\nDROP TABLE logs;\nDROP TABLE events_old;\n{index}")
    assert {d["code"] for d in of_later(found(place)) if d["severity"] == "error"} == {"index-not-concurrent", "lock-held"}, found(place)
    place = folder("unknown", SETUP, f"-- inboard: allow index-not-concurent five rows\n{index}")
    assert {d["code"] for d in of_later(found(place))} == {"index-not-concurrent", "unknown-rule"}
    place = folder("reason", SETUP, f"-- inboard: allow index-not-concurrent\n{index}")
    assert any(d["code"] == "refused" and "gives no reason" in d["message"] for d in found(place))
    place = folder("nameless", SETUP, f"-- inboard: allow\n{index}")
    assert any(d["code"] == "refused" and "names no rule" in d["message"] for d in found(place))


def test_which_migrations():
    place = folder("repository/which", SETUP, "CREATE INDEX a ON orders (user_id);", "CREATE INDEX b ON orders (total);")
    lines = lambda *options: {d["file"].split("/")[-2] for d in json.loads(lint(place, "--json", *options).stdout)["diagnostics"]}
    first, second, third = (f"2026010100000{i}_m" for i in range(3))
    assert lines("--all") >= {second, third}
    assert lines(third) == {third} and lines(place / second / "migration.sql", third) == {second, third} and lines(f"{place / second}/") == {second}
    subprocess.run([inboard, "sum", "--migrations", place, "--adopt"], check=True, stdout=subprocess.DEVNULL)
    assert lines() == set() and lines("--pending") == set()
    git = lambda *words: subprocess.run(["git", "-C", place.parent, "-c", "user.name=a", "-c", "user.email=a@example.org", *words], check=True, stdout=subprocess.DEVNULL)
    git("init", "-q")
    git("add", f"which/{first}", f"which/{second}")
    git("commit", "-q", "-m", "a")
    assert lines("--since", "HEAD") == {third}
    other = cluster.path("draft.sql")
    other.write_text("ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0);")
    said = json.loads(lint(place, "--json", other).stdout)["diagnostics"]
    assert [(d["code"], d["file"]) for d in said] == [("check-validated", str(other))], said
    alone = run(inboard, "lint", other, "--json", ok=False, cwd=cluster.work.name)
    assert [d["code"] for d in json.loads(alone.stdout)["diagnostics"]] == ["check-validated"], alone


def test_severities_and_exit_statuses():
    place = folder("exit", SETUP, "DROP INDEX orders_placed_idx;")
    status = lambda *options: lint(place, "20260101000001_m", *options).returncode
    assert (status(), status("--fail-on", "error"), status("--fail-on=warning"), status("--fail-on=never")) == (1, 0, 1, 0)
    assert status("--exclude", "drop-index-not-concurrent") == 0
    note = folder("note", SETUP, "ALTER TYPE mood ADD VALUE 'calm';")
    r = lint(note, "20260101000001_m")
    assert r.returncode == 0 and r.stdout == "no findings\n1 note not shown: --notes\n", r
    assert lint(note, "20260101000001_m", "--notes", "--fail-on", "note").returncode == 1
    for options, says in ((("--fail-on", "all"), '--fail-on has no "all"'), (("--format", "xml"), '--format has no "xml"'), (("--exclude", "all"), 'no rule "all"'),
                          (("--all", "20260101000001_m"), "chosen twice"), (("--all", "--pending"), "chosen twice"), (("none",), 'no migration "none"'),
                          (("--since", "none"), "git finds no commit"), (("none.sql",), "none.sql")):
        r = lint(place, *options)
        assert r.returncode == 2 and says in r.stderr, (options, r)
    bad = cluster.path("bad.sql")
    bad.write_bytes(b"SELECT '\xff'")
    r = lint(place, bad)
    assert r.returncode == 2 and "is not UTF-8 text" in r.stderr, r


FORM = "ALTER TABLE orders ADD CONSTRAINT \"a,b:c%<&>\" CHECK (total > 0);\nDROP TABLE logs;\n"


def test_forms():
    place = folder("forms", SETUP, FORM, "CREATE INDEX x ON orders (user_id);\n")
    text = lint(place, "20260101000001_m").stdout
    assert re.search(r"^\S+migration\.sql:1:1: error: every row of orders is checked while readers and writers wait \[check-validated\]$", text, re.M), text
    assert "  instead:\n      ALTER TABLE orders ADD CONSTRAINT" in text and text.endswith("2 errors\n"), text
    github = lint(place, "20260101000001_m", env={"GITHUB_ACTIONS": "true"}).stdout.splitlines()
    assert len(github) == 2 and re.fullmatch(r"::error file=\S+,line=1,col=1,title=check-validated::every row .*%0Ainstead:%0A.*a,b:c%25<&>.*", github[0]), github
    gitlab = json.loads(lint(place, "--all", "--format=gitlab").stdout)
    assert all(set(e) == {"description", "check_name", "fingerprint", "severity", "location"} for e in gitlab), gitlab
    assert len({e["fingerprint"] for e in gitlab}) == len(gitlab) and all(e["location"]["lines"]["begin"] >= 1 for e in gitlab)
    out = cluster.path("quality.json")
    r = lint(place, "--all", "--output", out, env={"GITLAB_CI": "true"})
    assert r.stdout == "" and r.returncode == 1 and json.loads(out.read_text()) == gitlab, r
    junit = xml.etree.ElementTree.fromstring(lint(place, "20260101000001_m", "--format=junit").stdout)
    assert junit.attrib == {"tests": "2", "failures": "2"} and [f.get("type") for f in junit.iter("failure")] == ["error", "error"]
    clean = xml.etree.ElementTree.fromstring(lint(place, "20260101000001_m", "--format=junit", "--exclude=check-validated", "--exclude=drop-table").stdout)
    assert clean.attrib == {"tests": "1", "failures": "0"} and len(list(clean.iter("testcase"))) == 1
    markdown = lint(place, "20260101000001_m", "--format=markdown").stdout
    assert markdown.startswith("### inboard lint\n") and "```sql" in markdown and "**error** `drop-table` line 2" in markdown, markdown
    many = folder("many", SETUP, "".join(f"DROP TABLE t{i};\n" for i in range(2000)))
    markdown = lint(many, "20260101000001_m", "--format=markdown").stdout
    assert len(markdown) < 65536 and re.search(r"… and \d+ more findings\n$", markdown), markdown[-200:]


def test_sarif_is_what_its_schema_says():
    """The parts of the schema that viewers need, written here; nothing is fetched."""
    place = folder("sarif", SETUP, FORM)
    sarif = json.loads(lint(place, "--all", "--notes", "--format=sarif").stdout)
    assert sarif["version"] == "2.1.0" and len(sarif["runs"]) == 1
    driver = sarif["runs"][0]["tool"]["driver"]
    ids = {r["id"] for r in driver["rules"]}
    assert ids == set(PAGES) and all(r["help"]["markdown"] == PAGES[r["id"]] and r["defaultConfiguration"]["level"] in ("error", "warning", "note") for r in driver["rules"])
    results = sarif["runs"][0]["results"]
    assert results
    for r in results:
        assert r["ruleId"] in ids and r["level"] in ("error", "warning", "note") and r["message"]["text"], r
        where = r["locations"][0]["physicalLocation"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", where["artifactLocation"]["uri"]), where
        region = where["region"]
        assert 1 <= region["startLine"] <= region["endLine"] and region["startColumn"] >= 1 and region["endColumn"] >= 1, region
    prints = [r["partialFingerprints"]["inboardStatement/v1"] for r in results]
    assert len(set(prints)) == len(prints)
    moved = folder("sarif", SETUP, "\n" * 20 + FORM)
    again = json.loads(lint(moved, "--all", "--notes", "--format=sarif").stdout)["runs"][0]["results"]
    assert [r["partialFingerprints"] for r in again] == [r["partialFingerprints"] for r in results]
    assert again[-1]["locations"][0]["physicalLocation"]["region"]["startLine"] == results[-1]["locations"][0]["physicalLocation"]["region"]["startLine"] + 20


def test_several_subcommands():
    """Each is told with SQL of its own, whatever is in its parentheses, strings and comments."""
    sql = "ALTER TABLE ONLY public.\"orders\" -- a, b\n ADD CONSTRAINT c CHECK (note IN ('a, b', 'c)')), ADD UNIQUE (user_id), ALTER total TYPE bigint, ADD COLUMN u uuid NOT NULL"
    said = of_later(found(folder("several", SETUP, sql)))
    assert {"check-validated", "key-builds-index", "type-rewrites", "column-required"} <= {d["code"] for d in said}, said
    check = next(d for d in said if d["code"] == "check-validated")
    assert check["instead"].splitlines()[0] == "ALTER TABLE ONLY public.\"orders\" -- a, b" or "CHECK (note IN ('a, b', 'c)')) NOT VALID;" in check["instead"], check


def test_names_that_the_server_makes_up():
    sql = "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id), ADD CHECK (total > 0), ADD COLUMN boss bigint REFERENCES users (id) CHECK (boss > 0)"
    said = of_later(found(folder("names", SETUP, sql)))
    instead = {d["code"]: d["instead"] for d in said if d["instead"]}
    assert "VALIDATE CONSTRAINT orders_user_id_fkey;" in instead["foreign-key-validated"], said
    assert "VALIDATE CONSTRAINT orders_total_check;" in instead["check-validated"], said
    assert sum(d["code"] == "foreign-key-no-index" for d in said) == 2, said


def test_a_file_of_many_statements():
    """In time that grows with its size: each finding is looked at once."""
    sql = "".join(f"DROP TABLE t{i};\n" for i in range(20000))
    r = lint(folder("long", sql), "--all", "--format=json")
    assert len(json.loads(r.stdout)["diagnostics"]) >= 20000


def start():
    cluster.start()
    run(inboard, "migrate", "deploy", "--migrations", folder("ruled", SETUP), env=cluster.fresh("ruled"))


tap.main(start, cluster.remove)
