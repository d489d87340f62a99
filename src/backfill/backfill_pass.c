/* Makes the ranges of a pass, cuts them for several workers, and proves the end. */
#include "config.h"

#include "backfill/backfill_pass.h"

#include "backfill/backfill_queries.h"
#include "backfill/backfill_relations.h"
#include "backfill/backfill_session.h"
#include "util/cleanup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSES_MOST 10
#define PARTS_MOST 64
#define SAMPLE_ROWS 400.0 /* of each part, to find where to cut */
#define CUT_LEAST_ROWS 2000

static inb__window leaf_window(const inb__walk *walk, const inb__leaf *leaf)
{
    return (inb__window){.leaf = leaf->name,
                         .keyed = leaf->keyed,
                         .block_size = walk->block_size,
                         .server_version = walk->server_version};
}

/* What is asked of each relation, in one transaction. */
typedef inb__window_sql (*leaf_query)(inb__arena *arena, const inb__backfill *b,
                                      const inb__window *w);

/* By index, to sort nothing; of those without a key nothing is asked. */
static inb__window_sql last_query(inb__arena *arena, const inb__backfill *b, const inb__window *w)
{
    return w->keyed ? inb__window_last(arena, b, w) : (inb__window_sql){.sql = "SELECT"};
}

static inb__window_sql proof_query(inb__arena *arena, const inb__backfill *b, const inb__window *w)
{
    return inb__window_proof(arena, b, w->leaf);
}

static bool leaves_queue(inb__pg_pipe *pipe, const inb__worker *w, inb__arena *arena,
                         const inb__leaves *leaves, leaf_query query)
{
    for (size_t i = 0; i < leaves->n; i++) {
        inb__window window = leaf_window(w->walk, &leaves->v[i]);
        inb__window_sql q = query(arena, w->walk->b, &window);
        if (!q.sql) {
            return false;
        }
        inb__pg_pipe_add(pipe, inb__str_of(q.sql), q.n, q.params);
    }
    return true;
}

/* The answer about relation i is that of step first + i. */
static int leaves_ask(inb__pg_pipe *pipe, size_t *first, inb__worker *w, inb__arena *arena,
                      const inb__leaves *leaves, leaf_query query, inb_error **err)
{
    bool by_index = query == last_query;
    inb__pg_pipe_init(pipe);
    inb__session_read_begin(pipe, w->conn, w->walk->b, by_index);
    *first = pipe->steps.n;
    if (!leaves_queue(pipe, w, arena, leaves, query)) {
        return inb__error_nomem(err);
    }
    inb__pg_pipe_add(pipe, INB__STR("COMMIT"), 0, NULL);
    return inb__session_run(w->conn, pipe, err);
}

static bool upper_of(inb__place_of_key *out, inb__arena *arena, const inb__walk *walk,
                     const inb__leaf *leaf, const inb_result *last)
{
    *out = (inb__place_of_key){0};
    if (!leaf->keyed) {
        out->v[0] = leaf->pages > 0 ? inb__window_block_end(arena, leaf->pages - 1) : NULL;
        return leaf->pages == 0 || out->v[0];
    }
    for (uint32_t i = 0; i < walk->b->n_keys && inb_result_rows(last) > 0; i++) {
        out->v[i] = inb__arena_strdup(arena, inb_result_value(last, 0, (int)i));
        if (!out->v[i]) {
            return false;
        }
    }
    return true;
}

typedef struct range_new {
    const char *leaf;
    bool keyed;
    int64_t per_page;
    inb__place_of_key lower, upper;
} range_new;

static bool range_queue(inb__pg_pipe *pipe, const inb__backfill *b, int pass, const range_new *r)
{
    INB__AUTO_ARENA inb__arena scratch;
    inb__arena_init(&scratch);
    bool failed = false;
    char n[16], per_page[24];
    snprintf(n, sizeof(n), "%d", pass);
    snprintf(per_page, sizeof(per_page), "%" PRId64, r->per_page);
    const char *params[] = {b->history,
                            b->name,
                            n,
                            r->leaf,
                            r->keyed ? "t" : "f",
                            per_page,
                            inb__place_text(&scratch, &r->lower, &failed),
                            inb__place_text(&scratch, &r->upper, &failed)};
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_range_add), 8, params);
    return !failed;
}

