/* inb_status: the state of every migration and the drift, read without the lock. */
#include "config.h"

#include "inboard/status.h"

#include "engine/confirm.h"
#include "engine/drift.h"
#include "engine/first_look.h"
#include "engine/gate.h"
#include "engine/objects_run.h"
#include "engine/probe.h"
#include "engine/run.h"
#include "util/alloc.h"
#include "util/sized.h"

#include <string.h>

#define PROBE_LIMIT_MS 10000 /* a probe that hangs tells nothing */

struct inb_status {
    inb__arena arena;
    inb__history history;
    inb__reconciliation reconciled;
    const inb_table *table;
    bool *confirmed; /* of each migration */
    bool new_database;
    unsigned bits;
};

static const char *const state_names[] = {
    "applied", "pending",        "running",      "failed",      "edited",
    "unknown", "unknown-unsafe", "out-of-order", "rolled-back",
};

const char *inb_migration_state_name(inb_migration_state state)
{
    return (unsigned)state <= INB_STATE_ROLLED_BACK ? state_names[state] : "";
}

static const unsigned state_bits[] = {
    [INB_STATE_APPLIED] = 0,
    [INB_STATE_PENDING] = INB_STATUS_PENDING,
    [INB_STATE_RUNNING] = INB_STATUS_FAILED,
    [INB_STATE_FAILED] = INB_STATUS_FAILED,
    [INB_STATE_EDITED] = INB_STATUS_EDITED,
    [INB_STATE_UNKNOWN] = 0,
    [INB_STATE_UNKNOWN_UNSAFE] = INB_STATUS_UNKNOWN,
    [INB_STATE_OUT_OF_ORDER] = INB_STATUS_PENDING | INB_STATUS_OUT_OF_ORDER,
    [INB_STATE_ROLLED_BACK] = INB_STATUS_PENDING,
};

/* The entry's state as it is reported, which also depends on the lock. */
static inb_migration_state state_refine(const inb__entry *e, bool held)
{
    if (e->state == INB_STATE_FAILED && held) {
        return INB_STATE_RUNNING;
    }
    return e->out_of_order ? INB_STATE_OUT_OF_ORDER : e->state;
}

/* What is gone since the last run need not be called missing, too. */
static bool is_gone(const inb__history *h, const char *finding)
{
    bool gone = false;
    for (size_t i = 0; i < h->n_changes && !gone; i++) {
        const inb__object_change *c = &h->changes[i];
        size_t n = strlen(c->object);
        gone = n && !c->now && strncmp(finding, c->object, n) == 0 &&
               strncmp(finding + n, " is missing", 11) == 0;
    }
    return gone;
}

static void findings_thin(inb__history *h)
{
    size_t kept = 0;
    for (size_t i = 0; i < h->n_findings; i++) {
        if (!is_gone(h, h->findings[i].text)) {
            h->findings[kept++] = h->findings[i];
        }
    }
    h->n_findings = kept;
}

static int status_decide(inb_status *s, inb_error **err)
{
    if (INB__ARENA_ERROR_EXIT(&s->arena)) {
        inb__arena_error_exit_clear(&s->arena);
        return inb__error_nomem(err);
    }
    inb__reconcile(&s->reconciled, &s->arena, s->table, &s->history);
    inb__arena_error_exit_clear(&s->arena);
    bool held = *s->history.lock_holder != '\0';
    for (size_t i = 0; i < s->reconciled.n; i++) {
        inb__entry *e = &s->reconciled.entries[i];
        e->state = state_refine(e, held);
        s->bits |= state_bits[e->state];
    }
    s->bits |= s->reconciled.n_unrelated ? INB_STATUS_UNKNOWN : 0;
    inb__drift_filter(&s->history, &s->reconciled);
    findings_thin(&s->history);
    s->bits |= s->history.n_changes || s->history.n_findings ? INB_STATUS_DRIFT : 0;
    return 0;
}

/* The effect of what is pending, which nothing else tells: of what is applied the history may. */
static int pending_read(const inb_status *s, const inb__unread *unread, inb_error **err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < s->reconciled.n; i++) {
        const inb__entry *e = &s->reconciled.entries[i];
        if ((state_bits[e->state] & INB_STATUS_PENDING) &&
            inb__table_at(s->table, e->migration)->flags & INB__MIGRATION_UNREAD) {
            rc = unread->read(unread->payload, e->migration, err);
        }
    }
    return rc;
}

