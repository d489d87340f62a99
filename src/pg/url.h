/*
 * Connection URLs: libpq's (postgresql://… or keyword = value), with what Prisma's tools add to
 * them.
 *
 * Errors of this module say what is wrong and which parameter it is about, and never repeat a piece
 * of the text: a password with a character that was not percent-encoded can end up in any part of
 * it.
 */
#ifndef INB_PG_URL_H
#define INB_PG_URL_H

#include "util/error_set.h"
#include "util/text.h"

#include <stdbool.h>
#include <stddef.h>

#define INB__URL_PARAMETERS 64 /* more than libpq has */

/* One parameter for libpq. */
typedef struct inb__url_parameter {
    char *keyword;
    char *value;
} inb__url_parameter;

typedef struct inb__url {
    inb__url_parameter parameters[INB__URL_PARAMETERS];
    size_t n;
    char *schema; /* "public" when the URL names none */
    bool schema_given;
    bool pgbouncer; /* pgbouncer=true: a transaction pooler is in between, says the URL */
    char *ignored;  /* names of unknown parameters, for a warning: "supa, workaround"; or NULL */
    char *display;  /* for people: without password, and with no parameter but host and schema */
} inb__url;

/* Parses; INB_EINVAL (P1013), INB_ELIMIT, INB_ENOMEM. What it holds is wiped by dispose, which is
 * fine on a zeroed url. */
int inb__url_parse(inb__url *out, const char *text, inb_error **err)
    __attribute__((warn_unused_result));
void inb__url_dispose(inb__url *url);

/* The value that goes to libpq, or NULL when the URL leaves it to libpq's defaults. */
const char *inb__url_get(const inb__url *url, const char *keyword);

/* Sets or replaces (NULL: removes) a parameter for libpq. */
int inb__url_set(inb__url *url, const char *keyword, const char *value, inb_error **err)
    __attribute__((warn_unused_result));

#endif
