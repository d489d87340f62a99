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

/* The key of an emission's source: one emitter, however its name was typed. As in the migration
 * that fills it. */
#define APP_SQL_SOURCE_KEY(source) "lower(regexp_replace(btrim(" source "), '\\s+', ' ', 'g'))"

/* RFC 3339 with microseconds: what a cursor counts in. */
#define APP_SQL_TIME(column)                                                                       \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"

/* Where a page begins, and how long it is. */
typedef struct app_page {
    int limit;
    const char *scope; /* NULL: all */
    const char
        *after_us; /* where the page before ended: microseconds since 1970, NULL at the start */
    const char *after_id;
} app_page;

/* The row as an object; NULL when memory is out. */
json_t *app_row_json(const app_column *columns, const inb_result *r, int row);

/* Runs head, the columns' expressions and tail as one statement. */
int app_rows_select(inb_result **out, inb_conn *conn, const char *head, const app_column *columns,
                    const char *tail, int n, const char *const *params, inb_error **err);

/* The same for a statement that gives one row at most: NULL in *out when it gives none. */
int app_row_select(json_t **out, inb_conn *conn, const char *head, const app_column *columns,
                   const char *tail, int n, const char *const *params, inb_error **err);

#define APP_FILTERS_MAX 4

/*
 * One page, newest first, of a table with created_at and id: {"items": […], "next_cursor": …}.
 * from: the table and its condition, "t WHERE …", with the n filters as its parameters.
 */
int app_page_select(json_t **out, inb_conn *conn, const app_column *columns, const char *from,
                    int n, const char *const *filters, const app_page *page, inb_error **err);

/*
 * A page of a query that asked for limit + 1 rows: {"items": […], "next_cursor": …}. The cursor is
 * made of the APP_COLUMN_CURSOR columns of the last row that is shown, joined with dots; null on
 * the last page. Frees r.
 */
int app_rows_page(json_t **out, const app_column *columns, inb_result *r, int limit,
                  inb_error **err);

extern const app_column app_session_columns[], app_emission_columns[], app_upload_columns[],
    app_upload_error_columns[], app_connector_columns[];

#endif
