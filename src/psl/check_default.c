/* Checks @default: literals and functions against the type of the field. */
#include "config.h"

#include "psl/check_parts.h"
#include "psl/expr.h"
#include "psl/suggest.h"
#include "psl/words.h"

#define S(scalar) (1u << INB__DM_##scalar)
#define ANY_SCALAR ((1u << INB__DM_SCALARS) - 1)

typedef enum function_args { ARGS_NONE, ARGS_NUMBER, ARGS_SQL } function_args;

/* The functions of @default. `low` and `high` are the numbers that one takes; `gap` forbids those
 * between. */
static const struct function {
    const char *name;
    inb__dm_default_kind kind;
    unsigned scalars;
    bool in_types; /* also in a composite type */
    function_args args;
    int low, high;
    bool gap;
} functions[] = {
    {"autoincrement", INB__DM_DEFAULT_AUTOINCREMENT, S(INT) | S(BIGINT), false, ARGS_NONE, 0, 0,
     false},
    {"dbgenerated", INB__DM_DEFAULT_DBGENERATED, ANY_SCALAR, false, ARGS_SQL, 0, 0, false},
    {"now", INB__DM_DEFAULT_NOW, S(DATETIME), true, ARGS_NONE, 0, 0, false},
    {"uuid", INB__DM_DEFAULT_UUID, S(STRING), true, ARGS_NUMBER, 4, 7, true},
    {"cuid", INB__DM_DEFAULT_CUID, S(STRING), true, ARGS_NUMBER, 1, 2, true},
    {"ulid", INB__DM_DEFAULT_ULID, S(STRING), true, ARGS_NONE, 0, 0, false},
    {"nanoid", INB__DM_DEFAULT_NANOID, S(STRING), false, ARGS_NUMBER, 2, 255, false},
    /* MongoDB's; refused by a later rule. */
    {"auto", INB__DM_DEFAULT_NONE, ANY_SCALAR, false, ARGS_NONE, 0, 0, false},
};

#define FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

static const struct function *function_find(inb__str name)
{
    for (size_t i = 0; i < FUNCTIONS; i++) {
        if (inb__str_is(name, functions[i].name)) {
            return &functions[i];
        }
    }
    return NULL;
}

const char *inb__psl_check_default_function(size_t i)
{
    while (i < FUNCTIONS && functions[i].kind == INB__DM_DEFAULT_NONE) {
        i++;
    }
    return i < FUNCTIONS ? functions[i].name : NULL;
}

/* ---- functions ------------------------------------------------------------------------------- */

static size_t args_given(const inb__psl_expr *call, const inb__psl_expr **first_out)
{
    size_t n = 0;
    *first_out = NULL;
    for (size_t i = 0; i < call->args->n; i++) {
        if (call->args->v[i].value && n++ == 0) {
            *first_out = call->args->v[i].value;
        }
    }
    return n;
}

static bool args_none_check(inb__psl_checker *c, inb__span span, const inb__psl_expr *e)
{
    const inb__psl_expr *first;
    if (args_given(e, &first) == 0) {
        return true;
    }
    inb__psl_error(c->d, span, "%.*s() takes no argument", INB__STR_ARG(e->value));
    inb__psl_hint(c->d, "Write %.*s().", INB__STR_ARG(e->value));
    return false;
}

static void number_refuse(inb__psl_checker *c, inb__span span, const struct function *fn)
{
    inb__psl_error(c->d, span, "%s() takes no argument, or one number%s%d%s%d", fn->name,
                   fn->gap ? ", " : " from ", fn->low, fn->gap ? " or " : " to ", fn->high);
    inb__psl_hint(c->d, "Write %s(), or %s(%d).", fn->name, fn->name, fn->high);
}

static bool args_number_check(inb__psl_checker *c, inb__span span, const inb__psl_expr *e,
                              const struct function *fn, int64_t *out)
{
    const inb__psl_expr *first;
    bool ok = true;
    if (args_given(e, &first) > 1) {
        number_refuse(c, span, fn);
        ok = false;
    }
    if (!first) {
        return ok;
    }
    bool is_number = first->kind == INB__PSL_NUMBER;
    if (!is_number || !inb__psl_expr_integer_parse(first->value, out) || *out < fn->low ||
        *out > fn->high || (fn->gap && *out != fn->low && *out != fn->high)) {
        number_refuse(c, span, fn);
        ok = false;
    }
    return ok;
}

