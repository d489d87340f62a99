#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- indexes --------------------------------------------------------------------------------- */

static bool contains(inb__str text, inb__str word)
{
    return word.n && memmem(text.p, text.n, word.p, word.n);
}

/* A predicate's columns that are made anew, under another name (`renamed`) or under theirs. */
static bool names_rebuilt(const inb__rollout *z, const inb__rollout_table *t, uint32_t table,
                          inb__str predicate, bool renamed)
{
    const inb__table *next = &z->to->tables[table];
    for (size_t i = 0; predicate.n && i < next->n_columns; i++) {
        if (t->columns[i].mode == INB__ROLLOUT_REBUILD && t->columns[i].renamed == renamed &&
            contains(predicate, next->columns[i].name)) {
            return true;
        }
    }
    return false;
}

/* What of an index is made anew is so for its name only: the values are those of before. */
static bool only_renamed(const inb__rollout_table *t, const inb__index *x)
{
    for (size_t i = 0; i < x->n_columns; i++) {
        const inb__rollout_column *c = &t->columns[x->columns[i].column];
        if (c->mode == INB__ROLLOUT_REBUILD && !c->renamed) {
            return false;
        }
    }
    return true;
}

static bool index_has_mode(const inb__rollout_table *t, const inb__index *x, inb__rollout_mode mode)
{
    for (size_t i = 0; i < x->n_columns; i++) {
        if (t->columns[x->columns[i].column].mode == mode) {
            return true;
        }
    }
    return false;
}

static uint32_t index_by_name(const inb__table *t, inb__str name)
{
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        if (inb__str_eq(t->indexes[i].name, name)) {
            return i;
        }
    }
    return INB__SCHEMA_NONE;
}

static const inb__step *index_step(const inb__rollout *z, inb__step_kind kind, uint32_t table,
                                   uint32_t index)
{
    for (size_t i = 0; i < z->steps->n; i++) {
        const inb__step *s = &z->steps->v[i];
        if (s->kind == kind && s->next_table == table && s->next == index) {
            return s;
        }
    }
    return NULL;
}

static void index_survey(inb__rollout *z, inb__rollout_table *t, uint32_t table, uint32_t index)
{
    const inb__index *next = &z->to->tables[table].indexes[index];
    inb__rollout_index *x = &t->indexes[index];
    const inb__step *renamed = index_step(z, INB__STEP_RENAME_INDEX, table, index);
    bool created = index_step(z, INB__STEP_CREATE_INDEX, table, index) != NULL;
    bool rebuilt = index_has_mode(t, next, INB__ROLLOUT_REBUILD) ||
                   names_rebuilt(z, t, table, next->predicate, false) ||
                   names_rebuilt(z, t, table, next->predicate, true);
    x->prev = renamed ? renamed->prev : index_by_name(inb__rollout_prev_table(z, t), next->name);
    x->build = created || rebuilt;
    x->late = rebuilt || index_has_mode(t, next, INB__ROLLOUT_ADD_LATE);
    x->after = names_rebuilt(z, t, table, next->predicate, false);
    x->proven = rebuilt && !created && only_renamed(t, next) && !x->after;
    x->swap = x->build && x->prev != INB__SCHEMA_NONE &&
              inb__str_eq(inb__rollout_prev_table(z, t)->indexes[x->prev].name, next->name);
    x->interim = x->swap ? inb__rollout_name(z, next->name, "_new") : next->name;
    for (size_t i = 0; x->build && next->unique && i < next->n_columns; i++) {
        t->columns[next->columns[i].column].unique = true;
    }
}

static bool same_columns(const inb__table *a, const inb__index *x, const inb__table *b,
                         const inb__index *y)
{
    bool same = x->n_columns == y->n_columns;
    for (size_t i = 0; same && i < x->n_columns; i++) {
        same = inb__str_eq(a->columns[x->columns[i].column].name,
                           b->columns[y->columns[i].column].name);
    }
    return same;
}

