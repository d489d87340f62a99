/* PostgreSQL's lexical rules, as far as the end of each token is concerned. */
#include "config.h"

#include "sql/lex.h"

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name_part(char c)
{
    return is_name_start(c) || inb__is_digit(c) || c == '$';
}

static bool is_operator(char c)
{
    return c != '\0' && strchr("~!@#^&|`?+-*/%<>=", c) != NULL;
}

static char char_at(inb__str s, size_t i)
{
    return i < s.n ? s.p[i] : '\0';
}

static size_t line_end(inb__str s, size_t i)
{
    while (i < s.n && s.p[i] != '\n' && s.p[i] != '\r') {
        i++;
    }
    return i;
}

/* From the opening slash; comments nest. */
static size_t comment_end(inb__str s, size_t i, bool *unterminated)
{
    size_t depth = 0;
    while (i < s.n) {
        if (s.p[i] == '/' && char_at(s, i + 1) == '*') {
            depth++;
            i += 2;
        } else if (s.p[i] == '*' && char_at(s, i + 1) == '/') {
            depth--;
            i += 2;
            if (depth == 0) {
                return i;
            }
        } else {
            i++;
        }
    }
    *unterminated = true;
    return s.n;
}

/* From the opening quote; a doubled quote is one, and a backslash takes the next byte where it
 * escapes. */
static size_t quote_end(inb__str s, size_t i, bool escapes, bool *unterminated)
{
    char quote = s.p[i++];
    while (i < s.n) {
        if (s.p[i] == '\\' && escapes) {
            i += 2;
        } else if (s.p[i] != quote) {
            i++;
        } else if (char_at(s, i + 1) == quote) {
            i += 2;
        } else {
            return i + 1;
        }
    }
    *unterminated = true;
    return s.n;
}

/* The length of $tag$ at i, 0 when there is none. */
static size_t dollar_tag(inb__str s, size_t i)
{
    size_t at = i + 1;
    if (is_name_start(char_at(s, at))) {
        while (is_name_start(char_at(s, at)) || inb__is_digit(char_at(s, at))) {
            at++;
        }
    }
    return char_at(s, at) == '$' ? at + 1 - i : 0;
}

static size_t dollar_end(inb__str s, size_t i, size_t tag, bool *unterminated)
{
    for (size_t at = i + tag; at + tag <= s.n; at++) {
        if (s.p[at] == '$' && memcmp(s.p + at, s.p + i, tag) == 0) {
            return at + tag;
        }
    }
    *unterminated = true;
    return s.n;
}

static size_t operator_end(inb__str s, size_t i)
{
    size_t from = i;
    while (i < s.n && is_operator(s.p[i])) {
        bool comment = (s.p[i] == '-' && char_at(s, i + 1) == '-') ||
                       (s.p[i] == '/' && char_at(s, i + 1) == '*');
        if (comment && i > from) {
            break;
        }
        i++;
    }
    return i;
}

static size_t number_end(inb__str s, size_t i)
{
    while (inb__is_digit(char_at(s, i)) || is_name_start(char_at(s, i)) ||
           (s.p[i < s.n ? i : 0] == '.' && i < s.n && char_at(s, i + 1) != '.')) {
        bool exponent = s.p[i] == 'e' || s.p[i] == 'E';
        i++;
        if (exponent && (char_at(s, i) == '-' || char_at(s, i) == '+')) {
            i++;
        }
    }
    return i;
}

/* A letter or U& that makes the quote after it a string of another kind; the offset of that quote,
 * else 0. */
static size_t prefixed_quote(inb__str s, size_t i, char *prefix_out)
{
    char c = s.p[i] & ~0x20;
    *prefix_out = c;
    if (c == 'U' && char_at(s, i + 1) == '&') {
        char q = char_at(s, i + 2);
        return q == '\'' || q == '"' ? i + 2 : 0;
    }
    bool string = c == 'E' || c == 'B' || c == 'X' || c == 'N';
    return string && char_at(s, i + 1) == '\'' ? i + 1 : 0;
}

/* A string goes on in the next line's quote, in the same kind: the offset of that quote, else 0. */
static size_t continuation(inb__str s, size_t i)
{
    bool line = false;
    while (i < s.n) {
        if (s.p[i] == '-' && char_at(s, i + 1) == '-') {
            i = line_end(s, i);
        } else if (inb__is_space(s.p[i])) {
            line |= s.p[i] == '\n' || s.p[i] == '\r';
            i++;
        } else {
            break;
        }
    }
    return line && char_at(s, i) == '\'' ? i : 0;
}

static void word_end(inb__str s, inb__token *t, size_t *end)
{
    char prefix;
    size_t quote = prefixed_quote(s, t->offset, &prefix);
    if (quote) {
        t->kind = s.p[quote] == '"' ? INB__TOKEN_QUOTED_NAME : INB__TOKEN_STRING;
        *end = quote_end(s, quote, prefix == 'E', &t->unterminated);
        size_t more;
        while (prefix == 'E' && !t->unterminated && (more = continuation(s, *end)) > 0) {
            *end = quote_end(s, more, true, &t->unterminated);
        }
        return;
    }
    t->kind = INB__TOKEN_WORD;
    while (is_name_part(char_at(s, *end))) {
        (*end)++;
    }
}

