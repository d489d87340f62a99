/*
 * The migration lock: Prisma's advisory lock, polled and never waited for in the server, because a
 * blocked waiter holds a snapshot and makes the holder's CREATE INDEX CONCURRENTLY deadlock.
 */
#ifndef INB_ENGINE_LOCK_H
#define INB_ENGINE_LOCK_H

#include "engine/run.h"

/* Asked now and then, with the history as it is now; true: stop waiting, there is nothing
 * left to do. */
typedef bool (*inb__lock_leave_cb)(inb__run *run, const inb__history *history);

/*
 * Polls until this session holds the lock (history->locked, and the history was read under it) or
 * leave says so. INB_ELOCK at the deadline, with the holder. The caller disposes of *history after
 * 0. done (NULL: it does not matter): true when all of the table was found applied meanwhile; then
 * there is no *history.
 */
int inb__lock_wait(inb__run *run, inb__history *history, inb__lock_leave_cb leave, bool *done,
                   inb_error **err) __attribute__((warn_unused_result));

/* Queues its release in a segment of its own, with the last that it is for; the step. What the
 * answer says, NULL: nothing, so that it is released again. */
size_t inb__lock_release_queue(inb__pg_pipe *pipe);
void inb__lock_released(inb__run *run, const inb_result *answer);

/* Releases it and checks the answer; a lost connection has released it already. Never asks to be
 * cancelled. */
void inb__lock_release(inb__run *run);

/* The end of a run, whatever happened: no transaction is open, the lock is released, the connection
 * closed. */
void inb__run_leave(inb__run *run);

/* A pause with jitter, between half of ms and ms. INB_ECANCELLED, INB_ECONN. */
int inb__run_pause(inb__run *run, int64_t ms, inb_error **err) __attribute__((warn_unused_result));

#endif
