/* Finds the seed command in package.json and in prisma.config.ts. */
#include "config.h"

#include "cli/seed_config.h"

#include "util/json_reader.h"

#include <ctype.h>
#include <string.h>

#define DEPTH_MAX 64

/* ---- package.json ---------------------------------------------------------------------------- */

inb__seed_found inb__seed_of_package(const char **out, inb__arena *arena, inb__str text)
{
    inb__json_reader *r = INB__NEW(arena, inb__json_reader);
    char *copy = inb__arena_strndup(arena, text.p, text.n);
    if (!r || !copy) {
        return INB__SEED_NONE;
    }
    inb__json_reader_init_decoding(r, copy, text.n, DEPTH_MAX);
    int depth = 0;
    bool inside = false; /* of the object "prisma" */
    for (;;) {
        inb__json_event e = inb__json_reader_next(r);
        bool seed = inside && depth == 2 && inb__str_is(r->key, "seed");
        if (e == INB__JSON_END || e == INB__JSON_ERROR) {
            return e == INB__JSON_END ? INB__SEED_NONE : INB__SEED_BROKEN;
        }
        if (seed && e != INB__JSON_CLOSE) {
            *out = e == INB__JSON_TEXT ? inb__arena_strndup(arena, r->text.p, r->text.n) : NULL;
            return *out ? INB__SEED_COMMAND : INB__SEED_COMPUTED;
        }
        if (e == INB__JSON_OBJECT || e == INB__JSON_ARRAY) {
            inside = depth == 1 ? e == INB__JSON_OBJECT && inb__str_is(r->key, "prisma") : inside;
            depth++;
        }
        depth -= e == INB__JSON_CLOSE;
    }
}

/* ---- prisma.config.ts ------------------------------------------------------------------------ */

typedef struct scanner {
    const char *p, *end;
    inb__str text;  /* of the last word or string */
    bool has_parts; /* a template with ${…} in it */
} scanner;

static const char *after(const char *p, const char *end, const char *mark)
{
    size_t n = strlen(mark);
    while (p < end && ((size_t)(end - p) < n || memcmp(p, mark, n) != 0)) {
        p++;
    }
    return p < end ? p + n : end;
}

static void space_skip(scanner *s)
{
    for (;;) {
        while (s->p < s->end && isspace((unsigned char)*s->p)) {
            s->p++;
        }
        if (s->end - s->p < 2 || s->p[0] != '/' || (s->p[1] != '/' && s->p[1] != '*')) {
            return;
        }
        s->p = after(s->p + 2, s->end, s->p[1] == '/' ? "\n" : "*/");
    }
}

static void string_scan(scanner *s)
{
    char quote = *s->p++;
    const char *begin = s->p;
    s->has_parts = false;
    while (s->p < s->end && *s->p != quote) {
        s->has_parts = s->has_parts || (quote == '`' && *s->p == '$' && s->p[1] == '{');
        s->p += *s->p == '\\' && s->p + 1 < s->end ? 2 : 1;
    }
    s->text = (inb__str){begin, (size_t)(s->p - begin)};
    s->p += s->p < s->end;
}

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* The next token: its character, 'a' for a word, '"' for a string, '\0' at the end. */
static char token_next(scanner *s)
{
    space_skip(s);
    if (s->p >= s->end) {
        return '\0';
    }
    if (strchr("'\"`", *s->p)) {
        string_scan(s);
        return '"';
    }
    if (!in_word(*s->p)) {
        return *s->p++;
    }
    const char *begin = s->p;
    while (s->p < s->end && in_word(*s->p)) {
        s->p++;
    }
    s->text = (inb__str){begin, (size_t)(s->p - begin)};
    return 'a';
}

/* A string's text: a backslash stands for what follows it. */
static const char *unescaped(inb__arena *arena, inb__str text)
{
    char *out = inb__arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < text.n; i++) {
        i += text.p[i] == '\\' && i + 1 < text.n;
        out[n++] = text.p[i];
    }
    return out;
}

static inb__seed_found value_take(const char **out, inb__arena *arena, scanner *s)
{
    bool text = token_next(s) == '"' && !s->has_parts;
    inb__str value = s->text;
    char next = text ? token_next(s) : '\0';
    if (!text || (next != ',' && next != '}')) {
        return INB__SEED_COMPUTED;
    }
    *out = unescaped(arena, value);
    return *out ? INB__SEED_COMMAND : INB__SEED_NONE;
}

inb__seed_found inb__seed_of_config(const char **out, inb__arena *arena, inb__str text)
{
    scanner s = {.p = text.p, .end = text.p + text.n};
    inb__str keys[DEPTH_MAX] = {{NULL, 0}}, key = {NULL, 0}, word = {NULL, 0};
    int depth = 0;
    for (char c = token_next(&s); c; c = token_next(&s)) {
        if (c == 'a' || c == '"') {
            word = s.text;
            continue;
        }
        if (c == ':') {
            key = word;
            if (inb__str_is(key, "seed") && inb__str_is(keys[depth], "migrations")) {
                return value_take(out, arena, &s);
            }
        } else if (c == '{' && depth + 1 < DEPTH_MAX) {
            keys[++depth] = key;
            key = (inb__str){NULL, 0};
        } else if (c == '}' && depth > 0) {
            depth--;
        } else if (c == ',') {
            key = (inb__str){NULL, 0};
        }
    }
    return INB__SEED_NONE;
}

/* ---- the command ----------------------------------------------------------------------------- */

char **inb__seed_words(inb__arena *arena, const char *command, char **more, int n_more)
{
    size_t length = strlen(command), n = 0;
    char **words = inb__arena_alloc(arena, (length + 2 + (size_t)n_more) * sizeof(*words));
    char *text = inb__arena_alloc(arena, length + 1);
    bool inside = false;
    for (; words && text && *command; command++) {
        if (*command == ' ') {
            *text++ = '\0';
            inside = false;
            continue;
        }
        if (!inside) {
            words[n++] = text;
            inside = true;
        }
        command += command[0] == '\\' && command[1] == ' ';
        *text++ = *command;
    }
    for (int i = 0; words && text && i < n_more; i++) {
        words[n++] = more[i];
    }
    return text ? words : NULL;
}
