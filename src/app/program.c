/* The parts that every mode of the program shares: stop flag, connection, keyring, exit. */
#include "config.h"

#include "app/program.h"

#include "app/exits.h"
#include "app/json_text.h"
#include "app/log_line.h"
#include "app/storage.h"

#include <pwd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_bool stop;

bool app_stop_asked(void *payload)
{
    (void)payload;
    return atomic_load(&stop);
}

void app_stop_ask(void)
{
    atomic_store(&stop, true);
}

int app_refuse(inb_error *err)
{
    int status = app_exit_of(inb_error_code(err));
    app_log_error(err);
    inb_error_free(err);
    return status;
}

int app_connect(inb_conn **out, const app_settings *s, const char *purpose, int64_t wait_ms,
                inb_error **err)
{
    const inb_conn_options options = {
        .size = sizeof(options),
        .url = s->database_url,
        .application_name = purpose,
        .connect_timeout_ms = wait_ms,
        .statement_timeout_ms = s->statement_timeout_ms,
        .log = app_log_library,
        .cancelled = app_stop_asked,
    };
    return inb_conn_open(out, &options, err);
}

int app_keyring_open(inb_keyring **out, const app_settings *s, inb_error **err)
{
    if (!s->keyring) {
        *out = NULL;
        return 0;
    }
    return inb_keyring_load(out, s->keyring, err);
}

bool app_backfills_choose(inb_backfills *out, const char *word)
{
    static const char *const words[] = {[INB_BACKFILLS_INLINE] = "inline",
                                        [INB_BACKFILLS_WAIT] = "wait",
                                        [INB_BACKFILLS_SKIP] = "skip"};
    *out = INB_BACKFILLS_INLINE;
    for (size_t i = 0; word && i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i], word) == 0) {
            *out = (inb_backfills)i;
            return true;
        }
    }
    return !word;
}

/* What the operator of this program has. */
static const inb_option_names names = {
    .size = sizeof(names),
    .release = "--migrate-only",
    .allow_unknown = "--allow-unknown",
    .direct_url = "DIRECT_URL",
    .confirm = "--migrate-only --confirm",
    .backfill = "--backfill",
};

/* "user@host", for what is confirmed. */
static const char *operator_name(void)
{
    static char name[160];
    char host[65] = "";
    const struct passwd *own = getpwuid(geteuid());
    gethostname(host, sizeof(host) - 1);
    if (own) {
        snprintf(name, sizeof(name), "%.64s@%s", own->pw_name, host);
    } else {
        snprintf(name, sizeof(name), "%lu@%s", (unsigned long)geteuid(), host);
    }
    return name;
}

inb_migrate_options app_migrate_options(const app_settings *s)
{
    bool release = s->mode == APP_MODE_MIGRATE_ONLY || s->mode == APP_MODE_BACKFILL;
    inb_backfills backfills = INB_BACKFILLS_INLINE;
    (void)app_backfills_choose(&backfills, s->backfills);
    return (inb_migrate_options){
        .size = sizeof(inb_migrate_options),
        .url = s->database_url,
        .direct_url = s->direct_url,
        .application_name = "app",
        .application_version = INB_VERSION,
        .allow_unknown = s->allow_unknown,
        .mode = release ? INB_MODE_RELEASE : INB_MODE_START,
        .connect_timeout_ms = s->connect_timeout_ms,
        .lock_wait_ms = s->lock_wait_ms,
        .release_wait_ms = s->wait_ms,
        .lock_timeout_ms = s->lock_timeout_ms,
        .retry_budget_ms = s->retry_budget_ms,
        .concurrent_wait_ms = s->concurrent_wait_ms,
        .log = app_log_library,
        .cancelled = app_stop_asked,
        .names = &names,
        .backfills = backfills,
        .confirm = s->confirmed,
        .n_confirm = s->n_confirmed,
        .confirmed_by = s->n_confirmed ? operator_name() : NULL,
    };
}

int app_json_print(json_t *json, inb_error **err)
{
    char *text = app_json_text(json, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    json_decref(json);
    if (!text) {
        return app_nomem(err);
    }
    puts(text);
    free(text);
    return 0;
}
