/* Reads and writes the row of a backfill. */
#include "config.h"

#include "backfill/backfill_state.h"

#include "backfill/backfill_queries.h"
#include "backfill/backfill_session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOTAL_ROWS, TOTAL_LOOKED, TOTAL_BATCHES, TOTAL_WAL, TOTAL_OPEN };

static int64_t number(const inb_result *r, int column)
{
    const char *v = inb_result_value(r, 0, column);
    return v ? strtoll(v, NULL, 10) : 0;
}

size_t inb__state_queue(inb__pg_pipe *pipe, const inb__walk *walk)
{
    char pass[16];
    const char *params[] = {walk->b->history, walk->b->name, pass};
    snprintf(pass, sizeof(pass), "%d", walk->pass);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_control), 2, params);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_totals), 3, params);
    return pipe->steps.n - 2;
}

static void text_take(char *out, size_t size, const inb_result *r, int column)
{
    const char *v = inb_result_value(r, 0, column);
    snprintf(out, size, "%s", v ? v : "");
}

bool inb__state_take(inb__walk *walk, const inb__pg_pipe *pipe, size_t at)
{
    const inb_result *r = pipe->steps.v[at].result, *sums = pipe->steps.v[at + 1].result;
    const inb__backfill *b = walk->b;
    if (inb_result_rows(r) == 0 || inb_result_rows(sums) == 0) {
        return false;
    }
    int64_t target = number(r, INB__CONTROL_TARGET), skip = number(r, INB__CONTROL_SKIP);
    text_take(walk->state, sizeof(walk->state), r, INB__CONTROL_STATE);
    text_take(walk->changed_by, sizeof(walk->changed_by), r, INB__CONTROL_BY);
    const char *checksum = inb_result_value(r, 0, INB__CONTROL_CHECKSUM);
    if (!*walk->checksum) {
        snprintf(walk->checksum, sizeof(walk->checksum), "%s", checksum);
    } else if (strcmp(walk->checksum, checksum) != 0) { /* and another statement was begun */
        snprintf(walk->state, sizeof(walk->state), "abandoned");
    }
    walk->settings = (inb__backfill_settings){.target_ms = target > 0 ? target : b->target_ms,
                                              .rows = number(r, INB__CONTROL_ROWS),
                                              .skip_limit = skip >= 0 ? skip : b->skip_limit};
    inb__backfill_progress *p = &walk->progress;
    p->estimate = number(r, INB__CONTROL_ESTIMATE);
    p->failed = number(r, INB__CONTROL_FAILED);
    p->pass = (int)number(r, INB__CONTROL_PASS);
    p->rows = number(sums, TOTAL_ROWS);
    p->looked = number(sums, TOTAL_LOOKED);
    p->batches = number(sums, TOTAL_BATCHES);
    p->wal = number(sums, TOTAL_WAL);
    walk->open = number(sums, TOTAL_OPEN);
    return true;
}

int inb__state_stopped(const inb__walk *walk, inb_error **err)
{
    bool paused = strcmp(walk->state, "paused") == 0;
    const char *by = walk->changed_by;
    if (!paused && strcmp(walk->state, "abandoned") != 0) {
        return 0;
    }
    int rc = inb__error_set(err, INB_EPENDING, "backfill \"%s\" is %s%s%s", walk->b->name,
                            walk->state, *by ? ", by " : "", by);
    if (paused) {
        inb__error_hint(err, "Resume it: `inboard backfill resume %s`.", walk->b->name);
    } else {
        inb__error_hint(err, "Run it again: it begins anew.");
    }
    inb__error_place(err, walk->b->name, 0, 0, 0);
    return rc;
}

int inb__state_read(inb__worker *w, inb_error **err)
{
    inb__walk *walk = w->walk;
    inb__pg_pipe pipe;
    int rc = inb__worker_connect(w, err);
    if (rc < 0) {
        return rc;
    }
    inb__pg_pipe_init(&pipe);
    inb__session_read_begin(&pipe, w->conn, walk->b, false);
    size_t at = inb__state_queue(&pipe, walk);
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    rc = inb__session_run(w->conn, &pipe, err);
    pthread_mutex_lock(&walk->mutex);
    if (rc == 0 && !inb__state_take(walk, &pipe, at)) {
        rc = inb__error_set(err, INB_EPENDING, "backfill \"%s\" was never begun on this database",
                            walk->b->name);
    }
    if (rc == 0 && strcmp(walk->state, "abandoned") == 0) {
        rc = inb__state_stopped(walk, err);
    }
    pthread_mutex_unlock(&walk->mutex);
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

int inb__state_write(inb__worker *w, const char *query, int n, const char *const *params,
                     int64_t *affected_out, inb_error **err)
{
    inb__pg_pipe pipe;
    int rc = inb__worker_connect(w, err);
    if (rc < 0) {
        return rc;
    }
    inb__pg_pipe_init(&pipe);
    inb__session_write_begin(&pipe, w->conn, w->walk->b, 0, 0);
    inb__pg_pipe_add(&pipe, inb__str_of(query), n, params);
    size_t at = pipe.steps.n - 1;
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    rc = inb__session_run(w->conn, &pipe, err);
    if (rc == 0 && affected_out) {
        *affected_out = inb_result_affected(pipe.steps.v[at].result);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

int inb__state_set(inb__worker *w, const char *state, const char *sqlstate, const char *message,
                   inb_error **err)
{
    const inb__backfill *b = w->walk->b;
    const char *params[] = {b->history, b->name, state, sqlstate, message};
    return inb__state_write(w, inb__query_backfill_state_set, 5, params, NULL, err);
}
