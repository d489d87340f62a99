/* A planned sequence of migrations as folders in Prisma's layout. */
#ifndef INB_CLI_ROLLOUT_FOLDERS_H
#define INB_CLI_ROLLOUT_FOLDERS_H

#include "schema/rollout/rollout.h"
#include "util/error_set.h"

/*
 * Writes each migration of the plan as DIR/TIME_NAME/migration.sql, a second apart from now on.
 * Refused when DIR already holds a migration that is later. All of them or, when one cannot be
 * written, none. The arena needs no error exit.
 */
int inb__cli_rollout_folders(const inb__rollout_plan *plan, inb__arena *arena, const char *dir,
                             inb_error **err) __attribute__((warn_unused_result));

#endif
