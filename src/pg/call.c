/* One statement on its way: sent, waited for with a deadline, cancelled when it must be, drained.
 */
#include "config.h"

#include "pg/internal.h"
#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define CANCEL_AGAIN_US 1000000 /* a cancel request can come before the statement it is for */
#define CANCELS 5               /* then the server is given up */

int inb__pg_call_begin(inb__pg_call *call, inb_conn *conn, inb_error **err)
{
    if (conn->lost) {
        return inb__conn_lost(conn, NULL, err);
    }
    if (inb__pg_cancelled(conn)) {
        return inb__error_set(err, INB_ECANCELLED, "stopped before the statement was sent");
    }
    *call = (inb__pg_call){.conn = conn, .started_us = inb__now_us()};
    conn->moved_us = call->started_us;
    inb__pg_call_renew(call);
    return 0;
}

void inb__pg_call_end(inb__pg_call *call)
{
    call->conn->moved_us = 0;
}

void inb__pg_call_renew(inb__pg_call *call)
{
    int64_t limit_us = call->conn->limit_ms * 1000;
    call->cancels = 0; /* the server is there */
    if (call->stopped == INB__WAIT_READY) {
        call->deadline_us = limit_us > 0 ? inb__now_us() + limit_us : 0;
    }
}

/* The limit or the caller ends the statement, or its cancellation is overdue. False: the server is
 * given up. */
static bool call_stop(inb__pg_call *call, inb__wait why)
{
    if (call->stopped == INB__WAIT_READY) {
        call->stopped = why;
    }
    if (call->conn->hasty && why == INB__WAIT_LATE) {
        call->conn->why_lost = "no answer within the limit";
        return false;
    }
    if (call->cancels++ == CANCELS) {
        call->conn->unanswered = true;
        call->conn->why_lost = "no answer within the limit, and none to the cancel request";
        return false;
    }
    inb__pg_cancel(call->conn->pg);
    call->deadline_us = inb__now_us() + CANCEL_AGAIN_US;
    return true;
}

/* Waits once for the socket, and reads and writes what it can. False: lost. */
static bool call_step(inb__pg_call *call, bool writing)
{
    inb_conn *conn = call->conn;
    short revents = 0;
    short events = (short)(POLLIN | (writing ? POLLOUT : 0));
    /* once it was told to stop there is nothing more to ask the callback */
    inb__wait wait = inb__pg_wait(call->stopped == INB__WAIT_READY ? conn : NULL,
                                  PQsocket(conn->pg), events, call->deadline_us, &revents);
    switch (wait) {
    case INB__WAIT_READY:
        conn->moved_us = inb__now_us();
        return !(revents & ~POLLOUT) || PQconsumeInput(conn->pg);
    case INB__WAIT_LATE:
    case INB__WAIT_CANCELLED:
        return call_stop(call, wait);
    case INB__WAIT_FAILED:
        break;
    }
    return false;
}

bool inb__pg_call_flush(inb__pg_call *call)
{
    for (;;) {
        int left = PQflush(call->conn->pg);
        if (left == 0) {
            return true;
        }
        if (left < 0 || !call_step(call, true)) {
            call->conn->lost = true;
            return false;
        }
    }
}

/* True: what PQgetResult gives next is there, and it will not block. */
static bool call_await(inb__pg_call *call)
{
    PGconn *pg = call->conn->pg;
    for (;;) {
        int left = PQflush(pg);
        if (!PQisBusy(pg)) {
            return true; /* also after the connection broke: what the server said last (57P01) */
        }
        if (PQstatus(pg) == CONNECTION_BAD) {
            return false;
        }
        if (!call_step(call, left > 0) && PQstatus(pg) != CONNECTION_BAD) {
            return false;
        }
    }
}

bool inb__pg_call_next(inb__pg_call *call, PGresult **out)
{
    if (!call_await(call)) {
        call->conn->lost = true;
        return false;
    }
    *out = PQgetResult(call->conn->pg);
    return true;
}

static bool copy_out_skip(inb__pg_call *call)
{
    PGconn *pg = call->conn->pg;
    inb__pg_cancel(pg);
    for (;;) {
        char *row = NULL;
        int n = PQgetCopyData(pg, &row, 1);
        PQfreemem(row);
        if (n < 0) {
            return PQstatus(pg) == CONNECTION_OK;
        }
        if (n == 0 && !call_step(call, false)) {
            return false;
        }
    }
}

bool inb__pg_call_copy_end(inb__pg_call *call, ExecStatusType status)
{
    bool ended = false;
    call->copy = true;
    if (status == PGRES_COPY_OUT) {
        ended = copy_out_skip(call);
    } else if (status == PGRES_COPY_IN) {
        ended = PQputCopyEnd(call->conn->pg, "no data for COPY") == 1 && inb__pg_call_flush(call);
    }
    call->conn->lost = call->conn->lost || !ended;
    return ended;
}

int inb__pg_call_unsent(const inb__pg_call *call, inb_error **err)
{
    inb_conn *conn = call->conn;
    if (PQstatus(conn->pg) == CONNECTION_BAD) {
        return inb__conn_lost(conn, PQerrorMessage(conn->pg), err);
    }
    conn->lost = true;
    return inb__error_nomem(err);
}

static void error_texts(const PGresult *result, inb_error **err)
{
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    if (detail || context) {
        inb__error_detail(err, "%s%s%s", detail ? detail : "", detail && context ? "\n" : "",
                          context ? context : "");
    }
    if (hint) {
        inb__error_hint(err, "%s", hint);
    }
    inb__error_relation(err, PQresultErrorField(result, PG_DIAG_TABLE_NAME));
}

static int copy_refused(inb_error **err)
{
    int rc = inb__error_set(err, INB_ESQL, "the statement is a COPY from or to the client");
    inb__error_sqlstate(err, INB__SQLSTATE_FEATURE_NOT_SUPPORTED);
    inb__error_hint(err, "Use INSERT, or COPY with a file that the server itself can read.");
    return rc;
}

static int server_refused(const inb__pg_call *call, const char *sqlstate, const char *primary,
                          inb_error **err)
{
    if (call->stopped == INB__WAIT_LATE &&
        inb__sqlstate_is(sqlstate, INB__SQLSTATE_QUERY_CANCELED)) {
        return inb__error_set(err, INB_ESQL, "the statement took longer than its limit of %lld ms",
                              (long long)call->conn->limit_ms);
    }
    bool cancelled = call->stopped == INB__WAIT_CANCELLED &&
                     inb__sqlstate_is(sqlstate, INB__SQLSTATE_QUERY_CANCELED);
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_MESSAGE);
    inb__one_line(&line, primary ? primary : "the server gave no reason");
    return inb__error_set(err, cancelled ? INB_ECANCELLED : INB_ESQL, "%s", inb__buf_text(&line));
}

int inb__pg_call_error(const inb__pg_call *call, const PGresult *result, int statement,
                       inb_error **err)
{
    inb_conn *conn = call->conn;
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    int rc;
    if (call->copy) {
        rc = copy_refused(err);
    } else if (!sqlstate || conn->lost || PQstatus(conn->pg) == CONNECTION_BAD) {
        rc = inb__conn_lost(conn, primary ? primary : PQerrorMessage(conn->pg), err);
        inb__error_sqlstate(err, sqlstate);
    } else {
        rc = server_refused(call, sqlstate, primary, err);
        inb__error_sqlstate(err, sqlstate);
        error_texts(result, err);
    }
    inb__error_place(err, NULL, statement, 0, position ? atoi(position) : 0);
    return rc;
}
