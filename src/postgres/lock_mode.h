/* The lock modes of a relation (inb_lock_mode, inboard/table.h) and which exclude each other. */
#ifndef INB_POSTGRES_LOCK_MODE_H
#define INB_POSTGRES_LOCK_MODE_H

#include "inboard/table.h"

#include <stdbool.h>

/* Whether two sessions cannot hold these on one table at the same time. INB_LOCK_NONE excludes
 * nothing. */
bool inb__lock_modes_conflict(inb_lock_mode a, inb_lock_mode b);

/* Whether INSERT, UPDATE and DELETE wait for the mode. */
static inline bool inb__lock_mode_blocks_writers(inb_lock_mode mode)
{
    return inb__lock_modes_conflict(mode, INB_LOCK_ROW_EXCLUSIVE);
}

#endif
