/* Compares a development database with its migrations. */
#include "config.h"

#include "cli/dev_drift.h"

#include "cli/diff_sides.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/limits.h"

static int sides_read(inb__diff_side *from, inb__diff_side *to, inb__arena *arena,
                      const inb__drift_query *q, bool shadow)
{
    *from = (inb__diff_side){.migrations = q->dir,
                             .begins = !inb__path_exists(q->dir),
                             .wanted = q->applied,
                             .payload = q->payload,
                             .of = q->dm,
                             .shadow = shadow,
                             .shadow_url = q->shadow_url};
    *to = (inb__diff_side){.live.config = true, .of = q->dm};
    return inb__diff_sides_read(from, to, arena, q->json);
}

static void compare(inb__drift *out, inb__arena *arena, const inb__diff_side *from,
                    const inb__diff_side *to)
{
    inb__steps steps;
    INB__AUTO_BUF inb__buf text;
    const inb__diff_options options = inb__diff_sides_options(from, to, arena);
    inb__schema_diff(&steps, arena, &from->model, &to->model, &options);
    inb__buf_init(&text, INB__LIMIT_FILE);
    if (steps.n) {
        inb__steps_summary(&text, arena, &steps);
    }
    *out = (inb__drift){inb__arena_strdup(arena, inb__buf_text(&text)), steps.n};
}

int inb__drift_find(inb__drift *out, inb__arena *arena, const inb__drift_query *q)
{
    inb__diff_side from, to;
    int status = sides_read(&from, &to, arena, q, q->shadow || q->shadow_url);
    if (status == 0 && from.unseen.n && !q->accept_unseen) {
        inb__diff_side_dispose(&from);
        inb__diff_side_dispose(&to);
        status = sides_read(&from, &to, arena, q, true);
    }
    if (status == 0) {
        compare(out, arena, &from, &to);
    }
    inb__diff_side_dispose(&from);
    inb__diff_side_dispose(&to);
    return status;
}
