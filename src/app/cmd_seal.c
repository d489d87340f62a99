/* app --seal and app --rotate-keys: the secrets of the ERP connectors. */
#include "config.h"

#include "app/exits.h"
#include "app/field_check.h"
#include "app/json_text.h"
#include "app/log_line.h"
#include "app/modes.h"
#include "app/program.h"
#include "app/storage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What --seal and --rotate-keys work with. */
typedef struct bench {
    inb_keyring *keyring;
    inb_conn *conn;
} bench;

static void bench_dispose(bench *b)
{
    inb_conn_close(b->conn);
    inb_keyring_free(b->keyring);
}

static int bench_open(bench *b, const app_settings *s, inb_error **err)
{
    if (!s->keyring) {
        inb_error_wrap(err, INB_EINVAL, "ERP_KEYRING is not set");
        inb_error_set_hint(err, "Set it to the keyring that seals the connectors' secrets.");
        return INB_EINVAL;
    }
    int rc = app_keyring_open(&b->keyring, s, err);
    return rc ? rc : app_connect(&b->conn, s, "app-keys", s->connect_timeout_ms, err);
}

/* Wiped before it is freed; the compiler must not leave that out. */
static void secret_forget(char *bytes, size_t n)
{
    explicit_bzero(bytes, n);
    free(bytes);
}

/* All of standard input into *out, which has room for `most` and a NUL. */
static int input_read(char *out, size_t most, size_t *n, inb_error **err)
{
    *n = 0;
    for (;;) {
        ssize_t got = read(STDIN_FILENO, out + *n, most + 1 - *n);
        if (got < 0) {
            return inb_error_wrap(err, INB_EIO, "cannot read standard input");
        }
        if (got == 0) {
            break;
        }
        *n += (size_t)got;
        if (*n > most) {
            return inb_error_wrap(err, INB_ELIMIT, "the secret is larger than %zu bytes", most);
        }
    }
    out[*n] = '\0';
    return 0;
}

/* The same rule as for a secret that comes over HTTP: a JSON object. */
static int secret_check(const char *bytes, size_t n, inb_error **err)
{
    bool nomem;
    json_t *value = app_json_read(bytes, n, &nomem);
    bool good = json_is_object(value);
    json_decref(value);
    if (nomem) {
        return app_nomem(err);
    }
    if (!good) {
        inb_error_wrap(err, INB_EINVAL, "standard input is not a JSON object");
        inb_error_set_hint(err, "Write the secret as for the HTTP service: {\"user\": \"…\", "
                                "\"password\": \"…\"}.");
    }
    return good ? 0 : INB_EINVAL;
}

static int seal_stored(const app_settings *s, const char *secret, size_t n, inb_error **err)
{
    bench b = {0};
    char *name = NULL;
    int rc = bench_open(&b, s, err);
    if (rc == 0) {
        rc = app_connector_seal(&name, b.conn, b.keyring, s->connector, secret, n, err);
    }
    if (rc == 0 && !name) {
        rc = inb_error_wrap(err, INB_EINVAL, "ERP connector \"%s\" does not exist", s->connector);
    }
    if (rc == 0 && s->json) {
        rc = app_json_print(
            json_pack("{s:s, s:s}", "connector", name, "key", inb_keyring_current(b.keyring)), err);
    } else if (rc == 0) {
        printf("sealed the secret of \"%s\" with key \"%s\"\n", name,
               inb_keyring_current(b.keyring));
    }
    free(name);
    bench_dispose(&b);
    return rc;
}

int app_run_seal(const app_settings *s)
{
    inb_error *err = NULL;
    size_t most = app_connector_fields[APP_CONNECTOR_SECRET].most, n = 0;
    char *secret = malloc(most + 2);
    int rc = secret ? input_read(secret, most, &n, &err) : app_nomem(&err);
    rc = rc ? rc : secret_check(secret, n, &err);
    rc = rc ? rc : seal_stored(s, secret, n, &err);
    if (secret) {
        secret_forget(secret, most + 2);
    }
    return rc ? app_refuse(err) : APP_EXIT_OK;
}

typedef struct rotation {
    bool json;
    json_t *list;
} rotation;

static void rotated(const char *name, const char *state, const inb_error *err, void *payload)
{
    rotation *r = payload;
    if (r->json) {
        r->list = r->list ? app_json_append(
                                r->list, json_pack("{s:s, s:s}", "connector", name, "state", state))
                          : NULL;
    } else {
        printf("%-16s %s\n", state, name);
    }
    app_log_error(err);
}

int app_run_rotate_keys(const app_settings *s)
{
    inb_error *err = NULL;
    bench b = {0};
    rotation r = {s->json, json_array()};
    int rc = bench_open(&b, s, &err);
    if (rc == 0) {
        rc = app_connectors_rotate(b.conn, b.keyring, rotated, &r, &err);
    }
    if (s->json && b.keyring) {
        inb_error *unprinted = NULL;
        int printed = app_json_print(
            json_pack("{s:s, s:o}", "key", inb_keyring_current(b.keyring), "connectors", r.list),
            rc ? &unprinted : &err);
        inb_error_free(unprinted);
        rc = rc ? rc : printed;
    } else {
        json_decref(r.list);
    }
    bench_dispose(&b);
    return rc ? app_refuse(err) : APP_EXIT_OK;
}
