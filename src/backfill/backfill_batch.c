/* Composes, sends and reads one batch. */
#include "config.h"

#include "backfill/backfill_batch.h"

#include "backfill/backfill_queries.h"
#include "backfill/backfill_session.h"
#include "backfill/backfill_state.h"
#include "postgres/sqlstate.h"
#include "util/cleanup.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCK_LEAST_MS 10
#define STATEMENT_TARGETS 100 /* so many times the target a batch may take … */
#define STATEMENT_LEAST_MS 5000
#define ANSWER_MS 30000 /* … and then this long its cancellation */
#define LEASE_LOST "inboard: lease lost"

inb__refused inb__batch_refused(const inb_error *why)
{
    static const struct {
        const char *class;
        inb__refused means;
    } classes[] = {
        {INB__SQLSTATE_SERIALIZATION_FAILURE, INB__REFUSED_BATCH_AGAIN},
        {INB__SQLSTATE_DEADLOCK_DETECTED, INB__REFUSED_BATCH_AGAIN},
        {INB__SQLSTATE_LOCK_NOT_AVAILABLE, INB__REFUSED_BATCH_AGAIN},
        {INB__SQLSTATE_QUERY_CANCELED, INB__REFUSED_BATCH_AGAIN},
        {INB__SQLCLASS_CONNECTION, INB__REFUSED_BATCH_AGAIN},
        {INB__SQLCLASS_INSUFFICIENT_RESOURCES, INB__REFUSED_BATCH_AGAIN},
        {INB__SQLCLASS_SHUTDOWN, INB__REFUSED_BATCH_AGAIN},
        {"25006", INB__REFUSED_BATCH_AGAIN}, /* read-only: a primary that was */
        {INB__SQLSTATE_UNDEFINED_TABLE, INB__REFUSED_BATCH_GONE},
        {"22", INB__REFUSED_BATCH_DATA}, /* data */
        {"23", INB__REFUSED_BATCH_DATA}, /* constraints */
        {"44", INB__REFUSED_BATCH_DATA}, /* WITH CHECK OPTION */
        {"P0", INB__REFUSED_BATCH_DATA}, /* RAISE in a trigger */
        {"38", INB__REFUSED_BATCH_DATA}, /* routines of other languages */
        {"39", INB__REFUSED_BATCH_DATA},
        {"2F", INB__REFUSED_BATCH_DATA},
    };
    const char *state = inb_error_sqlstate(why);
    if (strstr(inb_error_message(why), LEASE_LOST)) {
        return INB__REFUSED_BATCH_LEASE;
    }
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (inb__sqlstate_in(state, classes[i].class)) {
            return classes[i].means;
        }
    }
    return INB__REFUSED_BATCH_EVER;
}

/* The backfill gives way, and not the application, whose deadlock the server would end. */
static int64_t lock_limit(const inb__walk *walk, int64_t target_ms)
{
    int64_t most = walk->deadlock_ms - walk->deadlock_ms / 5;
    int64_t ms = 2 * target_ms < most ? 2 * target_ms : most;
    return ms > LOCK_LEAST_MS ? ms : LOCK_LEAST_MS;
}

/* A single row may take as long as it does. */
static int64_t statement_limit(const inb__worker *w, int64_t target_ms)
{
    int64_t ms = target_ms * STATEMENT_TARGETS;
    return w->cut <= 1 ? 0 : ms > STATEMENT_LEAST_MS ? ms : STATEMENT_LEAST_MS;
}

/* The settings, as they are now. */
static int64_t target_now(inb__walk *walk)
{
    pthread_mutex_lock(&walk->mutex);
    int64_t ms = walk->settings.target_ms;
    pthread_mutex_unlock(&walk->mutex);
    return ms;
}

/* Of a range without a key, a window of whole blocks: its end needs no question. True: it is that.
 */
static bool end_by_blocks(inb__worker *w, inb__arena *arena, inb__place_of_key *end,
                          const inb__place_of_key *after, int64_t size)
{
    if (w->keyed || size < w->per_page) {
        return false;
    }
    int64_t block = inb__window_block(after), last = inb__window_block(&w->upper);
    int64_t through = block + size / w->per_page;
    *end = through < last ? (inb__place_of_key){{inb__window_block_end(arena, through)}} : w->upper;
    return true;
}

