/*
 * The switch: renames and swaps, each of which only writes the catalogue, in one transaction,
 * because what depends on each other must change together.
 */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- statements ------------------------------------------------------------------------------ */

static void not_null_drop(inb__rollout *p, uint32_t table, inb__str column)
{
    inb__rollout_say(p, INB_CLASS_CONTRACTING,
                     inb__rollout_sql_not_null_drop(p->arena, p->tables[table].sql,
                                                    inb__rollout_ident(p, column)));
}

static void default_drop(inb__rollout *p, uint32_t table, inb__str column)
{
    inb__rollout_say(p, INB_CLASS_CONTRACTING,
                     inb__rollout_sql_default_drop(p->arena, p->tables[table].sql,
                                                   inb__rollout_ident(p, column)));
}

static void constraint_drop(inb__rollout *p, uint32_t table, inb__str constraint)
{
    inb__rollout_say(p, INB_CLASS_CONTRACTING,
                     inb__rollout_sql_constraint_drop(p->arena, p->tables[table].sql,
                                                      inb__rollout_ident(p, constraint)));
}

static void column_rename(inb__rollout *p, uint32_t table, inb__str from, inb__str to)
{
    inb__rollout_say(p, INB_CLASS_CONTRACTING,
                     inb__rollout_sql_column_rename(p->arena, p->tables[table].sql,
                                                    inb__rollout_ident(p, from),
                                                    inb__rollout_ident(p, to)));
}

/* ---- in the order of the transaction --------------------------------------------------------- */

static void keys_drop(inb__rollout *p)
{
    for (uint32_t i = 0; i < p->to->n_foreign_keys; i++) {
        if (p->keys[i].fate == INB__ROLLOUT_KEY_SWITCH && p->keys[i].prev != INB__SCHEMA_NONE) {
            inb__rollout_key_drop(p, p->keys[i].prev);
        }
    }
}

/* Dropped columns that are no longer part of the key need not be written. */
static void key_columns_loosen(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__table *prev = inb__rollout_prev_table(p, t);
    for (uint32_t i = 0; i < prev->n_columns; i++) {
        if (inb__rollout_key_has(prev, i) && inb__rollout_column_hinders(t, prev, i)) {
            not_null_drop(p, table, prev->columns[i].name);
            inb__rollout_note_of(p, INB__SENTENCE_MAY_OMIT, prev->columns[i].name);
        }
    }
}

static void primary_key_drop(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__index *was = inb__rollout_prev_table(p, t)->primary_key;
    if (t->key_changes && was) {
        constraint_drop(p, table, was->name);
        key_columns_loosen(p, table);
    }
}

static void hung_indexes_drop(inb__rollout *p, uint32_t table)
{
    uint32_t prev = p->tables[table].pair->prev;
    const inb__table *t = &p->from->tables[prev];
    for (size_t i = 0; i < t->n_indexes; i++) {
        if (p->index_in_switch[prev][i]) {
            const inb__fragment *name =
                inb__rollout_in_space(p, p->from->spaces[t->space], p->index_now[prev][i]);
            inb__rollout_say(p, INB_CLASS_CONTRACTING, inb__rollout_sql_index_drop(p->arena, name));
        }
    }
}

/* The checks that held the two columns together, and then the names. */
static void column_swap(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    const inb__column *next = &p->to->tables[table].columns[column];
    const inb__column *prev = &inb__rollout_prev_table(p, t)->columns[c->prev];
    inb__str table_name = p->to->tables[table].name;
    if (c->kept.n) {
        constraint_drop(p, table, c->kept);
    }
    if (c->renamed) {
        inb__rollout_note_of(p, INB__SENTENCE_NOBODY_USES_NAMES,
                             inb__arena_join(p->arena, table_name, ".", c->old), next->name);
        if (prev->arity == INB__ARITY_REQUIRED && next->arity != INB__ARITY_REQUIRED) {
            inb__rollout_note_of(p, INB__SENTENCE_MAY_WRITE_NULL, next->name);
        }
        return;
    }
    column_rename(p, table, next->name, c->old);
    column_rename(p, table, c->interim, next->name);
    if (c->conversion == INB__ROLLOUT_NONE) {
        inb__rollout_note_of(p, INB__SENTENCE_LOSS_IS_DECIDED, next->name);
    }
    inb__rollout_note_of(p, INB__SENTENCE_EVERYBODY_KNOWS_BOTH,
                         inb__arena_join(p->arena, table_name, ".", next->name));
    inb__rollout_note(p, INB__SENTENCE_MAY_NEED_FORM);
}

static void type_rename(inb__rollout *p, inb__str space, inb__str from, inb__str to)
{
    inb__rollout_say(p, INB_CLASS_CONTRACTING,
                     inb__rollout_sql_type_rename(p->arena, inb__rollout_in_space(p, space, from),
                                                  inb__rollout_ident(p, to)));
}

