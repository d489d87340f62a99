/* The listening socket, opened from HOST:PORT. */
#include "config.h"

#include "app/server.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* "host:port", "[::1]:port", ":port": cut into its parts. */
static bool listen_split(const char *listen, char host[256], char port[6])
{
    const char *colon = strrchr(listen, ':');
    size_t n = colon ? (size_t)(colon - listen) : 0;
    if (!colon || n >= 256 || strlen(colon + 1) > 5 || !colon[1] ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1) || atoi(colon + 1) > 65535) {
        return false;
    }
    bool brackets = n >= 2 && listen[0] == '[' && listen[n - 1] == ']';
    if (!brackets && memchr(listen, ':', n)) {
        return false;
    }
    snprintf(host, 256, "%.*s", (int)(brackets ? n - 2 : n), brackets ? listen + 1 : listen);
    snprintf(port, 6, "%s", colon + 1);
    return true;
}

const char *app_listen_check(const char *listen)
{
    char host[256], port[6];
    return listen_split(listen, host, port) ? NULL : "is not HOST:PORT";
}

static int socket_open(const struct addrinfo *a)
{
    const int on = 1, off = 0;
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (a->ai_family == AF_INET6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    }
    if (bind(fd, a->ai_addr, a->ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0) {
        int e = errno;
        close(fd);
        errno = e;
        return -1;
    }
    return fd;
}

static void address_name(char out[APP_ADDRESS_BYTES], int fd, const char *listen)
{
    struct sockaddr_storage a;
    socklen_t n = sizeof(a);
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (getsockname(fd, (struct sockaddr *)&a, &n) == 0 &&
        getnameinfo((struct sockaddr *)&a, n, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
        snprintf(out, APP_ADDRESS_BYTES, strchr(host, ':') ? "[%.45s]:%.5s" : "%.45s:%.5s", host,
                 port);
    } else {
        snprintf(out, APP_ADDRESS_BYTES, "%.*s", APP_ADDRESS_BYTES - 1, listen);
    }
}

int app_listen_open(int *fd_out, char address_out[APP_ADDRESS_BYTES], const char *listen,
                    inb_error **err)
{
    char host[256], port[6];
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    if (!listen_split(listen, host, port)) {
        return inb_error_wrap(err, INB_EINVAL, "LISTEN \"%s\" %s", listen,
                              app_listen_check(listen));
    }
    int e = getaddrinfo(*host ? host : NULL, port, &hints, &list);
    if (e) {
        return inb_error_wrap(err, INB_EINVAL, "cannot resolve LISTEN \"%s\": %s", listen,
                              gai_strerror(e));
    }
    int fd = -1;
    /* An empty host has both families: IPv6 takes IPv4 too, so it is tried first. */
    for (int family = AF_INET6; fd < 0 && family; family = family == AF_INET6 ? AF_INET : 0) {
        for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
            fd = a->ai_family == family ? socket_open(a) : -1;
        }
    }
    e = errno;
    freeaddrinfo(list);
    if (fd < 0) {
        inb_error_wrap(err, INB_EINVAL, "cannot listen on \"%s\": %s", listen, strerror(e));
        inb_error_set_hint(err,
                           "Set LISTEN to an address of this machine and a port that is free.");
        return INB_EINVAL;
    }
    address_name(address_out, fd, listen);
    *fd_out = fd;
    return 0;
}
