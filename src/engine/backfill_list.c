/* Reads the rows of backfills, and puts them beside the table and the history. */
#include "config.h"

#include "engine/backfill_list.h"

#include "backfill/backfill_queries.h"
#include "engine/backfill_control.h"
#include "engine/lock.h"
#include "engine/queries.h"
#include "engine/reconcile.h"
#include "table/table_read.h"
#include "util/alloc.h"
#include "util/sized.h"
#include "util/vec.h"

#include <stdlib.h>
#include <string.h>

typedef struct entry {
    inb_backfill_progress p;
    inb_backfill_refusal *refused;
    size_t n_refused;
} entry;

struct inb_backfill_list {
    inb__arena arena;
    INB__VEC(entry) entries;
};

/* Columns of backfill_list. */
enum {
    LIST_NAME,
    LIST_CHECKSUM,
    LIST_STATE,
    LIST_PASS,
    LIST_ESTIMATE,
    LIST_TARGET,
    LIST_BATCH_ROWS,
    LIST_SKIP,
    LIST_HELD,
    LIST_HOLD,
    LIST_SQLSTATE,
    LIST_MESSAGE,
    LIST_STARTED,
    LIST_UPDATED,
    LIST_FINISHED,
    LIST_ROWS,
    LIST_LOOKED,
    LIST_BATCHES,
    LIST_WAL,
    LIST_OPEN,
    LIST_WORKERS,
    LIST_REFUSED,
    LIST_BY
};

static int64_t number(const inb_result *r, int row, int column)
{
    const char *v = inb_result_value(r, row, column);
    return v ? strtoll(v, NULL, 10) : 0;
}

static const char *text(inb__arena *arena, const inb_result *r, int row, int column)
{
    const char *v = inb_result_value(r, row, column);
    return v ? inb__arena_strdup(arena, v) : "";
}

static void entry_fill(inb__arena *arena, inb_backfill_progress *p, const inb_result *r, int i)
{
    p->state = text(arena, r, i, LIST_STATE);
    p->hold = text(arena, r, i, LIST_HOLD);
    p->rows = number(r, i, LIST_ROWS);
    p->looked = number(r, i, LIST_LOOKED);
    p->estimate = number(r, i, LIST_ESTIMATE);
    p->batches = number(r, i, LIST_BATCHES);
    p->wal_bytes = number(r, i, LIST_WAL);
    p->refused = number(r, i, LIST_REFUSED);
    p->held_us = number(r, i, LIST_HELD) * 1000;
    p->pass = number(r, i, LIST_PASS);
    p->workers = number(r, i, LIST_WORKERS);
    p->message = text(arena, r, i, LIST_MESSAGE);
}

static int row_of(const inb_result *r, const char *name)
{
    for (int i = 0; i < inb_result_rows(r); i++) {
        if (strcmp(inb_result_value(r, i, LIST_NAME), name) == 0) {
            return i;
        }
    }
    return -1;
}

/* Rows that the server refused of one backfill: backfill_rows. */
static void refused_fill(inb__arena *arena, entry *e, const inb_result *r)
{
    e->n_refused = (size_t)inb_result_rows(r);
    e->refused = INB__NEW_N(arena, inb_backfill_refusal, e->n_refused);
    for (int i = 0; i < inb_result_rows(r); i++) {
        e->refused[i] = (inb_backfill_refusal){.relation = text(arena, r, i, 0),
                                               .key = text(arena, r, i, 1),
                                               .sqlstate = text(arena, r, i, 3),
                                               .message = text(arena, r, i, 4),
                                               .failed_at = text(arena, r, i, 5)};
    }
}

static void asked(inb__pg_pipe *pipe, const char *query, int n, const char *const *params)
{
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_history_local_settings), 0, NULL);
    inb__pg_pipe_add(pipe, inb__str_of(query), n, params);
    inb__pg_pipe_sync(pipe);
}

