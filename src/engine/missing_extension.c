/* The hint of an error about what an extension in another schema has. */
#include "config.h"

#include "engine/missing_extension.h"

#include "engine/queries.h"
#include "postgres/sqlstate.h"

static bool is_about_a_name(const char *sqlstate)
{
    static const char *const states[] = {INB__SQLSTATE_UNDEFINED_OBJECT,
                                         INB__SQLSTATE_UNDEFINED_FUNCTION};
    return inb__sqlstate_among(sqlstate, states, sizeof(states) / sizeof(states[0]));
}

void inb__missing_extension_name(inb__run *run, inb_error **err)
{
    if (!err || !*err || !run->conn || !is_about_a_name(inb_error_sqlstate(*err))) {
        return;
    }
    const char *params[] = {inb_error_message(*err)};
    inb_error *ignored = NULL;
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_missing_extension_find), 1, params);
    int64_t before_ms = inb__pg_limit(run->conn, inb__pg_query_limit(run->conn));
    int rc = inb__pg_pipe_run(run->conn, &pipe, &ignored);
    inb__pg_limit(run->conn, before_ms);
    const inb_result *r = rc == 0 ? pipe.steps.v[0].result : NULL;
    if (r && inb_result_rows(r) > 0) {
        const char *schema = inb_result_value(r, 0, INB__MISSING_EXTENSION_SCHEMA);
        inb__error_hint(err,
                        "Extension \"%s\" is in schema \"%s\", and a migration finds by name only "
                        "what is in \"%s\": write the schema before the name, or move the "
                        "extension.",
                        inb_result_value(r, 0, INB__MISSING_EXTENSION_NAME), schema,
                        run->names.schema);
    }
    inb_error_free(ignored);
    inb__pg_pipe_dispose(&pipe);
}
