/* How a statement names an object: its kind in words, its name, a routine's signature. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/type_name.h"

inb__name inb__object_owner_of(const inb__node *items)
{
    inb__name owner = {{"", 0}, {"", 0}};
    inb__str last = {"", 0};
    INB__NODE_EACH(part, items)
    {
        owner.schema = owner.name;
        owner.name = last;
        last = inb__node_text(part, "String/sval");
    }
    return owner;
}

/* Kinds whose words are not those of the parser's name. */
static const struct {
    const char *kind, *words;
} kind_words[] = {
    {"OBJECT_ATTRIBUTE", "TYPE ATTRIBUTE"},
    {"OBJECT_DOMCONSTRAINT", "DOMAIN CONSTRAINT"},
    {"OBJECT_FDW", "FOREIGN DATA WRAPPER"},
    {"OBJECT_FOREIGN_SERVER", "SERVER"},
    {"OBJECT_LARGEOBJECT", "LARGE OBJECT"},
    {"OBJECT_MATVIEW", "MATERIALIZED VIEW"},
    {"OBJECT_OPCLASS", "OPERATOR CLASS"},
    {"OBJECT_OPFAMILY", "OPERATOR FAMILY"},
    {"OBJECT_STATISTIC_EXT", "STATISTICS"},
    {"OBJECT_TABCONSTRAINT", "CONSTRAINT"},
    {"OBJECT_TSCONFIGURATION", "TEXT SEARCH CONFIGURATION"},
    {"OBJECT_TSDICTIONARY", "TEXT SEARCH DICTIONARY"},
    {"OBJECT_TSPARSER", "TEXT SEARCH PARSER"},
    {"OBJECT_TSTEMPLATE", "TEXT SEARCH TEMPLATE"},
};

const char *inb__object_tag(inb__classifier *c, const char *verb, inb__str kind)
{
    size_t prefix = strlen("OBJECT_");
    inb__str words = {kind.p + prefix, kind.n > prefix ? kind.n - prefix : 0};
    for (size_t i = 0; i < sizeof(kind_words) / sizeof(kind_words[0]); i++) {
        if (inb__str_is(kind, kind_words[i].kind)) {
            words = inb__str_of(kind_words[i].words);
        }
    }
    char *tag = inb__arena_printf(c->arena, "%s %.*s", verb, INB__STR_ARG(words));
    for (char *p = tag; *p; p++) {
        *p = *p == '_' ? ' ' : *p;
    }
    return tag;
}

/* Functions, procedures and aggregates share their names here; domains and types do, too. */
const char *inb__object_kind(inb__classifier *c, inb__str kind)
{
    static const struct {
        const char *from, *to;
    } same[] = {
        {"OBJECT_PROCEDURE", "OBJECT_FUNCTION"},
        {"OBJECT_ROUTINE", "OBJECT_FUNCTION"},
        {"OBJECT_DOMAIN", "OBJECT_TYPE"},
    };
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        if (inb__str_is(kind, same[i].from)) {
            return same[i].to;
        }
    }
    return inb__classify_text(c, kind);
}

inb__name inb__object_function_name(inb__classifier *c, inb__name name, const inb__node *parameters)
{
    const char *text = inb__arena_printf(c->arena, "%.*s(", INB__STR_ARG(name.name));
    INB__NODE_EACH(n, parameters)
    {
        const inb__node *parameter = inb__node_at(n, "FunctionParameter");
        bool out = inb__node_is(parameter, "mode", "FUNC_PARAM_OUT") ||
                   inb__node_is(parameter, "mode", "FUNC_PARAM_TABLE");
        const inb__node *type = inb__node_at(parameter ? inb__node_at(parameter, "argType") : n,
                                             parameter ? "" : "TypeName");
        if (!out) {
            inb__str words = inb__type_name_text(c->scratch, type);
            text = inb__arena_printf(c->arena, "%s%.*s,", text, INB__STR_ARG(words));
        }
    }
    return (inb__name){name.schema, inb__str_of(text)};
}

/* A function whose arguments are not written is the one of that name. */
inb__name inb__object_routine_name(inb__classifier *c, const inb__node *object)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(object, "objname"));
    const inb__node *arguments = inb__node_at(object, "objfuncargs");
    arguments = arguments ? arguments : inb__node_at(object, "objargs");
    return inb__node_bool(object, "args_unspecified")
               ? name
               : inb__object_function_name(c, name, arguments);
}

inb__name inb__object_name(inb__classifier *c, const inb__node *object)
{
    if (inb__node_at(object, "ObjectWithArgs")) {
        return inb__object_routine_name(c, inb__node_at(object, "ObjectWithArgs"));
    }
    static const char *const paths[] = {"TypeName/names", "List/items"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (inb__node_at(object, paths[i])) {
            return inb__classify_name_of_list(inb__node_at(object, paths[i]));
        }
    }
    if (inb__node_at(object, "RangeVar")) {
        return inb__classify_name(object);
    }
    return (inb__name){.name = inb__node_text(object, "String/sval")};
}
