/* `inboard migrate diff`: the changes from one schema to another. */
#include "config.h"

#include "cli/cli.h"

#include "cli/diff_sides.h"
#include "cli/new_script.h"
#include "schema/diff.h"
#include "schema/rollout/rollout.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/json.h"
#include "util/limits.h"
#include "util/printable.h"

#include <stdio.h>
#include <string.h>

/* With --exit-code, as Prisma has it. */
#define EXIT_DIFFERENT 2

#define OUTPUT_MAX (512u * 1024 * 1024)

typedef struct diff_run {
    inb__diff_side from, to;
    bool script, warnings, exit_code, json, zero_downtime, shadow;
    const char *output, *migrations, *shadow_url;
    inb__opt_list rename, rename_table;
    inb__schema renamed; /* from, under the names that to has */
    inb__renames renames;
    inb__steps steps;
    inb__risks checks;
    inb__rollout_plan plan; /* of --zero-downtime */
} diff_run;

/* The options that only --zero-downtime takes. */
static int zero_downtime_check(const diff_run *run, inb_error **err)
{
    if (run->migrations && !run->zero_downtime) {
        inb__error_set(err, INB_EINVAL, "--migrations needs --zero-downtime");
        inb__error_hint(err,
                        "A plain diff is one migration: write the output of --script to a file.");
        return INB_EINVAL;
    }
    if ((run->rename.n || run->rename_table.n) && !run->zero_downtime) {
        inb__error_set(err, INB_EINVAL, "--rename%s needs --zero-downtime",
                       run->rename.n ? "" : "-table");
        inb__error_hint(err, "Without it, replace DROP and ADD in the script by ALTER TABLE … "
                             "RENAME.");
        return INB_EINVAL;
    }
    return 0;
}

static int warnings_check(const diff_run *run, inb_error **err)
{
    if (run->warnings && (!run->script || run->zero_downtime || run->json)) {
        inb__error_set(err, INB_EINVAL,
                       "--warnings needs --script, without --zero-downtime and "
                       "--json");
        inb__error_hint(err, "The summary, the JSON and a zero-downtime plan have them anyway.");
        return INB_EINVAL;
    }
    return 0;
}

/* Standard input can be read only once. */
static int sides_check(const diff_run *run, inb_error **err)
{
    const char *from = run->from.schema, *to = run->to.schema;
    if (from && to && strcmp(from, "-") == 0 && strcmp(to, "-") == 0) {
        inb__error_set(err, INB_EINVAL, "only one schema can come from standard input");
        inb__error_hint(err, "Write the other one to a file.");
        return INB_EINVAL;
    }
    return 0;
}

/* 0, or the exit status of a rename that cannot be, once that is printed. */
static int rename_from(diff_run *run, inb__arena *arena)
{
    const inb__rename_requests wishes = {run->rename.v, run->rename_table.v, (size_t)run->rename.n,
                                         (size_t)run->rename_table.n};
    inb_error *err = NULL;
    int rc = inb__renames_apply(&run->renamed, &run->renames, arena, &run->from.model,
                                &run->to.model, &wishes, &err);
    return rc ? inb__cli_fail(err, run->json) : 0;
}

/* Of both sides: without migrations it says nothing, as with Prisma. */
static void shadow_choose(diff_run *run)
{
    run->from.shadow = run->to.shadow = run->shadow || run->shadow_url;
    run->from.shadow_url = run->to.shadow_url = run->shadow_url;
}

static int steps_make(diff_run *run, inb__arena *arena)
{
    if (INB__ARENA_ERROR_EXIT(arena)) {
        inb_error *err = NULL;
        inb__error_nomem(&err);
        return inb__cli_fail(err, run->json);
    }
    shadow_choose(run);
    int status = inb__diff_sides_read(&run->from, &run->to, arena, run->json);
    if (status == 0) {
        status = rename_from(run, arena);
    }
    if (status == 0) {
        const inb__diff_options options = inb__diff_sides_options(&run->from, &run->to, arena);
        inb__schema_diff(&run->steps, arena, &run->renamed, &run->to.model, &options);
        inb__risks_find(&run->checks, arena, &run->steps);
    }
    inb__arena_error_exit_clear(arena);
    return status;
}

static void checks_write(const diff_run *run, inb__buf *out, const char *title, bool unexecutable)
{
    bool open = false;
    for (size_t i = 0; i < run->checks.n; i++) {
        if (inb__risk_is_unexecutable(run->checks.v[i].kind) == unexecutable) {
            inb__buf_printf(out, "%s  - ", open ? "" : title);
            inb__risk_text(out, &run->checks.v[i]);
            inb__buf_char(out, '\n');
            open = true;
        }
    }
}

/* The script is Prisma's, which says nothing of what it destroys: that goes to standard error, or
 * to the script's head. */
