/* main() of `inboard`: finds the command by its words, or says what the words may have meant. */
#include "config.h"

#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/nearest.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

/* True when a command's words are those of a group ("migrate") and more. */
static bool is_of_group(const char *words, const char *group)
{
    size_t n = strlen(group);
    return strncmp(words, group, n) == 0 && words[n] == ' ';
}

static bool is_group(const char *word)
{
    for (const inb__command *c = inb__commands; c->words; c++) {
        if (is_of_group(c->words, word)) {
            return true;
        }
    }
    return false;
}

/* The commands, all or those of a group. */
static int help_print(const char *group)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 65536);
    inb__buf_printf(&out, "Usage: inboard %s%sCOMMAND [OPTION]...\n\n", group ? group : "",
                    group ? " " : "");
    inb__buf_str(
        &out,
        group ? ""
              : "Plans, checks and applies PostgreSQL schema migrations in Prisma's layout.\n\n");
    inb__buf_str(&out, "Commands:\n");
    for (const inb__command *c = inb__commands; c->words; c++) {
        if (!group || is_of_group(c->words, group)) {
            inb__buf_printf(&out, "  %-18s%s\n", c->words, c->summary);
        }
    }
    inb__buf_str(
        &out, "\n`inboard COMMAND --help` and `inboard help COMMAND` list a command's options.\n");
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

/* The command that argv begins with and how many words it has, or NULL. */
static const inb__command *command_find(int argc, char **argv, int *words_out)
{
    for (const inb__command *c = inb__commands; c->words; c++) {
        *words_out = words_match(c->words, argc, argv);
        if (*words_out) {
            return c;
        }
    }
    return NULL;
}

/* The command nearest to what was typed: to its first word, or to its first two. */
static inb__str command_guess(const char *first, const char *both)
{
    inb__nearest one = inb__nearest_to(inb__str_of(first));
    inb__nearest two = inb__nearest_to(inb__str_of(both));
    for (const inb__command *c = inb__commands; c->words; c++) {
        inb__nearest_consider(strchr(c->words, ' ') ? &two : &one, inb__str_of(c->words));
    }
    return one.best.n ? one.best : two.best;
}

static void group_hint(inb_error **err, const char *group)
{
    INB__AUTO_BUF inb__buf known;
    inb__buf_init(&known, 4096);
    for (const inb__command *c = inb__commands; c->words; c++) {
        if (is_of_group(c->words, group)) {
            inb__buf_printf(&known, "%s%s", known.length ? ", " : "", c->words + strlen(group) + 1);
        }
    }
    inb__error_hint(err, "\"%s\" is followed by one of: %s.", group, inb__buf_text(&known));
}

static int command_unknown(int argc, char **argv)
{
    inb_error *err = NULL;
    INB__AUTO_BUF inb__buf both;
    inb__buf_init(&both, 4096);
    inb__buf_printf(&both, "%s%s%s", argv[0], argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
    inb__str guess = command_guess(argv[0], inb__buf_text(&both));
    bool group = is_group(argv[0]);
    inb__error_set(&err, INB_EINVAL, "unknown command \"%s\"",
                   group ? inb__buf_text(&both) : argv[0]);
    if (guess.n) {
        inb__error_hint(&err, "Did you mean `inboard %.*s`?", INB__STR_ARG(guess));
    } else if (group) {
        group_hint(&err, argv[0]);
    } else {
        inb__error_hint(&err, "Run `inboard --help` to see the commands.");
    }
    return inb__cli_fail(err, false);
}

/* `inboard help [WORD]...` */
static int help_run(int argc, char **argv)
{
    int words = 0;
    static char option[] = "--help";
    const inb__command *c = command_find(argc, argv, &words);
    if (c) {
        char *help[] = {argv[words - 1], option, NULL};
        return c->run(2, help);
    }
    if (argc == 0 || is_help(argv[0])) {
        return help_print(NULL);
    }
    return argc == 1 && is_group(argv[0]) ? help_print(argv[0]) : command_unknown(argc, argv);
}

static int dispatch(int argc, char **argv)
{
    int words = 0;
    const inb__command *c = command_find(argc, argv, &words);
    if (c) {
        return c->run(argc - words + 1, argv + words - 1);
    }
    if (is_help(argv[0])) {
        return help_run(argc - 1, argv + 1);
    }
    if (argc > 1 && is_group(argv[0]) && is_help(argv[1])) {
        return help_print(argv[0]);
    }
    return command_unknown(argc, argv);
}

int main(int argc, char **argv)
{
    static char version_word[] = "version";
    inb__standard_streams_hold();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a failed write, which has a message */
    if (argc < 2) {
        int status = help_print(NULL);
        return status == INB__EXIT_OK ? INB__EXIT_USAGE : status;
    }
    if (strcmp(argv[1], "--version") == 0) {
        argv[1] = version_word;
    }
    return dispatch(argc - 1, argv + 1);
}
