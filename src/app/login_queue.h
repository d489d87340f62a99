/*
 * Sign-ins that wait to be checked. A check takes 64 MiB and a tenth of a second (argon2id), so
 * only so many run at once; the others wait in turns: a client's second sign-in comes after the
 * first of everybody else, so whoever sends many waits for himself. Pure: the caller locks.
 */
#ifndef APP_LOGIN_QUEUE_H
#define APP_LOGIN_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#define APP_LOGINS_MOST 512       /* that wait */
#define APP_LOGINS_CLIENT_MOST 64 /* of them, from one client */

typedef struct app_login_wait {
    struct app_login_wait *next;
    const char *client; /* as client.h names it */
    uint64_t turn;
    void *owner;
} app_login_wait;

typedef struct app_login_queue {
    app_login_wait *waiting; /* in the order in which they came */
    app_login_wait *checked; /* being checked */
    int n_waiting, n_checked;
    int checks_most;
    uint64_t turn; /* that of the last one taken */
} app_login_queue;

/* False when there is no room for it. */
bool app_login_queue_put(app_login_queue *q, app_login_wait *w);
/* The next to be checked; NULL when none waits, or as many as may be are being checked. */
app_login_wait *app_login_queue_take(app_login_queue *q);
/* A check is over. */
void app_login_queue_done(app_login_queue *q, app_login_wait *w);

#endif
