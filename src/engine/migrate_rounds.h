/* The rounds of inb_migrate(), for what is more than that. */
#ifndef INB_ENGINE_MIGRATE_ROUNDS_H
#define INB_ENGINE_MIGRATE_ROUNDS_H

#include "engine/backfill_step.h"
#include "engine/unread.h"

/* inb__migrate_unread(); with a request, of backfills alone. */
int inb__migrate_rounds(const inb_table *table, const inb__unread *unread,
                        const inb_migrate_options *options, const inb__backfill_request *request,
                        inb_report *report, inb_error **err) __attribute__((warn_unused_result));

#endif
