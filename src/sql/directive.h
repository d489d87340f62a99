/*
 * What an author says to inboard in a migration, as comments on lines of their own:
 *
 *     -- inboard: accept <class> <reason>     the hazard is known and wanted
 *     -- inboard: class <class> <reason>      what a parser cannot see: DO blocks, functions, newer
 * syntax
 *     -- inboard: compatible <reason>         contracting, and yet the release before works with it
 *     -- inboard: backfill [OPTIONS]          its one UPDATE or DELETE can be run in windows
 *     -- inboard: before <sentence>           what must be true outside before it is applied
 *     -- inboard: after backfill <name>       the backfill that must be done before it is applied
 *     -- inboard: allow <rule> <reason>       a finding of `inboard lint` is known and wanted
 *     -- inboard: no-transaction              each statement commits for itself
 *     -- inboard: no-transaction statement    this one is sent outside of a transaction block
 *
 * Before the first statement they speak for the file, before a later one for that statement, as
 * no-transaction does there with and without its word. The backfill and the gates speak for the
 * migration, and are only at the top.
 */
#ifndef INB_SQL_DIRECTIVE_H
#define INB_SQL_DIRECTIVE_H

#include "inboard/table.h"
#include "sql/backfill_options.h"
#include "sql/problem.h"
#include "sql/split.h"

typedef enum inb__directive_kind {
    INB__DIRECTIVE_ACCEPT,
    INB__DIRECTIVE_ALLOW,
    INB__DIRECTIVE_CLASS,
    INB__DIRECTIVE_COMPATIBLE,
    INB__DIRECTIVE_BACKFILL,
    INB__DIRECTIVE_BEFORE, /* reason: the sentence */
    INB__DIRECTIVE_AFTER,  /* reason: the name, as it is written */
    INB__DIRECTIVE_NO_TRANSACTION
} inb__directive_kind;

#define INB__DIRECTIVE_FILE SIZE_MAX

typedef struct inb__directive {
    inb__directive_kind kind;
    inb_class cls;
    const char *reason;
    const inb__backfill_options *backfill;
    const char *rule; /* of ALLOW: whether there is one of that name, lint knows */
    size_t offset;
    size_t piece; /* the statement it speaks for, or INB__DIRECTIVE_FILE */
} inb__directive;

typedef INB__VEC(inb__directive) inb__directives;

/* All directives of a text that was split; what is wrong with one is added to the problems. */
void inb__directive_read_all(inb__directives *out, const inb__problems *problems, inb__arena *arena,
                             inb__str text, const inb__pieces *pieces);

/* Whether the file has one of this kind anywhere. */
bool inb__directive_is_given(const inb__directives *all, inb__directive_kind kind);

/* The directive of this kind for a statement: its own, or the file's; NULL when there is none. */
const inb__directive *inb__directive_for(const inb__directives *all, inb__directive_kind kind,
                                         size_t piece);

/* The acceptance of a class for a statement. */
const inb__directive *inb__directive_accepts(const inb__directives *all, inb_class cls,
                                             size_t piece);

/* The allowance of a rule for a statement. */
const inb__directive *inb__directive_allows(const inb__directives *all, const char *rule,
                                            size_t piece);

#endif
