"""The service as a test sees it: started on a free port, spoken to over HTTP, stopped by a signal."""
import base64, http.client, json, os, pathlib, re, signal, socket, subprocess, sys, threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import app, root, run

# No limit of the service's own is reached by being slow; a test that is about one sets it.
PATIENT = {"CONNECT_TIMEOUT": "2m", "STATEMENT_TIMEOUT": "2m", "READ_TIMEOUT": "10m", "REQUEST_TIMEOUT": "10m", "SHUTDOWN_TIMEOUT": "2m"}
EMAIL, PASSWORD = "demo@example.com", "inboard demo"


def keyring(path, *kids, mode=0o600):
    """A keyring file with a fresh key of each name; the first one seals."""
    lines = [f"{kid} {base64.b64encode(os.urandom(32)).decode()}\n" for kid in kids]
    path.write_text("".join(lines))
    path.chmod(mode)
    return path


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:500]!r}"


class Service:
    """`with Service(env) as s:` starts it and waits until it answers; the end is SIGTERM and exit status 0."""

    def __init__(self, env, seed=True, **more):
        self.port = None
        self.env = {**os.environ, **PATIENT, **env, "LISTEN": "127.0.0.1:0", **more}
        self.seed = seed
        self.log = []
        self.token = None
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen([str(app)], env=self.env, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                                        start_new_session=True)
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)
        self.reader.start()
        tap.notes.append(lambda: "the log of the service ends with:\n" + "".join(self.log[-12:]))
        self.port = int(re.search(r"serving listen=\S+:(\d+) ", self.wait_for("serving ")).group(1))
        if self.seed:
            run("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", root / "prisma/seed.sql", self.env["DATABASE_URL"])
        return self

    def ready(self):
        """Waits until /readyz says so: on a busy machine the database can take longer to answer than a probe allows."""
        return tap.until(lambda: (a := self.get("/readyz")).status == 200 and a, "ready")

    def wait_for(self, words, lines=1):
        """Waits until so many lines of the log have these words; the last of them."""
        def found():
            gone = self.process.poll() is not None
            if gone:
                self.reader.join(tap.LIMIT)
            has = [line for line in list(self.log) if words in line]
            assert len(has) >= lines or not gone, f"it ended with {self.process.returncode}"
            return has[lines - 1] if len(has) >= lines else None
        return tap.until(found, f"{words!r} in the log")

    def freeze(self):
        """Stops every thread of it where it is, until SIGCONT."""
        self.process.send_signal(signal.SIGSTOP)
        threads = pathlib.Path(f"/proc/{self.process.pid}/task")
        tap.until(lambda: all(t.joinpath("stat").read_text().rsplit(")", 1)[1].split()[0] == "T" for t in threads.iterdir()), "stopped")

    def ended(self, seconds=tap.LIMIT):
        """Its exit status, and by then its whole log is here."""
        self.process.wait(seconds)
        self.reader.join(seconds)
        return self.process.returncode

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def __exit__(self, kind, *_):
        if self.process and self.process.poll() is None:
            try:
                status = self.stop()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("it did not stop")
            assert kind or status == 0, f"exit {status}"

    def connect(self, timeout=tap.LIMIT):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def send(self, method, path, body=None, headers=None, token=True, type="application/json"):
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            headers.setdefault("Content-Type", type)
        if token and self.token:
            headers.setdefault("Authorization", "Bearer " + (token if isinstance(token, str) else self.token))
        connection = self.connect()
        try:
            connection.request(method, path, body=body.encode() if isinstance(body, str) else body, headers=headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **kw):
        return self.send("GET", path, **kw)

    def post(self, path, body=None, **kw):
        return self.send("POST", path, body, **kw)

    def login(self, email=EMAIL, password=PASSWORD):
        a = self.post("/v1/login", {"email": email, "password": password}, token=False)
        assert a.status == 200, a
        self.token = a.json["token"]
        return self.token

    def raw(self, data):
        """Sends bytes as they are and returns all that comes back until the end of the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=tap.LIMIT) as s:
            out = b""
            try:
                s.sendall(data)
                while chunk := s.recv(65536):
                    out += chunk
            except (ConnectionResetError, BrokenPipeError):
                pass
            return out

    def upload(self, csv, **kw):
        a = self.post("/v1/uploads", csv, type="text/csv", **kw)
        assert a.status == 202, a
        return self.job(a.json["id"])

    def job(self, id):
        """The job when it is over; one that gets on is waited for."""
        done = -1
        while True:
            def further():
                a = self.get(f"/v1/uploads/{id}")
                assert a.status == 200, a
                return a.json if a.json["status"] in ("DONE", "FAILED") or a.json["bytes_done"] > done else None
            job = tap.until(further, f"progress of the upload after {done} bytes")
            if job["status"] in ("DONE", "FAILED"):
                return job
            done = job["bytes_done"]

    def metric(self, line):
        for l in self.get("/metrics").body.decode().splitlines():
            if l.rsplit(" ", 1)[0] == line:
                return float(l.rsplit(" ", 1)[1])
        return None
