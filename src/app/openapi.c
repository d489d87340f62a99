/* The OpenAPI document, made from the routes' own rows. */
#include "config.h"

#include "app/http.h"

#include "app/json_text.h"

#include <stdio.h>
#include <string.h>

/* Every function here gives a new reference, NULL when memory is out; jansson's setters pass a NULL
 * on as a failure. */

static json_t *reference(const char *kind, const char *name)
{
    return json_pack("{s:s+++}", "$ref", "#/components/", kind, "/", name);
}

static json_t *field_schema(const app_field *f)
{
    json_t *schema = json_object(), *words;
    static const struct {
        app_kind kind;
        const char *format, *pattern;
    } texts[] = {
        {APP_KIND_EMAIL, "email", NULL},
        {APP_KIND_PASSWORD, "password", NULL},
        {APP_KIND_DATE, "date", NULL},
        {APP_KIND_URL, "uri", NULL},
        {APP_KIND_QUANTITY, NULL, "^[0-9]{1,12}(\\.[0-9]{1,6})?$"},
    };
    if (f->kind == APP_KIND_QUANTITY) {
        json_object_set_new(schema, "type", json_pack("[s, s]", "string", "number"));
    } else {
        json_object_set_new(schema, "type",
                            json_string(f->kind == APP_KIND_SECRET ? "object" : "string"));
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (texts[i].kind == f->kind) {
            json_object_set_new(schema, texts[i].format ? "format" : "pattern",
                                json_string(texts[i].format ? texts[i].format : texts[i].pattern));
        }
    }
    if (f->kind == APP_KIND_TEXT) {
        json_object_set_new(schema, "minLength", json_integer(1));
    }
    if (f->most && f->kind != APP_KIND_SECRET) {
        json_object_set_new(schema, "maxLength", json_integer((json_int_t)f->most));
    }
    if (f->kind == APP_KIND_ENUM) {
        words = json_array();
        for (const char *const *w = f->words; *w; w++) {
            json_array_append_new(words, json_string(*w));
        }
        json_object_set_new(schema, "enum", words);
    }
    if (f->kind == APP_KIND_PASSWORD || f->kind == APP_KIND_SECRET) {
        json_object_set_new(schema, "writeOnly", json_true());
    }
    if (*f->about) {
        json_object_set_new(schema, "description", json_string(f->about));
    }
    return schema;
}

static json_t *fields_schema(const app_field *fields)
{
    json_t *properties = json_object(), *required = json_array();
    for (const app_field *f = fields; f->name; f++) {
        json_object_set_new(properties, f->name, field_schema(f));
        if (!f->optional) {
            json_array_append_new(required, json_string(f->name));
        }
    }
    json_t *schema = json_pack("{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0,
                               "properties", properties);
    if (json_array_size(required)) {
        json_object_set(schema, "required", required);
    }
    json_decref(required);
    return schema;
}

static json_t *columns_schema(const app_column *columns)
{
    json_t *properties = json_object(), *required = json_array();
    for (const app_column *c = columns; c->name; c++) {
        if (c->kind == APP_COLUMN_CURSOR) {
            continue;
        }
        bool nullable = strstr(c->about, "or null") != NULL;
        const char *type = c->kind == APP_COLUMN_INT ? "integer" : "string";
        json_t *property = json_pack("{s:s}", "description", c->about);
        json_object_set_new(property, "type",
                            nullable ? json_pack("[s, s]", type, "null") : json_string(type));
        json_object_set_new(properties, c->name, property);
        json_array_append_new(required, json_string(c->name));
    }
    return json_pack("{s:s, s:b, s:o, s:o}", "type", "object", "additionalProperties", 0,
                     "required", required, "properties", properties);
}

static json_t *page_schema(const char *item)
{
    return json_pack("{s:s, s:b, s:[s, s], s:{s:{s:s, s:o}, s:{s:[s, s], s:s}}}", "type", "object",
                     "additionalProperties", 0, "required", "items", "next_cursor", "properties",
                     "items", "type", "array", "items", reference("schemas", item), "next_cursor",
                     "type", "string", "null", "description",
                     "the next page's cursor, null on the last page");
}

static json_t *problem_schema(void)
{
    return json_pack("{s:s, s:[s, s, s, s, s], s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, "
                     "s:{s:s, s:{s:s, s:{s:{s:s}, "
                     "s:{s:s}}}}}}",
                     "type", "object", "required", "type", "title", "status", "detail",
                     "request_id", "properties", "type", "type", "string", "title", "type",
                     "string", "status", "type", "integer", "detail", "type", "string",
                     "request_id", "type", "string", "errors", "type", "array", "items", "type",
                     "object", "properties", "field", "type", "string", "message", "type",
                     "string");
}

static json_t *schemas(const app_route *routes)
{
    json_t *all = json_object();
    for (const app_route *r = routes; r->method; r++) {
        char page[64];
        if (r->body_name) {
            json_object_set_new(all, r->body_name, fields_schema(r->fields));
        }
        if (r->columns) {
            json_object_set_new(all, r->answer_name, columns_schema(r->columns));
        }
        if (r->page) {
            snprintf(page, sizeof(page), "%sPage", r->answer_name);
            json_object_set_new(all, page, page_schema(r->answer_name));
        }
    }
    json_object_set_new(all, "Problem", problem_schema());
    json_object_set_new(all, "Document", json_pack("{s:s}", "type", "object"));
    return all;
}

