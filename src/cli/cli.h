/* The toolbox of all commands of `inboard`: --help, messages, exit statuses; and their table. */
#ifndef INB_CLI_CLI_H
#define INB_CLI_CLI_H

#include "util/buf.h"
#include "util/error_set.h"
#include "util/json.h"
#include "util/opt.h"

#include <stdbool.h>

/* Exit statuses; inboard(1) has the rule, and the two commands that differ. */
enum {
    INB__EXIT_OK = 0,
    INB__EXIT_FAILED = 1,
    INB__EXIT_USAGE = 2,
    INB__EXIT_PENDING = 3,
    INB__EXIT_HISTORY = 4,
    INB__EXIT_LOCK = 5,
    INB__EXIT_DATABASE = 6,
    INB__EXIT_SEALED = 7,
    INB__EXIT_SMOKE = 8
};

/* One command: its words ("migrate deploy"), a line for `inboard --help`, and its function, whose
 * argv[0] is the last of the words. */
typedef struct inb__command {
    const char *words;
    const char *summary;
    int (*run)(int argc, char **argv);
} inb__command;

/* The table, in the order of --help, ended by a row without words (commands.c). */
extern const inb__command inb__commands[];

/* The text of one command's --help. */
typedef struct inb__usage {
    const char *synopsis; /* "inboard validate [--schema PATH] [--json]" */
    const char *about;    /* a sentence or a few, lines broken at 80 columns */
    const inb__opt *options;
    const char *more; /* what follows the options (exit status, environment), or NULL */
} inb__usage;

/*
 * Parses a command line by the usage's options, without an operand. Returns true to go on;
 * otherwise *status_out is the exit status: --help was printed, or the usage was wrong and said so.
 */
bool inb__cli_parse(const inb__usage *usage, int argc, char **argv, int *status_out)
    __attribute__((warn_unused_result));

/* The same with up to `most` operands, which are argv[1] to argv[*n_out] then. */
bool inb__cli_parse_operands(const inb__usage *usage, int argc, char **argv, int most, int *n_out,
                             int *status_out) __attribute__((warn_unused_result));

/* The same with one operand, which is optional: *operand stays as it is without it. */
bool inb__cli_parse_operand(const inb__usage *usage, int argc, char **argv, const char **operand,
                            int *status_out) __attribute__((warn_unused_result));

/*
 * Prints an error: on standard error as text, or with json on standard output as {"error": {…}}.
 * Frees it. Returns the exit status of its code.
 */
int inb__cli_fail(inb_error *err, bool json);

/*
 * The same for a file or folder that the command line names and that cannot be read: a usage error.
 * INB__EXIT_FAILED is for contents that were read and refused.
 */
int inb__cli_fail_input(inb_error *err, bool json);

/* The error as the object that inb__cli_fail puts under "error". */
void inb__cli_error_json(inb__json *j, const inb_error *err);

/* The exit status of an error code (enum inb_code). */
int inb__cli_exit(int code);

/* Writes a buffer to standard output; 1 with a message when it cannot be written (a full disk, a
 * closed pipe). */
int inb__cli_print(const inb__buf *out);

/*
 * The path of the schema: the value of --schema, or when that is NULL prisma/schema.prisma, or else
 * the folder prisma/. NULL with an error when neither exists.
 */
const char *inb__cli_schema_path(const char *given, inb_error **err);

/*
 * The path of the folder of migrations: the value of --migrations, or when that is NULL that of
 * INBOARD_MIGRATIONS, or else prisma/migrations or migrations. NULL with an error when none exists.
 */
const char *inb__cli_migrations_path(const char *given, inb_error **err);

/* Rows of a table of options that several commands have. */
#define INB__CLI_WAIT_OPTION(out, usual)                                                           \
    {                                                                                              \
        "wait", 0, "SECONDS", "wait for the database this long [" usual "]", INB__OPT_SECONDS,     \
            (out)                                                                                  \
    }
#define INB__CLI_LOCK_WAIT_OPTION(out)                                                             \
    {                                                                                              \
        "lock-wait", 0, "SECONDS", "wait for the migration lock this long [60]", INB__OPT_SECONDS, \
            (out)                                                                                  \
    }
#define INB__CLI_LOCK_TIMEOUT_OPTION(out)                                                          \
    {                                                                                              \
        "lock-timeout", 0, "SECONDS", "wait for a table lock this long, then give up [3]",         \
            INB__OPT_SECONDS, (out)                                                                \
    }

/* The folder's. */
#define INB__CLI_MIGRATIONS_OPTION(out)                                                            \
    {                                                                                              \
        "migrations", 0, "DIR", "the folder of migrations [./prisma/migrations, ./migrations]",    \
            INB__OPT_TEXT, (out)                                                                   \
    }

/* A command's entry, one each, in cmd_*.c. */
int inb__cmd_backfill_abandon(int argc, char **argv);
int inb__cmd_backfill_pause(int argc, char **argv);
int inb__cmd_backfill_resume(int argc, char **argv);
int inb__cmd_backfill_retry(int argc, char **argv);
int inb__cmd_backfill_run(int argc, char **argv);
int inb__cmd_backfill_set(int argc, char **argv);
int inb__cmd_backfill_status(int argc, char **argv);
int inb__cmd_db_down(int argc, char **argv);
int inb__cmd_db_execute(int argc, char **argv);
int inb__cmd_db_pull(int argc, char **argv);
int inb__cmd_db_push(int argc, char **argv);
int inb__cmd_db_seed(int argc, char **argv);
int inb__cmd_db_up(int argc, char **argv);
int inb__cmd_docs(int argc, char **argv);
int inb__cmd_format(int argc, char **argv);
int inb__cmd_lint(int argc, char **argv);
int inb__cmd_migrate_deploy(int argc, char **argv);
int inb__cmd_migrate_dev(int argc, char **argv);
int inb__cmd_migrate_diff(int argc, char **argv);
int inb__cmd_migrate_new(int argc, char **argv);
int inb__cmd_migrate_reset(int argc, char **argv);
int inb__cmd_migrate_resolve(int argc, char **argv);
int inb__cmd_migrate_status(int argc, char **argv);
int inb__cmd_sum(int argc, char **argv);
int inb__cmd_trace(int argc, char **argv);
int inb__cmd_validate(int argc, char **argv);
int inb__cmd_version(int argc, char **argv);

#endif
