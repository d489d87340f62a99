/* How names and values are quoted in SQL. */
#include "config.h"

#include "postgres/quote.h"

#include "postgres/keyword.h"

/* What may hold quotes, each of them doubled. */
static void doubled(inb__buf *out, char quote, inb__str text)
{
    const char *found;
    while (text.n && (found = memchr(text.p, quote, text.n))) {
        size_t n = (size_t)(found - text.p) + 1;
        inb__buf_add(out, text.p, n);
        inb__buf_char(out, quote);
        text = (inb__str){text.p + n, text.n - n};
    }
    inb__buf_add(out, text.p, text.n);
}

static void quoted(inb__buf *out, char quote, inb__str text)
{
    inb__buf_char(out, quote);
    doubled(out, quote, text);
    inb__buf_char(out, quote);
}

void inb__quote_ident(inb__buf *out, inb__str name)
{
    quoted(out, '"', name);
}

void inb__quote_ident_with(inb__buf *out, inb__str name, const char *suffix)
{
    inb__buf_char(out, '"');
    doubled(out, '"', name);
    doubled(out, '"', inb__str_of(suffix));
    inb__buf_char(out, '"');
}

/* As quote_ident() decides: ASCII letters, digits and _ alone, no capitals, no keyword. */
static bool is_plain(inb__str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || c == '_';
        if (!letter && (i == 0 || !inb__is_digit(c))) {
            return false;
        }
    }
    return name.n > 0 && !inb__keyword_is_special(name);
}

void inb__quote_ident_readable(inb__buf *out, inb__str name)
{
    if (is_plain(name)) {
        inb__buf_add(out, name.p, name.n);
    } else {
        quoted(out, '"', name);
    }
}

void inb__quote_literal(inb__buf *out, inb__str text)
{
    quoted(out, '\'', text);
}

void inb__quote_element(inb__buf *out, inb__str text)
{
    inb__buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\') {
            inb__buf_char(out, '\\');
        }
        inb__buf_char(out, text.p[i]);
    }
    inb__buf_char(out, '"');
}

char *inb__quote_put(char *out, char quote, inb__str text)
{
    *out++ = quote;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == quote) {
            *out++ = quote;
        }
        *out++ = text.p[i];
    }
    *out++ = quote;
    return out;
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

void inb__quote_base64(inb__buf *out, inb__str base64)
{
    uint32_t bits = 0;
    int held = 0;
    inb__buf_str(out, "'\\x");
    for (size_t i = 0; i < base64.n && base64_value(base64.p[i]) >= 0; i++) {
        bits = bits << 6 | (uint32_t)base64_value(base64.p[i]);
        held += 6;
        if (held >= 8) {
            held -= 8;
            inb__buf_printf(out, "%02x", (bits >> held) & 0xff);
        }
    }
    inb__buf_char(out, '\'');
}
