/* What a run would do, without the lock and without writing anything. */
#ifndef INB_ENGINE_PREVIEW_H
#define INB_ENGINE_PREVIEW_H

#include "engine/run.h"

typedef struct inb__preview {
    const inb_table *table; /* in which all that is pending is read */
    const inb__reconciliation *reconciled;
    const inb__plan *plan;
    const bool *confirmed;
} inb__preview;

typedef void (*inb__preview_cb)(const inb__preview *preview, void *payload);

/*
 * Reads the history, plans as inb_migrate() would, and gives the plan to the callback, for which it
 * lives. Returns as inb_migrate() would return for it: INB_EPENDING after the callback where the
 * plan stops, INB_EHISTORY and the like without it.
 */
int inb__migrate_preview(const inb_table *table, const inb__unread *unread,
                         const inb_migrate_options *options, inb__preview_cb tell, void *payload,
                         inb_error **err) __attribute__((warn_unused_result));

#endif
