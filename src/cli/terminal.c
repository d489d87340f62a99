/* Asks on a terminal. */
#include "config.h"

#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool inb__terminal_is_there(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool inb__terminal_ask(char *out, size_t size, const char *question)
{
    fprintf(stderr, "%s ", question);
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
    fprintf(stderr, "%s [y/N]", question);
    return inb__terminal_ask(answer, sizeof(answer), "") && (answer[0] == 'y' || answer[0] == 'Y');
}
