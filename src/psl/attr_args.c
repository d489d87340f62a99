/* Takes the arguments of one attribute by name, and reports what is wrong with any of them. */
#include "config.h"

#include "psl/attr_args.h"

#include "psl/expr.h"
#include "psl/suggest.h"

static void args_check_present(inb__psl_checker *c, const inb__psl_args *args, bool *usable)
{
    for (size_t i = 0; i < args->n; i++) {
        if (!args->v[i].value) {
            inb__psl_error(c->d, args->v[i].name.span, "the argument \"%.*s\" has no value",
                           INB__STR_ARG(args->v[i].name.name));
            inb__psl_hint(c->d, "Write a value after the colon, or remove the argument.");
            *usable = false;
        }
    }
}

/* Looks at one list of arguments: of the attribute itself, or of a function in it. */
static bool args_check(inb__psl_checker *c, const inb__psl_args *args)
{
    bool usable = true, ignored = true;
    args_check_present(c, args, &usable);
    for (size_t i = 0; i < args->n; i++) {
        const inb__psl_expr *value = args->v[i].value;
        for (size_t k = 0; value && value->kind == INB__PSL_ARRAY && k < value->n; k++) {
            if (value->items[k]->kind == INB__PSL_FUNCTION) {
                args_check_present(c, value->items[k]->args, &ignored);
            }
        }
    }
    if (args->has_trailing_comma) {
        inb__psl_error(c->d, args->trailing_comma, "a list of arguments cannot end with a comma");
        inb__psl_hint(c->d, "Remove the comma.");
    }
    return usable;
}

/* Whether the first argument of the attribute is a list of fields. */
static bool takes_fields(const inb__psl_attribute *attr)
{
    return attr->block && !inb__str_is(attr->name.name, "map") &&
           !inb__str_is(attr->name.name, "schema") && !inb__str_is(attr->name.name, "ignore");
}

/* A later argument of the same name hides the earlier one. */
static void repeated_check(inb__psl_attr_args *args)
{
    const inb__psl_args *list = &args->attr->args;
    size_t unnamed = 0;
    if (list->n == 1) { /* as most are */
        args->taken[0] = !list->v[0].value;
        return;
    }
    inb__map latest; /* name -> its `taken`, of the last argument so far */
    inb__map_init(&latest, args->c->arena);
    for (size_t i = 0; i < list->n; i++) {
        if (!list->v[i].value) {
            args->taken[i] = true;
            continue;
        }
        inb__str name = list->v[i].name.name;
        unnamed += name.n == 0;
        bool *earlier = inb__map_set(&latest, name, &args->taken[i]);
        if (earlier) {
            *earlier = true;
            if (name.n) {
                inb__psl_error(args->c->d, list->v[i].span, "the argument \"%.*s\" is given twice",
                               INB__STR_ARG(name));
                inb__psl_hint(args->c->d, "Keep one of the two.");
            }
        }
    }
    if (unnamed > 1) {
        inb__psl_error(args->c->d, args->attr->span, "%s%.*s takes one unnamed argument, not %zu",
                       inb__psl_ast_sign(args->attr), INB__STR_ARG(args->attr->name.name), unnamed);
        inb__psl_hint(args->c->d, takes_fields(args->attr) ? "Put them into one list: [a, b]."
                                                           : "Keep one of them.");
    }
}

bool inb__psl_attr_args_open(inb__psl_attr_args *args, inb__psl_checker *c,
                             const inb__psl_attribute *attr)
{
    bool usable = args_check(c, &attr->args);
    for (size_t i = 0; i < attr->args.n; i++) {
        const inb__psl_expr *value = attr->args.v[i].value;
        if (value && value->kind == INB__PSL_FUNCTION) {
            usable = args_check(c, value->args) && usable;
        }
    }
    if (!usable) {
        return false;
    }
    *args = (inb__psl_attr_args){
        .c = c,
        .attr = attr,
        .taken = attr->args.n ? INB__NEW_N(c->arena, bool, attr->args.n) : NULL,
    };
    repeated_check(args);
    return true;
}

/* ---- taking
 * -------------------------------------------------------------------------------------- */

static const inb__psl_arg *argument_take(inb__psl_attr_args *args, inb__str name)
{
    for (size_t i = 0; i < args->attr->args.n; i++) {
        const inb__psl_arg *arg = &args->attr->args.v[i];
        if (!args->taken[i] && inb__str_eq(arg->name.name, name)) {
            args->taken[i] = true;
            return arg;
        }
    }
    return NULL;
}

const inb__psl_arg *inb__psl_attr_args_find(inb__psl_attr_args *args, const char *name)
{
    return argument_take(args, inb__str_of(name));
}

const inb__psl_expr *inb__psl_attr_args_value(inb__psl_attr_args *args, const char *name)
{
    const inb__psl_arg *arg = inb__psl_attr_args_find(args, name);
    return arg ? arg->value : NULL;
}

static void lacking_hint(const inb__psl_attr_args *args, const char *name)
{
    const inb__psl_attribute *attr = args->attr;
    const char *example = strcmp(name, "fields") == 0  ? "[a, b]"
                          : strcmp(name, "value") == 0 ? "…"
                                                       : "\"…\"";
    inb__psl_hint(args->c->d, "Write %s%.*s(%s).", inb__psl_ast_sign(attr),
                  INB__STR_ARG(attr->name.name), example);
}

static const inb__psl_expr *first_take(inb__psl_attr_args *args, const char *name, bool quiet)
{
    const inb__psl_arg *named = inb__psl_attr_args_find(args, name);
    const inb__psl_arg *unnamed = argument_take(args, INB__STR(""));
    const inb__psl_attribute *attr = args->attr;
    if (named && unnamed) {
        if (!quiet) {
            inb__psl_error(args->c->d, named->span,
                           "the argument \"%s\" is given twice, named and unnamed", name);
            inb__psl_hint(args->c->d, "Keep one of the two.");
        }
        return NULL;
    }
    if (!named && !unnamed && !quiet) {
        inb__psl_error(args->c->d, attr->span, "%s%.*s requires the argument \"%s\"",
                       inb__psl_ast_sign(attr), INB__STR_ARG(attr->name.name), name);
        lacking_hint(args, name);
    }
    return named ? named->value : unnamed ? unnamed->value : NULL;
}

const inb__psl_expr *inb__psl_attr_args_first(inb__psl_attr_args *args, const char *name)
{
    return first_take(args, name, false);
}

const inb__psl_expr *inb__psl_attr_args_first_quiet(inb__psl_attr_args *args, const char *name)
{
    return first_take(args, name, true);
}

bool inb__psl_attr_args_text(inb__psl_attr_args *args, const char *name, inb__str *out)
{
    const inb__psl_expr *value = inb__psl_attr_args_value(args, name);
    inb__str text;
    if (!value || !inb__psl_expr_string(args->c, value, &text)) {
        return false;
    }
    if (text.n == 0) {
        inb__psl_error(args->c->d, args->attr->span, "the argument \"%s\" of %s%.*s is empty", name,
                       inb__psl_ast_sign(args->attr), INB__STR_ARG(args->attr->name.name));
        inb__psl_hint(args->c->d, "Write a name, or remove the argument.");
        return false;
    }
    *out = text;
    return true;
}

void inb__psl_attr_args_close(inb__psl_attr_args *args)
{
    for (size_t i = 0; i < args->attr->args.n; i++) {
        const inb__psl_arg *arg = &args->attr->args.v[i];
        if (!args->taken[i]) {
            inb__psl_suggest_argument(args->c, args->attr, arg);
        }
    }
}
