/* What the next migration does to the rows of the development database, before it is written. */
#ifndef INB_CLI_DEV_RISKS_H
#define INB_CLI_DEV_RISKS_H

#include "cli/new_migration.h"

/*
 * 0: go on. An exit status, once it is said why: a change can be a rename and nobody said so; rows
 * can be lost or fail the change, and neither `accepted` nor a terminal said yes; or it cannot be
 * applied to the rows at all.
 */
int inb__dev_risks_check(const inb__creation *c, const inb__dm *dm, bool accepted)
    __attribute__((warn_unused_result));

#endif
