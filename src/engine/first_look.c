/* Finds the schema of a URL that names none, as Prisma does: the session's current schema. */
#include "config.h"

#include "engine/first_look.h"

#include "engine/queries.h"

#include <string.h>

/* Whether the history is to be looked for in another schema than the one that was assumed. */
static bool leads_elsewhere(const inb__run *run, const char *current)
{
    return *current && strncmp(current, "pg_", 3) != 0 && strcmp(current, run->names.schema) != 0;
}

/* After a refusal, which may be about a schema that is not ours. "" when it cannot be learnt. */
static const char *current_schema(inb__run *run)
{
    inb_result *r = NULL;
    inb_error *ignored = NULL;
    const char *schema = NULL;
    if (inb_conn_alive(run->conn) &&
        inb_conn_exec(run->conn, inb__query_history_current_schema, 0, NULL, &r, &ignored) == 0) {
        const char *value = inb_result_value(r, 0, 0);
        schema = value ? inb__arena_strdup(&run->arena, value) : NULL;
    }
    inb_error_free(ignored);
    inb_result_free(r);
    return schema ? schema : "";
}

static int schema_take(inb__run *run, const char *schema, inb_error **err)
{
    int rc = inb__names_init(&run->names, &run->arena, run->conn, schema, err);
    if (rc == 0) {
        run->session.search_path = run->names.schema_ident;
        run->policy.schema = run->names.schema;
    }
    return rc;
}

static int two_places_error(const inb__run *run, const char *other, inb_error **err)
{
    int rc = inb__error_set(err, INB_EHISTORY,
                            "the search_path leads to the schema \"%s\", and the history is in the "
                            "schema \"%s\"",
                            run->names.schema, other);
    inb__error_hint(err, "Add the schema to the URL: schema=%s goes on with that history.", other);
    return rc;
}

static int elsewhere_read(inb__history *out, inb__run *run, const inb__round_trip_query *query,
                          const char *schema, bool managed_here, inb_error **err)
{
    const char *assumed = run->names.schema;
    int rc = schema_take(run, schema, err);
    rc = rc < 0 ? rc : inb__round_trip_read(out, run->conn, query, err);
    if (rc == 0 && managed_here && !out->managed) {
        rc = two_places_error(run, assumed, err);
        inb__history_dispose(out);
    }
    return rc;
}

/* The schema to look at instead, in the arena of the run; NULL: the one that was assumed is right.
 */
static const char *other_schema(inb__run *run, const inb__history *first)
{
    if (run->url.schema_given || run->schema_known) {
        return NULL;
    }
    const char *current =
        first ? inb__arena_strdup(&run->arena, first->current_schema) : current_schema(run);
    run->schema_known = first || (current && *current);
    return current && leads_elsewhere(run, current) ? current : NULL;
}

int inb__first_look_read(inb__history *out, inb__run *run, const inb__round_trip_query *query,
                         inb_error **err)
{
    inb__history first;
    inb_error *why = NULL;
    int rc = inb__round_trip_read(&first, run->conn, query, &why);
    const char *other = other_schema(run, rc == 0 ? &first : NULL);
    if (other) {
        bool managed = rc == 0 && first.managed;
        if (rc == 0) {
            inb__history_dispose(&first);
        }
        inb_error_free(why);
        return elsewhere_read(out, run, query, other, managed, err);
    }
    if (rc == 0) {
        *out = first;
    } else if (err) {
        *err = why;
    } else {
        inb_error_free(why);
    }
    return rc;
}
