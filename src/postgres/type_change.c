/* The other names of the built-in types, and the rules by which their changes rewrite a table. */
#include "config.h"

#include "postgres/type_change.h"

/* Names that mean the same. */
static const struct {
    const char *written, *typname;
    bool serial;
} synonyms[] = {
    {"serial", "int4", true},
    {"serial4", "int4", true},
    {"bigserial", "int8", true},
    {"serial8", "int8", true},
    {"smallserial", "int2", true},
    {"serial2", "int2", true},
    {"int", "int4", false},
    {"integer", "int4", false},
    {"bigint", "int8", false},
    {"smallint", "int2", false},
    {"decimal", "numeric", false},
    {"boolean", "bool", false},
    {"double precision", "float8", false},
    {"real", "float4", false},
};

/* What is rewritten without loss; the modifiers play no part, or are of another type. */
static const struct {
    const char *from, *to;
} widening[] = {
    {"int2", "int4"},        {"int2", "int8"},    {"int4", "int8"},      {"int2", "numeric"},
    {"int4", "numeric"},     {"int8", "numeric"}, {"float4", "float8"},  {"int2", "float8"},
    {"int4", "float8"},      {"int2", "float4"},  {"json", "jsonb"},     {"date", "timestamp"},
    {"date", "timestamptz"}, {"bpchar", "text"},  {"bpchar", "varchar"}, {"uuid", "text"},
    {"inet", "text"},
};

/* What shares its bytes. */
static const struct {
    const char *from, *to;
} relabelled[] = {
    {"varchar", "text"}, {"text", "varchar"}, {"cidr", "inet"},
    {"xml", "text"},     {"xml", "varchar"},  {"bit", "varbit"},
};

/* How a type's modifier may change without a rewrite. */
static const struct {
    const char *type;
    bool grows;     /* upwards, or away */
    bool has_scale; /* the second number must stay */
} modifiers[] = {
    {"varchar", true, false},   {"numeric", true, true},      {"varbit", true, false},
    {"timestamp", true, false}, {"timestamptz", true, false}, {"time", true, false},
    {"timetz", true, false},    {"interval", true, false},
};

typedef struct parsed {
    inb__str base;
    bool array;
    int n;
    int64_t modifier[2];
} parsed;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

inb__str inb__type_typname(inb__str name)
{
    for (size_t i = 0; i < COUNT(synonyms); i++) {
        if (inb__str_is(name, synonyms[i].written)) {
            return inb__str_of(synonyms[i].typname);
        }
    }
    return name;
}

bool inb__type_is_serial(inb__str name)
{
    for (size_t i = 0; i < COUNT(synonyms); i++) {
        if (synonyms[i].serial && inb__str_is(name, synonyms[i].written)) {
            return true;
        }
    }
    return false;
}

static parsed type_parse(inb__str s)
{
    parsed p = {.base = s};
    if (inb__str_ends(s, "[]")) {
        p.array = true;
        p.base.n -= 2;
    }
    const char *open = p.base.n ? memchr(p.base.p, '(', p.base.n) : NULL;
    if (!open) {
        return p;
    }
    const char *end = p.base.p + p.base.n;
    p.base.n = (size_t)(open - p.base.p);
    for (const char *at = open + 1; at < end && p.n < 2; at++) {
        int64_t n = 0;
        for (; at < end && inb__is_digit(*at); at++) {
            n = n * 10 + (*at - '0');
        }
        p.modifier[p.n++] = n;
    }
    return p;
}

static inb__type_change modifier_change(const parsed *from, const parsed *to)
{
    for (size_t i = 0; i < COUNT(modifiers); i++) {
        if (!inb__str_is(from->base, modifiers[i].type)) {
            continue;
        }
        bool scale = !modifiers[i].has_scale || from->modifier[1] == to->modifier[1];
        bool grows = from->n > 0 && (to->n == 0 || (to->modifier[0] >= from->modifier[0] && scale));
        return grows || (from->n == 0 && to->n == 0) ? INB__TYPE_SAME : INB__TYPE_NARROWS;
    }
    bool padded =
        inb__str_is(from->base, "bpchar") && to->n > 0 && to->modifier[0] >= from->modifier[0];
    return padded ? INB__TYPE_WIDENS : INB__TYPE_NARROWS;
}

/* Bytes stay as they are; but elements are coerced one by one, which writes the table again. */
static inb__type_change kept(const parsed *to)
{
    return to->array ? INB__TYPE_WIDENS : INB__TYPE_SAME;
}

inb__type_change inb__type_change_of(inb__str from_text, inb__str to_text)
{
    if (from_text.n == 0 || to_text.n == 0) {
        return INB__TYPE_NARROWS;
    }
    if (inb__str_eq(from_text, to_text)) {
        return INB__TYPE_SAME;
    }
    parsed from = type_parse(from_text), to = type_parse(to_text);
    if (from.array != to.array) {
        return INB__TYPE_NARROWS;
    }
    if (inb__str_eq(from.base, to.base)) {
        inb__type_change change = modifier_change(&from, &to);
        return change == INB__TYPE_SAME && to.n > 0 ? kept(&to) : change;
    }
    for (size_t i = 0; to.n == 0 && i < COUNT(relabelled); i++) {
        if (inb__str_is(from.base, relabelled[i].from) && inb__str_is(to.base, relabelled[i].to)) {
            return kept(&to);
        }
    }
    for (size_t i = 0; to.n == 0 && i < COUNT(widening); i++) {
        if (inb__str_is(from.base, widening[i].from) && inb__str_is(to.base, widening[i].to)) {
            return INB__TYPE_WIDENS;
        }
    }
    return INB__TYPE_NARROWS;
}
