/*
 * Reading attributes and their arguments by the rules that hold for all of them: an attribute that
 * nobody takes is unknown, an argument that nobody takes is unknown, most may be given once, the
 * first argument may go without its name.
 *
 *     inb__psl_attrs attrs;
 *     inb__psl_attrs_open(&attrs, c, &field->attributes);
 *     inb__psl_attr_args call;
 *     if (inb__psl_attrs_one(&attrs, "map", &call)) {
 *         … inb__psl_attr_args_first(&call, "name") …
 *         inb__psl_attr_args_close(&call);
 *     }
 *     inb__psl_attrs_close(&attrs);
 */
#ifndef INB_PSL_ATTRS_H
#define INB_PSL_ATTRS_H

#include "psl/checker.h"

typedef struct inb__psl_attrs {
    inb__psl_checker *c;
    const inb__psl_attributes *list;
    bool *taken;
} inb__psl_attrs;

/* One attribute whose arguments are being read. */
typedef struct inb__psl_attr_args {
    inb__psl_checker *c;
    const inb__psl_attribute *attr;
    bool *taken; /* by argument; also those that a later one of the same name hides */
} inb__psl_attr_args;

void inb__psl_attrs_open(inb__psl_attrs *a, inb__psl_checker *c, const inb__psl_attributes *list);

/* Takes the attribute of that name; false when there is none, or when it cannot be used (which is
 * reported). */
bool inb__psl_attrs_one(inb__psl_attrs *a, const char *name, inb__psl_attr_args *out);

/* Takes the next attribute of that name, of those that may be repeated. */
bool inb__psl_attrs_next(inb__psl_attrs *a, const char *name, inb__psl_attr_args *out);

/* Takes the attribute with a dot in its name (@db.X): NULL when there is none. */
const inb__psl_attribute *inb__psl_attrs_native(inb__psl_attrs *a);

/* Reports what nobody took. */
void inb__psl_attrs_close(inb__psl_attrs *a);

/* The argument of that name, or NULL. */
const inb__psl_arg *inb__psl_attr_args_find(inb__psl_attr_args *call, const char *name);

/* The same, its value; or NULL. */
const inb__psl_expr *inb__psl_attr_args_value(inb__psl_attr_args *call, const char *name);

/* The argument of that name or the one without a name; NULL when there is none, or both, which is
 * reported. */
const inb__psl_expr *inb__psl_attr_args_first(inb__psl_attr_args *call, const char *name);
/* The same without a report when there is none. */
const inb__psl_expr *inb__psl_attr_args_first_quiet(inb__psl_attr_args *call, const char *name);

/* A text argument that may be left out and must not be empty; true when there is one. */
bool inb__psl_attr_args_text(inb__psl_attr_args *call, const char *name, inb__str *out);

/* Reports the arguments that nobody took. */
void inb__psl_attr_args_close(inb__psl_attr_args *call);

/* Where an argument stands, else the whole attribute. */
inb__span inb__psl_ast_argument_span(const inb__psl_attribute *attr, const char *argument);
const inb__psl_arg *inb__psl_ast_argument(const inb__psl_attribute *attr, const char *argument);

/* "@" or "@@", as the attribute was written. */
const char *inb__psl_ast_sign(const inb__psl_attribute *attr);

/* An expression as the kind that is wanted; false with a report when it is another. */
bool inb__psl_expr_string(inb__psl_checker *c, const inb__psl_expr *e, inb__str *out);
bool inb__psl_expr_constant(inb__psl_checker *c, const inb__psl_expr *e, inb__str *out);
bool inb__psl_expr_bool(inb__psl_checker *c, const inb__psl_expr *e, bool *out);
bool inb__psl_expr_integer(inb__psl_checker *c, const inb__psl_expr *e, int64_t *out);
void inb__psl_expr_mismatch(inb__psl_checker *c, const inb__psl_expr *e, const char *wanted);

/* The elements of an array, or the expression itself as the only one. */
size_t inb__psl_expr_items(inb__psl_expr *const **items_out, inb__psl_expr *const *e);

/* A decimal 64-bit integer: an optional sign and digits. */
bool inb__psl_expr_integer_parse(inb__str text, int64_t *out);

#endif
