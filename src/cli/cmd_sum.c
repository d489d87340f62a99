/* `inboard sum`: the list of released migrations. */
#include "config.h"

#include "cli/cli.h"

#include "cli/sum_since.h"
#include "embed/embed_load.h"
#include "util/cleanup.h"
#include "util/diagnostic_print.h"
#include "util/file.h"
#include "util/json.h"
#include "util/limits.h"

#include <stdio.h>

typedef struct summing {
    const char *dir, *since;
    bool check, adopt, json;
    inb__opt_list forget;
    inb__embed embed;
    inb__arena arena;
    size_t listed, added;
    bool changed; /* the file on disk differs */
} summing;

/* The file as it should be. A released migration keeps its released checksum. */
static void sum_compose(summing *s, inb__buf *out)
{
    const inb__sum *sum = &s->embed.sum;
    inb__sum_begin(out);
    s->listed = s->embed.migrations.n;
    for (size_t i = 0; i < s->embed.migrations.n; i++) {
        const inb__embed_migration *m = &s->embed.migrations.v[i];
        char hex[2 * sizeof(m->checksums[0]) + 1];
        inb__hex(hex, m->checksums[INB__CHECKSUM_AS_IS], sizeof(m->checksums[0]));
        for (size_t k = 0; m->released && k < sum->lines.n; k++) {
            if (strcmp(sum->lines.v[k].name, m->name) == 0) {
                memcpy(hex, sum->lines.v[k].checksum.p, sizeof(hex) - 1);
            }
        }
        inb__sum_add(out, m->name, hex, m->script.cls);
        s->added += !m->released;
    }
    inb__sum_end(out);
}

/* What the file holds now, whatever commit was asked about; CRLF line ends are those of a checkout.
 */
static int disk_read(inb__str *out, summing *s, inb_error **err)
{
    inb__sum disk = {0};
    inb__sum_fault ignored;
    int rc = inb__file_read(&disk.text, &s->arena, s->embed.sum_path, INB__LIMIT_FILE, err);
    if (rc) {
        return rc;
    }
    if (INB__ARENA_ERROR_EXIT(&s->arena)) {
        return inb__error_nomem(err);
    }
    inb__sum_parse(&disk, &s->arena, &ignored);
    inb__arena_error_exit_clear(&s->arena);
    *out = disk.text;
    return 0;
}

static int sum_compare(summing *s, inb__str want, inb_error **err)
{
    inb__str is = {NULL, 0};
    int rc = inb__path_exists(s->embed.sum_path) ? disk_read(&is, s, err) : 0;
    s->changed = !is.p || !inb__str_eq(is, want);
    return rc;
}

static void forgotten_json(inb__json *j, const summing *s)
{
    inb__json_key(j, "forgotten");
    inb__json_array(j);
    for (int i = 0; i < s->forget.n; i++) {
        inb__json_string(j, s->forget.v[i]);
    }
    inb__json_array_end(j);
}

/* err: why nothing was written, or NULL. */
static int result_json(const summing *s, const inb_error *err)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_TABLE_TEXT);
    inb__json j;
    inb__json_init(&j, &out);
    inb__json_object(&j);
    inb__json_member(&j, "file", s->embed.sum_path);
    inb__json_member_int(&j, "migrations", (int64_t)s->listed);
    inb__json_key(&j, "added");
    inb__json_array(&j);
    for (size_t i = 0; i < s->embed.migrations.n; i++) {
        if (!s->embed.migrations.v[i].released) {
            inb__json_string(&j, s->embed.migrations.v[i].name);
        }
    }
    inb__json_array_end(&j);
    if (s->forget.n) {
        forgotten_json(&j, s);
    }
    inb__json_member_bool(&j, "changed", s->changed);
    inb__diagnostics_json(&j, &s->embed.problems);
    if (err) {
        inb__json_key(&j, "error");
        inb__cli_error_json(&j, err);
    }
    inb__json_object_end(&j);
    return inb__cli_print(&out);
}

static int result_text(const summing *s)
{
    const char *plural = s->listed == 1 ? "" : "s";
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    const char *did = !s->changed ? "up to date" : s->check ? "out of date" : "written";
    inb__buf_printf(&out, "%s: %s, %zu migration%s, %zu %s\n", s->embed.sum_path, did, s->listed,
                    plural, s->forget.n ? (size_t)s->forget.n : s->added,
                    s->forget.n ? "forgotten" : "new");
    return inb__cli_print(&out);
}

/*
 * Without a list of what is released, these may be applied migrations, which nobody may edit: the
 * hints of the findings give way to the question.
 */
static void baseline_ask(summing *s, inb_error **err)
{
    for (size_t i = 0; i < s->embed.problems.n; i++) {
        inb__diagnostic *d = &s->embed.problems.v[i];
        d->hint = d->code ? d->hint : NULL;
    }
    inb__error_hint(err, "Are these migrations applied to a database? Then do not edit them: run "
                         "`inboard sum --adopt`, which lists them as they are. Otherwise "
                         "`inboard-embed` says how to correct them.");
}

