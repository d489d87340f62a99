#include "config.h"

#include "engine/record.h"

#include "engine/history_sql.h"
#include "engine/record_sql.h"
#include "engine/session.h"
#include "inboard.h"
#include "postgres/sqlstate.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>

/* Text in the pipeline's arena; out of memory is remembered by the pipeline. */
static inb__str made(inb__pg_pipe *pipe, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static inb__str made(inb__pg_pipe *pipe, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = inb__arena_vprintf(&pipe->arena, fmt, ap);
    va_end(ap);
    pipe->failed = pipe->failed || !s;
    return inb__str_of(s ? s : "");
}

static void add(inb__pg_pipe *pipe, const char *sql)
{
    inb__pg_pipe_add(pipe, inb__str_of(sql), 0, NULL);
}

bool inb__record_incomplete(const inb__history *h, const inb__plan *plan)
{
    return !h->managed || !h->metadata_exists || !h->metadata_row ||
           (plan->new_database && !h->initial);
}

static int create_error(const inb__run *run, const inb__history *h, inb_error **err)
{
    if (!err || !inb__sqlstate_is(inb_error_sqlstate(*err), INB__SQLSTATE_INSUFFICIENT_PRIVILEGE)) {
        return inb__error_wrap(err, INB_EMIGRATION,
                               "cannot make the tables of the migration history");
    }
    int rc = inb__error_wrap(err, INB_EPERM,
                             "not permitted to make the tables of the migration history");
    inb__error_prisma(err, "P1010");
    inb__error_hint(err,
                    "As the owner: GRANT USAGE, CREATE ON SCHEMA %s TO \"%s\"; CREATE SCHEMA "
                    "inboard AUTHORIZATION "
                    "\"%s\"; docs/ROLES.md has all rights.",
                    run->names.schema_ident, h->user, h->user);
    return rc;
}

int inb__record_create(inb__run *run, const inb__history *h, const inb__plan *plan, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    add(&pipe, "BEGIN");
    if (!h->schema_exists) {
        inb__pg_pipe_add(
            &pipe, made(&pipe, "CREATE SCHEMA IF NOT EXISTS %s", run->names.schema_ident), 0, NULL);
    }
    if (!h->managed) {
        inb__pg_pipe_add(&pipe, made(&pipe, INB__SQL_PRISMA_TABLE, run->names.history), 0, NULL);
    }
    if (!h->metadata_schema) {
        add(&pipe,
            "CREATE SCHEMA inboard"); /* IF NOT EXISTS would ask for a right on the database */
    }
    for (int i = h->metadata_exists ? -1 : 0; i >= 0 && inb__sql_metadata_tables[i]; i++) {
        add(&pipe, inb__sql_metadata_tables[i]);
    }
    const char *row[] = {run->names.schema, plan->new_database ? "true" : "false"};
    inb__pg_pipe_add(&pipe, inb__str_of(inb__sql_metadata_row), 2, row);
    add(&pipe, "COMMIT");
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    if (rc == INB_ESQL) {
        rc = create_error(run, h, err);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

void inb__record_begin_queue(inb__pg_pipe *pipe, const inb__run *run, const char *after)
{
    char timeout[32];
    snprintf(timeout, sizeof(timeout), "%" PRId64, run->options.lock_timeout_ms);
    const char *params[] = {timeout, after};
    add(pipe, "BEGIN");
    inb__pg_pipe_add(pipe, made(pipe, INB__SQL_GUARD, run->names.history), 2, params);
}

typedef struct row_texts {
    char checksum[65];
    const char *name, *cls, *version, *last;
} row_texts;

static row_texts row_texts_of(const inb__run *run, const inb__record_row *row)
{
    const inb_migration *m = inb__table_at(run->table, row->migration);
    row_texts t = {.name = inb__table_text(run->table, m->name),
                   .cls = inb_class_name(m->cls),
                   .version =
                       run->options.application_version ? run->options.application_version : "",
                   .last = row->last ? "true" : "false"};
    inb__hex(t.checksum, m->checksum, sizeof(m->checksum));
    return t;
}

void inb__record_finish_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row)
{
    row_texts t = row_texts_of(run, row);
    const char *params[] = {row->id,     t.checksum,    t.name, run->names.schema, t.cls, t.version,
                            run->run_id, inb_version(), t.last};
    inb__pg_pipe_add(pipe, made(pipe, INB__SQL_FINISH, run->names.history), 9, params);
}

void inb__record_started_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row)
{
    row_texts t = row_texts_of(run, row);
    const char *params[] = {row->id, t.checksum, t.name,      run->names.schema,
                            t.cls,   t.version,  run->run_id, inb_version()};
    inb__pg_pipe_add(pipe, made(pipe, INB__SQL_STARTED, run->names.history), 8, params);
}

void inb__record_finished_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row)
{
    row_texts t = row_texts_of(run, row);
    const char *params[] = {row->id,   t.checksum,  run->names.schema, t.cls,
                            t.version, run->run_id, inb_version(),     t.last};
    inb__pg_pipe_add(pipe, made(pipe, INB__SQL_FINISHED, run->names.history), 8, params);
}

