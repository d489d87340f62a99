/* Connecting: one host at a time, so that each has its own time and its own reason, again and again
 * until the deadline. */
#include "config.h"

#include "pg/connect.h"

#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define TRY_MS 10000 /* for one host, unless the URL's connect_timeout says otherwise */
#define PAUSE_FIRST_MS 50
#define PAUSE_LONGEST_MS 2000
#define SAY_AGAIN_US 5000000 /* while waiting */

/* A host of the URL; NULL members are left to libpq. */
typedef struct target {
    const char *host;
    const char *hostaddr;
    const char *port;
} target;

typedef INB__VEC(target) target_list;

typedef struct attempt {
    const inb__pg_options *options;
    inb_conn *conn;
    int64_t started_us;
    int64_t deadline_us; /* of all tries; 0: there is one try */
    int64_t said_us;
    int tries;
    inb_error *known; /* why the last try that was answered failed */
} attempt;

static size_t pieces_count(const char *list)
{
    size_t n = list != NULL;
    for (; list && *list; list++) {
        n += *list == ',';
    }
    return n;
}

/* The piece number i of a list; the only one serves for all. NULL when there is no list, or memory
 * is out (*oom). */
static const char *piece(inb__arena *arena, const char *list, size_t i, bool *oom)
{
    if (!list) {
        return NULL;
    }
    size_t count = pieces_count(list);
    for (i = count == 1 ? 0 : i; i > 0; i--) {
        list = strchr(list, ',') + 1;
    }
    const char *copy = inb__arena_strndup(arena, list, strcspn(list, ","));
    *oom = *oom || !copy;
    return copy;
}

static int targets_make(inb__arena *arena, target_list *out, const inb__url *url, inb_error **err)
{
    const char *host = inb__url_get(url, "host");
    const char *hostaddr = inb__url_get(url, "hostaddr");
    const char *port = inb__url_get(url, "port");
    size_t hosts = pieces_count(host);
    size_t addresses = pieces_count(hostaddr);
    size_t n = hosts > addresses ? hosts : addresses;
    n = n ? n : 1;
    if ((hosts && hosts != n) || (addresses && addresses != n) ||
        (pieces_count(port) > 1 && pieces_count(port) != n)) {
        inb__error_set(err, INB_EINVAL,
                       "the connection URL has a different number of hosts, addresses and ports");
        inb__error_prisma(err, "P1013");
        return INB_EINVAL;
    }
    bool oom = false;
    for (size_t i = 0; i < n; i++) {
        target t = {piece(arena, host, i, &oom), piece(arena, hostaddr, i, &oom),
                    piece(arena, port, i, &oom)};
        INB__VEC_ADD(arena, out, t);
    }
    return oom || out->n != n ? inb__error_nomem(err) : 0;
}

typedef struct keywords {
    const char *names[INB__URL_PARAMETERS + 24];
    const char *values[INB__URL_PARAMETERS + 24];
    size_t n;
} keywords;

static void keyword_add(keywords *k, const char *name, const char *value)
{
    if (value) {
        k->names[k->n] = name;
        k->values[k->n++] = value;
    }
}

static void keyword_default(keywords *k, const inb__url *url, const char *name, const char *value)
{
    if (!inb__url_get(url, name)) {
        keyword_add(k, name, value);
    }
}

/* libpq takes the last of two values of one name, so the library's own are added after the URL's.
 */