/* Without the tables (an older inboard, no right) nothing more is known than the history has. */
static int refused_read(inb_backfill_list *list, inb__run *run, inb_error **err)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    pipe.keep = true;
    for (size_t i = 0; i < list->entries.n; i++) {
        const char *params[] = {run->names.schema, list->entries.v[i].p.name};
        asked(&pipe, inb__query_backfill_rows, 2, params);
    }
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    for (size_t i = 0; rc == 0 && i < list->entries.n; i++) {
        refused_fill(&list->arena, &list->entries.v[i], pipe.steps.v[2 * i + 1].result);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

static void entries_make(inb_backfill_list *list, const inb_table *table,
                         const inb__reconciliation *reconciled, const inb_result *rows)
{
    for (size_t i = 0; i < reconciled->n; i++) {
        const inb__entry *e = &reconciled->entries[i];
        int row = row_of(rows, e->name);
        bool known =
            e->migration != INB__NOT_IN_TABLE && inb__table_at(table, e->migration)->backfill;
        if (!known && row < 0) {
            continue;
        }
        entry new = {.p = {.name = inb__arena_strdup(&list->arena, e->name),
                           .state = "pending",
                           .hold = "",
                           .estimate = -1,
                           .message = ""}};
        if (row >= 0) {
            entry_fill(&list->arena, &new.p, rows, row);
        }
        if (e->state == INB_STATE_APPLIED || e->state == INB_STATE_EDITED) {
            new.p.state = "done"; /* also by psql or Prisma */
        }
        INB__VEC_ADD(&list->arena, &list->entries, new);
    }
}

static int pending_read(const inb_table *table, const inb__reconciliation *reconciled,
                        const inb__unread *unread, inb_error **err)
{
    int rc = 0;
    for (size_t i = 0; unread && rc == 0 && i < reconciled->n; i++) {
        const inb__entry *e = &reconciled->entries[i];
        bool waits = e->state == INB_STATE_PENDING || e->state == INB_STATE_ROLLED_BACK;
        if (waits && e->migration != INB__NOT_IN_TABLE &&
            inb__table_at(table, e->migration)->flags & INB__MIGRATION_UNREAD) {
            rc = unread->read(unread->payload, e->migration, err);
        }
    }
    return rc;
}

/* When memory runs out, the error exit leads here. */
static int list_fill(inb_backfill_list *list, inb__run *run, inb__history *h,
                     const inb_result *rows, inb_error **err)
{
    inb__reconciliation reconciled;
    if (INB__ARENA_ERROR_EXIT(&list->arena)) {
        inb__arena_error_exit_clear(&list->arena);
        return inb__error_nomem(err);
    }
    inb__reconcile(&reconciled, &list->arena, run->table, h);
    int rc = pending_read(run->table, &reconciled, run->unread, err);
    if (rc == 0) {
        entries_make(list, run->table, &reconciled, rows);
        rc = rows ? refused_read(list, run, err) : 0;
    }
    inb__arena_error_exit_clear(&list->arena);
    return rc;
}

static int list_read(inb_backfill_list *list, inb__run *run, inb_error **err)
{
    inb__history h;
    inb__pg_pipe pipe;
    int rc = inb__backfill_open(run, &h, err);
    if (rc < 0) {
        return rc;
    }
    const char *params[] = {run->names.schema};
    inb__pg_pipe_init(&pipe);
    pipe.keep = true;
    asked(&pipe, inb__query_backfill_list, 1, params);
    rc = h.metadata_exists ? inb__pg_pipe_run(run->conn, &pipe, err) : 0;
    rc = rc < 0 ? rc : list_fill(list, run, &h, pipe.steps.v[1].result, err);
    inb__pg_pipe_dispose(&pipe);
    inb__history_dispose(&h);
    return rc;
}

int inb__backfill_status_unread(inb_backfill_list **out, const inb_table *table,
                                const inb__unread *unread, const inb_migrate_options *options,
                                inb_error **err)
{
    INB__REQUIRE(err, out);
    INB__REQUIRE(err, table);
    INB__REQUIRE(err, options);
    inb__run run;
    inb_backfill_list *list = inb__calloc(1, sizeof(*list));
    if (!list) {
        return inb__error_nomem(err);
    }
    inb__arena_init(&list->arena);
    int rc = inb__run_init(&run, table, options, NULL, err);
    run.unread = unread;
    rc = rc < 0 ? rc : list_read(list, &run, err);
    inb__run_leave(&run);
    inb__run_dispose(&run);
    if (rc < 0) {
        inb_backfill_list_free(list);
    } else {
        *out = list;
    }
    return rc;
}

int inb_backfill_status(inb_backfill_list **out, const inb_table *table,
                        const inb_migrate_options *options, inb_error **err)
{
    return inb__backfill_status_unread(out, table, NULL, options, err);
}

void inb_backfill_list_free(inb_backfill_list *list)
{
    if (list) {
        inb__arena_dispose(&list->arena);
        inb__free(list);
    }
}

size_t inb_backfill_count(const inb_backfill_list *list)
{
    return list ? list->entries.n : 0;
}

int inb_backfill_at(const inb_backfill_list *list, size_t index, inb_backfill_progress *out)
{
    if (!out || index >= inb_backfill_count(list)) {
        return INB_EINVAL;
    }
    return inb__sized_write(out, &list->entries.v[index].p, sizeof(*out));
}

int inb_backfill_refusal_at(const inb_backfill_list *list, size_t index, size_t row,
                            inb_backfill_refusal *out)
{
    if (!out || index >= inb_backfill_count(list) || row >= list->entries.v[index].n_refused) {
        return INB_EINVAL;
    }
    return inb__sized_write(out, &list->entries.v[index].refused[row], sizeof(*out));
}
