/*
 * A backfill: one UPDATE or DELETE of a migration, run in windows of a few hundred milliseconds at
 * most, each of them one transaction with the place that it has reached.
 *
 * inb__backfill_run() does the work, at the pace of pace.h. When to hold and what is shown are not
 * its business: it asks and tells the hooks, which may be left out. Hooks are called from the
 * threads of the workers, one at a time.
 */
#ifndef INB_BACKFILL_BACKFILL_H
#define INB_BACKFILL_BACKFILL_H

#include "pg/pg.h"
#include "util/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define INB__BACKFILL_KEYS 8 /* columns of a key, at most */
#define INB__BACKFILL_TARGET_MS 100

#define INB__BACKFILL_WORKERS 64 /* of a run, at most */

/* Bits of inb__backfill.flags: those of the embedded table. */
#define INB__BACKFILL_DELETES 1u
#define INB__BACKFILL_LEAVES 2u
#define INB__BACKFILL_ONCE 4u
#define INB__BACKFILL_ONLY 8u

/* What is run. Texts are the caller's; names are not quoted. */
typedef struct inb__backfill {
    const char *history;     /* the schema of _prisma_migrations: half of the key of its row … */
    const char *name;        /* … and the migration's name, the other half */
    const char *search_path; /* SQL text */
    const char *schema;      /* "": by the search_path */
    const char *relation, *alias;
    inb__str middle, where; /* SQL text: between the table and WHERE, and the predicate */
    inb__str from;          /* SQL text: the list of FROM or USING, which is part of middle */
    uint32_t flags;
    uint32_t n_keys; /* 0: by ctid */
    const char *keys[INB__BACKFILL_KEYS];
    int64_t target_ms;
    int64_t skip_limit;
} inb__backfill;

/* How far it is. */
typedef struct inb__backfill_progress {
    const char *name;
    int64_t rows;         /* changed, by all runs */
    int64_t looked;       /* keys that the windows had, in this pass */
    int64_t estimate;     /* of keys, in this pass; -1: unknown */
    int64_t batches, wal; /* by all runs */
    int64_t failed;       /* rows that were refused by their data */
    int64_t size;         /* of the next batch */
    int64_t held_us;      /* in this run: holds and pauses, of the worker that was held longest */
    int64_t elapsed_us;   /* of this run */
    int pass, workers;
    const char *leaf; /* the relation at hand, quoted */
    const char *hold; /* why nothing is done now, "" when something is */
} inb__backfill_progress;

/* How it is set now: as declared, or by `set`. 0 of rows: the pace decides. */
typedef struct inb__backfill_settings {
    int64_t target_ms, rows, skip_limit;
} inb__backfill_settings;

typedef struct inb__backfill_hooks {
    void *payload;
    /*
     * Before a batch, at most each half second, on the worker's connection and outside of a
     * transaction: appends the reason to hold, or nothing; *utilization_out (0 before) is how near
     * the reading nearest to its limit is to it, for inb__pace_pause_us(). While there is a reason
     * it is asked again each second. An error ends the run; a lost connection does not.
     */
    int (*hold)(void *payload, int worker, inb_conn *conn, inb__buf *reason_out,
                double *utilization_out, inb_error **err);
    /* After each batch, and each second of a hold or pause. */
    void (*progress)(void *payload, const inb__backfill_progress *progress);
} inb__backfill_hooks;

typedef struct inb__backfill_run_options {
    inb__pg_options connect; /* of each worker's connection */
    const char *run;         /* the id of the run: part of the leases' holder */
    int workers;             /* 0: 1 */
    int64_t retry_ms;        /* how long a window may be refused by locks and the like [600 s] */
    bool retry_only;         /* only the rows that were refused */
    inb__logger log;
    inb_cancel_cb cancelled; /* asked by the caller's thread */
    void *cancel_payload;
    const inb__backfill_hooks *hooks; /* NULL: none */
} inb__backfill_run_options;

/* What it came to. */
typedef struct inb__backfill_result {
    inb__backfill_progress total; /* texts are "" */
    bool done;                    /* walked to the end, and the predicate finds nothing */
} inb__backfill_result;

/*
 * Runs a backfill, whose row must exist, to its end: windows, then the proof, then its state is
 * "done". INB_EMIGRATION: rows were refused by their data, or the statement cannot be run; its
 * state is "failed". INB_EPENDING: it was paused or abandoned before. INB_ECONN; INB_ECANCELLED:
 * the batch at hand was finished. Whatever ends it, the next run goes on where it was.
 */
int inb__backfill_run(const inb__backfill *backfill, const inb__backfill_run_options *options,
                      inb__backfill_result *out, inb_error **err)
    __attribute__((warn_unused_result));

/* Rows of its table, and how long they may take, from the catalogue alone. The connection is not in
 * a transaction. */
typedef struct inb__backfill_estimate {
    int64_t rows, bytes; /* rows -1: unknown */
    int64_t seconds;
} inb__backfill_estimate;
int inb__backfill_estimate_read(inb__backfill_estimate *out, const inb__backfill *backfill,
                                inb_conn *conn, inb_error **err)
    __attribute__((warn_unused_result));

#endif
