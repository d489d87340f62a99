/* Which migrations of a folder a command is about: those that are named, new at a commit, or not
 * released. */
#ifndef INB_CLI_MIGRATION_CHOICE_H
#define INB_CLI_MIGRATION_CHOICE_H

#include "embed/embed_load.h"
#include "util/opt.h"

typedef struct inb__migration_choice {
    const char *since; /* a commit of git: those that the folder does not have there */
    bool all, pending; /* pending, the default: those that inboard.sum does not list */
    char **names;      /* operands: names or paths of folders, or paths of their files */
    int n_names;
} inb__migration_choice;

/* Their rows of a table of options. */
#define INB__MIGRATION_CHOICE_OPTIONS(choice)                                                      \
    {"pending",     0,                                                                             \
     NULL,          "those that inboard.sum does not list (the default)",                          \
     INB__OPT_FLAG, &(choice)->pending},                                                           \
        {"since",       0,                                                                         \
         "GITREF",      "those that the folder does not have at that commit",                      \
         INB__OPT_TEXT, &(choice)->since},                                                         \
    {                                                                                              \
        "all", 0, NULL, "every migration", INB__OPT_FLAG, &(choice)->all                           \
    }

/* INB_EINVAL: more than one way to choose was given. */
int inb__migration_choice_check(const inb__migration_choice *choice, inb_error **err)
    __attribute__((warn_unused_result));

/* The migration that a word names, by its number; false: none. */
bool inb__migration_named(size_t *number, const inb__embed *embed, const char *name);

/* A flag for each migration of the folder. Names that end with .sql and are none of them are left
 * to the caller, where it takes `files`. The arena must have an error exit. */
int inb__migration_choose(bool *wanted, const inb__embed *embed, inb__arena *arena, const char *dir,
                          const inb__migration_choice *choice, bool files, inb_error **err)
    __attribute__((warn_unused_result));

#endif
