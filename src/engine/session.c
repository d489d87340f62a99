/* The settings of the session that migrates, its cleanup, and whether it is one session at all. */
#include "config.h"

#include "engine/session.h"

#include "engine/hint.h"
#include "engine/queries.h"
#include "postgres/server_version.h"
#include "util/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOLER_PROBES 4
#define POOLER_PATIENCE_MS 10000 /* of a probe: a free server answers at once */

void inb__session_queue(inb__pg_pipe *pipe, const inb__session_settings *settings)
{
    char timeout[32];
    const char *params[] = {settings->search_path, timeout};
    snprintf(timeout, sizeof(timeout), "%" PRId64, settings->lock_timeout_ms);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_session_settings), 2, params);
    inb__pg_pipe_sync(pipe);
    const struct {
        int since;
        const char *query;
    } newer[] = {{INB__SERVER_IDLE_SESSION_TIMEOUT, inb__query_session_settings_14},
                 {INB__SERVER_TRANSACTION_TIMEOUT, inb__query_session_settings_17}};
    for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++) {
        if (settings->server_version >= newer[i].since) {
            inb__pg_pipe_add(pipe, inb__str_of(newer[i].query), 0, NULL);
            inb__pg_pipe_sync(pipe);
        }
    }
}

void inb__session_role_reset_queue(inb__pg_pipe *pipe)
{
    inb__pg_pipe_add(pipe, INB__STR("RESET SESSION AUTHORIZATION"), 0, NULL);
    inb__pg_pipe_add(pipe, INB__STR("RESET ROLE"), 0, NULL);
}

void inb__session_clean_queue(inb__pg_pipe *pipe, const inb__session_settings *settings)
{
    inb__session_role_reset_queue(pipe);
    inb__pg_pipe_add(pipe, INB__STR("RESET ALL"), 0, NULL);
    inb__session_queue(pipe, settings);
}

void inb__session_role_keep_queue(inb__pg_pipe *pipe)
{
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_session_role_keep), 0, NULL);
    inb__session_role_reset_queue(pipe);
}

void inb__session_role_again_queue(inb__pg_pipe *pipe)
{
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_session_role_again), 0, NULL);
}

void inb__session_leave_queue(inb__pg_pipe *pipe)
{
    inb__pg_pipe_add(pipe, INB__STR("CLOSE ALL"), 0, NULL);
    inb__pg_pipe_add(pipe, INB__STR("DEALLOCATE ALL"), 0, NULL);
    inb__pg_pipe_add(pipe, INB__STR("UNLISTEN *"), 0, NULL);
    inb__pg_pipe_add(pipe, INB__STR("DISCARD TEMP"), 0, NULL);
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_session_release_locks), 0, NULL);
    inb__pg_pipe_sync(pipe);
}

int inb__step_error_take(inb__pg_pipe *pipe, size_t step, inb_error **err)
{
    int rc = inb_error_code(pipe->steps.v[step].error);
    if (err && rc < 0) {
        inb_error_free(*err);
        *err = pipe->steps.v[step].error;
        pipe->steps.v[step].error = NULL;
    }
    return rc;
}

int inb__session_refused(inb__pg_pipe *pipe, size_t step, inb_error **err)
{
    for (size_t i = step + 1; i-- > 0;) {
        if (pipe->steps.v[i].error) {
            return inb__step_error_take(pipe, i, err);
        }
    }
    return inb__error_set(err, INB_ECONN, "the server skipped a statement");
}

int inb__session_check(const inb__history *h, inb_error **err)
{
    int rc = 0;
    if (h->server_version < INB__SERVER_OLDEST) {
        rc = inb__error_set(err, INB_EPERM, "server version %d is too old",
                            inb__server_major(h->server_version));
        inb__error_hint(err, "Use PostgreSQL %d or newer.", inb__server_major(INB__SERVER_OLDEST));
    } else if (h->in_recovery) {
        rc = inb__error_set(err, INB_EPERM, "the server is a standby");
        inb__error_hint(err, "Point the URL at the primary.");
    } else if (h->read_only) {
        rc = inb__error_set(err, INB_EPERM, "the session is read-only");
        inb__error_hint(err,
                        "Turn default_transaction_read_only off where it is set: for role \"%s\", "
                        "database \"%s\" or the server, or in the URL's options.",
                        h->user, h->database);
    }
    return rc;
}