static void dollar(inb__str s, inb__token *t, size_t *end)
{
    size_t tag = dollar_tag(s, t->offset);
    if (tag) {
        t->kind = INB__TOKEN_STRING;
        *end = dollar_end(s, t->offset, tag, &t->unterminated);
    } else if (inb__is_digit(char_at(s, t->offset + 1))) {
        t->kind = INB__TOKEN_PARAMETER;
        while (inb__is_digit(char_at(s, *end))) {
            (*end)++;
        }
    }
}

size_t inb__lex_mark(inb__str text)
{
    static const char mark[] = "\xef\xbb\xbf";
    return inb__str_starts(text, mark) ? sizeof(mark) - 1 : 0;
}

inb__token inb__lex(inb__str s, size_t offset)
{
    inb__token t = {.kind = INB__TOKEN_OTHER, .offset = offset};
    if (offset >= s.n) {
        t.kind = INB__TOKEN_END;
        t.offset = s.n;
        return t;
    }
    char c = s.p[offset];
    char next = char_at(s, offset + 1);
    size_t end = offset + 1;
    if (offset == 0 && inb__lex_mark(s)) {
        t.kind = INB__TOKEN_SPACE;
        end = inb__lex_mark(s);
    } else if (inb__is_space(c)) {
        t.kind = INB__TOKEN_SPACE;
        while (end < s.n && inb__is_space(s.p[end])) {
            end++;
        }
    } else if (c == '-' && next == '-') {
        t.kind = INB__TOKEN_LINE_COMMENT;
        end = line_end(s, offset);
    } else if (c == '/' && next == '*') {
        t.kind = INB__TOKEN_BLOCK_COMMENT;
        end = comment_end(s, offset, &t.unterminated);
    } else if (c == '\'' || c == '"') {
        t.kind = c == '"' ? INB__TOKEN_QUOTED_NAME : INB__TOKEN_STRING;
        end = quote_end(s, offset, false, &t.unterminated);
    } else if (is_name_start(c)) {
        word_end(s, &t, &end);
    } else if (inb__is_digit(c) || (c == '.' && inb__is_digit(next))) {
        t.kind = INB__TOKEN_NUMBER;
        end = number_end(s, offset);
    } else if (c == '$') {
        dollar(s, &t, &end);
    } else if (c == '\\') {
        t.kind = INB__TOKEN_BACKSLASH;
    } else if (strchr("()[],;:.", c)) {
        t.kind = INB__TOKEN_PUNCTUATION;
    } else if (is_operator(c)) {
        t.kind = INB__TOKEN_OPERATOR;
        end = operator_end(s, offset);
    }
    t.length = (end < s.n ? end : s.n) - offset;
    return t;
}

inb__token inb__lex_significant(inb__str s, size_t offset)
{
    inb__token t = inb__lex(s, offset);
    while (t.kind == INB__TOKEN_SPACE || t.kind == INB__TOKEN_LINE_COMMENT ||
           t.kind == INB__TOKEN_BLOCK_COMMENT) {
        t = inb__lex(s, t.offset + t.length);
    }
    return t;
}

bool inb__lex_is_word(inb__str text, inb__token t, const char *word)
{
    return t.kind == INB__TOKEN_WORD &&
           inb__ascii_eq_nocase(inb__lex_text(text, t), inb__str_of(word));
}

bool inb__lex_is_char(inb__str text, inb__token t, char c)
{
    return t.kind == INB__TOKEN_PUNCTUATION && text.p[t.offset] == c;
}

/* "a ""b""" without its quotes. */
static const char *name_unquote(inb__arena *arena, inb__str quoted)
{
    char *out = inb__arena_strndup(arena, quoted.p + 1, quoted.n - 2);
    char *to = out;
    for (const char *from = out; *from; from++) {
        *to++ = *from;
        from += from[0] == '"' && from[1] == '"';
    }
    *to = '\0';
    return out;
}

static const char *name_fold(inb__arena *arena, inb__str word)
{
    char *out = inb__arena_strndup(arena, word.p, word.n);
    for (char *p = out; *p; p++) {
        *p = inb__ascii_lower(*p);
    }
    return out;
}

bool inb__lex_name(const char **out, inb__arena *arena, inb__str text, inb__token t)
{
    inb__str s = inb__lex_text(text, t);
    bool quoted = t.kind == INB__TOKEN_QUOTED_NAME && !t.unterminated && s.n > 2 && s.p[0] == '"';
    if (!quoted && t.kind != INB__TOKEN_WORD) {
        return false;
    }
    *out = quoted ? name_unquote(arena, s) : name_fold(arena, s);
    return true;
}
