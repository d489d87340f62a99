/* The JSON writer. */
#include "config.h"

#include "util/json.h"

#include <stdio.h>

void inb__json_init(inb__json *j, inb__buf *out)
{
    *j = (inb__json){.out = out, .first = true};
}

void inb__json_init_compact(inb__json *j, inb__buf *out)
{
    *j = (inb__json){.out = out, .first = true, .compact = true};
}

static void line_start(inb__json *j)
{
    if (!j->compact) {
        inb__buf_char(j->out, '\n');
        inb__buf_fill(j->out, ' ', (size_t)j->depth * 2);
    }
}

static void value_start(inb__json *j)
{
    if (j->after_key) {
        j->after_key = false;
    } else if (j->depth > 0) {
        if (!j->first) {
            inb__buf_char(j->out, ',');
        }
        line_start(j);
    }
    j->first = false;
}

static void open_with(inb__json *j, char c)
{
    value_start(j);
    inb__buf_char(j->out, c);
    j->depth++;
    j->first = true;
}

static void close_with(inb__json *j, char c)
{
    j->depth--;
    if (!j->first) {
        line_start(j);
    }
    inb__buf_char(j->out, c);
    j->first = false;
    if (j->depth == 0 && !j->compact) {
        inb__buf_char(j->out, '\n');
    }
}

void inb__json_object(inb__json *j)
{
    open_with(j, '{');
}

void inb__json_object_end(inb__json *j)
{
    close_with(j, '}');
}

void inb__json_array(inb__json *j)
{
    open_with(j, '[');
}

void inb__json_array_end(inb__json *j)
{
    close_with(j, ']');
}

/* What stands for a character in JSON text; NULL when the character does. */
static const char *escape_of(char scratch[8], uint32_t code, bool malformed)
{
    static const char *const short_form[128] = {
        ['"'] = "\\\"", ['\\'] = "\\\\", ['\n'] = "\\n", ['\r'] = "\\r",
        ['\t'] = "\\t", ['\b'] = "\\b",  ['\f'] = "\\f",
    };
    if (malformed) {
        return "\xef\xbf\xbd";
    }
    if (code < 128 && short_form[code]) {
        return short_form[code];
    }
    if (code >= 0x20 && (code < 0x7f || code > 0x9f)) {
        return NULL;
    }
    snprintf(scratch, 8, "\\u%04x", (unsigned)code & 0xffffu);
    return scratch;
}

/* The output is UTF-8 whatever the input is, and no control character is in it as such. */
static void quoted(inb__buf *out, inb__str s)
{
    char scratch[8];
    size_t done = 0, length;
    inb__buf_char(out, '"');
    for (size_t at = 0; at < s.n; at += length) {
        uint32_t code = inb__utf8_decode(s.p + at, s.n - at, &length);
        const char *escape = escape_of(scratch, code, length == 1 && code >= 0x80);
        if (escape) {
            inb__buf_add(out, s.p + done, at - done);
            inb__buf_str(out, escape);
            done = at + length;
        }
    }
    inb__buf_add(out, s.p + done, s.n - done);
    inb__buf_char(out, '"');
}

void inb__json_key(inb__json *j, const char *key)
{
    value_start(j);
    quoted(j->out, inb__str_of(key));
    inb__buf_str(j->out, j->compact ? ":" : ": ");
    j->after_key = true;
}

void inb__json_str(inb__json *j, inb__str s)
{
    value_start(j);
    quoted(j->out, s);
}

void inb__json_string(inb__json *j, const char *s)
{
    if (s) {
        inb__json_str(j, inb__str_of(s));
    } else {
        inb__json_null(j);
    }
}

void inb__json_int(inb__json *j, int64_t n)
{
    value_start(j);
    inb__buf_printf(j->out, "%lld", (long long)n);
}

void inb__json_double(inb__json *j, double n, int decimals)
{
    value_start(j);
    inb__buf_printf(j->out, "%.*f", decimals, n);
}

void inb__json_bool(inb__json *j, bool b)
{
    value_start(j);
    inb__buf_str(j->out, b ? "true" : "false");
}

void inb__json_null(inb__json *j)
{
    value_start(j);
    inb__buf_str(j->out, "null");
}

void inb__json_member(inb__json *j, const char *key, const char *s)
{
    inb__json_key(j, key);
    inb__json_string(j, s);
}

void inb__json_member_str(inb__json *j, const char *key, inb__str s)
{
    inb__json_key(j, key);
    inb__json_str(j, s);
}

void inb__json_member_int(inb__json *j, const char *key, int64_t n)
{
    inb__json_key(j, key);
    inb__json_int(j, n);
}

void inb__json_member_bool(inb__json *j, const char *key, bool b)
{
    inb__json_key(j, key);
    inb__json_bool(j, b);
}
