/* The contract phase up to the switch: constraints become stricter or go, foreign keys are added.
 */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- values that must be there --------------------------------------------------------------- */

typedef void (*column_cb)(inb__rollout *p, uint32_t table, uint32_t column);

static void columns_each(inb__rollout *p, const char *verb, uint32_t table, column_cb visit)
{
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, verb, p->to->tables[table].name);
    for (uint32_t i = 0; i < p->to->tables[table].n_columns; i++) {
        visit(p, table, i);
    }
    inb__rollout_close(p);
}

/* No release can leave it empty: the trigger, or the default, writes it. */
static bool is_held(const inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    if (c->synced) {
        return inb__rollout_prev_table(p, t)->columns[c->prev].arity == INB__ARITY_REQUIRED;
    }
    return c->mode == INB__ROLLOUT_ADD_LATE &&
           p->to->tables[table].columns[column].default_value.kind != INB__DEFAULT_NONE;
}

static void not_null_check_add(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__column *c = inb__rollout_mid(p, table, column);
    const inb__fragment *name = inb__rollout_ident(p, c->name);
    inb__rollout_say(p, INB_CLASS_CONTRACTING,
                     inb__rollout_sql_not_null_check(
                         p->arena, t->sql, inb__rollout_ident(p, t->columns[column].check), name));
    inb__rollout_check(p, inb__rollout_sql_check_null(p->arena, t->sql, name));
    inb__rollout_note_of(p, INB__SENTENCE_ADDS_NOT_NULL_CHECK, c->name);
    if (!t->columns[column].filled) {
        inb__rollout_note_of(p, INB__SENTENCE_DECIDE_VALUE, c->name);
    }
    if (t->columns[column].lossy) {
        inb__rollout_note_of(p, INB__SENTENCE_NOBODY_WRITES_UNFIT, c->name);
    } else if (!is_held(p, table, column)) {
        inb__rollout_note_of(p, INB__SENTENCE_EVERYBODY_WRITES_FILLED, c->name);
    }
}

/* The new column says what the old one says; of another type, it is not empty where that is not. */
static const inb__fragment *is_kept(inb__rollout *p, const inb__rollout_column *c)
{
    const inb__fragment *new = inb__rollout_ident(p, c->interim);
    const inb__fragment *old = inb__rollout_ident(p, c->before);
    if (c->renamed) {
        return inb__rollout_sql_is_same(p->arena, new, old);
    }
    old = c->first ? inb__rollout_sql_convert_first(p->arena, old) : old;
    return inb__rollout_sql_is_carried_over(p->arena, old, new);
}

/*
 * A row that the backfill or the trigger did not reach (a table that inherits has no trigger of its
 * parent's) would lose its value in the switch.
 */
static void kept_check_add(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_kept_check(p->arena, t->sql, inb__rollout_ident(p, c->kept),
                                                 is_kept(p, c)));
    inb__rollout_check(p, inb__rollout_sql_check_lost(p->arena, t->sql, is_kept(p, c)));
    inb__rollout_note_of(p, INB__SENTENCE_ADDS_KEPT_CHECK, c->interim, c->before);
    if (c->lossy) {
        inb__rollout_note_of(p, INB__SENTENCE_NOBODY_WRITES_UNFIT, c->interim);
    }
}

static void checks_add(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    if (c->tightens) {
        not_null_check_add(p, table, column);
    }
    if (c->kept.n) {
        kept_check_add(p, table, column);
    }
    if (c->numbers) {
        inb__rollout_say(p, INB_CLASS_CONTRACTING,
                         inb__rollout_sql_sequence_drop(p->arena, c->numbers));
    }
}

static void check_validate(inb__rollout *p, uint32_t table, inb__str check)
{
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_constraint_validate(p->arena, p->tables[table].sql,
                                                          inb__rollout_ident(p, check)));
    inb__rollout_note(p, INB__SENTENCE_VALIDATES_CHECK);
}

static void checks_validate(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    if (c->tightens) {
        check_validate(p, table, c->check);
    }
    if (c->kept.n) {
        check_validate(p, table, c->kept);
    }
}

static void not_null_set(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__column *c = inb__rollout_mid(p, table, column);
    if (!t->columns[column].tightens) {
        return;
    }
    inb__rollout_say(
        p, INB_CLASS_ADDITIVE,
        inb__rollout_sql_not_null_set(p->arena, t->sql, inb__rollout_ident(p, c->name)));
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_constraint_drop(
                         p->arena, t->sql, inb__rollout_ident(p, t->columns[column].check)));
    inb__rollout_note_of(p, INB__SENTENCE_SETS_NOT_NULL, c->name);
    if (!t->columns[column].filled && t->columns[column].mode != INB__ROLLOUT_REBUILD) {
        inb__rollout_note_of(p, INB__SENTENCE_MAY_READ, c->name);
    }
}

/* ---- rules that become looser ---------------------------------------------------------------- */

static void not_null_drop(inb__rollout *p, uint32_t table, inb__str column)
{
    inb__rollout_say(p, INB_CLASS_CONTRACTING,
                     inb__rollout_sql_not_null_drop(p->arena, p->tables[table].sql,
                                                    inb__rollout_ident(p, column)));
    inb__rollout_note_of(p, INB__SENTENCE_EVERYBODY_READS_NULL, column);
}

