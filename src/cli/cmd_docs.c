/* `inboard docs`: a schema as a Markdown document. */
#include "config.h"

#include "cli/cli.h"

#include "cli/schema_read.h"
#include "schema/markdown.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/json.h"
#include "util/limits.h"

typedef struct docs_run {
    const char *schema, *output;
    bool check, json;
} docs_run;

/* 0 with the document in `out`, or the exit status of the error that was printed. */
static int document_make(const docs_run *run, inb__arena *arena, inb__buf *out)
{
    const inb__dm *dm;
    inb__schema model;
    if (INB__ARENA_ERROR_EXIT(arena)) {
        inb_error *err = NULL;
        inb__error_nomem(&err);
        return inb__cli_fail(err, run->json);
    }
    int status = inb__cli_schema_read(&dm, arena, run->schema, run->json);
    if (status == INB__EXIT_OK) {
        inb__schema_from_datamodel(&model, arena, dm);
        inb__markdown_document(out, arena, dm, &model);
    }
    inb__arena_error_exit_clear(arena);
    return status;
}

/* The result as JSON, with the document itself unless it was written to a file. */
static int result_json(const docs_run *run, const char *document, bool current)
{
    INB__AUTO_BUF inb__buf out;
    inb__json j;
    inb__buf_init(&out, 8 * (size_t)INB__LIMIT_FILE);
    inb__json_init(&j, &out);
    inb__json_object(&j);
    inb__json_member(&j, "output", run->output);
    inb__json_member_bool(&j, "current", current);
    inb__json_member(&j, "document", run->output ? NULL : document);
    inb__json_object_end(&j);
    return inb__cli_print(&out);
}

static int document_check(const docs_run *run, inb__arena *arena, inb__str document)
{
    inb_error *err = NULL;
    inb__str there;
    if (inb__file_read(&there, arena, run->output, INB__LIMIT_FILE, &err)) {
        return inb__cli_fail_input(err, run->json);
    }
    bool current = inb__str_eq(there, document);
    if (run->json) {
        int status = result_json(run, NULL, current);
        return current ? status : INB__EXIT_FAILED;
    }
    if (current) {
        return INB__EXIT_OK;
    }
    inb__error_set(&err, INB_ESYNTAX, "\"%s\" is out of date", run->output);
    inb__error_hint(&err, "Run `inboard docs -o %s` and commit the result.", run->output);
    return inb__cli_fail(err, false);
}

static int docs(const docs_run *run)
{
    INB__AUTO_ARENA inb__arena arena;
    INB__AUTO_BUF inb__buf out;
    inb_error *err = NULL;
    inb__arena_init(&arena);
    inb__buf_init(&out, INB__LIMIT_FILE);
    int status = document_make(run, &arena, &out);
    if (status != INB__EXIT_OK) {
        return status;
    }
    if (out.failed) {
        inb__error_nomem(&err);
        return inb__cli_fail(err, run->json);
    }
    inb__str document = {inb__buf_text(&out), out.length};
    if (run->check) {
        return document_check(run, &arena, document);
    }
    if (!run->output) {
        return run->json ? result_json(run, document.p, true) : inb__cli_print(&out);
    }
    if (inb__file_write(run->output, document, &err)) {
        return inb__cli_fail(err, run->json);
    }
    return run->json ? result_json(run, NULL, true) : INB__EXIT_OK;
}

int inb__cmd_docs(int argc, char **argv)
{
    docs_run run = {0};
    const inb__opt options[] = {
        {"schema", 0, "PATH", "the schema: a file, a folder, or - (default prisma/schema.prisma)",
         INB__OPT_TEXT, &run.schema},
        {"output", 'o', "FILE", "write to FILE instead of to standard output", INB__OPT_TEXT,
         &run.output},
        {"check", 0, NULL, "write nothing; exit with 1 when FILE is out of date", INB__OPT_FLAG,
         &run.check},
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &run.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard docs [--schema PATH] [-o FILE] [--check] [--json]",
        .about = "Writes a schema as a Markdown document: tables, columns, keys, relations, enums, "
                 "and a\n"
                 "Mermaid diagram of them.",
        .options = options,
        .more = "Exit status: 0 done; 1 the schema is not valid, or with --check the file is out "
                "of date;\n"
                "2 wrong usage, or a file cannot be read.",
    };
    int status = 0;
    inb_error *err = NULL;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    if (run.check && !run.output) {
        inb__error_set(&err, INB_EINVAL, "--check needs an output file");
        inb__error_hint(&err, "Name it with -o FILE.");
        return inb__cli_fail(err, run.json);
    }
    run.schema = inb__cli_schema_path(run.schema, &err);
    return run.schema ? docs(&run) : inb__cli_fail(err, run.json);
}
