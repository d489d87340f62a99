/* The connections that are open, and the limits on how many may be. */
#include "config.h"

#include "app/server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SURPLUS_MOST 32 /* connections above the limits, for probes */
#define SURPLUS_MS 2000 /* how long one of them may take to send its request */
#define MONITORS_MOST 64

/* Where connections are made and read; elsewhere no descriptor is one of theirs. */
static _Thread_local app_server *polled;

static app_peer **bucket_of(app_server *server, int fd)
{
    return &server->buckets[(unsigned)fd % APP_PEER_BUCKETS];
}

app_peer *app_peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

app_peer *app_peer_at(int fd)
{
    if (!polled) {
        return NULL;
    }
    pthread_mutex_lock(&polled->peers_lock);
    app_peer *peer = *bucket_of(polled, fd);
    while (peer && peer->fd != fd) {
        peer = peer->same;
    }
    pthread_mutex_unlock(&polled->peers_lock);
    return peer;
}

/* Whether one connection more, from this address, is above a limit. */
static bool is_surplus(const app_server *server, const app_peer *peer)
{
    int64_t all = 0, same = 0;
    for (const app_peer *p = server->peers; p; p = p->next) {
        bool counts = !p->surplus && p->door == peer->door;
        all += counts;
        same += counts && strcmp(p->address, peer->address) == 0;
    }
    if (peer->door->monitor) {
        return all >= MONITORS_MOST;
    }
    int64_t most = server->settings->max_connections_per_ip;
    return all >= server->settings->max_connections || (most && same >= most);
}

static void peer_link(app_server *server, app_peer *peer)
{
    app_peer **bucket = bucket_of(server, peer->fd);
    peer->next = server->peers;
    if (peer->next) {
        peer->next->previous = peer;
    }
    server->peers = peer;
    peer->same = *bucket;
    *bucket = peer;
    server->surplus += peer->surplus;
}

app_peer *app_peer_new(app_door *door, struct MHD_Connection *connection)
{
    app_server *server = polled = door->server;
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *from =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    app_peer *peer = fd ? calloc(1, sizeof(*peer)) : NULL;
    if (!peer) {
        return NULL;
    }
    peer->door = door;
    peer->fd = fd->connect_fd;
    peer->reading = true;
    app_client_name(peer->address, from ? from->client_addr : NULL, NULL, &server->proxies);
    pthread_mutex_lock(&server->peers_lock);
    peer->surplus = is_surplus(server, peer);
    bool taken = !peer->surplus || server->surplus < SURPLUS_MOST;
    int64_t ms = server->settings->read_timeout_ms;
    peer->deadline_ms = app_now_us() / 1000 + (peer->surplus && ms > SURPLUS_MS ? SURPLUS_MS : ms);
    if (taken) {
        peer_link(server, peer);
    }
    pthread_mutex_unlock(&server->peers_lock);
    if (!taken) {
        free(peer);
        return NULL;
    }
    return peer;
}

void app_peer_free(app_peer *peer)
{
    app_server *server = peer->door->server;
    pthread_mutex_lock(&server->peers_lock);
    *(peer->previous ? &peer->previous->next : &server->peers) = peer->next;
    if (peer->next) {
        peer->next->previous = peer->previous;
    }
    app_peer **slot = bucket_of(server, peer->fd);
    while (*slot != peer) {
        slot = &(*slot)->same;
    }
    *slot = peer->same;
    server->surplus -= peer->surplus;
    pthread_mutex_unlock(&server->peers_lock);
    app_wire_dispose(&peer->wire);
    free(peer);
}
