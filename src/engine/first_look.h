/* The first look at a database: which schema has the history, when the URL does not say. */
#ifndef INB_ENGINE_FIRST_LOOK_H
#define INB_ENGINE_FIRST_LOOK_H

#include "engine/round_trip.h"
#include "engine/run.h"

/* What the least says that can be asked. */
typedef enum inb__look {
    INB__LOOK_UNSURE,  /* neither: all of the history is to be read */
    INB__LOOK_DONE,    /* each migration of the table is applied, and there is no other row */
    INB__LOOK_PENDING, /* the last ones are not, this mode may apply them, on this very session */
} inb__look;

/* One round trip with which a new server process is done soon; two when the session's search_path
 * leads elsewhere. */
int inb__first_look(inb__look *out, inb__run *run, inb_error **err)
    __attribute__((warn_unused_result));

/* Queues the settings of such a transaction, whose answer leads elsewhere or not, and what keeps
 * the rest of it from a history, and inboard's own tables (metadata), that are not ones to believe.
 */
void inb__first_look_guard_queue(inb__pg_pipe *pipe, const inb__run *run, bool metadata);
bool inb__first_look_leads_elsewhere(const inb__run *run, const inb_result *settings);

/* For a session that asks again and again: queues preparing the statements, and asking in a segment
 * whose last step (to be looked at with the third function) is the count of applied migrations.
 * True: as many as the table has. */
void inb__first_look_prepare_queue(inb__pg_pipe *pipe, const inb__run *run);
void inb__first_look_count_queue(inb__pg_pipe *pipe, const inb__run *run);
bool inb__first_look_counted(const inb__run *run, const inb_result *answer);

/*
 * As inb__round_trip_read, whose query has the names of the run. Without a schema in the URL,
 * "public" is looked at, and when the session's search_path (of the role, the database or the URL's
 * options) leads to another schema, that one, which the run keeps: one round trip more.
 * INB_EHISTORY: there is a history in "public" and none there.
 */
int inb__first_look_read(inb__history *out, inb__run *run, const inb__round_trip_query *query,
                         inb_error **err) __attribute__((warn_unused_result));

#endif
