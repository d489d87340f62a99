/* The end of the contract phase: what nobody uses any more is dropped. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

static void index_drop(inb__rollout *p, const inb__step *s)
{
    const inb__table *t = &p->from->tables[s->prev_table];
    if (p->index_in_switch[s->prev_table][s->prev]) {
        return;
    }
    inb__str name = p->index_now[s->prev_table][s->prev];
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "drop_index", name);
    inb__rollout_note(p, INB__SENTENCE_DROPS_INDEX);
    inb__rollout_note(p, INB__SENTENCE_NOBODY_NEEDS_INDEX);
    if (t->indexes[s->prev].unique) {
        inb__rollout_note(p, INB__SENTENCE_MAY_WRITE_DUPLICATES);
    }
    inb__rollout_say(p, INB_CLASS_CONTRACTING,
                     inb__rollout_sql_index_drop_concurrently(
                         p->arena, inb__rollout_in_space(p, p->from->spaces[t->space], name)));
    p->now.no_transaction = true;
    inb__rollout_close(p);
}

/* The only new column with the type of a dropped one. */
static const inb__column *likely_name(inb__rollout *p, uint32_t table, const inb__column *gone)
{
    const inb__column *found = NULL;
    for (size_t i = 0; i < p->to->tables[table].n_columns; i++) {
        const inb__column *c = &p->to->tables[table].columns[i];
        bool alike = p->tables[table].columns[i].prev == INB__SCHEMA_NONE &&
                     (c->arity == INB__ARITY_LIST) == (gone->arity == INB__ARITY_LIST) &&
                     inb__cast_column(p->from, gone, p->to, c) == INB__CAST_SAME;
        if (alike && found) {
            return NULL;
        }
        found = alike ? c : found;
    }
    return found;
}

static void rename_suggest(inb__rollout *p, uint32_t table, const inb__column *gone)
{
    const inb__column *c = likely_name(p, table, gone);
    if (c) {
        inb__rollout_note_of(p, INB__SENTENCE_DECIDE_RENAME, p->to->tables[table].name, gone->name,
                             c->name);
    }
}

static void columns_drop(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__table *prev = inb__rollout_prev_table(p, t);
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "drop_columns", prev->name);
    for (uint32_t i = 0; i < prev->n_columns; i++) {
        const inb__column_pair *pair = inb__column_of_prev(t->pair, i);
        const inb__rollout_column *c = pair ? &t->columns[pair->next] : NULL;
        if (c && c->mode != INB__ROLLOUT_REBUILD) {
            continue;
        }
        inb__str name = c ? c->old : prev->columns[i].name;
        if (!c) {
            rename_suggest(p, table, &prev->columns[i]);
        }
        inb__rollout_say(
            p, INB_CLASS_CONTRACTING,
            inb__rollout_sql_column_drop(p->arena, t->sql, inb__rollout_ident(p, name)));
        inb__rollout_note_of(p, INB__SENTENCE_DROPS_COLUMNS, name);
        inb__rollout_note_of(p, INB__SENTENCE_NOBODY_KNOWS, name);
    }
    inb__rollout_close(p);
}

static void tables_drop(inb__rollout *p)
{
    for (size_t i = 0; i < p->steps->n; i++) {
        const inb__step *s = &p->steps->v[i];
        if (s->kind == INB__STEP_DROP_TABLE) {
            inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "drop_table",
                              p->from->tables[s->prev].name);
            inb__rollout_note(p, INB__SENTENCE_DROPS_TABLE);
            inb__rollout_note(p, INB__SENTENCE_NOBODY_NEEDS_DATA);
            inb__rollout_step(p, INB_CLASS_CONTRACTING, p->steps, *s);
            inb__rollout_close(p);
        }
    }
}

static void enums_drop(inb__rollout *p)
{
    for (size_t i = 0; i < p->steps->n; i++) {
        const inb__step *s = &p->steps->v[i];
        if (s->kind == INB__STEP_DROP_ENUM) {
            inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "drop_type", p->from->enums[s->prev].name);
            inb__rollout_note(p, INB__SENTENCE_DROPS_ENUM);
            inb__rollout_note(p, INB__SENTENCE_NOBODY_USES_TYPE);
            inb__rollout_step(p, INB_CLASS_CONTRACTING, p->steps, *s);
            inb__rollout_close(p);
        }
    }
}

static void old_enums_drop(inb__rollout *p)
{
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "drop_old_types", INB__STR(""));
    inb__rollout_note(p, INB__SENTENCE_DROPS_OLD_TYPES);
    for (uint32_t i = 0; i < p->to->n_enums; i++) {
        if (p->enum_rebuilt[i]) {
            inb__rollout_say(
                p, INB_CLASS_CONTRACTING,
                inb__rollout_sql_type_drop(
                    p->arena, inb__rollout_in_space(p, p->to->spaces[p->to->enums[i].space],
                                                    p->enum_old[i])));
        }
    }
    inb__rollout_close(p);
}

static void extensions_alter(inb__rollout *p)
{
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "extensions", INB__STR(""));
    inb__rollout_note(p, INB__SENTENCE_ALTERS_EXTENSIONS);
    inb__rollout_note(p, INB__SENTENCE_EVERYBODY_KNOWS_EXTENSION);
    inb__rollout_note(p, INB__SENTENCE_MAY_USE_EXTENSION);
    for (size_t i = 0; i < p->steps->n; i++) {
        if (p->steps->v[i].kind == INB__STEP_ALTER_EXTENSION) {
            inb__rollout_step(p, INB_CLASS_CONTRACTING, p->steps, p->steps->v[i]);
        }
    }
    inb__rollout_close(p);
}

/* Indexes whose predicate names a column that was recreated: the name is right only now. */
static void indexes_after(inb__rollout *p, uint32_t table)
{
    const inb__table *t = &p->to->tables[table];
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        const inb__rollout_index *x = &p->tables[table].indexes[i];
        if (!x->build || !x->after) {
            continue;
        }
        inb__table *mid = inb__rollout_mid_change(p, table);
        for (size_t k = 0; k < t->n_columns; k++) {
            mid->columns[k].name = t->columns[k].name;
        }
        inb__rollout_unique_build(p, table, i);
        inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "rename", x->interim);
        inb__rollout_note(p, INB__SENTENCE_RENAMES_INDEX);
        inb__rollout_index_take_name(p, table, i);
        inb__rollout_close(p);
    }
}

void inb__rollout_drop(inb__rollout *p)
{
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (p->tables[i].pair) {
            indexes_after(p, i);
        }
    }
    for (size_t i = 0; i < p->steps->n; i++) {
        const inb__step *s = &p->steps->v[i];
        if (s->kind == INB__STEP_DROP_INDEX && inb__pair_of_prev(&p->pairs, s->prev_table)) {
            index_drop(p, s);
        }
    }
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (p->tables[i].pair) {
            columns_drop(p, i);
        }
    }
    tables_drop(p);
    old_enums_drop(p);
    enums_drop(p);
    extensions_alter(p);
}
