/* The connection URL: parameters of libpq and of Prisma, checked and with defaults. */
#include "config.h"

#include "pg/url.h"

#include "pg/url_syntax.h"
#include "postgres/object_name.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/limits.h"
#include "util/nearest.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

typedef enum sslaccept { SSLACCEPT_UNSET, SSLACCEPT_STRICT, SSLACCEPT_ANY } sslaccept;

typedef struct parse {
    inb__url *url;
    PQconninfoOption *known; /* what this libpq understands */
    sslaccept sslaccept;
    bool may_name; /* no keyword can be a piece of a password that was not encoded */
    bool is_uri;
} parse;

static void value_free(char *value)
{
    if (value) {
        explicit_bzero(value, strlen(value));
        inb__free(value);
    }
}

void inb__url_dispose(inb__url *url)
{
    for (size_t i = 0; i < url->n; i++) {
        inb__free(url->parameters[i].keyword);
        value_free(url->parameters[i].value);
    }
    inb__free(url->schema);
    inb__free(url->ignored);
    inb__free(url->display);
    memset(url, 0, sizeof(*url));
}

static inb__url_parameter *parameter_find(const inb__url *url, const char *keyword)
{
    for (size_t i = 0; i < url->n; i++) {
        if (strcmp(url->parameters[i].keyword, keyword) == 0) {
            return (inb__url_parameter *)&url->parameters[i];
        }
    }
    return NULL;
}

const char *inb__url_get(const inb__url *url, const char *keyword)
{
    const inb__url_parameter *p = parameter_find(url, keyword);
    return p ? p->value : NULL;
}

static void parameter_remove(inb__url *url, const char *keyword)
{
    inb__url_parameter *p = parameter_find(url, keyword);
    if (p) {
        inb__free(p->keyword);
        value_free(p->value);
        *p = url->parameters[--url->n];
    }
}

int inb__url_set(inb__url *url, const char *keyword, const char *value, inb_error **err)
{
    if (!value) {
        parameter_remove(url, keyword);
        return 0;
    }
    inb__url_parameter *p = parameter_find(url, keyword);
    if (!p && url->n == INB__URL_PARAMETERS) {
        return inb__error_set(err, INB_ELIMIT, "the connection URL has more than %d parameters",
                              INB__URL_PARAMETERS);
    }
    char *value_copy = inb__strdup(value);
    char *keyword_copy = p || !value_copy ? NULL : inb__strdup(keyword);
    if (!value_copy || (!p && !keyword_copy)) {
        value_free(value_copy);
        return inb__error_nomem(err);
    }
    if (p) {
        value_free(p->value);
        p->value = value_copy;
    } else {
        url->parameters[url->n++] = (inb__url_parameter){keyword_copy, value_copy};
    }
    return 0;
}

static int take_schema(parse *p, const char *value, inb_error **err)
{
    size_t n = strlen(value);
    if (n == 0) {
        return inb__url_refuse(err, "the parameter \"schema\" of the connection URL is empty");
    }
    if (n > INB__LIMIT_IDENTIFIER) {
        return inb__url_refuse(
            err, "the parameter \"schema\" of the connection URL is longer than %u bytes",
            INB__LIMIT_IDENTIFIER);
    }
    if (inb__utf8_check(value, n) != n) {
        return inb__url_refuse(err, "the parameter \"schema\" of the connection URL is not UTF-8");
    }
    char *schema = inb__strdup(value);
    if (!schema) {
        return inb__error_nomem(err);
    }
    inb__free(p->url->schema);
    p->url->schema = schema;
    p->url->schema_given = true;
    return 0;
}

static int take_pgbouncer(parse *p, const char *value, inb_error **err)
{
    p->url->pgbouncer = strcmp(value, "true") == 0;
    if (!p->url->pgbouncer && strcmp(value, "false") != 0) {
        return inb__url_refuse(
            err, "the parameter \"pgbouncer\" of the connection URL is neither true nor false");
    }
    return 0;
}

static int take_sslaccept(parse *p, const char *value, inb_error **err)
{
    if (strcmp(value, "strict") == 0) {
        p->sslaccept = SSLACCEPT_STRICT;
    } else if (strcmp(value, "accept_invalid_certs") == 0) {
        p->sslaccept = SSLACCEPT_ANY;
    } else {
        return inb__url_refuse(
            err, "the parameter \"sslaccept\" of the connection URL is neither strict "
                 "nor accept_invalid_certs");
    }
    return 0;
}

