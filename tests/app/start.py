#!/usr/bin/env python3
"""Start-up and its refusals, one exit status each; the gates; keys; signals; and how the service ends."""
import http.client, json, os, pathlib, re, signal, socket, subprocess, threading

from service import PATIENT, Service, keyring

import tap
from inb import Cluster, app, inboard, root, run, spawn, undocumented

cluster = Cluster()
LAST = "20260713070000_backfill_emission_source_key"
NAMES = sorted(p.name for p in (root / "migrations").iterdir() if p.is_dir())


def call(env, *options, stdin="", **more):
    return run(app, *options, env={**PATIENT, "LISTEN": "127.0.0.1:0", **env, **more}, ok=False, stdin=stdin)


def refused(status, words, env, *options, **more):
    """It exits with this status, and its errors say these words; nothing goes to standard output."""
    r = call(env, *options, **more)
    assert r.returncode == status, (r.returncode, r.stderr)
    errors = "".join(l for l in r.stderr.splitlines(True) if " error " in l)
    for w in [words] if isinstance(words, str) else words:
        assert w in errors, (w, r.stderr)
    assert "serving" not in r.stderr
    return r


def migrated(db):
    env = cluster.fresh(db)
    r = call(env, "--migrate-only")
    assert r.returncode == 0, r.stderr
    return env


def one_step_back(db):
    """As if the last migration, which moves data, had never been applied."""
    cluster.sql(db, f"UPDATE emissions SET source_key = NULL; DELETE FROM _prisma_migrations WHERE migration_name = '{LAST}'")


# --- wrong usage: 2 -----------------------------------------------------------------------------------------------------

def test_wrong_usage_is_2_and_names_what_is_wrong():
    good = {"DATABASE_URL": "postgresql:///x?host=/nonexistent"}
    for words, env, options in (
            ("DATABASE_URL is not set", {"DATABASE_URL": ""}, []), ('"--nope"', good, ["--nope"]), ('"x"', good, ["x"]),
            ('"--seal" needs a value', good, ["--seal"]), ('"--json" takes no value', good, ["--json=1"]),
            ('"--confirm" needs --migrate-only', good, ["--confirm=x"]), ('"--confirm" is given too often', good, ["--migrate-only"] + ["--confirm=x"] * 17),
            ("the other modes", good, ["--status", "--check-schema"]), ('"--wait" does not take "soon"', good, ["--wait=soon"]),
            ("WORKERS is out of range", {**good, "WORKERS": "0"}, []), ("WORKERS is not valid", {**good, "WORKERS": "4x"}, []),
            ("READ_TIMEOUT is not valid", {**good, "READ_TIMEOUT": "-1"}, []), ("LOG_LEVEL", {**good, "LOG_LEVEL": "loud"}, []),
            ("LISTEN", {**good, "LISTEN": "8080x"}, []), ("LISTEN", {**good, "LISTEN": "127.0.0.1:99999"}, []), ("LISTEN", {**good, "LISTEN": "::1:80"}, [])):
        refused(2, words, env, *options, CONNECT_TIMEOUT="1h")  # it does not look for a database first


def test_a_probe_that_is_configured_wrongly_could_not_decide():
    """1 and 2 of its sum mean something else."""
    assert call({"DATABASE_URL": ""}, "--check-schema").returncode == 64
    assert call({"DATABASE_URL": "postgresql:///x", "WORKERS": "0"}, "--check-schema").returncode == 64
    assert call({"DATABASE_URL": "postgresql:///x"}, "--check-schema", "--nope").returncode == 64


def test_warn_is_a_level():
    nowhere = {"DATABASE_URL": "postgresql:///x?host=/nonexistent"}
    for level in ("warn", "warning"):
        refused(6, "hint:", nowhere, "--migrate-only", CONNECT_TIMEOUT="100ms", LOG_LEVEL=level)


def test_json_goes_with_every_mode_but_serving():
    env = cluster.fresh("as_json")
    refused(2, "\"--json\" needs", env, "--json")
    first = json.loads(call(env, "--migrate-only", "--json").stdout)
    assert [m["name"] for m in first["applied"]] == NAMES and first["new_database"] and first["lock_taken"], first
    again = json.loads(call(env, "--migrate-only", "--json").stdout)
    assert again["applied"] == [] and again["round_trips"] == 1, again


