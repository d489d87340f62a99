/*
 * Hints. The functions that take a checker add one to the diagnostic that was reported last, unless
 * noted otherwise.
 */
#ifndef INB_PSL_SUGGEST_H
#define INB_PSL_SUGGEST_H

#include "psl/checker.h"
#include "util/nearest.h"

/*
 * Whether a search among so many names may be made. All searches of a schema together consider a
 * limited number: thousands of errors in a schema of thousands of names cost no more.
 */
bool inb__psl_suggest_allowed(inb__psl_checker *c, size_t n);

/* "a", "b" for a message. */
const char *inb__psl_suggest_quoted(inb__arena *arena, const inb__str *names, size_t n);

/* The nearest name that was found, else the names that exist, of which `names` needs to have no
 * more than are shown. */
#define INB__PSL_NAMES_SHOWN 12
void inb__psl_suggest_known(inb__psl_checker *c, const inb__nearest *s, const inb__str *names,
                            size_t n);

/* For a feature of PostgreSQL in a schema without a datasource. */
void inb__psl_suggest_datasource(inb__psl_checker *c);

/* The nearest of the model's fields to the first name of a list, or all of a small model. */
void inb__psl_suggest_field(inb__psl_checker *c, const inb__psl_checked_top *top, inb__str name);

/* The notation of a value of the type. */
void inb__psl_suggest_value(inb__psl_checker *c, inb__dm_scalar scalar);

/* For an attribute that is unknown or in the wrong place. */
void inb__psl_suggest_attribute(inb__psl_checker *c, const inb__psl_attribute *attr);

/* Reports an argument that the attribute does not take, with the hint. */
void inb__psl_suggest_argument(inb__psl_checker *c, const inb__psl_attribute *attr,
                               const inb__psl_arg *arg);

#endif
