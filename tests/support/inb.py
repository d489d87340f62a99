"""What the Python tests share: a private cluster, fresh databases, the built programs, folders of migrations."""
import os, pathlib, re, subprocess, tempfile

import tap

root = pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2]))
build = pathlib.Path(os.environ.get("top_builddir", root / "build"))
inboard, embed, app = build / "inboard", build / "inboard-embed", build / "app"
pg = root / "tests/support/pg"

# Debian's psql is a script that looks for the newest one each time: here it is looked for once.
for found in sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"), key=lambda p: int(p.parts[-3]))[-1:]:
    os.environ["PATH"] = f"{found.parent}:{os.environ['PATH']}"


def run(*command, ok=True, env=None, cwd=None, timeout=300, stdin=None):
    """Runs a command to its end; with ok a failure is an AssertionError that shows its output, as is one that does not end."""
    p = subprocess.Popen([str(c) for c in command], env={**os.environ, **(env or {})}, cwd=cwd, text=True,
                         stdin=None if stdin is None else subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, err = p.communicate(stdin, timeout)
        end = f"exit {p.returncode}"
    except subprocess.TimeoutExpired:
        p.kill()
        (out, err), ok, end = p.communicate(), None, f"not over after {timeout} s"
    assert ok is False or end == "exit 0", f"{command}: {end}\n{out[-3000:]}\n{err[-3000:]}"
    return subprocess.CompletedProcess(p.args, p.returncode, out, err)


def spawn(*command, env=None, **kw):
    return subprocess.Popen([str(c) for c in command], env={**os.environ, **(env or {})}, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **kw)


class Cluster:
    """A private server and a temporary folder: start() and remove() are for tap.main(setup, teardown)."""

    def __init__(self, *settings):
        self.work = tempfile.TemporaryDirectory(prefix="inb-test.")
        os.chmod(self.work.name, 0o755)
        self.home = tempfile.TemporaryDirectory(prefix="inb-cluster.", dir=run(pg, "place").stdout.strip())
        os.chmod(self.home.name, 0o755)
        self.dir = pathlib.Path(self.home.name, "cluster")
        self.settings = settings

    def start(self):
        run(pg, "start", self.dir, *(w for s in self.settings for w in ("-c", s)))
        self.socket = (self.dir / "socket").read_text().strip()
        self.version = int(self.sql("postgres", "SHOW server_version_num")) // 10000

    def stop(self, mode="fast"):
        run(pg, "stop", self.dir, mode)

    def remove(self):
        run(pg, "remove", self.dir, ok=False)
        self.home.cleanup()
        self.work.cleanup()

    def path(self, name):
        return pathlib.Path(self.work.name, name)

    def url(self, db="postgres", user="postgres", host=None, port=None, more=""):
        return f"postgresql:///{db}?user={user}&host={host or self.socket}" + (f"&port={port}" if port else "") + more

    def sql(self, db, text, user="postgres"):
        return run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", self.url(db, user), "-c", text).stdout.strip()

    def until(self, db, query, answer="t"):
        """Waits until the query gives this answer."""
        tap.until(lambda: self.sql(db, query) == answer, f"{query} = {answer!r}")

    def until_unlocked(self):
        """Waits until nobody holds the migration lock; a session that ends lets it go a little later than its client knows."""
        self.until("postgres", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", "0")

    def until_blocked(self, db, application, sessions=1):
        """Waits until so many sessions of this application wait for a lock of another's."""
        self.until(db, f"SELECT count(*) = {sessions} FROM pg_stat_activity WHERE datname = current_database() AND "
                   f"application_name = '{application}' AND cardinality(pg_blocking_pids(pid)) > 0")

    def shape(self, db):
        """All that stands in schema public, in an order of its own: what two databases are compared by."""
        return run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", self.url(db), "-f", root / "tests/support/shape.sql").stdout

    def fresh(self, db, template="template1"):
        """A new database, empty or a copy; what a program needs to reach it."""
        cheap = " STRATEGY wal_log" if self.version >= 15 else ""
        run("psql", "-qX", "-v", "ON_ERROR_STOP=1", self.url(), "-c", f"DROP DATABASE IF EXISTS {db} WITH (FORCE)",
            "-c", f"CREATE DATABASE {db} TEMPLATE {template}{cheap}")
        return {"DATABASE_URL": self.url(db)}

    def folder(self, name, migrations, lock='provider = "postgresql"\n'):
        """A folder of migrations in Prisma's layout."""
        f = self.path(name)
        f.mkdir(exist_ok=True)
        for m, text in migrations.items():
            (f / m).mkdir(exist_ok=True)
            (f / m / "migration.sql").write_bytes(text if isinstance(text, bytes) else text.encode())
        (f / "migration_lock.toml").write_text(lock)
        return f

    def session(self, db, *statements, application="holder"):
        return Session(self.url(db, more=f"&application_name={application}"), statements)


class Standby(Cluster):
    """A streaming standby of a cluster, which that knows by this application_name."""

    def __init__(self, primary, name):
        super().__init__()
        self.primary, self.name = primary, name

    def start(self):
        run(pg, "standby", self.dir, self.primary.dir, self.name)
        self.socket = (self.dir / "socket").read_text().strip()
        self.primary.until("postgres", f"SELECT count(*) = 1 FROM pg_stat_replication WHERE application_name = '{self.name}' AND state = 'streaming'")

    def again(self):
        run(pg, "start", self.dir)


class Session:
    """A psql that stays open, to hold a lock or a snapshot; a context manager."""

    def __init__(self, url, statements):
        self.p = subprocess.Popen(["psql", "-qXAt", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.run(*statements)

    def run(self, *statements):
        for s in statements:
            self.p.stdin.write(s + ";\n")
        self.p.stdin.write("\\echo ready\n")
        self.p.stdin.flush()
        while self.p.stdout.readline().strip() != "ready":
            assert self.p.poll() is None

    def close(self):
        if not self.p.stdin.closed:
            self.p.stdin.close()
            self.p.stdout.read()
        self.p.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def undocumented(section, answer):
    """Fails when an object has a member that docs/JSON.md does not list in the section for it, or in those of errors and diagnostics."""
    text = (root / "docs/JSON.md").read_text()

    def members(title):
        body = re.search(rf"^## [^\n]*{re.escape(title)}[^\n]*\n(.*?)(?=^## |\Z)", text, re.M | re.S)
        assert body, f"docs/JSON.md has no section {title}"
        return set(re.findall(r"`(\w+)`", body[1]))

    def check(title, value):
        known = members(title) | {"error", "diagnostics"}
        assert not set(value) - known, f"docs/JSON.md, {title}: {set(value) - known}"

    check(section, answer)
    for d in answer.get("diagnostics", []):
        check("diagnostics", d)
    error = answer.get("error")
    while error:
        check("error", error)
        error = error["cause"]
    for name in ("migrations", "applied", "unfinished", "warnings", "unexecutable", "files"):
        for one in answer.get(name) or [] if isinstance(answer.get(name), list) else []:
            check(section, one)
            for statement in one.get("statements", []):
                check(section, statement)
