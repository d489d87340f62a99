#include "config.h"

#include "psl/attrs.h"
#include "psl/check_parts.h"
#include "psl/fieldlist.h"
#include "psl/rules.h"

#include <stdlib.h>

/* The two ends of a relation; one is NULL when it is missing. */
typedef struct ends {
    inb__dm_relation *r;
    inb__chk_field *forward, *back;
} ends;

static inb__chk_field *end_of(inb__dm_field *f)
{
    return f ? inb__chk_field_of(f) : NULL;
}

static inb__span span_of(const inb__chk_field *f)
{
    return f->dm.ast->span;
}

static const char *list_names(inb__chk *c, inb__dm_field *const *fields, size_t n)
{
    inb__str *names = INB__NEW_N(c->arena, inb__str, n + 1);
    for (size_t i = 0; i < n; i++) {
        names[i] = fields[i]->name;
    }
    return inb__names_quote(c->arena, names, n);
}

/* ---- what is referred to --------------------------------------------------------------------- */

static int name_cmp(const void *a, const void *b)
{
    return inb__str_cmp(*(const inb__str *)a, *(const inb__str *)b);
}

/* Whether a key's fields are those of the reference, in any order or in the same. */
static bool is_same_set(inb__chk *c, const inb__dm_index_field *key, size_t n,
                        const inb__dm_relation *r, bool in_order)
{
    if (n != r->n_references) {
        return false;
    }
    inb__str *a = INB__NEW_N(c->arena, inb__str, n + 1), *b = INB__NEW_N(c->arena, inb__str, n + 1);
    for (size_t i = 0; i < n; i++) {
        a[i] = key[i].field->name;
        b[i] = r->references[i]->name;
    }
    if (!in_order) {
        qsort(a, n, sizeof(*a), name_cmp);
        qsort(b, n, sizeof(*b), name_cmp);
    }
    for (size_t i = 0; i < n; i++) {
        if (!inb__str_eq(a[i], b[i])) {
            return false;
        }
    }
    return true;
}

static bool refers_to_key(inb__chk *c, const inb__dm_relation *r, bool in_order)
{
    const inb__dm_model *m = r->model_b;
    if (m->primary_key &&
        is_same_set(c, m->primary_key->fields, m->primary_key->n_fields, r, in_order)) {
        return true;
    }
    for (size_t i = 0; i < m->n_indexes; i++) {
        const inb__dm_index *index = m->indexes[i];
        if (index->kind == INB_DM_INDEX_UNIQUE &&
            is_same_set(c, index->fields, index->n_fields, r, in_order)) {
            return true;
        }
    }
    return false;
}

static void references_rules(inb__chk *c, const ends *e)
{
    const inb__dm_relation *r = e->r;
    if (!e->forward || r->n_references == 0) {
        return;
    }
    if (!refers_to_key(c, r, false)) {
        inb__psl_error(
            c->d, span_of(e->forward), "\"%.*s\" refers to %s of \"%.*s\", which is not unique",
            INB__STR_ARG(e->forward->dm.name), list_names(c, r->references, r->n_references),
            INB__STR_ARG(r->model_b->name));
        inb__psl_hint(c->d, r->n_references == 1 ? "Add @unique to that field."
                                                 : "Add @@unique over those fields.");
    } else if (r->n_references > 1 && !c->provider->references_in_any_order &&
               !refers_to_key(c, r, true)) {
        inb__psl_error(c->d, span_of(e->forward),
                       "\"references\" lists the fields in another order than "
                       "the key of \"%.*s\"",
                       INB__STR_ARG(r->model_b->name));
    }
}

static void lengths_rule(inb__chk *c, const ends *e)
{
    const inb__chk_field *f = e->forward;
    if (f && f->fields.present && f->references.present && f->fields.n != f->references.n) {
        inb__psl_error(c->d, f->relation_attr->span,
                       "\"fields\" lists %zu and \"references\" lists %zu fields", f->fields.n,
                       f->references.n);
        inb__psl_hint(c->d, "Each field refers to exactly one other.");
    }
}

