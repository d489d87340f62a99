/* `inboard db push`: makes a database what the schema says, without a migration. */
#include "config.h"

#include "cli/cli.h"

#include "cli/database_create.h"
#include "cli/database_url.h"
#include "cli/production_guard.h"
#include "cli/progress.h"
#include "cli/push_apply.h"
#include "cli/reset_database.h"
#include "cli/terminal.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/limits.h"

#include <stdio.h>

typedef struct push_run {
    const char *schema, *url;
    bool accept, force_reset, force, json;
    inb_migrate_options options;
    inb__arena arena;
    inb__push_plan plan;
    inb__reset_plan dropped;
} push_run;

static int impossible_refuse(const push_run *run, const char *risks)
{
    inb_error *err = NULL;
    inb__error_set(&err, INB_ESYNTAX, "the rows of the database do not allow the changes");
    inb__error_detail(&err, "%s", risks);
    inb__error_hint(&err, "Give what is required a default, or empty the database with "
                          "--force-reset.");
    return inb__cli_fail(err, run->json);
}

static int loss_refuse(const push_run *run, const char *risks)
{
    inb_error *err = NULL;
    inb__error_set(&err, INB_EINVAL, "the changes can lose rows or values, or fail on them");
    inb__error_detail(&err, "%s", risks);
    inb__error_hint(&err, "Push all the same with --accept-data-loss.");
    return inb__cli_fail(err, run->json);
}

/* Production is asked about when something can be lost, or when migrations keep it. */
static int production_ask(const push_run *run, const char *risks, inb_error **err)
{
    inb_conn *conn = NULL;
    inb__production_facts facts;
    const inb__guard guard = {.verb = "push to it", .what = risks, .force = run->force};
    const inb_conn_options connect = {.size = sizeof(connect),
                                      .url = run->url,
                                      .application_name = "inboard",
                                      .cancelled = run->options.cancelled};
    int rc = inb_conn_open(&conn, &connect, err);
    rc = rc < 0 ? rc : inb__production_read(&facts, conn, err);
    rc = rc < 0 ? rc : inb__production_guard(&facts, &guard, err);
    inb_conn_close(conn);
    return rc;
}

/* 0: go on; or an exit status, once it is said why. */
static int plan_check(const push_run *run)
{
    const inb__push_plan *plan = &run->plan;
    inb_error *err = NULL;
    INB__AUTO_BUF inb__buf risks;
    inb__buf_init(&risks, INB__LIMIT_FILE);
    inb__push_risks_write(&risks, plan);
    const char *text = plan->risks.n ? inb__buf_text(&risks) : NULL;
    if (plan->managed) {
        fputs("warning: the database has a migration history, to which what is pushed is drift\n",
              stderr);
    }
    if (plan->n_impossible) {
        return impossible_refuse(run, text);
    }
    if (plan->n_lossy && !run->accept) {
        if (!inb__terminal_is_there()) {
            return loss_refuse(run, text);
        }
        inb__cli_log(INB_LOG_INFO, text, NULL);
        if (!inb__terminal_confirm("Push all the same?")) {
            return loss_refuse(run, text);
        }
    }
    if ((plan->n_lossy || plan->managed) && production_ask(run, text, &err) < 0) {
        return inb__cli_fail(err, run->json);
    }
    return 0;
}

/* ---- the database ---------------------------------------------------------------------------- */

static int reset(push_run *run, const inb_table *table, const inb__dm *dm, inb_error **err)
{
    const inb__reset_request request = {
        .table = table,
        .options = &run->options,
        .spaces = dm->datasource ? dm->datasource->schemas : NULL,
        .n_spaces = dm->datasource ? dm->datasource->n_schemas : 0,
        .asked = true,
    };
    int rc = inb__reset_confirm(&request, run->force, err);
    return rc < 0 ? rc : inb__reset_database(&run->dropped, &request, err);
}

static int database_prepare(push_run *run, const inb_table *table, const inb__dm *dm,
                            inb_error **err)
{
    bool made;
    int rc = inb__cli_database_create(&made, &run->options, err);
    return rc == 0 && run->force_reset && !made ? reset(run, table, dm, err) : rc;
}

/* ---- the result ------------------------------------------------------------------------------ */

