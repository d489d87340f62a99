/* Runs migrations and looks before and after each statement. */
#include "config.h"

#include "review/trace.h"

#include "review/trace_queries.h"
#include "table/table_read.h"

#include <stdlib.h>

typedef struct relation {
    uint32_t oid;
    const char *name;
    char kind;
    int64_t file, scans; /* before the statement */
} relation;

typedef struct tracing {
    inb__trace *out;
    inb__arena *arena;
    inb_conn *conn;
    const inb_table *table;
    const char *schema;
    INB__VEC(relation) before; /* relations that there were when the migration began, by oid */
    const char *oids;          /* "{1,2,3}" */
    inb__trace_locks held;     /* by the transaction so far */
} tracing;

static int64_t number(const inb_result *r, int row, int column)
{
    return strtoll(inb_result_value(r, row, column), NULL, 10);
}

static int command(tracing *t, const char *sql, inb_error **err)
{
    inb_result *r = NULL;
    int rc = inb_conn_exec(t->conn, sql, 0, NULL, &r, err);
    inb_result_free(r);
    return rc;
}

static int relations_read(tracing *t, inb_error **err)
{
    inb_result *r = NULL;
    const char *params[] = {t->schema};
    int rc = inb_conn_exec(t->conn, inb__query_trace_relations, 1, params, &r, err);
    inb__buf oids;
    inb__buf_init(&oids, (size_t)64 * 1024 * 1024);
    t->before.n = 0;
    inb__buf_char(&oids, '{');
    for (int i = 0; rc == 0 && i < inb_result_rows(r); i++) {
        relation found = {.oid = (uint32_t)number(r, i, 0),
                          .name = inb__arena_strdup(t->arena, inb_result_value(r, i, 2)),
                          .kind = *inb_result_value(r, i, 1)};
        INB__VEC_ADD(t->arena, &t->before, found);
        inb__buf_printf(&oids, "%s%u", i ? "," : "", found.oid);
    }
    inb__buf_char(&oids, '}');
    t->oids = inb__arena_strdup(t->arena, inb__buf_text(&oids));
    inb__buf_dispose(&oids);
    inb_result_free(r);
    return rc;
}

/* They are in the order of their oids. */
static relation *relation_find(tracing *t, uint32_t oid)
{
    size_t low = 0, high = t->before.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->before.v[middle].oid < oid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < t->before.n && t->before.v[low].oid == oid ? &t->before.v[low] : NULL;
}

/* The files and reads as they are now; with an effect, what of them is another than before. */
static int files_read(tracing *t, inb__trace_effect *effect, inb_error **err)
{
    inb_result *r = NULL;
    const char *params[] = {t->oids};
    int rc = inb_conn_exec(t->conn, inb__query_trace_files, 1, params, &r, err);
    for (int i = 0; rc == 0 && i < inb_result_rows(r); i++) {
        relation *found = relation_find(t, (uint32_t)number(r, i, 0));
        int64_t file = number(r, i, 1), scans = number(r, i, 2);
        bool table = found && strchr("rmp", found->kind);
        if (effect && table && found->file != file) {
            effect->rewrites = found->name;
        }
        if (effect && table && found->scans != scans) {
            effect->scans = found->name;
        }
        if (found) {
            found->file = file;
            found->scans = scans;
        }
    }
    inb_result_free(r);
    return rc;
}

static inb_lock_mode mode_of(const char *name)
{
    int mode = INB_LOCK_ACCESS_EXCLUSIVE;
    while (mode > INB_LOCK_NONE && strcmp(inb_lock_mode_name((inb_lock_mode)mode), name) != 0) {
        mode--;
    }
    return (inb_lock_mode)mode;
}

static bool has(const inb__trace_locks *locks, const inb__trace_lock *lock)
{
    for (size_t i = 0; i < locks->n; i++) {
        if (locks->v[i].mode == lock->mode && strcmp(locks->v[i].relation, lock->relation) == 0) {
            return true;
        }
    }
    return false;
}

/* Those that the session has now, and of them those that are new. */
static int locks_read(tracing *t, inb__trace_step *step, inb_error **err)
{
    inb_result *r = NULL;
    const char *params[] = {t->oids};
    int rc = inb_conn_exec(t->conn, inb__query_trace_locks, 1, params, &r, err);
    for (int i = 0; rc == 0 && i < inb_result_rows(r); i++) {
        const relation *of = relation_find(t, (uint32_t)number(r, i, 0));
        inb__trace_lock lock = {of ? of->name : "", mode_of(inb_result_value(r, i, 1)),
                                of ? of->kind : 0};
        if (of && !has(&t->held, &lock)) {
            INB__VEC_ADD(t->arena, &step->did.locks, lock);
            INB__VEC_ADD(t->arena, &t->held, lock);
        }
    }
    for (size_t i = 0; i < t->held.n; i++) {
        INB__VEC_ADD(t->arena, &step->held, t->held.v[i]);
    }
    inb_result_free(r);
    return rc;
}

