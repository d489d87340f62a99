/* `inboard migrate resolve`: records a migration as applied or rolled back. */
#include "config.h"

#include "cli/baseline_check.h"
#include "cli/database_create.h"
#include "cli/migrate_cli.h"
#include "cli/schema_read.h"
#include "engine/resolve.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/limits.h"

#include <inttypes.h>
#include <string.h>

/* Exactly one of the first three is given; the rest is for a comparison. */
typedef struct resolution {
    const char *applied, *rolled_back, *through;
    const char *schema, *shadow_url;
    bool shadow;
} resolution;

static int usage_error(const char *message, bool json)
{
    inb_error *err = NULL;
    inb__error_set(&err, INB_EINVAL, "%s", message);
    inb__error_hint(&err, "Give the folder's name to one of --applied, --rolled-back and "
                          "--applied-through.");
    return inb__cli_fail(err, json);
}

/* The schema where there is one: it says which namespaces are compared. */
static int schema_find(const inb__dm **out, inb__migrate_cli *cli, const char *given)
{
    inb_error *none = NULL;
    const char *path = inb__cli_schema_path(given, &none);
    inb_error_free(none);
    return path ? inb__cli_schema_read(out, &cli->arena, path, cli->json) : 0;
}

static bool is_in_folder(const inb__embed *embed, const char *name)
{
    for (size_t i = 0; i < embed->migrations.n; i++) {
        if (strcmp(embed->migrations.v[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* --applied-through: 0 when the database has what they make. A name that is not there is refused
 * where they are recorded. */
static int baseline_compare(inb__migrate_cli *cli, const resolution *r)
{
    const inb_migrate_options *o = &cli->options;
    inb__baseline b = {.dir = cli->dir,
                       .through = r->through,
                       .url = inb__cli_migrating_url(o),
                       .shadow = r->shadow,
                       .shadow_url = r->shadow_url,
                       .json = cli->json};
    if (!r->through || !is_in_folder(&cli->embed, r->through)) {
        return 0;
    }
    if (INB__ARENA_ERROR_EXIT(&cli->arena)) {
        inb_error *err = NULL;
        inb__arena_error_exit_clear(&cli->arena);
        inb__error_nomem(&err);
        return inb__cli_fail(err, cli->json);
    }
    int status = schema_find(&b.dm, cli, r->schema);
    status = status ? status : inb__baseline_check(&b, &cli->arena);
    inb__arena_error_exit_clear(&cli->arena);
    return status;
}

static int record(uint32_t *n, inb__migrate_cli *cli, const resolution *r, inb_error **err)
{
    const inb_table *table = &cli->embed.table;
    if (r->through) {
        return inb__resolve_applied_through(n, table, &cli->options, r->through, err);
    }
    *n = 1;
    return r->applied ? inb__resolve_applied(table, &cli->options, r->applied, err)
                      : inb__resolve_rolled_back(table, &cli->options, r->rolled_back, err);
}

static int result_print(const inb__migrate_cli *cli, const resolution *r, uint32_t n)
{
    const char *state = r->rolled_back ? "rolled-back" : "applied";
    const char *name = r->through ? r->through : r->applied ? r->applied : r->rolled_back;
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    if (cli->json) {
        inb__json j;
        inb__json_init(&j, &out);
        inb__json_object(&j);
        inb__json_member(&j, "migration", name);
        inb__json_member(&j, "marked", state);
        inb__json_member_int(&j, "count", n);
        inb__json_object_end(&j);
    } else if (r->through) {
        inb__buf_printf(&out, "marked %" PRIu32 " migration%s up to %s as applied\n", n,
                        n == 1 ? "" : "s", name);
    } else {
        inb__buf_printf(&out, "marked %s as %s\n", name, state);
    }
    return inb__cli_print(&out);
}

static int resolve(inb__migrate_cli *cli, void *payload)
{
    inb_error *err = NULL;
    uint32_t n = 0;
    int status = baseline_compare(cli, payload);
    if (status == 0 && record(&n, cli, payload, &err) < 0) {
        status = inb__cli_fail(err, cli->json);
    }
    return status ? status : result_print(cli, payload, n);
}

static int options_check(const resolution *r, bool json)
{
    int given = (r->applied != NULL) + (r->rolled_back != NULL) + (r->through != NULL);
    if (given != 1) {
        return usage_error(given
                               ? "--applied, --rolled-back and --applied-through exclude each other"
                               : "none of --applied, --rolled-back and --applied-through is given",
                           json);
    }
    if (!r->through && (r->schema || r->shadow || r->shadow_url)) {
        return usage_error("--schema and a shadow database are for --applied-through", json);
    }
    return 0;
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
        {"applied-through", 0, "NAME",
         "record all up to it as applied, after comparing what they make with the database",
         INB__OPT_TEXT, &r.through},
        {"shadow", 0, NULL, "with --applied-through: read what they make from a shadow database",
         INB__OPT_FLAG, &r.shadow},
        {"shadow-database-url", 0, "URL", "the same, from this database, which is emptied",
         INB__OPT_TEXT, &r.shadow_url},
        {"schema", 0, "PATH", "with --applied-through: the schema that lists what is compared",
         INB__OPT_TEXT, &r.schema},
        INB__CLI_MIGRATIONS_OPTION(&cli.dir),
        INB__CLI_WAIT_OPTION(&cli.options.connect_timeout_ms, "30"),
        INB__CLI_LOCK_WAIT_OPTION(&cli.options.lock_wait_ms),
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &cli.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard migrate resolve --applied NAME | --rolled-back NAME |\n"
                    "                               --applied-through NAME [OPTION]...",
        .about =
            "Records a migration as applied or as rolled back: after a failure, or as the\n"
            "baseline of a database that is older than its history. --applied-through records a\n"
            "whole history, and refuses when the database lacks something of it.",
        .options = options,
        .more = INB__MIGRATE_ENVIRONMENT
        "\n\nExit status: 0 done; 1 the folder was refused; 2 usage, or no such migration "
        "(P3017);\n"
        "4 it is recorded as applied (P3008), was never begun (P3011) or did not fail (P3012), or\n"
        "the database does not have what the migrations make; 5 lock; 6 database.",
    };
    int status = 0;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    status = options_check(&r, cli.json);
    return status ? status : inb__migrate_cli_run(&cli, resolve, &r);
}
