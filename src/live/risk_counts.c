/* Counts rows for what a schema change puts at risk. */
#include "config.h"

#include "live/risk_counts.h"

#include "pg/pg.h"
#include "postgres/quote.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <stdlib.h>

#define CONNECT_MS 5000

/* Whether it is about the rows of a table. */
static bool is_of_table(const inb__risk *risk)
{
    switch (risk->kind) {
    case INB__RISK_ENUM_VALUE_REMOVAL:
    case INB__RISK_ENUM_VALUE_ORDER:
    case INB__RISK_EXTENSION_CHANGE:
    case INB__RISK_EXTENSION_UNCHANGED:
        return false;
    default:
        return true;
    }
}

bool inb__risk_comes_true(const inb__risk *risk)
{
    bool of_rows = is_of_table(risk) ? risk->rows != 0 : risk->kind == INB__RISK_ENUM_VALUE_REMOVAL;
    return of_rows && inb__risk_applies(risk);
}

static uint32_t table_find(const inb__schema *s, const inb__risk *risk)
{
    uint32_t i = 0;
    while (i < s->n_tables && !(inb__str_eq(s->tables[i].name, risk->table) &&
                                inb__str_eq(s->spaces[s->tables[i].space], risk->space))) {
        i++;
    }
    return i;
}

static uint32_t column_find(const inb__table *t, inb__str name)
{
    uint32_t i = 0;
    while (i < t->n_columns && !inb__str_eq(t->columns[i].name, name)) {
        i++;
    }
    return i;
}

typedef struct counting {
    inb__risks *risks;
    const inb__steps *steps;
    const inb__renames *renames;
    inb__str space; /* of the URL: that of a schema without namespaces, or empty */
} counting;

static void space_write(inb__buf *out, const counting *c, inb__str space)
{
    const inb__schema *to = c->steps->to;
    bool only = to->n_spaces == 1 && inb__str_eq(to->spaces[0], to->default_space);
    inb__quote_ident(out, only && c->space.n && inb__str_eq(space, to->default_space) ? c->space
                                                                                      : space);
}

/* What is counted is there under its old name. */
static void query_write(inb__buf *out, const counting *counted, const inb__risk *risk)
{
    const inb__steps *steps = counted->steps;
    const inb__renames *renames = counted->renames;
    const inb__schema *from = steps->original ? steps->original : steps->from;
    uint32_t t = table_find(from, risk);
    bool known = t < from->n_tables;
    const inb__rename *table = known ? inb__renames_find(renames, t, INB__SCHEMA_NONE) : NULL;
    inb__buf_str(out, "SELECT count(*)");
    if (risk->needs_non_null) {
        uint32_t c = known ? column_find(&from->tables[t], risk->column) : 0;
        const inb__rename *column = known ? inb__renames_find(renames, t, c) : NULL;
        inb__buf_str(out, ", count(");
        inb__quote_ident(out, column ? column->was : risk->column);
        inb__buf_char(out, ')');
    }
    inb__buf_str(out, " FROM ");
    space_write(out, counted, table ? table->space : risk->space);
    inb__buf_char(out, '.');
    inb__quote_ident(out, table ? table->was : risk->table);
}

static int64_t number(const inb_result *r, int column)
{
    return strtoll(inb_result_value(r, 0, column), NULL, 10);
}

static int count(const counting *c, inb_conn *conn, inb_error **err)
{
    inb__risks *risks = c->risks;
    INB__AUTO_BUF inb__buf sql;
    inb__pg_pipe pipe;
    inb__buf_init(&sql, INB__LIMIT_MESSAGE);
    inb__pg_pipe_init(&pipe);
    for (size_t i = 0; i < risks->n; i++) {
        if (is_of_table(&risks->v[i])) {
            inb__buf_clear(&sql);
            query_write(&sql, c, &risks->v[i]);
            inb__pg_pipe_add(&pipe, (inb__str){inb__buf_text(&sql), sql.length}, 0, NULL);
        }
    }
    int rc = sql.failed ? inb__error_nomem(err) : inb__pg_pipe_run(conn, &pipe, err);
    for (size_t i = 0, k = 0; rc == 0 && i < risks->n; i++) {
        inb__risk *risk = &risks->v[i];
        if (is_of_table(risk)) {
            const inb_result *r = pipe.steps.v[k++].result;
            risk->rows = number(r, 0);
            risk->non_null = risk->needs_non_null ? number(r, 1) : INB__COUNT_UNKNOWN;
        }
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

int inb__risk_counts_read(inb__risks *risks, const inb__steps *steps, const inb__renames *renames,
                          const char *url_text, inb_cancel_cb cancelled, inb_error **err)
{
    inb__url url = {0};
    inb_conn *conn = NULL;
    int rc = inb__url_parse(&url, url_text, err);
    if (rc < 0) {
        return rc;
    }
    const inb__pg_options options = {.url = &url,
                                     .application_name = "inboard",
                                     .connect_timeout_ms = CONNECT_MS,
                                     .any_server = true,
                                     .cancelled = cancelled};
    const counting c = {risks, steps, renames, inb__str_of(url.schema_given ? url.schema : "")};
    rc = inb__pg_open(&conn, &options, err);
    rc = rc < 0 ? rc : count(&c, conn, err);
    inb_conn_close(conn);
    inb__url_dispose(&url);
    return rc;
}