void inb__record_failed_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row,
                              const char *logs)
{
    row_texts t = row_texts_of(run, row);
    const char *params[] = {row->id, t.checksum, t.name, logs};
    inb__pg_pipe_add(pipe, made(pipe, INB__SQL_FAILED, run->names.history), 4, params);
}

void inb__record_rolled_back_queue(inb__pg_pipe *pipe, const inb__run *run, const char *name)
{
    inb__pg_pipe_add(pipe, made(pipe, INB__SQL_ROLLED_BACK, run->names.history), 1, &name);
}

void inb__record_baseline_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row)
{
    row_texts t = row_texts_of(run, row);
    const inb_migration *m = inb__table_at(run->table, row->migration);
    const char *transactional = inb__migration_transactional(m) ? "true" : "false";
    const char *params[] = {row->id,       t.checksum, t.name,      run->names.schema, t.cls,
                            transactional, t.version,  run->run_id, inb_version()};
    inb__pg_pipe_add(pipe, made(pipe, INB__SQL_BASELINE, run->names.history), 9, params);
}

void inb__record_logs_queue(inb__pg_pipe *pipe, const inb__run *run, const char *id,
                            const char *logs)
{
    const char *params[] = {id, logs};
    inb__pg_pipe_add(pipe, made(pipe, INB__SQL_LOGS, run->names.history), 2, params);
}

void inb__record_statement_queue(inb__pg_pipe *pipe, const char *id, uint32_t number,
                                 const uint8_t digest[32], bool done)
{
    char n[16], hex[65];
    snprintf(n, sizeof(n), "%" PRIu32, number);
    inb__hex(hex, digest, 32);
    const char *params[] = {id, n, hex};
    inb__pg_pipe_add(pipe, inb__str_of(done ? inb__sql_statement_done : inb__sql_statement_begun),
                     3, params);
}

void inb__record_statement_existing_queue(inb__pg_pipe *pipe, const char *id, uint32_t number,
                                          const char *schema, const char *table)
{
    char n[16];
    snprintf(n, sizeof(n), "%" PRIu32, number);
    const char *params[] = {id, n, schema, table};
    inb__pg_pipe_add(pipe, inb__str_of(inb__sql_statement_existing), 4, params);
}

void inb__record_statement_undo_queue(inb__pg_pipe *pipe, const char *id, uint32_t number)
{
    char n[16];
    snprintf(n, sizeof(n), "%" PRIu32, number);
    const char *params[] = {id, n};
    inb__pg_pipe_add(pipe, inb__str_of(inb__sql_statement_undo), 2, params);
}

void inb__record_attempt_queue(inb__pg_pipe *pipe, const inb__run *run,
                               const inb__record_attempt *attempt)
{
    const inb_migration *m = inb__table_at(run->table, attempt->migration);
    char statement[16], duration[24];
    snprintf(statement, sizeof(statement), "%d", attempt->statement);
    snprintf(duration, sizeof(duration), "%" PRId64, attempt->duration_us);
    const char *params[] = {run->names.schema,
                            inb__table_text(run->table, m->name),
                            run->run_id,
                            statement,
                            inb_error_sqlstate(attempt->error),
                            inb_error_message(attempt->error),
                            attempt->blocked_by,
                            duration};
    inb__pg_pipe_add(pipe, inb__str_of(inb__sql_attempt), 8, params);
}

void inb__record_catalogue_queue(inb__pg_pipe *pipe, const inb__run *run)
{
    const char *params[] = {run->names.schema};
    inb__pg_pipe_add(pipe, inb__str_of(inb__sql_local_settings), 0, NULL);
    inb__str tail = made(pipe, INB__SQL_CATALOGUE_TAIL, run->names.history);
    inb__pg_pipe_add(
        pipe, made(pipe, "%s%s%s", INB__SQL_CATALOGUE_HEAD, inb__sql_catalogue, tail.p), 1, params);
}
