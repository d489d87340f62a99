/* The smoke checks: the service's own functions, run in a transaction that is rolled back. */
#include "config.h"

#include "app/smoke_checks.h"

#include "app/log_line.h"
#include "app/storage.h"

#include <stdio.h>
#include <string.h>

/* What the checks hand on to each other. */
typedef struct smoke {
    char email[64];
    char emission[INB_UUID_BYTES];
    app_user user;
} smoke;

static const char password[] = "smoke check";

static int health(inb_conn *conn, void *payload, inb_error **err)
{
    (void)payload;
    return app_db_exec(conn, "SELECT 1", err);
}

static int user_make(smoke *s, inb_conn *conn, char hash[INB_PASSWORD_HASH_BYTES], inb_error **err)
{
    char id[INB_UUID_BYTES];
    int rc = inb_uuid_new(id, err);
    if (rc == 0) {
        snprintf(s->email, sizeof(s->email), "%s@smoke.invalid", id);
        rc = inb_password_hash(hash, password, strlen(password), err);
    }
    return rc ? rc : app_user_create(&s->user, conn, s->email, "Smoke check", hash, err);
}

static int login(inb_conn *conn, void *payload, inb_error **err)
{
    smoke *s = payload;
    char hash[INB_PASSWORD_HASH_BYTES], token[INB_TOKEN_BYTES], expires[32];
    app_user known = {0}, back = {0};
    int rc = user_make(s, conn, hash, err);
    rc = rc ? rc : app_user_verify(&known, conn, s->email, password, hash, err);
    if (rc == 0 && strcmp(known.id, s->user.id) != 0) {
        return inb_error_wrap(err, INB_ESMOKE, "the password of a new user was not accepted");
    }
    rc = rc ? rc : app_session_open(token, expires, conn, known.id, 60000, err);
    rc = rc ? rc : app_session_find(&back, conn, token, err);
    if (rc == 0 && strcmp(back.id, s->user.id) != 0) {
        return inb_error_wrap(err, INB_ESMOKE, "the token of a new session was not accepted");
    }
    return rc;
}

static int emission_create(inb_conn *conn, void *payload, inb_error **err)
{
    static const char *const values[] = {"SCOPE_3", "12.5", "2026-01-01", "2026-01-31",
                                         "smoke check"};
    smoke *s = payload;
    json_t *made;
    int rc = app_emission_create(&made, conn, s->user.id, values, err);
    if (rc == 0) {
        snprintf(s->emission, sizeof(s->emission), "%s",
                 json_string_value(json_object_get(made, "id")));
        json_decref(made);
    }
    return rc;
}

static int emission_list(inb_conn *conn, void *payload, inb_error **err)
{
    smoke *s = payload;
    const app_page page = {.limit = 10};
    json_t *list;
    int rc = app_emission_list(&list, conn, s->user.id, &page, err);
    if (rc) {
        return rc;
    }
    const char *first =
        json_string_value(json_object_get(json_array_get(json_object_get(list, "items"), 0), "id"));
    bool there = first && strcmp(first, s->emission) == 0;
    json_decref(list);
    return there ? 0 : inb_error_wrap(err, INB_ESMOKE, "the created emission is not in the list");
}

static void result_log(const char *name, bool passed, int64_t duration_us, void *payload)
{
    (void)payload;
    app_log(passed ? INB_LOG_INFO : INB_LOG_ERROR, "smoke check \"%s\" %s ms=%.1f", name,
            passed ? "passed" : "failed", (double)duration_us / 1000);
}

int app_smoke_run(inb_conn *conn, inb_error **err)
{
    smoke s = {0};
    const inb_smoke_check checks[] = {
        {"health", health, &s},
        {"login", login, &s},
        {"create emission", emission_create, &s},
        {"list emissions", emission_list, &s},
    };
    return inb_smoke_run(conn, checks, sizeof(checks) / sizeof(*checks), result_log, NULL, err);
}
