#include "config.h"

#include "sql/type_name.h"

#include "util/vec.h"

/* Names that the grammar does not fold but that mean the same. */
static const struct {
    const char *written, *canonical;
} synonyms[] = {
    {"serial", "int4"},
    {"serial4", "int4"},
    {"bigserial", "int8"},
    {"serial8", "int8"},
    {"smallserial", "int2"},
    {"serial2", "int2"},
    {"int", "int4"},
    {"integer", "int4"},
    {"bigint", "int8"},
    {"smallint", "int2"},
    {"decimal", "numeric"},
    {"boolean", "bool"},
    {"double precision", "float8"},
    {"real", "float4"},
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
    {"varchar", "text"}, {"text", "varchar"}, {"cidr", "inet"}, {"xml", "text"}, {"xml", "varchar"},
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

static inb__str last_name(const inb__node *names)
{
    inb__str name = {"", 0};
    INB__NODE_EACH(part, names)
    {
        name = inb__node_text(part, "String/sval");
    }
    return name;
}

bool inb__type_name_is_serial(const inb__node *type_name)
{
    static const char *const names[] = {"serial",  "serial2",   "serial4",
                                        "serial8", "bigserial", "smallserial"};
    inb__str name = last_name(inb__node_at(type_name, "names"));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (inb__str_is(name, names[i])) {
            return true;
        }
    }
    return false;
}

static const char *base_text(inb__arena *arena, const inb__node *names)
{
    inb__str schema = {"", 0}, name = {"", 0};
    INB__NODE_EACH(part, names)
    {
        schema = name;
        name = inb__node_text(part, "String/sval");
    }
    if (schema.n == 0 || inb__str_is(schema, "pg_catalog")) {
        for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
            if (inb__str_is(name, synonyms[i].written)) {
                return synonyms[i].canonical;
            }
        }
        return inb__arena_strndup(arena, name.p, name.n);
    }
    return inb__arena_printf(arena, "%.*s.%.*s", INB__STR_ARG(schema), INB__STR_ARG(name));
}

static inb__str without_public(inb__str type)
{
    size_t n = strlen("public.");
    return inb__str_starts(type, "public.") ? (inb__str){type.p + n, type.n - n} : type;
}

bool inb__type_name_same(inb__str a, inb__str b)
{
    return inb__str_eq(without_public(a), without_public(b));
}

inb__str inb__type_name_text(inb__arena *arena, const inb__node *type_name)
{
    const char *text = base_text(arena, inb__node_at(type_name, "names"));
    const inb__node *mods = inb__node_at(type_name, "typmods");
    const char *comma = "(";
    bool interval = strcmp(text, "interval") == 0;
    if (mods) {
        INB__NODE_EACH(mod, mods)
        {
            int64_t n = inb__node_int(mod, "A_Const/ival/ival");
            /* interval's first modifier is the set of its fields, 32767 for all of them. */
            if (!(interval && n == 32767)) {
                text = inb__arena_printf(arena, "%s%s%lld", text, comma, (long long)n);
                comma = ",";
            }
        }
        text = *comma == ',' ? inb__arena_printf(arena, "%s)", text) : text;
    }
    if (inb__node_at(type_name, "arrayBounds")) {
        text = inb__arena_printf(arena, "%s[]", text);
    }
    return inb__str_of(text);
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
    for (size_t i = 0; i < sizeof(modifiers) / sizeof(modifiers[0]); i++) {
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

inb__type_change inb__type_name_change(inb__str from_text, inb__str to_text)
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
        return modifier_change(&from, &to);
    }
    for (size_t i = 0; to.n == 0 && i < sizeof(relabelled) / sizeof(relabelled[0]); i++) {
        if (inb__str_is(from.base, relabelled[i].from) && inb__str_is(to.base, relabelled[i].to)) {
            return INB__TYPE_SAME;
        }
    }
    for (size_t i = 0; to.n == 0 && i < sizeof(widening) / sizeof(widening[0]); i++) {
        if (inb__str_is(from.base, widening[i].from) && inb__str_is(to.base, widening[i].to)) {
            return INB__TYPE_WIDENS;
        }
    }
    return INB__TYPE_NARROWS;
}
