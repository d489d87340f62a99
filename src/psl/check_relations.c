/* Pairs relation fields into relations, and derives kind, actions and names of each. */
#include "config.h"

#include "psl/checker.h"
#include "psl/default_name.h"

/*
 * The two ends of a relation are found by a map from (model,
 * model, name), so that the time is linear in the number of relations.
 */

static inb__str key_of(inb__psl_checker *c, const inb__dm_model *from, const inb__dm_model *to,
                       bool named, inb__str name)
{
    size_t ends[] = {from->index, to->index, named};
    return inb__arena_join(c->arena, (inb__str){(const char *)ends, sizeof(ends)}, "", name);
}

/* "AToB", the smaller name first. */
static inb__str generated_name(inb__psl_checker *c, const inb__dm_model *a, const inb__dm_model *b)
{
    if (inb__str_cmp(a->name, b->name) > 0) {
        const inb__dm_model *swap = a;
        a = b;
        b = swap;
    }
    return inb__arena_join(c->arena, a->name, "To", b->name);
}

static void group_add(inb__psl_checker *c, inb__map *map, inb__str key, inb__psl_checked_field *f)
{
    inb__psl_field_group *group = inb__map_get(map, key);
    if (!group) {
        group = INB__NEW(c->arena, inb__psl_field_group);
        inb__map_put(map, key, group);
    }
    INB__VEC_ADD(c->arena, group, f);
}

const inb__psl_field_group *inb__psl_check_relations_group(inb__psl_checker *c,
                                                           const inb__psl_checked_field *f)
{
    return inb__map_get(&c->names, key_of(c, f->dm.model, f->dm.type.model, true, f->end->name));
}

static bool is_relation(const inb__psl_checked_field *f)
{
    return f->dm.type.kind == INB__DM_TYPE_MODEL;
}

static void fields_index(inb__psl_checker *c, inb__map *pairs)
{
    size_t n = 0;
    inb__map_init(pairs, c->arena);
    inb__map_init(&c->names, c->arena);
    inb__map_reserve(pairs, c->n_ends);
    inb__map_reserve(&c->names, c->n_ends);
    for (size_t i = 0; i < c->dm->n_models; i++) {
        inb__psl_checked_top *top = c->model_tops[i];
        for (size_t k = 0; k < top->n_all; k++) {
            inb__psl_checked_field *f = top->all[k];
            if (!is_relation(f)) {
                continue;
            }
            n++;
            group_add(c, pairs,
                      key_of(c, f->dm.model, f->dm.type.model, f->end->is_named, f->end->name), f);
            if (!f->end->is_named) {
                f->end->name = generated_name(c, f->dm.model, f->dm.type.model);
            }
            group_add(c, &c->names, key_of(c, f->dm.model, f->dm.type.model, true, f->end->name),
                      f);
        }
    }
    c->dm->relations = INB__NEW_N(c->arena, inb__dm_relation *, n + 1); /* each has a field */
}

/* The first field of the other model that can be this field's other end, itself excepted. */
static inb__psl_checked_field *opposite_find(inb__psl_checker *c, const inb__map *pairs,
                                             const inb__psl_checked_field *f)
{
    inb__str name = f->end->is_named ? f->end->name : INB__STR("");
    const inb__psl_field_group *group =
        inb__map_get(pairs, key_of(c, f->dm.type.model, f->dm.model, f->end->is_named, name));
    for (size_t i = 0; group && i < group->n; i++) {
        if (group->v[i] != f) {
            return group->v[i];
        }
    }
    return NULL;
}

/* ---- kinds ----------------------------------------------------------------------------------- */

/* Order by model name, then field name. */
static int ends_cmp(const inb__psl_checked_field *a, const inb__psl_checked_field *b)
{
    int models = inb__str_cmp(a->dm.model->name, b->dm.model->name);
    return models ? models : inb__str_cmp(a->dm.name, b->dm.name);
}

inb__dm_field **inb__psl_check_relations_fields(inb__psl_checker *c,
                                                const inb__psl_checked_list *list)
{
    inb__dm_field **v = INB__NEW_N(c->arena, inb__dm_field *, list->n + 1);
    for (size_t i = 0; i < list->n; i++) {
        v[i] = &list->v[i]->dm;
    }
    return v;
}

static bool fields_are_unique(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    inb__dm_field **fields = inb__psl_check_relations_fields(c, &f->end->fields);
    return inb__psl_key_lookup_find(&c->keys, f->dm.model, fields, f->end->fields.n) &
           INB__PSL_KEY_UNIQUE;
}

/* A relation whose other end is missing. */
static bool single_classify(inb__psl_checker *c, const inb__psl_checked_field *f,
                            inb__dm_relation *r)
{
    if (f->dm.arity == INB__DM_LIST) {
        r->kind = INB__DM_ONE_TO_MANY;
        r->model_a = f->dm.type.model;
        r->model_b = f->dm.model;
        r->field_a = NULL;
        r->field_b = (inb__dm_field *)&f->dm;
    } else {
        r->kind = f->end->fields.present && fields_are_unique(c, f) ? INB__DM_ONE_TO_ONE
                                                                    : INB__DM_ONE_TO_MANY;
    }
    return true;
}

/*
 * Whether the relation between these two begins at this end; the other end is met as well, and then
 * skipped. Of two that could both begin it, the one with `fields` does, else the smaller name.
 */