static int one_value(char *out, size_t size, inb_conn *conn, const char *sql, const char *param,
                     inb_error **err)
{
    inb_result *r = NULL;
    int rc = inb_conn_exec(conn, sql, param ? 1 : 0, &param, &r, err);
    if (rc == 0) {
        const char *v = inb_result_value(r, 0, 0);
        strncpy(out, v ? v : "", size - 1);
        out[size - 1] = '\0';
    }
    inb_result_free(r);
    return rc;
}

/* A question that a free server answers at once: *held when it was not, within the limit. */
static int probe_value(char *out, size_t size, bool *held, inb_conn *conn, const char *sql,
                       inb_error **err)
{
    int64_t before_ms = inb__pg_limit(conn, POOLER_PATIENCE_MS);
    int64_t started_us = inb__now_us();
    int rc = one_value(out, size, conn, sql, NULL, err);
    *held =
        rc < 0 && rc != INB_ECANCELLED && inb__now_us() - started_us >= POOLER_PATIENCE_MS * 1000;
    inb__pg_limit(conn, before_ms);
    return rc;
}

/*
 * The first connection is idle. In a pool of transactions the second one is given the same server
 * process, or keeps one busy while the first asks again and meets another, or has to wait because
 * the second took the last one.
 */
static int pooler_probe(bool *shared, inb_conn *first, inb_conn *second,
                        const inb_option_names *names, inb_error **err)
{
    char mine[32], theirs[32], again[32], none[8];
    bool held = false;
    int rc = one_value(mine, sizeof(mine), first, inb__query_session_backend_pid, NULL, err);
    rc = rc < 0 ? rc : probe_value(none, sizeof(none), &held, second, "BEGIN", err);
    if (held) {
        rc = inb__error_set(err, INB_EPERM, "the pooler has no free server connection");
        inb__hint_set(err, INB__HINT_POOL_FULL, names, "", "");
    }
    rc = rc < 0
             ? rc
             : one_value(theirs, sizeof(theirs), second, inb__query_session_backend_pid, NULL, err);
    *shared = rc == 0 && strcmp(mine, theirs) == 0;
    if (rc == 0 && !*shared) {
        rc = probe_value(again, sizeof(again), &held, first, inb__query_session_backend_pid, err);
        *shared = held || (rc == 0 && strcmp(mine, again) != 0);
    }
    if (*shared) {
        return 0;
    }
    return rc < 0 ? rc : inb_conn_exec(second, "ROLLBACK", 0, NULL, NULL, err);
}

static int pooler_error(const inb_option_names *names, inb_error **err)
{
    int rc =
        inb__error_set(err, INB_EPERM, "the connection goes through a pooler in transaction mode");
    inb__error_detail(err, "The migration lock belongs to one server process, and such a pooler "
                           "can run each transaction in another one.");
    inb__hint_set(err, INB__HINT_POOLER, names, "", "");
    return rc;
}

int inb__session_pooler_check(inb_conn *conn, const inb__history *history,
                              const inb__pg_options *options, const inb_option_names *names,
                              inb_error **err)
{
    if (options->url->pgbouncer) {
        return pooler_error(names, err);
    }
    if (history->backend_pid == inb__pg_backend_pid(conn)) {
        return 0;
    }
    inb_conn *second = NULL;
    int rc = inb__pg_open(&second, options, err);
    int64_t before_ms = inb__pg_limit(conn, inb__pg_query_limit(conn));
    if (rc == 0) {
        inb__pg_limit(second, inb__pg_query_limit(second));
    }
    bool shared = false;
    for (int i = 0; rc == 0 && !shared && i < POOLER_PROBES; i++) {
        rc = pooler_probe(&shared, conn, second, names, err);
    }
    inb__pg_limit(conn, before_ms);
    inb_conn_close(second);
    if (shared) {
        rc = pooler_error(names, err);
    }
    return rc;
}
