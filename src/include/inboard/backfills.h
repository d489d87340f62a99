/*
 * Backfills: migrations of one UPDATE or DELETE, run in windows beside the application.
 *
 * inb_migrate() runs small ones and stops at others, or lets them wait (inb_backfills in
 * inboard/migrate.h); inb_backfill_run() runs them, for hours if need be, holds no lock meanwhile,
 * and can be ended and begun again at any time. Several may run at once, from any machine: they
 * share the work.
 *
 * Options are those of inb_migrate(), of which the mode does not matter. A list belongs to one
 * thread at a time.
 */
#ifndef INBOARD_BACKFILLS_H
#define INBOARD_BACKFILLS_H

#include <inboard/error.h>
#include <inboard/export.h>
#include <inboard/migrate.h>
#include <inboard/table.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

INB_BEGIN_DECLS

/* How far a backfill is. Texts live as long as the call or list that gave it. @since 0.1 */
typedef struct inb_backfill_progress {
    size_t size; /* sizeof(inb_backfill_progress) */
    const char *name;
    const char *state;      /* "pending", "running", "paused", "failed", "done", "abandoned" */
    const char *hold;       /* why nothing is done at the moment, "" when something is */
    int64_t rows;           /* that were changed */
    int64_t looked;         /* rows that its windows had, in this pass over the table */
    int64_t estimate;       /* of all those, -1: unknown */
    int64_t batches;        /* transactions */
    int64_t wal_bytes;      /* that the server wrote meanwhile */
    int64_t refused;        /* rows that were refused by their data */
    int64_t held_us;        /* that nothing was done */
    int64_t elapsed_us;     /* of this run; 0 in a list */
    int64_t pass;           /* over the table; 0: it was not begun */
    int64_t workers;        /* that are at it */
    const char *message;    /* why it failed, "" when it did not */
    int64_t batch_rows;     /* of the next batch; 0 in a list, as all that follows */
    int64_t left_ms;        /* until the end of the pass, holds left out; -1: unknown */
    int64_t vacuums;        /* that were done in step */
    bool done;              /* the last call: it is at its end */
    double rows_per_second; /* of looked, holds left out */
} inb_backfill_progress;

/* Called from any thread, one call at a time. @since 0.1 */
typedef void (*inb_backfill_progress_cb)(const inb_backfill_progress *progress, void *payload);

/* How to run. Zero is a fine value for every member but size. @since 0.1 */
typedef struct inb_backfill_options {
    size_t size;      /* sizeof(inb_backfill_options) */
    const char *name; /* of the migration; NULL: each that is pending, in order */
    int64_t workers;  /* connections that share the table [1] */
    int64_t retry_ms; /* how long locks and the like may keep it from one window [600 s] */
    inb_backfill_progress_cb progress; /* after each batch, and each second of a hold */
    void *progress_payload;
    int64_t target_ms; /* of a batch, where nothing was set; 0: as declared */
    /*
     * It holds while one of these is over its limit (docs/BACKFILL.md). 0: the limit in brackets,
     * -1: it is not looked at. Where one of the two of a lag is given and the role cannot see
     * standbys, the run is refused.
     */
    int64_t max_lag_bytes;               /* of a standby [64 MB] */
    int64_t max_lag_ms;                  /* [10 s] */
    int64_t max_slot_bytes;              /* of WAL that an inactive slot retains [1 GB] */
    int64_t max_wal_rate;                /* bytes a second that the server writes [-1] */
    int64_t max_snapshot_ms;             /* of whatever keeps old rows from VACUUM [1 h] */
    const char *const *ignored_standbys; /* names that may be behind or go, to a NULL */
    const char *hold_when; /* a SELECT of one value: holds unless that is false, 0 or nothing */
    bool no_vacuum;        /* no VACUUM in step */
    int64_t line_ms;       /* how often the log gets a line [10 s]; -1: never */
} inb_backfill_options;

