#include "config.h"

#include "app/tries.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD_US (30 * 1000000ll)

int app_tries_init(app_tries *t, int64_t most, inb_error **err)
{
    pthread_mutex_init(&t->lock, NULL);
    t->most = most;
    return inb_token_new(t->salt, err);
}

/* An IPv6 client has a network of its own: 64 bits tell it from others. */
static void address_text(char out[INET6_ADDRSTRLEN], const struct sockaddr *address)
{
    *out = '\0';
    if (address && address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
        inet_ntop(AF_INET, &in->sin_addr, out, INET6_ADDRSTRLEN);
    } else if (address && address->sa_family == AF_INET6) {
        struct in6_addr network = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        if (!IN6_IS_ADDR_V4MAPPED(&network)) {
            memset(network.s6_addr + 8, 0, 8);
        }
        inet_ntop(AF_INET6, &network, out, INET6_ADDRSTRLEN);
    }
}

/* The account as it is compared, which is without case; a collision of slots forgets the older one.
 */
static app_tries_slot *slot_find(app_tries *t, char digest[INB_DIGEST_HEX_BYTES], const char *email,
                                 const struct sockaddr *address)
{
    char key[512], from[INET6_ADDRSTRLEN];
    address_text(from, address);
    int n = snprintf(key, sizeof(key), "%s %s %s", t->salt, from, email);
    size_t length = n < 0 ? 0 : (size_t)n < sizeof(key) ? (size_t)n : sizeof(key) - 1;
    for (size_t i = 0; i < length; i++) {
        key[i] = (char)(key[i] >= 'A' && key[i] <= 'Z' ? key[i] + ('a' - 'A') : key[i]);
    }
    inb_digest_hex(digest, key, length);
    char index[9];
    snprintf(index, sizeof(index), "%.8s", digest);
    return &t->slots[strtoul(index, NULL, 16) % APP_TRIES_SLOTS];
}

int app_tries_take(app_tries *t, const char *email, const struct sockaddr *address, int64_t now_us)
{
    char digest[INB_DIGEST_HEX_BYTES];
    if (t->most == 0) {
        return 0;
    }
    pthread_mutex_lock(&t->lock);
    app_tries_slot *slot = slot_find(t, digest, email, address);
    if (strcmp(slot->digest, digest) != 0 || slot->debt_until_us < now_us) {
        memcpy(slot->digest, digest, sizeof(slot->digest));
        slot->debt_until_us = now_us;
    }
    int64_t over_us = slot->debt_until_us + PERIOD_US - (now_us + t->most * PERIOD_US);
    if (over_us <= 0) {
        slot->debt_until_us += PERIOD_US;
    }
    pthread_mutex_unlock(&t->lock);
    return over_us <= 0 ? 0 : (int)((over_us + 999999) / 1000000);
}

void app_tries_forgive(app_tries *t, const char *email, const struct sockaddr *address)
{
    char digest[INB_DIGEST_HEX_BYTES];
    if (t->most == 0) {
        return;
    }
    pthread_mutex_lock(&t->lock);
    app_tries_slot *slot = slot_find(t, digest, email, address);
    if (strcmp(slot->digest, digest) == 0) {
        slot->debt_until_us = 0;
    }
    pthread_mutex_unlock(&t->lock);
}
