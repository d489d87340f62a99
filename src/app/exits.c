/* Exit statuses: the one table that maps errors to them, and their meanings. */
#include "config.h"

#include "app/exits.h"

#include <inboard.h>

static const struct {
    int code;
    int status;
} exits[] = {
    {INB_OK, APP_EXIT_OK},
    {INB_EMIGRATION, APP_EXIT_FAILED},
    {INB_EINVAL, APP_EXIT_USAGE},
    {INB_ELIMIT, APP_EXIT_USAGE},
    {INB_EPENDING, APP_EXIT_PENDING},
    {INB_EHISTORY, APP_EXIT_HISTORY},
    {INB_ECORRUPT, APP_EXIT_HISTORY},
    {INB_ELOCK, APP_EXIT_LOCK},
    {INB_ECONN, APP_EXIT_DATABASE},
    {INB_EPERM, APP_EXIT_DATABASE},
    {INB_ESEALED, APP_EXIT_SEALED},
    {INB_ESMOKE, APP_EXIT_SMOKE},
    {INB_ECANCELLED, APP_EXIT_STOPPED},
};

static const struct {
    int status;
    const char *meaning;
} meanings[] = {
    {APP_EXIT_OK, "done"},
    {APP_EXIT_FAILED, "a migration failed, or another error occurred"},
    {APP_EXIT_USAGE, "wrong usage or configuration"},
    {APP_EXIT_PENDING, "pending migrations that this mode may not apply"},
    {APP_EXIT_HISTORY, "the history is refused: failed, edited, missing or diverged"},
    {APP_EXIT_LOCK, "the migration lock was not obtained"},
    {APP_EXIT_DATABASE, "the database is not reachable, or permission is denied"},
    {APP_EXIT_SEALED, "sealed configuration cannot be opened"},
    {APP_EXIT_SMOKE, "a smoke check failed"},
    {APP_EXIT_STOPPED, "stopped by a signal before it served"},
};

int app_exit_of(int code)
{
    for (size_t i = 0; i < sizeof(exits) / sizeof(*exits); i++) {
        if (exits[i].code == code) {
            return exits[i].status;
        }
    }
    return APP_EXIT_FAILED;
}

void app_exits_help(FILE *out)
{
    fputs("\nExit status:\n", out);
    for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
        fprintf(out, "  %-5d%s\n", meanings[i].status, meanings[i].meaning);
    }
    fputs("\n--check-schema exits with a sum: 1 pending, 2 failed or in progress, 4 edited, 8 "
          "unknown and\n"
          "breaking, 16 out of order, 32 drift, 64 could not decide.\n",
          out);
}
