/* The checks of a request before its body is read: head, route, query, token, media type. */
#include "config.h"

#include "app/http.h"

#include "app/cursor.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LIMIT_DEFAULT 50
#define LIMIT_MOST 200

static bool refuse(app_request *r, app_problem_kind kind, const char *detail)
{
    app_problem(r, kind, detail);
    return false;
}

static bool limit_read(app_request *r, const char *value)
{
    size_t n = strlen(value);
    if (n == 0 || n > 4 || strspn(value, "0123456789") != n) {
        return false;
    }
    r->limit = atoi(value);
    return r->limit >= 1 && r->limit <= LIMIT_MOST;
}

static bool cursor_read(app_request *r, const char *value)
{
    return app_cursor_parse(value, r->cursor_us, sizeof(r->cursor_us), r->cursor_id);
}

static bool scope_read(app_request *r, const char *value)
{
    if (app_field_check(&app_emission_fields[APP_EMISSION_SCOPE], value, strlen(value))) {
        return false;
    }
    memcpy(r->scope, value, strlen(value) + 1);
    return true;
}

static const struct {
    unsigned bit;
    const char *name;
    bool (*read)(app_request *, const char *);
    const char *wrong;
} params[] = {
    {APP_PARAM_LIMIT, "limit", limit_read, "limit is not a whole number from 1 to 200"},
    {APP_PARAM_CURSOR, "cursor", cursor_read, "cursor is not one of this list's"},
    {APP_PARAM_SCOPE, "scope", scope_read, "scope is not one of its values"},
};

/* MHD_KeyValueIteratorN: stops at the first parameter that is not taken. */
static enum MHD_Result param_take(void *payload, enum MHD_ValueKind kind, const char *key,
                                  size_t key_size, const char *value, size_t value_size)
{
    app_request *r = payload;
    (void)kind;
    for (size_t i = 0; i < sizeof(params) / sizeof(*params); i++) {
        if ((r->route->params & params[i].bit) && strcmp(key, params[i].name) == 0 &&
            strlen(key) == key_size) {
            if (value && strlen(value) == value_size && params[i].read(r, value)) {
                return MHD_YES;
            }
            refuse(r, APP_PROBLEM_BAD_REQUEST, params[i].wrong);
            return MHD_NO;
        }
    }
    refuse(r, APP_PROBLEM_BAD_REQUEST, "unknown query parameter");
    return MHD_NO;
}

static const char *header(const app_request *r, const char *name)
{
    return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

/* A token is looked up only when it has the form of one: whatever else is sent costs no database.
 */
static bool token_read(app_request *r)
{
    const char *value = header(r, "Authorization");
    if (!value || strncasecmp(value, "Bearer ", 7) != 0 ||
        strlen(value + 7) != INB_TOKEN_BYTES - 1) {
        return refuse(r, APP_PROBLEM_UNAUTHORIZED,
                      "send a session token as: Authorization: Bearer TOKEN");
    }
    memcpy(r->token, value + 7, INB_TOKEN_BYTES);
    return true;
}

static bool media_type_is(const char *value, const char *type)
{
    size_t n = strlen(type);
    return strncasecmp(value, type, n) == 0 &&
           (value[n] == '\0' || value[n] == ';' || value[n] == ' ');
}

static bool body_headers_check(app_request *r)
{
    const char *type = header(r, "Content-Type"), *length = header(r, "Content-Length");
    if (length && strtoull(length, NULL, 10) > r->most) {
        return refuse(r, APP_PROBLEM_TOO_LARGE, "the body exceeds the limit of this route");
    }
    if (r->route->body == APP_BODY_JSON && type && !media_type_is(type, "application/json")) {
        return refuse(r, APP_PROBLEM_MEDIA_TYPE, "send application/json");
    }
    if (r->route->body == APP_BODY_CSV && !(type && (media_type_is(type, "text/csv") ||
                                                     media_type_is(type, "multipart/form-data")))) {
        return refuse(r, APP_PROBLEM_MEDIA_TYPE, "send text/csv or multipart/form-data");
    }
    return true;
}

bool app_request_accept(app_request *r)
{
    if (!r->route) {
        return *r->allow ? refuse(r, APP_PROBLEM_METHOD, "see the Allow header")
                         : refuse(r, APP_PROBLEM_NOT_FOUND, "no resource has this path");
    }
    r->limit = LIMIT_DEFAULT;
    MHD_get_connection_values_n(r->connection, MHD_GET_ARGUMENT_KIND, param_take, r);
    return !r->answered && (!r->route->auth || token_read(r)) && body_headers_check(r);
}
