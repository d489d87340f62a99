/* What `db push` does: from what a database has to what a schema says, and what that destroys. */
#ifndef INB_CLI_PUSH_PLAN_H
#define INB_CLI_PUSH_PLAN_H

#include "cli/diff_sides.h"
#include "cli/rename_ask.h"

typedef struct inb__push_plan {
    inb__diff_side from, to;
    inb__steps steps;
    inb__risks risks; /* those that come true with the rows that there are, counted */
    inb__rename_guesses guesses;
    const char *script;
    size_t n_lossy, n_impossible; /* of the risks */
    bool managed;                 /* the database has a migration history */
    inb__arena arena;             /* of all of it; the caller's to begin and to end */
} inb__push_plan;

/* 0, or the exit status of what was wrong, once that is printed. */
int inb__push_plan_read(inb__push_plan *plan, const char *schema, const char *url, bool json)
    __attribute__((warn_unused_result));

void inb__push_plan_dispose(inb__push_plan *plan);

/* The sentences of its risks, a line each; and what could be a rename, which a push takes for a
 * loss. */
void inb__push_risks_write(inb__buf *out, const inb__push_plan *plan);

/* The steps up to the last that changes an enum, and those after it: a server takes a new value
 * only once it is committed. */
void inb__push_script_split(inb__buf *enums, inb__buf *rest, const inb__push_plan *plan);

#endif
