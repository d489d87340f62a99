/* What becomes of each table, its indexes and its key, and the model between the two. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- indexes --------------------------------------------------------------------------------- */

static bool predicate_names(const inb__rollout *p, inb__str predicate, inb__str column)
{
    if (p->options.names_column) {
        return p->options.names_column(predicate, column, p->options.payload);
    }
    return column.n && memmem(predicate.p, predicate.n, column.p, column.n);
}

/* A predicate's columns that are recreated, under another name (`renamed`) or under theirs. */
static bool names_rebuilt(const inb__rollout *p, const inb__rollout_table *t, uint32_t table,
                          inb__str predicate, bool renamed)
{
    const inb__table *next = &p->to->tables[table];
    for (size_t i = 0; predicate.n && i < next->n_columns; i++) {
        if (t->columns[i].mode == INB__ROLLOUT_REBUILD && t->columns[i].renamed == renamed &&
            predicate_names(p, predicate, next->columns[i].name)) {
            return true;
        }
    }
    return false;
}

/* Only the names of an index's columns change: the values stay. */
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

static const inb__step *index_step(const inb__rollout *p, inb__step_kind kind, uint32_t table,
                                   uint32_t index)
{
    for (size_t i = 0; i < p->steps->n; i++) {
        const inb__step *s = &p->steps->v[i];
        if (s->kind == kind && s->next_table == table && s->next == index) {
            return s;
        }
    }
    return NULL;
}

