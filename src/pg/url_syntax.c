/* The syntax of connection URLs and of keyword=value texts. */
#include "config.h"

#include "pg/url_syntax.h"

#include "util/alloc.h"
#include "util/text.h"

#include <libpq-fe.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    inb__url_pair_cb pair;
    void *payload;
    inb_error **err;
} reader;

int inb__url_refuse(inb_error **err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int rc = inb__error_vset(err, INB_EINVAL, fmt, ap);
    va_end(ap);
    inb__error_prisma(err, "P1013");
    return rc;
}

static void wipe_free(char *s)
{
    if (s) {
        explicit_bzero(s, strlen(s));
        inb__free(s);
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes in place; false when a % is not followed by two digits, or stands for a NUL. */
static bool percent_decode(char *s)
{
    char *to = s;
    for (const char *p = s; *p; p++) {
        if (*p != '%') {
            *to++ = *p;
            continue;
        }
        int high = hex_value(p[1]);
        int low = high < 0 ? -1 : hex_value(p[2]);
        if (low < 0 || (high | low) == 0) {
            return false;
        }
        *to++ = (char)(high << 4 | low);
        p += 2;
    }
    *to = '\0';
    return true;
}

/* One key=value of the query, in a scratch copy. */
static int query_pair(const reader *r, char *pair)
{
    char *equals = strchr(pair, '=');
    if (!equals) {
        return inb__url_refuse(r->err, "a parameter of the connection URL has no \"=\"");
    }
    *equals = '\0';
    char *value = equals + 1;
    if (!percent_decode(pair) || !percent_decode(value)) {
        return inb__url_refuse(r->err,
                               "a parameter of the connection URL has a %% without two hex digits");
    }
    /* libpq's own courtesy to JDBC users */
    if (strcmp(pair, "ssl") == 0 && strcmp(value, "true") == 0) {
        return r->pair("sslmode", "require", r->payload, r->err);
    }
    return r->pair(pair, value, r->payload, r->err);
}

static int query_read(const reader *r, const char *query)
{
    while (*query) {
        size_t n = strcspn(query, "&");
        if (n > 0) {
            char *pair = inb__strndup(query, n);
            if (!pair) {
                return inb__error_nomem(r->err);
            }
            int rc = query_pair(r, pair);
            explicit_bzero(pair, n);
            inb__free(pair);
            if (rc < 0) {
                return rc;
            }
        }
        query += n + (query[n] == '&');
    }
    return 0;
}

/* Why libpq refuses the part before the query: its own sentence would repeat the text. */
static int base_refused(inb_error **err, const char *base)
{
    char *copy = inb__strdup(base);
    if (!copy) {
        return inb__error_nomem(err);
    }
    bool decodes = percent_decode(copy);
    wipe_free(copy);
    inb__url_refuse(err, decodes ? "the connection URL is not one that libpq accepts"
                                 : "the connection URL has a %% without two hex digits");
    inb__error_hint(err,
                    "Write it as postgresql://user:password@host:port/database, with the special "
                    "characters of user and password percent-encoded.");
    return INB_EINVAL;
}

static int base_read(const reader *r, const char *base)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(base, &why);
    if (!options) {
        if (!why) {
            return inb__error_nomem(r->err);
        }
        explicit_bzero(why, strlen(why));
        PQfreemem(why);
        return base_refused(r->err, base);
    }
    int rc = 0;
    for (PQconninfoOption *o = options; rc == 0 && o->keyword; o++) {
        if (o->val && o->val[0]) {
            rc = r->pair(o->keyword, o->val, r->payload, r->err);
        }
    }
    PQconninfoFree(options);
    return rc;
}

/*
 * What follows user and password, found as libpq finds it: the first @ before any slash ends them.
 * An @ after that is nearly always a password that was not encoded, and the piece behind it would
 * show up as host or database name.
 */
static const char *after_credentials(const char *p)
{
    size_t n = strcspn(p, "@/");
    return p[n] == '@' ? p + n + 1 : p;
}

static int uri_read(const reader *r, const char *text, size_t scheme)
{
    const char *rest = after_credentials(text + scheme);
    size_t base_length = (size_t)(rest - text) + strcspn(rest, "?");
    if (memchr(rest, '@', base_length - (size_t)(rest - text))) {
        inb__url_refuse(r->err, "the connection URL has an \"@\" in its host");
        inb__error_hint(r->err,
                        "Percent-encode the special characters of user, password and database: "
                        "@ is %%40, / is %%2F, : is %%3A.");
        return INB_EINVAL;
    }
    char *base = inb__strndup(text, base_length);
    if (!base) {
        return inb__error_nomem(r->err);
    }
    int rc = base_read(r, base);
    wipe_free(base);
    if (rc == 0 && text[base_length] == '?') {
        rc = query_read(r, text + base_length + 1);
    }
    return rc;
}

/* A value of the keyword form: quoted or not, a backslash takes the next character as it is. NULL
 * when a quote is open. */
static const char *value_read(const char *p, char *out)
{
    bool quoted = *p == '\'';
    p += quoted;
    while (*p && (quoted ? *p != '\'' : !inb__is_space(*p))) {
        if (*p == '\\' && p[1]) {
            p++;
        }
        *out++ = *p++;
    }
    *out = '\0';
    if (quoted) {
        return *p == '\'' ? p + 1 : NULL;
    }
    return p;
}

static const char *spaces_skip(const char *p)
{
    while (inb__is_space(*p)) {
        p++;
    }
    return p;
}

/* keyword and value are scratch, each as long as the whole text. */
static int keywords_read(const reader *r, const char *p, char *keyword, char *value)
{
    for (p = spaces_skip(p); *p; p = spaces_skip(p)) {
        size_t n = strcspn(p, "= \t\r\n\f\v");
        memcpy(keyword, p, n);
        keyword[n] = '\0';
        p = spaces_skip(p + n);
        if (n == 0 || *p != '=') {
            inb__url_refuse(
                r->err,
                "the connection text is neither a postgresql:// URL nor keyword=value pairs");
            inb__error_hint(r->err, "Write it as postgresql://user:password@host:port/database.");
            return INB_EINVAL;
        }
        p = value_read(spaces_skip(p + 1), value);
        if (!p) {
            return inb__url_refuse(r->err, "a quoted value of the connection text is not closed");
        }
        int rc = r->pair(keyword, value, r->payload, r->err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

static size_t scheme_length(const char *text)
{
    static const char *const schemes[] = {"postgresql://", "postgres://"};
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        size_t n = strlen(schemes[i]);
        if (strncmp(text, schemes[i], n) == 0) {
            return n;
        }
    }
    return 0;
}

bool inb__url_is_uri(const char *text)
{
    return scheme_length(text) > 0;
}

int inb__url_read(const char *text, inb__url_pair_cb pair, void *payload, inb_error **err)
{
    reader r = {pair, payload, err};
    size_t scheme = scheme_length(text);
    if (scheme > 0) {
        return uri_read(&r, text, scheme);
    }
    const char *other = strstr(text, "://");
    if (other && strcspn(text, "= ") > (size_t)(other - text)) {
        inb__url_refuse(err, "the connection URL is not of the scheme postgresql");
        inb__error_hint(err, "Write it as postgresql://user:password@host:port/database.");
        return INB_EINVAL;
    }
    char *keyword = inb__malloc(strlen(text) + 1);
    char *value = inb__malloc(strlen(text) + 1);
    int rc = INB_ENOMEM;
    if (keyword && value) {
        keyword[0] = value[0] = '\0';
        rc = keywords_read(&r, text, keyword, value);
        explicit_bzero(value, strlen(text));
    } else {
        inb__error_nomem(err);
    }
    inb__free(keyword);
    inb__free(value);
    return rc;
}
