/* Waits for a socket with a deadline, asking the cancel callback meanwhile; clocks and pauses. */
#include "config.h"

#include "pg/internal.h"

#include <errno.h>
#include <poll.h>
#include <sys/random.h>
#include <time.h>

#define ASK_US 100000      /* how often the cancel callback is asked */
#define LONGEST_US 1000000 /* of one poll, when there is no callback */

int64_t inb__now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t inb__jitter(int64_t ms)
{
    uint32_t random = 0;
    if (ms < 2 || getrandom(&random, sizeof(random), GRND_NONBLOCK) != (ssize_t)sizeof(random)) {
        return ms;
    }
    return ms / 2 + (int64_t)(random % (uint64_t)(ms / 2 + 1));
}

bool inb__pg_cancelled(const inb_conn *conn)
{
    return !conn->shielded && conn->cancelled && conn->cancelled(conn->cancel_payload);
}

void inb__pg_shield(inb_conn *conn, bool shielded)
{
    conn->shielded = shielded;
}

static int slice_ms(const inb_conn *conn, int64_t deadline_us)
{
    int64_t slice = conn && conn->cancelled && !conn->shielded ? ASK_US : LONGEST_US;
    if (deadline_us > 0) {
        int64_t left = deadline_us - inb__now_us();
        slice = left < slice ? left : slice;
    }
    return slice > 0 ? (int)((slice + 999) / 1000) : 0;
}

inb__wait inb__pg_wait(const inb_conn *conn, int socket, short events, int64_t deadline_us,
                       short *revents_out)
{
    for (;;) {
        if (conn && inb__pg_cancelled(conn)) {
            return INB__WAIT_CANCELLED;
        }
        if (conn && conn->lost) { /* the callback found out */
            return INB__WAIT_FAILED;
        }
        struct pollfd fd = {.fd = socket, .events = events};
        int n = poll(&fd, 1, slice_ms(conn, deadline_us));
        if (n > 0) {
            *revents_out = fd.revents;
            return fd.revents & POLLNVAL ? INB__WAIT_FAILED : INB__WAIT_READY;
        }
        if (n < 0 && errno != EINTR && errno != EAGAIN) {
            return INB__WAIT_FAILED;
        }
        if (deadline_us > 0 && inb__now_us() >= deadline_us) {
            return INB__WAIT_LATE;
        }
    }
}

int inb__pg_sleep(inb_conn *conn, int64_t ms, inb_error **err)
{
    int64_t deadline_us = inb__now_us() + (ms > 0 ? ms : 0) * 1000;
    while (!conn->lost) {
        short revents = 0;
        switch (inb__pg_wait(conn, PQsocket(conn->pg), POLLIN, deadline_us, &revents)) {
        case INB__WAIT_LATE:
            return 0;
        case INB__WAIT_CANCELLED:
            return inb__error_set(err, INB_ECANCELLED, "stopped while waiting");
        case INB__WAIT_READY:
            /* a notice, a changed parameter, or the end */
            if (PQconsumeInput(conn->pg) && PQstatus(conn->pg) == CONNECTION_OK) {
                continue;
            }
            break;
        case INB__WAIT_FAILED:
            break;
        }
        return inb__conn_lost(conn, PQerrorMessage(conn->pg), err);
    }
    return inb__conn_lost(conn, NULL, err);
}