static int take_sslidentity(parse *p, const char *value, inb_error **err)
{
    (void)p;
    (void)value;
    inb__url_refuse(err,
                    "the parameter \"sslidentity\" of the connection URL is a PKCS #12 file, which "
                    "libpq does not read");
    inb__error_hint(
        err, "Convert it with `openssl pkcs12` and give the two files as sslcert and sslkey.");
    return INB_EINVAL;
}

static int take_nothing(parse *p, const char *value, inb_error **err)
{
    (void)p;
    (void)value;
    (void)err;
    return 0;
}

/* Other drivers' way to name the schema: ignoring it would migrate another one. */
static int take_search_path(parse *p, const char *value, inb_error **err)
{
    (void)p;
    (void)value;
    inb__url_refuse(err, "the connection URL names its schema as another driver does");
    inb__error_hint(err, "Name it with schema=NAME, or set search_path in the parameter options.");
    return INB_EINVAL;
}

static int take_role(parse *p, const char *value, inb_error **err)
{
    (void)p;
    (void)value;
    inb__url_refuse(err,
                    "the connection URL has the parameter \"role\", which libpq does not take");
    inb__error_hint(err, "Set it in the parameter options: options=-c%%20role%%3DNAME.");
    return INB_EINVAL;
}

/*
 * What Prisma and other drivers add, and platforms that hand out URLs. Sizes and times of a
 * client's pool, and the caches of a driver, mean nothing to a program with one connection.
 */
static const struct {
    const char *keyword;
    int (*take)(parse *p, const char *value, inb_error **err);
} foreign_parameters[] = {
    {"schema", take_schema},
    {"pgbouncer", take_pgbouncer},
    {"sslaccept", take_sslaccept},
    {"sslidentity", take_sslidentity},
    {"connection_limit", take_nothing},
    {"pool_timeout", take_nothing},
    {"socket_timeout", take_nothing},
    {"statement_cache_size", take_nothing},
    {"max_connection_lifetime", take_nothing},
    {"max_idle_connection_lifetime", take_nothing},
    {"single_use_connections", take_nothing},
    {"prepareThreshold", take_nothing},
    {"uselibpqcompat", take_nothing}, /* of node-postgres: sslmode as libpq has it */
    {"currentSchema", take_search_path},
    {"search_path", take_search_path},
    {"role", take_role},
};

#define N_FOREIGN (sizeof(foreign_parameters) / sizeof(foreign_parameters[0]))

/* Parameters of newer versions of libpq, which only say more exactly how to connect. */
static const char *const newer_parameters[] = {
    "sslnegotiation",   "min_protocol_version", "max_protocol_version", "scram_client_key",
    "scram_server_key", "require_auth",         "load_balance_hosts",   "sslcertmode",
    "gssdelegation",    "sslkeylogfile",
};

static bool libpq_knows(const parse *p, const char *keyword)
{
    for (const PQconninfoOption *o = p->known; o->keyword; o++) {
        if (strcmp(o->keyword, keyword) == 0) {
            return true;
        }
    }
    return false;
}

/* A keyword that looks like one may be repeated in a message; anything else may be a piece of a
 * password. */
