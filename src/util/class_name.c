#include "config.h"

#include "inboard/table.h"

const char *inb_class_name(inb_class cls)
{
    switch (cls) {
    case INB_CLASS_ADDITIVE:
        return "additive";
    case INB_CLASS_BLOCKING:
        return "blocking";
    case INB_CLASS_CONTRACTING:
        return "contracting";
    }
    return "";
}

const char *inb_lock_mode_name(inb_lock_mode mode)
{
    static const char *const names[] = {
        [INB_LOCK_NONE] = "",
        [INB_LOCK_ACCESS_SHARE] = "AccessShareLock",
        [INB_LOCK_ROW_SHARE] = "RowShareLock",
        [INB_LOCK_ROW_EXCLUSIVE] = "RowExclusiveLock",
        [INB_LOCK_SHARE_UPDATE_EXCLUSIVE] = "ShareUpdateExclusiveLock",
        [INB_LOCK_SHARE] = "ShareLock",
        [INB_LOCK_SHARE_ROW_EXCLUSIVE] = "ShareRowExclusiveLock",
        [INB_LOCK_EXCLUSIVE] = "ExclusiveLock",
        [INB_LOCK_ACCESS_EXCLUSIVE] = "AccessExclusiveLock",
    };
    return (unsigned)mode < sizeof(names) / sizeof(names[0]) ? names[mode] : "";
}
