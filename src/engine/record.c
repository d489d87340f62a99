/* Queues the statements that write the history and the metadata tables. */
#include "config.h"

#include "engine/record.h"

#include "backfill/backfill_queries.h"
#include "engine/citus.h"
#include "engine/history_fault.h"
#include "engine/queries.h"
#include "inboard.h"
#include "postgres/sqlstate.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A statement about the history, or about the metadata tables, whose names do not vary. */
static void history_add(inb__pg_pipe *pipe, const inb__run *run, const char *query, int n,
                        const char *const *params)
{
    inb__names_query_add(pipe, &run->names, query, n, params);
}

static void metadata_add(inb__pg_pipe *pipe, const char *query, int n, const char *const *params)
{
    inb__pg_pipe_add(pipe, inb__str_of(query), n, params);
}

/* What a plain migration's transaction has besides its statements. */
typedef enum part { PART_BEGIN, PART_GUARD, PART_END, PART_ROW, PART_METADATA, PART_COMMIT } part;

static const struct {
    const char *name; /* in the session */
    const char *query;
} parts[] = {
    [PART_BEGIN] = {"inboard_begin", "BEGIN"},
    [PART_GUARD] = {"inboard_guard", inb__query_record_guard_begin},
    [PART_END] = {"inboard_end", inb__query_record_guard_end},
    [PART_ROW] = {"inboard_row", inb__query_record_applied},
    [PART_METADATA] = {"inboard_metadata", inb__query_record_metadata},
    [PART_COMMIT] = {"inboard_commit", "COMMIT"},
};

static void part_add(inb__pg_pipe *pipe, const inb__run *run, bool prepared, part which, int n,
                     const char *const *params)
{
    if (prepared) {
        inb__pg_pipe_call(pipe, parts[which].name, n, params);
    } else {
        history_add(pipe, run, parts[which].query, n, params);
    }
}

void inb__record_prepare_queue(inb__pg_pipe *pipe, const inb__run *run)
{
    metadata_add(pipe, "DEALLOCATE ALL", 0, NULL);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        inb__names_query_prepare(pipe, &run->names, parts[i].name, parts[i].query);
    }
    inb__pg_pipe_sync(pipe);
}

bool inb__record_incomplete(const inb__history *h, const inb__plan *plan)
{
    return !h->managed || !h->metadata_exists || !h->metadata_row || h->metadata_outdated ||
           (plan->new_database && !h->initial);
}

static bool is_guard(const inb_error *e, const char *text)
{
    return e && strstr(inb_error_message(e), text) != NULL;
}

void inb__record_guard_drop(inb_error **err)
{
    if (err && is_guard(*err, INB__GUARD_ANY)) {
        inb_error_free(*err);
        *err = NULL;
    }
}

