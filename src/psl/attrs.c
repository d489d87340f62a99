/* Takes the attributes of a field or a block by name. */
#include "config.h"

#include "psl/attrs.h"

#include "psl/suggest.h"

void inb__psl_attrs_open(inb__psl_attrs *a, inb__psl_checker *c, const inb__psl_attributes *list)
{
    *a = (inb__psl_attrs){
        .c = c, .list = list, .taken = list->n ? INB__NEW_N(c->arena, bool, list->n) : NULL};
}

static size_t attr_find(const inb__psl_attrs *a, const char *name, size_t from)
{
    while (from < a->list->n &&
           (a->taken[from] || !inb__str_is(a->list->v[from]->name.name, name))) {
        from++;
    }
    return from;
}

bool inb__psl_attrs_one(inb__psl_attrs *a, const char *name, inb__psl_attr_args *out)
{
    size_t first = attr_find(a, name, 0);
    if (first == a->list->n) {
        return false;
    }
    bool repeated = attr_find(a, name, first + 1) < a->list->n;
    for (size_t i = first; i < a->list->n; i = attr_find(a, name, i + 1)) {
        a->taken[i] = true;
        if (repeated) {
            const inb__psl_attribute *attr = a->list->v[i];
            inb__psl_error(a->c->d, attr->span, "%s%s can be given only once",
                           inb__psl_ast_sign(attr), name);
            inb__psl_hint(a->c->d, "Keep one of them.");
        }
    }
    return !repeated && inb__psl_attr_args_open(out, a->c, a->list->v[first]);
}

bool inb__psl_attrs_next(inb__psl_attrs *a, const char *name, inb__psl_attr_args *out)
{
    if (a->next_name != name) {
        a->next_name = name;
        a->next = 0;
    }
    for (size_t i = attr_find(a, name, a->next); i < a->list->n; i = attr_find(a, name, i + 1)) {
        a->taken[i] = true;
        a->next = i + 1;
        if (inb__psl_attr_args_open(out, a->c, a->list->v[i])) {
            return true;
        }
    }
    return false;
}

const inb__psl_attribute *inb__psl_attrs_native(inb__psl_attrs *a)
{
    const inb__psl_attribute *found = NULL;
    for (size_t i = 0; i < a->list->n; i++) {
        const inb__psl_attribute *attr = a->list->v[i];
        if (!memchr(attr->name.name.p, '.', attr->name.name.n)) {
            continue;
        }
        a->taken[i] = true;
        if (found) {
            inb__psl_error(a->c->d, attr->span, "a field can have only one native type");
            inb__psl_hint(a->c->d, "Keep one of @%.*s and @%.*s.", INB__STR_ARG(found->name.name),
                          INB__STR_ARG(attr->name.name));
        }
        found = attr;
    }
    return found;
}

void inb__psl_attrs_close(inb__psl_attrs *a)
{
    for (size_t i = 0; i < a->list->n; i++) {
        const inb__psl_attribute *attr = a->list->v[i];
        if (!a->taken[i]) {
            inb__psl_error(a->c->d, attr->span, "unknown attribute \"%s%.*s\"",
                           inb__psl_ast_sign(attr), INB__STR_ARG(attr->name.name));
            inb__psl_suggest_attribute(a->c, attr);
        }
    }
}
