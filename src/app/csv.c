/* The rows of a CSV file, read by libcsv, and the emission that each of them is. */
#include "config.h"

#include "app/body.h"

#include <csv.h>
#include <stdio.h>
#include <string.h>

/* A row that holds what it may: every byte a doubled quote, and quotes and a comma for each field.
 */
#define ROW_BYTES_MAX (2 * APP_CSV_ROW_MAX + 3 * APP_CSV_COLUMNS_MAX)

static const char too_long[] = "is longer than 4,096 bytes";

void app_csv_open(app_csv *csv, const char *text, size_t n, size_t at)
{
    *csv = (app_csv){text, n, at, 1};
    for (size_t i = 0; i < at; i++) {
        csv->line += text[i] == '\n';
    }
    if (at == 0 && n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        csv->at = 3;
    }
}

/* Only a newline ends a row; what libcsv takes for space at the edge of a field is the carriage
 * return before it, and blanks belong to the value. */
static int is_newline(unsigned char c)
{
    return c == '\n';
}

static int is_return(unsigned char c)
{
    return c == '\r';
}

/* Where a row is read to. */
typedef struct reading {
    app_csv_row *row;
    size_t used; /* bytes of its values so far */
    bool whole;
} reading;

static void field_add(void *bytes, size_t n, void *payload)
{
    reading *r = payload;
    app_csv_row *row = r->row;
    if (!row->wrong && row->columns == APP_CSV_COLUMNS_MAX) {
        row->wrong = "has more than 16 columns";
    }
    if (!row->wrong && r->used + n > APP_CSV_ROW_MAX) {
        row->wrong = too_long;
    }
    if (!row->wrong) {
        char *value = row->scratch + r->used + (size_t)row->columns;
        memcpy(value, bytes, n);
        value[n] = '\0';
        row->value[row->columns++] = value;
        r->used += n;
    }
}

static void row_end(int c, void *payload)
{
    reading *r = payload;
    (void)c;
    r->whole = true;
}

/* What is wrong with a row that libcsv does not read to its end; that it is too long comes first.
 */
static void row_refuse(const reading *r, const struct csv_parser *p, const char *wrong)
{
    if (!r->row->wrong) {
        r->row->wrong = r->used + p->entry_pos > APP_CSV_ROW_MAX ? too_long : wrong;
    }
}

/* The length of the line at `at`, its newline included. */
static size_t line_length(const app_csv *csv, size_t at)
{
    const char *newline = memchr(csv->text + at, '\n', csv->n - at);
    return (newline ? (size_t)(newline + 1 - csv->text) : csv->n) - at;
}

/* Reads line by line, because libcsv does not stop at the end of a row; returns where it ended. */
static size_t row_read(const app_csv *csv, reading *r, struct csv_parser *p)
{
    size_t at = csv->at;
    while (!r->whole && !r->row->wrong && at < csv->n) {
        size_t left = csv->at + ROW_BYTES_MAX - at, n = line_length(csv, at);
        n = n < left ? n : left;
        size_t done = csv_parse(p, csv->text + at, n, field_add, row_end, r);
        at += done;
        if (done < n) {
            /* One code for both quotes that are out of place. */
            r->row->nomem = csv_error(p) != CSV_EPARSE;
            row_refuse(r, p,
                       p->quoted ? "has text after a closing quote"
                                 : "has a quote inside a field that does not begin with one");
        } else if (!r->whole && n == left && !r->row->wrong) {
            r->row->wrong = too_long;
        }
    }
    if (!r->whole && !r->row->wrong && csv_fini(p, field_add, row_end, r) != 0) {
        row_refuse(r, p, "has a quote that is not closed");
    }
    return at;
}

static void lines_skip(app_csv *csv, size_t at)
{
    for (; csv->at < at; csv->at++) {
        csv->line += csv->text[csv->at] == '\n';
    }
}

bool app_csv_next(app_csv *csv, app_csv_row *row)
{
    struct csv_parser p;
    reading r = {.row = row};
    row->columns = 0;
    row->wrong = NULL;
    row->nomem = false;
    while (csv->at < csv->n && (csv->text[csv->at] == '\r' || csv->text[csv->at] == '\n')) {
        lines_skip(csv, csv->at + 1);
    }
    if (csv->at >= csv->n) {
        return false;
    }
    row->line = csv->line;
    csv_init(&p, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_space_func(&p, is_return);
    csv_set_term_func(&p, is_newline);
    csv_set_blk_size(&p, APP_CSV_ROW_MAX);
    size_t at = row_read(csv, &r, &p);
    csv_free(&p);
    lines_skip(csv, row->wrong ? csv->at + line_length(csv, csv->at) : at);
    return true;
}

static int field_index(const char *name)
{
    for (int i = 0; app_emission_fields[i].name; i++) {
        if (strcmp(app_emission_fields[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *app_csv_header_read(app_csv_header *out, const app_csv_row *row, char wrong[160])
{
    app_csv_header header = {.columns = row->columns};
    bool seen[APP_EMISSION_FIELDS] = {false};
    if (row->wrong) {
        snprintf(wrong, 160, "the header %s", row->wrong);
        return wrong;
    }
    for (int i = 0; i < row->columns; i++) {
        int field = field_index(row->value[i]);
        if (field < 0 || seen[field]) {
            snprintf(wrong, 160, "column \"%.40s\" %s", row->value[i],
                     field < 0 ? "is unknown" : "occurs twice");
            return wrong;
        }
        seen[field] = true;
        header.field[i] = field;
    }
    for (int i = 0; i < APP_EMISSION_FIELDS; i++) {
        if (!seen[i]) {
            snprintf(wrong, 160, "column \"%s\" is missing", app_emission_fields[i].name);
            return wrong;
        }
    }
    *out = header;
    return NULL;
}

static json_t *error_json(const app_csv_row *row, const char *column, const char *message)
{
    return json_pack("{s:i, s:s, s:s}", "line", (int)row->line, "column", column, "message",
                     message);
}

json_t *app_csv_emission(const app_csv_header *header, const app_csv_row *row, json_t **error)
{
    const char *values[APP_EMISSION_FIELDS] = {NULL};
    *error = NULL;
    const char *wrong = row->wrong;
    if (!wrong && row->columns != header->columns) {
        wrong = "does not have as many columns as the header";
    }
    if (wrong) {
        *error = error_json(row, "", wrong);
        return NULL;
    }
    for (int i = 0; i < row->columns; i++) {
        const app_field *field = &app_emission_fields[header->field[i]];
        wrong = app_field_check(field, row->value[i], strlen(row->value[i]));
        if (wrong) {
            *error = error_json(row, field->name, wrong);
            return NULL;
        }
        values[header->field[i]] = row->value[i];
    }
    wrong = app_period_check(values[APP_EMISSION_START], values[APP_EMISSION_END]);
    if (wrong) {
        *error = error_json(row, app_emission_fields[APP_EMISSION_END].name, wrong);
        return NULL;
    }
    json_t *emission = json_object();
    for (int i = 0; i < APP_EMISSION_FIELDS; i++) {
        if (json_object_set_new(emission, app_emission_fields[i].name, json_string(values[i]))) {
            json_decref(emission);
            return NULL;
        }
    }
    return emission;
}
