/* Bodies of requests: JSON by each table of fields, CSV, forms, cursors. What is accepted holds to
 * what was promised. */
#include "config.h"

#include "app/body.h"
#include "app/cursor.h"
#include "fuzz.h"

#include <stdint.h>
#include <string.h>

static void json_try(const app_field *fields, const char *text, size_t n)
{
    app_body body;
    json_t *errors;
    app_body_result result = app_body_read(&body, &errors, fields, text, n);
    if ((result == APP_BODY_INVALID) != (json_array_size(errors) > 0)) {
        abort();
    }
    for (int i = 0; result == APP_BODY_OK && fields[i].name; i++) {
        const char *value = body.values[i];
        if (value ? app_field_check(&fields[i], value, strlen(value)) != NULL
                  : !fields[i].optional) {
            abort();
        }
    }
    json_decref(errors);
    app_body_dispose(&body);
}

/* Rows come in order, make headway, and are read the same from where the one before ended. */
static void csv_try(const char *text, size_t n)
{
    app_csv csv, again;
    app_csv_header header = {0};
    char wrong[160];
    app_csv_row *row = malloc(sizeof(*row)), *same = malloc(sizeof(*same));
    app_csv_open(&csv, text, n, 0);
    bool good = app_csv_next(&csv, row) && !app_csv_header_read(&header, row, wrong);
    for (size_t at = csv.at; app_csv_next(&csv, row); at = csv.at) {
        app_csv_open(&again, text, n, at);
        if (csv.at <= at || !app_csv_next(&again, same) || again.at != csv.at ||
            same->line != row->line || same->columns != row->columns ||
            !same->wrong != !row->wrong) {
            abort();
        }
        json_t *error = NULL, *emission = good ? app_csv_emission(&header, row, &error) : NULL;
        if (good && !emission == !error) {
            abort();
        }
        json_decref(emission);
        json_decref(error);
    }
    free(row);
    free(same);
}

static void form_try(const char *text, size_t n)
{
    const char *file = NULL;
    size_t file_n = 0;
    if (app_multipart_file("multipart/form-data; boundary=B", text, n, &file, &file_n) &&
        (file < text || file + file_n > text + n)) {
        abort();
    }
    /* The first line as the header that names the boundary. */
    char type[128] = "multipart/form-data; ";
    size_t line = n < 100 ? n : 100;
    memcpy(type + strlen(type), text, line);
    type[sizeof(type) - 1] = '\0';
    if (app_multipart_file(type, text, n, &file, &file_n) &&
        (file < text || file + file_n > text + n)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    char us[24], id[INB_UUID_BYTES];
    json_try(app_login_fields, text, size);
    json_try(app_emission_fields, text, size);
    json_try(app_connector_fields, text, size);
    json_try(app_connector_change_fields, text, size);
    csv_try(text, size);
    form_try(text, size);
    char *terminated = malloc(size + 1);
    memcpy(terminated, data, size);
    terminated[size] = '\0';
    if (app_cursor_parse(terminated, us, sizeof(us), id) &&
        (strlen(us) > 17 || (*id && !app_uuid_valid(id, strlen(id))))) {
        abort();
    }
    free(terminated);
    return 0;
}
