/* Before a history is recorded as applied: does the database have what its migrations make? */
#ifndef INB_CLI_BASELINE_CHECK_H
#define INB_CLI_BASELINE_CHECK_H

#include "psl/datamodel.h"
#include "util/arena.h"

typedef struct inb__baseline {
    const char *dir, *through; /* the migrations, up to this one */
    const char *url;           /* the database */
    const inb__dm *dm;         /* the schema that says which namespaces are meant; or NULL */
    bool shadow;               /* read what they make from a shadow database */
    const char *shadow_url;    /* … from this one; NULL: one that is made */
    bool json;
} inb__baseline;

/*
 * 0; or the exit status of what was wrong, once that is printed: the database lacks something of
 * what they make, or has it otherwise. What it has besides is only mentioned, on standard error,
 * and so are statements that the analysis does not know. The arena must have an error exit.
 */
int inb__baseline_check(const inb__baseline *baseline, inb__arena *arena)
    __attribute__((warn_unused_result));

#endif
