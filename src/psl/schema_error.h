/* Errors and warnings about a schema, as findings of the list that its reader was given. */
#ifndef INB_PSL_SCHEMA_ERROR_H
#define INB_PSL_SCHEMA_ERROR_H

#include "psl/ast.h"
#include "util/diagnostic.h"

/*
 * Adds one; the text is copied into the list's arena. The span's file is the number of a file of
 * the schema, which inb__psl_schema_parse() makes the list's source of that number. An error has
 * the code of Prisma's schema validation.
 */
#define INB__PSL_CODE "P1012"
void inb__psl_error(inb__diagnostics *d, inb__span span, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void inb__psl_warning(inb__diagnostics *d, inb__span span, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Gives the newest one its hint. */
void inb__psl_hint(inb__diagnostics *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
