#include "config.h"

#include "app/check.h"
#include "app/rows.h"
#include "app/store.h"

#include <stdio.h>

/* RFC 3339 with microseconds: what a cursor counts in. */
#define TIME(column) "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"

const app_column app_emission_columns[] = {
    {"id", APP_COLUMN_TEXT, "id", "UUID"},
    {"scope", APP_COLUMN_TEXT, "scope", "Greenhouse Gas Protocol scope"},
    {"quantity", APP_COLUMN_TEXT, "quantity", "kilograms of CO2 equivalent, a decimal as text"},
    {"period_start", APP_COLUMN_TEXT, "to_char(period_start, 'YYYY-MM-DD')", "first day"},
    {"period_end", APP_COLUMN_TEXT, "to_char(period_end, 'YYYY-MM-DD')", "last day, included"},
    {"source", APP_COLUMN_TEXT, "source", "what emitted it"},
    {"upload_id", APP_COLUMN_TEXT, "upload_job_id", "the upload that brought it, or null"},
    {"created_at", APP_COLUMN_TEXT, TIME("created_at"), "RFC 3339"},
    {"us", APP_COLUMN_CURSOR, "(extract(epoch FROM created_at) * 1000000)::bigint", NULL},
    {"id", APP_COLUMN_CURSOR, "id", NULL},
    {0},
};

#define SQL_MAX 2048

int app_emission_create(json_t **out, inb_conn *conn, const char *user_id,
                        const char *const *values, inb_error **err)
{
    char columns[SQL_MAX / 2], sql[SQL_MAX];
    app_columns_sql(columns, sizeof(columns), app_emission_columns);
    snprintf(sql, sizeof(sql),
             "INSERT INTO emissions (user_id, scope, quantity, period_start, period_end, source) "
             "VALUES ($1, $2::emission_scope, $3, $4, $5, $6) RETURNING %s",
             columns);
    const char *params[1 + APP_EMISSION_FIELDS] = {user_id};
    for (int i = 0; i < APP_EMISSION_FIELDS; i++) {
        params[1 + i] = values[i];
    }
    inb_result *r;
    int rc = inb_conn_exec(conn, sql, 1 + APP_EMISSION_FIELDS, params, &r, err);
    return rc ? rc : app_rows_one(out, app_emission_columns, r, err);
}

int app_emission_list(json_t **out, inb_conn *conn, const char *user_id, const app_page *page,
                      inb_error **err)
{
    char columns[SQL_MAX / 2], sql[SQL_MAX], limit[16];
    app_columns_sql(columns, sizeof(columns), app_emission_columns);
    /* Two forms, so that the first page's condition does not keep the planner from the index. */
    snprintf(sql, sizeof(sql),
             "SELECT %s FROM emissions WHERE user_id = $1 AND ($2::text IS NULL OR scope = "
             "$2::emission_scope)%s "
             "ORDER BY created_at DESC, id DESC LIMIT $3::bigint",
             columns,
             page->after_us ? " AND (created_at, id) < ('epoch'::timestamptz + $4::bigint * "
                              "interval '1 microsecond', $5::uuid)"
                            : "");
    snprintf(limit, sizeof(limit), "%d", page->limit + 1);
    const char *params[] = {user_id, page->scope, limit, page->after_us, page->after_id};
    inb_result *r;
    int rc = inb_conn_exec(conn, sql, page->after_us ? 5 : 3, params, &r, err);
    return rc ? rc : app_rows_page(out, app_emission_columns, r, page->limit, err);
}
