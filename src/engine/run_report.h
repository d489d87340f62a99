/* The report while it is being written. Every function takes a NULL report and does nothing then.
 */
#ifndef INB_ENGINE_RUN_REPORT_H
#define INB_ENGINE_RUN_REPORT_H

#include "inboard/migrate.h"
#include "util/arena.h"
#include "util/error_set.h"

/* The summary, to be changed in place; a scratch one for NULL. */
inb_report_summary *inb__run_report_summary(inb_report *report, inb_report_summary *scratch);

/* Begins an attempt at a migration: adds it, or counts one attempt more. Its index in *out. */
int inb__run_report_begin(size_t *out, inb_report *report, const char *name, inb_class cls,
                          bool transactional, inb_error **err) __attribute__((warn_unused_result));

/* Adds a statement of the attempt; blocked_by may be NULL. */
int inb__run_report_statement(inb_report *report, size_t migration, const inb_report_statement *st,
                              inb_error **err) __attribute__((warn_unused_result));

/* The migration's numbers, to be changed in place; NULL for a NULL report. */
inb_report_migration *inb__run_report_migration(inb_report *report, size_t migration);

/* Notes a change that was made outside the migrations. */
void inb__run_report_drift(inb_report *report, const char *text);

/* Keeps a text as long as the report lives; "" when memory is out. */
const char *inb__run_report_text(inb_report *report, const char *text);

#endif
