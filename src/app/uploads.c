/* Upload jobs in the database: created, claimed, advanced, finished. */
#include "config.h"

#include "app/json_text.h"
#include "app/rows.h"
#include "app/storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEASE "interval '60 seconds'"
#define ERRORS_KEPT "1000"

const app_column app_upload_columns[] = {
    {"id", APP_COLUMN_TEXT, "id", "UUID"},
    {"status", APP_COLUMN_TEXT, "status", "QUEUED, RUNNING, DONE or FAILED"},
    {"bytes", APP_COLUMN_INT, "content_bytes", "size of the file"},
    {"bytes_done", APP_COLUMN_INT, "bytes_done", "how many of them have been worked through"},
    {"rows_read", APP_COLUMN_INT, "rows_read", "rows looked at, without the header"},
    {"rows_accepted", APP_COLUMN_INT, "rows_accepted", "rows that are emissions now"},
    {"rows_rejected", APP_COLUMN_INT, "rows_rejected", "rows with an error"},
    {"failure", APP_COLUMN_TEXT, "failure", "why the file as a whole was given up, or null"},
    {"created_at", APP_COLUMN_TEXT, APP_SQL_TIME("created_at"), "RFC 3339"},
    {"finished_at", APP_COLUMN_TEXT, APP_SQL_TIME("finished_at"), "RFC 3339, or null"},
    {"us", APP_COLUMN_CURSOR, "(extract(epoch FROM created_at) * 1000000)::bigint", NULL},
    {"id", APP_COLUMN_CURSOR, "id", NULL},
    {0},
};

const app_column app_upload_error_columns[] = {
    {"line", APP_COLUMN_INT, "e.line", "in the file, from 1; the header is line 1"},
    {"column", APP_COLUMN_TEXT, "e.\"column\"",
     "the column, or \"\" when the row as a whole is wrong"},
    {"message", APP_COLUMN_TEXT, "e.message", "what is wrong"},
    {"line", APP_COLUMN_CURSOR, "e.line", NULL},
    {0},
};

int app_upload_create(json_t **out, inb_conn *conn, const char *user_id, const char *csv, size_t n,
                      inb_error **err)
{
    char bytes[24];
    snprintf(bytes, sizeof(bytes), "%zu", n);
    const char *params[] = {user_id, csv, bytes};
    return app_row_select(
        out, conn,
        "INSERT INTO upload_jobs (user_id, content, content_bytes) VALUES ($1, $2, $3) RETURNING ",
        app_upload_columns, "", 3, params, err);
}

int app_upload_find(json_t **out, inb_conn *conn, const char *user_id, const char *id,
                    inb_error **err)
{
    const char *params[] = {user_id, id};
    return app_row_select(out, conn, "SELECT ", app_upload_columns,
                          " FROM upload_jobs WHERE user_id = $1 AND id = $2", 2, params, err);
}

int app_upload_list(json_t **out, inb_conn *conn, const char *user_id, const app_page *page,
                    inb_error **err)
{
    return app_page_select(out, conn, app_upload_columns, "upload_jobs WHERE user_id = $1", 1,
                           &user_id, page, err);
}

int app_upload_errors(json_t **out, inb_conn *conn, const char *user_id, const char *id,
                      int after_line, int limit, inb_error **err)
{
    char after[16], rows[16];
    snprintf(after, sizeof(after), "%d", after_line);
    snprintf(rows, sizeof(rows), "%d", limit + 1);
    const char *params[] = {user_id, id, after, rows};
    inb_result *r;
    int rc = app_rows_select(
        &r, conn, "SELECT ", app_upload_error_columns,
        " FROM upload_job_errors e JOIN upload_jobs j ON j.id = e.job_id WHERE j.user_id = $1 "
        "AND e.job_id = $2 AND e.line > $3::int ORDER BY e.line LIMIT $4::bigint",
        4, params, err);
    return rc ? rc : app_rows_page(out, app_upload_error_columns, r, limit, err);
}

static int job_read(app_job *out, const inb_result *r, inb_error **err)
{
    app_job job = {0};
    const char *content = inb_result_value(r, 0, 2);
    app_db_copy(job.id, sizeof(job.id), r, 0, 0);
    app_db_copy(job.user_id, sizeof(job.user_id), r, 0, 1);
    job.length = content ? inb_result_length(r, 0, 2) : 0;
    job.content = malloc(job.length + 1);
    if (!job.content) {
        return app_nomem(err);
    }
    memcpy(job.content, content ? content : "", job.length + 1);
    job.done = (size_t)strtoull(inb_result_value(r, 0, 3), NULL, 10);
    job.rows_read = strtol(inb_result_value(r, 0, 4), NULL, 10);
    job.rows_accepted = strtol(inb_result_value(r, 0, 5), NULL, 10);
    job.rows_rejected = strtol(inb_result_value(r, 0, 6), NULL, 10);
    *out = job;
    return 0;
}

