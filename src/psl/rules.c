#include "config.h"

#include "psl/check.h"
#include "psl/checker.h"
#include "psl/names.h"
#include "psl/rules.h"

/*
 * The rules about what a whole schema means, in Prisma's order. They run when nothing was wrong
 * before; then every name is resolved and no pointer of the datamodel is NULL that the header does
 * not allow to be.
 */

static void model_rules(inb__chk *c, inb__rules *r, inb__chk_top *top)
{
    if (top->model->is_view) {
        inb__rules_view(c, top);
    } else {
        inb__rules_model(c, r, top);
    }
    for (size_t i = 0; i < top->n_all; i++) {
        if (top->all[i]->dm.type.kind != INB_DM_TYPE_MODEL) {
            inb__rules_scalar_field(c, r, top->all[i]);
        }
    }
}

/* False when a relation is ambiguous: what follows would only repeat it. */
static bool relation_fields_rules(inb__chk *c, inb__rules *r, inb__chk_top *top)
{
    for (size_t i = 0; i < top->n_all; i++) {
        if (top->all[i]->dm.type.kind == INB_DM_TYPE_MODEL &&
            !inb__rules_relation_field(c, r, top->all[i])) {
            return false;
        }
    }
    return true;
}

static void index_rules(inb__chk *c, inb__rules *r, inb__chk_top *top)
{
    for (size_t i = 0; i < top->model->n_indexes; i++) {
        inb__chk_index *index = (inb__chk_index *)top->model->indexes[i];
        if (top->model->is_view) {
            inb__rules_view_index(c, index);
        } else {
            inb__rules_index(c, r, index);
        }
    }
}

static bool models_rules(inb__chk *c, inb__rules *r)
{
    /* Models first, then views. */
    for (int views = 0; views <= 1; views++) {
        for (size_t i = 0; i < c->dm->n_models; i++) {
            inb__chk_top *top = c->model_tops[i];
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

void inb__chk_rules(inb__chk *c)
{
    inb__rules r;
    inb__rules_init(&r, c);
    if (c->dm->datasource && c->dm->datasource->relation_mode == INB_DM_RELATION_MODE_PRISMA) {
        inb__cycles_find(&r.cycles, c->arena, c->dm);
    }
    inb__rules_composites(c);
    inb__rules_defaults(c);
    inb__rules_extensions(c);
    inb__rules_table_names(c);
    if (!models_rules(c, &r)) {
        return;
    }
    inb__rules_enums(c);
    for (size_t i = 0; i < c->dm->n_relations; i++) {
        inb__rules_relation(c, &r, (inb__chk_relation *)c->dm->relations[i]);
    }
}
