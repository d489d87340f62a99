/* What the `inboard migrate` commands share: the folder, the environment, signals. */
#ifndef INB_CLI_MIGRATE_H
#define INB_CLI_MIGRATE_H

#include "cli/cli.h"
#include "embed/load.h"
#include "inboard/migrate.h"

typedef struct inb__migrate_cli {
    const char *dir;
    bool json;
    inb__arena arena;
    inb__embed embed;
    inb_migrate_options options;
} inb__migrate_cli;

/*
 * Loads the folder and fills in the options: DATABASE_URL and DIRECT_URL, progress on standard
 * error, and a stop at SIGINT, SIGTERM or SIGHUP. A folder without inboard.sum is an existing
 * Prisma history, for which only Prisma's own checks are made. False: it was said what is wrong,
 * *status_out is the exit status. Dispose of it in either case.
 */
bool inb__migrate_cli_load(inb__migrate_cli *cli, int *status_out)
    __attribute__((warn_unused_result));
void inb__migrate_cli_dispose(inb__migrate_cli *cli);

/* What --help says of the environment. */
#define INB__MIGRATE_ENVIRONMENT                                                                   \
    "Environment:\n"                                                                               \
    "  DATABASE_URL      the database, as a libpq URI; its schema parameter names the schema\n"    \
    "  DIRECT_URL        where to migrate instead, when DATABASE_URL leads to a pooler"

#endif
