/* Slices, UTF-8 and places in a text. */
#include "config.h"

#include "util/text.h"

int inb__str_cmp(inb__str a, inb__str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool inb__str_starts(inb__str s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

bool inb__str_ends(inb__str s, const char *suffix)
{
    size_t n = strlen(suffix);
    return s.n >= n && memcmp(s.p + s.n - n, suffix, n) == 0;
}

bool inb__is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

inb__str inb__str_trim(inb__str s)
{
    while (s.n && inb__is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && inb__is_space(s.p[s.n - 1])) {
        s.n--;
    }
    return s;
}

bool inb__ascii_eq_nocase(inb__str a, inb__str b)
{
    if (a.n != b.n) {
        return false;
    }
    for (size_t i = 0; i < a.n; i++) {
        if (inb__ascii_lower(a.p[i]) != inb__ascii_lower(b.p[i])) {
            return false;
        }
    }
    return true;
}

/* Length of the well-formed sequence at p (Unicode 15, table 3-7), 0 when there is none. */
static size_t utf8_sequence(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80) {
        return p[0] != 0;
    }
    size_t want = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || n < want) {
        return 0;
    }
    unsigned char low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < want; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return want;
}

/* Eight bytes at once where all of them are ASCII and none is NUL, as nearly all text is. */
static size_t ascii_skip(const char *p, size_t at, size_t n)
{
    const uint64_t ones = 0x0101010101010101u, tops = ones << 7;
    for (uint64_t word; n - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, p + at, sizeof(word));
        if ((word | (word - ones)) & tops) {
            break;
        }
    }
    return at;
}

size_t inb__utf8_check(const char *p, size_t n)
{
    size_t at = 0;
    while ((at = ascii_skip(p, at, n)) < n) {
        size_t length = utf8_sequence((const unsigned char *)p + at, n - at);
        if (length == 0) {
            break;
        }
        at += length;
    }
    return at;
}

uint32_t inb__utf8_decode(const char *p, size_t n, size_t *length_out)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t length = utf8_sequence(u, n);
    *length_out = length ? length : 1;
    switch (length) {
    case 2:
        return (uint32_t)(u[0] & 0x1f) << 6 | (u[1] & 0x3f);
    case 3:
        return (uint32_t)(u[0] & 0x0f) << 12 | (uint32_t)(u[1] & 0x3f) << 6 | (u[2] & 0x3f);
    case 4:
        return (uint32_t)(u[0] & 0x07) << 18 | (uint32_t)(u[1] & 0x3f) << 12 |
               (uint32_t)(u[2] & 0x3f) << 6 | (u[3] & 0x3f);
    default:
        return u[0];
    }
}

size_t inb__utf8_encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

/* Capital letters from `first` to `last`, `step` apart, and how far their small ones are. */
static const struct {
    uint32_t first, last, step, distance;
} capitals[] = {
    {'A', 'Z', 1, 32},     {0xc0, 0xd6, 1, 32},   {0xd8, 0xde, 1, 32},    {0x100, 0x12e, 2, 1},
    {0x132, 0x136, 2, 1},  {0x139, 0x147, 2, 1},  {0x14a, 0x176, 2, 1},   {0x178, 0x178, 1, -121u},
    {0x179, 0x17d, 2, 1},  {0x1cd, 0x1db, 2, 1},  {0x1de, 0x1ee, 2, 1},   {0x1f8, 0x21e, 2, 1},
    {0x222, 0x232, 2, 1},  {0x386, 0x386, 1, 38}, {0x388, 0x38a, 1, 37},  {0x38c, 0x38c, 1, 64},
    {0x38e, 0x38f, 1, 63}, {0x391, 0x3a1, 1, 32}, {0x3a3, 0x3ab, 1, 32},  {0x400, 0x40f, 1, 80},
    {0x410, 0x42f, 1, 32}, {0x460, 0x480, 2, 1},  {0x48a, 0x4be, 2, 1},   {0x4c1, 0x4cd, 2, 1},
    {0x4d0, 0x52e, 2, 1},  {0x531, 0x556, 1, 48}, {0x1e00, 0x1e94, 2, 1}, {0x1ea0, 0x1efe, 2, 1},
};

uint32_t inb__utf8_lower(uint32_t code)
{
    for (size_t i = 0; i < sizeof(capitals) / sizeof(capitals[0]); i++) {
        if (code >= capitals[i].first && code <= capitals[i].last) {
            bool is_one = (code - capitals[i].first) % capitals[i].step == 0;
            return is_one ? code + capitals[i].distance : code;
        }
    }
    return code;
}

static uint32_t characters_in(inb__str text, size_t from, size_t to)
{
    uint32_t n = 0;
    for (; from < to; from++) {
        n += ((unsigned char)text.p[from] & 0xc0) != 0x80;
    }
    return n;
}

static void cursor_back(inb__cursor *c, size_t offset)
{
    if (offset >= c->line_start) {
        c->place.column -= characters_in(c->text, offset, c->offset);
        c->offset = offset;
        return;
    }
    while (c->offset > offset) {
        c->place.line -= c->text.p[--c->offset] == '\n';
    }
    for (c->line_start = offset; c->line_start > 0; c->line_start--) {
        if (c->text.p[c->line_start - 1] == '\n') {
            break;
        }
    }
    c->place.column = 1 + characters_in(c->text, c->line_start, offset);
}

void inb__cursor_seek(inb__cursor *c, size_t offset)
{
    if (offset < c->offset) {
        cursor_back(c, offset);
    }
    for (; c->offset < offset && c->offset < c->text.n; c->offset++) {
        unsigned char byte = (unsigned char)c->text.p[c->offset];
        if (byte == '\n') {
            c->place = (inb__place){c->place.line + 1, 1};
            c->line_start = c->offset + 1;
        } else if ((byte & 0xc0) != 0x80) {
            c->place.column++;
        }
    }
}

inb__place inb__place_of(const char *text, size_t n, size_t offset)
{
    inb__cursor c = {.text = {text, n}, .place = {1, 1}};
    inb__cursor_seek(&c, offset);
    return c.place;
}

inb__str inb__line_at(const char *text, size_t n, size_t offset)
{
    if (offset > n) {
        offset = n;
    }
    size_t from = offset;
    while (from > 0 && text[from - 1] != '\n') {
        from--;
    }
    size_t to = offset;
    while (to < n && text[to] != '\n') {
        to++;
    }
    if (to > from && text[to - 1] == '\r') {
        to--;
    }
    return (inb__str){text + from, to - from};
}

void inb__hex(char *out, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}
