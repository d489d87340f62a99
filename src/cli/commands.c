#include "config.h"

#include "cli/cli.h"

/* In the order of --help: a developer's day, then an operator's. */
const inb__command inb__commands[] = {
    {"version", "print the version of inboard and of what it is built with", inb__cmd_version},
    {0},
};
