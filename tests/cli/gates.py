#!/usr/bin/env python3
"""Gates: a migration with `-- inboard: before` or `-- inboard: after backfill` is held until it may be applied, by deploy and at start-up;
--to and --dry-run; what status says of it."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run, undocumented

cluster = Cluster()
INIT, FILL, VIEW, DROP, LAST = "20260101000000_init", "20260102000000_fill", "20260103000000_view", "20260104000000_drop", "20260105000000_last"
SENTENCE = 'no running release reads "name"'
RELEASED = {INIT: 'CREATE TABLE "User" (id int PRIMARY KEY, name text, "fullName" text);\n'}
HISTORY = {
    **RELEASED,
    FILL: '-- inboard: backfill by id\nUPDATE "User" SET "fullName" = coalesce(name, \'\') WHERE "fullName" IS NULL;\n',
    VIEW: '-- inboard: after backfill fill\nCREATE VIEW names AS SELECT "fullName" FROM "User";\n',
    DROP: f'-- inboard: before {SENTENCE}\n-- inboard: accept contracting nobody reads it\nALTER TABLE "User" DROP COLUMN name;\n',
    LAST: "CREATE TABLE last (id int);\n",
}


def migrate(command, folder, env, *more):
    return run(inboard, "migrate", command, "--migrations", folder, *more, env=env, ok=False)


def folders(name):
    """A database with the first migration and a row, and the folder of all, released."""
    env, folder = cluster.fresh(name), cluster.folder(name, HISTORY)
    run(inboard, "sum", "--migrations", folder)
    first = cluster.folder(f"{name}_first", RELEASED)
    run(inboard, "sum", "--migrations", first)
    assert migrate("deploy", first, env).returncode == 0
    cluster.sql(name, """INSERT INTO "User" VALUES (1, 'x')""")
    return env, folder, first


def applied(db):
    return cluster.sql(db, "SELECT string_agg(migration_name, ' ' ORDER BY migration_name) FROM _prisma_migrations WHERE finished_at IS NOT NULL").split()


def pending(folder, env):
    r = migrate("status", folder, env, "--json")
    undocumented("`inboard migrate status`", json.loads(r.stdout))
    return {m["name"]: m for m in json.loads(r.stdout)["migrations"] if m["state"] != "applied"}


def test_a_sentence_holds_a_migration_until_it_is_confirmed():
    env, folder, first = folders("sentence")
    r = migrate("deploy", folder, env)
    assert r.returncode == 3, r
    assert f'migration "{DROP}" waits for a confirmation: {SENTENCE}' in r.stderr, r
    assert f"run inboard migrate deploy --confirm '{DROP}'" in r.stderr, r
    assert applied("sentence") == [INIT, FILL, VIEW], "what is before the gate is applied"
    assert cluster.sql("sentence", "SELECT to_regclass('inboard.confirmations') IS NULL") == "t"
    now = pending(folder, env)
    assert (now[DROP]["before"], now[DROP]["confirmed"], now[DROP]["held"], now[DROP]["compatible"]) == (SENTENCE, False, True, False), now
    assert not now[LAST]["held"] and now[LAST]["before"] is None, now
    shown = migrate("status", folder, env).stdout
    assert f"{DROP}  (contracting, breaking)\n                not confirmed: {SENTENCE}\n" in shown, shown
    wrong = migrate("deploy", folder, env, "--confirm", "nothing")
    assert wrong.returncode == 2 and 'no migration is "nothing"' in wrong.stderr, wrong
    r = migrate("deploy", folder, env, "--json", "--confirm", "drop")
    assert r.returncode == 0 and [m["name"] for m in json.loads(r.stdout)["applied"]] == [DROP, LAST], r
    who = cluster.sql("sentence", "SELECT history, name, sentence, role, os_user LIKE '%@%', client, application LIKE 'inboard-migrate:%', "
                      "confirmed_at > now() - interval '1 hour', length(checksum), run <> '' FROM inboard.confirmations")
    assert who == f"public|{DROP}|{SENTENCE}|postgres|t|local socket|t|t|64|t", who
    again = migrate("deploy", folder, env, "--confirm", DROP)
    assert again.returncode == 0 and cluster.sql("sentence", "SELECT count(*) FROM inboard.confirmations") == "1", again


def test_a_confirmation_outlives_the_run_that_failed():
    env, folder, first = folders("outlives")
    cluster.sql("outlives", "CREATE VIEW uses AS SELECT name FROM \"User\"")
    r = migrate("deploy", folder, env, "--confirm", "drop")
    assert r.returncode == 1 and "uses" in r.stderr, r
    assert pending(folder, env)[DROP]["confirmed"] and not pending(folder, env)[DROP]["held"]
    cluster.sql("outlives", "DROP VIEW uses")
    assert migrate("deploy", folder, env).returncode == 0
    assert applied("outlives") == [*HISTORY]


def test_another_text_is_not_what_was_confirmed():
    env, folder, first = folders("text")
    cluster.sql("text", "CREATE VIEW uses AS SELECT name FROM \"User\"")
    assert migrate("deploy", folder, env, "--confirm", "drop").returncode == 1
    (folder / "inboard.sum").unlink()
    sql = folder / DROP / "migration.sql"
    sql.write_text(sql.read_text() + "DROP TABLE \"User\" CASCADE;\n")
    r = migrate("deploy", folder, env)
    assert r.returncode == 3 and SENTENCE in r.stderr, r


def test_nothing_is_confirmed_for_a_migration_that_says_nothing():
    env, folder, first = folders("nothing")
    more = cluster.folder("nothing_more", {**RELEASED, LAST: HISTORY[LAST]})
    for later in (True, False):
        r = migrate("deploy", more, env, "--unreleased", "--confirm", "last")
        assert r.returncode == 2 and f'migration "{LAST}" has nothing to confirm' in r.stderr and "-- inboard: before SENTENCE" in r.stderr, r
        run(inboard, "sum", "--migrations", more)
    assert applied("nothing") == [INIT]


def test_a_new_database_has_no_gates():
    env, folder = cluster.fresh("fresh"), cluster.folder("fresh", HISTORY)
    run(inboard, "sum", "--migrations", folder)
    assert not any(m["held"] for m in pending(folder, env).values())
    plan = json.loads(migrate("deploy", folder, env, "--dry-run", "--json").stdout)
    assert plan["new_database"] and {m["action"] for m in plan["pending"]} == {"apply"}, plan
    assert migrate("deploy", folder, env).returncode == 0
    assert applied("fresh") == [*HISTORY]


def test_to_leaves_the_rest():
    env, folder, first = folders("last_one")
    r = migrate("deploy", folder, env, "--to", "nowhere")
    assert r.returncode == 2 and 'no migration is "nowhere"' in r.stderr, r
    r = migrate("deploy", folder, env, "--to", "fill")
    assert r.returncode == 0 and applied("last_one") == [INIT, FILL], r
    r = migrate("deploy", folder, env, "--to", FILL)
    assert r.returncode == 0 and "nothing is pending" in r.stdout, r
    assert migrate("deploy", folder, env, "--to", "view").returncode == 0
    assert migrate("deploy", folder, env, "--to", LAST).returncode == 3
    assert applied("last_one") == [INIT, FILL, VIEW]


def test_a_dry_run_says_what_would_be_done_and_writes_nothing():
    env, folder, first = folders("dry")
    before = cluster.shape("dry")
    r = migrate("deploy", folder, env, "--dry-run", "--json")
    plan = json.loads(r.stdout)
    undocumented("`inboard migrate deploy --dry-run`", plan)
    assert r.returncode == 3, r
    assert [(m["name"], m["action"], m["class"], m["compatible"]) for m in plan["pending"]] == [
        (FILL, "backfill", "blocking", True), (VIEW, "apply", "additive", True), (DROP, "stop", "contracting", False),
        (LAST, "wait", "additive", True)], plan
    found = {m["name"]: m for m in plan["pending"]}
    assert found[FILL]["backfill"] and found[FILL]["locks"] == [{"relation": "User", "mode": "RowExclusiveLock"}], plan
    assert found[VIEW]["after"] == FILL and not found[VIEW]["after_done"], plan
    assert found[DROP]["before"] == SENTENCE and not found[DROP]["confirmed"], plan
    assert found[DROP]["locks"] == [{"relation": "User", "mode": "AccessExclusiveLock"}], plan
    text = migrate("deploy", folder, env, "--dry-run", "--confirm", "drop", "--to", "drop")
    assert text.returncode == 0, text
    for line in (f"run backfill {FILL} (blocking, compatible)\n    locks User: RowExclusiveLock\n",
                 f"apply {VIEW} (additive, compatible)\n    after backfill {FILL}: not done\n",
                 f"apply {DROP} (contracting, breaking)\n    confirmed: {SENTENCE}\n    locks User: AccessExclusiveLock\n",
                 f"leave pending {LAST} (additive, compatible)\n"):
        assert line in text.stdout, (line, text)
    assert cluster.shape("dry") == before and applied("dry") == [INIT], "nothing was written"
    assert cluster.sql("dry", "SELECT to_regclass('inboard.confirmations') IS NULL") == "t"
    assert migrate("deploy", first, env, "--dry-run").stdout == "nothing is pending\n"


def test_an_older_program_works_with_all_that_is_compatible():
    env, folder, first = folders("older")
    assert migrate("deploy", folder, env).returncode == 3
    assert migrate("deploy", first, env).returncode == 0, "blocking and additive migrations refuse nobody"
    assert migrate("deploy", folder, env, "--confirm", "drop").returncode == 0
    r = migrate("deploy", first, env)
    assert r.returncode == 4 and DROP in r.stderr and FILL not in r.stderr, r


def test_a_backfill_that_is_left_pending_holds_what_comes_after_it():
    env, folder, first = folders("left_out")
    r = migrate("deploy", folder, env, "--backfills=skip")
    assert r.returncode == 3 and f'migration "{VIEW}" waits for the backfill "{FILL}", which is not done' in r.stderr, r
    assert "Run inboard backfill run" in r.stderr and applied("left_out") == [INIT], r
    now = pending(folder, env)
    assert (now[VIEW]["after"], now[VIEW]["held"], now[FILL]["held"]) == (FILL, True, False), now
    assert f"{VIEW}  (additive, compatible)\n                after backfill {FILL}\n" in migrate("status", folder, env).stdout
    plan = json.loads(migrate("deploy", folder, env, "--backfills=skip", "--dry-run", "--json").stdout)
    assert [m["action"] for m in plan["pending"]] == ["wait", "stop", "wait", "wait"], plan
    r = run(inboard, "backfill", "run", "--migrations", folder, env=env, ok=False)
    assert "1 row in 1 batch" in r.stderr + r.stdout and applied("left_out") == [INIT, FILL], r
    assert migrate("deploy", folder, env, "--confirm", "drop").returncode == 0
    assert applied("left_out") == [*HISTORY] and cluster.sql("left_out", 'SELECT "fullName" FROM "User"') == "x"


def test_a_database_that_is_reset_has_nothing_confirmed():
    env, folder, first = folders("again")
    assert migrate("deploy", folder, env, "--confirm", "drop").returncode == 0
    assert cluster.sql("again", "SELECT count(*) FROM inboard.confirmations") == "1"
    run(inboard, "migrate", "reset", "--force", "--migrations", folder, env=env)
    assert cluster.sql("again", "SELECT count(*) FROM inboard.confirmations") == "0"


def test_a_directive_that_is_not_understood_is_no_comment():
    """In a folder without inboard.sum too, where everything else is applied as it is: a gate with a typing error would hold nothing."""
    env = cluster.fresh("misread")
    assert migrate("deploy", cluster.folder("misread_first", RELEASED), env).returncode == 0
    sql = 'UPDATE "User" SET "fullName" = name WHERE "fullName" IS NULL AND name IS NOT NULL;\n'
    for directive, says in (("-- inboard: befor x", 'unknown directive "befor"'), ("-- inboard: backfill byy id", 'has the unknown option "byy"'),
                            ("-- inboard: accept", "names no class"), ("-- inboard: allow", "names no rule"), ("-- inboard backfill", "without the colon")):
        r = migrate("deploy", cluster.folder("misread", {**RELEASED, FILL: f"{directive}\n{sql}"}), env)
        assert r.returncode == 1 and f'migration "{FILL}": ' in r.stderr and says in r.stderr and "  hint: " in r.stderr, r
        assert applied("misread") == [INIT]
    run(inboard, "migrate", "resolve", "--applied", FILL, "--migrations", cluster.path("misread"), env=env)
    assert migrate("deploy", cluster.path("misread"), env).returncode == 0, "what is applied is not read again"


tap.main(cluster.start, cluster.remove)
