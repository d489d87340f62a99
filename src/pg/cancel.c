/*
 * PQcancel waits for the server to close the cancel connection, and has no limit for that: behind a
 * server or proxy that accepts and then hangs it would block for ever. So it runs in a thread that
 * can be left behind.
 */
#include "config.h"

#include "pg/internal.h"
#include "util/alloc.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#define PATIENCE_S 2

typedef struct canceller {
    PGcancel *cancel;
    atomic_bool left; /* the first to set it leaves the memory to the other */
} canceller;

static void canceller_leave(canceller *c)
{
    if (atomic_exchange(&c->left, true)) {
        PQfreeCancel(c->cancel);
        inb__free(c);
    }
}

static void *canceller_run(void *payload)
{
    canceller *c = payload;
    char why[256];
    (void)PQcancel(c->cancel, why, (int)sizeof(why));
    canceller_leave(c);
    return NULL;
}

/* A thread of ours must take no signal from the program that we are in. */
static bool thread_start(pthread_t *thread, canceller *c)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(thread, NULL, canceller_run, c) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

void inb__pg_cancel(PGconn *pg)
{
    canceller *c = inb__calloc(1, sizeof(*c));
    if (!c) {
        return;
    }
    c->cancel = PQgetCancel(pg);
    pthread_t thread;
    if (!c->cancel || !thread_start(&thread, c)) {
        PQfreeCancel(c->cancel);
        inb__free(c);
        return;
    }
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    if (pthread_timedjoin_np(thread, NULL, &until) != 0) {
        pthread_detach(thread);
    }
    canceller_leave(c);
}
