/*
 * What is written: _prisma_migrations to the byte as Prisma Migrate makes it, and the metadata
 * tables in the schema "inboard", which tools that read the application's schema do not see.
 *
 * inboard.histories   one row for each _prisma_migrations of the database: is its first bring-up
 * complete, and the description of the catalogue as the last run left it inboard.migrations  by the
 * id of the row in _prisma_migrations: class, program version, run, times inboard.statements  the
 * statements of non-transactional migrations: digest and state inboard.attempts    what failed:
 * SQLSTATE, message, who was in the way
 */
#ifndef INB_ENGINE_RECORD_H
#define INB_ENGINE_RECORD_H

#include "engine/run.h"

/* True when inb__record_create has something to do. */
bool inb__record_incomplete(const inb__history *history, const inb__plan *plan);

/* Makes what is missing, in one transaction and one round trip. INB_EPERM says which right is
 * missing. */
int inb__record_create(inb__run *run, const inb__history *history, const inb__plan *plan,
                       inb_error **err) __attribute__((warn_unused_result));

/* What a row of _prisma_migrations and its metadata are made of. */
typedef struct inb__record_row {
    const char *id;
    uint32_t migration;
    bool last;     /* with it everything is applied: the first bring-up is complete */
    bool prepared; /* the session has the statements of inb__record_prepare_queue */
} inb__record_row;

/* Queues preparing what the transactions of plain migrations consist of, in a segment of its own.
 */
void inb__record_prepare_queue(inb__pg_pipe *pipe, const inb__run *run);

/* The statements of a migration that are one transaction: n from the first one on. */
typedef struct inb__record_span {
    uint32_t migration, first, n;
} inb__record_span;

/* Queues BEGIN with the modes that the statements of a span ask for (NULL: none), and the statement
 * that arms the guards of a migration's transaction. The step of that, which answers with the
 * transaction's id. */
size_t inb__record_begin_queue(inb__pg_pipe *pipe, const inb__run *run,
                               const inb__record_span *span);

/* What is looked at before a migration's statements. */
typedef struct inb__record_guard {
    const char *after; /* the id of the row that must be there, NULL: none */
    bool same_session; /* and nothing but plain migrations ran in this session since it was looked
                          at: neither the history nor the lock needs to be */
    bool prepared;     /* as of a row */
} inb__record_guard;

/* The same as inb__record_begin_queue, with this guard. */
size_t inb__record_next_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_span *span,
                              const inb__record_guard *guard);

/* Queues the finished row of a transactional migration and its metadata, and COMMIT; refused when
 * the transaction is no longer the one that inb__record_begin_queue began. */
void inb__record_finish_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row);

/* Texts in a refused guard's message. */
#define INB__GUARD_ANY "\"inboard: " /* as the server quotes them */
#define INB__GUARD_LOCK "inboard: lock lost"
#define INB__GUARD_ORDER "inboard: earlier migration missing"
#define INB__GUARD_ROW "inboard: row not written"
#define INB__GUARD_ENDED "inboard: transaction ended"

/* Frees the refusal of a guard: its text is for the engine, and the caller says what it means. */
void inb__record_guard_drop(inb_error **err);

/* The refusal of a guard as an error about the migration; another error stays as it is. */
int inb__record_guard_error(const inb__run *run, const char *migration, int rc, inb_error **err)
    __attribute__((warn_unused_result));

/* Queues the started rows of a non-transactional migration. */
void inb__record_started_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row);

/* Queues a statement's state: started (done false) or done. */
void inb__record_statement_queue(inb__pg_pipe *pipe, const char *id, uint32_t number,
                                 const uint8_t digest[32], bool done);

/* Queues a record, with a statement that starts, of the indexes that its table has
 * (inb__repair_existing): an unnamed index that it leaves is the one that is not among them. */
void inb__record_statement_existing_queue(inb__pg_pipe *pipe, const char *id, uint32_t number,
                                          const char *indexes);

/* Queues the removal of a statement's started state. */
void inb__record_statement_undo_queue(inb__pg_pipe *pipe, const char *id, uint32_t number);

/* Queues the end of a non-transactional migration. */
void inb__record_finished_queue(inb__pg_pipe *pipe, const inb__run *run,
                                const inb__record_row *row);

/* Queues an open row that only a person can close, with Prisma's log text. */
void inb__record_failed_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__record_row *row,
                              const char *logs);

/* Queues Prisma's log text for a row that stays open. */
void inb__record_logs_queue(inb__pg_pipe *pipe, const inb__run *run, const char *id,
                            const char *logs);

/* Queues closing the open rows of a name as rolled back. */
void inb__record_rolled_back_queue(inb__pg_pipe *pipe, const inb__run *run, const char *name);

/* Queues a finished row for objects that existed before, as Prisma writes it, and its metadata. */
void inb__record_baseline_queue(inb__pg_pipe *pipe, const inb__run *run,
                                const inb__record_row *row);

/* Queues the record of a failed attempt. */
typedef struct inb__record_attempt {
    uint32_t migration;
    int statement; /* from 1, 0: none */
    const inb_error *error;
    const char *blocked_by;
    int64_t duration_us;
    bool at_commit; /* refused when the transaction was to end; then the statement is what must */
    char lines[64]; /* have caused it, and these lines those that can have: "3, 7" */
} inb__record_attempt;
void inb__record_attempt_queue(inb__pg_pipe *pipe, const inb__run *run,
                               const inb__record_attempt *attempt);

/* Queues giving what is applied as `was` another name, in the metadata tables too where they are
 * there. */
void inb__record_renamed_queue(inb__pg_pipe *pipe, const inb__run *run, const char *was,
                               const char *is, bool metadata);

/* Queues removing what the metadata tables have of the history: its database is reset. */
void inb__record_forget_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__history *history);

#endif
