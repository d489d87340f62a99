/* `inboard lint`: findings of the rules about migrations. */
#include "config.h"

#include "cli/cli.h"

#include "cli/migration_choice.h"
#include "embed/embed_load.h"
#include "review/lint.h"
#include "review/report.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/limits.h"
#include "util/printable.h"

#include <unistd.h>

#define NAMES_MAX 1000 /* on the command line */
#define REPORT_MAX ((size_t)512 * 1024 * 1024)

typedef struct linting {
    const char *dir, *format, *output, *fail_on, *explain;
    bool json, notes, accepted;
    inb__opt_list exclude;
    inb__migration_choice choice;
    const inb__report_form *form;
    int fail_severity; /* -1: never */
    inb__arena *arena;
    inb__lint lint;
    inb__embed embed;
    bool *wanted; /* of each source */
} linting;

/* ---- the command line --------------------------------------------------------------------------
 */

static int option_refuse(inb_error **err, const char *option, const char *value, const char *known)
{
    inb__error_set(err, INB_EINVAL, "%s has no \"%s\"", option, value);
    inb__error_hint(err, "There are %s.", known);
    return INB_EINVAL;
}

static int fail_on_read(linting *l, inb_error **err)
{
    static const char *const names[] = {"error", "warning", "note"};
    const char *given = l->fail_on ? l->fail_on : "warning";
    l->fail_severity = -1;
    for (int i = 0; i < 3; i++) {
        l->fail_severity = strcmp(given, names[i]) == 0 ? i : l->fail_severity;
    }
    return l->fail_severity >= 0 || strcmp(given, "never") == 0
               ? 0
               : option_refuse(err, "--fail-on", given, "error, warning, note and never");
}

static int usage_check(linting *l, inb_error **err)
{
    const char *format = l->json ? "json" : l->format;
    l->form = format ? inb__report_form_find(format) : inb__report_form_detect(l->output != NULL);
    if (!l->form) {
        return option_refuse(err, "--format", format, inb__report_form_names);
    }
    int rc = inb__migration_choice_check(&l->choice, err);
    if (rc) {
        return rc;
    }
    for (int i = 0; i < l->exclude.n; i++) {
        if (!inb__lint_rule_find(inb__str_of(l->exclude.v[i]))) {
            inb__error_set(err, INB_EINVAL, "there is no rule \"%s\"", l->exclude.v[i]);
            inb__error_hint(err, "`inboard lint --explain all` lists the rules.");
            return INB_EINVAL;
        }
    }
    return fail_on_read(l, err);
}

static int explain(const linting *l)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, REPORT_MAX);
    const inb__lint_rule *rule = inb__lint_rule_find(inb__str_of(l->explain));
    if (rule) {
        inb__buf_str(&out, inb__lint_rule_page(rule));
        return inb__cli_print(&out);
    }
    if (strcmp(l->explain, "all") != 0) {
        inb_error *err = NULL;
        inb__error_set(&err, INB_EINVAL, "there is no rule \"%s\"", l->explain);
        inb__error_hint(&err, "`inboard lint --explain all` lists the rules.");
        return inb__cli_fail(err, l->json);
    }
    for (size_t i = 0; i < INB__LINT_RULES; i++) {
        inb__buf_printf(&out, "%-28s%s\n", inb__lint_rules[i].id, inb__lint_rules[i].title);
    }
    return inb__cli_print(&out);
}

/* ---- which migrations --------------------------------------------------------------------------
 */

static bool is_file_name(const char *name)
{
    return inb__str_ends(inb__str_of(name), ".sql");
}

static int migrations_choose(linting *l, inb_error **err)
{
    bool *chosen = INB__NEW_N(l->arena, bool, l->embed.migrations.n + 1);
    int rc = inb__migration_choose(chosen, &l->embed, l->arena, l->dir, &l->choice, true, err);
    for (size_t i = 0; i < l->embed.problems.sources.n; i++) {
        l->wanted[i] = l->choice.n_names == 0;
    }
    for (size_t i = 0; i < l->embed.migrations.n; i++) {
        l->wanted[l->embed.migrations.v[i].file] = chosen[i];
    }
    return rc;
}

