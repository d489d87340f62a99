/* Hints: the nearest name, the names that exist, the notation of a value. */
#include "config.h"

#include "psl/suggest.h"

#include <stdio.h>

/* Longer lists do not help. */
#define FIELDS_SHOWN 8
#define ARGUMENTS_MAX 6

/* ---- lists of names ----------------------------------------------------------------------------
 */

const char *inb__psl_suggest_quoted(inb__arena *arena, const inb__str *names, size_t n)
{
    size_t size = 1;
    for (size_t i = 0; i < n; i++) {
        size += names[i].n + strlen("\"\", ");
    }
    char *text = INB__NEW_N(arena, char, size), *end = text;
    for (size_t i = 0; i < n; i++) {
        int written = snprintf(end, size - (size_t)(end - text), "%s\"%.*s\"", i ? ", " : "",
                               INB__STR_ARG(names[i]));
        end += written > 0 ? written : 0;
    }
    return text;
}

#define CONSIDERED_MAX ((size_t)1 << 20)

bool inb__psl_suggest_allowed(inb__psl_checker *c, size_t n)
{
    bool allowed = c->considered < CONSIDERED_MAX;
    c->considered += allowed ? n : 0;
    return allowed;
}

void inb__psl_suggest_datasource(inb__psl_checker *c)
{
    inb__psl_hint(c->d, "Add a datasource with provider = \"postgresql\".");
}

void inb__psl_suggest_field(inb__psl_checker *c, const inb__psl_checked_top *top, inb__str name)
{
    inb__nearest s = inb__nearest_to(name);
    bool allowed = inb__psl_suggest_allowed(c, top->n_all);
    inb__str names[FIELDS_SHOWN];
    for (size_t i = 0; i < FIELDS_SHOWN && i < top->n_all; i++) {
        names[i] = top->all[i]->dm.name;
    }
    for (size_t i = 0; i < top->n_all && allowed; i++) {
        inb__nearest_consider(&s, top->all[i]->dm.name);
    }
    if (s.best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s.best));
    } else if (top->n_all > 0 && top->n_all <= FIELDS_SHOWN) {
        inb__psl_hint(c->d, "Its fields are %s.",
                      inb__psl_suggest_quoted(c->arena, names, top->n_all));
    } else {
        inb__psl_hint(c->d, "Add the field to \"%.*s\", or name another.",
                      INB__STR_ARG(top->block->name.name));
    }
}

void inb__psl_suggest_value(inb__psl_checker *c, inb__dm_scalar scalar)
{
    static const char *const advice[INB__DM_SCALARS] = {
        [INB__DM_STRING] = "Write a string in quotes.",
        [INB__DM_BOOLEAN] = "Write true or false.",
        [INB__DM_INT] = "Write a whole number, such as 1.",
        [INB__DM_BIGINT] = "Write a whole number, such as 1.",
        [INB__DM_FLOAT] = "Write a number, such as 1.5.",
        [INB__DM_DECIMAL] = "Write a number, such as 1.50 or \"1.50\".",
        [INB__DM_DATETIME] = "Write a string such as \"2026-01-31T12:00:00Z\".",
        [INB__DM_JSON] = "Write JSON in a string, such as \"{\\\"a\\\": 1}\".",
        [INB__DM_BYTES] = "Write base64 in a string, such as \"aGVsbG8=\".",
    };
    inb__psl_hint(c->d, "%s", advice[scalar]);
}

void inb__psl_suggest_known(inb__psl_checker *c, const inb__nearest *s, const inb__str *names,
                            size_t n)
{
    if (s->best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s->best));
    } else if (n) {
        size_t shown = n < INB__PSL_NAMES_SHOWN ? n : INB__PSL_NAMES_SHOWN;
        inb__psl_hint(c->d, "Use %s%s%s.", n == 1 ? "" : "one of ",
                      inb__psl_suggest_quoted(c->arena, names, shown),
                      n > shown ? " and others" : "");
    } else {
        inb__psl_hint(c->d, "Remove it.");
    }
}

/* ---- attributes and arguments ------------------------------------------------------------------
 */

/* An attribute, its place, and its arguments for PostgreSQL. */
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
    inb__nearest s = inb__nearest_to(attr->name.name);
    for (size_t i = 0; i < ATTRIBUTES; i++) {
        if (attributes[i].block == attr->block) {
            inb__nearest_consider(&s, inb__str_of(attributes[i].name));
        }
    }
    if (attribute_find(attr->name.name, attr->block)) {
        inb__psl_hint(c->d, "It has no effect here: remove it.");
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
                          ? "The attributes of a block are @@id, @@unique, @@index, @@map, "
                            "@@schema and @@ignore."
                          : "The attributes of a field are @id, @unique, @default, @updatedAt, "
                            "@map, @relation, @ignore, and native types such as @db.Text.");
    }
}

/* A valid argument is not taken when an earlier one could not be read. */
static void argument_refuse(inb__psl_checker *c, const inb__psl_attribute *attr,
                            const inb__psl_arg *arg)
{
    const struct known *known = attribute_find(attr->name.name, attr->block);
    inb__nearest s = inb__nearest_to(arg->name.name);
    inb__str names[ARGUMENTS_MAX];
    size_t n = 0;
    bool is_known = false;
    for (size_t i = 0; known && i < ARGUMENTS_MAX && known->arguments[i]; i++) {
        names[n] = inb__str_of(known->arguments[i]);
        inb__nearest_consider(&s, names[n]);
        is_known |= inb__str_eq(names[n++], arg->name.name);
    }
    if (is_known) {
        inb__psl_error(c->d, arg->span, "the argument \"%.*s\" of %s%.*s cannot be used",
                       INB__STR_ARG(arg->name.name), inb__psl_ast_sign(attr),
                       INB__STR_ARG(attr->name.name));
        inb__psl_hint(c->d, "Fix the other arguments first.");
    } else {
        inb__psl_error(c->d, arg->span, "%s%.*s has no argument \"%.*s\"", inb__psl_ast_sign(attr),
                       INB__STR_ARG(attr->name.name), INB__STR_ARG(arg->name.name));
        inb__psl_suggest_known(c, &s, names, n);
    }
}

static void unnamed_refuse(inb__psl_checker *c, const inb__psl_attribute *attr,
                           const inb__psl_arg *arg)
{
    const struct known *known = attribute_find(attr->name.name, attr->block);
    inb__str shown = arg->value->kind == INB__PSL_STRING ? arg->value->text : INB__STR("…");
    inb__psl_error(c->d, arg->span, "%s%.*s takes no unnamed argument", inb__psl_ast_sign(attr),
                   INB__STR_ARG(attr->name.name));
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
