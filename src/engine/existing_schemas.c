/*
 * PostgreSQL wants CREATE on the database for CREATE SCHEMA IF NOT EXISTS even when the schema is
 * there, and generated migrations begin with it: a role with the smallest rights could not apply
 * them. At the head of a migration, where no statement can have dropped the schema, the statement
 * is replaced by an empty query when the schema exists.
 */
#include "config.h"

#include "engine/existing_schemas.h"

#include "engine/queries.h"
#include "postgres/quote.h"
#include "table/table_read.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

#define STATEMENTS_MOST 64 /* bits of inb__run.schemas_exist */

static bool is_candidate(const inb_statement *st)
{
    return st->kind == INB_STATEMENT_CREATE_SCHEMA && st->flags & INB_STATEMENT_IF_NOT_EXISTS;
}

/* The number of statements at the head that create a schema if need be, or are not sent. */
static uint32_t head_length(const inb_table *t, uint32_t migration)
{
    uint32_t k = 0, n = t->migrations[migration].n_statements;
    while (k < n && k < STATEMENTS_MOST &&
           (!inb__table_is_sent(t, migration, k) ||
            is_candidate(inb__table_statement(t, migration, k)))) {
        k++;
    }
    return k;
}

bool inb__existing_schemas_matter(const inb_table *t, uint32_t migration)
{
    for (uint32_t k = 0; k < head_length(t, migration); k++) {
        if (is_candidate(inb__table_statement(t, migration, k))) {
            return true;
        }
    }
    return false;
}

static void names_write(inb__buf *out, const inb_table *t, uint32_t migration)
{
    const char *separator = "{";
    for (uint32_t k = 0; k < head_length(t, migration); k++) {
        const inb_statement *st = inb__table_statement(t, migration, k);
        if (is_candidate(st)) {
            inb__buf_str(out, separator);
            inb__quote_element(out, inb__str_of(inb__table_text(t, st->object)));
            separator = ",";
        }
    }
    inb__buf_char(out, '}');
}

static bool is_among(const inb_result *r, const char *name)
{
    for (int i = 0; i < inb_result_rows(r); i++) {
        if (strcmp(inb_result_value(r, i, 0), name) == 0) {
            return true;
        }
    }
    return false;
}

int inb__existing_schemas_look(inb__run *run, uint32_t migration, inb_error **err)
{
    const inb_table *t = run->table;
    run->schemas_migration = migration;
    run->schemas_exist = 0;
    if (!inb__existing_schemas_matter(t, migration)) {
        return 0;
    }
    INB__AUTO_BUF inb__buf names;
    inb__buf_init(&names, INB__LIMIT_MESSAGE);
    names_write(&names, t, migration);
    if (names.failed) {
        return inb__error_nomem(err);
    }
    const char *params[] = {inb__buf_text(&names)};
    inb_result *r = NULL;
    int rc = inb_conn_exec(run->conn, inb__query_session_existing_schemas, 1, params, &r, err);
    for (uint32_t k = 0; rc == 0 && k < head_length(t, migration); k++) {
        const inb_statement *st = inb__table_statement(t, migration, k);
        if (is_candidate(st) && is_among(r, inb__table_text(t, st->object))) {
            run->schemas_exist |= (uint64_t)1 << k;
        }
    }
    inb_result_free(r);
    return rc;
}

inb__str inb__existing_schemas_sql(const inb__run *run, uint32_t migration, uint32_t statement)
{
    bool exists = migration == run->schemas_migration && statement < STATEMENTS_MOST &&
                  run->schemas_exist & (uint64_t)1 << statement;
    return exists ? INB__STR("SELECT") : inb__table_statement_sql(run->table, migration, statement);
}
