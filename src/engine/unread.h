/*
 * A table that is filled in as it is needed: a folder's, most of whose migrations are applied.
 * Names and checksums decide what is pending; only of that are the statements read.
 */
#ifndef INB_ENGINE_UNREAD_H
#define INB_ENGINE_UNREAD_H

#include "inboard/migrate.h"
#include "inboard/status.h"

/*
 * Reads one migration of the table that is INB__MIGRATION_UNREAD, and takes that flag from it. The
 * table stays where it is; its arrays may move, and the old ones stay valid.
 */
typedef struct inb__unread {
    int (*read)(void *payload, uint32_t migration, inb_error **err);
    void *payload;
} inb__unread;

/* inb_migrate() for such a table: what is pending is read before anything is applied. */
int inb__migrate_unread(const inb_table *table, const inb__unread *unread,
                        const inb_migrate_options *options, inb_report *report, inb_error **err)
    __attribute__((warn_unused_result));

/* inb_status_read() for such a table: what is pending is read. */
int inb__status_read_unread(inb_status **out, const inb_table *table, const inb__unread *unread,
                            const inb_migrate_options *options, inb_error **err)
    __attribute__((warn_unused_result));

/* Whether the next run resumes migration `index` of the status: it was begun outside of a
 * transaction, and the states of its statements are recorded. */
bool inb__status_resumes(const inb_status *status, size_t index);

/* Of migration `index`, which is applied and not in the table: the n-th (from 0) of the pending
 * ones of the table that have its text, and so can be it under a new name; NULL when there is none.
 */
const char *inb__status_renamed(const inb_status *status, size_t index, size_t n);

#endif
