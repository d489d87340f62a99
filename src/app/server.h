/* The HTTP server: sockets, deadlines, workers, drain. */
#ifndef APP_SERVER_H
#define APP_SERVER_H

#include "app/http.h"
#include "app/metrics.h"
#include "app/settings.h"
#include "app/tries.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

/* One socket: until when it may go on as it does. */
typedef struct app_clock {
    struct app_clock *next, *previous;
    int fd;
    bool reading; /* its request is not whole yet, or there is none */
    bool left;    /* its client seems to have gone */
    int64_t deadline_ms;
} app_clock;

struct app_server {
    const app_settings *settings;
    const inb_keyring *keyring; /* NULL: connectors cannot be written */
    struct MHD_Daemon *daemon;
    char *openapi;
    char decoy[INB_PASSWORD_HASH_BYTES]; /* what an unknown user's password is held against */
    sem_t hashing;                       /* argon2 takes 64 MiB at a time: so many at once */
    app_tries tries;
    app_metrics metrics;

    atomic_bool draining;   /* no new work is taken */
    atomic_bool cut_short;  /* the time for finishing is over */
    atomic_int in_flight;   /* requests begun and not yet ended */
    atomic_int owed;        /* of them, those that are answered: it goes out */
    atomic_size_t buffered; /* bytes of bodies in memory */

    pthread_mutex_t clocks_lock;
    app_clock *clocks;
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

/* Serves until a stop is asked for, drains, and returns; 0 when that went in order. */
int app_serve(const app_settings *s, const inb_keyring *keyring, inb_error **err);

/* NULL, or what is wrong with LISTEN. */
const char *app_listen_check(const char *listen);
#define APP_ADDRESS_BYTES 64
/* A listening socket, and the address that it has: port 0 is one that the kernel chose. */
int app_listen_open(int *fd_out, char address_out[APP_ADDRESS_BYTES], const char *listen,
                    inb_error **err);

/* clocks.c: NULL when memory is out. */
app_clock *app_clock_new(app_server *server, struct MHD_Connection *connection);
void app_clock_free(app_server *server, app_clock *clock);
/* From now on so long; reading: for the client to send a request, or for its answer. */
void app_clock_set(app_server *server, struct MHD_Connection *connection, int64_t ms, bool reading);
/* Shuts down the sockets whose time is over, and of clients that have gone. */
void app_clocks_enforce(app_server *server);
/* True when a client has sent what was not read yet. */
bool app_clocks_unread(app_server *server);

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
bool app_server_cut_short(void *server);

/* jobs.c: takes uploads in, one at a time. */
void *app_jobs_run(void *server);
void app_jobs_wake(app_server *server);

int64_t app_now_us(void);

#endif
