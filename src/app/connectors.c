/* ERP connectors in the database, their secrets sealed. */
#include "config.h"

#include "app/app_sqlstate.h"
#include "app/field_check.h"
#include "app/json_text.h"
#include "app/rows.h"
#include "app/storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDENTITY_MAX (sizeof("erp_connectors:") + INB_UUID_BYTES)

/* The secret is write-only: of the sealed value only the key's name is ever shown. */
const app_column app_connector_columns[] = {
    {"id", APP_COLUMN_TEXT, "id", "UUID"},
    {"name", APP_COLUMN_TEXT, "name", "unique"},
    {"system", APP_COLUMN_TEXT, "system", "the product"},
    {"base_url", APP_COLUMN_TEXT, "base_url", "where it answers"},
    {"key_id", APP_COLUMN_TEXT, "config->>'kid'", "the key that its secret is sealed with"},
    {"created_at", APP_COLUMN_TEXT, APP_SQL_TIME("created_at"), "RFC 3339"},
    {"updated_at", APP_COLUMN_TEXT, APP_SQL_TIME("updated_at"), "RFC 3339"},
    {"us", APP_COLUMN_CURSOR, "(extract(epoch FROM created_at) * 1000000)::bigint", NULL},
    {"id", APP_COLUMN_CURSOR, "id", NULL},
    {0},
};

static void identity_make(char out[IDENTITY_MAX], const char *id)
{
    snprintf(out, IDENTITY_MAX, "erp_connectors:%s", id);
}

static int secret_seal(char **out, const inb_keyring *keyring, const char *id, const char *secret,
                       size_t n, inb_error **err)
{
    char identity[IDENTITY_MAX];
    inb_secret *value;
    identity_make(identity, id);
    int rc = inb_secret_new(&value, secret, n, err);
    if (rc == 0) {
        rc = inb_seal(out, keyring, identity, value, err);
        inb_secret_free(value);
    }
    return rc;
}

/* A unique violation is an answer, not a failure: the name is another's. */
static int row_write(json_t **out, bool *taken, inb_conn *conn, const char *sql,
                     const char *const params[5], inb_error **err)
{
    int rc = app_row_select(out, conn, sql, app_connector_columns, "", 5, params, err);
    *taken = rc == INB_ESQL && strcmp(inb_error_sqlstate(*err), APP_SQLSTATE_UNIQUE_VIOLATION) == 0;
    if (*taken) {
        inb_error_free(*err);
        *err = NULL;
        *out = NULL;
        rc = 0;
    }
    return rc;
}

int app_connector_create(json_t **out, bool *taken, inb_conn *conn, const inb_keyring *keyring,
                         const char *const *values, inb_error **err)
{
    char id[INB_UUID_BYTES], *envelope = NULL;
    const char *secret = values[APP_CONNECTOR_SECRET];
    int rc = inb_uuid_new(id, err);
    if (rc == 0) {
        rc = secret_seal(&envelope, keyring, id, secret, strlen(secret), err);
    }
    if (rc) {
        return rc;
    }
    const char *params[] = {id, values[APP_CONNECTOR_NAME], values[APP_CONNECTOR_SYSTEM],
                            values[APP_CONNECTOR_URL], envelope};
    rc = row_write(out, taken, conn,
                   "INSERT INTO erp_connectors (id, name, system, base_url, config) "
                   "VALUES ($1, $2, $3::erp_system, $4, $5::jsonb) RETURNING ",
                   params, err);
    inb_string_free(envelope);
    return rc;
}

/* Whether the connector has another base URL than this; false when there is no such connector. */
static int url_differs(bool *out, inb_conn *conn, const char *id, const char *url, inb_error **err)
{
    const char *params[] = {id, url};
    inb_result *r;
    int rc = inb_conn_exec(conn, "SELECT 1 FROM erp_connectors WHERE id = $1 AND base_url <> $2", 2,
                           params, &r, err);
    if (rc == 0) {
        *out = inb_result_rows(r) == 1;
        inb_result_free(r);
    }
    return rc;
}

int app_connector_change(json_t **out, bool *taken, bool *unsealed, inb_conn *conn,
                         const inb_keyring *keyring, const char *id, const char *const *values,
                         inb_error **err)
{
    char *envelope = NULL;
    const char *secret = values[APP_CONNECTOR_SECRET], *url = values[APP_CONNECTOR_URL];
    *unsealed = *taken = false;
    int rc = secret ? secret_seal(&envelope, keyring, id, secret, strlen(secret), err)
             : url  ? url_differs(unsealed, conn, id, url, err)
                    : 0;
    if (rc || *unsealed) {
        return rc;
    }
    const char *params[] = {id, values[APP_CONNECTOR_NAME], values[APP_CONNECTOR_SYSTEM], url,
                            envelope};
    /* The URL is compared again: another session may have changed it meanwhile. */
    rc = row_write(out, taken, conn,
                   "UPDATE erp_connectors SET name = coalesce($2, name), system = "
                   "coalesce($3::erp_system, system), base_url = coalesce($4, base_url), "
                   "config = coalesce($5::jsonb, config), updated_at = now() "
                   "WHERE id = $1 AND ($5::jsonb IS NOT NULL OR base_url = coalesce($4, base_url)) "
                   "RETURNING ",
                   params, err);
    inb_string_free(envelope);
    return rc;
}

int app_connector_find(json_t **out, inb_conn *conn, const char *id, inb_error **err)
{
    return app_row_select(out, conn, "SELECT ", app_connector_columns,
                          " FROM erp_connectors WHERE id = $1", 1, &id, err);
}

