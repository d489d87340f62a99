/*
 * The migration lock: Prisma's advisory lock, polled and never waited for in the server, because a
 * blocked waiter holds a snapshot and makes the holder's CREATE INDEX CONCURRENTLY deadlock.
 */
#ifndef INB_ENGINE_LOCK_H
#define INB_ENGINE_LOCK_H

#include "engine/run.h"

/* Asked after each failed try, with the history as it is now; true: stop waiting, there is nothing
 * left to do. */
typedef bool (*inb__lock_leave_cb)(inb__run *run, const inb__history *history);

/*
 * Polls until this session holds the lock (history->locked, and the history was read under it) or
 * leave says so. INB_ELOCK at the deadline, with the holder. The caller disposes of *history after
 * 0.
 */
int inb__lock_wait(inb__run *run, inb__history *history, inb__lock_leave_cb leave, inb_error **err)
    __attribute__((warn_unused_result));

/* Releases it and checks the answer; a lost connection has released it already. Never asks to be
 * cancelled. */
void inb__lock_release(inb__run *run);

/* The end of a run, whatever happened: no transaction is open, the lock is released, the connection
 * closed. */
void inb__run_leave(inb__run *run);

/* A pause with jitter, between half of ms and ms. INB_ECANCELLED, INB_ECONN. */
int inb__run_pause(inb__run *run, int64_t ms, inb_error **err) __attribute__((warn_unused_result));

#endif
