#include "config.h"

#include "psl/attrs.h"

#include "psl/known.h"

#include <errno.h>
#include <stdlib.h>

/* ---- expressions ----------------------------------------------------------------------------- */

static const char *const kind_names[] = {
    [INB__PSL_NUMBER] = "the number", [INB__PSL_STRING] = "the string",
    [INB__PSL_CONSTANT] = "the word", [INB__PSL_FUNCTION] = "the function",
    [INB__PSL_ARRAY] = "the list",    [INB__PSL_OBJECT] = "the object",
};

void inb__psl_expr_mismatch(inb__psl_checker *c, const inb__psl_expr *e, const char *wanted)
{
    inb__psl_error(c->d, e->span, "expected %s, not %s %.*s", wanted, kind_names[e->kind],
                   INB__STR_ARG(e->text));
    if (e->kind == INB__PSL_STRING && strstr(wanted, "without quotes")) {
        inb__psl_hint(c->d, "Write it without quotes: %.*s.", INB__STR_ARG(e->value));
    } else if ((e->kind == INB__PSL_CONSTANT || e->kind == INB__PSL_NUMBER) &&
               strcmp(wanted, "a string") == 0) {
        inb__psl_hint(c->d, "Write it in quotes: \"%.*s\".", INB__STR_ARG(e->value));
    } else {
        inb__psl_hint(c->d, "Write %s.", wanted);
    }
}

bool inb__psl_expr_string(inb__psl_checker *c, const inb__psl_expr *e, inb__str *out)
{
    if (e->kind != INB__PSL_STRING) {
        inb__psl_expr_mismatch(c, e, "a string");
        return false;
    }
    *out = e->value;
    return true;
}

bool inb__psl_expr_constant(inb__psl_checker *c, const inb__psl_expr *e, inb__str *out)
{
    if (e->kind != INB__PSL_CONSTANT) {
        inb__psl_expr_mismatch(c, e, "a word without quotes");
        return false;
    }
    *out = e->value;
    return true;
}

bool inb__psl_expr_bool(inb__psl_checker *c, const inb__psl_expr *e, bool *out)
{
    bool is_true = e->kind == INB__PSL_CONSTANT && inb__str_is(e->value, "true");
    if (!is_true && !(e->kind == INB__PSL_CONSTANT && inb__str_is(e->value, "false"))) {
        inb__psl_expr_mismatch(c, e, "true or false");
        return false;
    }
    *out = is_true;
    return true;
}

bool inb__psl_expr_integer_parse(inb__str text, int64_t *out)
{
    char digits[32];
    if (text.n == 0 || text.n >= sizeof(digits)) {
        return false;
    }
    size_t sign = text.p[0] == '-' || text.p[0] == '+';
    for (size_t i = sign; i < text.n; i++) {
        if (!inb__is_digit(text.p[i])) {
            return false;
        }
    }
    memcpy(digits, text.p, text.n);
    digits[text.n] = '\0';
    errno = 0;
    *out = strtoll(digits, NULL, 10);
    return text.n > sign && errno == 0;
}

bool inb__psl_expr_integer(inb__psl_checker *c, const inb__psl_expr *e, int64_t *out)
{
    if (e->kind != INB__PSL_NUMBER || !inb__psl_expr_integer_parse(e->value, out)) {
        inb__psl_expr_mismatch(c, e, "a whole number");
        return false;
    }
    return true;
}

size_t inb__psl_expr_items(inb__psl_expr *const **items_out, inb__psl_expr *const *e)
{
    if ((*e)->kind == INB__PSL_ARRAY) {
        *items_out = (*e)->items;
        return (*e)->n;
    }
    *items_out = e;
    return 1;
}

/* ---- attributes ------------------------------------------------------------------------------ */

const char *inb__psl_ast_sign(const inb__psl_attribute *attr)
{
    return attr->block ? "@@" : "@";
}

const inb__psl_arg *inb__psl_ast_argument(const inb__psl_attribute *attr, const char *argument)
{
    for (size_t i = 0; i < attr->args.n; i++) {
        if (attr->args.v[i].value && inb__str_is(attr->args.v[i].name.name, argument)) {
            return &attr->args.v[i];
        }
    }
    return NULL;
}

inb__span inb__psl_ast_argument_span(const inb__psl_attribute *attr, const char *argument)
{
    const inb__psl_arg *arg = inb__psl_ast_argument(attr, argument);
    return arg ? arg->span : attr->span;
}

void inb__psl_attrs_open(inb__psl_attrs *a, inb__psl_checker *c, const inb__psl_attributes *list)
{
    *a = (inb__psl_attrs){c, list, list->n ? INB__NEW_N(c->arena, bool, list->n) : NULL};
}

