/*
 * One HTTP request, from its first byte to its answer, and the table of routes.
 *
 * The thread that polls the sockets reads a request whole, answers what needs no database, and
 * hands the rest to workers through a queue; the connection is suspended meanwhile. So a request
 * that costs a worker something has arrived complete, and a client that is slow costs nothing but
 * its socket.
 */
#ifndef APP_HTTP_H
#define APP_HTTP_H

#include "app/client.h"
#include "app/field_check.h"
#include "app/login_queue.h"
#include "app/rows.h"
#include "app/storage.h"

#include <inboard.h>
#include <jansson.h>
#include <microhttpd.h>

typedef struct app_server app_server;
typedef struct app_request app_request;

/* Errors as RFC 9457 has them; answer.c has the table. */
typedef enum app_problem_kind {
    APP_PROBLEM_BAD_REQUEST = 0,
    APP_PROBLEM_INVALID,
    APP_PROBLEM_UNAUTHORIZED,
    APP_PROBLEM_NOT_FOUND,
    APP_PROBLEM_METHOD,
    APP_PROBLEM_CONFLICT,
    APP_PROBLEM_TOO_LARGE,
    APP_PROBLEM_MEDIA_TYPE,
    APP_PROBLEM_TOO_MANY,
    APP_PROBLEM_HEAD_TOO_LARGE,
    APP_PROBLEM_INTERNAL,
    APP_PROBLEM_UNAVAILABLE,
    APP_PROBLEM_KINDS
} app_problem_kind;

#define APP_CAN(kind) (1u << (kind))

/*
 * Runs in a worker with a connection that is alive. Answers the request and returns 0, or returns a
 * code of enum inb_code with an error, which becomes a problem that says nothing of it.
 */
typedef int (*app_handler)(app_request *r, inb_conn *conn, inb_error **err);

/* Runs in the polling thread: must not wait for anything. */
typedef void (*app_inline_handler)(app_request *r);

typedef enum app_body_kind { APP_BODY_NONE = 0, APP_BODY_JSON, APP_BODY_CSV } app_body_kind;

/* Whom a route is for. */
typedef enum app_audience {
    APP_AUDIENCE_CLIENTS = 0,
    APP_AUDIENCE_PROBE,  /* an orchestrator: answered above the limits on connections too */
    APP_AUDIENCE_METRICS /* on the listener for monitors alone, where there is one */
} app_audience;

enum { APP_PARAM_LIMIT = 1, APP_PARAM_CURSOR = 2, APP_PARAM_SCOPE = 4 };

/* A route is all that is known of it: dispatch, checks and the OpenAPI document come from the same
 * row. */
typedef struct app_route {
    const char *method;
    const char *path; /* "{id}" stands for a UUID */
    const char *operation;
    const char *summary;
    app_handler run;
    app_inline_handler run_inline;
    app_audience audience;
    bool auth;
    bool signs_in; /* waits in the queue of sign-ins */
    app_body_kind body;
    const char *body_name; /* the schema of a JSON body */
    const app_field *fields;
    unsigned params; /* APP_PARAM_… */
    unsigned status; /* of success */
    const char
        *answer_name; /* the schema of a JSON answer, NULL when there is no body, "" for text */
    const app_column *columns; /* of answer_name, or of its items */
    bool page;
    unsigned problems; /* APP_CAN(…), beyond those that follow from the row */
} app_route;

extern const app_route app_routes[]; /* ends with a row without a method */

/* The route of a path and method. NULL with *allow empty: no such path; else the methods that the
 * path has. */
const app_route *app_route_find(const char *method, const char *path, char id_out[INB_UUID_BYTES],
                                char *allow, size_t allow_size);

#define APP_FIELDS_MAX 8

struct app_request {
    app_server *server;
    struct MHD_Connection *connection;
    app_request *next; /* in the queue */
    app_login_wait login;
    const app_route *route;
    int64_t started_us;
    char number[17];         /* X-Request-Id */
    char id[INB_UUID_BYTES]; /* "{id}" of the path */
    char token[INB_TOKEN_BYTES];
    char allow[64];
    char cursor_us[24], cursor_id[INB_UUID_BYTES];
    char scope[16];
    int limit;
    app_user user;
    char *body;
    size_t length, capacity, most;
    char client[APP_CLIENT_BYTES];
    bool overflown, answered, counted;

    /* The answer. */
    unsigned status;
    char *text;
    size_t text_length;
    const char *type;
    char location[96];
    int retry_after; /* seconds; 0: not said */
    bool close;
};

/* Answers; each may be called once a request. The JSON is taken over. */
void app_answer_json(app_request *r, unsigned status, json_t *json);
/* text was malloc'd and is taken over. */
void app_answer_text(app_request *r, unsigned status, const char *type, char *text, size_t n);
void app_answer_empty(app_request *r, unsigned status);
void app_problem(app_request *r, app_problem_kind kind, const char *detail);
/* APP_PROBLEM_INVALID with the list [{"field","message"}…], which is taken over. */
void app_problem_fields(app_request *r, json_t *errors);
unsigned app_problem_status(app_problem_kind kind);
const char *app_problem_name(app_problem_kind kind);
const char *app_problem_title(app_problem_kind kind);

/* True when the request may go on; otherwise it was answered. Checks query, token and headers
 * against the route. */
bool app_request_accept(app_request *r);

/* openapi.c: the document of these routes as text, malloc'd; NULL when memory is out. */
char *app_openapi_text(const app_route *routes);

/* api.c; app_api_metrics is in metrics.c */
void app_api_health(app_request *r);
void app_api_openapi(app_request *r);
void app_api_metrics(app_request *r);
void app_api_ready(app_request *r);
int app_api_login(app_request *r, inb_conn *conn, inb_error **err);
int app_api_logout(app_request *r, inb_conn *conn, inb_error **err);
int app_api_emission_create(app_request *r, inb_conn *conn, inb_error **err);
int app_api_emission_list(app_request *r, inb_conn *conn, inb_error **err);
int app_api_upload_create(app_request *r, inb_conn *conn, inb_error **err);
int app_api_upload_list(app_request *r, inb_conn *conn, inb_error **err);
int app_api_upload_show(app_request *r, inb_conn *conn, inb_error **err);
int app_api_upload_errors(app_request *r, inb_conn *conn, inb_error **err);
int app_api_connector_create(app_request *r, inb_conn *conn, inb_error **err);
int app_api_connector_list(app_request *r, inb_conn *conn, inb_error **err);
int app_api_connector_show(app_request *r, inb_conn *conn, inb_error **err);
int app_api_connector_change(app_request *r, inb_conn *conn, inb_error **err);
int app_api_connector_delete(app_request *r, inb_conn *conn, inb_error **err);

#endif
