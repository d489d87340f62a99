/*
 * Expressions read as the kind that an attribute or a property takes. Another kind is reported, and
 * the function returns false.
 */
#ifndef INB_PSL_EXPR_H
#define INB_PSL_EXPR_H

#include "psl/checker.h"

bool inb__psl_expr_string(inb__psl_checker *c, const inb__psl_expr *e, inb__str *out);
bool inb__psl_expr_constant(inb__psl_checker *c, const inb__psl_expr *e, inb__str *out);
bool inb__psl_expr_bool(inb__psl_checker *c, const inb__psl_expr *e, bool *out);
bool inb__psl_expr_integer(inb__psl_checker *c, const inb__psl_expr *e, int64_t *out);

/* A string or env("NAME"); `out` is empty for the latter. */
bool inb__psl_expr_string_or_env(inb__psl_checker *c, const inb__psl_expr *e, inb__str *out);
bool inb__psl_expr_is_env(const inb__psl_expr *e);

/* Reports an expression of another kind than `wanted`. */
void inb__psl_expr_mismatch(inb__psl_checker *c, const inb__psl_expr *e, const char *wanted);

/* The elements of an array, or the expression itself as the only one. */
size_t inb__psl_expr_items(inb__psl_expr *const **items_out, inb__psl_expr *const *e);

/* A decimal 64-bit integer: an optional sign and digits. */
bool inb__psl_expr_integer_parse(inb__str text, int64_t *out);

#endif
