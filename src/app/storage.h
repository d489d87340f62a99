/*
 * What the service reads and writes, as functions on one connection. They know nothing of HTTP; the
 * smoke checks and the handlers call the same ones.
 *
 * Each returns 0 or a negative code of enum inb_code with an error. "Not there" is no error: a flag
 * or a NULL says so.
 */
#ifndef APP_STORAGE_H
#define APP_STORAGE_H

#include "app/rows.h"

#include <inboard.h>
#include <jansson.h>

/* --- users.c --- */

typedef struct app_user {
    char id[INB_UUID_BYTES];
    char session[INB_UUID_BYTES]; /* by which the user came in, "" when by none */
} app_user;

/*
 * Checks a password. *out's id is "" when the user is unknown or the password wrong; decoy is a
 * hash that is checked for an unknown user, so that both take the same time.
 */
int app_user_verify(app_user *out, inb_conn *conn, const char *email, const char *password,
                    const char *decoy, inb_error **err);
int app_user_create(app_user *out, inb_conn *conn, const char *email, const char *name,
                    const char *password_hash, inb_error **err);

/* Opens a session, and takes away the user's expired ones. expires_out: RFC 3339, 32 bytes. */
int app_session_open(char token_out[INB_TOKEN_BYTES], char expires_out[32], inb_conn *conn,
                     const char *user_id, int64_t lifetime_ms, inb_error **err);
/* *out's id is "" when no session that is good has this token. */
int app_session_find(app_user *out, inb_conn *conn, const char *token, inb_error **err);
int app_session_close(inb_conn *conn, const char *session_id, inb_error **err);

/* --- emissions.c --- */

/* values: as app_emission_fields, checked. *out is a new reference. */
int app_emission_create(json_t **out, inb_conn *conn, const char *user_id,
                        const char *const *values, inb_error **err);

int app_emission_list(json_t **out, inb_conn *conn, const char *user_id, const app_page *page,
                      inb_error **err);

/* --- uploads.c --- */

int app_upload_create(json_t **out, inb_conn *conn, const char *user_id, const char *csv, size_t n,
                      inb_error **err);
/* *out is NULL when this user has no such job. */
int app_upload_find(json_t **out, inb_conn *conn, const char *user_id, const char *id,
                    inb_error **err);
int app_upload_list(json_t **out, inb_conn *conn, const char *user_id, const app_page *page,
                    inb_error **err);
int app_upload_errors(json_t **out, inb_conn *conn, const char *user_id, const char *id,
                      int after_line, int limit, inb_error **err);

/* A job that this process works on. */
typedef struct app_job {
    char id[INB_UUID_BYTES];
    char user_id[INB_UUID_BYTES];
    char *content; /* free with app_job_dispose */
    size_t length, done;
    long rows_read, rows_accepted, rows_rejected;
} app_job;

/* Claims the oldest job that is queued or was left by a worker whose lease ran out; *found says
 * whether there was one. */
int app_job_claim(app_job *out, bool *found, inb_conn *conn, inb_error **err);
void app_job_dispose(app_job *job);
/*
 * In one transaction: inserts the accepted rows, keeps the errors, moves the job on to `next`.
 * *lost: another worker has the job now, and nothing was stored.
 */
int app_job_advance(app_job *job, bool *lost, inb_conn *conn, json_t *accepted, json_t *errors,
                    const app_job *next, inb_error **err);
/* Gives a job back before it is done, for another worker to go on with. */
int app_job_release(const app_job *job, inb_conn *conn, inb_error **err);
int app_job_fail(const app_job *job, inb_conn *conn, const char *why, inb_error **err);

/* --- connectors.c --- */

/* values: as app_connector_fields, checked; the last is the secret. *taken: the name is another's.
 */
int app_connector_create(json_t **out, bool *taken, inb_conn *conn, const inb_keyring *keyring,
                         const char *const *values, inb_error **err);
/*
 * NULL values stay as they are. *out is NULL when there is no such connector. *unsealed: the base
 * URL would change and no secret is given, so nothing was changed: the old secret would be sent to
 * wherever the new URL leads.
 */
int app_connector_change(json_t **out, bool *taken, bool *unsealed, inb_conn *conn,
                         const inb_keyring *keyring, const char *id, const char *const *values,
                         inb_error **err);
int app_connector_find(json_t **out, inb_conn *conn, const char *id, inb_error **err);
int app_connector_list(json_t **out, inb_conn *conn, const app_page *page, inb_error **err);
int app_connector_delete(bool *found, inb_conn *conn, const char *id, inb_error **err);

/* Opens every connector's secret; INB_ESEALED names the first connector whose secret does not open.
 */
int app_connectors_open_all(size_t *n_out, inb_conn *conn, const inb_keyring *keyring,
                            inb_error **err);
/* Seals again what another key sealed. Calls done for each connector; goes on after one that does
 * not open. */
typedef void (*app_rotated_cb)(const char *name, const char *state, const inb_error *err,
                               void *payload);
int app_connectors_rotate(inb_conn *conn, const inb_keyring *keyring, app_rotated_cb done,
                          void *payload, inb_error **err);
/* Replaces the secret of the connector with this name or id; name_out: free(). *name_out is NULL
 * when there is none. */
int app_connector_seal(char **name_out, inb_conn *conn, const inb_keyring *keyring,
                       const char *name_or_id, const char *secret, size_t n, inb_error **err);

/* --- db.c --- */

/* Runs SQL that a row of the database answers; the result has exactly the rows it has. */
int app_db_exec(inb_conn *conn, const char *sql, inb_error **err);
/* Ends a transaction that was opened: COMMIT when rc is 0, else ROLLBACK. Returns rc, or COMMIT's
 * failure. */
int app_db_end(inb_conn *conn, int rc, inb_error **err);
/* A copy of a value into a fixed field; the field is "" for NULL. */
void app_db_copy(char *out, size_t n, const inb_result *r, int row, int column);
/* INB_ENOMEM, with an error as the others have it. */
int app_nomem(inb_error **err);

#endif
