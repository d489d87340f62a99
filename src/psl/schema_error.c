/* Errors and warnings about a schema. */
#include "config.h"

#include "psl/schema_error.h"

void inb__psl_error(inb__diagnostics *d, inb__span span, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    inb__diagnostic_vadd(d, INB__SEVERITY_ERROR, span, INB__PSL_CODE, fmt, ap);
    va_end(ap);
}

void inb__psl_warning(inb__diagnostics *d, inb__span span, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    inb__diagnostic_vadd(d, INB__SEVERITY_WARNING, span, NULL, fmt, ap);
    va_end(ap);
}

void inb__psl_hint(inb__diagnostics *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    inb__diagnostic_vhint(d, fmt, ap);
    va_end(ap);
}
