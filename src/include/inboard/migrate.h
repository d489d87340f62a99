/*
 * Bringing a database to the embedded table.
 *
 * inb_migrate() does section 3 of the design: connect, one round trip to learn the history, and
 * when nothing is pending and nothing is wrong that was all. Otherwise it takes the advisory lock
 * that Prisma's tools take too (72707369), reads the history again, applies, verifies and lets the
 * lock go. It never prints, never exits, and leaves signals alone.
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

/* Zero is a fine value for every member but url: the defaults in brackets are then used. @since 0.1
 */
typedef struct inb_migrate_options {
    const char *url;              /* where the application connects */
    const char *direct_url;       /* where to migrate when url leads to a pooler; NULL or "": url */
    const char *application_name; /* ["inboard"]; "-migrate:<run id>" is appended */
    const char *application_version; /* recorded with what is applied; NULL: nothing */
    inb_mode mode;
    inb_order order;
    bool allow_unknown; /* start though the database has migrations that this program does not know
                           and that were not additive */
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
} inb_migrate_options;

/* What a run did: filled in while it works, and so useful after a failure too. @since 0.1 */
typedef struct inb_report inb_report;

INB_EXPORT INB_MUST_CHECK int inb_report_new(inb_report **out, inb_error **err);
INB_EXPORT void inb_report_free(inb_report *report);

typedef struct inb_report_migration {
    const char *name;
    inb_class cls;
    bool transactional;
    bool finished;
    bool resumed;        /* an earlier run had begun it */
    int attempts;        /* 1 and more */
    int64_t duration_us; /* of the attempt that succeeded, or of the last */
    size_t n_statements; /* that were run */
} inb_report_migration;

typedef struct inb_report_statement {
    int number; /* in its migration, from 1 */
    int line;
    int64_t duration_us; /* on the server's side of the wire and back; 0 in a pipeline that is timed
                            as a whole */
    int64_t lock_wait_us;   /* of these, waiting for a lock; -1: not measured */
    const char *blocked_by; /* what it waited for, "" when it did not */
} inb_report_statement;

/* Numbers of the whole run. @since 0.1 */
typedef struct inb_report_summary {
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

INB_EXPORT void inb_report_summarize(const inb_report *report, inb_report_summary *out);
INB_EXPORT size_t inb_report_migrations(const inb_report *report);
/* 0, or INB_EINVAL when there is no such index. Texts live as long as the report. @since 0.1 */
INB_EXPORT INB_MUST_CHECK int inb_report_migration_at(const inb_report *report, size_t index,
                                                      inb_report_migration *out);
INB_EXPORT INB_MUST_CHECK int inb_report_statement_at(const inb_report *report, size_t migration,
                                                      size_t index, inb_report_statement *out);

/*
 * Migrates. report may be NULL. Returns 0 when the database has everything the table has and may be
 * served; otherwise INB_ECORRUPT, INB_EINVAL, INB_ECONN, INB_EPERM, INB_ELOCK, INB_EHISTORY,
 * INB_EPENDING, INB_EMIGRATION, INB_ECANCELLED, INB_ENOMEM. Whatever it returns, the lock is
 * released and no transaction is open. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_migrate(const inb_table *table,
                                          const inb_migrate_options *options, inb_report *report,
                                          inb_error **err);

INB_END_DECLS

#endif
