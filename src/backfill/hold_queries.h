/* What is looked at while a backfill runs, in sql/holds.sql and sql/vacuum_step.sql. */
#ifndef INB_BACKFILL_HOLD_QUERIES_H
#define INB_BACKFILL_HOLD_QUERIES_H

extern const char inb__query_holds_role[];
enum { INB__HOLDS_ROLE_SEES, INB__HOLDS_ROLE_NAME };

extern const char inb__query_holds_wal[];
extern const char inb__query_holds_sessions[];
enum { INB__HOLDS_WHAT, INB__HOLDS_NAME, INB__HOLDS_VALUE, INB__HOLDS_MS };
extern const char inb__query_holds_waiters[];

extern const char inb__query_vacuum_step_table[];
enum { INB__VACUUM_STEP_ROWS, INB__VACUUM_STEP_MAY };

#endif
