/*
 * Why a connection was refused. libpq has no PGresult for that, only text: the server's own
 * refusals carry their SQLSTATE when the verbosity is VERBOSE ("FATAL:  28P01: …"), whatever the
 * language; libpq's own reasons are known by their words.
 */
#include "config.h"

#include "pg/connect.h"
#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

typedef struct refusal {
    const char *sqlstate; /* a SQLSTATE or the beginning of one; NULL: libpq's own reason */
    const char *words;    /* NULL: any */
    int code;
    const char *prisma;
    inb__connect_outcome outcome;
    const char *hint;
} refusal;

/* The first that fits. */
static const refusal refusals[] = {
    {INB__SQLSTATE_INVALID_PASSWORD, NULL, INB_EPERM, "P1000", INB__CONNECT_FINAL,
     "Check user and password of the connection URL."},
    {INB__SQLSTATE_INVALID_AUTHORIZATION_SPECIFICATION, NULL, INB_EPERM, "P1010",
     INB__CONNECT_FINAL, "Check the user of the connection URL, and the server's pg_hba.conf."},
    {INB__SQLSTATE_INVALID_CATALOG_NAME, NULL, INB_ECONN, "P1003", INB__CONNECT_FINAL,
     "Create the database, or correct its name in the URL."},
    {INB__SQLSTATE_INSUFFICIENT_PRIVILEGE, NULL, INB_EPERM, "P1010", INB__CONNECT_FINAL,
     "Grant the user CONNECT on the database."},
    {INB__SQLSTATE_OBJECT_NOT_IN_PREREQUISITE_STATE, NULL, INB_EPERM, "P1010", INB__CONNECT_FINAL,
     NULL},
    {INB__SQLCLASS_INSUFFICIENT_RESOURCES, NULL, INB_ECONN, "P1001", INB__CONNECT_AGAIN, NULL},
    {INB__SQLCLASS_SHUTDOWN, NULL, INB_ECONN, "P1001", INB__CONNECT_AGAIN, NULL},
    {INB__SQLSTATE_PROTOCOL_VIOLATION, "no such database", INB_ECONN, "P1003", INB__CONNECT_FINAL,
     "Add the database to the pooler, or correct its name in the URL."},
    {INB__SQLSTATE_PROTOCOL_VIOLATION, "no such user", INB_EPERM, "P1000", INB__CONNECT_FINAL,
     NULL},
    {INB__SQLSTATE_PROTOCOL_VIOLATION, "auth", INB_EPERM, "P1000", INB__CONNECT_FINAL, NULL},
    {INB__SQLSTATE_PROTOCOL_VIOLATION, "unsupported startup parameter", INB_EINVAL, "P1013",
     INB__CONNECT_FINAL,
     "Add the parameter to the pooler's ignore_startup_parameters, or leave it out of the URL."},
    {INB__SQLCLASS_CONNECTION, NULL, INB_ECONN, "P1001", INB__CONNECT_AGAIN, NULL},
    {"", NULL, INB_ECONN, "P1001", INB__CONNECT_FINAL, NULL},
    {NULL, "no password supplied", INB_EPERM, "P1000", INB__CONNECT_FINAL,
     "Add the password to the connection URL."},
    {NULL, "read-only", INB_EPERM, "", INB__CONNECT_STANDBY,
     "Migrations need to write: connect to the primary; on the primary itself turn "
     "default_transaction_read_only off where it is set, for the role, the database or the "
     "server."},
    {NULL, "hot standby", INB_EPERM, "", INB__CONNECT_STANDBY,
     "Connect to the primary: migrations need to write."},
    {NULL, "authentication", INB_EPERM, "P1000", INB__CONNECT_FINAL, NULL},
    {NULL, "does not support SSL", INB_ECONN, "P1011", INB__CONNECT_FINAL, NULL},
    {NULL, "certificate", INB_ECONN, "P1011", INB__CONNECT_FINAL, NULL},
    {NULL, "private key", INB_ECONN, "P1011", INB__CONNECT_FINAL, NULL},
    {NULL, "received invalid response", INB_ECONN, "P1001", INB__CONNECT_AGAIN, NULL},
    {NULL, "invalid ", INB_EINVAL, "P1013", INB__CONNECT_FINAL, NULL},
    {NULL, "is too long", INB_EINVAL, "P1013", INB__CONNECT_FINAL, NULL},
    {NULL, NULL, INB_ECONN, "P1001", INB__CONNECT_AGAIN,
     "Check host and port of the connection URL, and that the server runs there."},
};

