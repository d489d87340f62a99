#include "config.h"

#include "psl/known.h"

#include "psl/attrs.h"
#include "psl/hint.h"

#define ARGUMENTS_MAX 6

/* An attribute of the language where it can stand, and the arguments that PostgreSQL has for it. */
static const struct known {
    const char *name;
    bool block;
    const char *arguments[ARGUMENTS_MAX];
} attributes[] = {
    {"id", false, {"map"}},
    {"unique", false, {"map", "sort", "where"}},
    {"default", false, {"value"}},
    {"updatedAt", false, {0}},
    {"map", false, {"name"}},
    {"relation", false, {"name", "fields", "references", "onDelete", "onUpdate", "map"}},
    {"ignore", false, {0}},
    {"shardKey", false, {0}},
    {"id", true, {"fields", "name", "map"}},
    {"unique", true, {"fields", "name", "map", "where"}},
    {"index", true, {"fields", "map", "type", "where"}},
    {"fulltext", true, {"fields", "map"}},
    {"map", true, {"name"}},
    {"schema", true, {"map"}},
    {"ignore", true, {0}},
    {"shardKey", true, {"fields"}},
};

#define ATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

static const struct known *attribute_find(inb__str name, bool block)
{
    for (size_t i = 0; i < ATTRIBUTES; i++) {
        if (attributes[i].block == block && inb__str_is(name, attributes[i].name)) {
            return &attributes[i];
        }
    }
    return NULL;
}

void inb__psl_suggest_attribute(inb__psl_checker *c, const inb__psl_attribute *attr)
{
    inb__psl_suggest s = inb__psl_suggest_for(attr->name.name);
    for (size_t i = 0; i < ATTRIBUTES; i++) {
        if (attributes[i].block == attr->block) {
            inb__psl_suggest_name(&s, inb__str_of(attributes[i].name));
        }
    }
    if (attribute_find(attr->name.name, attr->block)) {
        inb__psl_hint(c->d, "It has no meaning here: remove it.");
    } else if (attribute_find(attr->name.name, !attr->block)) {
        inb__psl_hint(c->d,
                      attr->block ? "It belongs to a field: @%.*s."
                                  : "It belongs to a block, on a line of its own: @@%.*s.",
                      INB__STR_ARG(attr->name.name));
    } else if (s.best.n) {
        inb__psl_hint(c->d, "Did you mean %s%.*s?", inb__psl_ast_sign(attr), INB__STR_ARG(s.best));
    } else {
        inb__psl_hint(c->d, "%s",
                      attr->block
                          ? "Known are @@id, @@unique, @@index, @@map, @@schema and @@ignore."
                          : "Known are @id, @unique, @default, @updatedAt, @map, @relation, "
                            "@ignore, and native types such as @db.Text.");
    }
}

/* An argument that the attribute has is left over when an earlier one could not be read. */
static void argument_refuse(inb__psl_checker *c, const inb__psl_attribute *attr,
                            const inb__psl_arg *arg)
{
    const struct known *known = attribute_find(attr->name.name, attr->block);
    inb__psl_suggest s = inb__psl_suggest_for(arg->name.name);
    inb__str names[ARGUMENTS_MAX];
    size_t n = 0;
    bool is_known = false;
    for (size_t i = 0; known && i < ARGUMENTS_MAX && known->arguments[i]; i++) {
        names[n] = inb__str_of(known->arguments[i]);
        inb__psl_suggest_name(&s, names[n]);
        is_known |= inb__str_eq(names[n++], arg->name.name);
    }
    if (is_known) {
        inb__psl_error(c->d, arg->span, "the argument \"%.*s\" of %s%.*s cannot be used",
                       INB__STR_ARG(arg->name.name), inb__psl_ast_sign(attr),
                       INB__STR_ARG(attr->name.name));
        inb__psl_hint(c->d, "Mend the other arguments first.");
    } else {
        inb__psl_error(c->d, arg->span, "%s%.*s takes no argument \"%.*s\"",
                       inb__psl_ast_sign(attr), INB__STR_ARG(attr->name.name),
                       INB__STR_ARG(arg->name.name));
        inb__psl_suggest_known(c, &s, names, n);
    }
}

static void unnamed_refuse(inb__psl_checker *c, const inb__psl_attribute *attr,
                           const inb__psl_arg *arg)
{
    const struct known *known = attribute_find(attr->name.name, attr->block);
    inb__str shown = arg->value->kind == INB__PSL_STRING ? arg->value->text : INB__STR("…");
    inb__psl_error(c->d, arg->span, "%s%.*s takes no argument without a name",
                   inb__psl_ast_sign(attr), INB__STR_ARG(attr->name.name));
    if (known && known->arguments[0]) {
        inb__psl_hint(c->d, "Write its name before it, such as %s: %.*s.", known->arguments[0],
                      INB__STR_ARG(shown));
    } else {
        inb__psl_hint(c->d, "Remove it.");
    }
}

void inb__psl_suggest_argument(inb__psl_checker *c, const inb__psl_attribute *attr,
                               const inb__psl_arg *arg)
{
    (arg->name.name.n ? argument_refuse : unnamed_refuse)(c, attr, arg);
}
