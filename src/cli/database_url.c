/* Finds the URL of the database: the command line, the environment, the schema. */
#include "config.h"

#include "cli/database_url.h"

#include "cli/cli.h"
#include "cli/schema_read.h"
#include "psl/ast.h"

#include <stdlib.h>

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* url = "…" or url = env("NAME") */
static const char *datasource_url(inb__arena *arena, const inb__psl_block *block)
{
    for (size_t i = 0; i < block->n_properties; i++) {
        const inb__psl_property *p = block->properties[i];
        if (!inb__str_is(p->name.name, "url") || !p->value) {
            continue;
        }
        if (p->value->kind == INB__PSL_STRING) {
            return inb__arena_strndup(arena, p->value->value.p, p->value->value.n);
        }
        if (p->value->kind == INB__PSL_FUNCTION && inb__str_is(p->value->value, "env") &&
            p->value->args->n == 1 && p->value->args->v[0].value) {
            inb__str name = p->value->args->v[0].value->value;
            return environment(inb__arena_strndup(arena, name.p, name.n));
        }
    }
    return NULL;
}

int inb__cli_database_url(const char **out, inb__arena *arena, const char *given, const inb__dm *dm,
                          inb_error **err)
{
    const char *url = given ? given : environment("DIRECT_URL");
    url = url ? url : environment("DATABASE_URL");
    if (!url && dm && dm->datasource) {
        url = datasource_url(arena, dm->datasource->ast);
    }
    if (!url) {
        inb__error_set(err, INB_EINVAL, "DATABASE_URL is not set");
        inb__error_hint(err, "Set it to the database's URL: "
                             "postgresql://USER@HOST/DATABASE?schema=public.");
        return INB_EINVAL;
    }
    *out = url;
    return 0;
}

/* The schema that may name the database; NULL: there is none to ask. */
static int schema_read(const inb__dm **out, inb__arena *arena, const char *schema, bool json)
{
    inb_error *none = NULL;
    bool named = environment("DIRECT_URL") || environment("DATABASE_URL");
    const char *path = named && !schema ? NULL : inb__cli_schema_path(schema, &none);
    inb_error_free(none);
    if (!path) {
        return 0;
    }
    if (INB__ARENA_ERROR_EXIT(arena)) {
        inb__arena_error_exit_clear(arena);
        none = NULL;
        inb__error_nomem(&none);
        return inb__cli_fail(none, json);
    }
    int status = inb__cli_schema_read(out, arena, path, json);
    inb__arena_error_exit_clear(arena);
    return status;
}

int inb__cli_find_url(const char **out, inb__arena *arena, const char *given, const char *schema,
                      bool json)
{
    const inb__dm *dm = NULL;
    inb_error *err = NULL;
    int status = given ? 0 : schema_read(&dm, arena, schema, json);
    if (status == 0 && inb__cli_database_url(out, arena, given, dm, &err)) {
        status = inb__cli_fail(err, json);
    }
    return status;
}
