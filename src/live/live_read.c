/* Connecting to a database for reading its catalog. */
#include "config.h"

#include "live/live.h"

#define CONNECT_MS 5000

static int catalogue_read(inb__catalogue *out, inb_conn *conn, const inb__url *url,
                          const inb__live_source *source, inb_error **err)
{
    inb__str usual = inb__str_of(url->schema);
    inb__catalogue_options options = {
        .default_space = url->schema,
        .spaces = source->n_spaces ? source->spaces : &usual,
        .n_spaces = source->n_spaces ? source->n_spaces : 1,
    };
    int rc = inb__catalogue_read(out, conn, &options, err);
    if (rc == 0) { /* the URL does not live as long */
        char *space = inb__arena_strdup(&out->arena, url->schema);
        if (!space) {
            inb__catalogue_dispose(out);
            return inb__error_nomem(err);
        }
        out->default_space = inb__str_of(space);
    }
    return rc;
}

int inb__live_read(inb__catalogue *out, const inb__live_source *source, inb_error **err)
{
    inb__url url = {0};
    inb_conn *conn = NULL;
    int rc = inb__url_parse(&url, source->url, err);
    if (rc < 0) {
        return rc;
    }
    const inb__pg_options options = {
        .url = &url,
        .application_name = "inboard",
        .connect_timeout_ms = CONNECT_MS,
        .any_server = true,
        .cancelled = source->cancelled,
    };
    rc = inb__pg_open(&conn, &options, err);
    rc = rc < 0 ? rc : catalogue_read(out, conn, &url, source, err);
    inb_conn_close(conn);
    inb__url_dispose(&url);
    return rc;
}
