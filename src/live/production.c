/* The verdict about a database, and the facts that it rests on. */
#include "config.h"

#include "live/production.h"

#include "live/production_queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Names without dots are those of containers and of hosts files. */
static bool host_is_near(const char *host)
{
    static const char *const names[] = {"::1", "host.docker.internal"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(host, names[i]) == 0) {
            return true;
        }
    }
    bool loopback = strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host);
    size_t n = strlen(host);
    bool local = n > 10 && strcmp(host + n - 10, ".localhost") == 0;
    return loopback || local || *host == '/' || *host == '@' || !strpbrk(host, ".:");
}

static void reason(inb__buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void reason(inb__buf *out, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    inb__buf_str(out, out->length ? "\n" : "");
    inb__buf_vprintf(out, fmt, ap);
    va_end(ap);
}

bool inb__production_looks(inb__buf *reasons, const inb__production_facts *f)
{
    size_t before = reasons->length;
    if (!host_is_near(f->host)) {
        reason(reasons, "its host \"%s\" is not this machine", f->host);
    }
    if (f->bytes >= INB__PRODUCTION_BYTES) {
        reason(reasons, "it has %.1f GB", (double)f->bytes / (double)INB__PRODUCTION_BYTES);
    }
    if (f->sessions >= INB__PRODUCTION_SESSIONS) {
        reason(reasons, "%" PRId64 " other sessions are connected to it", f->sessions);
    }
    if (f->standbys > 0) {
        reason(reasons, "its server has %" PRId64 " standby%s", f->standbys,
               f->standbys == 1 ? "" : "s");
    }
    if (f->archived) {
        reason(reasons, "its server archives WAL");
    }
    return reasons->length > before;
}

static int64_t number(const inb_result *r, int column)
{
    const char *text = inb_result_value(r, 0, column);
    return text ? strtoll(text, NULL, 10) : 0;
}

int inb__production_read(inb__production_facts *out, inb_conn *conn, inb_error **err)
{
    inb_result *r = NULL;
    int rc = inb_conn_exec(conn, inb__query_production_facts, 0, NULL, &r, err);
    if (rc < 0) {
        return rc;
    }
    const char *schema = inb_result_value(r, 0, INB__PRODUCTION_SCHEMA);
    const char *archived = inb_result_value(r, 0, INB__PRODUCTION_ARCHIVED);
    *out = (inb__production_facts){.host = inb__pg_host(conn),
                                   .bytes = number(r, INB__PRODUCTION_SIZE),
                                   .sessions = number(r, INB__PRODUCTION_OTHERS),
                                   .standbys = number(r, INB__PRODUCTION_STANDBYS),
                                   .archived = archived && *archived == 't'};
    snprintf(out->database, sizeof(out->database), "%s",
             inb_result_value(r, 0, INB__PRODUCTION_DATABASE));
    snprintf(out->schema, sizeof(out->schema), "%s", schema ? schema : "");
    inb_result_free(r);
    return 0;
}