def test_backfills_are_run_apart():
    env = migrated("backfills")
    r = call(env, "--backfill", BACKFILL_WORKERS="2", BACKFILL_METRICS=cluster.path("none.prom"))
    assert r.returncode == 0 and r.stdout == "no backfill is pending\n", r
    assert json.loads(call(env, "--backfill", "--json").stdout) == {"backfills": []}
    one_step_back("backfills")
    r = call(env, "--backfill", "--json", BACKFILL_METRICS=cluster.path("one.prom"))
    (ran,) = json.loads(r.stdout)["backfills"]
    assert r.returncode == 0 and ran["name"] == LAST and ran["done"] and f'backfill "{LAST}": ' in r.stderr, r
    undocumented("`app --backfill`", {"backfills": []})
    text = cluster.path("one.prom").read_text()
    assert f'app_backfill_done{{migration="{LAST}"}} 1\n' in text and "# TYPE app_backfill_rows_total counter\n" in text, text
    one_step_back("backfills")
    cluster.sql("backfills", "DELETE FROM inboard.backfills")
    r = call(env, "--backfill", BACKFILL_HOLD_WHEN="SELECT nothing")
    assert r.returncode == 2 and "the query that holds the backfill is refused" in r.stderr, r
    refused(2, "BACKFILL_WORKERS", env, "--backfill", BACKFILL_WORKERS="0")
    refused(6, "hint:", {"DATABASE_URL": "postgresql:///x?host=/nonexistent"}, "--backfill", CONNECT_TIMEOUT="100ms")


def test_output_that_cannot_be_written_is_a_failure():
    env = migrated("full_disk")
    for status, options in ((1, ["--version"]), (1, ["--help"]), (1, ["--status"]), (1, ["--status", "--json"]), (64, ["--check-schema"]),
                            (64, ["--check-schema", "--json"]), (1, ["--migrate-only", "--json"])):
        with open("/dev/full", "w") as full:
            r = subprocess.run([str(app), *options], env={**os.environ, **env}, stdout=full, stderr=subprocess.PIPE, text=True, timeout=tap.LIMIT)
        assert r.returncode == status and "cannot write standard output" in r.stderr, (options, r)


def test_the_log_does_not_go_to_the_database_when_standard_error_is_closed():
    env = cluster.fresh("closed")
    for status, streams in ((0, (2,)), (0, (0, 2)), (0, (0, 1, 2))):
        r = subprocess.run([str(app), "--migrate-only"], env={**os.environ, **env, "LOG_LEVEL": "debug"}, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, preexec_fn=lambda: [os.close(fd) for fd in streams], timeout=tap.LIMIT)
        assert r.returncode == status, (streams, r)
    assert call(env, "--check-schema").returncode == 0


def test_a_port_that_is_taken_is_2():
    env = migrated("taken")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        refused(2, "cannot listen", env, LISTEN=f"127.0.0.1:{s.getsockname()[1]}")


def test_help_and_the_man_page_have_every_option_variable_and_status():
    r = call({"DATABASE_URL": ""}, "--help")
    assert r.returncode == 0 and r.stderr == ""
    man = (root / "docs/man/app.1").read_text().replace("\\-", "-")
    words = re.findall(r"^  (--[a-z-]+|[A-Z_]{5,}) ?", r.stdout, re.M)
    assert len(words) > 25 and "DATABASE_URL" in words and "--rotate-keys" in words
    for w in words:
        assert w in man, f"{w} is not in app.1"
    for name, default in re.findall(r"^  ([A-Z_]{5,}) .*\[(.*)\]$", r.stdout, re.M):
        entry = man[man.index(f".B {name}"):].split(".TP")[0]
        assert default in entry, (name, default, entry)
    settings = (root / "src/app/settings.c").read_text()
    for name in re.findall(r'getenv\("([A-Z_]+)"\)', settings):
        assert name in words


def test_version_is_printed_without_a_database():
    r = call({"DATABASE_URL": ""}, "--version")
    assert r.returncode == 0 and re.match(r"app \d+\.\d+\.\d+ \(inboard \d+\.\d+\.\d+, \d+ migrations\)", r.stdout)
    assert json.loads(call({}, "--version", "--json").stdout)["migrations"] == len(NAMES)


# --- migrating ------------------------------------------------------------------------------------------------------------

