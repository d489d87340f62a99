/* The HTTP server: sockets, deadlines, workers, drain. */
#ifndef APP_SERVER_H
#define APP_SERVER_H

#include "app/client.h"
#include "app/http.h"
#include "app/login_limit.h"
#include "app/metrics.h"
#include "app/settings.h"
#include "app/wire.h"

#include <pthread.h>
#include <stdatomic.h>

#define APP_ADDRESS_BYTES 64

/* One daemon of libmicrohttpd with its listening socket. */
typedef struct app_door {
    struct app_server *server;
    struct MHD_Daemon *daemon;
    bool monitor; /* for orchestrators and Prometheus alone: MONITOR_LISTEN */
    char address[APP_ADDRESS_BYTES];
} app_door;

/* One connection: who it is, what it has sent, until when it may go on as it does. */
typedef struct app_peer {
    struct app_peer *next, *previous, *same; /* same: the next of its bucket */
    app_door *door;
    int fd;
    char address[APP_CLIENT_BYTES]; /* of the socket's other end */
    bool surplus; /* above a limit on connections: for /healthz and /readyz alone */
    bool reading; /* its request is not whole yet, or there is none */
    bool left;    /* its client seems to have gone */
    bool refused; /* and answered so */
    size_t discarded;
    int64_t deadline_ms;
    app_wire wire;
} app_peer;

#define APP_PEER_BUCKETS 1024

/* Whether the database answers, as the thread that asks it knows. */
typedef struct app_readiness {
    atomic_bool answered;  /* the last question */
    atomic_llong asked_us; /* when the question that is under way was asked; 0: none is */
} app_readiness;

struct app_server {
    const app_settings *settings;
    const inb_keyring *keyring; /* NULL: connectors cannot be written */
    const app_route *routes;    /* ends with a row without a method */
    app_door door, monitor;     /* monitor.daemon is NULL without MONITOR_LISTEN */
    app_networks proxies;       /* whose X-Forwarded-For is believed */
    char *openapi;
    char decoy[INB_PASSWORD_HASH_BYTES]; /* what an unknown user's password is held against */
    app_login_limit tries;
    app_metrics metrics;

    app_readiness readiness;

    atomic_bool serving;    /* the start is over: migrated, gates passed */
    atomic_bool draining;   /* no new work is taken */
    atomic_bool cut_short;  /* the time for finishing is over */
    atomic_int in_flight;   /* requests begun and not yet ended */
    atomic_int owed;        /* of them, those that are answered: it goes out */
    atomic_size_t buffered; /* bytes of bodies in memory */

    pthread_mutex_t peers_lock;
    app_peer *peers, *buckets[APP_PEER_BUCKETS]; /* by descriptor */
    int surplus;                                 /* how many of them are */
    int64_t looked_ms;                           /* for clients that have gone */
    pthread_t deadlines;
    atomic_bool closed; /* the thread of the deadlines may end */

    pthread_mutex_t queue_lock;
    pthread_cond_t queue_changed;
    app_request *queue_head, *queue_tail;
    int queue_length;
    app_login_queue logins;
    bool login_was_last; /* taken */
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

/* A number for X-Request-Id. */
#define APP_NUMBER_BYTES 17
void app_request_number(char out[APP_NUMBER_BYTES]);

/*
 * Listens, and answers /healthz, /readyz and /metrics, and everything else with 503: the database
 * is not migrated yet. The server is the process's only one.
 */
int app_server_open(app_server **out, const app_settings *s, inb_error **err);
/* Serves until a stop is asked for, drains, and returns; 0 when that went in order. */
int app_server_run(app_server *server, const inb_keyring *keyring, inb_error **err);
/* NULL is fine. */
void app_server_close(app_server *server);

/* request.c: a request whose head is there; NULL when memory is out. */
app_request *app_request_new(app_door *door, struct MHD_Connection *connection, const char *url,
                             const char *method);
void app_request_free(app_request *r);
/* Bytes of its body; false: the connection is to be cut. */
bool app_request_add(app_request *r, const char *bytes, size_t n);

/* NULL, or what is wrong with LISTEN. */
const char *app_listen_check(const char *listen);
/* A listening socket, and the address that it has: port 0 is one that the kernel chose. */
int app_listen_open(int *fd_out, char address_out[APP_ADDRESS_BYTES], const char *listen,
                    inb_error **err);

/* peers.c: NULL when memory is out, or more connections than may be are open. To be called in the
 * thread that polls. */
app_peer *app_peer_new(app_door *door, struct MHD_Connection *connection);
void app_peer_free(app_peer *peer);
app_peer *app_peer_of(struct MHD_Connection *connection);
/* The connection with this descriptor; NULL where there is none, and in threads that do not poll.
 */
app_peer *app_peer_at(int fd);

/* deadlines.c: from now on so long; reading: for the client to send a request, or for its answer.
 */
void app_deadline_set(struct MHD_Connection *connection, int64_t ms, bool reading);
/* Not later than in so many milliseconds. */
void app_deadline_shorten(app_peer *peer, int64_t ms);
/* Shuts down the sockets whose time is over, and of clients that have gone, until the server is
 * closed. */
void *app_deadlines_run(void *server);
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

/* readiness.c: asks the database until the time for finishing is over. */
void *app_readiness_run(void *server);
/* True while the database answers. */
bool app_readiness_good(app_server *server);

/* jobs.c: takes uploads in, one at a time. */
void *app_jobs_run(void *server);
void app_jobs_wake(app_server *server);

#endif
