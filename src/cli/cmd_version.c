#include "config.h"

#include "cli/cli.h"

#include <stdio.h>

int inb__cmd_version(int argc, char **argv)
{
    const inb__opt options[] = {{0}};
    const inb__usage usage = {
        .synopsis = "inboard version",
        .about = "Prints the version of inboard.",
        .options = options,
    };
    int n = 0, status = 0;
    if (!inb__cli_parse(&usage, argc, argv, &n, &status) ||
        !inb__cli_no_operands(argv, n, &status)) {
        return status;
    }
    puts("inboard " INB_VERSION);
    return INB__EXIT_OK;
}
