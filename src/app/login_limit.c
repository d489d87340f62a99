/* The limits on sign-ins that failed, by account and address. */
#include "config.h"

#include "app/login_limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US 1000000ll
#define ADDRESS_PERIOD_US (30 * SECOND_US)
#define ACCOUNT_PERIOD_US (300 * SECOND_US)
#define CLIENT_PERIOD_US (10 * SECOND_US)
#define KNOWN_US (30 * 24 * 3600 * SECOND_US)

int app_login_limit_init(app_login_limit *t, int64_t most, inb_error **err)
{
    pthread_mutex_init(&t->lock, NULL);
    t->most = most;
    return inb_token_new(t->salt, err);
}

/* The account as it is compared, which is without case; from: an address, or "" for all. */
static void digest_make(char out[INB_DIGEST_HEX_BYTES], const app_login_limit *t, const char *email,
                        const char *from)
{
    char key[512];
    int n = snprintf(key, sizeof(key), "%s %s %s", t->salt, from, email);
    size_t length = n < 0 ? 0 : (size_t)n < sizeof(key) ? (size_t)n : sizeof(key) - 1;
    for (size_t i = 0; i < length; i++) {
        key[i] = (char)(key[i] >= 'A' && key[i] <= 'Z' ? key[i] + ('a' - 'A') : key[i]);
    }
    inb_digest_hex(out, key, length);
}

static app_login_limit_slot *slot_of(app_login_limit_slot *slots, const char *digest)
{
    char index[9];
    snprintf(index, sizeof(index), "%.8s", digest);
    return &slots[strtoul(index, NULL, 16) % APP_LOGIN_LIMIT_SLOTS];
}

/* The slot, made the digest's own and empty where it is another's or over: the older is forgotten.
 */
static app_login_limit_slot *slot_take(app_login_limit_slot *slots, const char *digest,
                                       int64_t now_us)
{
    app_login_limit_slot *slot = slot_of(slots, digest);
    if (strcmp(slot->digest, digest) != 0 || slot->until_us < now_us) {
        snprintf(slot->digest, sizeof(slot->digest), "%s", digest);
        slot->until_us = now_us;
    }
    return slot;
}

/* A look that changes nothing, for a table in which a stranger must not displace anybody. */
static bool slot_has(app_login_limit_slot *slots, const char *digest, int64_t now_us)
{
    const app_login_limit_slot *slot = slot_of(slots, digest);
    return strcmp(slot->digest, digest) == 0 && slot->until_us >= now_us;
}

/* By how much one more try would be over what is allowed. */
static int64_t over(const app_login_limit_slot *slot, int64_t most, int64_t period_us,
                    int64_t now_us)
{
    return slot->until_us + period_us - (now_us + most * period_us);
}

/* The slots that a try is counted in. */
typedef struct counted {
    app_login_limit_slot *one, *account, *client;
    bool known; /* the address has signed in as the account before */
} counted;

static void counted_find(counted *out, app_login_limit *t, const char *email, const char *from,
                         int64_t now_us)
{
    char here[INB_DIGEST_HEX_BYTES], account[INB_DIGEST_HEX_BYTES], client[INB_DIGEST_HEX_BYTES];
    digest_make(here, t, email, from);
    digest_make(account, t, email, "");
    digest_make(client, t, "", from);
    *out = (counted){
        .one = slot_take(t->by_address, here, now_us),
        .account = slot_take(t->by_account, account, now_us),
        .client = slot_take(t->by_client, client, now_us),
        .known = slot_has(t->known, here, now_us),
    };
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int app_login_limit_take(app_login_limit *t, const char *email, const char *from, int64_t now_us)
{
    counted c;
    if (t->most == 0) {
        return 0;
    }
    pthread_mutex_lock(&t->lock);
    counted_find(&c, t, email, from, now_us);
    int64_t over_us = over(c.one, t->most, ADDRESS_PERIOD_US, now_us);
    if (!c.known) {
        over_us = later(
            over_us, over(c.account, t->most * APP_LOGIN_LIMIT_ACCOUNT, ACCOUNT_PERIOD_US, now_us));
        over_us = later(over_us,
                        over(c.client, t->most * APP_LOGIN_LIMIT_CLIENT, CLIENT_PERIOD_US, now_us));
    }
    if (over_us <= 0) {
        c.one->until_us += ADDRESS_PERIOD_US;
        c.account->until_us += c.known ? 0 : ACCOUNT_PERIOD_US;
        c.client->until_us += c.known ? 0 : CLIENT_PERIOD_US;
    }
    pthread_mutex_unlock(&t->lock);
    return over_us <= 0 ? 0 : (int)((over_us + SECOND_US - 1) / SECOND_US);
}

void app_login_limit_forgive(app_login_limit *t, const char *email, const char *from,
                             int64_t now_us)
{
    char here[INB_DIGEST_HEX_BYTES];
    counted c;
    if (t->most == 0) {
        return;
    }
    digest_make(here, t, email, from);
    pthread_mutex_lock(&t->lock);
    counted_find(&c, t, email, from, now_us);
    c.one->until_us = now_us;
    /* Only what this sign-in took: a guesser's tries are not forgotten because the owner came in.
     */
    if (!c.known) {
        c.account->until_us -= ACCOUNT_PERIOD_US;
        c.client->until_us -= CLIENT_PERIOD_US;
    }
    slot_take(t->known, here, now_us)->until_us = now_us + KNOWN_US;
    pthread_mutex_unlock(&t->lock);
}
