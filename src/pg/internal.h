/* What the files of this room share. */
#ifndef INB_PG_INTERNAL_H
#define INB_PG_INTERNAL_H

#include "pg/pg.h"

#include <libpq-fe.h>

struct inb_conn {
    PGconn *pg;
    inb__logger log;
    inb_cancel_cb cancelled;
    void *cancel_payload;
    bool shielded;
    bool lost;
    int round_trips;
    int64_t connect_us;
    int64_t limit_ms;
    int64_t patience_ms; /* of a line on which nothing moves */
    bool hasty;
    int64_t moved_us; /* when a byte last moved while an answer was awaited; 0: none is */
    int queued;       /* of what was sent, not yet with the other side when last asked */
    const char *why_lost;
    bool unanswered; /* a statement, and what cancelled it */
};

struct inb_result {
    PGresult *pg;
};

/* Why a wait ended. */
typedef enum inb__wait {
    INB__WAIT_READY,
    INB__WAIT_LATE,
    INB__WAIT_CANCELLED,
    INB__WAIT_FAILED /* the socket itself is unusable */
} inb__wait;

/* How long nothing may move before the server is asked: the URL's tcp_user_timeout, or a half
 * minute.
 */
int64_t inb__pg_patience(const inb__url *url);

/*
 * Waits for POLLIN, POLLOUT on a socket (-1: only for the time). conn is whose cancel callback to
 * ask, NULL: none; deadline_us is on inb__now_us's clock, 0: none.
 */
inb__wait inb__pg_wait(const inb_conn *conn, int socket, short events, int64_t deadline_us,
                       short *revents_out);

/* One statement, or one pipeline, from its sending to its last answer. */
typedef struct inb__pg_call {
    inb_conn *conn;
    int64_t started_us;
    int64_t deadline_us;
    inb__wait stopped; /* INB__WAIT_READY until a stop is asked for */
    int cancels;
    bool copy; /* a COPY was refused */
    int done;  /* statements that were answered with success */
} inb__pg_call;

/* INB_ECONN when the connection is lost already, INB_ECANCELLED when the caller wants to stop. */
int inb__pg_call_begin(inb__pg_call *call, inb_conn *conn, inb_error **err)
    __attribute__((warn_unused_result));
/* Its last answer was taken. */
void inb__pg_call_end(inb__pg_call *call);
/* The limit begins anew: an answer arrived. */
void inb__pg_call_renew(inb__pg_call *call);
/* The next answer, NULL when there is none. Returns false when the connection was lost before it
 * came. */
bool inb__pg_call_next(inb__pg_call *call, PGresult **out) __attribute__((warn_unused_result));
/* Sends what libpq has queued, reading what arrives meanwhile. */
bool inb__pg_call_flush(inb__pg_call *call) __attribute__((warn_unused_result));
/* Refuses a COPY of which the server now waits for, or sends, the data. False: the connection is
 * lost. */
bool inb__pg_call_copy_end(inb__pg_call *call, ExecStatusType status)
    __attribute__((warn_unused_result));
/* The error of an answer (NULL: the connection was lost without one); statement counts from 1, 0:
 * there is only one. */
int inb__pg_call_error(const inb__pg_call *call, const PGresult *result, int statement,
                       inb_error **err);
/* libpq did not take a statement: what it has of it in its buffer cannot be taken back, so the
 * connection is given up. */
int inb__pg_call_unsent(const inb__pg_call *call, inb_error **err);
/* The connection is lost: marks it and says so (P1017). why may be NULL. */
int inb__conn_lost(inb_conn *conn, const char *why, inb_error **err);

/* Cancels on the server what the connection runs, in a time that is bounded whatever the server
 * does. */
void inb__pg_cancel(PGconn *pg);

bool inb__result_good(const PGresult *result);
bool inb__result_is_copy(const PGresult *result);

/* Notices to the log callback; the payload is the inb_conn. */
void inb__notice_receive(void *payload, const PGresult *result);

/* Text of libpq or the server as one line, in an error's message or detail. */
void inb__one_line(inb__buf *out, const char *text);

#endif