static bool args_sql_check(inb__psl_checker *c, inb__span span, const inb__psl_expr *e,
                           inb__dm_default *out)
{
    const inb__psl_expr *first;
    bool ok = args_given(e, &first) <= 1;
    if (!ok) {
        inb__psl_error(c->d, span, "dbgenerated() takes one string");
        inb__psl_hint(c->d, "Write the SQL expression in quotes, and nothing else.");
    }
    if (!first) {
        return ok;
    }
    if (first->kind != INB__PSL_STRING) {
        inb__psl_error(c->d, span, "dbgenerated() takes one string");
        inb__psl_hint(c->d, "Write the SQL expression in quotes.");
        return false;
    }
    if (first->value.n == 0) {
        inb__psl_error(c->d, span, "the SQL in dbgenerated() is empty");
        inb__psl_hint(c->d, "Write the expression, or dbgenerated() if only the database has it.");
        return false;
    }
    out->has_sql = true;
    out->sql = first->value;
    return ok;
}

static bool function_args_check(inb__psl_checker *c, inb__span span, const inb__psl_expr *e,
                                const struct function *fn, inb__dm_default *out)
{
    out->kind = fn->kind;
    switch (fn->args) {
    case ARGS_NUMBER:
        return args_number_check(c, span, e, fn, &out->arg);
    case ARGS_SQL:
        return args_sql_check(c, span, e, out);
    default:
        return args_none_check(c, span, e);
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Which kinds of literal a scalar takes; Boolean takes a word. */
static bool literal_fits(inb__dm_scalar scalar, inb__psl_expr_kind kind)
{
    static const unsigned strings = S(STRING) | S(JSON) | S(BYTES) | S(DATETIME) | S(DECIMAL);
    static const unsigned numbers = S(INT) | S(BIGINT) | S(FLOAT) | S(DECIMAL);
    return (kind == INB__PSL_STRING && strings & 1u << scalar) ||
           (kind == INB__PSL_NUMBER && numbers & 1u << scalar) ||
           (kind == INB__PSL_CONSTANT && scalar == INB__DM_BOOLEAN);
}

static bool scalar_value(inb__psl_checker *c, inb__span span, const inb__psl_expr *e,
                         inb__dm_scalar scalar, inb__dm_value *out)
{
    if (!literal_fits(scalar, e->kind)) {
        inb__psl_error(c->d, span, "%.*s is not a value of type %s", INB__STR_ARG(e->text),
                       inb__psl_words_scalar(scalar));
        inb__psl_suggest_value(c, scalar);
        return false;
    }
    if (scalar == INB__DM_BOOLEAN && !inb__str_is(e->value, "true") &&
        !inb__str_is(e->value, "false")) {
        inb__psl_error(c->d, e->span, "a Boolean is true or false, not %.*s",
                       INB__STR_ARG(e->text));
        inb__psl_suggest_value(c, scalar);
        return false;
    }
    out->kind = e->kind == INB__PSL_STRING   ? INB__DM_VALUE_STRING
                : e->kind == INB__PSL_NUMBER ? INB__DM_VALUE_NUMBER
                                             : INB__DM_VALUE_BOOLEAN;
    out->text = e->value;
    return true;
}

static void enum_hint(inb__psl_checker *c, const inb__dm_enum *enumeration, inb__str name)
{
    inb__nearest s = inb__nearest_to(name);
    inb__str names[INB__PSL_NAMES_SHOWN];
    size_t n = enumeration->n_values;
    bool allowed = inb__psl_suggest_allowed(c, n);
    for (size_t i = 0; i < n && i < INB__PSL_NAMES_SHOWN; i++) {
        names[i] = enumeration->values[i].name;
    }
    for (size_t i = 0; i < n && allowed; i++) {
        inb__nearest_consider(&s, enumeration->values[i].name);
    }
    inb__psl_suggest_known(c, &s, names, n);
}

static bool enum_value(inb__psl_checker *c, inb__span span, const inb__psl_expr *e,
                       const inb__dm_enum *enumeration, inb__dm_value *out)
{
    if (e->kind != INB__PSL_CONSTANT) {
        inb__psl_error(c->d, span, "expected a value of the enum \"%.*s\", not %.*s",
                       INB__STR_ARG(enumeration->name), INB__STR_ARG(e->text));
        inb__psl_hint(c->d, "Write its name without quotes.");
        return false;
    }
    inb__psl_checked_top *top = inb__map_get(&c->types, enumeration->name);
    out->kind = INB__DM_VALUE_ENUM;
    out->text = e->value;
    out->enum_value = inb__map_get(&top->enum_values, e->value);
    if (!out->enum_value) {
        inb__psl_error(c->d, span, "the enum \"%.*s\" has no value \"%.*s\"",
                       INB__STR_ARG(enumeration->name), INB__STR_ARG(e->value));
        enum_hint(c, enumeration, e->value);
        return false;
    }
    return true;
}

static bool one_value(inb__psl_checker *c, inb__span span, const inb__psl_expr *e,
                      const inb__psl_checked_field *f, inb__dm_value *out)
{
    return f->dm.type.kind == INB__DM_TYPE_ENUM
               ? enum_value(c, span, e, f->dm.type.enumeration, out)
               : scalar_value(c, span, e, f->dm.type.scalar, out);
}

static bool list_value(inb__psl_checker *c, inb__span span, const inb__psl_expr *e,
                       const inb__psl_checked_field *f, inb__dm_default *out)
{
    if (e->kind != INB__PSL_ARRAY) {
        inb__psl_error(c->d, span, "the default of a list must be a list");
        inb__psl_hint(c->d, "Write [%.*s].", INB__STR_ARG(e->text));
        return false;
    }
    out->kind = INB__DM_DEFAULT_LIST;
    out->values = INB__NEW_N(c->arena, inb__dm_value, e->n + 1);
    for (size_t i = 0; i < e->n; i++) {
        if (!one_value(c, span, e->items[i], f, &out->values[i])) {
            return false;
        }
        out->n_values++;
    }
    return true;
}

static bool value_read(inb__psl_checker *c, inb__span span, const inb__psl_expr *e,
                       const inb__psl_checked_field *f, inb__dm_default *out)
{
    if (f->dm.arity == INB__DM_LIST) {
        return list_value(c, span, e, f, out);
    }
    if (e->kind == INB__PSL_ARRAY && f->dm.type.kind == INB__DM_TYPE_SCALAR) {
        inb__psl_error(c->d, span, "the default of a field that is not a list cannot be a list");
        inb__psl_hint(c->d, "Write one value, or make the field a list: %s[].",
                      inb__psl_words_scalar(f->dm.type.scalar));
        return false;
    }
    out->kind = INB__DM_DEFAULT_VALUE;
    out->values = INB__NEW(c->arena, inb__dm_value);
    out->n_values = 1;
    return one_value(c, span, e, f, out->values);
}

/* ---- @default -------------------------------------------------------------------------------- */

static void accept(inb__psl_checker *c, inb__psl_attr_args *args, inb__psl_checked_field *f,
                   const inb__psl_expr *e, const inb__dm_default *value)
{
    inb__dm_default *kept = INB__NEW(c->arena, inb__dm_default);
    *kept = *value;
    kept->attr = args->attr;
    f->dm.default_value = kept;
    f->default_attr = args->attr;
    f->default_expr = e;
}

/* Names the functions that the type does have. */
static void function_refuse(inb__psl_checker *c, inb__span span, const struct function *fn,
                            inb__dm_scalar scalar, const char *where)
{
    const char *others = "a value", *last = NULL;
    inb__psl_error(c->d, span, "%s() cannot be the default of a field of type %s%s", fn->name,
                   inb__psl_words_scalar(scalar), where);
    for (size_t i = 0; i < FUNCTIONS; i++) {
        if (functions[i].scalars & 1u << scalar && functions[i].kind != INB__DM_DEFAULT_NONE &&
            (!*where || functions[i].in_types)) {
            others = last ? inb__arena_printf(c->arena, "%s, %s()", others, last) : others;
            last = functions[i].name;
        }
    }
    inb__psl_hint(c->d, "Write %s%s%s%s.", others, last ? " or " : "", last ? last : "",
                  last ? "()" : "");
}

static bool function_of_scalar(inb__psl_checker *c, inb__psl_attr_args *args,
                               inb__psl_checked_field *f, const inb__psl_expr *e,
                               inb__dm_default *out)
{
    inb__span span = args->attr->span;
    const struct function *fn = function_find(e->value);
    if (!fn) {
        f->unknown_function = true;
        INB__VEC_ADD(c->arena, &c->unknown_defaults, f);
        return true;
    }
    if (fn->kind == INB__DM_DEFAULT_AUTOINCREMENT && f->default_named) {
        inb__psl_error(c->d, span, "autoincrement() cannot have a database name");
        inb__psl_hint(c->d, "Remove the argument \"map\".");
        return false;
    }
    if (!(fn->scalars & 1u << f->dm.type.scalar)) {
        function_refuse(c, span, fn, f->dm.type.scalar, "");
        return false;
    }
    return function_args_check(c, span, e, fn, out);
}

static void composite_refuse(inb__psl_checker *c, const inb__psl_attr_args *args,
                             const inb__psl_checked_field *f)
{
    inb__psl_error(c->d, args->attr->span,
                   "a field of the composite type \"%.*s\" cannot have a default",
                   INB__STR_ARG(f->composite->block->name.name));
    inb__psl_hint(c->d, "Remove @default.");
}

static bool field_default_read(inb__psl_checker *c, inb__psl_attr_args *args,
                               inb__psl_checked_field *f, const inb__psl_expr *e,
                               inb__dm_default *out)
{
    bool is_function = e->kind == INB__PSL_FUNCTION;
    if (is_function && inb__str_is(e->value, "dbgenerated")) {
        return function_args_check(c, args->attr->span, e, function_find(e->value), out);
    }
    switch (f->dm.type.kind) {
    case INB__DM_TYPE_SCALAR:
        return is_function ? function_of_scalar(c, args, f, e, out)
                           : value_read(c, args->attr->span, e, f, out);
    case INB__DM_TYPE_ENUM:
        return value_read(c, args->attr->span, e, f, out);
    case INB__DM_TYPE_UNSUPPORTED:
        inb__psl_error(c->d, args->attr->span,
                       "the default of a field of type Unsupported must be dbgenerated(\"…\")");
        inb__psl_hint(c->d, "Write the value as SQL: dbgenerated(\"…\").");
        return false;
    default:
        composite_refuse(c, args, f);
        return false;
    }
}

void inb__psl_check_default(inb__psl_checker *c, inb__psl_attr_args *args,
                            inb__psl_checked_field *f)
{
    inb__dm_default value = {0};
    inb__str name;
    const inb__psl_expr *e = inb__psl_attr_args_first(args, "value");
    if (!e) {
        return;
    }
    f->default_named = inb__psl_attr_args_text(args, "map", &name);
    if (field_default_read(c, args, f, e, &value)) {
        accept(c, args, f, e, &value);
    }
}

static bool composite_function(inb__psl_checker *c, inb__psl_attr_args *args,
                               inb__psl_checked_field *f, const inb__psl_expr *e,
                               inb__dm_default *out)
{
    const struct function *fn = function_find(e->value);
    if (!fn) {
        inb__psl_error(c->d, e->span, "unknown function %.*s()", INB__STR_ARG(e->value));
        inb__psl_suggest_value(c, f->dm.type.scalar);
        return false;
    }
    if (!fn->in_types || !(fn->scalars & 1u << f->dm.type.scalar)) {
        function_refuse(c, args->attr->span, fn, f->dm.type.scalar, " in a composite type");
        return false;
    }
    return function_args_check(c, args->attr->span, e, fn, out);
}

void inb__psl_check_default_composite(inb__psl_checker *c, inb__psl_attr_args *args,
                                      inb__psl_checked_field *f)
{
    inb__dm_default value = {0};
    const inb__psl_expr *e = inb__psl_attr_args_first(args, "value");
    if (!e) {
        return;
    }
    if (inb__psl_attr_args_find(args, "map")) {
        inb__psl_error(c->d, args->attr->span,
                       "the default of a field of a composite type cannot have a database name");
        inb__psl_hint(c->d, "Remove the argument \"map\".");
    }
    if (e->kind == INB__PSL_FUNCTION && inb__str_is(e->value, "dbgenerated")) {
        inb__psl_error(c->d, args->attr->span,
                       "a field of a composite type cannot have dbgenerated() as its default");
        inb__psl_hint(c->d, "Write a value: the database generates none inside a composite type.");
        return;
    }
    bool ok = false;
    switch (f->dm.type.kind) {
    case INB__DM_TYPE_SCALAR:
        ok = e->kind == INB__PSL_FUNCTION ? composite_function(c, args, f, e, &value)
                                          : value_read(c, args->attr->span, e, f, &value);
        break;
    case INB__DM_TYPE_ENUM:
        ok = value_read(c, args->attr->span, e, f, &value);
        break;
    case INB__DM_TYPE_UNSUPPORTED:
        inb__psl_error(c->d, args->attr->span,
                       "a field of type Unsupported in a composite type cannot have a default");
        inb__psl_hint(c->d, "Remove @default.");
        break;
    default:
        composite_refuse(c, args, f);
    }
    if (ok) {
        accept(c, args, f, e, &value);
    }
}