def test_a_new_database_is_migrated_at_start_and_the_smoke_checks_leave_nothing():
    env = cluster.fresh("new")
    with Service(env, seed=False) as s:
        s.ready()
        log = "".join(s.log)
        for name in ("health", "login", "create emission", "list emissions"):
            assert re.search(rf'smoke check "{name}" passed ms=[0-9.]+', log), log
        assert log.index("smoke check") < log.index("serving")
    assert cluster.sql("new", "SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL") == str(len(NAMES))
    assert cluster.sql("new", "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM sessions) + (SELECT count(*) FROM emissions)") == "0"


def test_nothing_pending_takes_one_round_trip():
    env = migrated("twice")
    r = call(env, "--migrate-only")
    assert r.returncode == 0 and "applied=0 round_trips=1" in r.stderr, r.stderr


def test_pending_work_that_a_start_may_not_do_is_3_and_the_release_job_does_it():
    env = migrated("pending")
    one_step_back("pending")
    refused(3, [LAST], env)
    assert call(env, "--check-schema").returncode == 1
    status = json.loads(call(env, "--status", "--json").stdout)
    assert [m["state"] for m in status["migrations"]][-1] == "pending" and status["status"] == 1
    assert call(env, "--migrate-only").returncode == 0
    assert call(env, "--check-schema").returncode == 0
    with Service(env) as s:
        assert s.login()


def test_a_release_job_leaves_backfills_to_a_job_of_their_own():
    env = migrated("backfills_left")
    one_step_back("backfills_left")
    refused(2, '--backfills "often" is not inline, wait or skip', env, "--migrate-only", "--backfills", "often")
    refused(3, [f'backfill "{LAST}" is pending', "Run --backfill"], env, "--migrate-only", "--backfills", "wait")
    r = call(env, "--migrate-only", "--backfills", "skip")
    assert r.returncode == 0 and f'backfill "{LAST}" is left pending' in r.stderr, r.stderr
    with Service(env, seed=False):  # a release job has let it wait, and so the service starts
        r = call(env, "--backfill", "--json")
        assert r.returncode == 0, r.stderr
    assert cluster.sql("backfills_left", f"SELECT count(*) FROM _prisma_migrations WHERE migration_name = '{LAST}' AND finished_at IS NOT NULL") == "1"


def test_wait_lets_a_program_start_before_its_release_job():
    env = migrated("waiting")
    one_step_back("waiting")
    refused(3, [LAST], env, "--wait=1")
    p = spawn(app, "--wait=600", env={**env, "LISTEN": "127.0.0.1:0", "LOG_LEVEL": "debug"})
    port = next(int(m.group(1)) for line in p.stderr if (m := re.search(r"listening listen=\S+:(\d+)", line)))
    said = []
    for line in p.stderr:  # each second once, and at info each minute once
        said += [line.split()[1]] if "waiting for a release job" in line else []
        if len(said) == 4:
            break
    assert said == ["info", "debug", "debug", "debug"], said

    def ask(path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=tap.LIMIT)
        try:
            connection.request("GET", path, headers={"Authorization": "Bearer " + "x" * 43})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    assert ask("/healthz")[0] == 200 and ask("/metrics")[0] == 200
    status, text = ask("/readyz")
    assert status == 503 and "the service is starting: waiting for a release job" in json.loads(text)["detail"], text
    assert ask("/v1/emissions")[0] == 503
    assert call(env, "--migrate-only").returncode == 0
    assert any("serving" in line for line in p.stderr), "it did not serve"
    p.terminate()
    p.communicate(timeout=tap.LIMIT)
    assert p.returncode == 0


def test_a_migration_that_fails_is_1():
    env = migrated("failing")
    cluster.sql("failing", f"ALTER TABLE emissions DROP COLUMN source_key; DELETE FROM _prisma_migrations WHERE migration_name = '{LAST}'")
    refused(1, [LAST, "source_key", "42703"], env, "--migrate-only")


def test_an_edited_or_failed_history_is_4():
    env = migrated("edited")
    cluster.sql("edited", f"UPDATE _prisma_migrations SET checksum = repeat('0', 64) WHERE migration_name = '{NAMES[3]}'")
    refused(4, NAMES[3], env)
    refused(4, NAMES[3], env, "--migrate-only")
    assert call(env, "--check-schema").returncode == 4
    cluster.sql("edited", f"DELETE FROM _prisma_migrations WHERE migration_name >= '{NAMES[3]}'; "
                "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (gen_random_uuid(), repeat('0', 64), '" + NAMES[3] + "')")
    refused(4, NAMES[3], env)


