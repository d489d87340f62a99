/* The list of findings: collecting, joining and sorting them. */
#include "config.h"

#include "util/diagnostic.h"

#include <stdlib.h>

void inb__diagnostics_init(inb__diagnostics *list, inb__arena *arena)
{
    *list = (inb__diagnostics){.arena = arena};
}

uint32_t inb__diagnostics_source(inb__diagnostics *list, const char *path, inb__str text)
{
    inb__source *source = INB__VEC_PUSH(list->arena, &list->sources);
    if (!source) {
        return INB__SPAN_NOWHERE.file;
    }
    *source = (inb__source){path, text};
    return (uint32_t)(list->sources.n - 1);
}

void inb__diagnostic_vadd(inb__diagnostics *list, inb__severity severity, inb__span span,
                          const char *code, const char *fmt, va_list ap)
{
    list->errors += severity == INB__SEVERITY_ERROR;
    const char *message = inb__arena_vprintf(list->arena, fmt, ap);
    inb__diagnostic *one = message ? INB__VEC_PUSH(list->arena, list) : NULL;
    if (one) {
        *one = (inb__diagnostic){
            .severity = severity, .span = span, .code = code, .message = message, .order = list->n};
    }
}

void inb__diagnostic_add(inb__diagnostics *list, inb__severity severity, inb__span span,
                         const char *code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    inb__diagnostic_vadd(list, severity, span, code, fmt, ap);
    va_end(ap);
}

void inb__diagnostic_vhint(inb__diagnostics *list, const char *fmt, va_list ap)
{
    if (list->n) {
        list->v[list->n - 1].hint = inb__arena_vprintf(list->arena, fmt, ap);
    }
}

void inb__diagnostic_hint(inb__diagnostics *list, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    inb__diagnostic_vhint(list, fmt, ap);
    va_end(ap);
}

void inb__diagnostic_instead(inb__diagnostics *list, const char *sql)
{
    if (list->n) {
        list->v[list->n - 1].instead = sql;
    }
}

void inb__diagnostic_note_add(inb__diagnostics *list, inb__span span, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *message = list->n ? inb__arena_vprintf(list->arena, fmt, ap) : NULL;
    va_end(ap);
    if (message) {
        inb__diagnostic_note note = {span, message};
        INB__VEC_ADD(list->arena, &list->v[list->n - 1].notes, note);
    }
}

void inb__diagnostics_truncate(inb__diagnostics *list, size_t n)
{
    while (list->n > n) {
        list->errors -= list->v[--list->n].severity == INB__SEVERITY_ERROR;
    }
}

static inb__span span_move(inb__span span, uint32_t by)
{
    bool nowhere = span.file == INB__SPAN_NOWHERE.file;
    return (inb__span){nowhere ? span.file : span.file + by, span.start, span.end};
}

void inb__diagnostics_append(inb__diagnostics *list, const inb__diagnostics *more)
{
    uint32_t by = (uint32_t)list->sources.n;
    for (size_t i = 0; i < more->sources.n; i++) {
        INB__VEC_ADD(list->arena, &list->sources, more->sources.v[i]);
    }
    for (size_t i = 0; i < more->n; i++) {
        inb__diagnostic one = more->v[i];
        one.span = span_move(one.span, by);
        one.order = list->n + 1;
        for (size_t k = 0; k < one.notes.n; k++) {
            one.notes.v[k].span = span_move(one.notes.v[k].span, by);
        }
        INB__VEC_ADD(list->arena, list, one);
    }
    list->errors += more->errors;
}

static int diagnostic_cmp(const void *a, const void *b)
{
    const inb__diagnostic *x = a, *y = b;
    if (x->span.file != y->span.file) {
        return x->span.file < y->span.file ? -1 : 1;
    }
    if (x->span.start != y->span.start) {
        return x->span.start < y->span.start ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

void inb__diagnostics_sort(inb__diagnostics *list)
{
    if (list->n) {
        qsort(list->v, list->n, sizeof(*list->v), diagnostic_cmp);
    }
}
