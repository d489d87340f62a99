#!/usr/bin/env python3
"""The service while memory runs out: each allocation of a request fails in turn, and each of a command. What comes is an answer that was
meant or a refusal; nothing crashes, hangs or leaks, and the next request is answered."""
import json, mmap, os, struct, subprocess, sys, time
from http.client import HTTPException

from service import Service, keyring

import tap
from inb import Cluster, app, root, run

cluster = Cluster()
library, control = cluster.path("fail_alloc.so"), cluster.path("control")
EMISSION = {"scope": "SCOPE_1", "quantity": "12.5", "period_start": "2026-01-01", "period_end": "2026-01-31", "source": "boiler"}
CONNECTOR = {"name": "sap", "system": "SAP", "base_url": "https://erp.example.com", "secret": {"user": "u", "password": "p"}}
CSV = "scope,quantity,period_start,period_end,source\nSCOPE_1,1,2026-01-01,2026-01-31,a\nSCOPE_9,1,2026-01-01,2026-01-31,b\n"
REFUSALS = {500, 503}


class Memory:
    """The file that the program shares: left, forever, failed, count, live."""

    def __init__(self):
        control.write_bytes(struct.pack("5q", -1, 0, 0, 0, 0))
        with open(control, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 40)

    def get(self, i):
        return struct.unpack_from("q", self.map, 8 * i)[0]

    def arm(self, n, forever):
        struct.pack_into("q", self.map, 8, int(forever))
        struct.pack_into("q", self.map, 16, 0)
        struct.pack_into("q", self.map, 0, n)

    def disarm(self):
        """Whether the allocation was reached."""
        struct.pack_into("q", self.map, 0, -1)
        return self.get(2) > 0

    def live(self, s, most=None):
        """How many blocks there are when both threads have their connections; what is still on its way out may take its time to go."""
        until = time.monotonic() + 60
        while True:
            tap.until(lambda: s.get("/readyz", token=False).status == 200, "ready")
            there = cluster.sql("requests", "SELECT count(*) FROM pg_stat_activity WHERE datname = 'requests' AND application_name IN ('app', 'app-jobs')")
            live = self.get(4)
            if (there == "2" and (most is None or live <= most)) or time.monotonic() > until:
                return live
            time.sleep(0.1)


def setup():
    cluster.start()
    run(os.environ.get("CC", "cc").split()[0], "-shared", "-fPIC", "-O1", "-o", library, root / "tests/support/fail_alloc.c")


def preloaded(env):
    return {**env, "LD_PRELOAD": str(library), "FAIL_ALLOC": str(control)}


def attempt(s, memory, request, n, forever):
    """One request with its n-th allocation failing; whether there was one. Any status that is no refusal must be the right one."""
    method, path, body, type, good = request
    memory.arm(n, forever)
    try:
        a = s.send(method, path, body, type=type)
        status = a.status
        assert status != 200 or a.body, (method, path, n, "an empty answer")
        assert not a.body or "json" not in a.headers["Content-Type"] or a.json is not None  # whole, or not at all
    except (HTTPException, OSError):
        status = None  # cut off: the connection itself had no memory
    reached = memory.disarm()
    assert s.process.poll() is None, f"{method} {path}: allocation {n} ended it\n" + "".join(s.log[-20:])
    assert status == good or (reached and (status is None or status in REFUSALS)), (method, path, n, forever, reached, status)
    return reached


def sweep(s, memory, request, before, step=1):
    """Fails one allocation after the other. Gives the number of them."""
    most = 0
    for forever in (False, True):
        n = 0
        while True:
            before()
            if not attempt(s, memory, request, n, forever):
                break
            n += step
            assert n < 5000, request
        most = max(most, n)
    return most


