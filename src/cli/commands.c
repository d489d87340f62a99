#include "config.h"

#include "cli/cli.h"

/* In the order of --help: a developer's day, then an operator's. */
const inb__command inb__commands[] = {
    {"format", "lay out a schema as Prisma does", inb__cmd_format},
    {"version", "print the version of inboard and of what it is built with", inb__cmd_version},
    {0},
};
