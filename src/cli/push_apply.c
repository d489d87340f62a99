/* Carries out a push. */
#include "config.h"

#include "cli/push_apply.h"

#include "cli/cli.h"
#include "cli/database_url.h"
#include "cli/schema_read.h"
#include "engine/under_lock.h"
#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <inttypes.h>
#include <string.h>

static int schema_read(const inb__dm **dm_out, const char **url, inb__arena *arena,
                       const char *schema, bool json)
{
    inb_error *err = NULL;
    if (INB__ARENA_ERROR_EXIT(arena)) {
        inb__arena_error_exit_clear(arena);
        inb__error_nomem(&err);
        return inb__cli_fail(err, json);
    }
    int status = inb__cli_schema_read(dm_out, arena, schema, json);
    if (status == 0 && inb__cli_database_url(url, arena, *url, *dm_out, &err)) {
        status = inb__cli_fail(err, json);
    }
    inb__arena_error_exit_clear(arena);
    return status;
}

int inb__push_prepare(const inb__dm **dm_out, inb_table *table_out, const char **url,
                      inb__arena *arena, const char *schema, bool json)
{
    inb__embed none;
    inb_error *err = NULL;
    const inb__embed_options options = {.dir = "", .policy = INB__EMBED_HISTORY, .begins = true};
    int status = schema_read(dm_out, url, arena, schema, json);
    if (status == 0 && inb__embed_load(&none, arena, &options, &err)) {
        return inb__cli_fail(err, json);
    }
    *table_out = none.table;
    return status;
}

/* ---- under the lock -------------------------------------------------------------------------- */

typedef struct applying {
    const inb__push_plan *plan;
    const char *schema;
    bool json;
    bool schema_exists; /* that of the URL */
    int status;         /* of what was wrong, and printed */
} applying;

/* One transaction, which makes the URL's schema where there is none. */
static int transaction_run(const applying *a, inb__run *run, const inb__buf *script,
                           inb_error **err)
{
    INB__AUTO_BUF inb__buf begin;
    inb__buf_init(&begin, INB__LIMIT_MESSAGE);
    inb__buf_printf(&begin,
                    "BEGIN; SET LOCAL lock_timeout = %" PRId64
                    "; SET LOCAL client_min_messages = warning",
                    run->options.lock_timeout_ms);
    if (!a->schema_exists) { /* IF NOT EXISTS alone wants a right on the database */
        inb__buf_printf(&begin, "; CREATE SCHEMA IF NOT EXISTS %s", run->names.schema_ident);
    }
    if (begin.failed || script->failed) {
        return inb__error_nomem(err);
    }
    int rc = inb__pg_simple(run->conn, inb__str_of(inb__buf_text(&begin)), NULL, err);
    rc = rc < 0 ? rc : inb__pg_script(run->conn, inb__str_of(inb__buf_text(script)), err);
    rc = rc < 0 ? rc : inb_conn_exec(run->conn, "COMMIT", 0, NULL, NULL, err);
    if (rc < 0 && inb__pg_transaction(run->conn) != INB__PG_TX_IDLE) {
        int end = inb_conn_exec(run->conn, "ROLLBACK", 0, NULL, NULL, NULL);
        (void)end; /* a lost connection rolls back too */
    }
    return rc;
}

static bool refused_as(int rc, const inb_error *err, const char *state)
{
    return rc == INB_ESQL && inb__sqlstate_is(inb_error_sqlstate(err), state);
}

/* What the server says is the cause. */
static int refused(int rc, bool enums_done, inb_error **err)
{
    if (refused_as(rc, *err, INB__SQLSTATE_LOCK_NOT_AVAILABLE)) {
        inb__error_wrap(err, INB_ELOCK, "another session uses what is to be changed");
        inb__error_hint(err, "Stop the programs that are connected to the database, and run "
                             "again.");
        return INB_ELOCK;
    }
    if (rc == INB_ESQL) {
        inb__error_wrap(err, rc, "%s",
                        enums_done ? "the enums were changed, and the other changes were refused "
                                     "and rolled back"
                                   : "the changes were refused and rolled back");
    }
    return rc;
}

static int script_run(const applying *a, inb__run *run, inb_error **err)
{
    const inb__push_plan *plan = a->plan;
    INB__AUTO_BUF inb__buf whole;
    INB__AUTO_BUF inb__buf enums;
    INB__AUTO_BUF inb__buf rest;
    inb__buf_init(&whole, INB__LIMIT_FILE);
    inb__buf_init(&enums, INB__LIMIT_FILE);
    inb__buf_init(&rest, INB__LIMIT_FILE);
    inb__buf_str(&whole, plan->script);
    bool enums_done = false;
    int rc = transaction_run(a, run, &whole, err);
    if (refused_as(rc, *err, INB__SQLSTATE_UNSAFE_NEW_ENUM_VALUE_USAGE)) {
        inb_error_free(*err);
        *err = NULL;
        inb__push_script_split(&enums, &rest, plan);
        rc = transaction_run(a, run, &enums, err);
        enums_done = rc == 0;
        rc = rc < 0 ? rc : transaction_run(a, run, &rest, err);
    }
    return refused(rc, enums_done, err);
}

static int changed_refuse(inb_error **err)
{
    inb__error_set(err, INB_EHISTORY, "the database has changed since it was read");
    inb__error_hint(err, "Run again.");
    return INB_EHISTORY;
}

static int apply(inb__run *run, const inb__history *h, void *payload, inb_error **err)
{
    applying *a = payload;
    inb__push_plan now = {0};
    inb__arena_init(&now.arena);
    int rc = 0;
    a->schema_exists = h->schema_exists;
    a->status = inb__push_plan_read(&now, a->schema, a->plan->from.live.url, a->json);
    if (a->status) {
        rc = INB_ECANCELLED; /* it is said why */
    } else if (strcmp(now.script, a->plan->script) != 0 ||
               now.risks.n > a->plan->risks.n) { /* more is lost than was accepted */
        rc = changed_refuse(err);
    } else {
        rc = script_run(a, run, err);
    }
    inb__push_plan_dispose(&now);
    return rc;
}

int inb__push_apply(const inb__push_plan *plan, const inb_table *table,
                    const inb_migrate_options *options, const char *schema, bool json)
{
    applying a = {.plan = plan, .schema = schema, .json = json};
    inb_error *err = NULL;
    int rc = inb__under_lock(table, options, apply, &a, &err);
    if (rc < 0 && a.status == 0) {
        a.status = inb__cli_fail(err, json);
    }
    return a.status;
}
