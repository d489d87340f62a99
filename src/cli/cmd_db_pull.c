/* `inboard db pull`: a live database as the schema, with what the present schema says kept. */
#include "config.h"

#include "cli/cli.h"

#include "cli/database_url.h"
#include "cli/schema_read.h"
#include "live/live.h"
#include "live/pull.h"
#include "psl/schema_check.h"
#include "psl/schema_parse.h"
#include "schema/diff.h"
#include "schema/from_datamodel.h"
#include "util/cleanup.h"
#include "util/diagnostic_print.h"
#include "util/file.h"
#include "util/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct pull_run {
    const char *schema, *url, *schemas;
    bool print, force, json;
    inb__arena arena;
    inb__catalogue catalogue;
    const inb__dm *old;
    inb__str *spaces;
    size_t n_spaces;
    inb__live_model live;
    inb__pulled pulled;
    inb__steps drift; /* what a diff straight after would change: nothing */
} pull_run;

static int space_order(const void *a, const void *b)
{
    return inb__str_cmp(*(const inb__str *)a, *(const inb__str *)b);
}

/* --schemas a,b; else those of the datasource, sorted as Prisma does; else none, which means the
 * URL's. */
static void spaces_choose(pull_run *run)
{
    const inb__dm_datasource *ds = run->old->datasource;
    if (!run->schemas) {
        run->n_spaces = ds ? ds->n_schemas : 0;
        run->spaces = INB__NEW_N(&run->arena, inb__str, run->n_spaces);
        for (size_t i = 0; i < run->n_spaces; i++) {
            run->spaces[i] = ds->schemas[i];
        }
        qsort(run->spaces, run->n_spaces, sizeof(*run->spaces), space_order);
        return;
    }
    inb__str rest = inb__str_of(run->schemas);
    run->spaces = INB__NEW_N(&run->arena, inb__str, rest.n + 1);
    while (rest.n) {
        const char *comma = memchr(rest.p, ',', rest.n);
        size_t n = comma ? (size_t)(comma - rest.p) : rest.n;
        inb__str space = inb__str_trim((inb__str){rest.p, n});
        if (space.n) {
            run->spaces[run->n_spaces++] = space;
        }
        n += comma != NULL;
        rest = (inb__str){rest.p + n, rest.n - n};
    }
}

static int empty_refuse(const pull_run *run, inb_error **err)
{
    if (run->live.schema.n_tables || run->live.schema.n_enums || run->catalogue.n_relations) {
        return 0;
    }
    inb__error_set(err, INB_ESQL, "the database \"%.*s\" has no tables and no enums to pull",
                   INB__STR_ARG(run->catalogue.database));
    inb__error_prisma(err, "P4001");
    inb__error_hint(err, "Check the URL and its schema, or name the schemas with --schemas.");
    return INB_ESQL;
}

/* The result is read again: a schema that is not valid is not written. */
static int result_check(pull_run *run, inb_error **err)
{
    inb__diagnostics list;
    inb__diagnostics_init(&list, &run->arena);
    inb__psl_schema schema = {.n_files = run->pulled.n_files};
    schema.files = INB__NEW_N(&run->arena, inb__psl_file, schema.n_files);
    for (size_t i = 0; i < schema.n_files; i++) {
        schema.files[i].path = run->pulled.files[i].path;
        schema.files[i].text = run->pulled.files[i].text;
    }
    inb__psl_schema_parse(&schema, &run->arena, &list);
    const inb__dm *dm = inb__psl_schema_check(&run->arena, &schema, &list);
    if (list.errors) {
        inb__diagnostics_print(stderr, &list);
        inb__error_set(err, INB_ESYNTAX, "the database cannot be written as a valid schema");
        inb__error_hint(err,
                        "Nothing was written. Rename what the messages above are about, in the "
                        "schema or in the database.");
        return INB_ESYNTAX;
    }
    inb__schema *live = INB__NEW(&run->arena, inb__schema);
    inb__schema *pulled = INB__NEW(&run->arena, inb__schema);
    inb__schema_from_datamodel(pulled, &run->arena, dm);
    inb__live_adapt(live, &run->arena, &run->live, pulled);
    inb__schema_diff(&run->drift, &run->arena, live, pulled, NULL);
    return 0;
}

static int pull_make(pull_run *run, inb_error **err)
{
    spaces_choose(run);
    const char *url;
    int rc = inb__cli_database_url(&url, &run->arena, run->url, run->old, err);
    if (rc < 0) {
        return rc;
    }
    const inb__live_source source = {.url = url, .spaces = run->spaces, .n_spaces = run->n_spaces};
    rc = inb__live_read(&run->catalogue, &source, err);
    if (rc < 0) {
        return rc;
    }
    const inb__pull_options options = {
        .force = run->force, .spaces = run->spaces, .n_spaces = run->n_spaces};
    inb__live_model_build(&run->live, &run->arena, &run->catalogue);
    rc = empty_refuse(run, err);
    if (rc == 0) {
        inb__pull(&run->pulled, &run->arena, &run->live, run->old, &options);
        rc = result_check(run, err);
    }
    return rc;
}

