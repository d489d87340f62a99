/*
 * How often a password may be tried. Three limits: for an account from one address, so many
 * failures at once and one more with every half minute; for an account from all addresses together,
 * ten times as many and one more every five minutes, so that many addresses do not help a guesser;
 * and for an address over all accounts, ten times as many and one more every ten seconds, so that
 * one password cannot be tried on every account.
 *
 * The last two could keep an account's owner out while somebody guesses. So they do not count
 * for an address that has signed in as the account before (device cookies do the same in a
 * browser): who guesses uses up the tries of strangers only.
 *
 * All of it is in memory: a restart forgets it, and each process counts for itself.
 */
#ifndef APP_LOGIN_LIMIT_H
#define APP_LOGIN_LIMIT_H

#include <inboard.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define APP_LOGIN_LIMIT_SLOTS 4096 /* a power of two */
#define APP_LOGIN_LIMIT_ACCOUNT 10 /* times as many for an account from all addresses */
#define APP_LOGIN_LIMIT_CLIENT 10  /* and for an address over all accounts */

typedef struct app_login_limit_slot {
    char digest[INB_DIGEST_HEX_BYTES];
    int64_t
        until_us; /* when all its tries are paid back; of an address that is known: until when */
} app_login_limit_slot;

typedef struct app_login_limit {
    pthread_mutex_t lock;
    char salt[INB_TOKEN_BYTES]; /* so that nobody outside can choose a slot */
    int64_t most;               /* 0: no limit */
    app_login_limit_slot by_address[APP_LOGIN_LIMIT_SLOTS];
    app_login_limit_slot by_account[APP_LOGIN_LIMIT_SLOTS];
    app_login_limit_slot by_client[APP_LOGIN_LIMIT_SLOTS];
    app_login_limit_slot known[APP_LOGIN_LIMIT_SLOTS];
} app_login_limit;

int app_login_limit_init(app_login_limit *t, int64_t most, inb_error **err);

/*
 * from: the client as client.h names it. Takes a try before the password is looked at, so that
 * tries at the same time count too. 0, or in how many seconds there will be one.
 */
int app_login_limit_take(app_login_limit *t, const char *email, const char *from, int64_t now_us);

/* The password was right: what was taken is given back, and the address is known to the account. */
void app_login_limit_forgive(app_login_limit *t, const char *email, const char *from,
                             int64_t now_us);

#endif
