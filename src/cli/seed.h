/* The seed of a project: a file of SQL or a command, found and run. */
#ifndef INB_CLI_SEED_H
#define INB_CLI_SEED_H

#include "util/arena.h"
#include "util/error_set.h"

#include <stdbool.h>

typedef struct inb__seed {
    const char *command; /* or NULL … */
    const char *file;    /* … a file of SQL; both NULL: there is no seed */
    const char *origin;  /* of the command: the file that names it */
} inb__seed;

/*
 * Finds it: the command of prisma.config.*, or of package.json, or else seed.sql beside the schema
 * (NULL: that of the default place). INB_EINVAL: a command that is not written as a text. Texts
 * live in the arena.
 */
int inb__seed_find(inb__seed *out, inb__arena *arena, const char *schema, inb_error **err)
    __attribute__((warn_unused_result));

typedef struct inb__seed_options {
    const char *url;   /* of the database */
    bool url_is_given; /* by an option: then the command gets it instead of the environment's */
    char **words;      /* more for the command */
    int n_words;
    bool quiet; /* what the command prints goes to standard error */
} inb__seed_options;

/*
 * Runs it. The command gets the URL as DATABASE_URL in its environment. Its failure is INB_EIO,
 * that of the SQL INB_ESQL.
 */
int inb__seed_run(const inb__seed *seed, inb__arena *arena, const inb__seed_options *options,
                  inb_error **err) __attribute__((warn_unused_result));

#endif
