#!/usr/bin/env python3
"""The service over real HTTP, as a client that means well uses it; and its OpenAPI document, which must be true."""
import http.client, os, re, signal, socket, threading

from service import EMAIL, PASSWORD, Answer, Service, keyring

import tap
from inb import Cluster

cluster = Cluster()
EMISSION = {"scope": "SCOPE_2", "quantity": "12.5", "period_start": "2026-01-01", "period_end": "2026-01-31", "source": "electricity"}
HEAD = "scope,quantity,period_start,period_end,source\n"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
service = None


def setup():
    global service
    cluster.start()
    ring = keyring(cluster.path("ring"), "k1")
    service = Service({**cluster.fresh("api"), "ERP_KEYRING": str(ring)})
    service.__enter__()
    service.login()


def teardown():
    try:
        service.__exit__(None)
    finally:
        cluster.remove()


def test_health_and_readiness_answer():
    assert service.get("/healthz").body == b"ok\n"
    assert service.ready().body == b"ready\n"
    head = service.send("HEAD", "/healthz")
    assert head.status == 200 and head.body == b""


def test_login_gives_a_token_that_works_until_logout():
    token = service.login()
    assert service.get("/v1/emissions").status == 200
    assert service.post("/v1/logout").status == 204
    assert service.get("/v1/emissions", token=token).status == 401
    service.login()


def test_login_is_blind_to_the_case_of_the_address():
    assert service.post("/v1/login", {"email": EMAIL.upper(), "password": PASSWORD}).status == 200


def test_a_token_is_stored_as_its_digest_only():
    assert cluster.sql("api", "SELECT count(*) FROM sessions WHERE token_digest = encode(sha256('%s'), 'hex')" % service.token) == "1"
    dump = cluster.sql("api", "SELECT string_agg(s::text, ' ') FROM sessions s")
    assert service.token not in dump


def test_a_session_ends_when_its_time_is_over():
    token = service.login()
    cluster.sql("api", "UPDATE sessions SET expires_at = now() - interval '1 second' WHERE token_digest = encode(sha256('%s'), 'hex')" % token)
    assert service.get("/v1/emissions", token=token).status == 401
    service.login()
    assert cluster.sql("api", "SELECT count(*) FROM sessions WHERE expires_at <= now()") == "0"


def cpu_seconds():
    """What the service has computed: other than the time that went by, it does not depend on what else the machine does."""
    ticks = open(f"/proc/{service.process.pid}/stat").read().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def test_a_wrong_password_and_an_unknown_user_look_the_same_and_cost_the_same():
    costs = []
    for email in (EMAIL, "nobody@example.com"):
        before = cpu_seconds()
        for _ in range(6):
            a = service.post("/v1/login", {"email": email, "password": "not it"}, token=False)
            assert a.status == 401 and a.json["detail"] == "the e-mail address or the password is wrong", a
        costs.append(cpu_seconds() - before)
    assert costs[1] > costs[0] * 0.5 > 0, costs


def test_an_emission_is_created_and_is_first_in_the_list():
    made = service.post("/v1/emissions", EMISSION)
    assert made.status == 201, made
    assert made.json["quantity"] == "12.500000" and made.json["upload_id"] is None
    assert service.get("/v1/emissions?limit=1").json["items"] == [made.json]
    # Written as a key to compare by; a row that the backfill has not reached is read the same.
    made = service.post("/v1/emissions", {**EMISSION, "source": "  Gas   BOILER "})
    assert made.json["source"] == "  Gas   BOILER " and made.json["source_key"] == "gas boiler", made
    assert cluster.sql("api", "UPDATE emissions SET source_key = NULL WHERE source_key = 'gas boiler' RETURNING 1") == "1"
    assert service.get("/v1/emissions?limit=1").json["items"] == [made.json]


def test_quantities_keep_every_digit():
    for sent, stored in (("123456789012.123456", "123456789012.123456"), (0, "0.000000"), (7, "7.000000"), (0.1, "0.100000"), ("0.000001", "0.000001")):
        made = service.post("/v1/emissions", {**EMISSION, "quantity": sent})
        assert made.status == 201 and made.json["quantity"] == stored, (sent, made)
    refused = service.post("/v1/emissions", {**EMISSION, "quantity": 123456789012.12345})  # which a double does not tell from its neighbours
    assert refused.status == 422 and "as a string" in refused.json["errors"][0]["message"], refused


