/* Reads the database that a comparison names. */
#include "config.h"

#include "cli/diff_live.h"

#include "cli/cli.h"
#include "cli/database_url.h"
#include "cli/progress.h"
#include "cli/schema_read.h"

/* Of a schema without namespaces the URL's is the one that it means, whatever it is called. */
static void space_rename(inb__diff_live *live)
{
    inb__schema *s = &live->model.schema;
    for (size_t i = 0; i < s->n_spaces; i++) {
        if (inb__str_eq(s->spaces[i], live->catalogue.default_space)) {
            s->spaces[i] = INB__STR("public");
        }
    }
}

static int source_read(inb__diff_live *live, const inb__dm *dm, const inb__dm *spaces,
                       inb__arena *arena, inb_error **err)
{
    const char *url;
    const inb__dm_datasource *ds = spaces ? spaces->datasource : NULL;
    int rc = inb__cli_database_url(&url, arena, live->url, dm, err);
    if (rc < 0) {
        return rc;
    }
    const inb__live_source source = {.url = url,
                                     .spaces = ds ? ds->schemas : NULL,
                                     .n_spaces = ds ? ds->n_schemas : 0,
                                     .cancelled = inb__cli_stop_asked};
    rc = inb__live_read(&live->catalogue, &source, err);
    if (rc == 0) {
        live->read = true;
        inb__live_model_build(&live->model, arena, &live->catalogue);
        if (ds && !ds->n_schemas) {
            space_rename(live);
        }
    }
    return rc;
}

int inb__diff_live_read(inb__diff_live *live, const inb__dm *other, inb__arena *arena, bool json)
{
    const inb__dm *dm = NULL;
    inb_error *err = NULL;
    if (live->datasource) {
        int status = inb__cli_schema_read(&dm, arena, live->datasource, json);
        if (status) {
            return status;
        }
    }
    if (source_read(live, dm, other ? other : dm, arena, &err)) {
        return inb__cli_fail(err, json);
    }
    return 0;
}

void inb__diff_live_dispose(inb__diff_live *live)
{
    if (live->read) {
        inb__catalogue_dispose(&live->catalogue);
        live->read = false;
    }
}
