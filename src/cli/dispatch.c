#include "config.h"

#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/file.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static int help_print(void)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 65536);
    inb__buf_str(
        &out, "Usage: inboard COMMAND [OPTION]...\n\nPlans, checks and applies PostgreSQL schema "
              "migrations in Prisma's layout.\n\nCommands:\n");
    for (const inb__command *c = inb__commands; c->words; c++) {
        inb__buf_printf(&out, "  %-18s%s\n", c->words, c->summary);
    }
    inb__buf_str(&out, "\n`inboard COMMAND --help` says what a command takes.\n");
    return inb__cli_print(&out);
}

/* How many words of argv a command's words match; 0 when not all of them do. */
static int words_match(const char *words, int argc, char **argv)
{
    int matched = 0;
    while (*words) {
        size_t n = strcspn(words, " ");
        if (matched == argc || strlen(argv[matched]) != n || memcmp(argv[matched], words, n) != 0) {
            return 0;
        }
        matched++;
        words += n;
        words += *words == ' ';
    }
    return matched;
}

static int unknown_command(int argc, char **argv)
{
    inb_error *err = NULL;
    INB__AUTO_BUF inb__buf known;
    inb__buf_init(&known, 4096);
    for (const inb__command *c = inb__commands; c->words; c++) {
        size_t n = strlen(argv[0]);
        if (strncmp(c->words, argv[0], n) == 0 && c->words[n] == ' ') {
            inb__buf_printf(&known, "%s%s", known.length ? ", " : "", c->words + n + 1);
        }
    }
    if (known.length) {
        const char *second = argc > 1 ? argv[1] : "";
        inb__error_set(&err, INB_EINVAL, "unknown command \"%s%s%s\"", argv[0], *second ? " " : "",
                       second);
        inb__error_hint(&err, "\"%s\" is followed by one of: %s.", argv[0], inb__buf_text(&known));
    } else {
        inb__error_set(&err, INB_EINVAL, "unknown command \"%s\"", argv[0]);
        inb__error_hint(&err, "Run `inboard --help` to see the commands.");
    }
    return inb__cli_fail(err, false);
}

int main(int argc, char **argv)
{
    static char version_word[] = "version";
    inb__standard_streams_hold();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a failed write, which has a message */
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        int status = help_print();
        return argc < 2 && status == INB__EXIT_OK ? INB__EXIT_USAGE : status;
    }
    if (strcmp(argv[1], "--version") == 0) {
        argv[1] = version_word;
    }
    for (const inb__command *c = inb__commands; c->words; c++) {
        int words = words_match(c->words, argc - 1, argv + 1);
        if (words) {
            return c->run(argc - words, argv + words);
        }
    }
    return unknown_command(argc - 1, argv + 1);
}
