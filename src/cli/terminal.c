/* Asks on a terminal. */
#include "config.h"

#include "cli/terminal.h"

#include "util/cleanup.h"
#include "util/limits.h"
#include "util/printable.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool inb__terminal_is_there(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* It may name what a database or a file names. */
static void question_show(const char *question)
{
    INB__AUTO_BUF inb__buf shown;
    inb__buf_init(&shown, INB__LIMIT_FILE);
    inb__printable_lines(&shown, inb__str_of(question));
    fputs(inb__buf_text(&shown), stderr);
}

bool inb__terminal_ask(char *out, size_t size, const char *question)
{
    question_show(question);
    fputs(" ", stderr);
    fflush(stderr);
    if (!fgets(out, (int)size, stdin)) {
        return false;
    }
    out[strcspn(out, "\r\n")] = '\0';
    return *out != '\0';
}

bool inb__terminal_confirm(const char *question)
{
    char answer[64];
    question_show(question);
    return inb__terminal_ask(answer, sizeof(answer), " [y/N]") &&
           (answer[0] == 'y' || answer[0] == 'Y');
}
