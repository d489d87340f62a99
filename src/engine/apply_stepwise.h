/*
 * Applying what cannot be one transaction: a started row first, then statement by statement, each
 * with its digest and state, so that the next run resumes where this one stopped.
 *
 * A statement that the server takes inside a transaction is one together with its state, so it is
 * done if and only if it is recorded as done. Of the others (CREATE INDEX CONCURRENTLY and its
 * like) the catalogue says what an interrupted run left.
 */
#ifndef INB_ENGINE_APPLY_STEPWISE_H
#define INB_ENGINE_APPLY_STEPWISE_H

#include "engine/retry.h"

/* Applies or resumes the step at progress->done, and moves on. Errors as
 * inb__apply_transactional. */
int inb__apply_stepwise(inb__run *run, const inb__plan *plan, inb__progress *progress,
                        inb_error **err) __attribute__((warn_unused_result));

#endif
