/* In a run: which changes count, and that they are told before they become what was left. */
#include "config.h"

#include "engine/objects_run.h"

#include "engine/fingerprint.h"
#include "engine/lock.h"
#include "engine/objects.h"
#include "engine/probe.h"
#include "engine/queries.h"
#include "engine/round_trip.h"

#include <string.h>

#define LOGGED_MOST 20 /* of the changes: a status lists more */

/* After an upgrade of the server nothing can be said until a run describes the new one's catalogue.
 */
static bool digests_differ(const char *stored, const char *now)
{
    return strncmp(stored, now, strcspn(stored, " ") + 1) == 0 && strcmp(stored, now) != 0;
}

static int older_compare(bool *moved, inb__run *run, const inb__history *h, inb_error **err)
{
    const char *schema[] = {run->names.schema};
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_history_read_settings), 0, NULL);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_history_output_settings), 0, NULL);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_history_catalogue), 1, schema);
    int64_t before_ms = inb__pg_limit(run->conn, inb__pg_query_limit(run->conn));
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    inb__pg_limit(run->conn, before_ms);
    *moved =
        rc == 0 && digests_differ(h->catalogue, inb_result_value(pipe.steps.v[2].result, 0, 0));
    inb__pg_pipe_dispose(&pipe);
    return rc == INB_ESQL ? inb__error_wrap(err, INB_ECONN, "cannot read the state of the database")
                          : rc;
}

int inb__objects_run_finish(inb__run *run, inb__history *h, inb_error **err)
{
    static const inb__object_change catalogue = {
        .kind = "", .object = "", .text = "the catalogue has changed since the last run"};
    bool moved = false;
    if (!inb__objects_comparable(h)) {
        h->n_changes = 0;
        return 0;
    }
    int rc = *h->catalogue ? older_compare(&moved, run, h, err) : 0;
    if (moved) {
        h->changes = &catalogue;
        h->n_changes = 1;
    }
    return rc;
}

static void changes_tell(inb__run *run, const inb__history *h)
{
    for (size_t i = 0; i < h->n_changes; i++) {
        inb__run_report_drift(run->report, h->changes[i].text);
        if (i < LOGGED_MOST) {
            inb__log(&run->log, INB_LOG_WARNING, "drift: %s", h->changes[i].text);
        }
    }
    if (h->n_changes > LOGGED_MOST) {
        inb__log(&run->log, INB_LOG_WARNING, "drift: and %zu more", h->n_changes - LOGGED_MOST);
    }
}

static int changes_look(inb__run *run, inb_error **err)
{
    const inb__round_trip_query query = {
        .names = &run->names, .above = inb__run_above(run), .changes = true};
    inb__history h;
    bool unchanged = false;
    int rc = run->drift_likely ? 0 : inb__probe_read(&unchanged, &h, run, err);
    if (rc < 0 || unchanged) {
        if (rc == 0) {
            inb__history_dispose(&h);
        }
        return rc;
    }
    rc = inb__round_trip_read(&h, run->conn, &query, err);
    if (rc < 0) {
        return rc;
    }
    rc = inb__objects_run_finish(run, &h, err);
    if (rc == 0) {
        changes_tell(run, &h);
    }
    inb__history_dispose(&h);
    return rc;
}

void inb__objects_run_warn(inb__run *run, const inb__history *history)
{
    inb_error *why = NULL;
    bool told = run->drift_told || (history && !inb__objects_comparable(history));
    run->drift_told = true;
    if (!told && changes_look(run, &why) < 0) {
        inb__log(&run->log, INB_LOG_WARNING, "the database was not compared for drift: %s",
                 inb_error_message(why));
    }
    inb_error_free(why);
}

/* Of the catalogue now, for a table that expects nothing; NULL when it cannot be learnt. */
static const char *fingerprint_read(inb__run *run)
{
    inb_error *ignored = NULL;
    const char *text = NULL;
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    size_t at = inb__fingerprint_queue(&pipe);
    if (inb__pg_pipe_run(run->conn, &pipe, &ignored) == 0) {
        text = inb__fingerprint_text(&run->arena, pipe.steps.v[at].result,
                                     inb__pg_server_version(run->conn), run->table);
    }
    inb_error_free(ignored);
    inb__pg_pipe_dispose(&pipe);
    return text;
}

/* The description has no limit: that of a large schema takes its time. */
void inb__objects_run_store(inb__run *run, size_t applied, const char *fingerprint)
{
    inb_error *ignored = NULL;
    inb__pg_pipe pipe;
    const char *now = fingerprint ? fingerprint : fingerprint_read(run);
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_history_local_settings), 0, NULL);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_history_output_settings), 0, NULL);
    inb__objects_store_queue(&pipe, run->names.schema, applied, now ? now : "");
    size_t release = inb__lock_release_queue(&pipe);
    int rc = inb__pg_pipe_run(run->conn, &pipe, &ignored);
    if (!pipe.failed) {
        inb__lock_released(run, pipe.steps.v[release].result);
    }
    if (rc < 0) {
        inb__log(&run->log, INB_LOG_WARNING, "the description of the catalogue was not stored: %s",
                 inb_error_message(ignored));
    }
    inb_error_free(ignored);
    inb__pg_pipe_dispose(&pipe);
}
