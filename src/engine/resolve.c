/* Records what a person decided about a migration: applied, or rolled back. */
#include "config.h"

#include "engine/resolve.h"

#include "engine/objects.h"
#include "engine/objects_run.h"
#include "engine/record.h"
#include "engine/under_lock.h"
#include "inboard/vault.h"

#include <string.h>

/* How many rows a name has in the history, and in which state. */
typedef struct tally {
    size_t all, open, unfinished;
} tally;

static tally rows_count(const inb__history *h, const char *name)
{
    tally t = {0};
    for (size_t i = 0; i < h->n_rows; i++) {
        const inb__history_row *row = &h->rows[i];
        if (strcmp(row->name, name) == 0) {
            t.all++;
            t.open += inb__history_row_open(row);
            t.unfinished += !*row->finished_at;
        }
    }
    return t;
}

static int refused(int code, const char *prisma, const char *name, const char *what,
                   const char *hint, inb_error **err)
{
    int rc = inb__error_set(err, code, "migration \"%s\" %s", name, what);
    inb__error_prisma(err, prisma);
    inb__error_hint(err, "%s", hint);
    inb__error_place(err, name, 0, 0, 0);
    return rc;
}

static bool table_find(uint32_t *out, const inb_table *table, const char *name)
{
    for (uint32_t i = 0; i < table->n_migrations; i++) {
        if (strcmp(inb__table_text(table, inb__table_at(table, i)->name), name) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

static int store_prepare(inb__run *run, const inb__history *h, inb_error **err)
{
    const inb__plan plan = {0};
    return inb__record_incomplete(h, &plan) ? inb__record_create(run, h, &plan, err) : 0;
}

static bool is_applied(const inb__history *h, const char *name)
{
    tally t = rows_count(h, name);
    return t.unfinished < t.all;
}

static int applied_already(const char *name, inb_error **err)
{
    return refused(INB_EHISTORY, "P3008", name, "is already recorded as applied",
                   "There is nothing to resolve; inboard migrate status shows the history.", err);
}

/* Queues its row, after closing those that are open. */
static int baseline_queue(inb__pg_pipe *pipe, const inb__run *run, uint32_t migration,
                          inb_error **err)
{
    char id[INB_UUID_BYTES];
    const inb__record_row row = {.id = id, .migration = migration};
    int rc = inb_uuid_new(id, err);
    if (rc == 0) {
        inb__record_rolled_back_queue(
            pipe, run, inb__table_text(run->table, inb__table_at(run->table, migration)->name));
        inb__record_baseline_queue(pipe, run, &row);
    }
    return rc;
}

/* What is recorded: one migration, or all up to it. */
typedef struct baseline {
    const char *name;
    bool through;
    uint32_t n; /* of those that were recorded */
} baseline;

static int baselines_queue(inb__pg_pipe *pipe, const inb__run *run, const inb__history *h,
                           baseline *b, uint32_t last, inb_error **err)
{
    int rc = 0;
    for (uint32_t i = b->through ? 0 : last; i <= last && rc == 0; i++) {
        const char *name = inb__table_text(run->table, inb__table_at(run->table, i)->name);
        if (!is_applied(h, name)) {
            rc = baseline_queue(pipe, run, i, err);
            b->n++;
        }
    }
    return rc < 0 || b->n ? rc : applied_already(b->name, err);
}

static int applied_do(inb__run *run, const inb__history *h, void *payload, inb_error **err)
{
    baseline *b = payload;
    uint32_t last;
    if (!b->through && is_applied(h, b->name)) {
        return applied_already(b->name, err);
    }
    if (!table_find(&last, run->table, b->name)) {
        return refused(INB_EINVAL, "P3017", b->name, "is not in the migrations folder",
                       "Give the full name of the folder.", err);
    }
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    (void)inb__record_begin_queue(&pipe, run, NULL);
    int rc = baselines_queue(&pipe, run, h, b, last, err);
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    rc = rc < 0 ? rc : store_prepare(run, h, err);
    if (rc == 0) {
        rc = inb__pg_pipe_run(run->conn, &pipe, err);
        rc = inb__record_guard_error(run, b->name, rc, err);
    }
    inb__pg_pipe_dispose(&pipe);
    if (rc == 0) {
        inb__objects_run_store(run, inb__history_applied(h) + b->n, NULL);
    }
    return rc;
}

static int rolled_back_do(inb__run *run, const inb__history *h, void *payload, inb_error **err)
{
    const char *name = payload;
    tally t = rows_count(h, name);
    if (t.all == 0) {
        return refused(INB_EHISTORY, "P3011", name, "was never started on this database",
                       "Give the full name of the folder, including its timestamp.", err);
    }
    if (t.unfinished == 0) {
        return refused(
            INB_EHISTORY, "P3012", name, "did not fail",
            "Only a migration that was started and did not finish can be marked as rolled back.",
            err);
    }
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__record_rolled_back_queue(&pipe, run, name);
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    inb__pg_pipe_dispose(&pipe);
    /* What the migration has left is for a status to name, where there is what was before it. */
    if (rc == 0 && h->metadata_row && !inb__objects_described(h)) {
        inb__objects_run_store(run, inb__history_applied(h), NULL);
    }
    return rc;
}

int inb__resolve_applied(const inb_table *table, const inb_migrate_options *options,
                         const char *name, inb_error **err)
{
    baseline b = {.name = name};
    return inb__under_lock(table, options, applied_do, &b, err);
}

int inb__resolve_applied_through(uint32_t *n_out, const inb_table *table,
                                 const inb_migrate_options *options, const char *name,
                                 inb_error **err)
{
    baseline b = {.name = name, .through = true};
    int rc = inb__under_lock(table, options, applied_do, &b, err);
    if (rc == 0) {
        *n_out = b.n;
    }
    return rc;
}

int inb__resolve_rolled_back(const inb_table *table, const inb_migrate_options *options,
                             const char *name, inb_error **err)
{
    return inb__under_lock(table, options, rolled_back_do, (void *)name, err);
}
