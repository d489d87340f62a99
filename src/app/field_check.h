/*
 * What a value from outside must be: pure functions, used alike for JSON members, query parameters
 * and CSV columns, and as the source of the OpenAPI document. Each check returns NULL, or what is
 * wrong as words that follow the value's name.
 */
#ifndef APP_FIELD_CHECK_H
#define APP_FIELD_CHECK_H

#include <stdbool.h>
#include <stddef.h>

typedef enum app_kind {
    APP_KIND_TEXT = 0, /* 1 to `most` characters, no control characters */
    APP_KIND_EMAIL,
    APP_KIND_PASSWORD, /* 1 to `most` bytes of anything but NUL */
    APP_KIND_DATE,     /* YYYY-MM-DD that exists */
    APP_KIND_QUANTITY, /* decimal, at most 12 digits before and 6 after the point, not negative */
    APP_KIND_ENUM,     /* one of `words` */
    APP_KIND_URL,      /* http:// or https:// */
    APP_KIND_SECRET    /* a JSON object; kept as the bytes that were sent */
} app_kind;

/* A member of a JSON body or a column of a CSV file. */
typedef struct app_field {
    const char *name;
    app_kind kind;
    bool optional;
    size_t most;
    const char *const *words; /* NULL-terminated, APP_KIND_ENUM */
    const char *about;
} app_field;

const char *app_field_check(const app_field *field, const char *value, size_t n);

/* Two dates that were checked: the first is not after the second. */
const char *app_period_check(const char *start, const char *end);

/* True when n bytes are well-formed UTF-8 without NUL. */
bool app_text_valid(const char *p, size_t n);

/* 36 lower-case characters of a UUID. */
bool app_uuid_valid(const char *s, size_t n);

extern const char *const app_scopes[];

/* The columns of an emission, in the order in which they are stored; used by JSON and CSV. */
enum {
    APP_EMISSION_SCOPE,
    APP_EMISSION_QUANTITY,
    APP_EMISSION_START,
    APP_EMISSION_END,
    APP_EMISSION_SOURCE,
    APP_EMISSION_FIELDS
};
extern const app_field app_emission_fields[APP_EMISSION_FIELDS + 1];

enum { APP_LOGIN_EMAIL, APP_LOGIN_PASSWORD, APP_LOGIN_FIELDS };
extern const app_field app_login_fields[APP_LOGIN_FIELDS + 1];

enum {
    APP_CONNECTOR_NAME,
    APP_CONNECTOR_SYSTEM,
    APP_CONNECTOR_URL,
    APP_CONNECTOR_SECRET,
    APP_CONNECTOR_FIELDS
};
extern const app_field app_connector_fields[APP_CONNECTOR_FIELDS + 1];
extern const app_field app_connector_change_fields[APP_CONNECTOR_FIELDS + 1];

#endif
