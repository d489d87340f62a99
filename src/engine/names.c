/* Quotes the history's schema and fills it into the statements that contain it. */
#include "config.h"

#include "engine/names.h"

#include "util/cleanup.h"
#include "util/limits.h"
#include "util/template.h"

int inb__names_init(inb__names *out, inb__arena *arena, inb_conn *conn, const char *schema,
                    inb_error **err)
{
    INB__AUTO_BUF inb__buf ident;
    inb__buf_init(&ident, INB__LIMIT_MESSAGE);
    int rc = inb__pg_add_ident(conn, &ident, schema, err);
    if (rc < 0) {
        return rc;
    }
    out->schema = inb__arena_strdup(arena, schema);
    out->schema_ident = inb__arena_strdup(arena, inb__buf_text(&ident));
    out->history = inb__arena_printf(arena, "%s.\"_prisma_migrations\"", inb__buf_text(&ident));
    bool bad = ident.failed || !out->schema || !out->schema_ident || !out->history;
    return bad ? inb__error_nomem(err) : 0;
}

static void query_fill(inb__buf *sql, inb__pg_pipe *pipe, const inb__names *names,
                       const char *query)
{
    const inb__variable schema = {"schema", names->schema_ident};
    inb__buf_init(sql, INB__LIMIT_MESSAGE);
    inb__template_fill(sql, query, &schema, 1);
    pipe->failed = pipe->failed || sql->failed;
}

void inb__names_query_add(inb__pg_pipe *pipe, const inb__names *names, const char *query, int n,
                          const char *const *params)
{
    INB__AUTO_BUF inb__buf sql;
    query_fill(&sql, pipe, names, query);
    inb__pg_pipe_add(pipe, inb__str_of(inb__buf_text(&sql)), n, params);
}

void inb__names_query_prepare(inb__pg_pipe *pipe, const inb__names *names, const char *name,
                              const char *query)
{
    INB__AUTO_BUF inb__buf sql;
    query_fill(&sql, pipe, names, query);
    inb__pg_pipe_prepare(pipe, name, inb__str_of(inb__buf_text(&sql)));
}
