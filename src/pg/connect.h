/* What a failed try to connect means. */
#ifndef INB_PG_CONNECT_H
#define INB_PG_CONNECT_H

#include "pg/internal.h"

/* From hopeless to hopeful. */
typedef enum inb__connect_outcome {
    INB__CONNECT_FINAL,   /* it will be the same next time */
    INB__CONNECT_STANDBY, /* the server is there and does not take writes: a failover may be going
                             on */
    INB__CONNECT_AGAIN
} inb__connect_outcome;

/* Prisma's code of a server that did not answer within its time. */
#define INB__CONNECT_LATE "P1002"

/* The error of a connection that failed, or that was stopped by `wait`. */
int inb__connect_error(PGconn *pg, inb__wait wait, const inb__url *url,
                       inb__connect_outcome *outcome, inb_error **err);

#endif
