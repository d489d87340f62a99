/* What the server refuses at COMMIT: a constraint or a trigger that was deferred. */
#ifndef INB_ENGINE_COMMIT_FAILURE_H
#define INB_ENGINE_COMMIT_FAILURE_H

#include "engine/record.h"

/*
 * Notes in an attempt that was refused at COMMIT which of n statements, from the first, can have
 * caused it: those that write rows of the table that the refusal is about. One of them is the
 * attempt's statement, several its lines.
 */
void inb__commit_failure_note(const inb_table *table, inb__record_attempt *attempt, uint32_t first,
                              uint32_t n);

#endif
