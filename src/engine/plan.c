/* Decides what to apply, or why nothing may be applied, from the table, the history and the policy.
 */
#include "config.h"

#include "engine/plan.h"

#include "engine/gate.h"
#include "engine/hint.h"
#include "postgres/quote.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/vec.h"

#include <string.h>

/* Lines of a refusal's detail, with the names of the first for its message. */
typedef struct findings {
    inb__arena *arena;
    char *text;
    const char *first;
    size_t n;
    bool says_more; /* than the message about one */
} findings;

/* recorded: about this one; "" nothing. */
static void finding_add(findings *f, const char *name, const char *what, const char *recorded)
{
    f->text = inb__arena_printf(f->arena, "%s%s\"%s\" %s%s%s", f->text ? f->text : "",
                                f->text ? "\n" : "", name, what, *recorded ? ": " : "", recorded);
    f->says_more |= f->n > 0 || *recorded;
    f->first = f->first ? f->first : name;
    f->n++;
}

static void hint_set(inb_error **err, inb__hint hint, const inb__policy *policy, const char *name)
{
    INB__AUTO_BUF inb__buf history;
    inb__buf_init(&history, INB__LIMIT_MESSAGE);
    inb__quote_ident(&history, inb__str_of(policy->schema ? policy->schema : ""));
    inb__buf_str(&history, "._prisma_migrations");
    inb__hint_set(err, hint, policy->means, inb__buf_text(&history), name);
}

static int refuse(const findings *f, const char *what, const char *prisma, inb_error **err)
{
    int rc = f->n == 1 ? inb__error_set(err, INB_EHISTORY, "migration \"%s\" %s", f->first, what)
                       : inb__error_set(err, INB_EHISTORY, "%zu migrations, first \"%s\": each %s",
                                        f->n, f->first, what);
    if (f->says_more) {
        inb__error_detail(err, "%s", f->text);
    }
    inb__error_prisma(err, prisma);
    inb__error_place(err, f->first, 0, 0, 0);
    return rc;
}

static bool begun_by_newer(const inb__entry *e)
{
    return e->migration == INB__NOT_IN_TABLE && e->resumable && e->row->compatible;
}

static bool is_failed(const inb__entry *e, const inb__policy *policy)
{
    (void)policy;
    bool ours_to_resume = e->resumable && e->migration != INB__NOT_IN_TABLE;
    return e->state == INB_STATE_FAILED && !ours_to_resume && !begun_by_newer(e);
}

static bool is_edited(const inb__entry *e, const inb__policy *policy)
{
    return e->state == INB_STATE_EDITED && !policy->prisma_order;
}

/* Of neither is it known that this program works with it. With interleaved histories a lower name
 * may well be a newer program's. */
static bool is_unsafe(const inb__entry *e, const inb__policy *policy)
{
    return e->state == INB_STATE_UNKNOWN_UNSAFE && !policy->allow_unknown && !policy->prisma_order;
}

static bool is_missing(const inb__entry *e, const inb__policy *policy)
{
    return is_unsafe(e, policy) && e->missing && policy->order == INB_ORDER_STRICT;
}

static bool is_unknown(const inb__entry *e, const inb__policy *policy)
{
    return is_unsafe(e, policy) && !is_missing(e, policy);
}

/* What an operator decides by, on one line. */
static const char *recorded(inb__arena *arena, const inb__entry *e)
{
    const inb__history_row *row = e->row;
    if (!row->has_metadata) {
        return inb__arena_printf(arena, "nothing is recorded of its effect; applied %s",
                                 row->finished_at);
    }
    return inb__arena_printf(arena, "%s, %s%s%s; applied %s%s%s", inb_class_name(row->cls),
                             row->compatible ? "compatible" : "breaking", *row->reason ? ": " : "",
                             row->reason, row->finished_at,
                             *row->program_version ? " by version " : "", row->program_version);
}

static bool is_out_of_order(const inb__entry *e, const inb__policy *policy)
{
    return e->out_of_order && policy->order == INB_ORDER_STRICT && !policy->prisma_order;
}

/* What refuses a history, gravest first. */
static const struct rule {
    bool (*applies)(const inb__entry *e, const inb__policy *policy);
    const char *what;
    const char *prisma;
    inb__hint hint;
    inb__refusal why;
} rules[] = {
    {is_failed, "was started and did not finish", "P3009", INB__HINT_FAILED, INB__REFUSED_FAILED},
    {is_edited, "was edited after it was applied", "", INB__HINT_EDITED, INB__REFUSED_HISTORY},
    {is_missing, "was applied, is not in this program, and is not recorded as compatible", "",
     INB__HINT_MISSING, INB__REFUSED_HISTORY},
    {is_unknown, "was applied by a newer program and is not recorded as compatible", "",
     INB__HINT_UNKNOWN, INB__REFUSED_HISTORY},
    {is_out_of_order, "is pending and sorts before an applied one", "", INB__HINT_ORDER,
     INB__REFUSED_HISTORY},
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))

