/*
 * What is wrong with a schema: errors and warnings in the order in which they were found, each with
 * the bytes it is about. Printing them is print.h's business.
 */
#ifndef INB_PSL_DIAGNOSTIC_H
#define INB_PSL_DIAGNOSTIC_H

#include "psl/ast.h"
#include "util/arena.h"

#include <stdarg.h>

typedef enum inb__psl_severity { INB__PSL_ERROR, INB__PSL_WARNING } inb__psl_severity;

typedef struct inb__psl_diagnostic {
    inb__psl_severity severity;
    inb__span span;
    const char *message; /* one line, lower case, no full stop, values quoted */
    const char *hint; /* a full sentence that says what to write instead; "" when there is none */
} inb__psl_diagnostic;

typedef struct inb__psl_diagnostics {
    inb__arena *arena;
    inb__psl_diagnostic *v;
    size_t n, cap;
    size_t errors; /* how many of them are errors */
} inb__psl_diagnostics;

void inb__psl_diagnostics_init(inb__psl_diagnostics *d, inb__arena *arena);

/* Adds one; the text is copied into the arena. */
void inb__psl_error(inb__psl_diagnostics *d, inb__span span, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void inb__psl_warning(inb__psl_diagnostics *d, inb__span span, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Gives the newest diagnostic its hint. */
void inb__psl_hint(inb__psl_diagnostics *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
