/* CREATE DATABASE, from a database that every server has. */
#include "config.h"

#include "live/make_database.h"

#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

#define TRIES 20 /* while another process copies the same template */
#define PAUSE_MS 200
#define NO_DATABASE "P1003"

/* One try to connect, or as long as it takes the server to be there. */
static int open_as(inb_conn **out, const inb__url *url, int64_t timeout_ms,
                   const inb_conn_options *how, inb_error **err)
{
    const inb__pg_options options = {.url = url,
                                     .application_name = how->application_name,
                                     .connect_timeout_ms = timeout_ms,
                                     .any_server = true,
                                     .log = {how->log, how->log_payload},
                                     .cancelled = how->cancelled,
                                     .cancel_payload = how->cancel_payload};
    return inb__pg_open(out, &options, err);
}

/* From "postgres", or where that cannot be connected to, "template1". url names that one then. */
static int maintenance_open(inb_conn **out, inb__url *url, const inb_conn_options *how,
                            inb_error **err)
{
    static const char *const names[] = {"postgres", "template1"};
    int rc = 0;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        inb_error *why = NULL;
        rc = inb__url_set(url, "dbname", names[i], &why);
        rc = rc < 0 ? rc : open_as(out, url, 0, how, &why);
        if (rc == 0 || i == 1) {
            *err = why;
            return rc;
        }
        inb_error_free(why);
    }
    return rc;
}

static bool state_is(const inb_error *err, const char *state)
{
    return strcmp(inb_error_sqlstate(err), state) == 0;
}

static int right_refuse(inb_conn *conn, const char *name, inb_error **err)
{
    inb_result *r = NULL;
    int rc = inb_conn_exec(conn, "SELECT current_user", 0, NULL, &r, NULL);
    const char *role = rc == 0 ? inb_result_value(r, 0, 0) : "";
    inb__error_wrap(err, INB_EPERM, "the role \"%s\" may not create the database \"%s\"", role,
                    name);
    inb__error_prisma(err, "P1010");
    inb__error_hint(err, "Allow it with ALTER ROLE \"%s\" CREATEDB, or have the database created.",
                    role);
    inb_result_free(r);
    return INB_EPERM;
}

/* Tries again while another process copies the same template. */
static int create(bool *made_out, inb_conn *conn, const char *name, inb_error **err)
{
    INB__AUTO_BUF inb__buf sql;
    inb__buf_init(&sql, INB__LIMIT_MESSAGE);
    inb__buf_str(&sql, "CREATE DATABASE ");
    int rc = inb__pg_add_ident(conn, &sql, name, err);
    for (int tries = 0; rc == 0; tries++) {
        inb_error *why = NULL;
        rc = inb__pg_simple(conn, inb__str_of(inb__buf_text(&sql)), NULL, &why);
        *made_out = rc == 0;
        bool there = rc < 0 && (state_is(why, INB__SQLSTATE_DUPLICATE_DATABASE) ||
                                state_is(why, INB__SQLSTATE_UNIQUE_VIOLATION));
        if (rc == 0 || there) {
            inb_error_free(why);
            return 0;
        }
        if (!state_is(why, INB__SQLSTATE_OBJECT_IN_USE) || tries == TRIES) {
            *err = why;
            break;
        }
        inb_error_free(why);
        rc = inb__pg_sleep(conn, inb__jitter(PAUSE_MS), err);
    }
    return rc < 0 && state_is(*err, INB__SQLSTATE_INSUFFICIENT_PRIVILEGE)
               ? right_refuse(conn, name, err)
               : rc;
}

static int make(bool *made_out, inb__url *url, const char *name, const inb_conn_options *how,
                inb_error **err)
{
    inb_conn *conn = NULL;
    int rc = maintenance_open(&conn, url, how, err);
    if (rc < 0) {
        rc = inb__error_wrap(err, rc, "the database \"%s\" is missing and cannot be created", name);
        inb__error_hint(err, "Neither \"postgres\" nor \"template1\" of its server can be "
                             "connected to: have the database created.");
        return rc;
    }
    rc = create(made_out, conn, name, err);
    inb_conn_close(conn);
    return rc;
}

int inb__database_make(bool *made_out, const inb_conn_options *options, inb_error **err)
{
    inb__url parsed = {0};
    inb_conn *conn = NULL;
    inb_error *why = NULL;
    *made_out = false;
    int rc = inb__url_parse(&parsed, options->url, err);
    if (rc < 0) {
        return rc;
    }
    rc = open_as(&conn, &parsed, options->connect_timeout_ms, options, &why);
    inb_conn_close(conn);
    const char *name = inb__url_get(&parsed, "dbname");
    if (rc < 0 && name && strcmp(inb_error_prisma_code(why), NO_DATABASE) == 0) {
        INB__AUTO_FREE char *kept = inb__strdup(name);
        inb_error_free(why);
        why = NULL;
        rc = kept ? make(made_out, &parsed, kept, options, &why) : inb__error_nomem(&why);
    }
    if (rc < 0) {
        *err = why;
    }
    inb__url_dispose(&parsed);
    return rc;
}
