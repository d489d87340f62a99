#include "config.h"

#include "cli/schema_read.h"

#include "cli/cli.h"
#include "psl/schema_check.h"
#include "psl/schema_parse.h"
#include "psl/schema_report.h"
#include "util/json.h"

#include <stdio.h>
#include <unistd.h>

static void refusal_json(inb__buf *out, inb__arena *arena, const inb__psl_schema *schema,
                         const inb__psl_diagnostics *diagnostics)
{
    inb__json j;
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_member_bool(&j, "valid", false);
    inb__psl_schema_report_json(&j, arena, schema, diagnostics);
    inb__json_object_end(&j);
}

int inb__cli_schema_read(const inb__dm **out, inb__arena *arena, const char *path, bool json,
                         inb__buf *report)
{
    inb_error *err = NULL;
    inb__psl_schema schema;
    inb__psl_diagnostics diagnostics;
    inb__psl_diagnostics_init(&diagnostics, arena);
    if (inb__psl_schema_files_read(&schema, arena, path, &err)) {
        return inb__cli_fail_input(err, json);
    }
    inb__psl_schema_parse(&schema, arena, &diagnostics);
    const inb__dm *dm = inb__psl_schema_check(arena, &schema, &diagnostics);
    if (diagnostics.errors == 0) {
        *out = dm;
        return INB__EXIT_OK;
    }
    if (json) {
        refusal_json(report, arena, &schema, &diagnostics);
        inb__cli_print(report);
    } else {
        inb__psl_schema_report_text(report, arena, &schema, &diagnostics,
                                    inb__cli_colour(STDERR_FILENO));
        fputs(inb__buf_text(report), stderr);
    }
    return INB__EXIT_FAILED;
}
