/* Checks of values by kind, and the tables of fields. */
#include "config.h"

#include "app/field_check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#define URL_HOST_BYTES 256

const char *const app_scopes[] = {"SCOPE_1", "SCOPE_2", "SCOPE_3", NULL};
static const char *const systems[] = {"SAP", "ORACLE", "DYNAMICS", "NETSUITE", NULL};

const app_field app_emission_fields[] = {
    {"scope", APP_KIND_ENUM, false, 0, app_scopes, "Greenhouse Gas Protocol scope"},
    {"quantity", APP_KIND_QUANTITY, false, 0, NULL,
     "kilograms of CO2 equivalent; a number has at most 15 digits, a text more"},
    {"period_start", APP_KIND_DATE, false, 0, NULL, "first day"},
    {"period_end", APP_KIND_DATE, false, 0, NULL, "last day, included"},
    {"source", APP_KIND_TEXT, false, 200, NULL, "what emitted it"},
    {0},
};

const app_field app_login_fields[] = {
    {"email", APP_KIND_EMAIL, false, 254, NULL, "whatever its case"},
    {"password", APP_KIND_PASSWORD, false, 1024, NULL, ""},
    {0},
};

const app_field app_connector_fields[] = {
    {"name", APP_KIND_TEXT, false, 100, NULL, "unique"},
    {"system", APP_KIND_ENUM, false, 0, systems, "the product"},
    {"base_url", APP_KIND_URL, false, 500, NULL, "where it answers"},
    {"secret", APP_KIND_SECRET, false, 16384, NULL, "credentials; write-only, stored sealed"},
    {0},
};

const app_field app_connector_change_fields[] = {
    {"name", APP_KIND_TEXT, true, 100, NULL, "unique"},
    {"system", APP_KIND_ENUM, true, 0, systems, "the product"},
    {"base_url", APP_KIND_URL, true, 500, NULL,
     "where it answers; a new one needs the secret again"},
    {"secret", APP_KIND_SECRET, true, 16384, NULL, "credentials; write-only, stored sealed"},
    {0},
};

/* The number of bytes of the code point at p, 0 when it is malformed, overlong, a surrogate or NUL.
 */
static size_t utf8_length(const unsigned char *p, size_t n)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 1}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t k = 0; k < 4 && k < n; k++) {
        if ((p[0] & forms[k].mask) != forms[k].lead) {
            continue;
        }
        uint32_t code = p[0] & (unsigned char)~forms[k].mask;
        for (size_t i = 1; i <= k; i++) {
            if ((p[i] & 0xc0) != 0x80) {
                return 0;
            }
            code = code << 6 | (p[i] & 0x3f);
        }
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        return code >= forms[k].least && code <= 0x10ffff && !surrogate ? k + 1 : 0;
    }
    return 0;
}

bool app_text_valid(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n) {
        size_t length = utf8_length((const unsigned char *)p + i, n - i);
        if (!length) {
            return false;
        }
        i += length;
    }
    return true;
}

bool app_uuid_valid(const char *s, size_t n)
{
    if (n != 36) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s[i] != '-' : !s[i] || !strchr("0123456789abcdef", s[i])) {
            return false;
        }
    }
    return true;
}

/*
 * What a terminal or a reader of a log would obey instead of show: C0 and C1 controls, line and
 * paragraph separators, and what turns the direction of the text that follows.
 */
static bool is_control(const unsigned char *p, size_t n)
{
    if (*p < 0x20 || *p == 0x7f) {
        return true;
    }
    if (n >= 2 && p[0] == 0xc2) {
        return p[1] < 0xa0;
    }
    bool separator = n >= 3 && p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae;
    bool isolate = n >= 3 && p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9;
    return separator || isolate;
}

static const char *text_check(const app_field *field, const char *value, size_t n)
{
    size_t characters = 0, spaces = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_control((const unsigned char *)value + i, n - i)) {
            return "has a control character";
        }
        characters += ((unsigned char)value[i] & 0xc0) != 0x80;
        spaces += value[i] == ' ';
    }
    return characters == spaces ? "is empty" : characters > field->most ? "is too long" : NULL;
}

static const char *email_check(const app_field *field, const char *value, size_t n)
{
    const char *at = memchr(value, '@', n);
    if (n > field->most) {
        return "is too long";
    }
    if (!at || at == value || at == value + n - 1 ||
        memchr(at + 1, '@', (size_t)(value + n - at - 1))) {
        return "is not an e-mail address";
    }
    for (size_t i = 0; i < n; i++) {
        if (value[i] <= 0x20 || value[i] >= 0x7f) {
            return "is not an e-mail address";
        }
    }
    return NULL;
}

/* How many digits there are at *i, which moves past them. */
static size_t digits_take(const char *value, size_t n, size_t *i)
{
    size_t from = *i;
    while (*i < n && value[*i] >= '0' && value[*i] <= '9') {
        (*i)++;
    }
    return *i - from;
}

static const char *quantity_check(const char *value, size_t n)
{
    size_t i = 0, whole = digits_take(value, n, &i), part = 0;
    if (i < n && value[i] == '.') {
        i++;
        part = digits_take(value, n, &i);
        whole = part ? whole : 0;
    }
    if (i != n || whole == 0) {
        return "is not a decimal number of zero or more";
    }
    return whole > 12 || part > 6 ? "has more than 12 digits before or 6 after the point" : NULL;
}

