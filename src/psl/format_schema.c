/* Formats all files of a schema, and completes its relations. */
#include "config.h"

#include "psl/format.h"

#include "psl/complete.h"
#include "psl/schema_check.h"
#include "psl/schema_parse.h"

/* A schema of the same files with other texts, parsed. */
static inb__psl_schema schema_with(inb__arena *arena, const inb__psl_schema *schema,
                                   const inb__str *texts, size_t *errors)
{
    inb__diagnostics diagnostics;
    inb__psl_schema copy = {.files = INB__NEW_N(arena, inb__psl_file, schema->n_files),
                            .n_files = schema->n_files};
    for (size_t i = 0; i < schema->n_files; i++) {
        copy.files[i].path = schema->files[i].path;
        copy.files[i].text = texts[i];
    }
    inb__diagnostics_init(&diagnostics, arena);
    inb__psl_schema_parse(&copy, arena, &diagnostics);
    *errors = diagnostics.errors;
    return copy;
}

#define ROUNDS_MAX 16

/*
 * The layout of a file with syntax errors, repeated until it is stable: an unclosed comment can end
 * where a comment below it was moved to its own line, and an invalid line becomes a field. A file
 * that never becomes stable stays as it is.
 */
static inb__str errors_format(inb__arena *arena, const inb__psl_file *file)
{
    inb__diagnostics diagnostics;
    inb__str text = inb__psl_format_file(arena, file);
    inb__diagnostics_init(&diagnostics, arena);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        inb__psl_schema again;
        inb__psl_schema_files_text(&again, arena, file->path, text);
        inb__psl_schema_parse(&again, arena, &diagnostics);
        inb__str next = inb__psl_format_file(arena, &again.files[0]);
        if (inb__str_eq(text, next)) {
            return text;
        }
        text = next;
    }
    return file->text;
}

/* A key without a value is valid syntax, but its layout is not. */
static bool is_finished(const inb__psl_schema *schema)
{
    for (size_t i = 0; i < schema->n_blocks; i++) {
        const inb__psl_block *block = schema->blocks[i];
        for (size_t k = 0; k < block->n_properties; k++) {
            if (!block->properties[k]->value) {
                return false;
            }
        }
    }
    return true;
}

static inb__str *files_format(inb__arena *arena, const inb__psl_schema *schema)
{
    inb__str *texts = INB__NEW_N(arena, inb__str, schema->n_files);
    bool finished = is_finished(schema);
    for (size_t i = 0; i < schema->n_files; i++) {
        const inb__psl_file *file = &schema->files[i];
        texts[i] = finished ? inb__psl_format_file(arena, file) : errors_format(arena, file);
    }
    return texts;
}

/* The texts with completed relations; NULL when they are complete, or the schema has errors. */
static inb__str *missing_add(inb__arena *arena, const inb__psl_schema *schema, bool named,
                             size_t *errors)
{
    inb__diagnostics diagnostics;
    inb__diagnostics_init(&diagnostics, arena);
    const inb__dm *dm = inb__psl_schema_check_resolve(arena, schema, &diagnostics);
    *errors = diagnostics.errors;
    return diagnostics.errors ? NULL : inb__psl_complete(arena, dm, named);
}

/*
 * Completed and formatted. It is not stable when the next run would add yet more: what was added to
 * an ambiguous relation is a relation of its own, with another end missing.
 */
static inb__str *complete_format(inb__arena *arena, const inb__psl_schema *schema,
                                 const inb__str *completed, bool *stable)
{
    size_t errors;
    inb__psl_schema larger = schema_with(arena, schema, completed, &errors);
    inb__str *texts = files_format(arena, &larger);
    inb__psl_schema again = schema_with(arena, schema, texts, &errors);
    *stable = errors || missing_add(arena, &again, false, &errors) == NULL;
    return texts;
}

/* The formatted texts with completed relations; NULL when there is nothing to add. */
static inb__str *complete_files_format(inb__arena *arena, const inb__psl_schema *schema,
                                       size_t *errors)
{
    bool stable = false;
    inb__str *texts = NULL;
    for (int named = 0; named <= 1 && !stable; named++) {
        const inb__str *completed = missing_add(arena, schema, named, errors);
        if (!completed) {
            break;
        }
        texts = complete_format(arena, schema, completed, &stable);
    }
    return stable ? texts : NULL;
}

inb__str *inb__psl_format_schema(inb__arena *arena, inb__psl_schema *schema,
                                 inb__diagnostics *diagnostics)
{
    size_t errors;
    inb__str *texts, *completed;
    inb__psl_schema_parse(schema, arena, diagnostics);
    if (diagnostics->errors == 0) {
        completed = complete_files_format(arena, schema, &errors);
        texts = completed ? completed : files_format(arena, schema);
        if (errors == 0) {
            return texts;
        }
    } else {
        texts = INB__NEW_N(arena, inb__str, schema->n_files);
        for (size_t i = 0; i < schema->n_files; i++) {
            texts[i] = errors_format(arena, &schema->files[i]);
        }
    }
    /* Some errors are of notation only, such as "T!" for "T" or an extra comma: the layout fixes
     * them. */
    inb__psl_schema again = schema_with(arena, schema, texts, &errors);
    completed = errors ? NULL : complete_files_format(arena, &again, &errors);
    return completed ? completed : texts;
}
