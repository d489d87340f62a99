/*
 * A command line as a table of options: parsing, --help and the test of the man pages use the same
 * rows.
 *
 *     bool json = false;
 *     const char *dir = "migrations";
 *     const inb__opt options[] = {
 *         {"migrations", 0, "DIR", "the folder of migrations", INB__OPT_TEXT, &dir},
 *         {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &json},
 *         {0},
 *     };
 *
 * Every command also takes --help and -h, which inb__opt_parse reports as INB__OPT_HELP. A long
 * name may be cut short while it stays clear, as getopt_long() has it.
 */
#ifndef INB_UTIL_OPT_H
#define INB_UTIL_OPT_H

#include "util/buf.h"
#include "util/error_set.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum inb__opt_kind {
    INB__OPT_FLAG,    /* bool: set to true */
    INB__OPT_TEXT,    /* const char *: the value, which points into argv */
    INB__OPT_SECONDS, /* int64_t, milliseconds: as inb_duration_parse */
    INB__OPT_NUMBER,  /* int64_t: a non-negative whole number */
    INB__OPT_LIST,    /* inb__opt_list: the option may be repeated */
    INB__OPT_REFUSED  /* another tool's, with a meaning that there is not here: --help does not
                         list it, and `help` is the hint of its refusal */
} inb__opt_kind;

#define INB__OPT_LIST_MAX 64
typedef struct inb__opt_list {
    const char *v[INB__OPT_LIST_MAX];
    int n;
} inb__opt_list;

typedef struct inb__opt {
    const char *name;       /* long name without the dashes */
    char letter;            /* short name, or 0 */
    const char *value_name; /* what --help calls the value, NULL for a flag */
    const char *help;
    inb__opt_kind kind;
    void *out;
} inb__opt;

#define INB__OPT_HELP 1

/* Rows that a table may have. */
#define INB__OPT_MAX 64

/*
 * Reads argv[1..]. Words that are no option are moved, in order, to argv[1..*n_operands]; "--" ends
 * the options. Returns 0, INB__OPT_HELP, or INB_EINVAL with an error that names the word.
 */
int inb__opt_parse(const inb__opt *options, int argc, char **argv, int *n_operands, inb_error **err)
    __attribute__((warn_unused_result));

/* Appends the rows, and that of --help, as --help prints them, in two columns. */
void inb__opt_help(const inb__opt *options, inb__buf *out);

#endif
