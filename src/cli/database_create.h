/* The database that a command migrates: its URL, and making it where there is none yet. */
#ifndef INB_CLI_DATABASE_CREATE_H
#define INB_CLI_DATABASE_CREATE_H

#include "inboard/migrate.h"

/* How long it is waited for, unless the command line says otherwise. */
#define INB__CLI_CONNECT_MS 30000

/* Of the two URLs the one that is migrated by. */
const char *inb__cli_migrating_url(const inb_migrate_options *options);

/*
 * Makes it where there is none, and says so on standard error. *made_out: whether it was made. The
 * server is waited for as the options say. Errors as inb__database_make().
 */
int inb__cli_database_create(bool *made_out, const inb_migrate_options *options, inb_error **err)
    __attribute__((warn_unused_result));

#endif
