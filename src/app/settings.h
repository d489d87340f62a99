/* What the program was told: its command line and its environment, each one table (settings.c). */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include <inboard.h>
#include <stdio.h>

typedef enum app_mode {
    APP_MODE_SERVE = 0,
    APP_MODE_MIGRATE_ONLY,
    APP_MODE_BACKFILL,
    APP_MODE_CHECK_SCHEMA,
    APP_MODE_STATUS,
    APP_MODE_SEAL,
    APP_MODE_ROTATE_KEYS,
    APP_MODE_VERSION,
    APP_MODE_HELP
} app_mode;

/* Durations are milliseconds, sizes bytes. Texts point into argv or the environment. */
typedef struct app_settings {
    app_mode mode;
    bool json;
    bool allow_unknown;
    const char *confirmed[16]; /* --confirm's */
    size_t n_confirmed;
    int64_t wait_ms;
    const char *connector; /* --seal's */
    const char *backfills; /* --backfills: inline, wait, skip; NULL: the first */

    const char *database_url;
    const char *direct_url;
    const char *listen;
    const char *monitor_listen;
    const char *trusted_proxies;
    const char *keyring;
    const char *log_level;
    const char *backfill_metrics;
    const char *backfill_hold_when;
    int64_t backfill_workers;
    int64_t connect_timeout_ms;
    int64_t lock_wait_ms;
    int64_t lock_timeout_ms;
    int64_t retry_budget_ms;
    int64_t concurrent_wait_ms;
    int64_t statement_timeout_ms;
    int64_t read_timeout_ms;
    int64_t request_timeout_ms;
    int64_t shutdown_timeout_ms;
    int64_t session_lifetime_ms;
    int64_t login_tries;
    int64_t workers;
    int64_t max_connections;
    int64_t max_connections_per_ip;
    int64_t max_body;
    int64_t max_upload;
} app_settings;

/* What is wrong with the command line or the environment: a message and a remedy. */
typedef struct app_refusal {
    char message[256];
    char hint[160];
} app_refusal;

/* Reads argv, then the environment. False with *refusal when something is wrong; *out then has the
 * mode as far as it was understood. */
bool app_settings_read(app_settings *out, int argc, char **argv, app_refusal *refusal);

void app_settings_help(FILE *out);

#endif