static bool keyword_shows(const parse *p, const char *keyword)
{
    size_t n = strspn(keyword, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return p->may_name && n > 0 && n <= 32 && keyword[n] == '\0';
}

static int keyword_refuse(const parse *p, const char *keyword, inb__str nearest, inb_error **err)
{
    if (keyword_shows(p, keyword)) {
        inb__url_refuse(err, "the connection URL has the unknown parameter \"%s\"", keyword);
    } else {
        inb__url_refuse(err, "the connection URL has an unknown parameter");
    }
    if (nearest.n) {
        inb__error_hint(err, "Did you mean %.*s?", INB__STR_ARG(nearest));
        return INB_EINVAL;
    }
    inb__error_hint(
        err,
        "Parameters are those of libpq %d and of Prisma; a ? or & in user or password must be "
        "percent-encoded.",
        PQlibVersion() / 10000);
    return INB_EINVAL;
}

static bool is_newer(const char *keyword)
{
    for (size_t i = 0; i < sizeof(newer_parameters) / sizeof(newer_parameters[0]); i++) {
        if (strcmp(newer_parameters[i], keyword) == 0) {
            return true;
        }
    }
    return false;
}

/* The parameter that was meant, where the keyword is a slip of the pen. */
static inb__str keyword_nearest(const parse *p, const char *keyword)
{
    inb__nearest near = inb__nearest_to(inb__str_of(keyword));
    for (const PQconninfoOption *o = p->known; o->keyword; o++) {
        inb__nearest_consider(&near, inb__str_of(o->keyword));
    }
    for (size_t i = 0; i < N_FOREIGN; i++) {
        inb__nearest_consider(&near, inb__str_of(foreign_parameters[i].keyword));
    }
    return near.best;
}

static int ignored_add(inb__url *url, const char *keyword, inb_error **err)
{
    inb__buf b;
    inb__buf_init(&b, INB__LIMIT_URL);
    inb__buf_printf(&b, "%s%s%s", url->ignored ? url->ignored : "", url->ignored ? ", " : "",
                    keyword);
    char *list = inb__buf_take(&b);
    inb__buf_dispose(&b);
    if (!list) {
        return inb__error_nomem(err);
    }
    inb__free(url->ignored);
    url->ignored = list;
    return 0;
}

/*
 * Platforms put parameters of their own into the URLs that they hand out: these are left out, with
 * a warning. A slip of the pen is refused (sslmod=require must not connect without TLS), and so is
 * what may be a piece of a password.
 */
static int unknown_take(parse *p, const char *keyword, inb_error **err)
{
    inb__str nearest = is_newer(keyword) ? (inb__str){NULL, 0} : keyword_nearest(p, keyword);
    bool ignorable = p->is_uri && keyword_shows(p, keyword) && nearest.n == 0;
    return ignorable ? ignored_add(p->url, keyword, err) : keyword_refuse(p, keyword, nearest, err);
}

static int pair_take(const char *keyword, const char *value, void *payload, inb_error **err)
{
    parse *p = payload;
    for (size_t i = 0; i < N_FOREIGN; i++) {
        if (strcmp(foreign_parameters[i].keyword, keyword) == 0) {
            return foreign_parameters[i].take(p, value, err);
        }
    }
    if (!libpq_knows(p, keyword)) {
        return unknown_take(p, keyword, err);
    }
    /* node-postgres has a word of its own for TLS without a look at the certificate. */
    bool unverified = strcmp(keyword, "sslmode") == 0 && strcmp(value, "no-verify") == 0;
    value = unverified ? "require" : value;
    return inb__url_set(p->url, keyword, value[0] ? value : NULL, err);
}

static bool is_one_of(const char *value, const char *const *words)
{
    for (; *words; words++) {
        if (strcmp(value, *words) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * Prisma's sslcert is the certificate of the server's authority, libpq's is the client's own and
 * needs a key beside it. Without an sslkey it is Prisma's. Prisma verifies nothing unless
 * sslaccept=strict says so, and then everything.
 */
static int ssl_map(parse *p, bool is_uri, inb_error **err)
{
    inb__url *url = p->url;
    const char *cert = inb__url_get(url, "sslcert");
    int rc = 0;
    if (is_uri && cert && !inb__url_get(url, "sslkey")) {
        if (p->sslaccept != SSLACCEPT_ANY && !inb__url_get(url, "sslrootcert")) {
            rc = inb__url_set(url, "sslrootcert", cert, err);
        }
        parameter_remove(url, "sslcert");
        parameter_remove(url, "sslpassword");
    }
    const char *mode = inb__url_get(url, "sslmode");
    if (rc < 0 || p->sslaccept != SSLACCEPT_STRICT || (mode && strcmp(mode, "disable") == 0)) {
        return rc;
    }
    rc = inb__url_set(url, "sslmode", "verify-full", err);
    if (rc == 0 && !inb__url_get(url, "sslrootcert") && PQlibVersion() >= 160000) {
        rc = inb__url_set(url, "sslrootcert", "system",
                          err); /* older ones look for ~/.postgresql/root.crt */
    }
    return rc;
}

/* libpq reports these only when it connects, with the value in its sentence. */
static int values_check(const inb__url *url, inb_error **err)
{
    static const char *const modes[] = {"disable",   "allow",       "prefer", "require",
                                        "verify-ca", "verify-full", NULL};
    static const char *const numbers[] = {"port",
                                          "connect_timeout",
                                          "keepalives",
                                          "keepalives_idle",
                                          "keepalives_interval",
                                          "keepalives_count",
                                          "tcp_user_timeout",
                                          NULL};
    const char *mode = inb__url_get(url, "sslmode");
    if (mode && !is_one_of(mode, modes)) {
        return inb__url_refuse(
            err, "the parameter \"sslmode\" of the connection URL has an unknown value");
    }
    for (size_t i = 0; numbers[i]; i++) {
        const char *value = inb__url_get(url, numbers[i]);
        const char *digits = i == 0 ? "0123456789," : "0123456789";
        if (value &&
            (value[strspn(value, digits)] != '\0' || strlen(value) > (i == 0 ? 1024 : 9))) {
            inb__url_refuse(err, "the %s of the connection URL is not a number", numbers[i]);
            if (i == 0) {
                inb__error_hint(
                    err, "A : or / in user or password must be percent-encoded, as %%3A and %%2F.");
            }
            return INB_EINVAL;
        }
    }
    return 0;
}

static void add_encoded(inb__buf *b, const char *s, const char *also)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || inb__is_digit(*s) ||
                     strchr("-._~", c) || strchr(also, c);
        if (plain) {
            inb__buf_char(b, *s);
        } else {
            inb__buf_printf(b, "%%%02X", c);
        }
    }
}

static void add_parameter(inb__buf *b, const char *keyword, const char *value, char *separator)
{
    if (value) {
        inb__buf_printf(b, "%c%s=", *separator, keyword);
        add_encoded(b, value, "/:,@");
        *separator = '&';
    }
}

static int display_make(inb__url *url, inb_error **err)
{
    const char *user = inb__url_get(url, "user");
    const char *host = inb__url_get(url, "host");
    const char *port = inb__url_get(url, "port");
    const char *database = inb__url_get(url, "dbname");
    bool lists = (host && strchr(host, ',')) || (port && strchr(port, ','));
    bool simple = host && host[0] != '/' && host[0] != '@' && !lists;
    char separator = '?';
    inb__buf b;
    inb__buf_init(&b, 4 * INB__LIMIT_URL);
    inb__buf_str(&b, "postgresql://");
    if (user) {
        add_encoded(&b, user, "");
        inb__buf_char(&b, '@');
    }
    if (simple) {
        inb__buf_str(&b, strchr(host, ':') ? "[" : "");
        add_encoded(&b, host, ":");
        inb__buf_str(&b, strchr(host, ':') ? "]" : "");
        inb__buf_str(&b, port ? ":" : "");
        inb__buf_str(&b, port ? port : "");
    }
    inb__buf_char(&b, '/');
    add_encoded(&b, database ? database : "", "");
    add_parameter(&b, "host", simple ? NULL : host, &separator);
    add_parameter(&b, "port", simple ? NULL : port, &separator);
    add_parameter(&b, "schema", url->schema_given ? url->schema : NULL, &separator);
    url->display = inb__buf_take(&b);
    inb__buf_dispose(&b);
    return url->display ? 0 : inb__error_nomem(err);
}

static int url_parse(parse *p, const char *text, inb_error **err)
{
    const char *query = strchr(text, '?');
    p->is_uri = inb__url_is_uri(text);
    p->may_name = p->is_uri && query && !strchr(query, '@') && !strstr(query, "password=");
    int rc = inb__url_read(text, pair_take, p, err);
    if (rc == 0) {
        rc = ssl_map(p, p->is_uri, err);
    }
    if (rc == 0) {
        rc = values_check(p->url, err);
    }
    if (rc == 0 && !p->url->schema) {
        p->url->schema = inb__strdup("public");
        rc = p->url->schema ? 0 : inb__error_nomem(err);
    }
    return rc == 0 ? display_make(p->url, err) : rc;
}

/* Without the white space around it that files of variables and secrets leave. */
static char *trimmed(const char *text)
{
    inb__str s = inb__str_trim(inb__str_of(text));
    return inb__strndup(s.p, s.n);
}

static int quotes_refuse(inb_error **err)
{
    inb__url_refuse(err, "the connection URL is in quotes");
    inb__error_hint(err, "Remove them: `docker --env-file` and systemd's units, for example, take "
                         "quotes for a part of the value.");
    return INB_EINVAL;
}

int inb__url_parse(inb__url *out, const char *text, inb_error **err)
{
    if (!text || !text[0]) {
        inb__url_refuse(err, "no connection URL was given");
        inb__error_hint(err, "Write it as postgresql://user:password@host:port/database.");
        return INB_EINVAL;
    }
    if (strlen(text) > INB__LIMIT_URL) {
        return inb__error_set(err, INB_ELIMIT, "the connection URL is longer than %u bytes",
                              INB__LIMIT_URL);
    }
    inb__url url = {0};
    char *copy = trimmed(text);
    parse p = {.url = &url, .known = PQconninfoParse("", NULL)};
    int rc = !p.known || !copy ? inb__error_nomem(err)
             : *copy == '"'    ? quotes_refuse(err)
                               : url_parse(&p, copy, err);
    value_free(copy);
    PQconninfoFree(p.known);
    if (rc < 0) {
        inb__url_dispose(&url);
    } else {
        *out = url;
    }
    explicit_bzero(&url, sizeof(url));
    return rc;
}
