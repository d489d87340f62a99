/* How far a statement is that takes long: which one of which migration, for how long, and where it
 * is as PostgreSQL's progress views tell. */
#ifndef INB_ENGINE_STATEMENT_PROGRESS_H
#define INB_ENGINE_STATEMENT_PROGRESS_H

#include "inboard/table.h"
#include "util/error_set.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct inb__statement_progress {
    const char *sql; /* as pg_stat_activity has it: its head, when it is long */
    int64_t elapsed_ms;
    const char *text; /* "": there is no view for such a statement */
} inb__statement_progress;

/*
 * Finds the statement among those of the migrations from first to last: *number_out counts from 1.
 * False: it is none of them (inboard's own), or several have this text.
 */
bool inb__statement_progress_find(uint32_t *migration_out, uint32_t *number_out,
                                  const inb_table *table, uint32_t first, uint32_t last,
                                  const char *sql);

void inb__statement_progress_say(const inb__logger *log, const inb_table *table, uint32_t first,
                                 uint32_t last, const inb__statement_progress *progress);

#endif
