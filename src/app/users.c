/* Users and sessions in the database. */
#include "config.h"

#include "app/rows.h"
#include "app/storage.h"

#include <stdio.h>
#include <string.h>

const app_column app_session_columns[] = {
    {"token", APP_COLUMN_TEXT, NULL, "send it as Authorization: Bearer TOKEN"},
    {"expires_at", APP_COLUMN_TEXT, NULL, "RFC 3339"},
    {"user_id", APP_COLUMN_TEXT, NULL, "UUID"},
    {0},
};

int app_user_verify(app_user *out, inb_conn *conn, const char *email, const char *password,
                    const char *decoy, inb_error **err)
{
    inb_result *r;
    int rc = inb_conn_exec(conn, "SELECT id, password_hash FROM users WHERE email = lower($1)", 1,
                           &email, &r, err);
    if (rc) {
        return rc;
    }
    app_user user = {0};
    bool known = inb_result_rows(r) == 1;
    const char *hash = known ? inb_result_value(r, 0, 1) : decoy;
    if (inb_password_verify(hash, password, strlen(password)) && known) {
        app_db_copy(user.id, sizeof(user.id), r, 0, 0);
    }
    inb_result_free(r);
    *out = user;
    return 0;
}

int app_user_create(app_user *out, inb_conn *conn, const char *email, const char *name,
                    const char *password_hash, inb_error **err)
{
    const char *params[] = {email, name, password_hash};
    inb_result *r;
    int rc = inb_conn_exec(
        conn,
        "INSERT INTO users (email, display_name, password_hash) VALUES (lower($1), $2, $3) "
        "RETURNING id",
        3, params, &r, err);
    if (rc == 0) {
        *out = (app_user){0};
        app_db_copy(out->id, sizeof(out->id), r, 0, 0);
        inb_result_free(r);
    }
    return rc;
}

#define EXPIRES "to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

static int session_insert(char expires_out[32], inb_conn *conn, const char *user_id,
                          const char *token, int64_t lifetime_ms, inb_error **err)
{
    char digest[INB_DIGEST_HEX_BYTES], lifetime[24];
    inb_digest_hex(digest, token, strlen(token));
    snprintf(lifetime, sizeof(lifetime), "%lld", (long long)lifetime_ms);
    const char *params[] = {user_id, digest, lifetime};
    inb_result *r;
    int rc = inb_conn_exec(
        conn,
        "WITH expired AS (DELETE FROM sessions WHERE user_id = $1 AND expires_at <= now()) "
        "INSERT INTO sessions (user_id, token_digest, expires_at) "
        "VALUES ($1, $2, now() + $3::bigint * interval '1 millisecond') RETURNING " EXPIRES,
        3, params, &r, err);
    if (rc == 0) {
        app_db_copy(expires_out, 32, r, 0, 0);
        inb_result_free(r);
    }
    return rc;
}

int app_session_open(char token_out[INB_TOKEN_BYTES], char expires_out[32], inb_conn *conn,
                     const char *user_id, int64_t lifetime_ms, inb_error **err)
{
    char token[INB_TOKEN_BYTES];
    int rc = inb_token_new(token, err);
    if (rc == 0) {
        rc = session_insert(expires_out, conn, user_id, token, lifetime_ms, err);
    }
    if (rc == 0) {
        memcpy(token_out, token, sizeof(token));
    }
    return rc;
}

int app_session_find(app_user *out, inb_conn *conn, const char *token, inb_error **err)
{
    char digest[INB_DIGEST_HEX_BYTES];
    inb_digest_hex(digest, token, strlen(token));
    const char *params[] = {digest};
    inb_result *r;
    int rc = inb_conn_exec(
        conn, "SELECT user_id, id FROM sessions WHERE token_digest = $1 AND expires_at > now()", 1,
        params, &r, err);
    if (rc) {
        return rc;
    }
    app_user user = {0};
    if (inb_result_rows(r) == 1) {
        app_db_copy(user.id, sizeof(user.id), r, 0, 0);
        app_db_copy(user.session, sizeof(user.session), r, 0, 1);
    }
    inb_result_free(r);
    *out = user;
    return 0;
}

int app_session_close(inb_conn *conn, const char *session_id, inb_error **err)
{
    return inb_conn_exec(conn, "DELETE FROM sessions WHERE id = $1", 1, &session_id, NULL, err);
}
