/* Checks the predicate of a partial index. */
#include "config.h"

#include "psl/check_parts.h"
#include "psl/expr.h"
#include "psl/suggest.h"
#include "psl/words.h"

static void shape_hint(inb__psl_checker *c)
{
    inb__psl_hint(c->d, "Write where: raw(\"status = 'open'\") or where: { active: true }.");
}

static void shape_refuse(inb__psl_checker *c, const inb__psl_attr_args *args)
{
    inb__psl_error(c->d, args->attr->span,
                   "the argument \"where\" must be raw(\"…\") or an object");
    shape_hint(c);
}

static bool raw_read(inb__psl_checker *c, const inb__psl_attr_args *args, const inb__psl_expr *e,
                     inb__dm_where *out)
{
    const inb__psl_expr *first = NULL;
    for (size_t i = 0; !first && i < e->args->n; i++) {
        first = e->args->v[i].value;
    }
    inb__str sql = {NULL, 0};
    if (!first || !inb__psl_expr_string(c, first, &sql)) {
        inb__psl_error(c->d, args->attr->span, "raw() in \"where\" takes a string");
        inb__psl_hint(c->d, "Write the condition as SQL: raw(\"status = 'open'\").");
        return false;
    }
    if (sql.n == 0) {
        inb__psl_error(c->d, args->attr->span, "the condition in \"where\" is empty");
        shape_hint(c);
        return false;
    }
    *out = (inb__dm_where){.kind = INB__DM_WHERE_RAW, .sql = sql};
    return true;
}

/* A literal of a condition: true, false, null, a string or a number. */
static bool literal_read(inb__psl_checker *c, const inb__psl_attr_args *args,
                         const inb__psl_expr *e, inb__dm_value *out)
{
    static const struct {
        const char *word;
        inb__dm_value_kind kind;
    } words[] = {{"true", INB__DM_VALUE_BOOLEAN},
                 {"false", INB__DM_VALUE_BOOLEAN},
                 {"null", INB__DM_VALUE_NULL}};
    out->text = e->value;
    if (e->kind == INB__PSL_STRING || e->kind == INB__PSL_NUMBER) {
        out->kind = e->kind == INB__PSL_STRING ? INB__DM_VALUE_STRING : INB__DM_VALUE_NUMBER;
        return true;
    }
    for (size_t i = 0; e->kind == INB__PSL_CONSTANT && i < 3; i++) {
        if (inb__str_is(e->value, words[i].word)) {
            out->kind = words[i].kind;
            return true;
        }
    }
    inb__psl_error(c->d, args->attr->span, "%.*s is not a valid value in \"where\"",
                   INB__STR_ARG(e->text));
    inb__psl_hint(c->d, "Write true, false, null, a string, a number, or { not: … } around one of "
                        "them.");
    return false;
}

/* `{ not: value }` or a value alone. */
static bool term_read(inb__psl_checker *c, const inb__psl_attr_args *args, const inb__psl_expr *e,
                      inb__dm_where_term *out)
{
    if (e->kind != INB__PSL_OBJECT) {
        return literal_read(c, args, e, &out->value);
    }
    if (e->n != 1) {
        inb__psl_error(c->d, args->attr->span, "the condition %.*s must have exactly one key",
                       INB__STR_ARG(e->text));
        inb__psl_hint(c->d, "Write { not: null } or { not: \"value\" }.");
        return false;
    }
    if (!inb__str_is(e->members[0].key.name, "not")) {
        inb__psl_error(c->d, args->attr->span, "unknown key \"%.*s\" in the condition %.*s",
                       INB__STR_ARG(e->members[0].key.name), INB__STR_ARG(e->text));
        inb__psl_hint(c->d, "The only key is \"not\"; for another condition write raw(\"…\").");
        return false;
    }
    out->negated = true;
    return literal_read(c, args, e->members[0].value, &out->value);
}

/* Whether a column can be compared with a value in the object form. */
static bool value_fits(const inb__dm_field *f, inb__dm_value_kind kind)
{
    if (f->type.kind == INB__DM_TYPE_ENUM) {
        return kind == INB__DM_VALUE_STRING;
    }
    if (f->type.kind != INB__DM_TYPE_SCALAR) {
        return false;
    }
    switch (f->type.scalar) {
    case INB__DM_STRING:
    case INB__DM_DATETIME:
        return kind == INB__DM_VALUE_STRING;
    case INB__DM_BOOLEAN:
        return kind == INB__DM_VALUE_BOOLEAN;
    case INB__DM_JSON:
    case INB__DM_BYTES:
        return false;
    default:
        return kind == INB__DM_VALUE_NUMBER;
    }
}

static bool member_read(inb__psl_checker *c, const inb__psl_attr_args *args,
                        inb__psl_checked_top *top, const inb__psl_member *m,
                        inb__dm_where_term *out)
{
    inb__psl_checked_field *f = inb__map_get(&top->fields, m->key.name);
    if (!f) {
        inb__psl_error(c->d, args->attr->span, "\"%.*s\" has no field \"%.*s\"",
                       INB__STR_ARG(top->block->name.name), INB__STR_ARG(m->key.name));
        inb__psl_suggest_field(c, top, m->key.name);
        return false;
    }
    if (f->dm.type.kind == INB__DM_TYPE_MODEL || f->dm.type.kind == INB__DM_TYPE_UNKNOWN) {
        inb__psl_error(c->d, args->attr->span,
                       "a condition can use only scalar fields, and \"%.*s\" is not one",
                       INB__STR_ARG(m->key.name));
        inb__psl_hint(c->d, "Use the fields of the foreign key, or write raw(\"…\").");
        return false;
    }
    out->field = &f->dm;
    if (!term_read(c, args, m->value, out)) {
        return false;
    }
    if (out->value.kind != INB__DM_VALUE_NULL && !value_fits(&f->dm, out->value.kind)) {
        inb__psl_error(c->d, args->attr->span, "the field \"%.*s\" cannot be compared with %.*s",
                       INB__STR_ARG(m->key.name), INB__STR_ARG(m->value->text));
        inb__psl_hint(c->d, "Write a value of the field's type, or raw(\"…\").");
        return false;
    }
    return true;
}

static void object_read(inb__psl_checker *c, const inb__psl_attr_args *args,
                        inb__psl_checked_top *top, const inb__psl_expr *e, inb__dm_where *out)
{
    if (e->n == 0) {
        inb__psl_error(c->d, args->attr->span, "the condition in \"where\" is empty");
        shape_hint(c);
        return;
    }
    inb__dm_where_term *terms = INB__NEW_N(c->arena, inb__dm_where_term, e->n);
    for (size_t i = 0; i < e->n; i++) {
        if (!member_read(c, args, top, &e->members[i], &terms[i])) {
            return;
        }
    }
    *out = (inb__dm_where){.kind = INB__DM_WHERE_TERMS, .terms = terms, .n_terms = e->n};
}

void inb__psl_check_where(inb__psl_checker *c, inb__psl_attr_args *args, inb__psl_checked_top *top,
                          inb__dm_where *out)
{
    const inb__psl_expr *e = inb__psl_attr_args_value(args, "where");
    if (!e) {
        return;
    }
    if (e->kind == INB__PSL_OBJECT) {
        object_read(c, args, top, e, out);
    } else if (e->kind == INB__PSL_FUNCTION && inb__str_is(e->value, "raw")) {
        raw_read(c, args, e, out);
    } else {
        if (e->kind != INB__PSL_FUNCTION) {
            inb__psl_expr_mismatch(c, e, "raw(\"…\") or an object");
        }
        shape_refuse(c, args);
    }
}