def test_text_of_any_script_comes_back_as_it_was():
    for source in ("Gaskessel Österreich", "電力 🏭", "'; DROP TABLE emissions; --", "\\x00 $1 %s", "a" * 200, "ü" * 200):
        made = service.post("/v1/emissions", {**EMISSION, "source": source})
        assert made.status == 201 and made.json["source"] == source, made


def test_pages_show_everything_once_also_where_times_are_equal():
    csv = HEAD + "".join(f"SCOPE_1,{n},2026-02-01,2026-02-28,page {n}\n" for n in range(250))
    assert service.upload(csv)["rows_accepted"] == 250
    total = int(cluster.sql("api", "SELECT count(*) FROM emissions"))
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        page = service.get(f"/v1/emissions?limit=73{'&cursor=' + cursor if cursor else ''}").json
        seen += [e["id"] for e in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert len(seen) == len(set(seen)) == total and pages == -(-total // 73), (len(seen), total, pages)


def test_a_scope_filters_the_list():
    service.post("/v1/emissions", {**EMISSION, "scope": "SCOPE_3"})
    items = service.get("/v1/emissions?scope=SCOPE_3&limit=200").json["items"]
    assert items and {e["scope"] for e in items} == {"SCOPE_3"}


def test_users_see_their_own_only():
    hashed = cluster.sql("api", f"SELECT password_hash FROM users WHERE email = '{EMAIL}'")
    cluster.sql("api", f"INSERT INTO users (email, display_name, password_hash) VALUES ('other@example.com', 'Other', '{hashed}')")
    job = service.upload(HEAD + "SCOPE_1,1,2026-01-01,2026-01-31,mine\n")
    mine = service.token
    other = service.login("other@example.com")
    assert service.get("/v1/emissions").json["items"] == []
    assert service.get(f"/v1/uploads/{job['id']}").status == 404
    assert service.get(f"/v1/uploads/{job['id']}/errors").status == 404
    assert service.get("/v1/uploads").json["items"] == []
    assert other != mine
    service.token = mine


def test_a_csv_of_ten_thousand_rows_with_errors_is_taken_in():
    rows = []
    for n in range(2, 10002):
        bad = {17: "SCOPE_1,x,2026-01-01,2026-01-31,bad quantity", 500: "SCOPE_9,1,2026-01-01,2026-01-31,bad scope",
               501: "SCOPE_1,1,2026-02-30,2026-03-01,bad day", 502: "SCOPE_1,1,2026-03-02,2026-03-01,backwards",
               503: "SCOPE_1,1,2026-03-01", 9999: "SCOPE_1,1,2026-01-01,2026-01-31,\"open"}.get(n)
        rows.append(bad or f"SCOPE_{n % 3 + 1},{n}.25,2026-01-01,2026-01-31,\"row \"\"{n}\"\", of many\"")
    before = int(cluster.sql("api", "SELECT count(*) FROM emissions"))
    job = service.upload(HEAD + "\r\n".join(rows))
    assert (job["status"], job["rows_read"], job["rows_accepted"], job["rows_rejected"]) == ("DONE", 10000, 9994, 6), job
    assert job["bytes_done"] == job["bytes"] and job["finished_at"]
    assert int(cluster.sql("api", "SELECT count(*) FROM emissions")) == before + 9994
    errors = service.get(f"/v1/uploads/{job['id']}/errors?limit=4").json
    assert [(e["line"], e["column"]) for e in errors["items"]] == [(17, "quantity"), (500, "scope"), (501, "period_start"), (502, "period_end")], errors
    rest = service.get(f"/v1/uploads/{job['id']}/errors?limit=4&cursor={errors['next_cursor']}").json
    assert [(e["line"], e["column"]) for e in rest["items"]] == [(503, ""), (9999, "")] and rest["next_cursor"] is None, rest
    assert cluster.sql("api", f"SELECT content IS NULL FROM upload_jobs WHERE id = '{job['id']}'") == "t"
    assert cluster.sql("api", f"SELECT source FROM emissions WHERE upload_job_id = '{job['id']}' AND quantity = 42.25") == 'row "42", of many'


def test_ten_thousand_bad_rows_are_counted_and_a_thousand_kept():
    job = service.upload(HEAD + "x\n" * 10000)
    assert (job["status"], job["rows_rejected"], job["rows_accepted"]) == ("DONE", 10000, 0), job
    assert cluster.sql("api", f"SELECT count(*), max(line) FROM upload_job_errors WHERE job_id = '{job['id']}'") == "1000|1001"


def test_columns_come_in_any_order_after_a_byte_order_mark_with_blank_lines_and_without_a_last_newline():
    job = service.upload("\ufeffsource,period_end,period_start,quantity,scope\r\n\r\na,2026-01-31,2026-01-01,1,SCOPE_1\n\n\nb,2026-01-31,2026-01-01,2,SCOPE_2")
    assert (job["rows_read"], job["rows_accepted"]) == (2, 2), job


def test_a_form_upload_is_taken_like_a_plain_one():
    body = ("--XX\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--XX\r\nContent-Disposition: form-data; "
            "name=\"file\"; filename=\"e.csv\"\r\nContent-Type: text/csv\r\n\r\n" + HEAD + "SCOPE_1,5,2026-01-01,2026-01-31,form\r\n--XX--\r\n")
    a = service.post("/v1/uploads", body, type="multipart/form-data; boundary=XX")
    assert a.status == 202 and a.headers["Location"] == f"/v1/uploads/{a.json['id']}", a
    assert service.job(a.json["id"])["rows_accepted"] == 1


def test_a_file_with_a_wrong_header_is_refused_at_once():
    for csv, words in (("scope,quantity\n", "is missing"), (HEAD.replace("source", "sauce"), "is unknown"), ("", "empty"),
                       (HEAD.replace("source", "scope"), "twice"), ("\"open", "not closed"), ("\n\n", "empty")):
        a = service.post("/v1/uploads", csv, type="text/csv")
        assert a.status == 422 and words in a.json["errors"][0]["message"], (csv, a)


def test_a_job_left_by_a_dead_worker_is_gone_on_with_and_no_row_comes_twice():
    rows = "".join(f"SCOPE_1,{n},2026-01-01,2026-01-31,left {n}\n" for n in range(1200))
    csv = HEAD + rows
    first = len((HEAD + "".join(f"SCOPE_1,{n},2026-01-01,2026-01-31,left {n}\n" for n in range(500))).encode())
    id = cluster.sql("api", "INSERT INTO upload_jobs (user_id, status, content, content_bytes, bytes_done, rows_read, rows_accepted, lease_until) "
                     f"SELECT id, 'RUNNING', $q${csv}$q$, {len(csv)}, {first}, 500, 500, now() - interval '1 second' FROM users WHERE email = '{EMAIL}' RETURNING id")
    job = service.job(id)
    assert (job["rows_read"], job["rows_accepted"]) == (1200, 1200), job
    assert cluster.sql("api", f"SELECT count(*), min(quantity)::int FROM emissions WHERE upload_job_id = '{id}'") == "700|500"


def test_a_job_whose_lease_is_good_is_left_alone():
    csv = HEAD + "SCOPE_1,1,2026-01-01,2026-01-31,leased\n"
    id = cluster.sql("api", "INSERT INTO upload_jobs (user_id, status, content, content_bytes, lease_until) "
                     f"SELECT id, 'RUNNING', $q${csv}$q$, {len(csv)}, now() + interval '1 hour' FROM users WHERE email = '{EMAIL}' RETURNING id")
    service.upload(csv)
    assert service.get(f"/v1/uploads/{id}").json["status"] == "RUNNING"
    cluster.sql("api", f"DELETE FROM upload_jobs WHERE id = '{id}'")


def test_a_row_that_the_database_refuses_gives_the_job_up_and_a_database_that_is_slow_does_not():
    env = cluster.fresh("refusals")
    with Service(env, STATEMENT_TIMEOUT="300ms") as s:
        s.login()
        cluster.sql("refusals", "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE check_violation; END $$; "
                                "CREATE TRIGGER refuse BEFORE INSERT ON emissions FOR EACH ROW WHEN (NEW.source = 'refused') EXECUTE FUNCTION refuse()")
        row = "SCOPE_1,1,2026-01-01,2026-01-31,"
        job = s.upload(HEAD + row + "refused\n")
        assert job["status"] == "FAILED" and job["failure"] and job["rows_accepted"] == 0, job
        with cluster.session("refusals", "BEGIN", "LOCK TABLE emissions IN EXCLUSIVE MODE"):
            made = s.post("/v1/uploads", HEAD + row + "slow\n", type="text/csv")
            s.wait_for("cannot work on uploads")
            assert s.get("/v1/uploads/" + made.json["id"]).json["status"] == "RUNNING"
        cluster.sql("refusals", "UPDATE upload_jobs SET lease_until = now() WHERE status = 'RUNNING'")
        job = s.job(made.json["id"])
        assert job["status"] == "DONE" and job["rows_accepted"] == 1, job


def test_a_connectors_secret_goes_in_and_never_comes_out():
    body = {"name": "SAP Graz", "system": "SAP", "base_url": "https://sap.example.com", "secret": {"user": "u", "password": "hunter2"}}
    made = service.post("/v1/connectors", body)
    assert made.status == 201 and made.json["key_id"] == "k1", made
    id = made.json["id"]
    shown = [made, service.get(f"/v1/connectors/{id}"), service.get("/v1/connectors"),
             service.send("PATCH", f"/v1/connectors/{id}", {"base_url": "https://new.example.com", "secret": {"password": "hunter2"}})]
    assert [a.status for a in shown] == [201, 200, 200, 200], shown
    assert shown[3].json["base_url"] == "https://new.example.com" and shown[3].json["name"] == "SAP Graz"
    for a in shown:
        assert b"hunter2" not in a.body and b"secret" not in a.body and b"config" not in a.body, a
    assert "hunter2" not in cluster.sql("api", "SELECT config FROM erp_connectors")
    assert "hunter2" not in "".join(service.log)
    assert service.post("/v1/connectors", body).status == 409
    moved = service.send("PATCH", f"/v1/connectors/{id}", {"base_url": "https://elsewhere.example.com"})
    assert moved.status == 422 and moved.json["errors"] == [{"field": "secret", "message": "is required with a new base_url"}], moved
    for same in ({"base_url": "https://new.example.com", "name": "renamed"}, {"system": "ORACLE"}):
        assert service.send("PATCH", f"/v1/connectors/{id}", same).status == 200
    assert service.get(f"/v1/connectors/{id}").json["base_url"] == "https://new.example.com"
    assert service.send("PATCH", f"/v1/connectors/{UNKNOWN}", {"base_url": "https://elsewhere.example.com"}).status == 404
    assert service.send("PATCH", f"/v1/connectors/{id}", {"base_url": "http://169.254.169.254/", "secret": {"a": 1}}).status == 422
    assert service.send("DELETE", f"/v1/connectors/{id}").status == 204
    assert service.send("DELETE", f"/v1/connectors/{id}").status == 404
    assert service.get(f"/v1/connectors/{id}").status == 404


def test_plaintext_does_not_get_into_the_table_by_hand_either():
    try:
        cluster.sql("api", "INSERT INTO erp_connectors (name, system, base_url, config) VALUES ('x', 'SAP', 'https://x', '{\"password\": \"p\"}')")
    except AssertionError as e:
        assert "erp_connectors_config_sealed" in str(e)
    else:
        assert False, "the CHECK let plaintext in"


def test_metrics_count_what_happened():
    line = 'app_http_requests_total{method="POST",route="/v1/emissions",code="2xx"}'
    before = service.metric(line) or 0
    service.post("/v1/emissions", EMISSION)
    service.post("/v1/emissions", {})
    assert service.metric(line) == before + 1
    for l in service.get("/metrics").body.decode().splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+', l), l


# --- the OpenAPI document ---------------------------------------------------------------------------------------------

def resolve(document, node):
    while "$ref" in node:
        target = document
        for part in node["$ref"][2:].split("/"):
            target = target[part]
        node = target
    return node


def check(document, schema, value, where="$"):
    schema = resolve(document, schema)
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None), "number": (int, float)}
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    assert not types or any(isinstance(value, kinds[t]) and not isinstance(value, bool) for t in types), (where, types, value)
    if isinstance(value, dict) and "properties" in schema:
        assert set(schema.get("required", [])) <= set(value), (where, schema, value)
        assert schema.get("additionalProperties", True) or set(value) <= set(schema["properties"]), (where, value)
        for k, v in value.items():
            check(document, schema["properties"].get(k, {}), v, f"{where}.{k}")
    for n, v in enumerate(value if isinstance(value, list) else []):
        check(document, schema.get("items", {}), v, f"{where}[{n}]")


