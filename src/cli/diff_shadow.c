/* Replays migrations in a shadow database. */
#include "config.h"

#include "cli/diff_shadow.h"

#include "cli/cli.h"
#include "cli/database_url.h"
#include "cli/progress.h"
#include "inboard/migrate.h"
#include "live/shadow.h"

static int replay(const inb__shadow *shadow, const inb_table *table, inb_error **err)
{
    inb_report *report = NULL;
    const inb_migrate_options options = {.size = sizeof(options),
                                         .url = shadow->url,
                                         .application_name = "inboard-shadow",
                                         .cancelled = inb__cli_stop_asked,
                                         .mode = INB_MODE_RELEASE,
                                         .prisma_order = true};
    int rc = inb_report_new(&report, err);
    rc = rc < 0 ? rc : inb_migrate(table, &options, report, err);
    inb_report_free(report);
    if (rc < 0) {
        inb__error_wrap(err, rc, "the migrations cannot be applied to the shadow database");
        inb__error_prisma(err, "P3006");
        inb__error_hint(err, "They must build everything from an empty database.");
    }
    return rc;
}

int inb__diff_shadow_open(inb__shadow *shadow, inb__arena *arena, const char *given,
                          inb_error **err)
{
    inb_error *unknown = NULL;
    inb__shadow_options options = {.given_url = given};
    int rc = inb__cli_database_url(&options.main_url, arena, NULL, NULL, &unknown);
    if (rc < 0 && !given) {
        *err = unknown;
        return rc;
    }
    inb_error_free(unknown);
    return inb__shadow_open(shadow, arena, &options, err);
}

int inb__diff_shadow_read(inb__diff_live *live, const inb_table *table, const char *given,
                          const inb__dm *other, inb__arena *arena, bool json)
{
    inb__shadow shadow = {.conn = NULL};
    inb_error *err = NULL;
    if (inb__diff_shadow_open(&shadow, arena, given, &err)) {
        return inb__cli_fail(err, json);
    }
    int status = 0;
    if (replay(&shadow, table, &err)) {
        status = inb__cli_fail(err, json);
    } else {
        live->url = shadow.url;
        status = inb__diff_live_read(live, other, arena, json);
    }
    inb__shadow_close(&shadow);
    return status;
}
