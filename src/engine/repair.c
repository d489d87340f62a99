/* Looks in the catalogue for what an interrupted statement left, and repairs it. */
#include "config.h"

#include "engine/repair.h"

#include "engine/queries.h"
#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_nameless(const inb__run *run, const inb_statement *st)
{
    return st->kind == INB_STATEMENT_CREATE_INDEX_CONCURRENTLY &&
           !*inb__table_text(run->table, st->object);
}

static const char *probe_sql(const inb__run *run, const inb_statement *st)
{
    switch ((inb_statement_kind)st->kind) {
    case INB_STATEMENT_CREATE_INDEX_CONCURRENTLY:
        return is_nameless(run, st) ? inb__query_repair_create_nameless
                                    : inb__query_repair_create_index;
    case INB_STATEMENT_DROP_INDEX_CONCURRENTLY:
        return inb__query_repair_drop_index;
    case INB_STATEMENT_REINDEX_CONCURRENTLY:
        return inb__query_repair_reindex;
    case INB_STATEMENT_DETACH_CONCURRENTLY:
        return inb__query_repair_detach;
    default:
        return NULL;
    }
}

/* The first value of an answer, which the caller frees with r; NULL for none. */
static int value_ask(const char **out, inb_result **r, inb_conn *conn, const char *query,
                     const char *const params[2], inb_error **err)
{
    int rc = inb_conn_exec(conn, query, 2, params, r, err);
    *out = rc == 0 && inb_result_rows(*r) > 0 ? inb_result_value(*r, 0, 0) : NULL;
    return rc;
}

/* inboard's own tables and the catalogue are asked one after the other (docs/ENGINE.md). */
static int nameless_ask(inb_result **out, inb__run *run, const inb_statement *st,
                        const inb__repair_place *place, inb_error **err)
{
    char number[16];
    const char *key[] = {place->id, number};
    const char *params[] = {inb__table_text(run->table, st->schema),
                            inb__table_text(run->table, st->relation), NULL};
    inb_result *r = NULL;
    snprintf(number, sizeof(number), "%" PRIu32, place->number);
    int rc = value_ask(&params[2], &r, run->conn, inb__query_record_statement_existed, key, err);
    rc = rc < 0 ? rc
                : inb_conn_exec(run->conn, inb__query_repair_create_nameless, 3, params, out, err);
    inb_result_free(r);
    return rc;
}

static int probe_ask(inb_result **out, inb__run *run, const inb_statement *st,
                     const inb__repair_place *place, inb_error **err)
{
    const char *params[] = {inb__table_text(run->table, st->schema),
                            inb__table_text(run->table, st->relation),
                            inb__table_text(run->table, st->object)};
    return is_nameless(run, st) ? nameless_ask(out, run, st, place, err)
                                : inb_conn_exec(run->conn, probe_sql(run, st), 3, params, out, err);
}

int inb__repair_existing(inb_result **r, const char **out, inb__run *run, const inb_statement *st,
                         inb_error **err)
{
    const char *params[] = {inb__table_text(run->table, st->schema),
                            inb__table_text(run->table, st->relation)};
    *r = NULL;
    *out = NULL;
    return is_nameless(run, st)
               ? value_ask(out, r, run->conn, inb__query_repair_existing, params, err)
               : 0;
}

static bool state_is(const inb_result *r, int row, const char *state)
{
    const char *v = inb_result_value(r, row, 0);
    return v && strcmp(v, state) == 0;
}

static bool any_state(const inb_result *r, const char *state)
{
    for (int i = 0; i < inb_result_rows(r); i++) {
        if (state_is(r, i, state)) {
            return true;
        }
    }
    return false;
}

/* Runs the statements that the probe made for a state. */
static int put_right(inb__run *run, const inb_result *r, const char *state, inb_error **err)
{
    int rc = 0;
    for (int i = 0; rc == 0 && i < inb_result_rows(r); i++) {
        const char *sql = inb_result_value(r, i, 1);
        if (sql && state_is(r, i, state)) {
            inb__log(&run->log, INB_LOG_WARNING,
                     "cleaning up what an unfinished statement left: %s", sql);
            rc = inb__pg_simple(run->conn, inb__str_of(sql), NULL, err);
        }
    }
    return rc;
}

