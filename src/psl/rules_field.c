/* Rules of scalar fields: native types, defaults, Unsupported. */
#include "config.h"

#include "psl/expr.h"
#include "psl/fieldlist.h"
#include "psl/literal.h"
#include "psl/rules.h"
#include "psl/suggest.h"
#include "psl/words.h"

/* ---- column types -------------------------------------------------------------------- */

static void provider_rules(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    const inb__dm_type *type = &f->dm.type;
    bool is_list = f->dm.arity == INB__DM_LIST;
    bool is_scalar = type->kind == INB__DM_TYPE_SCALAR;
    if (is_scalar && type->scalar == INB__DM_JSON && is_list && !c->provider->json_lists) {
        inb__psl_error(c->d, f->dm.ast->span,
                       "a list of Json requires a datasource for PostgreSQL");
        inb__psl_suggest_datasource(c);
    }
    if (is_scalar && type->scalar == INB__DM_DECIMAL && !c->provider->decimals) {
        inb__psl_error(c->d, f->dm.ast->span,
                       "the type Decimal requires a datasource for PostgreSQL");
        inb__psl_suggest_datasource(c);
    }
    if (is_list && !c->provider->scalar_lists) {
        inb__psl_error(c->d, f->dm.ast->span,
                       "a list of scalars requires a datasource for PostgreSQL");
        inb__psl_suggest_datasource(c);
    }
}

/* ---- native types ---------------------------------------------------------------------------- */

static void native_prefix(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    const inb__dm_datasource *source = c->dm->datasource;
    inb__str name = f->native->name.name;
    inb__str prefix = {name.p, (size_t)(f->native_name.p - 1 - name.p)};
    if (source && !inb__str_eq(prefix, source->name)) {
        inb__psl_error(c->d, f->native->span,
                       "the prefix \"%.*s\" is not the name of the datasource",
                       INB__STR_ARG(prefix));
        inb__psl_hint(c->d, "Write @%.*s.%.*s.", INB__STR_ARG(source->name),
                      INB__STR_ARG(f->native_name));
    }
}

static size_t args_count(const inb__psl_attribute *attr)
{
    size_t n = 0;
    for (size_t i = 0; i < attr->args.n; i++) {
        n += attr->args.v[i].value != NULL;
    }
    return n;
}

static void native_example(inb__psl_checker *c, inb__native kind)
{
    const char *native = inb__native_label(kind);
    inb__dm_scalar scalar = inb__psl_words_native_scalar(kind);
    inb__str name = inb__arena_join(c->arena, c->dm->datasource->name, ".", inb__str_of(native));
    if (inb__native_max_args(kind) == 0) {
        inb__psl_hint(c->d, "Write @%.*s.", INB__STR_ARG(name));
    } else {
        inb__psl_hint(c->d, "Write @%.*s, or with %s @%.*s(%s).", INB__STR_ARG(name),
                      inb__native_max_args(kind) == 2 ? "precision and scale"
                      : scalar == INB__DM_DATETIME    ? "a precision"
                                                      : "a length",
                      INB__STR_ARG(name),
                      inb__native_max_args(kind) == 2 ? "10, 2"
                      : scalar == INB__DM_DATETIME    ? "3"
                                                      : "10");
    }
}

/* "Text", "VarChar", … of a scalar type, quoted. */
static const char *natives_of(inb__psl_checker *c, inb__dm_scalar scalar)
{
    inb__str names[INB__NATIVES];
    size_t n = 0;
    for (int i = INB__NATIVE_NONE + 1; i < INB__NATIVES; i++) {
        if (inb__psl_words_native_scalar((inb__native)i) == scalar) {
            names[n++] = inb__str_of(inb__native_label((inb__native)i));
        }
    }
    return inb__psl_suggest_quoted(c->arena, names, n);
}

static void native_unknown(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    inb__nearest s = inb__nearest_to(f->native_name);
    inb__psl_error(c->d, f->native->span, "unknown native type \"%.*s\"",
                   INB__STR_ARG(f->native_name));
    for (int i = INB__NATIVE_NONE + 1; i < INB__NATIVES; i++) {
        inb__nearest_consider(&s, inb__str_of(inb__native_label((inb__native)i)));
    }
    if (!c->provider->is_postgres) {
        inb__psl_suggest_datasource(c);
    } else if (s.best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s.best));
    } else {
        inb__psl_hint(c->d, "The native types of %s are %s.",
                      inb__psl_words_scalar(f->dm.type.scalar), natives_of(c, f->dm.type.scalar));
    }
}

/* False when the number of arguments is wrong, which is reported. */
static bool native_args_count(inb__psl_checker *c, const inb__psl_checked_field *f,
                              inb__native kind)
{
    size_t n = args_count(f->native), max = (size_t)inb__native_max_args(kind);
    if (n > max) {
        inb__psl_error(c->d, f->native->span, "the native type %s takes %s%zu argument%s, not %zu",
                       inb__native_label(kind), max ? "at most " : "", max, max == 1 ? "" : "s", n);
        native_example(c, kind);
        return false;
    }
    return true;
}

