/* Join tables whose columns change sides: no release works with both forms, so it is one step. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

static void column_rename(inb__rollout *p, const inb__fragment *table, inb__str from, inb__str to)
{
    inb__rollout_say(p, INB_CLASS_CONTRACTING,
                     inb__rollout_sql_column_rename(p->arena, table, inb__rollout_ident(p, from),
                                                    inb__rollout_ident(p, to)));
}

static void constraint_drop(inb__rollout *p, const inb__fragment *table, inb__str name)
{
    inb__rollout_say(
        p, INB_CLASS_CONTRACTING,
        inb__rollout_sql_constraint_drop(p->arena, table, inb__rollout_ident(p, name)));
}

/* Keys and indexes name columns, so they are dropped before and created after. */
static void objects_drop(inb__rollout *p, const inb__fragment *table, uint32_t prev)
{
    const inb__table *t = &p->from->tables[prev];
    for (uint32_t i = 0; i < p->from->n_foreign_keys; i++) {
        if (p->from->foreign_keys[i].table == prev) {
            constraint_drop(p, table, p->from->foreign_keys[i].name);
        }
    }
    for (size_t i = 0; i < t->n_indexes; i++) {
        inb__rollout_say(
            p, INB_CLASS_CONTRACTING,
            inb__rollout_sql_index_drop(
                p->arena, inb__rollout_in_space(p, p->from->spaces[t->space], t->indexes[i].name)));
    }
    if (t->primary_key) {
        constraint_drop(p, table, t->primary_key->name);
    }
}

static void objects_create(inb__rollout *p, const inb__fragment *table, uint32_t prev)
{
    const inb__table *t = &p->from->tables[prev];
    inb__steps *turned = INB__NEW(p->arena, inb__steps);
    *turned = (inb__steps){.from = p->from, .to = p->from};
    if (t->primary_key) {
        inb__fragment *columns = inb__fragment_list(p->arena, ", ");
        for (size_t i = 0; i < t->primary_key->n_columns; i++) {
            const inb__column *c = &t->columns[t->primary_key->columns[i].column];
            inb__fragment_list_add(p->arena, columns, inb__rollout_ident(p, c->name));
        }
        inb__rollout_say(
            p, INB_CLASS_BLOCKING,
            inb__rollout_sql_primary_key_create(
                p->arena, table, inb__rollout_ident(p, t->primary_key->name), columns));
    }
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        inb__rollout_step(
            p, INB_CLASS_BLOCKING, turned,
            (inb__step){.kind = INB__STEP_CREATE_INDEX, .next = i, .next_table = prev});
    }
    for (uint32_t i = 0; i < p->from->n_foreign_keys; i++) {
        if (p->from->foreign_keys[i].table == prev) {
            inb__rollout_step(p, INB_CLASS_BLOCKING, turned,
                              (inb__step){.kind = INB__STEP_ADD_FOREIGN_KEY, .next = i});
        }
    }
}

static void join_turn(inb__rollout *p, uint32_t prev)
{
    const inb__table_pair *pair = inb__pair_of_prev(&p->pairs, prev);
    const inb__table *t = &p->from->tables[prev];
    if (!pair) {
        return;
    }
    const inb__fragment *table = p->tables[pair->next].sql;
    inb__str a = t->columns[0].name, b = t->columns[1].name;
    inb__str aside = inb__rollout_name(p, a, "_turning");
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "turn", t->name);
    inb__rollout_note_of(p, INB__SENTENCE_TURNS_JOIN, t->name);
    inb__rollout_note_of(p, INB__SENTENCE_NOBODY_USES_RELATION, t->name);
    inb__rollout_note_of(p, INB__SENTENCE_MAY_USE_RELATION, t->name);
    objects_drop(p, table, prev);
    column_rename(p, table, a, aside);
    column_rename(p, table, b, a);
    column_rename(p, table, aside, b);
    objects_create(p, table, prev);
    inb__rollout_close(p);
}

void inb__rollout_joins_turn(inb__rollout *p)
{
    for (size_t i = 0; i < p->steps->n; i++) {
        if (p->steps->v[i].kind == INB__STEP_TURN_JOIN) {
            join_turn(p, p->steps->v[i].prev_table);
        }
    }
}
