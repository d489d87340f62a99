/*
 * A program of any release, as far as its start goes: release TABLE.so, with DATABASE_URL; the
 * table is what inboard-embed wrote, compiled into a library of its own. For zero_restart.py.
 */
#include "config.h"

#include <dlfcn.h>
#include <inboard.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    const inb_table *table = library ? dlsym(library, "inboard_migrations") : NULL;
    if (!table) {
        fprintf(stderr, "usage: release TABLE.so: %s\n", argc == 2 ? dlerror() : "");
        return 2;
    }
    inb_error *err = NULL;
    const inb_migrate_options options = {
        .size = sizeof(options),
        .url = getenv("DATABASE_URL"),
        .application_name = "release",
        .mode = INB_MODE_START,
    };
    int rc = inb_migrate(table, &options, NULL, &err);
    if (rc) {
        printf("%s\n", inb_error_message(err));
    }
    inb_error_free(err);
    dlclose(library);
    return rc == 0 ? 0 : rc == INB_EPENDING ? 3 : rc == INB_EHISTORY ? 4 : 1;
}
