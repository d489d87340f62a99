/*
 * `inboard migrate dev`: the whole step of a developer. The history is checked, what is pending is
 * applied, the next migration is written and applied, and what is generated is generated again.
 * Nothing needs to be remembered between runs: whatever one that was killed has done is found by
 * the next.
 */
#include "config.h"

#include "cli/cli.h"

#include "cli/database_create.h"
#include "cli/dev_risks.h"
#include "cli/dev_state.h"
#include "cli/migrate_cli.h"
#include "cli/new_migration.h"
#include "cli/progress.h"
#include "cli/reset_database.h"
#include "cli/schema_read.h"
#include "cli/terminal.h"
#include "engine/rename_applied.h"
#include "live/production.h"
#include "schema/markdown.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/json.h"
#include "util/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS 5000 /* a database that is not there is reported soon */

typedef struct dev_run {
    inb__migrate_cli *cli;
    inb__creation made;
    const char *name, *docs;
    bool create_only, accept_data_loss, renamed, reset, force, json;
    inb__arena arena; /* with an error exit during dev_steps() */
    const inb__dm *dm;
    inb__dev_state state;
    bool was_reset;
    INB__VEC(const char *) applied; /* migrations, by this run */
    bool docs_written;
} dev_run;

/* ---- refusing, or beginning again ------------------------------------------------------------ */