def test_each_allocation_of_a_request_may_fail():
    memory = Memory()
    env = cluster.fresh("requests")
    ring = keyring(cluster.path("ring"), "k1")
    with Service(preloaded(env), WORKERS="1", ERP_KEYRING=str(ring), LOGIN_TRIES="0") as s:
        s.login()
        kept = s.post("/v1/connectors", {**CONNECTOR, "name": "kept"}).json["id"]
        s.post("/v1/connectors", {**CONNECTOR, "name": "taken"})
        forget = lambda: cluster.sql("requests", "DELETE FROM erp_connectors WHERE name = 'sap'")
        stay = lambda: None
        # method, path, body, its type, the right status; what goes before each
        requests = [
            (("GET", "/readyz", None, "", 200), stay), (("GET", "/metrics", None, "", 200), stay), (("GET", "/openapi.json", None, "", 200), stay),
            (("POST", "/healthz", b"x", "text/plain", 405), stay), (("GET", "/v1/emissions?limit=2", None, "", 200), stay),
            (("POST", "/v1/emissions", EMISSION, "application/json", 201), stay), (("POST", "/v1/emissions", {"scope": 1}, "application/json", 422), stay),
            (("POST", "/v1/connectors", CONNECTOR, "application/json", 201), forget),
            (("PATCH", f"/v1/connectors/{kept}", {"secret": {"a": "b"}, "name": "taken"}, "application/json", 409), stay),
        ]
        for request, before in requests:
            forget()
            attempt(s, memory, request, -1, False)
            forget()
            live = memory.live(s)
            count = sweep(s, memory, request, before)
            more = memory.live(s, live) - live
            print(f"# {request[0]} {request[1]}: {count} allocations, {more} more blocks", flush=True)
            assert more <= 0, f"{request[:2]} leaks {more} blocks in {2 * count} failures"
            tap.until(lambda: s.get("/readyz", token=False).status == 200, "ready")
            assert s.post("/v1/emissions", EMISSION).status == 201


def test_each_allocation_of_an_upload_may_fail():
    """The job goes on where it was when its worker had no memory: each row comes once."""
    memory = Memory()
    count = lambda table, where="true": int(cluster.sql("uploads", f"SELECT count(*) FROM {table} WHERE {where}"))
    with Service(preloaded(cluster.fresh("uploads")), WORKERS="1") as s:
        s.login()
        before, made, n, reached = count("emissions"), 0, 0, True
        while reached:
            memory.arm(n, False)
            try:
                s.send("POST", "/v1/uploads", CSV, type="text/csv")
            except (HTTPException, OSError):
                pass
            until = time.monotonic() + 60
            while memory.get(2) == 0 and count("upload_jobs", "status <> 'DONE'"):
                assert time.monotonic() < until, s.log[-20:]
            reached = memory.disarm()
            cluster.sql("uploads", "UPDATE upload_jobs SET lease_until = now() WHERE status = 'RUNNING'")
            s.upload(CSV)  # wakes the worker, who takes the older one first
            assert s.process.poll() is None and count("upload_jobs", "status <> 'DONE'") == 0, s.log[-20:]
            n += 5
        jobs = count("upload_jobs")
        assert n > 60 and count("upload_jobs", "rows_accepted = 1 AND rows_rejected = 1") == jobs
        assert count("emissions") == before + jobs and count("upload_job_errors") == jobs, jobs


def test_each_allocation_of_a_command_may_fail():
    memory = Memory()
    ring = keyring(cluster.path("ring2"), "k1")
    env = {**preloaded(cluster.fresh("commands")), "ERP_KEYRING": str(ring)}
    with Service(env) as s:
        s.login()
        assert s.post("/v1/connectors", CONNECTOR).status == 201
    built = app.parent / ".libs/app"  # libtool's own script would be starved instead
    program = str(built if built.exists() else app)
    env = {**os.environ, **env, "LD_LIBRARY_PATH": str(app.parent.resolve() / ".libs")}
    for words, stdin, step in ((["--check-schema"], "", 2), (["--status", "--json"], "", 5), (["--rotate-keys", "--json"], "", 5),
                               (["--seal", "sap"], '{"a": "b"}', 5)):
        n, reached, refused = 0, True, 0
        while reached:
            memory.arm(n, False)
            r = subprocess.run([program, *words], env=env, input=stdin, capture_output=True, text=True, timeout=120)
            reached = memory.disarm()
            assert 0 <= r.returncode <= 64 and (r.returncode == 0 or (reached and r.stderr)), (words, n, r)
            assert r.returncode or words[1:] != ["--json"] or json.loads(r.stdout), (words, n, r)
            refused += r.returncode != 0
            n += step
        assert refused > 5, (words, n)


if "__asan_init" in subprocess.run(["nm", "-a", str(app.parent / ".libs/app" if (app.parent / ".libs/app").exists() else app)], capture_output=True, text=True).stdout:
    print("1..0 # SKIP the sanitizer has an allocator of its own")
else:
    tap.main(setup, cluster.remove)
