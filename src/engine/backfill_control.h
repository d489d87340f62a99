/* What a person says to a backfill, by way of its row. */
#ifndef INB_ENGINE_BACKFILL_CONTROL_H
#define INB_ENGINE_BACKFILL_CONTROL_H

#include "engine/run.h"

/* The whole name of a migration that may be given without its time. NULL, with INB_EINVAL: there is
 * none, or several are called so. */
const char *inb__backfill_name(const inb_table *table, const char *name, inb_error **err);

/* Connects, and finds the history and its schema; the caller disposes of both, with
 * inb__run_leave() between. */
int inb__backfill_open(inb__run *run, inb__history *history, inb_error **err)
    __attribute__((warn_unused_result));

#endif