static void arity_rule(inb__chk *c, const ends *e)
{
    const inb__chk_field *f = e->forward;
    if (!f || f->dm.arity != INB_DM_REQUIRED) {
        return;
    }
    for (size_t i = 0; i < f->fields.n; i++) {
        if (f->fields.v[i]->dm.arity == INB_DM_OPTIONAL) {
            inb__psl_error(c->d, span_of(f),
                           "\"%.*s\" is required, and its field \"%.*s\" is optional",
                           INB__STR_ARG(f->dm.name), INB__STR_ARG(f->fields.v[i]->dm.name));
            inb__psl_hint(c->d, "Make both required or both optional.");
            return;
        }
    }
}

static bool types_match(const inb__chk_field *a, const inb__chk_field *b)
{
    const inb__dm_type *x = &a->dm.type, *y = &b->dm.type;
    if (x->kind != y->kind) {
        return false;
    }
    switch (x->kind) {
    case INB_DM_TYPE_SCALAR:
        return x->scalar == y->scalar;
    case INB_DM_TYPE_ENUM:
        return x->enumeration == y->enumeration;
    case INB_DM_TYPE_UNSUPPORTED:
        return inb__str_eq(x->unsupported, y->unsupported);
    default:
        return a->composite == b->composite;
    }
}

/* What `references` leaves out is the first key of the other model. */
static const inb__dm_index_field *implied_key(const inb__dm_model *m, size_t *n)
{
    const inb__dm_index_field *key = m->primary_key ? m->primary_key->fields : NULL;
    *n = key ? m->primary_key->n_fields : 0;
    for (size_t i = 0; !key && i < m->n_indexes; i++) {
        const inb__dm_index *index = m->indexes[i];
        bool strict = index->kind == INB_DM_INDEX_UNIQUE;
        for (size_t k = 0; strict && k < index->n_fields; k++) {
            const inb__dm_field *f = index->fields[k].field;
            strict = f->arity != INB_DM_OPTIONAL && f->type.kind != INB_DM_TYPE_UNSUPPORTED;
        }
        if (strict) {
            key = index->fields;
            *n = index->n_fields;
        }
    }
    return key;
}

static void types_rule(inb__chk *c, const ends *e)
{
    const inb__chk_field *f = e->forward;
    size_t n = 0;
    if (!f) {
        return;
    }
    const inb__dm_index_field *key =
        f->references.present ? (n = f->references.n, NULL) : implied_key(e->r->model_b, &n);
    for (size_t i = 0; i < f->fields.n && i < n; i++) {
        const inb__chk_field *to = key ? inb__chk_field_of(key[i].field) : f->references.v[i];
        if (!types_match(f->fields.v[i], to)) {
            inb__psl_error(c->d, span_of(f),
                           "\"%.*s\" and the field \"%.*s\" of \"%.*s\" that it refers to "
                           "have different types",
                           INB__STR_ARG(f->fields.v[i]->dm.name), INB__STR_ARG(to->dm.name),
                           INB__STR_ARG(e->r->model_b->name));
            inb__psl_hint(c->d, "Give both fields one type.");
        }
    }
}

static void name_rule(inb__chk *c, inb__rules *r, const ends *e)
{
    if (!c->provider->is_postgres ||
        !inb__rules_model_name_taken(r, e->r->model_a, e->r->db_name)) {
        return;
    }
    inb__span span = e->r->model_b->ast->span;
    if (e->forward) {
        const inb__psl_attribute *attr = e->forward->relation_attr;
        const inb__psl_arg *arg = attr ? inb__attr_arg(attr, "map") : NULL;
        span = arg ? arg->span : span_of(e->forward);
    }
    inb__rules_name_refuse(c, span, e->r->db_name, "the table");
}

/* ---- SET NULL on what cannot be null --------------------------------------------------------- */

static void set_null_report(inb__chk *c, const ends *e, const char *argument)
{
    bool has_keys = c->provider->is_postgres &&
                    c->dm->datasource->relation_mode == INB_DM_RELATION_MODE_FOREIGN_KEYS;
    if (has_keys) {
        inb__psl_warning(c->d, span_of(e->forward),
                         "%s is SetNull, and the relation has a required field", argument);
        inb__psl_hint(c->d,
                      "PostgreSQL takes this and fails when it happens: choose another action, "
                      "or make the fields optional.");
    } else {
        inb__psl_error(c->d, span_of(e->forward),
                       "%s is SetNull, and the relation has a required field", argument);
        inb__psl_hint(c->d, "Choose another action, or make the fields optional.");
    }
}