/* Only a sequence that belongs to the column: another one of a likely name is somebody else's. */
static void sequence_drop(inb__rollout *p, uint32_t table, const inb__column *prev)
{
    const inb__fragment *owner = p->tables[table].sql;
    if (prev->default_value.sql.n) {
        inb__rollout_say(p, INB_CLASS_CONTRACTING,
                         inb__rollout_sql_sequence_drop(
                             p->arena, inb__rollout_in_mid(p, table, prev->default_value.sql)));
    } else {
        inb__rollout_opaque(p, INB_CLASS_CONTRACTING, "drops the sequence that the column owns",
                            inb__rollout_sql_sequence_drop_owned(
                                p->arena, owner, inb__rollout_ident(p, prev->name)));
    }
}

static void column_loosen(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    if (c->prev == INB__SCHEMA_NONE || c->mode == INB__ROLLOUT_REBUILD) {
        return;
    }
    const inb__column *prev = &inb__rollout_prev_table(p, t)->columns[c->prev];
    const inb__column *next = &p->to->tables[table].columns[column];
    bool ceases =
        c->flags & INB__COLUMN_AUTOINCREMENT && prev->default_value.kind == INB__DEFAULT_SEQUENCE;
    if (c->flags & INB__COLUMN_ARITY && next->arity != INB__ARITY_REQUIRED) {
        not_null_drop(p, table, next->name);
        inb__rollout_note_of(p, INB__SENTENCE_MAY_WRITE_NULL, next->name);
    }
    bool replaced = c->flags & INB__COLUMN_DEFAULT && next->default_value.kind != INB__DEFAULT_NONE;
    if (!replaced && (ceases || c->flags & INB__COLUMN_DEFAULT)) {
        inb__rollout_say(
            p, INB_CLASS_CONTRACTING,
            inb__rollout_sql_default_drop(p->arena, t->sql, inb__rollout_ident(p, next->name)));
        inb__rollout_note_of(p, INB__SENTENCE_NOBODY_NEEDS_DEFAULT, next->name);
    }
    if (ceases) {
        sequence_drop(p, table, prev);
    }
}

/* A dropped column whose rows cannot all have one value. */
static void going_loosen(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__table *prev = inb__rollout_prev_table(p, t);
    for (uint32_t i = 0; i < prev->n_columns; i++) {
        if (!inb__rollout_column_hinders(t, prev, i) || inb__rollout_key_has(prev, i) ||
            inb__rollout_column_neutral(p, t->pair->prev, i)) {
            continue;
        }
        not_null_drop(p, table, prev->columns[i].name);
        inb__rollout_note_of(p, INB__SENTENCE_MAY_OMIT, prev->columns[i].name);
    }
}

static void table_loosen(inb__rollout *p, uint32_t table)
{
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "loosen", p->to->tables[table].name);
    inb__rollout_note(p, INB__SENTENCE_LOOSENS);
    for (uint32_t i = 0; i < p->to->tables[table].n_columns; i++) {
        column_loosen(p, table, i);
    }
    going_loosen(p, table);
    inb__rollout_close(p);
}

/* ---- unique indexes and foreign keys --------------------------------------------------------- */

static void unique_indexes_build(inb__rollout *p, uint32_t table)
{
    const inb__table *t = &p->to->tables[table];
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        const inb__rollout_index *x = &p->tables[table].indexes[i];
        if (x->build && !x->after && !x->proven && t->indexes[i].unique) {
            inb__rollout_unique_build(p, table, i);
        }
    }
    inb__rollout_key_index_build(p, table, false);
}

static void key_introduce(inb__rollout *p, uint32_t next)
{
    const inb__rollout_key *k = &p->keys[next];
    const inb__foreign_key *f = &p->to->foreign_keys[next];
    if (k->fate != INB__ROLLOUT_KEY_ADD && k->fate != INB__ROLLOUT_KEY_REPLACE) {
        return;
    }
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "foreign_key", f->name);
    inb__rollout_note(p, INB__SENTENCE_ADDS_KEY);
    inb__rollout_note(p, INB__SENTENCE_NOBODY_WRITES_ORPHANS);
    inb__rollout_orphans_check(p, f);
    if (k->fate == INB__ROLLOUT_KEY_REPLACE) {
        inb__rollout_note_of(p, INB__SENTENCE_MAY_NEED_KEY, f->name);
        inb__rollout_key_drop(p, k->prev);
    }
    inb__rollout_key_add(p, next);
    inb__rollout_close(p);
    inb__rollout_key_validate(p, next);
}

static void keys_drop(inb__rollout *p)
{
    for (uint32_t i = 0; i < p->from->n_foreign_keys; i++) {
        if (!p->key_gone[i]) {
            continue;
        }
        inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "drop_key", p->from->foreign_keys[i].name);
        inb__rollout_note(p, INB__SENTENCE_DROPS_KEY);
        inb__rollout_note(p, INB__SENTENCE_NOBODY_NEEDS_KEY);
        inb__rollout_note(p, INB__SENTENCE_MAY_BREAK_KEY);
        inb__rollout_key_drop(p, i);
        inb__rollout_close(p);
    }
}

void inb__rollout_tighten(inb__rollout *p)
{
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (!p->tables[i].pair) {
            continue;
        }
        columns_each(p, "check", i, checks_add);
        columns_each(p, "validate", i, checks_validate);
        columns_each(p, "not_null", i, not_null_set);
        unique_indexes_build(p, i);
        table_loosen(p, i);
    }
    keys_drop(p);
    for (uint32_t i = 0; i < p->to->n_foreign_keys; i++) {
        key_introduce(p, i);
    }
}