static void index_survey(inb__rollout *p, inb__rollout_table *t, uint32_t table, uint32_t index)
{
    const inb__index *next = &p->to->tables[table].indexes[index];
    inb__rollout_index *x = &t->indexes[index];
    const inb__step *renamed = index_step(p, INB__STEP_RENAME_INDEX, table, index);
    bool created = index_step(p, INB__STEP_CREATE_INDEX, table, index) != NULL;
    bool rebuilt = index_has_mode(t, next, INB__ROLLOUT_REBUILD) ||
                   names_rebuilt(p, t, table, next->predicate, false) ||
                   names_rebuilt(p, t, table, next->predicate, true);
    x->prev = renamed ? renamed->prev : index_by_name(inb__rollout_prev_table(p, t), next->name);
    x->build = created || rebuilt;
    x->late = rebuilt || index_has_mode(t, next, INB__ROLLOUT_ADD_LATE);
    x->after = names_rebuilt(p, t, table, next->predicate, false);
    x->proven = rebuilt && !created && only_renamed(t, next) && !x->after;
    x->swap = x->build && x->prev != INB__SCHEMA_NONE &&
              inb__str_eq(inb__rollout_prev_table(p, t)->indexes[x->prev].name, next->name);
    x->interim = x->swap ? inb__rollout_name(p, next->name, "_new") : next->name;
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

static void primary_key_survey(inb__rollout *p, inb__rollout_table *t, uint32_t table)
{
    const inb__table *prev = inb__rollout_prev_table(p, t), *next = &p->to->tables[table];
    const inb__index *was = prev->primary_key, *is = next->primary_key;
    t->key_changes = (was || is) && !(was && is && same_columns(prev, was, next, is) &&
                                      !index_has_mode(t, is, INB__ROLLOUT_REBUILD));
    if (t->key_changes && is) {
        t->key_index = inb__rollout_name(p, is->name, "_new");
        t->key_proven = was && same_columns(prev, was, next, is) && only_renamed(t, is);
        for (size_t i = 0; i < is->n_columns; i++) {
            t->columns[is->columns[i].column].unique = true;
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void mid_enums(inb__rollout *p, inb__schema *mid)
{
    const inb__schema *to = p->to;
    mid->enums = INB__NEW_N(p->arena, inb__enum, to->n_enums);
    for (size_t i = 0; i < to->n_enums; i++) {
        mid->enums[i] = to->enums[i];
        if (p->enum_rebuilt[i]) {
            mid->enums[i].name = inb__rollout_name(p, to->enums[i].name, "_new");
            p->enum_old[i] = inb__rollout_name(p, to->enums[i].name, "_old");
        }
    }
}

static void mid_table(inb__rollout *p, inb__schema *mid, uint32_t table)
{
    const inb__table *next = &p->to->tables[table];
    const inb__rollout_table *planned = &p->tables[table];
    inb__table *t = &mid->tables[table];
    *t = *next;
    if (planned->renamed) {
        t->name = planned->renamed->was;
        t->space = (uint32_t)mid->n_spaces;
        mid->spaces[mid->n_spaces++] = planned->renamed->space;
    }
    t->columns = INB__NEW_N(p->arena, inb__column, t->n_columns);
    t->indexes = INB__NEW_N(p->arena, inb__index, t->n_indexes);
    for (size_t i = 0; i < t->n_columns; i++) {
        t->columns[i] = next->columns[i];
        t->columns[i].name = planned->pair ? planned->columns[i].interim : next->columns[i].name;
    }
    for (size_t i = 0; i < t->n_indexes; i++) {
        t->indexes[i] = next->indexes[i];
        t->indexes[i].name = planned->pair ? planned->indexes[i].interim : next->indexes[i].name;
    }
}

/* `to` with the names that hold before the switch. */
static void mid_build(inb__rollout *p)
{
    const inb__schema *to = p->to;
    inb__schema *mid = INB__NEW(p->arena, inb__schema);
    inb__steps *interim = INB__NEW(p->arena, inb__steps);
    *mid = *to;
    mid->spaces = INB__NEW_N(p->arena, inb__str, to->n_spaces + to->n_tables);
    for (size_t i = 0; i < to->n_spaces; i++) {
        mid->spaces[i] = to->spaces[i];
    }
    mid_enums(p, mid);
    mid->tables = INB__NEW_N(p->arena, inb__table, to->n_tables);
    for (uint32_t i = 0; i < to->n_tables; i++) {
        mid_table(p, mid, i);
    }
    *interim = (inb__steps){.from = p->from, .to = mid};
    p->mid = mid;
    p->interim = interim;
}

static void table_survey(inb__rollout *p, uint32_t table)
{
    const inb__table *next = &p->to->tables[table];
    inb__rollout_table *t = &p->tables[table];
    t->pair = inb__pair_of_next(&p->pairs, table);
    t->renamed = t->pair ? inb__renames_find(p->renames, t->pair->prev, INB__SCHEMA_NONE) : NULL;
    t->sql = t->renamed ? inb__rollout_in_space(p, t->renamed->space, t->renamed->was)
                        : inb__rollout_in_space(p, p->to->spaces[next->space], next->name);
    t->columns = INB__NEW_N(p->arena, inb__rollout_column, next->n_columns);
    t->indexes = INB__NEW_N(p->arena, inb__rollout_index, next->n_indexes);
    if (!t->pair) {
        return;
    }
    for (uint32_t i = 0; i < next->n_columns; i++) {
        inb__rollout_column_survey(p, t, table, i);
    }
    for (uint32_t i = 0; i < next->n_indexes; i++) {
        index_survey(p, t, table, i);
    }
    primary_key_survey(p, t, table);
}

void inb__rollout_survey(inb__rollout *p)
{
    p->pairs = (inb__differ){.arena = p->arena, .from = p->from, .to = p->to};
    inb__diff_pair(&p->pairs);
    p->enum_rebuilt = INB__NEW_N(p->arena, bool, p->to->n_enums);
    p->enum_old = INB__NEW_N(p->arena, inb__str, p->to->n_enums);
    for (size_t i = 0; i < p->steps->n; i++) {
        const inb__step *s = &p->steps->v[i];
        if (s->kind == INB__STEP_ALTER_ENUM && s->n_removed) {
            p->enum_rebuilt[s->next] = true;
        }
    }
    p->index_now = INB__NEW_N(p->arena, inb__str *, p->from->n_tables);
    p->index_in_switch = INB__NEW_N(p->arena, bool *, p->from->n_tables);
    for (size_t i = 0; i < p->from->n_tables; i++) {
        const inb__table *t = &p->from->tables[i];
        p->index_now[i] = INB__NEW_N(p->arena, inb__str, t->n_indexes);
        p->index_in_switch[i] = INB__NEW_N(p->arena, bool, t->n_indexes);
        for (size_t k = 0; k < t->n_indexes; k++) {
            p->index_now[i][k] = t->indexes[k].name;
        }
    }
    p->tables = INB__NEW_N(p->arena, inb__rollout_table, p->to->n_tables);
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        table_survey(p, i);
    }
    inb__rollout_foreign_keys_survey(p);
    mid_build(p);
}
