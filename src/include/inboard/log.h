/*
 * Log lines. The library never prints: what it has to say while it works goes to a callback of the
 * caller's.
 */
#ifndef INBOARD_LOG_H
#define INBOARD_LOG_H

#include <inboard/export.h>

INB_BEGIN_DECLS

typedef enum inb_log_level {
    INB_LOG_DEBUG = 0,
    INB_LOG_INFO = 1,
    INB_LOG_WARNING = 2,
    INB_LOG_ERROR = 3
} inb_log_level;

/*
 * Called in the thread that called the library, with one line of text (no newline at its end) that
 * is valid during the call. It must not call the library again with the same objects. @since 0.1
 */
typedef void (*inb_log_cb)(inb_log_level level, const char *message, void *payload);

INB_END_DECLS

#endif
