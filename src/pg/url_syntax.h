/* The two ways to write a connection URL, read into keyword and value pairs without knowing what
 * they mean. */
#ifndef INB_PG_URL_SYNTAX_H
#define INB_PG_URL_SYNTAX_H

#include "util/error_set.h"

#include <stdbool.h>

/* Called for each pair, in order; a later one of the same keyword takes the place of an earlier
 * one. */
typedef int (*inb__url_pair_cb)(const char *keyword, const char *value, void *payload,
                                inb_error **err);

/* True for the URI form, which is recognised by its scheme. */
bool inb__url_is_uri(const char *text);

/* Reads either form. INB_EINVAL (P1013), INB_ENOMEM, and what the callback returns. */
int inb__url_read(const char *text, inb__url_pair_cb pair, void *payload, inb_error **err)
    __attribute__((warn_unused_result));

/* INB_EINVAL with P1013 and the message. */
int inb__url_refuse(inb_error **err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
