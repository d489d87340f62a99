/* The HTTP server: sockets, deadlines, workers, drain. */
#ifndef APP_SERVER_H
#define APP_SERVER_H

#include "app/http.h"
#include "app/login_limit.h"
#include "app/metrics.h"
#include "app/settings.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

/* One socket: until when it may go on as it does. */
typedef struct app_deadline {
    struct app_deadline *next, *previous;
    int fd;
    bool reading; /* its request is not whole yet, or there is none */
    bool left;    /* its client seems to have gone */
    int64_t deadline_ms;
} app_deadline;

struct app_server {
    const app_settings *settings;
    const inb_keyring *keyring; /* NULL: connectors cannot be written */
    const app_route *routes;    /* ends with a row without a method */
    struct MHD_Daemon *daemon;
    char *openapi;
    char decoy[INB_PASSWORD_HASH_BYTES]; /* what an unknown user's password is held against */
    sem_t hashing;                       /* argon2 takes 64 MiB at a time: so many at once */
    app_login_limit tries;
    app_metrics metrics;

    atomic_bool draining;   /* no new work is taken */
    atomic_bool cut_short;  /* the time for finishing is over */
    atomic_int in_flight;   /* requests begun and not yet ended */
    atomic_int owed;        /* of them, those that are answered: it goes out */
    atomic_size_t buffered; /* bytes of bodies in memory */

    pthread_mutex_t deadlines_lock;
    app_deadline *deadlines;
    int64_t looked_ms; /* for clients that have gone; the main thread's */

    pthread_mutex_t queue_lock;
    pthread_cond_t queue_changed;
    app_request *queue_head, *queue_tail;
    int queue_length;
    bool queue_closed;

    pthread_mutex_t jobs_lock;
    pthread_cond_t jobs_changed;
    bool jobs_waiting;
    atomic_bool job_running;
};

/* server_state.c: the clock that everything here counts in, and whether the time for finishing is
 * over (an inb_cancel_cb). */
int64_t app_now_us(void);
bool app_server_cut_short(void *server);

/* Serves until a stop is asked for, drains, and returns; 0 when that went in order. */
int app_serve(const app_settings *s, const inb_keyring *keyring, inb_error **err);

/* NULL, or what is wrong with LISTEN. */
const char *app_listen_check(const char *listen);
#define APP_ADDRESS_BYTES 64
/* A listening socket, and the address that it has: port 0 is one that the kernel chose. */
int app_listen_open(int *fd_out, char address_out[APP_ADDRESS_BYTES], const char *listen,
                    inb_error **err);

/* deadlines.c: NULL when memory is out. */
app_deadline *app_deadline_new(app_server *server, struct MHD_Connection *connection);
void app_deadline_free(app_server *server, app_deadline *deadline);
/* From now on so long; reading: for the client to send a request, or for its answer. */
void app_deadline_set(app_server *server, struct MHD_Connection *connection, int64_t ms,
                      bool reading);
/* Shuts down the sockets whose time is over, and of clients that have gone. */
void app_deadline_enforce(app_server *server);
/* True when a client has sent what was not read yet. */
bool app_deadline_unread(app_server *server);

/* drain.c: takes no new connections, and returns when every request is answered or the time for it
 * is over. */
void app_drain(app_server *server);
/* Returns when no answer is still on its way; not later than a client that does not read it may
 * make it. */
void app_answers_wait(app_server *server);

/* workers.c */
int app_workers_start(pthread_t *threads, int n, app_server *server);
/* True when the request was taken; its connection must be suspended before. */
bool app_queue_put(app_server *server, app_request *r);
void app_queue_close(app_server *server);
/* A worker's connection that is alive: opened, or opened anew. */
int app_worker_connect(inb_conn **conn, app_server *server, const char *name, inb_error **err);

/* jobs.c: takes uploads in, one at a time. */
void *app_jobs_run(void *server);
void app_jobs_wake(app_server *server);

#endif
