/* Compares a database with a schema, and counts the rows in the way. */
#include "config.h"

#include "cli/push_plan.h"

#include "cli/cli.h"
#include "cli/progress.h"
#include "live/risk_counts.h"
#include "util/cleanup.h"
#include "util/limits.h"

static void risks_keep(inb__push_plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->risks.n; i++) {
        const inb__risk risk = plan->risks.v[i];
        if (inb__risk_comes_true(&risk)) {
            plan->risks.v[n++] = risk;
            bool impossible = inb__risk_is_unexecutable(risk.kind);
            plan->n_impossible += impossible;
            plan->n_lossy += !impossible;
        }
    }
    plan->risks.n = n;
}

static bool history_find(const inb__catalogue *c)
{
    for (size_t i = 0; i < c->n_relations; i++) {
        if (inb__str_is(c->relations[i].name, "_prisma_migrations") &&
            inb__str_eq(c->relations[i].space, c->default_space)) {
            return true;
        }
    }
    return false;
}

static const char *script_write(inb__push_plan *plan)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    inb__render_steps(&out, &plan->steps);
    bool held = plan->arena.held;
    plan->arena.held = true; /* its exit would pass over the buffer */
    const char *text = out.failed ? NULL : inb__arena_strdup(&plan->arena, inb__buf_text(&out));
    plan->arena.held = held;
    return text;
}

static int compare(inb__push_plan *plan, const char *url, bool json)
{
    inb_error *err = NULL;
    const inb__renames none = {0};
    const inb__diff_options options = inb__diff_sides_options(&plan->from, &plan->to, &plan->arena);
    inb__schema_diff(&plan->steps, &plan->arena, &plan->from.model, &plan->to.model, &options);
    inb__risks_find(&plan->risks, &plan->arena, &plan->steps);
    inb__rename_guess_find(&plan->guesses, &plan->arena, &plan->steps);
    plan->managed = history_find(&plan->from.live.catalogue);
    plan->script = script_write(plan);
    if (!plan->script) {
        inb__error_nomem(&err);
        return inb__cli_fail(err, json);
    }
    if (plan->risks.n && inb__risk_counts_read(&plan->risks, &plan->steps, &none, url,
                                               inb__cli_stop_asked, &err) < 0) {
        return inb__cli_fail(err, json);
    }
    risks_keep(plan);
    return 0;
}

int inb__push_plan_read(inb__push_plan *plan, const char *schema, const char *url, bool json)
{
    if (INB__ARENA_ERROR_EXIT(&plan->arena)) {
        inb_error *err = NULL;
        inb__arena_error_exit_clear(&plan->arena);
        inb__error_nomem(&err);
        return inb__cli_fail(err, json);
    }
    plan->from.live.url = url;
    plan->to.schema = schema;
    int status = inb__diff_sides_read(&plan->from, &plan->to, &plan->arena, json);
    status = status ? status : compare(plan, url, json);
    inb__arena_error_exit_clear(&plan->arena);
    return status;
}

void inb__push_plan_dispose(inb__push_plan *plan)
{
    inb__diff_side_dispose(&plan->from);
    inb__diff_side_dispose(&plan->to);
    inb__arena_dispose(&plan->arena);
}

void inb__push_risks_write(inb__buf *out, const inb__push_plan *plan)
{
    for (size_t i = 0; i < plan->risks.n; i++) {
        inb__buf_str(out, out->length ? "\n" : "");
        inb__risk_text(out, &plan->risks.v[i]);
    }
    for (size_t i = 0; plan->risks.n && i < plan->guesses.n; i++) {
        inb__buf_printf(out, "\n%s A push would drop it.", plan->guesses.v[i].question);
    }
}

void inb__push_script_split(inb__buf *enums, inb__buf *rest, const inb__push_plan *plan)
{
    size_t last = 0;
    for (size_t i = 0; i < plan->steps.n; i++) {
        last = plan->steps.v[i].kind == INB__STEP_ALTER_ENUM ? i + 1 : last;
    }
    for (size_t i = 0; i < plan->steps.n; i++) {
        inb__render_step(i < last ? enums : rest, &plan->steps, &plan->steps.v[i]);
    }
}
