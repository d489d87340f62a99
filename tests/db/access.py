#!/usr/bin/env python3
"""Who may migrate what: the roles of docs/ROLES.md, read-only sessions, standbys, poolers."""
import json, os, pathlib, re, signal, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, root, run

cluster = Cluster()
PLAIN = {"20260101000000_a": "CREATE TABLE a (id int);\n", "20260102000000_b": "CREATE TABLE b (id int);\n"}


def documented(n):
    return re.findall(r"```sql\n(.*?)```", (root / "docs/ROLES.md").read_text(), re.S)[n]


def deploy(folder, url, *more, direct=None):
    env = {"DATABASE_URL": url, "DIRECT_URL": direct or ""}
    return run(inboard, "migrate", "deploy", "--migrations", folder, "--json", "--wait=3", *more, env=env, ok=False)


def error(result):
    return json.loads(result.stdout)["error"]


def test_the_documented_rights_are_enough():
    cluster.fresh("roles")
    folder = cluster.folder("plain", PLAIN)
    cluster.sql("roles", documented(0))
    done = deploy(folder, cluster.url("roles", "shop_migrator"))
    assert done.returncode == 0, done
    cluster.sql("roles", documented(1))
    seen = deploy(folder, cluster.url("roles", "shop_app"))
    assert seen.returncode == 0 and json.loads(seen.stdout)["applied"] == [], seen
    status = run(inboard, "migrate", "status", "--migrations", folder, env={"DATABASE_URL": cluster.url("roles", "shop_app")}, ok=False)
    assert status.returncode == 0, status
    cluster.sql("roles", "INSERT INTO a VALUES (1)", user="shop_app")
    assert cluster.sql("roles", "SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname IN ('public', 'inboard')") == "shop_migrator"


def test_a_pending_migration_is_refused_to_the_application():
    folder = cluster.folder("more", {**PLAIN, "20260103000000_c": "CREATE TABLE c (id int);\n"})
    refused = deploy(folder, cluster.url("roles", "shop_app"))
    assert refused.returncode in (1, 6) and error(refused)["hint"], refused
    assert cluster.sql("roles", "SELECT count(*) FROM _prisma_migrations") == "2"