int app_job_claim(app_job *out, bool *found, inb_conn *conn, inb_error **err)
{
    inb_result *r;
    int rc = inb_conn_exec(
        conn,
        "UPDATE upload_jobs SET status = 'RUNNING', started_at = coalesce(started_at, now()), "
        "lease_until = now() + " LEASE " WHERE id = (SELECT id FROM upload_jobs "
        "WHERE status = 'QUEUED' OR status = 'RUNNING' AND lease_until < now() "
        "ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED) "
        "RETURNING id, user_id, content, bytes_done, rows_read, rows_accepted, rows_rejected",
        0, NULL, &r, err);
    if (rc) {
        return rc;
    }
    bool claimed = inb_result_rows(r) == 1;
    rc = claimed ? job_read(out, r, err) : 0;
    inb_result_free(r);
    if (rc == 0) {
        *found = claimed;
    }
    return rc;
}

void app_job_dispose(app_job *job)
{
    free(job->content);
    *job = (app_job){0};
}

static int json_exec(inb_conn *conn, const char *sql, const app_job *job, json_t *rows,
                     inb_error **err)
{
    if (json_array_size(rows) == 0) {
        return 0;
    }
    char *text = app_json_text(rows, JSON_COMPACT);
    if (!text) {
        return app_nomem(err);
    }
    const char *params[] = {job->id, text, job->user_id};
    int rc = inb_conn_exec(conn, sql, strstr(sql, "$3") ? 3 : 2, params, NULL, err);
    free(text);
    return rc;
}

/* The row lock comes first: who moves the job on is who inserts. */
static int progress_write(const app_job *job, bool *lost, inb_conn *conn, const app_job *next,
                          inb_error **err)
{
    char done_before[24], done[24], counts[3][24];
    snprintf(done_before, sizeof(done_before), "%zu", job->done);
    snprintf(done, sizeof(done), "%zu", next->done);
    snprintf(counts[0], sizeof(counts[0]), "%ld", next->rows_read);
    snprintf(counts[1], sizeof(counts[1]), "%ld", next->rows_accepted);
    snprintf(counts[2], sizeof(counts[2]), "%ld", next->rows_rejected);
    const char *params[] = {job->id,
                            done_before,
                            done,
                            counts[0],
                            counts[1],
                            counts[2],
                            next->done == job->length ? "t" : "f"};
    inb_result *r;
    int rc = inb_conn_exec(
        conn,
        "UPDATE upload_jobs SET bytes_done = $3, rows_read = $4, rows_accepted = $5, "
        "rows_rejected = $6, lease_until = CASE WHEN $7::bool THEN NULL ELSE now() + " LEASE
        " END, "
        "status = CASE WHEN $7::bool THEN 'DONE'::upload_status ELSE status END, "
        "content = CASE WHEN $7::bool THEN NULL ELSE content END, "
        "finished_at = CASE WHEN $7::bool THEN now() END "
        "WHERE id = $1 AND status = 'RUNNING' AND bytes_done = $2::int",
        7, params, &r, err);
    if (rc == 0) {
        *lost = inb_result_affected(r) != 1;
        inb_result_free(r);
    }
    return rc;
}

int app_job_advance(app_job *job, bool *lost, inb_conn *conn, json_t *accepted, json_t *errors,
                    const app_job *next, inb_error **err)
{
    bool gone = false;
    int rc = app_db_exec(conn, "BEGIN", err);
    if (rc) {
        return rc;
    }
    rc = progress_write(job, &gone, conn, next, err);
    if (rc == 0 && !gone) {
        rc = json_exec(
            conn,
            "INSERT INTO emissions (user_id, upload_job_id, scope, quantity, period_start, "
            "period_end, source, source_key) "
            "SELECT $3::uuid, $1::uuid, x.scope::emission_scope, x.quantity, x.period_start, "
            "x.period_end, "
            "x.source, " APP_SQL_SOURCE_KEY(
                "x.source") " FROM jsonb_to_recordset($2::jsonb) AS x(scope text, quantity "
                            "numeric, "
                            "period_start date, period_end date, source text)",
            job, accepted, err);
    }
    if (rc == 0 && !gone) {
        rc = json_exec(
            conn,
            "INSERT INTO upload_job_errors (job_id, line, \"column\", message) "
            "SELECT $1::uuid, x.line, x.\"column\", x.message FROM jsonb_to_recordset($2::jsonb) "
            "AS x(line int, \"column\" text, message text) "
            "LIMIT greatest(0, " ERRORS_KEPT
            " - (SELECT count(*) FROM upload_job_errors WHERE job_id = $1::uuid))",
            job, errors, err);
    }
    rc = app_db_end(conn, rc, err);
    if (rc == 0) {
        *lost = gone;
    }
    return rc;
}

int app_job_release(const app_job *job, inb_conn *conn, inb_error **err)
{
    const char *params[] = {job->id};
    return inb_conn_exec(
        conn, "UPDATE upload_jobs SET lease_until = now() WHERE id = $1 AND status = 'RUNNING'", 1,
        params, NULL, err);
}

int app_job_fail(const app_job *job, inb_conn *conn, const char *why, inb_error **err)
{
    const char *params[] = {job->id, why};
    return inb_conn_exec(
        conn,
        "UPDATE upload_jobs SET status = 'FAILED', failure = left($2, 200), content = NULL, "
        "lease_until = NULL, finished_at = now() WHERE id = $1 AND status = 'RUNNING'",
        2, params, NULL, err);
}
