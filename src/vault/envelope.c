/* The strict reader of a sealed value's JSON. */
#include "config.h"

#include "vault/envelope.h"

static const char too_early[] = "ends too early";
static const char malformed[] = "is not an envelope";

typedef struct scanner {
    const char *p, *end;
} scanner;

static void space_skip(scanner *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r')) {
        s->p++;
    }
}

static const char *char_take(scanner *s, char c)
{
    space_skip(s);
    if (s->p == s->end) {
        return too_early;
    }
    return *s->p++ == c ? NULL : malformed;
}

static const char *string_take(scanner *s, inb__str *out)
{
    const char *wrong = char_take(s, '"');
    if (wrong) {
        return wrong;
    }
    const char *start = s->p;
    while (s->p < s->end && *s->p != '"') {
        /* Base64, a key id and an algorithm have neither escapes nor anything outside of ASCII. */
        if (*s->p < 0x21 || *s->p > 0x7e || *s->p == '\\') {
            return malformed;
        }
        s->p++;
    }
    if (s->p == s->end) {
        return too_early;
    }
    *out = (inb__str){start, (size_t)(s->p - start)};
    s->p++;
    return NULL;
}

static const char *number_take(scanner *s, inb__str *out)
{
    space_skip(s);
    const char *start = s->p;
    while (s->p < s->end && (inb__is_digit(*s->p) || (*s->p && strchr("+-.eE", *s->p)))) {
        s->p++;
    }
    *out = (inb__str){start, (size_t)(s->p - start)};
    if (s->p == s->end) {
        return too_early;
    }
    return out->n ? NULL : malformed;
}

static const char *member_take(scanner *s, inb__envelope *e)
{
    const struct {
        const char *name;
        inb__str *value;
        const char *(*take)(scanner *, inb__str *);
    } members[] = {
        {"v", &e->v, number_take},         {"alg", &e->alg, string_take},
        {"kid", &e->kid, string_take},     {"dek", &e->dek, string_take},
        {"nonce", &e->nonce, string_take}, {"ct", &e->ct, string_take},
    };
    inb__str name;
    const char *wrong = string_take(s, &name);
    if (!wrong) {
        wrong = char_take(s, ':');
    }
    for (size_t i = 0; !wrong && i < sizeof(members) / sizeof(*members); i++) {
        if (inb__str_is(name, members[i].name)) {
            return members[i].value->p ? malformed : members[i].take(s, members[i].value);
        }
    }
    return wrong ? wrong : malformed;
}

bool inb__kid_valid(inb__str kid)
{
    for (size_t i = 0; i < kid.n; i++) {
        char c = kid.p[i];
        char lower = (char)(c | 0x20);
        if (!inb__is_digit(c) && !(lower >= 'a' && lower <= 'z') && c != '.' && c != '_' &&
            c != '-') {
            return false;
        }
    }
    return kid.n > 0 && kid.n <= INB__KID_MAX;
}

const char *inb__envelope_read(inb__envelope *out, const char *text, size_t n)
{
    inb__envelope e = {0};
    scanner s = {text, text + n};
    const char *wrong = char_take(&s, '{');
    for (int i = 0; !wrong && i < 6; i++) {
        wrong = i ? char_take(&s, ',') : NULL;
        if (!wrong) {
            wrong = member_take(&s, &e);
        }
    }
    if (!wrong) {
        wrong = char_take(&s, '}');
    }
    if (wrong) {
        return wrong;
    }
    space_skip(&s);
    /* Six members were taken and none twice, so every one is there. */
    if (s.p != s.end || !inb__kid_valid(e.kid)) {
        return malformed;
    }
    *out = e;
    return NULL;
}
