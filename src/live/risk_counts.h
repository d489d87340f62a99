/* The rows behind the risks of a schema change: a risk without rows is none. */
#ifndef INB_LIVE_RISK_COUNTS_H
#define INB_LIVE_RISK_COUNTS_H

#include "inboard/conn.h"
#include "schema/diff.h"
#include "schema/renames.h"

/* Once it is counted: whether it is about a table that has rows, or an enum, whose uses nobody
 * counts, and comes true. What is only a note does not. */
bool inb__risk_comes_true(const inb__risk *risk);

/*
 * Counts the rows, and the values where they decide, of each table that a risk is about, in one
 * transaction of the database. The tables are those of the steps' old side, which has the new names
 * of what is renamed. Errors are those of the connection and of the statements. cancelled is asked
 * meanwhile, for a count can wait for whoever has a table locked; NULL: never.
 */
int inb__risk_counts_read(inb__risks *risks, const inb__steps *steps, const inb__renames *renames,
                          const char *url, inb_cancel_cb cancelled, inb_error **err)
    __attribute__((warn_unused_result));

#endif
