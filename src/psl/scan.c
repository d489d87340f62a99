/* Takes single tokens from the text of a file. */
#include "config.h"

#include "psl/scan.h"

void inb__psl_scan_init(inb__psl_scan *s, uint32_t file, inb__str text)
{
    *s = (inb__psl_scan){.text = text.p, .n = (uint32_t)text.n, .file = file, .searched = 1};
}

static bool byte_is_ascii(char c)
{
    return ((unsigned char)c & 0x80) == 0;
}

static bool is_space_separator(uint32_t code)
{
    return code == ' ' || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
           code == 0x202f || code == 0x205f || code == 0x3000;
}

static bool is_white_space(uint32_t code)
{
    return is_space_separator(code) || (code >= '\t' && code <= '\r') || code == 0x85 ||
           code == 0x2028 || code == 0x2029;
}

/* How many bytes a space beyond ASCII at the cursor has, 0 when there is none there. */
static size_t wide_space_length(const inb__psl_scan *s)
{
    if (byte_is_ascii(inb__psl_scan_peek(s))) {
        return 0;
    }
    size_t length;
    uint32_t code = inb__utf8_decode(s->text + s->at, s->n - s->at, &length);
    return length > 1 && is_space_separator(code) ? length : 0;
}

void inb__psl_scan_skip_space(inb__psl_scan *s)
{
    size_t length;
    do {
        uint32_t at = s->at;
        while (at < s->n && (s->text[at] == ' ' || s->text[at] == '\t')) {
            at++;
        }
        s->at = at;
        length = wide_space_length(s);
        s->at += (uint32_t)length;
    } while (length);
}

bool inb__psl_scan_newline(inb__psl_scan *s)
{
    if (inb__psl_scan_peek(s) == '\n') {
        s->at++;
        return true;
    }
    if (inb__psl_scan_peek(s) == '\r') {
        s->at++;
        s->at += inb__psl_scan_peek(s) == '\n';
        return true;
    }
    return false;
}

void inb__psl_scan_skip_line(inb__psl_scan *s)
{
    while (s->at < s->n && s->text[s->at] != '\n' && s->text[s->at] != '\r') {
        s->at++;
    }
}

/* What an ASCII byte can be in a name: its first character, or a later one. */
enum { NAME_FIRST = 1, NAME_LATER = 2 };
static const unsigned char name_bytes[256] = {
    ['0' ... '9'] = NAME_FIRST | NAME_LATER,
    ['A' ... 'Z'] = NAME_FIRST | NAME_LATER,
    ['a' ... 'z'] = NAME_FIRST | NAME_LATER,
    ['_'] = NAME_LATER,
    ['-'] = NAME_LATER,
};

static bool is_name_byte(char c, unsigned char place)
{
    return name_bytes[(unsigned char)c] & place;
}

/* How many bytes the character at the cursor has if a name can begin with it, else 0. */
static size_t name_char_length(const inb__psl_scan *s)
{
    if (s->at >= s->n) {
        return 0;
    }
    char c = s->text[s->at];
    if (byte_is_ascii(c)) {
        return is_name_byte(c, NAME_FIRST);
    }
    size_t length;
    uint32_t code = inb__utf8_decode(s->text + s->at, s->n - s->at, &length);
    return length > 1 && inb__psl_letters_contain(code) ? length : 0;
}

static bool name_skip(inb__psl_scan *s)
{
    size_t length = name_char_length(s);
    if (length == 0) {
        return false;
    }
    do {
        uint32_t at = s->at + (uint32_t)length;
        while (at < s->n && is_name_byte(s->text[at], NAME_LATER)) {
            at++;
        }
        s->at = at;
        length = name_char_length(s);
    } while (length);
    return true;
}

bool inb__psl_scan_ident(inb__psl_scan *s, inb__psl_ident *out)
{
    uint32_t start = s->at;
    if (!name_skip(s)) {
        return false;
    }
    *out = (inb__psl_ident){inb__psl_scan_slice(s, start), inb__psl_scan_since(s, start)};
    return true;
}

