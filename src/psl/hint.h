/*
 * What to write instead, where several checks give the same advice: each adds a hint to the
 * diagnostic that was reported last.
 */
#ifndef INB_PSL_HINT_H
#define INB_PSL_HINT_H

#include "psl/checker.h"
#include "psl/suggest.h"

/* What is asked for exists in PostgreSQL, and the schema does not say that it is for one. */
void inb__psl_suggest_datasource(inb__psl_checker *c);

/* The nearest of the model's fields to the first name of a list, or all of a small model. */
void inb__psl_suggest_field(inb__psl_checker *c, const inb__psl_checked_top *top, inb__str name);

/* How a value of the type is written. */
void inb__psl_suggest_value(inb__psl_checker *c, inb__dm_scalar scalar);

/* The nearest name that was found, else the names that there are: "Known are …". */
void inb__psl_suggest_known(inb__psl_checker *c, const inb__psl_suggest *s, const inb__str *names,
                            size_t n);

#endif
