#include "config.h"

#include "app/rows.h"

#include "app/store.h"

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

void app_columns_sql(char *out, size_t n, const app_column *columns)
{
    size_t used = 0;
    for (int i = 0; columns[i].name && used < n; i++) {
        used += (size_t)snprintf(out + used, n - used, "%s%s", i ? ", " : "", columns[i].sql);
    }
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

int app_rows_one(json_t **out, const app_column *columns, inb_result *r, inb_error **err)
{
    json_t *object = NULL;
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
