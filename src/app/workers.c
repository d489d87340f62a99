/* The queue of requests and the threads that answer them, each with a database connection. */
#include "config.h"

#include "app/app_sqlstate.h"
#include "app/db_link.h"
#include "app/log_line.h"
#include "app/server.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_MOST 512

static bool request_put(app_server *server, app_request *r)
{
    if (server->queue_length == QUEUE_MOST) {
        return false;
    }
    *(server->queue_tail ? &server->queue_tail->next : &server->queue_head) = r;
    server->queue_tail = r;
    server->queue_length++;
    return true;
}

bool app_queue_put(app_server *server, app_request *r)
{
    r->login = (app_login_wait){.client = r->client, .owner = r};
    pthread_mutex_lock(&server->queue_lock);
    bool taken = !server->queue_closed &&
                 (r->route->signs_in ? app_login_queue_put(&server->logins, &r->login)
                                     : request_put(server, r));
    if (taken) {
        pthread_cond_signal(&server->queue_changed);
    }
    pthread_mutex_unlock(&server->queue_lock);
    return taken;
}

void app_queue_close(app_server *server)
{
    pthread_mutex_lock(&server->queue_lock);
    server->queue_closed = true;
    pthread_cond_broadcast(&server->queue_changed);
    pthread_mutex_unlock(&server->queue_lock);
}

static app_request *request_take(app_server *server)
{
    app_request *r = server->queue_head;
    if (r) {
        server->queue_head = r->next;
        if (!server->queue_head) {
            server->queue_tail = NULL;
        }
        server->queue_length--;
        r->next = NULL;
    }
    return r;
}

/* A sign-in or another request, by turns where both wait. */
static app_request *either_take(app_server *server)
{
    bool other_first = server->login_was_last && server->queue_head;
    app_login_wait *login = other_first ? NULL : app_login_queue_take(&server->logins);
    app_request *r = login ? login->owner : request_take(server);
    server->login_was_last = login != NULL;
    return r;
}

/* The next request; NULL when the queue is closed and empty. */
static app_request *queue_take(app_server *server)
{
    pthread_mutex_lock(&server->queue_lock);
    app_request *r = either_take(server);
    while (!r && !(server->queue_closed && server->logins.n_waiting == 0)) {
        pthread_cond_wait(&server->queue_changed, &server->queue_lock);
        r = either_take(server);
    }
    pthread_mutex_unlock(&server->queue_lock);
    return r;
}

/* Another sign-in may be checked. */
static void login_done(app_server *server, app_request *r)
{
    pthread_mutex_lock(&server->queue_lock);
    app_login_queue_done(&server->logins, &r->login);
    pthread_cond_broadcast(&server->queue_changed);
    pthread_mutex_unlock(&server->queue_lock);
}

static void failure_answer(app_request *r, int rc, const inb_error *err)
{
    bool passing = rc == INB_ECONN || rc == INB_EPERM || rc == INB_ECANCELLED || rc == INB_ENOMEM ||
                   strcmp(inb_error_sqlstate(err), APP_SQLSTATE_QUERY_CANCELED) == 0;
    app_log(INB_LOG_ERROR, "request id=%s failed: %s", r->number, inb_error_message(err));
    app_problem(r, passing ? APP_PROBLEM_UNAVAILABLE : APP_PROBLEM_INTERNAL,
                passing ? "the database did not answer in time"
                        : "see the log for this request_id");
}

/* 0 when the route's handler may run. */
static int authenticate(app_request *r, inb_conn *conn, inb_error **err)
{
    if (!r->route->auth) {
        return 0;
    }
    int rc = app_session_find(&r->user, conn, r->token, err);
    if (rc == 0 && !*r->user.id) {
        app_problem(r, APP_PROBLEM_UNAUTHORIZED, "the token does not belong to an open session");
    }
    return rc;
}

static int request_try(app_request *r, app_db_link *link, inb_error **err)
{
    int rc = app_db_link_open(link, "app", r->server->settings->statement_timeout_ms, err);
    rc = rc ? rc : authenticate(r, link->conn, err);
    if (rc == 0 && !r->answered) {
        rc = r->route->run(r, link->conn, err);
    }
    return rc;
}

static void request_run(app_request *r, app_db_link *link)
{
    inb_error *err = NULL;
    bool fresh = !link->conn;
    int rc = request_try(r, link, &err);
    /* A connection that was lost between the look at it and its use: a read is repeated once. */
    if (rc == INB_ECONN && !fresh && !r->answered && strcmp(r->route->method, "GET") == 0) {
        inb_error_free(err);
        err = NULL;
        rc = request_try(r, link, &err);
    }
    if (rc) {
        failure_answer(r, rc, err);
    }
    inb_error_free(err);
}

static void *worker_run(void *payload)
{
    app_server *server = payload;
    app_db_link link = {.server = server};
    app_request *r;
    while ((r = queue_take(server))) {
        int64_t waited_ms = (app_now_us() - r->started_us) / 1000;
        if (app_server_cut_short(server) ||
            waited_ms > server->settings->request_timeout_ms + server->settings->read_timeout_ms) {
            app_problem(r, APP_PROBLEM_UNAVAILABLE, "the request waited too long");
        } else {
            request_run(r, &link);
        }
        if (r->route->signs_in) {
            login_done(server, r);
        }
        MHD_resume_connection(r->connection);
    }
    app_db_link_close(&link);
    return NULL;
}

int app_workers_start(pthread_t *threads, int n, app_server *server)
{
    /* Signals are the main thread's: it is the one that waits for them. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int started = 0;
    while (started < n && pthread_create(&threads[started], NULL, worker_run, server) == 0) {
        started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}
