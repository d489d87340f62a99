/* The lock modes by pg_locks' names, and the matrix of their conflicts. */
#include "config.h"

#include "postgres/lock_mode.h"

#define BIT(mode) (1u << INB_LOCK_##mode)
#define LOCK_MODES (INB_LOCK_ACCESS_EXCLUSIVE + 1)

/* "Conflicting Lock Modes", section 13.3.1 of PostgreSQL's documentation. */
static const struct {
    const char *name;
    unsigned conflicts;
} modes[LOCK_MODES] = {
    [INB_LOCK_NONE] = {"", 0},
    [INB_LOCK_ACCESS_SHARE] = {"AccessShareLock", BIT(ACCESS_EXCLUSIVE)},
    [INB_LOCK_ROW_SHARE] = {"RowShareLock", BIT(EXCLUSIVE) | BIT(ACCESS_EXCLUSIVE)},
    [INB_LOCK_ROW_EXCLUSIVE] = {"RowExclusiveLock", BIT(SHARE) | BIT(SHARE_ROW_EXCLUSIVE) |
                                                        BIT(EXCLUSIVE) | BIT(ACCESS_EXCLUSIVE)},
    [INB_LOCK_SHARE_UPDATE_EXCLUSIVE] = {"ShareUpdateExclusiveLock",
                                         BIT(SHARE_UPDATE_EXCLUSIVE) | BIT(SHARE) |
                                             BIT(SHARE_ROW_EXCLUSIVE) | BIT(EXCLUSIVE) |
                                             BIT(ACCESS_EXCLUSIVE)},
    [INB_LOCK_SHARE] = {"ShareLock", BIT(ROW_EXCLUSIVE) | BIT(SHARE_UPDATE_EXCLUSIVE) |
                                         BIT(SHARE_ROW_EXCLUSIVE) | BIT(EXCLUSIVE) |
                                         BIT(ACCESS_EXCLUSIVE)},
    [INB_LOCK_SHARE_ROW_EXCLUSIVE] = {"ShareRowExclusiveLock",
                                      BIT(ROW_EXCLUSIVE) | BIT(SHARE_UPDATE_EXCLUSIVE) |
                                          BIT(SHARE) | BIT(SHARE_ROW_EXCLUSIVE) | BIT(EXCLUSIVE) |
                                          BIT(ACCESS_EXCLUSIVE)},
    [INB_LOCK_EXCLUSIVE] = {"ExclusiveLock", BIT(ROW_SHARE) | BIT(ROW_EXCLUSIVE) |
                                                 BIT(SHARE_UPDATE_EXCLUSIVE) | BIT(SHARE) |
                                                 BIT(SHARE_ROW_EXCLUSIVE) | BIT(EXCLUSIVE) |
                                                 BIT(ACCESS_EXCLUSIVE)},
    [INB_LOCK_ACCESS_EXCLUSIVE] = {"AccessExclusiveLock",
                                   BIT(ACCESS_SHARE) | BIT(ROW_SHARE) | BIT(ROW_EXCLUSIVE) |
                                       BIT(SHARE_UPDATE_EXCLUSIVE) | BIT(SHARE) |
                                       BIT(SHARE_ROW_EXCLUSIVE) | BIT(EXCLUSIVE) |
                                       BIT(ACCESS_EXCLUSIVE)},
};

const char *inb_lock_mode_name(inb_lock_mode mode)
{
    return (unsigned)mode < LOCK_MODES ? modes[mode].name : "";
}

bool inb__lock_modes_conflict(inb_lock_mode a, inb_lock_mode b)
{
    return modes[a].conflicts & 1u << b;
}
