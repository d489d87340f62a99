/* The attributes of the language and their arguments, for what to write instead of another. */
#ifndef INB_PSL_KNOWN_H
#define INB_PSL_KNOWN_H

#include "psl/checker.h"

/* Adds a hint to the report of an attribute that does not belong where it stands. */
void inb__psl_suggest_attribute(inb__psl_checker *c, const inb__psl_attribute *attr);

/* Reports an argument that nobody took. */
void inb__psl_suggest_argument(inb__psl_checker *c, const inb__psl_attribute *attr,
                               const inb__psl_arg *arg);

#endif