/* The part of the range in which the end is looked for: one block of those without a key. */
static inb__place_of_key end_bound(const inb__worker *w, inb__arena *arena,
                                   const inb__place_of_key *after)
{
    const char *comma = after->v[0] ? strchr(after->v[0], ',') : NULL;
    int64_t block = inb__window_block(after), last = inb__window_block(&w->upper);
    bool whole = !comma || atoi(comma + 1) == 65535; /* the block is done */
    block += whole || block < 0;
    return w->keyed || block >= last ? w->upper
                                     : (inb__place_of_key){{inb__window_block_end(arena, block)}};
}

static bool place_copy(inb__arena *arena, inb__place_of_key *out, const inb__place_of_key *from)
{
    *out = (inb__place_of_key){0};
    for (size_t i = 0; i < INB__BACKFILL_KEYS && from->v[i]; i++) {
        out->v[i] = inb__arena_strdup(arena, from->v[i]);
        if (!out->v[i]) {
            return false;
        }
    }
    return true;
}

/* The key that was found, or what it was looked for in: that has fewer keys left. */
static bool end_take(const inb__worker *w, inb__arena *arena, inb__place_of_key *out,
                     const inb_result *r, const inb__place_of_key *bound)
{
    inb__place_of_key found = {0};
    uint32_t n = w->keyed ? w->walk->b->n_keys : 1;
    for (uint32_t i = 0; i < n && inb_result_rows(r) > 0; i++) {
        found.v[i] = inb_result_value(r, 0, (int)i);
    }
    return place_copy(arena, out, found.v[0] ? &found : bound);
}

/* Queues the question for the end of a window that begins at `after`. */
static bool end_queue(inb__pg_pipe *pipe, inb__worker *w, const inb__place_of_key *after,
                      const inb__place_of_key *bound, int64_t size)
{
    INB__AUTO_ARENA inb__arena scratch;
    inb__arena_init(&scratch);
    inb__window window = inb__worker_window(w);
    window.after = *after;
    window.through = *bound;
    inb__window_sql q = inb__window_end(&scratch, w->walk->b, &window, size);
    if (q.sql) {
        inb__pg_pipe_add(pipe, inb__str_of(q.sql), q.n, q.params);
    }
    return q.sql != NULL;
}

int inb__batch_end_find(inb__worker *w, bool *any_out, inb_error **err)
{
    inb__arena *arena = &w->places[w->turn];
    *any_out = !inb__place_same(&w->after, &w->upper);
    if (w->through.v[0] || !*any_out) {
        return 0;
    }
    w->cut = w->size;
    if (end_by_blocks(w, arena, &w->through, &w->after, w->size)) {
        return 0;
    }
    inb__place_of_key bound = end_bound(w, arena, &w->after);
    inb__pg_pipe pipe;
    int rc = inb__worker_connect(w, err);
    if (rc < 0) {
        return rc;
    }
    inb__pg_pipe_init(&pipe);
    inb__session_read_begin(&pipe, w->conn, w->walk->b, w->keyed);
    bool good = end_queue(&pipe, w, &w->after, &bound, w->size);
    size_t at = pipe.steps.n - 1;
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    rc = good ? inb__session_run(w->conn, &pipe, err) : inb__error_nomem(err);
    if (rc == 0 && !end_take(w, arena, &w->through, pipe.steps.v[at].result, &bound)) {
        rc = inb__error_nomem(err);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* Where the parts of a batch stand in its pipeline; SIZE_MAX: not asked. */
typedef struct parts {
    size_t statement, commit, end, state, wal;
} parts;

/* Queues the move of the range's place to the end of the window; takes the counts along. */
static bool move_queue(inb__pg_pipe *pipe, inb__worker *w)
{
    INB__AUTO_ARENA inb__arena scratch;
    inb__arena_init(&scratch);
    bool failed = false;
    char n[16], rows[24], looked[24], batches[24], wal[24];
    const char *after = inb__place_text(&scratch, &w->after, &failed);
    const char *through = inb__place_text(&scratch, &w->through, &failed);
    const inb__backfill *b = w->walk->b;
    snprintf(n, sizeof(n), "%d", w->range_number);
    snprintf(rows, sizeof(rows), "%" PRId64, w->pending.rows);
    snprintf(looked, sizeof(looked), "%" PRId64, w->pending.looked);
    snprintf(batches, sizeof(batches), "%" PRId64, w->pending.batches);
    snprintf(wal, sizeof(wal), "%" PRId64, w->pending.wal);
    const char *last = inb__place_same(&w->through, &w->upper) ? "t" : "f";
    const char *move[] = {b->history, b->name, n,      w->holder, after, through,
                          last,       rows,    looked, batches,   wal};
    const char *guard[] = {b->history, b->name, n, w->holder, through};
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_move), 11, move);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_guard), 5, guard);
    return !failed;
}