static void primary_key_survey(inb__rollout *z, inb__rollout_table *t, uint32_t table)
{
    const inb__table *prev = inb__rollout_prev_table(z, t), *next = &z->to->tables[table];
    const inb__index *was = prev->primary_key, *is = next->primary_key;
    t->key_changes = (was || is) && !(was && is && same_columns(prev, was, next, is) &&
                                      !index_has_mode(t, is, INB__ROLLOUT_REBUILD));
    if (t->key_changes && is) {
        t->key_index = inb__rollout_name(z, is->name, "_new");
        t->key_proven = was && same_columns(prev, was, next, is) && only_renamed(t, is);
        for (size_t i = 0; i < is->n_columns; i++) {
            t->columns[is->columns[i].column].unique = true;
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* `to` with the names that hold before the switch. */
static void mid_build(inb__rollout *z)
{
    const inb__schema *to = z->to;
    z->mid = *to;
    z->mid.spaces = INB__NEW_N(z->arena, inb__str, to->n_spaces + to->n_tables);
    for (size_t i = 0; i < to->n_spaces; i++) {
        z->mid.spaces[i] = to->spaces[i];
    }
    z->mid.enums = INB__NEW_N(z->arena, inb__enum, to->n_enums);
    for (size_t i = 0; i < to->n_enums; i++) {
        z->mid.enums[i] = to->enums[i];
        if (z->enum_rebuilt[i]) {
            z->mid.enums[i].name = inb__rollout_name(z, to->enums[i].name, "_new");
            z->enum_old[i] = inb__rollout_name(z, to->enums[i].name, "_old");
        }
    }
    z->mid.tables = INB__NEW_N(z->arena, inb__table, to->n_tables);
    for (size_t i = 0; i < to->n_tables; i++) {
        inb__table *t = &z->mid.tables[i];
        *t = to->tables[i];
        if (z->tables[i].renamed) {
            t->name = z->tables[i].renamed->was;
            t->space = (uint32_t)z->mid.n_spaces;
            z->mid.spaces[z->mid.n_spaces++] = z->tables[i].renamed->space;
        }
        t->columns = INB__NEW_N(z->arena, inb__column, t->n_columns);
        t->indexes = INB__NEW_N(z->arena, inb__index, t->n_indexes);
        for (size_t k = 0; k < t->n_columns; k++) {
            t->columns[k] = to->tables[i].columns[k];
            t->columns[k].name =
                z->tables[i].pair ? z->tables[i].columns[k].interim : t->columns[k].name;
        }
        for (size_t k = 0; k < t->n_indexes; k++) {
            t->indexes[k] = to->tables[i].indexes[k];
            t->indexes[k].name =
                z->tables[i].pair ? z->tables[i].indexes[k].interim : t->indexes[k].name;
        }
    }
    z->interim = (inb__steps){.from = z->from, .to = &z->mid};
}

static void table_survey(inb__rollout *z, uint32_t table)
{
    const inb__table *next = &z->to->tables[table];
    inb__rollout_table *t = &z->tables[table];
    t->pair = inb__pair_of_next(&z->pairs, table);
    t->renamed = t->pair ? inb__renames_find(z->renames, t->pair->prev, INB__SCHEMA_NONE) : NULL;
    t->name = t->renamed ? inb__rollout_in_space(z, t->renamed->space, t->renamed->was)
                         : inb__rollout_in_space(z, z->to->spaces[next->space], next->name);
    t->columns = INB__NEW_N(z->arena, inb__rollout_column, next->n_columns);
    t->indexes = INB__NEW_N(z->arena, inb__rollout_index, next->n_indexes);
    if (!t->pair) {
        return;
    }
    for (uint32_t i = 0; i < next->n_columns; i++) {
        inb__rollout_column_survey(z, t, table, i);
    }
    for (uint32_t i = 0; i < next->n_indexes; i++) {
        index_survey(z, t, table, i);
    }
    primary_key_survey(z, t, table);
}

void inb__rollout_survey(inb__rollout *z)
{
    z->pairs = (inb__differ){.arena = z->arena, .from = z->from, .to = z->to};
    inb__diff_pair(&z->pairs);
    z->enum_rebuilt = INB__NEW_N(z->arena, bool, z->to->n_enums);
    z->enum_old = INB__NEW_N(z->arena, inb__str, z->to->n_enums);
    for (size_t i = 0; i < z->steps->n; i++) {
        const inb__step *s = &z->steps->v[i];
        if (s->kind == INB__STEP_ALTER_ENUM && s->n_removed) {
            z->enum_rebuilt[s->next] = true;
        }
    }
    z->index_now = INB__NEW_N(z->arena, inb__str *, z->from->n_tables);
    z->index_in_switch = INB__NEW_N(z->arena, bool *, z->from->n_tables);
    for (size_t i = 0; i < z->from->n_tables; i++) {
        const inb__table *t = &z->from->tables[i];
        z->index_now[i] = INB__NEW_N(z->arena, inb__str, t->n_indexes);
        z->index_in_switch[i] = INB__NEW_N(z->arena, bool, t->n_indexes);
        for (size_t k = 0; k < t->n_indexes; k++) {
            z->index_now[i][k] = t->indexes[k].name;
        }
    }
    z->tables = INB__NEW_N(z->arena, inb__rollout_table, z->to->n_tables);
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        table_survey(z, i);
    }
    inb__rollout_foreign_keys_survey(z);
    mid_build(z);
}
