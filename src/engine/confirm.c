/* Reads the names of --confirm and --to, and reads and stores confirmations. */
#include "config.h"

#include "engine/confirm.h"

#include "engine/queries.h"
#include "postgres/sqlstate.h"

#include <string.h>

static int name_find(uint32_t *out, const inb__run *run, const char *name, inb_error **err)
{
    size_t n = 0;
    *out = inb__table_find_called(run->table, name ? name : "", &n);
    if (n == 1) {
        return 0;
    }
    int rc = inb__error_set(err, INB_EINVAL,
                            n ? "several migrations are called \"%s\"" : "no migration is \"%s\"",
                            name ? name : "");
    inb__error_hint(err, "Give the name of its folder, whole or without its timestamp.");
    return rc;
}

/* A name whose migration says nothing was meant for another. */
static int gate_check(const inb__run *run, uint32_t migration, inb_error **err)
{
    const inb_migration *m = inb__table_at(run->table, migration);
    if (*inb__table_text(run->table, m->before) || m->flags & INB__MIGRATION_UNREAD) {
        return 0;
    }
    int rc = inb__error_set(err, INB_EINVAL, "migration \"%s\" has nothing to confirm",
                            inb__table_name(run->table, migration));
    inb__error_hint(err, "Name a migration with a line `-- inboard: before SENTENCE`.");
    return rc;
}

int inb__confirm_options(inb__run *run, inb_error **err)
{
    const inb_migrate_options *o = &run->options;
    uint32_t at = 0;
    size_t n = run->table->n_migrations;
    run->confirmed = inb__arena_alloc(&run->arena, n + 1);
    run->given = inb__arena_alloc(&run->arena, n + 1);
    if (!run->confirmed || !run->given) {
        return inb__error_nomem(err);
    }
    memset(run->confirmed, 0, n + 1);
    memset(run->given, 0, n + 1);
    run->policy.confirmed = run->confirmed;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < o->n_confirm; i++) {
        rc = name_find(&at, run, o->confirm[i], err);
        rc = rc < 0 ? rc : gate_check(run, at, err);
        if (rc == 0) {
            run->confirmed[at] = run->given[at] = true;
        }
    }
    if (rc == 0 && o->to) {
        rc = name_find(&at, run, o->to, err);
        run->policy.to = at + 1;
    }
    return rc;
}

static void rows_take(inb__run *run, const inb_result *rows)
{
    for (int i = 0; i < inb_result_rows(rows); i++) {
        const char *name = inb_result_value(rows, i, 0), *checksum = inb_result_value(rows, i, 1);
        uint32_t at = name ? inb__table_find(run->table, name) : INB__NOT_IN_TABLE;
        if (at != INB__NOT_IN_TABLE && checksum &&
            inb__table_has_checksum(run->table, at, checksum)) {
            run->confirmed[at] = true;
        }
    }
}

int inb__confirm_find(inb__run *run, inb_error **err)
{
    inb_result *r = NULL;
    int rc = inb_conn_exec(run->conn, inb__query_confirm_find, 0, NULL, &r, err);
    const char *there = rc == 0 ? inb_result_value(r, 0, 0) : NULL;
    run->confirmations_exist = there && *there == 't';
    inb_result_free(r);
    return rc;
}

void inb__confirm_forget_queue(inb__pg_pipe *pipe, const inb__run *run)
{
    if (run->confirmations_exist) {
        const char *history = run->names.schema;
        inb__pg_pipe_add(pipe, inb__str_of(inb__query_confirm_forget), 1, &history);
    }
}

int inb__confirm_read(inb__run *run, inb_error **err)
{
    if (run->confirmed_read || !run->confirmed) {
        return 0;
    }
    int rc = inb__confirm_find(run, err);
    if (rc == 0 && run->confirmations_exist) {
        inb_result *r = NULL;
        rc = inb_conn_exec(run->conn, inb__query_confirm_read, 1,
                           (const char *const[]){run->names.schema}, &r, err);
        if (rc == 0) {
            rows_take(run, r);
        }
        inb_result_free(r);
    }
    run->confirmed_read = rc == 0;
    return rc;
}

static void store_queue(inb__pg_pipe *pipe, const inb__run *run, uint32_t migration)
{
    const inb_migration *m = inb__table_at(run->table, migration);
    const char *by = run->options.confirmed_by;
    char checksum[65];
    inb__hex(checksum, m->checksums[0], sizeof(m->checksums[0]));
    const char *params[] = {run->names.schema, inb__table_name(run->table, migration),
                            checksum,          inb__table_text(run->table, m->before),
                            by ? by : "",      run->run_id};
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_confirm_store), 6, params);
    inb__log(&run->log, INB_LOG_INFO, "confirmed for migration \"%s\": %s", params[1], params[3]);
}

static int store_error(inb_error **err)
{
    bool denied =
        err && inb__sqlstate_is(inb_error_sqlstate(*err), INB__SQLSTATE_INSUFFICIENT_PRIVILEGE);
    int rc = inb__error_wrap(err, denied ? INB_EPERM : INB_EMIGRATION,
                             "the confirmation was not stored in inboard.confirmations");
    if (denied) {
        inb__error_hint(err, "Migrate as the owner of the schema inboard.");
    }
    return rc;
}

int inb__confirm_store(inb__run *run, const inb__plan *plan, inb_error **err)
{
    size_t n = 0;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < plan->n; i++) {
        uint32_t at = plan->steps[i].migration;
        n += run->given[at];
        rc = run->given[at] ? gate_check(run, at, err) : 0;
    }
    rc = rc == 0 && n ? inb__confirm_read(run, err) : rc;
    if (rc < 0 || n == 0) {
        return rc;
    }
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, INB__STR("BEGIN"), 0, NULL);
    if (!run->confirmations_exist) {
        inb__pg_pipe_add(&pipe, inb__str_of(inb__query_citus_ordinary), 0, NULL);
        inb__pg_pipe_add(&pipe, inb__str_of(inb__query_confirm_table), 0, NULL);
    }
    for (size_t i = 0; i < plan->n; i++) {
        if (run->given[plan->steps[i].migration]) {
            store_queue(&pipe, run, plan->steps[i].migration);
        }
    }
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    rc = inb__pg_pipe_run(run->conn, &pipe, err);
    rc = rc == INB_ESQL ? store_error(err) : rc;
    inb__pg_pipe_dispose(&pipe);
    run->confirmations_exist = run->confirmations_exist || rc == 0;
    return rc;
}
