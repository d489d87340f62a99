#include "config.h"

#include "psl/diagnostic.h"

#include "util/vec.h"

void inb__psl_diagnostics_init(inb__psl_diagnostics *d, inb__arena *arena)
{
    *d = (inb__psl_diagnostics){.arena = arena};
}

__attribute__((format(printf, 4, 0))) static void diagnostic_add(inb__psl_diagnostics *d,
                                                                 inb__psl_severity severity,
                                                                 inb__span span, const char *fmt,
                                                                 va_list ap)
{
    const char *message = inb__arena_vprintf(d->arena, fmt, ap);
    inb__psl_diagnostic *one = INB__VEC_PUSH(d->arena, d);
    if (!one || !message) {
        return;
    }
    *one = (inb__psl_diagnostic){severity, span, message, ""};
    d->errors += severity == INB__PSL_ERROR;
}

void inb__psl_error(inb__psl_diagnostics *d, inb__span span, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    diagnostic_add(d, INB__PSL_ERROR, span, fmt, ap);
    va_end(ap);
}

void inb__psl_warning(inb__psl_diagnostics *d, inb__span span, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    diagnostic_add(d, INB__PSL_WARNING, span, fmt, ap);
    va_end(ap);
}

void inb__psl_hint(inb__psl_diagnostics *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *hint = inb__arena_vprintf(d->arena, fmt, ap);
    va_end(ap);
    if (hint && d->n) {
        d->v[d->n - 1].hint = hint;
    }
}
