/* The table of routes, and the route of a path. */
#include "config.h"

#include "app/http.h"

#include <stdio.h>
#include <string.h>

#define PAGE (APP_PARAM_LIMIT | APP_PARAM_CURSOR)

const app_route app_routes[] = {
    {.method = "GET",
     .path = "/healthz",
     .operation = "health",
     .summary = "The process answers",
     .run_inline = app_api_health,
     .audience = APP_AUDIENCE_PROBE,
     .status = 200,
     .answer_name = ""},
    {.method = "GET",
     .path = "/readyz",
     .operation = "ready",
     .summary = "The service is ready, and its database answers",
     .run_inline = app_api_ready,
     .audience = APP_AUDIENCE_PROBE,
     .problems = APP_CAN(APP_PROBLEM_UNAVAILABLE),
     .status = 200,
     .answer_name = ""},
    {.method = "GET",
     .path = "/metrics",
     .operation = "metrics",
     .summary = "Numbers in Prometheus' text form",
     .run_inline = app_api_metrics,
     .audience = APP_AUDIENCE_METRICS,
     .status = 200,
     .answer_name = ""},
    {.method = "GET",
     .path = "/openapi.json",
     .operation = "openapi",
     .summary = "This document",
     .run_inline = app_api_openapi,
     .status = 200,
     .answer_name = "Document"},

    {.method = "POST",
     .path = "/v1/login",
     .operation = "login",
     .summary = "Sign in",
     .run = app_api_login,
     .signs_in = true,
     .body = APP_BODY_JSON,
     .body_name = "Login",
     .fields = app_login_fields,
     .status = 200,
     .answer_name = "Session",
     .columns = app_session_columns,
     .problems = APP_CAN(APP_PROBLEM_UNAUTHORIZED) | APP_CAN(APP_PROBLEM_TOO_MANY)},
    {.method = "POST",
     .path = "/v1/logout",
     .operation = "logout",
     .summary = "End the session of the token",
     .run = app_api_logout,
     .auth = true,
     .status = 204},

    {.method = "POST",
     .path = "/v1/emissions",
     .operation = "createEmission",
     .summary = "Record an emission",
     .run = app_api_emission_create,
     .auth = true,
     .body = APP_BODY_JSON,
     .body_name = "NewEmission",
     .fields = app_emission_fields,
     .status = 201,
     .answer_name = "Emission",
     .columns = app_emission_columns},
    {.method = "GET",
     .path = "/v1/emissions",
     .operation = "listEmissions",
     .summary = "The user's emissions, newest first",
     .run = app_api_emission_list,
     .auth = true,
     .params = PAGE | APP_PARAM_SCOPE,
     .status = 200,
     .answer_name = "Emission",
     .columns = app_emission_columns,
     .page = true},

    {.method = "POST",
     .path = "/v1/uploads",
     .operation = "createUpload",
     .summary = "Upload a CSV file of emissions; a job takes it in",
     .run = app_api_upload_create,
     .auth = true,
     .body = APP_BODY_CSV,
     .status = 202,
     .answer_name = "Upload",
     .columns = app_upload_columns},
    {.method = "GET",
     .path = "/v1/uploads",
     .operation = "listUploads",
     .summary = "The user's uploads, newest first",
     .run = app_api_upload_list,
     .auth = true,
     .params = PAGE,
     .status = 200,
     .answer_name = "Upload",
     .columns = app_upload_columns,
     .page = true},
    {.method = "GET",
     .path = "/v1/uploads/{id}",
     .operation = "showUpload",
     .summary = "An upload and its progress",
     .run = app_api_upload_show,
     .auth = true,
     .status = 200,
     .answer_name = "Upload",
     .columns = app_upload_columns},
    {.method = "GET",
     .path = "/v1/uploads/{id}/errors",
     .operation = "listUploadErrors",
     .summary = "The rows that were rejected, the first 1,000",
     .run = app_api_upload_errors,
     .auth = true,
     .params = PAGE,
     .status = 200,
     .answer_name = "UploadError",
     .columns = app_upload_error_columns,
     .page = true},

    {.method = "POST",
     .path = "/v1/connectors",
     .operation = "createConnector",
     .summary = "Add an ERP connector",
     .run = app_api_connector_create,
     .auth = true,
     .body = APP_BODY_JSON,
     .body_name = "NewConnector",
     .fields = app_connector_fields,
     .status = 201,
     .answer_name = "Connector",
     .columns = app_connector_columns,
     .problems = APP_CAN(APP_PROBLEM_CONFLICT)},
    {.method = "GET",
     .path = "/v1/connectors",
     .operation = "listConnectors",
     .summary = "ERP connectors, newest first",
     .run = app_api_connector_list,
     .auth = true,
     .params = PAGE,
     .status = 200,
     .answer_name = "Connector",
     .columns = app_connector_columns,
     .page = true},
    {.method = "GET",
     .path = "/v1/connectors/{id}",
     .operation = "showConnector",
     .summary = "An ERP connector",
     .run = app_api_connector_show,
     .auth = true,
     .status = 200,
     .answer_name = "Connector",
     .columns = app_connector_columns},
    {.method = "PATCH",
     .path = "/v1/connectors/{id}",
     .operation = "changeConnector",
     .summary = "Change an ERP connector; what is left out stays",
     .run = app_api_connector_change,
     .auth = true,
     .body = APP_BODY_JSON,
     .body_name = "ConnectorChange",
     .fields = app_connector_change_fields,
     .status = 200,
     .answer_name = "Connector",
     .columns = app_connector_columns,
     .problems = APP_CAN(APP_PROBLEM_CONFLICT)},
    {.method = "DELETE",
     .path = "/v1/connectors/{id}",
     .operation = "deleteConnector",
     .summary = "Remove an ERP connector and its secret",
     .run = app_api_connector_delete,
     .auth = true,
     .status = 204},
    {0},
};

/* Compares segment by segment; a "{id}" takes a UUID. */
static bool path_matches(const char *pattern, const char *path, char id_out[INB_UUID_BYTES])
{
    const char *hole = strstr(pattern, "{id}");
    if (!hole) {
        return strcmp(pattern, path) == 0;
    }
    size_t before = (size_t)(hole - pattern), n = strlen(path);
    const char *after = hole + strlen("{id}");
    if (strncmp(pattern, path, before) != 0 || n < before + INB_UUID_BYTES - 1 ||
        !app_uuid_valid(path + before, INB_UUID_BYTES - 1) ||
        strcmp(path + before + INB_UUID_BYTES - 1, after) != 0) {
        return false;
    }
    memcpy(id_out, path + before, INB_UUID_BYTES - 1);
    id_out[INB_UUID_BYTES - 1] = '\0';
    return true;
}

const app_route *app_route_find(const char *method, const char *path, char id_out[INB_UUID_BYTES],
                                char *allow, size_t allow_size)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    size_t used = 0;
    *allow = '\0';
    for (const app_route *route = app_routes; route->method; route++) {
        if (!path_matches(route->path, path, id_out)) {
            continue;
        }
        if (strcmp(route->method, wanted) == 0) {
            return route;
        }
        used += (size_t)snprintf(allow + used, allow_size - used, "%s%s%s", used ? ", " : "",
                                 route->method, strcmp(route->method, "GET") == 0 ? ", HEAD" : "");
    }
    return NULL;
}