static void set_null_rule(inb__chk *c, const ends *e)
{
    const inb__chk_field *f = e->forward;
    if (!f) {
        return;
    }
    bool required = !f->fields.present;
    for (size_t i = 0; i < f->fields.n; i++) {
        required |= f->fields.v[i]->dm.arity == INB_DM_REQUIRED;
    }
    if (required && f->on_delete == INB_DM_SET_NULL) {
        set_null_report(c, e, "onDelete");
    }
    if (required && f->on_update == INB_DM_SET_NULL) {
        set_null_report(c, e, "onUpdate");
    }
}

/* ---- cycles, where the client emulates the actions ------------------------------------------- */

static void cycle_rule(inb__chk *c, const inb__rules *r, const ends *e)
{
    if (!c->dm->datasource || c->dm->datasource->relation_mode != INB_DM_RELATION_MODE_PRISMA ||
        !e->forward || !e->back || !inb__cycles_meet(&r->cycles, e->r)) {
        return;
    }
    inb__psl_error(c->d, span_of(e->forward),
                   "the actions of \"%.*s\" can come back to where they began",
                   INB__STR_ARG(e->forward->dm.name));
    inb__psl_hint(c->d,
                  "Break the cycle: set onDelete and onUpdate of one of its relations to Restrict "
                  "or NoAction.");
}

/* ---- both ends ------------------------------------------------------------------------------- */

static void both_ends_rule(inb__chk *c, const ends *e)
{
    const inb__chk_field *only = !e->back ? e->forward : !e->forward ? e->back : NULL;
    if (only) {
        inb__psl_error(c->d, span_of(only), "\"%.*s\" has no other end in \"%.*s\"",
                       INB__STR_ARG(only->dm.name), INB__STR_ARG(only->dm.type.model->name));
        inb__psl_hint(c->d, "Add a field of type %.*s there; `inboard format` does it.",
                      INB__STR_ARG(only->dm.model->name));
    }
}

static void lacks(inb__chk *c, const inb__chk_field *f, const char *argument)
{
    inb__psl_error(c->d, span_of(f), "the relation \"%.*s\" lacks \"%s\" in @relation",
                   INB__STR_ARG(f->dm.name), argument);
    inb__psl_hint(c->d, "Write @relation(fields: […], references: […]); `inboard format` does it.");
}

static bool has_actions(const inb__chk_field *f)
{
    return f->on_delete != INB_DM_ACTION_NONE || f->on_update != INB_DM_ACTION_NONE;
}

static void actions_refuse(inb__chk *c, const inb__chk_field *f, const inb__chk_field *other)
{
    inb__psl_error(c->d, span_of(f), "\"%.*s\" cannot have onDelete or onUpdate",
                   INB__STR_ARG(f->dm.name));
    inb__psl_hint(c->d, "They belong to the end with the foreign key, \"%.*s\" of \"%.*s\".",
                  INB__STR_ARG(other->dm.name), INB__STR_ARG(other->dm.model->name));
}

static void one_to_many_rules(inb__chk *c, const ends *e)
{
    both_ends_rule(c, e);
    if (!e->forward || !e->back) {
        return;
    }
    if (e->forward->fields.n == 0) {
        lacks(c, e->forward, "fields");
    }
    if (e->forward->references.n == 0) {
        lacks(c, e->forward, "references");
    }
    if (e->back->fields.n || e->back->references.n) {
        inb__psl_error(c->d, span_of(e->back), "\"%.*s\" cannot have \"fields\" or \"references\"",
                       INB__STR_ARG(e->back->dm.name));
        inb__psl_hint(c->d, "They belong to the end with the foreign key, \"%.*s\" of \"%.*s\".",
                      INB__STR_ARG(e->forward->dm.name), INB__STR_ARG(e->forward->dm.model->name));
    }
    if (has_actions(e->back)) {
        actions_refuse(c, e->back, e->forward);
    }
}

