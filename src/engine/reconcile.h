/*
 * The table and the history side by side: one entry for each name in either, with its state. Pure:
 * no server is needed.
 */
#ifndef INB_ENGINE_RECONCILE_H
#define INB_ENGINE_RECONCILE_H

#include "engine/history.h"
#include "inboard/status.h"
#include "table/table_read.h"
#include "util/error_set.h"

typedef struct inb__entry {
    const char *name;
    uint32_t migration;          /* its index in the table, or INB__NOT_IN_TABLE */
    const inb__history_row *row; /* the row that decides, NULL when there is none */
    inb_migration_state state;   /* INB_STATE_FAILED also for what is being applied now */
    bool resumable;              /* started by inboard outside a transaction: a run resumes it */
    bool missing;                /* applied, not in the table, and sorts before the table's last */
    bool passed;                 /* pending (or rolled back), and sorts before an applied one */
    bool out_of_order;           /* likewise, and not a backfill, which may */
} inb__entry;

typedef struct inb__reconciliation {
    inb__entry *entries; /* in byte order of their names */
    size_t n;
    size_t n_pending;            /* not started, or rolled back; or resumable */
    const char *highest_applied; /* "" when none is */
    size_t n_unrelated;          /* applied migrations, when none of them is in the table; else 0 */
} inb__reconciliation;

/* Allocates in the arena, which must have an error exit. */
void inb__reconcile(inb__reconciliation *out, inb__arena *arena, const inb_table *table,
                    const inb__history *history);

#endif
