/*
 * The bytes that libmicrohttpd receives, read through the check of their framing.
 *
 * libmicrohttpd (0.9.75) has no place where an application sees a request before it is parsed, and
 * parses what RFC 9112 says to refuse: bare LF, NUL bytes, HTTP/1.0 with a transfer coding. It
 * reads its sockets with recv(), which therefore is defined here: the linker gives it to the
 * library, whether that is linked as an archive or as a shared object. Where it were not, no head
 * would be counted as checked, and on_request refuses such a connection.
 */
#include "config.h"

#include "app/log_line.h"
#include "app/server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define DISCARD_MOST (1u << 20) /* bytes behind a refusal that are read, so that it arrives */
#define DISCARD_MS 2000

static const struct {
    unsigned status;
    const char *phrase, *name, *title;
} refusals[] = {
    {400, "Bad Request", "bad-request", "The request is malformed"},
    {431, "Request Header Fields Too Large", "head-too-large",
     "The head of the request is too large"},
    {505, "HTTP Version Not Supported", "http-version", "The version of HTTP is not supported"},
    {503, "Service Unavailable", "unavailable", "Try again in a moment"},
};

/* The answer that a refused connection gets, written past libmicrohttpd, which saw nothing of it.
 */
static void refusal_send(app_peer *peer)
{
    char number[APP_NUMBER_BYTES], body[512], answer[1024];
    size_t i = 0;
    while (i < sizeof(refusals) / sizeof(*refusals) - 1 &&
           refusals[i].status != peer->wire.status) {
        i++;
    }
    app_request_number(number);
    int n =
        snprintf(body, sizeof(body),
                 "{\"type\":\"urn:inboard:problem:%s\",\"title\":\"%s\",\"status\":%u,"
                 "\"detail\":\"%s\",\"request_id\":\"%s\"}",
                 refusals[i].name, refusals[i].title, refusals[i].status, peer->wire.wrong, number);
    n = snprintf(
        answer, sizeof(answer),
        "HTTP/1.1 %u %s\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\n"
        "X-Request-Id: %s\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
        "Connection: close\r\n\r\n%s",
        refusals[i].status, refusals[i].phrase, n, number, body);
    if (send(peer->fd, answer, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) == n) {
        app_metrics_request(&peer->door->server->metrics, -1, peer->wire.status, 0);
    }
    shutdown(peer->fd, SHUT_WR);
    app_log(INB_LOG_INFO, "request id=%s status=%u refused: %s", number, peer->wire.status,
            peer->wire.wrong);
}

/* Behind a refusal: what still comes is read and dropped, because closing a socket with unread
 * bytes would take the answer back from the client. */
static ssize_t refused_read(app_peer *peer, void *buffer, size_t n)
{
    if (!peer->refused) {
        peer->refused = true;
        refusal_send(peer);
        app_deadline_shorten(peer, DISCARD_MS);
    }
    for (;;) {
        ssize_t got = recvfrom(peer->fd, buffer, n, MSG_DONTWAIT, NULL, NULL);
        peer->discarded += got > 0 ? (size_t)got : 0;
        if (got <= 0 || peer->discarded > DISCARD_MOST) {
            return got > 0 ? 0 : got;
        }
    }
}

static ssize_t checked_read(app_peer *peer, void *buffer, size_t n)
{
    if (peer->wire.state == APP_WIRE_REFUSED) {
        return refused_read(peer, buffer, n);
    }
    ssize_t got = recvfrom(peer->fd, buffer, n, 0, NULL, NULL);
    size_t good = got > 0 ? app_wire_feed(&peer->wire, buffer, (size_t)got) : 0;
    if (got <= 0 || peer->wire.state != APP_WIRE_REFUSED) {
        return got;
    }
    /* Requests before the one that is wrong are answered first. */
    return good ? (ssize_t)good : refused_read(peer, buffer, n);
}

/* recv() of this program and of the libraries that it is linked with. */
ssize_t app_receive(int fd, void *buffer, size_t n, int flags) __asm__("recv");
__attribute__((visibility("default"), used)) ssize_t app_receive(int fd, void *buffer, size_t n,
                                                                 int flags)
{
    app_peer *peer = flags == 0 ? app_peer_at(fd) : NULL;
    return peer ? checked_read(peer, buffer, n) : recvfrom(fd, buffer, n, flags, NULL, NULL);
}
