/*
 * The attributes of a field or a block, taken by name: an attribute that is not taken is unknown,
 * and most may be given once.
 *
 *     inb__psl_attrs attrs;
 *     inb__psl_attrs_open(&attrs, c, &field->attributes);
 *     inb__psl_attr_args args;
 *     if (inb__psl_attrs_one(&attrs, "map", &args)) {
 *         … inb__psl_attr_args_first(&args, "name") …
 *         inb__psl_attr_args_close(&args);
 *     }
 *     inb__psl_attrs_close(&attrs);
 */
#ifndef INB_PSL_ATTRS_H
#define INB_PSL_ATTRS_H

#include "psl/attr_args.h"

typedef struct inb__psl_attrs {
    inb__psl_checker *c;
    const inb__psl_attributes *list;
    bool *taken;
    size_t next; /* where inb__psl_attrs_next() goes on, for one name */
    const char *next_name;
} inb__psl_attrs;

void inb__psl_attrs_open(inb__psl_attrs *a, inb__psl_checker *c, const inb__psl_attributes *list);

/* Takes the attribute of that name; false when there is none, or when it cannot be used (which is
 * reported). */
bool inb__psl_attrs_one(inb__psl_attrs *a, const char *name, inb__psl_attr_args *out);

/* Takes the next attribute of that name, of those that may be repeated. */
bool inb__psl_attrs_next(inb__psl_attrs *a, const char *name, inb__psl_attr_args *out);

/* Takes the attribute with a dot in its name (@db.X): NULL when there is none. */
const inb__psl_attribute *inb__psl_attrs_native(inb__psl_attrs *a);

/* Reports what was not taken. */
void inb__psl_attrs_close(inb__psl_attrs *a);

#endif
