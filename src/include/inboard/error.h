/*
 * Errors.
 *
 * Whatever can fail returns an int: 0 or one of the negative codes below. Detail travels in an
 * inb_error through the last argument. The caller passes the address of a NULL pointer, or NULL for
 * no detail, and frees what it was given with inb_error_free(). Outputs are written only on
 * success, the error only on failure. Nothing is global or thread-local; an error belongs to one
 * thread at a time.
 *
 * Texts: message is one line, lower case, without a full stop; detail is what more is known; hint
 * is a full sentence that says what to do. No text holds a password, a key or a whole connection
 * URL.
 */
#ifndef INBOARD_ERROR_H
#define INBOARD_ERROR_H

#include <inboard/export.h>

INB_BEGIN_DECLS

/* What a caller acts on. Values are frozen: a new one is added at the end. @since 0.1 */
enum inb_code {
    INB_OK = 0,
    INB_ENOMEM = -1,      /* memory is out */
    INB_EINVAL = -2,      /* wrong usage or configuration */
    INB_EIO = -3,         /* a file or a process could not be used */
    INB_ESYNTAX = -4,     /* a text (SQL, schema, directive) was refused */
    INB_ECONN = -5,       /* the database is not reachable, or the connection was lost */
    INB_EPERM = -6,       /* the database does not permit it: rights, standby, read-only, pooler */
    INB_ESQL = -7,        /* the server refused a statement; see the SQLSTATE */
    INB_ELOCK = -8,       /* the migration lock was not obtained in time */
    INB_EHISTORY = -9,    /* the history is refused: failed, edited, missing, diverged */
    INB_EPENDING = -10,   /* migrations are pending that this mode may not apply */
    INB_EMIGRATION = -11, /* a migration failed */
    INB_ESEALED = -12,    /* a sealed value was not opened */
    INB_ESMOKE = -13,     /* a smoke check failed */
    INB_ECANCELLED = -14, /* the caller asked to stop */
    INB_ELIMIT = -15,     /* an input is larger than its limit */
    INB_ECORRUPT = -16    /* the embedded table does not have the digest it was built with */
};

typedef struct inb_error inb_error;

/* Frees an error and its causes; NULL is fine. @since 0.1 */
INB_EXPORT void inb_error_free(inb_error *err);

/*
 * Makes an error and returns its code: for callbacks of the caller's own (smoke checks), and to add
 * what a caller knows. The error at *err, if there is one, becomes the new one's cause.
 *
 * err may be NULL: then only the code is returned. format, …: the message as printf() has it, one
 * line, lower case, without a full stop. Returns code, or INB_ENOMEM. @since 0.1
 */
INB_EXPORT int inb_error_wrap(inb_error **err, int code, const char *format, ...) INB_PRINTF(3, 4);

/* Sets the hint of the error at *err, a full sentence; does nothing when there is none. @since 0.1
 */
INB_EXPORT void inb_error_set_hint(inb_error **err, const char *format, ...) INB_PRINTF(2, 3);

/* The code (enum inb_code), INB_OK for NULL. @since 0.1 */
INB_EXPORT int inb_error_code(const inb_error *err);

/* What went wrong: one line, "" for NULL. Lives as long as the error, as all its texts do. @since
 * 0.1 */
INB_EXPORT const char *inb_error_message(const inb_error *err);

/* What else is known, perhaps in several lines; "" when nothing is. @since 0.1 */
INB_EXPORT const char *inb_error_detail(const inb_error *err);

/* What to do, as a full sentence: its own, or else of the error that led to it; "" when there is no
 * hint. @since 0.1 */
INB_EXPORT const char *inb_error_hint(const inb_error *err);

/* The SQLSTATE, five characters; "" when no server gave one. @since 0.1 */
INB_EXPORT const char *inb_error_sqlstate(const inb_error *err);

/* The code of Prisma's tools for the same condition, such as "P3009"; "" when there is none. @since
 * 0.1 */
INB_EXPORT const char *inb_error_prisma_code(const inb_error *err);

/* The name of the migration, or the path of the file, in question; "" when there is none. @since
 * 0.1 */
INB_EXPORT const char *inb_error_migration(const inb_error *err);

/* The number of the statement in its migration, from 1; 0 when there is none. @since 0.1 */
INB_EXPORT int inb_error_statement(const inb_error *err);

/* The line in the file, from 1; 0 when there is none. @since 0.1 */
INB_EXPORT int inb_error_line(const inb_error *err);

/* The column in the line, in characters from 1; 0 when there is none. @since 0.1 */
INB_EXPORT int inb_error_column(const inb_error *err);

/* The error that led to this one, or NULL; it is freed with this one. @since 0.1 */
INB_EXPORT const inb_error *inb_error_cause(const inb_error *err);

INB_END_DECLS

#endif
