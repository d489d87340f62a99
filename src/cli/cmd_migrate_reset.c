/* `inboard migrate reset`: empties the database and applies every migration again. */
#include "config.h"

#include "cli/database_create.h"
#include "cli/migrate_cli.h"
#include "cli/reset_database.h"
#include "cli/schema_read.h"
#include "cli/seed.h"
#include "inboard.h"
#include "live/production.h"
#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/limits.h"

#include <stdio.h>

typedef struct reset_run {
    const char *schema; /* the path, NULL: the default where there is one */
    bool force, extensions, skip_seed;
    inb__seed seed; /* that was run */
    inb__reset_plan dropped;
    inb_report *report;
} reset_run;

/* The schemas of the datasource, besides that of the URL. */
static int spaces_find(inb__reset_request *request, reset_run *run, inb__migrate_cli *cli)
{
    inb_error *none = NULL;
    const inb__dm *dm = NULL;
    const char *path = inb__cli_schema_path(run->schema, &none);
    if (!path) {
        inb_error_free(none);
        return 0;
    }
    if (INB__ARENA_ERROR_EXIT(&cli->arena)) {
        inb__arena_error_exit_clear(&cli->arena);
        inb__error_nomem(&none);
        return inb__cli_fail(none, cli->json);
    }
    int status = inb__cli_schema_read(&dm, &cli->arena, path, cli->json);
    inb__arena_error_exit_clear(&cli->arena);
    if (status == 0 && dm->datasource) {
        request->spaces = dm->datasource->schemas;
        request->n_spaces = dm->datasource->n_schemas;
    }
    return status;
}

static int database_reset(reset_run *run, inb__migrate_cli *cli, const inb__reset_request *request,
                          inb_error **err)
{
    bool made;
    int rc = inb__cli_database_create(&made, &cli->options, err);
    rc = rc < 0 ? rc : inb__reset_confirm(request, run->force || made, err);
    rc = rc < 0 ? rc : inb__reset_database(&run->dropped, request, err);
    rc = rc < 0 ? rc : inb_report_new(&run->report, err);
    return rc < 0 ? rc
                  : inb__migrate_unread(&cli->embed.table, &cli->unread, &cli->options, run->report,
                                        err);
}

/* A project without a seed has none to run. */
static int seed(reset_run *run, inb__migrate_cli *cli, inb_error **err)
{
    const inb__seed_options options = {.url = inb__cli_migrating_url(&cli->options),
                                       .quiet = cli->json};
    if (run->skip_seed) {
        return 0;
    }
    int rc = inb__seed_find(&run->seed, &cli->arena, run->schema, err);
    bool none = !run->seed.command && !run->seed.file;
    return rc < 0 || none ? rc : inb__seed_run(&run->seed, &cli->arena, &options, err);
}

static void result_text(inb__buf *out, const reset_run *run)
{
    inb_report_summary s = {.size = sizeof(s)};
    inb_report_summarize(run->report, &s);
    inb__buf_str(out, "dropped ");
    inb__reset_text(out, &run->dropped);
    inb__buf_char(out, '\n');
    INB__AUTO_BUF inb__buf kept;
    inb__buf_init(&kept, INB__LIMIT_MESSAGE);
    if (inb__reset_stays(&kept, &run->dropped)) {
        inb__buf_printf(out, "kept the extensions %s\n", inb__buf_text(&kept));
    }
    inb__buf_printf(out, "%zu migration%s applied\n", s.n_applied, s.n_applied == 1 ? "" : "s");
    if (run->seed.file || run->seed.command) {
        inb__buf_printf(out, "seeded with %s\n",
                        run->seed.file ? run->seed.file : run->seed.command);
    }
}

