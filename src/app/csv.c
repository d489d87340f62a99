#include "config.h"

#include "app/body.h"

#include <stdio.h>
#include <string.h>

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

static const char *line_end(const app_csv *csv, size_t from)
{
    const char *newline = memchr(csv->text + from, '\n', csv->n - from);
    return newline ? newline : csv->text + csv->n;
}

static bool at_break(const app_csv *csv, size_t at)
{
    return at == csv->n || csv->text[at] == '\n' ||
           (csv->text[at] == '\r' && (at + 1 == csv->n || csv->text[at + 1] == '\n'));
}

/* Copies one field to the row; *at moves to the comma or line break after it. */
static const char *field_take(const app_csv *csv, size_t *at, char **out, const char *end)
{
    size_t i = *at;
    bool quoted = i < csv->n && csv->text[i] == '"';
    i += quoted;
    for (;; i++) {
        if (quoted ? i == csv->n : at_break(csv, i) || csv->text[i] == ',') {
            break;
        }
        if (csv->text[i] == '"') {
            if (!quoted) {
                return "has a quote inside a field that does not begin with one";
            }
            if (i + 1 == csv->n || csv->text[i + 1] != '"') {
                break;
            }
            i++;
        }
        if (*out == end) {
            return "is longer than 4,096 bytes";
        }
        *(*out)++ = csv->text[i];
    }
    if (quoted && i == csv->n) {
        return "has a quote that is not closed";
    }
    i += quoted;
    if (!at_break(csv, i) && csv->text[i] != ',') {
        return "has text after a closing quote";
    }
    *(*out)++ = '\0';
    *at = i;
    return NULL;
}

static const char *row_take(app_csv *csv, app_csv_row *row, size_t *at)
{
    char *out = row->scratch;
    for (;;) {
        if (row->columns == APP_CSV_COLUMNS_MAX) {
            return "has more than 16 columns";
        }
        row->value[row->columns] = out;
        const char *end = row->scratch + APP_CSV_ROW_MAX + row->columns;
        const char *wrong = field_take(csv, at, &out, end);
        if (wrong) {
            return wrong;
        }
        row->columns++;
        if (at_break(csv, *at)) {
            return NULL;
        }
        (*at)++;
    }
}

static void break_skip(app_csv *csv, size_t at)
{
    for (size_t i = csv->at; i < at; i++) {
        csv->line += csv->text[i] == '\n';
    }
    if (at < csv->n && csv->text[at] == '\r') {
        at++;
    }
    if (at < csv->n && csv->text[at] == '\n') {
        at++;
        csv->line++;
    }
    csv->at = at;
}

bool app_csv_next(app_csv *csv, app_csv_row *row)
{
    while (csv->at < csv->n && at_break(csv, csv->at)) {
        break_skip(csv, csv->at);
    }
    if (csv->at >= csv->n) {
        return false;
    }
    size_t at = csv->at;
    row->line = csv->line;
    row->columns = 0;
    row->wrong = row_take(csv, row, &at);
    if (row->wrong) {
        at = (size_t)(line_end(csv, csv->at) - csv->text);
    }
    break_skip(csv, at);
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
            snprintf(wrong, 160, "column \"%.40s\" is %s", row->value[i],
                     field < 0 ? "not known" : "there twice");
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
