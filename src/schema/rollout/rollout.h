/*
 * The same change without an outage: the steps between two models as a sequence of migrations that
 * an application lives through, release by release (docs/ZERO_DOWNTIME.md).
 *
 * Pure, like the differ, and data up to the last moment: statements are templates with operands
 * (fragment.h), notes are sentences with names (sentence.h). The sequence ends in the schema in
 * which the plain script ends, but for the order of columns where one was recreated.
 */
#ifndef INB_SCHEMA_ROLLOUT_H
#define INB_SCHEMA_ROLLOUT_H

#include "inboard/table.h"
#include "schema/diff.h"
#include "schema/renames.h"
#include "schema/rollout/fragment.h"
#include "schema/rollout/sentence.h"

/* The part of a change to which a migration belongs. */
typedef enum inb__rollout_phase {
    INB__ROLLOUT_EXPAND,   /* nothing that exists changes: additive, every statement of it */
    INB__ROLLOUT_BACKFILL, /* data moves into what was added, and is held there */
    INB__ROLLOUT_CONTRACT  /* the old form is dropped, or constraints are added */
} inb__rollout_phase;
#define INB__ROLLOUT_PHASES 3

typedef struct inb__rollout_statement {
    const inb__fragment *sql;
    inb_class cls;
    const char *reason; /* why it has the class, where the analysis cannot see that; or NULL */
} inb__rollout_statement;

typedef struct inb__rollout_migration {
    inb__rollout_phase phase;
    inb_class cls; /* the worst of its statements */
    bool no_transaction;
    bool backfill; /* its one statement can be run in windows */
    bool once;     /* of a backfill: what it writes may be NULL, so no row is looked at twice */
    size_t waits;  /* the number, from 1, of the backfill that must be done before it; 0: none */
    bool has_blocking, has_contracting; /* statements of these classes are among them */
    const char *name; /* what the folder is called after its time: "expand_columns_users" */
    /*
     * By kind: what it does; what must be true of every running release before it runs; what a
     * release may do from then on, and not sooner; what its author must decide before it ships.
     */
    inb__notes notes[INB__NOTE_KINDS];
    INB__VEC(const inb__fragment *) checks; /* queries that find what would make it fail */
    INB__VEC(inb__rollout_statement) statements;
} inb__rollout_migration;

typedef struct inb__rollout_plan {
    inb__rollout_migration *v;
    size_t n;
} inb__rollout_plan;

/*
 * Plans the steps; `renames` says what of their `from` has another name in the database (NULL:
 * nothing), `options` is as for the steps (or NULL). The plan lives in the arena, which must have
 * an error exit (util/arena.h), and points into the steps.
 */
void inb__rollout_plan_build(inb__rollout_plan *out, inb__arena *arena, const inb__steps *steps,
                             const inb__renames *renames, const inb__diff_options *options);

/* ---- rendering (rollout_print.c) ------------------------------------------------------------- */

/*
 * The release that knows only the old schema works until here: the first migration that has a
 * `before`, or n. The one that knows only the new schema works from here on: behind the last
 * migration that has an `after`, or 0.
 */
size_t inb__rollout_old_until(const inb__rollout_plan *plan);
size_t inb__rollout_new_from(const inb__rollout_plan *plan);

/* "expand", "backfill", "contract" */
const char *inb__rollout_phase_name(inb__rollout_phase phase);

/*
 * The text of one migration.sql: comments, directives, statements. Returns the place of the name of
 * the backfill that it waits for, which is as in the plan; 0 where it waits for none.
 */
size_t inb__rollout_migration_sql(inb__buf *out, const inb__rollout_plan *plan, size_t i);

/* All of them one after the other, each under a line that names it: psql runs it as it is. */
void inb__rollout_script(inb__buf *out, const inb__rollout_plan *plan);

/* The sequence for a reader: phases, migrations, and what the application does between them. */
void inb__rollout_text(inb__buf *out, const inb__rollout_plan *plan);

/* Into an open object: "migrations". */
void inb__rollout_json(inb__json *json, inb__buf *scratch, const inb__rollout_plan *plan);

#endif