static void result_json(inb__buf *out, const reset_run *run)
{
    inb__json j;
    inb_report_migration m = {.size = sizeof(m)};
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_key(&j, "dropped");
    inb__reset_json(&j, &run->dropped);
    inb__json_key(&j, "applied");
    inb__json_array(&j);
    for (size_t i = 0; inb_report_migration_at(run->report, i, &m) == 0; i++) {
        inb__json_object(&j);
        inb__json_member(&j, "name", m.name);
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    inb__json_member(&j, "seed", run->seed.file ? run->seed.file : run->seed.command);
    inb__json_object_end(&j);
}

/* A migration that makes an extension finds it there: it stayed. */
static void extensions_hint(const reset_run *run, inb_error **err)
{
    INB__AUTO_BUF inb__buf kept;
    inb__buf_init(&kept, INB__LIMIT_MESSAGE);
    const inb_error *e = *err;
    while (e && !inb__sqlstate_is(inb_error_sqlstate(e), INB__SQLSTATE_DUPLICATE_OBJECT)) {
        e = inb_error_cause(e);
    }
    if (e && run->dropped.rows && inb__reset_stays(&kept, &run->dropped)) {
        inb__error_hint(err,
                        "The extensions %s stayed: write CREATE EXTENSION IF NOT EXISTS, or give "
                        "--drop-extensions.",
                        inb__buf_text(&kept));
    }
}

static int reset(inb__migrate_cli *cli, void *payload)
{
    reset_run *run = payload;
    inb_error *err = NULL;
    inb__reset_request request = {
        .table = &cli->embed.table, .options = &cli->options, .extensions = run->extensions};
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    int status = spaces_find(&request, run, cli);
    if (status == 0 && (database_reset(run, cli, &request, &err) < 0 || seed(run, cli, &err) < 0)) {
        extensions_hint(run, &err);
        status = inb__cli_fail(err, cli->json);
    }
    if (status == 0) {
        (cli->json ? result_json : result_text)(&out, run);
        status = inb__cli_print(&out);
    }
    inb__reset_dispose(&run->dropped);
    inb_report_free(run->report);
    return status;
}

int inb__cmd_migrate_reset(int argc, char **argv)
{
    inb__migrate_cli cli = {.later = true};
    reset_run run = {0};
    const inb__opt options[] = {
        {"force", 'f', NULL, "ask nothing, also of a database that looks like production",
         INB__OPT_FLAG, &run.force},
        INB__CLI_MIGRATIONS_OPTION(&cli.dir),
        {"schema", 0, "PATH", "the schema whose datasource lists more schemas to empty",
         INB__OPT_TEXT, &run.schema},
        {"drop-extensions", 0, NULL, "drop the extensions in the schemas too", INB__OPT_FLAG,
         &run.extensions},
        {"skip-seed", 0, NULL, "do not run the seed (inboard-db-seed(1))", INB__OPT_FLAG,
         &run.skip_seed},
        INB__CLI_WAIT_OPTION(&cli.options.connect_timeout_ms, "30"),
        INB__CLI_LOCK_WAIT_OPTION(&cli.options.lock_wait_ms),
        INB__CLI_LOCK_TIMEOUT_OPTION(&cli.options.lock_timeout_ms),
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &cli.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard migrate reset [--force] [OPTION]...",
        .about =
            "Drops all that stands in the database's schema, its migration history included,\n"
            "applies every migration again, and runs the seed. The schema itself, its owner and\n"
            "its grants stay, and so do extensions. Asks first; one that looks like production by\n"
            "its name.\n"
            "\n" INB__PRODUCTION_RULE,
        .options = options,
        .more = INB__MIGRATE_ENVIRONMENT
        "\n\nExit status: 0 done; 1 a migration failed, the folder was refused, or the answer was\n"
        "no; 2 usage, nobody is there to be asked, or something outside of the schemas depends\n"
        "on what would go; 5 lock not obtained; 6 database not reachable or not permitted.",
    };
    int status = 0;
    return inb__cli_parse(&usage, argc, argv, &status) ? inb__migrate_cli_run(&cli, reset, &run)
                                                       : status;
}
