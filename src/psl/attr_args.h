/*
 * The arguments of one attribute, taken by name: an argument that is not taken is unknown, each is
 * given at most once, and the first may go without its name.
 */
#ifndef INB_PSL_ATTR_ARGS_H
#define INB_PSL_ATTR_ARGS_H

#include "psl/checker.h"

typedef struct inb__psl_attr_args {
    inb__psl_checker *c;
    const inb__psl_attribute *attr;
    bool *taken; /* by argument; also those that a later one of the same name hides */
} inb__psl_attr_args;

/* Begins; false when the arguments cannot be used (one has no value), which is reported. */
bool inb__psl_attr_args_open(inb__psl_attr_args *args, inb__psl_checker *c,
                             const inb__psl_attribute *attr);

/* The argument of that name, or NULL. */
const inb__psl_arg *inb__psl_attr_args_find(inb__psl_attr_args *args, const char *name);

/* The same, its value; or NULL. */
const inb__psl_expr *inb__psl_attr_args_value(inb__psl_attr_args *args, const char *name);

/* The argument of that name or the one without a name; NULL when there is none, or both, which is
 * reported. */
const inb__psl_expr *inb__psl_attr_args_first(inb__psl_attr_args *args, const char *name);
/* The same without a report when there is none. */
const inb__psl_expr *inb__psl_attr_args_first_quiet(inb__psl_attr_args *args, const char *name);

/* A text argument that may be left out and must not be empty; true when there is one. */
bool inb__psl_attr_args_text(inb__psl_attr_args *args, const char *name, inb__str *out);

/* Reports the arguments that were not taken. */
void inb__psl_attr_args_close(inb__psl_attr_args *args);

#endif