/* Queues the new pass: its ranges and its number. */
static bool pass_queue(inb__pg_pipe *pipe, const inb__worker *w, inb__arena *arena, int pass,
                       const inb__leaves *leaves, const inb__pg_pipe *lasts, size_t first)
{
    const inb__walk *walk = w->walk;
    char n[16], estimate[24];
    snprintf(n, sizeof(n), "%d", pass);
    for (size_t i = 0; i < leaves->n; i++) {
        const inb__leaf *leaf = &leaves->v[i];
        range_new r = {.leaf = leaf->name, .keyed = leaf->keyed, .per_page = leaf->per_page};
        const inb_result *last = leaf->keyed ? lasts->steps.v[first + i].result : NULL;
        if (!upper_of(&r.upper, arena, walk, leaf, last) ||
            (r.upper.v[0] && !range_queue(pipe, walk->b, pass, &r))) {
            return false;
        }
    }
    snprintf(estimate, sizeof(estimate), "%" PRId64, inb__leaves_estimate(leaves).rows);
    const char *params[] = {walk->b->history, walk->b->name, n, estimate};
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_pass_begun), 4, params);
    return true;
}

/* Under the lock of the backfill's row: whether the pass is still the one that was seen. */
static int pass_lock(inb__worker *w, bool *same, inb_error **err)
{
    inb__walk *walk = w->walk;
    const char *params[] = {walk->b->history, walk->b->name};
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__session_write_begin(&pipe, w->conn, walk->b, 0, 0);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_lock), 2, params);
    int rc = inb__pg_pipe_run(w->conn, &pipe, err); /* the transaction stays open */
    if (rc == 0) {
        const char *pass =
            inb_result_value(pipe.steps.v[pipe.steps.n - 1].result, 0, INB__CONTROL_PASS);
        *same = pass && atoi(pass) == walk->pass;
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

static int pass_begin(inb__worker *w, inb__arena *arena, const inb__leaves *leaves, inb_error **err)
{
    inb__pg_pipe lasts, pipe;
    size_t first = 0;
    bool same = false;
    inb__pg_pipe_init(&pipe);
    int rc = leaves_ask(&lasts, &first, w, arena, leaves, last_query, err);
    rc = rc < 0 ? rc : pass_lock(w, &same, err);
    if (rc == 0 && same) {
        bool good = pass_queue(&pipe, w, arena, w->walk->pass + 1, leaves, &lasts, first);
        inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
        rc = good ? inb__session_run(w->conn, &pipe, err) : inb__error_nomem(err);
    }
    inb__session_undo(w->conn);
    inb__pg_pipe_dispose(&lasts);
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

int inb__pass_first(inb__worker *w, inb_error **err)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__leaves leaves;
    inb__arena_init(&arena);
    int rc = inb__leaves_read(&leaves, &arena, w->conn, w->walk->b, err);
    if (rc < 0) {
        return rc;
    }
    w->walk->block_size = leaves.block_size;
    w->walk->deadlock_ms = leaves.deadlock_ms;
    return w->walk->pass > 0 ? 0 : pass_begin(w, &arena, &leaves, err);
}

/* Whether a range of any pass was about the relation. */
static bool is_known(const inb_result *ranges, const char *leaf)
{
    for (int i = 0; i < inb_result_rows(ranges); i++) {
        const char *name = inb_result_value(ranges, i, INB__RANGE_LEAF);
        if (name && strcmp(name, leaf) == 0) {
            return true;
        }
    }
    return false;
}

static int ranges_read(inb__pg_pipe *pipe, size_t *at, inb__worker *w, inb_error **err)
{
    const char *params[] = {w->walk->b->history, w->walk->b->name};
    inb__pg_pipe_init(pipe);
    inb__session_read_begin(pipe, w->conn, w->walk->b, false);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_backfill_ranges), 2, params);
    *at = pipe->steps.n - 1;
    inb__pg_pipe_add(pipe, INB__STR("COMMIT"), 0, NULL);
    return inb__session_run(w->conn, pipe, err);
}

/* The relations that are not done: those in which the predicate finds a row; where each row is
 * visited once, it always does, so those that were not there before. */
