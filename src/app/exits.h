/* Exit statuses: one table, from which --help and main take them. */
#ifndef APP_EXITS_H
#define APP_EXITS_H

#include <stdio.h>

enum {
    APP_EXIT_OK = 0,
    APP_EXIT_FAILED = 1,
    APP_EXIT_USAGE = 2,
    APP_EXIT_PENDING = 3,
    APP_EXIT_HISTORY = 4,
    APP_EXIT_LOCK = 5,
    APP_EXIT_DATABASE = 6,
    APP_EXIT_SEALED = 7,
    APP_EXIT_SMOKE = 8,
    APP_EXIT_STOPPED = 143 /* 128 + SIGTERM, as a shell would say it */
};

/* The exit status of an error code (enum inb_code). */
int app_exit_of(int code);

void app_exits_help(FILE *out);

#endif
