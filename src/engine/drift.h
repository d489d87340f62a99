/*
 * What the table expects the database to contain, against what the catalogue has. One statement
 * brings every difference; which of them count depends on the history.
 */
#ifndef INB_ENGINE_DRIFT_H
#define INB_ENGINE_DRIFT_H

#include "engine/history.h"
#include "engine/reconcile.h"

/* Queues the comparison; its step's index. */
size_t inb__drift_queue(inb__pg_pipe *pipe, const inb_table *table, const char *schema);

/* Its answer (NULL: it was not asked) as history->findings, in the history's arena, which has a
 * error exit. */
void inb__drift_parse(inb__history *history, const inb_table *table, const inb_result *answer);

/*
 * Keeps the findings that count: none while a migration of the table is not applied, and those
 * about types and values of defaults only when nothing newer is applied, because it may have
 * widened them (docs/CLASSES.md).
 */
void inb__drift_filter(inb__history *history, const inb__reconciliation *reconciled);

/*
 * INB_EHISTORY with every finding that counts in the detail, when there is one without which
 * statements of the program fail. Otherwise they are warnings in the log: an index that was
 * dropped must not keep a release from going out.
 */
int inb__drift_check(inb__history *history, const inb_table *table, const inb__logger *log,
                     inb_error **err) __attribute__((warn_unused_result));

#endif
