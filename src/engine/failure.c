/* The failure of a migration: the error that the caller gets, and the record of the attempt. */
#include "config.h"

#include "engine/failure.h"

#include "engine/citus.h"
#include "engine/retry.h"
#include "engine/session.h"
#include "postgres/sqlstate.h"
#include "table/table_read.h"

#include <stdio.h>
#include <string.h>

/* The offset in a statement of a position in characters, from 1. */
static size_t offset_of(inb__str sql, int position)
{
    size_t at = 0;
    for (int i = 1; i < position && at < sql.n; i++) {
        size_t n = 1;
        inb__utf8_decode(sql.p + at, sql.n - at, &n);
        at += n;
    }
    return at;
}

typedef struct spot {
    int line, column;
    inb__str text;
} spot;

static spot spot_of(const inb_table *table, uint32_t migration, int statement, int position)
{
    if (statement <= 0) {
        return (spot){0, 0, {"", 0}};
    }
    inb__str all = inb__table_sql(table, migration);
    inb__str sql = inb__table_statement_sql(table, migration, (uint32_t)statement - 1);
    size_t offset = (size_t)(sql.p - all.p) + offset_of(sql, position);
    inb__place place = inb__place_of(all.p, all.n, offset);
    return (spot){(int)place.line, position > 0 ? (int)place.column : 0,
                  inb__line_at(all.p, all.n, offset)};
}

#define OUTSIDE                                                                                    \
    "Write `-- inboard: no-transaction statement` on a line before the statement: it is then "     \
    "sent "                                                                                        \
    "outside of a transaction block, and each other statement of the file commits separately."

static const char *remedy(const char *sqlstate)
{
    static const struct {
        const char *state, *hint;
    } hints[] = {
        {INB__SQLSTATE_LOCK_NOT_AVAILABLE,
         "Another session held a lock on the table for longer than the retry budget; "
         "inboard.attempts names it. Run again when it has finished."},
        {INB__SQLSTATE_DEADLOCK_DETECTED,
         "Run again: the other session of the deadlock has finished."},
        {INB__SQLSTATE_INSUFFICIENT_PRIVILEGE,
         "Grant the migrating role what the statement needs; docs/ROLES.md has the rights."},
        {INB__SQLSTATE_UNIQUE_VIOLATION,
         "Remove or merge the rows with the same key, then run again."},
        {INB__SQLSTATE_UNSAFE_NEW_ENUM_VALUE_USAGE,
         "Move ALTER TYPE … ADD VALUE to an earlier migration: a new value can be used only after "
         "its transaction has committed."},
        {INB__SQLSTATE_OBJECT_IN_USE,
         "Rows that this migration changed have checks that are deferred to its end: write SET "
         "CONSTRAINTS ALL IMMEDIATE before the statement, or put it into a later migration."},
        {INB__SQLSTATE_ACTIVE_SQL_TRANSACTION, OUTSIDE},
        {INB__SQLSTATE_INVALID_TRANSACTION_TERMINATION, OUTSIDE},
    };
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        if (strcmp(hints[i].state, sqlstate) == 0) {
            return hints[i].hint;
        }
    }
    return NULL;
}

static bool has_advice(const inb_error *server)
{
    return *inb_error_hint(server) || remedy(inb_error_sqlstate(server));
}

/* The server's own word, and what it cannot know of: our directives. */
static void hint_set(const inb_error *server, inb_error **err)
{
    const char *said = inb_error_hint(server), *ours = remedy(inb_error_sqlstate(server));
    bool both = *said && ours && strcmp(ours, OUTSIDE) == 0;
    if (!ours) {
        ours = inb__retry_lost_server(inb_error_sqlstate(server))
                   ? "The migration was rolled back; run again when the server is back."
                   : "The migration was rolled back; correct its file, or the data, and run again.";
    }
    inb__error_hint(err, "%s%s%s", *said ? said : ours, both ? " " : "", both ? ours : "");
}

/* "failed at line 3", "failed at COMMIT, because of line 3", "failed at COMMIT". */
static int failed_set(inb_error **err, int code, const char *name, const inb__record_attempt *a,
                      int line)
{
    const char *what = code == INB_ECONN ? "stopped, because a server was lost," : "failed";
    const char *commit = a->at_commit ? " at COMMIT" : "";
    const char *cause = a->at_commit ? ", because of line" : " at line";
    const char *message = inb_error_message(*err);
    return a->statement > 0 ? inb__error_wrap(err, code, "migration \"%s\" %s%s%s %d: %s", name,
                                              what, commit, cause, line, message)
                            : inb__error_wrap(err, code, "migration \"%s\" %s%s: %s", name, what,
                                              commit, message);
}

#define LINES "The rows can be those of the lines "

