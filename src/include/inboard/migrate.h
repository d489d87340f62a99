/*
 * Migrates a database to the embedded table.
 *
 * inb_migrate() connects and reads the history in one round trip; when nothing is pending and
 * nothing is wrong, that is all. Otherwise it takes the advisory lock of Prisma's tools (72707369),
 * reads the history again, applies what is pending, verifies, and releases the lock. It never
 * prints, never exits, and leaves signals alone.
 *
 * The caller owns options and report; a report belongs to one thread at a time.
 */
#ifndef INBOARD_MIGRATE_H
#define INBOARD_MIGRATE_H

#include <inboard/conn.h>
#include <inboard/error.h>
#include <inboard/export.h>
#include <inboard/log.h>
#include <inboard/table.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

INB_BEGIN_DECLS

/* Who is calling, and so which classes may be applied. @since 0.1 */
typedef enum inb_mode {
    INB_MODE_START =
        0, /* a program that starts: additive migrations; any class on a new database */
    INB_MODE_RELEASE = 1 /* a release job: every class */
} inb_mode;

/* What to do with a pending migration whose name sorts before one that was applied. @since 0.1 */
typedef enum inb_order {
    INB_ORDER_STRICT = 0, /* refuse */
    INB_ORDER_ALLOW = 1   /* apply it now */
} inb_order;

/* What to do with a pending backfill, on a database that is not new. @since 0.1 */
typedef enum inb_backfills {
    INB_BACKFILLS_INLINE = 0, /* INB_MODE_RELEASE: run one that takes less than backfill_inline_ms
                                 as it is estimated; stop at a larger one */
    INB_BACKFILLS_WAIT = 1,   /* stop at it */
    INB_BACKFILLS_SKIP = 2    /* leave it pending, for inb_backfill_run(), and go on */
} inb_backfills;

/*
 * What a program calls its means, so that hints name what their reader has: an option, a variable,
 * a command. NULL: there is no such means. @since 0.1
 */
typedef struct inb_option_names {
    size_t size;               /* sizeof(inb_option_names) */
    const char *release;       /* runs it as a release job, such as "--migrate-only" */
    const char *allow_unknown; /* sets allow_unknown, such as "--allow-unknown" */
    const char *out_of_order;  /* sets order to INB_ORDER_ALLOW */
    const char *direct_url;    /* gives direct_url, such as "DIRECT_URL" */
    const char *resolve;       /* a command that takes --applied NAME and --rolled-back NAME */
    const char *backfill;      /* runs backfills, such as "--backfill" */
    const char *confirm;       /* runs it as a release job that goes on, such as "--confirm" */
} inb_option_names;

/*
 * How to migrate. Zero is a fine value for every member but size and url: the defaults in brackets
 * are then used. Texts are read during the call and not kept. @since 0.1
 */
typedef struct inb_migrate_options {
    size_t size;                  /* sizeof(inb_migrate_options) */
    const char *url;              /* where the application connects */
    const char *direct_url;       /* where to migrate when url leads to a pooler; NULL or "": url */
    const char *application_name; /* ["inboard"]; "-migrate:<run id>" is appended */
    const char *application_version; /* recorded with what is applied; NULL: nothing */
    inb_mode mode;
    inb_order order;
    bool allow_unknown; /* start though the database has migrations that this program does not know
                           and that are not recorded as compatible */
    bool prisma_order;  /* as `migrate deploy` on an existing Prisma history: no checks beyond
                           Prisma's own */
    int64_t connect_timeout_ms; /* how long to wait for a database that is not there yet [30 s] */
    int64_t lock_wait_ms;       /* how long to wait for the migration lock [60 s] */
    int64_t release_wait_ms; /* INB_MODE_START: how long to wait for a release job to apply the rest
                                [0] */
    int64_t lock_timeout_ms; /* the server's lock_timeout for statements in a transaction [3 s] */
    int64_t retry_budget_ms; /* how long to go on after lock timeouts and deadlocks [60 s] */
    int64_t concurrent_wait_ms; /* how long CREATE INDEX CONCURRENTLY and its kin, which run outside
                                   of a transaction, wait for one lock or one older transaction
                                   [retry_budget_ms] */
    inb_log_cb log;
    void *log_payload;
    inb_cancel_cb cancelled; /* asked between and during statements */
    void *cancel_payload;
    const inb_option_names *names; /* NULL: hints name the members of this structure */
    inb_backfills backfills;
    int64_t backfill_inline_ms; /* what a backfill may take, as it is estimated, to be run in line
                                   [60 s] */
    const char *const *confirm; /* migrations for which what must be true before them is so; each
                                   by its name, or by what follows its timestamp */
    size_t n_confirm;
    const char *confirmed_by; /* recorded with them: who says so, such as "alice@host"; NULL:
                                 nothing */
    const char *to; /* the last migration to apply, named likewise; what is after it stays pending.
                       NULL: all */
} inb_migrate_options;

