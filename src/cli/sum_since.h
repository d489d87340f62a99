/* Which entries of inboard.sum are released: those that it has at a commit of git. */
#ifndef INB_CLI_SUM_SINCE_H
#define INB_CLI_SUM_SINCE_H

#include "embed/sum.h"

/* What a clone knows of the branch that the others are merged into. */
#define INB__SUM_SINCE "origin/HEAD"

/* inboard.sum as it is at a commit. */
typedef struct inb__sum_then {
    inb__str text;
    const char *from; /* "main:migrations/inboard.sum" */
} inb__sum_then;

/* Reads it. INB_EINVAL: git does not have it. The arena must have an error exit. */
int inb__sum_then_read(inb__sum_then *out, inb__arena *arena, const char *dir, const char *ref,
                       inb_error **err) __attribute__((warn_unused_result));

typedef struct inb__sum_forgetting {
    const char *dir, *ref;
    const char *const *names;
    size_t n;
    const char *path; /* of inboard.sum, once it is read … */
    size_t left;      /* … and how many entries it still has */
} inb__sum_forgetting;

/*
 * The file without the named entries. INB_EINVAL: one is not listed, or listed at the commit; or it
 * would be a new migration before one that stays listed. INB_ESYNTAX: one of the two files is not
 * as it was written. The arena must have an error exit.
 */
int inb__sum_forget(inb__buf *out, inb__arena *arena, inb__sum_forgetting *forgetting,
                    inb_error **err) __attribute__((warn_unused_result));

#endif