def test_an_older_program_starts_on_what_is_compatible_and_is_told_of_the_rest():
    """A newer release's migrations, as its job records them."""
    env = cluster.fresh("newer")
    assert call(env, "--migrate-only").returncode == 0
    newer = ("INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, started_at) VALUES ('{0}', '', '{0}', now(), now());"
             "INSERT INTO inboard.migrations (id, history, name, class, transactional, program_version, run, inboard_version, started_at, finished_at,"
             " compatible, reason) VALUES ('{0}', 'public', '{0}', 'contracting', true, '9.1', 'r', '0', now(), now(), {1}, '{2}')")
    cluster.sql("newer", newer.format("20990101000000_view", "true", "a view keeps it"))
    assert call(env, "--check-schema").returncode == call(env, "--migrate-only").returncode == 0
    cluster.sql("newer", newer.format("20990102000000_drop", "false", "it drops a column"))
    assert call(env, "--check-schema").returncode == 8 and "unknown and breaking" in call(env, "--check-schema").stdout
    r = call(env, "--migrate-only")
    assert r.returncode == 4 and "20990101000000_view" not in r.stderr, r
    assert "contracting, breaking: it drops a column; applied " in r.stderr and "by version 9.1" in r.stderr, r
    assert "--allow-unknown" in r.stderr and "inboard migrate" not in r.stderr and "inb_" not in r.stderr, r
    assert call(env, "--migrate-only", "--allow-unknown").returncode == 0
    shown = {m["name"]: (m["compatible"], m["reason"], m["application_version"]) for m in json.loads(call(env, "--status", "--json").stdout)["migrations"]}
    assert shown["20990102000000_drop"] == (False, "it drops a column", "9.1") and shown["20990101000000_view"][0] is True, shown
    assert "(breaking)" in call(env, "--status").stdout


def test_a_lock_that_another_holds_is_5():
    env = migrated("locked")
    one_step_back("locked")
    with cluster.session("locked", "SELECT pg_advisory_lock(72707369)", application="other-migrator"):
        refused(5, "other-migrator", env, "--migrate-only", LOCK_WAIT="1s")


def test_a_database_that_is_not_there_or_not_permitted_is_6():
    refused(6, "", {"DATABASE_URL": "postgresql:///x?host=/nonexistent&password=hunter2"}, CONNECT_TIMEOUT="300ms")
    refused(6, "", {"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"}, CONNECT_TIMEOUT="300ms")
    cluster.sql("postgres", "DROP ROLE IF EXISTS nobody_here; CREATE ROLE nobody_here LOGIN")
    cluster.fresh("rights")
    refused(6, "", {"DATABASE_URL": cluster.url("rights", user="nobody_here")})
    for r in (call({"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"}, CONNECT_TIMEOUT="300ms"),):
        assert "hunter2" not in r.stderr


def test_check_schema_says_everything_in_one_status():
    env = migrated("probe")
    assert call(env, "--check-schema").stdout == "up to date\n"
    cluster.sql("probe", f"UPDATE _prisma_migrations SET checksum = repeat('0', 64) WHERE migration_name = '{NAMES[0]}'")
    cluster.sql("probe", f"DELETE FROM _prisma_migrations WHERE migration_name = '{LAST}'")
    r = call(env, "--check-schema", "--json")
    assert r.returncode == 5 and json.loads(r.stdout)["status"] == 5, r
    nowhere = {"DATABASE_URL": "postgresql:///x?host=/nonexistent"}
    r = call(nowhere, "--check-schema", CONNECT_TIMEOUT="200ms")
    assert r.returncode == 64, r
    ours = json.loads(call(nowhere, "--check-schema", "--json", CONNECT_TIMEOUT="200ms").stdout)
    theirs = run(inboard, "migrate", "status", "--json", "--wait=0.2", "--migrations", root / "migrations", env={**nowhere, "DIRECT_URL": ""}, ok=False)
    undocumented("`app --check-schema`", ours)
    assert theirs.returncode == 64 and json.loads(theirs.stdout) == ours, (theirs.stdout, ours)
    assert call(cluster.fresh("probe2"), "--check-schema").returncode == 1


