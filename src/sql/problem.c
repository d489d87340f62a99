#include "config.h"

#include "sql/problem.h"

void inb__problem_add(inb__problems *problems, inb__arena *arena, size_t offset, const char *hint,
                      const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    inb__problem p = {offset, inb__arena_vprintf(arena, fmt, ap), hint};
    va_end(ap);
    INB__VEC_ADD(arena, problems, p);
}
