/* A thread's connection to the database: looked at before it is used, opened again when lost. */
#include "config.h"

#include "app/db_link.h"

/* inb_cancel_cb */
static bool stopped(void *payload)
{
    const app_db_link *link = payload;
    return app_server_cut_short(link->server) || app_now_us() > link->until_us;
}

int app_db_link_open(app_db_link *link, const char *name, int64_t ms, inb_error **err)
{
    app_server *server = link->server;
    if (link->conn && inb_conn_check(link->conn)) {
        return 0;
    }
    app_db_link_close(link);
    link->until_us = app_now_us() + ms * 1000;
    const inb_conn_options options = {
        .size = sizeof(options),
        .url = server->settings->database_url,
        .application_name = name,
        .statement_timeout_ms = server->settings->statement_timeout_ms,
        .cancelled = stopped,
        .cancel_payload = link,
    };
    int rc = inb_conn_open(&link->conn, &options, err);
    link->until_us = INT64_MAX;
    atomic_fetch_add(rc ? &server->metrics.connects_failed : &server->metrics.connects, 1);
    return rc;
}

void app_db_link_close(app_db_link *link)
{
    inb_conn_close(link->conn);
    link->conn = NULL;
}
