/* The HTTP server: its daemon, the requests that it reads, and its life from start to stop. */
#include "config.h"

#include "app/server.h"

#include "app/log_line.h"
#include "app/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS 100
#define UPLOADS_MOST(s) ((size_t)(s)->settings->max_upload * 8) /* bytes of bodies in memory */
#define SMALL_RESERVE (64u << 20)
#define HEADERS_MOST 65536 /* memory of a connection, a part of which its head may have */
#define OVERFLOW_MOST                                                                              \
    (1u << 20) /* of a body that is too large, so much is read before the connection is cut */

static void on_connection(void *payload, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode code)
{
    app_server *server = payload;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *slot = app_deadline_new(server, connection);
        atomic_fetch_add(&server->metrics.connections, 1);
    } else {
        if (*slot) {
            app_deadline_free(server, *slot);
            *slot = NULL;
        }
        atomic_fetch_sub(&server->metrics.connections, 1);
    }
}

/* --- requests
 * ------------------------------------------------------------------------------------------------------
 */

static app_request *request_new(app_server *server, struct MHD_Connection *connection,
                                const char *url, const char *method)
{
    static atomic_ullong counter;
    app_request *r = calloc(1, sizeof(*r));
    if (!r) {
        return NULL;
    }
    r->server = server;
    r->connection = connection;
    r->started_us = app_now_us();
    r->route = app_route_find(method, url, r->id, r->allow, sizeof(r->allow));
    r->most = (size_t)(r->route && r->route->body == APP_BODY_CSV ? server->settings->max_upload
                                                                  : server->settings->max_body);
    snprintf(r->number, sizeof(r->number), "%08x%08llx", (unsigned)time(NULL),
             (unsigned long long)(atomic_fetch_add(&counter, 1) & 0xffffffff));
    atomic_fetch_add(&server->in_flight, 1);
    return r;
}

static void body_forget(app_request *r)
{
    if (r->body) {
        /* It may have held a password or a secret. */
        explicit_bzero(r->body, r->capacity);
        free(r->body);
        atomic_fetch_sub(&r->server->buffered, r->capacity);
    }
    r->body = NULL;
    r->length = r->capacity = 0;
}

static void request_free(app_request *r)
{
    body_forget(r);
    if (r->text) {
        explicit_bzero(r->text, r->text_length); /* a token, after a sign-in */
        free(r->text);
    }
    atomic_fetch_sub(&r->server->owed, r->answered);
    atomic_fetch_sub(&r->server->in_flight, 1);
    explicit_bzero(r->token, sizeof(r->token));
    free(r);
}

static bool body_grow(app_request *r, size_t wanted)
{
    size_t capacity = r->capacity ? r->capacity : 4096;
    while (capacity < wanted) {
        capacity *= 2;
    }
    capacity = capacity > r->most + 1 ? r->most + 1 : capacity;
    /* Uploads, which anybody may begin, leave a reserve to requests that are small. */
    bool upload = r->route && r->route->body == APP_BODY_CSV;
    size_t most = UPLOADS_MOST(r->server) + (upload ? 0 : SMALL_RESERVE);
    if (atomic_fetch_add(&r->server->buffered, capacity) + capacity > most) {
        atomic_fetch_sub(&r->server->buffered, capacity);
        return false;
    }
    char *grown = malloc(capacity);
    if (!grown) {
        atomic_fetch_sub(&r->server->buffered, capacity);
        return false;
    }
    size_t length = r->length;
    if (length) {
        memcpy(grown, r->body, length);
    }
    body_forget(r);
    r->body = grown;
    r->length = length;
    r->capacity = capacity;
    return true;
}

/* False: the connection is to be cut. */
static bool body_add(app_request *r, const char *bytes, size_t n)
{
    if (r->length + n > r->most || r->overflown) {
        size_t seen = (r->overflown ? r->length : 0) + n;
        if (!r->overflown) {
            body_forget(r);
            r->overflown = true;
        }
        r->length = seen;
        return seen <= OVERFLOW_MOST;
    }
    if (r->length + n + 1 > r->capacity && !body_grow(r, r->length + n + 1)) {
        return false;
    }
    memcpy(r->body + r->length, bytes, n);
    r->length += n;
    r->body[r->length] = '\0';
    return true;
}

