/* `inboard format`: schemas in Prisma's layout. */
#include "config.h"

#include "cli/cli.h"

#include "psl/format.h"
#include "psl/schema_parse.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/json.h"

#include <stdio.h>
#include <string.h>

typedef struct format_run {
    const char *path;
    bool check, json;
    inb__psl_schema schema;
    inb__str *texts; /* formatted, one a file */
    size_t errors;   /* syntax errors, whose lines were left unchanged */
} format_run;

static int schema_format(format_run *run, inb__arena *arena, inb_error **err)
{
    if (INB__ARENA_ERROR_EXIT(arena)) {
        return inb__error_nomem(err);
    }
    int rc = inb__psl_schema_files_read(&run->schema, arena, run->path, err);
    if (rc == 0) {
        inb__diagnostics diagnostics;
        inb__diagnostics_init(&diagnostics, arena);
        run->texts = inb__psl_format_schema(arena, &run->schema, &diagnostics);
        run->errors = diagnostics.errors;
    }
    inb__arena_error_exit_clear(arena);
    return rc;
}

static bool is_changed(const format_run *run, size_t i)
{
    return !inb__str_eq(run->schema.files[i].text, run->texts[i]);
}

static int files_write(const format_run *run, inb_error **err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < run->schema.n_files; i++) {
        rc = inb__file_write(run->schema.files[i].path, run->texts[i], err);
    }
    return rc;
}

static void result_text(const format_run *run, inb__buf *out)
{
    for (size_t i = 0; i < run->schema.n_files; i++) {
        if (is_changed(run, i)) {
            inb__buf_printf(out, "%s %s\n", run->check ? "would format" : "formatted",
                            run->schema.files[i].path);
        }
    }
}

static void result_json(const format_run *run, inb__buf *out)
{
    inb__json j;
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_key(&j, "files");
    inb__json_array(&j);
    for (size_t i = 0; i < run->schema.n_files; i++) {
        inb__json_object(&j);
        inb__json_member(&j, "path", run->schema.files[i].path);
        inb__json_member_bool(&j, "changed", is_changed(run, i));
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    inb__json_member_int(&j, "errors", (int64_t)run->errors);
    inb__json_object_end(&j);
}

static int result_print(const format_run *run)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 64u * 1024 * 1024);
    (run->json ? result_json : result_text)(run, &out);
    int status = inb__cli_print(&out);
    for (size_t i = 0; run->check && i < run->schema.n_files; i++) {
        status = status == INB__EXIT_OK && is_changed(run, i) ? INB__EXIT_FAILED : status;
    }
    return status;
}

static int format_all(format_run *run)
{
    inb_error *err = NULL;
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    if (schema_format(run, &arena, &err)) {
        return inb__cli_fail_input(err, run->json);
    }
    if (!run->check && files_write(run, &err)) {
        return inb__cli_fail(err, run->json);
    }
    if (run->errors && !run->json) {
        fprintf(stderr,
                "inboard: %zu syntax error%s left unchanged; `inboard validate` lists them\n",
                run->errors, run->errors == 1 ? "" : "s");
    }
    bool to_stdout = strcmp(run->path, "-") == 0 && !run->check;
    return to_stdout ? INB__EXIT_OK : result_print(run);
}

int inb__cmd_format(int argc, char **argv)
{
    format_run run = {0};
    const inb__opt options[] = {
        {"schema", 0, "PATH", "the schema: a file, a folder, or - (default prisma/schema.prisma)",
         INB__OPT_TEXT, &run.path},
        {"check", 0, NULL, "change nothing; exit with 1 if a file would change", INB__OPT_FLAG,
         &run.check},
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &run.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard format [--schema PATH] [--check] [--json]",
        .about =
            "Formats a Prisma schema as Prisma does, in place; standard input (-) is written to\n"
            "standard output.",
        .options = options,
        .more = "Exit status: 0 done; 1 with --check a file would change, or a file cannot be "
                "written;\n"
                "2 wrong usage, or a file cannot be read.",
    };
    int status = 0;
    inb_error *err = NULL;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    run.path = inb__cli_schema_path(run.path, &err);
    return run.path ? format_all(&run) : inb__cli_fail(err, run.json);
}