/* Everything that is wrong goes into the detail, the gravest kind into the message. */
static int history_check(inb__refusal *why, inb__arena *arena,
                         const inb__reconciliation *reconciled, const inb__policy *policy,
                         inb_error **err)
{
    findings all = {.arena = arena};
    findings gravest = {.arena = arena};
    const struct rule *first = NULL;
    for (size_t k = 0; k < N_RULES; k++) {
        for (size_t i = 0; i < reconciled->n; i++) {
            const inb__entry *e = &reconciled->entries[i];
            if (!rules[k].applies(e, policy)) {
                continue;
            }
            const char *more = is_unsafe(e, policy) ? recorded(arena, e) : "";
            first = first ? first : &rules[k];
            finding_add(&all, e->name, rules[k].what, more);
            if (first == &rules[k]) {
                finding_add(&gravest, e->name, rules[k].what, more);
            }
        }
    }
    if (!first) {
        return 0;
    }
    *why = first->why;
    gravest.text = all.text;
    gravest.says_more = all.says_more;
    int rc = refuse(&gravest, first->what, first->prisma, err);
    hint_set(err, first->hint, policy, gravest.first);
    return rc;
}

static int not_empty_error(const inb__policy *policy, inb_error **err)
{
    int rc = inb__error_set(err, INB_EHISTORY, "schema \"%s\" has tables but no migration history",
                            policy->schema);
    inb__error_prisma(err, "P3005");
    hint_set(err, INB__HINT_NOT_EMPTY, policy, "");
    return rc;
}

static bool is_pending(const inb__entry *e)
{
    return e->migration != INB__NOT_IN_TABLE &&
           (e->state == INB_STATE_PENDING || e->state == INB_STATE_ROLLED_BACK || e->resumable);
}

/* A started migration was allowed when it started; half of one is worse than all of it. */
static bool may_apply(const inb__plan *plan, const inb__policy *policy, const inb_migration *m,
                      const inb__entry *e)
{
    return policy->mode == INB_MODE_RELEASE || plan->new_database || m->cls == INB_CLASS_ADDITIVE ||
           e->resumable;
}

/* What becomes of a pending backfill on a database with rows. */
typedef enum course { COURSE_APPLY, COURSE_RECORD, COURSE_PASS, COURSE_STOP, COURSE_RUN } course;

static course backfill_course(const inb__entry *e, const inb_table *table,
                              const inb__history *history, const inb__policy *policy)
{
    const inb__history_backfill *b = inb__history_backfill_find(history, e->name);
    bool done = b && strcmp(b->state, "done") == 0 &&
                inb__table_has_checksum(table, e->migration, b->checksum);
    if (done) {
        return COURSE_RECORD;
    }
    if (policy->only_backfills) {
        bool asked = !policy->backfill_name || strcmp(policy->backfill_name, e->name) == 0;
        return asked ? COURSE_RUN : COURSE_PASS;
    }
    if (policy->mode == INB_MODE_START) { /* a release job has let it wait */
        return e->passed || b ? COURSE_PASS : COURSE_STOP;
    }
    return policy->backfills == INB_BACKFILLS_SKIP     ? COURSE_PASS
           : policy->backfills == INB_BACKFILLS_INLINE ? COURSE_RUN
                                                       : COURSE_STOP;
}

static course course_of(const inb__plan *plan, const inb__entry *e, const inb_table *table,
                        const inb__history *history, const inb__policy *policy)
{
    const inb_migration *m = inb__table_at(table, e->migration);
    if (m->backfill && !plan->new_database && !e->resumable) {
        return backfill_course(e, table, history, policy);
    }
    bool applies = may_apply(plan, policy, m, e) && !policy->only_backfills;
    return applies ? COURSE_APPLY : COURSE_STOP;
}

/* Of those that a run of backfills is asked for. */
static bool is_wanted_backfill(const inb__entry *e, const inb_table *table,
                               const inb__policy *policy)
{
    bool asked = !policy->backfill_name || strcmp(policy->backfill_name, e->name) == 0;
    return asked && inb__table_at(table, e->migration)->backfill;
}

static bool is_beyond(const inb__entry *e, const inb__policy *policy)
{
    return policy->to && e->migration >= policy->to;
}