static bool pair_classify(const inb__psl_checked_field *f, const inb__psl_checked_field *o,
                          inb__psl_checked_relation *r)
{
    bool list = f->dm.arity == INB__DM_LIST, other_list = o->dm.arity == INB__DM_LIST;
    if (list && other_list) {
        r->dm.kind = INB__DM_MANY_TO_MANY;
        r->is_embedded = f->end->fields.present || o->end->fields.present;
        return inb__str_cmp(f->dm.model->name, o->dm.model->name) <= 0 &&
               (f->dm.model != o->dm.model || inb__str_cmp(f->dm.name, o->dm.name) <= 0);
    }
    if (list || other_list) {
        r->dm.kind = INB__DM_ONE_TO_MANY;
        return !list;
    }
    r->dm.kind = INB__DM_ONE_TO_ONE;
    if (f->dm.arity != o->dm.arity) {
        return f->dm.arity == INB__DM_REQUIRED;
    }
    if (f->dm.arity == INB__DM_OPTIONAL && (f->end->fields.present || o->end->fields.present)) {
        return f->end->fields.present;
    }
    return ends_cmp(f, o) <= 0;
}

/* ---- facts ----------------------------------------------------------------------------------- */

/* A required column among those of the reference makes the whole required, whatever the relation
 * field says. */
static bool is_required(const inb__psl_checked_field *f)
{
    for (size_t i = 0; i < f->end->fields.n; i++) {
        if (f->end->fields.v[i]->dm.arity == INB__DM_REQUIRED) {
            return true;
        }
    }
    return f->dm.arity == INB__DM_REQUIRED;
}

static void inline_complete(inb__psl_checker *c, inb__dm_relation *r)
{
    const inb__psl_checked_field *f = r->field_a ? inb__psl_checked_field_of(r->field_a) : NULL;
    inb__str *columns = NULL;
    if (f) {
        r->fields = inb__psl_check_relations_fields(c, &f->end->fields);
        r->n_fields = f->end->fields.n;
        r->references = inb__psl_check_relations_fields(c, &f->end->references);
        r->n_references = f->end->references.n;
        r->on_delete_written = f->end->on_delete;
        r->on_update_written = f->end->on_update;
        r->is_mapped = f->end->fk_named;
        r->db_name = f->end->fk_name;
        r->attr = f->end->attr;
        columns = INB__NEW_N(c->arena, inb__str, r->n_fields + 1);
        for (size_t i = 0; i < r->n_fields; i++) {
            columns[i] = r->fields[i]->db_name;
        }
        r->on_delete = is_required(f) ? INB__REF_RESTRICT : INB__REF_SET_NULL;
    }
    r->on_update = INB__REF_CASCADE;
    if (r->on_delete_written != INB__REF_UNSET) {
        r->on_delete = r->on_delete_written;
    }
    if (r->on_update_written != INB__REF_UNSET) {
        r->on_update = r->on_update_written;
    }
    if (!r->is_mapped) {
        r->db_name =
            inb__psl_default_name_foreign_key(c->arena, r->model_a->db_name, columns, r->n_fields);
    }
}

static void relation_add(inb__psl_checker *c, inb__psl_checked_relation *relation)
{
    inb__dm_relation *r = &relation->dm;
    inb__psl_checked_field *any = inb__psl_checked_field_of(r->field_a ? r->field_a : r->field_b);
    r->name = any->end->is_named ? any->end->name : INB__STR("");
    r->default_name = any->end->name;
    if (r->kind == INB__DM_MANY_TO_MANY) {
        r->db_name = inb__psl_default_name_join_table(c->arena, r->default_name);
    } else {
        inline_complete(c, r);
    }
    if (r->field_a) {
        r->field_a->relation = r;
        r->field_a->opposite = r->field_b;
    }
    if (r->field_b) {
        r->field_b->relation = r;
        r->field_b->opposite = r->field_a;
    }
    c->dm->relations[c->dm->n_relations++] = r;
}

static void field_ingest(inb__psl_checker *c, const inb__map *pairs, inb__psl_checked_field *f)
{
    inb__psl_checked_relation *relation = INB__NEW(c->arena, inb__psl_checked_relation);
    inb__psl_checked_field *opposite = opposite_find(c, pairs, f);
    relation->dm = (inb__dm_relation){.model_a = f->dm.model,
                                      .model_b = f->dm.type.model,
                                      .field_a = &f->dm,
                                      .field_b = opposite ? &opposite->dm : NULL};
    if (opposite ? pair_classify(f, opposite, relation) : single_classify(c, f, &relation->dm)) {
        relation_add(c, relation);
    }
}

/* Each model's own foreign keys, by its relation fields. */
static void models_complete(inb__psl_checker *c)
{
    for (size_t i = 0; i < c->dm->n_models; i++) {
        inb__dm_model *m = c->dm->models[i];
        m->relations = INB__NEW_N(c->arena, inb__dm_relation *, m->n_fields + 1);
        for (size_t k = 0; k < m->n_fields; k++) {
            inb__dm_relation *r = m->fields[k]->relation;
            if (r && r->kind != INB__DM_MANY_TO_MANY && r->field_a == m->fields[k]) {
                m->relations[m->n_relations++] = r;
            }
        }
    }
}

void inb__psl_check_relations(inb__psl_checker *c)
{
    inb__map pairs;
    fields_index(c, &pairs);
    for (size_t i = 0; i < c->dm->n_models; i++) {
        inb__psl_checked_top *top = c->model_tops[i];
        for (size_t k = 0; k < top->n_all; k++) {
            if (is_relation(top->all[k])) {
                field_ingest(c, &pairs, top->all[k]);
            }
        }
    }
    models_complete(c);
}
