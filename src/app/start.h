/* Start-up: migrate, then the gates; and the looks without touching. Design section 3. */
#ifndef APP_START_H
#define APP_START_H

#include "app/settings.h"

#include <inboard.h>
#include <jansson.h>

/* The table that inboard-embed wrote of migrations/. */
extern const inb_table inboard_migrations;

/* Set by SIGTERM and SIGINT; inb_cancel_cb. */
bool app_stop_asked(void *payload);
void app_stop_ask(void);

/* A connection for the service, with its statement timeout; waits for the database up to wait_ms.
 */
int app_connect(inb_conn **out, const app_settings *s, const char *purpose, int64_t wait_ms,
                inb_error **err);

/* NULL in *out when no keyring is set. */
int app_keyring_open(inb_keyring **out, const app_settings *s, inb_error **err);

int app_migrate(const app_settings *s, inb_error **err);

/* Opens every sealed value, then runs the smoke checks in a transaction that is rolled back. */
int app_gates(const app_settings *s, const inb_keyring *keyring, inb_error **err);

/* One mode each: exit statuses. */
int app_run_check_schema(const app_settings *s);
int app_run_status(const app_settings *s);
int app_run_seal(const app_settings *s);
int app_run_rotate_keys(const app_settings *s);

/* Adds an item to a list; NULL when memory is out, and then the list is gone with it. */
json_t *app_json_append(json_t *list, json_t *item);
/* Prints JSON, which it takes over, on standard output, of which main sees whether it was written;
 * NULL is INB_ENOMEM. */
int app_json_print(json_t *json, inb_error **err);

/* Logs the error, frees it, and gives its exit status. */
int app_refuse(inb_error *err);

#endif
