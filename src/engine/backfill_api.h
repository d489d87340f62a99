/* Runs of backfills, also of a table that is read as it is needed. */
#ifndef INB_ENGINE_BACKFILL_API_H
#define INB_ENGINE_BACKFILL_API_H

#include "engine/backfill_step.h"
#include "engine/unread.h"
#include "inboard/backfills.h"

/* How a run is watched by these options. */
inb__supervise_options inb__backfill_watch(const inb_backfill_options *options);

/* inb_backfill_run() and inb_backfill_retry(), with hooks. */
int inb__backfill_run_unread(const inb_table *table, const inb__unread *unread,
                             const inb_migrate_options *options,
                             const inb__backfill_request *request, inb_error **err)
    __attribute__((warn_unused_result));

#endif
