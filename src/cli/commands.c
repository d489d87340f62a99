/* The table of commands. */
#include "config.h"

#include "cli/cli.h"

/* In the order of --help: the developer's commands, then the operator's. */
const inb__command inb__commands[] = {
    {"validate", "check a Prisma schema", inb__cmd_validate},
    {"format", "format a schema as Prisma does", inb__cmd_format},
    {"docs", "write a schema as a Markdown document", inb__cmd_docs},
    {"db pull", "write the schema that a database has", inb__cmd_db_pull},
    {"db push", "make a database what the schema says", inb__cmd_db_push},
    {"db seed", "fill the database with first rows", inb__cmd_db_seed},
    {"db execute", "run a file of SQL", inb__cmd_db_execute},
    {"db up", "start a private server for development", inb__cmd_db_up},
    {"db down", "stop it", inb__cmd_db_down},
    {"migrate dev", "write and apply the next migration in development", inb__cmd_migrate_dev},
    {"migrate new", "write the next migration", inb__cmd_migrate_new},
    {"migrate diff", "list the changes from one schema to another", inb__cmd_migrate_diff},
    {"migrate reset", "empty the database and apply every migration again", inb__cmd_migrate_reset},
    {"migrate deploy", "apply the pending migrations of a folder", inb__cmd_migrate_deploy},
    {"migrate status", "list every migration with its state", inb__cmd_migrate_status},
    {"migrate resolve", "mark a migration as applied or as rolled back", inb__cmd_migrate_resolve},
    {"backfill run", "run pending backfills to their end", inb__cmd_backfill_run},
    {"backfill status", "list every backfill with how far it is", inb__cmd_backfill_status},
    {"backfill pause", "pause a backfill", inb__cmd_backfill_pause},
    {"backfill resume", "let it go on", inb__cmd_backfill_resume},
    {"backfill set", "change how it runs", inb__cmd_backfill_set},
    {"backfill retry", "take the rows again that were refused", inb__cmd_backfill_retry},
    {"backfill abandon", "end it, and forget where it was", inb__cmd_backfill_abandon},
    {"lint", "review migrations by rules, with advice", inb__cmd_lint},
    {"trace", "run migrations in a shadow and check what was foretold", inb__cmd_trace},
    {"sum", "write or check the list of released migrations", inb__cmd_sum},
    {"version", "print the versions of inboard and its parser", inb__cmd_version},
    {0},
};