/* False when there is no memory for it. */
static bool header_add(struct MHD_Response *response, const char *name, const char *value)
{
    return !value || !*value || MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool headers_add(struct MHD_Response *response, const app_request *r)
{
    char retry_after[16] = "";
    if (r->retry_after) {
        snprintf(retry_after, sizeof(retry_after), "%d", r->retry_after);
    }
    const struct {
        const char *name, *value;
    } headers[] = {
        {"Content-Type", r->type},
        {"X-Request-Id", r->number},
        {"X-Content-Type-Options", "nosniff"},
        {"Cache-Control", "no-store"},
        {"Allow", r->status == 405 ? r->allow : NULL},
        {"Location", r->location},
        {"Retry-After", retry_after},
        {"WWW-Authenticate", r->status == 401 ? "Bearer" : NULL},
        {"Connection", r->close || atomic_load(&r->server->draining) ? "close" : NULL},
    };
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        if (!header_add(response, headers[i].name, headers[i].value)) {
            return false;
        }
    }
    return true;
}

static bool has_body(const app_request *r)
{
    return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Content-Length") ||
           MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Transfer-Encoding");
}

static void request_account(app_request *r)
{
    int64_t took = app_now_us() - r->started_us;
    int route = r->route ? (int)(r->route - r->server->routes) : -1;
    app_metrics_request(&r->server->metrics, route, r->status, took);
    app_log(r->route && r->route->run_inline ? INB_LOG_DEBUG : INB_LOG_INFO,
            "request id=%s method=%s path=%s status=%u bytes=%zu ms=%.1f", r->number,
            r->route ? r->route->method : "?", r->route ? r->route->path : "?", r->status,
            r->text_length, (double)took / 1000);
}

static enum MHD_Result answer_send(app_request *r)
{
    size_t n = r->text_length;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(n, r->text, MHD_RESPMEM_MUST_COPY);
    if (!response) {
        return MHD_NO;
    }
    if (!headers_add(response, r)) {
        MHD_destroy_response(response);
        return MHD_NO; /* an answer without one of them may say something else */
    }
    request_account(r);
    enum MHD_Result result = MHD_queue_response(r->connection, r->status, response);
    MHD_destroy_response(response);
    return result;
}

/* The request is whole: answered here, or by a worker, who resumes the connection. */
static enum MHD_Result request_dispatch(app_request *r)
{
    app_server *server = r->server;
    app_deadline_set(server, r->connection, server->settings->request_timeout_ms, false);
    if (r->answered) {
        return answer_send(r);
    }
    if (r->overflown) {
        app_problem(r, APP_PROBLEM_TOO_LARGE, "the body exceeds the limit of this route");
        r->close = true;
    } else if (r->route->run_inline) {
        r->route->run_inline(r);
    } else {
        MHD_suspend_connection(r->connection);
        if (app_queue_put(server, r)) {
            return MHD_YES;
        }
        app_problem(r, APP_PROBLEM_UNAVAILABLE,
                    atomic_load(&server->draining) ? "the service is shutting down"
                                                   : "too many requests are waiting");
        MHD_resume_connection(r->connection);
        return MHD_YES;
    }
    return answer_send(r);
}

/*
 * Sees the request line as it came; what it returns is the first value of on_request's slot. MHD
 * itself would drop the connection without a word.
 */
static char target_odd;

static void *on_target(void *payload, const char *target, struct MHD_Connection *connection)
{
    (void)payload;
    (void)connection;
    for (const char *p = target; *p; p++) {
        if ((unsigned char)*p <= 0x20 || *p == 0x7f) {
            return &target_odd;
        }
    }
    return NULL;
}

