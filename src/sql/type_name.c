/* A TypeName of the parser's tree as text. */
#include "config.h"

#include "sql/type_name.h"

#include "postgres/type_change.h"

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
    return inb__type_is_serial(last_name(inb__node_at(type_name, "names")));
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
        name = inb__type_typname(name);
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