/* Refused migrations: each finding with its place, then their number. */
static int refuse(summing *s, inb_error *err)
{
    if (inb_error_code(err) != INB_ESYNTAX) {
        return inb__cli_fail_input(err, s->json);
    }
    if (!s->embed.sum.exists) {
        baseline_ask(s, &err);
    } else if (s->since) {
        inb__error_hint(&err,
                        "What \"%s\" lists must be here as it was: merge it first where it has "
                        "gone on.",
                        s->since);
    }
    if (!s->json) {
        inb__diagnostics_print(stderr, &s->embed.problems);
        return inb__cli_fail(err, false);
    }
    int status = result_json(s, err);
    inb_error_free(err);
    return status ? status : INB__EXIT_FAILED;
}

static int result(summing *s, const inb__buf *text)
{
    inb_error *err = NULL;
    inb__str bytes = {inb__buf_text(text), text->length};
    if (text->failed) {
        inb__error_nomem(&err);
        return inb__cli_fail(err, s->json);
    }
    if (sum_compare(s, bytes, &err) ||
        (s->changed && !s->check && inb__file_write(s->embed.sum_path, bytes, &err))) {
        return inb__cli_fail(err, s->json);
    }
    int status = s->json ? result_json(s, NULL) : result_text(s);
    return status == INB__EXIT_OK && s->check && s->changed ? INB__EXIT_FAILED : status;
}

static int then_read(summing *s, inb__embed_options *options, inb_error **err)
{
    inb__sum_then then;
    if (INB__ARENA_ERROR_EXIT(&s->arena)) {
        return inb__error_nomem(err);
    }
    int rc = inb__sum_then_read(&then, &s->arena, s->dir, s->since, err);
    inb__arena_error_exit_clear(&s->arena);
    if (rc == 0) {
        options->listed = then.text;
        options->listed_from = then.from;
    }
    return rc;
}

static int sum(summing *s)
{
    inb_error *err = NULL;
    inb__embed_options options = {.dir = s->dir, .adopt = s->adopt};
    if (s->since && then_read(s, &options, &err)) {
        return inb__cli_fail(err, s->json);
    }
    if (inb__embed_load(&s->embed, &s->arena, &options, &err)) {
        return refuse(s, err);
    }
    INB__AUTO_BUF inb__buf text;
    inb__buf_init(&text, INB__LIMIT_FILE);
    sum_compose(s, &text);
    return result(s, &text);
}

static int forget(summing *s)
{
    inb_error *err = NULL;
    INB__AUTO_BUF inb__buf text;
    inb__sum_forgetting f = {.dir = s->dir,
                             .ref = s->since ? s->since : INB__SUM_SINCE,
                             .names = s->forget.v,
                             .n = (size_t)s->forget.n};
    inb__buf_init(&text, INB__LIMIT_FILE);
    if (INB__ARENA_ERROR_EXIT(&s->arena)) {
        inb__error_nomem(&err);
        return inb__cli_fail(err, s->json);
    }
    int rc = inb__sum_forget(&text, &s->arena, &f, &err);
    inb__arena_error_exit_clear(&s->arena);
    if (rc) {
        return inb__cli_fail_input(err, s->json);
    }
    s->embed.sum_path = f.path;
    s->listed = f.left;
    return result(s, &text);
}

static int usage_check(const summing *s, inb_error **err)
{
    if (s->forget.n && (s->check || s->adopt)) {
        inb__error_set(err, INB_EINVAL, "--forget takes neither --check nor --adopt");
        inb__error_hint(err, "Forget first, then run `inboard sum` again.");
        return INB_EINVAL;
    }
    return 0;
}

int inb__cmd_sum(int argc, char **argv)
{
    summing s = {0};
    const inb__opt options[] = {
        INB__CLI_MIGRATIONS_OPTION(&s.dir),
        {"check", 0, NULL, "write nothing; exit with 1 when the file is out of date", INB__OPT_FLAG,
         &s.check},
        {"adopt", 0, NULL, "list an existing history as released, without checks", INB__OPT_FLAG,
         &s.adopt},
        {"since", 0, "GITREF",
         "released is what the file lists at this commit, and nothing that was added to it later",
         INB__OPT_TEXT, &s.since},
        {"forget", 0, "NAME",
         "drop the entry of a migration that is not released at GITREF [" INB__SUM_SINCE "]",
         INB__OPT_LIST, &s.forget},
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &s.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis =
            "inboard sum [--migrations DIR] [--since GITREF] [--check] [--adopt] [--json]\n"
            "       inboard sum --forget NAME… [--since GITREF] [--migrations DIR] [--json]",
        .about =
            "Writes DIR/inboard.sum, the list of released migrations: one that is listed can be\n"
            "neither edited nor removed, and a new one must sort after all of them.\n"
            "New migrations are checked as inboard-embed checks them.",
        .options = options,
        .more = "Exit status: 0 done; 1 a migration is refused, or --check found the file out of\n"
                "date; 2 wrong usage, or the folder cannot be read.",
    };
    int status = 0;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    inb_error *err = NULL;
    if (usage_check(&s, &err) || !(s.dir = inb__cli_migrations_path(s.dir, &err))) {
        return inb__cli_fail(err, s.json);
    }
    inb__arena_init(&s.arena);
    status = (s.forget.n ? forget : sum)(&s);
    inb__arena_dispose(&s.arena);
    return status;
}
