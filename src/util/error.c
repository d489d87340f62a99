/* Errors with their parts and causes, and log lines. */
#include "config.h"

#include "util/error_set.h"

#include "util/alloc.h"
#include "util/buf.h"
#include "util/limits.h"

#include <stdio.h>
#include <string.h>

struct inb_error {
    int code;
    int statement;
    int line;
    int column;
    char sqlstate[6];
    char prisma_code[8];
    char *message;
    char *detail;
    char *hint;
    char *migration;
    char *relation; /* the table that a refusal of the server is about */
    inb_error *cause;
};

static char nomem_message[] = "out of memory";
static inb_error nomem = {.code = INB_ENOMEM, .message = nomem_message};

void inb_error_free(inb_error *err)
{
    while (err && err != &nomem) {
        inb_error *cause = err->cause;
        inb__free(err->message);
        inb__free(err->detail);
        inb__free(err->hint);
        inb__free(err->migration);
        inb__free(err->relation);
        inb__free(err);
        err = cause;
    }
}

static const char *text_or_empty(const char *s)
{
    return s ? s : "";
}

int inb_error_code(const inb_error *err)
{
    return err ? err->code : INB_OK;
}

const char *inb_error_message(const inb_error *err)
{
    return err ? text_or_empty(err->message) : "";
}

const char *inb_error_detail(const inb_error *err)
{
    return err ? text_or_empty(err->detail) : "";
}

const char *inb_error_hint(const inb_error *err)
{
    for (; err; err = err->cause) {
        if (err->hint && *err->hint) {
            return err->hint;
        }
    }
    return "";
}

const char *inb_error_sqlstate(const inb_error *err)
{
    return err ? err->sqlstate : "";
}

const char *inb_error_prisma_code(const inb_error *err)
{
    return err ? err->prisma_code : "";
}

const char *inb_error_migration(const inb_error *err)
{
    return err ? text_or_empty(err->migration) : "";
}

int inb_error_statement(const inb_error *err)
{
    return err ? err->statement : 0;
}

int inb_error_line(const inb_error *err)
{
    return err ? err->line : 0;
}

int inb_error_column(const inb_error *err)
{
    return err ? err->column : 0;
}

const inb_error *inb_error_cause(const inb_error *err)
{
    return err ? err->cause : NULL;
}

static char *formatted(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

static char *formatted(const char *fmt, va_list ap)
{
    inb__buf b;
    inb__buf_init(&b, INB__LIMIT_MESSAGE);
    inb__buf_vprintf(&b, fmt, ap);
    char *s = inb__buf_take(&b);
    inb__buf_dispose(&b);
    return s;
}

int inb__error_nomem(inb_error **err)
{
    if (err) {
        inb_error_free(*err);
        *err = &nomem;
    }
    return INB_ENOMEM;
}

int inb__error_vset(inb_error **err, int code, const char *fmt, va_list ap)
{
    if (!err) {
        return code;
    }
    inb_error *made = inb__calloc(1, sizeof(*made));
    char *message = made ? formatted(fmt, ap) : NULL;
    if (!message) {
        inb__free(made);
        return inb__error_nomem(err);
    }
    made->code = code;
    made->message = message;
    inb_error_free(*err);
    *err = made;
    return code;
}

int inb__error_set(inb_error **err, int code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int rc = inb__error_vset(err, code, fmt, ap);
    va_end(ap);
    return rc;
}

static int vwrap(inb_error **err, int code, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

static int vwrap(inb_error **err, int code, const char *fmt, va_list ap)
{
    inb_error *cause = err ? *err : NULL;
    if (cause == &nomem) {
        return INB_ENOMEM;
    }
    if (err) {
        *err = NULL;
    }
    int rc = inb__error_vset(err, code, fmt, ap);
    if (err && *err != &nomem) {
        (*err)->cause = cause;
    } else {
        inb_error_free(cause);
    }
    return rc;
}

int inb__error_wrap(inb_error **err, int code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int rc = vwrap(err, code, fmt, ap);
    va_end(ap);
    return rc;
}

int inb_error_wrap(inb_error **err, int code, const char *fmt, ...)
{
    if (!fmt) {
        return inb__error_wrap(err, code, "unknown error");
    }
    va_list ap;
    va_start(ap, fmt);
    int rc = vwrap(err, code, fmt, ap);
    va_end(ap);
    return rc;
}

int inb__error_null(inb_error **err, const char *function, const char *argument)
{
    return inb__error_set(err, INB_EINVAL, "argument %s of %s() is NULL", argument, function);
}

static bool writable(inb_error **err)
{
    return err && *err && *err != &nomem;
}

void inb__error_detail(inb_error **err, const char *fmt, ...)
{
    if (writable(err)) {
        va_list ap;
        va_start(ap, fmt);
        inb__free((*err)->detail);
        (*err)->detail = formatted(fmt, ap);
        va_end(ap);
    }
}

static void vhint(inb_error **err, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void vhint(inb_error **err, const char *fmt, va_list ap)
{
    if (writable(err)) {
        inb__free((*err)->hint);
        (*err)->hint = formatted(fmt, ap);
    }
}

void inb__error_hint(inb_error **err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vhint(err, fmt, ap);
    va_end(ap);
}

void inb_error_set_hint(inb_error **err, const char *fmt, ...)
{
    if (!fmt) {
        return;
    }
    va_list ap;
    va_start(ap, fmt);
    vhint(err, fmt, ap);
    va_end(ap);
}

void inb__error_relation(inb_error **err, const char *name)
{
    if (writable(err) && name) {
        inb__free((*err)->relation);
        (*err)->relation = inb__strdup(name);
    }
}

const char *inb__error_relation_of(const inb_error *err)
{
    return err && err->relation ? err->relation : "";
}

void inb__error_sqlstate(inb_error **err, const char *sqlstate)
{
    if (writable(err) && sqlstate) {
        snprintf((*err)->sqlstate, sizeof((*err)->sqlstate), "%s", sqlstate);
    }
}

void inb__error_prisma(inb_error **err, const char *code)
{
    if (writable(err)) {
        snprintf((*err)->prisma_code, sizeof((*err)->prisma_code), "%s", code);
    }
}

void inb__error_place(inb_error **err, const char *migration, int statement, int line, int column)
{
    if (writable(err)) {
        inb__free((*err)->migration);
        (*err)->migration = migration ? inb__strdup(migration) : NULL;
        (*err)->statement = statement;
        (*err)->line = line;
        (*err)->column = column;
    }
}

void inb__log(const inb__logger *logger, inb_log_level level, const char *fmt, ...)
{
    if (!logger || !logger->cb) {
        return;
    }
    va_list ap;
    va_start(ap, fmt);
    char *line = formatted(fmt, ap);
    va_end(ap);
    logger->cb(level, line ? line : nomem_message, logger->payload);
    inb__free(line);
}
