/* Walks ranges in windows, smaller where something refuses them, down to a single row. */
#include "config.h"

#include "backfill/backfill_walk.h"

#include "backfill/backfill_batch.h"
#include "backfill/backfill_claim.h"
#include "backfill/backfill_hold.h"
#include "backfill/backfill_relations.h"
#include "backfill/backfill_state.h"
#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <inttypes.h>
#include <string.h>

#define WAIT_LEAST_MS 50 /* for ranges that others have */
#define WAIT_MOST_MS 1000
#define RETRY_LEAST_MS 20
#define RETRY_MOST_MS 5000
#define RETRY_MS 600000

/* Sets the size of the next window; one that was cut much larger is cut anew. */
static void size_set(inb__worker *w, int64_t size)
{
    w->size = size > 0 ? size : 1;
    if (w->through.v[0] && w->cut > 2 * w->size) {
        w->through = (inb__place_of_key){0};
    }
}

/* The size that the pace or the settings have, or the half of what hides a row that is refused. */
static void size_choose(inb__worker *w)
{
    inb__walk *walk = w->walk;
    pthread_mutex_lock(&walk->mutex);
    inb__backfill_settings now = walk->settings;
    pthread_mutex_unlock(&walk->mutex);
    inb__pace_target(&w->pace, now.target_ms);
    if (w->suspect > 0) {
        int64_t half = w->suspect / 2 > 0 ? w->suspect / 2 : 1;
        w->size = half;
        if (w->through.v[0] && w->cut != half) {
            w->through = (inb__place_of_key){0};
        }
        return;
    }
    int64_t size = now.rows > 0 ? now.rows : w->pace.rows;
    size_set(w, w->small > 0 && w->small < size ? w->small : size);
}

static void counts_add(inb__worker *w, const inb__batch *batch)
{
    inb__walk *walk = w->walk;
    pthread_mutex_lock(&walk->mutex);
    inb__backfill_progress *p = &walk->progress;
    p->rows += batch->rows;
    p->looked += w->pending.looked;
    p->batches++;
    p->wal += w->pending.wal;
    inb__hold_progress(w);
    pthread_mutex_unlock(&walk->mutex);
}

/* The batch was done: its size, and a pause before the next one where a limit is near. */
static void batch_account(inb__worker *w, const inb__batch *batch, int64_t cut)
{
    w->refused = 0;
    w->refused_since_us = 0;
    w->losses = 0;
    w->small = w->small * 2 < w->pace.rows ? w->small * 2 : 0;
    if (w->suspect > 0) {
        w->suspect = w->suspect > cut ? w->suspect - cut : 0;
    } else if (!batch->tail) {
        inb__pace_batch(&w->pace, cut, batch->us, batch->wal > 0 ? batch->wal : 0);
    }
    counts_add(w, batch);
    pthread_mutex_lock(&w->walk->mutex);
    double utilization = w->walk->utilization;
    pthread_mutex_unlock(&w->walk->mutex);
    int64_t pause_ms = inb__pace_pause_us(batch->us, utilization) / 1000;
    inb__walk_sleep(w->walk, pause_ms);
}

int inb__walk_refused(const inb__walk *walk, inb_error **err)
{
    const char *name = walk->b->name;
    int64_t n = walk->progress.failed;
    int rc =
        inb__error_set(err, INB_EMIGRATION, "backfill \"%s\": %" PRId64 " row%s refused by %s data",
                       name, n, n == 1 ? " was" : "s were", n == 1 ? "its" : "their");
    inb__error_hint(err, "Correct the rows that the status lists, then run the backfill again: it "
                         "takes them first. on-error=skip:N in the migration, or skip=N set on the "
                         "backfill, goes on after so many.");
    inb__error_place(err, name, 0, 0, 0);
    return rc;
}

