#!/usr/bin/env python3
"""The service behind HAProxy with TLS, by the configuration in docs/deploy: who a client is, what is reachable, and what is not believed."""
import http.client, json, os, socket, ssl, subprocess

from service import EMAIL, PASSWORD, Answer, Service

import tap
from inb import Cluster, root, run

cluster = Cluster()
CSV = "scope,quantity,period_start,period_end,source\n" + "SCOPE_1,1,2026-01-01,2026-01-31,boiler\n" * 20000
service = proxy = context = None
port = 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def setup():
    global service, proxy, context, port
    cluster.start()
    service = Service(cluster.fresh("proxied"), TRUSTED_PROXIES="127.0.0.1", LOGIN_TRIES="2", MAX_CONNECTIONS_PER_IP="0", MONITOR_LISTEN="127.0.0.1:0")
    service.__enter__()
    key, certificate, both = (cluster.path(f"tls.{x}") for x in ("key", "crt", "pem"))
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate)
    both.touch(0o600)
    both.write_text(certificate.read_text() + key.read_text())
    context = ssl.create_default_context(cafile=str(certificate))
    port = free_port()
    proxy = subprocess.Popen(["/usr/sbin/haproxy", "-db", "-f", str(root / "docs/deploy/haproxy.cfg")], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=open(cluster.path("haproxy.log"), "w"),
                             env={**os.environ, "APP_TLS_BIND": f"127.0.0.1:{port}", "APP_TLS_CERTIFICATE": str(both),
                                  "APP_ADDRESS": f"127.0.0.1:{service.port}"})
    tap.notes.append(lambda: "HAProxy says:\n" + cluster.path("haproxy.log").read_text()[-2000:])

    def ready():
        assert proxy.poll() is None, "HAProxy ended"
        try:
            return ask("GET", "/readyz").status == 200
        except OSError:
            return False
    tap.until(ready, "ready through the proxy")


def teardown():
    try:
        if proxy:
            proxy.terminate()
            proxy.wait(tap.LIMIT)
        if service:
            service.__exit__(None)
    finally:
        cluster.remove()


def ask(method, path, body=None, headers=None, source="127.0.0.2", direct=False, type="application/json"):
    if direct:
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=tap.LIMIT, source_address=(source, 0))
    else:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=tap.LIMIT, source_address=(source, 0), context=context)
    try:
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        connection.request(method, path, text, {**(headers or {}), **({"Content-Type": type} if text else {})})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def sign_in(source, password="wrong", headers=None, direct=False):
    return ask("POST", "/v1/login", {"email": EMAIL, "password": password}, headers, source, direct)


def test_clients_speak_tls_and_work_as_without():
    a = sign_in("127.0.0.2", PASSWORD)
    assert a.status == 200 and a.headers["Strict-Transport-Security"], a
    token = {"Authorization": "Bearer " + a.json["token"]}
    made = ask("POST", "/v1/uploads", CSV, token, type="text/csv")
    assert made.status == 202, made
    service.token = a.json["token"]
    assert service.job(made.json["id"])["rows_accepted"] == 20000
    assert ask("GET", "/v1/emissions?limit=2", headers=token).status == 200
    with socket.create_connection(("127.0.0.1", port), timeout=tap.LIMIT) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            assert not plain.recv(100).startswith(b"HTTP/1.1 200"), "it answers without TLS"
        except ConnectionResetError:
            pass


def test_metrics_stay_inside():
    assert ask("GET", "/metrics").status == 404


def refused_after(tries, source, **more):
    """Signs in wrongly until it is refused; on a slow machine a try may come back meanwhile."""
    for n in range(tries + 4):
        a = sign_in(source, **more)
        if a.status == 429:
            return n
        assert a.status == 401, a
    return None


def test_each_client_has_its_own_tries():
    assert refused_after(2, "127.0.0.11") >= 2
    assert sign_in("127.0.0.12").status == 401


def test_a_client_cannot_claim_to_be_another():
    assert refused_after(2, "127.0.0.21") >= 2
    for claim in ("127.0.0.77", "127.0.0.78, 127.0.0.79", "127.0.0.1"):
        assert sign_in("127.0.0.21", headers={"X-Forwarded-For": claim}).status == 429, claim
    # Past the proxy nobody is believed who is not trusted.
    assert refused_after(2, "127.0.0.31", direct=True) >= 2
    assert sign_in("127.0.0.31", headers={"X-Forwarded-For": "127.0.0.80"}, direct=True).status == 429


tap.main(setup, teardown)
