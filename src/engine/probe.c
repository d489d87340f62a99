/* Reads the rows of a history, and that nothing else has changed since a run left it. */
#include "config.h"

#include "engine/probe.h"

#include "engine/fingerprint.h"
#include "engine/first_look.h"
#include "engine/queries.h"

#include <string.h>

/* Where the steps stand. */
typedef struct places {
    size_t rows, metadata, held, stored;
} places;

static places steps_queue(inb__pg_pipe *pipe, const inb__run *run)
{
    places at;
    const char *schema[] = {run->names.schema};
    inb__first_look_guard_queue(pipe, run, true);
    inb__names_query_add(pipe, &run->names, inb__query_history_rows, 0, NULL);
    at.rows = pipe->steps.n - 1;
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_history_metadata_whole), 1, schema);
    at.metadata = pipe->steps.n - 1;
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_lock_is_held), 0, NULL);
    at.held = pipe->steps.n - 1;
    at.stored = pipe->steps.n;
    inb__fingerprint_stored_queue(pipe, run->names.schema);
    return at;
}

/* The last step has no answer when any of the transaction was refused. */
static bool is_unchanged(inb__run *run, const inb__pg_pipe *pipe, const places *at)
{
    if (!pipe->steps.v[pipe->steps.n - 1].result ||
        (inb_result_rows(pipe->steps.v[at->held].result) > 0 && !run->locked)) {
        return false;
    }
    bool same;
    return inb__fingerprint_compare(&same, &run->arena, pipe, at->stored,
                                    inb__pg_server_version(run->conn), run->table) &&
           same;
}

/* When memory runs out, the error exit leads here. */
static int rows_take(inb__history *out, const inb__pg_pipe *pipe, const places *at,
                     int server_version, inb_error **err)
{
    *out = (inb__history){.server_version = server_version,
                          .catalogue = "",
                          .fingerprint = "",
                          .lock_holder = "",
                          .current_schema = "",
                          .suspects = "",
                          .database = "",
                          .user = "",
                          .managed = true};
    inb__arena_init(&out->arena);
    if (INB__ARENA_ERROR_EXIT(&out->arena)) {
        inb__arena_error_exit_clear(&out->arena);
        inb__arena_dispose(&out->arena);
        return inb__error_nomem(err);
    }
    inb__history_rows_parse(out, pipe->steps.v[at->rows].result);
    inb__history_metadata_parse(out, pipe->steps.v[at->metadata].result);
    inb__arena_error_exit_clear(&out->arena);
    return 0;
}

int inb__probe_read(bool *whole, inb__history *out, inb__run *run, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    pipe.keep = true;
    places at = steps_queue(&pipe, run);
    int64_t before_ms = inb__pg_limit(run->conn, inb__pg_query_limit(run->conn));
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    inb__pg_limit(run->conn, before_ms);
    *whole = rc == 0 && !inb__first_look_leads_elsewhere(run, pipe.steps.v[0].result) &&
             is_unchanged(run, &pipe, &at);
    if (*whole) {
        rc = rows_take(out, &pipe, &at, inb__pg_server_version(run->conn), err);
        *whole = rc == 0;
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}
