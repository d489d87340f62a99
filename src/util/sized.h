/*
 * Structures of the caller that begin with their own size, so that a program and a library of
 * different releases understand each other (docs/ABI.md). A member is only ever added at the end.
 */
#ifndef INB_UTIL_SIZED_H
#define INB_UTIL_SIZED_H

#include "util/error_set.h"

#include <stddef.h>

/*
 * Copies options that a program filled in, of whatever size, into those of this library (`known`
 * bytes); members that the program's structure lacks become zero. INB_EINVAL: the size is not set,
 * or the structure is newer than this library and one of its new members is not zero.
 */
int inb__sized_read(void *to, size_t known, const void *from, const char *name, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * Copies a result of this library (`known` bytes, its first member of no meaning) into a structure
 * whose size the program has set; members that this library does not know become zero. INB_EINVAL:
 * the size is not set.
 */
int inb__sized_write(void *to, const void *from, size_t known) __attribute__((warn_unused_result));

#endif