int app_connector_list(json_t **out, inb_conn *conn, const app_page *page, inb_error **err)
{
    return app_page_select(out, conn, app_connector_columns, "erp_connectors WHERE true", 0, NULL,
                           page, err);
}

int app_connector_delete(bool *found, inb_conn *conn, const char *id, inb_error **err)
{
    inb_result *r;
    int rc = inb_conn_exec(conn, "DELETE FROM erp_connectors WHERE id = $1", 1, &id, &r, err);
    if (rc == 0) {
        *found = inb_result_affected(r) == 1;
        inb_result_free(r);
    }
    return rc;
}

static int sealed_read(inb_result **out, inb_conn *conn, inb_error **err)
{
    return inb_conn_exec(conn, "SELECT id, name, config FROM erp_connectors ORDER BY name", 0, NULL,
                         out, err);
}

/* What the service would give to the client of that system. */
static int secret_is_object(const char *name, const inb_secret *value, void *payload,
                            inb_error **err)
{
    bool nomem;
    json_t *secret = app_json_read(inb_secret_bytes(value), inb_secret_length(value), &nomem);
    bool object = json_is_object(secret);
    (void)payload;
    json_decref(secret);
    if (nomem) {
        return app_nomem(err);
    }
    return object ? 0
                  : inb_error_wrap(err, INB_ESEALED,
                                   "the secret of ERP connector \"%s\" is not a JSON object", name);
}

int app_connectors_open_all(size_t *n_out, inb_conn *conn, const inb_keyring *keyring,
                            inb_error **err)
{
    int rc = inb_unseal_each(n_out, conn, keyring,
                             "SELECT 'erp_connectors:' || id, name, config FROM erp_connectors "
                             "ORDER BY name",
                             secret_is_object, NULL, err);
    if (rc == INB_ESEALED && !keyring) {
        inb_error_set_hint(err, "Set ERP_KEYRING to the keyring that sealed it.");
    } else if (rc == INB_ESEALED) {
        inb_error_set_hint(
            err, "Restore the keyring that sealed it, or seal the secret again with --seal.");
    }
    return rc;
}

/* Writes only where the row still has what was resealed: a secret that somebody sets meanwhile
 * stays. */
static int one_rotate(const char **state, inb_conn *conn, const inb_result *r, int row,
                      const inb_keyring *keyring, inb_error **err)
{
    char identity[IDENTITY_MAX], *envelope;
    const char *id = inb_result_value(r, row, 0), *config = inb_result_value(r, row, 2);
    identity_make(identity, id);
    int rc = inb_reseal(&envelope, keyring, identity, config, err);
    if (rc || !envelope) {
        *state = rc ? "not opened" : "current";
        return rc;
    }
    const char *params[] = {id, config, envelope};
    inb_result *updated;
    rc = inb_conn_exec(conn,
                       "UPDATE erp_connectors SET config = $3::jsonb, updated_at = now() "
                       "WHERE id = $1 AND config = $2::jsonb",
                       3, params, &updated, err);
    inb_string_free(envelope);
    if (rc == 0) {
        *state = inb_result_affected(updated) == 1 ? "rotated" : "changed meanwhile";
        inb_result_free(updated);
    }
    return rc;
}

int app_connectors_rotate(inb_conn *conn, const inb_keyring *keyring, app_rotated_cb done,
                          void *payload, inb_error **err)
{
    inb_result *r;
    int rc = sealed_read(&r, conn, err);
    if (rc) {
        return rc;
    }
    int refused = 0;
    for (int i = 0; i < inb_result_rows(r) && rc == 0; i++) {
        const char *state = "not opened";
        inb_error *why = NULL;
        rc = one_rotate(&state, conn, r, i, keyring, &why);
        done(inb_result_value(r, i, 1), state, why, payload);
        if (rc == INB_ESEALED) {
            refused++;
            rc = 0;
        } else if (rc) {
            *err = why;
            why = NULL;
        }
        inb_error_free(why);
    }
    inb_result_free(r);
    return rc == 0 && refused
               ? inb_error_wrap(err, INB_ESEALED,
                                "the secrets of %d ERP connectors cannot be opened", refused)
               : rc;
}

int app_connector_seal(char **name_out, inb_conn *conn, const inb_keyring *keyring,
                       const char *name_or_id, const char *secret, size_t n, inb_error **err)
{
    inb_result *r;
    int rc =
        inb_conn_exec(conn, "SELECT id, name FROM erp_connectors WHERE name = $1 OR id::text = $1",
                      1, &name_or_id, &r, err);
    if (rc) {
        return rc;
    }
    char *envelope = NULL, *name = NULL;
    if (inb_result_rows(r) == 1) {
        const char *id = inb_result_value(r, 0, 0);
        rc = secret_seal(&envelope, keyring, id, secret, n, err);
        const char *params[] = {id, envelope};
        if (rc == 0) {
            rc = inb_conn_exec(
                conn,
                "UPDATE erp_connectors SET config = $2::jsonb, updated_at = now() WHERE id = $1", 2,
                params, NULL, err);
        }
        name = rc ? NULL : strdup(inb_result_value(r, 0, 1));
        rc = rc == 0 && !name ? app_nomem(err) : rc;
    }
    inb_result_free(r);
    inb_string_free(envelope);
    if (rc == 0) {
        *name_out = name;
    }
    return rc;
}
