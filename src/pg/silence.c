/*
 * A line that went dead while an answer was awaited. The kernel at the other end may go on saying
 * that it is there (a proxy that holds the connection, a frozen server), so neither keepalives nor
 * tcp_user_timeout end the wait; but the statement may as well be one that takes hours. All that
 * this side can see is that no byte moves: a caller with a second connection can ask the server.
 */
#include "config.h"

#include "pg/internal.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#define PATIENCE_MS 30000
#define OWN_LIMIT_MS 10000 /* at least */

int64_t inb__pg_patience(const inb__url *url)
{
    const char *ms = inb__url_get(url, "tcp_user_timeout");
    return ms && atoi(ms) > 0 ? atoi(ms) : PATIENCE_MS;
}

int64_t inb__pg_patience_us(const inb_conn *conn)
{
    return conn->patience_ms * 1000;
}

int64_t inb__pg_query_limit(const inb_conn *conn)
{
    int64_t ms = 2 * conn->patience_ms > OWN_LIMIT_MS ? 2 * conn->patience_ms : OWN_LIMIT_MS;
    return conn->limit_ms > 0 && conn->limit_ms < ms ? conn->limit_ms : ms;
}

int64_t inb__pg_silent_us(inb_conn *conn)
{
    if (conn->moved_us == 0 || conn->lost) {
        return 0;
    }
    int queued = 0; /* what the kernel has not got rid of: a slow line is not a dead one */
    if (ioctl(PQsocket(conn->pg), SIOCOUTQ, &queued) == 0 && queued != conn->queued) {
        conn->queued = queued;
        conn->moved_us = inb__now_us();
    }
    return inb__now_us() - conn->moved_us;
}

bool inb__pg_unanswered(const inb_conn *conn)
{
    return conn->unanswered;
}

void inb__pg_abandon(inb_conn *conn, const char *why)
{
    conn->lost = true;
    conn->why_lost = why;
}