static json_t *parameters(const app_route *r)
{
    json_t *list = json_array();
    if (strstr(r->path, "{id}")) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:{s:s, s:s}}", "name", "id", "in",
                                              "path", "required", 1, "schema", "type", "string",
                                              "format", "uuid"));
    }
    if (r->params & APP_PARAM_LIMIT) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:{s:s, s:i, s:i, s:i}}", "name", "limit",
                                              "in", "query", "schema", "type", "integer", "minimum",
                                              1, "maximum", 200, "default", 50));
    }
    if (r->params & APP_PARAM_CURSOR) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:{s:s}}", "name", "cursor", "in",
                                              "query", "schema", "type", "string"));
    }
    if (r->params & APP_PARAM_SCOPE) {
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:o}", "name", "scope", "in", "query", "schema",
                                        field_schema(&app_emission_fields[APP_EMISSION_SCOPE])));
    }
    return list;
}

static json_t *request_body(const app_route *r)
{
    if (r->body == APP_BODY_JSON) {
        return json_pack("{s:b, s:{s:{s:o}}}", "required", 1, "content", "application/json",
                         "schema", reference("schemas", r->body_name));
    }
    return json_pack("{s:b, s:{s:{s:{s:s}}, s:{s:{s:s, s:{s:{s:s, s:s}}}}}}", "required", 1,
                     "content", "text/csv", "schema", "type", "string", "multipart/form-data",
                     "schema", "type", "object", "properties", "file", "type", "string", "format",
                     "binary");
}

static json_t *success(const app_route *r)
{
    char name[64];
    json_t *answer = json_pack("{s:s}", "description", r->summary);
    snprintf(name, sizeof(name), "%s%s", r->answer_name ? r->answer_name : "",
             r->page ? "Page" : "");
    if (r->answer_name && *r->answer_name) {
        json_object_set_new(
            answer, "content",
            json_pack("{s:{s:o}}", "application/json", "schema", reference("schemas", name)));
    } else if (r->answer_name) {
        json_object_set_new(answer, "content",
                            json_pack("{s:{s:{s:s}}}", "text/plain", "schema", "type", "string"));
    }
    return answer;
}

/* What a route can refuse with follows from its row. */
static unsigned problems_of(const app_route *r)
{
    unsigned p = r->problems | APP_CAN(APP_PROBLEM_BAD_REQUEST) | APP_CAN(APP_PROBLEM_TOO_LARGE) |
                 APP_CAN(APP_PROBLEM_HEAD_TOO_LARGE);
    p |= r->auth ? APP_CAN(APP_PROBLEM_UNAUTHORIZED) : 0;
    p |= strstr(r->path, "{id}") ? APP_CAN(APP_PROBLEM_NOT_FOUND) : 0;
    p |= r->body ? APP_CAN(APP_PROBLEM_INVALID) | APP_CAN(APP_PROBLEM_MEDIA_TYPE) : 0;
    return r->run_inline ? p : p | APP_CAN(APP_PROBLEM_INTERNAL) | APP_CAN(APP_PROBLEM_UNAVAILABLE);
}

static json_t *responses(const app_route *r)
{
    char status[16];
    json_t *all = json_object();
    snprintf(status, sizeof(status), "%u", r->status);
    json_object_set_new(all, status, success(r));
    for (int k = 0; k < APP_PROBLEM_KINDS; k++) {
        if (problems_of(r) & APP_CAN(k)) {
            snprintf(status, sizeof(status), "%u", app_problem_status((app_problem_kind)k));
            json_object_set_new(all, status,
                                reference("responses", app_problem_name((app_problem_kind)k)));
        }
    }
    return all;
}

static json_t *operation(const app_route *r)
{
    json_t *o = json_pack("{s:s, s:s, s:o}", "operationId", r->operation, "summary", r->summary,
                          "responses", responses(r));
    json_t *list = parameters(r);
    if (json_array_size(list)) {
        json_object_set(o, "parameters", list);
    }
    json_decref(list);
    if (r->body) {
        json_object_set_new(o, "requestBody", request_body(r));
    }
    if (r->auth) {
        json_object_set_new(o, "security", json_pack("[{s:[]}]", "token"));
    }
    return o;
}

static json_t *paths(const app_route *routes)
{
    json_t *all = json_object();
    for (const app_route *r = routes; r->method; r++) {
        char method[16];
        json_t *item = json_object_get(all, r->path);
        if (!item) {
            item = json_object();
            json_object_set_new(all, r->path, item);
        }
        size_t n = 0;
        for (; r->method[n]; n++) {
            method[n] = (char)(r->method[n] | 0x20);
        }
        method[n] = '\0';
        json_object_set_new(item, method, operation(r));
    }
    return all;
}

static json_t *problem_responses(void)
{
    json_t *all = json_object();
    for (int k = 0; k < APP_PROBLEM_KINDS; k++) {
        json_object_set_new(all, app_problem_name((app_problem_kind)k),
                            json_pack("{s:s, s:{s:{s:o}}}", "description",
                                      app_problem_title((app_problem_kind)k), "content",
                                      "application/problem+json", "schema",
                                      reference("schemas", "Problem")));
    }
    return all;
}

char *app_openapi_text(const app_route *routes)
{
    json_t *document =
        json_pack("{s:s, s:{s:s, s:s}, s:o, s:{s:o, s:o, s:{s:{s:s, s:s}}}}", "openapi", "3.1.0",
                  "info", "title", "Emissions", "version", INB_VERSION, "paths", paths(routes),
                  "components", "schemas", schemas(routes), "responses", problem_responses(),
                  "securitySchemes", "token", "type", "http", "scheme", "bearer");
    char *text = app_json_text(document, JSON_COMPACT);
    json_decref(document);
    return text;
}
