/* Log lines on standard error, and signals that ask a command to stop. */
#include "config.h"

#include "cli/progress.h"

#include "util/cleanup.h"
#include "util/limits.h"
#include "util/printable.h"

#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t stop;

static void stop_note(int number)
{
    (void)number;
    stop = 1;
}

bool inb__cli_stop_asked(void *payload)
{
    (void)payload;
    return stop != 0;
}

void inb__cli_signals_take(void)
{
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = stop_note};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        sigaction(numbers[i], &action, NULL);
    }
}

void inb__cli_log(inb_log_level level, const char *message, void *payload)
{
    (void)payload;
    if (level >= INB_LOG_INFO) {
        INB__AUTO_BUF inb__buf line;
        inb__buf_init(&line, INB__LIMIT_FILE);
        inb__buf_str(&line, level >= INB_LOG_WARNING ? "warning: " : "");
        inb__printable_lines(&line, inb__str_of(message));
        fprintf(stderr, "%s\n", inb__buf_text(&line));
    }
}
