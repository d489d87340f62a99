/* Smoke checks in a transaction that is always rolled back. */
#include "config.h"

#include "inboard/smoke.h"
#include "pg/pg.h"
#include "util/cleanup.h"

#include <string.h>

/* One transaction in which the checks run; its number proves at the end that none of them ended it.
 */
typedef struct smoke_run {
    inb_conn *conn;
    char xid[24];
} smoke_run;

static int smoke_begin(smoke_run *run, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, INB__STR("BEGIN"), 0, NULL);
    inb__pg_pipe_add(&pipe, INB__STR("SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text"), 0,
                     NULL);
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    if (rc == 0) {
        const char *xid = inb_result_value(pipe.steps.v[1].result, 0, 0);
        strncpy(run->xid, xid ? xid : "", sizeof(run->xid) - 1);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* Whether the connection is still in the transaction that smoke_begin opened: a check can end it
 * and open another. */
static int smoke_same(smoke_run *run, bool *same, inb_error **err)
{
    *same = false;
    if (inb__pg_transaction(run->conn) != INB__PG_TX_OPEN) {
        return 0;
    }
    inb_result *result = NULL;
    int rc = inb_conn_exec(
        run->conn,
        "SELECT COALESCE(pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text, '')", 0,
        NULL, &result, err);
    if (rc == 0) {
        const char *xid = inb_result_value(result, 0, 0);
        *same = xid && strcmp(xid, run->xid) == 0;
    }
    inb_result_free(result);
    return rc;
}

static int check_failed(const inb_smoke_check *check, int rc, inb_error **err)
{
    if (rc == INB_ENOMEM || rc == INB_ECANCELLED) {
        return rc;
    }
    return inb__error_wrap(err, INB_ESMOKE, "the smoke check \"%s\" failed", check->name);
}

static int check_ended_transaction(const inb_smoke_check *check, inb_error **err)
{
    int rc =
        inb__error_set(err, INB_ESMOKE,
                       "the smoke check \"%s\" ended the transaction that it ran in", check->name);
    inb__error_detail(err, "rows that the checks wrote before may have been committed");
    inb__error_hint(err, "Remove COMMIT and ROLLBACK from the smoke check; SAVEPOINT is allowed.");
    return rc;
}

/* What the connection shows after a check that returned `rc`. */
static int check_end(smoke_run *run, const inb_smoke_check *check, int rc, inb_error **err)
{
    if (inb__pg_transaction(run->conn) == INB__PG_TX_FAILED) {
        if (rc != 0) {
            return check_failed(check, rc, err);
        }
        /* it passed over an error; nothing after it can work, and it may have tested nothing */
        rc = inb__error_set(err, INB_ESMOKE, "the smoke check \"%s\" left the transaction failed",
                            check->name);
        inb__error_hint(
            err, "Where a check expects an error, set a SAVEPOINT before it and roll back to it.");
        return rc;
    }
    bool same = false;
    inb_error *reason = NULL;
    inb__pg_shield(run->conn, true);
    int same_rc = smoke_same(run, &same, &reason);
    inb__pg_shield(run->conn, false);
    if (same_rc == 0) {
        return !same     ? check_ended_transaction(check, err)
               : rc == 0 ? 0
                         : check_failed(check, rc, err);
    }
    if (err) {
        inb_error_free(*err);
        *err = reason;
    } else {
        inb_error_free(reason);
    }
    return same_rc;
}

static int check_run(smoke_run *run, const inb_smoke_check *check, inb_error **err)
{
    int rc = check->run(run->conn, check->payload, err);
    if (inb_conn_alive(run->conn)) {
        return check_end(run, check, rc, err);
    }
    if (rc == INB_ENOMEM) {
        return rc;
    }
    return inb__error_wrap(err, INB_ECONN, "the connection was lost in the smoke check \"%s\"",
                           check->name);
}

/* However the checks ended, cancelled or not, nothing of them may stay. */
static int smoke_end(smoke_run *run, inb_error **err)
{
    if (!inb_conn_alive(run->conn) || inb__pg_transaction(run->conn) == INB__PG_TX_IDLE) {
        return 0;
    }
    inb__pg_shield(run->conn, true);
    int rc = inb_conn_exec(run->conn, "ROLLBACK", 0, NULL, NULL, err);
    inb__pg_shield(run->conn, false);
    return rc;
}

int inb_smoke_run(inb_conn *conn, const inb_smoke_check *checks, size_t n,
                  inb_smoke_result_cb result, void *payload, inb_error **err)
{
    INB__REQUIRE(err, conn);
    if (n > 0) {
        INB__REQUIRE(err, checks);
    }
    for (size_t i = 0; i < n; i++) {
        INB__REQUIRE(err, checks[i].name);
        INB__REQUIRE(err, checks[i].run);
    }
    if (inb__pg_transaction(conn) == INB__PG_TX_OPEN ||
        inb__pg_transaction(conn) == INB__PG_TX_FAILED) {
        return inb__error_set(err, INB_EINVAL, "smoke checks must begin outside a transaction");
    }
    smoke_run run = {.conn = conn};
    inb_error *reason = NULL;
    int rc = smoke_begin(&run, &reason);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        int64_t started_us = inb__now_us();
        rc = check_run(&run, &checks[i], &reason);
        if (result) {
            result(checks[i].name, rc == 0, inb__now_us() - started_us, payload);
        }
    }
    inb_error *not_rolled_back = NULL;
    int end_rc = smoke_end(&run, &not_rolled_back);
    if (rc == 0 && end_rc < 0) {
        rc = end_rc;
        reason = not_rolled_back;
        not_rolled_back = NULL;
    }
    inb_error_free(not_rolled_back);
    if (rc < 0 && err) {
        inb_error_free(*err);
        *err = reason;
    } else {
        inb_error_free(reason);
    }
    return rc;
}