int inb__record_guard_error(const inb__run *run, const char *migration, int rc, inb_error **err)
{
    static const struct {
        const char *guard;
        int code;
        const char *message, *hint;
    } meanings[] = {
        {INB__GUARD_ROW, INB_EHISTORY,
         "the history row of \"%s\" was not stored in %s: a trigger or rule suppressed it",
         "Remove the trigger or rule from the table. The migration was rolled back."},
        {INB__GUARD_ORDER, INB_EHISTORY,
         "before \"%s\" a row that this run had stored was removed from %s",
         "Remove the trigger or rule from the table, or stop the session that changes it; then "
         "run again."},
        {INB__GUARD_LOCK, INB_ELOCK,
         "the migration lock was lost in migration \"%s\", whose history is %s",
         "Look for pg_advisory_unlock_all or DISCARD ALL in the migrations, and run again."},
    };
    for (size_t i = 0; rc == INB_ESQL && i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        if (err && is_guard(*err, meanings[i].guard)) {
            inb__record_guard_drop(err);
            /* The formats are those of the table above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            rc = inb__error_set(err, meanings[i].code, meanings[i].message, migration,
                                run->names.history);
#pragma GCC diagnostic pop
            inb__error_hint(err, "%s", meanings[i].hint);
            inb__error_place(err, migration, 0, 0, 0);
            return rc;
        }
    }
    return rc;
}

static int upgrade_error(inb_error **err)
{
    int rc = inb__error_wrap(err, INB_EPERM, "not permitted to add columns to inboard's tables");
    inb__error_prisma(err, "P1010");
    inb__error_hint(err, "Migrate once as their owner; or as their owner: %s; %s;",
                    inb__query_record_migrations_upgrade, inb__query_record_histories_upgrade);
    return rc;
}

static int create_error(const inb__run *run, const inb__history *h, inb_error **err)
{
    if (err && inb__citus_refused_worker(*err)) {
        return inb__citus_worker_error(err);
    }
    if (err && inb__metadata_broken(*err)) {
        return inb__metadata_error(err);
    }
    if (!err || !inb__sqlstate_is(inb_error_sqlstate(*err), INB__SQLSTATE_INSUFFICIENT_PRIVILEGE)) {
        return inb__error_wrap(err, INB_EMIGRATION, "cannot create the migration history tables");
    }
    if (h->metadata_outdated) {
        return upgrade_error(err);
    }
    int rc =
        inb__error_wrap(err, INB_EPERM, "not permitted to create the migration history tables");
    inb__error_prisma(err, "P1010");
    inb__error_hint(err,
                    "As the owner: GRANT USAGE, CREATE ON SCHEMA %s TO \"%s\"; CREATE SCHEMA "
                    "inboard AUTHORIZATION "
                    "\"%s\"; docs/ROLES.md has all rights.",
                    run->names.schema_ident, h->user, h->user);
    return rc;
}

static void tables_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__history *h)
{
    const char *const metadata[] = {
        inb__query_record_histories_table,
        inb__query_record_migrations_table,
        inb__query_record_statements_table,
        inb__query_record_attempts_table,
    };
    const char *const backfills[] = {
        inb__query_backfill_table,
        inb__query_backfill_ranges_table,
        inb__query_backfill_rows_table,
    };
    if (!h->schema_exists) {
        history_add(pipe, run, inb__query_record_schema, 0, NULL);
    }
    if (!h->managed) {
        history_add(pipe, run, inb__query_record_prisma_table, 0, NULL);
    }
    if (!h->metadata_schema) {
        metadata_add(pipe, inb__query_record_metadata_schema, 0, NULL);
    }
    for (size_t i = 0; !h->metadata_exists && i < sizeof(metadata) / sizeof(metadata[0]); i++) {
        metadata_add(pipe, metadata[i], 0, NULL);
    }
    if (h->metadata_outdated) {
        metadata_add(pipe, inb__query_record_migrations_upgrade, 0, NULL);
        metadata_add(pipe, inb__query_record_histories_upgrade, 0, NULL);
    }
    bool incomplete = !h->metadata_exists || h->metadata_outdated;
    for (size_t i = 0; incomplete && i < sizeof(backfills) / sizeof(backfills[0]); i++) {
        metadata_add(pipe, backfills[i], 0, NULL);
    }
}

int inb__record_create(inb__run *run, const inb__history *h, const inb__plan *plan, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    const char *row[] = {run->names.schema, plan->new_database ? "true" : "false"};
    metadata_add(&pipe, "BEGIN", 0, NULL);
    metadata_add(&pipe, inb__query_citus_ordinary, 0, NULL);
    tables_queue(&pipe, run, h);
    metadata_add(&pipe, inb__query_record_history, 2, row);
    metadata_add(&pipe, "COMMIT", 0, NULL);
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    if (rc == INB_ESQL) {
        rc = create_error(run, h, err);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* Statements of a span that set modes: a BEGIN that takes the place of ours, or SET TRANSACTION. */
static inb__str mode_sql(const inb__run *run, const inb__record_span *span, uint32_t k, bool begin)
{
    const inb_statement *st = inb__table_statement(run->table, span->migration, span->first + k);
    bool wanted = st->flags & INB_STATEMENT_OPENS && (st->kind == INB_STATEMENT_BEGIN) == begin;
    return wanted ? inb__table_statement_sql(run->table, span->migration, span->first + k)
                  : INB__STR("");
}

/* SET TRANSACTION has to come before any query. */
static void open_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_span *span,
                       bool prepared)
{
    inb__str begin = INB__STR("");
    uint32_t n = span ? span->n : 0;
    for (uint32_t k = 0; k < n; k++) {
        inb__str sql = mode_sql(run, span, k, true);
        begin = sql.n ? sql : begin;
    }
    if (begin.n) {
        inb__pg_pipe_add(pipe, begin, 0, NULL);
    } else {
        part_add(pipe, run, prepared, PART_BEGIN, 0, NULL);
    }
    for (uint32_t k = 0; k < n; k++) {
        inb__str sql = mode_sql(run, span, k, false);
        if (sql.n) {
            inb__pg_pipe_add(pipe, sql, 0, NULL);
        }
    }
}

size_t inb__record_next_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_span *span,
                              const inb__record_guard *g)
{
    char timeout[32];
    snprintf(timeout, sizeof(timeout), "%" PRId64, run->options.lock_timeout_ms);
    const char *params[] = {timeout, g->same_session ? "false" : "true",
                            g->same_session && g->after ? g->after : ""};
    open_queue(pipe, run, span, g->prepared);
    part_add(pipe, run, g->prepared, PART_GUARD, 3, params);
    size_t at = pipe->steps.n - 1;
    if (g->after && !g->same_session) {
        history_add(pipe, run, inb__query_record_guard_order, 1, &g->after);
    }
    return at;
}

size_t inb__record_begin_queue(inb__pg_pipe *pipe, const inb__run *run,
                               const inb__record_span *span)
{
    return inb__record_next_queue(pipe, run, span, &(inb__record_guard){0});
}

typedef struct row_texts {
    char checksum[65];
    const char *name, *cls, *version, *transactional, *compatible, *reason;
} row_texts;

static row_texts row_texts_of(const inb__run *run, const inb__record_row *row)
{
    const inb_migration *m = inb__table_at(run->table, row->migration);
    row_texts t = {.name = inb__table_text(run->table, m->name),
                   .cls = inb_class_name(m->cls),
                   .version =
                       run->options.application_version ? run->options.application_version : "",
                   .transactional = inb__migration_transactional(m) ? "true" : "false"};
    bool declared = (m->flags & INB_MIGRATION_COMPATIBLE) != 0;
    t.compatible = inb__migration_compatible(m) ? "true" : "false";
    t.reason = inb__table_text(run->table, declared ? m->compatible_reason : m->reason);
    inb__hex(t.checksum, m->checksums[0], sizeof(m->checksums[0]));
    return t;
}

/* With the last row of a plan the first bring-up of the database is complete. */
static void complete_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row)
{
    const char *params[] = {run->names.schema};
    if (row->last) {
        metadata_add(pipe, inb__query_record_complete, 1, params);
    }
}