/* Whether something pending waits for a confirmation, which the database may have. */
static bool confirmations_matter(const inb_status *s)
{
    bool matter = false;
    for (size_t i = 0; i < s->reconciled.n; i++) {
        const inb__entry *e = &s->reconciled.entries[i];
        matter =
            matter || ((state_bits[e->state] & INB_STATUS_PENDING) &&
                       *inb__table_text(s->table, inb__table_at(s->table, e->migration)->before));
    }
    return matter;
}

/* Where they cannot be read, nothing is confirmed. */
static int confirmed_read(inb_status *s, inb__run *run, inb_error **err)
{
    int rc = confirmations_matter(s) ? inb__confirm_read(run, err) : 0;
    size_t n = s->table->n_migrations;
    s->confirmed = rc == 0 ? inb__arena_alloc(&s->arena, n + 1) : NULL;
    if (rc == 0 && !s->confirmed) {
        return inb__error_nomem(err);
    }
    if (rc == 0) {
        memcpy(s->confirmed, run->confirmed, n);
        s->new_database =
            s->history.initial || (s->history.n_rows == 0 && !s->history.has_relations);
    }
    return rc;
}

/* Each migration of the table, and nothing else. */
static bool all_applied(const inb_status *s)
{
    bool all = s->bits == 0;
    for (size_t i = 0; all && i < s->reconciled.n; i++) {
        all = s->reconciled.entries[i].state == INB_STATE_APPLIED;
    }
    return all;
}

static int status_load_all(inb_status *s, inb__run *run, inb_error **err)
{
    const inb__round_trip_query query = {.names = &run->names,
                                         .above = "",
                                         .backfills = true,
                                         .holder = true,
                                         .changes = true,
                                         .expected = s->table};
    inb__history_dispose(&s->history);
    inb__arena_dispose(&s->arena);
    inb__arena_init(&s->history.arena);
    inb__arena_init(&s->arena);
    s->bits = 0;
    int rc = inb__first_look_read(&s->history, run, &query, err);
    rc = rc < 0 ? rc : inb__objects_run_finish(run, &s->history, err);
    return rc < 0 ? rc : status_decide(s, err);
}

static int status_load(inb_status *s, inb__run *run, inb_error **err)
{
    run->connect.any_server = true;
    run->connect.limit_ms = PROBE_LIMIT_MS;
    run->connect.hasty = true;
    int rc = inb__run_connect(run, err);
    if (rc < 0) {
        return rc;
    }
    bool whole = false;
    rc = inb__probe_read(&whole, &s->history, run, err);
    rc = rc < 0 || !whole ? rc : status_decide(s, err);
    if (rc == 0 && !(whole && all_applied(s))) {
        rc = status_load_all(s, run, err);
    }
    rc = rc < 0 ? rc : pending_read(s, run->unread, err);
    return rc < 0 ? rc : confirmed_read(s, run, err);
}

int inb__status_read_unread(inb_status **out, const inb_table *table, const inb__unread *unread,
                            const inb_migrate_options *options, inb_error **err)
{
    INB__REQUIRE(err, out);
    INB__REQUIRE(err, table);
    INB__REQUIRE(err, options);
    inb_status *s = inb__calloc(1, sizeof(*s));
    if (!s) {
        return inb__error_nomem(err);
    }
    s->table = table;
    inb__arena_init(&s->arena);
    inb__arena_init(&s->history.arena);
    inb__run run;
    int rc = inb__run_init(&run, table, options, NULL, err);
    rc = rc < 0 ? rc : inb__confirm_options(&run, err);
    run.unread = unread;
    rc = rc < 0 ? rc : status_load(s, &run, err);
    inb__run_dispose(&run);
    if (rc < 0) {
        inb_status_free(s);
        return rc;
    }
    *out = s;
    return 0;
}

int inb_status_read(inb_status **out, const inb_table *table, const inb_migrate_options *options,
                    inb_error **err)
{
    return inb__status_read_unread(out, table, NULL, options, err);
}

void inb_status_free(inb_status *s)
{
    if (s) {
        inb__history_dispose(&s->history);
        inb__arena_dispose(&s->arena);
        inb__free(s);
    }
}

unsigned inb_status_bits(const inb_status *s)
{
    return s ? s->bits : INB_STATUS_UNDECIDED;
}

bool inb_status_managed(const inb_status *s)
{
    return s && s->history.managed;
}

const char *inb_status_lock_holder(const inb_status *s)
{
    return s ? s->history.lock_holder : "";
}

size_t inb_status_drift_count(const inb_status *s)
{
    return s ? s->history.n_findings + s->history.n_changes : 0;
}

