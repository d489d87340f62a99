/* The thread that takes uploads in, in batches of rows. */
#include "config.h"

#include "app/app_sqlstate.h"
#include "app/body.h"
#include "app/db_link.h"
#include "app/log_line.h"
#include "app/server.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH_ROWS 500
#define IDLE_SECONDS 2

void app_jobs_wake(app_server *server)
{
    pthread_mutex_lock(&server->jobs_lock);
    server->jobs_waiting = true;
    pthread_cond_signal(&server->jobs_changed);
    pthread_mutex_unlock(&server->jobs_lock);
}

static void jobs_wait(app_server *server)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += IDLE_SECONDS;
    pthread_mutex_lock(&server->jobs_lock);
    if (!server->jobs_waiting) {
        pthread_cond_timedwait(&server->jobs_changed, &server->jobs_lock, &until);
    }
    server->jobs_waiting = false;
    pthread_mutex_unlock(&server->jobs_lock);
}

/* One row to the list it belongs to; false when memory is out. */
static bool row_sort(const app_csv_header *header, const app_csv_row *row, json_t *accepted,
                     json_t *errors, app_job *next)
{
    json_t *error, *emission = app_csv_emission(header, row, &error);
    next->rows_read++;
    if (emission) {
        next->rows_accepted++;
        return json_array_append_new(accepted, emission) == 0;
    }
    next->rows_rejected++;
    return error && json_array_append_new(errors, error) == 0;
}

static int batch_store(app_job *job, bool *lost, inb_conn *conn, const app_csv_header *header,
                       app_csv *csv, app_csv_row *row, inb_error **err)
{
    json_t *accepted = json_array(), *errors = json_array();
    app_job next = *job;
    bool whole = accepted && errors;
    int rows = 0;
    while (whole && rows < BATCH_ROWS && app_csv_next(csv, row)) {
        whole = !row->nomem && row_sort(header, row, accepted, errors, &next);
        rows++;
    }
    next.done = csv->at;
    int rc =
        whole ? app_job_advance(job, lost, conn, accepted, errors, &next, err) : app_nomem(err);
    if (rc == 0) {
        *job = next;
    }
    json_decref(accepted);
    json_decref(errors);
    return rc;
}

/* The header is read anew by whoever goes on with a job; it is not a row. */
static const char *header_read(app_csv_header *header, const app_job *job, app_csv *csv,
                               app_csv_row *row, char wrong[160])
{
    app_csv_open(csv, job->content, job->length, 0);
    if (!app_csv_next(csv, row)) {
        return "the file is empty";
    }
    const char *bad = app_csv_header_read(header, row, wrong);
    if (!bad && job->done > csv->at) {
        app_csv_open(csv, job->content, job->length, job->done);
    }
    return bad;
}

static void job_account(app_server *server, const app_job *before, const app_job *after)
{
    atomic_fetch_add(&server->metrics.rows_accepted, after->rows_accepted - before->rows_accepted);
    atomic_fetch_add(&server->metrics.rows_rejected, after->rows_rejected - before->rows_rejected);
}

static int batches_run(app_server *server, inb_conn *conn, app_job *job,
                       const app_csv_header *header, app_csv *csv, app_csv_row *row,
                       inb_error **err)
{
    bool lost = false;
    int rc = 0;
    do {
        app_job before = *job;
        rc = batch_store(job, &lost, conn, header, csv, row, err);
        if (rc == 0 && !lost) {
            job_account(server, &before, job);
        }
    } while (rc == 0 && !lost && job->done < job->length && !atomic_load(&server->draining));
    if (rc == 0 && !lost && job->done < job->length) {
        return app_job_release(job, conn, err);
    }
    if (rc == 0 && !lost) {
        atomic_fetch_add(&server->metrics.jobs_done, 1);
        app_log(INB_LOG_INFO, "upload done id=%s rows=%ld accepted=%ld rejected=%ld", job->id,
                job->rows_read, job->rows_accepted, job->rows_rejected);
    }
    return rc;
}

/*
 * Of what a file holds, the server would refuse the same again (classes 22 and 23 of SQLSTATE): the
 * job is given up. Whatever else went wrong is not its fault: it goes on when its lease is over.
 */
static bool is_refused(int rc, const inb_error *err)
{
    const char *state = inb_error_sqlstate(err);
    return rc == INB_ESQL && (strncmp(state, APP_SQLCLASS_DATA_EXCEPTION, 2) == 0 ||
                              strncmp(state, APP_SQLCLASS_INTEGRITY_CONSTRAINT_VIOLATION, 2) == 0);
}

static int job_run(app_server *server, inb_conn *conn, app_job *job, inb_error **err)
{
    app_csv csv;
    app_csv_header header;
    char wrong[160];
    app_csv_row *row = malloc(sizeof(*row));
    if (!row) {
        return app_nomem(err);
    }
    const char *bad = header_read(&header, job, &csv, row, wrong);
    int rc = row->nomem ? app_nomem(err)
             : bad      ? app_job_fail(job, conn, bad, err)
                        : batches_run(server, conn, job, &header, &csv, row, err);
    free(row);
    if (is_refused(rc, *err) && inb_conn_alive(conn)) {
        app_log(INB_LOG_ERROR, "upload failed id=%s: %s", job->id, inb_error_message(*err));
        inb_error_free(*err);
        *err = NULL;
        bad = "the database refused a row";
        rc = app_job_fail(job, conn, bad, err);
    }
    if (bad && rc == 0) {
        atomic_fetch_add(&server->metrics.jobs_failed, 1);
    }
    return rc;
}

/* Claims and works one job; *found says whether there was one. */
static int next_run(app_db_link *link, bool *found, inb_error **err)
{
    app_job job;
    *found = false;
    int rc = app_db_link_open(link, "app-jobs", link->server->settings->statement_timeout_ms, err);
    rc = rc ? rc : app_job_claim(&job, found, link->conn, err);
    if (rc == 0 && *found) {
        rc = job_run(link->server, link->conn, &job, err);
        app_job_dispose(&job);
    }
    return rc;
}

void *app_jobs_run(void *payload)
{
    app_server *server = payload;
    app_db_link link = {.server = server};
    while (!atomic_load(&server->draining)) {
        bool found = false;
        inb_error *err = NULL;
        atomic_store(&server->job_running, true);
        int rc = next_run(&link, &found, &err);
        atomic_store(&server->job_running, false);
        if (rc && !atomic_load(&server->draining)) {
            app_log(INB_LOG_WARNING, "cannot work on uploads: %s", inb_error_message(err));
        }
        inb_error_free(err);
        if (rc || !found) {
            jobs_wait(server);
        }
    }
    app_db_link_close(&link);
    return NULL;
}
