/* Bodies as they come over the wire: pure functions of bytes, which the fuzz target calls too. */
#ifndef APP_BODY_H
#define APP_BODY_H

#include "app/field_check.h"

#include <jansson.h>

#define APP_BODY_FIELDS_MAX 8

/* A JSON body that was read: the checked values by the fields' order, NULL for what was left out.
 */
typedef struct app_body {
    const char *values[APP_BODY_FIELDS_MAX];
    char *owned[APP_BODY_FIELDS_MAX];
} app_body;

typedef enum app_body_result {
    APP_BODY_OK = 0,
    APP_BODY_MALFORMED, /* not a JSON object */
    APP_BODY_INVALID,   /* *errors: [{"field","message"}…], the caller's */
    APP_BODY_NOMEM
} app_body_result;

app_body_result app_body_read(app_body *out, json_t **errors, const app_field *fields,
                              const char *bytes, size_t n);
/* Wipes and frees. */
void app_body_dispose(app_body *body);

/*
 * CSV by RFC 4180: commas, quotes, CRLF or LF. A malformed row is reported and skipped up to the
 * first newline after its start, so that one bad quote does not swallow the file.
 */
#define APP_CSV_ROW_MAX 4096
#define APP_CSV_COLUMNS_MAX 16

typedef struct app_csv {
    const char *text;
    size_t n, at; /* at: the offset of the next row */
    long line;    /* of the next row, from 1 */
} app_csv;

typedef struct app_csv_row {
    long line;
    const char *wrong; /* what is wrong with the row as a whole, or NULL */
    bool nomem;        /* the row could not be read for want of memory */
    int columns;
    const char *value[APP_CSV_COLUMNS_MAX]; /* NUL-terminated, in scratch */
    char scratch[APP_CSV_ROW_MAX + APP_CSV_COLUMNS_MAX + 1];
} app_csv_row;

/* At offset `at` of a text; counts the lines before it. A byte order mark at the start is skipped.
 */
void app_csv_open(app_csv *csv, const char *text, size_t n, size_t at);
/* The next row that is not empty; false at the end. */
bool app_csv_next(app_csv *csv, app_csv_row *row);

/* Which field of an emission each column is. Returns NULL or what is wrong with the header, in
 * `wrong`. */
typedef struct app_csv_header {
    int columns;
    int field[APP_CSV_COLUMNS_MAX];
} app_csv_header;
const char *app_csv_header_read(app_csv_header *out, const app_csv_row *row, char wrong[160]);

/* The row as {"scope": …, …}, or NULL with *error {"line","column","message"}; both NULL when
 * memory is out. */
json_t *app_csv_emission(const app_csv_header *header, const app_csv_row *row, json_t **error);

/* The first file of a multipart/form-data body: a slice of it. False when there is none. */
bool app_multipart_file(const char *content_type, const char *body, size_t n, const char **file,
                        size_t *file_n);

#endif
