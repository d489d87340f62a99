/*
 * The next migration: what is between the migrations and the schema, the text that makes it, and
 * its folder. `migrate new` does nothing else; `migrate dev` does it between other things.
 */
#ifndef INB_CLI_NEW_MIGRATION_H
#define INB_CLI_NEW_MIGRATION_H

#include "cli/diff_sides.h"
#include "cli/new_script.h"
#include "cli/rename_ask.h"
#include "util/json.h"

#define INB__NEW_NAME_MAX 200

/* The options first; what they lead to after them. Zeroed at the beginning. */
typedef struct inb__creation {
    const char *dir, *schema, *shadow_url;
    bool zero_downtime, empty, accept_unseen, shadow, json;
    bool shadow_if_unseen; /* use a shadow where statements are unknown, without being told */
    inb__opt_list rename, rename_table;
    char slug[INB__NEW_NAME_MAX + 1];
    inb__arena *arena; /* of the caller, with an error exit during each call */
    inb__diff_side from, to;
    inb__schema renamed;
    inb__renames renames;
    inb__steps steps;
    inb__risks risks;
    inb__rename_guesses guesses; /* that nobody has answered */
    inb__new_migration *made;
    size_t n_made;
} inb__creation;

/* The name of the folder without its time. INB_EINVAL: nothing of the name can be in it. */
int inb__new_name(inb__creation *c, const char *name, inb_error **err)
    __attribute__((warn_unused_result));

/* The paths that are not given, by the rule of all commands, and the sides of the comparison. */
int inb__new_paths(inb__creation *c, inb_error **err) __attribute__((warn_unused_result));

/*
 * Compares: the steps, the risks and, where somebody is there to be asked, the renames. 0, or the
 * exit status of what was wrong, once that is printed.
 */
int inb__new_difference(inb__creation *c) __attribute__((warn_unused_result));

/* Whether there is something to write; an empty migration always is. */
static inline bool inb__new_is_needed(const inb__creation *c)
{
    return c->empty || c->steps.n || c->renames.n;
}

/* The texts of the migrations. 0, or an exit status as above. */
int inb__new_compose(inb__creation *c) __attribute__((warn_unused_result));

/* Their folders: all of them or none. */
int inb__new_write(inb__creation *c, inb_error **err) __attribute__((warn_unused_result));

/* Notes about what nobody was asked, on standard error: a rename that is taken for a loss loses
 * rows. */
void inb__new_guesses_print(const inb__creation *c);

/* The member "migrations". */
void inb__new_json(inb__json *j, const inb__creation *c);

void inb__new_dispose(inb__creation *c);

/* The rows of a table of options that `migrate new` and `migrate dev` have alike. */
#define INB__NEW_OPTIONS(c)                                                                         \
    {"schema",      0,                                                                              \
     "PATH",        "the schema: a file or a folder [prisma/schema.prisma, prisma]",                \
     INB__OPT_TEXT, &(c).schema},                                                                   \
        INB__CLI_MIGRATIONS_OPTION(&(c).dir),                                                       \
        {"rename",      0,          "TABLE.OLD=NEW", "a renamed column, which keeps its rows",      \
         INB__OPT_LIST, &(c).rename},                                                               \
        {"rename-table", 0, "OLD=NEW", "a renamed table", INB__OPT_LIST, &(c).rename_table},        \
        {"zero-downtime",   0, NULL, "as a sequence of migrations without downtime", INB__OPT_FLAG, \
         &(c).zero_downtime},                                                                       \
        {"accept-unseen",                                                                           \
         0,                                                                                         \
         NULL,                                                                                      \
         "go on although the effect of some statements on the schema is unknown",                   \
         INB__OPT_FLAG,                                                                             \
         &(c).accept_unseen},                                                                       \
        {"shadow",      0,                                                                          \
         NULL,          "apply the migrations to a shadow database, and read that",                 \
         INB__OPT_FLAG, &(c).shadow},                                                               \
    {                                                                                               \
        "shadow-database-url", 0, "URL", "the same, to this database, which is emptied",            \
            INB__OPT_TEXT, &(c).shadow_url                                                          \
    }

#endif
