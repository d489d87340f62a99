/* Takes and gives back the leases of ranges. */
#include "config.h"

#include "backfill/backfill_claim.h"

#include "backfill/backfill_queries.h"
#include "backfill/backfill_session.h"
#include "backfill/backfill_state.h"
#include "util/cleanup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *value(const inb_result *r, int row, int column)
{
    const char *v = inb_result_value(r, row, column);
    return v ? v : "";
}

/* Whether the process by which a holder was known is still there. Where the role may not see since
 * when, another process of that number counts as the same. */
static bool is_alive(const inb_result *processes, const char *pid, const char *since)
{
    for (int i = 0; i < inb_result_rows(processes); i++) {
        const char *began = inb_result_value(processes, i, 1);
        if (strcmp(value(processes, i, 0), pid) == 0 && (!began || strcmp(began, since) == 0)) {
            return true;
        }
    }
    return false;
}

static bool is_free(const inb__worker *w, const inb_result *ranges, int i,
                    const inb_result *processes)
{
    const char *holder = inb_result_value(ranges, i, INB__RANGE_HOLDER);
    return !holder || strcmp(holder, w->holder) == 0 ||
           *value(ranges, i, INB__RANGE_RUN_OUT) == 't' ||
           !is_alive(processes, value(ranges, i, INB__RANGE_HOLDER_PID),
                     value(ranges, i, INB__RANGE_HOLDER_SINCE));
}

/* Its own first. Returns -1 and whether others are open. */
static int range_choose(const inb__worker *w, const inb_result *ranges, const inb_result *processes,
                        bool *open)
{
    int chosen = -1;
    *open = false;
    for (int i = 0; i < inb_result_rows(ranges); i++) {
        if (strcmp(value(ranges, i, INB__RANGE_STATE), "open") != 0) {
            continue;
        }
        *open = true;
        const char *holder = value(ranges, i, INB__RANGE_HOLDER);
        if (strcmp(holder, w->holder) == 0) {
            return i;
        }
        chosen = chosen < 0 && is_free(w, ranges, i, processes) ? i : chosen;
    }
    return chosen;
}

/* The range is this worker's: from where it is. */
static bool range_take(inb__worker *w, const inb_result *ranges, int i, const inb_result *claimed)
{
    inb__arena *at = &w->places[w->turn];
    inb__arena_clear(&w->range);
    inb__arena_clear(&w->places[0]);
    inb__arena_clear(&w->places[1]);
    w->range_number = atoi(value(ranges, i, INB__RANGE_NUMBER));
    w->leaf = inb__arena_strdup(&w->range, value(ranges, i, INB__RANGE_LEAF));
    w->keyed = *value(ranges, i, INB__RANGE_KEYED) == 't';
    w->per_page = strtoll(value(ranges, i, INB__RANGE_PER_PAGE), NULL, 10);
    w->per_page = w->per_page > 0 ? w->per_page : 1;
    w->through = (inb__place_of_key){0};
    w->suspect = 0;
    w->pending = (inb__counts){0};
    return w->leaf && inb__place_read(at, &w->after, inb_result_value(claimed, 0, 0)) &&
           inb__place_read(&w->range, &w->upper, inb_result_value(claimed, 0, 2));
}

static int range_claim(bool *taken, inb__worker *w, const inb_result *ranges, int i,
                       inb_error **err)
{
    const inb__backfill *b = w->walk->b;
    const char *params[] = {b->history,
                            b->name,
                            value(ranges, i, INB__RANGE_NUMBER),
                            w->holder,
                            w->pid,
                            w->since,
                            inb_result_value(ranges, i, INB__RANGE_HOLDER),
                            w->walk->checksum};
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__session_write_begin(&pipe, w->conn, b, 0, 0);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_claim), 8, params);
    size_t at = pipe.steps.n - 1;
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = inb__session_run(w->conn, &pipe, err);
    *taken = rc == 0 && inb_result_rows(pipe.steps.v[at].result) > 0;
    if (*taken && !range_take(w, ranges, i, pipe.steps.v[at].result)) {
        rc = inb__error_nomem(err);
    }
    w->renewed_us = inb__now_us();
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

int inb__claim(inb__claimed *out, inb__worker *w, inb_error **err)
{
    const char *params[] = {w->walk->b->history, w->walk->b->name};
    inb__pg_pipe pipe;
    int rc = inb__worker_connect(w, err);
    if (rc < 0) {
        return rc;
    }
    inb__pg_pipe_init(&pipe);
    inb__session_read_begin(&pipe, w->conn, w->walk->b, false);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_ranges), 2, params);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_processes), 0, NULL);
    size_t at = pipe.steps.n - 1;
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    rc = inb__session_run(w->conn, &pipe, err);
    if (rc == 0) {
        bool open = false, taken = false;
        const inb_result *ranges = pipe.steps.v[at - 1].result;
        int i = range_choose(w, ranges, pipe.steps.v[at].result, &open);
        rc = i < 0 ? 0 : range_claim(&taken, w, ranges, i, err);
        *out = taken ? INB__CLAIMED_RANGE : open ? INB__CLAIMED_WAIT : INB__CLAIMED_NONE;
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

int inb__claim_release(inb__worker *w, bool done, inb_error **err)
{
    char n[16], rows[24], looked[24], batches[24], wal[24];
    const inb__counts *c = &w->pending;
    const char *params[] = {
        w->walk->b->history, w->walk->b->name, n, w->holder, rows, looked, batches, wal,
        done ? "t" : "f"};
    snprintf(n, sizeof(n), "%d", w->range_number);
    snprintf(rows, sizeof(rows), "%" PRId64, c->rows);
    snprintf(looked, sizeof(looked), "%" PRId64, c->looked);
    snprintf(batches, sizeof(batches), "%" PRId64, c->batches);
    snprintf(wal, sizeof(wal), "%" PRId64, c->wal);
    int rc = inb__state_write(w, inb__query_backfill_release, 9, params, NULL, err);
    if (rc == 0) {
        w->pending = (inb__counts){0};
        w->leaf = NULL;
    }
    return rc;
}