static int wal_read(tracing *t, int64_t *out, inb_error **err)
{
    inb_result *r = NULL;
    int rc = inb_conn_exec(t->conn, inb__query_trace_wal, 0, NULL, &r, err);
    *out = rc == 0 ? number(r, 0, 0) : 0;
    inb_result_free(r);
    return rc;
}

static void said_take(tracing *t, inb__trace_step *step)
{
    const inb_statement *s = inb__table_statement(t->table, step->migration, step->statement);
    for (uint32_t i = 0; i < s->n_locks; i++) {
        const inb_lock_fact *fact = &t->table->locks[s->first_lock + i];
        inb__trace_lock lock = {inb__table_text(t->table, fact->relation),
                                (inb_lock_mode)fact->mode, 0};
        INB__VEC_ADD(t->arena, &step->said.locks, lock);
    }
    step->said.rewrites = s->flags & INB_STATEMENT_REWRITES ? "" : NULL;
    step->said.scans = s->flags & INB_STATEMENT_SCANS ? "" : NULL;
}

static int statement_run(tracing *t, uint32_t migration, uint32_t k, inb__trace_step *step,
                         inb_error **err)
{
    inb__str sql = inb__table_statement_sql(t->table, migration, k);
    inb_result *r = NULL;
    int64_t begun = inb__now_us();
    int rc = inb__pg_simple(t->conn, sql, &r, err);
    step->us = inb__now_us() - begun;
    step->rows = rc == 0 ? inb_result_affected(r) : 0;
    inb_result_free(r);
    if (rc) {
        const inb_statement *s = inb__table_statement(t->table, migration, k);
        inb__error_wrap(err, rc, "%s: line %u: %s", inb__table_name(t->table, migration), s->line,
                        inb__table_text(t->table, s->tag));
        inb__error_hint(err, "The statement fails on a database that the migrations before it "
                             "made.");
    }
    return rc;
}

static int statement_trace(tracing *t, uint32_t migration, uint32_t k, bool watched,
                           inb_error **err)
{
    const inb_statement *s = inb__table_statement(t->table, migration, k);
    inb__trace_step step = {.migration = migration, .statement = k, .watched = watched};
    int64_t wal = 0;
    int rc = files_read(t, NULL, err);
    rc = rc ? rc : wal_read(t, &wal, err);
    rc = rc ? rc : statement_run(t, migration, k, &step, err);
    rc = rc ? rc : wal_read(t, &step.wal, err);
    rc = rc ? rc : files_read(t, &step.did, err);
    if (rc == 0 && watched) {
        rc = locks_read(t, &step, err);
    }
    if (rc) {
        return rc;
    }
    step.wal -= wal;
    said_take(t, &step);
    step.wrong = inb__trace_compare(t->arena, &step, inb__table_text(t->table, s->tag));
    t->out->wrong += step.wrong != NULL;
    INB__VEC_ADD(t->arena, &t->out->steps, step);
    return 0;
}

/* A statement that commits for itself is in a transaction all the same, where the server allows it:
 * only there can its locks be read. */
static int migration_run(tracing *t, uint32_t migration, bool traced, inb_error **err)
{
    const inb_migration *m = inb__table_at(t->table, migration);
    bool one = inb__migration_transactional(m);
    int rc = traced ? relations_read(t, err) : 0;
    rc = rc == 0 && one ? command(t, "BEGIN", err) : rc;
    t->held.n = 0;
    for (uint32_t k = 0; rc == 0 && k < m->n_statements; k++) {
        const inb_statement *s = inb__table_statement(t->table, migration, k);
        bool alone = !one && !(s->flags & INB_STATEMENT_NO_TRANSACTION);
        if (!inb__table_is_sent(t->table, migration, k)) {
            continue;
        }
        t->held.n = one ? t->held.n : 0;
        rc = alone ? command(t, "BEGIN", err) : 0;
        inb__trace_step unwatched;
        rc = rc       ? rc
             : traced ? statement_trace(t, migration, k, one || alone, err)
                      : statement_run(t, migration, k, &unwatched, err);
        rc = rc == 0 && alone ? command(t, "COMMIT", err) : rc;
    }
    rc = rc == 0 && one ? command(t, "COMMIT", err) : rc;
    /* As the engine does: no migration gets the settings, role or cursors of the one before. */
    return rc == 0 ? command(t, "DISCARD ALL", err) : rc;
}

static int run(tracing *t, const bool *wanted, inb_error **err)
{
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < t->table->n_migrations; i++) {
        rc = migration_run(t, i, wanted[i], err);
    }
    return rc;
}

int inb__trace_run(inb__trace *out, inb__arena *arena, inb_conn *conn, const inb_table *table,
                   const bool *wanted, const char *schema, inb_error **err)
{
    tracing t = {.out = out, .arena = arena, .conn = conn, .table = table, .schema = schema};
    *out = (inb__trace){.wrong = 0};
    if (INB__ARENA_ERROR_EXIT(arena)) {
        inb__arena_error_exit_clear(arena);
        return inb__error_nomem(err);
    }
    int rc = run(&t, wanted, err);
    inb__arena_error_exit_clear(arena);
    return rc;
}
