/* Questions on a terminal, on standard error; answers come from standard input. */
#ifndef INB_CLI_TERMINAL_H
#define INB_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Whether somebody is there to be asked. */
bool inb__terminal_is_there(void);

/* Only a word that begins with y is a yes. */
bool inb__terminal_confirm(const char *question);

/* A line without its end; false when there is none, or nothing in it. */
bool inb__terminal_ask(char *out, size_t size, const char *question);

#endif
