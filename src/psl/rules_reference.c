/* Rules of foreign keys: the referenced key, types, nullability, actions. */
#include "config.h"

#include "psl/rules_relation.h"

#include "psl/criterion.h"

/* ---- the referenced key --------------------------------------------------------------------- */

static bool refers_to_key(inb__psl_checker *c, const inb__dm_relation *r, bool in_order)
{
    unsigned kinds = (in_order ? inb__psl_key_lookup_find : inb__psl_key_lookup_find_set)(
        &c->keys, r->model_b, r->references, r->n_references);
    return kinds & (INB__PSL_KEY_UNIQUE | INB__PSL_KEY_PRIMARY);
}

static void references_rules(inb__psl_checker *c, const inb__psl_ends *e)
{
    const inb__dm_relation *r = e->r;
    if (!e->forward || r->n_references == 0) {
        return;
    }
    if (!refers_to_key(c, r, false)) {
        inb__psl_error(c->d, inb__psl_end_span(e->forward),
                       "\"%.*s\" refers to %s of \"%.*s\", which is not unique",
                       INB__STR_ARG(e->forward->dm.name),
                       inb__psl_rules_names_quoted(c, r->references, r->n_references),
                       INB__STR_ARG(r->model_b->name));
        inb__psl_hint(c->d, r->n_references == 1 ? "Add @unique to that field."
                                                 : "Add @@unique over those fields.");
    } else if (r->n_references > 1 && !c->provider->references_in_any_order &&
               !refers_to_key(c, r, true)) {
        inb__psl_error(c->d, inb__psl_end_span(e->forward),
                       "\"references\" lists the fields in another order than "
                       "the key of \"%.*s\"",
                       INB__STR_ARG(r->model_b->name));
        inb__psl_hint(c->d, "List them, and those in \"fields\", in the order of the key.");
    }
}

static void lengths_rule(inb__psl_checker *c, const inb__psl_ends *e)
{
    const inb__psl_checked_field *f = e->forward;
    if (f && f->end->fields.present && f->end->references.present &&
        f->end->fields.n != f->end->references.n) {
        inb__psl_error(c->d, f->end->attr->span,
                       "\"fields\" lists %zu and \"references\" lists %zu fields", f->end->fields.n,
                       f->end->references.n);
        inb__psl_hint(c->d, "List as many fields as references.");
    }
}

static void arity_rule(inb__psl_checker *c, const inb__psl_ends *e)
{
    const inb__psl_checked_field *f = e->forward;
    if (!f || f->dm.arity != INB__DM_REQUIRED) {
        return;
    }
    for (size_t i = 0; i < f->end->fields.n; i++) {
        if (f->end->fields.v[i]->dm.arity == INB__DM_OPTIONAL) {
            inb__psl_error(c->d, inb__psl_end_span(f),
                           "\"%.*s\" is required, and its field \"%.*s\" is optional",
                           INB__STR_ARG(f->dm.name), INB__STR_ARG(f->end->fields.v[i]->dm.name));
            inb__psl_hint(c->d, "Make both required or both optional.");
            return;
        }
    }
}

static bool types_match(const inb__psl_checked_field *a, const inb__psl_checked_field *b)
{
    const inb__dm_type *x = &a->dm.type, *y = &b->dm.type;
    if (x->kind != y->kind) {
        return false;
    }
    switch (x->kind) {
    case INB__DM_TYPE_SCALAR:
        return x->scalar == y->scalar;
    case INB__DM_TYPE_ENUM:
        return x->enumeration == y->enumeration;
    case INB__DM_TYPE_UNSUPPORTED:
        return inb__str_eq(x->unsupported, y->unsupported);
    default:
        return a->composite == b->composite;
    }
}

/* Without `references`, the first key of the other model is meant. */
static void types_rule(inb__psl_checker *c, const inb__psl_ends *e)
{
    const inb__psl_checked_field *f = e->forward;
    inb__psl_criterion key = {0};
    if (!f) {
        return;
    }
    if (!f->end->references.present) {
        (void)inb__psl_criterion_strict(e->r->model_b, &key);
    }
    size_t n = f->end->references.present ? f->end->references.n : key.n;
    for (size_t i = 0; i < f->end->fields.n && i < n; i++) {
        const inb__psl_checked_field *to = f->end->references.present
                                               ? f->end->references.v[i]
                                               : inb__psl_checked_field_of(key.fields[i].field);
        if (!types_match(f->end->fields.v[i], to)) {
            inb__psl_error(c->d, inb__psl_end_span(f),
                           "\"%.*s\" and the field \"%.*s\" of \"%.*s\" that it refers to "
                           "have different types",
                           INB__STR_ARG(f->end->fields.v[i]->dm.name), INB__STR_ARG(to->dm.name),
                           INB__STR_ARG(e->r->model_b->name));
            inb__psl_hint(c->d, "Give both fields one type.");
        }
    }
}

static void name_rule(inb__psl_checker *c, inb__psl_rules *r, const inb__psl_ends *e)
{
    if (!c->provider->is_postgres ||
        !inb__psl_rules_names_taken_in_model(r, e->r->model_a, e->r->db_name)) {
        return;
    }
    inb__span span = e->r->model_b->ast->span;
    if (e->forward) {
        const inb__psl_attribute *attr = e->forward->end->attr;
        const inb__psl_arg *arg = attr ? inb__psl_ast_argument(attr, "map") : NULL;
        span = arg ? arg->span : inb__psl_end_span(e->forward);
    }
    inb__psl_rules_names_refuse(c, span, e->r->db_name, "the table");
}

/* ---- SET NULL on required fields --------------------------------------------------------- */

static void set_null_report(inb__psl_checker *c, const inb__psl_ends *e, const char *argument)
{
    bool has_keys = c->provider->is_postgres &&
                    c->dm->datasource->relation_mode == INB__DM_RELATION_MODE_FOREIGN_KEYS;
    if (has_keys) {
        inb__psl_warning(c->d, inb__psl_end_span(e->forward),
                         "%s is SetNull, and the relation has a required field", argument);
        inb__psl_hint(c->d, "PostgreSQL accepts this, and the action fails when it runs: choose "
                            "another action, or make the fields optional.");
    } else {
        inb__psl_error(c->d, inb__psl_end_span(e->forward),
                       "%s is SetNull, and the relation has a required field", argument);
        inb__psl_hint(c->d, "Choose another action, or make the fields optional.");
    }
}

static void set_null_rule(inb__psl_checker *c, const inb__psl_ends *e)
{
    const inb__psl_checked_field *f = e->forward;
    if (!f) {
        return;
    }
    bool required = !f->end->fields.present;
    for (size_t i = 0; i < f->end->fields.n; i++) {
        required |= f->end->fields.v[i]->dm.arity == INB__DM_REQUIRED;
    }
    if (required && f->end->on_delete == INB__REF_SET_NULL) {
        set_null_report(c, e, "onDelete");
    }
    if (required && f->end->on_update == INB__REF_SET_NULL) {
        set_null_report(c, e, "onUpdate");
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

void inb__psl_rules_reference(inb__psl_checker *c, inb__psl_rules *r, const inb__psl_ends *e)
{
    references_rules(c, e);
    lengths_rule(c, e);
    arity_rule(c, e);
    types_rule(c, e);
    name_rule(c, r, e);
    set_null_rule(c, e);
}