/* A file on its own: the next migration after those of the folder. */
static int file_read(linting *l, const char *path, inb_error **err)
{
    size_t number;
    if (inb__migration_named(&number, &l->embed, path)) {
        return 0;
    }
    inb__str text;
    int rc = inb__file_read(&text, l->arena, path, INB__LIMIT_FILE, err);
    if (rc) {
        return rc;
    }
    if (inb__utf8_check(text.p, text.n) != text.n) {
        return inb__error_set(err, INB_EINVAL, "\"%s\" is not UTF-8 text", path);
    }
    uint32_t file = inb__diagnostics_source(&l->embed.problems, path, text);
    const inb__problems found = {&l->embed.problems, file};
    const inb__sql_observer observer = inb__lint_observer(&l->lint);
    inb__sql_script script;
    inb__analyse_observed(&script, &found, l->arena, l->embed.catalog, text, &observer);
    l->wanted[file] = true;
    return 0;
}

static int folder_read(linting *l, inb_error **err)
{
    const inb__sql_observer observer = inb__lint_observer(&l->lint);
    const inb__embed_options options = {
        .dir = l->dir, .policy = INB__EMBED_EXPLAIN, .observer = &observer};
    inb_error *refused = NULL;
    int rc = inb__embed_load(&l->embed, l->arena, &options, &refused);
    if (rc && rc != INB_ESYNTAX) {
        *err = refused;
        return rc;
    }
    inb_error_free(refused); /* each of its findings is listed */
    return 0;
}

/* Where no folder is named and none is found, a file is the first migration. */
static void nothing_before(linting *l)
{
    inb__diagnostics_init(&l->embed.problems, l->arena);
    l->embed.catalog = INB__NEW(l->arena, inb__catalog);
    inb__catalog_init(l->embed.catalog, l->arena);
}

static bool only_files(const linting *l)
{
    bool only = l->choice.n_names > 0;
    for (int i = 0; i < l->choice.n_names; i++) {
        only = only && is_file_name(l->choice.names[i]);
    }
    return only;
}

static int inputs_choose(linting *l, inb_error **err)
{
    if (!l->dir) {
        nothing_before(l);
    }
    l->wanted =
        INB__NEW_N(l->arena, bool, l->embed.problems.sources.n + (size_t)l->choice.n_names + 1);
    int rc = migrations_choose(l, err);
    for (int i = 0; rc == 0 && i < l->choice.n_names; i++) {
        if (is_file_name(l->choice.names[i])) {
            rc = file_read(l, l->choice.names[i], err);
        }
    }
    return rc;
}

static int inputs_read(linting *l, inb_error **err)
{
    int rc = l->dir ? folder_read(l, err) : 0;
    if (rc) {
        return rc;
    }
    if (INB__ARENA_ERROR_EXIT(l->arena)) {
        inb__arena_error_exit_clear(l->arena);
        return inb__error_nomem(err);
    }
    rc = inputs_choose(l, err);
    inb__arena_error_exit_clear(l->arena);
    return rc;
}

/* ---- the report --------------------------------------------------------------------------------
 */

static bool is_left_out(const linting *l, const inb__diagnostic *d)
{
    bool out = d->severity == INB__SEVERITY_NOTE && !l->notes && !l->accepted;
    for (int i = 0; d->code && i < l->exclude.n; i++) {
        out = out || strcmp(d->code, l->exclude.v[i]) == 0;
    }
    return out;
}

static size_t list_filter(const linting *l, inb__diagnostics *list)
{
    size_t kept = 0, notes = 0;
    list->errors = 0;
    for (size_t i = 0; i < list->n; i++) {
        if (is_left_out(l, &list->v[i])) {
            notes += list->v[i].severity == INB__SEVERITY_NOTE;
            continue;
        }
        list->errors += list->v[i].severity == INB__SEVERITY_ERROR;
        list->v[kept++] = list->v[i];
    }
    list->n = kept;
    return notes;
}

