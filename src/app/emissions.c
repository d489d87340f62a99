/* Emissions in the database. */
#include "config.h"

#include "app/field_check.h"
#include "app/rows.h"
#include "app/storage.h"

const app_column app_emission_columns[] = {
    {"id", APP_COLUMN_TEXT, "id", "UUID"},
    {"scope", APP_COLUMN_TEXT, "scope", "Greenhouse Gas Protocol scope"},
    {"quantity", APP_COLUMN_TEXT, "quantity", "kilograms of CO2 equivalent, a decimal as text"},
    {"period_start", APP_COLUMN_TEXT, "to_char(period_start, 'YYYY-MM-DD')", "first day"},
    {"period_end", APP_COLUMN_TEXT, "to_char(period_end, 'YYYY-MM-DD')", "last day, included"},
    {"source", APP_COLUMN_TEXT, "source", "what emitted it"},
    {"source_key", APP_COLUMN_TEXT, "coalesce(source_key, " APP_SQL_SOURCE_KEY("source") ")",
     "the same in lower case and with single spaces, to compare by"},
    {"upload_id", APP_COLUMN_TEXT, "upload_job_id", "the upload that brought it, or null"},
    {"created_at", APP_COLUMN_TEXT, APP_SQL_TIME("created_at"), "RFC 3339"},
    {"us", APP_COLUMN_CURSOR, "(extract(epoch FROM created_at) * 1000000)::bigint", NULL},
    {"id", APP_COLUMN_CURSOR, "id", NULL},
    {0},
};

int app_emission_create(json_t **out, inb_conn *conn, const char *user_id,
                        const char *const *values, inb_error **err)
{
    const char *params[1 + APP_EMISSION_FIELDS] = {user_id};
    for (int i = 0; i < APP_EMISSION_FIELDS; i++) {
        params[1 + i] = values[i];
    }
    return app_row_select(
        out, conn,
        "INSERT INTO emissions (user_id, scope, quantity, period_start, period_end, source, "
        "source_key) "
        "VALUES ($1, $2::emission_scope, $3, $4, $5, $6::text, " APP_SQL_SOURCE_KEY(
            "$6::text") ") "
                        "RETURNING ",
        app_emission_columns, "", 1 + APP_EMISSION_FIELDS, params, err);
}

int app_emission_list(json_t **out, inb_conn *conn, const char *user_id, const app_page *page,
                      inb_error **err)
{
    const char *filters[] = {user_id, page->scope};
    return app_page_select(out, conn, app_emission_columns,
                           "emissions WHERE user_id = $1 AND ($2::text IS NULL OR scope = "
                           "$2::emission_scope)",
                           2, filters, page, err);
}
