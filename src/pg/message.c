/* What libpq and the server say, as messages of this library: notices, and the end of a connection.
 */
#include "config.h"

#include "pg/internal.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

void inb__one_line(inb__buf *out, const char *text)
{
    bool space = false;
    for (; *text; text++) {
        if (inb__is_space(*text)) {
            space = out->length > 0;
            continue;
        }
        if (space) {
            inb__buf_char(out, ' ');
            space = false;
        }
        inb__buf_char(out, *text);
    }
}

int inb__conn_lost(inb_conn *conn, const char *why, inb_error **err)
{
    conn->lost = true;
    why = conn->why_lost ? conn->why_lost : why;
    int rc = inb__error_set(err, INB_ECONN, "the connection to the database was lost");
    inb__error_prisma(err, "P1017");
    if (why && why[0]) {
        INB__AUTO_BUF inb__buf line;
        inb__buf_init(&line, INB__LIMIT_MESSAGE);
        inb__one_line(&line, why);
        inb__error_detail(err, "%s", inb__buf_text(&line));
    }
    return rc;
}

void inb__notice_receive(void *payload, const PGresult *result)
{
    const inb_conn *conn = payload;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_MESSAGE);
    inb__one_line(&line, primary ? primary : PQresultErrorMessage(result));
    bool warning = severity && strcmp(severity, "WARNING") == 0;
    inb__log(&conn->log, warning ? INB_LOG_WARNING : INB_LOG_DEBUG, "server: %s",
             inb__buf_text(&line));
}
