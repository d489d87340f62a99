/* Citus: what its coordinator and workers are to a history, and what it must not make of one. */
#ifndef INB_ENGINE_CITUS_H
#define INB_ENGINE_CITUS_H

#include "engine/run.h"

/* Before something is written. INB_EPERM: the server is a worker; INB_EHISTORY: Citus has
 * distributed the history, or a table of inboard's. One or two round trips, none without Citus. */
int inb__citus_check(inb__run *run, const inb__history *history, inb_error **err)
    __attribute__((warn_unused_result));

/* The server refused a statement because it is a worker. */
bool inb__citus_refused_worker(const inb_error *server);

/* INB_EPERM, with the error at *err as its cause. */
int inb__citus_worker_error(inb_error **err) __attribute__((warn_unused_result));

#endif
