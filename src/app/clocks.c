/* Until when each connection may go on as it does. */
#include "config.h"

#include "app/server.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define LOOK_MS 1000 /* how often for clients that have gone */

static app_clock *clock_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void app_clock_set(app_server *server, struct MHD_Connection *connection, int64_t ms, bool reading)
{
    app_clock *clock = clock_of(connection);
    if (clock) {
        pthread_mutex_lock(&server->clocks_lock);
        clock->deadline_ms = app_now_us() / 1000 + ms;
        clock->reading = reading;
        clock->left = false;
        pthread_mutex_unlock(&server->clocks_lock);
    }
}

app_clock *app_clock_new(app_server *server, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    app_clock *clock = info ? calloc(1, sizeof(*clock)) : NULL;
    if (!clock) {
        return NULL;
    }
    clock->fd = info->connect_fd;
    clock->deadline_ms = app_now_us() / 1000 + server->settings->read_timeout_ms;
    clock->reading = true;
    pthread_mutex_lock(&server->clocks_lock);
    clock->next = server->clocks;
    if (clock->next) {
        clock->next->previous = clock;
    }
    server->clocks = clock;
    pthread_mutex_unlock(&server->clocks_lock);
    return clock;
}

void app_clock_free(app_server *server, app_clock *clock)
{
    pthread_mutex_lock(&server->clocks_lock);
    *(clock->previous ? &clock->previous->next : &server->clocks) = clock->next;
    if (clock->next) {
        clock->next->previous = clock->previous;
    }
    pthread_mutex_unlock(&server->clocks_lock);
    free(clock);
}

static bool unread(const app_clock *c)
{
    int n = 0;
    return ioctl(c->fd, FIONREAD, &n) == 0 && n > 0;
}

/*
 * A client that has gone while its request was still being read. MHD (0.9.75, with epoll) does not
 * see an end that came together with the last bytes: it would hold the connection, and the body so
 * far, until its time is over. Seen twice, because what was just read may be dispatched only now;
 * and one that waits for an answer may have closed its own direction.
 */
static bool left(app_clock *c)
{
    struct pollfd fd = {.fd = c->fd, .events = POLLRDHUP};
    bool before = c->left;
    c->left = c->reading && poll(&fd, 1, 0) > 0 && !unread(c);
    return before && c->left;
}

/*
 * MHD's own time limit starts again with every byte; this one does not. The socket is only shut
 * down: closing it is MHD's, which takes the clock off the list first, so the descriptor is still
 * this connection's.
 */
void app_clocks_enforce(app_server *server)
{
    int64_t now = app_now_us() / 1000;
    bool look = now - server->looked_ms >= LOOK_MS;
    server->looked_ms = look ? now : server->looked_ms;
    pthread_mutex_lock(&server->clocks_lock);
    for (app_clock *c = server->clocks; c; c = c->next) {
        bool late = c->deadline_ms <= now;
        if (late || (look && c->deadline_ms != INT64_MAX && left(c))) {
            c->deadline_ms = INT64_MAX;
            shutdown(c->fd, SHUT_RDWR);
            atomic_fetch_add(&server->metrics.timeouts, late);
        }
    }
    pthread_mutex_unlock(&server->clocks_lock);
}

bool app_clocks_unread(app_server *server)
{
    bool any = false;
    pthread_mutex_lock(&server->clocks_lock);
    for (const app_clock *c = server->clocks; c && !any; c = c->next) {
        any = c->deadline_ms != INT64_MAX && unread(c);
    }
    pthread_mutex_unlock(&server->clocks_lock);
    return any;
}