const char *inb_status_drift_at(const inb_status *s, size_t index)
{
    if (index >= inb_status_drift_count(s)) {
        return "";
    }
    const inb__history *h = &s->history;
    return index < h->n_findings ? h->findings[index].text : h->changes[index - h->n_findings].text;
}

size_t inb_status_change_count(const inb_status *s)
{
    return s ? s->history.n_changes : 0;
}

int inb_status_change_at(const inb_status *s, size_t index, inb_status_change *out)
{
    if (!out || index >= inb_status_change_count(s)) {
        return INB_EINVAL;
    }
    const inb__object_change *c = &s->history.changes[index];
    const inb_status_change change = {.kind = c->kind,
                                      .object = c->object,
                                      .change = c->was && !c->now   ? "gone"
                                                : c->now && !c->was ? "new"
                                                                    : "changed",
                                      .was = c->was ? c->was : "",
                                      .now = c->now ? c->now : ""};
    return inb__sized_write(out, &change, sizeof(change));
}

bool inb__status_resumes(const inb_status *s, size_t index)
{
    const inb__entry *e = &s->reconciled.entries[index];
    return e->resumable && e->migration != INB__NOT_IN_TABLE;
}

const char *inb__status_renamed(const inb_status *s, size_t index, size_t n)
{
    const inb__entry *e = &s->reconciled.entries[index];
    bool gone = e->state == INB_STATE_UNKNOWN || e->state == INB_STATE_UNKNOWN_UNSAFE;
    for (size_t i = 0; gone && i < s->reconciled.n; i++) {
        const inb__entry *other = &s->reconciled.entries[i];
        if (state_bits[other->state] & INB_STATUS_PENDING &&
            inb__table_has_checksum(s->table, other->migration, e->row->checksum) && n-- == 0) {
            return other->name;
        }
    }
    return NULL;
}

size_t inb_status_count(const inb_status *s)
{
    return s ? s->reconciled.n : 0;
}

static void embedded_write(inb_status_migration *out, const inb_table *table,
                           const inb_migration *m)
{
    bool declared = (m->flags & INB_MIGRATION_COMPATIBLE) != 0;
    out->cls = (inb_class)m->cls;
    out->class_known = true;
    out->compatible = inb__migration_compatible(m);
    out->reason = inb__table_text(table, declared ? m->compatible_reason : m->reason);
}

/* What holds it back, of a migration that is not applied. */
static void gates_write(inb_status_migration *out, const inb_status *s, const inb__entry *e)
{
    const inb__policy policy = {.confirmed = s->confirmed};
    const inb_migration *m = inb__table_at(s->table, e->migration);
    uint32_t after = inb__table_after(s->table, e->migration);
    bool pending = (state_bits[e->state] & INB_STATUS_PENDING) != 0;
    out->before = inb__table_text(s->table, m->before);
    out->after = after != INB__NOT_IN_TABLE ? inb__table_name(s->table, after) : "";
    out->confirmed = s->confirmed[e->migration];
    out->held = pending && !s->new_database &&
                inb__gate_of(NULL, 0, s->table, &s->reconciled, e, &policy) != INB__GATE_NONE;
}

static void recorded_write(inb_status_migration *out, const inb__history_row *row)
{
    out->cls = row->cls;
    out->class_known = true;
    out->compatible = row->compatible;
    out->reason = row->reason;
}

int inb_status_at(const inb_status *s, size_t index, inb_status_migration *out)
{
    if (!out || index >= inb_status_count(s)) {
        return INB_EINVAL;
    }
    const inb__entry *e = &s->reconciled.entries[index];
    const inb_migration *known =
        e->migration != INB__NOT_IN_TABLE ? inb__table_at(s->table, e->migration) : NULL;
    inb_status_migration m = {.name = e->name,
                              .state = e->state,
                              .started_at = "",
                              .finished_at = "",
                              .logs = "",
                              .reason = "",
                              .application_version = "",
                              .before = "",
                              .after = ""};
    bool recorded = e->row && e->row->has_metadata;
    if (recorded && (!known || known->flags & INB__MIGRATION_UNREAD)) {
        recorded_write(&m, e->row);
    } else if (known && !(known->flags & INB__MIGRATION_UNCLASSED)) {
        embedded_write(&m, s->table, known);
    }
    if (known) {
        gates_write(&m, s, e);
    }
    if (e->row) {
        m.started_at = e->row->started_at;
        m.finished_at = e->row->finished_at;
        m.logs = e->row->logs;
        m.application_version = e->row->program_version;
    }
    return inb__sized_write(out, &m, sizeof(m));
}
