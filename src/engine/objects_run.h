/* The description of the schema in a run (objects.h): told, and then left anew. */
#ifndef INB_ENGINE_OBJECTS_RUN_H
#define INB_ENGINE_OBJECTS_RUN_H

#include "engine/run.h"

/*
 * Which changes count: none while the history is not the one that was described, or a migration is
 * not finished, whose changes these can be. What an older inboard left is compared in one more
 * round trip, by a digest that tells no names.
 */
int inb__objects_run_finish(inb__run *run, inb__history *history, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * Before a run changes anything, or when it has nothing to change: logs what is not as the last one
 * left it, a warning each, and notes it in the report. Once a run. history: as it was read under
 * the lock, NULL when it was not. What fails is logged only.
 */
void inb__objects_run_warn(inb__run *run, const inb__history *history);

/*
 * Describes the schema as it is, and releases the lock in the same round trip. fingerprint: of a
 * catalogue in which nothing is missing, "" when something is; NULL: the table expects nothing, and
 * it is still to be read. What fails is logged only.
 */
void inb__objects_run_store(inb__run *run, size_t applied, const char *fingerprint);

#endif