static void script_write(const diff_run *run, inb__buf *out)
{
    INB__AUTO_BUF inb__buf aside;
    inb__buf_init(&aside, OUTPUT_MAX);
    if (run->warnings) {
        inb__new_warnings(out, &run->checks, &(inb__rename_guesses){0});
    }
    for (size_t i = 0; i < run->checks.n && !run->warnings; i++) {
        INB__AUTO_BUF inb__buf text;
        inb__buf_init(&text, OUTPUT_MAX);
        inb__risk_text(&text, &run->checks.v[i]);
        inb__buf_str(&aside, "warning: ");
        inb__printable(&aside, (inb__str){inb__buf_text(&text), text.length});
        inb__buf_char(&aside, '\n');
        aside.failed |= text.failed;
    }
    fputs(inb__buf_text(&aside), stderr);
    inb__render_steps(out, &run->steps);
    out->failed |= aside.failed;
}

static void result_json(diff_run *run, inb__buf *out)
{
    INB__AUTO_BUF inb__buf scratch;
    inb__buf_init(&scratch, OUTPUT_MAX);
    inb__json j;
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__steps_json(&j, &scratch, &run->steps, &run->checks);
    inb__json_object_end(&j);
    out->failed |= scratch.failed;
}

/* The same steps as a sequence of migrations. */
static void rollout_write(diff_run *run, inb__arena *arena, inb__buf *out)
{
    INB__AUTO_BUF inb__buf scratch;
    inb__json j;
    const inb__diff_options options = inb__diff_sides_options(&run->from, &run->to, arena);
    inb__rollout_plan_build(&run->plan, arena, &run->steps, &run->renames, &options);
    inb__buf_init(&scratch, OUTPUT_MAX);
    if (run->json) {
        inb__json_init(&j, out);
        inb__json_object(&j);
        inb__rollout_json(&j, &scratch, &run->plan);
        inb__json_object_end(&j);
    } else {
        (run->script ? inb__rollout_script : inb__rollout_text)(out, &run->plan);
    }
    out->failed |= scratch.failed;
}

static int result_write(diff_run *run, inb__arena *arena, inb__buf *out)
{
    if (INB__ARENA_ERROR_EXIT(arena)) {
        inb_error *err = NULL;
        inb__error_nomem(&err);
        return inb__cli_fail(err, run->json);
    }
    if (run->zero_downtime) {
        rollout_write(run, arena, out);
    } else if (run->json) {
        result_json(run, out);
    } else if (run->script) {
        script_write(run, out);
    } else {
        inb__steps_summary(out, arena, &run->steps);
        checks_write(run, out, "\nWarnings:\n", false);
        checks_write(run, out, "\nNot possible with data:\n", true);
    }
    inb__new_migration *made = run->migrations ? inb__new_rollout(arena, &run->plan, NULL) : NULL;
    inb__arena_error_exit_clear(arena);
    inb_error *err = NULL;
    if (made &&
        inb__cli_migration_folders(made, run->plan.n, false, arena, run->migrations, &err)) {
        return inb__cli_fail_input(err, run->json);
    }
    if (!run->output) {
        return inb__cli_print(out);
    }
    int rc = out->failed
                 ? inb__error_nomem(&err)
                 : inb__file_write(run->output, (inb__str){inb__buf_text(out), out->length}, &err);
    return rc ? inb__cli_fail(err, run->json) : INB__EXIT_OK;
}

static int diff(diff_run *run)
{
    INB__AUTO_ARENA inb__arena arena;
    INB__AUTO_BUF inb__buf out;
    inb__arena_init(&arena);
    inb__buf_init(&out, OUTPUT_MAX);
    int status = steps_make(run, &arena);
    inb__diff_side_unseen_print(&run->from);
    inb__diff_side_unseen_print(&run->to);
    if (status == INB__EXIT_OK) {
        status = result_write(run, &arena, &out);
    }
    inb__diff_side_dispose(&run->from);
    inb__diff_side_dispose(&run->to);
    if (!run->exit_code) {
        return status;
    }
    /* Then 2 has one meaning, and every failure is 1, as with Prisma. */
    return status != INB__EXIT_OK ? INB__EXIT_FAILED : run->steps.n ? EXIT_DIFFERENT : INB__EXIT_OK;
}

