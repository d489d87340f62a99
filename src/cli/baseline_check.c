/* Compares a database with what migrations make. */
#include "config.h"

#include "cli/baseline_check.h"

#include "cli/cli.h"
#include "cli/diff_sides.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/printable.h"

#include <stdio.h>
#include <string.h>

static bool is_wanted(void *payload, const char *name)
{
    const inb__baseline *b = payload;
    return strcmp(name, b->through) <= 0;
}

/* Whether a step towards the migrations only takes away what the database has besides. */
static bool is_more(const inb__step *step)
{
    static const inb__step_kind drops[] = {INB__STEP_DROP_FOREIGN_KEY, INB__STEP_DROP_INDEX,
                                           INB__STEP_DROP_TABLE, INB__STEP_DROP_ENUM};
    for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++) {
        if (step->kind == drops[i]) {
            return true;
        }
    }
    bool more = step->kind == INB__STEP_ALTER_TABLE;
    for (size_t i = 0; more && i < step->n_changes; i++) {
        more = step->changes[i].kind == INB__CHANGE_DROP_COLUMN;
    }
    return more;
}

/* Those of the steps that are so or not so. */
static inb__steps steps_choose(inb__arena *arena, const inb__steps *all, bool more)
{
    inb__steps some = *all;
    some.v = INB__NEW_N(arena, inb__step, all->n + 1);
    some.n = 0;
    for (size_t i = 0; i < all->n; i++) {
        if (is_more(&all->v[i]) == more) {
            some.v[some.n++] = all->v[i];
        }
    }
    return some;
}

static const char *summary(inb__arena *arena, const inb__steps *steps)
{
    inb__buf text;
    inb__buf_init(&text, INB__LIMIT_FILE);
    inb__steps_summary(&text, arena, steps);
    while (text.length && inb__buf_text(&text)[text.length - 1] == '\n') {
        inb__buf_truncate(&text, text.length - 1);
    }
    bool held = arena->held;
    arena->held = true; /* its exit would pass over the buffer */
    char *kept = inb__arena_strdup(arena, inb__buf_text(&text));
    arena->held = held;
    inb__buf_dispose(&text);
    return kept ? kept : inb__arena_alloc(arena, SIZE_MAX);
}

static int difference_refuse(const inb__baseline *b, const char *lacking)
{
    inb_error *err = NULL;
    inb__error_set(&err, INB_EHISTORY,
                   "the database does not have what the migrations up to \"%s\" make", b->through);
    inb__error_detail(&err, "to have it, these changes would be needed:\n%s", lacking);
    inb__error_hint(&err, "Name an earlier migration, make the changes, or record single "
                          "migrations with --applied, which compares nothing.");
    return inb__cli_fail(err, b->json);
}

static void more_print(inb__arena *arena, const inb__steps *more)
{
    INB__AUTO_BUF inb__buf out;
    const char *text = summary(arena, more);
    inb__buf_init(&out, INB__LIMIT_FILE);
    inb__buf_str(&out, "warning: the database has more than the migrations make; without it:\n");
    inb__printable_lines(&out, inb__str_of(text));
    fprintf(stderr, "%s\n", inb__buf_text(&out));
}

static int compare(const inb__baseline *b, inb__arena *arena, const inb__diff_side *from,
                   const inb__diff_side *to)
{
    inb__steps steps;
    const inb__diff_options options = inb__diff_sides_options(from, to, arena);
    inb__schema_diff(&steps, arena, &from->model, &to->model, &options);
    inb__steps lacking = steps_choose(arena, &steps, false);
    inb__steps more = steps_choose(arena, &steps, true);
    inb__diff_side_unseen_print(to);
    if (to->unseen.n) {
        fputs("warning: what these statements make was not compared; --shadow compares it\n",
              stderr);
    }
    if (lacking.n) {
        return difference_refuse(b, summary(arena, &lacking));
    }
    if (more.n) {
        more_print(arena, &more);
    }
    return 0;
}

int inb__baseline_check(const inb__baseline *b, inb__arena *arena)
{
    /* The namespaces are the schema's; what else it can say does not matter. */
    inb__dm_datasource plain = {0};
    const inb__dm of = {.datasource = b->dm && b->dm->datasource ? b->dm->datasource : &plain,
                        .previews = INB__DM_PREVIEW_PARTIAL_INDEXES};
    inb__diff_side from = {.live.url = b->url, .of = &of};
    inb__diff_side to = {.migrations = b->dir,
                         .wanted = is_wanted,
                         .payload = (void *)b,
                         .of = &of,
                         .shadow = b->shadow || b->shadow_url,
                         .shadow_url = b->shadow_url};
    int status = inb__diff_sides_read(&from, &to, arena, b->json);
    status = status ? status : compare(b, arena, &from, &to);
    inb__diff_side_dispose(&from);
    inb__diff_side_dispose(&to);
    return status;
}
