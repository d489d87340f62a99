/* Sealed values read from the database and given, opened, to the application. */
#include "config.h"

#include "inboard/sealed.h"
#include "util/error_set.h"

/* One row of the query; false in *present where there is no value. */
static int row_open(bool *present, const inb_result *r, int row, const inb_keyring *keyring,
                    inb_unsealed_cb opened, void *payload, inb_error **err)
{
    const char *identity = inb_result_value(r, row, 0), *name = inb_result_value(r, row, 1);
    const char *envelope = inb_result_value(r, row, 2);
    inb_secret *value;
    *present = envelope != NULL;
    if (!envelope) {
        return 0;
    }
    if (!identity || !name) {
        return inb__error_set(err, INB_EINVAL, "a sealed value has no identity or no name");
    }
    if (!keyring) {
        return inb__error_set(err, INB_ESEALED, "\"%s\" is sealed, and no keyring is set", name);
    }
    int rc = inb_unseal(&value, keyring, identity, envelope, err);
    if (rc == INB_ESEALED) {
        return inb__error_wrap(err, INB_ESEALED, "the sealed value of \"%s\" cannot be opened",
                               name);
    }
    if (rc == 0) {
        rc = opened ? opened(name, value, payload, err) : 0;
        inb_secret_free(value);
    }
    return rc;
}

int inb_unseal_each(size_t *n_out, inb_conn *conn, const inb_keyring *keyring, const char *sql,
                    inb_unsealed_cb opened, void *payload, inb_error **err)
{
    inb_result *r;
    size_t n = 0;
    int rc = inb_conn_exec(conn, sql, 0, NULL, &r, err);
    if (rc) {
        return rc;
    }
    for (int i = 0; i < inb_result_rows(r) && rc == 0; i++) {
        bool present;
        rc = row_open(&present, r, i, keyring, opened, payload, err);
        n += rc == 0 && present;
    }
    inb_result_free(r);
    if (rc == 0 && n_out) {
        *n_out = n;
    }
    return rc;
}
