/*
 * PostgreSQL for the rest of the library: no other room includes libpq-fe.h.
 *
 * Nothing here blocks without end: every wait has a deadline (the connection's limit, when it is
 * set) and asks the caller's cancel callback at least ten times a second. When either says stop,
 * the statement is cancelled on the server and its answer awaited, so that the connection stays
 * usable; a server that does not answer that either is given up as lost.
 *
 * Return codes of everything that sends a statement: INB_ESQL the server refused it (SQLSTATE,
 * message, detail and hint as it gave them; the column is the position in the statement in
 * characters, 0 when there is none); INB_ECONN the connection is lost and it is not known whether
 * the statement was done; INB_ECANCELLED; INB_ENOMEM. A statement that was stopped by the limit is
 * INB_ESQL with 57014, as one stopped by the server's statement_timeout.
 *
 * The environment: libpq itself takes what a URL leaves open (host, user, password, TLS files) from
 * its PG… variables, service file and password file, as in every other program that uses it. What
 * inboard's own behaviour rests on (application_name, client_encoding, target_session_attrs,
 * keepalives, timeouts) is always passed, and so never comes from there.
 */
#ifndef INB_PG_PG_H
#define INB_PG_PG_H

#include "inboard/conn.h"
#include "pg/url.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/error_set.h"
#include "util/text.h"
#include "util/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct inb__pg_options {
    const inb__url *url; /* not kept */
    const char *application_name;
    int64_t connect_timeout_ms; /* tries until then, with growing pauses; 0: one try */
    int64_t limit_ms;           /* of each statement, kept by this side; 0: none */
    bool any_server;            /* a standby or a read-only server will do */
    bool hasty; /* a statement that takes longer than limit_ms ends the connection, without waiting
                   for its cancellation */
    inb__logger log;
    inb_cancel_cb cancelled;
    void *cancel_payload;
} inb__pg_options;

/*
 * Connects and sends nothing more: the session is as the server makes it (inb_conn_open is this and
 * the search_path). Tries again after what can pass by itself: refused, no such socket, host
 * unknown, starting up, too many connections. Errors carry Prisma's codes: P1000 password, P1001
 * unreachable, P1002 no answer in time, P1003 no such database, P1010 denied, P1011 TLS.
 */
int inb__pg_open(inb_conn **out, const inb__pg_options *options, inb_error **err)
    __attribute__((warn_unused_result));

/* One statement, as it is, in one simple Query message (the only way for what refuses a transaction
 * block). */
