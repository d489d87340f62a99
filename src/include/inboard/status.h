/*
 * The status of a database: one connection, one round trip, no lock, nothing written.
 *
 * A status is a snapshot: it is freed by its caller and belongs to one thread at a time.
 */
#ifndef INBOARD_STATUS_H
#define INBOARD_STATUS_H

#include <inboard/error.h>
#include <inboard/export.h>
#include <inboard/migrate.h>
#include <inboard/table.h>
#include <stdbool.h>
#include <stddef.h>

INB_BEGIN_DECLS

/* What is wrong, as a sum, and the exit status of a probe. @since 0.1 */
#define INB_STATUS_PENDING 1u /* migrations are pending */
#define INB_STATUS_FAILED 2u  /* one failed, or is being applied now */
#define INB_STATUS_EDITED 4u  /* an applied one is not what the program holds */
#define INB_STATUS_UNKNOWN                                                                         \
    8u /* the database has one that the program does not know, and it is not recorded as           \
          compatible; or the program knows none of the database's applied migrations */
#define INB_STATUS_OUT_OF_ORDER 16u /* a pending one sorts before an applied one */
#define INB_STATUS_DRIFT                                                                           \
    32u /* the catalogue has changed since the last run, or not what the program expects */
#define INB_STATUS_UNDECIDED 64u /* it could not be found out: no connection, no right to read */

/* The state of one migration. @since 0.1 */
typedef enum inb_migration_state {
    INB_STATE_APPLIED = 0,
    INB_STATE_PENDING = 1,
    INB_STATE_RUNNING = 2,        /* begun, and the migration lock is held by somebody */
    INB_STATE_FAILED = 3,         /* begun and not finished, and nobody holds the lock */
    INB_STATE_EDITED = 4,         /* applied, with another checksum */
    INB_STATE_UNKNOWN = 5,        /* applied, not in the table, compatible when it was applied */
    INB_STATE_UNKNOWN_UNSAFE = 6, /* applied, not in the table, not recorded as compatible */
    INB_STATE_OUT_OF_ORDER = 7,   /* pending, and before an applied one */
    INB_STATE_ROLLED_BACK = 8     /* resolved as rolled back, and pending again */
} inb_migration_state;

/* "applied", "pending", …: a state's name in text and JSON; "" for what is not a state. @since 0.1
 */
INB_EXPORT const char *inb_migration_state_name(inb_migration_state state);

/* What inb_status_read() found. @since 0.1 */
typedef struct inb_status inb_status;

/* A migration of the table or of the history. Texts live as long as the status. @since 0.1 */
typedef struct inb_status_migration {
    size_t size; /* sizeof(inb_status_migration), set by the caller */
    const char *name;
    inb_migration_state state;
    inb_class cls;
    bool class_known;       /* and the next two members with it */
    bool compatible;        /* programs of the release before work with it */
    const char *reason;     /* why it is compatible though contracting, else why it has its class */
    const char *started_at; /* the server's text, "" when it was never begun */
    const char *finished_at; /* the same */
    const char *logs;        /* what Prisma's tools recorded of a failure, "" when nothing */
    const char *application_version; /* that applied it, "" when that is not recorded */
    const char *before; /* what must be true before it is applied, "" nothing or not known */
    bool confirmed;     /* that it is so */
    bool held;          /* it is pending, and a gate holds it */
    const char *after;  /* the backfill that must be done before it, "" none or not known */
} inb_status_migration;

/*
 * Reads the status of a database; the caller frees *out.
 *
 * Returns 0, whatever the status is. It fails only when the status cannot be read, and a probe then
 * exits with INB_STATUS_UNDECIDED: INB_ECONN, INB_EPERM, INB_EINVAL, INB_ECORRUPT, INB_ECANCELLED,
 * INB_ENOMEM. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_status_read(inb_status **out, const inb_table *table,
                                              const inb_migrate_options *options, inb_error **err);

/* Frees a status and every text that it gave; NULL is fine. @since 0.1 */
INB_EXPORT void inb_status_free(inb_status *status);

/*
 * The sum of INB_STATUS_…; 0: all applied and nothing wrong; INB_STATUS_UNDECIDED for NULL.
 * @since 0.1
 */
INB_EXPORT unsigned inb_status_bits(const inb_status *status);

/* False when the database has no _prisma_migrations, and for NULL. @since 0.1 */
INB_EXPORT bool inb_status_managed(const inb_status *status);

/* The session that holds the migration lock now, as text; "" when none does. @since 0.1 */
INB_EXPORT const char *inb_status_lock_holder(const inb_status *status);

/* The number of migrations of the table and of the history together, 0 for NULL. @since 0.1 */
INB_EXPORT size_t inb_status_count(const inb_status *status);

/*
 * Copies migration `index` (from 0, in byte order of the names) into *out, whose size the caller
 * has set. Returns 0; INB_EINVAL: NULL, no such index, or a size that is not set. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_status_at(const inb_status *status, size_t index,
                                            inb_status_migration *out);

/*
 * The number of differences behind INB_STATUS_DRIFT, 0 for NULL. The database is compared with what
 * the table expects only when all its migrations are applied; types are then let pass when a newer
 * program has applied more, because it may have widened them. @since 0.1
 */
INB_EXPORT size_t inb_status_drift_count(const inb_status *status);

/*
 * Difference `index` (from 0) as a line, such as `column "users"."email" is missing`; "" when there
 * is no such index. Lives as long as the status. @since 0.1
 */
INB_EXPORT const char *inb_status_drift_at(const inb_status *status, size_t index);

/*
 * A change that was made outside the migrations since the last run, which the drift has as a line.
 * Texts live as long as the status. @since 0.1
 */
typedef struct inb_status_change {
    size_t size;      /* sizeof(inb_status_change), set by the caller */
    const char *kind; /* "table", "column", "index", "grant", …; "" when no object can be named */
    const char *object; /* `column "users"."email"`; "" likewise */
    const char *change; /* "gone", "new", "changed" */
    const char *was;    /* its description, such as its type, as the last run left it */
    const char *now;    /* the same now; "" when there is none, or none that may be shown */
} inb_status_change;

/* The number of these changes, 0 for NULL. @since 0.1 */
INB_EXPORT size_t inb_status_change_count(const inb_status *status);

/*
 * Copies change `index` (from 0, by object) into *out, whose size the caller has set. Returns 0;
 * INB_EINVAL: NULL, no such index, or a size that is not set. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_status_change_at(const inb_status *status, size_t index,
                                                   inb_status_change *out);

INB_END_DECLS

#endif
