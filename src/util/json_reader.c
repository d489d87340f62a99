/* Reads JSON event by event. */
#include "config.h"

#include "util/json_reader.h"

static void reader_init(inb__json_reader *r, const char *text, size_t n, uint32_t depth_max)
{
    r->key = r->text = (inb__str){"", 0};
    r->p = r->start = text;
    r->end = text + n;
    r->depth = 0;
    r->depth_max = depth_max < INB__JSON_DEPTH_MAX ? depth_max : INB__JSON_DEPTH_MAX;
    r->first = r->started = false;
}

void inb__json_reader_init(inb__json_reader *r, inb__str text, uint32_t depth_max)
{
    r->writable = NULL;
    reader_init(r, text.p, text.n, depth_max);
}

void inb__json_reader_init_decoding(inb__json_reader *r, char *text, size_t n, uint32_t depth_max)
{
    r->writable = text;
    reader_init(r, text, n, depth_max);
}

static void space_skip(inb__json_reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t')) {
        r->p++;
    }
}

static bool byte_take(inb__json_reader *r, char c)
{
    bool taken = r->p < r->end && *r->p == c;
    r->p += taken;
    return taken;
}

static bool hex4_take(inb__json_reader *r, uint32_t *out)
{
    uint32_t code = 0;
    if (r->end - r->p < 4) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        char c = *r->p++, lower = (char)(c | 0x20);
        if (!inb__is_digit(c) && (lower < 'a' || lower > 'f')) {
            return false;
        }
        code = code * 16 + (uint32_t)(inb__is_digit(c) ? c - '0' : lower - 'a' + 10);
    }
    *out = code;
    return true;
}

/* After "\u": one code point, of two escapes when the first is half of one. Half is no text. */
static bool code_take(inb__json_reader *r, uint32_t *out)
{
    uint32_t low;
    if (!hex4_take(r, out) || (*out >= 0xdc00 && *out <= 0xdfff)) {
        return false;
    }
    if (*out < 0xd800 || *out > 0xdbff) {
        return true;
    }
    bool pair = byte_take(r, '\\') && byte_take(r, 'u') && hex4_take(r, &low) && low >= 0xdc00 &&
                low <= 0xdfff;
    *out = pair ? 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00) : 0;
    return pair;
}

/* After a backslash. What it stands for is never longer than it is. */
static bool escape_take(inb__json_reader *r, char **to)
{
    static const char from[] = "\"\\/bfnrt", as[] = "\"\\/\b\f\n\r\t";
    char c = r->p < r->end ? *r->p++ : '\0';
    if (c == 'u') {
        uint32_t code;
        if (!code_take(r, &code)) {
            return false;
        }
        char bytes[4];
        size_t n = inb__utf8_encode(code, bytes);
        if (*to) {
            memcpy(*to, bytes, n);
            *to += n;
        }
        return true;
    }
    const char *known = c ? strchr(from, c) : NULL;
    if (known && *to) {
        *(*to)++ = as[known - from];
    }
    return known != NULL;
}

static bool string_take(inb__json_reader *r, inb__str *out)
{
    if (!byte_take(r, '"')) {
        return false;
    }
    const char *from = r->p;
    while (r->p < r->end && *r->p != '"' && *r->p != '\\' && (unsigned char)*r->p >= 0x20) {
        r->p++;
    }
    char *begin = r->writable ? r->writable + (from - r->start) : NULL;
    char *to = begin ? begin + (r->p - from) : NULL;
    while (r->p < r->end && *r->p != '"') {
        unsigned char c = (unsigned char)*r->p++;
        if (c < 0x20 || (c == '\\' && !escape_take(r, &to))) {
            return false;
        }
        if (c != '\\' && to) {
            *to++ = (char)c;
        }
    }
    *out = (inb__str){from, begin ? (size_t)(to - begin) : (size_t)(r->p - from)};
    return byte_take(r, '"');
}

static bool digits_take(inb__json_reader *r)
{
    const char *from = r->p;
    while (r->p < r->end && inb__is_digit(*r->p)) {
        r->p++;
    }
    return r->p > from;
}

static inb__json_event number_take(inb__json_reader *r)
{
    const char *from = r->p;
    (void)byte_take(r, '-');
    bool good = byte_take(r, '0') || digits_take(r);
    if (good && byte_take(r, '.')) {
        good = digits_take(r);
    }
    if (good && (byte_take(r, 'e') || byte_take(r, 'E'))) {
        (void)(byte_take(r, '-') || byte_take(r, '+'));
        good = digits_take(r);
    }
    r->text = (inb__str){from, (size_t)(r->p - from)};
    return good ? INB__JSON_NUMBER : INB__JSON_ERROR;
}

static inb__json_event literal_take(inb__json_reader *r)
{
    static const struct {
        const char *word;
        inb__json_event event;
    } words[] = {{"true", INB__JSON_TRUE}, {"false", INB__JSON_FALSE}, {"null", INB__JSON_NULL}};
    inb__str rest = {r->p, (size_t)(r->end - r->p)};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (inb__str_starts(rest, words[i].word)) {
            r->p += strlen(words[i].word);
            return words[i].event;
        }
    }
    return number_take(r);
}

static bool in_object(const inb__json_reader *r)
{
    uint32_t level = r->depth - 1;
    return r->depth && (r->objects[level / 64] >> (level % 64) & 1);
}

static inb__json_event open_take(inb__json_reader *r, bool object)
{
    if (r->depth >= r->depth_max) {
        return INB__JSON_ERROR;
    }
    uint64_t bit = (uint64_t)1 << (r->depth % 64), *word = &r->objects[r->depth / 64];
    *word = object ? *word | bit : *word & ~bit;
    r->depth++;
    r->first = true;
    return object ? INB__JSON_OBJECT : INB__JSON_ARRAY;
}

static inb__json_event value_take(inb__json_reader *r)
{
    r->text = (inb__str){"", 0};
    r->first = false;
    r->started = true;
    if (byte_take(r, '{')) {
        return open_take(r, true);
    }
    if (byte_take(r, '[')) {
        return open_take(r, false);
    }
    if (r->p < r->end && *r->p == '"') {
        return string_take(r, &r->text) ? INB__JSON_TEXT : INB__JSON_ERROR;
    }
    return literal_take(r);
}

static bool key_take(inb__json_reader *r)
{
    if (!string_take(r, &r->key)) {
        return false;
    }
    space_skip(r);
    bool colon = byte_take(r, ':');
    space_skip(r);
    return colon;
}

inb__json_event inb__json_reader_next(inb__json_reader *r)
{
    space_skip(r);
    if (r->depth == 0 && r->started) {
        return r->p == r->end ? INB__JSON_END : INB__JSON_ERROR;
    }
    if (r->depth) {
        if (byte_take(r, in_object(r) ? '}' : ']')) {
            r->depth--;
            r->first = false;
            return INB__JSON_CLOSE;
        }
        if (!r->first && !byte_take(r, ',')) {
            return INB__JSON_ERROR;
        }
        space_skip(r);
    }
    r->key = (inb__str){"", 0};
    if (in_object(r) && !key_take(r)) {
        return INB__JSON_ERROR;
    }
    return value_take(r);
}
