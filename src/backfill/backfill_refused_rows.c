/* Takes rows that were refused once more, one by one. */
#include "config.h"

#include "backfill/backfill_refused_rows.h"

#include "backfill/backfill_batch.h"
#include "backfill/backfill_queries.h"
#include "backfill/backfill_session.h"
#include "backfill/backfill_state.h"
#include "util/cleanup.h"

enum { ROW_LEAF, ROW_KEY, ROW_KEYED };

/* Its statement over this row alone; with it the record of the refusal goes. */
static int row_write(inb__worker *w, const inb__window *window, const char *key, inb_error **err)
{
    INB__AUTO_ARENA inb__arena scratch;
    inb__arena_init(&scratch);
    const inb__backfill *b = w->walk->b;
    inb__window_sql q = inb__window_statement(&scratch, b, window);
    const char *params[] = {b->history, b->name, window->leaf, key};
    inb__pg_pipe pipe;
    if (!q.sql) {
        return inb__error_nomem(err);
    }
    inb__pg_pipe_init(&pipe);
    inb__session_write_begin(&pipe, w->conn, b, 0, 0);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_row_retried), 4, params);
    inb__pg_pipe_add(&pipe, inb__str_of(q.sql), q.n, q.params);
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = inb__session_run(w->conn, &pipe, err);
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

static int row_retry(inb__worker *w, const inb_result *rows, int i, inb_error **err)
{
    INB__AUTO_ARENA inb__arena scratch;
    inb__arena_init(&scratch);
    const char *key = inb_result_value(rows, i, ROW_KEY);
    inb__window window = {.leaf = inb_result_value(rows, i, ROW_LEAF),
                          .keyed = *inb_result_value(rows, i, ROW_KEYED) == 't',
                          .block_size = w->walk->block_size,
                          .server_version = w->walk->server_version,
                          .exact = true};
    if (!inb__place_read(&scratch, &window.after, key)) {
        return inb__error_nomem(err);
    }
    inb_error *why = NULL;
    int rc = row_write(w, &window, key, &why);
    inb__refused means = rc == INB_ESQL ? inb__batch_refused(why) : INB__REFUSED_BATCH_EVER;
    const char *params[] = {w->walk->b->history, w->walk->b->name, window.leaf, key};
    if (means == INB__REFUSED_BATCH_DATA) {
        rc = 0;
    } else if (means == INB__REFUSED_BATCH_GONE) {
        rc = inb__state_write(w, inb__query_backfill_row_retried, 4, params, NULL, err);
    } else if (rc < 0) {
        *err = INB__TAKE(why);
    }
    inb_error_free(why);
    return rc;
}

int inb__refused_rows_retry(inb__worker *w, inb_error **err)
{
    const char *params[] = {w->walk->b->history, w->walk->b->name};
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__session_read_begin(&pipe, w->conn, w->walk->b, false);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_rows), 2, params);
    size_t at = pipe.steps.n - 1;
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = inb__session_run(w->conn, &pipe, err);
    const inb_result *rows = rc == 0 ? pipe.steps.v[at].result : NULL;
    for (int i = 0; rc == 0 && i < inb_result_rows(rows) && !inb__walk_stops(w->walk); i++) {
        rc = row_retry(w, rows, i, err);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc < 0 ? rc : inb__state_read(w, err);
}
