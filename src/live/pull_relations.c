/*
 * Relations: which foreign keys and join tables are one, what they and their fields are called. The
 * present names are kept where a relation is still between the same columns and models.
 */
#include "config.h"

#include "live/pull_parts.h"

/* A relation on its way: its ends get their names before they are put into their models. */
typedef struct draft {
    inb__pull_relation *relation;
    inb__pull_end forward, back; /* forward of a, back of b; of a join: of A and of B */
    const inb__dm_relation *old;
    bool is_join;
    const inb__pull_model *join;
} draft;

typedef struct finder {
    inb__pull_run *run;
    INB__VEC(draft) drafts;
    inb__map pairs;  /* how many relations two models have */
    inb__map *taken; /* by model: the names of its fields */
} finder;

static size_t model_number(const finder *f, const inb__pull_model *m)
{
    return (size_t)(m - f->run->models);
}

static int *pair_count(finder *f, const inb__pull_model *a, const inb__pull_model *b)
{
    size_t x = model_number(f, a), y = model_number(f, b);
    inb__str key =
        inb__str_of(inb__arena_printf(f->run->arena, "%zu %zu", x < y ? x : y, x < y ? y : x));
    int *n = inb__map_get(&f->pairs, key);
    if (!n) {
        n = INB__NEW(f->run->arena, int);
        inb__map_put(&f->pairs, key, n);
    }
    return n;
}

/* ---- foreign keys ---------------------------------------------------------------------------- */

static bool same_numbers(const uint32_t *a, const uint32_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i]) {
            return false;
        }
    }
    return true;
}

static bool is_repeated(const inb__schema *s, uint32_t key)
{
    const inb__foreign_key *f = &s->foreign_keys[key];
    for (uint32_t i = key; i-- > 0 && s->foreign_keys[i].table == f->table;) {
        const inb__foreign_key *g = &s->foreign_keys[i];
        if (g->references == f->references && g->n_columns == f->n_columns &&
            same_numbers(g->columns, f->columns, f->n_columns) &&
            same_numbers(g->referenced, f->referenced, f->n_columns)) {
            return true;
        }
    }
    return false;
}

static bool same_columns(const inb__pull_model *m, const uint32_t *columns,
                         inb__dm_field *const *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (m->fields[columns[i]].old != fields[i]) {
            return false;
        }
    }
    return true;
}

static const inb__dm_relation *old_relation(const inb__pull_model *a, const inb__pull_model *b,
                                            const inb__foreign_key *f)
{
    for (size_t i = 0; a->old && b->old && i < a->old->n_relations; i++) {
        const inb__dm_relation *r = a->old->relations[i];
        if (r->model_b == b->old && r->field_a && r->field_b && r->n_fields == f->n_columns &&
            same_columns(a, f->columns, r->fields, f->n_columns)) {
            return r;
        }
    }
    return NULL;
}

