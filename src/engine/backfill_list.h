/* The backfills of a table and how far they are, also of a table that is read as it is needed. */
#ifndef INB_ENGINE_BACKFILL_LIST_H
#define INB_ENGINE_BACKFILL_LIST_H

#include "engine/unread.h"
#include "inboard/backfills.h"

/* inb_backfill_status() for such a table: what is pending is read. */
int inb__backfill_status_unread(inb_backfill_list **out, const inb_table *table,
                                const inb__unread *unread, const inb_migrate_options *options,
                                inb_error **err) __attribute__((warn_unused_result));

#endif
