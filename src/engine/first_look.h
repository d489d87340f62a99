/* The first look at a database: which schema has the history, when the URL does not say. */
#ifndef INB_ENGINE_FIRST_LOOK_H
#define INB_ENGINE_FIRST_LOOK_H

#include "engine/round_trip.h"
#include "engine/run.h"

/*
 * As inb__round_trip_read, whose query has the names of the run. Without a schema in the URL,
 * "public" is looked at, and when the session's search_path (of the role, the database or the URL's
 * options) leads to another schema, that one, which the run keeps: one round trip more.
 * INB_EHISTORY: there is a history in "public" and none there.
 */
int inb__first_look_read(inb__history *out, inb__run *run, const inb__round_trip_query *query,
                         inb_error **err) __attribute__((warn_unused_result));

#endif
