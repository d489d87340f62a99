/*
 * Expressions, arguments, attributes and types: the parts of a line. Each function takes one
 * at the cursor, or leaves the cursor and returns false; the caller skips spaces before it.
 * Diagnostics come later, from the tree (lower.h): a line is tried as one thing after another, and
 * a failed attempt must not report.
 */
#ifndef INB_PSL_SYNTAX_H
#define INB_PSL_SYNTAX_H

#include "psl/scan.h"
#include "util/arena.h"

typedef struct inb__psl_syntax {
    inb__psl_scan s;
    inb__arena *arena;
    unsigned depth; /* of nested expressions, at most INB__LIMIT_NESTING */
} inb__psl_syntax;

bool inb__psl_syntax_expr(inb__psl_syntax *p, inb__psl_expr **out);

/* "@" or "@@", a path, arguments; and for "@@" a trailing comment. */
bool inb__psl_syntax_field_attribute(inb__psl_syntax *p, inb__psl_attribute **out);
bool inb__psl_syntax_block_attribute(inb__psl_syntax *p, inb__psl_attribute **out);

/* As many field attributes as there are, spaces before each. */
void inb__psl_syntax_field_attributes(inb__psl_syntax *p, inb__psl_attributes *out);

/* A type with its arity; out->kind is INB__PSL_TYPE_NONE when there is none. */
void inb__psl_syntax_type(inb__psl_syntax *p, inb__psl_type *out);

/* A type without arity, as an alias has it. */
bool inb__psl_syntax_base_type(inb__psl_syntax *p, inb__psl_type *out);

#endif