static int leaves_left(inb__leaves *leaves, inb__worker *w, inb__arena *arena, inb_error **err)
{
    bool once = w->walk->b->flags & INB__BACKFILL_ONCE;
    inb__pg_pipe pipe;
    size_t first = 0, n = 0;
    int rc = once ? ranges_read(&pipe, &first, w, err)
                  : leaves_ask(&pipe, &first, w, arena, leaves, proof_query, err);
    for (size_t i = 0; rc == 0 && i < leaves->n; i++) {
        bool left = once ? !is_known(pipe.steps.v[first].result, leaves->v[i].name) &&
                               leaves->v[i].pages > 0
                         : inb_result_rows(pipe.steps.v[first + i].result) > 0;
        if (left) {
            leaves->v[n++] = leaves->v[i];
        }
    }
    leaves->n = n;
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

int inb__pass_proof(inb__worker *w, bool *done, inb_error **err)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__leaves leaves;
    inb__arena_init(&arena);
    inb__walk *walk = w->walk;
    int rc = inb__leaves_read(&leaves, &arena, w->conn, walk->b, err);
    rc = rc < 0 ? rc : leaves_left(&leaves, w, &arena, err);
    if (rc < 0) {
        return rc;
    }
    *done = leaves.n == 0;
    if (*done) {
        return 0;
    }
    if (walk->pass >= PASSES_MOST) {
        rc = inb__error_set(err, INB_EMIGRATION,
                            "backfill \"%s\": after %d passes its predicate still finds rows in %s",
                            walk->b->name, walk->pass, leaves.v[0].name);
        inb__error_hint(err, "Something writes such rows all the time: a trigger, a default or the "
                             "application has to keep new rows from the predicate.");
        inb__error_place(err, walk->b->name, 0, 0, 0);
        return rc;
    }
    inb__log(&walk->options->log, INB_LOG_INFO,
             "backfill \"%s\": the predicate still finds rows in %s; pass %d", walk->b->name,
             leaves.v[0].name, walk->pass + 1);
    return pass_begin(w, &arena, &leaves, err);
}

/* ---- cutting */

typedef struct cuts {
    inb__place_of_key v[PARTS_MOST];
    int n;
} cuts;

static bool cuts_by_blocks(cuts *out, inb__arena *arena, const inb__window *w, int parts)
{
    int64_t first = inb__window_block(&w->after) + 1, last = inb__window_block(&w->through);
    for (int i = 1; i < parts; i++) {
        int64_t block = first + (last - first + 1) * i / parts - 1;
        if (block >= first && block < last) {
            out->v[out->n++] = (inb__place_of_key){{inb__window_block_end(arena, block)}};
        }
    }
    for (int i = 0; i < out->n; i++) {
        if (!out->v[i].v[0]) {
            return false;
        }
    }
    return true;
}

static int cuts_by_sample(cuts *out, inb__worker *w, inb__arena *arena, const inb__window *window,
                          int parts, int64_t rows, inb_error **err)
{
    double percent = rows > 0 ? 100.0 * SAMPLE_ROWS * parts / (double)rows : 10;
    inb__window_sql q =
        inb__window_cuts(arena, w->walk->b, window, parts, percent < 100 ? percent : 100);
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__session_read_begin(&pipe, w->conn, w->walk->b, false);
    if (q.sql) {
        inb__pg_pipe_add(&pipe, inb__str_of(q.sql), q.n, q.params);
    }
    size_t at = pipe.steps.n - 1;
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = q.sql ? inb__session_run(w->conn, &pipe, err) : inb__error_nomem(err);
    int n = rc == 0 ? inb_result_rows(pipe.steps.v[at].result) : 0;
    for (int i = 0; i < n && i < parts - 1; i++) {
        inb__place_of_key *cut = &out->v[out->n++];
        *cut = (inb__place_of_key){0};
        for (uint32_t k = 0; k < w->walk->b->n_keys; k++) {
            cut->v[k] =
                inb__arena_strdup(arena, inb_result_value(pipe.steps.v[at].result, i, (int)k));
            rc = cut->v[k] ? rc : inb__error_nomem(err);
        }
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

/* One range as it is in its row. */
typedef struct range_row {
    const char *number, *place, *upper;
    inb__window window;
    int pass;
    int64_t per_page;
} range_row;

/* It ends at the first cut; each cut begins another. Nothing where somebody has taken it. */
static int range_cut(inb__worker *w, inb__arena *arena, const range_row *r, const cuts *at,
                     inb_error **err)
{
    const inb__backfill *b = w->walk->b;
    bool failed = false;
    const char *cut[] = {b->history, b->name,  r->number,
                         r->place,   r->upper, inb__place_text(arena, &at->v[0], &failed)};
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__session_write_begin(&pipe, w->conn, b, 0, 0);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_lock), 2, cut);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_range_cut), 6, cut);
    int rc = failed ? inb__error_nomem(err) : inb__pg_pipe_run(w->conn, &pipe, err);
    bool ours = rc == 0 && inb_result_affected(pipe.steps.v[pipe.steps.n - 1].result) == 1;
    inb__pg_pipe_dispose(&pipe);
    inb__pg_pipe_init(&pipe);
    for (int i = 0; ours && i < at->n; i++) {
        range_new rest = {.leaf = r->window.leaf,
                          .keyed = r->window.keyed,
                          .per_page = r->per_page,
                          .lower = at->v[i],
                          .upper = i + 1 < at->n ? at->v[i + 1] : r->window.through};
        failed = !range_queue(&pipe, b, r->pass, &rest) || failed;
    }
    inb__pg_pipe_add(&pipe, ours && !failed ? INB__STR("COMMIT") : INB__STR("ROLLBACK"), 0, NULL);
    rc = rc < 0 ? rc : inb__session_run(w->conn, &pipe, err);
    inb__session_undo(w->conn);
    inb__pg_pipe_dispose(&pipe);
    return rc == 0 && failed ? inb__error_nomem(err) : rc;
}

