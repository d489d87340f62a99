/*
 * Review of migrations by rules: a rule is a pure function from what is understood of a statement,
 * and the catalogue that it meets or makes, to findings. The linter watches an analysis
 * (sql/analyse.h) and needs no server.
 *
 * Everything lives in the linter's arena, which must have an error exit while it watches.
 */
#ifndef INB_REVIEW_LINT_H
#define INB_REVIEW_LINT_H

#include "review/lint_rules.h"
#include "sql/analyse.h"
#include "util/diagnostic.h"

typedef struct inb__lint_finding {
    const inb__lint_rule *rule;
    inb__span span;
    size_t piece;         /* the statement's number in its file */
    const char *message;  /* one line, lower case, no full stop */
    const char *fact;     /* what the statement locks, reads and rewrites; NULL: nothing to say */
    const char *instead;  /* SQL, ready to paste; NULL: none */
    const char *accepted; /* the reason why it is wanted, NULL: nobody says so */
} inb__lint_finding;

/* A foreign key that a migration adds, whose index may come after it. */
typedef struct inb__lint_key {
    inb__relation *table;
    inb__str name;
    inb__str own; /* the statement … */
    size_t piece; /* … and its number */
} inb__lint_key;

typedef struct inb__lint {
    inb__arena *arena;
    INB__VEC(inb__lint_finding) findings; /* file by file, in the order of the text */

    /* Of the migration being read. */
    uint32_t file;
    inb__str text;
    size_t first;   /* of its findings */
    size_t pieces;  /* statements of it that were read */
    size_t began;   /* the first of the findings of the statement at hand */
    bool changed;   /* the statement before is an ALTER TABLE … */
    inb__name last; /* … of this table */
    INB__VEC(inb__lint_key) keys;

    /* Of the statement being read. */
    const inb__catalog *catalog;
    const inb__sql_statement *s; /* NULL: it is not taken into the catalogue yet */
    const inb__node *body;
    inb__str own; /* its text */
} inb__lint;

void inb__lint_init(inb__lint *l, inb__arena *arena);

/* What an analysis is given to watch it. */
inb__sql_observer inb__lint_observer(inb__lint *l);

/*
 * As a list for printing: what the analysis refuses and what the rules found and nobody accepts, of
 * the wanted files (a flag for each source of the analysis). With `accepted` what is accepted
 * instead, with its reasons, as notes.
 */
void inb__lint_list(inb__diagnostics *out, const inb__lint *l, const inb__diagnostics *analysis,
                    const bool *wanted, bool accepted);

#endif
