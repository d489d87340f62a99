#include "config.h"

#include "cli/cli.h"

#include "psl/schema_check.h"
#include "psl/schema_parse.h"
#include "psl/schema_report.h"
#include "util/cleanup.h"
#include "util/json.h"

#include <stdio.h>
#include <unistd.h>

typedef struct validation {
    const char *path;
    bool json;
    bool valid;
} validation;

static void result_json(const validation *v, inb__buf *out, inb__arena *arena,
                        const inb__psl_schema *schema, const inb__psl_diagnostics *diagnostics)
{
    inb__json j;
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_member_bool(&j, "valid", v->valid);
    inb__psl_schema_report_json(&j, arena, schema, diagnostics);
    inb__json_object_end(&j);
    inb__buf_char(out, '\n');
}

static void result_text(const validation *v, inb__buf *out, inb__arena *arena,
                        const inb__psl_schema *schema, const inb__psl_diagnostics *diagnostics)
{
    inb__psl_schema_report_text(out, arena, schema, diagnostics, inb__cli_colour(STDOUT_FILENO));
    if (v->valid) {
        inb__buf_printf(out, "%s is valid\n", v->path);
    }
}

/* Reads and checks the schema, and writes what is to be said into `out`. */
static int schema_check(validation *v, inb__arena *arena, inb__buf *out, inb_error **err)
{
    if (INB__ARENA_LANDING(arena)) {
        return inb__error_nomem(err);
    }
    inb__psl_schema schema;
    inb__psl_diagnostics diagnostics;
    inb__psl_diagnostics_init(&diagnostics, arena);
    int rc = inb__psl_schema_files_read(&schema, arena, v->path, err);
    if (rc == 0) {
        inb__psl_schema_parse(&schema, arena, &diagnostics);
        inb__psl_schema_check(arena, &schema, &diagnostics);
        v->valid = diagnostics.errors == 0;
        (v->json ? result_json : result_text)(v, out, arena, &schema, &diagnostics);
    }
    inb__arena_land_nowhere(arena);
    return rc;
}

static int validate(validation *v)
{
    inb_error *err = NULL;
    INB__AUTO_ARENA inb__arena arena;
    INB__AUTO_BUF inb__buf out;
    inb__arena_init(&arena);
    inb__buf_init(&out, 1024u * 1024 * 1024);
    if (schema_check(v, &arena, &out, &err)) {
        return inb__cli_fail_input(err, v->json);
    }
    int status = inb__cli_print(&out);
    return status == INB__EXIT_OK && !v->valid ? INB__EXIT_FAILED : status;
}

int inb__cmd_validate(int argc, char **argv)
{
    validation v = {0};
    const inb__opt options[] = {
        {"schema", 0, "PATH", "the schema: a file, a folder, or - (default prisma/schema.prisma)",
         INB__OPT_TEXT, &v.path},
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &v.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard validate [--schema PATH] [--json]",
        .about = "Checks a Prisma schema by Prisma's rules for PostgreSQL and says what is wrong, "
                 "where,\n"
                 "and what to write instead.",
        .options = options,
        .more = "Exit status: 0 valid, perhaps with warnings; 1 not valid; 2 wrong usage, or\n"
                "it cannot be read.",
    };
    int status = 0;
    inb_error *err = NULL;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    v.path = inb__cli_schema_path(v.path, &err);
    return v.path ? validate(&v) : inb__cli_fail(err, v.json);
}
