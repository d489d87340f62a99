/* A relational model of a schema's text, for tests. */
#ifndef INB_TESTS_SCHEMA_TEXT_H
#define INB_TESTS_SCHEMA_TEXT_H

#include "psl/schema_check.h"
#include "psl/schema_parse.h"
#include "schema/from_datamodel.h"

/* False when the schema is not valid. The arena must have an error exit. */
static inline bool schema_of(inb__schema *out, inb__arena *arena, const char *text)
{
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    inb__diagnostics_init(&diagnostics, arena);
    inb__psl_schema_files_text(&schema, arena, "schema.prisma", inb__str_of(text));
    inb__psl_schema_parse(&schema, arena, &diagnostics);
    const inb__dm *dm = inb__psl_schema_check(arena, &schema, &diagnostics);
    if (diagnostics.errors) {
        return false;
    }
    inb__schema_from_datamodel(out, arena, dm);
    return true;
}

#endif
