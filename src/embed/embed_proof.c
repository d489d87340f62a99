/* Compares what the migrations make with the schema, and reports what they lack. */
#include "config.h"

#include "embed/embed_proof.h"

#include "embed/embed_model.h"
#include "schema/diff.h"
#include "sql/expr_text.h"
#include "util/cleanup.h"
#include "util/limits.h"

#define LACKS_MAX 20 /* steps that are named */
#define HINT                                                                                       \
    "Write the missing migration with `inboard migrate new NAME`, or take the change out of the "  \
    "schema."

/* The first line of a step's SQL, in the arena. */
static const char *first_line(inb__arena *arena, const inb__steps *steps, const inb__step *step)
{
    INB__AUTO_BUF inb__buf sql;
    inb__buf_init(&sql, INB__LIMIT_FILE);
    inb__render_step(&sql, steps, step);
    inb__str line = inb__line_at(inb__buf_text(&sql), sql.length, 0);
    while (line.n && strchr(" (;,", line.p[line.n - 1])) {
        line.n--;
    }
    bool held = arena->held;
    arena->held = true;
    const char *kept = inb__arena_strndup(arena, line.p, line.n);
    arena->held = held;
    return kept ? kept : "";
}

static void lacks_report(inb__embed *embed, inb__arena *arena, const inb__steps *steps)
{
    const inb__span span = INB__SPAN_FILE(embed->schema_file);
    for (size_t i = 0; i < steps->n && i < LACKS_MAX; i++) {
        inb__diagnostic_add(&embed->problems, INB__SEVERITY_ERROR, span, NULL,
                            "the migrations do not make the schema: %s is missing",
                            first_line(arena, steps, &steps->v[i]));
        inb__diagnostic_hint(&embed->problems, "%s", HINT);
    }
    if (steps->n > LACKS_MAX) {
        inb__diagnostic_add(&embed->problems, INB__SEVERITY_ERROR, span, NULL,
                            "the migrations do not make the schema: %zu more changes are missing",
                            steps->n - LACKS_MAX);
        inb__diagnostic_hint(&embed->problems, "%s", HINT);
    }
}

void inb__embed_prove(inb__embed *embed, inb__arena *arena)
{
    inb__schema made;
    inb__steps steps;
    inb__unseen_list unseen = {0};
    const inb__history_model_options options = {.spaces = embed->schema->spaces,
                                                .n_spaces = embed->schema->n_spaces,
                                                .full_indexes = !embed->partial_indexes};
    const inb__diff_options compare = {
        .same_sql = inb__expr_same, .payload = arena, .written = true};
    inb__embed_model(&made, &unseen, arena, embed, &options);
    inb__schema_diff(&steps, arena, &made, embed->schema, &compare);
    if (unseen.n && steps.n) {
        embed->unproven = true;
    } else {
        lacks_report(embed, arena, &steps);
    }
}
