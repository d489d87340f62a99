/* The toolbox of the `inboard migrate` commands: the folder, the environment, signals. */
#ifndef INB_CLI_MIGRATE_CLI_H
#define INB_CLI_MIGRATE_CLI_H

#include "cli/cli.h"
#include "embed/embed_load.h"
#include "engine/unread.h"
#include "inboard/migrate.h"

typedef struct inb__migrate_cli {
    const char *dir;    /* NULL: the default */
    const char *schema; /* what the database is to hold; NULL: nothing is expected */
    bool json;
    bool released_only; /* refuse migrations that an inboard.sum does not list */
    bool later;         /* the table is filled in by way of unread */
    bool begins;        /* a folder that is not there yet is one without migrations; dir is given */
    inb__arena arena;
    inb__embed embed;
    inb__unread unread;
    inb_migrate_options options;
} inb__migrate_cli;

/*
 * Loads the folder and fills in the options: DATABASE_URL and DIRECT_URL, progress on standard
 * error, and a stop at SIGINT, SIGTERM or SIGHUP; then runs the command with them. A folder without
 * inboard.sum is an existing Prisma history, for which only Prisma's own checks are made. Returns
 * the exit status of the command, or of the error that was printed instead.
 */
typedef int (*inb__migrate_cli_cb)(inb__migrate_cli *cli, void *payload);
int inb__migrate_cli_run(inb__migrate_cli *cli, inb__migrate_cli_cb run, void *payload);

/* Loads the folder again, once something was written into it. 0, or an exit status as above. */
int inb__migrate_cli_reload(inb__migrate_cli *cli) __attribute__((warn_unused_result));

/* Who runs the command: "user@host", as far as the system tells. */
#define INB__CLI_OPERATOR_SIZE 160
void inb__cli_operator(char out[INB__CLI_OPERATOR_SIZE]);

/* The environment, for --help. */
#define INB__MIGRATE_ENVIRONMENT                                                                   \
    "Environment:\n"                                                                               \
    "  DATABASE_URL      the database, as a libpq URI; its schema parameter names the schema\n"    \
    "  DIRECT_URL        the database without its pooler, where DATABASE_URL leads to one"

#endif
