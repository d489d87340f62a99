/* One call of inb_migrate, from its options to its report: what the engine's parts share. */
#ifndef INB_ENGINE_RUN_H
#define INB_ENGINE_RUN_H

#include "engine/history.h"
#include "engine/plan.h"
#include "engine/run_report.h"
#include "engine/session.h"
#include "engine/stall_watch.h"
#include "engine/unread.h"
#include "inboard/migrate.h"
#include "pg/url.h"

/* Migrations that go to the server together, at most. */
#define INB__BATCH_MIGRATIONS 64

/* A migration whose COMMIT was sent and not answered. */
typedef struct inb__in_doubt_one {
    char id[37]; /* of its history row */
    uint32_t migration;
} inb__in_doubt_one;

typedef struct inb__in_doubt {
    inb__in_doubt_one all[INB__BATCH_MIGRATIONS]; /* in their order: what was sent with the first */
    size_t n;                                     /* 0: there is no doubt */
    char xid[24]; /* of the first's transaction, "" when that was not answered either */
} inb__in_doubt;

typedef struct inb__run {
    const inb_table *table;
    const inb__unread *unread;   /* NULL: the table is whole */
    inb_migrate_options options; /* defaults filled in */
    inb_option_names means;      /* that options.names points to, where it is not NULL */
    inb__policy policy;
    inb__logger log;
    inb_report *report;
    inb__url url;
    inb__pg_options connect;
    char application[64]; /* as pg_stat_activity shows it; the server cuts at 63 */
    char run_id[37];
    inb__arena arena;
    inb_conn *conn;  /* NULL between a lost connection and the next */
    int backend_pid; /* the server's process, as it says itself; 0: it was not asked yet */
    inb__stall_watch watch;
    inb__names names;
    const struct inb__backfill_request *backfill; /* NULL: it is not a run of backfills */
    uint32_t backfill_due; /* the backfill at which the last round stopped, or INB__NOT_IN_TABLE */
    bool *confirmed, *given;  /* of each migration: confirmed; by an option of this run */
    bool confirmed_read;      /* those that the database has are among them … */
    bool confirmations_exist; /* … whose table is there */
    bool schema_known;        /* that of the names was looked for, because the URL names none */
    inb__session_settings session;
    uint32_t schemas_migration; /* see existing_schemas.h: of this migration … */
    uint64_t schemas_exist;     /* … the statements whose schema exists, a bit each */
    bool locked;                /* the migration lock was ours when last seen */
    bool every_metadata;        /* read the metadata of every migration, not only of newer ones */
    bool clean_needed;          /* the session may not be as it was set up */
    bool compared;              /* nothing about what the table expects is left to find out */
    bool drift_likely;          /* the catalogue has not the fingerprint that the last run left */
    bool drift_told;            /* what is not as the last run left it is no news any more */
    bool prepared;              /* it has the statements of inb__record_prepare_queue */
    int losses;                 /* connections lost in this run */
    inb__in_doubt in_doubt;     /* left by a lost connection */
    int64_t deadline_us;        /* of waiting for the lock */
} inb__run;

/* Checks the options, parses the URL, names the run. The caller disposes of it whatever it returns.
 */
int inb__run_init(inb__run *run, const inb_table *table, const inb_migrate_options *options,
                  inb_report *report, inb_error **err) __attribute__((warn_unused_result));
void inb__run_dispose(inb__run *run);

/* Connects, and quotes the names. Any session state is new afterwards, and the lock is not ours. */
int inb__run_connect(inb__run *run, inb_error **err) __attribute__((warn_unused_result));

/* Closes, counting the round trips. */
void inb__run_disconnect(inb__run *run);

/* Whether the states of backfills matter: the table has some, or it is not known yet. */
bool inb__run_backfills(const inb__run *run);

/* Names above this one matter also when they are finished (see inb__round_trip_query). */
const char *inb__run_above(const inb__run *run);

/* INB_ECANCELLED when the caller wants to stop. */
int inb__run_cancelled(const inb__run *run, inb_error **err) __attribute__((warn_unused_result));

#endif