static int refusal_json(const dev_run *run, inb_error *err)
{
    INB__AUTO_BUF inb__buf out;
    inb__json j;
    inb__buf_init(&out, INB__LIMIT_FILE);
    inb__json_init(&j, &out);
    inb__json_object(&j);
    inb__json_key(&j, "findings");
    inb__json_array(&j);
    for (size_t i = 0; i < run->state.findings.n; i++) {
        inb__json_object(&j);
        inb__json_member(&j, "kind", inb__dev_kind_name(run->state.findings.v[i].kind));
        inb__json_member(&j, "migration", run->state.findings.v[i].name);
        inb__json_member(&j, "renamed", run->state.findings.v[i].renamed);
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    inb__json_member(&j, "drift", run->state.drift.n ? run->state.drift.text : NULL);
    inb__json_key(&j, "error");
    inb__cli_error_json(&j, err);
    inb__json_object_end(&j);
    int status = inb__cli_exit(inb_error_code(err)), printed = inb__cli_print(&out);
    inb_error_free(err);
    return status ? status : printed;
}

static int refuse(const dev_run *run, inb_error *err)
{
    if (run->json) {
        return refusal_json(run, err);
    }
    if (run->state.drift.n) {
        fputs("From what the migrations make to what the database has:\n\n", stderr);
        inb__cli_log(INB_LOG_INFO, run->state.drift.text, NULL);
    }
    return inb__cli_fail(err, false);
}

/* The new names of applied migrations, once somebody said yes. */
static int names_record(dev_run *run)
{
    size_t n = run->state.findings.n;
    inb__folder_name *names = INB__NEW_N(&run->arena, inb__folder_name, n);
    inb_error *err = NULL;
    for (size_t i = 0; i < n; i++) {
        names[i].was = run->state.findings.v[i].name;
        names[i].is = run->state.findings.v[i].renamed;
    }
    int rc = inb__rename_applied(&run->cli->embed.table, &run->cli->options, names, n, &err);
    for (size_t i = 0; i < n && rc == 0; i++) {
        fprintf(stderr, "recorded \"%s\" as \"%s\"\n", names[i].was, names[i].is);
    }
    return rc < 0 ? inb__cli_fail(err, run->json) : 0;
}

static int database_empty(dev_run *run, inb_error **err)
{
    const inb__dm_datasource *ds = run->dm->datasource;
    const inb__reset_request request = {.table = &run->cli->embed.table,
                                        .options = &run->cli->options,
                                        .spaces = ds ? ds->schemas : NULL,
                                        .n_spaces = ds ? ds->n_schemas : 0,
                                        .asked = run->reset};
    inb__reset_plan dropped;
    int rc = inb__reset_confirm(&request, run->force, err);
    rc = rc < 0 ? rc : inb__reset_database(&dropped, &request, err);
    if (rc < 0) {
        return rc;
    }
    INB__AUTO_BUF inb__buf text;
    inb__buf_init(&text, INB__LIMIT_MESSAGE);
    inb__reset_text(&text, &dropped);
    fprintf(stderr, "dropped %s\n", inb__buf_text(&text));
    inb__reset_dispose(&dropped);
    return 0;
}

/* Nothing is emptied without a yes: --reset, or the answer on a terminal. */
static int begin_again(dev_run *run, inb_error *why)
{
    inb_error *err = NULL;
    bool possible = inb_error_code(why) == INB_EHISTORY;
    if (!possible || (!run->reset && (run->json || !inb__terminal_is_there()))) {
        return refuse(run, why);
    }
    if (run->reset) {
        fprintf(stderr, "note: %s\n", inb_error_message(why));
        inb_error_free(why);
    } else {
        (void)!refuse(run, why);
    }
    if (database_empty(run, &err) < 0) {
        int status = inb__cli_fail(err, run->json);
        return run->reset ? status : INB__EXIT_HISTORY;
    }
    run->state = (inb__dev_state){0};
    run->was_reset = true;
    return inb__dev_history_read(&run->state, &run->arena, run->cli);
}

static void drift_warn(const dev_run *run)
{
    fputs("warning: the database is not what its migrations make, and stays as it is:\n\n", stderr);
    inb__cli_log(INB_LOG_INFO, run->state.drift.text, NULL);
}

static int state_read(dev_run *run, inb_error **why)
{
    const inb__drift_query query = {.dir = run->made.dir,
                                    .dm = run->dm,
                                    .shadow = run->made.shadow,
                                    .shadow_url = run->made.shadow_url,
                                    .accept_unseen = run->made.accept_unseen,
                                    .json = run->json};
    return inb__dev_state_read(&run->state, &run->arena, run->cli, &query, why);
}

/* Whether the history takes the new names of folders: --renamed, or the answer on a terminal. */
static bool names_are_meant(const dev_run *run, const inb_error *why)
{
    if (!why || !inb__dev_only_renamed(&run->state.findings)) {
        return false;
    }
    if (run->renamed || run->json || !inb__terminal_is_there()) {
        return run->renamed;
    }
    for (size_t i = 0; i < run->state.findings.n; i++) {
        fprintf(stderr, "\"%s\" is applied, and its folder is \"%s\" now.\n",
                run->state.findings.v[i].name, run->state.findings.v[i].renamed);
    }
    return inb__terminal_confirm("Record the new name in the history?");
}

/* Drift does not keep the next migration from being written. */
static int check(dev_run *run)
{
    inb_error *why = NULL;
    int status = state_read(run, &why);
    if (status == 0 && names_are_meant(run, why)) {
        inb_error_free(why);
        why = NULL;
        status = names_record(run);
        status = status ? status : state_read(run, &why);
    }
    if (status || !why) {
        return status;
    }
    if (run->state.drift.n && run->create_only && !run->reset) {
        inb_error_free(why);
        drift_warn(run);
        return 0;
    }
    return begin_again(run, why);
}

/* ---- applying -------------------------------------------------------------------------------- */

static void applied_note(dev_run *run, const inb_report *report)
{
    inb_report_migration m = {.size = sizeof(m)};
    for (size_t i = 0; inb_report_migration_at(report, i, &m) == 0; i++) {
        if (m.finished) {
            INB__VEC_ADD(&run->arena, &run->applied, inb__arena_strdup(&run->arena, m.name));
        }
    }
}

static int apply(dev_run *run)
{
    inb_report *report = NULL;
    inb_error *err = NULL;
    inb__migrate_cli *cli = run->cli;
    cli->options.confirm = run->state.gated.v;
    cli->options.n_confirm = run->state.gated.n;
    cli->options.confirmed_by = "inboard migrate dev";
    int rc = inb_report_new(&report, &err);
    rc = rc < 0 ? rc
                : inb__migrate_unread(&cli->embed.table, &cli->unread, &cli->options, report, &err);
    if (report) {
        applied_note(run, report);
    }
    inb_report_free(report);
    return rc < 0 ? inb__cli_fail(err, run->json) : 0;
}

/* ---- the next migration ---------------------------------------------------------------------- */

static int name_find(dev_run *run)
{
    char answer[INB__NEW_NAME_MAX];
    inb_error *err = NULL;
    const char *name = run->name;
    if (!name && inb__terminal_is_there() &&
        inb__terminal_ask(answer, sizeof(answer), "The name of the migration:")) {
        name = answer;
    }
    if (!name) {
        inb__error_set(&err, INB_EINVAL, "the name of the migration is missing");
        inb__error_hint(&err, "Name it after what it does: inboard migrate dev --name "
                              "add_invoices.");
        return inb__cli_fail(err, run->json);
    }
    return inb__new_name(&run->made, name, &err) ? inb__cli_fail(err, run->json) : 0;
}

/* With --create-only an empty one, when the schema asks for nothing: to be written by hand. */
static int migration_make(dev_run *run)
{
    inb__creation *c = &run->made;
    inb_error *err = NULL;
    c->empty = run->create_only && !inb__new_is_needed(c);
    if (!inb__new_is_needed(c)) {
        return 0;
    }
    int status =
        c->empty || run->create_only ? 0 : inb__dev_risks_check(c, run->dm, run->accept_data_loss);
    status = status ? status : name_find(run);
    status = status ? status : inb__new_compose(c);
    if (status == 0 && inb__new_write(c, &err)) {
        status = inb__cli_fail_input(err, run->json);
    }
    if (status == 0) {
        inb__new_guesses_print(c);
    }
    return status;
}

/* ---- what is generated ----------------------------------------------------------------------- */

static int docs_write(dev_run *run)
{
    INB__AUTO_BUF inb__buf out;
    inb__schema model;
    inb__str was = {NULL, 0};
    inb_error *err = NULL;
    inb__buf_init(&out, INB__LIMIT_FILE);
    if (!run->docs || !*run->docs) {
        return 0;
    }
    inb__schema_from_datamodel(&model, &run->arena, run->dm);
    inb__markdown_document(&out, &run->arena, run->dm, &model);
    inb__str document = {inb__buf_text(&out), out.length};
    if (inb__path_exists(run->docs) &&
        inb__file_read(&was, &run->arena, run->docs, INB__LIMIT_FILE, &err)) {
        return inb__cli_fail_input(err, run->json);
    }
    run->docs_written = !inb__str_eq(was, document);
    int rc = out.failed ? inb__error_nomem(&err) : inb__file_write(run->docs, document, &err);
    return rc ? inb__cli_fail(err, run->json) : 0;
}

/* ---- the step as a whole --------------------------------------------------------------------- */

static int database_make(const dev_run *run)
{
    inb_error *err = NULL;
    bool made;
    int rc = inb__cli_database_create(&made, &run->cli->options, &err);
    return rc < 0 ? inb__cli_fail(err, run->json) : 0;
}

/* The folder as it is now, with what waits in it. */
static int written_read(dev_run *run)
{
    run->state = (inb__dev_state){0};
    int status = inb__migrate_cli_reload(run->cli);
    return status ? status : inb__dev_history_read(&run->state, &run->arena, run->cli);
}

static int dev_steps(dev_run *run)
{
    int status = inb__cli_schema_read(&run->dm, &run->arena, run->made.schema, run->json);
    status = status ? status : database_make(run);
    status = status ? status : check(run);
    if (status == 0 && !run->state.drift.n) {
        status = apply(run);
    }
    status = status ? status : inb__new_difference(&run->made);
    status = status ? status : migration_make(run);
    if (status == 0 && run->made.n_made && !run->create_only) {
        status = written_read(run);
        status = status ? status : apply(run);
    }
    return status ? status : docs_write(run);
}

static int report_json(const dev_run *run)
{
    INB__AUTO_BUF inb__buf out;
    inb__json j;
    inb__buf_init(&out, INB__LIMIT_FILE);
    inb__json_init(&j, &out);
    inb__json_object(&j);
    inb__json_key(&j, "findings");
    inb__json_array(&j);
    inb__json_array_end(&j);
    inb__json_member(&j, "drift", run->state.drift.n ? run->state.drift.text : NULL);
    inb__json_member_bool(&j, "reset", run->was_reset);
    inb__json_key(&j, "applied");
    inb__json_array(&j);
    for (size_t i = 0; i < run->applied.n; i++) {
        inb__json_object(&j);
        inb__json_member(&j, "name", run->applied.v[i]);
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    inb__new_json(&j, &run->made);
    inb__json_member(&j, "docs", run->docs_written ? run->docs : NULL);
    inb__json_object_end(&j);
    return inb__cli_print(&out);
}

/* The migrations that were applied are named by the progress on standard error. */
static int report(const dev_run *run)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    if (run->json) {
        return report_json(run);
    }
    for (size_t i = 0; i < run->made.n_made; i++) {
        inb__buf_printf(&out, "%s/%s/migration.sql\n", run->made.dir, run->made.made[i].folder);
    }
    if (run->docs_written) {
        inb__buf_printf(&out, "%s\n", run->docs);
    }
    if (run->applied.n) {
        inb__buf_printf(&out, "%zu migration%s applied\n", run->applied.n,
                        run->applied.n == 1 ? "" : "s");
    } else if (!run->made.n_made) {
        inb__buf_str(&out, "The database has what the schema says: nothing to do.\n");
    }
    return inb__cli_print(&out);
}

static int dev(inb__migrate_cli *cli, void *payload)
{
    dev_run *run = payload;
    int status;
    run->cli = cli;
    run->made.arena = &run->arena;
    inb__arena_init(&run->arena);
    if (INB__ARENA_ERROR_EXIT(&run->arena)) {
        inb_error *err = NULL;
        inb__error_nomem(&err);
        status = inb__cli_fail(err, run->json);
    } else {
        status = dev_steps(run);
    }
    inb__arena_error_exit_clear(&run->arena);
    status = status ? status : report(run);
    inb__new_dispose(&run->made);
    inb__arena_dispose(&run->arena);
    return status;
}

int inb__cmd_migrate_dev(int argc, char **argv)
{
    inb__migrate_cli cli = {
        .later = true, .begins = true, .options.connect_timeout_ms = CONNECT_MS};
    dev_run run = {.made.shadow_if_unseen = true};
    const inb__opt options[] = {
        {"name", 'n', "NAME", "the name of the next migration", INB__OPT_TEXT, &run.name},
        {"create-only", 0, NULL, "write the next migration, and do not apply it", INB__OPT_FLAG,
         &run.create_only},
        INB__NEW_OPTIONS(run.made),
        {"accept-data-loss", 0, NULL,
         "go on although rows or values of the database can be lost, or refuse the change",
         INB__OPT_FLAG, &run.accept_data_loss},
        {"renamed", 0, NULL, "record the new names of folders whose migrations are applied",
         INB__OPT_FLAG, &run.renamed},
        {"reset", 0, NULL,
         "empty the database and apply everything again, where its history or drift demands it",
         INB__OPT_FLAG, &run.reset},
        {"force", 'f', NULL, "with --reset: also one that looks like production", INB__OPT_FLAG,
         &run.force},
        INB__CLI_WAIT_OPTION(&cli.options.connect_timeout_ms, "5"),
        {"docs", 0, "FILE",
         "write the schema as a document there, as `inboard docs` [INBOARD_DOCS]", INB__OPT_TEXT,
         &run.docs},
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &run.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard migrate dev [--name NAME] [--create-only] [OPTION]...",
        .about =
            "Brings the development database and the migrations to what the schema says: checks\n"
            "the history, applies what is pending, writes the next migration, and applies that.\n"
            "On a terminal it asks; elsewhere it tells the option. It empties the database only "
            "after\n"
            "a yes or with --reset.\n"
            "\n" INB__PRODUCTION_RULE,
        .options = options,
        .more = INB__MIGRATE_ENVIRONMENT
        "\n  INBOARD_DOCS      as --docs\n\n"
        "Exit status: 0 done, or nothing to do; 1 a migration failed, the schema or migrations\n"
        "are refused, or a loss of data is not accepted; 2 wrong usage, or something cannot be\n"
        "read or written; 3 a migration waits for a backfill; 4 the history is refused, or the\n"
        "database is not what its migrations make; 5 lock not obtained; 6 database not reachable\n"
        "or not permitted.",
    };
    int status = 0;
    inb_error *err = NULL;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    run.made.json = cli.json = run.json;
    run.docs = run.docs ? run.docs : getenv("INBOARD_DOCS");
    if (inb__new_paths(&run.made, &err)) {
        return inb__cli_fail(err, run.json);
    }
    cli.dir = run.made.dir;
    cli.options.order = INB_ORDER_ALLOW;
    return inb__migrate_cli_run(&cli, dev, &run);
}
