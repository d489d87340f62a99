/*
 * The checker, and what is made of what it accepts. Diagnostics are about bytes that are there and
 * say something; the same text gets the same ones again; a schema without an error makes a
 * relational model that does not differ from itself, whose steps from nothing have their SQL, and
 * that the formatted text makes as well.
 */
#include "config.h"

#include "files.h"
#include "fuzz.h"
#include "psl/format.h"
#include "psl/schema_check.h"
#include "psl/schema_parse.h"
#include "schema/diff.h"
#include "schema/from_datamodel.h"
#include "util/alloc.h"

#define SQL_MAX (64u * 1024 * 1024)

typedef struct reading {
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    inb__schema model; /* when there is no error */
} reading;

static void text_read(reading *out, inb__arena *arena, inb__str text)
{
    *out = (reading){0};
    files_of(&out->schema, arena, text);
    inb__diagnostics_init(&out->diagnostics, arena);
    inb__psl_schema_parse(&out->schema, arena, &out->diagnostics);
    const inb__dm *dm = inb__psl_schema_check(arena, &out->schema, &out->diagnostics);
    if (out->diagnostics.errors == 0) {
        inb__schema_from_datamodel(&out->model, arena, dm);
    }
}

static void diagnostics_check(const inb__psl_schema *schema, const inb__diagnostics *d)
{
    size_t errors = 0;
    for (size_t i = 0; i < d->n; i++) {
        const inb__diagnostic *one = &d->v[i];
        CHECK(one->span.file < schema->n_files);
        CHECK(one->span.start <= one->span.end);
        CHECK(one->span.end <= schema->files[one->span.file].text.n);
        CHECK(*one->message && !strchr(one->message, '\n'));
        errors += one->severity == INB__SEVERITY_ERROR;
    }
    CHECK(errors == d->errors);
}

static void diagnostics_compare(const inb__diagnostics *a, const inb__diagnostics *b)
{
    CHECK(a->n == b->n);
    for (size_t i = 0; i < a->n; i++) {
        CHECK(a->v[i].span.file == b->v[i].span.file);
        CHECK(a->v[i].span.start == b->v[i].span.start && a->v[i].span.end == b->v[i].span.end);
        CHECK(strcmp(a->v[i].message, b->v[i].message) == 0);
    }
}

static inb__str formatted(inb__arena *arena, inb__str text)
{
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    files_of(&schema, arena, text);
    inb__diagnostics_init(&diagnostics, arena);
    return files_join(arena, inb__psl_format_schema(arena, &schema, &diagnostics), schema.n_files);
}

static size_t difference(inb__arena *arena, const inb__schema *a, const inb__schema *b)
{
    inb__steps steps;
    inb__schema_diff(&steps, arena, a, b, NULL);
    return steps.n;
}

static void sql_check(inb__arena *arena, const inb__schema *model)
{
    inb__schema nothing;
    inb__steps steps;
    inb__buf sql;
    inb__schema_empty(&nothing);
    inb__schema_diff(&steps, arena, &nothing, model, NULL);
    inb__buf_init(&sql, SQL_MAX);
    for (size_t i = 0; i < steps.n; i++) {
        inb__buf_clear(&sql);
        inb__render_step(&sql, &steps, &steps.v[i]);
        CHECK(!sql.failed && sql.length > 2 && strcmp(sql.data + sql.length - 2, ";\n") == 0);
    }
    inb__buf_dispose(&sql);
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
    reading first, again, laid_out;
    text_read(&first, &arena, text);
    diagnostics_check(&first.schema, &first.diagnostics);
    text_read(&again, &arena, text);
    diagnostics_compare(&first.diagnostics, &again.diagnostics);
    if (first.diagnostics.errors == 0) {
        CHECK(difference(&arena, &first.model, &again.model) == 0);
        sql_check(&arena, &first.model);
        text_read(&laid_out, &arena, formatted(&arena, text));
        CHECK(laid_out.diagnostics.errors == 0);
        CHECK(difference(&arena, &first.model, &laid_out.model) == 0);
    }
    inb__arena_dispose(&arena);
    CHECK(inb__alloc_live() == live);
    return 0;
}