/*
 * Runs backfills, each to its end, and records them as applied.
 *
 * options: how to reach the database; more: may be NULL. The call ends early when `cancelled` says
 * so: after the batch at hand.
 *
 * Returns 0: none of those asked for is pending; INB_EMIGRATION: rows were refused by their data,
 * or the statement by the server; INB_EPENDING: a migration before it is pending, or it is paused;
 * INB_EHISTORY: its migration was edited meanwhile, or the history is refused; INB_ELOCK: the
 * migration lock, or a lock on the table for all of retry_ms; INB_EINVAL: no such backfill;
 * INB_ECONN; INB_EPERM; INB_ECANCELLED; INB_ENOMEM. In every case the next run goes on where this
 * one was. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_backfill_run(const inb_table *table,
                                               const inb_migrate_options *options,
                                               const inb_backfill_options *more, inb_error **err);

/* Takes only the rows that were refused, once more; with the last of them a backfill that had come
 * to its end is done. Otherwise as inb_backfill_run(). @since 0.1 */
INB_EXPORT INB_MUST_CHECK int inb_backfill_retry(const inb_table *table,
                                                 const inb_migrate_options *options,
                                                 const inb_backfill_options *more, inb_error **err);

/*
 * Pauses a backfill from its next batch on, wherever it runs. by: whose wish it is, for whoever
 * asks; "" for nobody's. Returns 0; INB_EINVAL: no such backfill was begun, or it is done;
 * otherwise as inb_backfill_run(). @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_backfill_pause(const inb_table *table,
                                                 const inb_migrate_options *options,
                                                 const char *name, const char *by, inb_error **err);

/* Lets it go on. As inb_backfill_pause(). @since 0.1 */
INB_EXPORT INB_MUST_CHECK int inb_backfill_resume(const inb_table *table,
                                                  const inb_migrate_options *options,
                                                  const char *name, const char *by,
                                                  inb_error **err);

/* Ends it, and forgets where it was: its migration stays pending, and another run begins anew. Rows
 * that were written stay. As inb_backfill_pause(). @since 0.1 */
INB_EXPORT INB_MUST_CHECK int inb_backfill_abandon(const inb_table *table,
                                                   const inb_migrate_options *options,
                                                   const char *name, const char *by,
                                                   inb_error **err);

/* What can be changed while it runs, from the next batch on. 0: as it is; -1: as the migration has
 * it. @since 0.1 */
typedef struct inb_backfill_settings {
    size_t size;        /* sizeof(inb_backfill_settings) */
    int64_t target_ms;  /* of a batch */
    int64_t batch_rows; /* of each batch, whatever time it takes */
    int64_t skip_limit; /* rows that may be refused by their data */
} inb_backfill_settings;

/* Changes settings. As inb_backfill_pause(). @since 0.1 */
INB_EXPORT INB_MUST_CHECK int inb_backfill_set(const inb_table *table,
                                               const inb_migrate_options *options, const char *name,
                                               const inb_backfill_settings *settings,
                                               inb_error **err);

/* Every backfill of the table, and how far each is. @since 0.1 */
typedef struct inb_backfill_list inb_backfill_list;

/* Reads it; the caller frees it. Returns 0, or as inb_status_read(). @since 0.1 */
INB_EXPORT INB_MUST_CHECK int inb_backfill_status(inb_backfill_list **out, const inb_table *table,
                                                  const inb_migrate_options *options,
                                                  inb_error **err);

/* Frees a list and its texts; NULL is fine. @since 0.1 */
INB_EXPORT void inb_backfill_list_free(inb_backfill_list *list);

/* The number of backfills, 0 for NULL. @since 0.1 */
INB_EXPORT size_t inb_backfill_count(const inb_backfill_list *list);

/* Copies backfill `index` (from 0) into *out, whose size the caller has set. Returns 0; INB_EINVAL:
 * NULL, no such index, or a size that is not set. @since 0.1 */
INB_EXPORT INB_MUST_CHECK int inb_backfill_at(const inb_backfill_list *list, size_t index,
                                              inb_backfill_progress *out);

/* A row that was refused by its data. Texts live as long as the list. @since 0.1 */
typedef struct inb_backfill_refusal {
    size_t size;          /* sizeof(inb_backfill_refusal), set by the caller */
    const char *relation; /* the table or partition, quoted */
    const char *key;      /* of the row: an array of its columns as text, or its ctid */
    const char *sqlstate;
    const char *message; /* of the server, without the row's values */
    const char *failed_at;
} inb_backfill_refusal;

/* Copies the refused row `row` (from 0; the first thousand) of a backfill into *out. Returns as
 * inb_backfill_at(). @since 0.1 */
INB_EXPORT INB_MUST_CHECK int inb_backfill_refusal_at(const inb_backfill_list *list, size_t index,
                                                      size_t row, inb_backfill_refusal *out);

INB_END_DECLS

#endif
