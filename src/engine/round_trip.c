/* The one round trip that reads the state of a database: what is asked, and what a refusal of it
 * means. */
#include "config.h"

#include "engine/round_trip.h"

#include "backfill/backfill_queries.h"
#include "engine/drift.h"
#include "engine/fingerprint.h"
#include "engine/history_fault.h"
#include "engine/objects.h"
#include "engine/queries.h"
#include "engine/session.h"
#include "postgres/sqlstate.h"

/* Where the steps of the one round trip stand in the pipeline; SIZE_MAX: not asked. */
typedef struct places {
    size_t facts, faults, layout, holder, rows, metadata, migrations, statements, fingerprint,
        changes, differences, backfills;
} places;

static size_t step_add(inb__pg_pipe *pipe, const char *sql, int n, const char *const *params)
{
    inb__pg_pipe_add(pipe, inb__str_of(sql), n, params);
    return pipe->steps.n - 1;
}

/* Ends the segment before it. */
static void segment_begin(inb__pg_pipe *pipe)
{
    inb__pg_pipe_sync(pipe);
    step_add(pipe, inb__query_history_read_settings, 0, NULL);
}

/* The same for what PostgreSQL writes about its catalogue. */
static void definitions_begin(inb__pg_pipe *pipe)
{
    segment_begin(pipe);
    step_add(pipe, inb__query_history_output_settings, 0, NULL);
}

static size_t rows_add(inb__pg_pipe *pipe, const inb__names *names)
{
    inb__names_query_add(pipe, names, inb__query_history_rows, 0, NULL);
    return pipe->steps.n - 1;
}

/* What follows in the transaction is read only when history_facts found it, and nothing wrong. */
static void guard_add(inb__pg_pipe *pipe, const char *relation)
{
    step_add(pipe, inb__query_history_guard, 1, &relation);
}

static size_t faults_add(inb__pg_pipe *pipe, const inb__names *names, bool writes)
{
    const char *params[] = {names->schema, writes ? "true" : "false"};
    return step_add(pipe, inb__query_history_faults, 2, params);
}

/* In one transaction, so that the guards know what the facts are. */
static void history_queue(inb__pg_pipe *pipe, const inb__round_trip_query *q, const char *cleared,
                          places *at)
{
    const char *schema[] = {q->names->schema};
    const char *facts[] = {q->names->schema, cleared};
    const char *above[] = {q->names->schema, q->above};
    segment_begin(pipe);
    at->facts = step_add(pipe, inb__query_history_facts, 2, facts);
    if (q->writes) {
        at->faults = faults_add(pipe, q->names, true);
        at->layout = step_add(pipe, inb__query_history_layout, 0, NULL);
    }
    if (q->holder) {
        at->holder = step_add(pipe, inb__query_lock_holder, 0, NULL);
    }
    guard_add(pipe, "history");
    at->rows = rows_add(pipe, q->names);
    guard_add(pipe, "metadata");
    at->metadata = step_add(pipe, inb__query_history_metadata, 1, schema);
    at->migrations = step_add(pipe, inb__query_history_metadata_migrations, 2, above);
    at->statements = step_add(pipe, inb__query_history_metadata_statements, 1, schema);
    if (q->changes) {
        step_add(pipe, inb__query_history_output_settings, 0, NULL);
        at->changes = inb__objects_changes_queue(pipe, q->names->schema);
    }
    if (q->backfills) { /* the last: an older inboard has no such table */
        at->backfills = step_add(pipe, inb__query_backfill_states, 1, schema);
    }
}

static places steps_queue(inb__pg_pipe *pipe, const inb__round_trip_query *q, const char *cleared)
{
    places at = {.faults = SIZE_MAX,
                 .layout = SIZE_MAX,
                 .holder = SIZE_MAX,
                 .fingerprint = SIZE_MAX,
                 .changes = SIZE_MAX,
                 .differences = SIZE_MAX,
                 .backfills = SIZE_MAX};
    if (q->fingerprint) {
        segment_begin(pipe);
        at.fingerprint = inb__fingerprint_queue(pipe);
    }
    history_queue(pipe, q, cleared, &at);
    if (q->expected && q->expected->n_expected > 0) {
        definitions_begin(pipe);
        at.differences = inb__drift_queue(pipe, q->expected, q->names->schema);
    }
    return at;
}

