/* The plan as text: migration files, a script, a report for a reader, and JSON. */
#include "config.h"

#include "schema/rollout/rollout.h"

#include "util/cleanup.h"
#include "util/limits.h"

const char *inb__rollout_phase_name(inb__rollout_phase phase)
{
    static const char *const names[INB__ROLLOUT_PHASES] = {"expand", "backfill", "contract"};
    return names[phase];
}

size_t inb__rollout_old_until(const inb__rollout_plan *plan)
{
    size_t i = 0;
    while (i < plan->n && !plan->v[i].notes[INB__NOTE_BEFORE].n) {
        i++;
    }
    return i;
}

/* The release that runs works once it is applied: as long as no migration asks more of it. One that
 * is additive or blocking is compatible wherever it is. */
static bool is_compatible(const inb__rollout_plan *plan, size_t i)
{
    return plan->v[i].cls != INB_CLASS_CONTRACTING || i < inb__rollout_old_until(plan);
}

/* ---- one migration --------------------------------------------------------------------------- */

/* Ends a line of a comment, whatever names are in it. */
static void line_end(inb__buf *out, size_t from)
{
    for (size_t i = from; i < out->length; i++) {
        out->data[i] = (unsigned char)out->data[i] < ' ' ? ' ' : out->data[i];
    }
    inb__buf_char(out, '\n');
}

/* A line of notes behind a prefix; nothing when there are none. */
static void notes_write(inb__buf *out, const char *prefix, const inb__rollout_migration *m,
                        inb__note_kind kind)
{
    if (m->notes[kind].n) {
        size_t from = out->length;
        inb__buf_str(out, prefix);
        inb__notes_render(out, &m->notes[kind]);
        line_end(out, from);
    }
}

static void checks_write(inb__buf *out, const char *prefix, const inb__rollout_migration *m)
{
    for (size_t i = 0; i < m->checks.n; i++) {
        size_t from = out->length;
        inb__buf_str(out, prefix);
        inb__fragment_render(out, m->checks.v[i]);
        inb__buf_char(out, ';');
        line_end(out, from);
    }
}

static void accept_write(inb__buf *out, const inb__rollout_migration *m, inb_class cls)
{
    size_t from = out->length;
    inb__buf_printf(out, "-- inboard: accept %s ", inb_class_name(cls));
    if (m->backfill) {
        inb__buf_str(out, "writers wait for one batch at most");
    } else {
        inb__notes_render(out, &m->notes[INB__NOTE_ABOUT]);
    }
    line_end(out, from);
}

/* What holds the migration back, and how a backfill is run. */
static size_t gates_write(inb__buf *out, const inb__rollout_plan *plan,
                          const inb__rollout_migration *m)
{
    size_t at = 0;
    if (m->waits) {
        inb__buf_str(out, "-- inboard: after backfill ");
        at = out->length;
        inb__buf_printf(out, "%s\n", plan->v[m->waits - 1].name);
    }
    notes_write(out, "-- inboard: before ", m, INB__NOTE_BEFORE);
    if (m->backfill) {
        inb__buf_printf(out, "-- inboard: backfill%s\n", m->once ? " once" : "");
    }
    return at;
}

/* The engine lets the running release restart on a database with it. */
static void compatible_write(inb__buf *out, const inb__rollout_migration *m)
{
    size_t from = out->length;
    inb__buf_str(out, "-- inboard: compatible the running release works with it: ");
    inb__notes_render(out, &m->notes[INB__NOTE_ABOUT]);
    line_end(out, from);
}

static void statements_write(inb__buf *out, const inb__rollout_migration *m)
{
    for (size_t i = 0; i < m->statements.n; i++) {
        const inb__rollout_statement *s = &m->statements.v[i];
        inb__buf_char(out, '\n');
        if (s->reason) {
            inb__buf_printf(out, "-- inboard: class %s %s\n", inb_class_name(s->cls), s->reason);
        }
        inb__fragment_render(out, s->sql);
        inb__buf_str(out, ";\n");
    }
}

size_t inb__rollout_migration_sql(inb__buf *out, const inb__rollout_plan *plan, size_t i)
{
    const inb__rollout_migration *m = &plan->v[i];
    inb__buf_printf(out, "-- %s, %zu of %zu: ", inb__rollout_phase_name(m->phase), i + 1, plan->n);
    notes_write(out, "", m, INB__NOTE_ABOUT);
    notes_write(out, "-- Afterwards: ", m, INB__NOTE_AFTER);
    checks_write(out, "-- Check, finds nothing: ", m);
    notes_write(out, "-- To decide: ", m, INB__NOTE_REVIEW);
    size_t at = gates_write(out, plan, m);
    if (m->no_transaction) {
        inb__buf_str(out, "-- inboard: no-transaction\n");
    }
    if (m->has_contracting) {
        accept_write(out, m, INB_CLASS_CONTRACTING);
    }
    if (is_compatible(plan, i) && m->has_contracting) {
        compatible_write(out, m);
    }
    if (m->has_blocking) {
        accept_write(out, m, INB_CLASS_BLOCKING);
    }
    statements_write(out, m);
    return at;
}