static void keywords_make(keywords *k, const inb__pg_options *options, const target *t)
{
    const inb__url *url = options->url;
    for (size_t i = 0; i < url->n; i++) {
        const char *name = url->parameters[i].keyword;
        if (strcmp(name, "host") != 0 && strcmp(name, "hostaddr") != 0 &&
            strcmp(name, "port") != 0) {
            keyword_add(k, name, url->parameters[i].value);
        }
    }
    keyword_add(k, "host", t->host);
    keyword_add(k, "hostaddr", t->hostaddr);
    keyword_add(k, "port", t->port);
    keyword_default(k, url, "application_name", "inboard");
    keyword_add(k, "application_name", options->application_name);
    keyword_add(k, "client_encoding", "UTF8");
    keyword_default(k, url, "target_session_attrs", "any");
    keyword_add(k, "target_session_attrs", options->any_server ? NULL : "read-write");
    keyword_default(k, url, "keepalives", "1");
    keyword_default(k, url, "keepalives_idle", "30");
    keyword_default(k, url, "keepalives_interval", "10");
    keyword_default(k, url, "keepalives_count", "3");
    keyword_default(k, url, "tcp_user_timeout", "30000");
}

static int64_t try_deadline(const attempt *a)
{
    const char *seconds = inb__url_get(a->options->url, "connect_timeout");
    int64_t ms = seconds && atoi(seconds) > 0 ? (int64_t)atoi(seconds) * 1000 : TRY_MS;
    int64_t deadline_us = inb__now_us() + ms * 1000;
    return a->deadline_us > 0 && a->deadline_us < deadline_us ? a->deadline_us : deadline_us;
}

/* Drives PQconnectPoll to its end. */
static inb__wait connection_poll(const attempt *a, PGconn *pg)
{
    int64_t deadline_us = try_deadline(a);
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (PQstatus(pg) != CONNECTION_BAD) {
        short revents = 0;
        short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        inb__wait wait = inb__pg_wait(a->conn, PQsocket(pg), events, deadline_us, &revents);
        if (wait != INB__WAIT_READY) {
            return wait;
        }
        state = PQconnectPoll(pg);
        if (state == PGRES_POLLING_OK) {
            return INB__WAIT_READY;
        }
        if (state == PGRES_POLLING_FAILED) {
            break;
        }
    }
    return INB__WAIT_FAILED;
}

/* One try of one host. *outcome says whether another try could do better. */
static int target_try(attempt *a, const target *t, inb__connect_outcome *outcome, inb_error **err)
{
    keywords k = {.n = 0};
    keywords_make(&k, a->options, t);
    a->tries++;
    *outcome = INB__CONNECT_FINAL;
    PGconn *pg = PQconnectStartParams(k.names, k.values, 0);
    if (!pg) {
        return inb__error_nomem(err);
    }
    PQsetErrorVerbosity(
        pg, PQERRORS_VERBOSE); /* the only way to learn the SQLSTATE of a refused connection */
    PQsetNoticeReceiver(pg, inb__notice_receive, a->conn);
    inb__wait wait = connection_poll(a, pg);
    if (wait == INB__WAIT_READY && PQsetnonblocking(pg, 1) == 0) {
        PQsetErrorVerbosity(pg, PQERRORS_DEFAULT);
        a->conn->pg = pg;
        return 0;
    }
    int rc = inb__connect_error(pg, wait, a->options->url, outcome, err);
    PQfinish(pg);
    return rc;
}

/* Every host once; the outcome is the most hopeful of them, the error belongs to that one. */
static int targets_try(attempt *a, const target_list *targets, inb__connect_outcome *outcome,
                       inb_error **err)
{
    int rc = INB_ECONN;
    *outcome = INB__CONNECT_FINAL;
    for (size_t i = 0; i < targets->n; i++) {
        inb_error *reason = NULL;
        inb__connect_outcome one = INB__CONNECT_FINAL;
        int one_rc = target_try(a, &targets->v[i], &one, &reason);
        if (one_rc == 0 || one_rc == INB_ECANCELLED || one_rc == INB_ENOMEM || i == 0 ||
            one > *outcome) {
            inb_error_free(*err);
            *err = reason;
            rc = one_rc;
            *outcome = one;
        } else {
            inb_error_free(reason);
        }
        if (one_rc == 0 || one_rc == INB_ECANCELLED || one_rc == INB_ENOMEM) {
            break;
        }
    }
    return rc;
}

