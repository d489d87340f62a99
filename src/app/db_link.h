/* A thread's connection to the database, kept open and opened again when it was lost. */
#ifndef APP_DB_LINK_H
#define APP_DB_LINK_H

#include "app/server.h"

typedef struct app_db_link {
    app_server *server;
    inb_conn *conn;   /* NULL: none yet, or lost */
    int64_t until_us; /* of connecting; INT64_MAX while connected */
} app_db_link;

/*
 * A connection that is alive in link->conn: the one that is there, which is looked at, or a new one
 * under this name. There is one attempt of at most `ms`: a refusal fails at once.
 */
int app_db_link_open(app_db_link *link, const char *name, int64_t ms, inb_error **err);
void app_db_link_close(app_db_link *link);

#endif
