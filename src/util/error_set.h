/* Setting errors. Every setter accepts a NULL `err` (the caller needs no detail) and still returns
 * the code. */
#ifndef INB_UTIL_ERROR_SET_H
#define INB_UTIL_ERROR_SET_H

#include "inboard/error.h"
#include "inboard/log.h"

#include <stdarg.h>

/*
 * Sets a new error and returns its code. When there is no memory for it, *err becomes a static
 * error with INB_ENOMEM, which is also returned.
 */
int inb__error_set(inb_error **err, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int inb__error_vset(inb_error **err, int code, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

/* INB_ENOMEM with the static error. */
int inb__error_nomem(inb_error **err);

/*
 * Refuses a NULL argument of a public function, which returns INB_EINVAL, with an error that names
 * the two.
 */
#define INB__REQUIRE(err, argument)                                                                \
    do {                                                                                           \
        if (!(argument)) {                                                                         \
            return inb__error_null(err, __func__, #argument);                                      \
        }                                                                                          \
    } while (0)
int inb__error_null(inb_error **err, const char *function, const char *argument);

/* Additions to the error at *err; nothing when there is none. Text that does not fit in memory is
 * left out. */
void inb__error_detail(inb_error **err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void inb__error_hint(inb_error **err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void inb__error_sqlstate(inb_error **err, const char *sqlstate);
void inb__error_relation(inb_error **err, const char *name);
void inb__error_prisma(inb_error **err, const char *code);
void inb__error_place(inb_error **err, const char *migration, int statement, int line, int column);

/* The table that a refusal of the server is about, without its schema; "" when it names none. */
const char *inb__error_relation_of(const inb_error *err);

/* As set, with the error at *err (if any) becoming the new one's cause. */
int inb__error_wrap(inb_error **err, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Passes a log line to a callback, which may be NULL. */
typedef struct inb__logger {
    inb_log_cb cb;
    void *payload;
} inb__logger;
void inb__log(const inb__logger *logger, inb_log_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