static void commit_queue(inb__pg_pipe *pipe, parts *at)
{
    inb__pg_pipe_add(pipe, INB__STR("COMMIT"), 0, NULL);
    at->commit = pipe->steps.n - 1;
    inb__pg_pipe_sync(pipe);
}

/* Queues what is asked besides, in segments of their own. `next`: the end of the window after it,
 * within bound, unless that is known. */
static bool rest_queue(inb__pg_pipe *pipe, inb__worker *w, const inb__place_of_key *bound,
                       bool asks_end, parts *at)
{
    inb__walk *walk = w->walk;
    bool good = true;
    inb__session_read_begin(pipe, w->conn, walk->b, w->keyed);
    if (asks_end) {
        good = end_queue(pipe, w, &w->through, bound, w->size);
        at->end = pipe->steps.n - 1;
    }
    pthread_mutex_lock(&walk->mutex);
    at->state = inb__state_queue(pipe, walk);
    pthread_mutex_unlock(&walk->mutex);
    inb__pg_pipe_add(pipe, INB__STR("COMMIT"), 0, NULL);
    inb__pg_pipe_sync(pipe);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_wal), 0, NULL);
    at->wal = pipe->steps.n - 1;
    return good;
}

static void wal_take(inb__worker *w, inb__batch *out, const inb_result *r)
{
    const char *v = r ? inb_result_value(r, 0, 0) : NULL;
    int64_t now = v ? strtoll(v, NULL, 10) : -1;
    out->wal = now >= 0 && w->wal_at >= 0 ? now - w->wal_at : -1;
    w->wal_at = now;
}

/* The window is done: the next one begins behind it. `end` may be none: it is not known yet. */
static int window_step(inb__worker *w, const inb_result *end, const inb__place_of_key *bound,
                       inb_error **err)
{
    inb__arena *next = &w->places[1 - w->turn];
    inb__place_of_key after, through = {0};
    inb__arena_clear(next);
    bool good = place_copy(next, &after, &w->through);
    good = good && (!end || end_take(w, next, &through, end, bound));
    if (!good) {
        return inb__error_nomem(err);
    }
    w->after = after;
    w->through = through;
    w->turn = 1 - w->turn;
    w->cut = w->size;
    if (!end && !inb__place_same(&w->after, &w->upper)) {
        end_by_blocks(w, next, &w->through, &w->after, w->size);
    }
    return 0;
}

static void state_take(inb__worker *w, const inb__pg_pipe *pipe, const parts *at)
{
    if (at->state < pipe->steps.n && pipe->steps.v[at->state + 1].result) {
        pthread_mutex_lock(&w->walk->mutex);
        inb__state_take(w->walk, pipe, at->state);
        pthread_mutex_unlock(&w->walk->mutex);
    }
}

/* Runs it so that a stop does not interrupt it, and a server that is gone does not hold it up. */
static int limited_run(inb__worker *w, inb__pg_pipe *pipe, int64_t limit_ms, inb_error **err)
{
    int64_t before_ms = inb__pg_limit(w->conn, limit_ms > 0 ? limit_ms + ANSWER_MS : 0);
    int rc = inb__pg_pipe_run(w->conn, pipe, err);
    inb__pg_limit(w->conn, before_ms);
    return rc;
}

/* The refusal of the transaction, out of the steps that keep theirs. */
static int refusal_take(inb__pg_pipe *pipe, size_t commit, inb_error **err)
{
    for (size_t i = 0; i <= commit; i++) {
        int code = inb_error_code(pipe->steps.v[i].error);
        if (code < 0) {
            if (err) {
                *err = INB__TAKE(pipe->steps.v[i].error);
            }
            return code;
        }
    }
    return pipe->steps.v[commit].result &&
                   strcmp(inb__result_tag(pipe->steps.v[commit].result), "COMMIT") == 0
               ? 0
               : inb__error_set(err, INB_ECONN, "the server skipped the end of a batch");
}

static bool statement_queue(inb__pg_pipe *pipe, inb__worker *w, parts *at)
{
    INB__AUTO_ARENA inb__arena scratch;
    inb__arena_init(&scratch);
    inb__window window = inb__worker_window(w);
    inb__window_sql q = inb__window_statement(&scratch, w->walk->b, &window);
    if (q.sql) {
        inb__pg_pipe_add(pipe, inb__str_of(q.sql), q.n, q.params);
    }
    at->statement = pipe->steps.n - 1;
    return q.sql != NULL;
}

