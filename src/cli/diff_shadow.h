/* What migrations make, read from a shadow database instead of by analysis. */
#ifndef INB_CLI_DIFF_SHADOW_H
#define INB_CLI_DIFF_SHADOW_H

#include "cli/diff_live.h"
#include "inboard/table.h"
#include "live/shadow.h"

/* Opens a shadow: the given one, or one on the server of the environment's database. */
int inb__diff_shadow_open(inb__shadow *shadow, inb__arena *arena, const char *given,
                          inb_error **err) __attribute__((warn_unused_result));

/*
 * Applies the migrations to a shadow database, reads it into `live` as inb__diff_live_read does,
 * and removes it. given: --shadow-database-url, or NULL: one is made on the server of the
 * environment's database. 0, or the exit status of what was wrong, once that is printed.
 */
int inb__diff_shadow_read(inb__diff_live *live, const inb_table *table, const char *given,
                          const inb__dm *other, inb__arena *arena, bool json)
    __attribute__((warn_unused_result));

#endif
