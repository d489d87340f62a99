/* Tells that nothing is pending by the least that does, and finds the schema of a URL that names
 * none, as Prisma does: the session's current schema. */
#include "config.h"

#include "engine/first_look.h"

#include "engine/fingerprint.h"
#include "engine/mismatch.h"
#include "engine/queries.h"
#include "postgres/server_version.h"
#include "table/table_read.h"
#include "util/alloc.h"

#include <stdlib.h>
#include <string.h>

/* Whether the history is to be looked for in another schema than the one that was assumed. */
static bool leads_elsewhere(const inb__run *run, const char *current)
{
    return *current && strncmp(current, "pg_", 3) != 0 && strcmp(current, run->names.schema) != 0;
}

/* After a refusal, which may be about a schema that is not ours. "" when it cannot be learnt. */
static const char *current_schema(inb__run *run)
{
    inb_result *r = NULL;
    inb_error *ignored = NULL;
    const char *schema = NULL;
    if (inb_conn_alive(run->conn) &&
        inb_conn_exec(run->conn, inb__query_history_current_schema, 0, NULL, &r, &ignored) == 0) {
        const char *value = inb_result_value(r, 0, 0);
        schema = value ? inb__arena_strdup(&run->arena, value) : NULL;
    }
    inb_error_free(ignored);
    inb_result_free(r);
    return schema ? schema : "";
}

static int schema_take(inb__run *run, const char *schema, inb_error **err)
{
    int rc = inb__names_init(&run->names, &run->arena, run->conn, schema, err);
    if (rc == 0) {
        run->session.search_path = run->names.schema_ident;
        run->policy.schema = run->names.schema;
    }
    return rc;
}

static int two_places_error(const inb__run *run, const char *other, inb_error **err)
{
    int rc = inb__error_set(err, INB_EHISTORY,
                            "the search_path leads to the schema \"%s\", and the history is in the "
                            "schema \"%s\"",
                            run->names.schema, other);
    inb__error_hint(err, "Add the schema to the URL: schema=%s goes on with that history.", other);
    return rc;
}

static int elsewhere_read(inb__history *out, inb__run *run, const inb__round_trip_query *query,
                          const char *schema, bool managed_here, inb_error **err)
{
    const char *assumed = run->names.schema;
    int rc = schema_take(run, schema, err);
    rc = rc < 0 ? rc : inb__round_trip_read(out, run->conn, query, err);
    if (rc == 0 && managed_here && !out->managed) {
        rc = two_places_error(run, assumed, err);
        inb__history_dispose(out);
    }
    return rc;
}

/* The schema to look at instead, in the arena of the run; NULL: the one that was assumed is right.
 */
static const char *other_schema(inb__run *run, const inb__history *first)
{
    if (run->url.schema_given || run->schema_known) {
        return NULL;
    }
    const char *current =
        first ? inb__arena_strdup(&run->arena, first->current_schema) : current_schema(run);
    run->schema_known = first || (current && *current);
    return current && leads_elsewhere(run, current) ? current : NULL;
}

int inb__first_look_read(inb__history *out, inb__run *run, const inb__round_trip_query *query,
                         inb_error **err)
{
    inb__history first;
    inb_error *why = NULL;
    int rc = inb__round_trip_read(&first, run->conn, query, &why);
    const char *other = other_schema(run, rc == 0 ? &first : NULL);
    if (other) {
        bool managed = rc == 0 && first.managed;
        if (rc == 0) {
            inb__history_dispose(&first);
        }
        inb_error_free(why);
        return elsewhere_read(out, run, query, other, managed, err);
    }
    if (rc == 0) {
        *out = first;
    } else if (err) {
        *err = why;
    } else {
        inb_error_free(why);
    }
    return rc;
}

/* The statements of the round trip that only asks whether anything is pending; and, for a session
 * that asks again and again, their names in it, with one that counts in place of one that lists. */
enum { STEP_SETTINGS, STEP_GUARD, STEP_ROWS };
static const struct {
    const char *name, *query;
} counting[] = {
    [STEP_SETTINGS] = {"inboard_look", inb__query_first_look_settings},
    [STEP_GUARD] = {"inboard_look_guard", inb__query_first_look_guard},
    [STEP_ROWS] = {"inboard_look_count", inb__query_first_look_count},
};