static void enum_swap(inb__rollout *p, uint32_t i)
{
    const inb__enum *e = &p->to->enums[i];
    if (p->enum_rebuilt[i]) {
        inb__str space = p->to->spaces[e->space];
        type_rename(p, space, e->name, p->enum_old[i]);
        type_rename(p, space, p->mid->enums[i].name, e->name);
        inb__rollout_note_of(p, INB__SENTENCE_NOBODY_WRITES_LABELS, e->name);
        inb__rollout_note(p, INB__SENTENCE_MAY_NEED_FORM);
    }
}

/* One whose name the old schema has. */
static void known_sequence_move(inb__rollout *p, uint32_t table, uint32_t column, inb__str name)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    const inb__column *next = &p->to->tables[table].columns[column];
    const inb__fragment *sequence = inb__rollout_in_mid(p, table, name);
    const inb__fragment *target = inb__rollout_ident(p, next->name);
    inb__rollout_say(
        p, INB_CLASS_ADDITIVE,
        inb__rollout_sql_sequence_widen(p->arena, sequence, inb__rollout_type(p, next)));
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_sequence_own(p->arena, sequence, t->sql, target));
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_default_set(p->arena, t->sql, target,
                                                  inb__rollout_sql_nextval(p->arena, sequence)));
    default_drop(p, table, c->old);
    inb__str to = inb__sequence_serial_name(p->arena, &p->to->tables[table], next);
    if (c->renamed && !inb__str_eq(to, name)) {
        inb__rollout_say(
            p, INB_CLASS_ADDITIVE,
            inb__rollout_sql_sequence_rename(p->arena, sequence, inb__rollout_ident(p, to)));
    }
}

/*
 * The sequence goes over to the new column, whatever it is called; otherwise it would go with the
 * old one. One of an identity column cannot: the new column gets another that goes on after it. The
 * old column gives up its default, or it would draw a number more for every row.
 */
static void sequence_move(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    const inb__column *next = &p->to->tables[table].columns[column];
    inb__str name =
        inb__rollout_prev_table(p, &p->tables[table])->columns[c->prev].default_value.sql;
    if (name.n) {
        known_sequence_move(p, table, column, name);
        return;
    }
    inb__fragment *rename = inb__fragment_list(p->arena, "");
    if (c->renamed) {
        inb__str to = inb__sequence_serial_name(p->arena, &p->to->tables[table], next);
        inb__fragment_list_add(
            p->arena, rename,
            inb__rollout_sql_sequence_take_name(p->arena, inb__rollout_ident(p, to)));
    }
    inb__rollout_opaque(p, INB_CLASS_CONTRACTING, "gives the sequence to the new column",
                        inb__rollout_sql_sequence_move(
                            p->arena, p->tables[table].sql, inb__rollout_ident(p, c->old),
                            inb__rollout_ident(p, next->name), inb__rollout_type(p, next), rename));
}

/* What nobody writes any more must not be asked for; an identity column is asked for to the last.
 */
static void old_column_loosen(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    if (inb__rollout_prev_table(p, t)->columns[c->prev].arity == INB__ARITY_REQUIRED) {
        not_null_drop(p, table, c->old);
    }
}

static void default_restore(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    const inb__column *next = &p->to->tables[table].columns[column];
    const inb__column *prev = &inb__rollout_prev_table(p, t)->columns[c->prev];
    const inb__fragment *value = inb__fragment_default(p->arena, p->to, next);
    if (next->default_value.kind == INB__DEFAULT_SEQUENCE &&
        prev->default_value.kind == INB__DEFAULT_SEQUENCE) {
        sequence_move(p, table, column);
        return;
    }
    /* Or rows to come would have one value in what must differ. */
    if (prev->default_value.kind != INB__DEFAULT_NONE) {
        default_drop(p, table, c->old);
    }
    if (next->default_value.kind == INB__DEFAULT_SEQUENCE) {
        inb__rollout_sequence_switch(p, table, column);
    } else if (value) {
        inb__rollout_say(p, INB_CLASS_ADDITIVE,
                         inb__rollout_sql_default_set(p->arena, t->sql,
                                                      inb__rollout_ident(p, next->name), value));
    } else if (inb__rollout_default_is_shared(p, table, column)) {
        default_drop(p, table, next->name);
    } else if (next->default_value.kind == INB__DEFAULT_UNKNOWN) {
        inb__rollout_note_of(p, INB__SENTENCE_DECIDE_DEFAULT, next->name);
    }
}

static void primary_key_add(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__index *is = p->to->tables[table].primary_key;
    if (t->key_changes && is) {
        inb__rollout_say(p, INB_CLASS_ADDITIVE,
                         inb__rollout_sql_primary_key_add(p->arena, t->sql,
                                                          inb__rollout_ident(p, is->name),
                                                          inb__rollout_ident(p, t->key_index)));
        if (!t->key_proven) {
            inb__rollout_note_of(p, INB__SENTENCE_NOBODY_NEEDS_OLD_KEY,
                                 inb__rollout_prev_table(p, t)->name);
        }
    }
}

