/* Unescapes string literals. */
#include "config.h"

#include "psl/lower.h"

typedef struct unescaper {
    const char *text; /* between the quotes */
    size_t at, n;
    char *out;
    size_t length;
    inb__span inner; /* the place of the text */
    inb__diagnostics *diagnostics;
} unescaper;

static inb__span span_at(const unescaper *u, size_t start, size_t n)
{
    uint32_t from = u->inner.start + (uint32_t)start;
    uint32_t to = from + (uint32_t)n;
    return (inb__span){u->inner.file, from, to < u->inner.end ? to : u->inner.end};
}

static int hex_value(char c)
{
    if (inb__is_digit(c)) {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Reads \uXXXX at `at`; the value or -1, and how many of its bytes were valid. */
static long code_unit(const unescaper *u, size_t at, size_t *good)
{
    *good = 0;
    if (at + 2 > u->n || u->text[at] != '\\' || u->text[at + 1] != 'u') {
        return -1;
    }
    long value = 0;
    for (*good = 2; *good < 6; (*good)++) {
        int digit = at + *good < u->n ? hex_value(u->text[at + *good]) : -1;
        if (digit < 0) {
            return -1;
        }
        value = value << 4 | digit;
    }
    return value;
}

static void code_point_refuse(unescaper *u, size_t n)
{
    inb__psl_error(u->diagnostics, span_at(u, u->at, n), "\"%.*s\" is not a character",
                   (int)(span_at(u, u->at, n).end - span_at(u, u->at, n).start), u->text + u->at);
    inb__psl_hint(u->diagnostics, "Write \\u and four hexadecimal digits; a character above U+FFFF "
                                  "is a high surrogate followed by a low one.");
    u->at += n;
}

static void code_point_unescape(unescaper *u)
{
    size_t good, more;
    long unit = code_unit(u, u->at, &good);
    if (unit < 0) {
        code_point_refuse(u, good);
        return;
    }
    uint32_t code = (uint32_t)unit;
    if (unit >= 0xd800 && unit <= 0xdfff) {
        long low = code_unit(u, u->at + 6, &more);
        if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff) {
            code_point_refuse(u, low < 0 ? 6 : 12);
            return;
        }
        good = 12;
        code = 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
    }
    u->length += inb__utf8_encode(code, u->out + u->length);
    u->at += good;
}

static void escape_refuse(unescaper *u)
{
    size_t length;
    inb__utf8_decode(u->text + u->at + 1, u->n - u->at - 1, &length);
    inb__psl_error(u->diagnostics, span_at(u, u->at, 1 + length),
                   "unknown escape \"%.*s\" in a string", (int)(1 + length), u->text + u->at);
    inb__psl_hint(u->diagnostics, "Write \\\\ for a backslash; the other escapes are \\\" \\/ \\b "
                                  "\\f \\n \\r \\t and \\u with four hexadecimal digits.");
    u->at += 1 + length;
}

static void escape_unescape(unescaper *u)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char c = u->text[u->at + 1];
    const char *known = c ? strchr(letters, c) : NULL;
    if (c == 'u') {
        code_point_unescape(u);
    } else if (known) {
        u->out[u->length++] = meanings[known - letters];
        u->at += 2;
    } else {
        escape_refuse(u);
    }
}

/* A replacement is never longer than its escape: the room of the text is enough. */
inb__str inb__psl_unescape(inb__arena *arena, inb__str quoted, inb__span span,
                           inb__diagnostics *diagnostics)
{
    inb__str inner = {quoted.p + 1, quoted.n - 2};
    if (!memchr(inner.p, '\\', inner.n)) {
        return inner;
    }
    unescaper u = {
        .text = inner.p,
        .n = inner.n,
        .out = inb__arena_alloc(arena, inner.n + 1),
        .inner = {span.file, span.start + 1, span.end - 1},
        .diagnostics = diagnostics,
    };
    while (u.at < u.n) {
        if (u.text[u.at] == '\\' && u.at + 1 < u.n) {
            escape_unescape(&u);
        } else {
            u.out[u.length++] = u.text[u.at++];
        }
    }
    return (inb__str){u.out, u.length};
}
