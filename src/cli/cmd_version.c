/* `inboard version`. */
#include "config.h"

#include "cli/cli.h"

#include "sql/parser.h"
#include "util/cleanup.h"
#include "util/json.h"

int inb__cmd_version(int argc, char **argv)
{
    bool json = false;
    const inb__opt options[] = {
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard version [--json]",
        .about = "Prints the versions of inboard and of its PostgreSQL parser.",
        .options = options,
    };
    int status = 0;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 4096);
    if (json) {
        inb__json j;
        inb__json_init(&j, &out);
        inb__json_object(&j);
        inb__json_member(&j, "inboard", INB_VERSION);
        inb__json_member(&j, "parser", inb__parser_version_text());
        inb__json_object_end(&j);
    } else {
        inb__buf_printf(&out, "inboard " INB_VERSION " (parser of PostgreSQL %s)\n",
                        inb__parser_version_text());
    }
    return inb__cli_print(&out);
}
