/* Log lines on standard error: time, level, message; one line each, whatever the text holds. Safe
 * in any thread. */
#ifndef APP_LOG_LINE_H
#define APP_LOG_LINE_H

#include <inboard.h>

/* "debug", "info", "warning", "error"; false when it is none of them. */
bool app_log_level_set(const char *name);

void app_log(inb_log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* An inb_log_cb. */
void app_log_library(inb_log_level level, const char *message, void *payload);

/* ": " and the library's last message at info or above, or nothing: what a start is busy with. */
void app_log_recent(char *out, size_t n);

/* An error with its causes, detail and hint, on one line each. */
void app_log_error(const inb_error *err);

#endif
