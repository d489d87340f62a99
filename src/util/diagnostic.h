/*
 * Findings about a text from outside, such as a schema or a migration: a list, each with its place.
 * The readers of such texts collect them here, and one printer shows them
 * (util/diagnostic_print.h), so the same mistake looks the same from every program.
 *
 * Everything lives in the list's arena. With an error exit (util/arena.h) no finding is lost;
 * without one, those that do not fit in memory are left out, and `errors` counts them all the same.
 */
#ifndef INB_UTIL_DIAGNOSTIC_H
#define INB_UTIL_DIAGNOSTIC_H

#include "util/arena.h"
#include "util/text.h"
#include "util/vec.h"

typedef enum inb__severity {
    INB__SEVERITY_ERROR,
    INB__SEVERITY_WARNING,
    INB__SEVERITY_NOTE
} inb__severity;

/* A text that findings are about; a path alone (text.p is NULL) for a file that is not read. */
typedef struct inb__source {
    const char *path;
    inb__str text;
} inb__source;

/* The span of a finding that is about no file, and of one that is about a file as a whole. */
#define INB__SPAN_NOWHERE ((inb__span){UINT32_MAX, 0, UINT32_MAX})
#define INB__SPAN_FILE(number) ((inb__span){(number), 0, UINT32_MAX})

typedef struct inb__diagnostic_note {
    inb__span span; /* or INB__SPAN_NOWHERE */
    const char *message;
} inb__diagnostic_note;

typedef struct inb__diagnostic {
    inb__severity severity;
    inb__span span;      /* span.file is a number of the list's sources */
    const char *code;    /* "P1012", or NULL */
    const char *message; /* one line, lower case, no full stop, values quoted */
    const char *hint;    /* a full sentence that says what to write instead, or NULL */
    const char *instead; /* SQL that does it better, ready to paste, in lines; or NULL */
    INB__VEC(inb__diagnostic_note) notes;
    size_t order; /* in which they were found */
} inb__diagnostic;

typedef struct inb__diagnostics {
    inb__arena *arena;
    inb__diagnostic *v;
    size_t n, cap;
    size_t errors; /* how many of them are errors */
    INB__VEC(inb__source) sources;
} inb__diagnostics;

void inb__diagnostics_init(inb__diagnostics *list, inb__arena *arena);

/* Adds a source and returns its number. Path and text must outlive the list. */
uint32_t inb__diagnostics_source(inb__diagnostics *list, const char *path, inb__str text);

/* Adds a finding; code is a literal or NULL. */
void inb__diagnostic_add(inb__diagnostics *list, inb__severity severity, inb__span span,
                         const char *code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void inb__diagnostic_vadd(inb__diagnostics *list, inb__severity severity, inb__span span,
                          const char *code, const char *fmt, va_list ap)
    __attribute__((format(printf, 5, 0)));

/* Additions to the newest finding. */
void inb__diagnostic_hint(inb__diagnostics *list, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void inb__diagnostic_vhint(inb__diagnostics *list, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* The text must outlive the list. */
void inb__diagnostic_instead(inb__diagnostics *list, const char *sql);
void inb__diagnostic_note_add(inb__diagnostics *list, inb__span span, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes back what was found after the first `n`. */
void inb__diagnostics_truncate(inb__diagnostics *list, size_t n);

/* Adds another list's sources and findings, which must live as long. */
void inb__diagnostics_append(inb__diagnostics *list, const inb__diagnostics *more);

/* Puts them in the order of the text: by source, by offset, then as they were found. */
void inb__diagnostics_sort(inb__diagnostics *list);

#endif
