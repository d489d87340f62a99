/* Reads an expression as the kind of value that an attribute or a property takes. */
#include "config.h"

#include "psl/expr.h"

#include <errno.h>
#include <stdlib.h>

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

bool inb__psl_expr_is_env(const inb__psl_expr *e)
{
    return e->kind == INB__PSL_FUNCTION && inb__str_is(e->value, "env");
}

static bool env_check(inb__psl_checker *c, const inb__psl_expr *e)
{
    const inb__psl_arg *arg = e->args->n == 1 ? &e->args->v[0] : NULL;
    inb__str name;
    for (size_t i = 0; i < e->args->n; i++) {
        if (e->args->v[i].value && e->args->v[i].name.name.n) {
            inb__psl_warning(c->d, e->args->v[i].span, "the argument of env() takes no name");
            inb__psl_hint(c->d, "Write env(\"NAME\").");
        }
    }
    if (!arg || !arg->value || e->args->has_trailing_comma) {
        inb__psl_error(c->d, e->span, "env() takes one string");
        inb__psl_hint(c->d, "Write env(\"NAME\").");
        return false;
    }
    return inb__psl_expr_string(c, arg->value, &name);
}

bool inb__psl_expr_string_or_env(inb__psl_checker *c, const inb__psl_expr *e, inb__str *out)
{
    *out = INB__STR("");
    if (inb__psl_expr_is_env(e)) {
        return env_check(c, e);
    }
    return inb__psl_expr_string(c, e, out);
}