int inb__pg_simple(inb_conn *conn, inb__str sql, inb_result **out, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * One statement that is not waited for: start sends it, and until finish the connection takes no
 * other. n < 0: one simple Query message, without parameters.
 */
int inb__pg_start(inb_conn *conn, const char *sql, int n, const char *const *params,
                  inb_error **err) __attribute__((warn_unused_result));

/* Takes in what has arrived. True: finish will not wait, whatever came of the statement. */
bool inb__pg_is_answered(inb_conn *conn);

/* Waits, as inb_conn_exec does, for what start has sent. */
int inb__pg_finish(inb_conn *conn, inb_result **out, inb_error **err)
    __attribute__((warn_unused_result));

/* Asks the server to cancel what start has sent; finish says what came of that. */
void inb__pg_stop(inb_conn *conn);

/* Several statements, in one simple Query message: one transaction, unless they say otherwise. The
 * error's statement is the refused one, from 1; its column is in the whole text. */
int inb__pg_script(inb_conn *conn, inb__str sql, inb_error **err)
    __attribute__((warn_unused_result));

/* The statements of a pipeline, each sent alone (extended protocol), all in one round trip. */
typedef struct inb__pg_step {
    const char *name; /* of a prepared statement, which it makes (sql) or runs (no sql), or NULL */
    const char *sql;
    int n_params;
    const char **params;
    inb_result *result;  /* NULL: not run, refused, or skipped after an earlier one was refused */
    int64_t duration_us; /* from the previous answer to this one; see inb__pg_pipe.timed */
    inb_error *error;    /* why it was refused, when the pipe keeps errors; freed with the step */
    bool sync; /* ends a segment: what follows is run even when this segment was refused */
} inb__pg_step;

typedef struct inb__pg_pipe {
    inb__arena arena;
    INB__VEC(inb__pg_step) steps;
    bool timed; /* set it to have every answer sent at once, so that durations mean something: costs
                   packets. Prepared statements that follow each other are answered together. */
    bool keep;  /* set it to have a refused step keep its error, and run say 0 all the same */
    bool failed; /* memory ran out in an add: run will say so and send nothing */
    size_t done; /* how many steps were answered with success: the index of the refused one after
                    INB_ESQL */
} inb__pg_pipe;

void inb__pg_pipe_init(inb__pg_pipe *pipe);
/* Frees the steps and their results. */
void inb__pg_pipe_dispose(inb__pg_pipe *pipe);

/* Queues one statement with n text parameters; everything is copied. A failure is kept for run. */
void inb__pg_pipe_add(inb__pg_pipe *pipe, inb__str sql, int n, const char *const *params);

/* Queues preparing a statement under a name (not copied), which the session must not have yet. */
void inb__pg_pipe_prepare(inb__pg_pipe *pipe, const char *name, inb__str sql);

/* Queues one that is prepared by then: the server does not parse it again, and soon not plan it. */
void inb__pg_pipe_call(inb__pg_pipe *pipe, const char *name, int n, const char *const *params);

/*
 * Ends a segment after the step added last: a sync of its own there. Refusal skips the rest of its
 * segment and not the next one; all segments still go in one round trip.
 */
void inb__pg_pipe_sync(inb__pg_pipe *pipe);

/*
 * Sends all steps and one sync (more with inb__pg_pipe_sync), and collects. Without BEGIN and
 * COMMIT among them they are one implicit transaction. After INB_ESQL the error's statement is the
 * refused step, from 1; those after it in its segment were skipped by the server, and an explicit
 * transaction is left failed and open (a BEGIN in a later segment is then refused too). With
 * several refusals the first is the error; `keep` has them all. Cancelling continues until every
 * segment was answered. Fills the steps with what was answered, whatever it returns.
 */
int inb__pg_pipe_run(inb_conn *conn, inb__pg_pipe *pipe, inb_error **err)
    __attribute__((warn_unused_result));

/* The limit of each statement from now on, 0: none; gives back the old one. */
int64_t inb__pg_limit(inb_conn *conn, int64_t limit_ms);

/*
 * The limit for what a program asks on its own account, of the catalogue and of its own tables:
 * such a question is answered soon or not at all. Never for the statements of a migration.
 */
int64_t inb__pg_query_limit(const inb_conn *conn);

/* How long an answer has been awaited without a byte moving in either direction; 0: none is. */
int64_t inb__pg_silent_us(inb_conn *conn);

/* The silence after which it is worth asking on another connection whether the server is at it. */
int64_t inb__pg_patience_us(const inb_conn *conn);

/* True when the connection was given up because neither a statement nor its cancellation was
 * answered: another one will hardly be served sooner. */
bool inb__pg_unanswered(const inb_conn *conn);

/* From the cancel callback: the answer that is awaited will not come. The wait ends with INB_ECONN,
 * and why (a literal) in its detail. */
void inb__pg_abandon(inb_conn *conn, const char *why);

/* While shielded the cancel callback is not asked: for rolling back and unlocking after a
 * cancellation. */
void inb__pg_shield(inb_conn *conn, bool shielded);

/* True when the caller wants to stop and the connection is not shielded. */
bool inb__pg_cancelled(const inb_conn *conn);

/*
 * Sleeps, asking the cancel callback meanwhile, and noticing when the server closes the connection.
 * INB_ECANCELLED, INB_ECONN. conn may be lost already (then INB_ECONN).
 */
int inb__pg_sleep(inb_conn *conn, int64_t ms, inb_error **err) __attribute__((warn_unused_result));

typedef enum inb__pg_tx {
    INB__PG_TX_IDLE,   /* no transaction */
    INB__PG_TX_OPEN,   /* in one */
    INB__PG_TX_FAILED, /* in one that can only be rolled back */
    INB__PG_TX_UNKNOWN /* the connection is lost */
} inb__pg_tx;

/* Facts of the connection that cost no round trip. */
inb__pg_tx inb__pg_transaction(const inb_conn *conn);
int inb__pg_backend_pid(const inb_conn *conn);    /* a pooler's invention behind a pooler */
int inb__pg_server_version(const inb_conn *conn); /* such as 150020 */
int inb__pg_round_trips(const inb_conn *conn);    /* after connecting */
const char *inb__pg_host(const inb_conn *conn);   /* or the folder of its socket; "" when unknown */
int64_t inb__pg_connect_us(const inb_conn *conn); /* waiting for the database included */

/* More of a result than the public header has. */
const char *inb__result_tag(const inb_result *result); /* "COMMIT", "ROLLBACK", "INSERT 0 1", … */

/* Appends a name to a statement, quoted by libpq for this connection; INB_EINVAL: not valid in
 * UTF-8. */
int inb__pg_add_ident(inb_conn *conn, inb__buf *out, const char *name, inb_error **err)
    __attribute__((warn_unused_result));

/* Between a half and all of ms, at random: the pauses of many programs must not fall together. */
int64_t inb__jitter(int64_t ms);

/* Monotonic clock. */
int64_t inb__now_us(void);

#endif
