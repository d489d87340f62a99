/*
 * The formatter. What is formatted stays as it is when it is formatted again, and a schema without
 * an error is without one afterwards.
 */
#include "config.h"

#include "files.h"
#include "fuzz.h"
#include "psl/format.h"
#include "psl/schema_check.h"
#include "psl/schema_parse.h"
#include "util/alloc.h"

static inb__str format(inb__arena *arena, inb__str text)
{
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    files_of(&schema, arena, text);
    inb__diagnostics_init(&diagnostics, arena);
    return files_join(arena, inb__psl_format_schema(arena, &schema, &diagnostics), schema.n_files);
}

static bool is_valid(inb__arena *arena, inb__str text)
{
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    files_of(&schema, arena, text);
    inb__diagnostics_init(&diagnostics, arena);
    inb__psl_schema_parse(&schema, arena, &diagnostics);
    inb__psl_schema_check(arena, &schema, &diagnostics);
    return diagnostics.errors == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    long live = inb__alloc_live();
    inb__str text = {(const char *)data, size};
    if (inb__utf8_check(text.p, text.n) < text.n) {
        return 0; /* the loader refuses it */
    }
    inb__arena arena;
    inb__arena_init(&arena);
    if (INB__ARENA_ERROR_EXIT(&arena)) {
        abort();
    }
    inb__str once = format(&arena, text);
    CHECK(once.n > 0 && once.p[once.n - 1] == '\n');
    CHECK(inb__str_eq(format(&arena, once), once));
    CHECK(!is_valid(&arena, text) || is_valid(&arena, once));
    inb__arena_dispose(&arena);
    CHECK(inb__alloc_live() == live);
    return 0;
}
