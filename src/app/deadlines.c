/* Until when each connection may go on as it does. */
#include "config.h"

#include "app/server.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define LOOK_MS 1000 /* how often for clients that have gone */

static app_deadline *deadline_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void app_deadline_set(app_server *server, struct MHD_Connection *connection, int64_t ms,
                      bool reading)
{
    app_deadline *d = deadline_of(connection);
    if (d) {
        pthread_mutex_lock(&server->deadlines_lock);
        d->deadline_ms = app_now_us() / 1000 + ms;
        d->reading = reading;
        d->left = false;
        pthread_mutex_unlock(&server->deadlines_lock);
    }
}

app_deadline *app_deadline_new(app_server *server, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    app_deadline *d = info ? calloc(1, sizeof(*d)) : NULL;
    if (!d) {
        return NULL;
    }
    d->fd = info->connect_fd;
    d->deadline_ms = app_now_us() / 1000 + server->settings->read_timeout_ms;
    d->reading = true;
    pthread_mutex_lock(&server->deadlines_lock);
    d->next = server->deadlines;
    if (d->next) {
        d->next->previous = d;
    }
    server->deadlines = d;
    pthread_mutex_unlock(&server->deadlines_lock);
    return d;
}

void app_deadline_free(app_server *server, app_deadline *d)
{
    pthread_mutex_lock(&server->deadlines_lock);
    *(d->previous ? &d->previous->next : &server->deadlines) = d->next;
    if (d->next) {
        d->next->previous = d->previous;
    }
    pthread_mutex_unlock(&server->deadlines_lock);
    free(d);
}

static bool unread(const app_deadline *d)
{
    int n = 0;
    return ioctl(d->fd, FIONREAD, &n) == 0 && n > 0;
}

/*
 * A client that has gone while its request was still being read. MHD (0.9.75, with epoll) does not
 * see an end that came together with the last bytes: it would hold the connection, and the body so
 * far, until its time is over. Seen twice, because what was just read may be dispatched only now;
 * and one that waits for an answer may have closed its own direction.
 */
static bool left(app_deadline *d)
{
    struct pollfd fd = {.fd = d->fd, .events = POLLRDHUP};
    bool before = d->left;
    d->left = d->reading && poll(&fd, 1, 0) > 0 && !unread(d);
    return before && d->left;
}

/*
 * MHD's own time limit starts again with every byte; this one does not. The socket is only shut
 * down: closing it is MHD's, which takes the deadline off the list first, so the descriptor is
 * still this connection's.
 */
void app_deadline_enforce(app_server *server)
{
    int64_t now = app_now_us() / 1000;
    bool look = now - server->looked_ms >= LOOK_MS;
    server->looked_ms = look ? now : server->looked_ms;
    pthread_mutex_lock(&server->deadlines_lock);
    for (app_deadline *d = server->deadlines; d; d = d->next) {
        bool late = d->deadline_ms <= now;
        if (late || (look && d->deadline_ms != INT64_MAX && left(d))) {
            d->deadline_ms = INT64_MAX;
            shutdown(d->fd, SHUT_RDWR);
            atomic_fetch_add(&server->metrics.timeouts, late);
        }
    }
    pthread_mutex_unlock(&server->deadlines_lock);
}

bool app_deadline_unread(app_server *server)
{
    bool any = false;
    pthread_mutex_lock(&server->deadlines_lock);
    for (const app_deadline *d = server->deadlines; d && !any; d = d->next) {
        any = d->deadline_ms != INT64_MAX && unread(d);
    }
    pthread_mutex_unlock(&server->deadlines_lock);
    return any;
}
