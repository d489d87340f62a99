/* Begins and runs the transactions of a backfill. */
#include "config.h"

#include "backfill/backfill_session.h"

#include "backfill/backfill_queries.h"
#include "postgres/server_version.h"

#include <inttypes.h>
#include <stdio.h>

static void newer_settings(inb__pg_pipe *pipe, inb_conn *conn)
{
    if (inb__pg_server_version(conn) >= INB__SERVER_TRANSACTION_TIMEOUT) {
        inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_settings_17), 0, NULL);
    }
}

void inb__session_read_begin(inb__pg_pipe *pipe, inb_conn *conn, const inb__backfill *b,
                             bool by_index)
{
    const char *params[] = {b->search_path, by_index ? "off" : "on"};
    inb__pg_pipe_add(pipe, INB__STR("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"), 0, NULL);
    newer_settings(pipe, conn);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_key_settings), 2, params);
}

void inb__session_write_begin(inb__pg_pipe *pipe, inb_conn *conn, const inb__backfill *b,
                              int64_t lock_ms, int64_t statement_ms)
{
    char lock[24], statement[24];
    const char *params[] = {b->search_path, lock, statement};
    snprintf(lock, sizeof(lock), "%" PRId64, lock_ms);
    snprintf(statement, sizeof(statement), "%" PRId64, statement_ms);
    inb__pg_pipe_add(pipe, INB__STR("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"), 0, NULL);
    newer_settings(pipe, conn);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_settings), 3, params);
}

int inb__session_run(inb_conn *conn, inb__pg_pipe *pipe, inb_error **err)
{
    int rc = inb__pg_pipe_run(conn, pipe, err);
    inb__pg_tx left = inb__pg_transaction(conn);
    if (left != INB__PG_TX_OPEN && left != INB__PG_TX_FAILED) {
        return rc;
    }
    inb__pg_shield(conn, true);
    int undone = inb_conn_exec(conn, "ROLLBACK", 0, NULL, NULL, rc < 0 ? NULL : err);
    inb__pg_shield(conn, false);
    return rc < 0 ? rc : undone;
}

void inb__session_undo(inb_conn *conn)
{
    if (inb_conn_alive(conn) && inb__pg_transaction(conn) != INB__PG_TX_IDLE) {
        int undone = inb_conn_exec(conn, "ROLLBACK", 0, NULL, NULL, NULL);
        (void)undone; /* the next statement says that the connection is lost */
    }
}
