/* What a refusal of the server means for a migration. */
#ifndef INB_ENGINE_FAILURE_H
#define INB_ENGINE_FAILURE_H

#include "engine/record.h"

/*
 * The error of a migration, INB_EMIGRATION with P3018, from the server's refusal at *err: its place
 * in the file, the line itself, what was in the way, what to do.
 */
int inb__failure_error(const inb__run *run, const inb__record_attempt *attempt, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * The same of a migration that is applied statement by statement: the hint says how the next run
 * goes on after the statements that are done. waited: the statement gave up waiting for others.
 */
int inb__failure_resumable_error(const inb__run *run, const inb__record_attempt *attempt,
                                 uint32_t done, bool waited, inb_error **err)
    __attribute__((warn_unused_result));

/* Rolls back what is open and records the failed attempt, in one round trip; never asks to be
 * cancelled. */
void inb__failure_record(inb__run *run, const inb__record_attempt *attempt);

#endif