static void row_log(inb__worker *w, const inb_error *why)
{
    inb__walk *walk = w->walk;
    INB__AUTO_BUF inb__buf key;
    inb__buf_init(&key, INB__LIMIT_MESSAGE);
    for (size_t i = 0; i < INB__BACKFILL_KEYS && w->through.v[i]; i++) {
        inb__buf_printf(&key, "%s%s", i > 0 ? ", " : "", w->through.v[i]);
    }
    pthread_mutex_lock(&walk->mutex);
    inb__log(&walk->options->log, INB_LOG_WARNING,
             "backfill \"%s\": the row %s of %s was refused (%s)", walk->b->name,
             inb__buf_text(&key), w->leaf, inb_error_sqlstate(why));
    pthread_mutex_unlock(&walk->mutex);
}

/* A window was refused by the data of a row: half of it, or the row is recorded. */
static int data_refused(inb__worker *w, const inb_error *why, inb_error **err)
{
    inb__walk *walk = w->walk;
    if (w->cut > 1) {
        w->suspect = w->suspect > 0 && w->suspect < w->cut ? w->suspect : w->cut;
        w->through = (inb__place_of_key){0};
        return 0;
    }
    row_log(w, why);
    int rc = inb__batch_skip(w, why, err);
    w->suspect = 0;
    rc = rc < 0 ? rc : inb__state_read(w, err);
    pthread_mutex_lock(&walk->mutex);
    if (rc == 0 && walk->progress.failed > walk->settings.skip_limit) {
        rc = inb__walk_refused(walk, err);
        char message[512];
        inb__batch_message(message, sizeof(message), why);
        inb__error_detail(err, "%s: %s", inb_error_sqlstate(why), message);
        inb__error_sqlstate(err, inb_error_sqlstate(why));
    }
    pthread_mutex_unlock(&walk->mutex);
    return rc;
}

/* The relation of the range does not exist any more: nothing of it is left to do. */
static int gone_check(inb__worker *w, bool *gone, inb_error **err)
{
    INB__AUTO_ARENA inb__arena scratch;
    inb__leaves leaves;
    inb__arena_init(&scratch);
    int rc = inb__leaves_read(&leaves, &scratch, w->conn, w->walk->b, err);
    *gone = rc == 0;
    for (size_t i = 0; rc == 0 && i < leaves.n; i++) {
        *gone = *gone && strcmp(leaves.v[i].name, w->leaf) != 0;
    }
    return rc;
}

static int ever_refused(const inb__worker *w, inb_error *why, inb_error **err)
{
    *err = why;
    int rc = inb__error_wrap(err, INB_EMIGRATION, "backfill \"%s\" cannot be run on %s",
                             w->walk->b->name, w->leaf);
    inb__error_detail(err, "%s: %s", inb_error_sqlstate(inb_error_cause(*err)),
                      inb_error_message(inb_error_cause(*err)));
    inb__error_sqlstate(err, inb_error_sqlstate(inb_error_cause(*err)));
    inb__error_place(err, w->walk->b->name, 0, 0, 0);
    return rc;
}

/* Something was in the way: the same window, smaller, a little later. */
static int again(inb__worker *w, inb_error *why, inb_error **err)
{
    inb__walk *walk = w->walk;
    int64_t now = inb__now_us();
    int64_t budget = walk->options->retry_ms > 0 ? walk->options->retry_ms : RETRY_MS;
    w->refused_since_us = w->refused_since_us ? w->refused_since_us : now;
    if (now - w->refused_since_us > budget * 1000) {
        *err = why;
        int rc = inb__error_wrap(
            err, INB_ELOCK, "backfill \"%s\" was kept from %s for %" PRId64 " s: %s", walk->b->name,
            w->leaf, (now - w->refused_since_us) / 1000000, inb_error_message(why));
        return rc;
    }
    inb__pace_give_way(&w->pace);
    w->small = w->cut > 1 ? w->cut / 2 : 1;
    w->through = (inb__place_of_key){0};
    int64_t ms = RETRY_LEAST_MS << (w->refused < 8 ? w->refused : 8);
    w->refused++;
    pthread_mutex_lock(&walk->mutex);
    inb__log(&walk->options->log, w->refused % 16 == 4 ? INB_LOG_INFO : INB_LOG_DEBUG,
             "backfill \"%s\" gives way on %s: %s", walk->b->name, w->leaf, inb_error_message(why));
    pthread_mutex_unlock(&walk->mutex);
    inb_error_free(why);
    inb__walk_sleep(walk, inb__jitter(ms < RETRY_MOST_MS ? ms : RETRY_MOST_MS));
    return inb__state_read(w, err);
}

