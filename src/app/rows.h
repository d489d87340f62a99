/* Rows of the database as JSON: a list of members, each a column, in the order in which the SELECT
 * has them. */
#ifndef APP_ROWS_H
#define APP_ROWS_H

#include <inboard.h>
#include <jansson.h>

typedef enum app_column_kind {
    APP_COLUMN_TEXT = 0, /* null for SQL's NULL */
    APP_COLUMN_INT,
    APP_COLUMN_CURSOR /* no member: part of the next page's cursor */
} app_column_kind;

typedef struct app_column {
    const char *name;
    app_column_kind kind;
    const char *sql;   /* the expression that the SELECT has */
    const char *about; /* for the OpenAPI document */
} app_column;

/* The row as an object; NULL when memory is out. */
json_t *app_row_json(const app_column *columns, const inb_result *r, int row);

/* "expression, expression, …" into out, which must have room. */
void app_columns_sql(char *out, size_t n, const app_column *columns);

/*
 * A page of a query that asked for limit + 1 rows: {"items": […], "next_cursor": …}. The cursor is
 * made of the APP_COLUMN_CURSOR columns of the last row that is shown, joined with dots; null on
 * the last page. Frees r.
 */
int app_rows_page(json_t **out, const app_column *columns, inb_result *r, int limit,
                  inb_error **err);

/* The only row of a result as an object, or NULL in *out when it has none. Frees r. */
int app_rows_one(json_t **out, const app_column *columns, inb_result *r, inb_error **err);

extern const app_column app_session_columns[], app_emission_columns[], app_upload_columns[],
    app_upload_error_columns[], app_connector_columns[];

#endif
