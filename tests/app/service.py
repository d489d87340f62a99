"""The service as a test sees it: started on a free port, spoken to over HTTP, stopped by a signal."""
import base64, http.client, json, os, pathlib, signal, socket, subprocess, sys, threading, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from inb import app, root, run

EMAIL, PASSWORD = "demo@example.com", "inboard demo"


def keyring(path, *kids, mode=0o600):
    """A keyring file with a fresh key of each name; the first one seals."""
    lines = [f"{kid} {base64.b64encode(os.urandom(32)).decode()}\n" for kid in kids]
    path.write_text("".join(lines))
    path.chmod(mode)
    return path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


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
        self.port = free_port()
        self.env = {**os.environ, **env, "LISTEN": f"127.0.0.1:{self.port}", **more}
        self.seed = seed
        self.log = []
        self.token = None
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen([str(app)], env=self.env, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                                        start_new_session=True)
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)
        self.reader.start()
        self.wait_for("serving")
        if self.seed:
            run("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", root / "prisma/seed.sql", self.env["DATABASE_URL"])
        return self

    def wait_for(self, words, seconds=60):
        until = time.monotonic() + seconds
        while not any(words in line for line in self.log):
            assert self.process.poll() is None and time.monotonic() < until, "".join(self.log)
            time.sleep(0.02)

    def freeze(self, seconds=60):
        """Stops every thread of it where it is, until SIGCONT."""
        self.process.send_signal(signal.SIGSTOP)
        until = time.monotonic() + seconds
        threads = pathlib.Path(f"/proc/{self.process.pid}/task")
        while any(t.joinpath("stat").read_text().rsplit(")", 1)[1].split()[0] != "T" for t in threads.iterdir()):
            assert time.monotonic() < until, "it does not stop"
            time.sleep(0.01)

    def stop(self, seconds=60):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(seconds)
        self.reader.join(5)
        return self.process.returncode

    def __exit__(self, kind, *_):
        if self.process and self.process.poll() is None:
            try:
                status = self.stop()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("it did not stop:\n" + "".join(self.log[-50:]))
            assert kind or status == 0, f"exit {status}\n" + "".join(self.log[-50:])

    def connect(self, timeout=120):
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

    def raw(self, data, seconds=10):
        """Sends bytes as they are and returns all that comes back until the end of the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as s:
            s.sendall(data)
            out = b""
            try:
                while chunk := s.recv(65536):
                    out += chunk
            except (TimeoutError, ConnectionResetError):
                pass
            return out

    def upload(self, csv, **kw):
        a = self.post("/v1/uploads", csv, type="text/csv", **kw)
        assert a.status == 202, a
        return self.job(a.json["id"])

    def job(self, id, seconds=30):
        until = time.monotonic() + seconds
        while True:
            a = self.get(f"/v1/uploads/{id}")
            assert a.status == 200, a
            if a.json["status"] in ("DONE", "FAILED"):
                return a.json
            assert time.monotonic() < until, a
            time.sleep(0.05)

    def metric(self, line):
        for l in self.get("/metrics").body.decode().splitlines():
            if l.rsplit(" ", 1)[0] == line:
                return float(l.rsplit(" ", 1)[1])
        return None
