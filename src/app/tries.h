/*
 * How often a password may be tried: so many failures at once, and one more with every period that
 * goes by. Counted for an account as one address tries it, so that nobody elsewhere is locked out.
 */
#ifndef APP_TRIES_H
#define APP_TRIES_H

#include <inboard.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define APP_TRIES_SLOTS 4096 /* a power of two */

typedef struct app_tries_slot {
    char digest[INB_DIGEST_HEX_BYTES];
    int64_t debt_until_us; /* when all its tries are paid back */
} app_tries_slot;

typedef struct app_tries {
    pthread_mutex_t lock;
    char salt[INB_TOKEN_BYTES]; /* so that nobody outside can choose a slot */
    int64_t most;               /* 0: no limit */
    app_tries_slot slots[APP_TRIES_SLOTS];
} app_tries;

int app_tries_init(app_tries *t, int64_t most, inb_error **err);

/*
 * Takes a try before the password is looked at, so that tries at the same time count too. 0, or in
 * how many seconds there will be one.
 */
int app_tries_take(app_tries *t, const char *email, const struct sockaddr *address, int64_t now_us);

/* The password was right: what was taken is given back. */
void app_tries_forgive(app_tries *t, const char *email, const struct sockaddr *address);

#endif