static int batch_read(inb__worker *w, inb__batch *out, inb__pg_pipe *pipe, const parts *at,
                      const inb__place_of_key *bound, inb_error **err)
{
    out->rows = inb_result_affected(pipe->steps.v[at->statement].result);
    out->tail = inb__place_same(&w->through, &w->upper);
    wal_take(w, out, pipe->steps.v[at->wal].result);
    state_take(w, pipe, at);
    w->pending = (inb__counts){.rows = out->rows,
                               .looked = out->tail && out->rows < w->cut ? out->rows : w->cut,
                               .batches = 1,
                               .wal = out->wal > 0 && w->number == 0 ? out->wal : 0};
    const inb_result *end = at->end < pipe->steps.n ? pipe->steps.v[at->end].result : NULL;
    return window_step(w, end, bound, err);
}

int inb__batch_do(inb__worker *w, inb__batch *out, inb_error **err)
{
    int64_t target_ms = target_now(w->walk), limit_ms = statement_limit(w, target_ms);
    inb__place_of_key bound = end_bound(w, &w->places[w->turn], &w->through);
    parts at = {.end = SIZE_MAX, .state = SIZE_MAX};
    bool asks_end = !inb__place_same(&w->through, &w->upper) && (w->keyed || w->size < w->per_page);
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    pipe.keep = true;
    inb__session_write_begin(&pipe, w->conn, w->walk->b, lock_limit(w->walk, target_ms), limit_ms);
    bool good = move_queue(&pipe, w) && statement_queue(&pipe, w, &at);
    commit_queue(&pipe, &at);
    good = good && rest_queue(&pipe, w, &bound, asks_end, &at);
    int64_t sent_us = inb__now_us();
    int rc = good ? limited_run(w, &pipe, limit_ms, err) : inb__error_nomem(err);
    *out = (inb__batch){.us = inb__now_us() - sent_us, .wal = -1};
    rc = rc < 0 ? rc : refusal_take(&pipe, at.commit, err);
    rc = rc < 0 ? rc : batch_read(w, out, &pipe, &at, &bound, err);
    inb__session_undo(w->conn);
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

static bool ends_in(const char *text, const char *end, const char *what)
{
    size_t n = strlen(what);
    return (size_t)(end - text) >= n && memcmp(end - n, what, n) == 0;
}

/*
 * Without the value that the server quotes: tables of rows may hold what this one should not. After
 * a colon it is the rest; elsewhere, what the first quotes have and the last ones end, unless it is
 * the name of a type.
 */
void inb__batch_message(char *out, size_t size, const inb_error *why)
{
    const char *text = inb_error_message(why), *first = strchr(text, '"');
    const char *last = first ? strrchr(first + 1, '"') : NULL;
    if (!last || !inb__sqlstate_in(inb_error_sqlstate(why), "22")) {
        snprintf(out, size, "%s", text);
        return;
    }
    bool names = ends_in(text, first, "enum ") || ends_in(text, first, "type ");
    const char *colon = ends_in(text, first, ": ") ? first - 2
                        : names                    ? strstr(first, "\": \"")
                                                   : NULL;
    if (colon) {
        snprintf(out, size, "%.*s", (int)(colon - text) + (*colon == '"'), text);
    } else {
        snprintf(out, size, "%.*s\"...\"%s", (int)(first - text), text, last + 1);
    }
}

int inb__batch_skip(inb__worker *w, const inb_error *why, inb_error **err)
{
    INB__AUTO_ARENA inb__arena scratch;
    inb__arena_init(&scratch);
    const inb__backfill *b = w->walk->b;
    bool failed = false;
    const char *key = inb__place_text(&scratch, &w->through, &failed);
    char message[512];
    inb__batch_message(message, sizeof(message), why);
    const char *row[] = {
        b->history, b->name, w->leaf, key, w->keyed ? "t" : "f", inb_error_sqlstate(why), message};
    parts at = {0};
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__session_write_begin(&pipe, w->conn, b, 0, 0);
    failed = !move_queue(&pipe, w) || failed;
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_row_failed), 7, row);
    commit_queue(&pipe, &at);
    int rc = failed ? inb__error_nomem(err) : inb__session_run(w->conn, &pipe, err);
    inb__pg_pipe_dispose(&pipe);
    if (rc == 0) {
        w->pending = (inb__counts){.looked = 1};
        rc = window_step(w, NULL, NULL, err);
    }
    return rc;
}