/* ---- one to one ------------------------------------------------------------------------------ */

static void at_both_ends(inb__chk *c, const ends *e, const char *what)
{
    const inb__chk_field *fields[] = {e->forward, e->back};
    for (size_t i = 0; i < 2; i++) {
        inb__psl_error(c->d, span_of(fields[i]), "%s", what);
        inb__psl_hint(c->d, "Exactly one of \"%.*s.%.*s\" and \"%.*s.%.*s\" has it.",
                      INB__STR_ARG(e->forward->dm.model->name), INB__STR_ARG(e->forward->dm.name),
                      INB__STR_ARG(e->back->dm.model->name), INB__STR_ARG(e->back->dm.name));
    }
}

static void one_argument_rule(inb__chk *c, const ends *e, size_t forward, size_t back,
                              const char *argument)
{
    if (!forward == !back) {
        at_both_ends(c, e,
                     inb__arena_printf(c->arena, "%s of this relation %s \"%s\" in @relation",
                                       forward ? "both ends" : "neither end",
                                       forward ? "have" : "has", argument));
    }
}

static void unique_rule(inb__chk *c, const ends *e)
{
    const inb__chk_field *f = e->forward;
    const inb__dm_relation *r = e->r;
    const inb__dm_model *m = r->model_a;
    if (!f->fields.present) {
        return;
    }
    for (size_t i = 0; i <= m->n_indexes; i++) {
        const inb__dm_index *index = i ? m->indexes[i - 1] : NULL;
        const inb__dm_primary_key *pk = m->primary_key;
        if (index ? index->kind != INB_DM_INDEX_UNIQUE : pk == NULL) {
            continue;
        }
        const inb__dm_index_field *fields = index ? index->fields : pk->fields;
        size_t n = index ? index->n_fields : pk->n_fields, same = 0;
        while (n == f->fields.n && same < n && fields[same].field == &f->fields.v[same]->dm) {
            same++;
        }
        if (n == f->fields.n && same == n) {
            return;
        }
    }
    inb__psl_error(c->d, span_of(f), "a one-to-one relation needs unique fields, and %s are not",
                   list_names(c, r->fields, r->n_fields));
    inb__psl_hint(c->d, f->fields.n == 1
                            ? "Add @unique to that field, or make the other end a list."
                            : "Add @@unique over those fields, or make the other end a list.");
}

/* Only asked while nothing else was wrong, as in Prisma. */
static void sides_rules(inb__chk *c, const ends *e)
{
    const inb__chk_field *f = e->forward, *b = e->back;
    if (c->d->errors == 0 && f->fields.n && b->references.n) {
        at_both_ends(c, e, "\"fields\" and \"references\" are at different ends");
    }
    if (c->d->errors == 0 && f->references.n && b->fields.n) {
        inb__psl_error(c->d, span_of(f), "\"fields\" and \"references\" are at different ends");
        inb__psl_hint(c->d, "Put both into one @relation.");
    }
    if (c->d->errors == 0 && b->dm.arity == INB_DM_REQUIRED) {
        inb__psl_error(c->d, span_of(b), "\"%.*s\" is required, and no constraint can demand that",
                       INB__STR_ARG(b->dm.name));
        inb__psl_hint(c->d, "Write %.*s?.", INB__STR_ARG(f->dm.model->name));
    }
    if (c->d->errors == 0 && f->dm.arity == INB_DM_REQUIRED &&
        (b->fields.present || b->references.present)) {
        inb__psl_error(c->d, span_of(b), "\"fields\" and \"references\" are at the optional end");
        inb__psl_hint(c->d, "Move them to the required one, \"%.*s.%.*s\".",
                      INB__STR_ARG(f->dm.model->name), INB__STR_ARG(f->dm.name));
    }
}

static void one_to_one_rules(inb__chk *c, const ends *e)
{
    const inb__chk_field *f = e->forward, *b = e->back;
    both_ends_rule(c, e);
    if (b) {
        one_argument_rule(c, e, f->fields.n, b->fields.n, "fields");
        one_argument_rule(c, e, f->references.n, b->references.n, "references");
        if (has_actions(b)) {
            actions_refuse(c, b, f);
            if (has_actions(f)) {
                actions_refuse(c, f, b);
            }
        }
    }
    unique_rule(c, e);
    if (b) {
        sides_rules(c, e);
    }
}

