/* The state of a development database before the next migration: its history, and drift. */
#ifndef INB_CLI_DEV_STATE_H
#define INB_CLI_DEV_STATE_H

#include "cli/dev_drift.h"
#include "cli/dev_history.h"
#include "cli/migrate_cli.h"

typedef struct inb__dev_state {
    bool managed; /* the database has a history */
    inb__dev_entries entries;
    inb__dev_findings findings;
    INB__VEC(const char *) gated; /* pending ones that wait for a confirmation */
    inb__drift drift;             /* asked for where the history has no findings */
} inb__dev_state;

/*
 * Reads it. *why: what keeps the next migration from being applied, with its way out; NULL when
 * nothing does. 0, or the exit status of what could not be read, once that is printed. The arena
 * must have an error exit; the query is without its migrations.
 */
int inb__dev_state_read(inb__dev_state *out, inb__arena *arena, inb__migrate_cli *cli,
                        const inb__drift_query *query, inb_error **why)
    __attribute__((warn_unused_result));

/* The history alone, into a zeroed state. */
int inb__dev_history_read(inb__dev_state *s, inb__arena *arena, inb__migrate_cli *cli)
    __attribute__((warn_unused_result));

#endif