/* What a run did: filled in while it works, and so useful after a failure too. @since 0.1 */
typedef struct inb_report inb_report;

/* Makes an empty report, which the caller frees. INB_EINVAL; INB_ENOMEM. @since 0.1 */
INB_EXPORT INB_MUST_CHECK int inb_report_new(inb_report **out, inb_error **err);

/* Frees a report and every text that it gave; NULL is fine. @since 0.1 */
INB_EXPORT void inb_report_free(inb_report *report);

/* A migration that the run began. Texts live as long as the report. @since 0.1 */
typedef struct inb_report_migration {
    size_t size; /* sizeof(inb_report_migration), set by the caller */
    const char *name;
    inb_class cls;
    bool transactional;
    bool finished;
    bool resumed;        /* an earlier run had begun it */
    int attempts;        /* 1 and more */
    int64_t duration_us; /* of the attempt that succeeded, or of the last */
    size_t n_statements; /* that were run */
} inb_report_migration;

/* A statement of a migration's last attempt. Texts live as long as the report. @since 0.1 */
typedef struct inb_report_statement {
    size_t size; /* sizeof(inb_report_statement), set by the caller */
    int number;  /* in its migration, from 1 */
    int line;
    int64_t duration_us; /* on the server's side of the wire and back; 0 in a pipeline that is timed
                            as a whole */
    int64_t lock_wait_us;   /* of these, waiting for a lock; -1: not measured */
    const char *blocked_by; /* what it waited for, "" when it did not */
} inb_report_statement;

/* Numbers of the whole run. Texts live as long as the report. @since 0.1 */
typedef struct inb_report_summary {
    size_t size; /* sizeof(inb_report_summary), set by the caller */
    size_t n_applied;
    int round_trips; /* after connecting */
    int connections; /* 1, more after a lost one */
    int64_t connect_us;
    int64_t lock_wait_us; /* for the migration lock */
    int64_t total_us;
    int server_version; /* such as 150020 */
    bool lock_taken;
    bool new_database; /* there was no history and the schema was empty */
    const char *run_id;
} inb_report_summary;

/*
 * Copies the numbers of the whole run into *out, whose size the caller has set. Returns 0;
 * INB_EINVAL: NULL, or a size that is not set. @since 0.1
 */
INB_EXPORT int inb_report_summarize(const inb_report *report, inb_report_summary *out);

/* The number of migrations that the run began, 0 for NULL. @since 0.1 */
INB_EXPORT size_t inb_report_migrations(const inb_report *report);

/*
 * Copies migration `index` (from 0, in the order of the run) into *out, whose size the caller has
 * set. Returns 0; INB_EINVAL: NULL, no such index, or a size that is not set. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_report_migration_at(const inb_report *report, size_t index,
                                                      inb_report_migration *out);

/*
 * Copies statement `index` (from 0) of migration `migration` into *out, whose size the caller has
 * set. Returns 0; INB_EINVAL: NULL, no such index, or a size that is not set. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_report_statement_at(const inb_report *report, size_t migration,
                                                      size_t index, inb_report_statement *out);

/*
 * The number of changes to the database that were made outside the migrations and that the run
 * found before it changed anything; 0 for NULL. @since 0.1
 */
INB_EXPORT size_t inb_report_drift_count(const inb_report *report);

/*
 * Change `index` (from 0) as a line, such as `column "users"."email" is gone: text`; "" when there
 * is no such index. Lives as long as the report. @since 0.1
 */
INB_EXPORT const char *inb_report_drift_at(const inb_report *report, size_t index);

/*
 * Migrates.
 *
 * table: what inboard-embed generated; options: see above; report: filled in, may be NULL.
 *
 * Returns 0: the database has everything that the table has, and may be served. INB_ECORRUPT: the
 * table is damaged; INB_EINVAL: the options; INB_ECONN; INB_EPERM: rights, a standby, a pooler;
 * INB_ELOCK: the migration lock was not obtained; INB_EHISTORY: the history is refused;
 * INB_EPENDING: migrations are pending that this mode may not apply; INB_EMIGRATION: a migration
 * failed; INB_ECANCELLED; INB_ENOMEM. In every case the lock is released and no transaction is
 * open. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_migrate(const inb_table *table,
                                          const inb_migrate_options *options, inb_report *report,
                                          inb_error **err);

INB_END_DECLS

#endif
