/*
 * What an interrupted statement left in the catalogue, and its repair, for the statements that the
 * server refuses inside a transaction.
 */
#ifndef INB_ENGINE_REPAIR_H
#define INB_ENGINE_REPAIR_H

#include "engine/run.h"

/* Where a statement's state is recorded. */
typedef struct inb__repair_place {
    const char *id; /* of the history row */
    uint32_t number;
} inb__repair_place;

/*
 * Before a statement is run: *done says that it was done already. begun: an earlier run started it
 * and its end is unknown. An INVALID index of the name that is to be built is dropped
 * (concurrently) in either case, because CREATE INDEX … IF NOT EXISTS would take it for the real
 * one. An unnamed index is found by excluding the table's other indexes, which were recorded before
 * the statement started. INB_ESQL what the server refused; INB_EMIGRATION another session is
 * building that index now.
 */
int inb__repair_before(bool *done, inb__run *run, const inb_statement *st,
                       const inb__repair_place *place, bool begun, inb_error **err)
    __attribute__((warn_unused_result));

/* Before a statement whose index has no name is run: the indexes that its table has, as an array;
 * NULL for any other statement. The text lives as long as *r, which the caller frees. */
int inb__repair_existing(inb_result **r, const char **out, inb__run *run, const inb_statement *st,
                         inb_error **err) __attribute__((warn_unused_result));

/* After the server refused a statement: drops what it left. A failure is logged, and left to the
 * next run. */
void inb__repair_after(inb__run *run, const inb_statement *st, const inb__repair_place *place);

/* True when a refusal of a statement that an earlier run began says that it had been done. */
bool inb__repair_was_done(const inb_statement *st, const char *sqlstate);

#endif
