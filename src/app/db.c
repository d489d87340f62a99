/* Statements without results, the end of a transaction, and copies of values. */
#include "config.h"

#include "app/storage.h"

#include <stdio.h>

int app_db_exec(inb_conn *conn, const char *sql, inb_error **err)
{
    return inb_conn_exec(conn, sql, 0, NULL, NULL, err);
}

int app_db_end(inb_conn *conn, int rc, inb_error **err)
{
    if (rc == 0) {
        return app_db_exec(conn, "COMMIT", err);
    }
    /* The failure that is being reported matters; this one shows at the next use of the connection.
     */
    int ignored = inb_conn_alive(conn) ? app_db_exec(conn, "ROLLBACK", NULL) : 0;
    (void)ignored;
    return rc;
}

void app_db_copy(char *out, size_t n, const inb_result *r, int row, int column)
{
    const char *value = inb_result_value(r, row, column);
    snprintf(out, n, "%s", value ? value : "");
}

int app_nomem(inb_error **err)
{
    return inb_error_wrap(err, INB_ENOMEM, "out of memory");
}
