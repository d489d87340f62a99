/*
 * What to write instead, where several checks give the same advice: each adds a hint to the
 * diagnostic that was reported last.
 */
#ifndef INB_PSL_HINT_H
#define INB_PSL_HINT_H

#include "psl/checker.h"
#include "psl/suggest.h"

/* What is asked for exists in PostgreSQL, and the schema does not say that it is for one. */
void inb__hint_datasource(inb__chk *c);

/* The nearest of the model's fields to the first name of a list, or all of a small model. */
void inb__hint_field(inb__chk *c, const inb__chk_top *top, inb__str name);

/* How a value of the type is written. */
void inb__hint_value(inb__chk *c, inb__dm_scalar scalar);

/* The nearest name that was found, else the names that there are: "Known are …". */
void inb__hint_known(inb__chk *c, const inb__suggest *s, const inb__str *names, size_t n);

#endif
