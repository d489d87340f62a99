/*
 * A database that a run found different from what the program expects is found different at every
 * start of that program until it is not, although a start with nothing pending compares nothing:
 * the run leaves a mark that the first look sees (first_look.sql).
 */
#ifndef INB_ENGINE_MISMATCH_H
#define INB_ENGINE_MISMATCH_H

#include "engine/run.h"

/* The program in a mark's name: hexadecimal. */
#define INB__MISMATCH_PROGRAM_SIZE 33
void inb__mismatch_program(char out[INB__MISMATCH_PROGRAM_SIZE], const inb_table *table);

/* Leaves the mark, or removes it when it is there. What fails is logged only. */
void inb__mismatch_set(inb__run *run, bool different);

/* Compares again when the mark is there: INB_EHISTORY when the database is different still. */
int inb__mismatch_check(inb__run *run, inb_error **err) __attribute__((warn_unused_result));

#endif