/* The line, the server's own words, and what else is known, each on a line. */
static void detail_set(inb_error **err, inb__str text, const inb_error *server,
                       const inb__record_attempt *a)
{
    const char *more = inb_error_detail(server);
    bool several = a->at_commit && a->statement == 0 && *a->lines;
    if (*more || *a->blocked_by || text.n > 0 || several) {
        inb__error_detail(err, "%.*s%s%s%s%s%s%s", INB__STR_ARG(text),
                          *more && text.n > 0 ? "\n" : "", more,
                          *a->blocked_by ? "\nwaited for " : "", a->blocked_by,
                          !several          ? ""
                          : text.n || *more ? "\n" LINES
                                            : LINES,
                          several ? a->lines : "");
    }
}

int inb__failure_error(const inb__run *run, const inb__record_attempt *attempt, inb_error **err)
{
    int statement = attempt->statement;
    uint32_t migration = attempt->migration;
    const inb_migration *m = inb__table_at(run->table, migration);
    const char *name = inb__table_text(run->table, m->name);
    if (!err || !*err) {
        return INB_EMIGRATION;
    }
    const inb_error *server = *err;
    if (inb__citus_refused_worker(server)) {
        return inb__citus_worker_error(err);
    }
    bool lost = inb__retry_lost_server(inb_error_sqlstate(server));
    int code = lost ? INB_ECONN : INB_EMIGRATION;
    spot at = spot_of(run->table, migration, statement, inb_error_column(server));
    int rc = failed_set(err, code, name, attempt, at.line);
    if (rc != code) {
        return rc;
    }
    detail_set(err, at.text, server, attempt);
    hint_set(server, err);
    inb__error_sqlstate(err, inb_error_sqlstate(server));
    inb__error_prisma(err, lost ? "P1017" : "P3018");
    inb__error_place(err, name, statement, at.line, at.column);
    return rc;
}

/* The server's hint stays in front of ours; our remedy for its SQLSTATE does where the run goes on
 * only after the file was corrected. */
static void advice_take(char *out, size_t size, bool has, const inb_error *e)
{
    snprintf(out, size, "%s%s", has ? inb_error_hint(e) : "", has ? " " : "");
}

int inb__failure_resumable_error(const inb__run *run, const inb__record_attempt *attempt,
                                 uint32_t done, bool waited, inb_error **err)
{
    uint32_t n = inb__table_at(run->table, attempt->migration)->n_statements;
    const inb_statement *st = inb__table_statement(run->table, attempt->migration, done);
    bool duplicates = st->kind == INB_STATEMENT_CREATE_INDEX_CONCURRENTLY &&
                      inb__sqlstate_is(inb_error_sqlstate(*err), INB__SQLSTATE_UNIQUE_VIOLATION);
    bool lost = inb__retry_lost_server(inb_error_sqlstate(*err));
    bool said = *inb_error_hint(*err), advised = has_advice(*err);
    char advice[1024];
    int rc = inb__failure_error(run, attempt, err);
    advice_take(advice, sizeof(advice), lost || waited || duplicates ? said : advised, *err);
    if (lost) {
        inb__error_hint(err,
                        "%s%u of %u statements are done; run again when the server is back: the "
                        "migration resumes at this one.",
                        advice, done, n);
    } else if (waited) {
        inb__error_hint(
            err,
            "%sThe statement waits for every older transaction. End those that stay open, or let "
            "it wait longer, and run again: the next run first removes the unfinished index.",
            advice);
    } else if (duplicates) {
        inb__error_hint(
            err,
            "%sRemove or merge the rows of \"%s\" that have the same key, then run again: the "
            "unfinished index was removed, and the migration resumes at this statement.",
            advice, inb__table_text(run->table, st->relation));
    } else {
        inb__error_hint(err,
                        "%s%u of %u statements are done; correct this one and run again: the "
                        "migration resumes there.",
                        advice, done, n);
    }
    return rc;
}

void inb__failure_record(inb__run *run, const inb__record_attempt *attempt)
{
    if (!inb_conn_alive(run->conn)) {
        return;
    }
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_shield(run->conn, true);
    int64_t before_ms = inb__pg_limit(run->conn, inb__pg_query_limit(run->conn));
    if (inb__pg_transaction(run->conn) != INB__PG_TX_IDLE) {
        inb__pg_pipe_add(&pipe, INB__STR("ROLLBACK"), 0, NULL);
        inb__pg_pipe_sync(&pipe);
    }
    inb__session_role_reset_queue(&pipe);
    inb__record_attempt_queue(&pipe, run, attempt);
    inb_error *ignored = NULL;
    if (inb__pg_pipe_run(run->conn, &pipe, &ignored) < 0) {
        inb__log(&run->log, INB_LOG_WARNING, "the failed attempt was not recorded: %s",
                 inb_error_message(ignored));
    }
    inb_error_free(ignored);
    inb__pg_limit(run->conn, before_ms);
    inb__pg_shield(run->conn, false);
    inb__pg_pipe_dispose(&pipe);
    run->clean_needed = true;
}