def test_drift_is_32_and_named():
    env = migrated("drift")
    assert json.loads(call(env, "--check-schema", "--json").stdout) == {**json.loads(call(env, "--status", "--json").stdout), "drift": [], "changes": []}
    cluster.sql("drift", "ALTER TABLE users DROP COLUMN display_name; ALTER TABLE sessions ALTER COLUMN expires_at DROP NOT NULL")
    named = ['column "sessions"."expires_at" is nullable, expected NOT NULL',
             'column "sessions"."expires_at" has changed from timestamp(6) with time zone NOT NULL to timestamp(6) with time zone',
             'column "users"."display_name" is gone: character varying(200) NOT NULL']
    for option, status in (("--check-schema", 32), ("--status", 0)):
        r = call(env, option)
        assert r.returncode == status and "drift\n" in r.stdout, r
        assert all(f"\n  {n}\n" in r.stdout for n in named), r.stdout
        r = call(env, option, "--json")
        answer = json.loads(r.stdout)
        assert r.returncode == status and answer["status"] == 32, r
        undocumented("`app --check-schema`", answer)
        other = run(inboard, "migrate", "status", "--json", "--migrations", root / "migrations", env=env, ok=False)
        assert other.returncode == 32 and set(json.loads(other.stdout)) == set(answer), (other.stdout, answer)
        assert answer["findings"] == json.loads(other.stdout)["findings"] == ["drift"]
        assert answer["drift"] == list(named), answer
        assert answer["changes"] == json.loads(other.stdout)["changes"] == [
            {"kind": "column", "object": 'column "sessions"."expires_at"', "change": "changed", "was": "timestamp(6) with time zone NOT NULL",
             "now": "timestamp(6) with time zone"},
            {"kind": "column", "object": 'column "users"."display_name"', "change": "gone", "was": "character varying(200) NOT NULL", "now": None}], answer
    cluster.sql("drift", "ALTER TABLE users ADD COLUMN display_name varchar(199); ALTER TABLE sessions ALTER COLUMN expires_at SET NOT NULL")
    assert '"users"."display_name" is of type character varying(199), expected character varying(200)' in call(env, "--check-schema").stdout


def test_a_release_that_leaves_something_out_is_4_and_says_what():
    env = migrated("left_out")
    one_step_back("left_out")
    cluster.sql("left_out", "ALTER TABLE users DROP COLUMN display_name")
    refused(4, 'column "users"."display_name" is missing', env, "--migrate-only")


def test_an_application_that_owns_nothing_starts_and_serves():
    """The roles of docs/ROLES.md: the migrator migrates through DIRECT_URL, the service lives with what it was granted."""
    env = cluster.fresh("roles")
    rights = re.search(r"```sql\n(.*?)```", (root / "docs/ROLES.md").read_text(), re.S).group(1)
    cluster.sql("roles", rights)
    try:
        env = {"DATABASE_URL": cluster.url("roles", user="shop_app"), "DIRECT_URL": cluster.url("roles", user="shop_migrator"),
               "ERP_KEYRING": str(keyring(cluster.path("roles"), "k1"))}
        assert call(env, "--migrate-only").returncode == 0
        cluster.sql("roles", "REVOKE INSERT, UPDATE, DELETE ON public._prisma_migrations FROM shop_app")
        with Service({**env, "DIRECT_URL": ""}) as s:
            s.login()
            assert s.post("/v1/connectors", {"name": "c", "system": "SAP", "base_url": "https://x.example", "secret": {}}).status == 201
            assert s.upload("scope,quantity,period_start,period_end,source\nSCOPE_1,1,2026-01-01,2026-01-31,x\n")["rows_accepted"] == 1
        assert call({**env, "DIRECT_URL": ""}, "--check-schema").returncode == 0
        assert cluster.sql("roles", "SELECT count(*) FROM pg_class WHERE relowner = 'shop_app'::regrole") == "0"
    finally:
        cluster.sql("postgres", "DROP DATABASE IF EXISTS roles WITH (FORCE)")
        cluster.sql("postgres", "DROP ROLE IF EXISTS shop_app")
        cluster.sql("postgres", "DROP ROLE IF EXISTS shop_migrator")


# --- the gates: 7 and 8 -----------------------------------------------------------------------------------------------------

SECRET = '{"password": "hunter2"}'