void inb__rollout_script(inb__buf *out, const inb__rollout_plan *plan)
{
    if (!plan->n) {
        inb__buf_str(out, "-- This is an empty migration.\n");
    }
    for (size_t i = 0; i < plan->n; i++) {
        inb__buf_printf(out, "%s-- Migration: %s\n", i ? "\n" : "", plan->v[i].name);
        inb__rollout_migration_sql(out, plan, i);
    }
}

/* ---- the sequence ---------------------------------------------------------------------------- */

static const char *const phase_texts[INB__ROLLOUT_PHASES] = {
    "Expand: new objects are added; nothing existing changes.",
    "Backfill: new columns get values in existing rows, and keep them.",
    "Contract: constraints are added, new columns replace old ones, old objects are dropped.",
};

size_t inb__rollout_new_from(const inb__rollout_plan *plan)
{
    size_t i = plan->n;
    while (i > 0 && !plan->v[i - 1].notes[INB__NOTE_AFTER].n) {
        i--;
    }
    return i;
}

/* Which release works when. */
static void releases_write(inb__buf *out, const inb__rollout_plan *plan)
{
    size_t until = inb__rollout_old_until(plan), from = inb__rollout_new_from(plan);
    if (until == plan->n) {
        inb__buf_str(out, "The running release works throughout.\n");
    } else if (until == 0) {
        inb__buf_str(out, "Before migration 1, replace the running release, or make it meet that "
                          "migration's \"before\".\n");
    } else {
        inb__buf_printf(out,
                        "The running release works until %zu is applied; before %zu, replace it, "
                        "or make it meet its \"before\".\n",
                        until, until + 1);
    }
    if (from == 0) {
        inb__buf_str(out, "The release of the new schema works from the start.\n");
    } else {
        inb__buf_printf(out, "The release of the new schema works once %zu is applied.\n", from);
    }
    if (from > until) {
        inb__buf_str(out, "Between them runs a release that knows both schemas: it meets each "
                          "\"before\", and does not yet rely on\nan \"afterwards\".\n");
    }
    inb__buf_char(out, '\n');
}

static void migration_text(inb__buf *out, const inb__rollout_migration *m, size_t number)
{
    inb__buf_printf(out, "  %2zu. %s (%s%s)\n", number, m->name, inb_class_name(m->cls),
                    m->no_transaction ? ", no transaction" : "");
    notes_write(out, "      ", m, INB__NOTE_ABOUT);
    notes_write(out, "      before: ", m, INB__NOTE_BEFORE);
    notes_write(out, "      afterwards: ", m, INB__NOTE_AFTER);
    checks_write(out, "      check, finds nothing: ", m);
    notes_write(out, "      to decide: ", m, INB__NOTE_REVIEW);
}

void inb__rollout_text(inb__buf *out, const inb__rollout_plan *plan)
{
    if (!plan->n) {
        inb__buf_str(out, "No difference.\n");
        return;
    }
    releases_write(out, plan);
    for (size_t i = 0; i < plan->n; i++) {
        const inb__rollout_migration *m = &plan->v[i];
        if (i == 0 || plan->v[i - 1].phase != m->phase) {
            inb__buf_printf(out, "%s%s\n", i ? "\n" : "", phase_texts[m->phase]);
        }
        migration_text(out, m, i + 1);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void notes_json(inb__json *json, inb__buf *scratch, const char *key,
                       const inb__rollout_migration *m, inb__note_kind kind)
{
    inb__buf_clear(scratch);
    inb__notes_render(scratch, &m->notes[kind]);
    inb__json_member(json, key, m->notes[kind].n ? inb__buf_text(scratch) : NULL);
}

static void checks_json(inb__json *json, inb__buf *scratch, const inb__rollout_migration *m)
{
    inb__buf_clear(scratch);
    checks_write(scratch, "", m);
    inb__buf_truncate(scratch, scratch->length - (m->checks.n && !scratch->failed));
    inb__json_member(json, "check", m->checks.n ? inb__buf_text(scratch) : NULL);
}

static void migration_json(inb__json *json, inb__buf *scratch, const inb__rollout_plan *plan,
                           size_t i)
{
    const inb__rollout_migration *m = &plan->v[i];
    inb__json_object(json);
    inb__json_member(json, "name", m->name);
    inb__json_member(json, "phase", inb__rollout_phase_name(m->phase));
    inb__json_member(json, "class", inb_class_name(m->cls));
    inb__json_member_bool(json, "compatible", is_compatible(plan, i));
    inb__json_member_bool(json, "transactional", !m->no_transaction);
    inb__json_member_bool(json, "backfill", m->backfill);
    notes_json(json, scratch, "about", m, INB__NOTE_ABOUT);
    notes_json(json, scratch, "before", m, INB__NOTE_BEFORE);
    notes_json(json, scratch, "after", m, INB__NOTE_AFTER);
    checks_json(json, scratch, m);
    notes_json(json, scratch, "review", m, INB__NOTE_REVIEW);
    inb__buf_clear(scratch);
    inb__rollout_migration_sql(scratch, plan, i);
    inb__json_member(json, "sql", inb__buf_text(scratch));
    inb__json_object_end(json);
}

void inb__rollout_json(inb__json *json, inb__buf *scratch, const inb__rollout_plan *plan)
{
    inb__json_key(json, "migrations");
    inb__json_array(json);
    for (size_t i = 0; i < plan->n; i++) {
        migration_json(json, scratch, plan, i);
    }
    inb__json_array_end(json);
}
