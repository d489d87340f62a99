#include "config.h"

#include "engine/repair.h"

#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SCHEMA "COALESCE(NULLIF($1, ''), pg_catalog.current_schema())::name"
#define BUILDING                                                                                   \
    "EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid)"
#define INDEXES                                                                                    \
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"         \
    " JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid"                                          \
    " JOIN pg_catalog.pg_class t ON t.oid = i.indrelid"

/* Each answers with rows of: state, statement that puts it right (or NULL). Parameters: schema,
 * relation, object. */

/* By name. */
static const char create_index_sql[] =
    "SELECT CASE WHEN i.indisvalid THEN 'valid' WHEN " BUILDING
    " THEN 'building' ELSE 'invalid' END,"
    " pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, c.relname)" INDEXES
    " WHERE n.nspname = " SCHEMA " AND c.relname = $3::name AND $2::text IS NOT NULL";

/* Without a name: of those that were not there before, by the names that the server chooses. $3 and
 * $4: where the statement's state is. */
static const char create_nameless_sql[] =
    "SELECT CASE WHEN i.indisvalid THEN 'valid' WHEN " BUILDING
    " THEN 'building' ELSE 'invalid' END,"
    " pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, c.relname)" INDEXES
    " JOIN inboard.statements s ON s.id::text = $3 AND s.number = $4::integer"
    " WHERE n.nspname = " SCHEMA
    " AND t.relname = $2::name AND s.existing IS NOT NULL AND i.indexrelid <> ALL (s.existing)"
    " AND c.relname::text ~ '_idx[0-9]*$'";

static const char drop_index_sql[] = "SELECT 'there', NULL" INDEXES " WHERE n.nspname = " SCHEMA
                                     " AND c.relname = $3::name AND $2::text IS NOT NULL";

/* Copies that REINDEX CONCURRENTLY makes and, interrupted, leaves: name_ccnew, name_ccold, with a
 * number or without. */
static const char reindex_sql[] =
    "SELECT CASE WHEN " BUILDING " THEN 'building' ELSE 'invalid' END,"
    " pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, c.relname)" INDEXES
    " WHERE NOT i.indisvalid AND c.relname::text ~ '_cc(new|old)[0-9]*$' AND n.nspname::text !~ "
    "'^pg_'"
    " AND ($2 = '' AND $3 = '' OR n.nspname = " SCHEMA " AND (t.relname = $2::name OR"
    " $3 <> '' AND pg_catalog.starts_with(c.relname, pg_catalog.left($3, 40))))";

/* By way of JSON, because a server of before 14 has neither the column nor the statement, and it is
 * the statement that it is to refuse. */
static const char detach_sql[] =
    "SELECT CASE pg_catalog.to_jsonb(h) ->> 'inhdetachpending' WHEN 'true' THEN 'pending' ELSE "
    "'there' END,"
    " pg_catalog.format('ALTER TABLE %s DETACH PARTITION %s FINALIZE', h.inhparent::regclass,"
    " h.inhrelid::regclass) FROM pg_catalog.pg_inherits h"
    " JOIN pg_catalog.pg_class p ON p.oid = h.inhparent AND p.relname = $2::name"
    " JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace AND n.nspname = " SCHEMA
    " JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relname = $3::name";

static bool is_nameless(const inb__run *run, const inb_statement *st)
{
    return st->kind == INB_STATEMENT_CREATE_INDEX_CONCURRENTLY &&
           !*inb__table_text(run->table, st->object);
}

static const char *probe_sql(const inb__run *run, const inb_statement *st)
{
    switch ((inb_statement_kind)st->kind) {
    case INB_STATEMENT_CREATE_INDEX_CONCURRENTLY:
        return is_nameless(run, st) ? create_nameless_sql : create_index_sql;
    case INB_STATEMENT_DROP_INDEX_CONCURRENTLY:
        return drop_index_sql;
    case INB_STATEMENT_REINDEX_CONCURRENTLY:
        return reindex_sql;
    case INB_STATEMENT_DETACH_CONCURRENTLY:
        return detach_sql;
    default:
        return NULL;
    }
}

static int probe_ask(inb_result **out, inb__run *run, const inb_statement *st,
                     const inb__repair_place *place, inb_error **err)
{
    bool nameless = is_nameless(run, st);
    char number[16];
    snprintf(number, sizeof(number), "%" PRIu32, place->number);
    const char *params[] = {inb__table_text(run->table, st->schema),
                            inb__table_text(run->table, st->relation),
                            nameless ? place->id : inb__table_text(run->table, st->object), number};
    return inb_conn_exec(run->conn, probe_sql(run, st), nameless ? 4 : 3, params, out, err);
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
                     "an interrupted statement left something behind: %s", sql);
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
    *done = begun && inb__str_starts(inb__str_of(inb__table_text(run->table, st->tag)), "DISCARD");
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
                 "what the statement left is for the next run to remove: %s",
                 inb_error_message(ignored));
    }
    inb_error_free(ignored);
    inb_result_free(r);
}

bool inb__repair_was_done(const inb_table *table, const inb_statement *st, const char *sqlstate)
{
    static const char *const there[] = {
        INB__SQLSTATE_DUPLICATE_DATABASE, INB__SQLSTATE_DUPLICATE_OBJECT,
        INB__SQLSTATE_DUPLICATE_TABLE, INB__SQLSTATE_DUPLICATE_SCHEMA};
    static const char *const gone[] = {
        INB__SQLSTATE_INVALID_CATALOG_NAME, INB__SQLSTATE_UNDEFINED_OBJECT,
        INB__SQLSTATE_UNDEFINED_TABLE, INB__SQLSTATE_INVALID_SCHEMA_NAME};
    inb__str tag = inb__str_of(inb__table_text(table, st->tag));
    bool creates = inb__str_starts(tag, "CREATE ");
    const char *const *states = creates ? there : inb__str_starts(tag, "DROP ") ? gone : NULL;
    return states && inb__sqlstate_among(sqlstate, states, sizeof(there) / sizeof(there[0]));
}
