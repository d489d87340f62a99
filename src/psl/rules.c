/* Runs the rules about the whole schema, in Prisma's order. */
#include "config.h"

#include "psl/checker.h"
#include "psl/default_name.h"
#include "psl/rules.h"
#include "psl/schema_check.h"

/*
 * The rules about what a whole schema means, in Prisma's order. They run when nothing was wrong
 * before; then every name is resolved and no pointer of the datamodel is NULL that the header does
 * not allow to be.
 */

static void model_rules(inb__psl_checker *c, inb__psl_rules *r, inb__psl_checked_top *top)
{
    if (top->model->is_view) {
        inb__psl_rules_model_view(c, top);
    } else {
        inb__psl_rules_model(c, r, top);
    }
    for (size_t i = 0; i < top->n_all; i++) {
        if (top->all[i]->dm.type.kind != INB__DM_TYPE_MODEL) {
            inb__psl_rules_field_scalar(c, r, top->all[i]);
        }
    }
}

/* False when a relation is ambiguous: what follows would only repeat it. */
static bool relation_fields_rules(inb__psl_checker *c, inb__psl_rules *r, inb__psl_checked_top *top)
{
    for (size_t i = 0; i < top->n_all; i++) {
        if (top->all[i]->dm.type.kind == INB__DM_TYPE_MODEL &&
            !inb__psl_rules_relation_field(c, r, top->all[i])) {
            return false;
        }
    }
    return true;
}

static void index_rules(inb__psl_checker *c, inb__psl_rules *r, inb__psl_checked_top *top)
{
    for (size_t i = 0; i < top->model->n_indexes; i++) {
        inb__psl_checked_index *index = (inb__psl_checked_index *)top->model->indexes[i];
        if (top->model->is_view) {
            inb__psl_rules_index_view(c, index);
        } else {
            inb__psl_rules_index(c, r, index);
        }
    }
}

static bool models_rules(inb__psl_checker *c, inb__psl_rules *r)
{
    /* Models first, then views. */
    for (int views = 0; views <= 1; views++) {
        for (size_t i = 0; i < c->dm->n_models; i++) {
            inb__psl_checked_top *top = c->model_tops[i];
            if (top->model->is_view != (views == 1)) {
                continue;
            }
            model_rules(c, r, top);
            if (!relation_fields_rules(c, r, top)) {
                return false;
            }
            index_rules(c, r, top);
        }
    }
    return true;
}

void inb__psl_rules_all(inb__psl_checker *c)
{
    inb__psl_rules r;
    inb__psl_rules_names_init(&r, c);
    if (c->dm->datasource && c->dm->datasource->relation_mode == INB__DM_RELATION_MODE_PRISMA) {
        inb__psl_cycles_find(&r.cycles, c->arena, c->dm);
    }
    inb__psl_rules_model_composites(c);
    inb__psl_rules_model_defaults(c);
    inb__psl_rules_model_extensions(c);
    inb__psl_rules_names_tables(c);
    if (!models_rules(c, &r)) {
        return;
    }
    inb__psl_rules_names_enums(c);
    for (size_t i = 0; i < c->dm->n_relations; i++) {
        inb__psl_rules_relation(c, &r, (inb__psl_checked_relation *)c->dm->relations[i]);
    }
}