/* ---- many to many ---------------------------------------------------------------------------- */

static void view_rule(inb__chk *c, inb__chk_field *const *fields)
{
    for (size_t i = 0; i < 2; i++) {
        if (fields[0]->dm.model->is_view || fields[1]->dm.model->is_view) {
            inb__psl_error(c->d, span_of(fields[i]),
                           "a view cannot be part of a many-to-many relation");
            inb__psl_hint(c->d, "Make the join table a model of its own.");
        }
    }
}

static bool refers_to_id(const inb__chk_field *f)
{
    const inb__dm_primary_key *pk = f->dm.type.model->primary_key;
    return !f->references.present ||
           (f->references.n == 1 && pk->fields[0].field == &f->references.v[0]->dm);
}

static void single_id_rule(inb__chk *c, const inb__chk_field *f)
{
    const inb__dm_model *to = f->dm.type.model;
    if (!to->primary_key || to->primary_key->n_fields != 1) {
        inb__psl_error(c->d, span_of(f),
                       "\"%.*s\" is in a many-to-many relation, and \"%.*s\" has no "
                       "single @id",
                       INB__STR_ARG(f->dm.name), INB__STR_ARG(to->name));
        inb__psl_hint(c->d, "Make the join table a model of its own.");
    } else if (!refers_to_id(f)) {
        inb__psl_error(c->d, span_of(f),
                       "a many-to-many relation always refers to the @id of \"%.*s\"",
                       INB__STR_ARG(to->name));
        inb__psl_hint(c->d, "Remove \"references\".");
    }
}

static void many_to_many_rules(inb__chk *c, inb__chk_field *const *fields)
{
    view_rule(c, fields);
    for (size_t i = 0; i < 2; i++) {
        single_id_rule(c, fields[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        const inb__chk_field *f = fields[i];
        const inb__span spans[] = {f->on_delete_span, f->on_update_span};
        const inb__dm_action actions[] = {f->on_delete, f->on_update};
        for (size_t k = 0; k < 2; k++) {
            if (actions[k] != INB_DM_ACTION_NONE) {
                inb__psl_error(c->d, spans[k],
                               "a many-to-many relation has no referential actions");
                inb__psl_hint(c->d, "Make the join table a model of its own.");
            }
        }
    }
    for (size_t i = 0; i < 2; i++) {
        if (fields[i]->references.present) {
            inb__psl_error(c->d, span_of(fields[i]),
                           "a many-to-many relation has no \"references\"");
            inb__psl_hint(c->d, "Remove the argument, or make one end of the relation no list.");
        }
    }
}

static void embedded_rules(inb__chk *c, inb__chk_field *const *fields)
{
    for (size_t i = 0; i < 2; i++) {
        inb__psl_error(c->d, span_of(fields[i]), "a many-to-many relation has no \"fields\"");
        inb__psl_hint(c->d, "Remove \"fields\" and \"references\": the join table holds them.");
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

void inb__rules_relation(inb__chk *c, inb__rules *r, inb__chk_relation *relation)
{
    inb__dm_relation *dm = &relation->dm;
    ends e = {dm, end_of(dm->field_a), end_of(dm->field_b)};
    if (dm->kind == INB_DM_MANY_TO_MANY) {
        inb__chk_field *fields[] = {e.forward, e.back};
        if (relation->is_embedded) {
            embedded_rules(c, fields);
        } else {
            many_to_many_rules(c, fields);
        }
        return;
    }
    cycle_rule(c, r, &e);
    references_rules(c, &e);
    lengths_rule(c, &e);
    arity_rule(c, &e);
    types_rule(c, &e);
    name_rule(c, r, &e);
    set_null_rule(c, &e);
    if (dm->kind == INB_DM_ONE_TO_ONE) {
        one_to_one_rules(c, &e);
    } else {
        one_to_many_rules(c, &e);
    }
}
