#!/usr/bin/env python3
"""The service against clients that mean harm: slow, huge, malformed, lying. It answers what it can and stays up for the others."""
import concurrent.futures, http.client, json, re, socket, threading, time

from service import EMAIL, PASSWORD, Answer, Service, keyring

import tap
from inb import Cluster

cluster = Cluster()
EMISSION = {"scope": "SCOPE_2", "quantity": "12.5", "period_start": "2026-01-01", "period_end": "2026-01-31", "source": "electricity"}
HEAD = "scope,quantity,period_start,period_end,source\n"
INJECTIONS = ["'; DROP TABLE users; --", "' OR '1'='1", "1); SELECT pg_sleep(10); --", "$1", "\\'; --", "\"; --", "%s%s%n", "${jndi:x}", "../../etc/passwd",
              "{\"$ne\": null}", "0x27", "admin'/*", "\u02bc; --"]
service = None


def setup():
    global service
    cluster.start()
    ring = keyring(cluster.path("ring"), "k1")
    service = Service({**cluster.fresh("hostile"), "ERP_KEYRING": str(ring)}, MAX_UPLOAD="2000000", LOGIN_TRIES="0")
    service.__enter__()
    service.login()


def teardown():
    try:
        service.__exit__(None)
    finally:
        cluster.remove()


def healthy(s=None):
    s = s or service
    assert s.get("/healthz").status == 200
    assert s.post("/v1/emissions", EMISSION).status == 201
    assert s.process.poll() is None


def strict(db):
    """A service with time limits that are soon over."""
    return Service(cluster.fresh(db), seed=False, READ_TIMEOUT="2s", REQUEST_TIMEOUT="2s")


def head_of(method="POST", path="/v1/emissions", more="", token=None):
    return (f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token or service.token}\r\n"
            f"Content-Type: application/json\r\n" + more).encode()


SLOW = {"headers": (b"GET /v1/emissions HTTP/1.1\r\nHost: x\r\n", b"X-Slow: " + b"a" * 10000),
        "a body": (head_of(more="Content-Length: 60000\r\n\r\n", token="x" * 43), b"{" + b" " * 50000)}


def test_clients_that_trickle_do_not_keep_others_waiting():
    sockets = []
    try:
        for first, _ in SLOW.values():
            for _ in range(20):
                s = socket.create_connection(("127.0.0.1", service.port), timeout=tap.LIMIT)
                s.sendall(first)
                sockets.append(s)
        for n in range(5):
            for s in sockets:
                s.sendall(b" ")
            healthy()
    finally:
        for s in sockets:
            s.close()


def trickled(s, data):
    """Sends a byte every tenth of a second until the other side ends it."""
    for byte in data:
        try:
            s.sendall(bytes([byte]))
            s.settimeout(0.1)
            if s.recv(1) == b"":
                return True
        except TimeoutError:
            s.settimeout(tap.LIMIT)
        except OSError:
            return True
    return False


