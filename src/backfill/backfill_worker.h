/* What the parts of a run share: the backfill, and each worker with its connection and its range.
 */
#ifndef INB_BACKFILL_BACKFILL_WORKER_H
#define INB_BACKFILL_BACKFILL_WORKER_H

#include "backfill/backfill_window.h"
#include "backfill/pace.h"

#include <pthread.h>
#include <stdatomic.h>

#define INB__HOLDER_SIZE 80

/* Counted, and not yet in the range's row: its next move takes it along. */
typedef struct inb__counts {
    int64_t rows, looked, batches, wal;
} inb__counts;

typedef struct inb__walk {
    const inb__backfill *b;
    const inb__backfill_run_options *options;
    pthread_t caller; /* the thread that may ask for a stop: worker 0's */
    int64_t started_us;
    int block_size;
    int64_t deadlock_ms;
    int server_version;
    atomic_bool stop;      /* each worker ends after the batch at hand */
    atomic_llong stop_us;  /* when that was asked for; 0: it was not */
    pthread_mutex_t mutex; /* recursive; of what follows, of the hooks and of the log */
    int rc;                /* of the worker that failed first */
    inb_error *error;
    int pass;
    inb__backfill_settings settings;
    char state[16]; /* as last read: "running", "paused", … */
    char changed_by[128];
    char checksum[65]; /* as first read */
    inb__backfill_progress progress;
    int64_t open;          /* ranges that are not at their end */
    int64_t held_us;       /* that is not in the backfill's row yet */
    int64_t hold_asked_us; /* when the hook was last asked */
    double utilization;
    char hold[512]; /* its reason, "" none */
    char hold_stored[512];
    int64_t hold_stored_us;
} inb__walk;

typedef struct inb__worker {
    inb__walk *walk;
    int number;
    inb_conn *conn;
    char holder[INB__HOLDER_SIZE];
    char pid[16], since[64]; /* of its process of the server */
    inb__pace pace;
    inb__counts pending;
    int64_t wal_at;           /* the server's position after the last batch, -1: not known */
    int64_t renewed_us;       /* its lease */
    int64_t refused_since_us; /* since when windows are refused by locks and the like, 0: they are
                                 not */
    int refused;              /* so many times in a row */
    int losses;               /* connections, without a batch between them */

    /* the range at hand */
    inb__arena range; /* cleared with each */
    int range_number;
    const char *leaf;
    bool keyed;
    int64_t per_page;
    inb__place_of_key upper;
    /* its window: texts in one of two arenas, by turns */
    inb__arena places[2];
    int turn;
    inb__place_of_key after, through; /* through none: its end is to be looked for */
    int64_t cut;                      /* keys that it has at most */
    int64_t size;                     /* the same of the next one */
    int64_t small;   /* its size at most, after windows that were refused; 0: no matter */
    int64_t suspect; /* keys from `after` on, one of which is refused by its data; 0: none */
} inb__worker;

/* Whether the run is to end; asked between batches and while waiting. */
bool inb__walk_stops(inb__walk *walk);

/* Sleeps, unless it ends. */
void inb__walk_sleep(inb__walk *walk, int64_t ms);

/* Ends the run for each worker with this error, unless another one was first. Frees or keeps it. */
void inb__walk_fail(inb__walk *walk, int rc, inb_error *error);

/* Connects where there is no connection. */
int inb__worker_connect(inb__worker *w, inb_error **err) __attribute__((warn_unused_result));

/* INB_ECONN is 0, after a pause, as long as there is hope: the next statement connects again. */
int inb__worker_lost(inb__worker *w, int rc, inb_error **err) __attribute__((warn_unused_result));

/* The window as the SQL of it takes it. */
inb__window inb__worker_window(const inb__worker *w);

#endif
