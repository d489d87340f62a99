/* The database's side of `db push`: what is read before, and the changes under the migration lock.
 */
#ifndef INB_CLI_PUSH_APPLY_H
#define INB_CLI_PUSH_APPLY_H

#include "cli/push_plan.h"
#include "inboard/migrate.h"

/*
 * The schema, a table without migrations (for the engine, which is asked for its lock alone), and
 * the URL when *url is NULL. 0, or the exit status of what was wrong, once that is printed.
 */
int inb__push_prepare(const inb__dm **dm_out, inb_table *table_out, const char **url,
                      inb__arena *arena, const char *schema, bool json)
    __attribute__((warn_unused_result));

/*
 * Makes sure under the lock that the plan is still the one, and carries it out in one transaction;
 * in two when a new value of an enum is used at once. 0, or an exit status as above.
 */
int inb__push_apply(const inb__push_plan *plan, const inb_table *table,
                    const inb_migrate_options *options, const char *schema, bool json)
    __attribute__((warn_unused_result));

#endif