def connectors(db, ring, *names):
    """A migrated database with connectors whose secrets are sealed by the service itself."""
    env = {**migrated(db), "ERP_KEYRING": str(ring)}
    with Service(env) as s:
        s.login()
        for name in names:
            a = s.post("/v1/connectors", {"name": name, "system": "SAP", "base_url": "https://x.example", "secret": {"password": "hunter2"}})
            assert a.status == 201, a
    return env


def sealed_refused(env, connector, words, *options, **more):
    r = refused(7, words if connector is None else [f'"{connector}"', words], env, *options, **more)
    assert "hunter2" not in r.stderr
    config = cluster.sql(re.search(r"///(\w+)\?", env["DATABASE_URL"]).group(1), "SELECT string_agg(config->>'ct', ' ') FROM erp_connectors")
    assert all(ct not in r.stderr for ct in config.split()), "sealed content in the log"


def test_sealed_configuration_that_does_not_open_is_7_and_names_the_connector():
    ring = keyring(cluster.path("ring7"), "k1")
    env = connectors("sealed", ring, "alpha", "beta")
    assert call(env, "--migrate-only").returncode == 0
    cluster.sql("sealed", "CREATE TABLE saved AS SELECT id, config FROM erp_connectors")
    back = "UPDATE erp_connectors c SET config = s.config FROM saved s WHERE s.id = c.id"
    cases = (
        ("was changed", "config = jsonb_set(config, '{ct}', to_jsonb(overlay(config->>'ct' PLACING 'AAAA' FROM 9)))"),
        ("cut short", "config = jsonb_set(config, '{ct}', to_jsonb(left(config->>'ct', 8)))"),
        ("cut short", "config = jsonb_set(config, '{dek}', to_jsonb(left(config->>'dek', -4)))"),
        ("another row", "config = (SELECT s.config FROM saved s JOIN erp_connectors o USING (id) WHERE o.name = 'alpha')"),
        ('"k9"', "config = jsonb_set(config, '{kid}', '\"k9\"')"),
        ("algorithm", "config = jsonb_set(config, '{alg}', '\"rot13\"')"),
        ("version", "config = jsonb_set(config, '{v}', '2')"),
    )
    for words, change in cases:
        cluster.sql("sealed", f"UPDATE erp_connectors SET {change} WHERE name = 'beta'")
        sealed_refused(env, "beta", words)
        sealed_refused(env, "beta", words, "--migrate-only")
        cluster.sql("sealed", back)
    sealed_refused({**env, "ERP_KEYRING": str(keyring(cluster.path("other7"), "k1"))}, "alpha", "does not open")
    sealed_refused({**env, "ERP_KEYRING": str(keyring(cluster.path("none7"), "k2"))}, "alpha", '"k1"')
    sealed_refused({**env, "ERP_KEYRING": ""}, "alpha", "no keyring")
    with Service(env) as s:
        assert "connectors=2" in "".join(s.log)


def test_a_keyring_that_others_can_read_is_7_whatever_the_database_holds():
    env = migrated("readable")
    ring = keyring(cluster.path("open"), "k1", mode=0o644)
    sealed_refused({**env, "ERP_KEYRING": str(ring)}, None, "others than its owner")
    ring.chmod(0o640)
    sealed_refused({**env, "ERP_KEYRING": str(ring)}, None, "others than its owner")
    sealed_refused({**env, "ERP_KEYRING": str(cluster.path("missing"))}, None, "No such file")
    sealed_refused({**env, "ERP_KEYRING": "command:false"}, None, "key command")
    sealed_refused({**env, "ERP_KEYRING": "command:/nonexistent/kms"}, None, "cannot start key command")
    ring.chmod(0o600)
    assert call({**env, "ERP_KEYRING": f"command:cat {ring}"}, "--migrate-only").returncode == 0


def test_seal_replaces_a_secret_that_was_lost():
    ring = keyring(cluster.path("lost"), "k1")
    env = connectors("lost", ring, "gamma")
    fresh = {**env, "ERP_KEYRING": str(keyring(cluster.path("lost2"), "k2"))}
    sealed_refused(fresh, "gamma", '"k1"')
    r = call(fresh, "--seal=gamma", stdin=SECRET)
    assert r.returncode == 0 and "k2" in r.stdout and "hunter2" not in r.stdout + r.stderr, r
    assert call(fresh, "--migrate-only").returncode == 0
    for stdin, name, words in (("not json", "gamma", "not a JSON object"), ("[]", "gamma", "not a JSON object"), (SECRET, "delta", '"delta"'), ("{" + " " * 20000, "gamma", "larger")):
        r = call(fresh, f"--seal={name}", stdin=stdin)
        assert r.returncode == 2 and words in r.stderr, r
    assert call({**env, "ERP_KEYRING": ""}, "--seal=gamma", stdin=SECRET).returncode == 2


