/* The seed command that a project's files name. Pure. */
#ifndef INB_CLI_SEED_CONFIG_H
#define INB_CLI_SEED_CONFIG_H

#include "util/arena.h"
#include "util/text.h"

typedef enum inb__seed_found {
    INB__SEED_NONE,
    INB__SEED_COMMAND,
    INB__SEED_COMPUTED, /* there is one, and it is not a text */
    INB__SEED_BROKEN    /* the file is not what its name says */
} inb__seed_found;

/* "prisma": {"seed": "…"} of a package.json. */
inb__seed_found inb__seed_of_package(const char **out, inb__arena *arena, inb__str text);

/* migrations: { seed: "…" } of a prisma.config.ts, whose code is not run. */
inb__seed_found inb__seed_of_config(const char **out, inb__arena *arena, inb__str text);

/*
 * A command's words: cut at spaces, as Prisma does without a shell; a backslash keeps the space
 * after it. NULL after the last; `more` are further words. NULL when memory is out.
 */
char **inb__seed_words(inb__arena *arena, const char *command, char **more, int n_more);

#endif
