/* One statement with parameters, or one simple query; waited for, or not. */
#include "config.h"

#include "pg/internal.h"
#include "util/alloc.h"
#include "util/cleanup.h"

#include <stdlib.h>

#define PARAMETERS 65535 /* the protocol's own limit */

/*
 * All answers of one statement (several, when a simple Query holds several): the last one, or the
 * first that is an error. *kept stays NULL when the connection was lost before there was any.
 */
static bool answers_collect(inb__pg_call *call, PGresult **kept)
{
    PGresult *next = NULL;
    while (inb__pg_call_next(call, &next)) {
        if (!next) {
            return true;
        }
        if (inb__result_is_copy(next) && !inb__pg_call_copy_end(call, PQresultStatus(next))) {
            PQclear(next);
            return false;
        }
        call->done += inb__result_good(next);
        if (*kept && !inb__result_good(*kept) && !inb__result_is_copy(*kept)) {
            PQclear(next);
        } else {
            PQclear(*kept);
            *kept = next;
        }
    }
    return false;
}

/* The statement is on its way: waits for what comes of it. slot is where the result goes, NULL:
 * nowhere. */
static int answer_take(inb__pg_call *call, inb_result *slot, inb_error **err)
{
    call->conn->round_trips++;
    PGresult *kept = NULL;
    bool whole = answers_collect(call, &kept);
    if (!whole || call->copy || !kept || !inb__result_good(kept)) {
        int rc = inb__pg_call_error(call, kept, 0, err);
        PQclear(kept);
        return rc;
    }
    if (slot) {
        slot->pg = kept;
    } else {
        PQclear(kept);
    }
    return 0;
}

/* The room for the result is taken before anything is sent, so that memory cannot run out after the
 * statement was done. */
static int statement_run(inb_conn *conn, const char *sql, int n, const char *const *params,
                         inb_result **out, inb_error **err)
{
    inb__pg_call call;
    int rc = inb__pg_call_begin(&call, conn, err);
    if (rc < 0) {
        return rc;
    }
    inb_result *slot = NULL;
    if (out) {
        slot = inb__calloc(1, sizeof(*slot));
        if (!slot) {
            return inb__error_nomem(err);
        }
    }
    int sent = n < 0 ? PQsendQuery(conn->pg, sql)
                     : PQsendQueryParams(conn->pg, sql, n, NULL, params, NULL, NULL, 0);
    rc = sent ? answer_take(&call, slot, err) : inb__pg_call_unsent(&call, err);
    inb__pg_call_end(&call);
    if (rc < 0) {
        inb__free(slot);
    } else if (out) {
        *out = slot;
    }
    return rc;
}

int inb_conn_exec(inb_conn *conn, const char *sql, int n, const char *const *params,
                  inb_result **out, inb_error **err)
{
    INB__REQUIRE(err, conn);
    INB__REQUIRE(err, sql);
    if (n > 0) {
        INB__REQUIRE(err, params);
    }
    if (n < 0 || n > PARAMETERS) {
        return inb__error_set(err, INB_EINVAL, "a statement has 0 to %d parameters, not %d",
                              PARAMETERS, n);
    }
    return statement_run(conn, sql, n, params, out, err);
}

int inb__pg_simple(inb_conn *conn, inb__str sql, inb_result **out, inb_error **err)
{
    INB__AUTO_FREE char *text = inb__strndup(sql.p, sql.n);
    return text ? statement_run(conn, text, -1, NULL, out, err) : inb__error_nomem(err);
}

int inb__pg_start(inb_conn *conn, const char *sql, int n, const char *const *params,
                  inb_error **err)
{
    inb__pg_call call;
    int rc = inb__pg_call_begin(&call, conn, err);
    if (rc < 0) {
        return rc;
    }
    int sent = n < 0 ? PQsendQuery(conn->pg, sql)
                     : PQsendQueryParams(conn->pg, sql, n, NULL, params, NULL, NULL, 0);
    if (!sent) {
        return inb__pg_call_unsent(&call, err);
    }
    bool flushed = inb__pg_call_flush(&call);
    inb__pg_call_end(&call);
    return flushed ? 0 : inb__conn_lost(conn, PQerrorMessage(conn->pg), err);
}

bool inb__pg_is_answered(inb_conn *conn)
{
    return conn->lost || !PQconsumeInput(conn->pg) || !PQisBusy(conn->pg);
}

int inb__pg_finish(inb_conn *conn, inb_result **out, inb_error **err)
{
    inb__pg_call call;
    int rc = inb__pg_call_begin(&call, conn, err);
    inb_result *slot = NULL;
    if (rc == 0 && out) {
        slot = inb__calloc(1, sizeof(*slot));
        rc = slot ? 0 : inb__error_nomem(err);
    }
    if (rc < 0) {
        conn->lost = true; /* the answer that is on its way belongs to nothing */
        return rc;
    }
    rc = answer_take(&call, slot, err);
    inb__pg_call_end(&call);
    if (rc < 0) {
        inb__free(slot);
    } else if (out) {
        *out = slot;
    }
    return rc;
}

void inb__pg_stop(inb_conn *conn)
{
    if (!conn->lost) {
        inb__pg_cancel(conn->pg);
    }
}

int inb__pg_script(inb_conn *conn, inb__str sql, inb_error **err)
{
    INB__AUTO_FREE char *text = inb__strndup(sql.p, sql.n);
    inb__pg_call call;
    if (!text) {
        return inb__error_nomem(err);
    }
    int rc = inb__pg_call_begin(&call, conn, err);
    if (rc < 0) {
        return rc;
    }
    if (!PQsendQuery(conn->pg, text)) {
        rc = inb__pg_call_unsent(&call, err);
    } else {
        PGresult *kept = NULL;
        conn->round_trips++;
        bool whole = answers_collect(&call, &kept);
        bool good = whole && !call.copy && kept && inb__result_good(kept);
        rc = good ? 0 : inb__pg_call_error(&call, kept, call.done + 1, err);
        PQclear(kept);
    }
    inb__pg_call_end(&call);
    return rc;
}