#define N_GUARD_PARAMS 5

/* program: where the text of one may live; metadata: whether inboard's own tables are read, too. */
static void guard_params(const char *params[N_GUARD_PARAMS],
                         char program[INB__MISMATCH_PROGRAM_SIZE], const inb__run *run,
                         bool metadata)
{
    bool virtual_columns = inb__pg_server_version(run->conn) >= INB__SERVER_VIRTUAL_COLUMNS;
    params[0] = run->names.history;
    params[1] = virtual_columns ? "true" : "false";
    params[2] = run->table->n_expected ? program : NULL;
    params[3] = metadata ? "inboard.histories" : run->names.history;
    params[4] = metadata ? "inboard.migrations" : run->names.history;
    inb__mismatch_program(program, run->table);
}

void inb__first_look_guard_queue(inb__pg_pipe *pipe, const inb__run *run, bool metadata)
{
    const char *guard[N_GUARD_PARAMS];
    char program[INB__MISMATCH_PROGRAM_SIZE];
    guard_params(guard, program, run, metadata);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_first_look_settings), 0, NULL);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_first_look_guard), N_GUARD_PARAMS, guard);
}

/* A release job says what was changed by hand though nothing is pending: in a segment of its own,
 * whether the catalogue has the fingerprint that the last run left. */
static void look_queue(inb__pg_pipe *pipe, const inb__run *run)
{
    inb__first_look_guard_queue(pipe, run, false);
    inb__names_query_add(pipe, &run->names, inb__query_first_look_rows, 0, NULL);
    if (run->options.mode == INB_MODE_RELEASE) {
        inb__pg_pipe_sync(pipe);
        inb__first_look_guard_queue(pipe, run, true);
        inb__fingerprint_stored_queue(pipe, run->names.schema);
    }
}

/* Of two that cannot both be read nothing is said. */
static void drift_decide(inb__run *run, const inb__pg_pipe *pipe)
{
    bool same = false;
    if (pipe->steps.n > STEP_ROWS + 1 && pipe->steps.v[pipe->steps.n - 1].result) {
        run->drift_likely =
            inb__fingerprint_compare(&same, &run->arena, pipe, pipe->steps.n - 2,
                                     inb__pg_server_version(run->conn), run->table) &&
            !same;
        run->drift_told = same;
    }
}

void inb__first_look_prepare_queue(inb__pg_pipe *pipe, const inb__run *run)
{
    for (size_t i = 0; i < sizeof(counting) / sizeof(counting[0]); i++) {
        inb__names_query_prepare(pipe, &run->names, counting[i].name, counting[i].query);
    }
}

void inb__first_look_count_queue(inb__pg_pipe *pipe, const inb__run *run)
{
    const char *guard[N_GUARD_PARAMS];
    char program[INB__MISMATCH_PROGRAM_SIZE];
    guard_params(guard, program, run, false);
    inb__pg_pipe_call(pipe, counting[STEP_SETTINGS].name, 0, NULL);
    inb__pg_pipe_call(pipe, counting[STEP_GUARD].name, N_GUARD_PARAMS, guard);
    inb__pg_pipe_call(pipe, counting[STEP_ROWS].name, 0, NULL);
}

bool inb__first_look_counted(const inb__run *run, const inb_result *answer)
{
    const char *count = answer ? inb_result_value(answer, 0, 0) : NULL;
    return count && strtoul(count, NULL, 10) == run->table->n_migrations;
}

static bool value_is_true(const inb_result *r, int row, int column)
{
    const char *v = inb_result_value(r, row, column);
    return v && *v == 't';
}

/* Whether each row is that of another migration of the table, and applied. */
static bool rows_are_applied(bool *seen, const inb_table *table, const inb_result *rows)
{
    for (int i = 0; i < inb_result_rows(rows); i++) {
        const char *name = inb_result_value(rows, i, INB__FIRST_LOOK_NAME);
        const char *checksum = inb_result_value(rows, i, INB__FIRST_LOOK_CHECKSUM);
        if (!name || !checksum || !value_is_true(rows, i, INB__FIRST_LOOK_APPLIED)) {
            return false;
        }
        bool in_place = strcmp(name, inb__table_name(table, (uint32_t)i)) == 0;
        uint32_t at = in_place ? (uint32_t)i : inb__table_find(table, name);
        if (at == INB__NOT_IN_TABLE || seen[at] || !inb__table_has_checksum(table, at, checksum)) {
            return false;
        }
        seen[at] = true;
    }
    return true;
}