static const inb_result *result_at(const inb__pg_pipe *pipe, size_t at)
{
    return at < pipe->steps.n ? pipe->steps.v[at].result : NULL;
}

/* When memory runs out, the error exit leads here; nothing but the arena is held. */
static int answers_parse(inb__history *h, const inb__pg_pipe *pipe, const places *at,
                         const inb_table *expected, inb_error **err)
{
    const inb__history_answers answers = {
        .settings = result_at(pipe, at->facts - 1),
        .facts = result_at(pipe, at->facts),
        .holder = result_at(pipe, at->holder),
        .rows = result_at(pipe, at->rows),
        .metadata = result_at(pipe, at->metadata),
        .migrations = result_at(pipe, at->migrations),
        .statements = result_at(pipe, at->statements),
        .layout = result_at(pipe, at->layout),
        .backfills = result_at(pipe, at->backfills),
    };
    if (INB__ARENA_ERROR_EXIT(&h->arena)) {
        inb__arena_error_exit_clear(&h->arena);
        return inb__error_nomem(err);
    }
    inb__history_parse(h, &answers);
    inb__drift_parse(h, expected, result_at(pipe, at->differences));
    inb__objects_changes_parse(h, result_at(pipe, at->changes));
    inb__arena_error_exit_clear(&h->arena);
    return 0;
}

static int permission_error(const inb__names *names, inb_error **err)
{
    int rc = inb__error_wrap(err, INB_EPERM, "not permitted to read _prisma_migrations");
    inb__error_prisma(err, "P1010");
    inb__error_hint(err,
                    "Grant it as the owner: GRANT USAGE ON SCHEMA %s TO …; GRANT SELECT ON %s TO "
                    "…; docs/ROLES.md has all rights.",
                    names->schema_ident, names->history);
    return rc;
}

/* A refusal of the server to read, as an error of the caller's set-up: no migration failed. */
static int reading_error(const inb__names *names, bool metadata, inb_error **err)
{
    const char *state = err && *err ? inb_error_sqlstate(*err) : "";
    if (inb__sqlstate_is(state, INB__SQLSTATE_INSUFFICIENT_PRIVILEGE)) {
        return permission_error(names, err);
    }
    if (metadata && err && *err && inb__metadata_broken(*err)) {
        return inb__metadata_error(err);
    }
    if (err && *err && inb__metadata_broken(*err)) {
        int rc = inb__error_wrap(err, INB_EHISTORY, "%s is not the table that Prisma Migrate makes",
                                 names->history);
        inb__error_hint(err, "Rename it, or name another schema in the URL.");
        return rc;
    }
    int rc = inb__error_wrap(err, INB_ECONN, "cannot read the state of the database");
    inb__error_prisma(err, "P1002");
    return rc;
}

/* Why a step has no result: its own refusal, or that of an earlier step of its segment. */
static const inb_error *segment_refusal(const inb__pg_pipe *pipe, size_t step)
{
    while (!pipe->steps.v[step].error && step > 0 && !pipe->steps.v[step - 1].sync) {
        step--;
    }
    return pipe->steps.v[step].error;
}

/* A table that does not exist, or may not be read, is an answer; any other refusal is an error. Of
 * inboard's own tables the facts tell whether they are there: one that is missing then is broken.
 */
static int refusals_check(inb__pg_pipe *pipe, const places *at, const inb__names *names,
                          inb_error **err)
{
    static const char *const no_history[] = {
        INB__SQLSTATE_UNDEFINED_TABLE, INB__SQLSTATE_INVALID_SCHEMA_NAME,
        INB__SQLSTATE_INVALID_TEXT_REPRESENTATION /* the guards */};
    static const char *const no_metadata[] = {
        INB__SQLSTATE_INVALID_TEXT_REPRESENTATION, INB__SQLSTATE_INSUFFICIENT_PRIVILEGE,
        INB__SQLSTATE_FEATURE_NOT_SUPPORTED /* of changes, where Citus has distributed them */};
    const struct {
        size_t step;
        const char *const *absent; /* states that are an answer */
        size_t n_absent;
    } needed[] = {{at->facts, NULL, 0},
                  {at->faults, NULL, 0},
                  {at->layout, NULL, 0},
                  {at->rows, no_history, 3},
                  {at->metadata, no_metadata, 2},
                  {at->migrations, no_metadata, 2},
                  {at->statements, no_metadata, 2},
                  {at->changes, no_metadata, 3},
                  {at->differences, NULL, 0}};
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        size_t step = needed[i].step;
        if (step >= pipe->steps.n || pipe->steps.v[step].result) {
            continue;
        }
        const inb_error *why = segment_refusal(pipe, step);
        if (why &&
            inb__sqlstate_among(inb_error_sqlstate(why), needed[i].absent, needed[i].n_absent)) {
            continue;
        }
        int rc = inb__session_refused(pipe, step, err);
        bool metadata = needed[i].absent == no_metadata;
        return rc == INB_ESQL ? reading_error(names, metadata, err) : rc;
    }
    return 0;
}

