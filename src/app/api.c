/* The handlers of the routes: each reads a request, calls the storage functions, and answers. */
#include "config.h"

#include "app/body.h"
#include "app/log_line.h"
#include "app/server.h"

#include <stdlib.h>
#include <string.h>

static void text_answer(app_request *r, const char *type, const char *text)
{
    char *copy = strdup(text);
    if (copy) {
        app_answer_text(r, 200, type, copy, strlen(copy));
    } else {
        app_problem(r, APP_PROBLEM_UNAVAILABLE, "no memory");
    }
}

void app_api_health(app_request *r)
{
    text_answer(r, "text/plain", "ok\n");
}

void app_api_openapi(app_request *r)
{
    text_answer(r, "application/json", r->server->openapi);
}

void app_api_ready(app_request *r)
{
    app_server *server = r->server;
    char starting[256] = "the service is starting";
    const char *reason = NULL;
    if (!atomic_load(&server->serving)) {
        app_log_recent(starting + strlen(starting), sizeof(starting) - strlen(starting));
        reason = starting;
    } else if (atomic_load(&server->draining)) {
        reason = "the service is shutting down";
    } else if (!app_readiness_good(server)) {
        reason = "the database does not answer";
    }
    if (reason) {
        app_problem(r, APP_PROBLEM_UNAVAILABLE, reason);
    } else {
        text_answer(r, "text/plain", "ready\n");
    }
}

/* A JSON body by the route's fields; false when the request was answered instead. */
static bool body_take(app_request *r, app_body *body)
{
    json_t *errors;
    switch (app_body_read(body, &errors, r->route->fields, r->body ? r->body : "", r->length)) {
    case APP_BODY_OK:
        return true;
    case APP_BODY_MALFORMED:
        app_problem(r, APP_PROBLEM_BAD_REQUEST, "the body is not a JSON object");
        return false;
    case APP_BODY_INVALID:
        app_problem_fields(r, errors);
        return false;
    case APP_BODY_NOMEM:
        break;
    }
    app_problem(r, APP_PROBLEM_UNAVAILABLE, "no memory");
    return false;
}

/* An object that was found, or 404. */
static void found_answer(app_request *r, json_t *object)
{
    if (object) {
        app_answer_json(r, r->route->status, object);
    } else {
        app_problem(r, APP_PROBLEM_NOT_FOUND, "no resource has this id");
    }
}

/* The page that the query asks for; false when its cursor is another list's. */
static bool page_take(app_request *r, app_page *page)
{
    *page = (app_page){
        .limit = r->limit,
        .scope = *r->scope ? r->scope : NULL,
        .after_us = *r->cursor_us ? r->cursor_us : NULL,
        .after_id = r->cursor_id,
    };
    if (page->after_us && !*r->cursor_id) {
        app_problem(r, APP_PROBLEM_BAD_REQUEST, "cursor is not one of this list's");
        return false;
    }
    return true;
}

/* --- sessions --- */

static int session_answer(app_request *r, inb_conn *conn, const char *user_id, inb_error **err)
{
    char token[INB_TOKEN_BYTES], expires[32];
    int rc = app_session_open(token, expires, conn, user_id,
                              r->server->settings->session_lifetime_ms, err);
    if (rc == 0) {
        app_answer_json(r, r->route->status,
                        json_pack("{s:s, s:s, s:s}", "token", token, "expires_at", expires,
                                  "user_id", user_id));
        explicit_bzero(token, sizeof(token));
    }
    return rc;
}

/* Before the password is looked at; the same for accounts that there are and for others. */
static bool try_take(app_request *r, const app_body *body)
{
    int seconds = app_login_limit_take(&r->server->tries, body->values[APP_LOGIN_EMAIL], r->client,
                                       app_now_us());
    if (seconds) {
        app_problem(r, APP_PROBLEM_TOO_MANY, "too many wrong passwords");
        r->retry_after = seconds;
    }
    return seconds == 0;
}

