/* Rows of the database as JSON objects and pages. */
#include "config.h"

#include "app/rows.h"

#include "app/storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *column_json(const app_column *column, const char *value)
{
    if (!value) {
        return json_null();
    }
    return column->kind == APP_COLUMN_INT ? json_integer(strtoll(value, NULL, 10))
                                          : json_string(value);
}

json_t *app_row_json(const app_column *columns, const inb_result *r, int row)
{
    json_t *object = json_object();
    for (int i = 0; columns[i].name; i++) {
        if (columns[i].kind != APP_COLUMN_CURSOR &&
            json_object_set_new(object, columns[i].name,
                                column_json(&columns[i], inb_result_value(r, row, i)))) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *cursor_json(const app_column *columns, const inb_result *r, int row)
{
    char cursor[128] = "";
    size_t used = 0;
    for (int i = 0; columns[i].name; i++) {
        const char *value =
            columns[i].kind == APP_COLUMN_CURSOR ? inb_result_value(r, row, i) : NULL;
        if (value && used < sizeof(cursor)) {
            used += (size_t)snprintf(cursor + used, sizeof(cursor) - used, "%s%s", used ? "." : "",
                                     value);
        }
    }
    return json_string(cursor);
}

int app_rows_page(json_t **out, const app_column *columns, inb_result *r, int limit,
                  inb_error **err)
{
    int rows = inb_result_rows(r), shown = rows > limit ? limit : rows;
    json_t *items = json_array(), *page = json_object();
    int failed = !items || !page;
    for (int i = 0; i < shown && !failed; i++) {
        failed = json_array_append_new(items, app_row_json(columns, r, i));
    }
    failed = json_object_set_new(page, "items", items) || failed;
    failed = json_object_set_new(page, "next_cursor",
                                 rows > limit && shown ? cursor_json(columns, r, shown - 1)
                                                       : json_null()) ||
             failed;
    inb_result_free(r);
    if (failed) {
        json_decref(page);
        return app_nomem(err);
    }
    *out = page;
    return 0;
}

#define SQL_MAX 2048

int app_rows_select(inb_result **out, inb_conn *conn, const char *head, const app_column *columns,
                    const char *tail, int n, const char *const *params, inb_error **err)
{
    char sql[SQL_MAX];
    size_t used = (size_t)snprintf(sql, sizeof(sql), "%s", head);
    for (int i = 0; columns[i].name && used < sizeof(sql); i++) {
        used +=
            (size_t)snprintf(sql + used, sizeof(sql) - used, "%s%s", i ? ", " : "", columns[i].sql);
    }
    used += used < sizeof(sql) ? (size_t)snprintf(sql + used, sizeof(sql) - used, "%s", tail) : 0;
    return used < sizeof(sql) ? inb_conn_exec(conn, sql, n, params, out, err)
                              : inb_error_wrap(err, INB_ELIMIT, "a statement is too long");
}

int app_row_select(json_t **out, inb_conn *conn, const char *head, const app_column *columns,
                   const char *tail, int n, const char *const *params, inb_error **err)
{
    json_t *object = NULL;
    inb_result *r;
    int rc = app_rows_select(&r, conn, head, columns, tail, n, params, err);
    if (rc) {
        return rc;
    }
    bool there = inb_result_rows(r) > 0;
    if (there) {
        object = app_row_json(columns, r, 0);
    }
    inb_result_free(r);
    if (there && !object) {
        return app_nomem(err);
    }
    *out = object;
    return 0;
}

int app_page_select(json_t **out, inb_conn *conn, const app_column *columns, const char *from,
                    int n, const char *const *filters, const app_page *page, inb_error **err)
{
    char limit[16], after[160] = "", tail[512];
    const char *params[APP_FILTERS_MAX + 3];
    for (int i = 0; i < n; i++) {
        params[i] = filters[i];
    }
    snprintf(limit, sizeof(limit), "%d", page->limit + 1);
    params[n] = limit;
    params[n + 1] = page->after_us;
    params[n + 2] = page->after_id;
    /* Two forms, so that the first page's condition does not keep the planner from the index. */
    if (page->after_us) {
        snprintf(after, sizeof(after),
                 " AND (created_at, id) < ('epoch'::timestamptz + $%d::bigint * interval "
                 "'1 microsecond', $%d::uuid)",
                 n + 2, n + 3);
    }
    snprintf(tail, sizeof(tail), " FROM %s%s ORDER BY created_at DESC, id DESC LIMIT $%d::bigint",
             from, after, n + 1);
    inb_result *r;
    int rc = app_rows_select(&r, conn, "SELECT ", columns, tail, page->after_us ? n + 3 : n + 1,
                             params, err);
    return rc ? rc : app_rows_page(out, columns, r, page->limit, err);
}