static int number_at(const char *p, size_t n)
{
    int number = 0;
    for (size_t i = 0; i < n; i++) {
        number = number * 10 + (p[i] - '0');
    }
    return number;
}

static const char *date_check(const char *value, size_t n)
{
    static const char wrong[] = "is not a date as YYYY-MM-DD";
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (n != 10 || value[4] != '-' || value[7] != '-') {
        return wrong;
    }
    for (size_t i = 0; i < n; i++) {
        if (i != 4 && i != 7 && (value[i] < '0' || value[i] > '9')) {
            return wrong;
        }
    }
    int year = number_at(value, 4), month = number_at(value + 5, 2), day = number_at(value + 8, 2);
    if (year < 1900 || month < 1 || month > 12) {
        return wrong;
    }
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day >= 1 && day <= days[month - 1] + (month == 2 && leap) ? NULL : wrong;
}

static const char *enum_check(const app_field *field, const char *value, size_t n)
{
    for (const char *const *w = field->words; *w; w++) {
        if (strlen(*w) == n && memcmp(*w, value, n) == 0) {
            return NULL;
        }
    }
    return "is not one of its values";
}

/* The host of a URL after its scheme, without brackets and port; false where it is malformed. */
static bool host_take(char out[URL_HOST_BYTES], const char *authority, size_t n)
{
    static const char names[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    bool brackets = n > 0 && *authority == '[';
    const char *host = authority + brackets;
    size_t length = 0;
    while (host + length < authority + n &&
           (brackets ? host[length] != ']' : strchr(names, host[length]) != NULL)) {
        length++;
    }
    const char *rest = host + length;
    if (length == 0 || length >= URL_HOST_BYTES || (brackets && rest == authority + n)) {
        return false;
    }
    rest += brackets;
    size_t digits = 0;
    if (rest < authority + n && *rest == ':') {
        rest++;
        while (rest + digits < authority + n && rest[digits] >= '0' && rest[digits] <= '9') {
            digits++;
        }
        rest += digits;
    }
    memcpy(out, host, length);
    out[length] = '\0';
    struct in6_addr v6;
    return rest == authority + n && digits <= 5 &&
           (!brackets || inet_pton(AF_INET6, out, &v6) == 1);
}

/*
 * True of an address that is only good on one link: there a cloud's metadata service answers with
 * credentials, to whoever can make a server ask it (169.254.169.254). inet_aton reads the forms
 * that clients read too: one number, hexadecimal, octal.
 */
static bool is_link_local(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET6, host, &v6) == 1) {
        if (!IN6_IS_ADDR_V4MAPPED(&v6) && !IN6_IS_ADDR_V4COMPAT(&v6)) {
            return IN6_IS_ADDR_LINKLOCAL(&v6);
        }
        memcpy(&v4, v6.s6_addr + 12, sizeof(v4));
    } else {
        char name[URL_HOST_BYTES];
        size_t n = strlen(host);
        n -= n > 1 && host[n - 1] == '.'; /* the root of names; resolvers drop it */
        memcpy(name, host, n);
        name[n] = '\0';
        if (!inet_aton(name, &v4)) {
            return false;
        }
    }
    return ntohl(v4.s_addr) >> 16 == 0xa9fe;
}

static const char *url_check(const app_field *field, const char *value, size_t n)
{
    char host[URL_HOST_BYTES];
    const char *authority = n > 8 && memcmp(value, "https://", 8) == 0  ? value + 8
                            : n > 7 && memcmp(value, "http://", 7) == 0 ? value + 7
                                                                        : NULL;
    if (n > field->most) {
        return "is too long";
    }
    for (size_t i = 0; authority && i < n; i++) {
        if (value[i] <= 0x20 || value[i] >= 0x7f || value[i] == '\\') {
            authority = NULL;
        }
    }
    if (!authority) {
        return "is not an http or https URL";
    }
    /* Credentials belong in the secret, which is sealed; a URL is shown to everybody who lists
     * connectors. */
    if (memchr(authority, '@', (size_t)(value + n - authority))) {
        return "has credentials in it";
    }
    if (!host_take(host, authority, strcspn(authority, "/?#"))) {
        return "is not an http or https URL";
    }
    return is_link_local(host) ? "is a link-local address" : NULL;
}

const char *app_field_check(const app_field *field, const char *value, size_t n)
{
    if (!app_text_valid(value, n)) {
        return "is not UTF-8 text";
    }
    switch (field->kind) {
    case APP_KIND_TEXT:
        return text_check(field, value, n);
    case APP_KIND_EMAIL:
        return email_check(field, value, n);
    case APP_KIND_DATE:
        return date_check(value, n);
    case APP_KIND_QUANTITY:
        return quantity_check(value, n);
    case APP_KIND_ENUM:
        return enum_check(field, value, n);
    case APP_KIND_URL:
        return url_check(field, value, n);
    case APP_KIND_PASSWORD:
    case APP_KIND_SECRET:
        return n == 0 ? "is empty" : n > field->most ? "is too long" : NULL;
    }
    return "is of no known kind";
}

const char *app_period_check(const char *start, const char *end)
{
    return strcmp(start, end) <= 0 ? NULL : "is before period_start";
}
