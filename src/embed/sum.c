/* Reads and writes inboard.sum, the list of released migrations. */
#include "config.h"

#include "embed/sum.h"

#include "vault/digest.h"

#define HEAD                                                                                       \
    "# Released migrations. Written by `inboard sum`; when two branches conflict here, each "      \
    "added one.\n"
#define DIGEST "digest "
#define HEX_LENGTH 64u

static void name_write(inb__buf *out, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < n;) {
        size_t length;
        inb__utf8_decode(name + i, n - i, &length);
        unsigned char c = (unsigned char)name[i];
        if (c == '\\') {
            inb__buf_str(out, "\\\\");
        } else if (c < 0x20 || c == 0x7f || (c >= 0x80 && length == 1) || (c == '#' && i == 0)) {
            inb__buf_printf(out, "\\x%02x", c);
        } else {
            inb__buf_add(out, name + i, length);
        }
        i += length;
    }
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* The name without its escapes; NULL when one is none. */
static const char *name_read(inb__arena *arena, inb__str s)
{
    char *name = inb__arena_alloc(arena, s.n + 1);
    size_t to = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\\') {
            name[to++] = s.p[i];
        } else if (i + 1 < s.n && s.p[i + 1] == '\\') {
            name[to++] = s.p[++i];
        } else if (i + 3 < s.n && s.p[i + 1] == 'x' && hex_digit(s.p[i + 2]) >= 0 &&
                   hex_digit(s.p[i + 3]) >= 0) {
            name[to++] = (char)(hex_digit(s.p[i + 2]) * 16 + hex_digit(s.p[i + 3]));
            i += 3;
        } else {
            return NULL;
        }
    }
    return to ? name : NULL;
}

static bool is_hex(inb__str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (hex_digit(s.p[i]) < 0) {
            return false;
        }
    }
    return s.n == HEX_LENGTH;
}

/* The last word of s, taken off with the one space before it. */
static inb__str last_word(inb__str *s)
{
    size_t at = s->n;
    while (at > 0 && s->p[at - 1] != ' ') {
        at--;
    }
    inb__str word = {s->p + at, s->n - at};
    s->n = at ? at - 1 : 0;
    return word;
}

static bool class_read(inb__str word, inb_class *out)
{
    for (int c = INB_CLASS_ADDITIVE; c <= INB_CLASS_CONTRACTING; c++) {
        if (inb__str_is(word, inb_class_name((inb_class)c))) {
            *out = (inb_class)c;
            return true;
        }
    }
    return false;
}

static bool is_conflict(inb__str line)
{
    return inb__str_starts(line, "<<<<<<< ") || inb__str_starts(line, ">>>>>>> ") ||
           inb__str_starts(line, "||||||| ") || inb__str_is(line, "=======");
}

static const char *line_read(inb__sum *sum, inb__arena *arena, inb__str s, size_t offset)
{
    inb__sum_line line = {.offset = offset};
    if (is_conflict(s)) {
        return "a merge conflict: two branches have each added a migration";
    }
    if (!class_read(last_word(&s), &line.cls)) {
        return "the line does not end with a class";
    }
    line.checksum = last_word(&s);
    if (!is_hex(line.checksum)) {
        return "the line has no checksum of 64 hexadecimal digits";
    }
    line.name = name_read(arena, s);
    if (!line.name) {
        return "the line has no migration name";
    }
    size_t n = sum->lines.n;
    if (n && strcmp(sum->lines.v[n - 1].name, line.name) >= 0) {
        return "the line is out of order: migrations are listed in the byte order of their names";
    }
    INB__VEC_ADD(arena, &sum->lines, line);
    return NULL;
}

static bool digest_matches(inb__str above, inb__str hex)
{
    unsigned char digest[INB__SHA256_BYTES];
    char want[HEX_LENGTH + 1];
    inb__sha256(digest, above.p, above.n);
    inb__hex(want, digest, sizeof(digest));
    return inb__str_is(hex, want);
}

/* A checkout with CRLF line endings is the same file: the digest is over lines that end with LF. */
static inb__str without_cr(inb__arena *arena, inb__str text)
{
    char *copy = inb__arena_alloc(arena, text.n + 1);
    size_t to = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n') {
            copy[to++] = text.p[i];
        }
    }
    return (inb__str){copy, to};
}

void inb__sum_parse(inb__sum *sum, inb__arena *arena, inb__sum_fault *fault)
{
    *fault = (inb__sum_fault){0};
    sum->text = without_cr(arena, sum->text);
    inb__str text = sum->text;
    bool ended = false;
    for (size_t at = 0; at < text.n;) {
        inb__str line = inb__line_at(text.p, text.n, at);
        fault->offset = at;
        if (ended) {
            fault->message = "text follows the digest";
        } else if (inb__str_starts(line, DIGEST) && line.n == sizeof(DIGEST) - 1 + HEX_LENGTH) {
            inb__str hex = {line.p + sizeof(DIGEST) - 1, HEX_LENGTH};
            ended = true;
            fault->message = digest_matches((inb__str){text.p, at}, hex)
                                 ? NULL
                                 : "the digest does not match the lines above it";
        } else if (line.n && line.p[0] != '#') {
            fault->message = line_read(sum, arena, line, at);
        }
        if (fault->message) {
            return;
        }
        at += line.n + 1;
    }
    fault->offset = text.n;
    fault->message = ended ? NULL : "the file ends without its digest";
}

void inb__sum_begin(inb__buf *out)
{
    inb__buf_str(out, HEAD);
}

void inb__sum_add(inb__buf *out, const char *name, const char *checksum, inb_class cls)
{
    name_write(out, name);
    inb__buf_printf(out, " %s %s\n", checksum, inb_class_name(cls));
}

void inb__sum_end(inb__buf *out)
{
    unsigned char digest[INB__SHA256_BYTES];
    char hex[HEX_LENGTH + 1];
    inb__sha256(digest, inb__buf_text(out), out->length);
    inb__hex(hex, digest, sizeof(digest));
    inb__buf_printf(out, DIGEST "%s\n", hex);
}