/* What a refusal leads to. True in *left: the range is not this worker's any more. */
static int refused(inb__worker *w, inb_error *why, bool *left, inb_error **err)
{
    int rc = 0;
    bool gone = false;
    switch (inb__batch_refused(why)) {
    case INB__REFUSED_BATCH_AGAIN:
        return again(w, why, err);
    case INB__REFUSED_BATCH_DATA:
        rc = data_refused(w, why, err);
        break;
    case INB__REFUSED_BATCH_LEASE:
        *left = true;
        w->leaf = NULL;
        break;
    case INB__REFUSED_BATCH_GONE:
        rc = gone_check(w, &gone, err);
        if (rc == 0 && !gone) {
            return ever_refused(w, why, err);
        }
        rc = rc < 0 ? rc : inb__claim_release(w, true, err);
        *left = rc == 0;
        break;
    case INB__REFUSED_BATCH_EVER:
        return ever_refused(w, why, err);
    }
    inb_error_free(why);
    return rc;
}

/* One window. INB_ECONN: the range is to be claimed again, which tells whether it was done. */
static int window_do(inb__worker *w, bool *left, inb_error **err)
{
    bool any = false;
    size_choose(w);
    int rc = inb__hold_wait(w, err);
    if (rc < 0 || inb__walk_stops(w->walk)) {
        return rc;
    }
    inb__batch batch;
    inb_error *why = NULL;
    rc = inb__batch_end_find(w, &any, &why);
    if (rc == 0 && !any) {
        *left = true;
        return inb__claim_release(w, true, err);
    }
    int64_t cut = w->cut;
    bool asked = rc < 0;
    rc = asked ? rc : inb__batch_do(w, &batch, &why);
    if (rc == 0) {
        w->renewed_us = inb__now_us();
        batch_account(w, &batch, cut);
        return 0;
    }
    if (rc == INB_ESQL) {
        return asked && inb__batch_refused(why) == INB__REFUSED_BATCH_DATA
                   ? ever_refused(w, why, err)
                   : refused(w, why, left, err);
    }
    *err = why;
    return rc;
}

static int range_walk(inb__worker *w, inb_error **err)
{
    bool left = false;
    int rc = 0;
    while (rc == 0 && !left && !inb__walk_stops(w->walk)) {
        rc = window_do(w, &left, err);
    }
    if (rc != INB_ECONN && !left && w->conn && inb_conn_alive(w->conn)) {
        int released = inb__claim_release(w, false, NULL);
        (void)released; /* its process ends with the run: the next one sees that */
    }
    return rc;
}

int inb__walk_ranges(inb__worker *w, inb_error **err)
{
    int64_t wait_ms = WAIT_LEAST_MS;
    while (!inb__walk_stops(w->walk)) {
        inb__claimed claimed = INB__CLAIMED_NONE;
        int rc = inb__claim(&claimed, w, err);
        if (rc == 0 && claimed == INB__CLAIMED_NONE) {
            return 0;
        }
        if (rc == 0 && claimed == INB__CLAIMED_RANGE) {
            wait_ms = WAIT_LEAST_MS;
            rc = range_walk(w, err);
        } else if (rc == 0) {
            inb__walk_sleep(w->walk, wait_ms);
            wait_ms = wait_ms * 2 < WAIT_MOST_MS ? wait_ms * 2 : WAIT_MOST_MS;
            rc = inb__state_read(w, err);
        }
        rc = inb__worker_lost(w, rc, err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}
