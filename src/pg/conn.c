/* The public connection, and the facts of one that cost no round trip. */
#include "config.h"

#include "pg/internal.h"
#include "postgres/object_name.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/sized.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#define GRACE_MS 1000 /* the server's own timeout comes first: its error says more */

/* The session as the URL and the options want it, in one round trip; none when there is nothing to
 * want. */
static int session_set(inb_conn *conn, const inb__url *url, int64_t statement_timeout_ms,
                       inb_error **err)
{
    if (!url->schema_given && statement_timeout_ms <= 0) {
        return 0;
    }
    INB__AUTO_BUF inb__buf path;
    inb__buf_init(&path, 4 * INB__LIMIT_IDENTIFIER);
    char timeout[32];
    snprintf(timeout, sizeof(timeout), "%lld", (long long)statement_timeout_ms);
    int rc = inb__pg_add_ident(conn, &path, url->schema, err);
    if (rc < 0) {
        return rc;
    }
    const char *params[] = {url->schema_given ? inb__buf_text(&path) : NULL,
                            statement_timeout_ms > 0 ? timeout : NULL};
    return inb_conn_exec(conn,
                         "SELECT pg_catalog.set_config('search_path', COALESCE($1, "
                         "pg_catalog.current_setting('search_path')), false), "
                         "pg_catalog.set_config('statement_timeout', COALESCE($2, "
                         "pg_catalog.current_setting('statement_timeout')), false)",
                         2, params, NULL, err);
}

static int conn_open(inb_conn **out, const inb_conn_options *options, inb_error **err)
{
    inb__url url = {0};
    int rc = inb__url_parse(&url, options->url, err);
    if (rc < 0) {
        return rc;
    }
    int64_t timeout_ms = options->statement_timeout_ms;
    inb__pg_options inner = {
        .url = &url,
        .application_name = options->application_name,
        .connect_timeout_ms = options->connect_timeout_ms,
        .limit_ms = timeout_ms > 0 ? timeout_ms + GRACE_MS : 0,
        .any_server = options->any_server,
        .log = {options->log, options->log_payload},
        .cancelled = options->cancelled,
        .cancel_payload = options->cancel_payload,
    };
    inb_conn *conn = NULL;
    rc = inb__pg_open(&conn, &inner, err);
    if (rc == 0) {
        rc = session_set(conn, &url, timeout_ms, err);
    }
    inb__url_dispose(&url);
    if (rc < 0) {
        inb_conn_close(conn);
        return rc;
    }
    *out = conn;
    return 0;
}

int inb_conn_open(inb_conn **out, const inb_conn_options *options, inb_error **err)
{
    INB__REQUIRE(err, out);
    INB__REQUIRE(err, options);
    inb_conn_options given;
    int rc = inb__sized_read(&given, sizeof(given), options, "inb_conn_options", err);
    return rc < 0 ? rc : conn_open(out, &given, err);
}

void inb_conn_close(inb_conn *conn)
{
    if (conn) {
        PQfinish(conn->pg);
        inb__free(conn);
    }
}

bool inb_conn_alive(const inb_conn *conn)
{
    return conn && !conn->lost && PQstatus(conn->pg) == CONNECTION_OK;
}

bool inb_conn_check(inb_conn *conn)
{
    if (!inb_conn_alive(conn)) {
        return false;
    }
    struct pollfd idle = {.fd = PQsocket(conn->pg), .events = POLLIN | POLLRDHUP};
    if (poll(&idle, 1, 0) <= 0) {
        return true;
    }
    bool gone = (idle.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
    gone = !PQconsumeInput(conn->pg) || gone;
    if (PQisBusy(conn->pg)) { /* parses what came: a notice, a changed setting */
        gone = true;          /* an answer to nothing */
    }
    conn->lost = gone;
    return !gone;
}

int64_t inb__pg_limit(inb_conn *conn, int64_t limit_ms)
{
    int64_t before = conn->limit_ms;
    conn->limit_ms = limit_ms;
    return before;
}

inb__pg_tx inb__pg_transaction(const inb_conn *conn)
{
    switch (conn->lost ? PQTRANS_UNKNOWN : PQtransactionStatus(conn->pg)) {
    case PQTRANS_IDLE:
        return INB__PG_TX_IDLE;
    case PQTRANS_INTRANS:
        return INB__PG_TX_OPEN;
    case PQTRANS_INERROR:
        return INB__PG_TX_FAILED;
    default:
        return INB__PG_TX_UNKNOWN;
    }
}

int inb__pg_backend_pid(const inb_conn *conn)
{
    return PQbackendPID(conn->pg);
}

int inb__pg_server_version(const inb_conn *conn)
{
    return PQserverVersion(conn->pg);
}

int inb__pg_round_trips(const inb_conn *conn)
{
    return conn->round_trips;
}

const char *inb__pg_host(const inb_conn *conn)
{
    const char *host = PQhost(conn->pg);
    return host ? host : "";
}

int64_t inb__pg_connect_us(const inb_conn *conn)
{
    return conn->connect_us;
}

int inb__pg_add_ident(inb_conn *conn, inb__buf *out, const char *name, inb_error **err)
{
    char *quoted = PQescapeIdentifier(conn->pg, name, strlen(name));
    if (!quoted) {
        return inb__error_set(err, INB_EINVAL, "a name is not valid UTF-8");
    }
    inb__buf_str(out, quoted);
    PQfreemem(quoted);
    return out->failed ? inb__error_nomem(err) : 0;
}
