/*
 * Which sessions block a statement, and whether the server is still working on it. While a
 * statement waits in the server, a second connection asks from time to time for which lock and
 * which sessions hold it. It is opened when a wait has lasted a while, so most runs never do, and
 * it is never in a transaction, because that would keep CREATE INDEX CONCURRENTLY waiting.
 *
 * A statement that takes long is reported with its progress as PostgreSQL tells it
 * (statement_progress.h), after 5 s and then every 15 s.
 *
 * It is asked too when nothing has moved on the first connection for long (inb__pg_patience_us): a
 * statement may take hours, but when the server waits for us, or has ended the session, or does
 * not answer at all, its answer will not arrive. The run then continues as after any lost
 * connection.
 */
#ifndef INB_ENGINE_STALL_WATCH_H
#define INB_ENGINE_STALL_WATCH_H

#include "inboard/conn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inb__run;

#define INB__STALL_WATCH_SAMPLES 64
#define INB__STALL_WATCH_TEXT 384

/* One answer: at this time the statement had been waiting, since the answer before, for this. */
typedef struct inb__stall_watch_sample {
    int64_t at_us;
    int64_t waited_us;
    char text[INB__STALL_WATCH_TEXT];
} inb__stall_watch_sample;

typedef struct inb__stall_watch {
    inb_conn *conn;
    bool on;
    bool busy;            /* asking now: the second connection's own waits are not watched */
    int64_t asked_us;     /* when it asked last, or the statements were sent */
    int64_t said_us;      /* when it logged last */
    int64_t looked_us;    /* when it asked last about a silent connection */
    int64_t heard_us;     /* when the server last gave a sign of life */
    int64_t tell_us;      /* when to ask how far a statement is */
    uint32_t first, last; /* migrations of which statements are sent */
    inb__stall_watch_sample samples[INB__STALL_WATCH_SAMPLES];
    size_t n;
} inb__stall_watch;

/* Around whatever is sent to the server and may wait for locks: of these migrations. */
void inb__stall_watch_begin(struct inb__run *run, uint32_t first, uint32_t last);
void inb__stall_watch_end(struct inb__run *run);

/* The run's cancel callback: the caller's own, and a look at the wait when it is time for one. */
bool inb__stall_watch_tick(void *run);

/* How long the statement that ran between two times waited for locks, and for what (""). -1: it was
 * not watched. */
int64_t inb__stall_watch_waited(const struct inb__run *run, int64_t from_us, int64_t to_us,
                                const char **text_out);

void inb__stall_watch_close(struct inb__run *run);

#endif
