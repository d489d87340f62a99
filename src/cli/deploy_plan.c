/* The plan of a deploy: what is pending, its class, gates and locks, and where a run would stop. */
#include "config.h"

#include "cli/deploy_plan.h"

#include "engine/preview.h"
#include "inboard.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/limits.h"
#include "util/printable.h"

/* Both forms are made from the plan while it lives, and one of them is printed. */
typedef struct plan_print {
    inb__buf text, json;
    const inb__embed *embed;
} plan_print;

/* What becomes of a pending migration. */
typedef enum action {
    ACTION_APPLY,
    ACTION_BACKFILL,
    ACTION_RESUME,
    ACTION_STOP,
    ACTION_WAIT,
    ACTION_NONE
} action;

static const struct {
    const char *key, *text;
} actions[] = {
    [ACTION_APPLY] = {"apply", "apply"},       [ACTION_BACKFILL] = {"backfill", "run backfill"},
    [ACTION_RESUME] = {"resume", "resume"},    [ACTION_STOP] = {"stop", "stop before"},
    [ACTION_WAIT] = {"wait", "leave pending"},
};

static action action_of(const inb__preview *p, const inb__entry *e)
{
    bool applied = e->state == INB_STATE_APPLIED || e->state == INB_STATE_EDITED;
    if (e->migration == INB__NOT_IN_TABLE || applied) {
        return ACTION_NONE;
    }
    for (size_t i = 0; i < p->plan->n; i++) {
        if (p->plan->steps[i].migration == e->migration) {
            return p->plan->steps[i].proved ? ACTION_BACKFILL
                   : p->plan->steps[i].row  ? ACTION_RESUME
                                            : ACTION_APPLY;
        }
    }
    return e->migration == p->plan->stop ? ACTION_STOP : ACTION_WAIT;
}

/* The strongest mode for each relation, in the order in which they are locked. */
static bool is_strongest(const inb_table *t, const inb_lock_fact *first, size_t n, size_t at)
{
    const char *relation = inb__table_text(t, first[at].relation);
    for (size_t i = 0; i < n; i++) {
        bool same = strcmp(inb__table_text(t, first[i].relation), relation) == 0;
        if (same &&
            (first[i].mode > first[at].mode || (first[i].mode == first[at].mode && i < at))) {
            return false;
        }
    }
    return true;
}

static const inb_lock_fact *locks_of(const inb_table *t, const inb_migration *m, size_t *n_out)
{
    *n_out = 0;
    const inb_lock_fact *first = t->locks;
    for (uint32_t k = 0; k < m->n_statements; k++) {
        const inb_statement *s = &t->statements[m->first_statement + k];
        first = k == 0 ? t->locks + s->first_lock : first;
        *n_out += s->n_locks;
    }
    return first;
}

static bool is_done(const inb__preview *p, uint32_t migration)
{
    bool done = false;
    for (size_t i = 0; i < p->reconciled->n; i++) {
        const inb__entry *e = &p->reconciled->entries[i];
        done = done || (e->migration == migration &&
                        (e->state == INB_STATE_APPLIED || e->state == INB_STATE_EDITED));
    }
    return done;
}

static void gates_json(inb__json *j, const inb__preview *p, uint32_t i)
{
    const char *before = inb__table_text(p->table, inb__table_at(p->table, i)->before);
    uint32_t after = inb__table_after(p->table, i);
    bool waits = after != INB__NOT_IN_TABLE;
    inb__json_member(j, "before", *before ? before : NULL);
    inb__json_member_bool(j, "confirmed", p->confirmed[i]);
    inb__json_member(j, "after", waits ? inb__table_name(p->table, after) : NULL);
    inb__json_member_bool(j, "after_done", waits && is_done(p, after));
}

