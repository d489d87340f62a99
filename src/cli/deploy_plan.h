/* What `inboard migrate deploy --dry-run` prints. */
#ifndef INB_CLI_DEPLOY_PLAN_H
#define INB_CLI_DEPLOY_PLAN_H

#include "cli/migrate_cli.h"

/* Prints what a deploy would do, as text or JSON; the exit status that it would have. */
int inb__deploy_plan_print(inb__migrate_cli *cli);

#endif