static bool range_parse(range_row *out, inb__arena *arena, const inb__walk *walk,
                        const inb_result *r, int i)
{
    *out = (range_row){.number = inb_result_value(r, i, INB__RANGE_NUMBER),
                       .place = inb_result_value(r, i, INB__RANGE_PLACE),
                       .upper = inb_result_value(r, i, INB__RANGE_UPPER),
                       .pass = atoi(inb_result_value(r, i, INB__RANGE_PASS)),
                       .per_page = strtoll(inb_result_value(r, i, INB__RANGE_PER_PAGE), NULL, 10)};
    out->window = (inb__window){.leaf = inb_result_value(r, i, INB__RANGE_LEAF),
                                .keyed = *inb_result_value(r, i, INB__RANGE_KEYED) == 't',
                                .block_size = walk->block_size,
                                .server_version = walk->server_version};
    return inb__place_read(arena, &out->window.after, out->place) &&
           inb__place_read(arena, &out->window.through, out->upper);
}

static int range_divide(inb__worker *w, inb__arena *arena, const range_row *r, int parts,
                        int64_t rows, inb_error **err)
{
    cuts at = {0};
    int rc = 0;
    if (r->window.keyed) {
        rc = cuts_by_sample(&at, w, arena, &r->window, parts, rows, err);
    } else if (!cuts_by_blocks(&at, arena, &r->window, parts)) {
        rc = inb__error_nomem(err);
    }
    return rc < 0 || at.n == 0 ? rc : range_cut(w, arena, r, &at, err);
}

static bool is_open_and_free(const inb_result *r, int i)
{
    return strcmp(inb_result_value(r, i, INB__RANGE_STATE), "open") == 0 &&
           !inb_result_value(r, i, INB__RANGE_HOLDER);
}

int inb__pass_cut(inb__worker *w, int workers, inb_error **err)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__pg_pipe pipe;
    inb__leaves leaves;
    size_t at = 0;
    int open = 0;
    inb__arena_init(&arena);
    int rc = ranges_read(&pipe, &at, w, err);
    const inb_result *r = rc == 0 ? pipe.steps.v[at].result : NULL;
    for (int i = 0; i < inb_result_rows(r); i++) {
        open += is_open_and_free(r, i);
    }
    int parts = open > 0 ? (workers + open - 1) / open : 1;
    parts = parts < PARTS_MOST ? parts : PARTS_MOST;
    rc = rc < 0 || parts < 2 ? rc : inb__leaves_read(&leaves, &arena, w->conn, w->walk->b, err);
    for (int i = 0; rc == 0 && parts > 1 && i < inb_result_rows(r); i++) {
        range_row row;
        int64_t rows = -1;
        if (!is_open_and_free(r, i)) {
            continue;
        }
        rc = range_parse(&row, &arena, w->walk, r, i) ? 0 : inb__error_nomem(err);
        for (size_t k = 0; k < leaves.n; k++) {
            rows = strcmp(leaves.v[k].name, row.window.leaf) == 0 ? leaves.v[k].rows : rows;
        }
        if (rc == 0 && (rows < 0 || rows >= CUT_LEAST_ROWS)) {
            rc = range_divide(w, &arena, &row, parts, rows, err);
        }
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}