def test_without_the_own_schema_the_missing_right_is_named():
    cluster.fresh("bare")
    cluster.sql("bare", "GRANT USAGE, CREATE ON SCHEMA public TO shop_migrator")
    refused = deploy(cluster.folder("plain", PLAIN), cluster.url("bare", "shop_migrator"))
    assert refused.returncode == 6, refused
    assert "CREATE SCHEMA inboard AUTHORIZATION \"shop_migrator\"" in error(refused)["hint"], refused.stdout
    assert cluster.sql("bare", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"


def test_a_history_that_may_not_be_read_is_not_an_unmanaged_database():
    cluster.sql("roles", "CREATE ROLE stranger LOGIN")
    cluster.sql("roles", "GRANT USAGE ON SCHEMA public TO stranger")
    refused = deploy(cluster.folder("plain", PLAIN), cluster.url("roles", "stranger"))
    assert refused.returncode == 6, refused
    assert "GRANT SELECT ON" in error(refused)["hint"], refused.stdout
    status = run(inboard, "migrate", "status", "--migrations", cluster.path("plain"), env={"DATABASE_URL": cluster.url("roles", "stranger")}, ok=False)
    assert status.returncode == 64, status


def test_a_read_only_role_is_refused_before_the_lock():
    cluster.fresh("readonly")
    cluster.sql("readonly", "CREATE ROLE reader LOGIN SUPERUSER")
    cluster.sql("readonly", "ALTER ROLE reader SET default_transaction_read_only = on")
    refused = deploy(cluster.folder("plain", PLAIN), cluster.url("readonly", "reader"), "--wait=0.7")
    assert refused.returncode == 6 and "read-only" in error(refused)["message"], refused
    assert cluster.sql("readonly", "SELECT to_regclass('_prisma_migrations') IS NULL") == "t"


class Standby:
    """A standby of the cluster, on a socket folder of its own."""

    def __init__(self):
        self.dir, self.bin = cluster.path("standby"), run("pg_config", "--bindir").stdout.strip()
        self.dir.mkdir()
        os.chmod(self.dir, 0o777)
        self.owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []

    def __enter__(self):
        run(*self.owner, f"{self.bin}/pg_basebackup", "-D", self.dir / "data", "-d", cluster.url(), "-R", "-c", "fast")
        run(*self.owner, f"{self.bin}/pg_ctl", "-D", self.dir / "data", "-w", "-s", "-l", self.dir / "log", "-o",
            f"-k {self.dir} -c listen_addresses='' -c max_connections=200", "start")
        return self

    def __exit__(self, *_):
        run(*self.owner, f"{self.bin}/pg_ctl", "-D", self.dir / "data", "-w", "-s", "-m", "immediate", "stop")


def test_a_standby_is_refused_for_migrating_and_read_by_status():
    cluster.fresh("copied")
    folder = cluster.folder("plain", PLAIN)
    assert deploy(folder, cluster.url("copied")).returncode == 0
    with Standby() as standby:
        url = cluster.url("copied", host=standby.dir)
        more = cluster.folder("more", {**PLAIN, "20260103000000_c": "CREATE TABLE c (id int);\n"})
        refused = deploy(more, url, "--wait=10")
        assert refused.returncode == 6 and "primary" in error(refused)["hint"], refused
        status = run(inboard, "migrate", "status", "--migrations", folder, env={"DATABASE_URL": url}, ok=False)
        assert status.returncode == 0, status
        both = cluster.url("copied", host=f"{standby.dir},{cluster.socket}")
        assert deploy(more, both).returncode == 0, "the primary is found behind the standby"


class Bouncer:
    def __init__(self, mode):
        self.dir = cluster.path(f"bouncer-{mode}")
        self.dir.mkdir(exist_ok=True)
        os.chmod(self.dir, 0o777)
        (self.dir / "users").write_text('"postgres" ""\n')
        (self.dir / "ini").write_text(
            f"[databases]\n* = host={cluster.socket}\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = {self.dir}\nlisten_port = 6543\n"
            f"auth_type = any\nauth_file = {self.dir}/users\npool_mode = {mode}\nlogfile = {self.dir}/log\n"
            "ignore_startup_parameters = extra_float_digits,options\n[users]\n")
        ini = (self.dir / "ini").read_text().replace(f"* = host={cluster.socket}", f"* = host={cluster.socket} user=postgres")
        (self.dir / "ini").write_text(ini)

    def __enter__(self):
        command = ["pgbouncer", str(self.dir / "ini")]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--"] + command
        self.p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            if (self.dir / ".s.PGSQL.6543").exists():
                return self
            time.sleep(0.05)
        raise AssertionError((self.dir / "log").read_text())

    def __exit__(self, *_):
        self.p.send_signal(signal.SIGTERM)
        self.p.wait()

    def url(self, db, more=""):
        return cluster.url(db, host=self.dir, port=6543, more=more)


def test_a_session_pooler_is_fine():
    cluster.fresh("pooled")
    with Bouncer("session") as bouncer:
        done = deploy(cluster.folder("plain", PLAIN), bouncer.url("pooled"))
    assert done.returncode == 0, done
    assert len(json.loads(done.stdout)["applied"]) == 2


def test_a_transaction_pooler_is_refused_with_the_reason():
    cluster.fresh("pooled")
    with Bouncer("transaction") as bouncer:
        refused = deploy(cluster.folder("plain", PLAIN), bouncer.url("pooled"))
        assert refused.returncode == 6 and "transaction pooler" in error(refused)["message"], refused
        assert "DIRECT_URL" in error(refused)["hint"]
        assert cluster.sql("pooled", "SELECT to_regclass('_prisma_migrations') IS NULL") == "t"
        assert cluster.sql("pooled", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0"
        done = deploy(cluster.folder("plain", PLAIN), bouncer.url("pooled"), direct=cluster.url("pooled"))
        assert done.returncode == 0, done
        again = deploy(cluster.folder("plain", PLAIN), bouncer.url("pooled"))
        assert again.returncode == 0, "nothing pending needs no session: " + again.stdout


def test_a_url_that_says_pgbouncer_is_believed():
    cluster.fresh("said")
    refused = deploy(cluster.folder("plain", PLAIN), cluster.url("said", more="&pgbouncer=true"))
    assert refused.returncode == 6 and "transaction pooler" in error(refused)["message"], refused


tap.main(cluster.start, cluster.remove)
