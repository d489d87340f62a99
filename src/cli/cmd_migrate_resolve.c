/* `inboard migrate resolve`: records a migration as applied or rolled back. */
#include "config.h"

#include "cli/migrate_cli.h"
#include "engine/resolve.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/limits.h"

/* Exactly one of the two is given. */
typedef struct resolution {
    const char *applied, *rolled_back;
} resolution;

static int usage_error(const char *message, bool json)
{
    inb_error *err = NULL;
    inb__error_set(&err, INB_EINVAL, "%s", message);
    inb__error_hint(&err, "Give the folder's name to one of --applied and --rolled-back.");
    return inb__cli_fail(err, json);
}

static int resolve(inb__migrate_cli *cli, void *payload)
{
    inb_error *err = NULL;
    const char *applied = ((resolution *)payload)->applied;
    const char *rolled_back = ((resolution *)payload)->rolled_back;
    const char *name = applied ? applied : rolled_back;
    int rc = applied ? inb__resolve_applied(&cli->embed.table, &cli->options, name, &err)
                     : inb__resolve_rolled_back(&cli->embed.table, &cli->options, name, &err);
    if (rc < 0) {
        return inb__cli_fail(err, cli->json);
    }
    const char *state = applied ? "applied" : "rolled-back";
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    if (cli->json) {
        inb__json j;
        inb__json_init(&j, &out);
        inb__json_object(&j);
        inb__json_member(&j, "migration", name);
        inb__json_member(&j, "marked", state);
        inb__json_object_end(&j);
    } else {
        inb__buf_printf(&out, "marked %s as %s\n", name, state);
    }
    return inb__cli_print(&out);
}

int inb__cmd_migrate_resolve(int argc, char **argv)
{
    inb__migrate_cli cli = {0};
    resolution r = {0};
    const inb__opt options[] = {
        {"applied", 0, "NAME", "record it as applied: the database has all of it", INB__OPT_TEXT,
         &r.applied},
        {"rolled-back", 0, "NAME", "record it as rolled back: it is pending again", INB__OPT_TEXT,
         &r.rolled_back},
        INB__CLI_MIGRATIONS_OPTION(&cli.dir),
        {"wait", 0, "SECONDS", "wait for the database this long [30]", INB__OPT_SECONDS,
         &cli.options.connect_timeout_ms},
        {"lock-wait", 0, "SECONDS", "wait for the migration lock this long [60]", INB__OPT_SECONDS,
         &cli.options.lock_wait_ms},
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &cli.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard migrate resolve (--applied NAME | --rolled-back NAME) [OPTION]...",
        .about = "Records a migration as applied or as rolled back: after a failure, or as the\n"
                 "baseline of a database that is older than its history.",
        .options = options,
        .more = INB__MIGRATE_ENVIRONMENT
        "\n\nExit status: 0 done; 1 the folder was refused; 2 usage, or no such migration (P3017); "
        "4 it is recorded as "
        "applied\n"
        "(P3008), was never begun (P3011) or did not fail (P3012); 5 lock; 6 database.",
    };
    int status = 0;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    if (!r.applied == !r.rolled_back) {
        return usage_error(r.applied ? "--applied and --rolled-back exclude each other"
                                     : "neither --applied nor --rolled-back is given",
                           cli.json);
    }
    return inb__migrate_cli_run(&cli, resolve, &r);
}
