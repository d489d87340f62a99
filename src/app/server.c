/* The HTTP server: its daemon, the requests that it reads, and its life from start to stop. */
#include "config.h"

#include "app/server.h"

#include "app/log_line.h"
#include "app/program.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEADERS_MOST 65536   /* memory of a connection, a part of which its head may have */
#define CONNECTIONS_MORE 128 /* connections that MHD takes and peers.c turns away */

static void on_connection(void *payload, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode code)
{
    app_door *door = payload;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *fd =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *slot = app_peer_new(door, connection);
        if (!*slot && fd) {
            shutdown(fd->connect_fd, SHUT_RDWR);
        }
        atomic_fetch_add(&door->server->metrics.connections, 1);
    } else {
        if (*slot) {
            app_peer_free(*slot);
            *slot = NULL;
        }
        atomic_fetch_sub(&door->server->metrics.connections, 1);
    }
}

/* --- requests --- */

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
    bool is_probe = r->route && r->route->run_inline && r->status < MHD_HTTP_BAD_REQUEST;
    app_log(is_probe ? INB_LOG_DEBUG : INB_LOG_INFO,
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
    app_deadline_set(r->connection, server->settings->request_timeout_ms, false);
    if (r->answered) {
        return answer_send(r);
    }
    if (r->overflown) {
        app_problem(r, APP_PROBLEM_TOO_LARGE, "the body exceeds the limit of this route");
        r->close = true;
    } else if (r->route->run_inline) {
        r->route->run_inline(r);
    } else if (!atomic_load(&server->serving)) {
        app_problem(r, APP_PROBLEM_UNAVAILABLE, "the service is starting");
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

/* Which routes a connection has: a door for monitors has theirs alone, and takes /metrics from the
 * other one; a connection above the limits is for probes. */
static bool is_open_to(const app_route *route, const app_door *door, const app_peer *peer)
{
    bool probe = route->audience == APP_AUDIENCE_PROBE;
    bool metrics = route->audience == APP_AUDIENCE_METRICS;
    bool here = door->monitor ? probe || metrics : !metrics || !door->server->monitor.daemon;
    return here && (!peer->surplus || probe);
}

/* The first call for a request, whose head is there; false: cut the connection. */
static bool request_begin(app_request *r, const app_door *door)
{
    const app_peer *peer = app_peer_of(r->connection);
    if (!peer || peer->wire.requests == 0) {
        app_log(INB_LOG_ERROR, "http: a request came past the check of its framing");
        return false;
    }
    if (r->route && !is_open_to(r->route, door, peer)) {
        r->route = NULL;
        *r->allow = '\0'; /* not found: no method would help */
        if (peer->surplus) {
            app_problem(r, APP_PROBLEM_UNAVAILABLE, "too many connections are open");
            r->close = true;
        }
    }
    if (!r->answered) {
        app_request_accept(r);
    }
    return true;
}

static enum MHD_Result on_request(void *payload, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *n, void **slot)
{
    app_request *r = *slot;
    (void)version;
    if (!r) {
        r = app_request_new(payload, connection, url, method);
        *slot = r;
        if (!r || !request_begin(r, payload)) {
            return MHD_NO;
        }
        if (!r->answered) {
            return MHD_YES;
        }
        /*
         * Refused. A body is not waited for: the answer goes out now, and the connection ends with
         * it. Without one the answer waits for the next call, because MHD ends every connection
         * that is answered in the first.
         */
        r->close = r->close || has_body(r);
        app_deadline_set(r->connection, r->server->settings->request_timeout_ms, false);
        return r->close ? answer_send(r) : MHD_YES;
    }
    if (*n) {
        bool taken = app_request_add(r, data, *n);
        *n = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    return r->answered ? answer_send(r) : request_dispatch(r);
}

static void on_completed(void *payload, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    const app_door *door = payload;
    (void)code;
    app_deadline_set(connection, door->server->settings->read_timeout_ms, true);
    if (*slot) {
        app_request_free(*slot);
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

/* --- life --- */

/* A path with a NUL would end there for us and go on for a proxy: it stays encoded, which is no
 * path of ours and no good parameter. */
static size_t url_decode(void *payload, struct MHD_Connection *connection, char *text)
{
    (void)payload;
    (void)connection;
    return strstr(text, "%00") ? strlen(text) : MHD_http_unescape(text);
}

/* Opens a door: MHD's own limits are above ours, which know of probes. */
static int door_open(app_door *door, app_server *server, const char *listen, inb_error **err)
{
    const app_settings *s = server->settings;
    int listen_fd;
    door->server = server;
    int rc = app_listen_open(&listen_fd, door->address, listen, err);
    if (rc) {
        return rc;
    }
    door->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_request, door, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET,
        listen_fd, MHD_OPTION_NOTIFY_COMPLETED, on_completed, door, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, door, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)s->max_connections + CONNECTIONS_MORE, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)((s->read_timeout_ms + 999) / 1000), MHD_OPTION_UNESCAPE_CALLBACK, url_decode,
        NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MOST,
        /* What it would refuse with a page of its own, wire.c refuses. */
        MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_END);
    if (!door->daemon) {
        close(listen_fd);
        return inb_error_wrap(err, INB_EIO, "cannot start the HTTP server");
    }
    return 0;
}

static int proxies_read(app_server *server, inb_error **err)
{
    const char *text = server->settings->trusted_proxies;
    if (app_networks_read(&server->proxies, text)) {
        return 0;
    }
    inb_error_wrap(err, INB_EINVAL, "TRUSTED_PROXIES \"%s\" is malformed", text);
    inb_error_set_hint(err, "Write addresses and networks, separated by commas: 10.0.0.0/8, ::1.");
    return INB_EINVAL;
}

static int server_prepare(app_server *server, const app_settings *s, inb_error **err)
{
    char unknown[INB_TOKEN_BYTES];
    server->settings = s;
    server->routes = app_routes;
    server->metrics.started_us = app_now_us();
    pthread_mutex_init(&server->peers_lock, NULL);
    pthread_mutex_init(&server->queue_lock, NULL);
    pthread_mutex_init(&server->jobs_lock, NULL);
    pthread_cond_init(&server->queue_changed, NULL);
    pthread_cond_init(&server->jobs_changed, NULL);
    server->logins.checks_most = (int)(s->workers > 1 ? s->workers / 2 : 1);
    server->openapi = app_openapi_text(server->routes);
    if (!server->openapi) {
        return app_nomem(err);
    }
    int rc = proxies_read(server, err);
    rc = rc ? rc : app_login_limit_init(&server->tries, s->login_tries, err);
    rc = rc ? rc : inb_token_new(unknown, err);
    return rc ? rc : inb_password_hash(server->decoy, unknown, strlen(unknown), err);
}

static int doors_open(app_server *server, inb_error **err)
{
    const app_settings *s = server->settings;
    int rc = 0;
    if (s->monitor_listen) {
        server->monitor.monitor = true;
        rc = door_open(&server->monitor, server, s->monitor_listen, err);
    }
    rc = rc ? rc : door_open(&server->door, server, s->listen, err);
    if (rc == 0 && s->monitor_listen) {
        app_log(INB_LOG_INFO, "listening listen=%s monitor=%s", server->door.address,
                server->monitor.address);
    } else if (rc == 0) {
        app_log(INB_LOG_INFO, "listening listen=%s", server->door.address);
    }
    return rc;
}

int app_server_open(app_server **out, const app_settings *s, inb_error **err)
{
    static app_server server;
    sigset_t all, before;
    int rc = server_prepare(&server, s, err);
    if (rc) {
        free(server.openapi);
        return rc;
    }
    /* Signals are the main thread's: it is the one that waits for them. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&server.deadlines, NULL, app_deadlines_run, &server) != 0) {
        free(server.openapi);
        rc = inb_error_wrap(err, INB_EIO, "cannot start a thread");
    } else {
        rc = doors_open(&server, err);
        if (rc) {
            app_server_close(&server);
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc == 0) {
        *out = &server;
    }
    return rc;
}

static void door_close(app_door *door)
{
    if (door->daemon) {
        MHD_stop_daemon(door->daemon);
    }
    door->daemon = NULL;
}

void app_server_close(app_server *server)
{
    if (!server) {
        return;
    }
    door_close(&server->door);
    door_close(&server->monitor);
    atomic_store(&server->closed, true);
    pthread_join(server->deadlines, NULL);
    free(server->openapi);
}

static void wait_for_stop(void)
{
    const struct timespec tick = {0, 100000000};
    while (!app_stop_asked(NULL)) {
        nanosleep(&tick, NULL); /* a signal ends it early */
    }
}

#define THREADS_MAX 66

/* Starts the workers and two threads more; how many there are. */
static int threads_start(pthread_t threads[THREADS_MAX], app_server *server)
{
    static void *(*const others[])(void *) = {app_jobs_run, app_readiness_run};
    sigset_t all, before;
    int n = (int)server->settings->workers;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int started = app_workers_start(threads, n, server);
    for (int i = 0; started == n + i && i < 2; i++) {
        started += pthread_create(&threads[started], NULL, others[i], server) == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

int app_server_run(app_server *server, const inb_keyring *keyring, inb_error **err)
{
    pthread_t threads[THREADS_MAX];
    int rc = 0, n = (int)server->settings->workers;
    server->keyring = keyring;
    atomic_store(&server->readiness.answered, true); /* the gates have just used it */
    int started = threads_start(threads, server);
    if (started == n + 2) {
        atomic_store(&server->serving, true);
        app_log(INB_LOG_INFO, "serving listen=%s workers=%d", server->door.address, n);
        wait_for_stop();
        app_drain(server);
    } else {
        rc = inb_error_wrap(err, INB_EIO, "cannot start the worker threads");
        atomic_store(&server->draining, true);
        atomic_store(&server->cut_short, true);
        app_queue_close(server);
        app_jobs_wake(server);
    }
    for (int i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    if (rc == 0) {
        app_answers_wait(server);
        door_close(&server->door);
        app_log(INB_LOG_INFO, "stopped");
    }
    return rc;
}