/* 0 or the exit status, once the error is printed. */
static int pull(pull_run *run)
{
    inb_error *err = NULL;
    if (INB__ARENA_ERROR_EXIT(&run->arena)) {
        inb__error_nomem(&err);
        return inb__cli_fail(err, run->json);
    }
    int status = inb__cli_schema_read(&run->old, &run->arena, run->schema, run->json);
    if (status == 0 && pull_make(run, &err)) {
        status = inb__cli_fail(err, run->json);
    }
    inb__arena_error_exit_clear(&run->arena);
    return status;
}

/* What is emptied, by --force, comes last: until then nothing of it is lost. */
static int files_write(const pull_run *run, inb_error **err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < 2 * run->pulled.n_files; i++) {
        const inb__pull_file *file = &run->pulled.files[i % run->pulled.n_files];
        if ((file->text.n == 0) == (i >= run->pulled.n_files)) {
            rc = inb__file_write(file->path, file->text, err);
        }
    }
    return rc;
}

static void files_print(const pull_run *run, inb__buf *out)
{
    for (size_t i = 0; i < run->pulled.n_files; i++) {
        const inb__pull_file *file = &run->pulled.files[i];
        if (run->pulled.n_files > 1) {
            inb__buf_printf(out, "%s// %s\n", i ? "\n" : "", file->path);
        }
        inb__buf_add(out, file->text.p, file->text.n);
    }
}

static void result_text(const pull_run *run, inb__buf *out)
{
    const inb__pulled *p = &run->pulled;
    inb__buf_printf(out, "pulled %zu model%s", p->n_models, p->n_models == 1 ? "" : "s");
    if (p->n_views) {
        inb__buf_printf(out, ", %zu view%s", p->n_views, p->n_views == 1 ? "" : "s");
    }
    inb__buf_printf(out, " and %zu enum%s into %s\n", p->n_enums, p->n_enums == 1 ? "" : "s",
                    run->schema);
}

static void result_json(pull_run *run, inb__buf *out)
{
    inb__json j;
    const inb__pulled *p = &run->pulled;
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_key(&j, "files");
    inb__json_array(&j);
    for (size_t i = 0; i < p->n_files; i++) {
        inb__json_object(&j);
        inb__json_member(&j, "path", p->files[i].path);
        inb__json_member_str(&j, "text", p->files[i].text);
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    inb__json_member_int(&j, "models", (int64_t)p->n_models);
    inb__json_member_int(&j, "views", (int64_t)p->n_views);
    inb__json_member_int(&j, "enums", (int64_t)p->n_enums);
    inb__json_key(&j, "warnings");
    inb__json_array(&j);
    for (size_t i = 0; i < p->n_warnings; i++) {
        inb__json_object(&j);
        inb__json_member(&j, "kind", inb__pull_warning_name(p->warnings[i].kind));
        inb__json_member_str(&j, "text", p->warnings[i].text);
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    inb__json_member_int(&j, "differences", (int64_t)run->drift.n);
    inb__json_object_end(&j);
}

/* On standard error, so that --print can be piped into a file. */
static void warnings_print(pull_run *run)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    inb__pull_warnings_write(&out, &run->pulled);
    if (run->drift.n) {
        inb__buf_printf(&out,
                        "%sinboard: the schema does not say everything: a diff would still "
                        "make these changes\n",
                        out.length ? "\n" : "");
        inb__steps_summary(&out, &run->arena, &run->drift);
    }
    fputs(inb__buf_text(&out), stderr);
}

static int result_show(pull_run *run)
{
    inb_error *err = NULL;
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_TABLE_TEXT);
    if (!run->print && files_write(run, &err)) {
        return inb__cli_fail(err, run->json);
    }
    if (run->json) {
        result_json(run, &out);
    } else if (run->print) {
        files_print(run, &out);
    } else {
        result_text(run, &out);
    }
    if (!run->json) {
        warnings_print(run);
    }
    return inb__cli_print(&out);
}

int inb__cmd_db_pull(int argc, char **argv)
{
    pull_run run = {0};
    const inb__opt options[] = {
        {"schema", 0, "PATH", "the schema: a file or a folder [prisma/schema.prisma]",
         INB__OPT_TEXT, &run.schema},
        INB__CLI_URL_OPTION(&run.url),
        {"schemas", 0, "LIST", "the database's schemas to pull, with commas between them",
         INB__OPT_TEXT, &run.schemas},
        {"print", 0, NULL, "print the schema instead of writing it", INB__OPT_FLAG, &run.print},
        {"force", 0, NULL, "keep only the datasource and the generators, in one file",
         INB__OPT_FLAG, &run.force},
        {"json", 0, NULL, "print JSON: files, counts, warnings", INB__OPT_FLAG, &run.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard db pull [--schema PATH] [--url URL] [--schemas LIST] [--print]\n"
                    "                      [--force] [--json]",
        .about = "Writes the schema that a database has. Names, maps, comments and order of the\n"
                 "present schema are kept.",
        .options = options,
        .more = INB__CLI_URL_ENVIRONMENT
        "\n\nExit status: 0 done; 1 the present schema is not valid, or the database has\n"
        "nothing to pull; 2 wrong usage, or the schema cannot be read; 6 the database cannot\n"
        "be reached.",
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
    inb__arena_init(&run.arena);
    inb__arena_init(&run.catalogue.arena);
    status = pull(&run);
    status = status ? status : result_show(&run);
    inb__catalogue_dispose(&run.catalogue);
    inb__arena_dispose(&run.arena);
    return status;
}