static bool is_sqlstate(const char *p)
{
    for (int i = 0; i < 5; i++) {
        if (!inb__is_digit(p[i]) && (p[i] < 'A' || p[i] > 'Z')) {
            return false;
        }
    }
    return p[5] == ':' && p[6] == ' ';
}

/* The last "severity:  SQLSTATE: message" of libpq's text; NULL when the server did not say
 * anything. */
static const char *server_words(const char *text)
{
    const char *found = NULL;
    for (const char *p = strstr(text, ":  "); p; p = strstr(p + 1, ":  ")) {
        if (is_sqlstate(p + 3)) {
            found = p + 3;
        }
    }
    return found;
}

static const refusal *refusal_find(const char *sqlstate, const char *text)
{
    const refusal *r = refusals;
    for (;; r++) {
        bool same_kind =
            sqlstate ? r->sqlstate && strncmp(sqlstate, r->sqlstate, strlen(r->sqlstate)) == 0
                     : !r->sqlstate;
        if (same_kind && (!r->words || strstr(text, r->words))) {
            return r;
        }
    }
}

/* The server's own hint, and what we know. */
static void hint_set(const refusal *r, const char *server, inb_error **err)
{
    static const char label[] = "\nHINT:  ";
    const char *said = server ? strstr(server, label) : NULL;
    said = said ? said + sizeof(label) - 1 : "";
    int n = (int)strcspn(said, "\n");
    if (n > 0 || r->hint) {
        inb__error_hint(err, "%.*s%s%s", n, said, n > 0 && r->hint ? " " : "",
                        r->hint ? r->hint : "");
    }
}

static int refused(const char *text, const inb__url *url, inb__connect_outcome *outcome,
                   inb_error **err)
{
    const char *server = server_words(text);
    char sqlstate[6] = "";
    INB__AUTO_BUF inb__buf reason;
    inb__buf_init(&reason, INB__LIMIT_MESSAGE);
    if (server) {
        memcpy(sqlstate, server, 5);
        INB__AUTO_BUF inb__buf first;
        inb__buf_init(&first, INB__LIMIT_MESSAGE);
        inb__buf_add(&first, server + 7, strcspn(server + 7, "\n"));
        inb__one_line(&reason, inb__buf_text(&first));
    } else {
        /* libpq's own advice, a question on a line of its own, is our hint. */
        const char *question = strstr(text, "\n\tIs the server");
        INB__AUTO_BUF inb__buf first;
        inb__buf_init(&first, INB__LIMIT_MESSAGE);
        inb__buf_add(&first, text, question ? (size_t)(question - text) : strlen(text));
        inb__one_line(&reason, inb__buf_text(&first));
    }
    const refusal *r = refusal_find(server ? sqlstate : NULL, inb__buf_text(&reason));
    *outcome = r->outcome;
    int rc = inb__error_set(err, r->code,
                            server ? "the database \"%s\" refuses the connection: %s"
                                   : "no connection to the database \"%s\": %s",
                            url->display, inb__buf_text(&reason));
    inb__error_prisma(err, r->prisma);
    inb__error_sqlstate(err, sqlstate);
    hint_set(r, server, err);
    return rc;
}

int inb__connect_error(PGconn *pg, inb__wait wait, const inb__url *url,
                       inb__connect_outcome *outcome, inb_error **err)
{
    if (wait == INB__WAIT_CANCELLED) {
        *outcome = INB__CONNECT_FINAL;
        return inb__error_set(err, INB_ECANCELLED, "stopped while connecting to the database");
    }
    if (wait == INB__WAIT_LATE) {
        *outcome = INB__CONNECT_AGAIN;
        int rc = inb__error_set(err, INB_ECONN, "the database \"%s\" does not answer in time",
                                url->display);
        inb__error_prisma(err, INB__CONNECT_LATE);
        return rc;
    }
    return refused(PQerrorMessage(pg), url, outcome, err);
}