static void native_rules(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    if (!f->native) {
        return;
    }
    native_prefix(c, f);
    inb__native kind = inb__psl_words_native_find(f->native_name);
    if (kind == INB__NATIVE_NONE || !c->provider->is_postgres) {
        native_unknown(c, f);
        return;
    }
    const char *native = inb__native_label(kind);
    inb__dm_scalar scalar = inb__psl_words_native_scalar(kind);
    if (!native_args_count(c, f, kind)) {
        return;
    }
    if (scalar != f->dm.type.scalar) {
        inb__psl_error(c->d, f->native->span, "the native type %s is for %s, not for %s", native,
                       inb__psl_words_scalar(scalar), inb__psl_words_scalar(f->dm.type.scalar));
        inb__psl_hint(c->d, "Change the type of the field, or use one of %s.",
                      natives_of(c, f->dm.type.scalar));
        return;
    }
    if (f->dm.type.native.kind == INB__NATIVE_NONE) {
        inb__psl_error(c->d, f->native->span, "the native type %s takes %s", native,
                       inb__native_max_args(kind) == 2 ? "two whole numbers or none"
                                                       : "a whole number or none");
        native_example(c, kind);
        return;
    }
    const char *range = inb__native_range_error(&f->dm.type.native);
    if (range) {
        inb__psl_error(c->d, f->native->span, "%.*s is out of range: %s",
                       INB__STR_ARG(f->native->name.name), range);
        native_example(c, kind);
    }
}

/* ---- defaults -------------------------------------------------------------------------------- */

static const char *literal_error(inb__dm_scalar scalar, const inb__psl_expr *e)
{
    int64_t number;
    bool is_string = e->kind == INB__PSL_STRING;
    switch (scalar) {
    case INB__DM_JSON:
        return is_string && !inb__psl_literal_is_json(e->value) ? "not JSON" : NULL;
    case INB__DM_BYTES:
        return is_string && !inb__psl_literal_is_base64(e->value) ? "not base64" : NULL;
    case INB__DM_DATETIME:
        return is_string && !inb__psl_literal_is_datetime(e->value)
                   ? "not a date and time such as 2026-01-31T12:00:00Z"
                   : NULL;
    case INB__DM_INT:
    case INB__DM_BIGINT:
        return e->kind == INB__PSL_NUMBER && !inb__psl_expr_integer_parse(e->value, &number)
                   ? "not a whole number of 64 bits"
                   : NULL;
    case INB__DM_DECIMAL:
        return is_string && !inb__psl_literal_is_decimal(e->value) ? "not a decimal number" : NULL;
    default:
        return NULL;
    }
}

static void literal_rules(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    inb__psl_expr *const *items, *self = (inb__psl_expr *)f->default_expr;
    size_t n = inb__psl_expr_items(&items, &self);
    for (size_t i = 0; i < n; i++) {
        const char *what = literal_error(f->dm.type.scalar, items[i]);
        if (what) {
            inb__psl_error(c->d, items[i]->span, "%.*s is %s", INB__STR_ARG(items[i]->text), what);
            inb__psl_suggest_value(c, f->dm.type.scalar);
        }
    }
}

static void default_rules(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    const inb__psl_expr *e = f->default_expr;
    if (!e) {
        return;
    }
    if (f->default_named) {
        inb__psl_error(c->d, f->default_attr->span, "a default has no name in PostgreSQL");
        inb__psl_hint(c->d, "Remove the argument \"map\".");
        inb__psl_rules_names_length(c, f->default_attr,
                                    inb__psl_ast_argument(f->default_attr, "map")->value->value);
    }
    if (f->dm.type.kind == INB__DM_TYPE_SCALAR) {
        literal_rules(c, f);
    }
    if (e->kind == INB__PSL_FUNCTION && inb__str_is(e->value, "auto")) {
        inb__psl_error(c->d, e->span, "PostgreSQL has no auto()");
        inb__psl_hint(c->d, "Use autoincrement(), uuid() or dbgenerated(\"…\").");
    }
}

/* ---- Unsupported ----------------------------------------------------------------------------- */

/* "VarChar(10)" as a native type of the language: the text before the parenthesis, and in it. */
static bool native_from_text(inb__str text, inb__native_type *out)
{
    const char *open = memchr(text.p, '(', text.n);
    size_t prefix = open ? (size_t)(open - text.p) : text.n;
    inb__native kind = inb__psl_words_native_find(inb__str_trim((inb__str){text.p, prefix}));
    const char *close = open ? memchr(open, ')', text.n - prefix) : NULL;
    inb__str args[3];
    size_t n = 0;
    bool has_newline = open && memchr(open, '\n', text.n - prefix);
    if (kind == INB__NATIVE_NONE || has_newline) {
        return false;
    }
    for (const char *p = open + 1; close && p <= close && n < 3;) {
        const char *comma = memchr(p, ',', (size_t)(close - p));
        const char *end = comma ? comma : close;
        args[n++] = inb__str_trim((inb__str){p, (size_t)(end - p)});
        p = end + 1;
    }
    return inb__psl_words_native_parse(out, kind, args, n);
}

static void unsupported_rules(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    inb__native_type type;
    const inb__dm_datasource *source = c->dm->datasource;
    if (!source || f->dm.type.kind != INB__DM_TYPE_UNSUPPORTED ||
        !native_from_text(f->dm.type.unsupported, &type)) {
        return;
    }
    const char *native = inb__native_label(type.kind);
    inb__dm_scalar scalar = inb__psl_words_native_scalar(type.kind);
    inb__psl_error(c->d, f->dm.ast->span,
                   "the type \"%.*s\" cannot be Unsupported: Prisma has a type for it",
                   INB__STR_ARG(f->dm.type.unsupported));
    inb__psl_hint(c->d, "Write %s @%.*s.%s.", inb__psl_words_scalar(scalar),
                  INB__STR_ARG(source->name), native);
}

void inb__psl_rules_field_scalar(inb__psl_checker *c, inb__psl_rules *r, inb__psl_checked_field *f)
{
    provider_rules(c, f);
    inb__psl_rules_names_client_clash(c, r, f);
    native_rules(c, f);
    default_rules(c, f);
    unsupported_rules(c, f);
}
