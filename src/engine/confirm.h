/* Confirmations of what must be true before a migration is applied: given to a run, or stored by an
 * earlier one. */
#ifndef INB_ENGINE_CONFIRM_H
#define INB_ENGINE_CONFIRM_H

#include "engine/run.h"

/* Finds the migrations that the options name: INB_EINVAL where there is none, or several. */
int inb__confirm_options(inb__run *run, inb_error **err) __attribute__((warn_unused_result));

/* Adds those that the database has, once a run. */
int inb__confirm_read(inb__run *run, inb_error **err) __attribute__((warn_unused_result));

/* Looks whether the database has the table of them; queues removing what it has of the history. */
int inb__confirm_find(inb__run *run, inb_error **err) __attribute__((warn_unused_result));
void inb__confirm_forget_queue(inb__pg_pipe *pipe, const inb__run *run);

/* Stores those that were given for steps of the plan, before they are applied. */
int inb__confirm_store(inb__run *run, const inb__plan *plan, inb_error **err)
    __attribute__((warn_unused_result));

#endif