def test_clients_that_trickle_are_cut_however_steadily():
    with strict("trickled") as s:
        cut = []

        def work(first, slow):
            with socket.create_connection(("127.0.0.1", s.port), timeout=tap.LIMIT) as c:
                c.sendall(first)
                cut.append(trickled(c, slow[:600]))

        threads = [threading.Thread(target=work, args=SLOW[kind]) for kind in SLOW for _ in range(10)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert cut == [True] * len(threads), cut


def test_clients_that_send_nothing_are_cut():
    with strict("silent") as s:
        assert s.raw(b"") == b""


def test_clients_that_do_not_read_are_cut():
    with strict("deaf") as s, socket.socket() as c:
        c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        c.connect(("127.0.0.1", s.port))
        c.settimeout(tap.LIMIT)
        try:
            while True:
                c.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
        except TimeoutError:
            assert False, "it is not cut"
        except OSError:
            pass


def test_one_address_gets_only_so_many_connections():
    with Service(cluster.fresh("many"), seed=False, MAX_CONNECTIONS_PER_IP="80") as service:
        sockets, served, refused = [], 0, 0
        try:
            for _ in range(100):
                s = socket.create_connection(("127.0.0.1", service.port), timeout=tap.LIMIT)
                sockets.append(s)
            for s in sockets:
                try:
                    s.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n")
                    line = s.recv(12)
                    served += line == b"HTTP/1.1 200"
                    refused += line == b"HTTP/1.1 503"
                except (ConnectionResetError, BrokenPipeError):
                    pass
            assert served == 80 and refused == 20, (served, refused)
            # Probes are not kept out by them.
            assert service.get("/healthz").status == 200 and service.ready()
        finally:
            for s in sockets:
                s.close()

        def again():
            try:
                return service.get("/openapi.json").status == 200
            except OSError:
                return False
        tap.until(again, "served again")


def test_connections_above_the_limit_do_not_keep_probes_out_for_long():
    with Service(cluster.fresh("flooded"), seed=False, MAX_CONNECTIONS="20") as service:
        sockets = [socket.create_connection(("127.0.0.1", service.port), timeout=tap.LIMIT) for _ in range(200)]
        try:
            def probed():
                try:
                    return service.get("/healthz").status == 200
                except OSError:
                    return False
            tap.until(probed, "a probe answered")
        finally:
            for s in sockets:
                s.close()


def test_bodies_that_are_too_large_are_refused_by_their_announced_length():
    out = service.raw(head_of(more="Content-Length: 99999999999\r\n\r\n"))
    assert out.startswith(b"HTTP/1.1 413 ") and b"application/problem+json" in out, out
    out = service.raw(head_of(more="Content-Length: 184467440737095516160\r\n\r\n"))
    assert out.startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 400 ")), out
    healthy()


def test_bodies_that_are_too_large_are_refused_when_their_length_is_kept_quiet():
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    out = service.raw(head_of(more="Transfer-Encoding: chunked\r\n\r\n") + chunk * 3 + b"0\r\n\r\n")
    assert out.startswith(b"HTTP/1.1 413 "), out
    service.raw(head_of(more="Transfer-Encoding: chunked\r\n\r\n") + chunk * 200)  # cut while it still sends
    healthy()
    assert service.metric("app_http_body_bytes") == 0


def test_memory_for_bodies_is_bounded():
    sockets, part = [], b"scope," * 150000
    try:
        for _ in range(70):
            s = socket.create_connection(("127.0.0.1", service.port), timeout=tap.LIMIT)
            s.setblocking(False)
            sockets.append(s)
            try:
                s.send(head_of(path="/v1/uploads", more="").replace(b"application/json", b"text/csv") + b"Content-Length: 1900000\r\n\r\n")
                s.send(part)
            except OSError:
                pass
        assert service.metric("app_http_body_bytes") <= 2000000 * 8 + (64 << 20)
    finally:
        for s in sockets:
            s.close()
    tap.until(lambda: service.metric("app_http_body_bytes") == 0, "no body held")
    healthy()


def test_every_wrong_type_in_every_field_is_a_client_error():
    bodies = {"/v1/login": {"email": "a@b.example", "password": "x"}, "/v1/emissions": EMISSION,
              "/v1/connectors": {"name": "n", "system": "SAP", "base_url": "https://x.example", "secret": {"a": 1}}}
    wrong = [None, True, [], {}, [1], {"a": 1}, -1, 1e300, 10**30, "", " ", "\u0001", "x" * 70000, "\ud800"] + INJECTIONS
    for path, good in bodies.items():
        for field in good:
            for value in wrong:
                if path == "/v1/connectors" and ((field == "secret" and isinstance(value, dict)) or (field == "name" and value in INJECTIONS)):
                    continue
                if path == "/v1/emissions" and field == "source" and value in INJECTIONS:
                    continue
                if field == "password" and isinstance(value, str) and 0 < len(value) < 100 and value != "\ud800":
                    continue
                a = service.post(path, {**good, field: value})
                assert a.status in (400, 413, 422), (path, field, value, a)
                assert a.headers["Content-Type"] == "application/problem+json" and a.json["status"] == a.status, a
        for body in ({}, [], "x", 1, None, {**good, "extra": 1}, [good]):
            a = service.post(path, json.dumps(body))
            assert a.status in (400, 422), (path, body, a)


def test_json_that_is_not_quite_json_is_refused():
    good = json.dumps(EMISSION)
    for body in (b"", b"{", b"nul", good[:-1], good + "x", good + good, "\ufeff" + good, good.replace("electricity", "a\\u0000b"),
                 good.replace("electricity", "a\\ud800b"), good.encode().replace(b"electricity", b"\xff\xfe"),
                 good.encode().replace(b"electricity", b"\xc0\xaf"), good.encode().replace(b"electricity", b"\xed\xa0\x80"),
                 good.encode().replace(b"electricity", b"a\x00b"), good.replace('"12.5"', "1e999"), good.replace('"12.5"', "NaN"),
                 good.replace('{"scope"', '{"scope": "SCOPE_1", "scope"'), "[" * 60000, "{\"a\":" * 10000, b"\x00" * 1000):
        a = service.post("/v1/emissions", body)
        assert a.status in (400, 422), (body[:80], a)
    healthy()


def test_injections_are_values_and_nothing_else():
    for text in INJECTIONS:
        made = service.post("/v1/emissions", {**EMISSION, "source": text})
        assert made.status == 201 and made.json["source"] == text, made
        assert service.post("/v1/login", {"email": "demo@example.com", "password": text}, token=False).status in (401, 503)
        quoted = "".join(f"%{b:02x}" for b in text.encode())
        for path in (f"/v1/emissions?scope={quoted}", f"/v1/emissions?cursor={quoted}", f"/v1/emissions?limit={quoted}", f"/v1/emissions?{quoted}=1"):
            assert service.get(path).status == 400, path
        for path in (f"/v1/uploads/{quoted}", f"/v1/connectors/{quoted}", f"/{quoted}"):
            assert service.get(path).status == 404, path
    assert int(cluster.sql("hostile", "SELECT count(*) FROM users")) == 1
    healthy()


def test_texts_that_a_terminal_would_obey_are_refused():
    for bad in ("\u0000", "\n", "\x1b[2J", "\x7f", "\u0085", "\u009b2J", "\u2028", "\u202e", "\u2066"):
        assert service.post("/v1/emissions", {**EMISSION, "source": "a" + bad + "b"}).status in (400, 422), bad
    for good in ("\u00a0", "\u00e9", "\u2019", "\u200f\u05d0", "\u2030", "\U0001f600"):
        assert service.post("/v1/emissions", {**EMISSION, "source": "a" + good + "b"}).status == 201, good


def test_broken_cursors_and_limits_are_refused():
    id = "6d1f8f52-95a4-4a39-a0f6-4dd1a6a1e001"
    for cursor in ("", "x", "1", "1.", f".{id}", f"-1.{id}", f"1.{id}x", f"1.{id.upper()}", f"999999999999999999.{id}", f"1.{id[:-1]}", "1.2.3", f"1%00.{id}",
                   f"+1.{id}", f"1e5.{id}", f"1.{id}&cursor=x"):
        assert service.get(f"/v1/emissions?cursor={cursor}").status == 400, cursor
    for cursor in (f"0.{id}", f"99999999999999999.{id}"):
        assert service.get(f"/v1/emissions?cursor={cursor}").status == 200, cursor
    for limit in ("", "0", "-1", "201", "1.5", "x", "99999999999999999999", "1%00", "%31x"):
        assert service.get(f"/v1/emissions?limit={limit}").status == 400, limit


def test_uploads_of_rubbish_hurt_nobody():
    for csv in (b"\xff\xfe" * 1000, b"\x00" * 1000, (HEAD + "a\x00b").encode(), HEAD.encode() + b"SCOPE_1,1,2026-01-01,2026-01-31,\xc3(\n"):
        a = service.post("/v1/uploads", csv, type="text/csv")
        assert a.status == 422, (csv[:40], a)
    for rows in ("," * 10000 + "\n", "\"" * 9999 + "\n", "\"a\"b,1\n" * 10, "a" * 100000 + "\n", "\n" * 1000 + "x\n", "SCOPE_1,1,2026-01-01,2026-01-31," + "x" * 201 + "\n",
                 "SCOPE_1," + "9" * 13 + ",2026-01-01,2026-01-31,x\n", "SCOPE_1,1.0000001,2026-01-01,2026-01-31,x\n", "SCOPE_1,1,9999-99-99,2026-01-31,x\n"):
        job = service.upload(HEAD + rows + "SCOPE_1,1,2026-01-01,2026-01-31,good\n")
        assert job["status"] == "DONE" and job["rows_accepted"] == 1 and job["rows_rejected"] >= 1, (rows[:40], job)
    for kind, body in (("multipart/form-data", "x"), ("multipart/form-data; boundary=", "--\r\n"), ("multipart/form-data; boundary=B", "--B"),
                       ("multipart/form-data; boundary=B", "--B\r\n\r\n\r\n--B--"), ("multipart/form-data; boundary=" + "B" * 71, "x"),
                       ("multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nno end")):
        a = service.post("/v1/uploads", body, type=kind)
        assert a.status == 400, (kind, body, a)
    healthy()


def test_tokens_that_are_none_are_refused():
    for value in ("", "Bearer", "Bearer ", "Bearer x", "Basic " + "x" * 43, "Bearer " + "x" * 42, "Bearer " + "x" * 44, "Bearer " + "'" * 43, "bearer " + "é" * 43,
                  "Bearer " + "x" * 43, service.token, "Bearer  " + service.token):
        a = service.get("/v1/emissions", headers={"Authorization": value.encode()}, token=False)
        assert a.status == 401 and a.headers["WWW-Authenticate"] == "Bearer", (value, a)


def test_malformed_http_is_survived():
    pieces = (b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 5000,
              b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 10000 + b"\r\n",
              b"GET /%zz%00%ff HTTP/1.1\r\nHost: x\r\n\r\n", b"FOO /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET  /healthz  HTTP/1.1\r\nHost: x\r\n\r\n",
              head_of(more="Content-Length: -1\r\n\r\n"), head_of(more="Content-Length: x\r\n\r\n"), head_of(more="Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
              head_of(more="Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"))
    with strict("malformed") as s, concurrent.futures.ThreadPoolExecutor(len(pieces)) as pool:
        for data, out in zip(pieces, pool.map(s.raw, pieces)):
            assert b"HTTP/1.1 5" not in out[:12] or out.startswith(b"HTTP/1.1 505"), (data[:60], out[:200])


def test_a_body_with_two_lengths_is_refused_and_ends_the_connection():
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for more in (b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(smuggled), b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
                 b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"):
        for path in ("/v1/emissions", "/healthz", "/nope"):
            out = service.raw(head_of("GET", path) + more + smuggled)
            assert out.startswith(b"HTTP/1.1 400 ") and out.count(b"HTTP/1.1 ") == 1, (more, out[:300])
    healthy()


def test_heads_that_a_proxy_may_read_otherwise_are_refused_and_end_the_connection():
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for more in (b"Content-Length : %d\r\n\r\n" % len(smuggled), b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                 b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                 b"Transfer-Encoding: identity\r\n\r\n", b"X-A: a\rContent-Length: %d\r\n\r\n" % len(smuggled),
                 b"X-A: a\x01\r\n\r\n", b"X(A): a\r\n\r\n", b"Host: other\r\n\r\n", b"Content-Type: application/json\r\n\r\n"):
        out = service.raw(head_of("POST", "/v1/emissions") + more + smuggled)
        assert out.startswith(b"HTTP/1.1 400 ") and out.count(b"HTTP/1.1 ") == 1, (more, out[:300])
    healthy()


def test_a_path_does_not_end_at_a_nul():
    for path in ("/healthz%00", "/healthz%00/../v1", "/v1/emissions%00x"):
        assert service.get(path).status == 404, path
    assert service.get("/v1/emissions?limit=5%00").status == 400


def test_uploads_leave_memory_to_small_requests():
    """Begun with a token that is none, as anybody can; the sockets stay open with their bodies unfinished."""
    size, sockets = 60000, []
    head = (f"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {'x' * 43}\r\nContent-Type: text/csv\r\n"
            f"Content-Length: {1 << 16}\r\n\r\n").encode()
    with Service(cluster.fresh("reserve"), MAX_UPLOAD=str(1 << 16), MAX_CONNECTIONS_PER_IP="0") as s:
        try:
            for _ in range(40):
                c = socket.create_connection(("127.0.0.1", s.port), timeout=tap.LIMIT)
                sockets.append(c)
                try:
                    c.sendall(head + b"x" * size)
                except (ConnectionResetError, BrokenPipeError):
                    pass
            # All 40 were looked at: those for whom there was no room are cut, and one is the question's own.
            tap.until(lambda: s.metric("app_http_connections") <= 9, "the rest cut")
            held = tap.until(lambda: s.metric("app_http_body_bytes") > 4 * size and s.metric("app_http_body_bytes"), "bodies held")
            assert held <= 8 << 16, held
            assert s.login() and s.post("/v1/emissions", EMISSION).status == 201
        finally:
            for c in sockets:
                c.close()


def test_a_head_that_is_refused_has_a_problem_document():
    for status, data in ((400, b"GET /healthz HTTP/1.1\r\n\r\n"), (400, b"GET /heal thz HTTP/1.1\r\nHost: x\r\n\r\n"),
                         (431, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 17000 + b"\r\n\r\n"),
                         (431, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 60000 + b"\r\n\r\n"),
                         (431, b"GET /" + b"a" * 17000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")):
        head, body = service.raw(data).split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 %d " % status) and b"\r\nContent-Type: application/problem+json\r\n" in head, head
        assert json.loads(body)["status"] == status and b"\r\nConnection: close" in head, (head, body)
    assert b" 200 OK" in service.raw(b"GET /healthz HTTP/1.0\r\n\r\n"), "HTTP/1.0 needs no Host"


def test_a_password_cannot_be_tried_without_end():
    """Three at once, and one more every 30 seconds, which on a slow machine may go by."""
    def sign_in(s, email, password):
        return s.post("/v1/login", {"email": email, "password": password}, token=False)

    with Service(cluster.fresh("tries"), LOGIN_TRIES="3") as s:
        for _ in range(5):
            assert sign_in(s, EMAIL, PASSWORD).status == 200
        for email in (EMAIL, "nobody@example.com"):
            started, tries = time.monotonic(), 0
            while (a := sign_in(s, email if tries % 2 else email.upper(), "wrong")).status == 401:
                tries += 1
                assert tries <= 3 + (time.monotonic() - started) / 30, tries
            assert a.status == 429 and tries >= 3, (a, tries)
            assert 1 <= int(a.headers["Retry-After"]) <= 30 and a.json["type"] == "urn:inboard:problem:too-many-tries"
        started, last = time.monotonic(), sign_in(s, "nobody@example.com", PASSWORD).status
        assert last == 429 or time.monotonic() - started > 1, last


def test_many_addresses_do_not_try_more_and_do_not_keep_the_owner_out():
    def sign_in(s, address, password="inboard demo"):
        connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=tap.LIMIT, source_address=(address, 0))
        try:
            connection.request("POST", "/v1/login", json.dumps({"email": "demo@example.com", "password": password}), {"Content-Type": "application/json"})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    with Service(cluster.fresh("guessers"), LOGIN_TRIES="1") as s:
        assert sign_in(s, "127.0.0.2").status == 200
        for i in range(10):
            assert sign_in(s, f"127.0.1.{i + 1}", "wrong").status == 401
        stranger = sign_in(s, "127.0.1.99")
        assert stranger.status == 429 and 30 < int(stranger.headers["Retry-After"]) <= 300, (stranger, stranger.headers)
        assert sign_in(s, "127.0.0.2").status == 200, "the owner is kept out"


def test_a_flood_of_sign_ins_leaves_the_others_their_workers():
    """Behind them a request would wait for a good part of the flood each time: so what is counted is how many of it were checked meanwhile."""
    stop, answers = threading.Event(), []

    def flood():
        while not stop.is_set():
            answers.append(service.post("/v1/login", {"email": "nobody@example.com", "password": "x"}, token=False).status)

    threads = [threading.Thread(target=flood) for _ in range(12)]
    for t in threads:
        t.start()
    try:
        tap.until(lambda: answers.count(401) > 2, "flooded")
        before = answers.count(401)
        for _ in range(20):
            assert service.get("/v1/emissions?limit=1").status == 200
        meanwhile = answers.count(401) - before
    finally:
        stop.set()
        for t in threads:
            t.join()
    assert meanwhile < 80, meanwhile
    assert set(answers) <= {401, 503} and 401 in answers, set(answers)


def test_a_flood_of_sign_ins_keeps_no_other_address_from_signing_in():
    """One client sends as many as it can; each of the others signs in, and waits for its turn instead of being refused."""
    stop, refused = threading.Event(), []

    def sign_in(s, address, password):
        connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=tap.LIMIT, source_address=(address, 0))
        try:
            connection.request("POST", "/v1/login", json.dumps({"email": EMAIL, "password": password}), {"Content-Type": "application/json"})
            return Answer(connection.getresponse()).status
        finally:
            connection.close()

    with Service(cluster.fresh("queued"), LOGIN_TRIES="0", WORKERS="2") as s:
        def flood():
            while not stop.is_set():
                refused.append(sign_in(s, "127.0.0.9", "wrong"))

        flooders = [threading.Thread(target=flood) for _ in range(8)]
        for t in flooders:
            t.start()
        try:
            tap.until(lambda: len(refused) > 4, "flooded")
            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                answers = list(pool.map(lambda i: sign_in(s, f"127.0.1.{i % 6 + 1}", PASSWORD), range(18)))
        finally:
            stop.set()
            for t in flooders:
                t.join()
    assert answers == [200] * 18, answers


def test_what_clients_send_does_not_get_into_the_log():
    before = len(service.log)
    requests = sum("request id=" in line for line in service.log)
    service.get("/v1/emissions?limit=%0a2026-01-01T00:00:00Z%20error%20forged")
    service.get("/%0d%0aforged", headers={"X-Request-Id": "forged", "User-Agent": "forged"})
    service.post("/v1/login", {"email": "forged@example.com", "password": "forged"}, token=False)
    service.wait_for("request id=", requests + 3)
    new = service.log[before:]
    assert new and all("forged" not in line for line in new), new
    assert all(line[:4] == "2026" or line[4] == "-" for line in new), new


tap.main(setup, teardown)
