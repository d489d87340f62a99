#!/usr/bin/env python3
"""A cluster of three nodes under Patroni, with etcd: migrations and writes go on while the primary moves, dies or is cut off.

Each round deploys one more migration, by turns through HAProxy (docs/deploy/haproxy-patroni.cfg) and with all hosts in the URL, waits until
its statement runs on the primary, and then takes that away: by a switchover, by kill -9 of Patroni and PostgreSQL, or by a partition between
its Patroni and etcd. The statement sleeps for ten minutes on the server on which it was first seen, and not on another, so that no run ends
well before. Meanwhile a client writes. In the end every migration was applied exactly once, and every write that was acknowledged is there,
which synchronous replication promises and the engine must not break.

One switchover without INB_PATRONI_ROUNDS, or so many rounds of each of the three with it. Needs Debian's patroni, etcd-server and haproxy.
"""
import contextlib, json, os, pathlib, shutil, signal, socket, subprocess, sys, tempfile, threading, urllib.error, urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import inboard, root, run
from proxy import Proxy

rounds = int(os.environ.get("INB_PATRONI_ROUNDS", 0))
LONG = 600  # seconds for an election on a busy machine
as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
bindir = os.environ.get("PG_BINDIR") or str(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1].parent)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def http(port, path, body=None):
    """The status and the text of an answer; 0 where nobody listens."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", None if body is None else json.dumps(body).encode())
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()
    except OSError:
        return 0, ""


class Node:
    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name
        self.dir = cluster.path(name)
        self.dir.mkdir()
        if as_owner:
            shutil.chown(self.dir, "postgres")
        self.port, self.rest, self.process = free_port(), free_port(), None
        self.etcd = Proxy(f"127.0.0.1:{cluster.etcd_port}")
        self.config = cluster.path(f"{name}.yml")
        self.config.write_text(json.dumps(self.settings()))  # which is YAML, too

    def settings(self):
        trust = ["local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
        return {
            "scope": "inboard", "name": self.name,
            "restapi": {"listen": f"127.0.0.1:{self.rest}", "connect_address": f"127.0.0.1:{self.rest}"},
            "etcd3": {"hosts": [f"127.0.0.1:{self.etcd.port}"], "use_proxies": True},  # it must not find etcd itself
            "bootstrap": {
                "dcs": {"ttl": 20, "loop_wait": 1, "retry_timeout": 5, "synchronous_mode": True, "master_start_timeout": 0,
                        "postgresql": {"use_pg_rewind": True, "parameters": {"fsync": "off", "max_connections": 50, "wal_keep_size": "256MB"}}},
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}]},
            "postgresql": {
                "listen": f"127.0.0.1:{self.port}", "connect_address": f"127.0.0.1:{self.port}", "data_dir": str(self.dir / "data"),
                "bin_dir": bindir, "pgpass": str(self.dir / "pgpass"), "pg_hba": trust, "remove_data_directory_on_rewind_failure": True,
                "remove_data_directory_on_diverged_timelines": True,
                "authentication": {"superuser": {"username": "postgres", "password": "x"},
                                   "replication": {"username": "replicator", "password": "x"}, "rewind": {"username": "postgres", "password": "x"}},
                "parameters": {"unix_socket_directories": str(self.dir), "log_min_messages": "warning"}},
        }

    def start(self):
        log = open(self.cluster.path(f"{self.name}.log"), "ab")
        self.process = subprocess.Popen(as_owner + ["patroni", str(self.config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
        log.close()

    def postmaster(self):
        """The id of the server's process, None without one."""
        try:
            pid = int((self.dir / "data/postmaster.pid").read_text().split()[0])
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.dir / "data").encode() in command else None

    def kill(self):
        self.process.kill()
        self.process.wait()
        server = self.postmaster()
        if server:
            with contextlib.suppress(ProcessLookupError):  # it ends by itself at the same time
                os.kill(server, signal.SIGKILL)
            tap.until(lambda: not pathlib.Path(f"/proc/{server}").exists() or self.postmaster() is None, "the server has ended")
        self.process = None

    def stop(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                pass
            if self.process.poll() is None or self.postmaster():
                self.kill()
        self.etcd.stop()

    def cut_off(self):
        self.etcd.stop()

    def join_up(self):
        self.etcd = Proxy(f"127.0.0.1:{self.cluster.etcd_port}", listen=f"127.0.0.1:{self.etcd.port}")


class Patroni:
    """etcd and three nodes on loopback, in a folder of their own."""

    def start(self):
        self.work = tempfile.TemporaryDirectory(prefix="inb-patroni.")
        os.chmod(self.work.name, 0o755)
        self.etcd_port, peer = free_port(), free_port()
        client, mine = f"http://127.0.0.1:{self.etcd_port}", f"http://127.0.0.1:{peer}"
        log = open(self.path("etcd.log"), "ab")
        self.etcd = subprocess.Popen(["etcd", "--data-dir", str(self.path("etcd")), "--listen-client-urls", client, "--advertise-client-urls", client,
                                      "--listen-peer-urls", mine, "--initial-advertise-peer-urls", mine, "--initial-cluster", f"default={mine}",
                                      "--unsafe-no-fsync"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        tap.until(lambda: http(self.etcd_port, "/health")[0] == 200, "etcd answers")
        self.nodes = [Node(self, f"n{i}") for i in range(3)]
        for node in self.nodes:
            node.start()
        self.proxy_start()
        self.until_whole()

    def proxy_start(self):
        self.proxy_port = free_port()
        env = {**os.environ, "PG_BIND": f"127.0.0.1:{self.proxy_port}"}
        for i, node in enumerate(self.nodes, 1):
            env |= {f"PG{i}": f"127.0.0.1:{node.port}", f"PG{i}_REST": str(node.rest)}
        with open(self.path("haproxy.log"), "ab") as log:
            self.haproxy = subprocess.Popen(["/usr/sbin/haproxy", "-db", "-f", str(root / "docs/deploy/haproxy-patroni.cfg")], env=env,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def remove(self):
        for node in getattr(self, "nodes", ()):
            node.stop()
        for process in (getattr(self, "haproxy", None), getattr(self, "etcd", None)):
            if process:
                process.terminate()
                process.wait()
        self.work.cleanup()

    def path(self, name):
        return pathlib.Path(self.work.name, name)

    def url(self):
        return f"postgresql://postgres@{','.join(f'127.0.0.1:{n.port}' for n in self.nodes)}/postgres?target_session_attrs=read-write&connect_timeout=5"

    def proxy_url(self):
        return f"postgresql://postgres@127.0.0.1:{self.proxy_port}/postgres"

    def sql(self, text, node=None):
        where = f"postgresql://postgres@127.0.0.1:{node.port}/postgres" if node else self.url()
        return run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", where, "-c", text).stdout.strip()

    def state(self):
        """The members as a Patroni that is in touch with etcd tells them: name to role and state."""
        for node in self.nodes:
            status, text = http(node.rest, "/cluster")
            if status == 200 and text:
                return {m["name"]: (m["role"], m["state"]) for m in json.loads(text)["members"]}
        return {}

    def leader(self):
        """The node that may write; None between two."""
        return next((n for n in self.nodes if http(n.rest, "/primary")[0] == 200), None)

    def is_whole(self):
        state = self.state()
        roles = [role for role, s in state.values() if s in ("running", "streaming")]
        return len(roles) == 3 and "leader" in roles and "sync_standby" in roles and self.leader() is not None

    def until_whole(self):
        tap.until(self.is_whole, "a cluster of a leader, a synchronous standby and another", LONG)

    def logs(self):
        return "\n".join(f"{f.name}: {line}" for f in sorted(self.path(".").glob("*.log")) for line in f.read_text(errors="replace").splitlines()[-10:])


cluster = Patroni()


class Writer(threading.Thread):
    """Writes numbers one by one and remembers those whose COMMIT was acknowledged."""

    def __init__(self):
        super().__init__(daemon=True)
        self.acknowledged, self.refused, self.over = [], 0, threading.Event()

    def run(self):
        n = 0
        while not self.over.is_set():
            n += 1
            p = subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url(), "-c", f"INSERT INTO written VALUES ({n})"],
                               capture_output=True, timeout=LONG)
            if p.returncode == 0:
                self.acknowledged.append(n)
            else:
                self.refused += 1
                self.over.wait(0.2)

    def end(self):
        self.over.set()
        self.join()


def switchover(leader):
    tap.until(lambda: http(leader.rest, "/switchover", {"leader": leader.name})[0] in (200, 202), "Patroni accepts the switchover", LONG)
    return lambda: None


def killed(leader):
    leader.kill()
    return leader.start


def partitioned(leader):
    leader.cut_off()
    return leader.join_up


def migration(number, leader):
    """One that stays on this leader, and runs through on another; every second one statement by statement."""
    head = "-- inboard: no-transaction\n" if number % 2 else ""
    index = "INDEX CONCURRENTLY" if number % 2 else "INDEX"
    return (f"{head}INSERT INTO ledger VALUES ('m{number}');\nCREATE TABLE made_{number} (id int);\n"
            f"SELECT pg_sleep(CASE WHEN inet_server_port() = {leader.port} THEN 600 ELSE 0 END);\n"
            f"CREATE {index} made_{number}_id ON made_{number} (id);\n")


def deployed(folder, leader, fault, url):
    """A run that loses its primary, and those that whoever started it starts again: as often as a release job of Kubernetes would."""
    p = subprocess.Popen([str(inboard), "migrate", "deploy", "--migrations", str(folder)], env={**os.environ, "DATABASE_URL": url},
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        asleep = "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()"
        tap.until(lambda: p.poll() is not None or cluster.sql(asleep, leader) == "t", "the migration runs", LONG)
        assert p.poll() is None, p.communicate()[0]
        heal = fault(leader)
        tap.until(lambda: cluster.leader() not in (None, leader), "another node is the primary", LONG)
        said = p.communicate(timeout=LONG)[0]
        assert p.returncode in (0, 6), (p.returncode, said)
        assert "P3018" not in said, said
    finally:
        if p.poll() is None:
            p.kill()
            p.wait()
    more = 0
    while p.returncode != 0 and more < 5:
        p = run(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": url}, ok=False, timeout=LONG)
        more += 1
    assert p.returncode == 0, (p.stdout, p.stderr, said)
    heal()
    return more


def campaign(faults):
    tap.notes.append(cluster.logs)
    folder = cluster.path("migrations")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "migration_lock.toml").write_text('provider = "postgresql"\n')

    def add(name, text):
        (folder / name).mkdir()
        (folder / name / "migration.sql").write_text(text)

    cluster.sql("DROP SCHEMA IF EXISTS inboard CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    add("20260101000000_begin", "CREATE TABLE ledger (name text NOT NULL);\nCREATE TABLE written (n bigint NOT NULL);\n")
    run(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": cluster.url()})
    writer, again = Writer(), 0
    writer.start()
    try:
        for number, fault in enumerate(faults, 1):
            cluster.until_whole()
            leader = cluster.leader()
            add(f"20260101{number:06}_m{number}", migration(number, leader))
            again += deployed(folder, leader, fault, cluster.url() if number % 4 > 1 else cluster.proxy_url())
    finally:
        writer.end()
    cluster.until_whole()
    assert cluster.sql("SELECT string_agg(name, ' ' ORDER BY name) FROM ledger").split() == sorted(f"m{i}" for i in range(1, len(faults) + 1))
    assert cluster.sql("SELECT count(*) FROM pg_index WHERE indexrelid::regclass::text ~ '^made_' AND indisvalid") == str(len(faults))
    assert cluster.sql("SELECT count(*), count(DISTINCT migration_name) FROM _prisma_migrations WHERE finished_at IS NOT NULL "
                       "AND rolled_back_at IS NULL") == f"{len(faults) + 1}|{len(faults) + 1}"
    there = set(map(int, cluster.sql("SELECT n FROM written").split()))
    lost = [n for n in writer.acknowledged if n not in there]
    assert not lost, f"lost: {lost}"
    print(f"# {len(faults)} failovers, {again} further runs, {len(writer.acknowledged)} writes acknowledged, {writer.refused} refused", flush=True)


def test_a_switchover_during_a_migration_is_none_of_its_failures():
    campaign([switchover] * (rounds or 1))


if rounds:
    def test_a_primary_that_is_killed_takes_no_migration_and_no_write_along():
        campaign([killed] * rounds)

    def test_a_primary_that_is_cut_off_from_etcd_is_given_up():
        campaign([partitioned] * rounds)


tap.main(cluster.start, cluster.remove)
