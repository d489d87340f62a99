/*
 * Does a database look like one that people depend on? Before something is destroyed, so that a URL
 * of the wrong environment is noticed in time.
 */
#ifndef INB_LIVE_PRODUCTION_H
#define INB_LIVE_PRODUCTION_H

#include "pg/pg.h"

/* What each of these counts from. */
#define INB__PRODUCTION_BYTES (INT64_C(1024) * 1024 * 1024)
#define INB__PRODUCTION_SESSIONS 10

typedef struct inb__production_facts {
    char database[64], schema[64]; /* the names; schema: the one that the session is in, or "" */
    const char *host;              /* as connected to: a name, an address, the folder of a socket */
    int64_t bytes;                 /* of the database */
    int64_t sessions;              /* others that are connected to it */
    int64_t standbys;              /* that replicate from its server */
    bool archived;                 /* its server archives WAL */
} inb__production_facts;

/* Asks the server; host points into the connection. */
int inb__production_read(inb__production_facts *out, inb_conn *conn, inb_error **err)
    __attribute__((warn_unused_result));

/* Whether it does. Each reason is a line of `reasons`. Pure. */
bool inb__production_looks(inb__buf *reasons, const inb__production_facts *facts);

/* The same, for --help and messages. */
#define INB__PRODUCTION_RULE                                                                       \
    "A database looks like production when its host is not this machine or a name without\n"       \
    "dots, when it has 1 GB or more, when 10 or more other sessions are connected to it, or\n"     \
    "when its server has a standby or archives WAL."

#endif
