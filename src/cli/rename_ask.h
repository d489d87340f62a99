/* Renames that nobody named: what looks like one, and the question. */
#ifndef INB_CLI_RENAME_ASK_H
#define INB_CLI_RENAME_ASK_H

#include "schema/diff.h"
#include "util/opt.h"
#include "util/vec.h"

/* A table or a column that goes, and another that comes in its place and could be the same. */
typedef struct inb__rename_guess {
    const char *request;  /* as --rename or --rename-table takes it */
    const char *question; /* 'Is "b" of "t" the column "a" under a new name?' */
    bool table;
} inb__rename_guess;

typedef INB__VEC(inb__rename_guess) inb__rename_guesses;

/* The steps that could be renames, tables before columns. The arena must have an error exit. */
void inb__rename_guess_find(inb__rename_guesses *out, inb__arena *arena, const inb__steps *steps);

/* The question with the option that says yes. */
void inb__rename_guess_text(inb__buf *out, const inb__rename_guess *guess);

#endif
