/* Makes the database of a command that migrates. */
#include "config.h"

#include "cli/database_create.h"

#include "live/make_database.h"

#include <stdio.h>

const char *inb__cli_migrating_url(const inb_migrate_options *options)
{
    const char *direct = options->direct_url;
    return direct && *direct ? direct : options->url;
}

int inb__cli_database_create(bool *made_out, const inb_migrate_options *options, inb_error **err)
{
    int64_t timeout_ms = options->connect_timeout_ms;
    const inb_conn_options connect = {.size = sizeof(connect),
                                      .url = inb__cli_migrating_url(options),
                                      .application_name = "inboard",
                                      .connect_timeout_ms =
                                          timeout_ms > 0 ? timeout_ms : INB__CLI_CONNECT_MS,
                                      .log = options->log,
                                      .log_payload = options->log_payload,
                                      .cancelled = options->cancelled,
                                      .cancel_payload = options->cancel_payload};
    int rc = inb__database_make(made_out, &connect, err);
    if (*made_out) {
        fputs("the database was created\n", stderr);
    }
    return rc;
}
