#include "config.h"

#include "schema/rollout/rollout.h"

/* Each line of a text behind a prefix. */
static void lines_write(inb__buf *out, const char *prefix, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        inb__buf_printf(out, "%s%.*s\n", prefix, (int)n, text);
        text += n + (text[n] != '\0');
    }
}

/* ---- one migration --------------------------------------------------------------------------- */

/* The reason that an acceptance gives: what its author saw to before it ships. */
static void accept_write(inb__buf *out, const inb__rollout_migration *m, inb_class cls)
{
    inb__buf_printf(out, "-- inboard: accept %s ", inb_class_name(cls));
    if (cls == INB_CLASS_BLOCKING && m->no_transaction) {
        inb__buf_str(out, "writers wait for a batch at most");
    } else {
        inb__buf_str(out, *m->before ? m->before : m->about);
    }
    inb__buf_char(out, '\n');
}

void inb__rollout_migration_sql(inb__buf *out, const inb__rollout_plan *plan, size_t i)
{
    const inb__rollout_migration *m = &plan->v[i];
    inb__buf_printf(out, "-- %s, %zu of %zu: %s\n", inb__rollout_phase_name(m->phase), i + 1,
                    plan->n, m->about);
    if (*m->before) {
        inb__buf_printf(out, "-- Before: %s\n", m->before);
    }
    if (*m->after) {
        inb__buf_printf(out, "-- Afterwards: %s\n", m->after);
    }
    lines_write(out, "-- Check, finds nothing: ", m->check);
    if (*m->review) {
        inb__buf_printf(out, "-- To decide: %s\n", m->review);
    }
    if (m->no_transaction) {
        inb__buf_str(out, "-- inboard: no-transaction\n");
    }
    if (m->has_contracting) {
        accept_write(out, m, INB_CLASS_CONTRACTING);
    }
    if (m->has_blocking) {
        accept_write(out, m, INB_CLASS_BLOCKING);
    }
    inb__buf_char(out, '\n');
    if (!plan->sql->failed) {
        inb__buf_add(out, inb__buf_text(plan->sql) + m->sql_start, m->sql_length);
    }
    out->failed = out->failed || plan->sql->failed;
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
    "Expand: what is new comes. Nothing that exists changes for anybody.",
    "Backfill: the rows that exist get what is new, and keep it.",
    "Contract: rules become stricter, the new takes the place of the old, the old goes.",
};

size_t inb__rollout_old_until(const inb__rollout_plan *plan)
{
    size_t i = 0;
    while (i < plan->n && !*plan->v[i].before) {
        i++;
    }
    return i;
}

size_t inb__rollout_new_from(const inb__rollout_plan *plan)
{
    size_t i = plan->n;
    while (i > 0 && !*plan->v[i - 1].after) {
        i--;
    }
    return i;
}

/* Which release works when. */
static void releases_write(inb__buf *out, const inb__rollout_plan *plan)
{
    size_t until = inb__rollout_old_until(plan), from = inb__rollout_new_from(plan);
    if (until == plan->n) {
        inb__buf_str(out, "The release that runs now works throughout.\n");
    } else if (until == 0) {
        inb__buf_str(out,
                     "The release that runs now has to go, or learn what 1 asks for, first.\n");
    } else {
        inb__buf_printf(
            out,
            "The release that runs now works until %zu is done; what %zu needs is under "
            "its \"before\".\n",
            until, until + 1);
    }
    if (from == 0) {
        inb__buf_str(out, "The release of the new schema works from the beginning.\n");
    } else {
        inb__buf_printf(out, "The release of the new schema works when %zu is done.\n", from);
    }
    if (from > until) {
        inb__buf_str(out,
                     "In between runs a release that knows both: it does what the \"before\" of "
                     "each migration says\nand does not yet what comes \"afterwards\".\n");
    }
    inb__buf_char(out, '\n');
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
        inb__buf_printf(out, "  %2zu. %s (%s%s)\n      %s\n", i + 1, m->name,
                        inb_class_name(m->cls), m->no_transaction ? ", no transaction" : "",
                        m->about);
        if (*m->before) {
            inb__buf_printf(out, "      before: %s\n", m->before);
        }
        if (*m->after) {
            inb__buf_printf(out, "      afterwards: %s\n", m->after);
        }
        lines_write(out, "      check, finds nothing: ", m->check);
        if (*m->review) {
            inb__buf_printf(out, "      to decide: %s\n", m->review);
        }
    }
}

static void migration_json(inb__json *json, inb__buf *scratch, const inb__rollout_plan *plan,
                           size_t i)
{
    const inb__rollout_migration *m = &plan->v[i];
    inb__json_object(json);
    inb__json_member(json, "name", m->name);
    inb__json_member(json, "phase", inb__rollout_phase_name(m->phase));
    inb__json_member(json, "class", inb_class_name(m->cls));
    inb__json_member_bool(json, "transactional", !m->no_transaction);
    inb__json_member(json, "about", m->about);
    inb__json_member(json, "before", *m->before ? m->before : NULL);
    inb__json_member(json, "after", *m->after ? m->after : NULL);
    inb__json_member(json, "check", *m->check ? m->check : NULL);
    inb__json_member(json, "review", *m->review ? m->review : NULL);
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
