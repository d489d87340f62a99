/* Until when each connection may go on as it does. */
#include "config.h"

#include "app/server.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#define TICK_MS 100
#define LOOK_MS 1000 /* how often for clients that have gone */

void app_deadline_set(struct MHD_Connection *connection, int64_t ms, bool reading)
{
    app_peer *peer = app_peer_of(connection);
    if (peer) {
        pthread_mutex_lock(&peer->door->server->peers_lock);
        peer->deadline_ms = app_now_us() / 1000 + ms;
        peer->reading = reading;
        peer->left = false;
        pthread_mutex_unlock(&peer->door->server->peers_lock);
    }
}

void app_deadline_shorten(app_peer *peer, int64_t ms)
{
    int64_t latest = app_now_us() / 1000 + ms;
    pthread_mutex_lock(&peer->door->server->peers_lock);
    peer->deadline_ms = peer->deadline_ms < latest ? peer->deadline_ms : latest;
    pthread_mutex_unlock(&peer->door->server->peers_lock);
}

static bool unread(const app_peer *peer)
{
    int n = 0;
    return ioctl(peer->fd, FIONREAD, &n) == 0 && n > 0;
}

/*
 * A client that has gone while its request was still being read. MHD (0.9.75, with epoll) does not
 * see an end that came together with the last bytes: it would hold the connection, and the body so
 * far, until its time is over. Seen twice, because what was just read may be dispatched only now;
 * and one that waits for an answer may have closed its own direction.
 */
static bool left(app_peer *peer)
{
    struct pollfd fd = {.fd = peer->fd, .events = POLLRDHUP};
    bool before = peer->left;
    peer->left = peer->reading && poll(&fd, 1, 0) > 0 && !unread(peer);
    return before && peer->left;
}

/*
 * MHD's own time limit starts again with every byte; this one does not. The socket is only shut
 * down: closing it is MHD's, which takes the peer off the list first, so the descriptor is still
 * this connection's.
 */
static void enforce(app_server *server)
{
    int64_t now = app_now_us() / 1000;
    pthread_mutex_lock(&server->peers_lock);
    bool look = now - server->looked_ms >= LOOK_MS;
    server->looked_ms = look ? now : server->looked_ms;
    for (app_peer *peer = server->peers; peer; peer = peer->next) {
        bool late = peer->deadline_ms <= now;
        if (late || (look && peer->deadline_ms != INT64_MAX && left(peer))) {
            peer->deadline_ms = INT64_MAX;
            shutdown(peer->fd, SHUT_RDWR);
            atomic_fetch_add(&server->metrics.timeouts, late && !peer->refused);
        }
    }
    pthread_mutex_unlock(&server->peers_lock);
}

void *app_deadlines_run(void *payload)
{
    app_server *server = payload;
    const struct timespec tick = {0, TICK_MS * 1000000};
    while (!atomic_load(&server->closed)) {
        nanosleep(&tick, NULL);
        enforce(server);
    }
    return NULL;
}

bool app_deadline_unread(app_server *server)
{
    bool any = false;
    pthread_mutex_lock(&server->peers_lock);
    for (const app_peer *peer = server->peers; peer && !any; peer = peer->next) {
        any = peer->deadline_ms != INT64_MAX && !peer->door->monitor && unread(peer);
    }
    pthread_mutex_unlock(&server->peers_lock);
    return any;
}
