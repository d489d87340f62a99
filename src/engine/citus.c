/* Finds out that the server is a Citus worker, or that Citus has distributed the history. */
#include "config.h"

#include "engine/citus.h"

#include "engine/queries.h"
#include "postgres/quote.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

int inb__citus_worker_error(inb_error **err)
{
    INB__AUTO_BUF inb__buf said;
    inb__buf_init(&said, INB__LIMIT_MESSAGE);
    inb__buf_str(&said, err && *err ? inb_error_hint(*err) : "");
    int rc = inb__error_wrap(err, INB_EPERM, "the server is a worker of a Citus cluster");
    inb__error_hint(err, "%s%sPoint the URL at the coordinator of the cluster.",
                    inb__buf_text(&said), said.length ? " " : "");
    inb__error_prisma(err, "P1010");
    return rc;
}

bool inb__citus_refused_worker(const inb_error *server)
{
    return strstr(inb_error_message(server), "operation is not allowed on this node") ||
           strstr(inb_error_hint(server), "Connect to the coordinator");
}

static const struct {
    const char *kind, *is, *undo;
    bool by_schema;
} kinds[] = {
    {"distributed", "a distributed table of Citus", "undistribute_table", false},
    {"reference", "a reference table of Citus", "undistribute_table", false},
    {"managed", "a table that Citus manages", "undistribute_table", false},
    {"schema", "in a schema that Citus has distributed", "citus_schema_undistribute", true},
};

static int distributed_error(const inb_result *found, inb_error **err)
{
    INB__AUTO_BUF inb__buf table;
    INB__AUTO_BUF inb__buf argument;
    size_t k = 0;
    const char *schema = inb_result_value(found, 0, 0), *kind = inb_result_value(found, 0, 2);
    while (k + 1 < sizeof(kinds) / sizeof(kinds[0]) && strcmp(kinds[k].kind, kind) != 0) {
        k++;
    }
    inb__buf_init(&table, INB__LIMIT_MESSAGE);
    inb__buf_init(&argument, INB__LIMIT_MESSAGE);
    inb__quote_ident_readable(&table, inb__str_of(schema));
    inb__buf_char(&table, '.');
    inb__quote_ident_readable(&table, inb__str_of(inb_result_value(found, 0, 1)));
    inb__quote_literal(&argument, inb__str_of(kinds[k].by_schema ? schema : inb__buf_text(&table)));
    int rc = inb__error_set(err, INB_EHISTORY, "%s is %s", inb__buf_text(&table), kinds[k].is);
    inb__error_detail(err, "a history must be an ordinary table, which commits with its migration");
    inb__error_hint(err, "Undo it on the coordinator: SELECT %s(%s).", kinds[k].undo,
                    inb__buf_text(&argument));
    return rc;
}

static int node_check(inb__run *run, inb_error **err)
{
    inb_result *r = NULL;
    int rc = inb_conn_exec(run->conn, inb__query_citus_node, 0, NULL, &r, err);
    const char *group = rc == 0 && inb_result_rows(r) > 0 ? inb_result_value(r, 0, 0) : NULL;
    if (group && strcmp(group, "0") != 0) {
        rc = inb__citus_worker_error(err);
    }
    inb_result_free(r);
    return rc;
}

static int tables_check(inb__run *run, inb_error **err)
{
    const char *params[] = {run->names.schema};
    inb_result *r = NULL;
    int rc = inb_conn_exec(run->conn, inb__query_citus_tables, 1, params, &r, err);
    if (rc == 0 && inb_result_rows(r) > 0) {
        rc = distributed_error(r, err);
    }
    inb_result_free(r);
    return rc;
}

int inb__citus_check(inb__run *run, const inb__history *h, inb_error **err)
{
    int rc = h->citus_node ? node_check(run, err) : 0;
    return rc == 0 && h->citus_tables ? tables_check(run, err) : rc;
}
