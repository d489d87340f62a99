/* Log lines on standard error. */
#include "config.h"

#include "app/log_line.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[] = {"debug", "info", "warning", "error"};
static inb_log_level least = INB_LOG_INFO;

bool app_log_level_set(const char *name)
{
    if (strcmp(name, "warn") == 0) {
        name = level_names[INB_LOG_WARNING];
    }
    for (size_t i = 0; i < sizeof(level_names) / sizeof(*level_names); i++) {
        if (strcmp(name, level_names[i]) == 0) {
            least = (inb_log_level)i;
            return true;
        }
    }
    return false;
}

static int stamp_write(char *line, size_t n, inb_log_level level)
{
    struct timespec now;
    struct tm utc;
    char day[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &utc);
    return snprintf(line, n, "%s.%03ldZ %-7s ", day, now.tv_nsec / 1000000, level_names[level]);
}

void app_log(inb_log_level level, const char *fmt, ...)
{
    if (level < least) {
        return;
    }
    char line[2048];
    int stamp = stamp_write(line, sizeof(line), level);
    size_t room = sizeof(line) - (size_t)stamp - 1;
    va_list ap;
    va_start(ap, fmt);
    int wanted = vsnprintf(line + stamp, room, fmt, ap);
    va_end(ap);
    size_t n = (size_t)stamp + (wanted < 0 ? 0 : (size_t)wanted < room ? (size_t)wanted : room - 1);
    for (size_t i = (size_t)stamp; i < n; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f) {
            line[i] = ' ';
        } else if ((unsigned char)line[i] == 0xc2 && i + 1 < n &&
                   (unsigned char)line[i + 1] < 0xa0) {
            line[i] = line[i + 1] = ' '; /* a C1 control in UTF-8, which terminals obey too */
        }
    }
    line[n++] = '\n';
    /* One write a line, so that threads do not mix; a log that cannot be written must not stop the
     * service. */
    if (write(STDERR_FILENO, line, n) < 0) {
        return;
    }
}

static pthread_mutex_t recent_lock = PTHREAD_MUTEX_INITIALIZER;
static char recent[200];

void app_log_recent(char *out, size_t n)
{
    pthread_mutex_lock(&recent_lock);
    snprintf(out, n, "%s%s", *recent ? ": " : "", recent);
    pthread_mutex_unlock(&recent_lock);
}

void app_log_library(inb_log_level level, const char *message, void *payload)
{
    (void)payload;
    if (level >= INB_LOG_INFO) {
        pthread_mutex_lock(&recent_lock);
        snprintf(recent, sizeof(recent), "%s", message);
        pthread_mutex_unlock(&recent_lock);
    }
    app_log(level, "%s", message);
}

void app_log_error(const inb_error *err)
{
    for (const inb_error *e = err; e; e = inb_error_cause(e)) {
        const char *state = inb_error_sqlstate(e), *prisma = inb_error_prisma_code(e);
        app_log(INB_LOG_ERROR, "%s%s%s%s%s%s%s", e == err ? "" : "because: ", inb_error_message(e),
                *state || *prisma ? " (" : "", state, *state && *prisma ? ", " : "", prisma,
                *state || *prisma ? ")" : "");
        if (*inb_error_detail(e)) {
            app_log(INB_LOG_ERROR, "detail: %s", inb_error_detail(e));
        }
        if (*inb_error_hint(e) &&
            strcmp(inb_error_hint(e), inb_error_hint(inb_error_cause(e))) != 0) {
            app_log(INB_LOG_ERROR, "hint: %s", inb_error_hint(e));
        }
    }
}
