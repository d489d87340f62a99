/* A file as git has it at a commit, read by the program git. */
#ifndef INB_CLI_GIT_FILE_H
#define INB_CLI_GIT_FILE_H

#include "util/arena.h"
#include "util/error_set.h"
#include "util/text.h"

/*
 * The bytes of DIR/NAME at the commit that `ref` names, in the arena; *there says whether it has
 * such a file. INB_EINVAL: git cannot be run, DIR is in no repository, or there is no such commit.
 * The arena needs no error exit.
 */
int inb__git_file_read(inb__str *out, bool *there, inb__arena *arena, const char *dir,
                       const char *name, const char *ref, inb_error **err)
    __attribute__((warn_unused_result));

/* The names in DIR at the commit, each ended by a NUL byte; "" where it has no such folder. */
int inb__git_names_read(inb__str *out, inb__arena *arena, const char *dir, const char *ref,
                        inb_error **err) __attribute__((warn_unused_result));

#endif
