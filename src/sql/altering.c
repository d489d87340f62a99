/* What the subcommands of ALTER TABLE share. */
#include "config.h"

#include "sql/altering.h"

void inb__altering_hazard(inb__altering *a, inb_class cls, uint32_t flags, const char *reason)
{
    if (!inb__classify_is_new(a->c, a->r)) {
        inb__classify_as(a->c, cls, flags, reason);
    }
}

const char *inb__altering_says(inb__altering *a, const char *format)
{
    return inb__arena_printf(a->c->arena, "column \"%.*s\" %s", INB__STR_ARG(a->name), format);
}

void inb__altering_kind(inb__altering *a, inb_statement_kind kind, inb__str object)
{
    if (a->alone && !a->inherited) {
        inb__classify_kind(a->c, kind, a->written, object);
    }
}
