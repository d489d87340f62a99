/*
 * The tables that are relations: Prisma's many-to-many tables, when they are such that the schema
 * language says all of them. Everything else that looks like one is a model.
 */
#include "config.h"

#include "live/pull_parts.h"

/* The foreign key of the column, which must be the only one of it; NULL without. */
static const inb__foreign_key *key_of(const inb__pull_run *run, uint32_t table, uint32_t column)
{
    const inb__schema *s = &run->live->schema;
    const inb__foreign_key *found = NULL;
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        const inb__foreign_key *f = &s->foreign_keys[i];
        if (f->table == table && f->n_columns == 1 && f->columns[0] == column) {
            if (found) {
                return NULL;
            }
            found = f;
        }
    }
    return found;
}

static bool is_on(const inb__index *x, uint32_t first, size_t n)
{
    if (x->n_columns != n || x->predicate.n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (x->columns[i].column != first + i) {
            return false;
        }
    }
    return true;
}

/* The pair is unique, and the second column has an index. */
static bool has_indexes(const inb__table *t)
{
    bool pair = t->primary_key && is_on(t->primary_key, 0, 2), second = false;
    for (size_t i = 0; i < t->n_indexes; i++) {
        pair = pair || (t->indexes[i].unique && is_on(&t->indexes[i], 0, 2));
        second = second || (!t->indexes[i].unique && is_on(&t->indexes[i], 1, 1));
    }
    return pair && second;
}

/* The id of the other table, and a column of its type. */
static bool refers_to_id(const inb__pull_run *run, const inb__column *column,
                         const inb__foreign_key *f)
{
    const inb__schema *s = &run->live->schema;
    const inb__table *t = &s->tables[f->references];
    const inb__column *id = &t->columns[f->referenced[0]];
    return t->primary_key && is_on(t->primary_key, f->referenced[0], 1) &&
           column->arity != INB__ARITY_LIST && column->type.kind == id->type.kind &&
           column->type.enumeration == id->type.enumeration &&
           inb__native_eq(&column->type.native, &id->type.native);
}

/* The name that the model has, or most likely gets. */
static inb__str likely_name(const inb__pull_run *run, const inb__pull_model *m)
{
    return m->old ? m->old->name : inb__pull_sanitize(run->arena, m->fact->name);
}

uint32_t inb__pull_join_side(const inb__pull_run *run, const inb__pull_model *m, size_t side)
{
    uint32_t table = (uint32_t)(m->table - run->live->schema.tables);
    return key_of(run, table, (uint32_t)side)->references;
}

static bool is_join(const inb__pull_run *run, const inb__pull_model *m)
{
    const inb__table *t = m->table;
    if (!t || m->fact->kind != 'r' || t->name.n < 2 || t->name.p[0] != '_' || t->n_columns != 2 ||
        !inb__str_is(t->columns[0].name, "A") || !inb__str_is(t->columns[1].name, "B") ||
        m->fact->n_foreign_keys != 2 || !has_indexes(t)) {
        return false;
    }
    const inb__pull_model *sides[2];
    for (uint32_t i = 0; i < 2; i++) {
        const inb__foreign_key *f = key_of(run, (uint32_t)(t - run->live->schema.tables), i);
        sides[i] = f && refers_to_id(run, &t->columns[i], f)
                       ? inb__pull_model_of(run, f->references)
                       : NULL;
        if (!sides[i]) {
            return false;
        }
    }
    return inb__str_cmp(sides[0]->fact->name, sides[1]->fact->name) <= 0 &&
           inb__str_cmp(likely_name(run, sides[0]), likely_name(run, sides[1])) <= 0 &&
           inb__str_eq(sides[0]->fact->space, m->fact->space);
}

/* Without foreign keys only the present schema says what the table is. */
static bool is_join_by_hand(const inb__pull_run *run, const inb__pull_model *m)
{
    for (size_t i = 0; i < run->old->n_relations; i++) {
        const inb__dm_relation *r = run->old->relations[i];
        if (r->kind == INB__DM_MANY_TO_MANY && inb__str_eq(r->db_name, m->fact->name)) {
            return true;
        }
    }
    return false;
}

void inb__pull_joins_find(inb__pull_run *run)
{
    for (size_t i = 0; i < run->n_models; i++) {
        inb__pull_model *m = &run->models[i];
        if (m->fact && !m->is_view && !m->old) {
            m->is_join = run->by_hand ? is_join_by_hand(run, m) : is_join(run, m);
        }
    }
}
