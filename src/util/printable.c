/* Text from outside on its way to a terminal or a log. */
#include "config.h"

#include "util/printable.h"

#include <stdlib.h>
#include <unistd.h>

/* C0, DEL and C1; line and paragraph separators; what changes the direction of writing. */
static const struct {
    uint32_t first, last;
} controls[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0x061c, 0x061c}, {0x200e, 0x200f},
    {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfeff, 0xfeff},
};

bool inb__is_control(uint32_t code)
{
    for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
        if (code >= controls[i].first && code <= controls[i].last) {
            return code != '\n' && code != '\t';
        }
    }
    return false;
}

static void replaced(inb__buf *out, inb__str text, bool keep_newlines)
{
    size_t done = 0, length;
    for (size_t at = 0; at < text.n; at += length) {
        uint32_t code = inb__utf8_decode(text.p + at, text.n - at, &length);
        bool malformed = length == 1 && code >= 0x80;
        if (malformed || inb__is_control(code) || (code == '\n' && !keep_newlines)) {
            inb__buf_add(out, text.p + done, at - done);
            inb__buf_str(out, "\xef\xbf\xbd");
            done = at + length;
        }
    }
    inb__buf_add(out, text.p + done, text.n - done);
}

void inb__printable(inb__buf *out, inb__str text)
{
    replaced(out, text, false);
}

void inb__printable_lines(inb__buf *out, inb__str text)
{
    replaced(out, text, true);
}

bool inb__colour_allowed(int fd)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fd) && (!no_color || !*no_color) && (!term || strcmp(term, "dumb") != 0);
}
