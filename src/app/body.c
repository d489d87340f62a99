/* JSON bodies: an object checked against a table of fields. */
#include "config.h"

#include "app/body.h"

#include "app/json_slice.h"
#include "app/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool error_add(json_t *errors, const char *field, const char *message)
{
    return json_array_append_new(errors,
                                 json_pack("{s:s, s:s}", "field", field, "message", message)) == 0;
}

/*
 * A number for a quantity: JSON's own numbers are taken where they are exact, text always is.
 * Fifteen digits are what a double holds of any decimal; where they are not all, the number that
 * was sent is not known any more.
 */
static char *quantity_text(const json_t *value, const char **wrong)
{
    char text[64];
    if (json_is_integer(value)) {
        snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else {
        snprintf(text, sizeof(text), "%.15g", json_real_value(value));
        if (strtod(text, NULL) != json_real_value(value)) {
            *wrong = "has more than 15 digits: send it as a string";
            return NULL;
        }
    }
    return strdup(text);
}

/* A body that is being read. */
typedef struct reading {
    app_body *body;
    const char *bytes;
    size_t n;
    json_t *root, *errors;
} reading;

/* A secret is sealed as the bytes that were sent. */
static char *secret_text(const reading *r, const app_field *field, const json_t *value,
                         const char **wrong)
{
    const char *bytes;
    size_t n;
    if (!json_is_object(value)) {
        *wrong = "is not an object";
        return NULL;
    }
    return app_json_slice(&bytes, &n, r->bytes, r->n, field->name) ? strndup(bytes, n) : NULL;
}

/* The value as text that the checks understand, malloc'd; *wrong when its JSON type does not fit.
 */
static char *value_text(const reading *r, const app_field *field, const json_t *value,
                        const char **wrong)
{
    *wrong = NULL;
    if (field->kind == APP_KIND_SECRET) {
        return secret_text(r, field, value, wrong);
    }
    if (field->kind == APP_KIND_QUANTITY && json_is_number(value)) {
        return quantity_text(value, wrong);
    }
    if (!json_is_string(value)) {
        *wrong = field->kind == APP_KIND_QUANTITY ? "is neither a number nor a string"
                                                  : "is not a string";
        return NULL;
    }
    return strdup(json_string_value(value));
}

static bool field_read(reading *r, int i, const app_field *field)
{
    app_body *body = r->body;
    const json_t *value = json_object_get(r->root, field->name);
    if (!value) {
        return field->optional || error_add(r->errors, field->name, "is missing");
    }
    const char *wrong;
    body->owned[i] = value_text(r, field, value, &wrong);
    if (!wrong && !body->owned[i]) {
        return false;
    }
    if (!wrong) {
        wrong = app_field_check(field, body->owned[i], strlen(body->owned[i]));
    }
    if (!wrong) {
        body->values[i] = body->owned[i];
    }
    return !wrong || error_add(r->errors, field->name, wrong);
}

static bool known(const app_field *fields, const char *name)
{
    for (const app_field *f = fields; f->name; f++) {
        if (strcmp(f->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool members_read(reading *r, const app_field *fields)
{
    const app_body *body = r->body;
    const char *name;
    json_t *value;
    for (int i = 0; fields[i].name; i++) {
        if (!field_read(r, i, &fields[i])) {
            return false;
        }
    }
    json_object_foreach(r->root, name, value)
    {
        if (!known(fields, name) && !error_add(r->errors, name, "is unknown")) {
            return false;
        }
    }
    if (fields == app_emission_fields && body->values[APP_EMISSION_START] &&
        body->values[APP_EMISSION_END]) {
        const char *wrong =
            app_period_check(body->values[APP_EMISSION_START], body->values[APP_EMISSION_END]);
        return !wrong || error_add(r->errors, app_emission_fields[APP_EMISSION_END].name, wrong);
    }
    return true;
}

app_body_result app_body_read(app_body *out, json_t **errors, const app_field *fields,
                              const char *bytes, size_t n)
{
    bool nomem;
    json_t *root = app_json_read(bytes, n, &nomem);
    *out = (app_body){0};
    *errors = NULL;
    if (!json_is_object(root)) {
        json_decref(root);
        return nomem ? APP_BODY_NOMEM : APP_BODY_MALFORMED;
    }
    json_t *list = json_array();
    reading r = {out, bytes, n, root, list};
    bool whole = list && members_read(&r, fields);
    json_decref(root);
    app_body_result result = !whole                  ? APP_BODY_NOMEM
                             : json_array_size(list) ? APP_BODY_INVALID
                                                     : APP_BODY_OK;
    if (result != APP_BODY_OK) {
        app_body_dispose(out);
    }
    if (result == APP_BODY_INVALID) {
        *errors = list;
    } else {
        json_decref(list);
    }
    return result;
}

void app_body_dispose(app_body *body)
{
    for (int i = 0; i < APP_BODY_FIELDS_MAX; i++) {
        if (body->owned[i]) {
            explicit_bzero(body->owned[i], strlen(body->owned[i]));
            free(body->owned[i]);
        }
    }
    *body = (app_body){0};
}
