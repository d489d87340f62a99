/*
 * A folder that was renamed after its migration was applied: the history takes the new name. Only
 * in development; a released migration keeps its name.
 */
#ifndef INB_ENGINE_RENAME_APPLIED_H
#define INB_ENGINE_RENAME_APPLIED_H

#include "inboard/migrate.h"

typedef struct inb__folder_name {
    const char *was, *is;
} inb__folder_name;

/*
 * All of them or none, under the migration lock. INB_EHISTORY: one is not applied under its old
 * name any more, or something is recorded under the new one.
 */
int inb__rename_applied(const inb_table *table, const inb_migrate_options *options,
                        const inb__folder_name *names, size_t n, inb_error **err)
    __attribute__((warn_unused_result));

#endif