static void primary_key_rename(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__index *was = inb__rollout_prev_table(p, t)->primary_key;
    const inb__index *is = p->to->tables[table].primary_key;
    if (!t->key_changes && was && is && !inb__str_eq(was->name, is->name)) {
        inb__rollout_say(p, INB_CLASS_CONTRACTING,
                         inb__rollout_sql_constraint_rename(p->arena, t->sql,
                                                            inb__rollout_ident(p, was->name),
                                                            inb__rollout_ident(p, is->name)));
    }
}

typedef void (*table_cb)(inb__rollout *p, uint32_t table);

static void tables_each(inb__rollout *p, table_cb visit)
{
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (p->tables[i].pair) {
            visit(p, i);
        }
    }
}

static void columns_swap(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    if (t->sync.n) {
        inb__rollout_say(
            p, INB_CLASS_CONTRACTING,
            inb__rollout_sql_sync_trigger_drop(p->arena, inb__rollout_ident(p, t->sync), t->sql));
        inb__rollout_say(p, INB_CLASS_CONTRACTING,
                         inb__rollout_sql_sync_function_drop(
                             p->arena, inb__rollout_in_space(p, t->sync_space, t->sync)));
    }
    for (uint32_t i = 0; i < p->to->tables[table].n_columns; i++) {
        if (p->tables[table].columns[i].mode == INB__ROLLOUT_REBUILD) {
            column_swap(p, table, i);
        }
    }
}

static void defaults_restore(inb__rollout *p, uint32_t table)
{
    for (uint32_t i = 0; i < p->to->tables[table].n_columns; i++) {
        if (p->tables[table].columns[i].mode == INB__ROLLOUT_REBUILD) {
            default_restore(p, table, i);
            old_column_loosen(p, table, i);
        }
    }
}

static void indexes_swap(inb__rollout *p, uint32_t table)
{
    for (uint32_t i = 0; i < p->to->tables[table].n_indexes; i++) {
        const inb__rollout_index *x = &p->tables[table].indexes[i];
        if (x->build && !x->after) {
            inb__rollout_index_take_name(p, table, i);
        }
    }
}

static void keys_add(inb__rollout *p)
{
    for (uint32_t i = 0; i < p->to->n_foreign_keys; i++) {
        if (p->keys[i].fate == INB__ROLLOUT_KEY_SWITCH) {
            if (p->keys[i].differs) {
                inb__rollout_orphans_check(p, &p->to->foreign_keys[i]);
                inb__rollout_note_of(p, INB__SENTENCE_MAY_NEED_KEY, p->to->foreign_keys[i].name);
            }
            inb__rollout_key_add(p, i);
        }
    }
}

/* ---- names ----------------------------------------------------------------------------------- */

static void index_rename(inb__rollout *p, const inb__step *s)
{
    const inb__rollout_index *x = &p->tables[s->next_table].indexes[s->next];
    if (!x->build) {
        inb__rollout_step(p, INB_CLASS_ADDITIVE, p->steps, *s);
    }
}

static void names_change(inb__rollout *p)
{
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "rename", INB__STR(""));
    inb__rollout_note(p, INB__SENTENCE_RENAMES);
    inb__rollout_note(p, INB__SENTENCE_NOBODY_USES_CONSTRAINT_NAMES);
    tables_each(p, primary_key_rename);
    for (uint32_t i = 0; i < p->to->n_foreign_keys; i++) {
        if (p->keys[i].fate == INB__ROLLOUT_KEY_RENAME) {
            inb__step step = {
                .kind = INB__STEP_RENAME_FOREIGN_KEY, .prev = p->keys[i].prev, .next = i};
            inb__rollout_step(p, INB_CLASS_CONTRACTING, p->steps, step);
        }
    }
    for (size_t i = 0; i < p->steps->n; i++) {
        if (p->steps->v[i].kind == INB__STEP_RENAME_INDEX) {
            index_rename(p, &p->steps->v[i]);
        }
    }
    inb__rollout_close(p);
}

void inb__rollout_switch(inb__rollout *p)
{
    names_change(p);
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "switch", INB__STR(""));
    inb__rollout_note(p, INB__SENTENCE_SWITCHES);
    keys_drop(p);
    tables_each(p, primary_key_drop);
    tables_each(p, primary_key_add);
    tables_each(p, hung_indexes_drop);
    tables_each(p, columns_swap);
    for (uint32_t i = 0; i < p->to->n_enums; i++) {
        enum_swap(p, i);
    }
    tables_each(p, defaults_restore);
    tables_each(p, indexes_swap);
    keys_add(p);
    inb__rollout_close(p);
    for (uint32_t i = 0; i < p->to->n_foreign_keys; i++) {
        if (p->keys[i].fate == INB__ROLLOUT_KEY_SWITCH) {
            inb__rollout_key_validate(p, i);
        }
    }
}