/* The options of one side. */
#define SIDE_OPTIONS(word, side)                                                                    \
    {word "-empty", 0, NULL, word " an empty database", INB__OPT_FLAG, &(side).empty},              \
        {word "-schema", 0, "PATH", word " a schema: a file, a folder, or -", INB__OPT_TEXT,        \
         &(side).schema},                                                                           \
        {word "-schema-datamodel",                                                                  \
         0,                                                                                         \
         "PATH",                                                                                    \
         "the same, in the spelling of Prisma 5 and 6",                                             \
         INB__OPT_TEXT,                                                                             \
         &(side).datamodel},                                                                        \
        {word "-migrations", 0, "DIR", word " what the migrations of a folder make", INB__OPT_TEXT, \
         &(side).migrations},                                                                       \
        {word "-program", 0,                                                                        \
         "FILE",          word " what the migrations built into a program make",                    \
         INB__OPT_TEXT,   &(side).program},                                                         \
        {word "-url", 0, "URL", word " a live database", INB__OPT_TEXT, &(side).live.url},          \
        {word "-schema-datasource",                                                                 \
         0,                                                                                         \
         "PATH",                                                                                    \
         word " the database of a schema's datasource",                                             \
         INB__OPT_TEXT,                                                                             \
         &(side).live.datasource},                                                                  \
    {                                                                                               \
        word "-config-datasource", 0, NULL, word " the database of the environment",                \
            INB__OPT_FLAG, &(side).live.config                                                      \
    }

/* Of Prisma's options that have no meaning here. */
#define CONFIG_HINT                                                                                \
    "prisma.config.ts is a program and is not read: set DATABASE_URL, and give the paths as "      \
    "options."
#define D1_HINT "inboard knows PostgreSQL only, and D1 is a SQLite."

static const char exits[] =
    "Exit status: 0 done; 1 a schema is not valid, or migrations are refused; 2 wrong "
    "usage,\n"
    "or a schema or migrations cannot be read; 6 a database cannot be reached. With\n"
    "--exit-code: 0 no difference; 1 something is wrong; 2 a difference.";

int inb__cmd_migrate_diff(int argc, char **argv)
{
    diff_run run = {0};
    const inb__opt options[] = {
        SIDE_OPTIONS("from", run.from),
        SIDE_OPTIONS("to", run.to),
        {"zero-downtime", 0, NULL, "as a sequence of migrations without downtime", INB__OPT_FLAG,
         &run.zero_downtime},
        {"migrations", 0, "DIR", "with --zero-downtime: write each as a folder in DIR",
         INB__OPT_TEXT, &run.migrations},
        {"rename", 0, "TABLE.OLD=NEW", "with --zero-downtime: a renamed column", INB__OPT_LIST,
         &run.rename},
        {"rename-table", 0, "OLD=NEW", "with --zero-downtime: a renamed table", INB__OPT_LIST,
         &run.rename_table},
        {"shadow", 0, NULL, "apply migrations to a shadow database, and read that", INB__OPT_FLAG,
         &run.shadow},
        {"shadow-database-url", 0, "URL", "the same, to this database, which is emptied",
         INB__OPT_TEXT, &run.shadow_url},
        {"script", 0, NULL, "print SQL instead of a summary", INB__OPT_FLAG, &run.script},
        {"warnings", 0, NULL, "with --script: begin it with its warnings, as a comment",
         INB__OPT_FLAG, &run.warnings},
        {"exit-code", 0, NULL, "exit with 2 when there is a difference", INB__OPT_FLAG,
         &run.exit_code},
        {"output", 'o', "FILE", "write to FILE instead of to standard output", INB__OPT_TEXT,
         &run.output},
        {"json", 0, NULL, "print JSON: steps, SQL, warnings", INB__OPT_FLAG, &run.json},
        {"config", 0, "FILE", CONFIG_HINT, INB__OPT_REFUSED, NULL},
        {"from-local-d1", 0, NULL, D1_HINT, INB__OPT_REFUSED, NULL},
        {"to-local-d1", 0, NULL, D1_HINT, INB__OPT_REFUSED, NULL},
        {0},
    };
    const inb__usage usage = {
        .synopsis =
            "inboard migrate diff --from-empty|--from-schema PATH|--from-migrations DIR|\n"
            "                            --from-program FILE|--from-url URL\n"
            "                            --to-schema PATH|--to-empty|--to-migrations DIR|\n"
            "                            --to-program FILE|--to-url URL\n"
            "                            [--zero-downtime [--migrations DIR]\n"
            "                            [--rename TABLE.OLD=NEW]… [--rename-table OLD=NEW]…]\n"
            "                            [--script [--warnings]] [--exit-code] [--output FILE] "
            "[--json]",
        .about =
            "Lists the changes that take a database from one schema to another, and the data that\n"
            "they destroy. Needs a database only where one is named.",
        .options = options,
        .more = exits,
    };
    int status = 0;
    inb_error *err = NULL;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    if (zero_downtime_check(&run, &err) || warnings_check(&run, &err) ||
        inb__diff_side_check(&run.from, "from", &err) ||
        inb__diff_side_check(&run.to, "to", &err) || sides_check(&run, &err)) {
        return inb__cli_fail(err, run.json);
    }
    return diff(&run);
}
