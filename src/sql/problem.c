/* Errors about a migration. */
#include "config.h"

#include "sql/problem.h"

void inb__problem_add(const inb__problems *problems, size_t offset, const char *hint,
                      const char *fmt, ...)
{
    inb__span span = {problems->file, (uint32_t)offset, (uint32_t)offset};
    va_list ap;
    va_start(ap, fmt);
    inb__diagnostic_vadd(problems->list, INB__SEVERITY_ERROR, span, NULL, fmt, ap);
    va_end(ap);
    if (hint) {
        inb__diagnostic_hint(problems->list, "%s", hint);
    }
}
