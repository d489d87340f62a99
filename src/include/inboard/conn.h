/*
 * A connection to PostgreSQL, as much of one as an application with embedded migrations needs.
 *
 * URLs are those of libpq, as URIs or as keyword=value. The parameters that Prisma adds to them
 * (schema, connection_limit, pool_timeout, pgbouncer, sslaccept and the like) are understood or
 * ignored, and never passed on to libpq. `schema` sets the search_path. TLS follows Prisma where
 * the two differ: in a URI an sslcert without an sslkey is the authority's certificate, and
 * sslaccept=strict verifies it and the host's name.
 *
 * This library reads no environment. libpq does: what a URL leaves open (host, user, password, TLS
 * files) it takes from its PG… variables, service file and password file, as in every program that
 * uses it. application_name, client_encoding, target_session_attrs and keepalives are always
 * passed, and so never come from there.
 */
#ifndef INBOARD_CONN_H
#define INBOARD_CONN_H

#include <inboard/error.h>
#include <inboard/export.h>
#include <inboard/log.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

INB_BEGIN_DECLS

typedef struct inb_conn inb_conn;
typedef struct inb_result inb_result;

/* Returns true when the work should stop as soon as it safely can: called often, from the caller's
 * thread. @since 0.1 */
typedef bool (*inb_cancel_cb)(void *payload);

/*
 * How to connect. Zero is a fine value for every member but size and url. Texts are read during the
 * call and not kept. @since 0.1
 */
typedef struct inb_conn_options {
    size_t size;                  /* sizeof(inb_conn_options) */
    const char *url;              /* postgresql://… or keyword=value */
    const char *application_name; /* as pg_stat_activity shows it */
    int64_t
        connect_timeout_ms; /* tries until then, with growing pauses; 0: one try of at most 10 s */
    int64_t statement_timeout_ms; /* each statement's limit, on both sides; 0: none */
    bool any_server;              /* a standby or a read-only server will do */
    inb_log_cb log;               /* notices and retries; NULL: nowhere */
    void *log_payload;
    inb_cancel_cb cancelled; /* NULL: never */
    void *cancel_payload;
} inb_conn_options;

/*
 * Opens a connection; the caller closes *out with inb_conn_close().
 *
 * Returns 0; INB_EINVAL: the URL or the options; INB_ECONN: not reachable until the timeout;
 * INB_EPERM: password, rights, or every server is a standby; INB_ECANCELLED; INB_ENOMEM. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_conn_open(inb_conn **out, const inb_conn_options *options,
                                            inb_error **err);

/* Closes a connection and frees it; NULL is fine. @since 0.1 */
INB_EXPORT void inb_conn_close(inb_conn *conn);

/* False once the connection is lost, and for NULL; a lost connection can only be closed. @since
 * 0.1 */
INB_EXPORT bool inb_conn_alive(const inb_conn *conn);

/*
 * Looks, without waiting, whether the other side has closed an idle connection since it was last
 * used, as a restart of the server does; a statement would only fail on it. No statement may be
 * under way.
 *
 * Returns false as inb_conn_alive does, and for NULL. @since 0.1
 */
INB_EXPORT bool inb_conn_check(inb_conn *conn);

/*
 * Runs one statement and waits for its result.
 *
 * n, params: the values of $1 to $n as text in the server's form, NULL for SQL's NULL; params may
 * be NULL when n is 0. out: where the result goes, which the caller frees; NULL: nowhere.
 *
 * Returns 0; INB_ESQL: the server refused it, and the error has the SQLSTATE; INB_ECONN: the
 * connection was lost, and it is unknown whether the statement was executed; INB_ECANCELLED;
 * INB_EINVAL; INB_ENOMEM. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_conn_exec(inb_conn *conn, const char *sql, int n,
                                            const char *const *params, inb_result **out,
                                            inb_error **err);

/* Frees a result; NULL is fine. @since 0.1 */
INB_EXPORT void inb_result_free(inb_result *result);

/* The number of rows, 0 for NULL. @since 0.1 */
INB_EXPORT int inb_result_rows(const inb_result *result);

/*
 * A value as text in the server's form, which lives as long as the result; NULL for SQL's NULL and
 * outside of the result. Rows and columns count from 0. @since 0.1
 */
INB_EXPORT const char *inb_result_value(const inb_result *result, int row, int column);

/* The length of a value in bytes; 0 for SQL's NULL and outside of the result. @since 0.1 */
INB_EXPORT size_t inb_result_length(const inb_result *result, int row, int column);

/* The number of rows that INSERT, UPDATE or DELETE changed, 0 for NULL. @since 0.1 */
INB_EXPORT int64_t inb_result_affected(const inb_result *result);

INB_END_DECLS

#endif