static void args_check_present(inb__psl_checker *c, const inb__psl_args *args, bool *usable)
{
    for (size_t i = 0; i < args->n; i++) {
        if (!args->v[i].value) {
            inb__psl_error(c->d, args->v[i].name.span, "the argument \"%.*s\" has no value",
                           INB__STR_ARG(args->v[i].name.name));
            inb__psl_hint(c->d, "Write a value behind the colon, or remove the argument.");
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
                args_check_present(c, &value->items[k]->args, &ignored);
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

/* A later argument of the same name hides the earlier one. Quadratic, in a list that people write.
 */
static void call_check_repeated(inb__psl_attr_args *call)
{
    const inb__psl_args *args = &call->attr->args;
    size_t unnamed = 0;
    for (size_t i = 0; i < args->n; i++) {
        if (!args->v[i].value) {
            call->taken[i] = true;
            continue;
        }
        inb__str name = args->v[i].name.name;
        unnamed += name.n == 0;
        for (size_t k = 0; k < i; k++) {
            if (call->taken[k] || !inb__str_eq(args->v[k].name.name, name)) {
                continue;
            }
            call->taken[k] = true;
            if (name.n) {
                inb__psl_error(call->c->d, args->v[i].span, "the argument \"%.*s\" is given twice",
                               INB__STR_ARG(name));
                inb__psl_hint(call->c->d, "Keep one of the two.");
            }
        }
    }
    if (unnamed > 1) {
        inb__psl_error(call->c->d, call->attr->span,
                       "%s%.*s takes one argument without a name, and has %zu",
                       inb__psl_ast_sign(call->attr), INB__STR_ARG(call->attr->name.name), unnamed);
        inb__psl_hint(call->c->d, takes_fields(call->attr) ? "Put them into one list: [a, b]."
                                                           : "Keep one of them.");
    }
}

static bool call_open(inb__psl_attr_args *call, inb__psl_checker *c, const inb__psl_attribute *attr)
{
    bool usable = args_check(c, &attr->args);
    for (size_t i = 0; i < attr->args.n; i++) {
        const inb__psl_expr *value = attr->args.v[i].value;
        if (value && value->kind == INB__PSL_FUNCTION) {
            usable = args_check(c, &value->args) && usable;
        }
    }
    if (!usable) {
        return false;
    }
    *call = (inb__psl_attr_args){
        .c = c,
        .attr = attr,
        .taken = attr->args.n ? INB__NEW_N(c->arena, bool, attr->args.n) : NULL,
    };
    call_check_repeated(call);
    return true;
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
    return !repeated && call_open(out, a->c, a->list->v[first]);
}

bool inb__psl_attrs_next(inb__psl_attrs *a, const char *name, inb__psl_attr_args *out)
{
    for (size_t i = attr_find(a, name, 0); i < a->list->n; i = attr_find(a, name, i + 1)) {
        a->taken[i] = true;
        if (call_open(out, a->c, a->list->v[i])) {
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
            inb__psl_error(a->c->d, attr->span, "a field has only one native type");
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

/* ---- arguments ------------------------------------------------------------------------------- */

static const inb__psl_arg *call_take(inb__psl_attr_args *call, inb__str name)
{
    for (size_t i = 0; i < call->attr->args.n; i++) {
        const inb__psl_arg *arg = &call->attr->args.v[i];
        if (!call->taken[i] && inb__str_eq(arg->name.name, name)) {
            call->taken[i] = true;
            return arg;
        }
    }
    return NULL;
}

const inb__psl_arg *inb__psl_attr_args_find(inb__psl_attr_args *call, const char *name)
{
    return call_take(call, inb__str_of(name));
}

const inb__psl_expr *inb__psl_attr_args_value(inb__psl_attr_args *call, const char *name)
{
    const inb__psl_arg *arg = inb__psl_attr_args_find(call, name);
    return arg ? arg->value : NULL;
}

static void lacking_hint(const inb__psl_attr_args *call, const char *name)
{
    const inb__psl_attribute *attr = call->attr;
    const char *example = strcmp(name, "fields") == 0  ? "[a, b]"
                          : strcmp(name, "value") == 0 ? "…"
                                                       : "\"…\"";
    inb__psl_hint(call->c->d, "Write %s%.*s(%s).", inb__psl_ast_sign(attr),
                  INB__STR_ARG(attr->name.name), example);
}

static const inb__psl_expr *call_default(inb__psl_attr_args *call, const char *name, bool quiet)
{
    const inb__psl_arg *named = inb__psl_attr_args_find(call, name);
    const inb__psl_arg *unnamed = call_take(call, INB__STR(""));
    const inb__psl_attribute *attr = call->attr;
    if (named && unnamed) {
        if (!quiet) {
            inb__psl_error(call->c->d, named->span,
                           "the argument \"%s\" is given twice, with its name and without", name);
            inb__psl_hint(call->c->d, "Keep one of the two.");
        }
        return NULL;
    }
    if (!named && !unnamed && !quiet) {
        inb__psl_error(call->c->d, attr->span, "%s%.*s lacks its argument \"%s\"",
                       inb__psl_ast_sign(attr), INB__STR_ARG(attr->name.name), name);
        lacking_hint(call, name);
    }
    return named ? named->value : unnamed ? unnamed->value : NULL;
}

const inb__psl_expr *inb__psl_attr_args_first(inb__psl_attr_args *call, const char *name)
{
    return call_default(call, name, false);
}

const inb__psl_expr *inb__psl_attr_args_first_quiet(inb__psl_attr_args *call, const char *name)
{
    return call_default(call, name, true);
}

bool inb__psl_attr_args_text(inb__psl_attr_args *call, const char *name, inb__str *out)
{
    const inb__psl_expr *value = inb__psl_attr_args_value(call, name);
    inb__str text;
    if (!value || !inb__psl_expr_string(call->c, value, &text)) {
        return false;
    }
    if (text.n == 0) {
        inb__psl_error(call->c->d, call->attr->span, "the argument \"%s\" of %s%.*s is empty", name,
                       inb__psl_ast_sign(call->attr), INB__STR_ARG(call->attr->name.name));
        inb__psl_hint(call->c->d, "Write a name, or leave the argument out.");
        return false;
    }
    *out = text;
    return true;
}

void inb__psl_attr_args_close(inb__psl_attr_args *call)
{
    for (size_t i = 0; i < call->attr->args.n; i++) {
        const inb__psl_arg *arg = &call->attr->args.v[i];
        if (!call->taken[i]) {
            inb__psl_suggest_argument(call->c, call->attr, arg);
        }
    }
}
