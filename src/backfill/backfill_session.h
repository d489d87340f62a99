/* The transactions of a backfill: their settings hold for one alone, so that a pooler may be in
 * between. */
#ifndef INB_BACKFILL_BACKFILL_SESSION_H
#define INB_BACKFILL_BACKFILL_SESSION_H

#include "backfill/backfill.h"

/* Queues the beginning of a transaction that reads; by_index: in the order of an index alone. */
void inb__session_read_begin(inb__pg_pipe *pipe, inb_conn *conn, const inb__backfill *b,
                             bool by_index);

/* Queues the beginning of one that runs the backfill's statement. Limits of 0: none. */
void inb__session_write_begin(inb__pg_pipe *pipe, inb_conn *conn, const inb__backfill *b,
                              int64_t lock_ms, int64_t statement_ms);

/* Runs a pipe of such transactions. What a refusal leaves open is rolled back. */
int inb__session_run(inb_conn *conn, inb__pg_pipe *pipe, inb_error **err)
    __attribute__((warn_unused_result));

/* Rolls back what was left open. */
void inb__session_undo(inb_conn *conn);

#endif
