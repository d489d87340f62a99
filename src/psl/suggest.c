/* What to write instead of what is wrong: the nearest name, the names that exist, how a value is
 * written. */
#include "config.h"

#include "psl/suggest.h"

#include <stdio.h>

#define FIELDS_SHOWN 8
#define NAMES_SHOWN 12
#define ARGUMENTS_MAX 6
#define SUGGEST_MAX 64

/* ---- the nearest name --------------------------------------------------------------------------
 */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool is_swapped(inb__str a, inb__str b, size_t i, size_t k)
{
    return i > 1 && k > 1 && lower(a.p[i - 1]) == lower(b.p[k - 2]) &&
           lower(a.p[i - 2]) == lower(b.p[k - 1]);
}

/* Levenshtein's distance without regard to case, two letters that changed places counting as one
 * mistake; given up as soon as it must reach `limit`. */
static size_t distance_of(inb__str a, inb__str b, size_t limit)
{
    size_t rows[3][SUGGEST_MAX + 1];
    for (size_t k = 0; k <= b.n; k++) {
        rows[0][k] = k;
    }
    for (size_t i = 1; i <= a.n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        size_t least = row[0] = i;
        for (size_t k = 1; k <= b.n; k++) {
            size_t replace = above[k - 1] + (lower(a.p[i - 1]) != lower(b.p[k - 1]));
            row[k] = least_of(replace, least_of(row[k - 1], above[k]) + 1);
            if (is_swapped(a, b, i, k)) {
                row[k] = least_of(row[k], second[k - 2] + 1);
            }
            least = least_of(least, row[k]);
        }
        if (least >= limit) {
            return limit;
        }
    }
    return rows[a.n % 3][b.n];
}

inb__psl_suggest inb__psl_suggest_for(inb__str wanted)
{
    return (inb__psl_suggest){wanted, {NULL, 0}, wanted.n / 3 + 1};
}

void inb__psl_suggest_name(inb__psl_suggest *s, inb__str name)
{
    size_t apart = name.n > s->wanted.n ? name.n - s->wanted.n : s->wanted.n - name.n;
    if (name.n > SUGGEST_MAX || s->wanted.n > SUGGEST_MAX || apart >= s->distance) {
        return;
    }
    size_t distance = distance_of(s->wanted, name, s->distance);
    if (distance < s->distance) {
        s->distance = distance;
        s->best = name;
    }
}

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

/* Longer lists help nobody. */
void inb__psl_suggest_datasource(inb__psl_checker *c)
{
    inb__psl_hint(c->d, "Add a datasource with provider = \"postgresql\".");
}

void inb__psl_suggest_field(inb__psl_checker *c, const inb__psl_checked_top *top, inb__str name)
{
    inb__psl_suggest s = inb__psl_suggest_for(name);
    INB__VEC(inb__str) names = {0};
    for (size_t i = 0; i < top->n_all; i++) {
        inb__str field = top->all[i]->dm.name;
        inb__psl_suggest_name(&s, field);
        if (i < FIELDS_SHOWN) {
            INB__VEC_ADD(c->arena, &names, field);
        }
    }
    if (s.best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s.best));
    } else if (top->n_all > 0 && top->n_all <= FIELDS_SHOWN) {
        inb__psl_hint(c->d, "Its fields are %s.",
                      inb__psl_suggest_quoted(c->arena, names.v, names.n));
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

void inb__psl_suggest_known(inb__psl_checker *c, const inb__psl_suggest *s, const inb__str *names,
                            size_t n)
{
    if (s->best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s->best));
    } else if (n) {
        size_t shown = n < NAMES_SHOWN ? n : NAMES_SHOWN;
        inb__psl_hint(c->d, "Known %s %s%s.", n == 1 ? "is" : "are",
                      inb__psl_suggest_quoted(c->arena, names, shown),
                      n > shown ? " and others" : "");
    } else {
        inb__psl_hint(c->d, "Remove it.");
    }
}

/* ---- attributes and arguments ------------------------------------------------------------------
 */

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
