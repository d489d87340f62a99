/* `inboard validate`: what is wrong with a schema. */
#include "config.h"

#include "cli/cli.h"

#include "cli/schema_read.h"
#include "psl/schema_check.h"
#include "util/cleanup.h"
#include "util/printable.h"

#include <unistd.h>

typedef struct validation {
    const char *path;
    bool json;
    bool valid;
} validation;

/* Reads and checks the schema, and writes what is to be said into `out`. */
static int schema_check(validation *v, inb__arena *arena, inb__buf *out, inb_error **err)
{
    const inb__dm *dm;
    inb__psl_schema schema;
    inb__diagnostics list;
    if (INB__ARENA_ERROR_EXIT(arena)) {
        return inb__error_nomem(err);
    }
    inb__diagnostics_init(&list, arena);
    int rc = inb__psl_schema_check_path(&dm, &schema, arena, v->path, &list, err);
    inb__arena_error_exit_clear(arena);
    if (rc) {
        return rc;
    }
    v->valid = list.errors == 0;
    inb__cli_schema_report(out, &list, v->json, inb__colour_allowed(STDOUT_FILENO));
    if (v->valid && !v->json) {
        inb__printable(out, inb__str_of(v->path));
        inb__buf_str(out, " is valid\n");
    }
    return 0;
}

static int validate(validation *v)
{
    inb_error *err = NULL;
    INB__AUTO_ARENA inb__arena arena;
    INB__AUTO_BUF inb__buf out;
    inb__arena_init(&arena);
    inb__buf_init(&out, INB__CLI_REPORT_MAX);
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
        .about =
            "Checks a Prisma schema by Prisma's rules for PostgreSQL and reports every mistake "
            "with\n"
            "its place and its correction.",
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
