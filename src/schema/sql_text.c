#include "config.h"

#include "schema/sql_text.h"

static void quoted(inb__buf *out, char quote, inb__str text)
{
    const char *found;
    inb__buf_char(out, quote);
    while (text.n && (found = memchr(text.p, quote, text.n))) {
        size_t n = (size_t)(found - text.p) + 1;
        inb__buf_add(out, text.p, n);
        inb__buf_char(out, quote);
        text = (inb__str){text.p + n, text.n - n};
    }
    inb__buf_add(out, text.p, text.n);
    inb__buf_char(out, quote);
}

void inb__sql_ident(inb__buf *out, inb__str name)
{
    quoted(out, '"', name);
}

void inb__sql_literal(inb__buf *out, inb__str text)
{
    quoted(out, '\'', text);
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

void inb__sql_bytes(inb__buf *out, inb__str base64)
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
