/* The bytes of a member's value in the text of a JSON object. */
#include "config.h"

#include "app/json_slice.h"

#include "app/json_text.h"

#include <string.h>

typedef struct scanner {
    const char *p, *end;
} scanner;

static void space_skip(scanner *s)
{
    while (s->p < s->end && strchr(" \t\r\n", *s->p)) {
        s->p++;
    }
}

/* True when the character was next. */
static bool char_take(scanner *s, char c)
{
    space_skip(s);
    bool there = s->p < s->end && *s->p == c;
    s->p += there;
    return there;
}

/* A string with its quotes. */
static void string_skip(scanner *s)
{
    for (s->p++; s->p < s->end && *s->p != '"'; s->p++) {
        s->p += *s->p == '\\';
    }
    s->p += s->p < s->end;
}

static void value_skip(scanner *s)
{
    size_t depth = 0;
    do {
        space_skip(s);
        if (s->p >= s->end) {
            return;
        }
        if (*s->p == '"') {
            string_skip(s);
        } else if (strchr("{[", *s->p)) {
            depth++;
            s->p++;
        } else if (strchr("}]", *s->p)) {
            depth--;
            s->p++;
        } else if (strchr(",:", *s->p)) {
            s->p++;
        } else {
            while (s->p < s->end && !strchr(" \t\r\n,:]}", *s->p)) {
                s->p++;
            }
        }
    } while (depth > 0);
}

/* A key may be written with escapes. */
static bool key_is(const char *quoted, size_t n, const char *name)
{
    if (!memchr(quoted, '\\', n)) {
        return n == strlen(name) + 2 && memcmp(quoted + 1, name, n - 2) == 0;
    }
    json_t *key = json_loadb(quoted, n, JSON_DECODE_ANY, NULL);
    bool same = json_is_string(key) && strcmp(json_string_value(key), name) == 0;
    json_decref(key);
    return same;
}

bool app_json_slice(const char **out, size_t *n_out, const char *text, size_t n, const char *name)
{
    scanner s = {text, text + n};
    if (!char_take(&s, '{')) {
        return false;
    }
    do {
        space_skip(&s);
        const char *key = s.p;
        if (s.p >= s.end || *s.p != '"') {
            return false;
        }
        string_skip(&s);
        size_t key_n = (size_t)(s.p - key);
        if (!char_take(&s, ':')) {
            return false;
        }
        space_skip(&s);
        const char *value = s.p;
        value_skip(&s);
        if (key_is(key, key_n, name)) {
            *out = value;
            *n_out = (size_t)(s.p - value);
            return s.p <= s.end;
        }
    } while (char_take(&s, ','));
    return false;
}
