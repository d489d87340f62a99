#include "config.h"

#include "cli/cli.h"

/* In the order of --help: a developer's day, then an operator's. */
const inb__command inb__commands[] = {
    {"validate", "check a Prisma schema", inb__cmd_validate},
    {"format", "lay out a schema as Prisma does", inb__cmd_format},
    {"docs", "write a schema as a Markdown document", inb__cmd_docs},
    {"migrate diff", "say what changes from one schema to another", inb__cmd_migrate_diff},
    {"migrate deploy", "apply the pending migrations of a folder", inb__cmd_migrate_deploy},
    {"migrate status", "say what became of every migration", inb__cmd_migrate_status},
    {"migrate resolve", "mark a migration as applied or as rolled back", inb__cmd_migrate_resolve},
    {"sum", "write or check the list of released migrations", inb__cmd_sum},
    {"version", "print the version of inboard and of its parser", inb__cmd_version},
    {0},
};
