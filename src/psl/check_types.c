/* Resolves the type of each field. */
#include "config.h"

#include "psl/checker.h"
#include "psl/suggest.h"
#include "psl/words.h"

static void type_unknown(inb__psl_checker *c, const inb__psl_type *type)
{
    inb__str name = type->name.name;
    inb__psl_error(c->d, type->name.span, "unknown type \"%.*s\"", INB__STR_ARG(name));
    inb__nearest s = inb__nearest_to(name);
    for (int i = 0; i < INB__DM_SCALARS; i++) {
        inb__nearest_consider(&s, inb__str_of(inb__psl_words_scalar((inb__dm_scalar)i)));
    }
    bool allowed = inb__psl_suggest_allowed(c, c->types.n);
    for (size_t i = 0; i < c->types.n && allowed; i++) {
        inb__nearest_consider(&s, c->types.entries[i].key);
    }
    if (s.best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s.best));
    } else {
        inb__psl_hint(c->d,
                      "It is neither a scalar type nor a model, view or enum of this schema; "
                      "write another database type as Unsupported(\"%.*s\").",
                      INB__STR_ARG(name));
    }
}

static void field_refer(inb__psl_checker *c, inb__psl_checked_field *f, inb__psl_checked_top *to)
{
    const inb__psl_type *type = &f->dm.ast->type;
    switch (to->block->kind) {
    case INB__PSL_ENUM:
        f->dm.type.kind = INB__DM_TYPE_ENUM;
        f->dm.type.enumeration = to->enumeration;
        break;
    case INB__PSL_TYPE:
        f->dm.type.kind = INB__DM_TYPE_COMPOSITE;
        f->composite = to;
        break;
    default:
        if (f->owner->block->kind == INB__PSL_TYPE) {
            inb__psl_error(c->d, type->name.span,
                           "a composite type cannot refer to the model \"%.*s\"",
                           INB__STR_ARG(to->block->name.name));
            inb__psl_hint(c->d, "Only models have relations: move the field to a model.");
            break;
        }
        f->dm.type.kind = INB__DM_TYPE_MODEL;
        f->dm.type.model = to->model;
        f->end = INB__NEW(c->arena, inb__psl_checked_end);
        c->n_ends++;
    }
}

static void field_resolve(inb__psl_checker *c, inb__psl_checked_field *f)
{
    const inb__psl_type *type = &f->dm.ast->type;
    if (type->kind == INB__PSL_TYPE_UNSUPPORTED) {
        f->dm.type.kind = INB__DM_TYPE_UNSUPPORTED;
        f->dm.type.unsupported = type->unsupported->type;
        return;
    }
    int scalar = inb__psl_words_scalar_find(type->name.name);
    if (scalar >= 0) {
        f->dm.type.kind = INB__DM_TYPE_SCALAR;
        f->dm.type.scalar = (inb__dm_scalar)scalar;
        return;
    }
    inb__psl_checked_top *to = inb__map_get(&c->types, type->name.name);
    if (to) {
        field_refer(c, f, to);
    } else {
        type_unknown(c, type);
    }
}

void inb__psl_check_types(inb__psl_checker *c)
{
    for (size_t i = 0; i < c->schema->n_blocks; i++) {
        inb__psl_checked_top *top = c->tops[i];
        for (size_t k = 0; k < top->n_all; k++) {
            field_resolve(c, top->all[k]);
        }
        if (top->block->kind == INB__PSL_ENUM && top->block->n_values == 0) {
            inb__psl_error(c->d, top->block->span, "the enum \"%.*s\" has no values",
                           INB__STR_ARG(top->block->name.name));
            inb__psl_hint(c->d, "Give it at least one value, or remove it.");
        }
    }
}