/* Whether the migrations that are not applied are the last ones, and this mode may apply each. */
static bool rest_is_pending(const bool *seen, const inb__run *run)
{
    const inb_table *t = run->table;
    bool begun = false;
    for (uint32_t i = 0; i < t->n_migrations; i++) {
        const inb_migration *m = inb__table_at(t, i);
        bool additive = m->cls == INB_CLASS_ADDITIVE && !(m->flags & INB__MIGRATION_UNCLASSED);
        if (seen[i] ? begun : run->options.mode == INB_MODE_START && !additive) {
            return false;
        }
        begun = begun || !seen[i];
    }
    return seen[0];
}

static int rows_decide(inb__look *out, const inb__run *run, const inb_result *rows, inb_error **err)
{
    const inb_table *t = run->table;
    uint32_t n = (uint32_t)inb_result_rows(rows);
    if (t->n_migrations == 0 || n > t->n_migrations) {
        return 0;
    }
    bool *seen = inb__calloc(t->n_migrations, sizeof(*seen));
    if (!seen) {
        return inb__error_nomem(err);
    }
    if (rows_are_applied(seen, t, rows)) {
        *out = n == t->n_migrations         ? INB__LOOK_DONE
               : rest_is_pending(seen, run) ? INB__LOOK_PENDING
                                            : INB__LOOK_UNSURE;
    }
    inb__free(seen);
    return 0;
}

/* That the server process is the one of the connection: a pooler is looked for otherwise. */
static bool is_direct(const inb__run *run, const inb_result *settings)
{
    const char *pid = inb_result_value(settings, 0, INB__FIRST_LOOK_PID);
    return pid && atoi(pid) == inb__pg_backend_pid(run->conn) &&
           inb__pg_server_version(run->conn) >= INB__SERVER_OLDEST && !run->url.pgbouncer;
}

bool inb__first_look_leads_elsewhere(const inb__run *run, const inb_result *settings)
{
    const char *current =
        settings ? inb_result_value(settings, 0, INB__FIRST_LOOK_CURRENT_SCHEMA) : NULL;
    return !run->url.schema_given && !run->schema_known && current && leads_elsewhere(run, current);
}

/* *elsewhere: the schema, in the arena of the run, to which the session's search_path leads; NULL:
 * the one of the names is right. */
static int look_once(inb__look *out, const char **elsewhere, inb__run *run, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    pipe.keep = true;
    look_queue(&pipe, run);
    int64_t before_ms = inb__pg_limit(run->conn, inb__pg_query_limit(run->conn));
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    inb__pg_limit(run->conn, before_ms);
    const inb_result *settings = rc == 0 ? pipe.steps.v[STEP_SETTINGS].result : NULL;
    const inb_result *rows = rc == 0 ? pipe.steps.v[STEP_ROWS].result : NULL;
    if (inb__first_look_leads_elsewhere(run, settings)) {
        *elsewhere = inb__arena_strdup(
            &run->arena, inb_result_value(settings, 0, INB__FIRST_LOOK_CURRENT_SCHEMA));
    } else if (rows) {
        drift_decide(run, &pipe);
        rc = rows_decide(out, run, rows, err);
        *out = *out == INB__LOOK_PENDING && !is_direct(run, settings) ? INB__LOOK_UNSURE : *out;
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

int inb__first_look(inb__look *out, inb__run *run, inb_error **err)
{
    const char *assumed = run->names.schema, *elsewhere = NULL;
    *out = INB__LOOK_UNSURE;
    int rc = look_once(out, &elsewhere, run, err);
    if (rc < 0 || !elsewhere) {
        return rc;
    }
    rc = schema_take(run, elsewhere, err);
    run->schema_known = true;
    rc = rc < 0 ? rc : look_once(out, &elsewhere, run, err);
    run->schema_known = rc == 0 && *out != INB__LOOK_UNSURE;
    return rc < 0 || run->schema_known ? rc : schema_take(run, assumed, err);
}