static void steps_choose(inb__plan *plan, inb__arena *arena, const inb_table *table,
                         const inb__reconciliation *reconciled, const inb__history *history,
                         const inb__policy *policy)
{
    INB__VEC(inb__plan_step) steps = {0};
    INB__VEC(uint32_t) waiting = {0};
    bool notes = policy->mode == INB_MODE_RELEASE && !policy->only_backfills;
    for (size_t i = 0; i < reconciled->n; i++) {
        const inb__entry *e = &reconciled->entries[i];
        if (begun_by_newer(e)) {
            plan->unfinished_unknown = e->name;
        }
        if (!is_pending(e) || plan->stop != INB__NOT_IN_TABLE || is_beyond(e, policy)) {
            plan->backfill_left |= is_pending(e) && is_wanted_backfill(e, table, policy);
            continue;
        }
        inb__gate gate = plan->new_database
                             ? INB__GATE_NONE
                             : inb__gate_of(steps.v, steps.n, table, reconciled, e, policy);
        if (gate != INB__GATE_NONE) {
            plan->stop = e->migration;
            plan->gate = gate;
            plan->backfill_left = is_wanted_backfill(e, table, policy);
            continue;
        }
        course way = course_of(plan, e, table, history, policy);
        if (way == COURSE_STOP || way == COURSE_RUN) {
            plan->stop = e->migration;
            plan->stop_runs = way == COURSE_RUN;
            plan->backfill_left = is_wanted_backfill(e, table, policy);
        } else if (way == COURSE_PASS) {
            if (notes && !inb__history_backfill_find(history, e->name)) {
                INB__VEC_ADD(arena, &waiting, e->migration);
            }
        } else {
            inb__plan_step step = {.migration = e->migration,
                                   .row = e->resumable ? e->row : NULL,
                                   .proved = way == COURSE_RECORD};
            INB__VEC_ADD(arena, &steps, step);
        }
    }
    plan->steps = steps.v;
    plan->n = steps.n;
    plan->waiting = waiting.v;
    plan->n_waiting = waiting.n;
}

/* Only a newer program can resume its own migration, and nothing is applied on top of half of one.
 */
static int newer_begun_check(const inb__plan *plan, inb__refusal *why, inb__arena *arena,
                             inb_error **err)
{
    if (!plan->unfinished_unknown || (plan->n == 0 && plan->stop == INB__NOT_IN_TABLE)) {
        return 0;
    }
    findings f = {.arena = arena};
    finding_add(&f, plan->unfinished_unknown, rules[0].what, "");
    *why = INB__REFUSED_FAILED;
    int rc = refuse(&f, rules[0].what, rules[0].prisma, err);
    inb__error_hint(err, "Start the release that contains this migration: it resumes it.");
    return rc;
}

static const inb_statement *unfit_find(const inb_table *table, const inb_migration *m)
{
    const inb_statement *st = &table->statements[m->first_statement];
    uint32_t k = 0;
    while (k + 1 < m->n_statements && st[k].kind != INB_STATEMENT_UNFIT) {
        k++;
    }
    return m->n_statements > 0 ? &st[k] : NULL;
}

/* No migration is started that is known to fail half-way. */
static int unfit_check(const inb__plan *plan, inb__refusal *why, const inb_table *table,
                       const inb__policy *policy, inb_error **err)
{
    size_t i = 0;
    while (i < plan->n &&
           !(inb__table_at(table, plan->steps[i].migration)->flags & INB_MIGRATION_UNFIT)) {
        i++;
    }
    if (i == plan->n) {
        return 0;
    }
    const inb_migration *m = inb__table_at(table, plan->steps[i].migration);
    const inb_statement *st = unfit_find(table, m);
    const char *name = inb__table_text(table, m->name);
    *why = INB__REFUSED_UNFIT;
    int rc = inb__error_set(err, INB_EMIGRATION, "migration \"%s\" cannot be applied: %s, %s", name,
                            st ? inb__table_text(table, st->tag) : "",
                            st ? inb__table_text(table, st->reason) : "");
    inb__error_prisma(err, "P3018");
    hint_set(err, INB__HINT_UNFIT, policy, name);
    inb__error_place(err, name, st ? (int)(st - &table->statements[m->first_statement]) + 1 : 0,
                     st ? (int)st->line : 0, 0);
    return rc;
}

