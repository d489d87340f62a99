#!/usr/bin/env python3
"""What must run outside of a transaction block: by its author's directive, and the functions of extensions that are known to."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, embed, inboard, run

cluster = Cluster()
BASE = "20260101000000_base"
CHANGE = "20260102000000_change"
# Functions of the extensions' names, which refuse a transaction block as theirs do: there, now() is older than the statement.
ALONE = """BEGIN IF now() <> statement_timestamp() THEN
    RAISE EXCEPTION '% cannot run inside a transaction block', {name} USING ERRCODE = '25001'{more}; END IF; INSERT INTO done VALUES ({name}); END"""
HEAD = "CREATE TABLE t (id int PRIMARY KEY, at timestamptz);\nCREATE TABLE done (what text);\n"


def function(name, arguments, alone=True, more="", kind="FUNCTION"):
    body = ALONE.format(name=f"'{name}'", more=more) if alone else f"BEGIN INSERT INTO done VALUES ('{name}'); END"
    return f"CREATE {kind} {name}({arguments}) {'RETURNS void' if kind == 'FUNCTION' else ''} LANGUAGE plpgsql AS $$ {body} $$"


def prepared(db, *functions):
    """Functions that are there from the start, as those of an extension are."""
    env = cluster.fresh(db)
    first = cluster.folder(f"{db}_first", {BASE: HEAD})
    run(inboard, "migrate", "deploy", "--migrations", first, env=env)
    for text in functions:
        cluster.sql(db, text)
    return env


def deploy(db, env, text, ok=True):
    folder = cluster.folder(f"{db}_folder", {BASE: HEAD, CHANGE: text})
    return json.loads(run(inboard, "migrate", "deploy", "--migrations", folder, "--json", env=env, ok=ok).stdout)


def done(db):
    return cluster.sql(db, "SELECT string_agg(what, ' ') FROM done")


def test_a_directive_sends_one_statement_outside_of_a_block():
    for text in ("-- inboard: no-transaction statement\nSELECT strange();\nINSERT INTO done VALUES ('x');\n",
                 "INSERT INTO done VALUES ('w');\n-- inboard: no-transaction\nSELECT strange();\nINSERT INTO done VALUES ('x');\n",
                 "-- inboard: no-transaction\nINSERT INTO done VALUES ('w');\n-- inboard: no-transaction statement\nSELECT strange();\n",
                 "-- inboard: no-transaction statement\nSELECT strange();\n-- inboard: no-transaction\nSELECT strange();\n",
                 "-- inboard: no-transaction\n-- inboard: no-transaction statement\nSELECT strange();\n"):
        env = prepared("directive", function("strange", ""))
        r = deploy("directive", env, text)
        assert "strange" in done("directive") and not r["applied"][0]["transactional"], (text, r)
        assert deploy("directive", env, text)["applied"] == [], text


def test_the_refusal_names_the_directive():
    """Also in a file that is applied statement by statement, and after the server's own hint."""
    for more, file in (("", ""), (", HINT = 'Ask the extension.'", ""), ("", "-- inboard: no-transaction\nINSERT INTO done VALUES ('w');\n"),
                       (", HINT = 'Ask the extension.'", "-- inboard: no-transaction\nINSERT INTO done VALUES ('w');\n")):
        env = prepared("refusal", function("strange", "", more=more))
        e = deploy("refusal", env, file + "SELECT strange();\nINSERT INTO done VALUES ('x');\n", ok=False)["error"]
        assert e["sqlstate"] == "25001" and "`-- inboard: no-transaction statement`" in e["hint"], e
        assert e["hint"].startswith("Ask the extension. ") == bool(more) and ("1 of 3 statements are done" in e["hint"]) == bool(file), e
        deploy("refusal", env, file + "-- inboard: no-transaction statement\nSELECT strange();\nINSERT INTO done VALUES ('x');\n")
        assert done("refusal") == ("w " if file else "") + "strange x"


def test_a_commit_in_a_procedure_that_is_not_known_names_it_too():
    env = prepared("commits", "CREATE PROCEDURE strange() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO done VALUES ('strange'); COMMIT; END $$",
                   "CREATE FUNCTION through() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL strange(); END $$")
    e = deploy("commits", env, "SELECT through();\n", ok=False)["error"]
    assert e["sqlstate"] == "2D000" and "`-- inboard: no-transaction statement`" in e["hint"], e


KNOWN = (("create_distributed_table_concurrently", "regclass, text", "SELECT create_distributed_table_concurrently('t', 'id');", True),
         ("create_distributed_table", "regclass, text", "SELECT create_distributed_table('t', 'id');", False),
         ("create_reference_table", "regclass", "SELECT create_reference_table('public.t'::regclass);", False),
         ("create_hypertable", "relation regclass, time_column_name text", "SELECT create_hypertable(relation => 't', time_column_name => 'at');", False),
         ("add_retention_policy", "regclass, interval", "SELECT add_retention_policy('t', INTERVAL '1 year');", False))


def test_functions_of_extensions_that_take_no_block_are_sent_alone():
    for name, arguments, call, alone in KNOWN:
        env = prepared("known", function(name, arguments, alone))
        r = deploy("known", env, call + "\nINSERT INTO done VALUES ('x');\n")
        assert done("known") == f"{name} x" and r["applied"][0]["transactional"] != alone, (name, r)
    for name, call in (("run_maintenance_proc", "CALL run_maintenance_proc();"), ("refresh_continuous_aggregate", "CALL refresh_continuous_aggregate('t', NULL, NULL);")):
        env = prepared("known", function(name, "text = '', text = '', text = ''", kind="PROCEDURE"))
        deploy("known", env, call + "\n")
        assert done("known") == name


def explained(text):
    folder = cluster.folder("explained", {BASE: HEAD, CHANGE: text})
    (folder / "inboard.sum").unlink(missing_ok=True)
    out = json.loads(run(embed, "--explain", "--json", "--migrations", folder).stdout)
    return (out["migrations"] if isinstance(out, dict) else out)[1]["statements"]


def test_what_they_do_to_a_table_is_known():
    new = "CREATE TABLE n (id int, at timestamptz);\n"
    for name, _, call, alone in KNOWN:
        s = explained(("-- inboard: no-transaction\n" if alone else "") + "SELECT 1;\n" + call + "\n")[1]
        assert s["class"] == "blocking" and [k["relation"] for k in s["locks"]] == ["t"], (name, s)
        s = explained(("-- inboard: no-transaction\n" if alone else "") + new + call.replace("'t'", "'n'").replace("public.t", "public.n") + "\n")[1]
        assert s["class"] == "additive" and s["locks"] == [], (name, s)


tap.main(cluster.start, cluster.remove)
