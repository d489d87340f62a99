/* The orderly end: every request that has begun is answered before the server stops. */
#include "config.h"

#include "app/server.h"

#include "app/log_line.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWERS_WAIT_MS 5000 /* for clients that are slow to read, when the time is over */

static int64_t now_ms(void)
{
    return app_now_us() / 1000;
}

static void tick(void)
{
    const struct timespec pause = {0, 10000000};
    nanosleep(&pause, NULL);
}

/*
 * Returns when the polling thread has ended what it had begun: it is given a connection whose
 * client has left already, and once it has closed that, whatever it had accepted or read before is
 * known here as a deadline or a request.
 */
static void poller_pass(app_server *server, int64_t until_ms)
{
    int pair[2];
    const struct sockaddr nobody = {.sa_family = AF_UNIX};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) {
        return;
    }
    shutdown(pair[0], SHUT_WR);
    struct pollfd end = {.fd = pair[0], .events = POLLIN};
    enum MHD_Result taken =
        MHD_add_connection(server->door.daemon, pair[1], &nobody, sizeof(nobody));
    int64_t left = until_ms - now_ms();
    while (taken == MHD_YES && left > 0 && poll(&end, 1, (int)(left < 1000 ? left : 1000)) <= 0) {
        left = until_ms - now_ms();
    }
    close(pair[0]);
}

/* Clients that the kernel has connected are clients, though nobody has looked at them yet: closing
 * the listening socket would reset them. */
static void backlog_take(app_server *server, int listen_fd)
{
    for (int i = 0; i < SOMAXCONN; i++) {
        struct sockaddr_storage from;
        socklen_t n = sizeof(from);
        int fd = accept4(listen_fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && errno != EINTR && errno != ECONNABORTED) {
            return;
        }
        if (fd >= 0) {
            /* MHD closes what it does not take. */
            enum MHD_Result ignored =
                MHD_add_connection(server->door.daemon, fd, (struct sockaddr *)&from, n);
            (void)ignored;
        }
    }
}

static bool quiet(app_server *server)
{
    return atomic_load(&server->in_flight) == 0 && !atomic_load(&server->job_running) &&
           !app_deadline_unread(server);
}

void app_drain(app_server *server)
{
    int64_t until_ms = now_ms() + server->settings->shutdown_timeout_ms;
    atomic_store(&server->draining, true);
    int listen_fd = MHD_quiesce_daemon(server->door.daemon);
    poller_pass(server, until_ms); /* or it might still be accepting */
    if (listen_fd >= 0) {
        backlog_take(server, listen_fd);
        close(listen_fd);
    }
    app_log(INB_LOG_INFO, "draining requests=%d", atomic_load(&server->in_flight));
    app_jobs_wake(server);
    bool over = false;
    while (!over && now_ms() < until_ms) {
        if (quiet(server)) {
            poller_pass(server, until_ms);
            over = quiet(server);
        } else {
            tick();
        }
    }
    atomic_store(&server->cut_short, true);
    app_queue_close(server);
}

void app_answers_wait(app_server *server)
{
    int64_t until_ms = now_ms() + ANSWERS_WAIT_MS;
    while (atomic_load(&server->owed) > 0 && now_ms() < until_ms) {
        tick();
    }
}