def test_keys_are_rotated_and_the_old_one_can_go():
    ring = cluster.path("rotate")
    keyring(ring, "old")
    env = connectors("rotate", ring, "one", "two", "three")
    old = ring.read_text()
    keyring(ring, "new")
    new = ring.read_text()
    sealed_refused(env, "one", '"old"')
    ring.write_text(new + old)
    r = call(env, "--rotate-keys", "--json")
    assert r.returncode == 0, r
    report = json.loads(r.stdout)
    assert report["key"] == "new" and {c["state"] for c in report["connectors"]} == {"rotated"} and len(report["connectors"]) == 3, report
    assert cluster.sql("rotate", "SELECT DISTINCT config->>'kid' FROM erp_connectors") == "new"
    assert call(env, "--rotate-keys").stdout.count("current") == 3
    ring.write_text(new)
    assert call(env, "--migrate-only").returncode == 0
    cluster.sql("rotate", "UPDATE erp_connectors SET config = jsonb_set(config, '{kid}', '\"lost\"') WHERE name = 'two'")
    r = call(env, "--rotate-keys")
    assert r.returncode == 7 and r.stdout.count("current") == 2 and "not opened" in r.stdout, r


def test_a_smoke_check_that_fails_is_8_and_named():
    env = migrated("smoke")
    cluster.sql("smoke", "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not today''; END'; "
                "CREATE TRIGGER no BEFORE INSERT ON emissions FOR EACH ROW EXECUTE FUNCTION no()")
    r = refused(8, ["create emission", "not today"], env)
    assert 'smoke check "login" passed' in r.stderr and 'smoke check "create emission" failed' in r.stderr


# --- the end ----------------------------------------------------------------------------------------------------------------

BODY = {"scope": "SCOPE_1", "quantity": 1, "period_start": "2026-01-01", "period_end": "2026-01-31", "source": "slow"}


def posted(s):
    """A request in a thread of its own, and the list that its answer goes to."""
    answers = []
    t = threading.Thread(target=lambda: answers.append(s.post("/v1/emissions", BODY)))
    t.start()
    return t, answers


def test_sigterm_drains_what_runs_and_takes_nothing_new():
    env = migrated("drain")
    with Service(env) as s:
        s.login()
        with cluster.session("drain", "BEGIN", "LOCK emissions"):
            t, answers = posted(s)
            cluster.until_blocked("drain", "app")
            s.process.send_signal(signal.SIGTERM)
            s.wait_for("draining requests=1")
            try:
                s.get("/healthz")
                assert False, "it still takes connections"
            except ConnectionRefusedError:
                pass
            assert s.process.poll() is None and not answers
        t.join(tap.LIMIT)
        assert answers and answers[0].status == 201, answers
        assert s.ended() == 0
    assert cluster.sql("drain", "SELECT count(*) FROM emissions WHERE source = 'slow'") == "1"


def test_a_terminal_that_goes_away_ends_it_in_order_unless_nohup_said_otherwise():
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests themselves may run under nohup
    try:
        with Service(cluster.fresh("hangup")) as s:
            s.process.send_signal(signal.SIGHUP)
            assert s.ended() == 0
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with Service(cluster.fresh("nohup")) as s:
            s.process.send_signal(signal.SIGHUP)
            s.ready()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_sigterm_answers_whoever_was_there_before_it():
    """Clients that were connected, or were waiting to be, have an answer whether or not the service had read anything of theirs."""
    env = migrated("there")
    request = b"GET /v1/emissions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
    with Service(env) as s:
        s.login()
        line = request % s.token.encode()
        kept = socket.create_connection(("127.0.0.1", s.port), timeout=tap.LIMIT)
        kept.sendall(line)
        assert b"200 OK" in kept.recv(65536)
        s.freeze()
        clients = [kept] + [socket.create_connection(("127.0.0.1", s.port), timeout=tap.LIMIT) for _ in range(20)]
        for c in clients:
            c.sendall(line)
        s.process.send_signal(signal.SIGTERM)
        s.process.send_signal(signal.SIGCONT)
        for n, c in enumerate(clients):
            with c, c.makefile("rb") as f:
                answer = f.read()
            assert answer.startswith(b"HTTP/1.1 200 "), (n, answer)
        assert s.ended() == 0