def held(document, method, path, answer):
    """That an answer is one that the document gives for the operation."""
    responses = document["paths"][path][method.lower()]["responses"]
    assert str(answer.status) in responses, (method, path, answer)
    content = resolve(document, responses[str(answer.status)]).get("content")
    if not content:
        assert answer.body == b"", answer
        return
    (media, about), = content.items()
    assert answer.headers["Content-Type"].split(";")[0] == media, (method, path, answer.headers["Content-Type"])
    if media.endswith("json"):
        check(document, about["schema"], answer.json)


def announced(method, path, length):
    """The answer to a request that says how long its body is and sends none of it."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=tap.LIMIT) as s:
        s.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.token}\r\nContent-Type: application/json\r\n"
                  f"Content-Length: {length}\r\n\r\n".encode())
        response = http.client.HTTPResponse(s, method=method)
        response.begin()
        return Answer(response)


def test_every_answer_is_as_the_openapi_document_has_it():
    document = service.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    connector = service.post("/v1/connectors", {"name": "doc", "system": "SAP", "base_url": "https://x.example", "secret": {"a": 1}}).json
    job = service.upload(HEAD + "x\n")
    ids = {"/v1/connectors/{id}": connector["id"], "/v1/uploads/{id}": job["id"], "/v1/uploads/{id}/errors": job["id"]}
    bodies = {"login": {"email": EMAIL, "password": PASSWORD}, "createEmission": EMISSION, "changeConnector": {"name": "doc 2"},
              "createConnector": {"name": "doc 3", "system": "SAP", "base_url": "https://x.example", "secret": {"a": 1}}}
    order = {"logout": 2, "deleteConnector": 1}
    operations = [(m.upper(), p, o) for p, item in document["paths"].items() for m, o in item.items()]
    for method, path, o in sorted(operations, key=lambda x: order.get(x[2]["operationId"], 0)):
        real = path.replace("{id}", ids.get(path, ""))
        body, kind = bodies.get(o["operationId"]), "application/json"
        if o["operationId"] == "createUpload":
            body, kind = HEAD + "SCOPE_1,1,2026-01-01,2026-01-31,doc\n", "text/csv"
        # What must fail comes first: no token, an unknown parameter or id, a body that is too large, of another type, broken.
        if "security" in o:
            a = service.send(method, real, body, token=False, type=kind)
            assert a.status == 401, (method, path, a)
            held(document, method, path, a)
        wrong = [(400, service.send(method, real + "?nope=1", body, type=kind)), (413, announced(method, real, 9000000))]
        if "{id}" in path:
            wrong.append((404, service.send(method, path.replace("{id}", UNKNOWN), body, type=kind)))
        if body is not None:
            wrong.append((415, service.send(method, real, "x", type="text/plain")))
            wrong.append((422 if kind == "text/csv" else 400, service.send(method, real, "{", type=kind)))
        for status, a in wrong:
            assert a.status == status, (method, path, status, a)
            held(document, method, path, a)
        a = service.send(method, real, body, type=kind)
        assert a.status == int(next(iter(o["responses"]))), (method, path, a)
        held(document, method, path, a)
    service.login()
    # And nothing answers that the document does not have.
    for path in ("/", "/v1", "/v1/", "/v1/login/", "/v1/emissions/1", "/admin", "/openapi", f"/v1/connectors/{UNKNOWN}/x"):
        assert service.get(path).status == 404, path
    for path, item in document["paths"].items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - {m.upper() for m in item}:
            a = service.send(method, path.replace("{id}", UNKNOWN))
            assert a.status == 405 and set(m.upper() for m in item) <= set(a.headers["Allow"].split(", ")), (method, path, a)


def test_many_clients_at_once_are_all_answered():
    failures = []

    def work(n):
        for i in range(10):
            a = service.post("/v1/emissions", {**EMISSION, "source": f"client {n} {i}"}) if i % 2 else service.get("/v1/emissions?limit=5")
            if a.status not in (200, 201):
                failures.append(a)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(40)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures, failures[:3]


def test_the_service_goes_on_after_the_database_was_restarted():
    with Service(cluster.fresh("restarted"), STATEMENT_TIMEOUT="2s") as s:
        s.login()
        cluster.stop()
        a = s.get("/v1/emissions")
        assert a.status == 503 and a.headers["Retry-After"], a
        tap.until(lambda: s.get("/readyz").status == 503, "not ready")
        assert s.get("/healthz").status == 200
        cluster.start()
        for path in ("/readyz", "/v1/emissions"):
            tap.until(lambda: s.get(path).status == 200, path)
        # A probe that succeeds is logged at debug; one that does not, where it is seen.
        s.wait_for("path=/v1/emissions status=200")
        s.wait_for("path=/readyz status=503")
        assert not [line for line in s.log if "path=/readyz status=200" in line or "path=/healthz" in line], s.log


def test_no_request_fails_on_a_connection_that_a_restart_closed():
    """Each worker has one, opened by requests at once; a POST is never repeated, so it must not be sent on it."""
    with Service(cluster.fresh("reopened"), WORKERS="3") as s:
        s.login()
        threads = [threading.Thread(target=lambda: s.get("/v1/emissions")) for _ in range(24)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        opened = s.metric('app_database_connects_total{result="good"}')
        cluster.stop()
        cluster.start()
        for n in range(9):
            a = s.post("/v1/emissions", EMISSION)
            assert a.status == 201, (n, a)
        assert s.metric('app_database_connects_total{result="good"}') > opened


def frozen(pids, signal_number):
    for pid in pids:
        os.kill(pid, signal_number)


def test_a_database_that_falls_silent_is_not_ready_whoever_waits_for_it():
    """Its sockets stay open, and STATEMENT_TIMEOUT is two minutes: what waits for an answer waits. Requests that wait take every worker."""
    with Service(cluster.fresh("silent"), WORKERS="2") as s:
        s.login()
        tap.until(lambda: s.get("/readyz").status == 200, "ready")
        postmaster = int((cluster.dir / "data/postmaster.pid").read_text().split()[0])
        children = [int(p) for p in open(f"/proc/{postmaster}/task/{postmaster}/children").read().split()]
        frozen([postmaster, *children], signal.SIGSTOP)
        threads = [threading.Thread(target=lambda: s.get("/v1/emissions")) for _ in range(6)]
        try:
            for t in threads:
                t.start()
            tap.until(lambda: s.get("/readyz").status == 503, "not ready")
            assert s.get("/healthz").status == 200
            a = s.get("/readyz")
            assert a.json["detail"] == "the database does not answer" and a.headers["Retry-After"], a
        finally:
            frozen([postmaster, *children], signal.SIGCONT)
            for t in threads:
                t.join()
        tap.until(lambda: s.get("/readyz").status == 200, "ready again")


def test_a_listener_for_monitors_has_what_they_ask_for_and_nothing_else():
    with Service(cluster.fresh("monitored"), seed=False, MONITOR_LISTEN="127.0.0.1:0", MAX_CONNECTIONS="9") as s:
        port = int(re.search(r"monitor=\S+:(\d+)", s.wait_for("listening ")).group(1))

        def monitor(path):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=tap.LIMIT)
            try:
                connection.request("GET", path)
                return Answer(connection.getresponse())
            finally:
                connection.close()

        tap.until(lambda: monitor("/readyz").status == 200, "ready")
        s.ready()
        assert [monitor(p).status for p in ("/healthz", "/metrics", "/openapi.json", "/v1/emissions")] == [200, 200, 404, 404]
        assert [s.get(p).status for p in ("/healthz", "/metrics")] == [200, 404]
        idle = [socket.create_connection(("127.0.0.1", s.port), timeout=tap.LIMIT) for _ in range(20)]
        assert monitor("/metrics").status == 200, "it shares the limit on connections"
        for c in idle:
            c.close()


tap.main(setup, teardown)
