/* Something that is done to a database while no migration can run. */
#ifndef INB_ENGINE_UNDER_LOCK_H
#define INB_ENGINE_UNDER_LOCK_H

#include "engine/run.h"

/* What is done, with the history as it was read under the lock. */
typedef int (*inb__under_lock_cb)(inb__run *run, const inb__history *history, void *payload,
                                  inb_error **err);

/*
 * Connects, makes sure of a session that may write and of one server process, takes the migration
 * lock, acts, and releases it. Errors are those of these, and of the callback.
 */
int inb__under_lock(const inb_table *table, const inb_migrate_options *options,
                    inb__under_lock_cb act, void *payload, inb_error **err)
    __attribute__((warn_unused_result));

#endif
