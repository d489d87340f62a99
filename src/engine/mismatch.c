/* The mark that a run leaves in a database which is not what its program expects. */
#include "config.h"

#include "engine/mismatch.h"

#include "engine/drift.h"
#include "engine/queries.h"
#include "engine/round_trip.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <stdio.h>

#define NAME_SIZE 64

void inb__mismatch_program(char out[INB__MISMATCH_PROGRAM_SIZE], const inb_table *table)
{
    inb__hex(out, table->digest, (INB__MISMATCH_PROGRAM_SIZE - 1) / 2);
    out[INB__MISMATCH_PROGRAM_SIZE - 1] = '\0';
}

static int mark_find(char name[NAME_SIZE], bool *found, inb__run *run, inb_error **err)
{
    char program[INB__MISMATCH_PROGRAM_SIZE];
    inb__mismatch_program(program, run->table);
    const char *params[] = {run->names.history, program};
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_mismatch_find), 2, params);
    int64_t before_ms = inb__pg_limit(run->conn, inb__pg_query_limit(run->conn));
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    inb__pg_limit(run->conn, before_ms);
    if (rc == 0) {
        const inb_result *r = pipe.steps.v[0].result;
        const char *there = inb_result_value(r, 0, INB__MISMATCH_THERE);
        snprintf(name, NAME_SIZE, "%s", inb_result_value(r, 0, INB__MISMATCH_NAME));
        *found = there && *there == 't';
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

void inb__mismatch_set(inb__run *run, bool different)
{
    char name[NAME_SIZE];
    bool found = false;
    inb_error *why = NULL;
    if (run->table->n_expected == 0) {
        return;
    }
    int rc = mark_find(name, &found, run, &why);
    if (rc == 0 && found != different) {
        INB__AUTO_BUF inb__buf sql;
        inb__buf_init(&sql, INB__LIMIT_MESSAGE);
        inb__buf_printf(&sql, different ? "CREATE TABLE inboard.%s ()" : "DROP TABLE inboard.%s",
                        name);
        rc = inb__pg_simple(run->conn, inb__str_of(inb__buf_text(&sql)), NULL, &why);
    }
    if (rc < 0) {
        inb__log(&run->log, INB_LOG_WARNING,
                 different ? "the next start may not compare the database with what is expected: %s"
                           : "the mark of a difference that is gone was not removed, so the next "
                             "start compares again: %s",
                 inb_error_message(why));
    }
    inb_error_free(why);
}

int inb__mismatch_check(inb__run *run, inb_error **err)
{
    char name[NAME_SIZE];
    bool found = false;
    if (run->table->n_expected == 0) {
        return 0;
    }
    int rc = mark_find(name, &found, run, err);
    if (rc < 0 || !found) {
        return rc;
    }
    const inb__round_trip_query query = {
        .names = &run->names, .above = inb__run_above(run), .expected = run->table};
    inb__history now;
    rc = inb__round_trip_read(&now, run->conn, &query, err);
    if (rc < 0) {
        return rc;
    }
    rc = inb__drift_check(&now, run->table, &run->log, err);
    inb__history_dispose(&now);
    if (rc == 0) {
        inb__mismatch_set(run, false);
    }
    return rc;
}
