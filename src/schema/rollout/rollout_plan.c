/* The planner's top: what is named already, and the phases in their order. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

static void table_names(inb__rollout *p, const inb__table *t)
{
    inb__map_put(&p->names, t->name, p);
    for (size_t i = 0; i < t->n_columns; i++) {
        inb__map_put(&p->names, t->columns[i].name, p);
    }
    for (size_t i = 0; i < t->n_indexes; i++) {
        inb__map_put(&p->names, t->indexes[i].name, p);
    }
    if (t->primary_key) {
        inb__map_put(&p->names, t->primary_key->name, p);
    }
}

static void schema_names(inb__rollout *p, const inb__schema *s)
{
    for (size_t i = 0; i < s->n_tables; i++) {
        table_names(p, &s->tables[i]);
    }
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        inb__map_put(&p->names, s->foreign_keys[i].name, p);
    }
    for (size_t i = 0; i < s->n_enums; i++) {
        inb__map_put(&p->names, s->enums[i].name, p);
    }
}

void inb__rollout_plan_build(inb__rollout_plan *out, inb__arena *arena, const inb__steps *steps,
                             const inb__renames *renames, const inb__diff_options *options)
{
    inb__rollout p = {
        .arena = arena, .steps = steps, .renames = renames, .from = steps->from, .to = steps->to};
    p.options = options ? *options : (inb__diff_options){0};
    inb__map_init(&p.names, arena);
    schema_names(&p, p.from);
    schema_names(&p, p.to);
    for (size_t i = 0; renames && i < renames->n; i++) {
        inb__map_put(&p.names, renames->v[i].was, &p);
    }
    inb__rollout_survey(&p);
    inb__rollout_expand(&p);
    inb__rollout_backfill(&p);
    inb__rollout_tables_rename(&p);
    inb__rollout_joins_turn(&p);
    inb__rollout_tighten(&p);
    inb__rollout_switch(&p);
    inb__rollout_drop(&p);
    *out = (inb__rollout_plan){.v = p.out.v, .n = p.out.n};
}