static bool is_set_of(const inb__index *x, const inb__foreign_key *f)
{
    if (x->n_columns != f->n_columns || x->predicate.n) {
        return false;
    }
    for (size_t i = 0; i < x->n_columns; i++) {
        bool found = false;
        for (size_t k = 0; k < f->n_columns; k++) {
            found = found || f->columns[k] == x->columns[i].column;
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

/* At most one row there refers to a row here. */
static bool is_one_to_one(const inb__pull_model *a, const inb__foreign_key *f)
{
    bool unique = a->table->primary_key && is_set_of(a->table->primary_key, f);
    for (size_t i = 0; !unique && i < a->table->n_indexes; i++) {
        unique = a->table->indexes[i].unique && is_set_of(&a->table->indexes[i], f);
    }
    return unique;
}

static void key_draft(finder *f, uint32_t key)
{
    inb__pull_run *run = f->run;
    const inb__foreign_key *k = &run->live->schema.foreign_keys[key];
    inb__pull_model *a = inb__pull_model_of(run, k->table);
    inb__pull_model *b = inb__pull_model_of(run, k->references);
    if (!a || !b || a->is_join || b->is_join || is_repeated(&run->live->schema, key) ||
        !inb__live_types_match(&run->live->schema, k) ||
        !inb__pull_columns_are_sayable(a, k->columns, k->n_columns) ||
        !inb__pull_columns_are_sayable(b, k->referenced, k->n_columns)) {
        return;
    }
    bool optional = false;
    for (size_t i = 0; i < k->n_columns; i++) {
        optional = optional || a->table->columns[k->columns[i]].arity == INB__ARITY_OPTIONAL;
    }
    inb__pull_relation *r = INB__NEW(run->arena, inb__pull_relation);
    *r = (inb__pull_relation){.a = a, .b = b, .key = key};
    draft d = {.relation = r, .old = old_relation(a, b, k)};
    d.forward = (inb__pull_end){.type = b,
                                .arity = optional ? INB__DM_OPTIONAL : INB__DM_REQUIRED,
                                .relation = r,
                                .is_forward = true};
    d.back = (inb__pull_end){
        .type = a, .arity = is_one_to_one(a, k) ? INB__DM_OPTIONAL : INB__DM_LIST, .relation = r};
    ++*pair_count(f, a, b);
    INB__VEC_ADD(run->arena, &f->drafts, d);
}

/* ---- join tables ----------------------------------------------------------------------------- */

static const inb__dm_relation *old_join(const finder *f, const inb__pull_model *join,
                                        const inb__pull_model *a, const inb__pull_model *b)
{
    for (size_t i = 0; a->old && b->old && i < f->run->old->n_relations; i++) {
        const inb__dm_relation *r = f->run->old->relations[i];
        if (r->kind == INB__DM_MANY_TO_MANY && r->model_a == a->old && r->model_b == b->old &&
            r->field_a && r->field_b && inb__str_eq(r->db_name, join->fact->name)) {
            return r;
        }
    }
    return NULL;
}

static void join_draft(finder *f, const inb__pull_model *join)
{
    inb__pull_run *run = f->run;
    inb__pull_model *a = inb__pull_model_of(run, inb__pull_join_side(run, join, 0));
    inb__pull_model *b = inb__pull_model_of(run, inb__pull_join_side(run, join, 1));
    inb__pull_relation *r = INB__NEW(run->arena, inb__pull_relation);
    *r = (inb__pull_relation){.a = a, .b = b, .key = INB__SCHEMA_NONE};
    draft d = {.relation = r, .is_join = true, .join = join, .old = old_join(f, join, a, b)};
    d.forward = (inb__pull_end){.type = b, .arity = INB__DM_LIST, .relation = r};
    d.back = (inb__pull_end){.type = a, .arity = INB__DM_LIST, .relation = r};
    ++*pair_count(f, a, b);
    INB__VEC_ADD(run->arena, &f->drafts, d);
}

/* ---- names ----------------------------------------------------------------------------------- */

/* A field of the key is called as the model that it refers to. */
static bool key_has_the_name(const finder *f, const draft *d)
{
    if (d->is_join) {
        return false;
    }
    const inb__foreign_key *k = &f->run->live->schema.foreign_keys[d->relation->key];
    for (size_t i = 0; i < k->n_columns; i++) {
        if (inb__str_eq(d->relation->a->fields[k->columns[i]].base, d->relation->b->base)) {
            return true;
        }
    }
    return false;
}

static inb__str join_text(inb__arena *arena, inb__str a, const char *between, inb__str b)
{
    return inb__arena_join(arena, a, between, b);
}

static void key_names(finder *f, draft *d, bool ambiguous)
{
    inb__arena *arena = f->run->arena;
    inb__pull_relation *r = d->relation;
    const inb__foreign_key *k = &f->run->live->schema.foreign_keys[r->key];
    bool is_self = r->a == r->b;
    d->forward.name = r->b->base;
    d->back.name = is_self ? join_text(arena, INB__STR("other"), "_", r->a->base) : r->a->base;
    if (!ambiguous) {
        r->name = is_self ? join_text(arena, r->a->base, "To", r->b->base) : (inb__str){NULL, 0};
        return;
    }
    inb__str name = r->a->base;
    for (size_t i = 0; i < k->n_columns; i++) {
        name = join_text(arena, name, "_", r->a->fields[k->columns[i]].base);
    }
    r->name = join_text(arena, name, "To", r->b->base);
    d->forward.name = join_text(arena, r->b->base, "_", r->name);
    d->back.name = join_text(arena, d->back.name, "_", r->name);
}

/* The name that goes without saying. */
static bool is_default_name(finder *f, const draft *d)
{
    const inb__pull_relation *r = d->relation;
    inb__str name = join_text(f->run->arena, r->a->name, "To", r->b->name);
    name = join_text(f->run->arena, INB__STR("_"), "", name);
    return inb__str_eq(name, d->join->fact->name);
}

static void join_names(finder *f, draft *d, bool ambiguous)
{
    inb__arena *arena = f->run->arena;
    inb__pull_relation *r = d->relation;
    bool is_self = r->a == r->b;
    inb__str table = d->join->fact->name;
    d->forward.name = ambiguous ? join_text(arena, r->b->base, "", table) : r->b->base;
    d->back.name = ambiguous ? join_text(arena, r->a->base, "", table) : r->a->base;
    if (is_self) {
        d->forward.name = join_text(arena, d->forward.name, "_", INB__STR("A"));
        d->back.name = join_text(arena, d->back.name, "_", INB__STR("B"));
    }
    if (is_self || ambiguous || !is_default_name(f, d)) {
        r->name = (inb__str){table.p + 1, table.n - 1};
    }
}

static void old_names(finder *f, draft *d)
{
    inb__arena *arena = f->run->arena;
    inb__pull_relation *r = d->relation;
    r->old = d->old;
    r->name = d->old->name;
    d->forward.name =
        inb__pull_name_claim(arena, &f->taken[model_number(f, r->a)], d->old->field_a->name);
    d->back.name =
        inb__pull_name_claim(arena, &f->taken[model_number(f, r->b)], d->old->field_b->name);
}

static void new_names(finder *f, draft *d)
{
    inb__pull_relation *r = d->relation;
    bool ambiguous = *pair_count(f, r->a, r->b) > 1 || key_has_the_name(f, d);
    (d->is_join ? join_names : key_names)(f, d, ambiguous);
    inb__arena *arena = f->run->arena;
    d->forward.name =
        inb__pull_name_claim(arena, &f->taken[model_number(f, r->a)], d->forward.name);
    d->back.name = inb__pull_name_claim(arena, &f->taken[model_number(f, r->b)], d->back.name);
}

/* ---- relations that only the present schema has ---------------------------------------------- */

static inb__pull_model *model_of_old(const inb__pull_run *run, const inb__dm_model *old)
{
    for (size_t i = 0; i < run->n_models; i++) {
        if (run->models[i].fact && run->models[i].old == old) {
            return &run->models[i];
        }
    }
    return NULL;
}

static bool fields_are_there(const inb__pull_model *m, inb__dm_field *const *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool found = false;
        for (size_t k = 0; k < m->fact->n_columns; k++) {
            found = found || m->fields[k].old == fields[i];
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static void relation_copy(finder *f, const inb__dm_relation *old)
{
    inb__pull_run *run = f->run;
    inb__pull_model *a = model_of_old(run, old->model_a), *b = model_of_old(run, old->model_b);
    if (!a || !b || !old->field_a || !old->field_b ||
        !fields_are_there(a, old->fields, old->n_fields) ||
        !fields_are_there(b, old->references, old->n_references)) {
        return;
    }
    inb__pull_relation *r = INB__NEW(run->arena, inb__pull_relation);
    *r = (inb__pull_relation){
        .name = old->name, .a = a, .b = b, .key = INB__SCHEMA_NONE, .copied = old};
    const inb__pull_end forward = {.name = old->field_a->name,
                                   .type = b,
                                   .arity = old->field_a->arity,
                                   .relation = r,
                                   .is_forward = old->n_fields > 0};
    const inb__pull_end back = {
        .name = old->field_b->name, .type = a, .arity = old->field_b->arity, .relation = r};
    INB__VEC_ADD(run->arena, &a->ends, forward);
    INB__VEC_ADD(run->arena, &b->ends, back);
    inb__pull_warn(run, INB__PULL_RELATIONS_COPIED, "\"%.*s\"", INB__STR_ARG(a->name));
    inb__pull_warn(run, INB__PULL_RELATIONS_COPIED, "\"%.*s\"", INB__STR_ARG(b->name));
}

static void relations_copy(finder *f)
{
    const inb__dm *old = f->run->old;
    for (size_t i = 0; !f->run->options->force && i < old->n_relations; i++) {
        const inb__dm_relation *r = old->relations[i];
        if (f->run->by_hand || r->model_a->is_view || r->model_b->is_view) {
            relation_copy(f, r);
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void taken_fill(finder *f)
{
    inb__pull_run *run = f->run;
    f->taken = INB__NEW_N(run->arena, inb__map, run->n_models);
    for (size_t i = 0; i < run->n_models; i++) {
        const inb__pull_model *m = &run->models[i];
        inb__map_init(&f->taken[i], run->arena);
        for (size_t k = 0; m->fact && k < m->fact->n_columns; k++) {
            inb__map_put(&f->taken[i], m->fields[k].name, run);
        }
    }
}

static void drafts_make(finder *f)
{
    inb__pull_run *run = f->run;
    for (uint32_t i = 0; i < run->live->schema.n_foreign_keys; i++) {
        key_draft(f, i);
    }
    for (size_t i = 0; i < run->n_models; i++) {
        if (run->models[i].fact && run->models[i].is_join) {
            join_draft(f, &run->models[i]);
        }
    }
}

void inb__pull_relations_find(inb__pull_run *run)
{
    finder f = {.run = run};
    inb__map_init(&f.pairs, run->arena);
    taken_fill(&f);
    if (!run->by_hand) {
        drafts_make(&f);
    }
    for (size_t i = 0; i < f.drafts.n; i++) {
        if (f.drafts.v[i].old) {
            old_names(&f, &f.drafts.v[i]);
        }
    }
    for (size_t i = 0; i < f.drafts.n; i++) {
        draft *d = &f.drafts.v[i];
        if (!d->old) {
            new_names(&f, d);
        }
        INB__VEC_ADD(run->arena, &d->relation->a->ends, d->forward);
        INB__VEC_ADD(run->arena, &d->relation->b->ends, d->back);
    }
    relations_copy(&f);
}