static int result_print(push_run *run)
{
    INB__AUTO_BUF inb__buf out;
    INB__AUTO_BUF inb__buf scratch;
    inb__json j;
    inb__buf_init(&out, INB__LIMIT_TABLE_TEXT);
    inb__buf_init(&scratch, INB__LIMIT_TABLE_TEXT);
    if (run->json) {
        inb__json_init(&j, &out);
        inb__json_object(&j);
        inb__steps_json(&j, &scratch, &run->plan.steps, &run->plan.risks);
        inb__json_member_bool(&j, "pushed", run->plan.steps.n > 0);
        inb__json_key(&j, "dropped");
        inb__reset_json(&j, &run->dropped);
        inb__json_object_end(&j);
    } else {
        if (run->dropped.rows) {
            inb__buf_str(&out, "dropped ");
            inb__reset_text(&out, &run->dropped);
            inb__buf_char(&out, '\n');
        }
        if (run->plan.steps.n) {
            inb__buf_printf(&out, "%zu change%s pushed\n", run->plan.steps.n,
                            run->plan.steps.n == 1 ? "" : "s");
        } else {
            inb__buf_str(&out, "the database is what the schema says\n");
        }
    }
    return inb__cli_print(&out);
}

static int push(push_run *run)
{
    inb_error *err = NULL;
    const inb__dm *dm;
    inb_table table;
    int status = inb__push_prepare(&dm, &table, &run->url, &run->arena, run->schema, run->json);
    if (status) {
        return status;
    }
    run->options.url = run->url;
    if (database_prepare(run, &table, dm, &err) < 0) {
        return inb__cli_fail(err, run->json);
    }
    status = inb__push_plan_read(&run->plan, run->schema, run->url, run->json);
    if (status == 0 && run->plan.steps.n) {
        status = plan_check(run);
        status = status
                     ? status
                     : inb__push_apply(&run->plan, &table, &run->options, run->schema, run->json);
    }
    return status ? status : result_print(run);
}

int inb__cmd_db_push(int argc, char **argv)
{
    push_run run = {.options = {.size = sizeof(run.options),
                                .log = inb__cli_log,
                                .cancelled = inb__cli_stop_asked}};
    const inb__opt options[] = {
        {"schema", 0, "PATH", "the schema: a file or a folder [prisma/schema.prisma]",
         INB__OPT_TEXT, &run.schema},
        INB__CLI_URL_OPTION(&run.url),
        {"accept-data-loss", 0, NULL, "push although rows or values can be lost", INB__OPT_FLAG,
         &run.accept},
        {"force-reset", 0, NULL, "empty the database first (inboard-migrate-reset(1))",
         INB__OPT_FLAG, &run.force_reset},
        {"force", 'f', NULL, "do not ask about a database that looks like production",
         INB__OPT_FLAG, &run.force},
        INB__CLI_WAIT_OPTION(&run.options.connect_timeout_ms, "30"),
        INB__CLI_LOCK_WAIT_OPTION(&run.options.lock_wait_ms),
        INB__CLI_LOCK_TIMEOUT_OPTION(&run.options.lock_timeout_ms),
        {"json", 0, NULL, "print JSON: steps, SQL, warnings", INB__OPT_FLAG, &run.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard db push [--schema PATH] [--url URL] [--accept-data-loss]\n"
                    "                      [--force-reset] [--force] [OPTION]...",
        .about =
            "Makes a database what the schema says, in one transaction and without a migration:\n"
            "for a prototype. What can lose rows is listed and refused without\n"
            "--accept-data-loss; then, or where the database has a migration history, one that\n"
            "looks like production wants its name typed, or --force.\n"
            "\n" INB__PRODUCTION_RULE,
        .options = options,
        .more = INB__CLI_URL_ENVIRONMENT
        "\n\nExit status: 0 done; 1 the schema is not valid, the rows do not allow the changes, "
        "or\n"
        "the server refused them; 2 usage, or what is destroyed was not accepted; 4 the database\n"
        "has changed since it was read; 5 lock not obtained; 6 database not reachable or not\n"
        "permitted.",
    };
    int status = 0;
    inb_error *err = NULL;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    run.schema = inb__cli_schema_path(run.schema, &err);
    if (!run.schema) {
        return inb__cli_fail(err, run.json);
    }
    inb__cli_signals_take();
    inb__arena_init(&run.arena);
    inb__arena_init(&run.plan.arena);
    status = push(&run);
    inb__push_plan_dispose(&run.plan);
    inb__reset_dispose(&run.dropped);
    inb__arena_dispose(&run.arena);
    return status;
}
