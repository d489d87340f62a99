/*
 * Connection URLs. A 0x01 stands for a canary, which has the shape of a password: no error may hold
 * it, and no display unless it is also a part of something else than a password. What is displayed
 * is a URL again, and is displayed the same.
 */
#include "config.h"

#include "fuzz.h"
#include "pg/url.h"
#include "util/alloc.h"

#include <string.h>

#define CANARY "Cn4ry9"

static char *text_make(const uint8_t *data, size_t size)
{
    char *text = malloc(size * (sizeof(CANARY) - 1) + 1);
    CHECK(text);
    char *to = text;
    for (size_t i = 0; i < size && data[i]; i++) {
        if (data[i] == 1) {
            memcpy(to, CANARY, sizeof(CANARY) - 1);
            to += sizeof(CANARY) - 1;
        } else {
            *to++ = (char)data[i];
        }
    }
    *to = '\0';
    return text;
}

/* The canary stands in a query where no piece of a password can be, so it may be a parameter's
 * name. */
static bool in_query(const char *text)
{
    const char *query = strchr(text, '?');
    return query && !strchr(query, '@') && !strstr(query, "password=") && strstr(query, CANARY);
}

static void error_check(const inb_error *err, const char *text)
{
    CHECK(err);
    CHECK(in_query(text) || !strstr(inb_error_message(err), CANARY));
    CHECK(!strstr(inb_error_detail(err), CANARY));
    CHECK(!strstr(inb_error_hint(err), CANARY));
    CHECK(inb__utf8_check(inb_error_message(err), strlen(inb_error_message(err))) ==
          strlen(inb_error_message(err)));
}

/* A % before it takes its first letter as a digit. */
static bool only_in_passwords(const inb__url *url)
{
    for (size_t i = 0; i < url->n; i++) {
        const inb__url_parameter *p = &url->parameters[i];
        if (!strstr(p->keyword, "password") && strstr(p->value, &CANARY[1])) {
            return false;
        }
    }
    return !strstr(url->schema, &CANARY[1]);
}

static void display_check(const inb__url *url)
{
    inb__url again = {0};
    int rc = inb__url_parse(&again, url->display, NULL);
    CHECK(rc == 0 || rc == INB_ELIMIT);
    if (rc == 0) {
        CHECK(strcmp(again.display, url->display) == 0);
        CHECK(strcmp(again.schema, url->schema) == 0);
    }
    inb__url_dispose(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    long live = inb__alloc_live();
    char *text = text_make(data, size);
    inb__url url = {0};
    inb_error *err = NULL;
    if (inb__url_parse(&url, text, &err) < 0) {
        error_check(err, text);
    } else {
        CHECK(!only_in_passwords(&url) || !strstr(url.display, CANARY));
        display_check(&url);
    }
    inb_error_free(err);
    inb__url_dispose(&url);
    CHECK(inb__alloc_live() == live);
    free(text);
    return 0;
}
