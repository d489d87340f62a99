/* Answers and problem documents (RFC 9457), and the table of problem kinds. */
#include "config.h"

#include "app/json_text.h"
#include "app/server.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned status;
    const char *title;
} kinds[APP_PROBLEM_KINDS] = {
    [APP_PROBLEM_BAD_REQUEST] = {"bad-request", 400, "The request is malformed"},
    [APP_PROBLEM_INVALID] = {"invalid", 422, "A value is not valid"},
    [APP_PROBLEM_UNAUTHORIZED] = {"unauthorized", 401, "Sign in first"},
    [APP_PROBLEM_NOT_FOUND] = {"not-found", 404, "No such resource"},
    [APP_PROBLEM_METHOD] = {"method-not-allowed", 405, "The resource does not support this method"},
    [APP_PROBLEM_CONFLICT] = {"conflict", 409, "The name is taken"},
    [APP_PROBLEM_TOO_LARGE] = {"too-large", 413, "The body is too large"},
    [APP_PROBLEM_MEDIA_TYPE] = {"media-type", 415, "The media type is not supported"},
    [APP_PROBLEM_TOO_MANY] = {"too-many-tries", 429, "Too many attempts"},
    [APP_PROBLEM_HEAD_TOO_LARGE] = {"head-too-large", 431, "The head of the request is too large"},
    [APP_PROBLEM_INTERNAL] = {"internal", 500, "The service failed"},
    [APP_PROBLEM_UNAVAILABLE] = {"unavailable", 503, "Try again in a moment"},
};

unsigned app_problem_status(app_problem_kind kind)
{
    return kinds[kind].status;
}

const char *app_problem_name(app_problem_kind kind)
{
    return kinds[kind].name;
}

const char *app_problem_title(app_problem_kind kind)
{
    return kinds[kind].title;
}

void app_answer_text(app_request *r, unsigned status, const char *type, char *text, size_t n)
{
    free(r->text);
    r->text = text;
    r->text_length = n;
    r->type = type;
    r->status = status;
    atomic_fetch_add(&r->server->owed, !r->answered);
    r->answered = true;
}

void app_answer_empty(app_request *r, unsigned status)
{
    app_answer_text(r, status, NULL, NULL, 0);
}

static void json_answer(app_request *r, unsigned status, const char *type, json_t *json)
{
    char *text = app_json_text(json, JSON_COMPACT);
    json_decref(json);
    if (text) {
        app_answer_text(r, status, type, text, strlen(text));
    } else {
        app_answer_empty(r, kinds[APP_PROBLEM_INTERNAL].status);
    }
}

void app_answer_json(app_request *r, unsigned status, json_t *json)
{
    json_answer(r, status, "application/json", json);
}

static json_t *problem_json(const app_request *r, app_problem_kind kind, const char *detail)
{
    json_t *json =
        json_pack("{s:s+, s:s, s:i, s:s, s:s}", "type", "urn:inboard:problem:", kinds[kind].name,
                  "title", kinds[kind].title, "status", (int)kinds[kind].status, "detail", detail,
                  "request_id", r->number);
    return json;
}

static void problem_answer(app_request *r, app_problem_kind kind, json_t *json)
{
    json_answer(r, kinds[kind].status, "application/problem+json", json);
    r->retry_after = kind == APP_PROBLEM_UNAVAILABLE ? 1 : 0;
}

void app_problem(app_request *r, app_problem_kind kind, const char *detail)
{
    problem_answer(r, kind, problem_json(r, kind, detail));
}

void app_problem_fields(app_request *r, json_t *errors)
{
    json_t *json = problem_json(r, APP_PROBLEM_INVALID, "see errors");
    json_object_set_new(json, "errors", errors);
    problem_answer(r, APP_PROBLEM_INVALID, json);
}
