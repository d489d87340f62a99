/* The text of a new migration: what it destroys, what is renamed, and what a reviewer accepts. */
#ifndef INB_CLI_NEW_SCRIPT_H
#define INB_CLI_NEW_SCRIPT_H

#include "cli/migration_folders.h"
#include "cli/rename_ask.h"
#include "schema/rollout/rollout.h"
#include "sql/catalog.h"

/*
 * The script of the steps, which are from a model under the names that the other has: warnings and
 * the guesses that nobody has answered as a comment at its head, as Prisma writes them; then the
 * renames; and before each statement that is not additive after the migrations of the catalogue,
 * the directive that accepts it. The catalogue (NULL: there are none) is used up. Both arenas must
 * have an error exit.
 */
inb__str inb__new_script(inb__arena *arena, const inb__steps *steps, const inb__risks *risks,
                         const inb__renames *renames, const inb__rename_guesses *guesses,
                         const inb__catalog *catalog);

/* What the steps destroy and what may be a rename, as that comment; nothing where there is neither.
 */
void inb__new_warnings(inb__buf *out, const inb__risks *risks, const inb__rename_guesses *guesses);

/* The migrations of a plan, named by what each does, after a name that is theirs together or NULL.
 */
inb__new_migration *inb__new_rollout(inb__arena *arena, const inb__rollout_plan *plan,
                                     const char *name);

#endif