static int login_checked(app_request *r, inb_conn *conn, const app_body *body, inb_error **err)
{
    app_user user;
    int rc = app_user_verify(&user, conn, body->values[APP_LOGIN_EMAIL],
                             body->values[APP_LOGIN_PASSWORD], r->server->decoy, err);
    if (rc) {
        return rc;
    }
    atomic_fetch_add(*user.id ? &r->server->metrics.logins_good : &r->server->metrics.logins_bad,
                     1);
    if (!*user.id) {
        app_problem(r, APP_PROBLEM_UNAUTHORIZED, "the e-mail address or the password is wrong");
        return 0;
    }
    app_login_limit_forgive(&r->server->tries, body->values[APP_LOGIN_EMAIL], r->client,
                            app_now_us());
    return session_answer(r, conn, user.id, err);
}

int app_api_login(app_request *r, inb_conn *conn, inb_error **err)
{
    app_body body;
    if (!body_take(r, &body)) {
        return 0;
    }
    int rc = try_take(r, &body) ? login_checked(r, conn, &body, err) : 0;
    app_body_dispose(&body);
    return rc;
}

int app_api_logout(app_request *r, inb_conn *conn, inb_error **err)
{
    int rc = app_session_close(conn, r->user.session, err);
    if (rc == 0) {
        app_answer_empty(r, r->route->status);
    }
    return rc;
}

/* --- emissions --- */

int app_api_emission_create(app_request *r, inb_conn *conn, inb_error **err)
{
    app_body body;
    json_t *made;
    if (!body_take(r, &body)) {
        return 0;
    }
    int rc = app_emission_create(&made, conn, r->user.id, body.values, err);
    app_body_dispose(&body);
    if (rc == 0) {
        app_answer_json(r, r->route->status, made);
    }
    return rc;
}

int app_api_emission_list(app_request *r, inb_conn *conn, inb_error **err)
{
    app_page page;
    json_t *list;
    if (!page_take(r, &page)) {
        return 0;
    }
    int rc = app_emission_list(&list, conn, r->user.id, &page, err);
    if (rc == 0) {
        app_answer_json(r, r->route->status, list);
    }
    return rc;
}

/* --- uploads --- */

/* NULL when a job may have the file, or the reason why not; *nomem: it could not be read. */
static const char *csv_check(const char *csv, size_t n, char wrong[160], bool *nomem)
{
    app_csv reader;
    app_csv_header header;
    app_csv_row *row = malloc(sizeof(*row));
    *nomem = !row;
    if (!row) {
        return NULL;
    }
    row->nomem = false;
    app_csv_open(&reader, csv, n, 0);
    const char *bad = !app_text_valid(csv, n)      ? "the file is not UTF-8 text"
                      : app_csv_next(&reader, row) ? app_csv_header_read(&header, row, wrong)
                                                   : "the file is empty";
    *nomem = row->nomem;
    free(row);
    return bad;
}

/* The CSV text of the request, NUL-terminated in its body; false when the request was answered
 * instead. */
static bool csv_take(app_request *r, const char **csv, size_t *n)
{
    const char *type = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Content-Type");
    char wrong[160];
    *csv = r->body ? r->body : "";
    *n = r->length;
    if (type && strncasecmp(type, "multipart/", 10) == 0) {
        if (!app_multipart_file(type, *csv, *n, csv, n)) {
            app_problem(r, APP_PROBLEM_BAD_REQUEST, "the form has no file");
            return false;
        }
        r->body[*csv + *n - r->body] = '\0';
    }
    bool nomem;
    const char *bad = csv_check(*csv, *n, wrong, &nomem);
    if (nomem) {
        app_problem(r, APP_PROBLEM_UNAVAILABLE, "no memory");
    } else if (bad) {
        app_problem_fields(r, json_pack("[{s:s, s:s}]", "field", "file", "message", bad));
    }
    return !bad && !nomem;
}

int app_api_upload_create(app_request *r, inb_conn *conn, inb_error **err)
{
    const char *csv;
    size_t n;
    json_t *made;
    if (!csv_take(r, &csv, &n)) {
        return 0;
    }
    int rc = app_upload_create(&made, conn, r->user.id, csv, n, err);
    if (rc == 0) {
        snprintf(r->location, sizeof(r->location), "/v1/uploads/%s",
                 json_string_value(json_object_get(made, "id")));
        app_answer_json(r, r->route->status, made);
        app_jobs_wake(r->server);
    }
    return rc;
}

