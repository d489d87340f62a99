/* The tokens of a default as PostgreSQL deparses it. */
#include "config.h"

#include "live/default_scan.h"

static void space_skip(inb__default_scan *s)
{
    while (s->p < s->end && inb__is_space(*s->p)) {
        s->p++;
    }
}

bool inb__scan_char(inb__default_scan *s, char c)
{
    space_skip(s);
    if (s->p == s->end || *s->p != c) {
        return false;
    }
    s->p++;
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_word(char c)
{
    return is_letter(c) || inb__is_digit(c) || c == '$' || (unsigned char)c >= 0x80;
}

bool inb__scan_identifier(inb__default_scan *s, inb__str *out)
{
    space_skip(s);
    const char *start = s->p;
    if (start == s->end || !(is_letter(*start) || (unsigned char)*start >= 0x80)) {
        return false;
    }
    while (s->p < s->end && is_word(*s->p)) {
        s->p++;
    }
    *out = (inb__str){start, (size_t)(s->p - start)};
    return true;
}

bool inb__scan_word(inb__default_scan *s, const char *word)
{
    const char *start = s->p;
    inb__str found;
    if (inb__scan_identifier(s, &found) && inb__ascii_eq_nocase(found, inb__str_of(word))) {
        return true;
    }
    s->p = start;
    return false;
}

bool inb__scan_number(inb__default_scan *s, inb__str *out)
{
    space_skip(s);
    const char *start = s->p, *p = start;
    while (p < s->end && inb__is_digit(*p)) {
        p++;
    }
    if (p == start) {
        return false;
    }
    if (p + 1 < s->end && *p == '.' && inb__is_digit(p[1])) {
        for (p++; p < s->end && inb__is_digit(*p); p++) {
        }
    }
    *out = (inb__str){start, (size_t)(p - start)};
    s->p = p;
    return true;
}

bool inb__scan_quoted(inb__default_scan *s, inb__str *out)
{
    const char *start = s->p;
    if (!inb__scan_char(s, '\'')) {
        return false;
    }
    char *text = inb__arena_alloc(s->arena, (size_t)(s->end - s->p) + 1), *to = text;
    while (s->p < s->end) {
        if (*s->p == '\'' && (s->p + 1 == s->end || s->p[1] != '\'')) {
            s->p++;
            *out = (inb__str){text, (size_t)(to - text)};
            return true;
        }
        s->p += *s->p == '\'';
        *to++ = *s->p++;
    }
    s->p = start;
    return false;
}

/* "quoted name", with its quotes doubled inside. */
static bool quoted_name_skip(inb__default_scan *s)
{
    if (!inb__scan_char(s, '"')) {
        return false;
    }
    while (s->p < s->end) {
        if (*s->p++ == '"') {
            if (s->p == s->end || *s->p != '"') {
                return true;
            }
            s->p++;
        }
    }
    return true;
}

static void modifiers_skip(inb__default_scan *s)
{
    const char *start = s->p;
    inb__str number;
    if (inb__scan_char(s, '(')) {
        while (inb__scan_number(s, &number) || inb__scan_char(s, ',')) {
        }
        if (!inb__scan_char(s, ')')) {
            s->p = start;
        }
    }
}

/* Words with dots between them: "character varying", public."E", timestamp(3) without time zone. */
static void type_skip(inb__default_scan *s)
{
    inb__str word;
    while (inb__scan_identifier(s, &word) || quoted_name_skip(s) || inb__scan_char(s, '.')) {
        modifiers_skip(s);
    }
    for (const char *start = s->p; inb__scan_char(s, '['); start = s->p) {
        if (!inb__scan_char(s, ']')) {
            s->p = start;
            return;
        }
    }
}

void inb__scan_casts(inb__default_scan *s)
{
    for (const char *start = s->p; inb__scan_char(s, ':'); start = s->p) {
        if (s->p == s->end || *s->p != ':') {
            s->p = start;
            return;
        }
        s->p++;
        type_skip(s);
    }
}

bool inb__scan_end(inb__default_scan *s)
{
    space_skip(s);
    return s->p == s->end;
}
