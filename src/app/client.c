/* The address of a client, directly or behind trusted proxies. */
#include "config.h"

#include "app/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned char address[16];

static void mapped_make(address out, const void *v4)
{
    memset(out, 0, 10);
    memset(out + 10, 0xff, 2);
    memcpy(out + 12, v4, 4);
}

static bool is_mapped(const address a)
{
    static const unsigned char prefix[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(a, prefix, sizeof(prefix)) == 0;
}

/* An address as text, n bytes; *v4 says which kind. */
static bool address_read(address out, bool *v4, const char *text, size_t n)
{
    char copy[64];
    unsigned char four[4];
    if (n == 0 || n >= sizeof(copy)) {
        return false;
    }
    memcpy(copy, text, n);
    copy[n] = '\0';
    *v4 = inet_pton(AF_INET, copy, four) == 1;
    if (*v4) {
        mapped_make(out, four);
    }
    return *v4 || inet_pton(AF_INET6, copy, out) == 1;
}

static bool network_add(app_networks *list, const char *text, size_t n)
{
    if (list->n == APP_NETWORKS_MAX) {
        return false;
    }
    const char *slash = memchr(text, '/', n);
    size_t length = slash ? (size_t)(slash - text) : n, digits = slash ? n - length - 1 : 0;
    bool v4;
    if (!address_read(list->v[list->n].address, &v4, text, length)) {
        return false;
    }
    unsigned most = v4 ? 32 : 128, bits = most;
    if (slash) {
        if (digits == 0 || digits > 3 || strspn(slash + 1, "0123456789") < digits) {
            return false;
        }
        bits = (unsigned)atoi(slash + 1);
    }
    list->v[list->n].bits = bits + (v4 ? 96 : 0);
    list->n++;
    return bits <= most;
}

bool app_networks_read(app_networks *out, const char *text)
{
    *out = (app_networks){0};
    for (const char *p = text; p && *p;) {
        p += strspn(p, ", \t");
        size_t n = strcspn(p, ", \t");
        if (n && !network_add(out, p, n)) {
            return false;
        }
        p += n;
    }
    return true;
}

static bool is_in(const address a, const unsigned char *network, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    unsigned char mask = (unsigned char)(0xff00 >> rest);
    return memcmp(a, network, whole) == 0 &&
           (rest == 0 || (a[whole] & mask) == (network[whole] & mask));
}

static bool is_trusted(const address a, const app_networks *trusted)
{
    for (size_t i = 0; i < trusted->n; i++) {
        if (is_in(a, trusted->v[i].address, trusted->v[i].bits)) {
            return true;
        }
    }
    return false;
}

/* An element of X-Forwarded-For: an address, which some proxies give a port. */
static bool element_read(address out, const char *text, size_t n)
{
    bool v4;
    while (n && (*text == ' ' || *text == '\t')) {
        text++;
        n--;
    }
    while (n && (text[n - 1] == ' ' || text[n - 1] == '\t')) {
        n--;
    }
    if (n && *text == '[') {
        const char *end = memchr(text, ']', n);
        return end && address_read(out, &v4, text + 1, (size_t)(end - text - 1));
    }
    const char *colon = memchr(text, ':', n);
    bool port = colon && memchr(text, '.', (size_t)(colon - text));
    return address_read(out, &v4, text, port ? (size_t)(colon - text) : n);
}

static bool peer_read(address out, const struct sockaddr *peer)
{
    if (peer && peer->sa_family == AF_INET) {
        mapped_make(out, &((const struct sockaddr_in *)(const void *)peer)->sin_addr);
        return true;
    }
    if (peer && peer->sa_family == AF_INET6) {
        memcpy(out, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, 16);
        return true;
    }
    return false;
}

/* Goes back through the list while whoever added its end is trusted. */
static void forwarded_follow(address client, const char *list, const app_networks *trusted)
{
    const char *end = list + strlen(list);
    while (end > list && is_trusted(client, trusted)) {
        const char *comma = memrchr(list, ',', (size_t)(end - list));
        const char *start = comma ? comma + 1 : list;
        address element;
        if (!element_read(element, start, (size_t)(end - start))) {
            return;
        }
        memcpy(client, element, sizeof(element));
        end = comma ? comma : list;
    }
}

void app_client_name(char out[APP_CLIENT_BYTES], const struct sockaddr *peer, const char *forwarded,
                     const app_networks *trusted)
{
    address client;
    *out = '\0';
    if (!peer_read(client, peer)) {
        return;
    }
    if (forwarded) {
        forwarded_follow(client, forwarded, trusted);
    }
    if (is_mapped(client)) {
        inet_ntop(AF_INET, client + 12, out, APP_CLIENT_BYTES);
    } else {
        memset(client + 8, 0, 8);
        inet_ntop(AF_INET6, client, out, APP_CLIENT_BYTES);
    }
}
