/* Why a history, or a metadata table, is neither read nor written: it may be a stranger's trap. */
#ifndef INB_ENGINE_HISTORY_FAULT_H
#define INB_ENGINE_HISTORY_FAULT_H

#include "engine/names.h"

/*
 * The error of a fault that history_faults found, INB_EHISTORY with the reason and the way out; 0
 * when the answer has none, or is NULL.
 */
int inb__history_fault(const inb_result *faults, const inb__names *names, inb_error **err)
    __attribute__((warn_unused_result));

/* The server's refusal is about the shape of a table: one is missing, or has lost a column, a key
 * or a type. */
bool inb__metadata_broken(const inb_error *server);

/* INB_EHISTORY: of a statement about inboard's own tables, with its refusal at *err as the cause.
 */
int inb__metadata_error(inb_error **err) __attribute__((warn_unused_result));

#endif
