/* Empties a database's schemas, its migration history among what goes. */
#ifndef INB_CLI_RESET_DATABASE_H
#define INB_CLI_RESET_DATABASE_H

#include "inboard/migrate.h"
#include "live/reset.h"

typedef struct inb__reset_request {
    const inb_table *table;             /* any: what is in it does not matter */
    const inb_migrate_options *options; /* which database, and how long to wait */
    const inb__str *spaces; /* to empty besides the one of the URL, which is always emptied */
    size_t n_spaces;
    bool extensions; /* drop the extensions in them too */
    bool asked;      /* there is a yes already: only production is asked about */
} inb__reset_request;

/*
 * Looks at what would go, refuses what live/reset.h refuses, and asks (cli/production_guard.h):
 * with force nothing is asked.
 */
int inb__reset_confirm(const inb__reset_request *request, bool force, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * Drops what stands in the schemas, under the migration lock and in one transaction; where the
 * server has no room for so many locks in several, the history first, so that the next run finishes
 * it and none takes the rest for a migrated database. What went is in *out, which the caller
 * disposes of.
 */
int inb__reset_database(inb__reset_plan *out, const inb__reset_request *request, inb_error **err)
    __attribute__((warn_unused_result));

#endif