/* Rows exist that this role cannot see: every migration would look pending. */
static int hidden_error(const inb__history *h, const inb__names *names, inb_error **err)
{
    int rc =
        inb__error_set(err, INB_EPERM, "row-level security hides rows of %s from the role \"%s\"",
                       names->history, h->user);
    inb__error_hint(err,
                    "As the owner: ALTER TABLE %s DISABLE ROW LEVEL SECURITY; or migrate as the "
                    "table's owner.",
                    names->history);
    return rc;
}

/* cleared: suspects of an earlier one that are without fault. */
static int read_once(inb__history *out, inb_conn *conn, const inb__round_trip_query *query,
                     const char *cleared, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    pipe.keep = true;
    places at = steps_queue(&pipe, query, cleared);
    int64_t before_ms = inb__pg_limit(conn, inb__pg_query_limit(conn));
    int rc = inb__pg_pipe_run(conn, &pipe, err);
    inb__pg_limit(conn, before_ms);
    if (rc == 0) {
        rc = refusals_check(&pipe, &at, query->names, err);
    }
    if (rc == 0) {
        rc = inb__history_fault(result_at(&pipe, at.faults), query->names, err);
    }
    if (rc == 0) {
        *out = (inb__history){.server_version = inb__pg_server_version(conn),
                              .catalogue = "",
                              .fingerprint = "",
                              .lock_holder = "",
                              .current_schema = "",
                              .suspects = ""};
        inb__arena_init(&out->arena);
        rc = answers_parse(out, &pipe, &at, query->expected, err);
        if (rc == 0 && query->fingerprint) {
            const char *text = inb__fingerprint_text(&out->arena, result_at(&pipe, at.fingerprint),
                                                     out->server_version, query->expected);
            out->fingerprint = text ? text : "";
        }
        rc = rc == 0 && out->hidden ? hidden_error(out, query->names, err) : rc;
        if (rc < 0) {
            inb__arena_dispose(&out->arena);
        }
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* What history_facts alone cannot decide. */
static int suspects_check(inb_conn *conn, const inb__names *names, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    segment_begin(&pipe);
    size_t at = faults_add(&pipe, names, false);
    int rc = inb__pg_pipe_run(conn, &pipe, err);
    rc = rc < 0 ? rc : inb__history_fault(result_at(&pipe, at), names, err);
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* The suspects of the first time are without fault: the rows are read after all. */
static int read_again(inb__history *out, inb_conn *conn, const inb__round_trip_query *query,
                      const inb__history *first, inb_error **err)
{
    inb__history again;
    inb__round_trip_query rest = *query;
    rest.writes = false;
    int rc = suspects_check(conn, query->names, err);
    rc = rc < 0 ? rc : read_once(&again, conn, &rest, first->suspects, err);
    if (rc < 0) {
        return rc;
    }
    if (*again.suspects) {
        inb__history_dispose(&again);
        return inb__error_set(err, INB_ECONN, "the owner of %s changed while it was read",
                              query->names->history);
    }
    again.metadata_outdated = first->metadata_outdated;
    again.citus_node = first->citus_node;
    again.citus_tables = first->citus_tables;
    *out = again;
    return 0;
}

int inb__round_trip_read(inb__history *out, inb_conn *conn, const inb__round_trip_query *query,
                         inb_error **err)
{
    inb__history first;
    int rc = read_once(&first, conn, query, "", err);
    if (rc < 0) {
        return rc;
    }
    if (!*first.suspects) {
        *out = first;
        return 0;
    }
    rc = read_again(out, conn, query, &first, err);
    inb__history_dispose(&first);
    return rc;
}
