/*
 * Who a client is: the address of its socket, or, where that is a proxy that is trusted, what the
 * proxy says in X-Forwarded-For. An IPv6 client has a network of its own, so it is known by the
 * first 64 bits. Pure.
 */
#ifndef APP_CLIENT_H
#define APP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define APP_CLIENT_BYTES 46 /* as INET6_ADDRSTRLEN */
#define APP_NETWORKS_MAX 32

/* Addresses of proxies, IPv4 as mapped IPv6. */
typedef struct app_networks {
    size_t n;
    struct {
        unsigned char address[16];
        unsigned bits;
    } v[APP_NETWORKS_MAX];
} app_networks;

/* "10.0.0.0/8, 127.0.0.1, ::1"; false when it is malformed. NULL is none. */
bool app_networks_read(app_networks *out, const char *text);

/*
 * The client of a connection. forwarded: the values of X-Forwarded-For in their order, joined with
 * commas, or NULL. The list is read from its end, past proxies that are trusted: what stands before
 * the first that is not may be the client's own invention.
 */
void app_client_name(char out[APP_CLIENT_BYTES], const struct sockaddr *peer, const char *forwarded,
                     const app_networks *trusted);

#endif
