/* Resolves the field lists of keys, indexes and relations. */
#include "config.h"

#include "psl/fieldlist.h"

#include "psl/expr.h"
#include "psl/opclass.h"
#include "psl/words.h"

/* ---- arguments of one element ---------------------------------------------------------------- */

static const inb__psl_arg *element_arg(const inb__psl_expr *e, const char *name)
{
    for (size_t i = 0; i < e->args->n; i++) {
        if (e->args->v[i].value && inb__str_is(e->args->v[i].name.name, name)) {
            return &e->args->v[i];
        }
    }
    return NULL;
}

static inb__sort_order sort_read(inb__psl_checker *c, const inb__psl_arg *arg)
{
    inb__str word;
    if (!arg || !inb__psl_expr_constant(c, arg->value, &word)) {
        return INB__SORT_NONE;
    }
    if (inb__str_is(word, "Asc")) {
        return INB__SORT_ASC;
    }
    if (inb__str_is(word, "Desc")) {
        return INB__SORT_DESC;
    }
    inb__psl_error(c->d, arg->span, "unknown sort order \"%.*s\"", INB__STR_ARG(word));
    inb__psl_hint(c->d, "Write Asc or Desc.");
    return INB__SORT_NONE;
}

static void raw_ops_read(inb__psl_checker *c, const inb__psl_expr *call, inb__dm_index_field *out)
{
    size_t n = 0;
    const inb__psl_expr *only = NULL;
    for (size_t i = 0; i < call->args->n; i++) {
        if (call->args->v[i].value) {
            only = call->args->v[i].value;
            n++;
        }
    }
    if (n == 1 && only->kind == INB__PSL_STRING) {
        out->raw_opclass = only->value;
        return;
    }
    inb__psl_error(c->d, call->span, "raw() takes one string");
    inb__psl_hint(c->d, "Write PostgreSQL's name of the class: raw(\"text_pattern_ops\").");
}

static void ops_read(inb__psl_checker *c, const inb__psl_arg *arg, inb__dm_index_field *out)
{
    const inb__psl_expr *e = arg->value;
    if (e->kind == INB__PSL_CONSTANT) {
        out->opclass = inb__psl_opclass_find(e->value);
        if (!out->opclass) {
            inb__psl_error(c->d, e->span, "unknown operator class \"%.*s\"",
                           INB__STR_ARG(e->value));
            inb__psl_hint(c->d, "Write an operator class that Prisma does not name as raw(\"…\").");
        }
    } else if (e->kind == INB__PSL_FUNCTION && inb__str_is(e->value, "raw")) {
        raw_ops_read(c, e, out);
    } else {
        inb__psl_error(c->d, arg->span, "expected an operator class, not %.*s",
                       INB__STR_ARG(e->text));
        inb__psl_hint(c->d, "Write its name without quotes, or raw(\"…\").");
    }
}

/* True when there is any argument. */
static bool element_args(inb__psl_checker *c, const inb__psl_expr *e, inb__dm_index_field *out,
                         inb__psl_fieldlist *list)
{
    int64_t length = -1;
    out->sort = sort_read(c, element_arg(e, "sort"));
    const inb__psl_arg *arg = element_arg(e, "length");
    bool has_length = arg && inb__psl_expr_integer(c, arg->value, &length) && length >= 0;
    arg = element_arg(e, "ops");
    if (arg) {
        ops_read(c, arg, out);
    }
    bool has_ops = out->opclass != NULL || out->raw_opclass.p != NULL;
    list->has_length |= has_length;
    list->has_ops |= has_ops;
    return has_length || has_ops || out->sort != INB__SORT_NONE;
}

/* ---- names ----------------------------------------------------------------------------------- */

typedef struct element {
    inb__str name;
    inb__dm_index_field field;
    bool has_arguments;
} element;

/* One element with its arguments; false when it is not a name. */
static bool element_read(inb__psl_checker *c, const inb__psl_expr *e, inb__psl_fieldlist_form form,
                         element *out, inb__psl_fieldlist *list)
{
    bool is_call = form != INB__FIELDS_PLAIN && e->kind == INB__PSL_FUNCTION;
    if (e->kind != INB__PSL_CONSTANT && !is_call) {
        inb__psl_expr_mismatch(c, e, "the name of a field without quotes");
        return false;
    }
    out->name = e->value;
    out->has_arguments = is_call && element_args(c, e, &out->field, list);
    return true;
}

