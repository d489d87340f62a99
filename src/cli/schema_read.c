/* Reading the schema that a command was given, and saying what is wrong with it. */
#include "config.h"

#include "cli/schema_read.h"

#include "cli/cli.h"
#include "psl/schema_check.h"
#include "util/cleanup.h"
#include "util/diagnostic_print.h"
#include "util/json.h"
#include "util/printable.h"

#include <stdio.h>
#include <unistd.h>

static void report_json(inb__buf *out, const inb__diagnostics *list)
{
    inb__json j;
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_member_bool(&j, "valid", list->errors == 0);
    if (list->errors) {
        inb__json_member(&j, "code", INB__PSL_CODE);
    }
    inb__diagnostics_json(&j, list);
    inb__json_object_end(&j);
}

void inb__cli_schema_report(inb__buf *out, const inb__diagnostics *list, bool json, bool colour)
{
    if (json) {
        report_json(out, list);
    } else if (list->n) {
        inb__diagnostics_text(out, list, colour);
        inb__diagnostics_count(out, list);
        inb__buf_str(out, list->errors ? " (" INB__PSL_CODE ")\n" : "\n");
    }
}

static void report_print(const inb__diagnostics *list, bool json)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__CLI_REPORT_MAX);
    inb__cli_schema_report(&out, list, json, inb__colour_allowed(STDERR_FILENO));
    if (json || out.failed) {
        (void)inb__cli_print(&out);
    } else {
        fputs(inb__buf_text(&out), stderr);
    }
}

int inb__cli_schema_read(const inb__dm **out, inb__arena *arena, const char *path, bool json)
{
    const inb__dm *dm;
    inb_error *err = NULL;
    inb__psl_schema *schema = INB__NEW(arena, inb__psl_schema); /* the datamodel points to it */
    inb__diagnostics list;
    inb__diagnostics_init(&list, arena);
    if (inb__psl_schema_check_path(&dm, schema, arena, path, &list, &err)) {
        return inb__cli_fail_input(err, json);
    }
    if (list.errors) {
        report_print(&list, json);
        return INB__EXIT_FAILED;
    }
    *out = dm;
    return INB__EXIT_OK;
}