/* A row of the history, and its row in inboard.migrations. query NULL: a finished one. */
static void row_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row,
                      const char *query)
{
    row_texts t = row_texts_of(run, row);
    const char *history[] = {row->id, t.checksum, t.name};
    const char *metadata[] = {row->id,         run->names.schema, t.name,      t.cls,
                              t.transactional, t.version,         run->run_id, inb_version(),
                              t.compatible,    t.reason};
    if (query) {
        history_add(pipe, run, query, 3, history);
    } else {
        part_add(pipe, run, row->prepared, PART_ROW, 3, history);
    }
    part_add(pipe, run, row->prepared, PART_METADATA, 10, metadata);
}

void inb__record_finish_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row)
{
    part_add(pipe, run, row->prepared, PART_END, 1, &row->id);
    row_queue(pipe, run, row, NULL);
    complete_queue(pipe, run, row);
    part_add(pipe, run, row->prepared, PART_COMMIT, 0, NULL);
}

void inb__record_started_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row)
{
    row_queue(pipe, run, row, inb__query_record_started);
}

void inb__record_finished_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row)
{
    row_texts t = row_texts_of(run, row);
    const char *history[] = {row->id, t.checksum};
    const char *metadata[] = {row->id,       t.cls,        t.version, run->run_id,
                              inb_version(), t.compatible, t.reason};
    history_add(pipe, run, inb__query_record_finished, 2, history);
    metadata_add(pipe, inb__query_record_metadata_finished, 7, metadata);
    complete_queue(pipe, run, row);
}