static bool field_is_column(const inb__psl_checked_field *f)
{
    return f->dm.type.kind != INB__DM_TYPE_MODEL && f->dm.type.kind != INB__DM_TYPE_UNKNOWN;
}

static void relation_add(inb__psl_checker *c, inb__psl_fieldlist *list, inb__psl_checked_field *f)
{
    INB__VEC_ADD(c->arena, &list->relations, f->dm.name);
    INB__VEC_ADD(c->arena, &list->relation_fields, f);
}

/* `a.b.c`: a field of a composite type. NULL when it is none, which is noted. */
static inb__psl_checked_field *path_find(inb__psl_checker *c, inb__psl_fieldlist *list,
                                         inb__psl_checked_top *top, inb__str path)
{
    inb__str rest = path;
    inb__psl_checked_field *f = NULL;
    while (rest.n) {
        const char *dot = memchr(rest.p, '.', rest.n);
        inb__str part = {rest.p, dot ? (size_t)(dot - rest.p) : rest.n};
        rest = dot ? (inb__str){dot + 1, rest.n - part.n - 1} : (inb__str){NULL, 0};
        f = inb__map_get(&top->fields, part);
        if (!f) {
            INB__VEC_ADD(c->arena, &list->unknown, part);
            return NULL;
        }
        if (!field_is_column(f)) {
            relation_add(c, list, f);
            return NULL;
        }
        if (dot && f->dm.type.kind != INB__DM_TYPE_COMPOSITE) {
            INB__VEC_ADD(c->arena, &list->unknown, path);
            return NULL;
        }
        top = f->composite;
    }
    return f;
}

static inb__psl_checked_field *name_find(inb__psl_checker *c, inb__psl_fieldlist *list,
                                         inb__psl_checked_top *top, inb__str name,
                                         inb__psl_fieldlist_form form)
{
    if (memchr(name.p, '.', name.n)) {
        if (form == INB__FIELDS_PATHS) {
            return path_find(c, list, top, name);
        }
        INB__VEC_ADD(c->arena, &list->unknown, name);
        return NULL;
    }
    inb__psl_checked_field *f = inb__map_get(&top->fields, name);
    if (!f) {
        INB__VEC_ADD(c->arena, &list->unknown, name);
        return NULL;
    }
    if (!field_is_column(f)) {
        relation_add(c, list, f);
        return NULL;
    }
    return f;
}

void inb__psl_fieldlist_resolve(inb__psl_fieldlist *out, inb__psl_checker *c,
                                const inb__psl_expr *list, inb__psl_checked_top *top,
                                inb__span attr_span, inb__psl_fieldlist_form form)
{
    *out = (inb__psl_fieldlist){0};
    inb__psl_expr *const *items, *self = (inb__psl_expr *)list;
    size_t n = inb__psl_expr_items(&items, &self);
    element *elements = INB__NEW_N(c->arena, element, n + 1);
    size_t number = ++c->field_lists;
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        ok = element_read(c, items[i], form, &elements[i], out) && ok;
    }
    for (size_t i = 0; ok && i < n; i++) {
        inb__psl_checked_field *f = name_find(c, out, top, elements[i].name, form);
        if (!f) {
            continue;
        }
        if (f->listed == number) {
            out->unknown.n = out->relations.n = 0;
            inb__psl_error(c->d, attr_span, "the field \"%.*s\" is listed twice",
                           INB__STR_ARG(f->dm.name));
            inb__psl_hint(c->d, "Remove one of the two.");
            return;
        }
        f->listed = number;
        elements[i].field.field = &f->dm;
        INB__VEC_ADD(c->arena, &out->fields, elements[i].field);
        INB__VEC_ADD(c->arena, &out->has_arguments, elements[i].has_arguments);
    }
    out->done = ok && out->unknown.n == 0 && out->relations.n == 0;
}