static enum MHD_Result on_request(void *payload, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *n, void **slot)
{
    bool odd = *slot == &target_odd;
    app_request *r = odd ? NULL : *slot;
    if (!r) {
        r = request_new(payload, connection, url, method);
        *slot = r;
        if (!r) {
            return MHD_NO;
        }
        r->target_odd = odd;
        r->host_wanted = strcmp(version, "HTTP/1.0") != 0;
        if (app_request_accept(r)) {
            return MHD_YES;
        }
        /*
         * Refused. A body is not waited for: the answer goes out now, and the connection ends with
         * it. Without one the answer waits for the next call, because MHD ends every connection
         * that is answered in the first.
         */
        r->close = r->close || has_body(r);
        app_deadline_set(r->server, connection, r->server->settings->request_timeout_ms, false);
        return r->close ? answer_send(r) : MHD_YES;
    }
    if (*n) {
        bool taken = body_add(r, data, *n);
        *n = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    return r->answered ? answer_send(r) : request_dispatch(r);
}

static void on_completed(void *payload, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    app_server *server = payload;
    (void)code;
    app_deadline_set(server, connection, server->settings->read_timeout_ms, true);
    if (*slot && *slot != &target_odd) {
        request_free(*slot);
    }
    *slot = NULL;
}

static void on_log(void *payload, const char *fmt, va_list ap)
{
    char line[512];
    (void)payload;
    /* MHD's own formats; what it complains of is mostly what clients do. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    vsnprintf(line, sizeof(line), fmt, ap);
#pragma GCC diagnostic pop
    app_log(INB_LOG_DEBUG, "http: %s", line);
}

/* --- life
 * ----------------------------------------------------------------------------------------------------------
 */

/* A path with a NUL would end there for us and go on for a proxy: it stays encoded, which is no
 * path of ours and no good parameter. */
static size_t url_decode(void *payload, struct MHD_Connection *connection, char *text)
{
    (void)payload;
    (void)connection;
    return strstr(text, "%00") ? strlen(text) : MHD_http_unescape(text);
}

static int daemon_start(app_server *server, int listen_fd, inb_error **err)
{
    const app_settings *s = server->settings;
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET,
        listen_fd, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, server, MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->max_connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)s->max_connections_per_ip,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)((s->read_timeout_ms + 999) / 1000),
        MHD_OPTION_UNESCAPE_CALLBACK, url_decode, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)HEADERS_MOST, MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
        /* What it would refuse with a page of its own, app_request_accept refuses. */
        MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_END);
    return server->daemon ? 0 : inb_error_wrap(err, INB_EIO, "cannot start the HTTP server");
}

static int server_prepare(app_server *server, const app_settings *s, const inb_keyring *keyring,
                          inb_error **err)
{
    char unknown[INB_TOKEN_BYTES];
    server->settings = s;
    server->keyring = keyring;
    server->routes = app_routes;
    server->metrics.started_us = app_now_us();
    pthread_mutex_init(&server->deadlines_lock, NULL);
    pthread_mutex_init(&server->queue_lock, NULL);
    pthread_mutex_init(&server->jobs_lock, NULL);
    pthread_cond_init(&server->queue_changed, NULL);
    pthread_cond_init(&server->jobs_changed, NULL);
    sem_init(&server->hashing, 0, (unsigned)(s->workers > 1 ? s->workers / 2 : 1));
    server->openapi = app_openapi_text(server->routes);
    if (!server->openapi) {
        return app_nomem(err);
    }
    int rc = app_login_limit_init(&server->tries, s->login_tries, err);
    rc = rc ? rc : inb_token_new(unknown, err);
    return rc ? rc : inb_password_hash(server->decoy, unknown, strlen(unknown), err);
}

static void wait_for_stop(app_server *server)
{
    const struct timespec tick = {0, TICK_MS * 1000000};
    while (!app_stop_asked(NULL)) {
        nanosleep(&tick, NULL); /* a signal ends it early */
        app_deadline_enforce(server);
    }
}

static int run(app_server *server, int listen_fd, const char *address, inb_error **err)
{
    int n = (int)server->settings->workers;
    pthread_t workers[64], jobs;
    int started = app_workers_start(workers, n, server);
    bool jobs_started = started == n && pthread_create(&jobs, NULL, app_jobs_run, server) == 0;
    int rc = jobs_started ? daemon_start(server, listen_fd, err)
                          : inb_error_wrap(err, INB_EIO, "cannot start the worker threads");
    if (rc == 0) {
        app_log(INB_LOG_INFO, "serving listen=%s workers=%d", address, n);
        wait_for_stop(server);
        app_drain(server);
    } else {
        close(listen_fd);
        atomic_store(&server->draining, true);
        app_queue_close(server);
        app_jobs_wake(server);
    }
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i], NULL);
    }
    if (jobs_started) {
        pthread_join(jobs, NULL);
    }
    if (server->daemon) {
        app_answers_wait(server);
        MHD_stop_daemon(server->daemon);
        app_log(INB_LOG_INFO, "stopped");
    }
    return rc;
}

int app_serve(const app_settings *s, const inb_keyring *keyring, inb_error **err)
{
    static app_server server;
    int listen_fd;
    char address[APP_ADDRESS_BYTES];
    int rc = server_prepare(&server, s, keyring, err);
    rc = rc ? rc : app_listen_open(&listen_fd, address, s->listen, err);
    rc = rc ? rc : run(&server, listen_fd, address, err);
    free(server.openapi);
    return rc;
}