/* The class of an unknown migration is in a table that this role may not read. */
static int metadata_check(const inb__history *h, const inb__reconciliation *reconciled,
                          const inb__policy *policy, inb_error **err)
{
    bool needed = false;
    for (size_t i = 0; i < reconciled->n; i++) {
        needed = needed || is_unsafe(&reconciled->entries[i], policy);
    }
    if (!needed || !h->metadata_exists || h->metadata_readable) {
        return 0;
    }
    int rc = inb__error_set(err, INB_EPERM, "not permitted to read inboard.migrations");
    inb__error_detail(err, "The history contains a migration that this program does not know.");
    inb__error_hint(err,
                    "As the owner: GRANT USAGE ON SCHEMA inboard TO \"%s\"; GRANT SELECT ON ALL "
                    "TABLES IN SCHEMA inboard TO \"%s\".",
                    h->user, h->user);
    return rc;
}

/* The history of another program: nothing of it is known here, so nothing here belongs there. */
static int unrelated_check(inb__refusal *why, const inb__reconciliation *reconciled,
                           const inb__policy *policy, inb_error **err)
{
    size_t n = reconciled->n_unrelated;
    if (n == 0 || policy->allow_unknown) {
        return 0;
    }
    *why = INB__REFUSED_HISTORY;
    inb__error_set(err, INB_EHISTORY,
                   "the database has %zu applied migration%s, none of which is known here", n,
                   n == 1 ? "" : "s");
    hint_set(err, INB__HINT_UNRELATED, policy, "");
    return INB_EHISTORY;
}

static int plan_make(inb__plan *out, inb__refusal *why, inb__arena *arena, const inb_table *table,
                     const inb__history *history, const inb__policy *policy, inb_error **err)
{
    if (!history->managed && history->has_tables && table->n_migrations > 0) {
        *why = INB__REFUSED_NOT_EMPTY;
        return not_empty_error(policy, err);
    }
    inb__reconciliation reconciled;
    inb__reconcile(&reconciled, arena, table, history);
    int rc = unrelated_check(why, &reconciled, policy, err);
    rc = rc < 0 ? rc : metadata_check(history, &reconciled, policy, err);
    rc = rc < 0 ? rc : history_check(why, arena, &reconciled, policy, err);
    if (rc < 0) {
        return rc;
    }
    inb__plan plan = {.stop = INB__NOT_IN_TABLE};
    plan.new_database = history->initial || (history->n_rows == 0 && !history->has_relations);
    steps_choose(&plan, arena, table, &reconciled, history, policy);
    rc = newer_begun_check(&plan, why, arena, err);
    rc = rc < 0 ? rc : unfit_check(&plan, why, table, policy, err);
    if (rc == 0) {
        *out = plan;
    }
    return rc;
}

int inb__plan_build(inb__plan *out, inb__refusal *why, inb__arena *arena, const inb_table *table,
                    const inb__history *history, const inb__policy *policy, inb_error **err)
{
    *why = INB__REFUSED_NOT;
    if (INB__ARENA_ERROR_EXIT(arena)) {
        inb__arena_error_exit_clear(arena);
        return inb__error_nomem(err);
    }
    int rc = plan_make(out, why, arena, table, history, policy, err);
    inb__arena_error_exit_clear(arena);
    return rc;
}

int inb__plan_pending_error(const inb__plan *plan, const inb_table *table,
                            const inb__policy *policy, inb_error **err)
{
    const inb_migration *m = inb__table_at(table, plan->stop);
    const char *name = inb__table_text(table, m->name);
    if (plan->gate != INB__GATE_NONE) {
        int held = inb__gate_error(plan->gate, table, plan->stop, err);
        hint_set(err, plan->gate == INB__GATE_BEFORE ? INB__HINT_CONFIRM : INB__HINT_BACKFILL,
                 policy, name);
        return held;
    }
    if (m->backfill) {
        int rc = inb__error_set(err, INB_EPENDING, "backfill \"%s\" is pending", name);
        hint_set(err, INB__HINT_BACKFILL, policy, name);
        inb__error_place(err, name, 0, 0, 0);
        return rc;
    }
    if (policy->only_backfills) {
        int rc =
            inb__error_set(err, INB_EPENDING,
                           "migration \"%s\" is pending, and no backfill after it can run", name);
        hint_set(err, INB__HINT_PENDING, policy, name);
        inb__error_place(err, name, 0, 0, 0);
        return rc;
    }
    int rc = inb__error_set(err, INB_EPENDING,
                            "migration \"%s\" is pending and %s: start-up does not apply it", name,
                            inb_class_name(m->cls));
    inb__error_detail(err, "%s", inb__table_text(table, m->reason));
    hint_set(err, INB__HINT_PENDING, policy, name);
    inb__error_place(err, name, 0, 0, 0);
    return rc;
}