static void entry_json(inb__json *j, const inb__preview *p, const inb__entry *e, action what)
{
    const inb_table *t = p->table;
    const inb_migration *m = inb__table_at(t, e->migration);
    size_t n = 0;
    const inb_lock_fact *locks = locks_of(t, m, &n);
    inb__json_object(j);
    inb__json_member(j, "name", e->name);
    inb__json_member(j, "action", actions[what].key);
    inb__json_member(j, "class", inb_class_name((inb_class)m->cls));
    inb__json_member_bool(j, "compatible", inb__migration_compatible(m));
    inb__json_member_bool(j, "transactional", inb__migration_transactional(m));
    inb__json_member_bool(j, "backfill", m->backfill != 0);
    gates_json(j, p, e->migration);
    inb__json_key(j, "locks");
    inb__json_array(j);
    for (size_t i = 0; i < n; i++) {
        if (is_strongest(t, locks, n, i)) {
            inb__json_object(j);
            inb__json_member(j, "relation", inb__table_text(t, locks[i].relation));
            inb__json_member(j, "mode", inb_lock_mode_name((inb_lock_mode)locks[i].mode));
            inb__json_object_end(j);
        }
    }
    inb__json_array_end(j);
    inb__json_object_end(j);
}

static void line(inb__buf *out, const char *label, const char *value, const char *more)
{
    inb__buf_printf(out, "    %s ", label);
    inb__printable(out, inb__str_of(value));
    inb__buf_printf(out, "%s\n", more);
}

static void entry_text(inb__buf *out, const inb__preview *p, const inb__entry *e, action what)
{
    const inb_table *t = p->table;
    const inb_migration *m = inb__table_at(t, e->migration);
    const char *before = inb__table_text(t, m->before);
    uint32_t after = inb__table_after(t, e->migration);
    size_t n = 0;
    const inb_lock_fact *locks = locks_of(t, m, &n);
    inb__buf_printf(out, "%s ", actions[what].text);
    inb__printable(out, inb__str_of(e->name));
    inb__buf_printf(out, " (%s, %s%s)\n", inb_class_name((inb_class)m->cls),
                    inb__migration_compatible(m) ? "compatible" : "breaking",
                    m->backfill && what != ACTION_BACKFILL ? ", backfill" : "");
    if (after != INB__NOT_IN_TABLE) {
        line(out, "after backfill", inb__table_name(t, after),
             is_done(p, after) ? ": done" : ": not done");
    }
    if (*before) {
        line(out, p->confirmed[e->migration] ? "confirmed:" : "not confirmed:", before, "");
    }
    for (size_t i = 0; i < n; i++) {
        if (is_strongest(t, locks, n, i)) {
            inb__buf_str(out, "    locks ");
            inb__printable(out, inb__str_of(inb__table_text(t, locks[i].relation)));
            inb__buf_printf(out, ": %s\n", inb_lock_mode_name((inb_lock_mode)locks[i].mode));
        }
    }
}

static void plan_tell(const inb__preview *p, void *payload)
{
    plan_print *out = payload;
    inb__json j;
    inb__json_init(&j, &out->json);
    inb__json_object(&j);
    inb__json_member_int(&j, "found", p->table->n_migrations);
    inb__json_member_int(&j, "analysed", (int64_t)out->embed->n_understood);
    inb__json_member_bool(&j, "new_database", p->plan->new_database);
    inb__json_key(&j, "pending");
    inb__json_array(&j);
    for (size_t i = 0; i < p->reconciled->n; i++) {
        const inb__entry *e = &p->reconciled->entries[i];
        action what = action_of(p, e);
        if (what != ACTION_NONE) {
            entry_json(&j, p, e, what);
            entry_text(&out->text, p, e, what);
        }
    }
    inb__json_array_end(&j);
    inb__json_object_end(&j);
    inb__buf_str(&out->text, out->text.length ? "" : "nothing is pending\n");
}

int inb__deploy_plan_print(inb__migrate_cli *cli)
{
    plan_print out = {.embed = &cli->embed};
    inb_error *err = NULL;
    inb__buf_init(&out.text, INB__LIMIT_FILE);
    inb__buf_init(&out.json, INB__LIMIT_FILE);
    int rc =
        inb__migrate_preview(&cli->embed.table, &cli->unread, &cli->options, plan_tell, &out, &err);
    bool planned = out.json.length > 0;
    int printed = planned ? inb__cli_print(cli->json ? &out.json : &out.text) : 0;
    inb__buf_dispose(&out.text);
    inb__buf_dispose(&out.json);
    if (rc == 0) {
        return printed;
    }
    int status = inb__cli_exit(inb_error_code(err));
    if (planned && cli->json) { /* the stop is in the plan */
        inb_error_free(err);
        return status;
    }
    return inb__cli_fail(err, cli->json);
}