static int building_error(inb__run *run, const inb_statement *st, inb_error **err)
{
    const char *index = inb__table_text(run->table, st->object);
    int rc = inb__error_set(err, INB_EMIGRATION, "%s \"%s\" is being built by another session",
                            *index ? "index" : "an index on",
                            *index ? index : inb__table_text(run->table, st->relation));
    inb__error_hint(err, "Look at pg_stat_progress_create_index, and run again when it is done.");
    return rc;
}

static int answer_act(bool *done, inb__run *run, const inb_statement *st, const inb_result *r,
                      bool begun, inb_error **err)
{
    int rc = 0;
    if (any_state(r, "building")) {
        return building_error(run, st, err);
    }
    switch ((inb_statement_kind)st->kind) {
    case INB_STATEMENT_CREATE_INDEX_CONCURRENTLY:
        *done = begun && any_state(r, "valid");
        return put_right(run, r, "invalid", err);
    case INB_STATEMENT_REINDEX_CONCURRENTLY:
        return begun ? put_right(run, r, "invalid", err) : 0;
    case INB_STATEMENT_DROP_INDEX_CONCURRENTLY:
        *done = begun && inb_result_rows(r) == 0;
        return 0;
    default:
        rc = put_right(run, r, "pending", err);
        *done = rc == 0 && (any_state(r, "pending") || (begun && inb_result_rows(r) == 0));
        return rc;
    }
}

int inb__repair_before(bool *done, inb__run *run, const inb_statement *st,
                       const inb__repair_place *place, bool begun, inb_error **err)
{
    /* DISCARD ALL drops the lock, and with it its own record; it did nothing that lasts */
    *done = begun && st->flags & INB_STATEMENT_DISCARDS;
    if (!probe_sql(run, st)) {
        return 0;
    }
    inb_result *r = NULL;
    int rc = probe_ask(&r, run, st, place, err);
    rc = rc < 0 ? rc : answer_act(done, run, st, r, begun, err);
    inb_result_free(r);
    return rc;
}

void inb__repair_after(inb__run *run, const inb_statement *st, const inb__repair_place *place)
{
    bool leaves = st->kind == INB_STATEMENT_CREATE_INDEX_CONCURRENTLY ||
                  st->kind == INB_STATEMENT_REINDEX_CONCURRENTLY;
    inb_result *r = NULL;
    inb_error *ignored = NULL;
    int rc = leaves ? probe_ask(&r, run, st, place, &ignored) : 0;
    rc = rc < 0 || !leaves ? rc : put_right(run, r, "invalid", &ignored);
    if (rc < 0) {
        inb__log(&run->log, INB_LOG_WARNING,
                 "could not clean up after the failed statement; the next run will: %s",
                 inb_error_message(ignored));
    }
    inb_error_free(ignored);
    inb_result_free(r);
}

bool inb__repair_was_done(const inb_statement *st, const char *sqlstate)
{
    static const char *const there[] = {
        INB__SQLSTATE_DUPLICATE_DATABASE, INB__SQLSTATE_DUPLICATE_OBJECT,
        INB__SQLSTATE_DUPLICATE_TABLE, INB__SQLSTATE_DUPLICATE_SCHEMA};
    static const char *const gone[] = {
        INB__SQLSTATE_INVALID_CATALOG_NAME, INB__SQLSTATE_UNDEFINED_OBJECT,
        INB__SQLSTATE_UNDEFINED_TABLE, INB__SQLSTATE_INVALID_SCHEMA_NAME};
    const char *const *states = st->flags & INB_STATEMENT_CREATES ? there
                                : st->flags & INB_STATEMENT_DROPS ? gone
                                                                  : NULL;
    return states && inb__sqlstate_among(sqlstate, states, sizeof(there) / sizeof(there[0]));
}
