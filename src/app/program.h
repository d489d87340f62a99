/* The parts that every mode of the program shares. */
#ifndef APP_PROGRAM_H
#define APP_PROGRAM_H

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

/* What --backfills says; NULL is inline. False: it is none of them. */
bool app_backfills_choose(inb_backfills *out, const char *word);

/* The library's options for this program's settings. */
inb_migrate_options app_migrate_options(const app_settings *s);

/* Prints JSON on standard output and frees it; main checks whether the output was written. NULL is
 * INB_ENOMEM. */
int app_json_print(json_t *json, inb_error **err);

/* Logs the error, frees it, and returns its exit status. */
int app_refuse(inb_error *err);

#endif