bool inb__psl_scan_path(inb__psl_scan *s, inb__psl_ident *out)
{
    uint32_t start = s->at;
    if (!name_skip(s)) {
        return false;
    }
    while (inb__psl_scan_take(s, ".")) {
        (void)name_skip(s);
    }
    *out = (inb__psl_ident){inb__psl_scan_slice(s, start), inb__psl_scan_since(s, start)};
    return true;
}

static void digits_skip(inb__psl_scan *s)
{
    while (inb__is_digit(inb__psl_scan_peek(s))) {
        s->at++;
    }
}

bool inb__psl_scan_number(inb__psl_scan *s)
{
    uint32_t start = s->at;
    (void)inb__psl_scan_take(s, "-");
    if (!inb__is_digit(inb__psl_scan_peek(s))) {
        s->at = start;
        return false;
    }
    digits_skip(s);
    if (inb__psl_scan_peek(s) == '.' && s->at + 1 < s->n && inb__is_digit(s->text[s->at + 1])) {
        s->at++;
        digits_skip(s);
    }
    return true;
}

bool inb__psl_scan_string(inb__psl_scan *s)
{
    if (inb__psl_scan_peek(s) != '"') {
        return false;
    }
    uint32_t at = s->at + 1;
    while (at < s->n && s->text[at] != '"' && (unsigned char)s->text[at] >= 0x20) {
        at += s->text[at] == '\\' ? 2 : 1;
    }
    if (at >= s->n || s->text[at] != '"') {
        return false;
    }
    s->at = at + 1;
    return true;
}

static uint32_t comment_close_find(inb__psl_scan *s, uint32_t from)
{
    if (from < s->searched || from > s->close) {
        s->searched = from;
        s->close = from;
        while (s->close < s->n &&
               (s->text[s->close] != '*' || s->close + 1 == s->n || s->text[s->close + 1] != '/')) {
            s->close++;
        }
    }
    return s->close;
}

static bool multi_line_comment_take(inb__psl_scan *s, inb__psl_comment_line *out)
{
    uint32_t start = s->at;
    uint32_t close = comment_close_find(s, start + 2);
    if (close >= s->n) {
        return false;
    }
    s->at = close + 2;
    out->kind = INB__PSL_MULTI_LINE_COMMENT;
    out->text = inb__psl_scan_slice(s, start);
    out->inner = (inb__str){s->text + start + 2, close - start - 2};
    return true;
}

bool inb__psl_scan_comment(inb__psl_scan *s, inb__psl_comment_line *out)
{
    if (inb__psl_scan_peek(s) != '/' || s->at + 1 >= s->n) {
        return false;
    }
    if (s->text[s->at + 1] == '*') {
        return multi_line_comment_take(s, out);
    }
    uint32_t start = s->at;
    bool doc = inb__psl_scan_take(s, "///");
    if (!doc && !inb__psl_scan_take(s, "//")) {
        return false;
    }
    uint32_t inner = s->at;
    inb__psl_scan_skip_line(s);
    out->kind = doc ? INB__PSL_DOC_COMMENT : INB__PSL_LINE_COMMENT;
    out->text = inb__psl_scan_slice(s, start);
    out->inner = inb__psl_scan_slice(s, inner);
    return true;
}

static size_t last_char_start(inb__str text)
{
    size_t at = text.n - 1;
    while (at > 0 && text.n - at < 4 && ((unsigned char)text.p[at] & 0xc0) == 0x80) {
        at--;
    }
    return at;
}

inb__str inb__psl_scan_trim(inb__str text)
{
    size_t length;
    while (text.n && is_white_space(inb__utf8_decode(text.p, text.n, &length))) {
        text.p += length;
        text.n -= length;
    }
    while (text.n) {
        size_t at = last_char_start(text);
        if (!is_white_space(inb__utf8_decode(text.p + at, text.n - at, &length))) {
            break;
        }
        text.n = at;
    }
    return text;
}