def test_sigterm_waits_for_a_request_that_has_begun():
    env = migrated("begun")
    body = json.dumps({**BODY, "source": "begun"}).encode()
    with Service(env) as s:
        s.login()
        with socket.create_connection(("127.0.0.1", s.port), timeout=tap.LIMIT) as c:
            c.sendall(b"POST /v1/emissions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
                      b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n" % (s.token.encode(), len(body)))
            assert c.recv(65536).startswith(b"HTTP/1.1 100 ")
            c.sendall(body[:10])
            s.process.send_signal(signal.SIGTERM)
            s.wait_for("draining requests=1")
            c.sendall(body[10:])
            with c.makefile("rb") as f:
                assert f.read().startswith(b"HTTP/1.1 201 ")
        assert s.ended() == 0
    assert cluster.sql("begun", "SELECT count(*) FROM emissions WHERE source = 'begun'") == "1"


def test_a_drain_that_takes_too_long_is_cut_short():
    env = migrated("cut")
    with Service(env, SHUTDOWN_TIMEOUT="500ms", STATEMENT_TIMEOUT="10m") as s:
        s.login()
        with cluster.session("cut", "BEGIN", "LOCK emissions"):
            t, answers = posted(s)
            cluster.until_blocked("cut", "app")
            assert s.stop() == 0
        t.join(tap.LIMIT)
        assert answers and answers[0].status == 503, answers


def test_sigterm_in_the_middle_of_an_upload_loses_no_row_and_doubles_none():
    env = migrated("handover")
    csv = "scope,quantity,period_start,period_end,source\n" + "".join(f"SCOPE_1,{n},2026-01-01,2026-01-31,row {n}\n" for n in range(60000))
    with Service(env) as s:
        s.login()
        with cluster.session("handover", "BEGIN", "LOCK emissions"):
            a = s.post("/v1/uploads", csv, type="text/csv")
            assert a.status == 202, a
            cluster.until_blocked("handover", "app-jobs")
            s.process.send_signal(signal.SIGTERM)
            s.wait_for("draining")
        assert s.ended() == 0
    left = cluster.sql("handover", "SELECT status, rows_read, lease_until <= now() FROM upload_jobs")
    assert left == "RUNNING|500|t", f"it was not given back after its batch: {left}"
    with Service(env) as s:
        s.login()
        job = s.job(a.json["id"])
        assert (job["status"], job["rows_accepted"]) == ("DONE", 60000), job
    assert cluster.sql("handover", "SELECT count(*), count(DISTINCT source) FROM emissions WHERE upload_job_id IS NOT NULL") == "60000|60000"


def test_sigterm_while_it_waits_for_the_lock_ends_it_at_once():
    env = migrated("term")
    one_step_back("term")
    with cluster.session("term", "SELECT pg_advisory_lock(72707369)"):
        p = spawn(app, "--migrate-only", env={**env, "LOCK_WAIT": "1h"})
        assert any("waiting for the migration lock" in line for line in p.stderr), "it did not wait"
        p.terminate()
        out = p.communicate(timeout=tap.LIMIT)
        assert p.returncode == 143, (p.returncode, out)


def test_core_dumps_are_off_while_keys_are_in_memory():
    env = {**migrated("core"), "ERP_KEYRING": str(keyring(cluster.path("core"), "k1"))}
    with Service(env) as s:
        limits = pathlib.Path(f"/proc/{s.process.pid}/limits").read_text()
        assert re.search(r"Max core file size +0 +0 ", limits), limits
    with Service({**env, "ERP_KEYRING": ""}) as s:
        assert s.get("/healthz").status == 200


def test_a_failure_of_one_start_does_not_show_secrets_of_the_environment():
    env = migrated("quiet")
    cluster.sql("postgres", "DROP ROLE IF EXISTS secretive; CREATE ROLE secretive LOGIN PASSWORD 'hunter2'")
    r = call({"DATABASE_URL": cluster.url("nonexistent", user="secretive", more="&password=hunter2")})
    assert r.returncode == 6 and "hunter2" not in r.stderr + r.stdout, r


tap.main(cluster.start, cluster.remove)