static void say_waiting(attempt *a, const inb_error *reason)
{
    int64_t now = inb__now_us();
    if (a->said_us == 0 || now - a->said_us >= SAY_AGAIN_US) {
        a->said_us = now;
        inb__log(&a->options->log, INB_LOG_INFO, "waiting for the database: %s",
                 inb_error_message(reason));
    }
}

/* How long to pause before trying again; negative: do not. */
static int64_t pause_ms(const attempt *a, inb__connect_outcome outcome, int64_t step_ms)
{
    int64_t now = inb__now_us();
    if (a->deadline_us == 0 || outcome == INB__CONNECT_FINAL || now >= a->deadline_us) {
        return -1;
    }
    int64_t left_ms = (a->deadline_us - now) / 1000;
    int64_t ms = inb__jitter(step_ms);
    return ms < left_ms ? ms : left_ms;
}

/*
 * The deadline can cut the last try short; what is wrong is then what the try before it was told.
 * Takes *reason, and gives what is to be said in its place, with its code.
 */
static int reason_settle(attempt *a, bool last, int rc, inb_error **reason)
{
    bool late = strcmp(inb_error_prisma_code(*reason), INB__CONNECT_LATE) == 0;
    if (!late) {
        inb_error_free(a->known);
        a->known = last ? NULL : INB__TAKE(*reason);
    } else if (last && a->known && a->deadline_us > 0 && inb__now_us() >= a->deadline_us) {
        inb_error_free(*reason);
        *reason = INB__TAKE(a->known);
        rc = inb_error_code(*reason);
    }
    return rc;
}

static int connect_until(attempt *a, const target_list *targets, inb_error **err)
{
    for (int64_t step_ms = PAUSE_FIRST_MS;;
         step_ms = step_ms * 2 < PAUSE_LONGEST_MS ? step_ms * 2 : PAUSE_LONGEST_MS) {
        inb_error *reason = NULL;
        inb__connect_outcome outcome = INB__CONNECT_FINAL;
        int rc = targets_try(a, targets, &outcome, &reason);
        int64_t ms = rc == 0 ? -1 : pause_ms(a, outcome, step_ms);
        if (ms >= 0) {
            say_waiting(a, reason);
        }
        if (rc < 0) {
            rc = reason_settle(a, ms < 0, rc, &reason);
        }
        if (ms < 0) {
            if (err && rc < 0) {
                inb_error_free(*err);
                *err = reason;
            } else {
                inb_error_free(reason);
            }
            return rc;
        }
        inb_error_free(reason);
        short revents = 0;
        if (inb__pg_wait(a->conn, -1, 0, inb__now_us() + ms * 1000, &revents) ==
            INB__WAIT_CANCELLED) {
            return inb__error_set(err, INB_ECANCELLED, "stopped while waiting for the database");
        }
    }
}

int inb__pg_open(inb_conn **out, const inb__pg_options *options, inb_error **err)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    target_list targets = {0};
    int rc = targets_make(&arena, &targets, options->url, err);
    if (rc < 0) {
        return rc;
    }
    inb_conn *conn = inb__calloc(1, sizeof(*conn));
    if (!conn) {
        return inb__error_nomem(err);
    }
    conn->log = options->log;
    conn->cancelled = options->cancelled;
    conn->cancel_payload = options->cancel_payload;
    conn->limit_ms = options->limit_ms;
    conn->patience_ms = inb__pg_patience(options->url);
    conn->hasty = options->hasty;
    attempt a = {.options = options, .conn = conn, .started_us = inb__now_us()};
    a.deadline_us =
        options->connect_timeout_ms > 0 ? a.started_us + options->connect_timeout_ms * 1000 : 0;
    rc = connect_until(&a, &targets, err);
    inb_error_free(a.known);
    if (rc < 0) {
        inb__free(conn);
        return rc;
    }
    conn->connect_us = inb__now_us() - a.started_us;
    *out = conn;
    return 0;
}