int app_api_upload_list(app_request *r, inb_conn *conn, inb_error **err)
{
    app_page page;
    json_t *list;
    if (!page_take(r, &page)) {
        return 0;
    }
    int rc = app_upload_list(&list, conn, r->user.id, &page, err);
    if (rc == 0) {
        app_answer_json(r, r->route->status, list);
    }
    return rc;
}

int app_api_upload_show(app_request *r, inb_conn *conn, inb_error **err)
{
    json_t *job;
    int rc = app_upload_find(&job, conn, r->user.id, r->id, err);
    if (rc == 0) {
        found_answer(r, job);
    }
    return rc;
}

int app_api_upload_errors(app_request *r, inb_conn *conn, inb_error **err)
{
    json_t *job, *list;
    long long after = *r->cursor_us ? atoll(r->cursor_us) : 0;
    if (*r->cursor_id || after > INT32_MAX) {
        app_problem(r, APP_PROBLEM_BAD_REQUEST, "cursor is not one of this list's");
        return 0;
    }
    int rc = app_upload_find(&job, conn, r->user.id, r->id, err);
    if (rc || !job) {
        if (rc == 0) {
            found_answer(r, NULL);
        }
        return rc;
    }
    json_decref(job);
    rc = app_upload_errors(&list, conn, r->user.id, r->id, (int)after, r->limit, err);
    if (rc == 0) {
        app_answer_json(r, r->route->status, list);
    }
    return rc;
}

/* --- connectors --- */

static bool keyring_there(app_request *r)
{
    if (!r->server->keyring) {
        app_problem(r, APP_PROBLEM_UNAVAILABLE,
                    "the service has no keyring to seal the secret with");
    }
    return r->server->keyring != NULL;
}

static void connector_answer(app_request *r, json_t *connector, bool taken)
{
    if (taken) {
        app_problem(r, APP_PROBLEM_CONFLICT, "another connector has this name");
    } else {
        found_answer(r, connector);
    }
}

int app_api_connector_create(app_request *r, inb_conn *conn, inb_error **err)
{
    app_body body;
    json_t *made;
    bool taken;
    if (!keyring_there(r) || !body_take(r, &body)) {
        return 0;
    }
    int rc = app_connector_create(&made, &taken, conn, r->server->keyring, body.values, err);
    app_body_dispose(&body);
    if (rc == 0) {
        connector_answer(r, made, taken);
    }
    return rc;
}

int app_api_connector_change(app_request *r, inb_conn *conn, inb_error **err)
{
    app_body body;
    json_t *changed;
    bool taken, unsealed;
    if (!keyring_there(r) || !body_take(r, &body)) {
        return 0;
    }
    int rc = app_connector_change(&changed, &taken, &unsealed, conn, r->server->keyring, r->id,
                                  body.values, err);
    app_body_dispose(&body);
    if (rc == 0 && unsealed) {
        app_problem_fields(r, json_pack("[{s:s, s:s}]", "field", "secret", "message",
                                        "is required with a new base_url"));
    } else if (rc == 0) {
        connector_answer(r, changed, taken);
    }
    return rc;
}

int app_api_connector_list(app_request *r, inb_conn *conn, inb_error **err)
{
    app_page page;
    json_t *list;
    if (!page_take(r, &page)) {
        return 0;
    }
    int rc = app_connector_list(&list, conn, &page, err);
    if (rc == 0) {
        app_answer_json(r, r->route->status, list);
    }
    return rc;
}

int app_api_connector_show(app_request *r, inb_conn *conn, inb_error **err)
{
    json_t *connector;
    int rc = app_connector_find(&connector, conn, r->id, err);
    if (rc == 0) {
        found_answer(r, connector);
    }
    return rc;
}

int app_api_connector_delete(app_request *r, inb_conn *conn, inb_error **err)
{
    bool found;
    int rc = app_connector_delete(&found, conn, r->id, err);
    if (rc == 0 && found) {
        app_answer_empty(r, r->route->status);
    } else if (rc == 0) {
        found_answer(r, NULL);
    }
    return rc;
}
