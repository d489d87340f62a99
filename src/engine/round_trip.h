/* Reading the state of a database: the history, and what else is asked in the same round trip. */
#ifndef INB_ENGINE_ROUND_TRIP_H
#define INB_ENGINE_ROUND_TRIP_H

#include "engine/history.h"

/* What to ask besides, in the same round trip. */
typedef struct inb__round_trip_query {
    const inb__names *names;
    const char *above;         /* metadata of finished rows is read for names above this one only */
    bool backfills;            /* the states of backfills */
    bool writes;               /* what will be written must be above suspicion, too */
    bool holder;               /* who holds the lock */
    bool fingerprint;          /* that of the catalogue, before anything else of it */
    bool changes;              /* what is not as the last run described it */
    const inb_table *expected; /* compare what it expects with the catalogue; NULL: do not */
} inb__round_trip_query;

/*
 * Reads it all in one round trip, in whatever state the database is; in two more when the history,
 * or a metadata table, is of another role's and that has to be decided. INB_EPERM: the history may
 * not be read; INB_EHISTORY: it may have been planted. The caller disposes of *out.
 */
int inb__round_trip_read(inb__history *out, inb_conn *conn, const inb__round_trip_query *query,
                         inb_error **err) __attribute__((warn_unused_result));

#endif
