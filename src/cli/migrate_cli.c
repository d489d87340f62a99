/* The folder, the environment and the signals of the `inboard migrate` commands. */
#include "config.h"

#include "cli/migrate_cli.h"

#include "cli/progress.h"
#include "util/cleanup.h"
#include "util/diagnostic_print.h"
#include "util/file.h"
#include "util/limits.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* As JSON the findings are beside the error, in the shape that every command gives them. */
static int refusal_json(const inb__migrate_cli *cli, inb_error *err)
{
    inb__json j;
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_TABLE_TEXT);
    inb__json_init(&j, &out);
    inb__json_object(&j);
    inb__diagnostics_json(&j, &cli->embed.problems);
    inb__json_key(&j, "error");
    inb__cli_error_json(&j, err);
    inb__json_object_end(&j);
    inb_error_free(err);
    int printed = inb__cli_print(&out);
    return printed ? printed : INB__EXIT_FAILED;
}

static int folder_refused(const inb__migrate_cli *cli, inb_error *err)
{
    const inb__diagnostics *problems = &cli->embed.problems;
    if (inb_error_code(err) != INB_ESYNTAX) {
        return inb__cli_fail_input(err, cli->json);
    }
    const char *code = "";
    for (size_t i = 0; i < problems->n; i++) {
        code = problems->v[i].code ? problems->v[i].code : code;
    }
    inb__error_prisma(&err, code);
    if (cli->json) {
        return refusal_json(cli, err);
    }
    inb__diagnostics_print(stderr, problems);
    return inb__cli_fail(err, false);
}

/* 0, or INB_ESYNTAX with a finding for each migration that inboard.sum does not list. */
static int released_check(inb__migrate_cli *cli, inb_error **err)
{
    inb__embed *embed = &cli->embed;
    size_t n = 0;
    for (size_t i = 0; i < embed->migrations.n; i++) {
        if (embed->migrations.v[i].released) {
            continue;
        }
        inb__diagnostic_add(&embed->problems, INB__SEVERITY_ERROR,
                            INB__SPAN_FILE(embed->migrations.v[i].file), NULL,
                            "the migration is not listed in %s", INB__SUM_NAME);
        n++;
    }
    if (n == 0) {
        return 0;
    }
    inb__error_set(err, INB_ESYNTAX, "%zu migration%s in \"%s\" %s not released", n,
                   n == 1 ? "" : "s", cli->dir, n == 1 ? "is" : "are");
    inb__error_hint(err,
                    "Release with `inboard sum` and commit %s, or apply them unreleased with "
                    "--unreleased.",
                    embed->sum_path);
    return INB_ESYNTAX;
}

static int migration_read(void *payload, uint32_t migration, inb_error **err)
{
    return inb__embed_understand(&((inb__migrate_cli *)payload)->embed, migration, err);
}

static bool folder_load(inb__migrate_cli *cli, int *status_out)
{
    inb_error *err = NULL;
    cli->dir = inb__cli_migrations_path(cli->dir, &err);
    if (!cli->dir) {
        *status_out = inb__cli_fail(err, cli->json);
        return false;
    }
    const char *sum = inb__path_join(&cli->arena, cli->dir, INB__SUM_NAME);
    bool released = sum && inb__path_exists(sum);
    const inb__embed_options options = {.dir = cli->dir,
                                        .policy =
                                            released ? INB__EMBED_EXPLAIN : INB__EMBED_HISTORY,
                                        .schema = cli->schema,
                                        .later = cli->later && !cli->schema,
                                        .begins = cli->begins};
    int rc = inb__embed_load(&cli->embed, &cli->arena, &options, &err);
    if (rc == 0 && released && cli->released_only) {
        rc = released_check(cli, &err);
    }
    if (rc < 0) {
        *status_out = folder_refused(cli, err);
        return false;
    }
    cli->options.prisma_order = !released;
    return true;
}

int inb__migrate_cli_reload(inb__migrate_cli *cli)
{
    int status = 0;
    inb__arena_dispose(&cli->arena);
    inb__arena_init(&cli->arena);
    return folder_load(cli, &status) ? 0 : status;
}

static bool environment_read(inb__migrate_cli *cli, int *status_out)
{
    cli->options.url = getenv("DATABASE_URL");
    cli->options.direct_url = getenv("DIRECT_URL");
    if ((cli->options.url && *cli->options.url) ||
        (cli->options.direct_url && *cli->options.direct_url)) {
        return true;
    }
    inb_error *err = NULL;
    inb__error_set(&err, INB_EINVAL, "DATABASE_URL is not set");
    inb__error_hint(&err,
                    "Set it to the database's URL: postgresql://USER@HOST/DATABASE?schema=public.");
    *status_out = inb__cli_fail(err, cli->json);
    return false;
}

void inb__cli_operator(char out[INB__CLI_OPERATOR_SIZE])
{
    char host[65] = "", bytes[4096];
    struct passwd own, *found = NULL;
    gethostname(host, sizeof(host) - 1);
    getpwuid_r(geteuid(), &own, bytes, sizeof(bytes), &found);
    if (found) {
        snprintf(out, INB__CLI_OPERATOR_SIZE, "%.64s@%s", found->pw_name, host);
    } else {
        snprintf(out, INB__CLI_OPERATOR_SIZE, "%lu@%s", (unsigned long)geteuid(), host);
    }
}

static const inb_option_names names = {
    .size = sizeof(names),
    .allow_unknown = "--allow-unknown",
    .out_of_order = "--out-of-order",
    .direct_url = "DIRECT_URL",
    .resolve = "inboard migrate resolve",
    .backfill = "inboard backfill run",
    .confirm = "inboard migrate deploy --confirm",
};

int inb__migrate_cli_run(inb__migrate_cli *cli, inb__migrate_cli_cb run, void *payload)
{
    int status = 0;
    inb__arena_init(&cli->arena);
    inb__cli_signals_take();
    cli->options.size = sizeof(cli->options);
    cli->options.mode = INB_MODE_RELEASE;
    cli->options.names = &names;
    cli->options.log = inb__cli_log;
    cli->options.cancelled = inb__cli_stop_asked;
    cli->unread = (inb__unread){migration_read, cli};
    if (folder_load(cli, &status) && environment_read(cli, &status)) {
        status = run(cli, payload);
    }
    inb__arena_dispose(&cli->arena);
    return status;
}