static int report(linting *l)
{
    INB__AUTO_BUF inb__buf out;
    inb__diagnostics list;
    inb_error *err = NULL;
    inb__buf_init(&out, REPORT_MAX);
    if (INB__ARENA_ERROR_EXIT(l->arena)) {
        inb__arena_error_exit_clear(l->arena);
        inb__error_nomem(&err);
        return inb__cli_fail(err, l->json);
    }
    inb__lint_list(&list, &l->lint, &l->embed.problems, l->wanted, l->accepted);
    size_t notes = list_filter(l, &list);
    bool text = strcmp(l->form->name, "text") == 0;
    l->form->write(&out, &list, !l->output && inb__colour_allowed(STDOUT_FILENO));
    if (text && notes) {
        inb__buf_printf(&out, "%zu note%s not shown: --notes\n", notes, notes == 1 ? "" : "s");
    }
    inb__arena_error_exit_clear(l->arena);
    if (out.failed) {
        inb__error_nomem(&err);
        return inb__cli_fail(err, l->json);
    }
    inb__str bytes = {inb__buf_text(&out), out.length};
    if (l->output && inb__file_write(l->output, bytes, &err)) {
        return inb__cli_fail(err, l->json);
    }
    int status = l->output ? INB__EXIT_OK : inb__cli_print(&out);
    bool found = !l->accepted && l->fail_severity >= 0 &&
                 inb__report_count(&list, (inb__severity)l->fail_severity) > 0;
    return status == INB__EXIT_OK && found ? INB__EXIT_FAILED : status;
}

static int lint(linting *l)
{
    inb_error *err = NULL;
    if (!l->dir && !only_files(l)) {
        l->dir = inb__cli_migrations_path(NULL, &err);
    } else if (!l->dir) {
        inb_error *none = NULL;
        l->dir = inb__cli_migrations_path(NULL, &none);
        inb_error_free(none);
    }
    if (err) {
        return inb__cli_fail(err, l->json);
    }
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    l->arena = &arena;
    inb__lint_init(&l->lint, &arena);
    if (inputs_read(l, &err)) {
        return inb__cli_fail_input(err, l->json);
    }
    return report(l);
}

int inb__cmd_lint(int argc, char **argv)
{
    linting l = {0};
    const inb__opt options[] = {
        INB__CLI_MIGRATIONS_OPTION(&l.dir),
        INB__MIGRATION_CHOICE_OPTIONS(&l.choice),
        {"exclude", 0, "RULE", "leave out a rule; may be repeated", INB__OPT_LIST, &l.exclude},
        {"notes", 0, NULL, "show notes, too", INB__OPT_FLAG, &l.notes},
        {"accepted", 0, NULL, "list what is accepted instead, with its reasons", INB__OPT_FLAG,
         &l.accepted},
        {"format", 0, "FORM", "text, json, sarif, github, gitlab, junit or markdown", INB__OPT_TEXT,
         &l.format},
        {"output", 'o', "FILE", "write there, not to standard output", INB__OPT_TEXT, &l.output},
        {"fail-on", 0, "SEVERITY", "error, warning, note or never (default warning)", INB__OPT_TEXT,
         &l.fail_on},
        {"explain", 0, "RULE", "print the page of a rule; all: the list of them", INB__OPT_TEXT,
         &l.explain},
        {"json", 0, NULL, "the same as --format=json", INB__OPT_FLAG, &l.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard lint [NAME… | FILE.sql… | --pending | --since GITREF | --all]\n"
                    "                    [--migrations DIR] [--format FORM] [--fail-on SEVERITY] …",
        .about =
            "Reviews migrations: what each statement locks, reads and rewrites, what breaks for\n"
            "the release before, and how the same is written so that nobody waits. It knows\n"
            "what the earlier migrations made, and needs no server.\n"
            "`-- inboard: allow RULE REASON` before a statement accepts a finding.",
        .options = options,
        .more =
            "In GitHub Actions the form is github by default, and in GitLab CI with --output\n"
            "gitlab.\n\n"
            "Exit status: 0 nothing as severe as --fail-on was found; 1 something was; 2 wrong\n"
            "usage, or something cannot be read.",
    };
    int status = 0;
    if (!inb__cli_parse_operands(&usage, argc, argv, NAMES_MAX, &l.choice.n_names, &status)) {
        return status;
    }
    l.choice.names = argv + 1;
    inb_error *err = NULL;
    if (usage_check(&l, &err)) {
        return inb__cli_fail(err, l.json);
    }
    return l.explain ? explain(&l) : lint(&l);
}