void inb__record_failed_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row,
                              const char *logs)
{
    row_texts t = row_texts_of(run, row);
    const char *params[] = {row->id, t.checksum, t.name, logs};
    history_add(pipe, run, inb__query_record_failed, 4, params);
}

void inb__record_rolled_back_queue(inb__pg_pipe *pipe, const inb__run *run, const char *name)
{
    history_add(pipe, run, inb__query_record_rolled_back, 1, &name);
}

void inb__record_baseline_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row)
{
    row_queue(pipe, run, row, inb__query_record_baseline);
}

void inb__record_logs_queue(inb__pg_pipe *pipe, const inb__run *run, const char *id,
                            const char *logs)
{
    const char *params[] = {id, logs};
    history_add(pipe, run, inb__query_record_logs, 2, params);
}

void inb__record_statement_queue(inb__pg_pipe *pipe, const char *id, uint32_t number,
                                 const uint8_t digest[32], bool done)
{
    char n[16], hex[65];
    snprintf(n, sizeof(n), "%" PRIu32, number);
    inb__hex(hex, digest, 32);
    const char *params[] = {id, n, hex};
    metadata_add(pipe, done ? inb__query_record_statement_done : inb__query_record_statement_begun,
                 3, params);
}

void inb__record_statement_existing_queue(inb__pg_pipe *pipe, const char *id, uint32_t number,
                                          const char *indexes)
{
    char n[16];
    snprintf(n, sizeof(n), "%" PRIu32, number);
    const char *params[] = {id, n, indexes};
    metadata_add(pipe, inb__query_record_statement_existing, 3, params);
}

void inb__record_statement_undo_queue(inb__pg_pipe *pipe, const char *id, uint32_t number)
{
    char n[16];
    snprintf(n, sizeof(n), "%" PRIu32, number);
    const char *params[] = {id, n};
    metadata_add(pipe, inb__query_record_statement_undo, 2, params);
}

/* What a guard's refusal is recorded as, NULL for another one. */
static const char *guard_meaning(const inb_error *e)
{
    static const char *const meanings[][2] = {
        {INB__GUARD_LOCK, "the migration lock was lost"},
        {INB__GUARD_ORDER, "a row that this run had stored was removed from the history"},
        {INB__GUARD_ROW, "the history row was not stored"},
        {INB__GUARD_ENDED, "the migration ended its own transaction"},
    };
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        if (is_guard(e, meanings[i][0])) {
            return meanings[i][1];
        }
    }
    return NULL;
}

void inb__record_attempt_queue(inb__pg_pipe *pipe, const inb__run *run,
                               const inb__record_attempt *attempt)
{
    const inb_migration *m = inb__table_at(run->table, attempt->migration);
    const char *guard = guard_meaning(attempt->error);
    char statement[16], duration[24];
    snprintf(statement, sizeof(statement), "%d", attempt->statement);
    snprintf(duration, sizeof(duration), "%" PRId64, attempt->duration_us);
    const char *params[] = {run->names.schema,
                            inb__table_text(run->table, m->name),
                            run->run_id,
                            statement,
                            guard ? "" : inb_error_sqlstate(attempt->error),
                            guard ? guard : inb_error_message(attempt->error),
                            attempt->blocked_by,
                            duration};
    metadata_add(pipe, inb__query_record_attempt, 8, params);
}

void inb__record_renamed_queue(inb__pg_pipe *pipe, const inb__run *run, const char *was,
                               const char *is, bool metadata)
{
    const char *params[] = {run->names.schema, was, is};
    history_add(pipe, run, inb__query_record_renamed, 2, params + 1);
    if (metadata) {
        metadata_add(pipe, inb__query_record_renamed_metadata, 3, params);
    }
}

void inb__record_forget_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__history *h)
{
    const char *history = run->names.schema;
    metadata_add(pipe, inb__query_record_forget_migrations, 1, &history);
    metadata_add(pipe, inb__query_record_forget_attempts, 1, &history);
    metadata_add(pipe, inb__query_record_forget_history, 1, &history);
    if (!h->metadata_outdated) { /* else there is no table of them yet */
        metadata_add(pipe, inb__query_backfill_forget, 1, &history);
    }
}
